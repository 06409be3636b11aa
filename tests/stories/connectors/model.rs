//! A stand-in for a server of language models: it speaks the protocol to the letter, streams in
//! small pieces, does as it is told and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_tests::http::Request;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the model does with one request.
#[derive(Clone)]
pub(super) enum Act {
    /// Streams words, then calls tools by name with arguments.
    Stream(String, Vec<(String, String)>),
    /// The same in one piece, as a server does that knows no streams.
    Whole(String),
    /// The same as a stream, after a pause.
    Later(Duration, String),
    /// Streams a beginning, then breaks off.
    Cut(String),
    /// Streams words that end for a reason of the server's.
    Ends(String, String),
    /// Answers with a status.
    Status(u16),
    /// Takes the request and says nothing.
    Hang,
}

impl Act {
    pub(super) fn say(text: &str) -> Self {
        Self::Stream(text.to_owned(), Vec::new())
    }

    pub(super) fn hand_over(text: &str, arguments: &Value) -> Self {
        let call = ("handoff".to_owned(), arguments.to_string());
        Self::Stream(text.to_owned(), vec![call])
    }
}

/// One request that came.
#[derive(Clone)]
pub(super) struct Got {
    pub(super) head: String,
    pub(super) text: String,
    pub(super) body: Value,
}

impl Got {
    /// What the system says in it.
    pub(super) fn system(&self) -> &str {
        assert_eq!(self.body["messages"][0]["role"], "system");
        self.body["messages"][0]["content"].as_str().unwrap()
    }

    /// The last words of a customer in it.
    pub(super) fn asked(&self) -> &str {
        let messages = self.body["messages"].as_array().unwrap();
        let last = messages.last().unwrap();
        assert_eq!(
            last["role"], "user",
            "a model is asked when a customer waits"
        );
        last["content"].as_str().unwrap()
    }
}

type Mind = Arc<dyn Fn(&Got) -> Act + Send + Sync>;

/// A server with one model.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) url: String,
    got: Arc<Mutex<Vec<Got>>>,
    plan: Arc<Mutex<VecDeque<Act>>>,
    mind: Arc<Mutex<Mind>>,
    /// Streams whose reader went away before the end.
    left: Arc<Mutex<usize>>,
}

impl Model {
    /// Opens a server; it answers what was asked unless it is told otherwise.
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let model = Self {
            url: format!("http://127.0.0.1:{port}/v1"),
            got: Arc::default(),
            plan: Arc::default(),
            mind: Arc::new(Mutex::new(Arc::new(|got: &Got| {
                Act::say(&format!("You said: {}", got.asked()))
            }))),
            left: Arc::default(),
        };
        let serving = model.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let model = serving.clone();
                tokio::spawn(async move { model.serve(socket).await });
            }
        });
        model
    }

    /// What it does next, once each.
    pub(super) fn next(&self, acts: impl IntoIterator<Item = Act>) {
        self.plan.lock().unwrap().extend(acts);
    }

    /// What it does whenever nothing is planned.
    pub(super) fn think(&self, mind: impl Fn(&Got) -> Act + Send + Sync + 'static) {
        *self.mind.lock().unwrap() = Arc::new(mind);
    }

    pub(super) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// How many readers went away before the end.
    pub(super) fn left(&self) -> usize {
        *self.left.lock().unwrap()
    }

    async fn serve(&self, mut socket: TcpStream) {
        let Some(Request { head, body }) = Request::read(&mut socket).await else {
            return;
        };
        let text = String::from_utf8(body).unwrap();
        assert!(
            head.starts_with("POST /v1/chat/completions HTTP/1.1"),
            "{head}"
        );
        let body: Value = serde_json::from_str(&text).unwrap();
        let got = Got { head, text, body };
        let planned = self.plan.lock().unwrap().pop_front();
        let mind = Arc::clone(&*self.mind.lock().unwrap());
        self.got.lock().unwrap().push(got.clone());
        let act = planned.unwrap_or_else(|| mind(&got));
        let done = self.act(&mut socket, act).await;
        if done.is_err() {
            *self.left.lock().unwrap() += 1;
        }
    }

    async fn act(&self, socket: &mut TcpStream, act: Act) -> std::io::Result<()> {
        match act {
            Act::Status(status) => {
                let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\n{{}}");
                socket.write_all(answer.as_bytes()).await
            }
            Act::Hang => {
                // Until the other side gives up.
                let gone = socket.read(&mut [0_u8; 1]).await;
                gone.and(Err(std::io::ErrorKind::BrokenPipe.into()))
            }
            Act::Whole(text) => {
                let answer = json!({
                    "choices": [{ "message": { "role": "assistant", "content": text },
                        "finish_reason": "stop" }],
                    "usage": { "total_tokens": 50 },
                })
                .to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    answer.len()
                );
                socket.write_all(head.as_bytes()).await?;
                socket.write_all(answer.as_bytes()).await
            }
            Act::Stream(text, calls) => stream(socket, &text, &calls, Some("stop")).await,
            Act::Ends(text, why) => stream(socket, &text, &[], Some(&why)).await,
            Act::Cut(text) => stream(socket, &text, &[], None).await,
            Act::Later(pause, text) => {
                let mut nothing = [0_u8; 1];
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = socket.read(&mut nothing) => {
                        return Err(std::io::ErrorKind::BrokenPipe.into());
                    }
                }
                stream(socket, &text, &[], Some("stop")).await
            }
        }
    }
}

async fn stream(
    socket: &mut TcpStream,
    text: &str,
    calls: &[(String, String)],
    ends: Option<&str>,
) -> std::io::Result<()> {
    let mut events = vec![json!({ "choices": [{ "index": 0, "delta": { "role": "assistant" } }] })];
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(7) {
        let piece: String = piece.iter().collect();
        events.push(json!({ "choices": [{ "index": 0, "delta": { "content": piece } }] }));
    }
    for (index, (name, arguments)) in calls.iter().enumerate() {
        let call = json!({ "index": index, "id": format!("call_{index}"), "type": "function",
            "function": { "name": name, "arguments": "" } });
        events.push(json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] }));
        let letters: Vec<char> = arguments.chars().collect();
        for piece in letters.chunks(11) {
            let piece: String = piece.iter().collect();
            let call = json!({ "index": index, "function": { "arguments": piece } });
            events.push(json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] }));
        }
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await?;
    if let Some(ends) = ends {
        let ends = if calls.is_empty() { ends } else { "tool_calls" };
        events.push(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": ends }] }));
        events.push(json!({ "choices": [], "usage": { "total_tokens": 50 } }));
    }
    for event in &events {
        chunk(socket, &format!("data: {event}\n\n")).await?;
    }
    if ends.is_some() {
        chunk(socket, "data: [DONE]\n\n").await?;
        socket.write_all(b"0\r\n\r\n").await?;
    }
    Ok(())
}

async fn chunk(socket: &mut TcpStream, text: &str) -> std::io::Result<()> {
    let chunk = format!("{:x}\r\n{text}\r\n", text.len());
    socket.write_all(chunk.as_bytes()).await?;
    socket.flush().await
}
