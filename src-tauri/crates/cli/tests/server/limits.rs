//! Each limit is reached.

use std::time::{Duration, Instant};

use baton_cli::server::limits::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::rehearsal::{Answer, Rehearsal, all, post};

fn hasty() -> Limits {
    Limits {
        head_time: Duration::from_millis(300),
        body_time: Duration::from_millis(600),
        body_pause: Duration::from_millis(250),
        write_pause: Duration::from_millis(300),
        linger: Duration::from_millis(500),
        ..Limits::default()
    }
}

#[tokio::test]
async fn an_announced_flood_is_refused_before_it_comes() {
    let server = Rehearsal::start(Limits::default()).await;
    let request = post("search", "", "").replace("Content-Length: 0", "Content-Length: 41943041");
    assert_eq!(server.say(&request).await.status, 413);
}

#[tokio::test]
async fn the_limit_of_bodies_holds_for_chunks_too_and_the_caller_hears_of_it() {
    let server = Rehearsal::start(Limits {
        body_bytes: 100_000,
        ..Limits::default()
    })
    .await;
    let head = post("search", "Transfer-Encoding: chunked\r\n", "")
        .replace("Content-Length: 0\r\n", "")
        .replace("{host}", &format!("127.0.0.1:{}", server.port))
        .replace("{token}", &server.token);
    let mut socket = server.connect().await;
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..64 {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    socket.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(Answer::read(&all(&mut socket).await).status, 413);
    let at_the_limit = format!("{{\"text\":\"{}\"}}", "a".repeat(100_000 - 11));
    assert_eq!(at_the_limit.len(), 100_000);
    assert_eq!(
        server.say(&post("search", "", &at_the_limit)).await.status,
        200
    );
    let above = format!("{at_the_limit} ");
    assert_eq!(server.say(&post("search", "", &above)).await.status, 413);
}

#[tokio::test]
async fn a_flood_without_the_token_is_not_read() {
    let server = Rehearsal::start(Limits::default()).await;
    let request = post("search", "", &" ".repeat(1_000_000)).replace("Bearer {token}", "Bearer x");
    assert_eq!(server.say(&request).await.status, 401);
}

#[tokio::test]
async fn large_heads_are_refused() {
    let server = Rehearsal::start(Limits::default()).await;
    let get = |more: &str| format!("GET / HTTP/1.1\r\nHost: {{host}}\r\n{more}\r\n");
    let long = format!("X-Long: {}\r\n", "a".repeat(20_000));
    assert_eq!(server.say(&get(&long)).await.status, 431, "one long header");
    let endless = format!(
        "GET / HTTP/1.1\r\nHost: {{host}}\r\nX: {}",
        "a".repeat(200_000)
    );
    assert_eq!(
        server.say(&endless).await.status,
        431,
        "a header without an end"
    );
    assert_eq!(
        server.say(&get(&"X-A: b\r\n".repeat(65))).await.status,
        431,
        "many"
    );
    assert_eq!(
        server.say(&get(&"X-A: b\r\n".repeat(200))).await.status,
        431,
        "very many"
    );
    assert_eq!(
        server.say(&get(&"X-A: b\r\n".repeat(60))).await.status,
        200,
        "some"
    );
    let target = format!(
        "GET /{} HTTP/1.1\r\nHost: {{host}}\r\n\r\n",
        "a".repeat(5_000)
    );
    assert_eq!(server.say(&target).await.status, 414);
    let target = format!("GET /{}", "a".repeat(30_000));
    assert_eq!(
        server.say(&target).await.status,
        414,
        "an address without an end"
    );
}

#[tokio::test]
async fn a_dripping_head_is_cut_off() {
    let server = Rehearsal::start(hasty()).await;
    let (mut read, mut write) = server.connect().await.into_split();
    let drip = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
            .iter()
            .chain(&[b'a'; 1000])
        {
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let began = Instant::now();
    let mut bytes = Vec::new();
    let _ = read.read_to_end(&mut bytes).await;
    assert_eq!(Answer::read(&bytes).status, 408);
    assert!(began.elapsed() < Duration::from_secs(5));
    drip.abort();
}

#[tokio::test]
async fn a_silent_caller_is_closed_without_a_word() {
    let server = Rehearsal::start(hasty()).await;
    let mut socket = server.connect().await;
    assert!(all(&mut socket).await.is_empty());
}

#[tokio::test]
async fn a_body_that_stops_or_drips_is_cut_off() {
    let server = Rehearsal::start(hasty()).await;
    let stops = post("search", "", "{\"text\"").replace("Length: 7", "Length: 700");
    let began = Instant::now();
    assert_eq!(server.say(&stops).await.status, 408);
    assert!(began.elapsed() < Duration::from_secs(5));

    let head = stops
        .replace("{host}", &format!("127.0.0.1:{}", server.port))
        .replace("{token}", &server.token);
    let (mut read, mut write) = server.connect().await.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let drip = tokio::spawn(async move {
        while write.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut bytes = Vec::new();
    let _ = read.read_to_end(&mut bytes).await;
    assert_eq!(Answer::read(&bytes).status, 408);
    drip.abort();
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_a_bad_request() {
    let server = Rehearsal::start(Limits::default()).await;
    let request = post("search", "", "{}").replace("Length: 2", "Length: 20");
    let request = request
        .replace("{host}", &format!("127.0.0.1:{}", server.port))
        .replace("{token}", &server.token);
    let mut socket = server.connect().await;
    socket.write_all(request.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(Answer::read(&all(&mut socket).await).status, 400);
}

#[tokio::test]
async fn a_crowd_is_turned_away_and_the_room_is_free_again_afterwards() {
    let server = Rehearsal::start(Limits {
        connections: 4,
        ..Limits::default()
    })
    .await;
    let mut crowd = Vec::new();
    for _ in 0..4 {
        crowd.push(server.connect().await);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let get = "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n";
    assert_eq!(server.say(get).await.status, 503);
    drop(crowd);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.say(get).await.status, 200);
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_dropped() {
    let server = Rehearsal::start(Limits {
        connections: 1,
        ..hasty()
    })
    .await;
    let big = format!("{{\"text\":\"{}\"}}", "a".repeat(30_000_000));
    let request = post("search", "", &big)
        .replace("{host}", &format!("127.0.0.1:{}", server.port))
        .replace("{token}", &server.token);
    let mut socket = server.connect().await;
    socket.write_all(request.as_bytes()).await.unwrap();
    // The answer is as large and is never read; the only seat must become free all the same.
    let began = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let get = "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n";
        if server.say(get).await.status == 200 {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "the seat stays taken"
        );
    }
    drop(socket);
}

#[tokio::test]
async fn it_stops_when_told_although_a_caller_waits() {
    let server = Rehearsal::start(Limits::default()).await;
    let waiting = server.connect().await;
    server.stop.cancel();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", server.port))
            .await
            .is_err()
    );
    drop(waiting);
}
