//! The door for bots: two hundred customers who talk with a bot at once, over real HTTP, and
//! people who take conversations from it meanwhile.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::intake::Place;
use crate::measure::{millis, quantile, row};

/// Conversations at once.
const CONVERSATIONS: u64 = 200;
/// Connections at once: about every third customer is waiting for something at any time.
const CALLERS: u64 = 64;
/// How long is measured, after as long for getting warm.
const SPAN: Duration = Duration::from_secs(10);

/// Prints the rows of the door.
pub(crate) async fn talk(place: &Place<'_>) {
    let workspace = place.folder.join("door");
    let _ = std::fs::remove_dir_all(&workspace);
    let baton = |arguments: &[&str]| {
        let mut command = Command::new(place.baton);
        command.arg("--workspace").arg(&workspace).args(arguments);
        command
    };
    let added = baton(&["bots", "add", "front"]).output().unwrap();
    assert!(added.status.success());
    let said = String::from_utf8(added.stdout).unwrap();
    let token = said.lines().next().unwrap().to_owned();
    let mut server = baton(&["serve", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = server.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut line).unwrap();
    let host = line.split('/').nth(2).unwrap().trim().to_owned();
    let door = Arc::new(Caller {
        address: host.parse().unwrap(),
        bot: token,
        person: line.trim().split_once("token=").unwrap().1.to_owned(),
    });

    let count = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + SPAN * 2;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| tokio::spawn(converse(Arc::clone(&door), caller, end, Arc::clone(&count))))
        .collect();
    tokio::time::sleep(SPAN).await;
    let (before, cpu) = (count.load(Ordering::Relaxed), cpu_of(&server));
    tokio::time::sleep(SPAN).await;
    let messages = count.load(Ordering::Relaxed) - before;
    let cpu = cpu_of(&server) - cpu;
    let mut took = Vec::new();
    let mut taken = Vec::new();
    for caller in callers {
        let (messages, takes) = caller.await.unwrap();
        took.extend(messages);
        taken.extend(takes);
    }
    let memory = memory_of(&server);
    server.kill().unwrap();
    server.wait().unwrap();

    let rate = messages as f64 / SPAN.as_secs_f64();
    row(
        &format!("door, {CONVERSATIONS} conversations, messages a second"),
        &format!("{rate:.0}/s"),
        "-",
        None,
        "2,000/s",
    );
    row(
        "door, CPU a message",
        &format!("{:.2} ms", cpu * 1e3 / messages.max(1) as f64),
        "-",
        None,
        "-",
    );
    row(
        "door, a message until its answer, p95",
        &format!("{:.1} ms", quantile(&mut took, 0.95)),
        "-",
        None,
        "-",
    );
    row(
        "a person takes it from the bot meanwhile, p95",
        &format!("{:.1} ms", quantile(&mut taken, 0.95)),
        "-",
        None,
        "< 100 ms",
    );
    row(
        "memory of baton serve after that",
        &format!("{memory:.0} MB"),
        "-",
        None,
        "-",
    );
}

/// One connection's share of the conversations: a customer speaks, the bot answers, in turn; now
/// and then a person takes one, the bot is refused, and the person gives it back. How long the
/// messages and the takes took, in milliseconds.
async fn converse(
    door: Arc<Caller>,
    caller: u64,
    end: Instant,
    count: Arc<AtomicU64>,
) -> (Vec<f64>, Vec<f64>) {
    let (mut took, mut taken) = (Vec::new(), Vec::new());
    let mut number = 0_u64;
    while Instant::now() < end {
        let turn = number % CONVERSATIONS.div_ceil(CALLERS);
        let key = format!("chat-{caller}-{turn}");
        let begun = Instant::now();
        let heard = door
            .ask(
                "/bots/v1/customer-messages",
                Some(&format!("h-{caller}-{number}")),
                &json!({
                    "key": key, "message": number.to_string(),
                    "text": format!("Where is my parcel number {number}? It was to come on Monday."),
                    "customer": { "id": key, "name": "Carla Stone" },
                }),
            )
            .await;
        took.push(millis(begun.elapsed()));
        count.fetch_add(1, Ordering::Relaxed);
        let (which, epoch) = standing(&heard);
        let begun = Instant::now();
        door.ask(
            &format!("/bots/v1/conversations/{which}/messages"),
            Some(&format!("s-{caller}-{number}")),
            &json!({
                "epoch": epoch,
                "text": format!("I look for number {number}. Which order was it in?"),
                "report": { "intent": "parcel", "confidence": 0.9 },
            }),
        )
        .await;
        took.push(millis(begun.elapsed()));
        count.fetch_add(1, Ordering::Relaxed);
        if number % 50 == 49 {
            let begun = Instant::now();
            door.act("take", json!({ "conversation": which })).await;
            taken.push(millis(begun.elapsed()));
            let refused = door
                .try_ask(
                    &format!("/bots/v1/conversations/{which}/messages"),
                    None,
                    &json!({ "epoch": epoch, "text": "And one more thing" }),
                )
                .await;
            assert_eq!(refused.0, 409, "{}", refused.1);
            let back = json!({ "conversation": which, "bot": "front", "summary": "" });
            door.act("return_to_bot", back).await;
        }
        number += 1;
    }
    (took, taken)
}

/// Which conversation an answer is about, and under which epoch it stands.
pub(crate) fn standing(heard: &Value) -> (String, Value) {
    let conversation = &heard["conversation"];
    let which = conversation["conversation"].as_str().unwrap();
    (which.to_owned(), conversation["control"]["epoch"].clone())
}

/// Somebody who asks over HTTP, with the tokens of a bot and of a person.
pub(crate) struct Caller {
    pub(crate) address: SocketAddr,
    pub(crate) bot: String,
    pub(crate) person: String,
}

impl Caller {
    /// Asks as the bot; the answer.
    pub(crate) async fn ask(&self, path: &str, key: Option<&str>, body: &Value) -> Value {
        let (status, answer) = self.try_ask(path, key, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn try_ask(&self, path: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
        self.post(path, &self.bot, key, body).await
    }

    async fn act(&self, command: &str, body: Value) {
        let path = format!("/api/v1/{command}");
        let (status, answer) = self.post(&path, &self.person, None, &body).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }

    async fn post(&self, path: &str, token: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\n{key}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }
}

/// CPU seconds of a process so far.
fn cpu_of(server: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.id())).unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<f64> = after
        .split_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    (fields[11] + fields[12]) / 100.0
}

/// Resident megabytes of a process.
fn memory_of(server: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1e3
}
