//! Real support dialogs, replayed through the door: the customers and the bot of each come over
//! HTTP, the operators answer at the desk. What is in the material is in the log, once and in
//! order, and control changes hands as often as the voice changed in the material.
//!
//! In the material a bot proposed each reply; `bot` is one that went out as proposed, `agent` one
//! that the operator wrote instead. So a bot-to-human change is an `agent` reply whose last reply
//! before it was the bot's, or which is the first of its dialog (the bot begins everywhere); and a
//! `bot` reply after an `agent` one is the way back, which the operator orders.
//!
//! The first hundred dialogs; all 1,298 of them with `BATON_STAR=all`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::session as ss;
use baton_core::control::Controller;
use baton_core::event::{Envelope, Event};
use baton_core::packet::{Packet, Transcript};
use baton_tests::data::data;
use serde_json::{Value, json};

use super::stage::House;

/// One message of the material.
struct Said {
    dialog: usize,
    number: usize,
    author: String,
    text: String,
    at: i64,
}

struct Dialog {
    key: String,
    said: Vec<(String, String)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::print_stderr, reason = "the speed is to be seen")]
async fn real_dialogs_pass_the_door_once_and_in_order() {
    let Some(text) = data("dialogs/star.dev.jsonl") else {
        return;
    };
    let all = std::env::var_os("BATON_STAR").is_some_and(|which| which == "all");
    let (dialogs, in_time) = read(&text, if all { usize::MAX } else { 100 });
    let house = House::open().await;
    let mut settings = house.desk.engine.roster().settings.clone();
    settings.undo_seconds = 0;
    house
        .desk
        .engine
        .settings_set(ss::SettingsSet { settings })
        .await
        .unwrap();

    let begun = Instant::now();
    let mut stands: BTreeMap<usize, (String, Value)> = BTreeMap::new();
    for said in &in_time {
        house.desk.clock.pass(1);
        let key = &dialogs[said.dialog].key;
        match said.author.as_str() {
            "customer" => {
                let now = house.bot.customer(key, said.number, &said.text).await;
                let which = now["conversation"].as_str().unwrap().to_owned();
                stands.insert(said.dialog, (which, now["control"].clone()));
            }
            "bot" => {
                let (which, control) = stands.get_mut(&said.dialog).unwrap();
                if control["you"] != true {
                    house
                        .desk
                        .engine
                        .return_to_bot(cl::ReturnToBot {
                            conversation: which.clone(),
                            bot: "front".to_owned(),
                            summary: String::new(),
                            allowed_topics: Vec::new(),
                            promises: Vec::new(),
                            seen_epoch: None,
                        })
                        .await
                        .unwrap();
                    let now = house.bot.get(&format!("/conversations/{which}")).await;
                    *control = now["control"].clone();
                }
                let (status, answer) = house.bot.say(which, &control["epoch"], &said.text).await;
                assert_eq!(status, 200, "{key} {}: {answer}", said.number);
                assert_eq!(answer["state"], "sent");
            }
            _ => {
                let (which, control) = stands.get_mut(&said.dialog).unwrap();
                house.desk.answer(super::stage::id(which), &said.text).await;
                house.desk.wait(0).await;
                // The bot has not been told yet that it lost control, and is refused.
                let epoch = control["epoch"].clone();
                if control["you"] == true {
                    let (status, no) = house.bot.say(which, &epoch, "And I say").await;
                    assert_eq!((status, no["code"].as_str()), (409, Some("not_in_control")));
                }
                control["you"] = json!(false);
            }
        }
    }
    let took = begun.elapsed();
    eprintln!(
        "{} dialogs, {} messages in {:.1} s",
        dialogs.len(),
        in_time.len(),
        took.as_secs_f64()
    );

    once_and_in_order(&house, &dialogs).await;
    assert_eq!(handoffs(&house).await, changes_of_voice(&dialogs));
}

