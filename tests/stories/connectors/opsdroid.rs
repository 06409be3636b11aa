//! A real opsdroid, by its websocket connector.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use baton_core::control::ReasonCode;
use baton_tests::peers::of_python;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::stage::{House, at, until};

const VERSION: &str = "opsdroid==0.31.0";

/// A skill that answers, stumbles, dawdles and hands over.
const SKILL: &str = r#"
import asyncio
from opsdroid.skill import Skill
from opsdroid.matchers import match_regex

class Front(Skill):
    @match_regex(r"(?s).*human.*")
    async def human(self, message):
        await message.respond("A colleague will help you.")
        await message.respond("HANDOFF: wants a person")

    @match_regex(r"slow.*")
    async def slow(self, message):
        await asyncio.sleep(0.7)
        await message.respond("Sorry for the delay.")

    @match_regex(r"hello (?P<name>.*)")
    async def hello(self, message):
        await message.respond("Hello " + message.regex.group("name"))
"#;

/// A bot of opsdroid on a free port; gone when it is dropped.
struct Bot {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bot {
    #[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
    async fn start() -> Option<Self> {
        // It asks for a module that newer tools have left behind.
        let install = || of_python(VERSION, &["setuptools<81"]);
        let Some(packages) = tokio::task::spawn_blocking(install).await.unwrap() else {
            eprintln!("skipped: opsdroid cannot be installed here");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        std::fs::create_dir(folder.path().join("front")).unwrap();
        std::fs::write(folder.path().join("front/__init__.py"), SKILL).unwrap();
        let configuration = format!(
            "welcome-message: false\nlogging:\n  level: error\n  console: false\n\
             web:\n  host: 127.0.0.1\n  port: {port}\n\
             connectors:\n  websocket:\n    max-connections: 100\n    token: key-1\n\
             skills:\n  front:\n    path: {}\n",
            folder.path().join("front").display()
        );
        let file = folder.path().join("configuration.yaml");
        std::fs::write(&file, configuration).unwrap();
        let child = Command::new("python3")
            .args(["-m", "opsdroid", "start", "-f"])
            .arg(&file)
            .env("PYTHONPATH", packages)
            .env("HOME", folder.path())
            .env("XDG_CACHE_HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("opsdroid is there", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
        })
        .await;
        Some(Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        })
    }
}

#[tokio::test]
async fn a_bot_of_opsdroid_answers_hands_over_and_is_not_heard_when_it_is_late() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let mut asked = at("opsdroid", &bot.url);
    asked.key = Some("key-1".to_owned());
    let house = House::with(asked).await;

    // Two customers at once, each with their own answer.
    let carla = house.customer("carla", 1, "hello Carla").await;
    let dan = house.customer("dan", 1, "hello Dan").await;
    house.until_answered(carla).await;
    house.until_answered(dan).await;
    assert_eq!(house.words(carla).await, ["Hello Carla"]);
    assert_eq!(house.words(dan).await, ["Hello Dan"]);
    let sent = house.sent().await;
    assert_eq!(sent.len(), 2);
    assert!(sent[0].body.as_ref().unwrap().contains("hello Carla"));

    // A wish for a person is one, and no words for the customer.
    house.customer("carla", 2, "a human please").await;
    let state = house.until_people_have_it(carla).await;
    assert_eq!(state.control.reason.code, ReasonCode::Unspecified);
    assert_eq!(
        house.words(carla).await,
        ["Hello Carla", "A colleague will help you."]
    );
    assert_eq!(
        house.packet(carla).await["summary"]["text"],
        "wants a person"
    );

    // What it says after a person took over is said to nobody, also when it has it again.
    house.customer("dan", 2, "slow").await;
    until("it was told", async || house.sent().await.len() == 4).await;
    house.take(dan).await;
    house.give_back(dan, "Go on.").await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let late = |words: &Vec<String>| {
        words
            .iter()
            .filter(|text| *text == "Sorry for the delay.")
            .count()
    };
    house.until_answered(dan).await;
    let words = house.words(dan).await;
    assert_eq!(
        late(&words),
        1,
        "it was asked again, and only that answer counts: {words:?}"
    );
    assert_eq!(house.desk.one_voice(dan).await, words.len());

    // It goes away while nobody waits: that is no failure. Whoever writes next gets a person.
    drop(bot);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let connector = house.connector().await;
    assert_eq!(
        (connector.state.as_str(), connector.problem.as_str()),
        ("on", "")
    );
    house.customer("dan", 3, "hello again").await;
    let state = house.until_people_have_it(dan).await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    assert!(house.alerts(dan).await > 0);
}

#[tokio::test]
async fn a_bot_of_opsdroid_with_another_key_hands_its_customers_to_people() {
    let Some(bot) = Bot::start().await else {
        return;
    };
    let mut asked = at("opsdroid", &bot.url);
    asked.key = Some("key-2".to_owned());
    let house = House::with(asked).await;
    let which = house.customer("carla", 1, "hello Carla").await;
    let state = house.until_people_have_it(which).await;
    assert!(house.why(&state).await.contains("key"));
}
