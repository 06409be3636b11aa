//! What other rules decide otherwise. Where the same rules act and nobody has lost control, both
//! decide the same; so only points at which a rule acts on one side alone are decided anew, and
//! those at which the guard against loops may speak up because of them.

use super::{
    acts::Acts,
    base::{Base, Sum, tally},
    compare::{Differs, PARTING, slots_that_differ},
    decide::{Acting, Came, controlling, guard_before, meet, must_be_read},
    lane::Evolving,
    pairing::Pairing,
    past::Past,
    slots::{SlotSet, Writers},
    thread::Difference,
    walk::RuleTally,
};
use crate::rules::{
    columns::Bits,
    eval::{hand::Hand, pass::Stirred},
    memory::Memory,
    outcome::{EventKind, Slots},
    plan::{Rule, Ruleset},
};

/// No point, nothing of a conversation.
const NONE: u32 = u32::MAX;

/// What came of a conversation that the new rules touch.
#[derive(Debug, Default)]
pub(super) struct Turned {
    pub(super) sum: Sum,
    pub(super) first: Option<Difference>,
    /// Whether the two part.
    pub(super) parted: bool,
    /// Whether it is handed to people before they part, or there.
    pub(super) surely_handed: bool,
}

/// What comes of the new rules.
pub(super) struct Changed {
    pub(super) tallies: Vec<RuleTally>,
    pub(super) queued: Bits,
    pub(super) turned: ByThread<Turned>,
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
    control: Vec<u32>,
}

/// A rule that does not act at the same points on both sides.
struct Unlike<'u> {
    acts: [Option<&'u Bits>; 2],
    slots: SlotSet,
}

impl Unlike<'_> {
    /// Whether it acts at a point on one side alone.
    fn is_at(&self, row: usize) -> bool {
        let [old, new] = self.acts.map(|acts| acts.is_some_and(|acts| acts.get(row)));
        old != new
    }
}

/// Something of some conversations, by their numbers.
pub(super) struct ByThread<T> {
    places: Vec<u32>,
    all: Vec<T>,
}

impl<T> ByThread<T> {
    fn over(past: &Past) -> Self {
        Self {
            places: vec![NONE; past.ids.len()],
            all: Vec::new(),
        }
    }

    /// That of a conversation, which begins as is said.
    fn entry(&mut self, thread: usize, begin: impl FnOnce() -> T) -> Option<&mut T> {
        let place = self.places.get_mut(thread)?;
        if *place == NONE {
            *place = u32::try_from(self.all.len()).ok()?;
            self.all.push(begin());
        }
        self.all.get_mut(usize::try_from(*place).ok()?)
    }

    /// That of a conversation, if there is something.
    pub(super) fn get_mut(&mut self, thread: usize) -> Option<&mut T> {
        let place = self.places.get(thread).filter(|place| **place != NONE)?;
        self.all.get_mut(usize::try_from(*place).ok()?)
    }
}

