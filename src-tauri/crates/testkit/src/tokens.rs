//! A small authorisation server: codes with PKCE, refresh tokens that rotate, access tokens that
//! can be expired at will, and the look-up that Dovecot uses to check them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::StageError;

#[derive(Debug, Default)]
struct Ledger {
    count: u64,
    access: BTreeMap<String, String>,
    refresh: BTreeMap<String, String>,
    codes: BTreeMap<String, Code>,
    refreshes: u64,
    refuse_refresh: bool,
}

#[derive(Debug)]
struct Code {
    user: String,
    challenge: String,
    redirect: String,
}

/// The fake authorisation server, answering on loopback until dropped.
#[derive(Debug)]
pub struct TokenServer {
    port: u16,
    ledger: Arc<Mutex<Ledger>>,
    stop: Arc<AtomicBool>,
}

impl TokenServer {
    /// Starts the server on a free port.
    pub fn start() -> Result<Self, StageError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopping) = (Arc::clone(&ledger), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::Relaxed) {
                    break;
                }
                let ledger = Arc::clone(&shared);
                if let Ok(stream) = stream {
                    std::thread::spawn(move || serve(stream, &ledger));
                }
            }
        });
        Ok(Self { port, ledger, stop })
    }

    /// Where it listens, as `http://127.0.0.1:port`.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A fresh access and refresh token for `user`, as if they had just signed in.
    pub fn sign_in(&self, user: &str) -> (String, String) {
        lock(&self.ledger).issue(user)
    }

    /// Makes an access token worthless from now on.
    pub fn expire(&self, access: &str) {
        lock(&self.ledger).access.remove(access);
    }

    /// Makes all access tokens of `user` worthless from now on.
    pub fn expire_all(&self, user: &str) {
        lock(&self.ledger).access.retain(|_, u| u != user);
    }

    /// Refuses every refresh from now on, as when the person has withdrawn consent.
    pub fn withdraw_consent(&self) {
        lock(&self.ledger).refuse_refresh = true;
    }

    /// How many refreshes were granted.
    pub fn refreshes(&self) -> u64 {
        lock(&self.ledger).refreshes
    }
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the accept loop, which then sees the flag.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Ledger {
    fn issue(&mut self, user: &str) -> (String, String) {
        self.count += 1;
        let access = format!("access-{}-{user}", self.count);
        let refresh = format!("refresh-{}-{user}", self.count);
        self.access.insert(access.clone(), user.to_owned());
        self.refresh.insert(refresh.clone(), user.to_owned());
        (access, refresh)
    }
}

fn lock(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, ledger: &Mutex<Ledger>) {
    let Ok(writer) = stream.try_clone() else {
        return;
    };
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        return;
    }
    let mut words = line.split_whitespace();
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (mut length, mut bearer) = (0_usize, String::new());
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() || header.trim().is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(':') else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => {
                value
                    .trim()
                    .strip_prefix("Bearer ")
                    .unwrap_or_default()
                    .clone_into(&mut bearer);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length.min(65_536)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let form = fields(if method == "POST" && path == "/token" {
        std::str::from_utf8(&body).unwrap_or_default()
    } else {
        query
    });
    let answer = match path {
        "/tokeninfo" | "/introspect" => {
            let token = form
                .get("access_token")
                .filter(|t| !t.is_empty())
                .unwrap_or(&bearer);
            match lock(ledger).access.get(token) {
                Some(user) => reply(200, &format!("{{\"username\":\"{user}\",\"active\":true}}")),
                None => reply(401, "{\"error\":\"invalid_token\"}"),
            }
        }
        "/authorize" => authorise(&form, ledger),
        "/token" => token(&form, ledger),
        _ => reply(404, "{}"),
    };
    let mut writer = writer;
    drop(writer.write_all(answer.as_bytes()));
}

fn authorise(form: &BTreeMap<String, String>, ledger: &Mutex<Ledger>) -> String {
    let get = |k: &str| form.get(k).cloned().unwrap_or_default();
    if get("code_challenge_method") != "S256" || get("code_challenge").is_empty() {
        return reply(400, "{\"error\":\"invalid_request\"}");
    }
    let mut ledger = lock(ledger);
    ledger.count += 1;
    let code = format!("code-{}", ledger.count);
    let redirect = get("redirect_uri");
    ledger.codes.insert(
        code.clone(),
        Code {
            user: get("login_hint"),
            challenge: get("code_challenge"),
            redirect: redirect.clone(),
        },
    );
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {redirect}?code={code}&state={}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        get("state")
    )
}

fn token(form: &BTreeMap<String, String>, ledger: &Mutex<Ledger>) -> String {
    let get = |k: &str| form.get(k).cloned().unwrap_or_default();
    let mut ledger = lock(ledger);
    let user = match get("grant_type").as_str() {
        "authorization_code" => ledger.codes.remove(&get("code")).and_then(|code| {
            let proof = challenge(&get("code_verifier"));
            (proof == code.challenge && get("redirect_uri") == code.redirect).then_some(code.user)
        }),
        "refresh_token" if !ledger.refuse_refresh => {
            // A refresh token works once; its use returns the next.
            let user = ledger.refresh.remove(&get("refresh_token"));
            if user.is_some() {
                ledger.refreshes += 1;
            }
            user
        }
        _ => None,
    };
    let Some(user) = user else {
        return reply(400, "{\"error\":\"invalid_grant\"}");
    };
    let (access, refresh) = ledger.issue(&user);
    reply(
        200,
        &format!(
            "{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\",\
             \"token_type\":\"Bearer\",\"expires_in\":3600}}"
        ),
    )
}

/// The S256 challenge that belongs to a PKCE verifier.
pub fn challenge(verifier: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier))
}

fn reply(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

fn fields(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
