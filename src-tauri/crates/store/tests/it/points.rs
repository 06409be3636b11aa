//! Decision points in columns: as the records say, sealed or not, after an erasure and a rebuild,
//! and in a workspace from before there were columns.

use std::ops::ControlFlow;

use baton_core::ids::ConversationId;
use baton_core::rules::facts::chunk::{CHUNK, Chunk, ColumnKey, Wanted};
use baton_core::rules::{EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value};
use baton_core::time::{SECOND, Timestamp};
use baton_store::{Decision, LoggedEvent, Options, Store, StoreError, Tx};

use crate::world::{START, World, append, conversation, mail, nth, receive};

const RULES: &str = r#"
baton  = 1
policy = "points"
zone   = "UTC"

[words]
legal = ["lawyer"]

[[rule]]
id     = "legal"
on     = ["customer.message"]
when   = 'msg.words.legal'
do     = { tag = ["legal"] }
reason = "legal wording"
"#;

/// What is known at the decision of a number.
fn facts(number: u64, rules: &Ruleset) -> Facts {
    let at = at(number);
    let text = if number.is_multiple_of(5) {
        "my lawyer"
    } else {
        "my lamp"
    };
    let mut facts = Facts::new();
    facts
        .set(
            Fact::CONV_CONTROL,
            ["bot", "queue", "agent"][number as usize % 3],
        )
        .set(
            Fact::CONV_WAITING,
            Value::Since(at.plus(-(number as i64) * 7)),
        )
        .set(Fact::CONV_TURNS, i64::try_from(number).unwrap())
        .set(Fact::MSG_TEXT, text);
    if number.is_multiple_of(4) {
        facts.set_custom("attr.seats", number as i64 % 9);
    }
    rules.words().record(text, &mut facts);
    facts
}

fn at(number: u64) -> Timestamp {
    START.plus(number as i64 * SECOND)
}

/// Writes a decision down. Every conversation has ten, on its one message.
fn decide(tx: &mut Tx<'_>, number: u64, rules: &Ruleset) {
    let mut state = conversation(number / 10);
    if number.is_multiple_of(10) {
        receive(
            tx,
            number * 2,
            &mut state,
            &mail(number, "", "words"),
            at(number),
        );
    }
    let seq = append(tx, number * 2 + 1, state.id, at(number));
    let verdict = rules.decide(&Pass {
        event: EventKind::CustomerMessage,
        facts: &facts(number, rules),
        now: at(number),
        memory: &RuleMemory::default(),
        conversation_key: b"c",
    });
    let record = verdict.record.to_bytes();
    tx.record_decision(&Decision {
        id: nth(number),
        seq,
        conversation: state.id,
        at: at(number),
        on: EventKind::CustomerMessage.name().to_owned(),
        ruleset: rules.id(),
        record_hash: baton_core::hash::Hash::of(&record),
        record,
        sentence: String::new(),
    })
    .unwrap();
}

fn fill(world: &mut World, count: u64, rules: &Ruleset) {
    let all: Vec<u64> = (0..count).collect();
    for some in all.chunks(500) {
        world.write(|tx| some.iter().for_each(|number| decide(tx, *number, rules)));
    }
}

fn chunks(world: &World, wanted: &Wanted) -> Vec<Chunk> {
    let mut found = Vec::new();
    world.read(|reader| {
        reader.points(0, wanted, |chunk| {
            found.push(chunk);
            Ok::<_, StoreError>(ControlFlow::Continue(()))
        })
    });
    found
}

#[test]
fn every_decision_is_a_point_with_the_facts_it_was_made_on() {
    let rules = Ruleset::parse(RULES).unwrap();
    let mut world = World::new();
    let count = CHUNK as u64 + 300;
    fill(&mut world, count, &rules);
    let found = chunks(&world, &Wanted::All);
    let rows: Vec<usize> = found.iter().map(Chunk::rows).collect();
    assert_eq!(rows, [CHUNK, 300]);
    let mut number = 0;
    for chunk in &found {
        for row in 0..chunk.rows() {
            let mut expected = facts(number, &rules);
            expected.set(Fact::MSG_TEXT, Value::Unknown);
            assert_eq!(chunk.facts(row), expected);
            assert_eq!(chunk.conversation(row), Some(conversation(number / 10).id));
            assert_eq!(chunk.event(row), Some(EventKind::CustomerMessage));
            assert_eq!(chunk.ruleset(row), Some(rules.id()));
            let first = number as i64 / 10 * 11 + 1;
            assert_eq!(chunk.message[row], first, "{number}");
            let decided = chunk.conclusion(row).unwrap();
            assert_eq!(decided.slots.tags_add.is_empty(), !number.is_multiple_of(5));
            number += 1;
        }
    }
    assert_eq!(number, count);
    assert_eq!(world.read(|reader| reader.points_count(0)), count);
    let decided = |seq| world.read(|reader| reader.point_conclusions(seq));
    let first = found[0].seq[0];
    let column = decided(first).unwrap();
    assert_eq!(Some(&column), found[0].column(&ColumnKey::Conclusion));
    assert!(decided(first + 1).is_none() && decided(found[1].seq[0]).is_none());
    let text = world.read(|reader| reader.words_at(found[1].message[7]));
    assert_eq!(text.unwrap().0, "words");

    let turns = ColumnKey::Fact(Fact::CONV_TURNS);
    let some = chunks(&world, &Wanted::Some([turns.clone()].into()));
    let columns: Vec<usize> = some.iter().map(|chunk| chunk.columns.len()).collect();
    assert_eq!(
        columns,
        [1, 2],
        "what was decided comes with what is not sealed"
    );
    assert_eq!(some[0].column(&turns), found[0].column(&turns));
    let rest = found[0].seq[99];
    world.read(|reader| {
        reader.points(rest, &Wanted::All, |chunk| {
            assert_eq!(chunk.rows(), CHUNK, "a sealed chunk comes whole");
            Ok::<_, StoreError>(ControlFlow::Break(()))
        })
    });
}

