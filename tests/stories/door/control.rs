//! Who may speak, seen from the door.

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::control as cl;
use baton_core::ids::Id as _;
use baton_tests::desk::{Desk, RULES};
use baton_tests::mail::Mail;
use serde_json::{Value, json};

use super::stage::{House, id};

#[tokio::test]
async fn a_bot_answers_hands_over_falls_silent_and_gets_it_back() {
    let house = House::open().await;
    let bot = &house.bot;
    let begun = bot.customer("chat-1", 1, "Where is my parcel?").await;
    let which = begun["conversation"].as_str().unwrap();
    assert_eq!(begun["key"], "chat-1");
    assert_eq!(begun["control"]["you"], true);
    assert_eq!(
        begun["control"]["holder"],
        json!({ "kind": "bot", "name": "front" })
    );

    let (status, said) = bot
        .say(which, &begun["control"]["epoch"], "Which one?")
        .await;
    assert_eq!(
        (status, said["state"].as_str()),
        (200, Some("sent")),
        "{said}"
    );

    let now = bot.customer("chat-1", 2, "A-17. I want a person.").await;
    let epoch = &now["control"]["epoch"];
    let (status, passed) = bot
        .post(
            &format!("/conversations/{which}/pass"),
            json!({
                "epoch": epoch, "reason": { "code": "customer_request", "text": "asked" },
                "packet": {
                    "summary": "Asks for parcel A-17.",
                    "facts": [{ "key": "order", "value": "A-17", "source": "customer" }],
                },
            }),
        )
        .await;
    assert_eq!(status, 200, "{passed}");
    assert_eq!(passed["control"]["state"], "queued");
    assert_eq!(passed["control"]["you"], false);

    let packet = bot.get(&format!("/conversations/{which}/packet")).await;
    let packet = &packet["packet"];
    assert_eq!(packet["summary"]["text"], "Asks for parcel A-17.");
    assert_eq!(packet["facts"][0]["value"], "A-17");
    assert_eq!(
        packet["customer_goal"], "Where is my parcel?",
        "Baton fills in"
    );
    assert_eq!(packet["transcript"]["count"], 3);
    assert_eq!(house.alerts().await, 1, "somebody was told");

    house.take(which).await;
    let (status, no) = bot.say(which, epoch, "Never mind, I found it!").await;
    assert_eq!((status, no["code"].as_str()), (409, Some("not_in_control")));
    assert_eq!(no["holder"], json!({ "kind": "agent", "name": "anna" }));
    let (status, _) = bot.say(which, &no["epoch"], "I know the epoch now!").await;
    assert_eq!(status, 409, "knowing the epoch is not having control");

    house.answer(which, "It leaves today.").await;
    house
        .desk
        .engine
        .return_to_bot(cl::ReturnToBot {
            conversation: which.to_owned(),
            bot: "front".to_owned(),
            summary: "Parcel leaves today.".to_owned(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
            seen_epoch: None,
        })
        .await
        .unwrap();
    let back = bot.get(&format!("/conversations/{which}")).await;
    assert_eq!(back["control"]["you"], true);
    let packet = bot.get(&format!("/conversations/{which}/packet")).await;
    assert_eq!(packet["packet"]["summary"]["text"], "Parcel leaves today.");
    let facts = &packet["packet"]["facts"];
    assert_eq!(facts[0]["value"], "A-17", "known to whoever has it next");

    let heard: Vec<String> = bot.events().await.iter().map(in_short).collect();
    assert_eq!(
        heard,
        [
            "customer: Where is my parcel?",
            "open to bot",
            "bot delivered: Which one?",
            "customer: A-17. I want a person.",
            "pass to queue",
            "take to agent",
            "agent delivered: It leaves today.",
            "return_to_bot to bot",
        ]
    );
}

/// An event in a few words.
fn in_short(event: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match event["type"].as_str().unwrap() {
        "message" => {
            let message = &event["message"];
            let delivered = if event["deliver"] == true {
                " delivered"
            } else {
                ""
            };
            format!(
                "{}{delivered}: {}",
                text(&message["author"]),
                text(&message["text"])
            )
        }
        "control" => format!("{} to {}", text(&event["verb"]), text(&event["to"]["kind"])),
        other => other.to_owned(),
    }
}

#[tokio::test]
async fn what_a_team_asks_for_is_missing_once_also_where_somebody_takes_from_the_bot() {
    let house = House::open().await;
    let asks = "[queue.support]\npacket = ['next_step', 'facts.order']\n";
    house.desk.put_rules(&format!("{RULES}\n{asks}")).await;
    let begun = house.bot.customer("chat-1", 1, "Where is my parcel?").await;
    let which = begun["conversation"].as_str().unwrap();
    house.take(which).await;
    let packet = house.desk.head(id(which)).await.packet.unwrap();
    assert_eq!(packet.missing, ["next_step", "facts.order"]);

    // Who reads it names what it lacks; free words have no place in the log.
    let mark = |missing: &str| cl::PacketMark {
        conversation: which.to_owned(),
        handoff: packet.handoff.clone(),
        useful: Some(false),
        missing: vec![missing.to_owned()],
    };
    let engine = &house.desk.engine;
    let refused = engine
        .packet_mark(mark("Carla is rude"))
        .await
        .err()
        .unwrap();
    assert_eq!(refused.message, "A packet has no field `Carla is rude`.");
    engine.packet_mark(mark("facts.order")).await.unwrap();
}

#[tokio::test]
async fn a_silent_bot_a_failing_bot_and_a_removed_bot_end_with_a_person() {
    let house = House::open().await;
    let bot = &house.bot;
    let begin = |key: &'static str| async move {
        let begun = bot.customer(key, 1, "Hello?").await;
        (
            begun["conversation"].as_str().unwrap().to_owned(),
            begun["control"]["epoch"].clone(),
        )
    };

    let (silent, _) = begin("silent").await;
    let (prompt, epoch) = begin("prompt").await;
    bot.say(&prompt, &epoch, "Yes?").await;
    house.desk.wait(29_000).await;
    let before = house.desk.state(id(&silent)).await;
    assert_eq!(before.control.controller.kind(), "bot");
    house.desk.wait(1_000).await;
    let after = house.desk.state(id(&silent)).await;
    assert_eq!(after.control.controller.kind(), "queue", "it had its time");
    let held = house.desk.state(id(&prompt)).await;
    assert_eq!(held.control.controller.kind(), "bot", "that one answered");

    let (failing, epoch) = begin("failing").await;
    let body = json!({ "epoch": epoch, "code": "model_unreachable", "text": "no answer" });
    let (status, failed) = bot
        .post(&format!("/conversations/{failing}/failure"), body)
        .await;
    assert_eq!(
        (status, &failed["control"]["state"]),
        (200, &json!("queued"))
    );
    assert_eq!(failed["control"]["reason"], "bot_error");

    let name = "front".to_owned();
    house
        .desk
        .engine
        .bot_remove(bo::BotOnly { name })
        .await
        .unwrap();
    let orphan = house.desk.state(id(&prompt)).await;
    assert_eq!(orphan.control.controller.kind(), "queue");
    let (status, no) = bot.say(&prompt, &json!(9), "Still here").await;
    assert_eq!((status, no["code"].as_str()), (401, Some("unauthorized")));
    assert_eq!(house.alerts().await, 3, "a person knows of each");
}

