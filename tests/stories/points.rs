//! History that was imported can be decided again: each message is a decision point with what was
//! known when it was written.

use std::ops::ControlFlow;

use baton_core::message::Author;
use baton_core::rules::facts::chunk::{Chunk, Wanted};
use baton_core::rules::{EventKind, Fact, Value};
use baton_core::time::{SECOND, Timestamp};
use baton_engine::EngineError;
use baton_engine::import::Import;
use baton_tests::data::data;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;
use serde_json::Value as Json;

/// The dialogs of a file, as the import takes them.
pub(crate) fn dialogs(file: &str) -> Vec<Import> {
    file.lines()
        .map(|line| {
            let dialog: Json = serde_json::from_str(line).unwrap();
            let said = dialog["messages"].as_array().unwrap();
            let said = said.iter().map(|said| {
                let author: Author = serde_json::from_value(said["author"].clone()).unwrap();
                let at = said["ts"]
                    .as_i64()
                    .map(|seconds| Timestamp(seconds * 1_000));
                (author, said["text"].as_str().unwrap().to_owned(), at)
            });
            Import::Dialog {
                name: dialog["conversation_id"].as_str().unwrap().to_owned(),
                channel: dialog["channel"].as_str().unwrap().to_owned(),
                said: said.collect(),
                source: "star.dev.jsonl".to_owned(),
            }
        })
        .collect()
}

async fn chunks(desk: &Desk) -> Vec<Chunk> {
    desk.engine
        .read(|reader, _| {
            let mut found = Vec::new();
            reader.points(0, &Wanted::All, |chunk| {
                found.push(chunk);
                Ok::<_, EngineError>(ControlFlow::Continue(()))
            })?;
            Ok(found)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn every_message_of_the_dialogs_is_a_decision_point() {
    let Some(file) = data("dialogs/star.dev.jsonl") else {
        return;
    };
    let desk = Desk::open().await;
    // A tenth of it is enough to seal a chunk or two.
    let lines: Vec<&str> = file.lines().take(400).collect();
    let items = dialogs(&lines.join("\n"));
    let mut said = Vec::new();
    for item in &items {
        if let Import::Dialog { said: all, .. } = item {
            said.extend(all.iter().map(|(author, text, _)| (*author, text.clone())));
        }
    }
    desk.engine.import(items).await.unwrap();
    let found = chunks(&desk).await;
    assert!(found.len() > 1, "some is sealed, some is not");
    let mut number = 0;
    for chunk in &found {
        for row in 0..chunk.rows() {
            let (author, text) = &said[number];
            number += 1;
            let (event, control) = match author {
                Author::Customer => (EventKind::CustomerMessage, None),
                Author::Bot => (EventKind::BotMessage, Some("bot")),
                _ => (EventKind::AgentMessage, Some("agent")),
            };
            assert_eq!(chunk.event(row), Some(event));
            let facts = chunk.facts(row);
            assert_eq!(facts.get(Fact::CONV_IMPORTED), &Value::Bool(true));
            assert_eq!(facts.text(Fact::CONV_CHANNEL), Some("chat"));
            assert_eq!(
                facts.int(Fact::MSG_LENGTH),
                Some(text.chars().count() as i64)
            );
            if let Some(control) = control {
                assert_eq!(facts.text(Fact::CONV_CONTROL), Some(control));
                assert_eq!(facts.get(Fact::CONV_WAITING), &Value::Duration(0));
            }
            if row.is_multiple_of(500) {
                let seq = chunk.message[row];
                let read = desk.engine.read(move |reader, _| Ok(reader.words_at(seq)?));
                assert_eq!(read.await.unwrap().unwrap().0, *text);
            }
        }
    }
    assert_eq!(number, said.len(), "as many points as messages");
    let sounded = found.iter().flat_map(|chunk| {
        (0..chunk.rows()).map(|row| chunk.facts(row).get(Fact::MSG_SENTIMENT).clone())
    });
    let heard = sounded.filter(|tone| *tone != Value::Unknown).count();
    assert!(heard > number / 10, "{heard} of {number} have a tone");
}

#[tokio::test]
async fn a_customer_is_known_by_conversations_before_this_one() {
    let desk = Desk::open().await;
    let carla = "Carla Stone <carla@customer.test>";
    desk.mail(&Mail::from(carla, "1", "Where is my lamp?"))
        .await;
    desk.wait(SECOND).await;
    desk.mail(&Mail::from(carla, "2", "Hello?").answers("1@customer.test"))
        .await;
    desk.wait(SECOND).await;
    desk.mail(&Mail::from(carla, "3", "Another thing.").about("The bell"))
        .await;
    let mut told = Vec::new();
    for chunk in chunks(&desk).await {
        for row in 0..chunk.rows() {
            let facts = chunk.facts(row);
            if chunk.event(row) == Some(EventKind::CustomerMessage) {
                told.push((
                    facts.get(Fact::CUSTOMER_KNOWN).clone(),
                    facts.int(Fact::CUSTOMER_CONVERSATIONS),
                ));
            }
        }
    }
    let new = || (Value::Bool(false), Some(1));
    assert_eq!(told, [new(), new(), (Value::Bool(true), Some(2))]);
}
