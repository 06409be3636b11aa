//! A back-test finds what deciding every point by itself finds, and follows what rules change.

mod between;
mod replay;
mod trajectory;
mod warm;
mod work;

use std::sync::Arc;

use super::{Backtest, Known, Report, Texts, Window};
use crate::{
    ids::{ConversationId, Id as _},
    rules::{
        EventKind, Facts, Pass, RuleMemory, Ruleset,
        columns::{Bits, Frame, Sweep},
        facts::chunk::{Chunk, ChunkBuilder, Point},
    },
    time::Timestamp,
};

/// One recorded event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) conversation: u128,
    pub(super) kind: EventKind,
    pub(super) at: i64,
    pub(super) facts: Facts,
}

/// A history as the engine would have recorded it under a set of rules, in chunks of some rows.
pub(super) fn record(rules: &Ruleset, events: &[Event], rows: usize) -> Vec<Chunk> {
    let mut memory: std::collections::BTreeMap<u128, RuleMemory> =
        std::collections::BTreeMap::new();
    let mut chunks = Vec::new();
    let mut builder = ChunkBuilder::default();
    for (index, event) in events.iter().enumerate() {
        let id = ConversationId::from_bits(event.conversation);
        let remembered = memory.entry(event.conversation).or_default();
        let verdict = rules.decide(&Pass {
            event: event.kind,
            facts: &event.facts,
            now: Timestamp(event.at),
            memory: remembered,
            conversation_key: &id.bits().to_be_bytes(),
        });
        *remembered = verdict.memory_after;
        builder.push(&Point {
            seq: i64::try_from(index).unwrap() + 1,
            conversation: id,
            at: Timestamp(event.at),
            event: event.kind,
            message: Some(i64::try_from(index).unwrap() + 1),
            record: &verdict.record.to_bytes(),
        });
        if (index + 1) % rows == 0 {
            chunks.push(std::mem::take(&mut builder).finish());
        }
    }
    chunks.push(builder.finish());
    chunks
}

/// Back-tests over chunks, with the words of every message at hand.
pub(super) fn test(
    old: &Arc<Ruleset>,
    new: &Arc<Ruleset>,
    chunks: &[Chunk],
    events: &[Event],
    window: Window,
) -> Report {
    let test = Backtest::new(Arc::clone(old), Arc::clone(new), window);
    let mut sweep = Sweep::new(1 << 20);
    walked(test, chunks, events, &mut sweep).report(known)
}

/// Whose a conversation is: two belong to one customer.
pub(super) fn known(id: ConversationId) -> Known {
    Known {
        customer: id.bits() / 2,
        label: None,
    }
}

/// Feeds all chunks.
pub(super) fn walked(
    mut test: Backtest,
    chunks: &[Chunk],
    events: &[Event],
    sweep: &mut Sweep,
) -> Backtest {
    for chunk in (0..).zip(chunks) {
        feed(&mut test, chunk, events, sweep);
    }
    test
}

/// Feeds one chunk, with the words that are asked for.
pub(super) fn feed(
    test: &mut Backtest,
    (number, chunk): (u64, &Chunk),
    events: &[Event],
    sweep: &mut Sweep,
) {
    let mut frame = Frame::read(chunk);
    let rows = test.rows_without_words(number, chunk, &frame, sweep);
    let texts = texts(chunk, &rows, events);
    texts.fill(&mut frame);
    test.feed(number, chunk, (&frame, &texts), sweep);
}

/// The words of the messages at some rows.
pub(super) fn texts(chunk: &Chunk, rows: &Bits, events: &[Event]) -> Texts {
    let mut texts = Texts::default();
    for row in rows.ones() {
        let place = usize::try_from(chunk.seq[row] - 1).unwrap();
        let text = events[place].facts.text(crate::rules::Fact::MSG_TEXT);
        if let Some(text) = text {
            texts.0.insert(row, (text.into(), "".into()));
        }
    }
    texts
}

pub(super) fn metric<'r>(report: &'r Report, name: &str) -> &'r super::Metric {
    report
        .metrics
        .iter()
        .find(|metric| metric.name == name)
        .unwrap()
}
