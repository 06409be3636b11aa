//! A receiver of webhooks on a free port, that does as it is told and remembers what it got.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use baton_bots::webhook::signature::WebhookSecret;
use baton_tests::http::Request;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What the receiver does with one request.
#[derive(Clone)]
pub(super) enum Act {
    /// Answers with a status.
    Say(u16),
    /// Answers with a status and asks for so many seconds of peace.
    Later(u16, u32),
    /// Takes it and hangs up without an answer.
    HangUp,
    /// Takes it and says nothing until it is let go; then it answers 200.
    Wait(Arc<Semaphore>),
}

/// One request that came.
#[derive(Clone)]
pub(super) struct Got {
    pub(super) id: String,
    pub(super) at_s: i64,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

impl Got {
    pub(super) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether it is signed with the words of a secret, as of a time.
    pub(super) fn holds(&self, secret: &str, now_s: i64) -> bool {
        let secret = WebhookSecret::read(secret).unwrap();
        secret.holds(&self.signature, &self.id, self.at_s, &self.body, now_s)
    }
}

/// A receiver; it answers 200 unless it is told otherwise.
#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) url: String,
    got: Arc<Mutex<Vec<Got>>>,
    plan: Arc<Mutex<VecDeque<Act>>>,
    usual: Arc<Mutex<Act>>,
}

impl Receiver {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self {
            url: format!("http://127.0.0.1:{port}/hook?team=1"),
            got: Arc::default(),
            plan: Arc::default(),
            usual: Arc::new(Mutex::new(Act::Say(200))),
        };
        let here = receiver.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(here.clone().serve(socket));
            }
        });
        receiver
    }

    /// Does this with the next requests, one after the other.
    pub(super) fn plan(&self, acts: impl IntoIterator<Item = Act>) {
        self.plan.lock().unwrap().extend(acts);
    }

    /// Does this with every request that nothing is planned for.
    pub(super) fn always(&self, act: Act) {
        *self.usual.lock().unwrap() = act;
    }

    /// What came so far.
    pub(super) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    async fn serve(self, mut socket: TcpStream) {
        let got = read(&mut socket).await;
        self.got.lock().unwrap().push(got);
        let planned = self.plan.lock().unwrap().pop_front();
        let act = planned.unwrap_or_else(|| self.usual.lock().unwrap().clone());
        let (status, more) = match act {
            Act::Say(status) => (status, String::new()),
            Act::Later(status, seconds) => (status, format!("Retry-After: {seconds}\r\n")),
            Act::HangUp => return,
            Act::Wait(gate) => {
                drop(gate.acquire().await);
                (200, String::new())
            }
        };
        let answer = format!("HTTP/1.1 {status} Said\r\n{more}Content-Length: 0\r\n\r\n");
        socket.write_all(answer.as_bytes()).await.unwrap();
    }
}

async fn read(socket: &mut TcpStream) -> Got {
    let request = Request::read(socket).await.expect("a whole request");
    let head = &request.head;
    let header = |name: &str| {
        let value = request.header(name);
        value.unwrap_or_else(|| panic!("{name}: {head}")).to_owned()
    };
    assert!(head.starts_with("POST /hook?team=1 HTTP/1.1"), "{head}");
    assert_eq!(header("content-type"), "application/json");
    Got {
        id: header("webhook-id"),
        at_s: header("webhook-timestamp").parse().unwrap(),
        signature: header("webhook-signature"),
        body: request.body,
    }
}
