//! A message is shown from an address of its own, once.

use baton_cli::server::limits::Limits;
use serde_json::json;

use super::probes::dressed;
use super::rehearsal::Rehearsal;

fn get(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {{host}}\r\n{more}\r\n")
}

async fn issued(server: &Rehearsal, remote: bool) -> String {
    let request = json!({ "message": "msg_1", "remote": remote, "theme": "light" });
    let answer = server.call("message_view", &request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["blocked_images"], 2);
    assert!(answer.json().get("document").is_none());
    answer.json()["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_ticket_is_good_for_one_look_and_one_message() {
    let server = Rehearsal::start(Limits::default()).await;
    let url = issued(&server, false).await;
    let other = url.replace("msg_1", "msg_2");
    assert_eq!(server.say(&get(&other, "")).await.status, 404);
    let framed = "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Dest: iframe\r\n";
    let view = server.say(&get(&url, framed)).await;
    dressed("a view", &view);
    assert_eq!(view.status, 200);
    assert!(String::from_utf8_lossy(&view.body).contains("Guten Tag"));
    assert_eq!(view.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(view.header("cache-control"), "no-store");
    let policy = view.header("content-security-policy");
    assert!(policy.starts_with("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"));
    assert!(policy.contains("img-src data:;") && policy.contains("frame-ancestors 'self'"));
    assert_eq!(server.say(&get(&url, framed)).await.status, 404);
}

#[tokio::test]
async fn images_load_from_afar_only_when_that_was_asked_for() {
    let server = Rehearsal::start(Limits::default()).await;
    let url = issued(&server, true).await;
    let view = server.say(&get(&url, "")).await;
    let policy = view.header("content-security-policy");
    assert!(policy.contains("img-src data: https: http:;"), "{policy}");
    assert!(
        policy
            .starts_with("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    );
}

#[tokio::test]
async fn a_view_is_for_frames_of_ours() {
    let server = Rehearsal::start(Limits::default()).await;
    let url = issued(&server, false).await;
    for (more, status) in [
        (
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: iframe\r\n",
            403,
        ),
        ("Sec-Fetch-Site: none\r\nSec-Fetch-Dest: document\r\n", 403),
        ("Origin: null\r\n", 403),
    ] {
        assert_eq!(server.say(&get(&url, more)).await.status, status, "{more}");
    }
    let bare = url.split('?').next().unwrap();
    for path in [
        bare.to_owned(),
        format!("{bare}?ticket="),
        format!("{bare}?ticket={}", server.token),
        format!("{bare}?ticket={}", "0".repeat(64)),
    ] {
        assert_eq!(server.say(&get(&path, "")).await.status, 404, "{path}");
    }
    assert_eq!(server.say(&get(&url, "")).await.status, 200, "still good");
}

#[tokio::test]
async fn a_ticket_needs_the_token_and_a_clean_name() {
    let server = Rehearsal::start(Limits::default()).await;
    let request = "POST /api/v1/message_view HTTP/1.1\r\nHost: {host}\r\n\
                   Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(server.say(request).await.status, 401);
    for message in ["", "../x", "a\r\nb", "a b", "a?b", "ü"] {
        let request = json!({ "message": message, "remote": false, "theme": "light" });
        assert_eq!(
            server.call("message_view", &request).await.status,
            400,
            "{message}"
        );
    }
}
