//! The next instant at which a rule may change its mind by time alone: exact deadlines, so that
//! nothing needs to be polled.

use super::{Truth, Truths, View};
use crate::{
    rules::{
        facts::{Facts, Value},
        memory::RuleMemory,
        outcome::EventKind,
        plan::{Atom, Compare, Operand, Rule, Ruleset, Test},
    },
    time::{DAY, HOUR, SECOND, Timestamp},
};

/// Instants that are tried for one rule before its next candidate is taken as it is.
const STEPS: usize = 128;

impl Ruleset {
    /// The next instant after `now` at which the condition of a rule that runs on `time` changes
    /// its outcome, as long as nothing else happens.
    ///
    /// A rule whose condition an event has made true since it was last evaluated is due a second
    /// later. Ask with the facts as they are after the effects of a decision.
    #[must_use]
    pub fn next_flip(
        &self,
        facts: &Facts,
        now: Timestamp,
        memory: &RuleMemory,
    ) -> Option<Timestamp> {
        let view = View::new(self, facts);
        self.flip_after(&Truths::new(&view, now), memory)
    }

    /// The same with truths that are known already.
    pub(super) fn flip_after(
        &self,
        truths: &Truths<'_, '_>,
        memory: &RuleMemory,
    ) -> Option<Timestamp> {
        let (view, now) = (truths.view, truths.now);
        let standing = super::pass::standing(view.facts);
        let mut best: Option<Timestamp> = None;
        for number in &self.event(EventKind::Time).rules {
            let Some(rule) = self.rules.get(usize::from(*number)) else {
                continue;
            };
            if memory.is_spent(rule.id.as_str(), rule.once, &standing) {
                continue;
            }
            let holds = rule
                .when
                .truth(&|atom| truths.get(atom))
                .matches(rule.unknown_matches);
            if holds && !memory.held(rule.id.as_str()) {
                let due = now.plus(SECOND);
                best = Some(best.map_or(due, |best| best.min(due)));
                continue;
            }
            // Most rules are decided by what does not hang on time, which costs next to nothing.
            let (least, most) = rule.when.bounds(&|number| {
                if view.atom(number).is_some_and(Atom::is_timed) {
                    (Truth::False, Truth::True)
                } else {
                    (truths.get(number), truths.get(number))
                }
            });
            if least.matches(rule.unknown_matches) == most.matches(rule.unknown_matches) {
                continue;
            }
            let found = view.flip_of(rule, now, best, holds);
            best = match (best, found) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        best
    }
}

impl View<'_> {
    fn atom(&self, number: u16) -> Option<&Atom> {
        self.ruleset.atoms.get(usize::from(number))
    }

    fn matches_at(&self, rule: &Rule, at: Timestamp) -> bool {
        let truth = rule.when.truth(&|number| {
            self.atom(number)
                .map_or(Truth::Unknown, |atom| self.truth(atom, at))
        });
        truth.matches(rule.unknown_matches)
    }

    fn flip_of(
        &self,
        rule: &Rule,
        now: Timestamp,
        best: Option<Timestamp>,
        holds: bool,
    ) -> Option<Timestamp> {
        let mut at = now;
        for _ in 0..STEPS {
            if self.is_settled(rule, at) {
                return None;
            }
            at = rule
                .when
                .rows
                .iter()
                .filter_map(|row| self.atom(row.atom))
                .filter_map(|atom| self.next_change(atom, at))
                .min()?;
            if best.is_some_and(|best| best <= at) {
                return None;
            }
            if self.matches_at(rule, at) != holds {
                return Some(at);
            }
        }
        // Hours that open and close without ever deciding anything: one look after many of them.
        Some(at)
    }

    /// Whether the outcome of a rule is certain from an instant on: what can still change is taken
    /// both ways, and the rule matches, or does not, all the same.
    fn is_settled(&self, rule: &Rule, at: Timestamp) -> bool {
        let (least, most) = rule.when.bounds(&|number| {
            let Some(atom) = self.atom(number) else {
                return (Truth::Unknown, Truth::Unknown);
            };
            match self.next_change(atom, at) {
                Some(_) => (Truth::False, Truth::True),
                None => {
                    let truth = self.truth(atom, at);
                    (truth, truth)
                }
            }
        });
        least.matches(rule.unknown_matches) == most.matches(rule.unknown_matches)
    }

    /// The first instant after `at` at which an atom may change; `None` if it never does.
    fn next_change(&self, atom: &Atom, at: Timestamp) -> Option<Timestamp> {
        let ruleset = self.ruleset;
        let calendar = |number: u16| ruleset.calendars.get(usize::from(number));
        let later = |candidate: Timestamp| (candidate > at).then_some(candidate);
        if !atom.is_timed() {
            return None;
        }
        match atom.operand {
            Operand::Open(number) => calendar(number)?.calendar.next_boundary(at),
            Operand::Hour => ruleset.zone.next_local_multiple(at, HOUR),
            Operand::Weekday => ruleset.zone.next_local_multiple(at, DAY),
            Operand::Now => {
                let Test::Number(compare, limit) = atom.test else {
                    return None;
                };
                let limit = Timestamp(limit);
                match compare {
                    Compare::AtLeast | Compare::Less => later(limit),
                    Compare::More | Compare::AtMost => later(limit.plus(1)),
                    Compare::Equal | Compare::NotEqual => {
                        later(limit).or_else(|| later(limit.plus(1)))
                    }
                }
            }
            Operand::Since(source) => later(self.source(source)?.plus(reached(&atom.test)?)),
            Operand::Until(source) => {
                let Test::Number(compare, limit) = atom.test else {
                    return None;
                };
                let meets = self.source(source)?.plus(limit.saturating_neg());
                match compare {
                    Compare::More | Compare::AtMost => later(meets),
                    _ => later(meets.plus(1)),
                }
            }
            Operand::Builtin(fact) => {
                let Value::Since(anchor) = self.facts.get(fact) else {
                    return None;
                };
                running(*anchor, &atom.test).and_then(later)
            }
            Operand::Custom(number) => {
                let Value::Since(anchor) = self.custom(number) else {
                    return None;
                };
                running(*anchor, &atom.test).and_then(later)
            }
            Operand::Business(number, fact) => {
                let Value::Since(anchor) = self.facts.get(fact) else {
                    return None;
                };
                let length = reached(&atom.test).filter(|length| *length > 0)?;
                calendar(number)?
                    .calendar
                    .add(*anchor, length)
                    .and_then(later)
            }
            Operand::Words(_) => None,
        }
    }
}

/// The length at which a comparison with a growing length changes.
const fn reached(test: &Test) -> Option<i64> {
    match test {
        Test::Number(Compare::AtLeast | Compare::Less, limit) => Some(*limit),
        Test::Number(Compare::More | Compare::AtMost, limit) => Some(limit.saturating_add(1)),
        _ => None,
    }
}

/// The instant at which a comparison with a running length changes. A length is never less than
/// nothing, so limits up to there never change.
fn running(anchor: Timestamp, test: &Test) -> Option<Timestamp> {
    reached(test)
        .filter(|length| *length > 0)
        .map(|length| anchor.plus(length))
}
