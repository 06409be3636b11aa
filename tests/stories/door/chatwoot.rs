//! A bot that was written for Chatwoot: told in its words, answering at its addresses, and never
//! talking over anybody although it knows of no epoch.

use baton_api::Commands as _;
use baton_api::control as cl;
use serde_json::{Value, json};

use super::peer::{Peer, said, tell};
use super::receiver::Receiver;
use super::stage::House;

const CLIENT: &str = "@figuro/chatwoot-sdk@1.1.17";

/// A bot as its documentation has it.
const BOT: &str = r#"
const http = require("node:http");
const { default: ChatwootClient } = require("@figuro/chatwoot-sdk");
const [basePath, token] = process.argv.slice(2);
const client = new ChatwootClient({ config: { basePath, token } });

async function answer(event) {
  const at = { accountId: event.account.id, conversationId: event.conversation.id };
  const say = (content, more = {}) =>
    client.messages.create({ ...at, data: { content, message_type: "outgoing", ...more } });
  if (!/human/.test(event.content)) return say(`${event.sender.name} said: ${event.content}`);
  const note = await say("Asked for a person.", { private: true });
  if (typeof note.id !== "number" || note.private !== true) throw new Error("no note");
  await client.conversationLabels.add({ ...at, data: { labels: ["parcel"] } });
  const said = await say("A colleague will help you.");
  if (typeof said.id !== "number" || said.id <= note.id) throw new Error("no message");
  const done = await client.conversations.toggleStatus({ ...at, data: { status: "open" } });
  if (done.payload.current_status !== "open") throw new Error("not handed over");
  await say("Wait, I know it!").then(
    () => console.log("TALKED OVER"),
    (refused) => console.log(`refused ${refused.status} ${refused.body.code}`),
  );
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", async () => {
    const event = JSON.parse(body);
    console.log(`told ${event.event} ${event.status ?? event.conversation.status}`);
    for (const note of event.messages ?? []) console.log(`note ${note.private} ${note.content}`);
    const asked = event.event === "message_created" && event.message_type === "incoming";
    if (asked && event.conversation.status === "pending") {
      await answer(event).catch((error) => console.log(`failed ${error}`));
    }
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
"#;

#[tokio::test]
async fn a_bot_with_the_client_of_chatwoot_answers_and_hands_over() {
    let house = House::open().await;
    let base = house.bot.address("/bots/chatwoot");
    let token = house.bot.token().to_owned();
    let Some(bot) = Peer::start(CLIENT, BOT, &[&base, &token]) else {
        return;
    };
    let port = bot.says("port").await;
    tell(&house, &format!("http://127.0.0.1:{port}/"), "chatwoot").await;

    let begun = house.bot.customer("chat", 1, "Where is my parcel?").await;
    let which = begun["conversation"].as_str().unwrap();
    house.desk.wait(0).await;
    assert_eq!(
        said(&house, which).await,
        [
            "customer: Where is my parcel?",
            "bot: Carla Stone said: Where is my parcel?"
        ],
        "{:?}",
        bot.told()
    );
    house.bot.customer("chat", 2, "A human, please").await;
    house.desk.wait(0).await;
    let heard = said(&house, which).await;
    assert_eq!(heard.len(), 4, "the note is for the team alone: {heard:?}");
    assert_eq!(heard[3], "bot: A colleague will help you.");
    assert_eq!(bot.says("refused").await, "409 not_in_control");
    let packet = house
        .bot
        .get(&format!("/conversations/{which}/packet"))
        .await;
    assert_eq!(packet["packet"]["attributes"]["labels"], "parcel");

    // Anna answers and gives it back: the bot is told, and answers again.
    house.take(which).await;
    house.answer(which, "It comes tomorrow.").await;
    let back = cl::ReturnToBot {
        conversation: which.to_owned(),
        bot: "front".to_owned(),
        summary: "Parcel found.".to_owned(),
        allowed_topics: Vec::new(),
        promises: Vec::new(),
        seen_epoch: None,
    };
    house.desk.engine.return_to_bot(back).await.unwrap();
    house.bot.customer("chat", 3, "Thanks").await;
    house.desk.wait(0).await;
    assert_eq!(
        said(&house, which).await.last().unwrap(),
        "bot: Carla Stone said: Thanks"
    );
    let told = bot.told();
    let changes: Vec<&str> = told
        .iter()
        .filter_map(|line| line.strip_prefix("told conversation_"))
        .collect();
    assert_eq!(changes, ["opened open", "status_changed pending"]);
    assert!(!told.iter().any(|line| line.contains("failed")), "{told:?}");
    let noted = told
        .iter()
        .any(|line| line.contains("So far: Parcel found."));
    assert!(noted, "the packet came along: {told:?}");
}

#[tokio::test]
async fn what_was_asked_before_a_takeover_is_not_answered_after_it() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, &receiver.url, "chatwoot").await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap();
    house.desk.wait(0).await;
    let told = receiver.got()[0].event();
    let number = told["conversation"]["id"].as_i64().unwrap();
    let ask = async |behind: &str, body: Value| {
        let path = format!("/bots/chatwoot/api/v1/accounts/1/conversations/{number}{behind}");
        house
            .bot
            .ask_foreign("POST", &path, "api_access_token", &body)
            .await
    };
    let say = async || ask("/messages", json!({ "content": "Hi!" })).await;
    let say_once = async || {
        let path = format!("/bots/chatwoot/api/v1/accounts/1/conversations/{number}/messages");
        let keyed = "Idempotency-Key: said-1\r\napi_access_token";
        let body = json!({ "content": "Hi!" });
        house.bot.ask_foreign("POST", &path, keyed, &body).await
    };
    let give_back = async || {
        let back = cl::ReturnToBot {
            conversation: which.to_owned(),
            bot: "front".to_owned(),
            summary: String::new(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
            seen_epoch: None,
        };
        house.desk.engine.return_to_bot(back).await.unwrap();
    };

    // Taken over, and given back before the bot was told anything.
    house.take(which).await;
    let (status, refused) = say().await;
    assert_eq!((status, &refused["code"]), (409, &json!("not_in_control")));
    assert_eq!(refused["holder"]["kind"], "agent");
    assert!(
        refused["error"].as_str().unwrap().contains("anna"),
        "{refused}"
    );
    give_back().await;
    let (status, refused) = say().await;
    assert_eq!((status, &refused["code"]), (409, &json!("not_in_control")));
    for (behind, body) in [
        ("/messages", json!({ "content": "Hi!", "private": true })),
        ("/toggle_status", json!({ "status": "open" })),
        ("/toggle_typing_status", json!({ "typing_status": "on" })),
        ("/labels", json!({ "labels": ["a"] })),
    ] {
        assert_eq!(ask(behind, body).await.0, 409, "{behind}");
    }
    house.desk.wait(0).await;
    let (status, first) = say_once().await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(said(&house, which).await, ["customer: Hello", "bot: Hi!"]);
    let (status, done) = ask("/toggle_status", json!({ "status": "pending" })).await;
    assert_eq!(
        (status, &done["payload"]["current_status"]),
        (200, &json!("pending"))
    );

    // From standby it may ask for control, and leave a note once it knows who has it.
    house.take(which).await;
    house.desk.wait(0).await;
    let note = json!({ "content": "She is a regular.", "private": true });
    let (status, noted) = ask("/messages", note).await;
    assert_eq!((status, &noted["private"]), (200, &json!(true)), "{noted}");
    let (status, asked) = ask("/toggle_status", json!({ "status": "pending" })).await;
    assert_eq!(
        (status, &asked["payload"]["current_status"]),
        (200, &json!("open"))
    );
    assert_eq!(
        said(&house, which).await.len(),
        2,
        "the customer saw nothing of it"
    );

    // Given back and not told yet: what it repeats under its key was said, and is not said again.
    give_back().await;
    assert_eq!(say().await.0, 409);
    let (status, again) = say_once().await;
    assert_eq!((status, &again["source_id"]), (200, &first["source_id"]));
    assert_eq!(said(&house, which).await.len(), 2);
}