#[tokio::test]
async fn a_bot_sees_its_own_channel_only() {
    let house = House::open().await;
    let bot = &house.bot;
    let mail = Mail::from("Carla Stone <carla@customer.test>", "1", "By mail.");
    let letter = house.desk.mail(&mail).await;
    for path in ["", "/messages", "/packet"] {
        let path = format!("/conversations/{letter}{path}");
        let (status, no) = bot.ask("GET", &path, None, &Value::Null).await;
        assert_eq!((status, no["code"].as_str()), (404, Some("not_found")));
    }
    for verb in ["messages", "pass", "release", "report", "failure", "typing"] {
        let body = match verb {
            "messages" => json!({ "epoch": 1, "text": "Hi" }),
            "failure" => json!({ "epoch": 1, "code": "x" }),
            "report" => json!({ "epoch": 1, "report": {} }),
            "typing" => json!({ "epoch": 1, "on": true }),
            _ => json!({ "epoch": 1, "reason": { "code": "vip" } }),
        };
        let path = format!("/conversations/{letter}/{verb}");
        let (status, no) = bot.post(&path, body).await;
        assert_eq!(status, 404, "{verb}: {no}");
    }
    assert!(bot.events().await.is_empty());
}

#[tokio::test]
async fn two_bots_hand_to_each_other_but_never_to_nobody() {
    let house = House::open().await;
    let front = &house.bot;
    let billing = house.second_bot("billing").await;
    let begun = front.customer("chat", 1, "My bill is wrong.").await;
    let which = begun["conversation"].as_str().unwrap();
    let verb = |verb: &str| format!("/conversations/{which}/{verb}");
    let epoch = &begun["control"]["epoch"];
    let reason = json!({ "code": "missing_knowledge" });
    for (to, code) in [
        (
            json!({ "kind": "queue", "name": "nowhere" }),
            "no_such_queue",
        ),
        (json!({ "kind": "bot", "name": "nobody" }), "no_such_bot"),
        (json!({ "kind": "agent", "name": "zoe" }), "no_such_agent"),
    ] {
        let body = json!({ "epoch": epoch, "to": to, "reason": reason });
        let (status, no) = front.post(&verb("pass"), body).await;
        assert_eq!((status, no["code"].as_str()), (422, Some(code)));
    }

    let body = json!({
        "epoch": epoch, "timeout_s": 20, "reason": reason,
        "to": { "kind": "bot", "name": "billing" },
    });
    let (status, offered) = front.post(&verb("offer"), body).await;
    assert_eq!(status, 200, "{offered}");
    let offer = offered["control"]["offer"]["id"].clone();
    assert_eq!(offered["control"]["offer"]["yours"], false);
    let epoch = &offered["control"]["epoch"];
    let accept = json!({ "epoch": epoch, "offer": offer });
    let (status, no) = front.post(&verb("accept"), accept.clone()).await;
    assert_eq!(
        (status, no["code"].as_str()),
        (403, Some("not_offered_to_you"))
    );
    let (status, taken) = billing.post(&verb("accept"), accept.clone()).await;
    assert_eq!(
        (status, &taken["control"]["you"]),
        (200, &json!(true)),
        "{taken}"
    );
    let (status, _) = billing.post(&verb("accept"), accept).await;
    assert_eq!(status, 409, "an offer is taken once");

    let body = json!({ "epoch": taken["control"]["epoch"], "bot": "front", "summary": "Paid." });
    let (status, back) = billing.post(&verb("return_to_bot"), body).await;
    assert_eq!(status, 200, "{back}");
    assert_eq!(back["control"]["holder"]["name"], "front");

    let request = json!({ "epoch": back["control"]["epoch"], "reason": reason });
    let (status, _) = billing.post(&verb("request"), request.clone()).await;
    assert_eq!(status, 200);
    let (status, released) = front.post(&verb("release"), request).await;
    assert_eq!(status, 200, "{released}");
    assert_eq!(
        released["control"]["state"], "queued",
        "a customer who waits is not left with nobody"
    );
}

