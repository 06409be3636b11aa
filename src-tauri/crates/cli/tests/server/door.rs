//! The door for bots, probed as the rest of the server is: nothing of it opens without the token of
//! a bot, that token opens nothing else, and no page gets near it.

use baton_cli::server::limits::Limits;
use serde_json::json;

use super::probes::{dressed, probe};
use super::rehearsal::{Answer, BOT_TOKEN, Rehearsal};

/// A request at the door with header lines, and a body when there is one.
fn knock(method: &str, path: &str, lines: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {{host}}\r\n{lines}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn key() -> String {
    format!("Authorization: Bearer {BOT_TOKEN}\r\nContent-Type: application/json\r\n")
}

const HEAR: &str = "/bots/v1/customer-messages";
const WORDS: &str = r#"{"key":"k","message":"m","customer":{"id":"c"},"text":"Hi"}"#;

#[tokio::test]
async fn nobody_without_a_bots_token_gets_in() {
    let with = |line: &str| {
        let lines = format!("{line}Content-Type: application/json\r\n");
        knock("POST", HEAR, &lines, WORDS)
    };
    let ui = "Authorization: Bearer {token}\r\n";
    probe(&[
        ("none", 401, with("")),
        ("empty", 401, with("Authorization: Bearer \r\n")),
        ("wrong", 401, with("Authorization: Bearer btn_bot_00\r\n")),
        ("the user interface's", 401, with(ui)),
        (
            "one more letter",
            401,
            with(&format!("Authorization: Bearer {BOT_TOKEN}0\r\n")),
        ),
        (
            "basic",
            401,
            with(&format!("Authorization: Basic {BOT_TOKEN}\r\n")),
        ),
        (
            "twice",
            400,
            with(&format!(
                "Authorization: Bearer {BOT_TOKEN}\r\nAuthorization: Bearer x\r\n"
            )),
        ),
        (
            "in the query",
            401,
            with("").replace(HEAR, &format!("{HEAR}?token={BOT_TOKEN}")),
        ),
        (
            "cookie",
            401,
            with(&format!("Cookie: token={BOT_TOKEN}\r\n")),
        ),
        ("events", 401, knock("GET", "/bots/v1/events", "", "")),
        (
            "a wrong method tells nothing",
            401,
            knock("GET", HEAR, "", ""),
        ),
        (
            "its own",
            200,
            with(&key().replace("Content-Type: application/json\r\n", "")),
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_token_of_a_bot_opens_nothing_else() {
    let server = Rehearsal::start(Limits::default()).await;
    for command in [
        "session_get",
        "search",
        "bot_list",
        "bot_add",
        "contact_erase",
    ] {
        let answer = server
            .say(&knock("POST", &format!("/api/v1/{command}"), &key(), "{}"))
            .await;
        assert_eq!(answer.status, 401, "{command}");
        dressed(command, &answer);
    }
}

#[tokio::test]
async fn no_page_gets_near_the_door() {
    let with = |line: &str| knock("POST", HEAR, &format!("{}{line}", key()), WORDS);
    probe(&[
        (
            "foreign origin",
            403,
            with("Origin: https://evil.example\r\n"),
        ),
        ("our own origin", 403, with("Origin: http://{host}\r\n")),
        ("no origin", 403, with("Origin: null\r\n")),
        ("same site", 403, with("Sec-Fetch-Site: same-origin\r\n")),
        ("typed by hand", 403, with("Sec-Fetch-Site: none\r\n")),
        (
            "description from a page",
            403,
            knock(
                "GET",
                "/bots/v1/openapi.json",
                "Origin: http://{host}\r\n",
                "",
            ),
        ),
        (
            "rebound name",
            421,
            with("").replace("Host: {host}", "Host: evil.example:{port}"),
        ),
        (
            "preflight",
            403,
            knock("OPTIONS", HEAR, "Origin: https://evil.example\r\n", ""),
        ),
        (
            "a form",
            415,
            with("").replace("application/json", "text/plain"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn addresses_methods_and_words_are_refused_properly() {
    let get = |path: &str| knock("GET", path, &key(), "");
    let post = |path: &str, body: &str| knock("POST", path, &key(), body);
    let say = "/bots/v1/conversations/cnv_00000000000000000000000001/messages";
    probe(&[
        (
            "description",
            200,
            knock("GET", "/bots/v1/openapi.json", "", ""),
        ),
        (
            "described is read only",
            405,
            post("/bots/v1/openapi.json", "{}"),
        ),
        ("options", 204, knock("OPTIONS", HEAR, "", "")),
        ("nothing there", 404, get("/bots/v1/nothing")),
        ("another version", 404, get("/bots/v2/events")),
        ("the root", 404, get("/bots/")),
        (
            "climbing out",
            404,
            get("/bots/v1/../../api/v1/session_get"),
        ),
        ("climbing out, encoded", 404, get("/bots/v1/%2e%2e/api")),
        ("a doubled slash", 404, get("/bots//v1/events")),
        ("wrong method", 405, get(HEAR)),
        ("delete", 405, knock("DELETE", HEAR, &key(), "")),
        ("no JSON", 400, post(HEAR, "words")),
        (
            "an unknown field",
            400,
            post(HEAR, r#"{"key":"k","colour":1}"#),
        ),
        ("no epoch", 400, post(say, r#"{"text":"Hi"}"#)),
        (
            "a malformed conversation",
            404,
            post(
                "/bots/v1/conversations/cnv_1/messages",
                r#"{"epoch":1,"text":"Hi"}"#,
            ),
        ),
        ("a number that is none", 400, get("/bots/v1/events?after=x")),
        ("a number below", 400, get("/bots/v1/events?after=-1")),
        ("a wait that is none", 400, get("/bots/v1/events?wait=x")),
        ("too much", 413, post(HEAR, &" ".repeat(256 * 1024 + 1))),
        (
            "a key with a blank",
            400,
            knock(
                "POST",
                HEAR,
                &format!("{}Idempotency-Key: a b\r\n", key()),
                WORDS,
            ),
        ),
        (
            "a long key",
            400,
            knock(
                "POST",
                HEAR,
                &format!("{}Idempotency-Key: {}\r\n", key(), "k".repeat(129)),
                WORDS,
            ),
        ),
        (
            "a panic behind",
            500,
            post(
                "/bots/v1/conversations/cnv_00000000000000000000000002/messages",
                r#"{"epoch":1,"text":"Hi"}"#,
            ),
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_chunked_body_is_counted_too() {
    let server = Rehearsal::start(Limits::default()).await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let request = format!(
        "POST {HEAR} HTTP/1.1\r\nHost: {{host}}\r\n{}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        key(),
        chunk.repeat(5)
    );
    assert_eq!(server.say(&request).await.status, 413);
}

#[tokio::test]
async fn one_bot_cannot_ask_without_end() {
    let server = Rehearsal::start(Limits {
        bot_rate: 3,
        ..Limits::default()
    })
    .await;
    let mut refused = 0;
    for _ in 0..8 {
        let answer = server.say(&knock("POST", HEAR, &key(), WORDS)).await;
        if answer.status == 429 {
            assert_eq!(answer.json()["code"], "too_many");
            assert_eq!(answer.header("retry-after"), "1");
            dressed("too many", &answer);
            refused += 1;
        }
    }
    assert!(refused >= 3, "{refused} of 8 were refused");
    let answer = server.call("session_get", &json!({})).await;
    assert_eq!(answer.status, 200, "others are not touched by it");
}

/// One bot waits for events, and again until it has no place; what it is told then.
async fn no_place(limits: Limits) -> Answer {
    let server = Rehearsal::start(limits).await;
    let mut waiting = server.connect().await;
    let request = format!(
        "GET /bots/v1/events?wait=20 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}\r\n",
        server.port,
        key()
    );
    tokio::io::AsyncWriteExt::write_all(&mut waiting, request.as_bytes())
        .await
        .unwrap();
    // The first has its place once the second is refused; until then it may still be on its way.
    let busy = async {
        loop {
            let knock = knock("GET", "/bots/v1/events?wait=1", &key(), "");
            let answer = server.say(&knock).await;
            if answer.status != 200 {
                break answer;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), busy)
        .await
        .unwrap()
}

#[tokio::test]
async fn waiting_bots_have_a_limit_of_their_own_and_each_of_them_one() {
    let answer = no_place(Limits {
        bot_streams: 1,
        ..Limits::default()
    })
    .await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (503, &json!("busy"))
    );

    let answer = no_place(Limits {
        bot_streams_each: 1,
        ..Limits::default()
    })
    .await;
    let told = answer.json();
    assert_eq!((answer.status, &told["code"]), (429, &json!("too_many")));
    let message = "This bot waits for events as often as one may: 1.";
    assert_eq!(told["message"], message);
    dressed("too many", &answer);
}
