//! A bot on another machine of the office: heard at an address that a person chose, with each
//! request signed, once, and with no token.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_bots::Door as _;
use baton_bots::lan::{LanSecret, Signature, Signed};
use baton_cli::server::Server;
use baton_cli::server::limits::Limits;
use baton_cli::server::standing::keep_door;
use baton_tests::desk::Desk;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::stage::{House, let_in, words};

const HEAR: &str = "/bots/v1/customer-messages";

/// The address at which others reach this machine; none on a machine without a network.
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
fn own_address() -> Option<IpAddr> {
    // Nothing is sent: the system only says by which of its addresses it would go there.
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    let found = socket
        .connect("198.51.100.1:9")
        .and_then(|()| socket.local_addr());
    let found = found.ok().map(|at| at.ip()).filter(|ip| !ip.is_loopback());
    if found.is_none() {
        eprintln!("skipped: this machine is in no network");
    }
    found
}

/// A bot on another machine.
struct Afar {
    at: SocketAddr,
    secret: LanSecret,
    now_s: i64,
    nonces: std::cell::Cell<u32>,
}

impl Afar {
    /// The signature of a request, with a nonce that was not used before.
    fn sign(&self, method: &str, path: &str, body: &str) -> Signature {
        self.sign_keyed(method, path, "", body)
    }

    /// The same for a request under a key.
    fn sign_keyed(&self, method: &str, target: &str, key: &str, body: &str) -> Signature {
        let nonce = self.nonces.replace(self.nonces.get() + 1);
        let nonce = format!("nonce-{nonce:04}");
        Signature::make(
            &self.secret,
            "front",
            Signed {
                method,
                target,
                key,
            },
            (self.now_s, &nonce),
            body.as_bytes(),
        )
    }

    /// A stream of events that has begun.
    async fn stream(&self, path: &str) -> TcpStream {
        let signature = self.sign("GET", path, "").header();
        let mut socket = TcpStream::connect(self.at).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\
             Authorization: {signature}\r\n\r\n",
            self.at
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut begin = [0_u8; 15];
        socket.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200 OK");
        socket
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let signature = self.sign(method, path, body);
        let header = format!("Authorization: {}\r\n", signature.header());
        send(self.at, method, path, &header, body).await
    }
}

