//! What other rules decide otherwise. Where the same rules act and nobody has lost control, both
//! decide the same; so only points at which a rule acts on one side alone are decided anew, and
//! those at which the guard against loops may speak up because of them.

use std::collections::BTreeMap;

use super::{
    acts::Acts,
    base::{Base, Sum, tally},
    compare::{Differs, PARTING, slots_that_differ},
    decide::{Acting, Came, controlling, guard_before, meet},
    lane::Evolving,
    pairing::Pairing,
    past::Past,
    thread::Difference,
    walk::RuleTally,
};
use crate::rules::{
    columns::Bits,
    eval::pass::Hand,
    memory::Memory,
    outcome::EventKind,
    plan::{Rule, Ruleset},
};

/// What came of a conversation that the new rules touch.
#[derive(Debug, Default)]
pub(super) struct Turned {
    pub(super) sum: Sum,
    pub(super) differences: u64,
    pub(super) first: Option<Difference>,
    /// When the two part.
    pub(super) parted: Option<i64>,
    /// Whether it is handed to people before they part, or there.
    pub(super) surely_handed: bool,
}

/// What comes of the new rules.
pub(super) struct Changed {
    pub(super) tallies: Vec<RuleTally>,
    pub(super) queued: Bits,
    /// By the number of the conversation.
    pub(super) turned: BTreeMap<usize, Turned>,
    pub(super) differences: u64,
    pub(super) other_reason: u64,
}

/// Both sets of rules over one history.
pub(super) struct Change<'c> {
    pub(super) past: &'c Past,
    pub(super) base: &'c Base,
    pub(super) pairing: &'c Pairing,
    pub(super) evolving: &'c Evolving,
    pub(super) rules: &'c Ruleset,
    /// Per new rule, when it acts, where no old one says so.
    pub(super) fresh: &'c [Option<Acts>],
}

/// Where the two may differ.
struct Touched {
    /// Where the decisions may.
    points: Bits,
    /// Per conversation, the first point at which that may be because of control.
    control: Vec<Option<usize>>,
}

