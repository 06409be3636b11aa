//! The page and its files.

use baton_cli::server::limits::Limits;

use super::probes::dressed;
use super::rehearsal::Rehearsal;

fn get(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {{host}}\r\n{more}\r\n")
}

#[tokio::test]
async fn the_page_has_a_strict_policy_and_is_asked_for_anew() {
    let server = Rehearsal::start(Limits::default()).await;
    let page = server.say(&get("/", "")).await;
    dressed("the page", &page);
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'));
    let tag = page.header("etag");
    let again = server
        .say(&get("/", &format!("If-None-Match: {tag}\r\n")))
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[tokio::test]
async fn files_named_by_their_digest_are_kept_for_good() {
    let server = Rehearsal::start(Limits::default()).await;
    let script = server.say(&get("/assets/index-BfKq3x9Z.js?v=1", "")).await;
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert!(script.header("cache-control").contains("immutable"));
    dressed("a script", &script);
}

#[tokio::test]
async fn nothing_but_the_files_is_served() {
    let server = Rehearsal::start(Limits::default()).await;
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/....//secret.txt",
        "/..;/secret.txt",
        "/%252e%252e/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/etc/passwd",
        "/file:///etc/passwd",
        "/index.html%00.txt",
        "/index.html/",
        "/INDEX.HTML",
        "/assets",
        "/assets/",
        "/.env",
        "/.git/config",
        "/link.txt",
        "/assets/index-BfKq3x9Z.js.map",
    ] {
        let answer = server.say(&get(path, "")).await;
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(!String::from_utf8_lossy(&answer.body).contains("outside"));
        dressed(path, &answer);
    }
}

#[tokio::test]
async fn the_browser_is_started_with_an_address_that_opens_once() {
    let server = Rehearsal::start(Limits::default()).await;
    assert!(
        !server.entrance.contains(&server.token),
        "{}",
        server.entrance
    );
    for (name, status, request) in [
        ("guessed", 404, get("/open/00ff", "")),
        ("none", 404, get("/open/", "")),
        (
            "from a page",
            403,
            get(&server.entrance, "Origin: http://evil.example\r\n"),
        ),
        (
            "by a link",
            403,
            get(&server.entrance, "Sec-Fetch-Site: cross-site\r\n"),
        ),
        (
            "looked at",
            405,
            get(&server.entrance, "").replace("GET", "HEAD"),
        ),
        (
            "posted",
            405,
            get(&server.entrance, "").replace("GET", "POST"),
        ),
    ] {
        let answer = server.say(&request).await;
        assert_eq!(answer.status, status, "{name}");
        assert!(!answer.headers.contains_key("location"), "{name}");
        dressed(name, &answer);
    }
    let opened = server
        .say(&get(&server.entrance, "Sec-Fetch-Site: none\r\n"))
        .await;
    assert_eq!(opened.status, 303);
    assert_eq!(
        opened.header("location"),
        format!("/#token={}", server.token)
    );
    assert_eq!(opened.header("cache-control"), "no-store");
    dressed("opened", &opened);
    let again = server.say(&get(&server.entrance, "")).await;
    assert_eq!(again.status, 410);
    dressed("again", &again);
}

#[tokio::test]
async fn the_token_is_in_the_fragment_only() {
    let server = Rehearsal::start(Limits::default()).await;
    let (before, after) = server.link.split_once('#').unwrap();
    assert_eq!(before, format!("http://127.0.0.1:{}/", server.port));
    assert_eq!(after, format!("token={}", server.token));
    assert_eq!(server.token.len(), 64);
    let other = Rehearsal::start(Limits::default()).await;
    assert_ne!(server.token, other.token);
}
