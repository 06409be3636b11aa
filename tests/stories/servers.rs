//! With real servers: mail comes in by LMTP and IMAP, goes out by SMTP, and nothing of it is lost
//! or doubled when servers die.

mod claims;
mod copies;
mod elsewhere;
mod office;
mod unreadable;

use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_testkit::proxy::Weather;
use baton_testkit::{MailServer, Proxy, Relay, ServerOptions, SmtpSink, Temper};
use baton_tests::desk::answer;
use baton_tests::mail::{Mail, field};
use baton_tests::post::{connect, conversations, is_live, live, mailbox, said, state, until};

use office::{CARLA, Office, SUPPORT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_comes_in_and_its_answer_reaches_the_customer() {
    let relay_port = Relay::reserve();
    let options = ServerOptions {
        relay_port: Some(relay_port),
        ..ServerOptions::default()
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let lmtp = server.ports().lmtp;
    let relay = tokio::task::spawn_blocking(move || Relay::start(relay_port, lmtp))
        .await
        .unwrap();
    let _relay = match relay {
        Ok(relay) => relay,
        Err(why) => {
            eprintln!("skipped: {why}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = live(folder.path()).await;
    connect(&engine, mailbox(&server, SUPPORT, None)).await;

    let begun = Instant::now();
    let first = Mail::from(CARLA, "1", "Where is my lamp?").header("References: <0@customer.test>");
    server.deliver(SUPPORT, &first.raw()).unwrap();
    let row = until("the mail is a conversation", || async {
        conversations(&engine).await.into_iter().next()
    })
    .await;
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "within seconds: {:?}",
        begun.elapsed()
    );
    assert_eq!(
        (row.subject.as_str(), row.control.kind.as_str()),
        ("The lamp", "queue")
    );

    answer(&engine, &row.id, "It left on Friday.").await;
    let server = &server;
    let arrived = until("the answer reaches her mailbox", || async {
        let found = server
            .texts("carla@customer.test", "INBOX")
            .unwrap_or_default();
        found.contains("It left on Friday.").then_some(found)
    })
    .await;
    let raw = arrived.replace("\r\n", "\n").replace('\n', "\r\n");
    let raw = raw.trim_start_matches("text:").trim_start().to_owned();
    assert_eq!(
        field(&raw, "In-Reply-To").as_deref(),
        Some("<1@customer.test>")
    );
    let references = field(&raw, "References").unwrap();
    assert_eq!(references, "<0@customer.test> <1@customer.test>");
    let ours = field(&raw, "Message-ID").unwrap();
    assert!(ours.ends_with("@baton.test>"), "{ours}");
    assert_eq!(field(&raw, "Subject").as_deref(), Some("Re: The lamp"));

    until("the copy is filed", || async {
        (server.count(SUPPORT, "Sent").unwrap_or(0) == 1).then_some(())
    })
    .await;
    // She answers what she got, and it joins; by then the copy in Sent has been seen too.
    let ours = ours.trim_matches(['<', '>']).to_owned();
    let thanks = Mail::from(CARLA, "2", "Thank you!").answers(&ours);
    server.deliver(SUPPORT, &thanks.raw()).unwrap();
    let engine = &engine;
    let id = &row.id;
    until("her thanks joins", || async {
        (said(engine, id).await.len() >= 3).then_some(())
    })
    .await;
    // Servers tell the second of arrival only, so the order within one says nothing.
    let mut ways: Vec<String> = said(engine, id)
        .await
        .into_iter()
        .map(|one| one.direction)
        .collect();
    ways.sort();
    assert_eq!(
        ways,
        ["inbound", "inbound", "outbound"],
        "the copy is joined, not doubled"
    );
    assert_eq!(conversations(engine).await.len(), 1);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_program_sent_is_joined_and_our_copy_is_not_doubled() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    answer(&office.engine, &id, "It left on Friday.").await;
    office.left(1).await;
    until("the copy is filed", || async {
        (office.server.count(SUPPORT, "Sent").unwrap_or(0) == 1).then_some(())
    })
    .await;
    // A colleague answers from a telephone; that copy is news, ours is not.
    let phone = Mail::from(&format!("Support <{SUPPORT}>"), "phone", "And it is blue.")
        .to("carla@customer.test")
        .answers("1@customer.test");
    office.save("Sent", &phone.raw());
    office.look().await;
    until("the telephone's answer joins", || async {
        (said(&office.engine, &id).await.len() >= 3).then_some(())
    })
    .await;
    let said = said(&office.engine, &id).await;
    let outbound = said
        .iter()
        .filter(|one| one.direction == "outbound")
        .count();
    assert_eq!((said.len(), outbound), (3, 2));
    assert_eq!(office.sink.received().len(), 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vacation_responder_is_not_answered_for_ever() {
    let Some(office) = Office::open().await else {
        return;
    };
    let away = "require [\"vacation\"];\nvacation :days 1 \"I am away until Monday.\";\n";
    office.server.sieve("carla@customer.test", away).unwrap();
    office.deliver(&Mail::from(CARLA, "1", "Where is my lamp?"));
    let id = office.conversation("The lamp", 1).await;
    answer(&office.engine, &id, "It left on Friday.").await;
    office.left(1).await;

    // Her server takes it and answers by itself, marked as what it is.
    let sent = office.sink.received().remove(0);
    office
        .server
        .deliver_from(SUPPORT, "carla@customer.test", &sent.data)
        .unwrap();
    let ours = field(&String::from_utf8_lossy(&sent.data), "Message-ID").unwrap();
    let notice = Mail::from(CARLA, "away", "I am away until Monday.")
        .about("Auto: Re: The lamp")
        .answers(ours.trim_matches(['<', '>']))
        .header("Auto-Submitted: auto-replied (vacation)")
        .header("Precedence: bulk");
    office.deliver(&notice);
    office.conversation("The lamp", 3).await;
    let said = said(&office.engine, &id).await;
    assert_eq!(
        said.iter().filter(|one| one.kind == "auto_reply").count(),
        1
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        office.sink.received().len(),
        1,
        "no machine of ours answers a machine"
    );
    let rows = conversations(&office.engine).await;
    assert_eq!(
        (rows.len(), rows[0].status.as_str()),
        (1, "waiting_customer")
    );
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_and_comes_back_loses_and_doubles_nothing() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let proxy = Arc::new(Proxy::start(server.ports().imaps).await.unwrap());
    let folder = tempfile::tempdir().unwrap();
    let engine = live(folder.path()).await;
    let mut config = mailbox(&server, SUPPORT, Some(sink.port()));
    config.imap.port = proxy.port();
    let channel = connect(&engine, config).await;
    let letter = |n: usize| {
        let subject = format!("Letter {n}");
        Mail::from(CARLA, &format!("l{n}"), "Hello")
            .about(&subject)
            .raw()
    };
    server.deliver(SUPPORT, &letter(0)).unwrap();
    until("the first is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;

    // Killed while it waits, and gone for a while.
    server.kill_imap(SUPPORT).unwrap();
    server.deliver(SUPPORT, &letter(1)).unwrap();
    proxy.set(Weather::Down);
    until("the outage is seen", || async {
        (state(&engine, &channel).await == "stale").then_some(())
    })
    .await;
    for n in 2..5 {
        server.deliver(SUPPORT, &letter(n)).unwrap();
    }
    proxy.set(Weather::Fair);
    let retry = baton_api::channels::ChannelOnly {
        channel: channel.clone(),
    };
    engine.channel_retry(retry).await.unwrap();
    until("everything is there", || async {
        (conversations(&engine).await.len() >= 5).then_some(())
    })
    .await;

    // All numbers made anew, twice, with news in between: nothing is new but the news.
    for n in 5..7 {
        server.renumber(SUPPORT).unwrap();
        server.deliver(SUPPORT, &letter(n)).unwrap();
        server.kick(SUPPORT).ok();
        let retry = baton_api::channels::ChannelOnly {
            channel: channel.clone(),
        };
        engine.channel_retry(retry).await.unwrap();
        until("the news is there", || async {
            (conversations(&engine).await.len() > n).then_some(())
        })
        .await;
    }
    is_live(&engine, &channel).await;
    let rows = conversations(&engine).await;
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row.messages == 1), "each once");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_mailboxes_live_side_by_side() {
    let Some(office) = Office::open().await else {
        return;
    };
    let other = "sales@baton.test";
    let config = mailbox(&office.server, other, Some(office.sink.port()));
    connect(&office.engine, config).await;
    // One mail to both is one conversation in each; each is answered from its own address.
    let both = Mail::from(CARLA, "1", "To both of you.").to(&format!("{SUPPORT}, {other}"));
    office.server.deliver(SUPPORT, &both.raw()).unwrap();
    office.server.deliver(other, &both.raw()).unwrap();
    until("both have it", || async {
        (conversations(&office.engine).await.len() == 2).then_some(())
    })
    .await;
    for row in conversations(&office.engine).await {
        answer(&office.engine, &row.id, "We will see.").await;
    }
    office.left(2).await;
    let mut senders: Vec<String> = office
        .sink
        .received()
        .into_iter()
        .map(|one| one.sender)
        .collect();
    senders.sort();
    assert_eq!(senders, [other, SUPPORT]);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_lost_after_the_last_dot_is_in_doubt_and_never_sent_again() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    office.sink.next([Temper::DropAfterDot]);
    answer(&office.engine, &id, "It left on Friday.").await;
    let doubt = office.on_its_way(&id, "in_doubt").await;
    assert_eq!(doubt.attempts, 1);
    let trouble = office
        .engine
        .views_get(baton_api::conversations::ViewsGet {})
        .await
        .unwrap();
    assert_eq!(trouble.outbox_trouble, 1, "it is visible");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(office.sink.received().len(), 1, "no machine sends it again");

    // A person looks, and says that it arrived.
    let judge = co::SendJudge {
        conversation: id.clone(),
        outbox: doubt.outbox,
        verdict: "sent".to_owned(),
    };
    office.engine.send_judge(judge).await.unwrap();
    assert_eq!(office.outbound(&id).await, 1);
    assert_eq!(office.sink.received().len(), 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_in_the_sent_folder_settles_the_doubt() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    office.sink.next([Temper::DropAfterDot]);
    answer(&office.engine, &id, "It left on Friday.").await;
    office.on_its_way(&id, "in_doubt").await;
    // The provider had taken it after all, and filed the copy.
    let sent = office.sink.received().remove(0);
    office.file_in_sent(&sent.data);
    office.look().await;
    office.settled(&id).await;
    assert_eq!(office.outbound(&id).await, 1);
    assert_eq!(office.sink.received().len(), 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_comes_late_stops_what_somebody_had_sent_again() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    office.sink.next([Temper::DropAfterDot, Temper::Greylist]);
    answer(&office.engine, &id, "It left on Friday.").await;
    let doubt = office.on_its_way(&id, "in_doubt").await;
    // No copy is to be seen, so somebody has it sent again, and the server puts it off.
    let judge = co::SendJudge {
        conversation: id.clone(),
        outbox: doubt.outbox,
        verdict: "resend".to_owned(),
    };
    office.engine.send_judge(judge).await.unwrap();
    until("it waits for its next attempt", || async {
        let entry = office.outbox(&id).await.into_iter().next();
        entry.filter(|one| one.state == "queued" && one.attempts == 2)
    })
    .await;
    let sent = office.sink.received().remove(0);
    office.file_in_sent(&sent.data);
    office.look().await;
    office.settled(&id).await;
    assert_eq!(office.outbound(&id).await, 1);
    assert_eq!(office.sink.received().len(), 1, "she gets it once");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_is_seen_and_tried_again_as_the_same_message() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    office.sink.next([Temper::RefuseMessage]);
    answer(&office.engine, &id, "It left on Friday.").await;
    let failed = office.on_its_way(&id, "failed").await;
    assert!(failed.error.contains("554"), "{}", failed.error);
    let rows = conversations(&office.engine).await;
    assert!(rows[0].send_trouble, "the list says so");
    assert!(rows[0].waiting_since.is_some(), "she was not answered");
    let written = said(&office.engine, &id).await;
    assert_eq!(written.len(), 2, "the words are not lost");

    let again = co::OutboxOnly {
        conversation: id.clone(),
        outbox: failed.outbox,
    };
    office.engine.send_retry(again).await.unwrap();
    office.left(1).await;
    office.settled(&id).await;
    assert_eq!(office.outbound(&id).await, 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grey_listed_message_waits_and_is_not_lost() {
    let Some((office, id)) = Office::asked().await else {
        return;
    };
    office.sink.next([Temper::Greylist]);
    answer(&office.engine, &id, "It left on Friday.").await;
    let waits = until("it waits for its second attempt", || async {
        let entry = office.outbox(&id).await.into_iter().next();
        entry.filter(|one| one.state == "queued" && one.attempts == 1)
    })
    .await;
    assert!(waits.next_at.is_some(), "and says until when");
    assert!(office.sink.received().is_empty());
    office.close().await;
}
