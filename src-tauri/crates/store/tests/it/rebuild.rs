//! The log is the truth: projections made anew from it are the same, to the byte.

use baton_core::event::body::Join;
use baton_core::hash::Hash;
use baton_core::ids::{DeviceId, EventId, MessageId};
use baton_core::label::{Kept, Label, Mark};
use baton_core::message::{Author, Direction, MessageDocument, MessageKind};
use baton_core::time::{MINUTE, Timestamp};
use baton_store::{
    ContentState, LoggedEvent, NewMessage, SealedEvent, StoreError, TimelinePart, Tx,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::world::{START, World, channel, conversation, mail, nth};

/// What an envelope of this test says.
#[derive(Serialize, Deserialize)]
struct Said {
    number: u64,
    conversation: u64,
    at: Timestamp,
    document: Hash,
    tag: bool,
}

/// What follows from an envelope: the fold of this test.
fn fold(tx: &mut Tx<'_>, event: &LoggedEvent) -> Result<(), StoreError> {
    let said: Said = serde_json::from_slice(&event.bytes).unwrap();
    let mut state = match tx.conversation(conversation(said.conversation).id)? {
        Some(state) => state,
        None => conversation(said.conversation),
    };
    let message: MessageId = nth(said.number);
    state.talk.unread += 1;
    state.talk.last_at = said.at;
    state.talk.last_message = Some(message);
    if said.tag {
        state.tags.insert("vip".into());
    } else {
        state.tags.remove("vip");
    }
    // A person judges, changes their mind, and takes it back.
    state.labels.retain(|mark| mark.episode != 1);
    if said.tag {
        state.labels.push(Mark {
            episode: 1,
            by: "anna".into(),
            label: Label::TooLate,
            at: said.at,
            decision: None,
            sampled: None,
        });
        state.kept.retain(|kept| kept.episode != 2);
    } else {
        state.kept.push(Kept {
            episode: state.talk.unread + 2,
            at: said.at,
        });
    }
    tx.save_conversation(&state)?;
    let document = tx.document(said.document)?;
    tx.record_message(&NewMessage {
        id: message,
        conversation: state.id,
        seq: event.seq,
        channel: channel(),
        contact: state.contact,
        at: said.at,
        direction: Direction::Inbound,
        author: Author::Customer,
        author_name: "",
        kind: MessageKind::Message,
        document_hash: said.document,
        document: document.as_ref(),
        raw: None,
        join: Join::New,
        outbox: None,
        imported: false,
        source: "",
    })?;
    tx.set_deadline(state.id, said.tag.then_some(said.at))
}

/// Appends an envelope and does what follows from it.
fn happen(tx: &mut Tx<'_>, said: &Said, document: &MessageDocument) -> Result<(), StoreError> {
    let content = serde_json::to_vec(document).unwrap();
    tx.put_content(said.document, &content)?;
    let device: DeviceId = nth(1);
    let bytes = serde_json::to_vec(said).unwrap();
    let prev = tx.head(device)?;
    let event = LoggedEvent {
        seq: 0,
        id: nth::<EventId>(said.number),
        conversation: Some(conversation(said.conversation).id),
        device,
        kind: "message.recorded@1".into(),
        at: said.at,
        shown_at: said.at,
        hash: Hash::of(&bytes),
        bytes,
    };
    let seq = tx.append(&SealedEvent {
        id: event.id,
        conversation: event.conversation,
        device,
        prev,
        kind: &event.kind,
        at: event.at,
        shown_at: event.shown_at,
        hash: event.hash,
        bytes: &event.bytes,
    })?;
    fold(tx, &LoggedEvent { seq, ..event })
}

fn fill(world: &mut World, history: &[(u64, i64, bool)], batch: usize) {
    for (first, some) in history.chunks(batch).enumerate() {
        world.write(|tx| {
            for (index, &(which, minutes, tag)) in some.iter().enumerate() {
                let number = (first * batch + index) as u64;
                let document = mail(number, &format!("Subject {which}"), "plain 返金 words");
                let said = Said {
                    number,
                    conversation: which,
                    at: START.plus(minutes * MINUTE),
                    document: Hash::of(&serde_json::to_vec(&document).unwrap()),
                    tag,
                };
                happen(tx, &said, &document).unwrap();
            }
        });
    }
}

fn dump(world: &World) -> String {
    let mut bytes = Vec::new();
    world.read(|reader| reader.dump_projection(&mut bytes));
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_rebuilt_is_the_same_to_the_byte(
        history in proptest::collection::vec((0..6_u64, 0..40_i64, any::<bool>()), 1..40),
        batch in 1..9_usize,
    ) {
        let mut world = World::new();
        fill(&mut world, &history, batch);
        let before = dump(&world);
        let folded = world.writer.rebuild(fold).unwrap();
        prop_assert_eq!(folded, history.len() as u64);
        prop_assert!(dump(&world) == before, "rebuilding changes nothing");
        prop_assert!(world.writer.verify_search().is_ok());

        // Batches are a matter of speed, not of meaning.
        let mut other = World::new();
        fill(&mut other, &history, 1);
        prop_assert_eq!(dump(&other), before);
    }
}

#[test]
fn a_rebuild_that_fails_changes_nothing() {
    let mut world = World::new();
    fill(&mut world, &[(1, 1, true), (2, 2, false), (1, 3, false)], 2);
    let before = dump(&world);
    let failed = world.writer.rebuild(|tx, event| {
        fold(tx, event)?;
        match event.seq {
            3 => Err(StoreError::Busy),
            _ => Ok(()),
        }
    });
    assert!(failed.is_err());
    assert_eq!(dump(&world), before);
    fill_more(&mut world);
}

/// The writer goes on as if nothing had happened.
fn fill_more(world: &mut World) {
    let document = mail(9, "More", "more");
    let said = Said {
        number: 9,
        conversation: 1,
        at: START,
        document: Hash::of(&serde_json::to_vec(&document).unwrap()),
        tag: true,
    };
    world.write(|tx| happen(tx, &said, &document)).unwrap();
}

#[test]
fn erased_words_stay_erased_through_a_rebuild_and_the_log_does_not_change() {
    let mut world = World::new();
    fill(&mut world, &[(1, 1, true), (1, 2, false)], 1);
    let row = world.read(|reader| reader.message(nth(0))).unwrap();
    let erased = world.write(|tx| tx.erase_message(nth(0), START)).unwrap();
    assert_eq!(erased, [row.document]);
    for _ in 0..2 {
        let row = world.read(|reader| reader.message(nth(0))).unwrap();
        assert_eq!(
            (row.subject.as_str(), row.sender.address.as_str()),
            ("", "")
        );
        assert_eq!(
            world.read(|reader| reader.content_state(row.document)),
            ContentState::Erased { at: START }
        );
        assert!(!dump(&world).contains("mail-0@shop.example"));
        let which = conversation(1).id;
        let timeline = world.read(|reader| reader.timeline(which, TimelinePart::Newest, 9));
        assert_eq!(timeline.len(), 2, "that it happened stays");
        world.writer.rebuild(fold).unwrap();
    }
}
