//! One request each, with the status that it must get.

use serde_json::json;

use super::rehearsal::{Answer, Rehearsal, post};
use baton_cli::server::limits::Limits;

/// Says each request and compares the status; also holds for each answer what must hold for all.
async fn probe(rows: &[(&str, u16, String)]) {
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
pub(crate) fn dressed(name: &str, answer: &Answer) {
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

fn row(name: &'static str, status: u16, request: impl Into<String>) -> (&'static str, u16, String) {
    (name, status, request.into())
}

const KEY: &str = "Authorization: Bearer {token}\r\n";

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
async fn nobody_without_the_token_gets_in() {
    let with = |line: &str| {
        format!(
            "POST /api/v1/session_get HTTP/1.1\r\nHost: {{host}}\r\n{line}\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        )
    };
    probe(&[
        row("none", 401, with("")),
        row("empty", 401, with("Authorization: \r\n")),
        row("scheme only", 401, with("Authorization: Bearer\r\n")),
        row("wrong", 401, with("Authorization: Bearer 00ff\r\n")),
        row(
            "wrong at the end",
            401,
            with("Authorization: Bearer {token}0\r\n"),
        ),
        row(
            "another blank",
            401,
            with("Authorization: Bearer  {token}\r\n"),
        ),
        row("basic", 401, with("Authorization: Basic {token}\r\n")),
        row("bare", 401, with("Authorization: {token}\r\n")),
        row(
            "twice",
            400,
            with("Authorization: Bearer {token}\r\nAuthorization: Bearer x\r\n"),
        ),
        row("other header", 401, with("X-Token: {token}\r\n")),
        row("cookie", 401, with("Cookie: token={token}\r\n")),
        row(
            "in the query",
            401,
            with("").replace("session_get", "session_get?token={token}"),
        ),
        row(
            "in the address",
            421,
            with("").replace("/api", "http://{token}@{host}/api"),
        ),
        row(
            "unknown command",
            401,
            with("").replace("session_get", "no_such"),
        ),
        row(
            "wrong method",
            401,
            "GET /api/v1/session_get HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
        row("other version", 401, with("").replace("/v1/", "/v2/")),
        row(
            "scheme in capitals is fine",
            200,
            with("Authorization: BEARER {token}\r\n"),
        ),
    ])
    .await;
    let server = Rehearsal::start(Limits::default()).await;
    let answer = server.say(&with("")).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"baton\"");
}

#[tokio::test]
async fn only_our_own_names_are_answered() {
    let by = |host: &str| {
        post("session_get", "", "{}").replace("Host: {host}", &format!("Host: {host}"))
    };
    probe(&[
        row("localhost", 200, by("localhost:{port}")),
        row("capitals", 200, by("LOCALHOST:{port}")),
        row("ipv6", 200, by("[::1]:{port}")),
        row("rebound name", 421, by("evil.example:{port}")),
        row("no port", 421, by("127.0.0.1")),
        row("other port", 421, by("127.0.0.1:1")),
        row("trailing dot", 421, by("localhost.:{port}")),
        row("suffix", 421, by("localhost:{port}.evil.example")),
        row("prefix", 421, by("evil.localhost:{port}")),
        row("user part", 421, by("evil@127.0.0.1:{port}")),
        row("any address", 421, by("0.0.0.0:{port}")),
        row("other spelling", 421, by("127.1:{port}")),
        row("mapped", 421, by("[::ffff:127.0.0.1]:{port}")),
        row("empty", 421, by("")),
        row(
            "page by another name",
            421,
            "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        ),
        row("none", 400, "GET / HTTP/1.1\r\n\r\n"),
        row("none in 1.0", 400, "GET / HTTP/1.0\r\n\r\n"),
        row(
            "two",
            400,
            "GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        ),
        row(
            "two that differ",
            400,
            "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil\r\n\r\n",
        ),
        row(
            "absolute",
            200,
            "GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
        row(
            "absolute of another",
            421,
            "GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
        row(
            "absolute https",
            421,
            "GET https://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
        row(
            "forwarded",
            421,
            "GET / HTTP/1.1\r\nHost: evil\r\nX-Forwarded-Host: {host}\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn no_page_of_another_origin_gets_in() {
    let from = |line: &str| post("session_get", &format!("{line}\r\n"), "{}");
    probe(&[
        row("own", 200, from("Origin: http://{host}")),
        row(
            "own and same-origin",
            200,
            from("Origin: http://{host}\r\nSec-Fetch-Site: same-origin"),
        ),
        row("foreign", 403, from("Origin: https://evil.example")),
        row("null", 403, from("Origin: null")),
        row("empty", 403, from("Origin: ")),
        row("https", 403, from("Origin: https://{host}")),
        row("other port", 403, from("Origin: http://127.0.0.1:1")),
        row(
            "other name of ours",
            403,
            from("Origin: http://localhost:{port}"),
        ),
        row("suffix", 403, from("Origin: http://{host}.evil.example")),
        row("path", 403, from("Origin: http://{host}/")),
        row(
            "two",
            400,
            from("Origin: http://{host}\r\nOrigin: https://evil.example"),
        ),
        row("cross-site", 403, from("Sec-Fetch-Site: cross-site")),
        row("same-site", 403, from("Sec-Fetch-Site: same-site")),
        row("typed by hand", 200, from("Sec-Fetch-Site: none")),
        row(
            "script tag elsewhere",
            403,
            "GET /assets/index-BfKq3x9Z.js HTTP/1.1\r\nHost: {host}\r\n\
            Sec-Fetch-Site: cross-site\r\n\r\n",
        ),
        row(
            "preflight",
            403,
            "OPTIONS /api/v1/session_get HTTP/1.1\r\nHost: {host}\r\n\
            Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\
            Access-Control-Request-Private-Network: true\r\n\r\n",
        ),
    ])
    .await;
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
async fn nothing_can_be_smuggled() {
    let with = |lines: &str, body: &str| {
        format!(
            "POST /api/v1/session_get HTTP/1.1\r\nHost: {{host}}\r\n{KEY}\
             Content-Type: application/json\r\n{lines}\r\n{body}"
        )
    };
    let chunked = "Transfer-Encoding: chunked\r\n";
    probe(&[
        row("chunked", 200, with(chunked, "2\r\n{}\r\n0\r\n\r\n")),
        row(
            "length and chunked",
            400,
            with(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "chunked and length",
            400,
            with(
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "two lengths",
            400,
            with("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "),
        ),
        row(
            "the same length twice",
            400,
            with("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "list of lengths",
            400,
            with("Content-Length: 2, 2\r\n", "{}"),
        ),
        row("signed length", 400, with("Content-Length: +2\r\n", "{}")),
        row("negative length", 400, with("Content-Length: -2\r\n", "{}")),
        row(
            "hexadecimal length",
            400,
            with("Content-Length: 0x2\r\n", "{}"),
        ),
        row(
            "endless length",
            400,
            with("Content-Length: 99999999999999999999\r\n", "{}"),
        ),
        row("empty length", 400, with("Content-Length:\r\n", "{}")),
        row(
            "two encodings",
            400,
            with(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "0\r\n\r\n",
            ),
        ),
        row(
            "gzip, chunked",
            501,
            with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "odd chunked",
            501,
            with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "chunked with a tab",
            400,
            with("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
        ),
        row(
            "blank before the colon",
            400,
            with("Content-Length : 2\r\n", "{}"),
        ),
        row(
            "folded",
            400,
            with("X-Long: a\r\n b\r\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "bare line feed",
            400,
            with("X-A: b\nContent-Length: 2\r\n", "{}"),
        ),
        row(
            "bare return",
            400,
            with("X-A: b\rContent-Length: 2\r\n", "{}"),
        ),
        row("nul", 400, with("X-A: \0\r\nContent-Length: 2\r\n", "{}")),
        row(
            "chunk size no number",
            400,
            with(chunked, "zz\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk size signed",
            400,
            with(chunked, "-2\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk size endless",
            400,
            with(chunked, "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "chunk longer than said",
            400,
            with(chunked, "1\r\n{}\r\n0\r\n\r\n"),
        ),
        row(
            "a second request behind",
            200,
            with(
                "Content-Length: 2\r\n",
                "{}GET /api/v1/audit_verify HTTP/1.1\r\nHost: evil\r\n\r\n",
            ),
        ),
        row(
            "expects the impossible",
            417,
            with("Expect: 200-maybe\r\nContent-Length: 2\r\n", "{}"),
        ),
        row("http 2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        row("http 9", 505, "GET / HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        row("http 0.9", 400, "GET /\r\n"),
        row(
            "chunked in 1.0",
            400,
            with(chunked, "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"),
        ),
        row("no HTTP", 400, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        row("no HTTP either", 400, "HELO evil.example\r\n"),
        row(
            "blank in the address",
            400,
            "GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_second_request_on_the_line_gets_no_answer() {
    let server = Rehearsal::start(Limits::default()).await;
    let twice = post("session_get", "", "{}").repeat(2);
    let answer = server.say(&twice).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!(text, "{\"workspace\":\"rehearsal\"}");
    assert_eq!(answer.header_line("connection"), "close");
}

impl Answer {
    fn header_line(&self, name: &str) -> String {
        self.header(name).to_ascii_lowercase()
    }
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
