//! The event stream, in raw frames.

use std::time::Duration;

use baton_api::Change;
use baton_cli::server::limits::Limits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::rehearsal::{Answer, Rehearsal};

/// A WebSocket of our own making, so that frames can be as bad as wanted.
struct Line(TcpStream);

#[derive(Debug, PartialEq)]
enum Heard {
    Text(Value),
    Ping,
    Closed(u16),
    Gone,
}

fn upgrade(server: &Rehearsal, more: &str) -> String {
    format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        port = server.port
    )
    .replace("{port}", &server.port.to_string())
}

impl Line {
    async fn open(server: &Rehearsal, more: &str) -> Result<Self, Answer> {
        let mut socket = server.connect().await;
        let request = upgrade(server, more);
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.expect("an answer"));
        }
        let answer = Answer::read(&head);
        if answer.status == 101 {
            Ok(Self(socket))
        } else {
            Err(answer)
        }
    }

    async fn send(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        if payload.len() < 126 {
            frame.push(0x80 | payload.len() as u8);
        } else {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
        frame.extend_from_slice(&[0, 0, 0, 0]);
        frame.extend_from_slice(payload);
        let _ = self.0.write_all(&frame).await;
    }

    async fn say_token(&mut self, token: &str) {
        let hello = json!({ "token": token }).to_string();
        self.send(1, hello.as_bytes()).await;
    }

    async fn hear(&mut self) -> Heard {
        let heard = async {
            let first = self.0.read_u8().await.ok()?;
            let length = match self.0.read_u8().await.ok()? {
                126 => u64::from(self.0.read_u16().await.ok()?),
                127 => self.0.read_u64().await.ok()?,
                short => u64::from(short),
            };
            let mut payload = vec![0; length as usize];
            self.0.read_exact(&mut payload).await.ok()?;
            Some(match first & 0x0f {
                1 => Heard::Text(serde_json::from_slice(&payload).unwrap()),
                8 => Heard::Closed(u16::from_be_bytes([payload[0], payload[1]])),
                9 => Heard::Ping,
                other => panic!("frame {other}"),
            })
        };
        timeout(Duration::from_secs(10), heard)
            .await
            .expect("something is heard")
            .unwrap_or(Heard::Gone)
    }

    /// The next frame that is no ping.
    async fn hear_word(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Ping => {}
                other => return other,
            }
        }
    }
}

fn touched(tag: &str) -> Change {
    Change::Touched {
        tags: vec![tag.to_owned()],
    }
}

async fn joined(server: &Rehearsal) -> Line {
    let own = "Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Mode: websocket\r\n";
    let mut line = Line::open(server, own).await.unwrap();
    line.say_token(&server.token).await;
    assert_eq!(
        line.hear().await,
        Heard::Ping,
        "the first ping says: welcome"
    );
    line
}

#[tokio::test]
async fn whoever_says_the_token_hears_what_changes() {
    let server = Rehearsal::start(Limits::default()).await;
    let mut line = joined(&server).await;
    server.host.changes.send(touched("views")).unwrap();
    let heard = line.hear_word().await;
    assert_eq!(
        heard,
        Heard::Text(json!({ "kind": "touched", "tags": ["views"] }))
    );
}

#[tokio::test]
async fn whoever_does_not_hears_nothing_and_is_closed() {
    let server = Rehearsal::start(Limits {
        token_time: Duration::from_millis(300),
        ..Limits::default()
    })
    .await;
    for first in [
        Some(json!({ "token": "0".repeat(64) }).to_string()),
        Some(json!({ "token": "" }).to_string()),
        Some(json!({ "token": null }).to_string()),
        Some(json!({ "token": server.token, "more": 1 }).to_string()),
        Some(server.token.clone()),
        Some("{".to_owned()),
        None,
    ] {
        let mut line = Line::open(&server, "").await.unwrap();
        if let Some(text) = &first {
            line.send(1, text.as_bytes()).await;
        }
        let _ = server.host.changes.send(touched("secret"));
        assert_eq!(line.hear().await, Heard::Closed(4401), "{first:?}");
    }
    let mut line = Line::open(&server, "").await.unwrap();
    let hello = json!({ "token": server.token }).to_string();
    line.send(2, hello.as_bytes()).await;
    assert_eq!(line.hear().await, Heard::Closed(4401), "as binary");
}

