//! What the rules compared with decide over a history. It stays as long as they are compared with,
//! whatever is tried in their place.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    acts::{Acts, Line},
    decide::{Acting, Came, controlling, guard_before, meet},
    matching::Matching,
    past::{Held, Past},
    walk::RuleTally,
};
use crate::rules::{
    columns::{Bits, Swept, bits::ones_of},
    eval::{
        hand::Hand,
        pass::{Mark, in_shadow},
        record::{Conclusion, Guarding, Outline},
    },
    facts::chunk::{Chunk, Codes},
    memory::Memory,
    outcome::Slots,
    plan::{Ruleset, Status},
};

/// What came of one conversation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    /// Points at which it was handed to people.
    pub(super) handed: u32,
    /// Drafts that a person must read.
    pub(super) reviews: u32,
    /// Whether it was handed to people at the customer's first message.
    pub(super) at_first: bool,
}

/// The decisions of one set of rules.
pub(super) struct Base {
    pub(super) rules: Arc<Ruleset>,
    pub(super) acts: Vec<Acts>,
    pub(super) hands: Vec<Hand>,
    /// The points that count and at which the conversation is handed to people.
    pub(super) handed: Bits,
    /// Those of them at which it goes into a queue.
    pub(super) queued: Bits,
    /// The drafts that count and that a person must read.
    pub(super) reviews: Bits,
    pub(super) sums: Vec<Sum>,
    /// Points recorded under these rules.
    pub(super) recorded: u64,
    /// Those of them at which they decide now as was recorded.
    pub(super) faithful: u64,
    controlling: Vec<u16>,
    /// Per conversation, how often rules have changed control; none where the points have to be
    /// asked.
    guards: Vec<Option<Memory<u16>>>,
    mark: (u64, u64),
    /// Points fed last of which the outline does not say that they were decided so: in their chunk,
    /// and among all.
    doubts: Vec<(usize, usize)>,
}

impl Base {
    pub(super) fn new(rules: Arc<Ruleset>) -> Self {
        Self {
            acts: rules.rules().iter().map(Acts::new).collect(),
            hands: Vec::new(),
            handed: Bits::default(),
            queued: Bits::default(),
            reviews: Bits::default(),
            sums: Vec::new(),
            recorded: 0,
            faithful: 0,
            controlling: controlling(&rules),
            guards: Vec::new(),
            mark: (0, 0),
            doubts: Vec::new(),
            rules,
        }
    }

    /// Who got control at a point.
    pub(super) fn hand(&self, row: usize) -> Hand {
        self.hands.get(row).copied().unwrap_or_default()
    }