#[tokio::test]
async fn what_is_kept_at_once_is_kept_beside_each_other() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, &receiver.url, "chatwoot").await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap();
    house.desk.wait(0).await;
    let epoch = &begun["control"]["epoch"];
    let told = json!({ "epoch": epoch, "packet": { "summary": "Greets." } });
    let own = format!("/conversations/{which}/packet");
    assert_eq!(house.bot.ask("PUT", &own, None, &told).await.0, 200);
    let ask = async |method: &str, behind: &str, body: Value| {
        let path = format!("/bots/chatwoot/api/v1/accounts/1/conversations/{which}{behind}");
        let asked = house
            .bot
            .ask_foreign(method, &path, "api_access_token", &body);
        let (status, answer) = asked.await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    for number in 0..8 {
        let label = format!("label-{number}");
        tokio::join!(
            ask("POST", "/labels", json!({ "labels": [label] })),
            ask(
                "POST",
                "/custom_attributes",
                json!({ "custom_attributes": { "number": number } })
            ),
        );
        let seen = ask("GET", "", Value::Null).await;
        assert_eq!(seen["labels"], json!([label]));
        assert_eq!(seen["custom_attributes"], json!({ "number": number }));
    }
    ask("POST", "/toggle_status", json!({ "status": "open" })).await;
    let packet = house.bot.get(&own).await["packet"].take();
    assert_eq!(packet["summary"]["text"], "Greets.");
    assert_eq!(packet["attributes"]["labels"], "label-7");
}

#[tokio::test]
async fn nobody_reads_or_writes_there_without_the_token() {
    let house = House::open().await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap();
    let path = format!("/bots/chatwoot/api/v1/accounts/1/conversations/{which}");
    let stranger = house.bot.with("btn_bot_00");
    let header = "api_access_token";
    assert_eq!(
        stranger
            .ask_foreign("GET", &path, header, &Value::Null)
            .await
            .0,
        401
    );
    let (status, seen) = house
        .bot
        .ask_foreign("GET", &path, header, &Value::Null)
        .await;
    assert_eq!((status, &seen["status"]), (200, &json!("pending")));
    let other = house.second_bot("back").await;
    assert_eq!(
        other
            .ask_foreign("GET", &path, header, &Value::Null)
            .await
            .0,
        200
    );
    for nothing in [
        "/bots/chatwoot",
        "/bots/chatwoot/api/v1/profile",
        "/bots/chat",
    ] {
        let asked = house.bot.ask_foreign("GET", nothing, header, &Value::Null);
        assert_eq!(asked.await.0, 404, "{nothing}");
    }
}
