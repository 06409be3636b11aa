//! The stage itself: servers start, take mail, and can be made to misbehave.
#![allow(
    clippy::unwrap_used,
    reason = "a rehearsal that cannot be set up has failed"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use baton_testkit::{MailServer, Relay, ServerOptions, SmtpSink};

const MAIL: &[u8] = b"From: a@customer.test\nTo: b@baton.test\nSubject: hi\n\n.dot\nbody\n";

#[test]
fn a_delivered_message_can_be_counted_moved_and_expunged() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    for _ in 0..3 {
        server.deliver("ann@baton.test", MAIL).unwrap();
    }
    assert_eq!(server.count("ann@baton.test", "INBOX").unwrap(), 3);
    server
        .move_to("ann@baton.test", "INBOX", "Archive", &["uid", "1"])
        .unwrap();
    server
        .expunge("ann@baton.test", "INBOX", &["uid", "2"])
        .unwrap();
    assert_eq!(server.count("ann@baton.test", "INBOX").unwrap(), 1);
    assert_eq!(server.count("ann@baton.test", "Archive").unwrap(), 1);
    assert!(
        server
            .texts("ann@baton.test", "INBOX")
            .unwrap()
            .contains("\n.dot")
    );
    server.renumber("ann@baton.test").unwrap();
    assert_eq!(server.count("ann@baton.test", "INBOX").unwrap(), 1);
}

#[test]
fn a_filled_mailbox_holds_every_file() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    server
        .fill("ben@baton.test", (0..200).map(|_| MAIL.to_vec()))
        .unwrap();
    assert_eq!(server.count("ben@baton.test", "INBOX").unwrap(), 200);
}

#[test]
fn the_relay_carries_mail_to_a_mailbox() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let relay = match Relay::start(Relay::reserve(), server.ports().lmtp) {
        Ok(relay) => relay,
        Err(why) => {
            eprintln!("skipped: {why}");
            return;
        }
    };
    let mut stream = TcpStream::connect(("127.0.0.1", relay.port())).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    hear(&mut answers, "220");
    for (line, answer) in [
        ("EHLO x\r\n", "250"),
        ("MAIL FROM:<a@customer.test>\r\n", "250"),
        ("RCPT TO:<cat@baton.test>\r\n", "250"),
        ("DATA\r\n", "354"),
        ("Subject: x\r\n\r\nhello\r\n.\r\n", "250"),
    ] {
        stream.write_all(line.as_bytes()).unwrap();
        hear(&mut answers, answer);
    }
    for _ in 0..100 {
        if server.count("cat@baton.test", "INBOX").unwrap_or(0) == 1 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the relay delivered nothing: {}", server.log());
}

#[tokio::test]
async fn the_sink_is_kind_unless_told_otherwise() {
    let sink = SmtpSink::start().await.unwrap();
    assert_eq!(sink.conversations(), 0);
    assert!(sink.received().is_empty());
}

fn hear(answers: &mut impl BufRead, code: &str) {
    let mut line = String::new();
    while !line.starts_with(&format!("{code} ")) {
        line.clear();
        assert!(
            answers.read_line(&mut line).unwrap() > 0,
            "the relay hung up before {code}"
        );
    }
}
