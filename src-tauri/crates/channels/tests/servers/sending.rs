//! Handing messages in, on good days and bad ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use baton_channels::email::smtp::{
    Composed, Outcome, Outgoing, Person, Submission, compose::compose, sent, submit,
};
use baton_channels::email::{Endpoint, MailError, Security, SentCopy, Trust};
use baton_testkit::{MailServer, Proxy, Relay, ServerOptions, SmtpSink, Temper, proxy::Weather};

use crate::shelf::Shelf;
use crate::stage::{account, connect, eventually, password, quick, run, server, sync};

const USER: &str = "support@baton.test";

fn message(id: &str, to: &[&str]) -> Composed {
    let person = |address: &str| Person {
        name: String::new(),
        address: address.to_owned(),
    };
    compose(&Outgoing {
        from: Person {
            name: "Zoë".to_owned(),
            address: USER.to_owned(),
        },
        to: to.iter().map(|address| person(address)).collect(),
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: None,
        subject: format!("answer {id}"),
        text: "Here is your answer.\n.\n..\nBye.".to_owned(),
        html: None,
        attachments: Vec::new(),
        message_id: format!("{id}@baton.test"),
        in_reply_to: None,
        references: Vec::new(),
        date_ms: 1_795_000_000_000,
        automatic: false,
        reply_token: None,
    })
    .unwrap()
}

fn to_sink(port: u16) -> Submission {
    let endpoint = Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
    };
    Submission {
        step: Duration::from_secs(5),
        verdict: Duration::from_secs(5),
        ..Submission::new(endpoint, Trust::System, USER.to_owned(), None)
    }
}

/// Sends with a caller that always agrees, and counts how often it was asked.
async fn send(submission: &Submission, message: &Composed) -> (Outcome, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let outcome = submit(submission, message, || async move {
        count.fetch_add(1, Ordering::SeqCst);
        true
    })
    .await;
    (outcome, asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_message_arrives_byte_for_byte() {
    let sink = SmtpSink::start().await.unwrap();
    let sent = message("one", &["a@customer.test", "b@customer.test"]);
    let (outcome, asked) = send(&to_sink(sink.port()), &sent).await;
    assert_eq!(
        (outcome, asked),
        (
            Outcome::Sent {
                refused: Vec::new()
            },
            1
        )
    );
    let got = sink.received();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].sender, USER);
    assert_eq!(got[0].recipients, ["a@customer.test", "b@customer.test"]);
    let mut expected = sent.raw.clone();
    if !expected.ends_with(b"\r\n") {
        expected.extend_from_slice(b"\r\n");
    }
    assert_eq!(got[0].data, expected);
}

