//! A server on a free port with a host that answers from a script, and a caller who may say
//! anything, well-formed or not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baton_api::{ApiError, Change};
use baton_bots::{Answer as Knocked, Call, Caller, IdempotencyKey};
use baton_cli::Host;
use baton_cli::server::Server;
use baton_cli::server::assets::Assets;
use baton_cli::server::limits::Limits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The token of the one bot that may knock.
pub(crate) const BOT_TOKEN: &str = "btn_bot_of_the_rehearsal";

/// Answers a few commands; each stands for one way a command can end.
pub(crate) struct Script {
    pub(crate) changes: broadcast::Sender<Change>,
}

impl Host for Script {
    async fn answer(&self, command: &str, payload: Value) -> Result<Value, ApiError> {
        match command {
            "search" => Ok(payload),
            "session_get" => Ok(json!({ "workspace": "rehearsal" })),
            "take" => Err(ApiError::new("held", "Ben holds it.", "Ask him.").as_notice()),
            "conversation_get" => Err(ApiError::not_found("conversation")),
            "channel_put" => Err(ApiError::new("login_refused", "The server said no.", "")),
            "audit_verify" => Err(ApiError::new("internal", "disk /home/anna/secret", "")),
            "health_get" => panic!("a bug of ours"),
            "message_html" => Ok(json!({
                "document": "<!doctype html><p style=\"color:red\">Guten Tag</p>",
                "blocked_images": 2,
                "blocked": [],
                "hosts": ["tracker.example"],
            })),
            other => Err(ApiError::bad_request(format!(
                "{other} is not in the script."
            ))),
        }
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    fn admit(&self, token: &[u8]) -> Option<Caller> {
        (token == BOT_TOKEN.as_bytes()).then(|| Caller {
            bot: "front".to_owned(),
        })
    }

    async fn knock(&self, _: &Caller, call: Call, _: Option<IdempotencyKey>) -> Knocked {
        let body = match call {
            Call::Events { after } => json!({ "events": [], "after": after }),
            Call::Say(..) => panic!("a bug of ours"),
            _ => json!({}),
        };
        Knocked { status: 200, body }
    }
}

/// A running server.
pub(crate) struct Rehearsal {
    pub(crate) host: Arc<Script>,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) link: String,
    /// The path of the address that opens once.
    pub(crate) entrance: String,
    pub(crate) stop: CancellationToken,
    _ui: tempfile::TempDir,
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(length)) = response.parse(bytes) else {
            panic!("no HTTP answer: {:?}", String::from_utf8_lossy(bytes));
        };
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for header in response.headers.iter() {
            named
                .entry(header.name.to_ascii_lowercase())
                .or_default()
                .push(String::from_utf8_lossy(header.value).into_owned());
        }
        Self {
            status: response.code.unwrap(),
            headers: named,
            body: bytes[length..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        match self.headers.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            Some(_) => panic!("{name} is repeated"),
            None => "",
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Rehearsal {
    pub(crate) async fn start(limits: Limits) -> Self {
        let ui = tempfile::tempdir().unwrap();
        let dist = ui.path().join("dist");
        std::fs::create_dir_all(dist.join("assets")).unwrap();
        std::fs::write(ui.path().join("secret.txt"), "outside").unwrap();
        std::fs::write(
            dist.join("index.html"),
            "<!doctype html><title>Baton</title>",
        )
        .unwrap();
        std::fs::write(dist.join("assets/index-BfKq3x9Z.js"), "void 0;").unwrap();
        std::fs::write(dist.join("assets/index-BfKq3x9Z.js.map"), "{}").unwrap();
        std::fs::write(dist.join(".env"), "KEY=1").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(ui.path().join("secret.txt"), dist.join("link.txt")).unwrap();
        let assets = Assets::from_folder(&dist).unwrap();
        let host = Arc::new(Script {
            changes: broadcast::channel(8).0,
        });
        let server = Server::bind(Arc::clone(&host), 0, assets, limits)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        let rehearsal = Self {
            host,
            port: server.address().port(),
            token: server.token().reveal().to_owned(),
            link: server.link(),
            entrance: server
                .entrance()
                .unwrap()
                .split_at("http://127.0.0.1:".len())
                .1
                .split_once('/')
                .map(|(_, path)| format!("/{path}"))
                .unwrap(),
            stop: stop.clone(),
            _ui: ui,
        };
        tokio::spawn(server.run(stop));
        rehearsal
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// Sends bytes and reads all that comes back. `{host}` and `{token}` stand for ours.
    pub(crate) async fn say(&self, request: &str) -> Answer {
        let request = request
            .replace("{host}", &format!("127.0.0.1:{}", self.port))
            .replace("{port}", &self.port.to_string())
            .replace("{token}", &self.token);
        self.say_bytes(request.as_bytes()).await
    }

    pub(crate) async fn say_bytes(&self, request: &[u8]) -> Answer {
        let mut socket = self.connect().await;
        socket.write_all(request).await.unwrap();
        Answer::read(&all(&mut socket).await)
    }

    /// Calls a command the way the user interface does.
    pub(crate) async fn call(&self, command: &str, payload: &Value) -> Answer {
        self.say(&post(command, "", &payload.to_string())).await
    }
}

/// A proper call of a command, with more header lines if wanted.
pub(crate) fn post(command: &str, more: &str, body: &str) -> String {
    format!(
        "POST /api/v1/{command} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n\
         Content-Type: application/json\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Reads until the server closes.
pub(crate) async fn all(socket: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes))
        .await
        .expect("the server closes")
        .expect("the server closes in order");
    bytes
}
