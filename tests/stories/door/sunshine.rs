//! A bot that was written for Sunshine Conversations, by its public client: Switchboard's verbs at
//! the door, and what happens told in its words.

use baton_api::Commands as _;
use baton_api::control as cl;
use serde_json::{Value, json};

use super::peer::{Peer, said, tell};
use super::receiver::Receiver;
use super::stage::House;

const CLIENT: &str = "sunshine-conversations-client@14.1.0";

/// A bot as its documentation has it.
const BOT: &str = r#"
const http = require("node:http");
const sunco = require("sunshine-conversations-client");
const [host, name, token] = process.argv.slice(2);
sunco.ApiClient.instance.basePath = host;
const auth = sunco.ApiClient.instance.authentications.basicAuth;
auth.username = name;
auth.password = token;
const messages = new sunco.MessagesApi();
const switchboard = new sunco.SwitchboardActionsApi();
const activities = new sunco.ActivitiesApi();
const conversations = new sunco.ConversationsApi();

async function say(id, text) {
  const post = new sunco.MessagePost();
  post.author = { type: "business" };
  post.content = { type: "text", text };
  return (await messages.postMessage("app", id, post)).messages[0];
}

async function answer(id, text) {
  await activities.postActivity("app", id, { author: { type: "business" }, type: "typing:start" });
  if (!/human/.test(text)) return console.log(`said ${(await say(id, `You said: ${text}`)).id}`);
  await say(id, "A colleague will help you.");
  await switchboard.passControl("app", id, {
    switchboardIntegration: "next",
    metadata: { summary: "Asked for a person.", reason: "customer_request", order: "A-17", tries: 2 },
  });
  const { conversation } = await conversations.getConversation("app", id);
  console.log(`active ${conversation.activeSwitchboardIntegration.id}`);
  await say(id, "Wait, I know it!").then(
    () => console.log("TALKED OVER"),
    (refused) => console.log(`refused ${refused.status} ${refused.response.body.errors[0].code}`),
  );
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", async () => {
    for (const event of JSON.parse(body).events) {
      const { conversation, message, metadata } = event.payload;
      const active = conversation.activeSwitchboardIntegration?.name;
      console.log(`told ${event.type} ${active} ${JSON.stringify(metadata ?? {})}`);
      if (message?.author.type === "user" && active === name) {
        await answer(conversation.id, message.content.text).catch((error) =>
          console.log(`failed ${error}`),
        );
      }
    }
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
"#;

fn back(which: &str) -> cl::ReturnToBot {
    cl::ReturnToBot {
        conversation: which.to_owned(),
        bot: "front".to_owned(),
        summary: "It comes tomorrow.".to_owned(),
        allowed_topics: Vec::new(),
        promises: Vec::new(),
        seen_epoch: None,
    }
}

#[tokio::test]
async fn a_bot_with_the_client_of_sunshine_conversations_answers_and_passes_control() {
    let house = House::open().await;
    let host = house.bot.address("/bots/sunshine");
    let token = house.bot.token().to_owned();
    let Some(bot) = Peer::start(CLIENT, BOT, &[&host, "front", &token]) else {
        return;
    };
    let port = bot.says("port").await;
    tell(&house, &format!("http://127.0.0.1:{port}/"), "sunshine").await;

    let begun = house.bot.customer("chat", 1, "Where is my parcel?").await;
    let which = begun["conversation"].as_str().unwrap();
    house.desk.wait(0).await;
    assert!(
        bot.says("said").await.starts_with("msg_"),
        "{:?}",
        bot.told()
    );
    house.bot.customer("chat", 2, "A human, please").await;
    house.desk.wait(0).await;
    assert_eq!(bot.says("active").await, "queue:support");
    assert_eq!(bot.says("refused").await, "409 not_in_control");
    assert_eq!(
        said(&house, which).await[1..],
        [
            "bot: You said: Where is my parcel?",
            "customer: A human, please",
            "bot: A colleague will help you."
        ]
    );
    let read = house
        .bot
        .get(&format!("/conversations/{which}/packet"))
        .await;
    let packet = &read["packet"];
    assert_eq!(packet["summary"]["text"], "Asked for a person.");
    assert_eq!(packet["attributes"], json!({ "order": "A-17", "tries": 2 }));
    assert_eq!(packet["reason"]["code"], "customer_request");

    // Anna answers and gives it back: the bot is told with the packet of her stretch, and answers.
    house.take(which).await;
    house.answer(which, "It comes tomorrow.").await;
    house.desk.engine.return_to_bot(back(which)).await.unwrap();
    house.bot.customer("chat", 3, "Thanks").await;
    house.desk.wait(0).await;
    assert_eq!(
        said(&house, which).await.last().unwrap(),
        "bot: You said: Thanks"
    );
    let told = bot.told();
    assert!(!told.iter().any(|line| line.contains("failed")), "{told:?}");
    let passes: Vec<Value> = told
        .iter()
        .filter_map(|line| line.strip_prefix("told switchboard:passControl "))
        .map(|line| serde_json::from_str(line.split_once(' ').unwrap().1).unwrap())
        .collect();
    let last = passes.last().expect("it was told that it has it again");
    assert_eq!(last["summary"], "It comes tomorrow.", "{passes:?}");
    for flat in &passes {
        let fields = flat.as_object().unwrap();
        assert!(
            fields
                .values()
                .all(|one| !one.is_object() && !one.is_array())
        );
        assert!(flat.to_string().len() <= 4 * 1024);
    }
}

#[tokio::test]
async fn two_bots_offer_accept_and_release_by_switchboard() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, &receiver.url, "sunshine").await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap().to_owned();
    house.desk.wait(0).await;
    let back = house.second_bot("back").await;
    let path = |verb: &str| format!("/bots/sunshine/v2/apps/app/conversations/{which}/{verb}");
    let none = json!({});

    let offer = json!({ "switchboardIntegration": "bot:back", "metadata": { "summary": "Hi." } });
    let early = back
        .ask_foreign("POST", &path("acceptControl"), "bearer", &none)
        .await;
    assert_eq!(early.0, 403, "nothing was offered: {}", early.1);
    let nested = json!({ "switchboardIntegration": "next", "metadata": { "a": { "b": 1 } } });
    let wrong = house
        .bot
        .ask_foreign("POST", &path("passControl"), "bearer", &nested)
        .await;
    assert_eq!(
        (wrong.0, &wrong.1["errors"][0]["code"]),
        (400, &json!("bad_request"))
    );
    let nobody = json!({ "switchboardIntegration": "bot:nobody" });
    let missing = house
        .bot
        .ask_foreign("POST", &path("passControl"), "bearer", &nobody)
        .await;
    assert_eq!(missing.0, 404, "{}", missing.1);
    let offered = house
        .bot
        .ask_foreign("POST", &path("offerControl"), "bearer", &offer)
        .await;
    assert_eq!(offered.0, 200, "{}", offered.1);
    // The other bot was told of nothing, so it says nothing; it only takes what it was offered.
    let seen = back
        .ask_foreign("GET", path("").trim_end_matches('/'), "bearer", &none)
        .await
        .1;
    assert_eq!(
        seen["conversation"]["pendingSwitchboardIntegration"]["name"],
        "back"
    );
    assert_eq!(
        seen["conversation"]["activeSwitchboardIntegration"]["name"],
        "front"
    );
    let taken = back
        .ask_foreign("POST", &path("acceptControl"), "bearer", &none)
        .await;
    assert_eq!(taken.0, 200, "{}", taken.1);
    let late = house
        .bot
        .ask_foreign("POST", &path("releaseControl"), "bearer", &none)
        .await;
    assert_eq!((late.0, &late.1["holder"]["name"]), (409, &json!("back")));
    let released = back
        .ask_foreign("POST", &path("releaseControl"), "bearer", &none)
        .await;
    assert_eq!(released.0, 200, "{}", released.1);
    house.desk.wait(0).await;
    let kinds: Vec<String> = receiver
        .got()
        .iter()
        .map(|got| {
            got.event()["events"][0]["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "conversation:message",
            "switchboard:offerControl",
            "switchboard:acceptControl",
            "switchboard:releaseControl"
        ]
    );
}