/// Sends a request with some header lines; the status and the answer.
async fn send(at: SocketAddr, method: &str, path: &str, lines: &str, body: &str) -> (u16, Value) {
    let lines = match lines.contains("Host:") {
        true => lines.to_owned(),
        false => format!("Host: {at}\r\n{lines}"),
    };
    let mut socket = TcpStream::connect(at).await.unwrap();
    assert!(!socket.peer_addr().unwrap().ip().is_loopback());
    let request = format!(
        "{method} {path} HTTP/1.1\r\n{lines}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

async fn secret_of(desk: &Desk, bot: &str) -> LanSecret {
    let asked = bo::BotOnly {
        name: bot.to_owned(),
    };
    let made = desk.engine.bot_lan_set(asked).await.unwrap();
    LanSecret::read(&made.secret).expect("a secret to sign with")
}

/// Opens the door of a house for the office too; a bot there.
async fn office(house: &House) -> Option<Afar> {
    let at = SocketAddr::new(own_address()?, 0);
    let host = Arc::new(house.desk.engine.clone());
    let server = Server::bind_lan(host, at, Limits::default()).await.unwrap();
    let at = server.address();
    tokio::spawn(server.run(house.stop.clone()));
    Some(Afar {
        at,
        secret: secret_of(&house.desk, "front").await,
        now_s: house.desk.engine.now().0 / 1_000,
        nonces: std::cell::Cell::default(),
    })
}

#[tokio::test]
async fn a_bot_on_another_machine_signs_and_is_heard() {
    let house = House::open().await;
    let Some(bot) = office(&house).await else {
        return;
    };
    let (status, heard) = bot
        .ask("POST", HEAR, &words("chat", 1, "Hello").to_string())
        .await;
    assert_eq!(status, 200, "{heard}");
    let control = &heard["conversation"]["control"];
    assert_eq!(control["you"], true);
    let which = heard["conversation"]["conversation"].as_str().unwrap();
    let say = format!("/bots/v1/conversations/{which}/messages");
    let body = serde_json::json!({ "epoch": control["epoch"], "text": "Hi!" }).to_string();
    assert_eq!(bot.ask("POST", &say, &body).await.0, 200);
    let (status, events) = bot.ask("GET", "/bots/v1/events?after=0", "").await;
    assert_eq!(status, 200);
    assert_eq!(events["events"].as_array().unwrap().len(), 3, "{events}");

    // A person takes over: signed or not, nobody talks over her.
    house.take(which).await;
    let (status, refused) = bot.ask("POST", &say, &body).await;
    assert_eq!((status, &refused["code"]), (409, &"not_in_control".into()));
    // What it knows with a token it knows here, and nothing but the door is there.
    for elsewhere in ["/", "/api/v1/session_get", "/index.html"] {
        assert_eq!(bot.ask("GET", elsewhere, "").await.0, 404, "{elsewhere}");
    }
    let seen = house.desk.engine.bot_list(bo::BotList {}).await.unwrap();
    assert!(seen.bots[0].signs);
    assert_eq!(seen.door.lan.address, format!("http://{}/bots/v1", bot.at));
}

#[tokio::test]
async fn without_a_signature_that_holds_nobody_is_heard_from_another_machine() {
    let house = House::open().await;
    let Some(bot) = office(&house).await else {
        return;
    };
    let at = bot.at;
    let body = words("chat", 1, "Hello").to_string();
    let with = async |lines: String, method: &str, path: &str, body: &str| {
        let (status, said) = send(at, method, path, &lines, body).await;
        (status, said["code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = |code: &str| (401_u16, code.to_owned());
    let line = |signature: &Signature| format!("Authorization: {}\r\n", signature.header());

    let token = let_in(&house.desk, "back", None).await;
    for lines in [String::new(), format!("Authorization: Bearer {token}\r\n")] {
        assert_eq!(
            with(lines, "POST", HEAR, &body).await,
            refused("signature_needed")
        );
    }
    // One that was signed for something else, by somebody else, or for another body.
    let signed = bot.sign("POST", HEAR, &body);
    let moved = with(line(&signed), "POST", &format!("{HEAR}?a=1"), &body).await;
    assert_eq!(moved, refused("bad_signature"));
    let changed = with(line(&signed), "POST", HEAR, &body.replace("Hello", "Help!")).await;
    assert_eq!(changed, refused("bad_signature"));
    for stranger in ["back", "nobody"] {
        let other =
            line(&bot.sign("POST", HEAR, &body)).replace("bot=front", &format!("bot={stranger}"));
        assert_eq!(
            with(other, "POST", HEAR, &body).await,
            refused("bad_signature")
        );
    }
    // One whose key was taken away, or is another.
    let keyed = line(&bot.sign_keyed("POST", HEAR, "key-1", &body));
    for key in ["", "Idempotency-Key: key-2\r\n"] {
        let lines = format!("{keyed}{key}");
        assert_eq!(
            with(lines, "POST", HEAR, &body).await,
            refused("bad_signature")
        );
    }
    let lines = format!("{keyed}Idempotency-Key: key-1\r\n");
    assert_eq!(with(lines, "POST", HEAR, &body).await.0, 200);
    // One that was recorded, at once and later, and one from a wrong clock.
    let signed = bot.sign("POST", HEAR, &body);
    assert_eq!(with(line(&signed), "POST", HEAR, &body).await.0, 200);
    assert_eq!(
        with(line(&signed), "POST", HEAR, &body).await,
        refused("replayed")
    );
    house.desk.clock.pass(61_000);
    assert_eq!(
        with(line(&signed), "POST", HEAR, &body).await,
        refused("clock")
    );

    // By another name, or by a page.
    let bot = Afar {
        now_s: bot.now_s + 61,
        ..bot
    };
    let signed = line(&bot.sign("POST", HEAR, &body));
    for host in ["evil.example", "127.0.0.1", "localhost"] {
        let named = format!("Host: {host}:{}\r\n{signed}", bot.at.port());
        assert_eq!(
            send(bot.at, "POST", HEAR, &named, &body).await.0,
            421,
            "{host}"
        );
    }
    let page = format!("Origin: http://{}\r\n{signed}", bot.at);
    assert_eq!(send(bot.at, "POST", HEAR, &page, &body).await.0, 403);
    assert_eq!(bot.ask("POST", HEAR, &body).await.0, 200);
}

#[tokio::test]
async fn a_secret_that_is_replaced_or_taken_away_is_void_and_gone() {
    let house = House::open().await;
    let Some(bot) = office(&house).await else {
        return;
    };
    let look = "/bots/v1/events?after=0";
    assert_eq!(bot.ask("GET", look, "").await.0, 200);
    let mut stream = bot.stream(look).await;
    let renewed = Afar {
        secret: secret_of(&house.desk, "front").await,
        nonces: std::cell::Cell::new(100),
        ..bot
    };
    let void = Afar {
        secret: bot.secret,
        nonces: std::cell::Cell::new(200),
        ..renewed
    };
    assert_eq!(void.ask("GET", look, "").await.0, 401);
    let mut rest = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut rest))
        .await
        .expect("what was opened with it is closed")
        .unwrap();
    let renewed = Afar {
        secret: secret_of(&house.desk, "front").await,
        ..void
    };
    assert_eq!(renewed.ask("GET", look, "").await.0, 200);
    assert!(
        house
            .desk
            .secrets
            .names()
            .iter()
            .any(|name| name == "bots/front/lan")
    );

    let only = bo::BotOnly {
        name: "front".to_owned(),
    };
    house
        .desk
        .engine
        .bot_lan_remove(only.clone())
        .await
        .unwrap();
    assert_eq!(renewed.ask("GET", look, "").await.0, 401);
    assert!(
        house
            .desk
            .engine
            .bot_lan_remove(only.clone())
            .await
            .is_err()
    );
    secret_of(&house.desk, "front").await;
    house.desk.engine.bot_remove(only).await.unwrap();
    assert!(
        house.desk.secrets.names().is_empty(),
        "nothing is left behind"
    );
}

#[tokio::test]
async fn a_secret_that_a_locked_keyring_did_not_give_up_is_void_all_the_same() {
    let desk = Desk::open().await;
    let_in(&desk, "front", None).await;
    let secret = secret_of(&desk, "front").await;
    let only = bo::BotOnly {
        name: "front".to_owned(),
    };
    desk.secrets.lock(true);
    let gone = desk.engine.bot_lan_remove(only).await;
    assert_eq!(
        gone.err().map(|error| error.code).as_deref(),
        Some("secrets")
    );
    desk.secrets.lock(false);
    assert_eq!(desk.secrets.names(), ["bots/front/lan"], "it is left there");
    let desk = desk.reopened(|_| {}).await;
    let request = Signed {
        method: "GET",
        target: "/bots/v1/events?after=0",
        key: "",
    };
    let at = (desk.engine.now().0 / 1_000, "nonce-0001");
    let signature = Signature::make(&secret, "front", request, at, b"");
    let heard = desk.engine.admit_signed(&signature, request).await;
    assert_eq!(heard.unwrap_err().code, "bad_signature");
}

#[tokio::test]
async fn the_app_lets_the_office_in_when_a_person_says_where_and_only_then() {
    let Some(ip) = own_address() else {
        return;
    };
    let desk = Desk::on_desktop().await;
    let set = async |open: bool, port: u16, lan: &str| {
        let lan = lan.to_owned();
        desk.engine
            .door_set(bo::DoorSet { open, port, lan })
            .await
            .map(|_| ())
    };
    for bad in ["0.0.0.0", "127.0.0.1", "office", "::"] {
        assert_eq!(
            set(true, 8421, bad).await.unwrap_err().code,
            "bad_lan",
            "{bad}"
        );
    }
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let stop = CancellationToken::new();
    let keeping = tokio::spawn(keep_door(desk.engine.clone(), stop.clone()));
    let stands = async |state: &str| {
        let wait = async {
            loop {
                let door = desk.engine.bot_list(bo::BotList {}).await.unwrap().door;
                if door.lan.state == state && door.state == "open" {
                    return door;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(10), wait)
            .await
            .expect("it stands so")
    };
    set(true, port, "").await.unwrap();
    stands("closed").await;
    assert!(
        TcpStream::connect((ip, port)).await.is_err(),
        "not by itself"
    );
    set(true, port, &ip.to_string()).await.unwrap();
    let door = stands("open").await;
    assert_eq!(door.lan.address, format!("http://{ip}:{port}/bots/v1"));
    assert_eq!(door.lan.wanted, ip.to_string());
    let lines = "Authorization: Bearer x\r\n";
    let (status, said) = send(
        SocketAddr::new(ip, port),
        "GET",
        "/bots/v1/events",
        lines,
        "",
    )
    .await;
    assert_eq!((status, &said["code"]), (401, &"signature_needed".into()));
    set(true, port, "").await.unwrap();
    stands("closed").await;
    assert!(TcpStream::connect((ip, port)).await.is_err());
    stop.cancel();
    keeping.await.unwrap();
}
