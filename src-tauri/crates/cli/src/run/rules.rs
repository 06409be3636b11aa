//! The commands about a rule file alone: check, test, analyse, list its facts.

use std::path::Path;

use baton_core::rules::{
    Analysis, Problems, Rehearsal, Ruleset, Severity, Weight,
    rehearse::{Played, coverage::RuleCoverage},
};
use serde::Serialize;

use crate::junit;
use crate::node::{Node, RulesReport};
use crate::output::{Failure, Output, plain};

/// The text of a rule file.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => "not_found",
            _ => "io",
        };
        Failure::said(
            code,
            format!("{} cannot be read: {error}.", file.display()),
            "Name the rule file: baton rules check FILE.",
        )
    })
}

/// `baton rules check`.
pub(super) fn check<N: Node>(file: &Path, output: &Output) -> Result<(), Failure> {
    let text = read(file)?;
    let name = file.display().to_string();
    tell_report(&name, &N::check_rules(&name, &text), output)
}

fn tell_report(name: &str, report: &RulesReport, output: &Output) -> Result<(), Failure> {
    let mut lines: Vec<_> = report
        .problems
        .iter()
        .chain(&report.warnings)
        .cloned()
        .collect();
    lines.push(match (report.problems.len(), report.rules) {
        (0, 1) => format!("{name}: 1 rule, all well."),
        (0, rules) => format!("{name}: {rules} rules, all well."),
        (1, _) => format!("{name}: 1 problem."),
        (problems, _) => format!("{name}: {problems} problems."),
    });
    output.tell(report, &plain(&lines.join("\n")))?;
    match report.problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::Found),
    }
}

/// Reads rules; what keeps them from loading is told as `baton rules check` tells it.
fn load(file: &Path, output: &Output) -> Result<Ruleset, Failure> {
    let text = read(file)?;
    match Ruleset::parse(&text) {
        Ok(ruleset) => Ok(ruleset),
        Err(problems) => {
            let report = refused(&problems);
            match tell_report(&file.display().to_string(), &report, output) {
                Ok(()) => Err(Failure::Found),
                Err(failure) => Err(failure),
            }
        }
    }
}

/// `baton rules facts`: of the file, or of the rules that ship when there is none and none was
/// named.
pub(super) fn facts(file: &Path, named: bool, output: &Output) -> Result<(), Failure> {
    let ruleset = if named || file.exists() {
        load(file, output)?
    } else {
        Ruleset::parse(Ruleset::DEFAULT).map_err(|_| Failure::Found)?
    };
    let facts = ruleset.facts_list();
    let width = facts.iter().map(|fact| fact.name.len()).max().unwrap_or(0);
    let lines: Vec<String> = facts
        .iter()
        .map(|fact| {
            let values = match fact.values.as_slice() {
                [] if fact.unit.is_empty() => String::new(),
                [] => format!(" [{}]", fact.unit),
                values => format!(" [{}]", values.join(", ")),
            };
            let (name, kind) = (&fact.name, fact.kind);
            format!("{name:width$}  {kind:8}  {}{values}", fact.about)
        })
        .collect();
    output.tell(&facts, &plain(&lines.join("\n")))
}

fn refused(problems: &Problems) -> RulesReport {
    let rendered = |severity: Severity| {
        problems
            .list
            .iter()
            .filter(|problem| problem.severity == severity)
            .map(|problem| problem.render(&problems.source))
            .collect()
    };
    RulesReport {
        rules: 0,
        problems: rendered(Severity::Error),
        warnings: rendered(Severity::Warning),
    }
}

#[derive(Serialize)]
struct TestReport<'a> {
    file: String,
    passed: usize,
    failed: usize,
    #[serde(flatten)]
    rehearsal: &'a Rehearsal,
}

/// `baton rules test`.
pub(super) fn test(file: &Path, junit: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let ruleset = load(file, output)?;
    let rehearsal = ruleset.rehearse();
    let name = file.display().to_string();
    if let Some(path) = junit {
        std::fs::write(path, junit::write(&name, &rehearsal))?;
    }
    let failed = rehearsal.failed();
    let report = TestReport {
        file: name.clone(),
        passed: rehearsal.tests.len() - failed,
        failed,
        rehearsal: &rehearsal,
    };
    output.tell(&report, &plain(&rehearsed(&name, &rehearsal)))?;
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Found),
    }
}

