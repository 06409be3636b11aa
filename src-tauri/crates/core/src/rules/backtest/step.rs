//! One point of one conversation, decided by both sets of rules and followed as far as the record
//! carries.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    compare::{Differs, PARTING, differing, hands_over},
    lane::{Evolving, Lane},
    matching::Matching,
    moments::{self, Last},
    pair::facts,
    pairing::Pairing,
    thread::{Difference, Thread},
    walk::{Counts, Side, Texts, count},
};
use crate::{
    rules::{
        columns::{Bits, Grounds, Swept},
        eval::{
            pass::{Ground, Mark, Merged, Pass, Turn},
            record::{Conclusion, Guarding, Outline},
        },
        facts::{Facts, chunk::Chunk},
        memory::{Memory, RuleMemory},
        outcome::{EventKind, Slots},
        plan::Ruleset,
    },
    time::Timestamp,
};

/// One chunk as the walk needs it.
pub(super) struct Stretch<'c> {
    pub(super) chunk: &'c Chunk,
    pub(super) texts: &'c Texts,
    pub(super) grounds: Grounds<'c>,
    pub(super) swept: [Swept; 2],
    pub(super) matching: [Matching; 2],
    /// Where a rule that is not the same in both files matches in either.
    pub(super) touched: Bits,
    /// Per version of the rules in the chunk, whether it changed no fact that is read.
    pub(super) harmless: Vec<bool>,
    pub(super) recorded: Vec<Option<Option<Arc<Conclusion>>>>,
    /// A place for the outline of a decision.
    pub(super) outline: Outline,
}

impl Stretch<'_> {
    pub(super) fn recorded(&mut self, row: usize) -> Option<Arc<Conclusion>> {
        let (_, codes) = self.chunk.conclusions()?;
        let code = codes.get(row)?;
        let place = self.recorded.get_mut(code)?;
        let known = place.get_or_insert_with(|| self.chunk.conclusion(row).map(Arc::new));
        known.clone()
    }

    /// Whether a row was decided with these marks, and the loop guard had no say.
    pub(super) fn is_outlined(
        &mut self,
        row: usize,
        marks: impl Iterator<Item = (u16, u8)>,
    ) -> bool {
        self.outline.set(Guarding::No, marks);
        self.outline.as_bytes() == self.chunk.outline(row)
    }

    /// Whether what was decided at a row changed no fact that is read.
    fn is_harmless(&self, row: usize) -> bool {
        let code = self.chunk.ruleset.get(row);
        code.is_some_and(|code| self.harmless.get(code).copied().unwrap_or_default())
    }

    fn holds(&self, side: usize, rule: u16, row: usize) -> bool {
        let holds = self.swept.get(side).map(|swept| &swept.holds);
        holds
            .and_then(|holds| holds.get(usize::from(rule)))
            .and_then(Option::as_ref)
            .is_some_and(|bits| bits.get(row))
    }

    pub(super) fn matching(&self, side: usize, row: usize) -> &[u16] {
        self.matching
            .get(side)
            .map_or(&[], |matching| matching.at(row))
    }
}

/// A row of a stretch, with what does not hang on the rules.
#[derive(Clone, Copy)]
pub(super) struct Row<'g> {
    pub(super) number: usize,
    pub(super) event: EventKind,
    pub(super) at: i64,
    pub(super) seq: i64,
    pub(super) ground: Ground<'g>,
}

impl Row<'_> {
    fn turn<'t>(
        &'t self,
        key: &'t [u8],
        matching: &'t [u16],
        lasting: Option<&'t [bool]>,
    ) -> Turn<'t> {
        Turn {
            lasting,
            event: self.event,
            now: Timestamp(self.at),
            key,
            ground: self.ground,
            matching,
            watch: false,
        }
    }
}

pub(super) const OLD: usize = 0;
const NEW: usize = 1;

/// One point of one conversation.
pub(super) struct Walk<'w> {
    pub(super) old: &'w mut Side,
    pub(super) new: &'w mut Side,
    pub(super) pairing: &'w Pairing,
    pub(super) evolving: &'w Evolving,
    pub(super) counts: &'w mut Counts,
    pub(super) thread: &'w mut Thread,
}

