//! What goes into a chunk comes out of it, in memory and as bytes.

use proptest::prelude::*;

use std::collections::BTreeSet;

use super::*;
use crate::{
    ids::Id as _,
    rules::{
        DecisionRecord, Slots,
        eval::record::{Guarding, Outline},
        facts::tests::value,
        outcome::{ControlTarget, Decided, LossReason, Lost, Slot},
    },
};

fn record(facts: &Facts, at: i64, event: EventKind) -> DecisionRecord {
    DecisionRecord {
        ruleset: Hash::of(b"rules"),
        event,
        at: Timestamp(at),
        facts: facts.snapshot(),
        truths: Vec::new(),
        marks: vec![(u16::from(event.number()), 1)],
        slots: Slots::default(),
        lost: Vec::new(),
        would: Vec::new(),
        next_flip: None,
    }
}

fn build(records: &[DecisionRecord]) -> Chunk {
    let mut builder = ChunkBuilder::default();
    for (seq, record) in (10..).zip(records) {
        builder.push(&Point {
            seq: seq * 2,
            conversation: ConversationId::from_bits(seq.unsigned_abs().into()),
            at: record.at,
            event: record.event,
            message: (seq % 3 != 0).then_some(seq * 2 - 1),
            record: &record.to_bytes(),
        });
    }
    builder.finish()
}

fn packed(chunk: &Chunk, wanted: &Wanted) -> Chunk {
    let head = chunk.pack_head();
    let columns: Vec<(ColumnKey, Vec<u8>)> = chunk
        .columns
        .iter()
        .map(|(key, column)| {
            let named = ColumnKey::read(&key.to_string()).unwrap();
            assert_eq!(named, *key, "the name in the store stands for the fact");
            (named, column.pack())
        })
        .collect();
    let columns = columns.iter().map(|(key, bytes)| (key.clone(), &bytes[..]));
    Chunk::unpack(&head, columns, wanted).unwrap()
}

