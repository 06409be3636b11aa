//! Two decisions on the last point of one conversation, side by side.

use std::sync::Arc;

use super::{Texts, Window, moments::Last};
use crate::{
    ids::Id as _,
    rules::{
        Verdict,
        eval::pass::Pass,
        facts::{Fact, Facts, Value, chunk::Chunk},
        memory::RuleMemory,
        outcome::EventKind,
        plan::Ruleset,
    },
    time::Timestamp,
};

/// Two decisions on one point.
#[derive(Debug, Clone)]
pub struct Pair {
    /// What had happened.
    pub event: EventKind,
    /// The logical instant.
    pub at: Timestamp,
    /// What the old rules decide.
    pub old: Verdict,
    /// What the new rules decide.
    pub new: Verdict,
    /// What the message says, where it is at hand.
    pub text: Option<Arc<str>>,
}

/// Decides the points of one conversation, facts being as recorded, and gives both decisions on
/// the last; where `until` lies after it, on that instant, which time alone has made worth a look.
/// The new rules are put in force at the beginning of the window.
#[must_use]
pub fn pair(
    [old, new]: [&Ruleset; 2],
    window: Window,
    until: i64,
    chunk: &Chunk,
    texts: &Texts,
) -> Option<Pair> {
    let last = chunk.rows().checked_sub(1)?;
    let mut before = RuleMemory::default();
    let mut after: Option<RuleMemory> = None;
    for row in 0..=last {
        let (Some(event), Some(at), Some(id)) =
            (chunk.event(row), chunk.at.get(row), chunk.conversation(row))
        else {
            continue;
        };
        let words = texts.0.get(&row);
        let facts = facts(chunk, row, texts);
        let key = id.bits().to_be_bytes();
        let pass = |memory| Pass {
            event,
            facts: &facts,
            now: Timestamp(*at),
            memory,
            conversation_key: &key,
        };
        if after.is_none() && *at >= window.since {
            after = Some(before.clone());
        }
        let verdict = old.decide(&pass(&before));
        let other = after.as_ref().map(|memory| new.decide(&pass(memory)));
        if row == last && until > *at {
            let still = Last::of(*at, 0, &facts).facts()?;
            let pass = |memory| Pass {
                event: EventKind::Time,
                facts: &still,
                now: Timestamp(until),
                memory,
                conversation_key: &key,
            };
            return Some(Pair {
                event: EventKind::Time,
                at: Timestamp(until),
                old: old.decide(&pass(&verdict.memory_after)),
                new: new.decide(&pass(&other?.memory_after)),
                text: None,
            });
        }
        if row == last {
            return Some(Pair {
                event,
                at: Timestamp(*at),
                new: other?,
                old: verdict,
                text: words.map(|words| Arc::clone(&words.0)),
            });
        }
        before = verdict.memory_after;
        after = other.map(|other| other.memory_after);
    }
    None
}

/// The facts of a row with its words.
pub(super) fn facts(chunk: &Chunk, row: usize, texts: &Texts) -> Facts {
    let mut facts = chunk.facts(row);
    if let Some((text, subject)) = texts.0.get(&row) {
        facts
            .set(Fact::MSG_TEXT, Value::Text(Arc::clone(text)))
            .set(Fact::CONV_SUBJECT, Value::Text(Arc::clone(subject)));
    }
    facts
}