/// Whether a point does not come before another, when there is one.
fn has_begun(since: u32, row: usize) -> bool {
    since != NONE && usize::try_from(since).is_ok_and(|since| since <= row)
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
        if control.iter().any(|since| *since != NONE) {
            self.add_control(&new, &giving, &control, &mut points);
        }
        let unlike = self.unlike(&new);
        let mut writers = [Writers::new(&self.base.rules), Writers::new(self.rules)];
        let mut memories: ByThread<Memory<u16>> = ByThread::over(self.past);
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
            turned: ByThread::over(self.past),
            differences: 0,
            other_reason: 0,
        };
        let (mut acting, mut stirred) = (Vec::new(), Stirred::default());
        for row in points.ones() {
            let thread = self.past.thread(row);
            let then = self.base.hand(row);
            let renamed = self.renamed(then);
            let hand = if control
                .get(thread)
                .is_some_and(|since| has_begun(*since, row))
            {
                let known = |row| self.base.hand(row);
                let begin = || guard_before(self.past, row, known);
                let Some(memory) = memories.entry(thread, begin) else {
                    continue;
                };
                meet(self.past, row, memory);
                new.look_at(row);
                new.among(&giving, row, &mut acting);
                match acting.as_slice() {
                    [] => Hand::Nobody,
                    acting => new.hand(self.past, row, acting, memory).0,
                }
            } else {
                renamed
            };
            if !self.past.counts.get(row) {
                continue;
            }
            let otherwise = unlike.iter().filter(|unlike| unlike.is_at(row));
            let mut slots = otherwise.fold(SlotSet::default(), |all, unlike| all.and(unlike.slots));
            if hand != renamed {
                slots = slots.and(SlotSet::given([hand, renamed]));
            }
            let draft = self.past.event(row) == EventKind::Draft;
            if slots.is_empty() && !draft {
                continue;
            }
            old.look_at(row);
            new.look_at(row);
            let (slots, decided) = if draft {
                let decided = [
                    old.decided(self.past, row, then),
                    new.decided(self.past, row, hand),
                ];
                (None, decided)
            } else {
                let [before, after] = &mut writers;
                let decided = [
                    old.decided_of(self.past, row, (then, before.of(slots)), &mut stirred),
                    new.decided_of(self.past, row, (hand, after.of(slots)), &mut stirred),
                ];
                (Some(slots), decided)
            };
            self.compare(row, (&decided, slots), (hand, &mut handed), &mut changed);
        }
        changed
    }

    /// The rules that are not the same ones that act at the same points on both sides.
    fn unlike<'u>(&'u self, new: &Acting<'u>) -> Vec<Unlike<'u>> {
        let mut unlike = Vec::new();
        let old = self.base.rules.rules().iter().zip(&self.base.acts);
        for ((rule, acts), number) in old.zip(0_u16..) {
            let like = self.pairing.like(number).map(usize::from);
            let other = like.and_then(|like| new.acts.get(like)).copied();
            if !other.is_some_and(|other| std::ptr::eq(other, acts)) {
                unlike.push(Unlike {
                    acts: [Some(acts.acting()), other.map(Acts::acting)],
                    slots: SlotSet::of(rule),
                });
            }
        }
        for ((rule, acts), number) in self.rules.rules().iter().zip(&new.acts).zip(0_u16..) {
            if !self.pairing.is_like(number) {
                unlike.push(Unlike {
                    acts: [None, Some(acts.acting())],
                    slots: SlotSet::of(rule),
                });
            }
        }
        unlike
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
        let mut control = vec![NONE; self.past.ids.len()];
        for row in giving.ones() {
            if let Some(first) = control.get_mut(self.past.thread(row))
                && *first == NONE
            {
                *first = u32::try_from(row).unwrap_or(NONE);
            }
        }
        Touched { points, control }
    }

    /// Where control may be given otherwise than before because it was once given otherwise.
    fn add_control(&self, new: &Acting<'_>, giving: &[u16], control: &[u32], points: &mut Bits) {
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
            let since = control.get(self.past.thread(row));
            if since.is_some_and(|since| has_begun(*since, row)) {
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

    /// Notes what comes of a point of which the decisions are given, and as far as which slots go
    /// where the others are the same.
    fn compare(
        &self,
        row: usize,
        ([before, after], slots): (&[Slots; 2], Option<SlotSet>),
        (hand, handed): (Hand, &mut Bits),
        changed: &mut Changed,
    ) {
        let differs = slots_that_differ(before, after);
        let mut differs = differs
            .filter(|slot| slots.is_none_or(|slots| slots.has(*slot)))
            .peekable();
        let first = differs.peek().copied();
        let parts = differs.any(|slot| PARTING.contains(&slot) || self.evolving.is_lost_by(slot));
        if first.is_none() {
            changed.other_reason += u64::from(before != after);
        }
        let thread = self.past.thread(row);
        let sums = &self.base.sums;
        let begin = || Turned {
            sum: sums.get(thread).copied().unwrap_or_default(),
            ..Turned::default()
        };
        let Some(turned) = changed.turned.entry(thread, begin) else {
            return;
        };
        let came = Came::of(self.rules.target_of(hand), self.past.control(row));
        let sum = &mut turned.sum;
        sum.handed = sum.handed + u32::from(came.handed) - u32::from(handed.get(row));
        let read = must_be_read(after);
        sum.reviews = sum.reviews + u32::from(read) - u32::from(self.base.reviews.get(row));
        if self.past.first_contacts.get(row) {
            sum.at_first = came.handed;
        }
        handed.put(row, came.handed);
        changed.queued.put(row, came.queued);
        let Some(slot) = first else {
            return;
        };
        changed.differences += 1;
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
        if let Some(first) = &mut turned.first {
            first.differences += 1;
        }
        if !parts || turned.parted {
            return;
        }
        turned.parted = true;
        turned.surely_handed = self.was_handed(handed, row);
        if let Some(first) = &mut turned.first {
            first.diverges = true;
        }
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