#[tokio::test]
async fn what_the_bot_knows_goes_along_however_control_leaves_it() {
    let house = House::open().await;
    let bot = &house.bot;
    let begun = bot.customer("chat", 1, "Where is my parcel?").await;
    let which = begun["conversation"].as_str().unwrap();
    let path = format!("/conversations/{which}/packet");
    let knows = |epoch: &Value, value: &str| {
        json!({ "epoch": epoch, "packet": {
            "facts": [{ "key": "order", "value": value, "confidence": 0.9 }],
        } })
    };
    let epoch = &begun["control"]["epoch"];
    for value in ["A-16", "A-17"] {
        let (status, kept) = bot.ask("PUT", &path, None, &knows(epoch, value)).await;
        assert_eq!(status, 200, "{kept}");
    }
    let (status, no) = bot.ask("PUT", &path, None, &knows(&json!(7), "A-18")).await;
    assert_eq!((status, no["code"].as_str()), (409, Some("not_in_control")));
    let much = json!({ "epoch": epoch, "packet": { "summary": "x".repeat(50_000) } });
    let (status, no) = bot.ask("PUT", &path, None, &much).await;
    assert_eq!(
        (status, no["code"].as_str()),
        (413, Some("packet_too_large"))
    );

    house.take(which).await;
    let read = bot.get(&path).await;
    assert_eq!(read["packet"]["facts"][0]["value"], "A-17");
    assert_eq!(read["packet"]["facts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_rules_see_in_a_bots_words_moves_control() {
    let house = House::open().await;
    let bot = &house.bot;
    let begun = bot
        .customer("chat", 1, "My lawyer will hear of this.")
        .await;
    assert_eq!(begun["control"]["state"], "queued", "the rules were first");
    assert_eq!(begun["control"]["you"], false);
    let which = begun["conversation"].as_str().unwrap();
    let (status, _) = bot
        .say(which, &begun["control"]["epoch"], "Calm down.")
        .await;
    assert_eq!(status, 409);
    let messages = bot.get(&format!("/conversations/{which}/messages")).await;
    assert_eq!(messages["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bot_can_serve_a_mailbox_and_is_asked_there() {
    let house = House::over(Desk::open().await).await;
    let token = super::stage::let_in(&house.desk, "postie", Some("Support".to_owned())).await;
    let postie = house.bot.with(&token);
    let mail = Mail::from(
        "Carla Stone <carla@customer.test>",
        "1",
        "When are you open?",
    );
    let letter = house.desk.mail(&mail).await.to_string();
    let (status, no) = postie
        .post("/customer-messages", super::stage::words("k", 1, "x"))
        .await;
    assert_eq!(
        (status, no["code"].as_str()),
        (422, Some("not_your_customers"))
    );
    let stands = postie.get(&format!("/conversations/{letter}")).await;
    assert_eq!(stands["control"]["you"], true);
    let epoch = &stands["control"]["epoch"];
    let (status, said) = postie.say(&letter, epoch, "From nine to five.").await;
    assert_eq!(
        (status, said["state"].as_str()),
        (200, Some("queued")),
        "{said}"
    );
    house.desk.wait(1).await;
    let sent = house.desk.messages(id(&letter)).await;
    assert_eq!(sent[1].to[0].address, "carla@customer.test");
    let told = postie.events().await;
    assert!(
        told.iter().all(|event| event["deliver"] != true),
        "Baton sent it"
    );

    // A mail system on the way has given the letter another identifier; what is left of ours in
    // the customer's answer is the token before the dot.
    let message = sent[1].id.clone();
    let read = house.desk.engine.read(move |reader, _| {
        let id = baton_core::ids::MessageId::parse(&message).unwrap();
        Ok(reader.message(id)?.unwrap().native_id)
    });
    let native = read.await.unwrap();
    let (token, _) = native.split_once('.').unwrap();
    let answer = Mail::from("Carla at work <carla@office.test>", "2", "On Sundays, too?")
        .about("Your opening hours")
        .answers(&format!("{token}.changed@gateway.test"));
    assert_eq!(house.desk.mail(&answer).await.to_string(), letter);
}

#[tokio::test]
async fn whoever_gets_a_customer_is_told_of_what_else_they_have_open() {
    let house = House::open().await;
    let bot = &house.bot;
    let writes = async |key: &str, number: usize| {
        let said = json!({
            "key": key, "message": format!("m{number}"), "text": "I want a person.",
            "customer": { "id": "visitor-7", "name": "Carla Stone" },
        });
        let (_, heard) = bot.post("/customer-messages", said).await;
        let begun = &heard["conversation"];
        let which = begun["conversation"].as_str().unwrap().to_owned();
        (which, begun["control"]["epoch"].clone())
    };
    let related = async |which: &str| {
        let read = bot.get(&format!("/conversations/{which}/packet")).await;
        read["packet"]["related"].clone()
    };
    let pass = async |which: &str, epoch: &Value| {
        let asked = json!({ "epoch": epoch, "reason": { "code": "customer_request" } });
        let (status, passed) = bot
            .post(&format!("/conversations/{which}/pass"), asked)
            .await;
        assert_eq!(status, 200, "{passed}");
    };
    let (first, epoch) = writes("first", 1).await;
    pass(&first, &epoch).await;
    assert_eq!(related(&first).await, json!([]), "there is nothing else");

    let (second, epoch) = writes("second", 1).await;
    pass(&second, &epoch).await;
    let why = "The same customer, open with people";
    let told = json!([{ "conversation_id": first, "why": why }]);
    assert_eq!(related(&second).await, told);

    // It is closed when the next person gets the other one.
    house.take(&first).await;
    let done = cl::Release {
        conversation: first.clone(),
        reason: String::new(),
        seen_epoch: None,
    };
    house.desk.engine.resolve(done).await.unwrap();
    house.desk.wait(60_000).await;
    house.take(&second).await;
    let why = "The same customer, closed in the last 30 days";
    let told = json!([{ "conversation_id": first, "why": why }]);
    assert_eq!(related(&second).await, told);
}

#[tokio::test]
async fn whoever_gets_a_customer_is_told_how_they_sound_and_in_which_language_they_write() {
    let house = House::open().await;
    let bot = &house.bot;
    let mut heard = Value::Null;
    for (number, text) in [
        "Ich warte schon seit drei Wochen auf mein Paket und niemand antwortet mir.",
        "This is terrible, I am really angry!",
        "17",
    ]
    .iter()
    .enumerate()
    {
        let said = json!({
            "key": "anger", "message": format!("m{number}"), "text": text,
            "customer": { "id": "visitor-9", "name": "Carla Stone" },
        });
        heard = bot.post("/customer-messages", said).await.1;
    }
    let which = heard["conversation"]["conversation"].as_str().unwrap();
    let epoch = &heard["conversation"]["control"]["epoch"];
    let asked = json!({ "epoch": epoch, "reason": { "code": "customer_request" } });
    let (status, passed) = bot
        .post(&format!("/conversations/{which}/pass"), asked)
        .await;
    assert_eq!(status, 200, "{passed}");
    let read = bot.get(&format!("/conversations/{which}/packet")).await;
    // The last word is too short to tell either: what came before it does.
    assert_eq!(read["packet"]["language"], "en", "{read}");
    assert_eq!(read["packet"]["sentiment"]["label"], "negative", "{read}");
}
