//! What rules do: the `do` table.

use std::sync::Arc;

use super::{Checker, sections::texts, unknown_name};
use crate::{
    rules::{
        outcome::{ControlTarget, Target},
        plan::{Effects, LadderPlan, PriorityEffect, ReviewEffect, SlaPolicy},
        problem::Problem,
        text::{
            duration::parse_duration,
            tree::{Entry, Fields, Node, NodeKind, wrong},
        },
    },
    status::Priority,
};

const LEVELS: [(&str, Priority); 4] = [
    ("low", Priority::Low),
    ("normal", Priority::Normal),
    ("high", Priority::High),
    ("urgent", Priority::Urgent),
];

/// A level of priority.
pub(super) fn level(node: &Node, problems: &mut Vec<Problem>) -> Option<Priority> {
    let name = node.as_text().unwrap_or_default();
    let found = LEVELS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, level)| *level);
    if found.is_none() {
        problems.push(bad_priority(node));
    }
    found
}

fn bad_priority(node: &Node) -> Problem {
    Problem::error("bad-priority", node.span, "this is no priority")
        .repair("write \"low\", \"normal\", \"high\", \"urgent\", \"+1\" or \"-1\"")
}

/// A level, or a step up or down.
pub(super) fn priority(node: &Node, problems: &mut Vec<Problem>) -> Option<PriorityEffect> {
    match node.as_text() {
        Some("+1") => Some(PriorityEffect::Raise(1)),
        Some("-1") => Some(PriorityEffect::Raise(-1)),
        _ => level(node, problems).map(PriorityEffect::Set),
    }
}

/// A target, or a list of targets.
pub(super) fn targets(node: &Node, what: &str, problems: &mut Vec<Problem>) -> Vec<Target> {
    let mut out = Vec::new();
    for text in texts(node, what, problems) {
        match Target::parse(text) {
            Some(target) => out.push(target),
            None => problems.push(
                Problem::error("bad-target", node.span, format!("\"{text}\" names nobody")).repair(
                    "write \"team:name\", \"role:name\", \"agent:name\" or \"any-available\"",
                ),
            ),
        }
    }
    out
}

/// A length of time with days allowed.
pub(super) fn duration(node: &Node, what: &str, problems: &mut Vec<Problem>) -> Option<i64> {
    let found = node
        .as_text()
        .and_then(|text| parse_duration(text, true))
        .filter(|ms| *ms >= 0);
    if found.is_none() {
        problems.push(
            Problem::error(
                "bad-duration",
                node.span,
                format!("{what} is a length of time"),
            )
            .repair("write it as \"15m\", \"4h\", \"1h30m\" or \"3d\""),
        );
    }
    found
}

/// `true` or `false`.
pub(super) fn flag(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> bool {
    match entry.map(|entry| &entry.value) {
        None => false,
        Some(Node {
            kind: NodeKind::Bool(value),
            ..
        }) => *value,
        Some(node) => {
            problems.push(wrong(node, "this", "true or false"));
            false
        }
    }
}

impl Checker<'_> {
    /// The `do` table of a rule.
    pub(super) fn effects(
        &mut self,
        node: &Node,
        slas: &[SlaPolicy],
        ladders: &[LadderPlan],
    ) -> Option<Effects> {
        let problems = &mut *self.problems;
        let mut fields = Fields::of(node, "`do`", problems)?;
        let mut effects = Effects::default();
        if let Some(entry) = fields.get("control") {
            effects.control = entry.value.as_text().and_then(ControlTarget::parse);
            if effects.control.is_none() {
                problems.push(
                    Problem::error(
                        "bad-control",
                        entry.value.span,
                        "nobody can have control by this name",
                    )
                    .repair(
                        "write \"bot\", \"queue\", \"team:name\", \"agent:name\" or \"closed\"",
                    ),
                );
            }
        }
        if let Some(entry) = fields.get("review") {
            effects.review = review(&entry.value, problems);
        }
        if let Some(entry) = fields.get("reviewers") {
            effects.reviewers = targets(&entry.value, "`reviewers`", problems);
            if effects.review.is_none() {
                problems.push(
                    Problem::warning("no-review", entry.key_span, "reviewers without a review")
                        .repair("add review = \"required\""),
                );
            }
        }
        if let Some(entry) = fields.get("priority") {
            effects.priority = priority(&entry.value, problems);
        }
        let mut named = |key, section: &str, known: Vec<&str>, problems: &mut Vec<Problem>| {
            let entry = fields.text(key, problems)?;
            let name = entry.value.as_text()?;
            if known.contains(&name) {
                return Some(Arc::from(name));
            }
            problems.push(unknown_name(section, name, &known, entry.value.span));
            None
        };
        effects.sla = named(
            "sla",
            "sla",
            slas.iter().map(|sla| &*sla.name).collect(),
            problems,
        );
        let known = ladders.iter().map(|ladder| &*ladder.name).collect();
        effects.ladder = named("ladder", "ladder", known, problems);
        let mut tags = |key, problems: &mut Vec<Problem>| -> Vec<Arc<str>> {
            let Some(entry) = fields.get(key) else {
                return Vec::new();
            };
            texts(&entry.value, &format!("`{key}`"), problems)
                .into_iter()
                .map(Arc::from)
                .collect()
        };
        effects.tag = tags("tag", problems);
        effects.untag = tags("untag", problems);
        if let Some(entry) = fields.get("notify") {
            effects.notify = targets(&entry.value, "`notify`", problems);
        }
        effects.macro_ = fields
            .text("macro", problems)
            .and_then(|entry| entry.value.as_text())
            .map(Arc::from);
        if let Some(entry) = fields.get("snooze") {
            effects.snooze = duration(&entry.value, "`snooze`", problems);
        }
        if let Some(entry) = fields.get("channel") {
            effects.channel = entry
                .value
                .as_text()
                .filter(|kind| *kind == "email")
                .map(Arc::from);
            if effects.channel.is_none() {
                problems.push(
                    Problem::error(
                        "bad-channel",
                        entry.value.span,
                        "a conversation cannot go on by this kind of channel",
                    )
                    .repair("write \"email\""),
                );
            }
        }
        let nothing = matches!(&node.kind, NodeKind::Table(entries) if entries.is_empty());
        if nothing {
            problems.push(
                Problem::error("does-nothing", node.span, "this rule does nothing")
                    .repair("write what it does, such as { control = \"queue\" }"),
            );
        }
        fields.finish("`do`", problems);
        Some(effects)
    }
}

fn review(node: &Node, problems: &mut Vec<Problem>) -> Option<ReviewEffect> {
    match &node.kind {
        NodeKind::Text(text) if text == "required" => return Some(ReviewEffect::Required),
        NodeKind::Text(text) if text == "none" => return Some(ReviewEffect::None),
        NodeKind::Table(entries) => {
            let mut fields = Fields::new(entries, node.span);
            let share = fields.get("sample").and_then(|entry| share(&entry.value));
            if let Some(share) = share {
                fields.finish("`review`", problems);
                return Some(ReviewEffect::Sample(share));
            }
        }
        _ => {}
    }
    problems.push(
        Problem::error("bad-review", node.span, "this is no review")
            .repair("write \"required\", \"none\" or { sample = 0.1 }"),
    );
    None
}

/// A share from 0 to 1.
pub(super) fn share(node: &Node) -> Option<f64> {
    match node.kind {
        NodeKind::Decimal(value) if (0.0..=1.0).contains(&value) => Some(value),
        NodeKind::Int(0) => Some(0.0),
        NodeKind::Int(1) => Some(1.0),
        _ => None,
    }
}
