//! What a set of rules decides at a point, from which of its rules act there.

use super::{acts::Acts, compare::hands_to_people, past::Past};
use crate::{
    rules::{
        eval::{
            hand::Hand,
            pass::{Merged, Stirred, Turn, in_shadow},
        },
        memory::Memory,
        outcome::{ControlTarget, EventKind, Slots},
        plan::{ReviewDefault, Ruleset, Status},
    },
    time::Timestamp,
};

/// A set of rules with when each of them acts.
pub(super) struct Acting<'a> {
    pub(super) rules: &'a Ruleset,
    pub(super) acts: Vec<&'a Acts>,
    /// Which rules act at the sixty-four points that are being looked at.
    words: Vec<u64>,
    at: usize,
}

/// What was worked out of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Came {
    /// Whether it hands the conversation to people who do not have it.
    pub(super) handed: bool,
    /// Whether it puts it into a queue.
    pub(super) queued: bool,
}

impl Came {
    /// What came of giving control to somebody, or to nobody.
    pub(super) fn of(target: Option<&ControlTarget>, control: Option<&str>) -> Self {
        let handed = target.is_some_and(|target| hands_to_people(target, control));
        let queue = matches!(target, Some(ControlTarget::Queue | ControlTarget::Team(_)));
        Self {
            handed,
            queued: handed && queue,
        }
    }
}

/// Whether a decision says that a person must read the draft.
pub(super) fn must_be_read(slots: &Slots) -> bool {
    let review = slots.review.as_ref();
    review.is_some_and(|review| review.value.required)
}

/// A point as the rules are shown it.
pub(super) fn turn<'t>(past: &'t Past, row: usize, key: &'t [u8; 16]) -> Turn<'t> {
    Turn {
        event: past.event(row),
        now: Timestamp(past.at(row)),
        key,
        ground: past.ground(row),
        matching: &[],
        watch: false,
        lasting: None,
    }
}

/// The rules that may give control to somebody.
pub(super) fn controlling(rules: &Ruleset) -> Vec<u16> {
    let numbered = (0_u16..).zip(rules.rules());
    numbered
        .filter(|(_, rule)| rule.effects.control.is_some() && rule.status != Status::Off)
        .map(|(number, _)| number)
        .collect()
}

impl<'a> Acting<'a> {
    pub(super) fn new(rules: &'a Ruleset, acts: Vec<&'a Acts>) -> Self {
        let mut acting = Self {
            rules,
            words: Vec::with_capacity(acts.len()),
            acts,
            at: usize::MAX,
        };
        acting.look_at(0);
        acting
    }

    /// Turns to the points around one. Of others nothing can be asked then.
    pub(super) fn look_at(&mut self, row: usize) {
        let index = row / 64;
        if self.at != index {
            self.at = index;
            self.words.clear();
            let acts = self.acts.iter();
            self.words
                .extend(acts.map(|acts| acts.acting().word(index)));
        }
    }

    fn act(&self, number: u16, row: usize) -> bool {
        debug_assert_eq!(self.at, row / 64, "another place is being looked at");
        let word = self.words.get(usize::from(number));
        word.is_some_and(|word| (word >> (row % 64)) & 1 == 1)
    }

    /// The rules that act at a point.
    pub(super) fn at(&self, row: usize) -> impl Iterator<Item = u16> + '_ {
        debug_assert_eq!(self.at, row / 64, "another place is being looked at");
        let words = (0_u16..).zip(&self.words);
        words
            .filter(move |(_, word)| (*word >> (row % 64)) & 1 == 1)
            .map(|(number, _)| number)
    }

    /// Those of some rules that act at a point.
    pub(super) fn among(&self, rules: &[u16], row: usize, out: &mut Vec<u16>) {
        out.clear();
        out.extend(rules.iter().filter(|number| self.act(**number, row)));
    }

    /// The rules that act at a point, and those that speak of the draft there.
    pub(super) fn stirred(&self, past: &Past, row: usize) -> Stirred {
        let mut stirred = Stirred::default();
        stirred.acting.extend(self.at(row));
        if past.event(row) == EventKind::Draft {
            stirred.reviewing = self.reviewing(past, row);
        }
        stirred
    }

    /// The rules that speak of a draft.
    pub(super) fn reviewing(&self, past: &Past, row: usize) -> Vec<u16> {
        let key = past.key(row);
        let numbered = (0_u16..).zip(self.rules.rules()).zip(&self.acts);
        numbered
            .filter(|((_, rule), acts)| {
                rule.effects.review.is_some() && acts.matches().get(row) && !in_shadow(rule, &key)
            })
            .map(|((number, _), _)| number)
            .collect()
    }

    /// Whether the draft at a point must be read by a person.
    pub(super) fn reviews(&self, past: &Past, row: usize) -> bool {
        let mut stirred = Stirred::default();
        stirred.reviewing = self.reviewing(past, row);
        if stirred.reviewing.is_empty() {
            return self.rules.defaults().review == ReviewDefault::Required;
        }
        let key = past.key(row);
        let mut merged = Merged::quiet();
        let turn = turn(past, row, &key);
        self.rules.complete(&turn, &stirred, &mut merged);
        must_be_read(&merged.slots)
    }

    /// Who gets control at a point, of the rules that act there and may say so, and whether the loop
    /// guard had a say.
    pub(super) fn hand(
        &self,
        past: &Past,
        row: usize,
        acting: &[u16],
        memory: &mut Memory<u16>,
    ) -> (Hand, bool) {
        let key = past.key(row);
        let turn = turn(past, row, &key);
        self.rules.hand_of(&turn, acting, memory)
    }

    /// The decision at a point, which is no draft, as far as some slots go, given the rules that
    /// decide them; what it says of others is not the whole of it.
    pub(super) fn decided_of(
        &self,
        past: &Past,
        row: usize,
        (hand, writers): (Hand, &[u16]),
        stirred: &mut Stirred,
    ) -> Slots {
        let mut merged = self.rules.handed(hand);
        self.among(writers, row, &mut stirred.acting);
        if !stirred.acting.is_empty() {
            let key = past.key(row);
            self.rules
                .complete(&turn(past, row, &key), stirred, &mut merged);
        }
        merged.slots
    }

    /// The whole decision at a point at which it is known who gets control.
    pub(super) fn decided(&self, past: &Past, row: usize, hand: Hand) -> Slots {
        let stirred = self.stirred(past, row);
        let mut merged = self.rules.handed(hand);
        if !stirred.acting.is_empty() || past.event(row) == EventKind::Draft {
            let key = past.key(row);
            self.rules
                .complete(&turn(past, row, &key), &stirred, &mut merged);
        }
        merged.slots
    }
}

/// How often rules have changed control by a point, as far as that keeps them from doing it again:
/// from what came of the points before.
pub(super) fn guard_before(past: &Past, row: usize, hand: impl Fn(usize) -> Hand) -> Memory<u16> {
    let mut rows = Vec::new();
    let mut at = past.before(row);
    while let Some(row) = at {
        rows.push(row);
        at = past.before(row).filter(|_| !past.persons.get(row));
    }
    let mut memory = Memory::default();
    for row in rows.into_iter().rev() {
        meet(past, row, &mut memory);
        match hand(row) {
            Hand::Nobody => {}
            Hand::Guard { .. } => memory.guard(),
            Hand::Rule(_) => memory.note_control_change(Timestamp(past.at(row))),
        }
    }
    memory
}

/// Lets rules change control again where a person acts.
pub(super) fn meet(past: &Past, row: usize, memory: &mut Memory<u16>) {
    if past.persons.get(row) {
        memory.person_acted();
    }
}