fn rehearsed(name: &str, rehearsal: &Rehearsal) -> String {
    let mut out = String::new();
    for test in &rehearsal.tests {
        out.push_str(&played(name, test));
    }
    let coverage = &rehearsal.coverage;
    let gaps: Vec<String> = coverage.list.iter().filter_map(gap).collect();
    if !gaps.is_empty() {
        out.push_str("\nNot seen by any test\n");
        out.push_str(&gaps.concat());
    }
    let failed = rehearsal.failed();
    out.push_str(&format!(
        "\n{name}: {} passed, {failed} failed. {} of {} rules matched; {} of {} conditions were both true and false.",
        rehearsal.tests.len() - failed,
        coverage.rules_matched,
        coverage.rules,
        coverage.conditions_both,
        coverage.conditions,
    ));
    out
}

fn played(name: &str, test: &Played) -> String {
    if test.passed() {
        return format!("ok      {}\n", test.name);
    }
    let mut out = format!("FAILED  {} ({name}:{})\n", test.name, test.line);
    let mut why = "";
    for miss in &test.misses {
        out.push_str(&format!(
            "        line {}: {} should be {}, and is {}\n",
            miss.line, miss.what, miss.expected, miss.found
        ));
        if miss.why != why {
            why = &miss.why;
            out.push_str(&format!("        why: {why}\n"));
        }
    }
    out
}

fn gap(rule: &RuleCoverage) -> Option<String> {
    if !rule.matched {
        return Some(format!("  {}: never matched\n", rule.rule));
    }
    let rows = rule.rows.iter().filter_map(|row| {
        let what = match (row.seen_true, row.seen_false) {
            (true, true) => return None,
            (true, false) => "never false",
            (false, true) => "never true",
            (false, false) => "never known",
        };
        Some(format!("  {}: {} is {what}\n", rule.rule, row.text))
    });
    let lines: String = rows.collect();
    (!lines.is_empty()).then_some(lines)
}

#[derive(Serialize)]
struct AnalysisReport<'a> {
    file: String,
    errors: usize,
    warnings: usize,
    hints: usize,
    #[serde(flatten)]
    analysis: &'a Analysis,
}

/// `baton rules analyse`.
pub(super) fn analyse(file: &Path, strict: bool, output: &Output) -> Result<(), Failure> {
    let ruleset = load(file, output)?;
    let analysis = ruleset.analyse();
    let name = file.display().to_string();
    let report = AnalysisReport {
        errors: analysis.count(Weight::Error),
        warnings: analysis.count(Weight::Warning),
        hints: analysis.count(Weight::Hint),
        file: name.clone(),
        analysis: &analysis,
    };
    output.tell(&report, &plain(&analysed(&name, &report)))?;
    match report.errors + if strict { report.warnings } else { 0 } {
        0 => Ok(()),
        _ => Err(Failure::Found),
    }
}

fn analysed(name: &str, report: &AnalysisReport<'_>) -> String {
    let mut out = String::new();
    for finding in &report.analysis.findings {
        let weight = match finding.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
            Weight::Hint => "hint",
        };
        out.push_str(&format!(
            "{weight}[{}]: {}\n",
            finding.code, finding.message
        ));
        for named in &finding.rules {
            out.push_str(&format!("  {name}:{} {}\n", named.line, named.rule));
        }
        if let Some(witness) = &finding.witness {
            out.push_str(&format!("  for example: {}\n", witness.sentence));
        }
        out.push_str(&format!("  = {}\n\n", finding.repair));
    }
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    };
    out.push_str(&format!(
        "{name}: {}, {}, {}, {}.",
        count(report.analysis.rules, "rule"),
        count(report.errors, "error"),
        count(report.warnings, "warning"),
        count(report.hints, "hint"),
    ));
    out
}