impl Change<'_> {
    /// Decides what is to be decided anew, given how often each old rule matched and acted.
    pub(super) fn run(self, old_tallies: &[RuleTally]) -> Changed {
        let (mut old, mut new) = (self.base.acting(), self.new_acting());
        let giving = controlling(self.rules);
        let Touched {
            mut points,
            control,
        } = self.touched(&new);
        if control.iter().any(Option::is_some) {
            self.add_control(&new, &giving, &control, &mut points);
        }
        let mut memories: BTreeMap<usize, Memory<u16>> = BTreeMap::new();
        let mut handed = self.base.handed.clone();
        let tallies = new.acts.iter().zip(self.fresh).zip(0_u16..);
        let tallies = tallies.map(|((acts, fresh), number)| {
            let twin = self.pairing.twin_of(number).filter(|_| fresh.is_none());
            let known = twin.and_then(|twin| old_tallies.get(usize::from(twin)).copied());
            known.unwrap_or_else(|| tally(acts, self.past))
        });
        let mut changed = Changed {
            tallies: tallies.collect(),
            queued: self.base.queued.clone(),
            turned: BTreeMap::new(),
            differences: 0,
            other_reason: 0,
        };
        let mut acting = Vec::new();
        for row in points.ones() {
            old.look_at(row);
            new.look_at(row);
            let thread = self.past.thread(row);
            let since = control.get(thread).copied().flatten();
            let then = self.base.hand(row);
            let hand = if since.is_some_and(|since| since <= row) {
                let memory = memories
                    .entry(thread)
                    .or_insert_with(|| guard_before(self.past, row, |row| self.base.hand(row)));
                meet(self.past, row, memory);
                new.among(&giving, row, &mut acting);
                match acting.as_slice() {
                    [] => Hand::Nobody,
                    acting => new.hand(self.past, row, acting, memory).0,
                }
            } else {
                self.renamed(then)
            };
            if self.past.counts.get(row) {
                self.compare(row, ([&old, &new], [then, hand]), &mut handed, &mut changed);
            }
        }
        changed
    }

    /// The new rules with when they act.
    fn new_acting(&self) -> Acting<'_> {
        let acts = self
            .fresh
            .iter()
            .zip(0_u16..)
            .filter_map(|(fresh, number)| {
                fresh.as_ref().or_else(|| {
                    let twin = self.pairing.twin_of(number)?;
                    self.base.acts.get(usize::from(twin))
                })
            });
        Acting::new(self.rules, acts.collect())
    }

    /// Where a rule acts on one side alone.
    fn touched(&self, new: &Acting<'_>) -> Touched {
        let rows = self.past.rows();
        let mut points = Bits::none(rows);
        let mut giving = Bits::none(rows);
        let mut reading = Bits::none(rows);
        let mut add = |rule: &Rule, acting: &Bits| {
            points.or(acting);
            if rule.effects.control.is_some() {
                giving.or(acting);
            }
        };
        let old = self.base.rules.rules().iter().zip(&self.base.acts);
        for ((rule, acts), number) in old.zip(0_u16..) {
            let like = self.pairing.like(number).map(usize::from);
            let other = like.and_then(|like| new.acts.get(like));
            if other.is_some_and(|other| std::ptr::eq(*other, acts)) {
                continue;
            }
            match other {
                Some(other) => add(rule, &acts.acting().differing(other.acting())),
                None => add(rule, acts.acting()),
            }
            if rule.effects.review.is_some() {
                reading.or(acts.matches());
            }
        }
        for ((rule, acts), number) in self.rules.rules().iter().zip(&new.acts).zip(0_u16..) {
            if !self.pairing.is_like(number) {
                add(rule, acts.acting());
            }
            let own = self
                .fresh
                .get(usize::from(number))
                .is_some_and(Option::is_some);
            if rule.effects.review.is_some() && (own || !self.pairing.is_like(number)) {
                reading.or(acts.matches());
            }
        }
        if self.pairing.review_differs {
            reading.or(&self.past.drafts);
        }
        reading.and(&self.past.drafts);
        points.or(&reading);
        // Before its conversation counts, the new rules are not in force.
        points.and(&self.past.begun);
        giving.and(&self.past.begun);
        let mut control = vec![None; self.past.ids.len()];
        for row in giving.ones() {
            if let Some(first) = control.get_mut(self.past.thread(row)) {
                first.get_or_insert(row);
            }
        }
        Touched { points, control }
    }

    /// Where control may be given otherwise than before because it was once given otherwise.
    fn add_control(
        &self,
        new: &Acting<'_>,
        giving: &[u16],
        control: &[Option<usize>],
        points: &mut Bits,
    ) {
        let mut given = self.past.persons.clone();
        for (rule, acts) in self.base.rules.rules().iter().zip(&self.base.acts) {
            if rule.effects.control.is_some() {
                given.or(acts.acting());
            }
        }
        for number in giving {
            if let Some(acts) = new.acts.get(usize::from(*number)) {
                given.or(acts.acting());
            }
        }
        given.and(&self.past.begun);
        given.and_not(points);
        for row in given.ones() {
            let since = control.get(self.past.thread(row)).copied().flatten();
            if since.is_some_and(|since| since <= row) {
                points.set(row);
            }
        }
    }

    /// Who gets control with the new rules where the old ones give it to somebody, and no rule that
    /// may say so acts on one side alone.
    fn renamed(&self, hand: Hand) -> Hand {
        match hand {
            Hand::Rule(number) => self.pairing.like(number).map_or(Hand::Nobody, Hand::Rule),
            other => other,
        }
    }

    fn compare(
        &self,
        row: usize,
        ([old, new], [then, hand]): ([&Acting<'_>; 2], [Hand; 2]),
        handed: &mut Bits,
        changed: &mut Changed,
    ) {
        let is_draft = self.past.event(row) == EventKind::Draft;
        if !is_draft && hand == self.renamed(then) && self.is_alike(old, new, row) {
            return;
        }
        let slots = [
            old.decided(self.past, row, then),
            new.decided(self.past, row, hand),
        ];
        let [before, after] = &slots;
        let mut differs = slots_that_differ(before, after).peekable();
        let first = differs.peek().copied();
        let parts = differs.any(|slot| PARTING.contains(&slot) || self.evolving.is_lost_by(slot));
        if first.is_none() {
            changed.other_reason += u64::from(before != after);
        }
        let thread = self.past.thread(row);
        let sums = &self.base.sums;
        let turned = changed.turned.entry(thread).or_insert_with(|| Turned {
            sum: sums.get(thread).copied().unwrap_or_default(),
            ..Turned::default()
        });
        let came = Came::of(after, self.past.ground(row).control);
        let sum = &mut turned.sum;
        sum.handed = sum.handed + u32::from(came.handed) - u32::from(handed.get(row));
        sum.reviews = sum.reviews + u32::from(came.review) - u32::from(self.base.reviews.get(row));
        if self.past.first_contacts.get(row) {
            sum.at_first = came.handed;
        }
        handed.put(row, came.handed);
        changed.queued.put(row, came.queued);
        let Some(slot) = first else {
            return;
        };
        changed.differences += 1;
        turned.differences += 1;
        let id = self.past.ids.get(thread).copied();
        if turned.first.is_none() {
            turned.first = id.map(|conversation| Difference {
                conversation,
                seq: self.past.seq(row),
                at: self.past.at(row),
                event: self.past.event(row),
                slot: Differs::of(slot, before, after),
                diverges: false,
                differences: 0,
            });
        }
        if !parts || turned.parted.is_some() {
            return;
        }
        turned.parted = Some(self.past.at(row));
        turned.surely_handed = self.was_handed(handed, row);
        if let Some(first) = &mut turned.first {
            first.diverges = true;
        }
    }

    /// Whether the rules that act at a point on both sides are the same ones that do the same.
    fn is_alike(&self, old: &Acting<'_>, new: &Acting<'_>, row: usize) -> bool {
        old.at(row)
            .map(|number| self.pairing.like(number))
            .eq(new.at(row).map(Some))
    }

    /// Whether a conversation was handed to people by a point.
    fn was_handed(&self, handed: &Bits, row: usize) -> bool {
        let mut at = Some(row);
        while let Some(row) = at {
            if handed.get(row) {
                return true;
            }
            at = self.past.before(row);
        }
        false
    }
}
