//! A stand-in for a server of Rasa: its REST and callback channels, its trackers and their events,
//! behind a token, as its HTTP interface is described. Its one bot greets, asks for orders, does not
//! understand, dawdles, and hands over in the two ways there are.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_tests::http::Request;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The token of its interface.
pub(super) const TOKEN: &str = "key-of-the-trackers";

/// Takes what the bot says on its callback channel; the status of the answer.
pub(super) type Callback =
    Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = u16> + Send>> + Send + Sync>;

/// What it knows of one sender.
#[derive(Clone, Default)]
struct Tracker {
    slots: BTreeMap<String, Value>,
    latest: Value,
    events: Vec<Value>,
    paused: bool,
    acted: String,
}

impl Tracker {
    fn acts(&mut self, name: &str) {
        self.acted = name.to_owned();
        self.events.push(json!({ "event": "action", "name": name }));
    }

    fn take(&mut self, event: &Value) {
        match event["event"].as_str().unwrap() {
            "pause" => self.paused = true,
            "resume" => self.paused = false,
            "slot" => {
                let name = event["name"].as_str().unwrap().to_owned();
                self.slots.insert(name, event["value"].clone());
            }
            "agent" => assert!(event["text"].is_string()),
            other => panic!("what is {other}?"),
        }
        self.events.push(event.clone());
    }

    fn shown(&self, sender: &str) -> Value {
        json!({
            "sender_id": sender, "slots": self.slots, "latest_message": self.latest,
            "events": self.events, "paused": self.paused, "followup_action": null,
            "latest_action_name": self.acted, "active_loop": {},
        })
    }
}

/// A running server.
#[derive(Clone)]
pub(super) struct Rasa {
    pub(super) url: String,
    trackers: Arc<Mutex<BTreeMap<String, Tracker>>>,
    callback: Arc<Mutex<Option<Callback>>>,
    /// The statuses with which what it called back was answered.
    pub(super) called_back: Arc<Mutex<Vec<u16>>>,
    /// Answers with this instead, once each.
    pub(super) fails: Arc<Mutex<Vec<u16>>>,
    /// The status that its trackers answer with instead, from now on.
    pub(super) shut: Arc<Mutex<Option<u16>>>,
    /// Whether its trackers give no answer at all.
    pub(super) stuck: Arc<AtomicBool>,
    /// Who waits for an answer of its trackers now.
    pub(super) waiting: Arc<AtomicUsize>,
}

impl Rasa {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let rasa = Self {
            url: format!("http://127.0.0.1:{port}"),
            trackers: Arc::default(),
            callback: Arc::default(),
            called_back: Arc::default(),
            fails: Arc::default(),
            shut: Arc::default(),
            stuck: Arc::default(),
            waiting: Arc::default(),
        };
        let serving = rasa.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let rasa = serving.clone();
                tokio::spawn(async move { rasa.serve(socket).await });
            }
        });
        rasa
    }

    /// Where what it says on its callback channel goes.
    pub(super) fn calls_back(&self, callback: Callback) {
        *self.callback.lock().unwrap() = Some(callback);
    }

    /// The tracker of a sender, as its interface shows it.
    pub(super) fn tracker(&self, sender: &str) -> Value {
        let all = self.trackers.lock().unwrap();
        all.get(sender).cloned().unwrap_or_default().shown(sender)
    }

    /// The names of the events that were written into a tracker from outside.
    pub(super) fn written(&self, sender: &str) -> Vec<String> {
        let tracker = self.tracker(sender);
        let events = tracker["events"].as_array().unwrap();
        let from_outside = |name: &&str| ["pause", "resume", "agent", "slot"].contains(name);
        events
            .iter()
            .filter(|event| event["own"].is_null())
            .filter_map(|event| event["event"].as_str())
            .filter(from_outside)
            .map(str::to_owned)
            .collect()
    }

    async fn serve(&self, mut socket: TcpStream) {
        let Some(request) = Request::read(&mut socket).await else {
            return;
        };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut words = request.head.lines().next().unwrap().split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let failing = match parts.first() {
            Some(&"webhooks") if body["message"].as_str().is_some_and(|said| said == "crash") => {
                Some(503)
            }
            Some(&"webhooks") => self.fails.lock().unwrap().pop(),
            _ => None,
        };
        let shut = *self.shut.lock().unwrap();
        let (status, answer) = match (method, parts.as_slice()) {
            ("POST", ["webhooks", ..]) if failing.is_some() => (failing.unwrap(), Value::Null),
            ("POST", ["webhooks", "rest", "webhook"]) => {
                let (sender, said) = self.hear(&body).await;
                let named = said.into_iter().map(|one| to(&sender, one)).collect();
                (200, Value::Array(named))
            }
            ("POST", ["webhooks", "callback", "webhook"]) => {
                let (sender, said) = self.hear(&body).await;
                for one in said {
                    self.call_back(to(&sender, one)).await;
                }
                (200, json!("success"))
            }
            (_, ["conversations", ..]) if query != format!("token={TOKEN}") => (
                401,
                json!({ "status": "failure", "reason": "NotAuthenticated" }),
            ),
            ("GET", ["conversations", ..]) if shut.is_some() => (shut.unwrap(), Value::Null),
            ("GET", ["conversations", sender, "tracker"]) => {
                self.waiting.fetch_add(1, Ordering::SeqCst);
                while self.stuck.load(Ordering::SeqCst) && is_open(&mut socket).await {}
                self.waiting.fetch_sub(1, Ordering::SeqCst);
                (200, self.tracker(sender))
            }
            ("POST", ["conversations", sender, "tracker", "events"]) => {
                let mut all = self.trackers.lock().unwrap();
                let tracker = all.entry((*sender).to_owned()).or_default();
                match &body {
                    Value::Array(events) => events.iter().for_each(|event| tracker.take(event)),
                    event => tracker.take(event),
                }
                (200, tracker.shown(sender))
            }
            _ => (404, Value::Null),
        };
        let answer = answer.to_string();
        let whole = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n\
             {answer}",
            answer.len()
        );
        let _ = socket.write_all(whole.as_bytes()).await;
    }

    /// Learns something while nobody speaks with it.
    pub(super) fn learn(&self, sender: &str, slot: &str, value: &str) {
        let mut all = self.trackers.lock().unwrap();
        let tracker = all.entry(sender.to_owned()).or_default();
        tracker.slots.insert(slot.to_owned(), json!(value));
    }

    /// Says something by itself, as a reminder does.
    pub(super) async fn remind(&self, sender: &str, text: &str) {
        self.call_back(to(sender, json!({ "text": text }))).await;
    }

    async fn call_back(&self, said: Value) {
        let callback = self.callback.lock().unwrap().clone().unwrap();
        let status = callback(said).await;
        self.called_back.lock().unwrap().push(status);
    }

    /// Hears a customer: the sender, and what the bot says to that.
    async fn hear(&self, body: &Value) -> (String, Vec<Value>) {
        let sender = body["sender"].as_str().unwrap().to_owned();
        let text = body["message"].as_str().unwrap().to_owned();
        if text.contains("slow") {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
        let mut all = self.trackers.lock().unwrap();
        let tracker = all.entry(sender.clone()).or_default();
        tracker
            .events
            .push(json!({ "event": "user", "text": text }));
        if tracker.paused {
            return (sender, Vec::new());
        }
        (sender, think(tracker, &text))
    }
}

