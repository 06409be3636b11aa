//! A desk with its door open on a free port, and a bot that knocks there.

use std::sync::Arc;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::control as cl;
use baton_cli::server::Server;
use baton_cli::server::assets::Assets;
use baton_cli::server::limits::Limits;
use baton_core::ids::{ConversationId, Id as _};
use baton_tests::desk::Desk;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// A desk with its door open, and a bot that may knock.
pub(super) struct House {
    pub(super) desk: Desk,
    pub(super) bot: Knocker,
    pub(super) stop: CancellationToken,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Somebody who knocks with a token.
#[derive(Clone)]
pub(super) struct Knocker {
    port: u16,
    token: String,
}

impl House {
    pub(super) async fn open() -> Self {
        Self::over(Desk::open().await).await
    }

    /// Opens the door of a desk, and lets a bot named `front` in.
    pub(super) async fn over(desk: Desk) -> Self {
        let server = Server::bind(
            Arc::new(desk.engine.clone()),
            0,
            Assets::default(),
            Limits {
                bot_rate: 100_000,
                ..Limits::default()
            },
        )
        .await
        .unwrap();
        let port = server.address().port();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(stop.clone()));
        let token = let_in(&desk, "front", None).await;
        Self {
            desk,
            bot: Knocker { port, token },
            stop,
        }
    }

    /// Another bot on the channel of the first.
    pub(super) async fn second_bot(&self, name: &str) -> Knocker {
        // The one that came first is the one that begins.
        self.desk.clock.pass(1);
        let bots = self.desk.engine.bot_list(bo::BotList {}).await.unwrap();
        let channel = bots.bots[0].channel.clone();
        Knocker {
            port: self.bot.port,
            token: let_in(&self.desk, name, Some(channel)).await,
        }
    }

    /// Anna takes a conversation.
    pub(super) async fn take(&self, which: &str) {
        let conversation = which.to_owned();
        self.desk
            .engine
            .take(cl::Take {
                conversation,
                seen_epoch: None,
            })
            .await
            .unwrap();
    }

    /// How many alerts are live.
    pub(super) async fn alerts(&self) -> usize {
        let asked = self.desk.engine.alerts_get(cl::AlertsGet {});
        asked.await.unwrap().alerts.len()
    }

    /// Anna answers, and what she wrote goes out.
    pub(super) async fn answer(&self, which: &str, text: &str) {
        self.desk.answer(id(which), text).await;
        self.desk.wait(10_000).await;
    }
}

/// Lets a bot in; its token.
pub(super) async fn let_in(desk: &Desk, name: &str, channel: Option<String>) -> String {
    let added = desk.engine.bot_add(bo::BotAdd {
        name: name.to_owned(),
        channel,
        queue: String::new(),
        answer_within_s: 0,
    });
    added.await.unwrap().token
}

pub(super) fn id(which: &str) -> ConversationId {
    ConversationId::parse(which).unwrap()
}

impl Knocker {
    /// Asks, under a key when there is one; the status and the answer.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> (u16, Value) {
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let request = self.request(method, path, key.unwrap_or_default(), &body);
        self.exchange(&request).await
    }

    /// Gives a command of the user interface with a token of one's own.
    pub(super) async fn command(&self, token: &str, name: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let request = format!(
            "POST /api/v1/{name} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        self.exchange(&request).await
    }

    async fn exchange(&self, request: &str) -> (u16, Value) {
        let mut socket = self.connect().await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// The bytes of a request, under a key unless that is empty.
    pub(super) fn request(&self, method: &str, path: &str, key: &str, body: &str) -> String {
        let key = match key {
            "" => String::new(),
            key => format!("Idempotency-Key: {key}\r\n"),
        };
        format!(
            "{method} /bots/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/json\r\n{key}\
             Content-Length: {}\r\n\r\n{body}",
            self.port,
            self.token,
            body.len()
        )
    }

    /// Where something of the door is, as an address.
    pub(super) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Asks at any address, with the token in a header of another name; the status and the answer.
    pub(super) async fn ask_foreign(
        &self,
        method: &str,
        path: &str,
        header: &str,
        body: &Value,
    ) -> (u16, Value) {
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let header = match header {
            "bearer" => "Authorization: Bearer".to_owned(),
            name => format!("{name}:"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{header} {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            self.token,
            body.len()
        );
        self.exchange(&request).await
    }

    /// Another bot at the same door.
    pub(super) fn with(&self, token: &str) -> Self {
        Self {
            port: self.port,
            token: token.to_owned(),
        }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// The first line and headers of a request for a stream of events.
    pub(super) fn stream_request(&self, after: i64) -> String {
        format!(
            "GET /bots/v1/events?after={after} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Authorization: Bearer {}\r\nAccept: text/event-stream\r\n\r\n",
            self.port, self.token
        )
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, None, &Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask("POST", path, None, &body).await
    }

    /// A customer of the platform writes; how the conversation stands.
    pub(super) async fn customer(&self, key: &str, number: usize, text: &str) -> Value {
        let (status, answer) = self
            .post("/customer-messages", words(key, number, text))
            .await;
        assert_eq!(status, 200, "{answer}");
        answer["conversation"].clone()
    }

    /// The bot says something under an epoch.
    pub(super) async fn say(&self, which: &str, epoch: &Value, text: &str) -> (u16, Value) {
        let body = json!({ "epoch": epoch, "text": text });
        self.post(&format!("/conversations/{which}/messages"), body)
            .await
    }

    /// Every event from the beginning.
    pub(super) async fn events(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let page = self.get(&format!("/events?after={after}")).await;
            let next = page["after"].as_i64().unwrap();
            all.extend(page["events"].as_array().unwrap().iter().cloned());
            if next == after {
                return all;
            }
            after = next;
        }
    }
}

/// A customer's message as a platform brings it.
pub(super) fn words(key: &str, number: usize, text: &str) -> Value {
    json!({
        "key": key, "message": format!("m{number}"), "text": text,
        "customer": { "id": format!("visitor of {key}"), "name": "Carla Stone" },
    })
}
