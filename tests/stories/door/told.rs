//! What a bot is told, and when.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::contacts as ct;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::stage::{House, words};

#[tokio::test]
async fn a_long_poll_answers_as_soon_as_something_happens() {
    let house = House::open().await;
    let after = house.bot.get("/events").await["after"].as_i64().unwrap();
    let path = format!("/events?after={after}&wait=20");
    let (bot, waiting) = (house.bot.clone(), path.clone());
    let poll = tokio::spawn(async move { bot.get(&waiting).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!poll.is_finished());
    house.bot.customer("chat", 1, "Hello").await;
    let page = timeout(Duration::from_secs(10), poll)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(page["events"][0]["message"]["text"], "Hello");
    let path = format!("/events?after={}&wait=1", page["after"]);
    assert_eq!(house.bot.get(&path).await["events"], Value::Array(vec![]));
}

#[tokio::test]
async fn of_two_bots_of_a_chat_one_delivers_what_is_said() {
    let house = House::open().await;
    let (front, billing) = (&house.bot, house.second_bot("billing").await);
    let begun = front.customer("chat", 1, "My bill is wrong.").await;
    let which = begun["conversation"].as_str().unwrap();
    front
        .say(which, &begun["control"]["epoch"], "One moment.")
        .await;
    let path = format!("/conversations/{which}/pass");
    let to = json!({
        "epoch": begun["control"]["epoch"], "to": { "kind": "bot", "name": "billing" },
        "reason": { "code": "missing_knowledge" },
    });
    let (_, now) = front.post(&path, to).await;
    billing
        .say(which, &now["control"]["epoch"], "It is right now.")
        .await;
    house.answer(which, "And 5 euros back.").await;

    let deliver = |events: Vec<Value>| -> Vec<bool> {
        let mut messages = events;
        messages.retain(|event| event["type"] == "message");
        let flags = messages.iter().map(|event| event["deliver"].as_bool());
        flags.map(Option::unwrap).collect()
    };
    assert_eq!(deliver(front.events().await), [false, true, true, true]);
    assert_eq!(deliver(billing.events().await), [false; 4]);

    // When it is gone, the other one is all there is.
    let name = "front".to_owned();
    let gone = house.desk.engine.bot_remove(bo::BotOnly { name });
    gone.await.unwrap();
    assert_eq!(deliver(billing.events().await), [false, true, true, true]);
}

#[tokio::test]
async fn a_stream_tells_each_event_once_in_order_and_goes_on_where_it_was_cut() {
    let house = House::open().await;
    house.bot.customer("chat", 1, "one").await;
    let first = read_stream(&house, 0, 2).await;
    house.bot.customer("chat", 2, "two").await;
    house.bot.customer("chat", 3, "three").await;
    let rest = read_stream(&house, first.last().unwrap().0, 2).await;
    let all: Vec<Value> = first
        .into_iter()
        .chain(rest)
        .map(|(_, event)| event)
        .collect();
    let mut polled = house.bot.events().await;
    // How the conversation stands is as of reading; what happened is the same.
    for event in &mut polled {
        event["conversation"] = Value::Null;
    }
    let told: Vec<Value> = all
        .into_iter()
        .map(|mut event| {
            event["conversation"] = Value::Null;
            event
        })
        .collect();
    assert_eq!(told, polled);
    assert_eq!(polled.len(), 4);
}

/// Reads so many events of a stream that begins after a place; each with its id.
async fn read_stream(house: &House, after: i64, count: usize) -> Vec<(i64, Value)> {
    let mut socket = house.bot.connect().await;
    let request = house.bot.stream_request(after);
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while text.matches("\ndata: ").count() < count || !text.ends_with("\n\n\r\n") {
        let got = timeout(Duration::from_secs(10), socket.read(&mut buffer));
        let got = got.await.expect("it tells").unwrap();
        assert!(got > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..got]).unwrap());
    }
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    assert!(text.contains("content-type: text/event-stream"), "{text}");
    let mut events = Vec::new();
    let mut id = 0;
    for line in text.lines() {
        if let Some(number) = line.strip_prefix("id: ") {
            id = number.parse().unwrap();
        } else if let Some(data) = line.strip_prefix("data: ") {
            events.push((id, serde_json::from_str(data).unwrap()));
        }
    }
    events
}

#[tokio::test]
async fn what_was_erased_is_gone_at_the_door_too() {
    let house = House::open().await;
    let body = words("chat-7", 1, "I am Carla Stone of Elm Road.");
    let (status, begun) = house
        .bot
        .ask("POST", "/customer-messages", Some("k-1"), &body)
        .await;
    assert_eq!(status, 200, "{begun}");
    assert!(kept_answers(&house, "k-1").await);
    // The bot's name for the customer will do, as an address would.
    house
        .desk
        .engine
        .contact_erase(ct::ContactErase {
            contact: "visitor of chat-7".to_owned(),
        })
        .await
        .unwrap();
    assert!(!kept_answers(&house, "k-1").await);
    let told = house.bot.events().await;
    assert_eq!(told[0]["message"]["text"], "");
    assert_eq!(told[0]["conversation"]["key"], Value::Null);
    let all = serde_json::to_string(&told).unwrap();
    assert!(
        !all.contains("Elm Road") && !all.contains("chat-7"),
        "{all}"
    );
}

/// Whether what the bot was answered under a key is still kept.
async fn kept_answers(house: &House, key: &'static str) -> bool {
    let kept = house
        .desk
        .engine
        .read(move |reader, _| Ok(reader.bot_answer("front", key)?));
    kept.await.unwrap().is_some()
}

#[tokio::test]
async fn the_door_describes_itself() {
    let house = House::open().await;
    let description = house.bot.get("/openapi.json").await;
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.contains_key("/bots/v1/conversations/{conversation}/pass"));
}
