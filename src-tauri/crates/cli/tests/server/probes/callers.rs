//! Who may call: the token, the names of this machine, the pages of our own origin.

use baton_cli::server::limits::Limits;

use super::super::rehearsal::{Rehearsal, post};
use super::{probe, row};

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
