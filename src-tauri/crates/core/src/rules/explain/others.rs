//! The rules of a decision that did not match and were not near it, for who wants to see all.

use std::sync::Arc;

use super::{ExplainedRow, Look};
use crate::rules::{
    eval::{
        Truth, Truths, View,
        record::{DecisionRecord, RecordError},
    },
    outcome::RuleId,
    plan::{Rule, Ruleset},
};

/// A rule that did not match.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmatched {
    /// The rule.
    pub rule: RuleId,
    /// What it says of itself.
    pub reason: Arc<str>,
    /// The lines that did not hold, or of which that was not known.
    pub rows: Vec<ExplainedRow>,
}

impl Ruleset {
    /// The rules that a recorded decision looked at and that neither matched nor nearly did. They
    /// are told apart from the explanation, because they are many and seldom asked for.
    ///
    /// # Errors
    /// When the record is damaged or of another version of the rules.
    pub fn unmatched(&self, record: &DecisionRecord) -> Result<Vec<Unmatched>, RecordError> {
        let event = self.event(record.event);
        if record.ruleset != self.id || record.truths.len() != event.atoms.len() {
            return Err(RecordError::OtherRuleset);
        }
        let facts = record.facts()?;
        let view = View::new(self, &facts);
        let mut truths = Truths::new(&view, record.at);
        for (atom, truth) in event.atoms.iter().zip(&record.truths) {
            truths.set(*atom, *truth);
        }
        let look = Look {
            view: &view,
            truths: &truths,
            now: record.at,
        };
        let marked = |number: &u16| record.marks.iter().any(|(other, _)| other == number);
        Ok(event
            .rules
            .iter()
            .filter(|number| !marked(number))
            .filter_map(|number| self.rules.get(usize::from(*number)))
            .filter(|rule| look.near(rule).is_none())
            .map(|rule| Unmatched {
                rule: rule.id.clone(),
                reason: Arc::clone(&rule.reason),
                rows: look.not_holding(rule),
            })
            .collect())
    }
}

impl Look<'_, '_> {
    fn not_holding(&self, rule: &Rule) -> Vec<ExplainedRow> {
        (0_u16..)
            .zip(&rule.when.rows)
            .filter(|(_, row)| row.truth(self.truths.get(row.atom)) != Truth::True)
            .filter_map(|(number, _)| self.row(rule, number))
            .collect()
    }
}
