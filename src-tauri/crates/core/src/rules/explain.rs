//! Why, and why not: what a decision rests on, row by row, with values and distances.

pub mod others;
pub mod sentence;

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use self::sentence::Part;
use super::{
    eval::{
        Reading, Truth, Truths, View,
        pass::Pass,
        record::{DecisionRecord, RecordError},
    },
    facts::{Fact, FactType, Facts},
    memory::RuleMemory,
    outcome::{EventKind, Lost, RuleId, Slots, Would},
    plan::{Atom, Operand, Row, Rule, Ruleset, Test},
};
use crate::{hash::Hash, time::Timestamp};

/// A distance from the limit below which a row that does not hold nearly does.
const NEAR: f64 = 0.10;

/// A value as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// True or false.
    Bool(bool),
    /// A whole number; lengths of time in milliseconds, instants in milliseconds since 1970.
    Number(i64),
    /// A number with a point.
    Decimal(f64),
    /// A text.
    Text(String),
    /// A set of texts.
    Texts(Vec<String>),
}

/// One line of a condition with what was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedRow {
    /// Its number in the condition.
    #[serde(rename = "c")]
    pub number: u16,
    /// The line.
    pub text: Arc<str>,
    /// Whether it held; nothing when that was unknown.
    #[serde(rename = "t")]
    pub truth: Option<bool>,
    /// What was read; nothing when it was unknown or is the customer's own words.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    pub value: Option<Shown>,
    /// The limit, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Shown>,
    /// The distance from the limit, as a share of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// The fact.
    pub fact: Arc<str>,
    /// The unit of the value: `ms` for lengths of time, `instant` for instants.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unit: &'static str,
    /// The definition the line comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Arc<str>>,
}

/// A rule that matched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matched {
    /// The rule.
    pub rule: RuleId,
    /// What it says of itself.
    pub reason: Arc<str>,
    /// Whether it acted now; otherwise it had acted before.
    pub acted: bool,
    /// Whether only doubt made it match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_doubt: bool,
    /// The lines that made the difference: without any of them it would not have matched.
    pub because: Vec<u16>,
    /// Every line.
    pub rows: Vec<ExplainedRow>,
}

/// A rule that nearly matched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// The rule.
    pub rule: RuleId,
    /// What it says of itself.
    pub reason: Arc<str>,
    /// How many lines would have had to be different.
    pub false_rows: usize,
    /// The lines of which one change would have made it match, or that were all close.
    pub rows: Vec<ExplainedRow>,
}

/// A missing fact that kept a rule from being certain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Missing {
    /// The rule.
    pub rule: RuleId,
    /// The fact.
    pub fact: Arc<str>,
}

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What happened.
    pub event: EventKind,
    /// The logical instant.
    pub at: Timestamp,
    /// The name of the policy.
    pub policy: Arc<str>,
    /// The version of the rules.
    pub ruleset: Hash,
    /// The facts, by the hash of their snapshot.
    pub facts: Hash,
    /// What was decided.
    pub result: Slots,
    /// The rules that matched.
    pub matched: Vec<Matched>,
    /// What rules wanted and did not get.
    pub lost: Vec<Lost>,
    /// The rules that nearly matched.
    pub near: Vec<Near>,
    /// Facts that were missing and mattered.
    pub unknown: Vec<Missing>,
    /// What rules in shadow would have done.
    pub shadow: Vec<Matched>,
    /// What would have been decided with one of the rules in shadow live, where that differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would: Vec<Would>,
    /// The next instant at which a rule may change its mind.
    pub next_flip: Option<Timestamp>,
    /// One sentence for people.
    pub sentence: String,
    /// The sentence in parts, for other languages.
    pub parts: Vec<Part>,
}

impl Ruleset {
    /// What these rules say of facts, also of facts recorded before the rules were written: as if
    /// every rule that matches were to act for the first time.
    #[must_use]
    pub fn explain(&self, facts: &Facts, event: EventKind, now: Timestamp) -> Explanation {
        let verdict = self.decide(&Pass {
            event,
            facts,
            now,
            memory: &RuleMemory::default(),
            conversation_key: &[],
        });
        let view = View::new(self, facts);
        let truths = Truths::new(&view, now);
        self.explanation(&verdict.record, &truths)
    }

    /// What these rules would have made of a past decision: as if every rule that matches were to
    /// act for the first time. The record can be explained as if it had been made then.
    #[must_use]
    pub fn decide_again(
        &self,
        facts: &Facts,
        event: EventKind,
        now: Timestamp,
        conversation_key: &[u8],
    ) -> DecisionRecord {
        let memory = RuleMemory::default();
        let pass = Pass {
            event,
            facts,
            now,
            memory: &memory,
            conversation_key,
        };
        self.decide(&pass).record
    }