#[tokio::test]
async fn a_grey_listed_message_may_be_tried_again_and_then_arrives() {
    let sink = SmtpSink::start().await.unwrap();
    sink.next([Temper::Greylist]);
    let sent = message("grey", &["a@customer.test"]);
    let (outcome, asked) = send(&to_sink(sink.port()), &sent).await;
    assert!(
        matches!(
            outcome,
            Outcome::Rejected {
                code: 451,
                permanent: false,
                ..
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(
        asked, 0,
        "nobody commits to what the server did not want to hear"
    );
    let (outcome, _) = send(&to_sink(sink.port()), &sent).await;
    assert_eq!(
        outcome,
        Outcome::Sent {
            refused: Vec::new()
        }
    );
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn a_refused_recipient_is_named_and_the_others_get_their_mail() {
    let sink = SmtpSink::start().await.unwrap();
    sink.next([Temper::RefuseRecipient("b@customer.test".to_owned())]);
    let sent = message("part", &["a@customer.test", "b@customer.test"]);
    let (outcome, _) = send(&to_sink(sink.port()), &sent).await;
    let Outcome::Sent { refused } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].address.as_str(), refused[0].code),
        ("b@customer.test", 550)
    );
    assert!(refused[0].permanent);
    assert_eq!(sink.received()[0].recipients, ["a@customer.test"]);
}

#[tokio::test]
async fn a_verdict_after_the_dot_is_definite() {
    let sink = SmtpSink::start().await.unwrap();
    sink.next([Temper::RefuseMessage, Temper::DeferMessage]);
    let sent = message("no", &["a@customer.test"]);
    let (outcome, asked) = send(&to_sink(sink.port()), &sent).await;
    assert!(matches!(
        outcome,
        Outcome::Rejected {
            code: 554,
            permanent: true,
            ..
        }
    ));
    assert_eq!(asked, 1);
    let (outcome, _) = send(&to_sink(sink.port()), &sent).await;
    assert!(matches!(
        outcome,
        Outcome::Rejected {
            code: 452,
            permanent: false,
            ..
        }
    ));
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_dot_without_an_answer_leaves_doubt() {
    let sink = SmtpSink::start().await.unwrap();
    sink.next([
        Temper::DropAfterDot,
        Temper::SlowAnswer(Duration::from_secs(30)),
    ]);
    let sent = message("doubt", &["a@customer.test"]);
    let (outcome, _) = send(&to_sink(sink.port()), &sent).await;
    assert_eq!(outcome, Outcome::InDoubt);
    assert_eq!(sink.received().len(), 1, "this server had taken it");
    let impatient = Submission {
        verdict: Duration::from_millis(300),
        ..to_sink(sink.port())
    };
    let (outcome, _) = send(&impatient, &sent).await;
    assert_eq!(outcome, Outcome::InDoubt);
}

#[tokio::test]
async fn before_the_dot_every_loss_is_safe() {
    let sink = SmtpSink::start().await.unwrap();
    sink.next([Temper::Busy, Temper::DropBeforeBody]);
    let sent = message("safe", &["a@customer.test"]);
    let (outcome, asked) = send(&to_sink(sink.port()), &sent).await;
    assert_eq!(
        outcome,
        Outcome::NotSent {
            reason: MailError::Busy,
            retryable: true
        }
    );
    assert_eq!(asked, 0);
    // The server hangs up when the body begins; a small body may be written before that is
    // noticed, and then the dot goes into a dead connection: doubt is allowed, a send is not.
    let (outcome, _) = send(&to_sink(sink.port()), &sent).await;
    assert!(
        matches!(outcome, Outcome::NotSent { .. } | Outcome::InDoubt),
        "{outcome:?}"
    );
    assert!(sink.received().is_empty());
    let nobody = to_sink(baton_testkit::port::free_port());
    let (outcome, asked) = send(&nobody, &sent).await;
    assert!(matches!(
        outcome,
        Outcome::NotSent {
            retryable: true,
            ..
        }
    ));
    assert_eq!(asked, 0);
}

#[tokio::test]
async fn a_connection_lost_while_the_caller_thinks_is_noticed_as_doubt_at_worst() {
    let sink = SmtpSink::start().await.unwrap();
    let proxy = Proxy::start(sink.port()).await.unwrap();
    let sent = message("think", &["a@customer.test"]);
    let outcome = submit(&to_sink(proxy.port()), &sent, || async {
        proxy.set(Weather::Down);
        tokio::time::sleep(Duration::from_millis(200)).await;
        true
    })
    .await;
    assert!(matches!(outcome, Outcome::InDoubt), "{outcome:?}");
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_withdrawn_message_is_not_sent() {
    let sink = SmtpSink::start().await.unwrap();
    let sent = message("undo", &["a@customer.test"]);
    let outcome = submit(&to_sink(sink.port()), &sent, || async { false }).await;
    assert_eq!(outcome, Outcome::Withdrawn);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_login_is_needed_and_a_wrong_one_is_called_that() {
    let Some(server) = server() else { return };
    let account = account(&server, USER);
    for (port, security) in [
        (server.ports().submission, Security::StartTls),
        (server.ports().submissions, Security::Tls),
    ] {
        let endpoint = Endpoint {
            port,
            security,
            ..account.smtp.clone()
        };
        let wrong = baton_channels::email::Login::Password("guess".to_owned().into());
        let submission = Submission::new(
            endpoint,
            account.trust.clone(),
            USER.to_owned(),
            Some(wrong),
        );
        assert_eq!(submission.check().await, Err(MailError::LoginRefused));
        let right = Submission {
            login: Some(password()),
            ..submission
        };
        // Dovecot's submission reaches for its relay at login; none is there to be reached.
        assert_ne!(right.check().await, Err(MailError::LoginRefused));
    }
}

#[tokio::test]
async fn through_submission_and_relay_to_a_mailbox_and_back_as_ones_own_copy() {
    let relay_port = Relay::reserve();
    let options = ServerOptions {
        relay_port: Some(relay_port),
        ..ServerOptions::default()
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let relay = match Relay::start(relay_port, server.ports().lmtp) {
        Ok(relay) => relay,
        Err(why) => {
            eprintln!("skipped: {why}");
            return;
        }
    };
    let account = account(&server, USER);
    let customer = "anna@customer.test";
    server
        .sieve(
            customer,
            "require [\"vacation\"];\nvacation :days 1 \"I am away.\";\n",
        )
        .unwrap();
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account.clone(), password(), &shelf, quick());
    running.until_live().await;

    let submission = Submission::new(
        account.smtp.clone(),
        account.trust.clone(),
        USER.to_owned(),
        Some(password()),
    );
    submission.check().await.unwrap();
    let answer = message("real", &[customer]);
    let (outcome, _) = send(&submission, &answer).await;
    assert_eq!(
        outcome,
        Outcome::Sent {
            refused: Vec::new()
        }
    );
    eventually("the delivery", || {
        server.count(customer, "INBOX").unwrap_or(0) == 1
    })
    .await;
    assert!(
        server
            .texts(customer, "INBOX")
            .unwrap()
            .contains("<real@baton.test>")
    );

    // Nobody has filed a copy yet, so looking proves nothing; then we file it, once.
    let login = password();
    assert!(
        !sent::find(&account, &login, "real@baton.test")
            .await
            .unwrap()
    );
    let filed = sent::file(&account, &login, "real@baton.test", &answer.raw)
        .await
        .unwrap();
    assert_eq!(filed, sent::Filed::Now);
    let filed = sent::file(&account, &login, "real@baton.test", &answer.raw)
        .await
        .unwrap();
    assert_eq!(filed, sent::Filed::Before);
    assert!(
        sent::find(&account, &login, "real@baton.test")
            .await
            .unwrap()
    );
    let provider = baton_channels::email::Account {
        sent_copy: SentCopy::Provider,
        ..account.clone()
    };
    let filed = sent::file(&provider, &login, "other@baton.test", &answer.raw)
        .await
        .unwrap();
    assert_eq!(filed, sent::Filed::NotByUs);

    let subjects = Arc::clone(&shelf);
    eventually("our own copy", || subjects.count("Sent") == 1).await;
    // The customer's vacation notice comes by the same way, with all the marks of a machine.
    eventually("the vacation notice", || subjects.count("INBOX") == 1).await;
    let notice = String::from_utf8_lossy(&shelf.get("INBOX", 1).unwrap().raw).into_owned();
    assert!(notice.contains("Auto-Submitted: auto-replied"), "{notice}");
    assert!(notice.contains("<real@baton.test>"));
    drop(relay);
}

#[tokio::test]
async fn a_copy_of_41_megabytes_can_be_filed() {
    let Some(server) = server() else { return };
    let mut imap = connect(&account(&server, USER)).await.unwrap();
    let big = [
        b"Subject: big\r\n\r\n".to_vec(),
        b"0123456789\r\n".repeat(3_500_000),
    ]
    .concat();
    imap.append("Sent", &big).await.unwrap();
    let shelf = Shelf::default();
    sync(&mut imap, &shelf, "Sent").await.unwrap();
    assert_eq!(shelf.get("Sent", 1).unwrap().raw, big);
}
