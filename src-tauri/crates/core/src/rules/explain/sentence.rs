//! One plain sentence about a decision: in parts for every language, and in English.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ExplainedRow, Explanation, Matched, Shown};
use crate::rules::{
    outcome::{ControlTarget, LossReason, RuleId, Slots},
    text::duration::spell_duration,
};

/// A part of the sentence: a code that a catalogue translates, and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Names the phrase.
    pub code: &'static str,
    /// What is put into it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
}

fn part<const N: usize>(code: &'static str, params: [(&'static str, String); N]) -> Part {
    Part {
        code,
        params: params.into_iter().collect(),
    }
}

/// The sentence in parts.
pub(super) fn parts(explanation: &Explanation) -> Vec<Part> {
    let mut out = Vec::new();
    let result = &explanation.result;
    let mut named: Option<&RuleId> = None;
    if let Some(control) = &result.control {
        named = Some(&control.by);
        out.push(match &control.value {
            ControlTarget::Bot => part("control.bot", []),
            ControlTarget::Queue => part("control.queue", []),
            ControlTarget::Team(name) => part("control.team", [("name", name.to_string())]),
            ControlTarget::Agent(name) => part("control.agent", [("name", name.to_string())]),
            ControlTarget::Closed => part("control.closed", []),
        });
    } else if let Some(review) = result
        .review
        .as_ref()
        .filter(|review| review.value.required)
    {
        named = Some(&review.by);
        out.push(match review.value.sample {
            Some(_) => part("review.sample", []),
            None => part("review.required", []),
        });
    } else if let Some((by, what)) = quieter(result) {
        named = Some(by);
        out.push(what);
    } else {
        out.push(part("nothing", []));
    }
    if let Some(id) = named {
        if id.as_str() == RuleId::LOOP_GUARD {
            out.push(part("because.loop-guard", []));
        }
        if let Some(matched) = explanation
            .matched
            .iter()
            .find(|matched| matched.rule == *id)
        {
            out.push(part(
                "because",
                [("reason", String::from(&*matched.reason))],
            ));
            out.extend(reasons(matched));
        }
    }
    for matched in explanation.matched.iter().filter(|matched| matched.acted) {
        if named != Some(&matched.rule) {
            out.push(part("also", [("reason", String::from(&*matched.reason))]));
        }
    }
    for lost in &explanation.lost {
        let code = match lost.reason {
            LossReason::HumanHasControl => "lost.human",
            LossReason::NoTakeOver => "lost.take-over",
            LossReason::LoopGuard => "lost.loop-guard",
            LossReason::NoBot => "lost.no-bot",
            LossReason::Closed => "lost.closed",
            LossReason::EarlierRule | LossReason::Stronger | LossReason::SameCause => continue,
        };
        out.push(part(
            code,
            [
                ("rule", lost.rule.to_string()),
                ("value", lost.value.clone()),
            ],
        ));
    }
    // One that came closest is enough for a sentence; the rest is in the record.
    let nearest = explanation
        .near
        .iter()
        .filter(|near| near.rows.iter().any(|row| row.gap.is_some()));
    if let Some(near) = nearest.min_by_key(|near| near.false_rows) {
        out.push(part("nearly", [("reason", String::from(&*near.reason))]));
        out.extend(
            near.rows
                .iter()
                .filter(|row| row.gap.is_some())
                .map(row_part),
        );
    }
    out
}

/// What was decided besides control and review, the most telling first.
fn quieter(result: &Slots) -> Option<(&RuleId, Part)> {
    if let Some(ladder) = &result.ladder {
        let name = ladder.value.to_string();
        return Some((&ladder.by, part("did.ladder", [("name", name)])));
    }
    if let Some(first) = result.notify.first() {
        let names: Vec<String> = result
            .notify
            .iter()
            .map(|one| one.value.to_string())
            .collect();
        return Some((&first.by, part("did.notify", [("name", names.join(", "))])));
    }
    if let Some(priority) = &result.priority {
        let change = priority.value;
        let what = match change.set {
            Some(level) => part("did.priority", [("name", level.word().to_owned())]),
            None if change.raise < 0 => part("did.lower", []),
            None => part("did.raise", []),
        };
        return Some((&priority.by, what));
    }
    if let Some(sla) = &result.sla {
        let name = sla.value.to_string();
        return Some((&sla.by, part("did.sla", [("name", name)])));
    }
    if let Some(snooze) = &result.snooze {
        let time = spell_duration(snooze.value);
        return Some((&snooze.by, part("did.snooze", [("name", time)])));
    }
    if let Some(text) = &result.macro_ {
        let name = text.value.to_string();
        return Some((&text.by, part("did.macro", [("name", name)])));
    }
    if let Some(kind) = &result.channel {
        let name = kind.value.to_string();
        return Some((&kind.by, part("did.channel", [("name", name)])));
    }
    if let Some(tag) = result.tags_add.first() {
        let name = tag.value.to_string();
        return Some((&tag.by, part("did.tag", [("name", name)])));
    }
    let tag = result.tags_remove.first()?;
    let name = tag.value.to_string();
    Some((&tag.by, part("did.untag", [("name", name)])))
}

/// The lines that made the difference, as far as they say more than where the conversation was.
fn reasons(matched: &Matched) -> Vec<Part> {
    let telling = |row: &&ExplainedRow| {
        row.gap.is_some() || row.fact.starts_with("msg.words.") || row.truth.is_none()
    };
    matched
        .rows
        .iter()
        .filter(|row| matched.because.contains(&row.number))
        .filter(telling)
        .map(row_part)
        .collect()
}

