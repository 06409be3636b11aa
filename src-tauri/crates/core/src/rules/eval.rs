//! Evaluation in three-valued logic: true, false, unknown.

pub mod flip;
pub(in crate::rules) mod hand;
pub mod marks;
mod merge;
pub mod pass;
pub mod record;

use std::{cell::OnceCell, sync::Arc};

use serde::Serialize;

use super::{
    facts::{Fact, Facts, Value},
    plan::{Atom, Cond, Condition, Operand, Row, Ruleset, Source, Test},
};
use crate::time::{DAY, HOUR, Timestamp};

/// The truth of an atom or condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// A fact is missing that it hangs on.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// The opposite; what is unknown stays so.
    #[must_use]
    pub const fn denied(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// Whether it counts as a match.
    #[must_use]
    pub const fn matches(self, unknown_matches: bool) -> bool {
        match self {
            Self::False => false,
            Self::Unknown => unknown_matches,
            Self::True => true,
        }
    }

    /// True, false, or `None` for unknown.
    #[must_use]
    pub const fn known(self) -> Option<bool> {
        match self {
            Self::False => Some(false),
            Self::Unknown => None,
            Self::True => Some(true),
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Cond {
    /// The truth of the tree, given the truth of its rows. In the order false, unknown, true,
    /// "all" is the least and "any" the greatest.
    pub fn truth(&self, row: &impl Fn(u16) -> Truth) -> Truth {
        match self {
            Self::Const(value) => (*value).into(),
            Self::Row(number) => row(*number),
            Self::Not(inner) => inner.truth(row).denied(),
            Self::All(parts) => fold(parts, Truth::True, Truth::False, Ord::min, row),
            Self::Any(parts) => fold(parts, Truth::False, Truth::True, Ord::max, row),
        }
    }
}

/// Folds the truths of parts from one end of the order towards the other, where nothing can
/// change it any more.
fn fold(
    parts: &[Cond],
    from: Truth,
    end: Truth,
    pick: fn(Truth, Truth) -> Truth,
    row: &impl Fn(u16) -> Truth,
) -> Truth {
    let mut truth = from;
    for part in parts {
        truth = pick(truth, part.truth(row));
        if truth == end {
            break;
        }
    }
    truth
}

impl Cond {
    /// The least and the greatest truth of the tree, given those of its rows.
    fn bounds(&self, row: &impl Fn(u16) -> (Truth, Truth)) -> (Truth, Truth) {
        let fold = |parts: &[Self], least: Truth, pick: fn(Truth, Truth) -> Truth| {
            parts
                .iter()
                .map(|part| part.bounds(row))
                .fold((least, least), |sum, part| {
                    (pick(sum.0, part.0), pick(sum.1, part.1))
                })
        };
        match self {
            Self::Const(value) => ((*value).into(), (*value).into()),
            Self::Row(number) => row(*number),
            Self::Not(inner) => {
                let (least, most) = inner.bounds(row);
                (most.denied(), least.denied())
            }
            Self::All(parts) => fold(parts, Truth::True, Ord::min),
            Self::Any(parts) => fold(parts, Truth::False, Ord::max),
        }
    }
}

impl Row {
    /// The truth of the line, given the truth of its atom.
    #[must_use]
    pub const fn truth(&self, atom: Truth) -> Truth {
        if self.negated { atom.denied() } else { atom }
    }
}

impl Condition {
    /// The truth of the condition, given the truth of atoms.
    pub fn truth(&self, atom: &impl Fn(u16) -> Truth) -> Truth {
        self.cond.truth(&|number| {
            self.rows
                .get(usize::from(number))
                .map_or(Truth::Unknown, |row| row.truth(atom(row.atom)))
        })
    }
}

impl Condition {
    /// The least and the greatest truth of the condition, given those of atoms.
    fn bounds(&self, atom: &impl Fn(u16) -> (Truth, Truth)) -> (Truth, Truth) {
        self.cond.bounds(&|number| {
            let Some(row) = self.rows.get(usize::from(number)) else {
                return (Truth::Unknown, Truth::Unknown);
            };
            let (least, most) = atom(row.atom);
            if row.negated {
                (most.denied(), least.denied())
            } else {
                (least, most)
            }
        })
    }
}

/// What an operand is at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading<'a> {
    /// Nothing is known.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A whole number, milliseconds of a length of time, or of an instant.
    Number(i64),
    /// A number with a point.
    Decimal(f64),
    /// A text.
    Text(&'a str),
    /// A set of texts.
    Texts(&'a [Arc<str>]),
}

/// Facts seen through a ruleset at an instant.
pub(super) struct View<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) facts: &'a Facts,
    words: OnceCell<Vec<Option<bool>>>,
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl<'a> View<'a> {
    pub(super) const fn new(ruleset: &'a Ruleset, facts: &'a Facts) -> Self {
        Self {
            ruleset,
            facts,
            words: OnceCell::new(),
        }
    }

    fn custom(&self, number: u16) -> &'a Value {
        self.ruleset
            .custom
            .get(usize::from(number))
            .map_or(&Value::Unknown, |fact| self.facts.custom(&fact.name))
    }

    fn source(&self, source: Source) -> Option<Timestamp> {
        let value = match source {
            Source::Builtin(fact) => self.facts.get(fact),
            Source::Custom(number) => self.custom(number),
        };
        match value {
            Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// What an operand is at an instant.
    pub(super) fn read(&self, operand: Operand, now: Timestamp) -> Reading<'a> {
        let ruleset = self.ruleset;
        let calendar = |number: u16| ruleset.calendars.get(usize::from(number));
        let number = |value: Option<i64>| value.map_or(Reading::Unknown, Reading::Number);
        match operand {
            Operand::Builtin(fact) => reading(self.facts.get(fact), now),
            Operand::Custom(index) => reading(self.custom(index), now),
            Operand::Words(index) => {
                let known = self.words.get_or_init(|| ruleset.words.known(self.facts));
                match known.get(usize::from(index)).copied().flatten() {
                    Some(found) => Reading::Bool(found),
                    None => Reading::Unknown,
                }
            }
            Operand::Open(index) => calendar(index).map_or(Reading::Unknown, |named| {
                Reading::Bool(named.calendar.is_open(now))
            }),
            Operand::Business(index, fact) => match (self.facts.get(fact), calendar(index)) {
                (Value::Since(anchor), Some(named)) => {
                    Reading::Number(named.calendar.elapsed(*anchor, now).max(0))
                }
                // A length that stands still was measured by the clock, not by the calendar:
                // only nothing is the same in both.
                (Value::Duration(0), _) => Reading::Number(0),
                _ => Reading::Unknown,
            },
            Operand::Since(source) => number(self.source(source).map(|at| now.since(at))),
            Operand::Until(source) => number(self.source(source).map(|at| at.since(now))),
            Operand::Now => Reading::Number(now.0),
            Operand::Hour => {
                Reading::Number(ruleset.zone.local(now).rem_euclid(DAY).div_euclid(HOUR))
            }
            Operand::Weekday => {
                // 1970-01-01 was a Thursday.
                let day = (ruleset.zone.local(now).div_euclid(DAY) + 3).rem_euclid(7);
                let name = usize::try_from(day).ok().and_then(|day| WEEKDAYS.get(day));
                name.map_or(Reading::Unknown, |name| Reading::Text(name))
            }
        }
    }

    /// The truth of an atom at an instant.
    pub(super) fn truth(&self, atom: &Atom, now: Timestamp) -> Truth {
        let reading = self.read(atom.operand, now);
        if matches!(atom.test, Test::Known) {
            return (reading != Reading::Unknown).into();
        }
        let holds = match (&atom.test, reading) {
            (Test::IsTrue, Reading::Bool(value)) => value,
            (Test::Number(compare, limit), Reading::Number(value)) => compare.holds(&value, limit),
            (Test::NumberIn(list), Reading::Number(value)) => list.contains(&value),
            (Test::Decimal(compare, limit), Reading::Decimal(value)) => {
                compare.holds(&value, limit)
            }
            (Test::Text(equal, value), Reading::Text(text)) => (text == &**value) == *equal,
            (Test::TextIn(list), Reading::Text(text)) => list.iter().any(|one| &**one == text),
            (Test::Contains(part), Reading::Text(text)) => text.contains(&**part),
            (Test::StartsWith(part), Reading::Text(text)) => text.starts_with(&**part),
            (Test::Matches(regex), Reading::Text(text)) => regex.is_match(text),
            (Test::Has(member), Reading::Texts(set)) => set.iter().any(|one| one == member),
            // A value of another type than the schema says is as good as none.
            _ => return Truth::Unknown,
        };
        holds.into()
    }
}

fn reading(value: &Value, now: Timestamp) -> Reading<'_> {
    match value {
        Value::Unknown => Reading::Unknown,
        Value::Bool(value) => Reading::Bool(*value),
        Value::Int(value) | Value::Duration(value) => Reading::Number(*value),
        // What begins in the future has not lasted at all yet.
        Value::Since(anchor) => Reading::Number(now.since(*anchor).max(0)),
        Value::Time(at) => Reading::Number(at.0),
        Value::Decimal(value) => Reading::Decimal(*value),
        Value::Text(text) => Reading::Text(text),
        Value::Texts(set) => Reading::Texts(set),
    }
}

/// The truth of atoms, each evaluated at most once.
pub(super) struct Truths<'v, 'a> {
    pub(super) view: &'v View<'a>,
    now: Timestamp,
    known: Vec<OnceCell<Truth>>,
}

impl<'v, 'a> Truths<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>, now: Timestamp) -> Self {
        Self {
            view,
            now,
            known: vec![OnceCell::new(); view.ruleset.atoms.len()],
        }
    }

    /// Takes over what was recorded, for atoms whose facts are gone.
    pub(super) fn set(&mut self, atom: u16, truth: Truth) {
        if let Some(cell) = self.known.get(usize::from(atom)) {
            let _ = cell.set(truth);
        }
    }

    pub(super) fn get(&self, number: u16) -> Truth {
        let index = usize::from(number);
        match (self.known.get(index), self.view.ruleset.atoms.get(index)) {
            (Some(cell), Some(atom)) => *cell.get_or_init(|| self.view.truth(atom, self.now)),
            _ => Truth::Unknown,
        }
    }
}

