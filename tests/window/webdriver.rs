//! A window driven from outside, by the WebDriver that comes with WebKit.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Nothing that is asked of a window takes longer.
const LIMIT: Duration = Duration::from_secs(30);

/// The window of a running app.
pub struct Window {
    port: u16,
    session: String,
}

impl Window {
    /// Starts the app and waits for its page.
    pub fn open(port: u16, binary: &str, arguments: &[&str]) -> Self {
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": binary, "args": arguments },
        } } });
        let answer = request(port, "POST", "/session", Some(&wanted));
        let session = answer["sessionId"].as_str();
        let session = session.unwrap_or_else(|| panic!("no session: {answer}"));
        Self {
            port,
            session: session.to_owned(),
        }
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}/{path}", self.session);
        request(self.port, "POST", &path, Some(body))
    }

    /// Runs a script in the page and returns its value.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask(
            "execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// Calls a command as the page does.
    pub fn call(&self, name: &str, payload: Value) -> Result<Value, Value> {
        let script = "const [name, payload, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke('call', { name, payload }) \
            .then((ok) => done({ ok }), (error) => done({ error }));";
        let body = json!({ "script": script, "args": [name, payload] });
        let mut answer = self.ask("execute/async", &body);
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["ok"].take()),
        }
    }

    /// The text of the first element that a selector finds.
    pub fn text(&self, selector: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.textContent ?? null";
        let found = self.run(script, &[selector.into()]);
        found.as_str().map(str::to_owned)
    }

    /// The texts of all elements that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)";
        let found = self.run(script, &[selector.into()]);
        let texts = found.as_array().expect("a list");
        texts
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }

    /// Clicks an element as a person would, when it is there.
    pub fn click(&self, xpath: &str) -> bool {
        self.element(xpath).is_some_and(|element| {
            let answer = self.ask(&format!("element/{element}/click"), &json!({}));
            answer.is_null()
        })
    }

    /// Types into an element as a person would, when it is there.
    pub fn write(&self, xpath: &str, text: &str) -> bool {
        self.element(xpath).is_some_and(|element| {
            let answer = self.ask(
                &format!("element/{element}/value"),
                &json!({ "text": text }),
            );
            answer.is_null()
        })
    }

    fn element(&self, xpath: &str) -> Option<String> {
        let found = self.ask("element", &json!({ "using": "xpath", "value": xpath }));
        let id = found.as_object()?.values().next()?;
        (found.get("error").is_none()).then(|| id.as_str().map(str::to_owned))?
    }

    /// Where the page is, as the part of its address after the hash.
    pub fn place(&self) -> String {
        let place = self.run("return location.hash", &[]);
        place.as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let path = format!("/session/{}", self.session);
        let _ = try_request(self.port, "DELETE", &path, None, Duration::from_secs(5));
    }
}

fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> Value {
    try_request(port, method, path, body, LIMIT)
        .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

fn try_request(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    limit: Duration,
) -> std::io::Result<Value> {
    let end = Instant::now() + limit;
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(limit))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut bytes = Vec::new();
    let mut piece = [0_u8; 65536];
    let whole = loop {
        if let Some(whole) = body_of(&bytes) {
            break whole.to_vec();
        }
        if Instant::now() > end {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        match stream.read(&mut piece)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&piece[..read]),
        }
    };
    let mut answer: Value = serde_json::from_slice(&whole)?;
    Ok(answer["value"].take())
}

/// The body of an answer, once it is there as long as its head says.
fn body_of(bytes: &[u8]) -> Option<&[u8]> {
    let head_ends = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..head_ends]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))?;
    let length: usize = length.trim().parse().ok()?;
    bytes.get(head_ends..head_ends + length)
}