#[test]
fn what_was_erased_is_in_no_column() {
    let rules = Ruleset::parse(RULES).unwrap();
    let mut world = World::new();
    fill(&mut world, CHUNK as u64 + 20, &rules);
    let gone: ConversationId = conversation(7).id;
    world.write(|tx| tx.erase_decisions(gone)).unwrap();
    let found = chunks(&world, &Wanted::All);
    assert_eq!(found.iter().map(Chunk::rows).sum::<usize>(), CHUNK + 20);
    for (row, number) in (0..CHUNK).zip(0_u64..) {
        let erased = number / 10 == 7;
        assert_eq!(found[0].facts(row) == Facts::new(), erased, "{number}");
        assert_eq!(found[0].conclusion(row).is_none(), erased);
        assert_eq!(
            found[0].conversation(row),
            Some(conversation(number / 10).id)
        );
    }
}

#[test]
fn chunks_made_anew_are_the_same() {
    let rules = Ruleset::parse(RULES).unwrap();
    let mut world = World::new();
    fill(&mut world, CHUNK as u64 + 20, &rules);
    let before = chunks(&world, &Wanted::All);
    let fold = |tx: &mut Tx<'_>, event: &LoggedEvent| {
        let Some(which) = event.conversation.filter(|_| event.seq % 11 == 1) else {
            return Ok(());
        };
        let number = (event.seq as u64 - 1) / 11 * 10;
        let state = conversation(number / 10);
        assert_eq!(state.id, which);
        again(tx, number, event, &state)
    };
    world.writer.rebuild(fold).unwrap();
    assert_eq!(chunks(&world, &Wanted::All), before);
}

/// Writes the row of a message again.
fn again(
    tx: &mut Tx<'_>,
    number: u64,
    event: &LoggedEvent,
    state: &baton_core::conversation::Conversation,
) -> Result<(), StoreError> {
    let document = mail(number, "", "words");
    tx.save_conversation(state)?;
    tx.record_message(&baton_store::NewMessage {
        id: nth(number * 2),
        conversation: state.id,
        seq: event.seq,
        channel: state.channel,
        contact: state.contact,
        at: event.at,
        direction: baton_core::message::Direction::Inbound,
        author: baton_core::message::Author::Customer,
        author_name: "",
        kind: baton_core::message::MessageKind::Message,
        document_hash: baton_core::hash::Hash::of(&serde_json::to_vec(&document).unwrap()),
        document: Some(&document),
        raw: None,
        join: baton_core::event::body::Join::New,
        outbox: None,
        imported: false,
        source: "",
    })
}

/// The stored database was made by the program as it was before decision points had columns.
#[test]
fn a_workspace_from_before_has_its_points_too() {
    let folder = tempfile::tempdir().unwrap();
    let packed = include_bytes!("../old/0001.db.zst");
    let bytes = zstd::stream::decode_all(&packed[..]).unwrap();
    std::fs::write(folder.path().join("baton.db"), bytes).unwrap();
    let mut store = Store::open(folder.path(), Options::at(START)).unwrap();
    let mut found = Vec::new();
    let readers = store.readers();
    readers
        .read(|reader| {
            assert!(reader.stats()?.schema_step >= 2, "brought up to date");
            reader.points(0, &Wanted::All, |chunk| {
                found.push(chunk);
                Ok::<_, StoreError>(ControlFlow::Continue(()))
            })
        })
        .unwrap();
    let rules = Ruleset::parse(RULES).unwrap();
    assert_eq!(found.iter().map(Chunk::rows).sum::<usize>(), 30);
    let mut expected = facts(12, &rules);
    expected.set(Fact::MSG_TEXT, Value::Unknown);
    assert_eq!(found[0].facts(12), expected);
    assert_eq!(found[0].message[12], 12);

    let mut writer = store.take_writer().unwrap();
    writer
        .write(|tx| {
            decide(tx, 30, &rules);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let count = readers.read(|reader| reader.points_count(0));
    assert_eq!(count.unwrap(), 31);
}