    /// Explains a recorded decision. `text` is what the customer wrote, where it is at hand:
    /// without it the recorded truth of its conditions still stands.
    ///
    /// # Errors
    /// When the record is damaged or of another version of the rules.
    pub fn explain_record(
        &self,
        record: &DecisionRecord,
        text: Option<&str>,
    ) -> Result<Explanation, RecordError> {
        let atoms = &self.event(record.event).atoms;
        if record.ruleset != self.id || record.truths.len() != atoms.len() {
            return Err(RecordError::OtherRuleset);
        }
        let mut facts = record.facts()?;
        if let Some(text) = text {
            facts.set(Fact::MSG_TEXT, text);
        }
        let view = View::new(self, &facts);
        let mut truths = Truths::new(&view, record.at);
        for (atom, truth) in atoms.iter().zip(&record.truths) {
            truths.set(*atom, *truth);
        }
        Ok(self.explanation(record, &truths))
    }

    fn explanation(&self, record: &DecisionRecord, truths: &Truths<'_, '_>) -> Explanation {
        let look = Look {
            view: truths.view,
            truths,
            now: record.at,
        };
        let mut matched = Vec::new();
        let mut shadow = Vec::new();
        let mut near = Vec::new();
        let mut unknown = BTreeSet::new();
        for number in &self.event(record.event).rules {
            let Some(rule) = self.rules.get(usize::from(*number)) else {
                continue;
            };
            look.missing(rule, &mut unknown);
            match record.marks.iter().find(|(marked, _)| marked == number) {
                Some((_, mark)) => {
                    let list = if mark & 2 == 0 {
                        &mut matched
                    } else {
                        &mut shadow
                    };
                    list.push(look.matched(rule, mark & 1 == 1));
                }
                None => near.extend(look.near(rule)),
            }
        }
        let mut explanation = Explanation {
            event: record.event,
            at: record.at,
            policy: Arc::clone(&self.policy),
            ruleset: self.id,
            facts: Hash::of(&record.facts),
            result: record.slots.clone(),
            matched,
            lost: record.lost.clone(),
            near,
            unknown: unknown.into_iter().collect(),
            shadow,
            would: record.would.clone(),
            next_flip: record.next_flip,
            sentence: String::new(),
            parts: Vec::new(),
        };
        explanation.parts = sentence::parts(&explanation);
        explanation.sentence = sentence::english(&explanation.parts);
        explanation
    }
}

/// Facts and truths at one instant, as they are explained.
struct Look<'l, 'a> {
    view: &'l View<'a>,
    truths: &'l Truths<'l, 'a>,
    now: Timestamp,
}

impl Look<'_, '_> {
    fn truth(&self, rule: &Rule) -> Truth {
        rule.when.truth(&|atom| self.truths.get(atom))
    }

    /// Whether a rule would match with some atoms the other way round.
    fn matches_with(&self, rule: &Rule, flip: impl Fn(u16) -> Option<Truth>) -> bool {
        let truth = rule
            .when
            .truth(&|atom| flip(atom).unwrap_or_else(|| self.truths.get(atom)));
        truth.matches(rule.unknown_matches)
    }

    /// The rows each of which alone, the other way round, would change the outcome.
    fn pivots(&self, rule: &Rule, matches: bool) -> Vec<u16> {
        let turns = |row: &Row| {
            let sides: &[Truth] = match self.truths.get(row.atom) {
                Truth::True => &[Truth::False],
                Truth::False => &[Truth::True],
                Truth::Unknown => &[Truth::True, Truth::False],
            };
            sides.iter().any(|side| {
                self.matches_with(rule, |atom| (atom == row.atom).then_some(*side)) != matches
            })
        };
        let mut pivots = Vec::with_capacity(rule.when.rows.len());
        let numbered = (0_u16..).zip(&rule.when.rows);
        pivots.extend(
            numbered
                .filter(|(_, row)| turns(row))
                .map(|(number, _)| number),
        );
        pivots
    }

    fn matched(&self, rule: &Rule, acted: bool) -> Matched {
        let truth = self.truth(rule);
        let mut because = self.pivots(rule, true);
        if because.is_empty() {
            // Several lines would each have been enough: all that held are why.
            because = (0_u16..)
                .zip(&rule.when.rows)
                .filter(|(_, row)| row.truth(self.truths.get(row.atom)) == Truth::True)
                .map(|(number, _)| number)
                .collect();
        }
        let count = u16::try_from(rule.when.rows.len()).unwrap_or(u16::MAX);
        let mut rows = Vec::with_capacity(rule.when.rows.len());
        rows.extend((0..count).filter_map(|number| self.row(rule, number)));
        Matched {
            rule: rule.id.clone(),
            reason: Arc::clone(&rule.reason),
            acted,
            in_doubt: truth == Truth::Unknown,
            because,
            rows,
        }
    }