    /// The rules with when they act.
    pub(super) fn acting(&self) -> Acting<'_> {
        Acting::new(&self.rules, self.acts.iter().collect())
    }

    /// How often each rule matched and acted.
    pub(super) fn tallies(&self, past: &Past) -> Vec<RuleTally> {
        let acts = self.acts.iter();
        acts.map(|acts| tally(acts, past)).collect()
    }

    /// Bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        let acts: usize = self.acts.iter().map(Acts::size).sum();
        acts + self.hands.len() * 5 + self.sums.len() * 100
    }

    /// Decides the points of a chunk that the past has been fed.
    pub(super) fn feed(&mut self, past: &Past, held: Held, found: &Swept, chunk: &Chunk) {
        let (start, end) = (held.start, held.start + held.rows);
        let rules = Arc::clone(&self.rules);
        let founds = found.matches.iter().zip(&found.holds);
        for ((rule, acts), (matches, holds)) in rules.rules().iter().zip(&mut self.acts).zip(founds)
        {
            acts.find(start, (matches, holds.as_deref()), held.rows);
            if rule.status != Status::Off {
                let line = Line {
                    rule,
                    earlier: None,
                };
                acts.follow(past, line, start, end);
            }
        }
        self.hands.resize(end, Hand::Nobody);
        self.sums.resize(past.ids.len(), Sum::default());
        self.guards.resize(past.ids.len(), None);
        for bits in [&mut self.handed, &mut self.queued, &mut self.reviews] {
            bits.reach(end);
        }
        let guarded = self.give(past, held);
        self.review(past, held);
        self.compare_with_record(past, held, (found, chunk), &guarded);
    }

    /// Follows who gets control; says where the loop guard had a say.
    fn give(&mut self, past: &Past, held: Held) -> Bits {
        let (start, end) = (held.start, held.start + held.rows);
        let mut guarded = Bits::none(held.rows);
        let mut guards = std::mem::take(&mut self.guards);
        let mut hands = std::mem::take(&mut self.hands);
        let mut acting = Vec::new();
        let mut given = Vec::new();
        let mut all = self.acting();
        let acts: Vec<&Bits> = self
            .controlling
            .iter()
            .filter_map(|number| Some(self.acts.get(usize::from(*number))?.acting()))
            .collect();
        for index in start / 64..end.div_ceil(64) {
            let acts = acts.iter().map(|acts| acts.word(index));
            let mut word = acts.fold(past.persons.word(index), |all, word| all | word);
            if index == start / 64 {
                word &= u64::MAX << (start % 64);
            }
            all.look_at(index * 64);
            for row in ones_of((index, &word)) {
                let Some(guard) = guards.get_mut(past.thread(row)) else {
                    continue;
                };
                let known = |row: usize| hands.get(row).copied().unwrap_or_default();
                let guard = guard.get_or_insert_with(|| guard_before(past, row, known));
                meet(past, row, guard);
                all.among(&self.controlling, row, &mut acting);
                if acting.is_empty() {
                    continue;
                }
                let (hand, by_guard) = all.hand(past, row, &acting, guard);
                if by_guard {
                    guarded.set(row - start);
                }
                if let Some(place) = hands.get_mut(row) {
                    *place = hand;
                }
                if hand != Hand::Nobody && past.counts.get(row) {
                    let target = self.rules.target_of(hand);
                    given.push((row, Came::of(target, past.control(row))));
                }
            }
        }
        for (row, came) in given {
            if came.queued {
                self.queued.set(row);
            }
            if came.handed {
                self.handed.set(row);
                if let Some(sum) = self.sums.get_mut(past.thread(row)) {
                    sum.handed += 1;
                    sum.at_first |= past.first_contacts.get(row);
                }
            }
        }
        (self.guards, self.hands) = (guards, hands);
        guarded
    }

    fn review(&mut self, past: &Past, held: Held) {
        let rows: Vec<usize> = past
            .drafts
            .ones_in(held.start, held.start + held.rows)
            .collect();
        let all = self.acting();
        let read: Vec<usize> = rows
            .into_iter()
            .filter(|row| all.reviews(past, *row))
            .collect();
        for row in read {
            self.reviews.set(row);
            if let Some(sum) = self.sums.get_mut(past.thread(row)) {
                sum.reviews += 1;
            }
        }
    }

    /// Counts whether the rules decide as was recorded, where they were in force. Where the outline of
    /// what was recorded does not say so, that is left in doubt.
    fn compare_with_record(
        &mut self,
        past: &Past,
        held: Held,
        (found, chunk): (&Swept, &Chunk),
        guarded: &Bits,
    ) {
        self.doubts.clear();
        let id = self.rules.id();
        if !chunk.rulesets.contains(&id) {
            return;
        }
        let matching = Matching::of(found, held.rows);
        let mut outline = Outline::default();
        for local in 0..held.rows {
            let row = held.start + local;
            if !past.counts.get(row) || chunk.ruleset(local) != Some(id) {
                continue;
            }
            let marks = matching.at(local).iter().filter_map(|number| {
                let place = usize::from(*number);
                let (rule, acts) = (self.rules.rules().get(place)?, self.acts.get(place)?);
                let mark = Mark {
                    rule: *number,
                    acted: acts.acted().get(row),
                    shadow: rule.status != Status::Live && in_shadow(rule, &past.key(row)),
                };
                Some(mark.parts())
            });
            let guarding = match self.hand(row) {
                _ if !guarded.get(local) => Guarding::No,
                Hand::Guard { to_queue: true } => Guarding::Queued,
                Hand::Guard { to_queue: false } => Guarding::Took,
                Hand::Nobody | Hand::Rule(_) => Guarding::Kept,
            };
            outline.set(guarding, marks);
            self.recorded += 1;
            if outline.as_bytes() == chunk.outline(local) {
                self.faithful += 1;
            } else {
                self.doubts.push((local, row));
            }
        }
    }

    /// Whether what was decided has to be read of the points fed last.
    pub(super) const fn is_in_doubt(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// Settles what was in doubt about the points fed last, with what was decided there.
    pub(super) fn settle(&mut self, past: &Past, (different, codes): (&[Arc<[u8]>], &Codes)) {
        let mut all = self.acting();
        let mut known: BTreeMap<usize, Option<Slots>> = BTreeMap::new();
        let mut faithful = 0;
        for (local, row) in &self.doubts {
            let Some(code) = codes.get(*local) else {
                continue;
            };
            let then = known.entry(code).or_insert_with(|| {
                let bytes = different.get(code);
                bytes.and_then(|bytes| Conclusion::slots_of(bytes))
            });
            all.look_at(*row);
            let now = all.decided(past, *row, self.hand(*row));
            faithful += u64::from(then.as_ref() == Some(&now));
        }
        self.faithful += faithful;
        self.doubts.clear();
    }

    /// Remembers where it ends now, so that it can be [rewound](Self::rewind).
    pub(super) const fn mark(&mut self) {
        self.mark = (self.recorded, self.faithful);
    }

    /// Forgets the points from some place on, which the past still has.
    pub(super) fn rewind(&mut self, past: &Past, rows: usize, threads: usize) {
        for row in past.counts.ones_in(rows, past.rows()) {
            let Some(sum) = self.sums.get_mut(past.thread(row)) else {
                continue;
            };
            sum.handed -= u32::from(self.handed.get(row));
            sum.reviews -= u32::from(self.reviews.get(row));
            sum.at_first = sum.at_first && !past.first_contacts.get(row);
        }
        for row in past.seen.ones_in(rows, past.rows()) {
            if let Some(guard) = self.guards.get_mut(past.thread(row)) {
                *guard = None;
            }
        }
        for acts in &mut self.acts {
            acts.truncate(past, rows);
        }
        for bits in [&mut self.handed, &mut self.queued, &mut self.reviews] {
            bits.truncate(rows);
        }
        self.hands.truncate(rows);
        self.sums.truncate(threads);
        self.guards.truncate(threads);
        (self.recorded, self.faithful) = self.mark;
    }
}

/// How often a rule matched and acted.
pub(super) fn tally(acts: &Acts, past: &Past) -> RuleTally {
    RuleTally {
        matched: acts.matches().count_both(&past.counts),
        acted: acts.acted().count_both(&past.counts),
    }
}
