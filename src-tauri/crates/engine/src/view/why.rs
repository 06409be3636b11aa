//! A decision with every condition: the record is unpacked, and the rules of its own version say
//! what it means.

use baton_api::why as wy;
use baton_core::ids::Id as _;
use baton_core::rules::eval::record::RecordError;
use baton_core::rules::explain::{ExplainedRow, Matched, Shown};
use baton_core::rules::{
    DecisionRecord, Explanation, Fact, Facts, LossReason, Rule, Ruleset, Slots, Would,
};
use baton_core::time::{DAY, HOUR, MINUTE, SECOND};
use baton_store::Decision;

use super::{text, word};
use crate::error::EngineError;

/// A stored decision as the UI shows it.
///
/// # Errors
/// When the record was erased or cannot be read.
pub(crate) fn view(stored: &Decision, rules: &str) -> Result<wy::DecisionView, EngineError> {
    let record = recorded(stored)?;
    let ruleset = Ruleset::parse(rules).map_err(|problems| broken(problems.to_string()))?;
    of_record(stored, &ruleset, &record, None).map_err(|error| broken(error.to_string()))
}

/// A decision as other rules would have made it, with the facts that were recorded. `said` is what
/// the customer had written, where it is at hand.
///
/// # Errors
/// When the record was erased or cannot be read.
pub(crate) fn view_with(
    stored: &Decision,
    ruleset: &Ruleset,
    said: Option<&str>,
) -> Result<wy::DecisionView, EngineError> {
    let (record, facts) = as_of_then(stored, said)?;
    let key = stored.conversation.bits().to_be_bytes();
    let again = ruleset.decide_again(&facts, record.event, record.at, &key);
    of_record(stored, ruleset, &again, said).map_err(|error| broken(error.to_string()))
}

/// The record of a decision, and the facts of then; `said` is what the customer wrote.
pub(crate) fn as_of_then(
    stored: &Decision,
    said: Option<&str>,
) -> Result<(DecisionRecord, Facts), EngineError> {
    let record = recorded(stored)?;
    let mut facts = record.facts().map_err(|error| broken(error.to_string()))?;
    if let Some(said) = said {
        facts.set(Fact::MSG_TEXT, said);
    }
    Ok((record, facts))
}

/// The record of a decision.
fn recorded(stored: &Decision) -> Result<DecisionRecord, EngineError> {
    if stored.record.is_empty() {
        return Err(EngineError::bad(
            "erased",
            "The facts of this decision were erased.",
            "The decision itself stays in the log.",
        ));
    }
    DecisionRecord::from_bytes(&stored.record).map_err(|error| broken(error.to_string()))
}

fn broken(what: String) -> EngineError {
    EngineError::bad(
        "unreadable_record",
        format!("The record of this decision cannot be read: {what}."),
        "",
    )
}

fn of_record(
    stored: &Decision,
    ruleset: &Ruleset,
    record: &DecisionRecord,
    said: Option<&str>,
) -> Result<wy::DecisionView, RecordError> {
    let about = About {
        decision: text(stored.id),
        conversation: text(stored.conversation),
    };
    told(about, ruleset, record, said)
}

/// What a record is about.
pub(crate) struct About {
    /// The decision; empty when it was never made.
    pub(crate) decision: String,
    /// The conversation.
    pub(crate) conversation: String,
}

/// A record as the UI shows it, with what the message says where that is at hand.
pub(crate) fn told(
    about: About,
    ruleset: &Ruleset,
    record: &DecisionRecord,
    said: Option<&str>,
) -> Result<wy::DecisionView, RecordError> {
    let explained = ruleset.explain_record(record, said)?;
    Ok(wy::DecisionView {
        id: about.decision,
        conversation: about.conversation,
        at: record.at.0,
        on: record.event.name().to_owned(),
        ruleset: text(ruleset.id()),
        policy: explained.policy.to_string(),
        sentence: explained.sentence.clone(),
        result: slots(&explained.result),
        matched: matched(ruleset, &explained, &explained.matched),
        near: near(ruleset, &explained),
        shadow: matched(ruleset, &explained, &explained.shadow),
        would: explained.would.iter().map(would).collect(),
        others: others(ruleset, record)?,
        unknown: explained
            .unknown
            .iter()
            .map(|missing| missing.fact.to_string())
            .collect(),
        next_flip: explained.next_flip.map(|at| at.0),
    })
}

fn slots(result: &Slots) -> Vec<wy::SlotView> {
    let mut out = Vec::new();
    let mut add = |slot: &str, value: String, by: String| {
        out.push(wy::SlotView {
            slot: slot.to_owned(),
            value,
            by,
        });
    };
    if let Some(decided) = &result.control {
        add("control", text(&decided.value), text(&decided.by));
    }
    if let Some(decided) = &result.review {
        let value = if decided.value.required {
            "required"
        } else {
            "sample"
        };
        add("review", value.to_owned(), text(&decided.by));
    }
    if let Some(decided) = &result.priority {
        let value = match decided.value.set {
            Some(set) => word(&set),
            None => format!("+{}", decided.value.raise),
        };
        add("priority", value, text(&decided.by));
    }
    if let Some(decided) = &result.sla {
        add("sla", decided.value.to_string(), text(&decided.by));
    }
    if let Some(decided) = &result.ladder {
        add("ladder", decided.value.to_string(), text(&decided.by));
    }
    for decided in &result.tags_add {
        add("tag", decided.value.to_string(), text(&decided.by));
    }
    for decided in &result.tags_remove {
        add("untag", decided.value.to_string(), text(&decided.by));
    }
    for decided in &result.notify {
        add("notify", text(&decided.value), text(&decided.by));
    }
    if let Some(decided) = &result.macro_ {
        add("macro", decided.value.to_string(), text(&decided.by));
    }
    if let Some(decided) = &result.channel {
        add("channel", decided.value.to_string(), text(&decided.by));
    }
    if let Some(decided) = &result.snooze {
        add("snooze", span(decided.value), text(&decided.by));
    }
    out
}

