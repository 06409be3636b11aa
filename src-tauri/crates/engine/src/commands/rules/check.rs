//! What is said of a text of rules at each pause of typing: problems, findings, tests, the form.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use baton_api::ApiError;
use baton_api::rules as ru;
use baton_core::hash::Hash;
use baton_core::rules::edit::form::{Forms, forms};
use baton_core::rules::problem::Span;
use baton_core::rules::rehearse::Played;
use baton_core::rules::rehearse::coverage::{Coverage, RuleCoverage};
use baton_core::rules::{Analyst, Finding, Problem, Problems, Rehearsal, Ruleset};

use super::{form, number};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::rulesfile::begun;
use crate::view::word;

impl Engine {
    pub(in crate::commands) async fn rules_check(
        &self,
        asked: ru::RulesCheck,
    ) -> Result<ru::RulesChecked, ApiError> {
        let analyst = Arc::clone(&self.inner.analyst);
        let queues = self.roster().queues();
        let checked = tokio::task::spawn_blocking(move || {
            // What a panic may have left behind is only what the next analysis asks again.
            let mut analyst = analyst.lock().unwrap_or_else(PoisonError::into_inner);
            let ruleset = Ruleset::parse(&asked.text);
            let checked = checked(&asked.text, &ruleset, &queues, &mut analyst);
            (checked, ruleset.ok())
        });
        let (mut checked, ruleset) = checked.await.map_err(|_| EngineError::Panicked)?;
        if let Some(ruleset) = ruleset {
            let now = self.now();
            let begins = self.read(move |reader, roster| {
                Ok(begun(&roster.ruleset, &ruleset, now, |rule, meaning| {
                    reader.rule_reading(rule, meaning)
                })?)
            });
            let begins = begins.await?.into_iter().map(|one| ru::BeginsView {
                rule: one.rule,
                acted: one.acted,
            });
            checked.begins = begins.collect();
        }
        Ok(checked)
    }
}

fn checked(
    text: &str,
    ruleset: &Result<Ruleset, Problems>,
    queues: &BTreeSet<String>,
    analyst: &mut Analyst,
) -> ru::RulesChecked {
    let read = forms(text).unwrap_or_default();
    match ruleset {
        Ok(ruleset) => {
            let rehearsal = ruleset.rehearse();
            let findings = analyst.analyse(ruleset).findings;
            // Which queues there are is known here better than from the text alone.
            let mut warnings = ruleset.unknown_queues(queues);
            let others = ruleset.warnings().iter();
            warnings.extend(
                others
                    .filter(|one| one.code != Ruleset::UNKNOWN_QUEUE)
                    .cloned(),
            );
            warnings.sort_by_key(|one| one.span);
            ru::RulesChecked {
                findings: findings.iter().map(finding).collect(),
                tests: tests(&rehearsal),
                coverage: coverage(&rehearsal.coverage),
                form: form::rules(ruleset, &read.rules),
                ..bare(text, &warnings, &read)
            }
        }
        Err(problems) => bare(text, &problems.list, &read),
    }
}

/// What can be said of any text.
fn bare(text: &str, problems: &[Problem], read: &Forms) -> ru::RulesChecked {
    ru::RulesChecked {
        ruleset: Hash::of(text.as_bytes()).to_string(),
        problems: problems.iter().map(|found| problem(text, found)).collect(),
        findings: Vec::new(),
        tests: Vec::new(),
        coverage: ru::CoverageView {
            rules_hit: 0,
            rules_all: 0,
            conditions_hit: 0,
            conditions_all: 0,
            unhit: Vec::new(),
        },
        begins: Vec::new(),
        form: Vec::new(),
        defines: form::defines(&read.defines),
        words: form::words(&read.words),
    }
}

fn problem(text: &str, found: &Problem) -> ru::ProblemView {
    let (line, column) = found.place(text);
    let (start, end) = utf16(text, found.span);
    ru::ProblemView {
        severity: word(&found.severity),
        code: found.code.to_owned(),
        line: number(line),
        column: number(column),
        start,
        end,
        message: found.message.clone(),
        hint: found.repair.clone(),
        rules: found.rule.iter().cloned().collect(),
        fix: found.fix.as_ref().map(|fix| {
            let (start, end) = utf16(text, fix.span);
            ru::FixView {
                start,
                end,
                replacement: fix.replacement.clone(),
            }
        }),
    }
}

/// A place in bytes as a place in UTF-16 units.
fn utf16(text: &str, span: Span) -> (u32, u32) {
    let units = |offset: usize| {
        let before = text.char_indices().take_while(|(at, _)| *at < offset);
        number(before.map(|(_, letter)| letter.len_utf16()).sum())
    };
    (units(span.start), units(span.end))
}

fn finding(found: &Finding) -> ru::FindingView {
    ru::FindingView {
        weight: word(&found.weight),
        kind: found.code.to_owned(),
        rules: found
            .rules
            .iter()
            .map(|named| named.rule.to_string())
            .collect(),
        says: found.message.clone(),
        hint: found.repair.clone(),
        witness: found
            .witness
            .as_ref()
            .map(|witness| witness.sentence.clone())
            .unwrap_or_default(),
        line: found.rules.first().map_or(0, |named| number(named.line)),
    }
}

fn tests(rehearsal: &Rehearsal) -> Vec<ru::TestView> {
    let shown = |played: &Played| ru::TestView {
        name: played.name.to_string(),
        line: number(played.line),
        passed: played.passed(),
        misses: played
            .misses
            .iter()
            .map(|miss| ru::MissView {
                line: number(miss.line),
                what: miss.what.to_owned(),
                expected: miss.expected.clone(),
                found: miss.found.clone(),
                why: miss.why.clone(),
            })
            .collect(),
    };
    rehearsal.tests.iter().map(shown).collect()
}

fn coverage(seen: &Coverage) -> ru::CoverageView {
    ru::CoverageView {
        rules_hit: number(seen.rules_matched),
        rules_all: number(seen.rules),
        conditions_hit: number(seen.conditions_both),
        conditions_all: number(seen.conditions),
        unhit: seen.list.iter().flat_map(unhit).collect(),
    }
}

/// What the tests have not seen of a rule, in words.
fn unhit(rule: &RuleCoverage) -> Vec<String> {
    if !rule.matched {
        return vec![format!("{} never matched", rule.rule)];
    }
    rule.rows
        .iter()
        .filter_map(|row| {
            let what = match (row.seen_true, row.seen_false) {
                (true, true) => return None,
                (true, false) => "never false",
                (false, true) => "never true",
                (false, false) => "never known",
            };
            Some(format!("{}: {} was {what}", rule.rule, row.text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_a_browser_counts_them() {
        let text = "a 😀 ü = 'x'";
        let at = text.find('=').unwrap();
        assert_eq!(utf16(text, Span::new(at, at + 1)), (7, 8));
    }
}
