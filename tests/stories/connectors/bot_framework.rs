//! A real bot of the Bot Framework, behind an emulator of Direct Line.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use baton_core::control::{Controller, ReasonCode};
use baton_store::KeptLink;
use baton_tests::peers::of_node;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use super::stage::{House, at, until};

const PEERS: [&str; 2] = ["botbuilder@4.23.3", "offline-directline@1.3.1"];

/// A bot that greets, writes slowly, hands over, and notes what it is told of its handoffs; and the
/// emulator, kept on this machine.
const SCRIPT: &str = r#"
const http = require("node:http");
const net = require("node:net");
const { appendFileSync } = require("node:fs");
const [bot, line, seen] = process.argv.slice(2);
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== "number") return listen.call(this, port, ...rest);
  const done = rest.filter((one) => typeof one === "function");
  return listen.call(this, port, "127.0.0.1", ...done);
};
console.log = () => {};
const { CloudAdapter, ConfigurationBotFrameworkAuthentication, EventFactory } = require("botbuilder");
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function turn(context) {
  const { type, name, value, text } = context.activity;
  if (type === "event") appendFileSync(seen, JSON.stringify({ name, value }) + "\n");
  if (type !== "message") return;
  appendFileSync(seen, JSON.stringify({ name: "heard", value: text }) + "\n");
  if (/human/.test(text)) {
    await context.sendActivity("A colleague will help you.");
    const transcript = { activities: [context.activity] };
    const asked = { skill: "billing", reason: "customer_request", summary: "Wants a person." };
    await context.sendActivity(EventFactory.createHandoffInitiation(context, asked, transcript));
  } else if (/slow/.test(text)) {
    await context.sendActivity({ type: "typing" });
    await pause(1200);
    await context.sendActivity("Sorry for the delay.");
  } else if (/bye/.test(text)) {
    await context.sendActivity("Goodbye.");
    await context.sendActivity({ type: "endOfConversation", code: "completedSuccessfully" });
  } else await context.sendActivity("You said: " + text);
}
http
  .createServer((request, response) => {
    let body = "";
    request.on("data", (bytes) => (body += bytes));
    request.on("end", async () => {
      request.body = JSON.parse(body);
      const answer = {
        socket: response.socket,
        status: (code) => ((response.statusCode = code), answer),
        header: (name, value) => response.setHeader(name, value),
        send: (sent) => response.end(sent === undefined ? undefined : JSON.stringify(sent)),
        end: () => response.end(),
      };
      await adapter.process(request, answer, turn);
    });
  })
  .listen(Number(bot), () => {
    const app = require("express")();
    const url = `http://127.0.0.1:${bot}/api/messages`;
    require("offline-directline").initializeRoutes(app, Number(line), url);
  });
"#;

/// A running bot; gone when it is dropped.
struct Bot {
    child: Child,
    url: String,
    seen: PathBuf,
    _folder: TempDir,
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    free.local_addr().unwrap().port()
}

