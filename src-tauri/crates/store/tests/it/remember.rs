//! What is written in one transaction is there whole, and read back as it was.

use baton_core::control::Controller;
use baton_core::hash::Hash;
use baton_core::ids::AgentName;
use baton_core::message::MessageDocument;
use baton_core::time::MINUTE;
use baton_store::ContentState;
use baton_store::ReceiptKey;
use baton_store::StoreError;
use baton_store::TimelinePart;
use baton_store::{ListQuery, Place};

use crate::world::{START, World, channel, conversation, mail, nth, receive};

#[test]
fn a_mail_is_found_in_every_place_it_belongs_to() {
    let mut world = World::new();
    let mut state = conversation(1);
    let document = mail(1, "Where is my order?", "It should have come on Monday.");
    let message = world.write(|tx| receive(tx, 1, &mut state, &document, START));

    assert_eq!(
        world.read(|reader| reader.conversation(state.id)),
        Some(state.clone())
    );
    let row = world.read(|reader| reader.message(message)).unwrap();
    assert_eq!(row.subject, "Where is my order?");
    assert_eq!(row.snippet, "It should have come on Monday.");
    assert_eq!(row.recipients, "Support");
    assert_eq!(
        world.read(|reader| reader.document(row.document)),
        Some(document)
    );

    let list = world.read(|reader| reader.list(&ListQuery::of(Place::AnyQueue)));
    assert_eq!(list.rows.len(), 1);
    assert_eq!(list.next, None);
    assert_eq!(list.rows[0].subject, "Where is my order?");
    assert_eq!(list.rows[0].snippet, "It should have come on Monday.");
    assert_eq!(list.rows[0].unread, 1);

    let timeline = world.read(|reader| reader.timeline(state.id, TimelinePart::Newest, 10));
    assert_eq!(timeline.len(), 1);
    assert_eq!(timeline[0].message.as_ref().unwrap().id, message);
}

#[test]
fn a_take_moves_a_conversation_between_places_and_counts_follow() {
    let mut world = World::new();
    let mut state = conversation(1);
    world.write(|tx| receive(tx, 1, &mut state, &mail(1, "a", "b"), START));
    let queue = world.read(|reader| reader.count(&Place::AnyQueue));
    assert_eq!((queue.conversations, queue.unread), (1, 1));

    state.control.controller = Controller::Agent(AgentName::new("anna"));
    state.talk.unread = 0;
    world.write(|tx| tx.save_conversation(&state)).unwrap();
    let queue = world.read(|reader| reader.count(&Place::AnyQueue));
    assert_eq!((queue.conversations, queue.unread), (0, 0));
    let mine = world.read(|reader| reader.count(&Place::Agent(AgentName::new("anna"))));
    assert_eq!((mine.conversations, mine.unread), (1, 0));
    assert!(
        world
            .read(|reader| reader.list(&ListQuery::of(Place::AnyQueue)))
            .rows
            .is_empty()
    );
}

#[test]
fn a_write_that_fails_leaves_no_trace() {
    let mut world = World::new();
    let mut state = conversation(1);
    let failed: Result<(), StoreError> = world.writer.write(|tx| {
        receive(tx, 1, &mut state, &mail(1, "a", "b"), START);
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    assert_eq!(world.read(|reader| reader.last_seq()), 0);
    assert_eq!(world.read(|reader| reader.conversation(state.id)), None);
    assert_eq!(
        world.read(|reader| reader.count(&Place::All)).conversations,
        0
    );

    let mut state = conversation(1);
    world.write(|tx| receive(tx, 1, &mut state, &mail(1, "a", "b"), START));
    assert_eq!(
        world.read(|reader| reader.count(&Place::All)).conversations,
        1
    );
}

#[test]
fn an_answer_that_comes_before_its_question_finds_it_all_the_same() {
    let mut world = World::new();
    let mut state = conversation(1);
    let answer = MessageDocument {
        native_id: "answer@shop.example".into(),
        in_reply_to: vec!["question@shop.example".into()],
        references: vec!["older@shop.example".into(), "question@shop.example".into()],
        ..mail(1, "Re: a", "b")
    };
    let message = world.write(|tx| receive(tx, 1, &mut state, &answer, START));

    let own = world.read(|reader| reader.messages_with_ids(&["nobody@x", "answer@shop.example"]));
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].asked, own[0].message), (1, message));
    let waiting = world.read(|reader| reader.messages_referring_to(&["question@shop.example"]));
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].conversation, state.id);
}

#[test]
fn nothing_is_taken_in_twice() {
    let mut world = World::new();
    let key = ReceiptKey::Native("INBOX;1;42");
    let first = world
        .write(|tx| tx.note_receipt(channel(), key, nth(1), START))
        .unwrap();
    assert_eq!(first, None);
    let second = world
        .write(|tx| tx.note_receipt(channel(), key, nth(2), START))
        .unwrap();
    assert_eq!(second, Some(nth(1)));
    let other = ReceiptKey::MessageId("INBOX;1;42");
    assert_eq!(world.read(|reader| reader.receipt(channel(), other)), None);
}

#[test]
fn erased_content_stays_erased() {
    let mut world = World::new();
    let words = "personal words ".repeat(100);
    let hash = Hash::of(words.as_bytes());
    assert!(
        world
            .write(|tx| tx.put_content(hash, words.as_bytes()))
            .unwrap()
    );
    assert_eq!(
        world.read(|reader| reader.content(hash)),
        Some(words.clone().into_bytes())
    );
    assert!(world.write(|tx| tx.erase_content(hash, START)).unwrap());
    assert_eq!(world.read(|reader| reader.content(hash)), None);
    assert!(
        !world
            .write(|tx| tx.put_content(hash, words.as_bytes()))
            .unwrap()
    );
    assert_eq!(
        world.read(|reader| reader.content_state(hash)),
        ContentState::Erased { at: START }
    );
}

#[test]
fn deadlines_come_due_in_their_order() {
    let mut world = World::new();
    world.write(|tx| {
        tx.set_deadline(nth(1), Some(START.plus(2 * MINUTE)))
            .unwrap();
        tx.set_deadline(nth(2), Some(START.plus(MINUTE))).unwrap();
        tx.set_deadline(nth(3), Some(START.plus(9 * MINUTE)))
            .unwrap();
        tx.set_deadline(nth(3), None).unwrap();
    });
    assert_eq!(
        world.read(|reader| reader.next_deadline()),
        Some(START.plus(MINUTE))
    );
    let due = world.read(|reader| reader.due(START.plus(5 * MINUTE), 10));
    let which: Vec<_> = due.into_iter().map(|(which, _)| which).collect();
    assert_eq!(which, [nth(2), nth(1)]);
}
