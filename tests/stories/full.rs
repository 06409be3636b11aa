//! A disk that is full: mail that comes in waits on its server, the channel says why, and when
//! there is space again everything goes on by itself.
//!
//! The disk is a small one in memory, which only the administrator of a machine may mount.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::health::AuditVerify;
use baton_core::message::Direction;
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use baton_tests::desk::answer;
use baton_tests::disk::Disk;
use baton_tests::mail::Mail;
use baton_tests::post::{channel_view, connect, conversations, is_live, live, mailbox, until};

const SUPPORT: &str = "support@baton.test";
/// The words of one mail.
const MAIL: usize = 96 << 10;
const MAILS: usize = 20;

fn letter(n: usize) -> Vec<u8> {
    let from = format!("Customer {n} <c{n}@customer.test>");
    let words = format!("The crate number {n} leaks.\n").repeat(MAIL / 27);
    Mail::from(&from, &format!("l{n}"), &words)
        .about(&format!("Letter {n}"))
        .raw()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_over_when_there_is_space() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let Some(disk) = Disk::mount() else { return };
    let sink = SmtpSink::start().await.unwrap();
    let folder = disk.path().join("workspace");
    let engine = live(&folder).await;
    let channel = connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    server.deliver(SUPPORT, &letter(0)).unwrap();
    until("the first is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;

    disk.fill();
    for n in 1..MAILS {
        server.deliver(SUPPORT, &letter(n)).unwrap();
    }
    let seen = until("it is seen that somebody is needed", || async {
        let seen = channel_view(&engine, &channel).await;
        (seen.state == "needs_attention").then_some(seen)
    })
    .await;
    assert!(seen.detail.contains("full"), "{}", seen.detail);
    assert!(seen.hint.contains("space"), "{}", seen.hint);

    // What is there can be read, and what cannot be kept is said and not half done.
    let rows = conversations(&engine).await;
    assert!(rows.len() < MAILS);
    let wide = "It is on its way. ".repeat(1 << 16);
    let told = engine
        .note_add(baton_api::compose::NoteAdd {
            conversation: rows[0].id.clone(),
            text: wide,
        })
        .await
        .err()
        .unwrap();
    assert_eq!(told.code, "disk_full", "{told:?}");
    assert!(!told.hint.is_empty());

    // Somebody makes space; nobody touches Baton.
    disk.clear();
    until("everything is there", || async {
        (conversations(&engine).await.len() == MAILS).then_some(())
    })
    .await;
    is_live(&engine, &channel).await;
    let row = conversations(&engine).await.remove(0);
    answer(&engine, &row.id, "It is on its way.").await;
    until("and an answer leaves", || async {
        (sink.received().len() == 1).then_some(())
    })
    .await;
    let mut inbound = 0;
    let mut from = Some(0);
    while let Some(place) = from {
        let page = engine.export(place).await.unwrap();
        inbound += page
            .messages
            .iter()
            .filter(|one| one.direction == Direction::Inbound)
            .count();
        from = page.next;
    }
    assert_eq!(inbound, MAILS, "each once");
    let audit = engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
    engine.stop().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
}
