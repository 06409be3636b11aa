//! The check of a rule file: from text to a [`Ruleset`], or to problems that say where, what and
//! how to repair it.

mod condition;
mod constant;
mod effects;
mod gate;
mod names;
mod overlap;
mod policies;
mod queues;
mod refusal;
mod rule;
mod scripts;
mod sections;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use self::{condition::Atoms, names::Names};
use super::{
    outcome::{ControlTarget, EventKind},
    plan::{Condition, Defaults, EventPlan, Operand, ReviewDefault, Rule, Ruleset},
    problem::{Problem, Problems, Span},
    text::{
        Expr, parse,
        tree::{Entry, Fields, Node, NodeKind, Offsets, read, wrong},
    },
};
use crate::{calendar::Zone, hash::Hash, rules::problem::did_you_mean, status::Priority};

/// Largest rule file, in bytes.
const MAX_FILE: usize = 1 << 20;
/// Most rules in one file.
const MAX_RULES: usize = 500;
/// The version of the format.
const FORMAT: i64 = 1;

impl Ruleset {
    /// Reads and checks a rule file.
    ///
    /// # Errors
    /// Every problem of the file, when at least one of them is an error.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let source: Arc<str> = text.into();
        let mut problems = Vec::new();
        let ruleset = check(&source, &mut problems);
        let mut problems = Problems::new(source, problems);
        match ruleset {
            Some(mut ruleset) if !problems.has_errors() => {
                ruleset.warnings = std::mem::take(&mut problems.list);
                Ok(ruleset)
            }
            _ => Err(problems),
        }
    }

    /// The rules that Baton starts with.
    pub const DEFAULT: &str = include_str!("default.baton.toml");
}

/// What the checks of the sections share.
struct Checker<'a> {
    source: &'a str,
    names: &'a Names<'a>,
    atoms: Atoms,
    problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    /// Reads and checks the condition in a text.
    fn condition(&mut self, node: &Node, what: &str) -> Option<Condition> {
        let expr = expression(self.source, node, what, self.problems)?;
        condition::lower(&expr, self.names, &mut self.atoms, self.problems)
    }

    /// A condition that hangs on events only, so that it needs no deadline of its own.
    fn untimed(&mut self, node: &Node, what: &str) -> Option<Condition> {
        let condition = self.condition(node, what)?;
        let timed = condition.rows.iter().find(|row| {
            self.atoms
                .list
                .get(usize::from(row.atom))
                .is_some_and(super::plan::Atom::is_timed)
        });
        if let Some(row) = timed {
            let message = format!("{what} hangs on time: `{}`", row.text);
            self.problems.push(
                Problem::error("timed", node.span, message)
                    .repair("use facts that change by events only"),
            );
            return None;
        }
        Some(condition)
    }
}

/// Reads the condition in a text; its places are places in the file.
fn expression(source: &str, node: &Node, what: &str, problems: &mut Vec<Problem>) -> Option<Expr> {
    let Some(text) = node.as_text() else {
        problems.push(wrong(node, what, "a condition in quotes"));
        return None;
    };
    let offsets = Offsets::of(source, node.span);
    match parse(text) {
        Ok(mut expr) => {
            expr.relocate(&|span| offsets.place(span));
            Some(expr)
        }
        Err(mut problem) => {
            problem.span = offsets.place(problem.span);
            if let Some(fix) = &mut problem.fix {
                fix.span = offsets.place(fix.span);
            }
            problems.push(problem);
            None
        }
    }
}

