//! A Direct Line that offers a websocket, which the emulator of the stories does not.

use std::sync::{Arc, Mutex};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use baton_core::knowledge::ground::Offered;

use super::DirectLine;
use crate::connector::config::Config;
use crate::connector::{
    Book, Broken, Connector as _, Heard, Later, Library, Line, Mouth, Noted, Says, Sending,
    Stretch, Voice,
};
use crate::wire::control::ControllerView;

/// A book that keeps what was sent.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

impl Book for Kept {
    fn begin(&self, sending: Sending) -> Later<'_, Result<Noted, Broken>> {
        let mut kept = self.0.lock().unwrap();
        kept.push(sending.body);
        let noted = Noted(i64::try_from(kept.len()).unwrap());
        Box::pin(std::future::ready(Ok(noted)))
    }

    fn end(&self, _: Noted, _: Option<u64>, _: &'static str) -> Later<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn kept(&self) -> Later<'_, Option<Value>> {
        Box::pin(std::future::ready(None))
    }

    fn keep(&self, _: Option<Value>) -> Later<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A library without anything in it.
struct Nothing;

impl Library for Nothing {
    fn find<'a>(&'a self, _: &'a str) -> Later<'a, Option<Vec<Offered>>> {
        Box::pin(std::future::ready(None))
    }
}

/// A server whose bot repeats what it hears: on the websocket while that is open, and it closes that
/// after the first answer.
struct Server {
    port: u16,
    said: Mutex<Vec<Value>>,
    polled: Mutex<Vec<String>>,
    more: tokio::sync::Notify,
}

impl Server {
    async fn open() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            port: listener.local_addr().unwrap().port(),
            said: Mutex::default(),
            polled: Mutex::default(),
            more: tokio::sync::Notify::new(),
        });
        let serving = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let server = Arc::clone(&serving);
                tokio::spawn(async move { server.serve(socket).await });
            }
        });
        server
    }

    /// What was said from a place on, with the watermark after it.
    fn since(&self, from: usize) -> Value {
        let said = self.said.lock().unwrap();
        json!({ "activities": said.get(from..), "watermark": said.len().to_string() })
    }

    async fn serve(&self, mut socket: TcpStream) {
        let mut begin = [0_u8; 12];
        socket.peek(&mut begin).await.unwrap();
        if begin.starts_with(b"GET /stream") {
            let mut socket = accept_async(socket).await.unwrap();
            socket.send(Message::text("")).await.unwrap();
            self.more.notified().await;
            socket
                .send(Message::text(self.since(0).to_string()))
                .await
                .unwrap();
            socket.close(None).await.unwrap();
            while socket.next().await.is_some() {}
            return;
        }
        let mut bytes = vec![0_u8; 8192];
        let mut read = 0;
        let (head, body) = loop {
            read += socket.read(&mut bytes[read..]).await.unwrap();
            let text = String::from_utf8(bytes[..read].to_vec()).unwrap();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break (head.to_owned(), body.to_owned());
            }
        };
        let target = head.split(' ').nth(1).unwrap();
        let answer = if target == "/v3/directline/conversations" {
            assert!(head.contains("authorization: Bearer secret-1"));
            json!({ "conversationId": "c1",
                "streamUrl": format!("ws://127.0.0.1:{}/stream?t=x", self.port) })
        } else if head.starts_with("POST") {
            let asked: Value = serde_json::from_str(&body).unwrap();
            let mut said = self.said.lock().unwrap();
            let id = format!("a{}", said.len());
            let mut own = asked.clone();
            own["id"] = json!(id);
            said.push(own);
            let name = format!("b{}", said.len());
            said.push(json!({ "type": "message", "id": name,
                "from": { "id": "bot", "role": "bot" }, "replyToId": id,
                "text": format!("You said: {}", asked["text"].as_str().unwrap()) }));
            self.more.notify_one();
            json!({ "id": id })
        } else {
            self.polled.lock().unwrap().push(target.to_owned());
            let mark = target
                .split_once("watermark=")
                .map_or("0", |(_, mark)| mark);
            self.since(mark.parse().unwrap())
        };
        let answer = answer.to_string();
        let length = answer.len();
        let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{answer}");
        socket.write_all(whole.as_bytes()).await.unwrap();
    }
}

fn said(text: &str) -> Heard {
    Heard::Words(vec![Line {
        id: text.to_owned(),
        voice: Voice::Customer,
        text: text.to_owned(),
        at: 0,
    }])
}

#[tokio::test]
async fn answers_come_over_the_websocket_that_is_offered_and_go_on_when_it_breaks() {
    let server = Server::open().await;
    let config = Config {
        url: format!("http://127.0.0.1:{}/v3/directline", server.port),
        ..Config::default()
    };
    let line = DirectLine::new(&config, Some("secret-1".to_owned().into())).unwrap();
    let stretch = Stretch {
        conversation: "cnv_1".to_owned(),
        epoch: 1,
        before: Vec::new(),
        returned: None,
    };
    let (says, mut heard) = mpsc::channel(8);
    let (tell, mut ears) = mpsc::channel(8);
    let book = Arc::new(Kept::default());
    let mouth = Mouth {
        says,
        book: Arc::clone(&book) as Arc<dyn Book>,
        library: Arc::new(Nothing),
    };
    let held = tokio::spawn(async move { line.hold(&stretch, &mut ears, &mouth).await });
    let mut words = async || match heard.recv().await {
        Some(Says::Words { text, name, .. }) => (text, name.unwrap()),
        _ => panic!("words were expected"),
    };

    tell.send(said("Hello")).await.unwrap();
    assert_eq!(
        words().await,
        ("You said: Hello".to_owned(), "b1".to_owned())
    );
    assert!(
        server.polled.lock().unwrap().is_empty(),
        "nobody had to ask"
    );
    tell.send(said("And now?")).await.unwrap();
    assert_eq!(
        words().await,
        ("You said: And now?".to_owned(), "b3".to_owned())
    );
    let asked = server.polled.lock().unwrap()[0].clone();
    assert!(
        asked.ends_with("/conversations/c1/activities?watermark=2"),
        "{asked}"
    );

    let holder = ControllerView {
        kind: "agent".to_owned(),
        name: "anna".to_owned(),
    };
    let over = Heard::Over {
        holder,
        reason: "taken".to_owned(),
    };
    tell.send(over).await.unwrap();
    assert_eq!(held.await.unwrap(), Ok(()));
    assert_eq!(book.0.lock().unwrap().len(), 3);
}