fn would(would: &Would) -> wy::WouldView {
    wy::WouldView {
        rule: text(&would.rule),
        result: slots(&would.slots),
    }
}

fn matched(ruleset: &Ruleset, explained: &Explanation, which: &[Matched]) -> Vec<wy::RuleView> {
    which
        .iter()
        .map(|matched| wy::RuleView {
            id: text(&matched.rule),
            reason: matched.reason.to_string(),
            why: why(ruleset, matched.rule.as_str()),
            acted: matched.acted,
            held_back: explained
                .lost
                .iter()
                .find(|lost| lost.rule == matched.rule)
                .map(|lost| held_back(&lost.reason))
                .filter(|_| !matched.acted)
                .unwrap_or_default(),
            rows: matched.rows.iter().map(condition).collect(),
            flip: String::new(),
        })
        .collect()
}

fn near(ruleset: &Ruleset, explained: &Explanation) -> Vec<wy::RuleView> {
    explained
        .near
        .iter()
        .map(|near| wy::RuleView {
            id: text(&near.rule),
            reason: near.reason.to_string(),
            why: why(ruleset, near.rule.as_str()),
            acted: false,
            held_back: String::new(),
            flip: near
                .rows
                .iter()
                .filter(|row| row.truth != Some(true))
                .map(|row| row.text.to_string())
                .collect::<Vec<_>>()
                // One of them is enough, or all of them together are.
                .join(if near.false_rows == 1 {
                    " or "
                } else {
                    " and "
                }),
            rows: near.rows.iter().map(condition).collect(),
        })
        .collect()
}

fn others(ruleset: &Ruleset, record: &DecisionRecord) -> Result<Vec<wy::RuleView>, RecordError> {
    let unmatched = ruleset.unmatched(record)?;
    Ok(unmatched
        .iter()
        .map(|other| wy::RuleView {
            id: text(&other.rule),
            reason: other.reason.to_string(),
            why: why(ruleset, other.rule.as_str()),
            acted: false,
            held_back: String::new(),
            rows: other.rows.iter().map(condition).collect(),
            flip: String::new(),
        })
        .collect())
}

fn why(ruleset: &Ruleset, rule: &str) -> String {
    ruleset
        .rule(rule)
        .map(|rule: &Rule| rule.why.to_string())
        .unwrap_or_default()
}

fn held_back(reason: &LossReason) -> String {
    super::code_of(reason, "reason").replace('_', " ")
}

fn condition(row: &ExplainedRow) -> wy::ConditionView {
    let shown = |value: &Option<Shown>| {
        value
            .as_ref()
            .map(|value| in_words(value, row.unit))
            .unwrap_or_default()
    };
    wy::ConditionView {
        text: row.text.to_string(),
        fact: row.fact.to_string(),
        about: Fact::find(&row.fact)
            .map(|fact| fact.def().about)
            .unwrap_or_default()
            .to_owned(),
        op: operator(&row.text),
        limit: match &row.limit {
            None => choice(&row.text),
            limit => shown(limit),
        },
        value: shown(&row.value),
        truth: match row.truth {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        }
        .to_owned(),
        gap: row.gap,
        via: row.via.as_deref().unwrap_or_default().to_owned(),
    }
}

/// What a row compares a text with; empty where it does not.
fn choice(text: &str) -> String {
    let compared = text.split_once("==").or_else(|| text.split_once("!="));
    let (_, limit) = compared.unwrap_or_default();
    let limit = limit.trim();
    let quoted = limit.len() > 1 && limit.starts_with(['"', '\'']);
    let inside = limit
        .get(1..limit.len().saturating_sub(1))
        .filter(|_| quoted);
    inside.unwrap_or_default().to_owned()
}

/// The operator of a row, for the UI to name.
fn operator(text: &str) -> String {
    [
        "==",
        "!=",
        "<=",
        ">=",
        "<",
        ">",
        " in ",
        ".contains(",
        ".matches(",
        ".startsWith(",
    ]
    .into_iter()
    .find(|op| text.contains(op))
    .map(|op| op.trim_matches([' ', '.', '(']).to_owned())
    .unwrap_or_else(|| "is".to_owned())
}

fn in_words(value: &Shown, unit: &str) -> String {
    match value {
        Shown::Bool(true) => "yes".to_owned(),
        Shown::Bool(false) => "no".to_owned(),
        Shown::Number(number) if unit == "ms" => span(*number),
        Shown::Number(number) => number.to_string(),
        Shown::Decimal(number) => format!("{number}"),
        Shown::Text(text) => text.clone(),
        Shown::Texts(texts) => texts.join(", "),
    }
}

/// A length of time in its two largest units.
fn span(ms: i64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let mut left = ms.abs();
    let mut parts = Vec::new();
    for (size, name) in units {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!("{count} {name}"));
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    format!("{}{}", if ms < 0 { "-" } else { "" }, parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_reads_in_two_units() {
        assert_eq!(span(0), "0 s");
        assert_eq!(span(90 * SECOND), "1 min 30 s");
        assert_eq!(span(26 * HOUR + 5 * MINUTE), "1 d 2 h");
        assert_eq!(span(-5 * MINUTE), "-5 min");
    }
}