impl Bot {
    #[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
    async fn start() -> Option<Self> {
        let Some(packages) = tokio::task::spawn_blocking(|| of_node(&PEERS))
            .await
            .unwrap()
        else {
            eprintln!("skipped: botbuilder and offline-directline cannot be installed here");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("bot.js");
        std::fs::write(&script, SCRIPT).unwrap();
        let seen = folder.path().join("seen");
        std::fs::write(&seen, "").unwrap();
        let (bot, line) = (free_port().await, free_port().await);
        let child = Command::new("node")
            .arg(&script)
            .args([bot.to_string(), line.to_string()])
            .arg(&seen)
            .env("NODE_PATH", packages.join("node_modules"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("the bot is there", async || {
            TcpStream::connect(("127.0.0.1", line)).await.is_ok()
        })
        .await;
        Some(Self {
            child,
            url: format!("http://127.0.0.1:{line}/directline"),
            seen,
            _folder: folder,
        })
    }

    /// What it heard, as often as it did.
    fn heard(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        seen.filter(|event| event["name"] == "heard")
            .map(|event| event["value"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The events that it was told, and the words.
    fn seen(&self) -> Vec<serde_json::Value> {
        let seen = std::fs::read_to_string(&self.seen).unwrap();
        seen.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The states of its handoffs that it was told.
    fn states(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        seen.filter(|event| event["name"] == "handoff.status")
            .map(|event| event["value"]["state"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn a_bot_of_the_bot_framework_hands_over_and_hears_what_came_of_it() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let house = House::with(at("bot-framework", &bot.url)).await;

    // Two customers at once, each with their own answer.
    let carla = house.customer("carla", 1, "hello").await;
    let dan = house.customer("dan", 1, "good morning").await;
    house.until_answered(carla).await;
    house.until_answered(dan).await;
    assert_eq!(house.words(carla).await, ["You said: hello"]);
    assert_eq!(house.words(dan).await, ["You said: good morning"]);

    // It asks for a person, with what it knows.
    house.customer("carla", 2, "a human please").await;
    let state = house.until_people_have_it(carla).await;
    assert_eq!(state.control.reason.code, ReasonCode::CustomerRequest);
    assert_eq!(house.words(carla).await[1], "A colleague will help you.");
    let packet = house.packet(carla).await;
    assert_eq!(packet["summary"]["text"], "Wants a person.");
    assert_eq!(packet["facts"][0]["key"], "skill");
    assert_eq!(packet["facts"][0]["value"], "billing");
    assert_eq!(packet["bot_transcript"][0]["text"], "a human please");
    assert!(bot.states().is_empty(), "nobody has taken it yet");

    // A person takes it, and gives it back: it hears of both.
    house.take(carla).await;
    until("it is accepted", async || bot.states() == ["accepted"]).await;
    house.give_back(carla, "The bill is paid.").await;
    until("it is completed", async || {
        bot.states() == ["accepted", "completed"]
    })
    .await;
    house.customer("carla", 3, "hello again").await;
    house.until_answered(carla).await;
    assert_eq!(house.words(carla).await[2], "You said: hello again");
    let seen = bot.seen();
    let returned = seen.iter().find(|event| event["name"] == "baton.returned");
    assert_eq!(
        returned.unwrap()["value"],
        json!({ "summary": "The bill is paid.", "allowed": [] })
    );

    // What it says after a person took over is said to nobody, also when it has it again.
    house.customer("dan", 2, "slow").await;
    let told = async || {
        let sent = house.sent().await;
        sent.iter()
            .any(|one| one.body.as_ref().is_some_and(|body| body.contains("slow")))
    };
    until("it was told", told).await;
    house.take(dan).await;
    house.give_back(dan, "Go on.").await;
    house.until_answered(dan).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let words = house.words(dan).await;
    let late = words
        .iter()
        .filter(|text| *text == "Sorry for the delay.")
        .count();
    assert_eq!(
        late, 1,
        "it was asked again, and only that answer counts: {words:?}"
    );
    assert_eq!(house.desk.one_voice(dan).await, words.len());

    // It ends the conversation on its side: the next words open another one.
    house.customer("carla", 4, "bye").await;
    house.until_answered(carla).await;
    until("it has said so", async || {
        house.words(carla).await.len() == 4
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    house.customer("carla", 5, "one more thing").await;
    house.until_answered(carla).await;
    assert_eq!(house.words(carla).await[4], "You said: one more thing");
    let sent = house.sent().await;
    let opened = sent.iter().filter(|one| one.to.ends_with("/conversations"));
    assert_eq!(opened.count(), 3);
    assert!(
        sent.iter()
            .all(|one| one.ended == "answered" || one.ended == "given_up")
    );

    // It goes away while nobody waits, which is no failure. Whoever writes next gets a person.
    drop(bot);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(house.connector().await.state, "on");
    house.customer("dan", 3, "hello?").await;
    let state = house
        .until(dan, "people", |state| {
            matches!(state.control.controller, Controller::Queue(_))
        })
        .await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    assert!(house.alerts(dan).await > 0);
}

#[tokio::test]
async fn a_bot_that_is_switched_off_hears_nothing_of_what_it_handed_over() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let house = House::with(at("bot-framework", &bot.url)).await;
    let carla = house.customer("carla", 1, "a human please").await;
    house.until_people_have_it(carla).await;
    let sent = house.sent().await.len();
    house.switch(false).await;
    house.take(carla).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(bot.states().is_empty());
    assert_eq!(house.sent().await.len(), sent);
}

/// The conversations of which the bot is to learn more.
async fn links(house: &House) -> Vec<KeptLink> {
    let engine = &house.desk.engine;
    let links = engine.read(|reader, _| Ok(reader.bot_links_open("helper")?));
    links.await.unwrap()
}

#[tokio::test]
async fn a_conversation_of_the_bot_framework_goes_on_after_a_restart() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let house = House::with(at("bot-framework", &bot.url)).await;
    let carla = house.customer("carla", 1, "hello").await;
    house.until_answered(carla).await;

    // Between two messages: the same conversation there goes on.
    let house = house.reopened().await;
    house.customer("carla", 2, "and now?").await;
    house.until_answered(carla).await;

    // While it writes: it is not asked again, and what it says is said once.
    house.customer("carla", 3, "slow").await;
    until("it has heard", async || bot.heard().len() == 3).await;
    let house = house.reopened().await;
    house.until_answered(carla).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let words = [
        "You said: hello",
        "You said: and now?",
        "Sorry for the delay.",
    ];
    assert_eq!(house.words(carla).await, words);
    assert_eq!(bot.heard(), ["hello", "and now?", "slow"]);
    let sent = house.sent().await;
    let opened = sent.iter().filter(|one| one.to.ends_with("/conversations"));
    assert_eq!(opened.count(), 1);

    // What became of the conversation is told, and not told again.
    let house = house.reopened().await;
    house.take(carla).await;
    until("it is accepted", async || bot.states() == ["accepted"]).await;
    let taken = |links: &[KeptLink]| links.iter().all(|link| link.taken);
    until("that is noted", async || taken(&links(&house).await)).await;
    let house = house.reopened().await;
    house.give_back(carla, "Done.").await;
    until("it is completed", async || {
        bot.states() == ["accepted", "completed"]
    })
    .await;
    until("that is noted", async || links(&house).await.is_empty()).await;
    let house = house.reopened().await;
    house.customer("carla", 4, "hello again").await;
    house.until_answered(carla).await;
    assert_eq!(house.words(carla).await[3], "You said: hello again");
    assert_eq!(bot.states(), ["accepted", "completed"]);
    assert_eq!(house.desk.one_voice(carla).await, 4);
}

#[tokio::test]
async fn a_bot_of_the_bot_framework_is_whispered_to() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let house = House::with(at("bot-framework", &bot.url)).await;
    let carla = house.customer("carla", 1, "hello").await;
    house.until_answered(carla).await;
    house.whisper(carla, "Two get 10 % off.").await;
    house.customer("carla", 2, "for two?").await;
    house.until_answered(carla).await;
    let names: Vec<String> = bot
        .seen()
        .iter()
        .map(|event| event["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["heard", "baton.whisper", "heard"]);
    assert_eq!(bot.seen()[1]["value"]["text"], "Two get 10 % off.");
    let words = house.words(carla).await;
    assert_eq!(words, ["You said: hello", "You said: for two?"]);
}