/// Instants and lengths as they occur: within some thousand years.
fn sane(value: Value) -> Value {
    const FAR: i64 = 1 << 50;
    match value {
        Value::Since(at) => Value::Since(Timestamp(at.0 % FAR)),
        other => other,
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    (
        prop::collection::vec((0..BUILTIN.len(), value()), 0..30),
        prop::collection::btree_map("attr\\.[a-c]{1,2}", value(), 0..4),
        prop::collection::btree_map(0_u64..6, any::<bool>(), 0..4),
    )
        .prop_map(|(values, custom, words)| {
            let mut facts = Facts::new();
            for (index, value) in values {
                let fact = Fact(u16::try_from(index).unwrap());
                if !fact.def().content {
                    facts.set(fact, sane(value));
                }
            }
            for (name, value) in custom {
                if value != Value::Unknown {
                    facts.set_custom(name.as_str(), sane(value));
                }
            }
            for (set, found) in words {
                facts.set_words(set, found);
            }
            facts
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn facts_come_out_of_columns_as_they_went_in(
        points in prop::collection::vec((facts(), 0_i64..1 << 50, 0_usize..10), 0..40),
    ) {
        let records: Vec<DecisionRecord> = points
            .iter()
            .map(|(facts, at, event)| record(facts, *at, EventKind::ALL[*event]))
            .collect();
        let chunk = build(&records);
        let again = packed(&chunk, &Wanted::All);
        prop_assert_eq!(&again, &chunk);
        prop_assert_eq!(chunk.rows(), records.len());
        for (row, (facts, at, event)) in points.iter().enumerate() {
            prop_assert_eq!(&again.facts(row), facts);
            prop_assert_eq!(again.at[row], *at);
            prop_assert_eq!(again.event(row), Some(EventKind::ALL[*event]));
            prop_assert_eq!(again.ruleset(row), Some(Hash::of(b"rules")));
            let marks = again.conclusion(row).unwrap().marks;
            prop_assert_eq!(marks, vec![(u16::try_from(*event).unwrap(), 1)]);
        }
    }

    #[test]
    fn many_different_numbers_come_out_as_they_went_in(
        numbers in prop::collection::vec(prop::option::weighted(0.8, any::<i64>()), 500..700),
        anchors in prop::collection::vec(0_i64..1 << 50, 700),
    ) {
        let records: Vec<DecisionRecord> = numbers
            .iter()
            .zip(&anchors)
            .map(|(number, anchor)| {
                let mut facts = Facts::new();
                if let Some(number) = number {
                    facts.set(Fact::CONV_TURNS, *number);
                    facts.set(Fact::CONV_WAITING, Value::Since(Timestamp(*anchor)));
                } else {
                    facts.set(Fact::CONV_WAITING, Value::Duration(0));
                }
                record(&facts, 1 << 49, EventKind::CustomerMessage)
            })
            .collect();
        let chunk = build(&records);
        for key in [Fact::CONV_TURNS, Fact::CONV_WAITING].map(ColumnKey::Fact) {
            let distinct = matches!(chunk.column(&key), Some(Column::Numbers { .. }));
            prop_assert!(distinct, "{key}");
        }
        let again = packed(&chunk, &Wanted::All);
        prop_assert_eq!(&again, &chunk);
        for (row, record) in records.iter().enumerate() {
            prop_assert_eq!(again.facts(row), record.facts().unwrap());
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_and_never_fatal(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in 0_usize..4_000,
    ) {
        let _ = Column::unpack(&bytes, 50);
        let _ = Chunk::unpack_head(&bytes);
        let mut facts = Facts::new();
        facts.set(Fact::CONV_TAGS, Value::texts(["a", "b"]));
        let mut head = build(&[record(&facts, 5, EventKind::Time)]).pack_head();
        let place = at % head.len();
        head[place] ^= bytes.first().copied().unwrap_or(1);
        let _ = Chunk::unpack_head(&head);
    }
}

#[test]
fn what_the_customer_wrote_is_not_in_columns() {
    let mut facts = Facts::new();
    facts.set(Fact::MSG_TEXT, "my secret");
    let chunk = build(&[record(&facts, 5, EventKind::CustomerMessage)]);
    let key = ColumnKey::Fact(Fact::MSG_TEXT);
    assert_eq!(chunk.column(&key), Some(&Column::Same(Entry::Content)));
    assert_eq!(packed(&chunk, &Wanted::All), chunk);
}

#[test]
fn a_reader_gets_the_columns_it_wants() {
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_CONTROL, "bot")
        .set(Fact::CONV_TURNS, 3_i64);
    let chunk = build(&[record(&facts, 5, EventKind::CustomerMessage)]);
    let key = ColumnKey::Fact(Fact::CONV_TURNS);
    let some = packed(&chunk, &Wanted::Some([key.clone()].into()));
    assert_eq!(some.columns.len(), 1);
    assert_eq!(some.column(&key), chunk.column(&key));
}

#[test]
fn a_head_says_what_each_version_changed_and_how_the_loop_guard_had_a_say() {
    let by = |rule: &str| crate::rules::RuleId::from(rule);
    let tag = |tag: &str, rule: &str| Decided {
        value: tag.into(),
        by: by(rule),
    };
    let mut all: Vec<DecisionRecord> = (0..5)
        .map(|at| record(&Facts::new(), at, EventKind::CustomerMessage))
        .collect();
    all[0].slots.tags_add = vec![tag("seen", "loop-finder")];
    all[1].slots.sla = Some(tag("gold", "r"));
    all[1].ruleset = Hash::of(b"others");
    all[2].lost = vec![Lost {
        rule: by("r"),
        slot: Slot::Control,
        value: "queue".to_owned(),
        reason: LossReason::LoopGuard,
        to: None,
    }];
    all[3].slots.tags_add = vec![tag("loop-guard", "loop-guard")];
    all[4].slots.tags_add = vec![tag("loop-guard", "loop-guard")];
    all[4].slots.control = Some(Decided {
        value: ControlTarget::Queue,
        by: by("loop-guard"),
    });
    let chunk = build(&all);
    let chunk = packed(&chunk, &Wanted::Some(BTreeSet::new()));
    let [ours, others] = &chunk.changes[..] else {
        panic!("two versions");
    };
    let tags = ["loop-guard", "seen"].map(Arc::from);
    assert_eq!(ours.tags, BTreeSet::from(tags));
    assert_eq!(
        (ours.sla, ours.priority, ours.unread),
        (false, false, false)
    );
    assert_eq!((others.sla, others.tags.len()), (true, 0));
    let mark = (u16::from(EventKind::CustomerMessage.number()), 1);
    let guarding = [
        Guarding::No,
        Guarding::No,
        Guarding::Kept,
        Guarding::Took,
        Guarding::Queued,
    ];
    for (row, guarding) in guarding.into_iter().enumerate() {
        let mut outline = Outline::default();
        outline.set(guarding, [mark].into_iter());
        assert_eq!(chunk.outline(row), outline.as_bytes(), "{row}");
        assert!(chunk.conclusion(row).is_none(), "it was not asked for");
    }
}

#[test]
fn of_an_erased_record_only_the_decision_is_known() {
    let mut builder = ChunkBuilder::default();
    builder.push(&Point {
        seq: 7,
        conversation: ConversationId::from_bits(1),
        at: Timestamp(5),
        event: EventKind::Time,
        message: None,
        record: b"",
    });
    let chunk = builder.finish();
    let columns: Vec<&ColumnKey> = chunk.columns.keys().collect();
    assert_eq!((chunk.rows(), columns), (1, vec![&ColumnKey::Conclusion]));
    assert_eq!(chunk.outline(0), b"");
    assert_eq!(chunk.changes, [Changes::default()]);
    assert_eq!(chunk.ruleset(0), None);
    assert_eq!(chunk.conclusion(0), None);
    assert_eq!(chunk.facts(0), Facts::new());
}
