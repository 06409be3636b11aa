//! What may be asked: addresses, methods, bodies, and the status in which a command ends.

use baton_cli::server::limits::Limits;
use serde_json::json;

use super::super::rehearsal::{Rehearsal, post};
use super::{KEY, dressed, probe, row};

#[tokio::test]
async fn a_proper_call_is_answered() {
    let server = Rehearsal::start(Limits::default()).await;
    let answer = server.call("search", &json!({ "text": "Tür" })).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "text": "Tür" }))
    );
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    dressed("a proper call", &answer);
}

#[tokio::test]
async fn addresses_and_methods_are_told_apart() {
    let at = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: {{host}}\r\n{KEY}\r\n")
    };
    probe(&[
        row("get a command", 405, at("GET", "/api/v1/session_get")),
        row("put", 405, at("PUT", "/api/v1/session_get")),
        row("delete", 405, at("DELETE", "/api/v1/session_get")),
        row("head", 405, at("HEAD", "/api/v1/session_get")),
        row("made up", 405, at("BREW", "/api/v1/session_get")),
        row("lower case", 405, at("post", "/api/v1/session_get")),
        row("trace", 405, at("TRACE", "/")),
        row("connect", 421, at("CONNECT", "evil.example:443")),
        row("post the page", 405, at("POST", "/")),
        row("post the stream", 405, at("POST", "/api/v1/events")),
        row("stream without upgrade", 426, at("GET", "/api/v1/events")),
        row("options", 204, at("OPTIONS", "/api/v1/session_get")),
        row("options of all", 204, at("OPTIONS", "*")),
        row("options of the page", 204, at("OPTIONS", "/")),
        row("nowhere", 404, at("GET", "/nowhere")),
        row("post nowhere", 404, at("POST", "/nowhere")),
        row("health without a door", 404, at("GET", "/healthz")),
        row("unknown command", 404, post("no_such", "", "{}")),
        row("trailing slash", 404, post("session_get/", "", "{}")),
        row("encoded name", 404, post("session%5fget%00", "", "{}")),
        row(
            "name with a path",
            404,
            post("..%2f..%2fsession_get", "", "{}"),
        ),
        row("head of the page", 200, at("HEAD", "/")),
    ])
    .await;
    let server = Rehearsal::start(Limits::default()).await;
    for (request, allow) in [
        (at("GET", "/api/v1/session_get"), "POST, OPTIONS"),
        (at("OPTIONS", "/api/v1/session_get"), "POST, OPTIONS"),
        (at("POST", "/"), "GET, HEAD, OPTIONS"),
        (at("TRACE", "/"), "GET, HEAD, OPTIONS"),
        (at("POST", "/api/v1/events"), "GET, OPTIONS"),
    ] {
        assert_eq!(
            server.say(&request).await.header("allow"),
            allow,
            "{request}"
        );
    }
    let head = server.say(&at("HEAD", "/")).await;
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), "35");
}

#[tokio::test]
async fn only_plain_json_objects_are_read() {
    let typed =
        |kind: &str| post("session_get", "", "{}").replace("Content-Type: application/json", kind);
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let never_closed = "{\"a\":".repeat(50_000);
    probe(&[
        row(
            "charset",
            200,
            typed("Content-Type: application/json; charset=utf-8"),
        ),
        row("capitals", 200, typed("Content-Type: Application/JSON")),
        row("none", 415, typed("X-None: 1")),
        row("text", 415, typed("Content-Type: text/plain")),
        row(
            "form",
            415,
            typed("Content-Type: application/x-www-form-urlencoded"),
        ),
        row(
            "multipart",
            415,
            typed("Content-Type: multipart/form-data; boundary=application/json"),
        ),
        row("look-alike", 415, typed("Content-Type: application/jsonp")),
        row(
            "hidden in a parameter",
            415,
            typed("Content-Type: text/plain; application/json"),
        ),
        row(
            "other charset",
            415,
            typed("Content-Type: application/json; charset=utf-7"),
        ),
        row(
            "two types",
            400,
            typed("Content-Type: application/json\r\nContent-Type: text/plain"),
        ),
        row(
            "gzip",
            415,
            post("session_get", "Content-Encoding: gzip\r\n", "{}"),
        ),
        row("empty", 400, post("session_get", "", "")),
        row("no JSON", 400, post("session_get", "", "{")),
        row("two values", 400, post("session_get", "", "{}{}")),
        row("list", 400, post("session_get", "", "[]")),
        row("text value", 400, post("session_get", "", "\"{}\"")),
        row("null", 400, post("session_get", "", "null")),
        row("not a number", 400, post("search", "", "{\"limit\":NaN}")),
        row(
            "endless number",
            400,
            post("search", "", "{\"limit\":1e999}"),
        ),
        row(
            "half a surrogate",
            400,
            post("search", "", "{\"text\":\"\\ud800\"}"),
        ),
        row("deep", 400, post("search", "", &deep)),
        row("deep and open", 400, post("search", "", &never_closed)),
    ])
    .await;
    let server = Rehearsal::start(Limits::default()).await;
    let start = post("search", "", "{\"text\":\"??\"}").replace("{token}", &server.token);
    let start = start.replace("{host}", &format!("127.0.0.1:{}", server.port));
    let mut bytes = start.into_bytes();
    for byte in bytes.iter_mut().filter(|byte| **byte == b'?') {
        *byte = 0xff;
    }
    assert_eq!(server.say_bytes(&bytes).await.status, 400, "not UTF-8");
}

#[tokio::test]
async fn commands_end_in_the_status_that_fits() {
    let server = Rehearsal::start(Limits::default()).await;
    for (command, status, code) in [
        ("take", 409, "held"),
        ("conversation_get", 404, "not_found"),
        ("channel_put", 422, "login_refused"),
        ("pass", 400, "bad_request"),
        ("audit_verify", 500, "internal"),
        ("health_get", 500, "internal"),
    ] {
        let answer = server.call(command, &json!({})).await;
        dressed(command, &answer);
        assert_eq!(answer.status, status, "{command}");
        assert_eq!(answer.json()["code"], code, "{command}");
        let text = answer.json().to_string();
        assert!(
            !text.contains("anna") && !text.contains("bug of ours"),
            "{text}"
        );
    }
    let after = server.call("session_get", &json!({})).await;
    assert_eq!(after.status, 200, "a panic takes nothing else with it");
}
