//! Time between two recorded points: rules that wait shorter or longer than those of then speak up
//! at instants that nobody wrote down.
//!
//! Between two points nothing is known to happen but what the second of them tells: who has had
//! control since when. So the facts of the first stand, with the controller of the second from that
//! instant on, and each set of rules is asked at exactly the instants at which it may change its
//! mind. After the last point of a conversation nothing is asked: nobody knows when it ended.

use super::lane::Lane;
use crate::{
    rules::{
        EventKind, Slots,
        eval::pass::Pass,
        facts::{Fact, Facts, Value, schema::BUILTIN},
        memory::RuleMemory,
        plan::Ruleset,
    },
    time::Timestamp,
};

/// Instants that one set of rules is asked at between two points, at most.
const MOST: usize = 32;

/// The facts that say who has control.
const CONTROL: [Fact; 5] = [
    Fact::CONV_CONTROL,
    Fact::CONV_QUEUE,
    Fact::CONV_IN_CONTROL,
    Fact::CONV_CONTROL_EPOCH,
    Fact::CONV_CHANGED_BY,
];

/// The facts of the last point of a conversation, as recorded.
#[derive(Debug)]
pub(super) struct Last {
    at: i64,
    seq: i64,
    facts: Vec<u8>,
}

/// A stretch of time in which nothing happens.
struct Still {
    from: i64,
    until: i64,
    facts: Facts,
}

/// What a set of rules decided by time alone.
pub(super) type Decided = Vec<(i64, Slots)>;

impl Last {
    pub(super) fn of(at: i64, seq: i64, facts: &Facts) -> Self {
        // Time has no message: what is said of one belongs to the point alone.
        let mut still = facts.clone();
        for (number, def) in (0_u16..).zip(BUILTIN) {
            if def.content || def.name.starts_with("msg.") || def.name.starts_with("draft.") {
                still.set(Fact(number), Value::Unknown);
            }
        }
        still.words.clear();
        Self {
            at,
            seq,
            facts: still.snapshot(),
        }
    }

    /// The facts as they stand when nothing happens.
    pub(super) fn facts(&self) -> Option<Facts> {
        Facts::from_snapshot(&self.facts).ok()
    }

    /// The place in the log of the point.
    pub(super) const fn seq(&self) -> i64 {
        self.seq
    }

    /// What each set of rules decides until the next point, whose facts are given.
    pub(super) fn pass(
        &self,
        next: (i64, &Facts),
        rules: [&Ruleset; 2],
        lanes: &mut [Lane; 2],
        key: &[u8],
    ) -> [Decided; 2] {
        let mut decided = [Vec::new(), Vec::new()];
        let Some(before) = self.facts() else {
            return decided;
        };
        for still in stretches(self.at, &before, next) {
            for ((lane, rules), decided) in lanes.iter_mut().zip(rules).zip(&mut decided) {
                ask(rules, lane, &still, key, decided);
            }
        }
        decided
    }
}

fn stretches(from: i64, before: &Facts, (until, after): (i64, &Facts)) -> Vec<Still> {
    let anchor = |facts: &Facts| match facts.get(Fact::CONV_IN_CONTROL) {
        Value::Since(anchor) => Some(anchor.0),
        _ => None,
    };
    let whole = |facts: Facts, from: i64, until: i64| Still { from, until, facts };
    if anchor(before) == anchor(after) {
        return vec![whole(before.clone(), from, until)];
    }
    let Some(changed) = anchor(after) else {
        return Vec::new();
    };
    let epoch = |facts: &Facts| facts.int(Fact::CONV_CONTROL_EPOCH);
    let changed = changed.clamp(from, until);
    let once = match (epoch(before), epoch(after)) {
        (Some(before), Some(after)) => after - before <= 1,
        _ => false,
    };
    let mut since = before.clone();
    for fact in CONTROL {
        since.set(fact, after.get(fact).clone());
    }
    // Who had control in between, when it changed more than once, is not known.
    let first = once.then(|| whole(before.clone(), from, changed));
    first
        .into_iter()
        .chain([whole(since, changed, until)])
        .filter(|still| still.from < still.until)
        .collect()
}

fn ask(ruleset: &Ruleset, lane: &mut Lane, still: &Still, key: &[u8], decided: &mut Decided) {
    let mut at = Timestamp(still.from);
    for _ in 0..MOST {
        let facts = lane.facts(&still.facts);
        let Some(flip) = ruleset.next_flip(&facts, at, &lane.memory) else {
            return;
        };
        if flip.0 >= still.until || flip <= at {
            return;
        }
        at = flip;
        let pass = Pass {
            event: EventKind::Time,
            facts: &facts,
            now: at,
            memory: &RuleMemory::default(),
            conversation_key: key,
        };
        let settled = ruleset.settle_on(&pass, &mut lane.memory);
        if !settled.slots.is_empty() {
            lane.decide(&facts, &still.facts, &settled.slots, &Slots::default());
            decided.push((at.0, settled.slots));
        }
    }
}