fn read(text: &str, most: usize) -> (Vec<Dialog>, Vec<Said>) {
    let mut dialogs = Vec::new();
    let mut in_time = Vec::new();
    for line in text.lines().take(most) {
        let dialog: Value = serde_json::from_str(line).unwrap();
        let messages = dialog["messages"].as_array().unwrap();
        let words = |message: &Value, field: &str| message[field].as_str().unwrap().to_owned();
        for (number, message) in messages.iter().enumerate() {
            in_time.push(Said {
                dialog: dialogs.len(),
                number,
                author: words(message, "author"),
                text: words(message, "text").trim_end().to_owned(),
                at: message["ts"].as_i64().unwrap(),
            });
        }
        dialogs.push(Dialog {
            key: words(&dialog, "conversation_id"),
            said: messages
                .iter()
                .map(|message| {
                    let text = words(message, "text").trim_end().to_owned();
                    (words(message, "author"), text)
                })
                .collect(),
        });
    }
    in_time.sort_by_key(|said| (said.at, said.dialog, said.number));
    (dialogs, in_time)
}

/// How often a person's voice follows the bot's, counted on the material alone.
fn changes_of_voice(dialogs: &[Dialog]) -> usize {
    let mut changes = 0;
    for dialog in dialogs {
        let replies: Vec<&str> = dialog
            .said
            .iter()
            .map(|(author, _)| author.as_str())
            .filter(|author| *author != "customer")
            .collect();
        changes += usize::from(replies.first() == Some(&"agent"));
        changes += replies
            .windows(2)
            .filter(|pair| *pair == ["bot", "agent"])
            .count();
    }
    changes
}

/// What the door tells of each dialog is the dialog.
async fn once_and_in_order(house: &House, dialogs: &[Dialog]) {
    let mut told: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for event in house.bot.events().await {
        if event["type"] != "message" {
            continue;
        }
        let message = &event["message"];
        let outbound = message["direction"] == "outbound";
        assert_eq!(event["deliver"], outbound, "{event}");
        let word = |field: &str| message[field].as_str().unwrap().to_owned();
        let key = event["conversation"]["key"].as_str().unwrap().to_owned();
        told.entry(key)
            .or_default()
            .push((word("author"), word("text")));
    }
    let spoken = dialogs.iter().filter(|dialog| !dialog.said.is_empty());
    assert_eq!(told.len(), spoken.clone().count());
    for dialog in spoken {
        assert_eq!(told[&dialog.key], dialog.said, "{}", dialog.key);
    }
}

/// The changes from the bot to a person in the log, also by way of a queue, where the bot was stuck
/// and was stopped; each carries a packet that spans every message before it, and says in the
/// customer's words what they want.
async fn handoffs(house: &House) -> usize {
    house
        .desk
        .engine
        .read(|reader, _| {
            let mut spoken: BTreeMap<_, Vec<_>> = BTreeMap::new();
            let mut digests = BTreeMap::new();
            let mut bot_had_it = BTreeSet::new();
            let mut handoffs = 0;
            let mut after = 0;
            loop {
                let page = reader.events_after(after, 5_000)?;
                let Some(last) = page.last() else {
                    return Ok(handoffs);
                };
                after = last.seq;
                for logged in &page {
                    let envelope: Envelope = serde_json::from_slice(&logged.bytes)?;
                    let Some(which) = envelope.conv else { continue };
                    match envelope.event() {
                        Some(Event::MessageRecorded(said)) => {
                            let digest = digests.get(&which).copied();
                            digests.insert(which, Transcript::with(digest, said.document));
                            spoken.entry(which).or_default().push(said.message);
                        }
                        Some(Event::ControlChanged(changed))
                            if matches!(changed.to, Controller::Bot(_)) =>
                        {
                            bot_had_it.insert(which);
                        }
                        Some(Event::ControlChanged(changed))
                            if matches!(changed.to, Controller::Agent(_))
                                && bot_had_it.remove(&which) =>
                        {
                            handoffs += 1;
                            let bytes = reader.content(changed.packet.unwrap())?.unwrap();
                            let packet: Packet = serde_json::from_slice(&bytes)?;
                            let before = &spoken[&which];
                            let spans = &packet.transcript;
                            assert_eq!(spans.count as usize, before.len());
                            assert_eq!(spans.from_message_id, before[0]);
                            assert_eq!(Some(&spans.to_message_id), before.last());
                            assert_eq!(spans.hash, digests.get(&which).copied());
                            assert!(!packet.customer_goal.is_empty());
                        }
                        _ => {}
                    }
                }
            }
        })
        .await
        .unwrap()
}