impl Ruleset {
    /// Whether the clocks of a service level policy stand still.
    #[must_use]
    pub fn sla_paused(&self, policy: &str, facts: &Facts, now: Timestamp) -> bool {
        self.sla(policy)
            .and_then(|sla| sla.pause_when.as_ref())
            .is_some_and(|condition| self.holds(condition, facts, now))
    }

    /// Whether a ladder ends early.
    #[must_use]
    pub fn ladder_stopped(&self, ladder: &str, facts: &Facts, now: Timestamp) -> bool {
        self.ladder(ladder)
            .and_then(|ladder| ladder.stop_when.as_ref())
            .is_some_and(|condition| self.holds(condition, facts, now))
    }

    /// Whether a condition of this ruleset is true; doubt is not.
    fn holds(&self, condition: &Condition, facts: &Facts, now: Timestamp) -> bool {
        let view = View::new(self, facts);
        let truth = condition.truth(&|number| {
            self.atoms
                .get(usize::from(number))
                .map_or(Truth::Unknown, |atom| view.truth(atom, now))
        });
        truth == Truth::True
    }

    /// What a conversation starts with, on a channel with these facts.
    ///
    /// `default = { control = "bot" }` means the channel's bot. On a channel without one (and
    /// where it is not known that there is one) it means the queue: nobody writes to a controller
    /// that is not there.
    #[must_use]
    pub fn defaults_for(&self, facts: &Facts) -> super::plan::Defaults {
        let mut defaults = self.defaults.clone();
        let has_bot = *facts.get(Fact::CHANNEL_HAS_BOT) == Value::Bool(true);
        if defaults.control == super::ControlTarget::Bot && !has_bot {
            defaults.control = super::ControlTarget::Queue;
        }
        defaults
    }
}

#[cfg(test)]
pub(super) mod tests;