fn row_part(row: &ExplainedRow) -> Part {
    let fact = String::from(&*row.fact);
    match (&row.value, &row.limit) {
        (Some(value), Some(limit)) => part(
            "row.limit",
            [
                ("fact", fact),
                ("value", say(value, row.unit)),
                ("limit", say(limit, row.unit)),
                ("text", String::from(&*row.text)),
            ],
        ),
        (Some(value), None) => part(
            "row.value",
            [
                ("fact", fact),
                ("value", say(value, row.unit)),
                ("text", String::from(&*row.text)),
            ],
        ),
        (None, _) if row.truth.is_none() => part("row.unknown", [("fact", fact)]),
        (None, _) => part(
            "row.text",
            [("fact", fact), ("text", String::from(&*row.text))],
        ),
    }
}

fn say(value: &Shown, unit: &str) -> String {
    match value {
        Shown::Bool(true) => "yes".to_owned(),
        Shown::Bool(false) => "no".to_owned(),
        Shown::Number(millis) if unit == "ms" => spell_duration(*millis),
        Shown::Number(millis) if unit == "instant" => jiff::Timestamp::from_millisecond(*millis)
            .map_or_else(|_| millis.to_string(), |at| at.to_string()),
        Shown::Number(number) => number.to_string(),
        Shown::Decimal(number) => format!("{number:.2}"),
        Shown::Text(text) => format!("“{text}”"),
        Shown::Texts(list) => list.join(", "),
    }
}

/// The sentence in English.
pub(super) fn english(parts: &[Part]) -> String {
    let mut out = String::new();
    let mut rows: Vec<String> = Vec::new();
    let flush = |out: &mut String, rows: &mut Vec<String>| {
        if !rows.is_empty() {
            out.push_str(": ");
            out.push_str(&rows.join("; "));
            rows.clear();
        }
    };
    for part in parts {
        let param = |name: &str| part.params.get(name).map_or("", String::as_str);
        let fact = || plain_fact(param("fact"));
        match part.code {
            "row.limit" => {
                let measured = measured(param("fact"), param("value"));
                rows.push(format!("{measured} (limit {})", param("limit")));
                continue;
            }
            "row.value" if param("value") == "yes" => {
                rows.push(fact());
                continue;
            }
            "row.value" => {
                rows.push(measured(param("fact"), param("value")));
                continue;
            }
            "row.unknown" => {
                rows.push(format!("{} is not known", fact()));
                continue;
            }
            "row.text" => {
                rows.push(param("text").to_owned());
                continue;
            }
            _ => flush(&mut out, &mut rows),
        }
        let phrase = match part.code {
            "control.bot" => "Went to the bot".to_owned(),
            "control.queue" => "Went to the queue".to_owned(),
            "control.team" => format!("Went to the team {}", param("name")),
            "control.agent" => format!("Went to {}", param("name")),
            "control.closed" => "Was closed".to_owned(),
            "review.required" => "Must be read by a person first".to_owned(),
            "review.sample" => "Was drawn for a person to read first".to_owned(),
            "did.ladder" => "People are being alerted".to_owned(),
            "did.notify" => format!("{} was told", param("name")),
            "did.priority" => format!("Got the priority {}", param("name")),
            "did.raise" => "Became more urgent".to_owned(),
            "did.lower" => "Became less urgent".to_owned(),
            "did.sla" => format!("Got the promise “{}”", param("name")),
            "did.snooze" => format!("Was put aside for {}", param("name")),
            "did.macro" => format!("The customer got the text “{}”", param("name")),
            "did.channel" => format!("Was to go on by {}", param("name")),
            "did.tag" => format!("Was tagged “{}”", param("name")),
            "did.untag" => format!("Lost the tag “{}”", param("name")),
            "nothing" => "No rule acted".to_owned(),
            "because" => format!(" because {}", param("reason")),
            "because.loop-guard" => " because rules had moved it too often".to_owned(),
            "also" => format!(". Also: {}", param("reason")),
            "lost.human" => format!(
                ". `{}` could not give it to the bot: a person has it",
                param("rule")
            ),
            "lost.take-over" => format!(". `{}` may not take it from a person", param("rule")),
            "lost.loop-guard" => {
                format!(". `{}` may not move it until a person acts", param("rule"))
            }
            "lost.no-bot" => format!(". `{}` found no bot on this channel", param("rule")),
            "lost.closed" => format!(
                ". `{}` may not open it without a new message",
                param("rule")
            ),
            "nearly" => format!(". Nearly: {}", param("reason")),
            other => other.to_owned(),
        };
        out.push_str(&phrase);
    }
    flush(&mut out, &mut rows);
    out.push('.');
    out
}

/// A fact with its value, in the order in which people say it.
fn measured(name: &str, value: &str) -> String {
    let (head, last) = name.rsplit_once('.').unwrap_or(("", name));
    match (head, last) {
        (
            "conv" | "msg" | "attr" | "" | "bot" | "customer" | "draft" | "agent" | "team" | "sla",
            _,
        ) => {
            format!("{} {value}", plain_fact(name))
        }
        (of, "until") => format!("{value} until {}", plain_fact(of)),
        (of, "since") => format!("{value} since {}", plain_fact(of)),
        (calendar, _) => format!("{} {value} of {calendar} time", last.replace('_', " ")),
    }
}

/// `bot.same_answer_twice` as people say it: bot same answer twice.
fn plain_fact(name: &str) -> String {
    if let Some(set) = name.strip_prefix("msg.words.") {
        return format!("the message has words of “{set}”");
    }
    if name == "sla.due" {
        return "the deadline".to_owned();
    }
    let (head, last) = name.rsplit_once('.').unwrap_or(("", name));
    let last = last.replace('_', " ");
    match head {
        "conv" | "msg" | "attr" | "" => last,
        head => format!("{head} {last}"),
    }
}
