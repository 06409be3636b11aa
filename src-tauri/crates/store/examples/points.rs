//! How fast a history is read back as columns: `cargo run --release -p baton-store --example
//! points [POINTS]`. Fills a workspace of its own with decision points, as an import leaves them,
//! and reads all of them, with every fact and with the thirteen that a usual rule file names.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Instant;

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId, Id as _};
use baton_core::rules::facts::chunk::{ColumnKey, Wanted};
use baton_core::rules::{EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value};
use baton_core::time::{SECOND, Timestamp};
use baton_store::{Decision, Durability, Options, Store, StoreError};

const START: Timestamp = Timestamp(1_750_000_000_000);

/// The facts that a usual rule file names.
const USUAL: [Fact; 13] = [
    Fact::CONV_CONTROL,
    Fact::CONV_CHANNEL,
    Fact::CONV_WAITING,
    Fact::CONV_SILENT,
    Fact::CONV_TAGS,
    Fact::CONV_TURNS,
    Fact::CONV_MESSAGE_COUNT,
    Fact::MSG_SENTIMENT,
    Fact::MSG_LENGTH,
    Fact::BOT_CONFIDENCE,
    Fact::BOT_FAILURES,
    Fact::CUSTOMER_TIER,
    Fact::CUSTOMER_VALUE_AT_RISK,
];

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

fn facts(dice: &mut Dice, at: Timestamp, turn: u64) -> Facts {
    let mut facts = Facts::new();
    let ago = |dice: &mut Dice| Value::Since(at.plus(-(dice.below(4_000_000) as i64)));
    let waiting = ago(dice);
    let silent = ago(dice);
    facts
        .set(Fact::CONV_CONTROL, dice.of(&["bot", "queue", "agent"]))
        .set(Fact::CONV_QUEUE, "support")
        .set(Fact::CONV_CHANNEL, dice.of(&["email", "chat", "telegram"]))
        .set(Fact::CONV_STATUS, dice.of(&["new", "open", "solved"]))
        .set(
            Fact::CONV_TAGS,
            Value::texts(["vip"].into_iter().take(dice.below(2) as usize)),
        )
        .set(Fact::CONV_PRIORITY, dice.of(&["normal", "high"]))
        .set(Fact::CONV_WAITING, waiting)
        .set(Fact::CONV_SILENT, silent)
        .set(
            Fact::CONV_AGE,
            Value::Since(at.plus(-(turn as i64) * 60 * SECOND)),
        )
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::CONV_CONTROL_EPOCH, (turn / 4) as i64)
        .set(Fact::CONV_TURNS, turn as i64)
        .set(Fact::CONV_MESSAGE_COUNT, turn as i64)
        .set(Fact::CONV_SNOOZED, false)
        .set(Fact::CONV_ESCALATED, dice.below(5) == 0)
        .set(Fact::CONV_SLA, "standard")
        .set(Fact::CONV_IMPORTED, true)
        .set(Fact::MSG_AUTHOR, dice.of(&["customer", "bot"]))
        .set(Fact::MSG_KIND, "message")
        .set(Fact::MSG_TEXT, "what somebody wrote")
        .set(Fact::MSG_LENGTH, dice.below(1_500) as i64)
        .set(
            Fact::MSG_SENTIMENT,
            dice.below(2_000) as f64 / 1_000.0 - 1.0,
        )
        .set(Fact::MSG_LANGUAGE, dice.of(&["en", "de"]))
        .set(
            Fact::BOT_INTENT,
            dice.of(&["refund", "human", "order", "other"]),
        )
        .set(Fact::BOT_CONFIDENCE, dice.below(1_000) as f64 / 1_000.0)
        .set(Fact::BOT_FAILURES, dice.below(4) as i64)
        .set(Fact::CHANNEL_HAS_BOT, true)
        .set(Fact::CHANNEL_NAME, "Imported")
        .set(Fact::CUSTOMER_TIER, dice.of(&["free", "pro", "enterprise"]))
        .set(Fact::CUSTOMER_VALUE_AT_RISK, dice.below(90) as f64 * 100.0)
        .set(Fact::TEAM_AVAILABLE, 3_i64);
    facts
}

/// Milliseconds this thread has computed: on a busy machine wall time says little.
fn computed() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told
        .split(' ')
        .next()
        .and_then(|nanos| nanos.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1_000_000.0
}

fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .map_or(1_000_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), Options::at(START)).unwrap();
    let mut writer = store.take_writer().unwrap();
    let rules = Ruleset::parse(Ruleset::DEFAULT).unwrap();
    let mut dice = Dice(7);
    let before = computed();
    let all: Vec<u64> = (0..count).collect();
    for some in all.chunks(2_000) {
        writer
            .write_as(Durability::Checkpoints, |tx| {
                for number in some {
                    let at = START.plus(*number as i64 * 20 * SECOND);
                    let facts = facts(&mut dice, at, number % 10);
                    let conversation = ConversationId::from_bits(u128::from(number / 10) << 64);
                    let verdict = rules.decide(&Pass {
                        event: EventKind::CustomerMessage,
                        facts: &facts,
                        now: at,
                        memory: &RuleMemory::default(),
                        conversation_key: b"c",
                    });
                    let record = verdict.record.to_bytes();
                    tx.record_decision(&Decision {
                        id: DecisionId::from_bits(u128::from(*number)),
                        seq: *number as i64 * 3 + 1,
                        conversation,
                        at,
                        on: EventKind::CustomerMessage.name().to_owned(),
                        ruleset: rules.id(),
                        record_hash: Hash::of(&record),
                        record,
                        sentence: String::new(),
                    })?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    let cpu = computed() - before;
    println!(
        "{count} points decided, recorded and sealed: {:.1} us each",
        cpu * 1_000.0 / count as f64
    );

    let usual: BTreeSet<ColumnKey> = USUAL.into_iter().map(ColumnKey::Fact).collect();
    for (what, wanted) in [
        ("every fact", Wanted::All),
        ("13 facts", Wanted::Some(usual)),
    ] {
        for round in ["first", "again", "again"] {
            let (begun, before) = (Instant::now(), computed());
            let (mut rows, mut columns) = (0, 0);
            store
                .readers()
                .read(|reader| {
                    reader.points(0, &wanted, |chunk| {
                        rows += chunk.rows();
                        columns = chunk.columns.len();
                        Ok::<_, StoreError>(ControlFlow::Continue(()))
                    })
                })
                .unwrap();
            let (seconds, cpu) = (begun.elapsed().as_secs_f64(), computed() - before);
            println!(
                "{what} ({columns} columns), {round}: {rows} points in {:.0} ms, of which computed \
                 {cpu:.0} ms: {:.1} M/s",
                seconds * 1_000.0,
                rows as f64 / cpu / 1_000.0
            );
        }
    }
}