/// What one side decides at a point, worked out as far as it is asked for.
struct Said<'t> {
    /// The event without the rules that match.
    turn: Turn<'t>,
    merged: Merged,
    whole: bool,
}

impl<'t> Said<'t> {
    /// Finds out which rules act, and who gets control.
    fn of(
        side: &mut Side,
        (turn, rest): (&Turn<'_>, Turn<'t>),
        holds: impl Fn(u16) -> bool,
        memory: &mut Memory<u16>,
    ) -> Self {
        side.rules.stir(turn, holds, memory, &mut side.stirred);
        Self {
            merged: side.rules.hand(turn, &side.stirred, memory),
            turn: rest,
            whole: false,
        }
    }

    /// Works out the rest. Where no rule acts on anything but a draft, there is none.
    fn complete(&mut self, side: &Side) {
        let any = !side.stirred.acting.is_empty() || self.turn.event == EventKind::Draft;
        if !std::mem::replace(&mut self.whole, true) && any {
            let merged = &mut self.merged;
            side.rules.complete(&self.turn, &side.stirred, merged);
        }
    }
}

impl Walk<'_> {
    pub(super) fn step(
        &mut self,
        row: &Row<'_>,
        counts: bool,
        touched: bool,
        stretch: &mut Stretch<'_>,
    ) {
        let key = self.thread.key;
        if touched && self.thread.new.is_none() {
            self.thread.new = Some(self.pairing.taken_over(&self.thread.old));
        }
        let [old_lasting, new_lasting] = &self.pairing.lasting;
        let rest = row.turn(&key, &[], None);
        let turn = row.turn(&key, stretch.matching(OLD, row.number), Some(old_lasting));
        let holds = |rule| stretch.holds(OLD, rule, row.number);
        let mut old = Said::of(self.old, (&turn, rest), holds, &mut self.thread.old);
        let new = self.thread.new.as_mut().map(|memory| {
            let turn = row.turn(&key, stretch.matching(NEW, row.number), Some(new_lasting));
            let holds = |rule| stretch.holds(NEW, rule, row.number);
            Said::of(self.new, (&turn, rest), holds, memory)
        });
        if !counts {
            return;
        }
        self.compare_with_record(row, &mut old, stretch);
        self.old.count();
        let Some(mut new) = new else {
            self.count_twins();
            return self.go_on(row, old, stretch);
        };
        self.new.count();
        let alike = row.event != EventKind::Draft
            && old.merged.slots == new.merged.slots
            && self
                .pairing
                .alike(&self.old.stirred.acting, &self.new.stirred.acting);
        if alike {
            return self.go_on(row, old, stretch);
        }
        old.complete(self.old);
        new.complete(self.new);
        let slots = [&old.merged.slots, &new.merged.slots];
        self.tally(row, slots);
        let differs = differing(slots[OLD], slots[NEW]);
        if let Some(first) = differs.first() {
            self.differ(row, first.clone());
        } else if slots[OLD] != slots[NEW] {
            self.counts.other_reason += 1;
        }
        if self.thread.parted.is_none() {
            self.follow(row, slots, &differs, stretch);
        }
    }

    /// Both decide the same.
    fn go_on(&mut self, row: &Row<'_>, mut decided: Said<'_>, stretch: &mut Stretch<'_>) {
        if row.event == EventKind::Draft {
            decided.complete(self.old);
        }
        let slots = &decided.merged.slots;
        self.tally(row, [slots, slots]);
        if self.thread.parted.is_some() {
            return;
        }
        if !self.is_followed(row, slots, stretch) && !self.old.touches() {
            return self.part(row, [slots, slots], &[]);
        }
        decided.complete(self.old);
        let slots = &decided.merged.slots;
        self.follow(row, [slots, slots], &[], stretch);
    }

    /// Counts for the new rules what the old ones do, where all that match are the same.
    fn count_twins(&mut self) {
        for mark in &self.old.stirred.marks {
            let twin = self.pairing.same.get(usize::from(mark.rule));
            if let Some(twin) = twin.copied().flatten() {
                count(&mut self.new.tallies, usize::from(twin), mark);
            }
        }
    }

    /// Counts whether the old rules decide as was recorded, where they were in force.
    fn compare_with_record(
        &mut self,
        row: &Row<'_>,
        old: &mut Said<'_>,
        stretch: &mut Stretch<'_>,
    ) {
        if stretch.chunk.ruleset(row.number) != Some(self.old.rules.id()) {
            return;
        }
        self.counts.recorded += 1;
        let marks = self.old.stirred.marks.iter().map(Mark::parts);
        let same = !old.merged.guarded && stretch.is_outlined(row.number, marks)
            || stretch.recorded(row.number).is_some_and(|then| {
                old.complete(self.old);
                then.slots == old.merged.slots
            });
        self.counts.faithful += u64::from(same);
    }

    fn tally(&mut self, row: &Row<'_>, slots: [&Slots; 2]) {
        let first_contact = row.event == EventKind::CustomerMessage && self.thread.course.said == 1;
        let key = self.thread.key;
        let sides = [&mut *self.old, &mut *self.new];
        for ((slots, tally), side) in slots.into_iter().zip(&mut self.thread.tally).zip(sides) {
            if hands_over(slots, row.ground.control) {
                tally.handed = true;
                tally.at_first_contact |= first_contact;
                side.hand_over(slots, row.at, key);
            }
            let review = slots.review.as_ref();
            tally.reviews += u32::from(review.is_some_and(|review| review.value.required));
        }
    }

    /// Whether a point has to be looked at with its facts, whatever is decided there.
    fn is_followed(&self, row: &Row<'_>, slots: &Slots, stretch: &Stretch<'_>) -> bool {
        self.thread.lanes.is_some()
            || self.pairing.time_differs
            || self.evolving.is_any()
                && (self.evolving.is_touched(slots) || !stretch.is_harmless(row.number))
    }

    fn differ(&mut self, row: &Row<'_>, slot: Differs) {
        self.counts.differences += 1;
        self.thread.differences += 1;
        let id = self.thread.id;
        self.thread.first.get_or_insert(Difference {
            conversation: id,
            seq: row.seq,
            at: row.at,
            event: row.event,
            slot,
            diverges: false,
            differences: 0,
        });
    }

    /// The second level: what the rules change of the facts is followed, up to where the two part.
    fn follow(
        &mut self,
        row: &Row<'_>,
        slots: [&Slots; 2],
        differs: &[Differs],
        stretch: &mut Stretch<'_>,
    ) {
        let evolving = self.evolving;
        let then = match evolving.is_any() {
            true => stretch.recorded(row.number),
            false => None,
        };
        let nothing = Conclusion::default();
        let then = then.as_deref().unwrap_or(&nothing);
        let touches = [slots[OLD], slots[NEW], &then.slots]
            .into_iter()
            .any(|slots| evolving.is_touched(slots));
        let timed = self.pairing.time_differs;
        if self.thread.lanes.is_none() && !touches && !timed {
            return self.part(row, slots, differs);
        }
        let recorded = facts(stretch.chunk, row.number, stretch.texts);
        if timed && self.let_time_pass(row, &recorded) {
            return;
        }
        let mut decided: [Slots; 2] = [slots[OLD].clone(), slots[NEW].clone()];
        if let Some(mut lanes) = self.thread.lanes.take() {
            let sides = [&self.old.rules, &self.new.rules];
            for (side, ((lane, rules), decided)) in
                lanes.iter_mut().zip(sides).zip(&mut decided).enumerate()
            {
                let otherwise = lane.meet(&recorded);
                *decided = if otherwise {
                    let facts = lane.facts(&recorded);
                    let pass = Pass {
                        event: row.event,
                        facts: &facts,
                        now: Timestamp(row.at),
                        memory: &RuleMemory::default(),
                        conversation_key: &self.thread.key,
                    };
                    rules.settle_on(&pass, &mut lane.memory).slots
                } else {
                    let turn = row.turn(&self.thread.key, stretch.matching(side, row.number), None);
                    let holds = |rule| stretch.holds(side, rule, row.number);
                    rules.settle(&turn, holds, &mut lane.memory).slots
                };
                let facts = lane.facts(&recorded);
                lane.decide(&facts, &recorded, decided, &then.slots);
            }
            self.thread.lanes = Some(lanes);
        } else {
            let old = named(&self.old.rules, &self.thread.old);
            let new = self.thread.new.as_ref();
            let new = new.map_or_else(|| old.clone(), |memory| named(&self.new.rules, memory));
            let mut lanes = [Lane::after(old), Lane::after(new)];
            for (lane, decided) in lanes.iter_mut().zip(&decided) {
                lane.decide(&recorded, &recorded, decided, &then.slots);
            }
            self.thread.lanes = Some(Box::new(lanes));
        }
        if timed {
            self.thread.last = Some(Last::of(row.at, row.seq, &recorded));
        }
        let [old, new] = &decided;
        let differs = differing(old, new);
        self.part(row, [old, new], &differs);
    }

    /// Asks both at the instants since the last point at which time alone may change their mind.
    /// Says whether they part at one.
    fn let_time_pass(&mut self, row: &Row<'_>, recorded: &Facts) -> bool {
        let (Some(last), Some(lanes)) = (self.thread.last.take(), self.thread.lanes.as_mut())
        else {
            return false;
        };
        let rules = [&*self.old.rules, &*self.new.rules];
        let [old, new] = last.pass((row.at, recorded), rules, lanes, &self.thread.key);
        let instants: BTreeSet<i64> = old.iter().chain(&new).map(|(at, _)| *at).collect();
        let at_instant = |decided: &moments::Decided, at: i64| {
            let found = decided.iter().find(|(known, _)| *known == at);
            found.map(|(_, slots)| slots.clone()).unwrap_or_default()
        };
        for at in instants {
            let slots = [at_instant(&old, at), at_instant(&new, at)];
            let differs = differing(&slots[OLD], &slots[NEW]);
            let Some(first) = differs.first() else {
                continue;
            };
            self.counts.between += 1;
            let id = self.thread.id;
            self.thread.first.get_or_insert(Difference {
                conversation: id,
                seq: last.seq(),
                at,
                event: EventKind::Time,
                slot: first.clone(),
                diverges: false,
                differences: 0,
            });
            let then = Row {
                at,
                seq: last.seq(),
                event: EventKind::Time,
                ..*row
            };
            self.part(&then, [&slots[OLD], &slots[NEW]], &differs);
            if self.thread.parted.is_some() {
                return true;
            }
        }
        false
    }

    fn part(&mut self, row: &Row<'_>, slots: [&Slots; 2], differs: &[Differs]) {
        for (slots, tally) in slots.into_iter().zip(&mut self.thread.tally) {
            tally.surely_handed |= hands_over(slots, row.ground.control);
        }
        let parts = |differs: &&Differs| {
            PARTING.contains(&differs.slot) || self.evolving.is_lost_by(differs.slot)
        };
        let Some(parting) = differs.iter().find(parts) else {
            return;
        };
        self.thread.parted = Some(row.at);
        self.thread.lanes = None;
        // The parting is what is shown, unless the decisions on the facts as recorded differed
        // before.
        let id = self.thread.id;
        let first = self.thread.first.get_or_insert_with(|| Difference {
            conversation: id,
            seq: row.seq,
            at: row.at,
            event: row.event,
            slot: parting.clone(),
            diverges: true,
            differences: 0,
        });
        first.diverges = true;
    }
}

/// A memory by the ids of the rules.
fn named(rules: &Ruleset, memory: &Memory<u16>) -> RuleMemory {
    memory.renamed(|number| {
        let rule = rules.rules().get(usize::from(*number))?;
        Some(Arc::clone(&rule.id.0))
    })
}