/// What the bot makes of a text.
fn think(tracker: &mut Tracker, text: &str) -> Vec<Value> {
    let intent = |name: &str, confidence: f64, entities: Value| {
        json!({
            "text": "…", "entities": entities,
            "intent": { "name": name, "confidence": confidence },
            "intent_ranking": [{ "name": name, "confidence": confidence },
                { "name": "chitchat", "confidence": 0.02 }],
        })
    };
    let said = if let Some(name) = text.strip_prefix("hello ") {
        tracker.latest = intent("greet", 0.97, json!([]));
        tracker.acts("utter_greet");
        vec![json!({ "text": format!("Hello {name}") })]
    } else if let Some(order) = text.strip_prefix("order ") {
        let found = json!([{ "entity": "order", "value": order, "confidence_entity": 0.9 }]);
        tracker.latest = intent("order_status", 0.91, found);
        tracker.slots.insert("order".to_owned(), json!(order));
        tracker
            .slots
            .insert("requested_slot".to_owned(), json!("reason_of_return"));
        tracker.acts("action_look_up");
        vec![json!({ "text": "Keep it?", "buttons": [{ "title": "Yes", "payload": "/affirm" }] })]
    } else if text.contains("human") {
        tracker.latest = intent("talk_to_human", 0.88, json!([]));
        tracker.acts("action_handoff");
        tracker.paused = true;
        tracker
            .events
            .push(json!({ "event": "pause", "own": true }));
        vec![json!({ "text": "A colleague will help you." })]
    } else if text.contains("boss") {
        tracker.latest = intent("complaint", 0.8, json!([]));
        tracker.acts("utter_boss");
        let handoff = json!({ "reason": "vip", "summary": "Wants the boss." });
        vec![json!({ "custom": { "handoff": handoff } })]
    } else if text.contains("slow") {
        tracker.latest = intent("wait", 0.8, json!([]));
        tracker.acts("utter_slow");
        vec![json!({ "text": "Sorry for the delay." })]
    } else {
        tracker.latest = intent("nlu_fallback", 0.3, json!([]));
        tracker.acts("action_default_fallback");
        vec![json!({ "text": "Say that again?" })]
    };
    tracker
        .events
        .push(json!({ "event": "action", "name": "action_listen" }));
    said
}

/// Whether whoever asked still waits for the answer.
async fn is_open(socket: &mut TcpStream) -> bool {
    let mut byte = [0];
    let more = tokio::time::timeout(Duration::from_millis(20), socket.read(&mut byte)).await;
    !matches!(more, Ok(Ok(0) | Err(_)))
}

fn to(sender: &str, mut said: Value) -> Value {
    said["recipient_id"] = json!(sender);
    said
}