    /// How a rule nearly matched: one line is missing, or all that are missing are close.
    fn near(&self, rule: &Rule) -> Option<Near> {
        let pivots = self.pivots(rule, false);
        let (false_rows, numbers) = if pivots.is_empty() {
            let close: Vec<u16> = (0_u16..)
                .zip(&rule.when.rows)
                .filter(|(_, row)| row.truth(self.truths.get(row.atom)) == Truth::False)
                .map(|(number, _)| number)
                .collect();
            let all_close = !close.is_empty()
                && close.iter().all(|number| {
                    self.row(rule, *number)
                        .and_then(|row| row.gap)
                        .is_some_and(|gap| gap < NEAR)
                });
            let atoms: Vec<u16> = close
                .iter()
                .filter_map(|number| rule.when.rows.get(usize::from(*number)))
                .map(|row| row.atom)
                .collect();
            let flipped = |atom: u16| {
                atoms
                    .contains(&atom)
                    .then(|| self.truths.get(atom).denied())
            };
            if !all_close || !self.matches_with(rule, flipped) {
                return None;
            }
            (close.len(), close)
        } else {
            (1, pivots)
        };
        Some(Near {
            rule: rule.id.clone(),
            reason: Arc::clone(&rule.reason),
            false_rows,
            rows: numbers
                .into_iter()
                .filter_map(|number| self.row(rule, number))
                .collect(),
        })
    }

    /// Facts that are missing and without which the outcome is not certain.
    fn missing(&self, rule: &Rule, out: &mut BTreeSet<Missing>) {
        if self.truth(rule) != Truth::Unknown {
            return;
        }
        for row in &rule.when.rows {
            if self.truths.get(row.atom) == Truth::Unknown
                && let Some(atom) = self.view.ruleset.atoms.get(usize::from(row.atom))
            {
                out.insert(Missing {
                    rule: rule.id.clone(),
                    fact: Arc::clone(&atom.fact),
                });
            }
        }
    }

    fn row(&self, rule: &Rule, number: u16) -> Option<ExplainedRow> {
        let row = rule.when.rows.get(usize::from(number))?;
        let atom = self.view.ruleset.atoms.get(usize::from(row.atom))?;
        let truth = self.truths.get(row.atom);
        let reading = match (atom.operand, &atom.test) {
            // The record knows whether the words were found, also when the text is gone.
            (Operand::Words(_), Test::IsTrue) => {
                truth.known().map_or(Reading::Unknown, Reading::Bool)
            }
            (operand, _) => self.view.read(operand, self.now),
        };
        let content = matches!(atom.operand, Operand::Builtin(fact) if fact.def().content);
        let (limit, gap) = distance(&atom.test, reading);
        Some(ExplainedRow {
            number,
            text: Arc::clone(&row.text),
            truth: row.truth(truth).known(),
            value: if content { None } else { shown(reading) },
            limit,
            gap,
            fact: Arc::clone(&atom.fact),
            unit: unit(atom),
            via: row.via.clone(),
        })
    }
}

fn unit(atom: &Atom) -> &'static str {
    match atom.kind {
        FactType::Duration => "ms",
        FactType::Time => "instant",
        _ => match atom.operand {
            Operand::Builtin(fact) => fact.def().unit,
            _ => "",
        },
    }
}

fn shown(reading: Reading<'_>) -> Option<Shown> {
    Some(match reading {
        Reading::Unknown => return None,
        Reading::Bool(value) => Shown::Bool(value),
        Reading::Number(value) => Shown::Number(value),
        Reading::Decimal(value) => Shown::Decimal(value),
        Reading::Text(text) => Shown::Text(text.to_owned()),
        Reading::Texts(set) => Shown::Texts(set.iter().map(ToString::to_string).collect()),
    })
}

/// The limit of a comparison, and how far the value is from it as a share of the limit.
fn distance(test: &Test, reading: Reading<'_>) -> (Option<Shown>, Option<f64>) {
    #[allow(clippy::cast_precision_loss, reason = "shown to three digits")]
    let (limit, shown, value) = match (test, reading) {
        (Test::Number(_, limit), Reading::Number(value)) => {
            (*limit as f64, Shown::Number(*limit), Some(value as f64))
        }
        (Test::Decimal(_, limit), Reading::Decimal(value)) => {
            (*limit, Shown::Decimal(*limit), Some(value))
        }
        (Test::Number(_, limit), _) => (*limit as f64, Shown::Number(*limit), None),
        (Test::Decimal(_, limit), _) => (*limit, Shown::Decimal(*limit), None),
        _ => return (None, None),
    };
    let scale = if limit == 0.0 { 1.0 } else { limit.abs() };
    let gap = value.map(|value| ((value - limit).abs() / scale * 1_000.0).round() / 1_000.0);
    (Some(shown), gap)
}

#[cfg(test)]
mod tests;
