//! One request each, with the status that it must get.

mod callers;
mod commands;
mod framing;

use super::rehearsal::{Answer, Rehearsal};
use baton_cli::server::limits::Limits;

/// Says each request and compares the status; also holds for each answer what must hold for all.
pub(super) async fn probe(rows: &[(&str, u16, String)]) {
    let server = Rehearsal::start(Limits::default()).await;
    let mut wrong = Vec::new();
    for (name, status, request) in rows {
        let answer = server.say(request).await;
        if answer.status != *status {
            wrong.push(format!("{name}: {} instead of {status}", answer.status));
        }
        dressed(name, &answer);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every answer carries the headers that tie a browser's hands; every error is our JSON.
pub(super) fn dressed(name: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "same-origin",
        "{name}"
    );
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'"),
        "{name}"
    );
    assert!(
        answer
            .headers
            .keys()
            .all(|header| !header.starts_with("access-control-")),
        "{name}: a CORS header"
    );
    assert!(
        !answer.headers.contains_key("server"),
        "{name}: says what it is"
    );
    assert!(
        !answer.headers.contains_key("set-cookie"),
        "{name}: a cookie"
    );
    if answer.status >= 400 && !answer.body.is_empty() {
        let error = answer.json();
        for field in ["code", "message", "hint"] {
            assert!(error[field].is_string(), "{name}: no {field}");
        }
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
    }
}

pub(super) fn row(
    name: &'static str,
    status: u16,
    request: impl Into<String>,
) -> (&'static str, u16, String) {
    (name, status, request.into())
}

pub(super) const KEY: &str = "Authorization: Bearer {token}\r\n";