fn check(source: &Arc<str>, problems: &mut Vec<Problem>) -> Option<Ruleset> {
    if source.len() > MAX_FILE {
        let message = format!(
            "a rule file of {} bytes; at most {MAX_FILE} are read",
            source.len()
        );
        problems.push(Problem::error("too-long", Span::default(), message));
        return None;
    }
    let entries = match read(source) {
        Ok(entries) => entries,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let mut file = Fields::new(&entries, Span::new(0, source.len().min(1)));
    check_format(&mut file, problems);
    let policy: Arc<str> = match file.text("policy", problems) {
        Some(entry) => entry.value.as_text().unwrap_or_default().into(),
        None => "unnamed".into(),
    };
    let zone = zone_of(&mut file, problems);
    let default_entry = file.get("default");
    let gate = gate::gate(file.get("gate"), problems);
    let ceiling = gate::ceiling(file.get("ceiling"), problems);
    let calendars = sections::calendars(file.get("hours"), &zone, problems);
    let custom = sections::custom_facts(file.get("facts"), problems);
    let words = sections::words(file.get("words"), problems)?;
    let defines = definitions(source, file.get("define"), problems);
    let names = Names {
        custom: &custom,
        words: words.sets(),
        calendars: &calendars,
        defines: &defines,
    };
    let mut checker = Checker {
        source,
        names: &names,
        atoms: Atoms::default(),
        problems: &mut *problems,
    };
    checker.check_definitions(file.get("define"));
    let slas = checker.slas(file.get("sla"));
    let ladders = checker.ladders(file.get("ladder"));
    let queues = queues::queues(file.get("queue"), checker.problems);
    let rules = checker.rules(file.get("rule"), &slas, &ladders);
    queues::misspelt(&queues, &rules, &ladders, checker.problems);
    let scripts = checker.scripts(file.get("test"), &rules, &zone);
    let atoms = std::mem::take(&mut checker.atoms).list;
    file.finish("a rule file", problems);
    overlap::check(&rules, &atoms, problems);
    let defaults = defaults(default_entry, &slas, problems);
    let (rules, spans): (Vec<Rule>, Vec<Span>) = rules.into_iter().unzip();
    let events = events(&rules);
    let copies = super::copies::copies(&rules);
    if rules.len() > MAX_RULES {
        let message = format!("{} rules; at most {MAX_RULES}", rules.len());
        problems.push(Problem::error("too-many", Span::default(), message));
    }
    Some(Ruleset {
        id: Hash::of(source.as_bytes()),
        policy,
        source: Arc::clone(source),
        zone,
        defaults,
        gate,
        ceiling,
        default_is_written: default_entry.is_some(),
        calendars,
        custom,
        words,
        atoms,
        rules,
        spans,
        slas,
        ladders,
        queues,
        scripts,
        warnings: Vec::new(),
        events,
        copies,
        meanings: OnceLock::new(),
    })
}

fn check_format(file: &mut Fields<'_>, problems: &mut Vec<Problem>) {
    let Some(entry) = file.get("baton") else {
        let problem = Problem::error(
            "no-version",
            file.span,
            "this file does not say its version",
        );
        problems.push(problem.repair("write `baton = 1` as its first line"));
        return;
    };
    if entry.value.kind != NodeKind::Int(FORMAT) {
        let message = "this version of the format is not known here";
        problems.push(
            Problem::error("unknown-version", entry.value.span, message)
                .repair("write `baton = 1`, or use a newer Baton"),
        );
    }
}

fn zone_of(file: &mut Fields<'_>, problems: &mut Vec<Problem>) -> Zone {
    match file.text("zone", problems) {
        Some(entry) => sections::zone(&entry.value, problems).unwrap_or_else(Zone::utc),
        None => Zone::utc(),
    }
}

fn definitions(
    source: &str,
    entry: Option<&Entry>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Expr> {
    let Some(Node {
        kind: NodeKind::Table(entries),
        ..
    }) = entry.map(|entry| &entry.value)
    else {
        if let Some(entry) = entry {
            problems.push(wrong(
                &entry.value,
                "[define]",
                "a table of named conditions",
            ));
        }
        return BTreeMap::new();
    };
    let mut out = BTreeMap::new();
    for entry in entries {
        if !sections::is_name(&entry.key) {
            problems.push(sections::bad_name("a definition", entry));
            continue;
        }
        if let Some(expr) = expression(source, &entry.value, "a definition", problems) {
            out.insert(entry.key.clone(), expr);
        }
    }
    out
}

impl Checker<'_> {
    /// Checks each definition by itself, so that one nobody uses is checked too.
    fn check_definitions(&mut self, entry: Option<&Entry>) {
        let Some(Node {
            kind: NodeKind::Table(entries),
            ..
        }) = entry.map(|entry| &entry.value)
        else {
            return;
        };
        for entry in entries {
            if let Some(expr) = self.names.defines.get(&entry.key) {
                // The atoms of unused definitions are not evaluated.
                let mut apart = Atoms::default();
                condition::lower(expr, self.names, &mut apart, self.problems);
            }
        }
    }
}

fn defaults(
    entry: Option<&Entry>,
    slas: &[super::plan::SlaPolicy],
    problems: &mut Vec<Problem>,
) -> Defaults {
    let mut defaults = Defaults {
        control: ControlTarget::Bot,
        priority: Priority::Normal,
        review: ReviewDefault::None,
        sla: None,
    };
    let Some(mut fields) = entry.and_then(|entry| Fields::of(&entry.value, "`default`", problems))
    else {
        return defaults;
    };
    if let Some(entry) = fields.get("control") {
        match entry.value.as_text().and_then(ControlTarget::parse) {
            Some(ControlTarget::Closed) | None => problems.push(
                Problem::error(
                    "bad-control",
                    entry.value.span,
                    "a conversation cannot start so",
                )
                .repair("write \"bot\", \"queue\", \"team:name\" or \"agent:name\""),
            ),
            Some(control) => defaults.control = control,
        }
    }
    if let Some(entry) = fields.get("priority") {
        defaults.priority = effects::level(&entry.value, problems).unwrap_or_default();
    }
    if let Some(entry) = fields.get("review") {
        match entry.value.as_text() {
            Some("none") => {}
            Some("required") => defaults.review = ReviewDefault::Required,
            _ => problems.push(
                Problem::error(
                    "bad-review",
                    entry.value.span,
                    "this is no default for reviews",
                )
                .repair("write \"none\" or \"required\""),
            ),
        }
    }
    if let Some(entry) = fields.text("sla", problems) {
        let name = entry.value.as_text().unwrap_or_default();
        let known: Vec<&str> = slas.iter().map(|sla| &*sla.name).collect();
        if known.contains(&name) {
            defaults.sla = Some(name.into());
        } else {
            problems.push(unknown_name("sla", name, &known, entry.value.span));
        }
    }
    fields.finish("`default`", problems);
    defaults
}

/// A name that no section declares.
fn unknown_name(section: &str, name: &str, known: &[&str], span: Span) -> Problem {
    let message = format!("there is no [{section}.{name}]");
    let problem = Problem::error("unknown-name", span, message);
    match did_you_mean(name, known.iter().copied()) {
        Some(meant) => problem
            .repair(format!("did you mean \"{meant}\"?"))
            .fix(span, format!("\"{meant}\"")),
        None if known.is_empty() => problem.repair(format!("add a section [{section}.{name}]")),
        None => problem.repair(format!("known are {}", known.join(", "))),
    }
}

/// Which rules and atoms each kind of event needs.
pub(super) fn events(rules: &[Rule]) -> Vec<EventPlan> {
    EventKind::ALL
        .iter()
        .map(|kind| {
            let mut plan = EventPlan::default();
            for (number, rule) in (0_u16..).zip(rules) {
                if rule.runs_on(*kind) && rule.status != super::plan::Status::Off {
                    plan.rules.push(number);
                    plan.atoms.extend(rule.when.rows.iter().map(|row| row.atom));
                }
            }
            plan.atoms.sort_unstable();
            plan.atoms.dedup();
            plan
        })
        .collect()
}

/// Whether a condition asks whether anybody is there.
fn asks_for_absence(condition: &Condition, atoms: &[super::plan::Atom]) -> bool {
    use crate::rules::facts::Fact;
    condition::reads(condition, atoms, |operand| {
        matches!(
            operand,
            Operand::Builtin(
                Fact::AGENT_AVAILABLE | Fact::AGENT_IDLE | Fact::CONV_SILENT | Fact::CONV_WAITING
            ) | Operand::Business(..)
        )
    })
}

#[cfg(test)]
mod tests;
