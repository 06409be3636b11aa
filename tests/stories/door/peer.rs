//! Bots of other platforms with their public clients, as programs of their own.

use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_tests::peers::of_node;
use tokio::time::timeout;

use super::stage::House;

/// A program of node that says line by line what it does; gone when it is dropped.
pub(super) struct Peer {
    child: Child,
    told: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    /// Starts a program with a package at hand; none, said visibly, where that cannot be had.
    #[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
    pub(super) fn start(package: &str, program: &str, arguments: &[&str]) -> Option<Self> {
        let Some(home) = of_node(&[package]) else {
            eprintln!("skipped: {package} cannot be installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("peer.js"), program).unwrap();
        let mut child = Command::new("node")
            .arg(folder.path().join("peer.js"))
            .args(arguments)
            .env("NODE_PATH", home.join("node_modules"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = Arc::<Mutex<Vec<String>>>::default();
        let lines = Arc::clone(&told);
        let output = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in std::io::BufReader::new(output)
                .lines()
                .map_while(Result::ok)
            {
                lines.lock().unwrap().push(line);
            }
        });
        Some(Self {
            child,
            told,
            _folder: folder,
        })
    }

    pub(super) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// What stands behind a word on the first line that begins with it.
    pub(super) async fn says(&self, word: &str) -> String {
        let found = async {
            loop {
                let told = self.told();
                if let Some(rest) = told.iter().find_map(|line| line.strip_prefix(word)) {
                    return rest.trim().to_owned();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        match timeout(Duration::from_secs(30), found).await {
            Ok(found) => found,
            Err(_) => panic!("it never said {word}: {:?}", self.told()),
        }
    }
}

/// Tells a bot of the house in a dialect.
pub(super) async fn tell(house: &House, url: &str, dialect: &str) {
    let asked = bo::BotWebhookSet {
        name: "front".to_owned(),
        url: url.to_owned(),
        dialect: dialect.to_owned(),
    };
    let made = house.desk.engine.bot_webhook_set(asked).await.unwrap();
    assert_eq!(made.webhook.dialect, dialect);
}

/// Everything said in a conversation, and by whom.
pub(super) async fn said(house: &House, which: &str) -> Vec<String> {
    let read = house
        .bot
        .get(&format!("/conversations/{which}/messages"))
        .await;
    let messages = read["messages"].as_array().unwrap().iter();
    messages
        .map(|one| {
            format!(
                "{}: {}",
                one["author"].as_str().unwrap(),
                one["text"].as_str().unwrap()
            )
        })
        .collect()
}
