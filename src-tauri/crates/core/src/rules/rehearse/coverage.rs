//! What the tests have seen of the rules: which matched, and which lines were both true and false.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::rules::{
    eval::Truth,
    outcome::RuleId,
    plan::{Ruleset, Status},
};

/// What has been seen of each rule, by its number.
#[derive(Debug, Default)]
pub(super) struct Seen {
    rules: BTreeMap<u16, SeenRule>,
}

#[derive(Debug, Default)]
struct SeenRule {
    matched: bool,
    acted: bool,
    /// Per line: seen true, seen false.
    rows: BTreeMap<usize, (bool, bool)>,
}

impl Seen {
    /// Notes the truth of a line of a rule.
    pub(super) fn row(&mut self, rule: u16, row: usize, truth: Truth) {
        let seen = self.rules.entry(rule).or_default();
        let row = seen.rows.entry(row).or_default();
        row.0 |= truth == Truth::True;
        row.1 |= truth == Truth::False;
    }

    /// Notes that a rule matched.
    pub(super) fn matched(&mut self, rule: u16, acted: bool) {
        let seen = self.rules.entry(rule).or_default();
        seen.matched = true;
        seen.acted |= acted;
    }
}

/// What the tests have seen of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Rules that are not off.
    pub rules: usize,
    /// Rules that matched in a test.
    pub rules_matched: usize,
    /// Lines of their conditions.
    pub conditions: usize,
    /// Lines that were true in one test and false in another.
    pub conditions_both: usize,
    /// Each rule, in the order of the file.
    pub list: Vec<RuleCoverage>,
}

/// What the tests have seen of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleCoverage {
    /// The rule.
    pub rule: RuleId,
    /// Whether it matched.
    pub matched: bool,
    /// Whether it acted.
    pub acted: bool,
    /// Its lines.
    pub rows: Vec<RowCoverage>,
}

/// What the tests have seen of one line of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowCoverage {
    /// The line.
    pub text: Arc<str>,
    /// Whether it was true once.
    pub seen_true: bool,
    /// Whether it was false once.
    pub seen_false: bool,
}

impl Coverage {
    pub(super) fn of(ruleset: &Ruleset, seen: &Seen) -> Self {
        let nothing = SeenRule::default();
        let mut list = Vec::new();
        for (number, rule) in (0_u16..).zip(&ruleset.rules) {
            // What is only tried in the place of a rule is played when it is put there.
            if rule.status == Status::Off || rule.replaces.is_some() {
                continue;
            }
            let seen = seen.rules.get(&number).unwrap_or(&nothing);
            let rows = rule.when.rows.iter().enumerate().map(|(index, row)| {
                let (seen_true, seen_false) = seen.rows.get(&index).copied().unwrap_or_default();
                RowCoverage {
                    text: Arc::clone(&row.text),
                    seen_true,
                    seen_false,
                }
            });
            list.push(RuleCoverage {
                rule: rule.id.clone(),
                matched: seen.matched,
                acted: seen.acted,
                rows: rows.collect(),
            });
        }
        let rows = || list.iter().flat_map(|rule| &rule.rows);
        Self {
            rules: list.len(),
            rules_matched: list.iter().filter(|rule| rule.matched).count(),
            conditions: rows().count(),
            conditions_both: rows().filter(|row| row.seen_true && row.seen_false).count(),
            list,
        }
    }
}