#[tokio::test]
async fn bad_frames_end_the_line() {
    let server = Rehearsal::start(Limits::default()).await;
    let mut line = Line::open(&server, "").await.unwrap();
    line.send(1, &vec![b' '; 100_000]).await;
    assert!(
        !matches!(line.hear().await, Heard::Text(_)),
        "a flood for a token"
    );

    let mut line = joined(&server).await;
    line.0.write_all(&[0x81, 0x02, b'h', b'i']).await.unwrap();
    assert!(
        matches!(line.hear_word().await, Heard::Closed(_) | Heard::Gone),
        "unmasked"
    );

    let mut line = joined(&server).await;
    line.send(1, &[0xff, 0xfe]).await;
    assert!(
        matches!(line.hear_word().await, Heard::Closed(_) | Heard::Gone),
        "no UTF-8"
    );

    let mut line = joined(&server).await;
    line.0
        .write_all(&[
            0x81, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
        ])
        .await
        .unwrap();
    assert!(
        matches!(line.hear_word().await, Heard::Closed(_) | Heard::Gone),
        "endless"
    );
}

#[tokio::test]
async fn no_page_of_another_origin_can_open_the_stream() {
    let server = Rehearsal::start(Limits::default()).await;
    for (more, status) in [
        ("Origin: https://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: http://localhost:{port}\r\n", 403),
        ("Sec-Fetch-Mode: websocket\r\n", 403),
        (
            "Sec-Fetch-Site: cross-site\r\nOrigin: http://127.0.0.1:{port}\r\n",
            403,
        ),
    ] {
        let answer = Line::open(&server, more).await.err().expect(more);
        assert_eq!(answer.status, status, "{more}");
    }
    for (from, to, status) in [
        ("Host: 127.0.0.1", "Host: evil.example", 421),
        ("Version: 13", "Version: 8", 426),
        ("Upgrade: websocket", "Upgrade: h2c", 426),
        ("Connection: Upgrade", "Connection: close", 426),
    ] {
        let request = upgrade(&server, "").replace(from, to);
        assert_eq!(server.say(&request).await.status, status, "{to}");
    }
}

#[tokio::test]
async fn a_slow_reader_hears_that_it_missed_something() {
    let server = Rehearsal::start(Limits::default()).await;
    let mut line = joined(&server).await;
    // The channel of the rehearsal holds eight; the stream task gets no turn within this loop.
    for _ in 0..200_000 {
        let _ = server.host.changes.send(touched("views"));
    }
    let missed = loop {
        match line.hear_word().await {
            Heard::Text(word) if word["kind"] == "overflow" => break word["missed"].as_u64(),
            Heard::Text(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert!(missed.unwrap() > 0);
}

#[tokio::test]
async fn streams_are_counted_pinged_and_told_of_the_end() {
    let server = Rehearsal::start(Limits {
        streams: 2,
        ping: Duration::from_millis(100),
        ..Limits::default()
    })
    .await;
    let mut first = joined(&server).await;
    let mut second = joined(&server).await;
    let third = Line::open(&server, "").await.err().expect("no room");
    assert_eq!(third.status, 503);
    // The first answers its pings, the second does not.
    for _ in 0..8 {
        assert_eq!(first.hear().await, Heard::Ping);
        first.send(10, b"").await;
    }
    let end = loop {
        match second.hear().await {
            Heard::Ping => {}
            other => break other,
        }
    };
    assert_eq!(end, Heard::Gone, "a dead reader is dropped");
    server.stop.cancel();
    assert_eq!(first.hear_word().await, Heard::Closed(1001));
}
