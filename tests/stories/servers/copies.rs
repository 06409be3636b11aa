//! The same mail more than once: in two folders, by a list, to two of our mailboxes.

use baton_api::Commands as _;
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use baton_tests::mail::Mail;
use baton_tests::post::{connect, conversations, live, mailbox, said, until};

use super::office::{CARLA, SUPPORT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_stands_in_two_folders_is_one_message() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let engine = live(folder.path()).await;
    // As one provider keeps everything in a folder of its own.
    server
        .doveadm(&["mailbox", "create", "-u", SUPPORT, "All Mail"])
        .unwrap();
    let mut config = mailbox(&server, SUPPORT, Some(sink.port()));
    config.folders.push("All Mail".to_owned());
    let channel = connect(&engine, config).await;
    let look = || {
        let channel = channel.clone();
        engine.channel_retry(baton_api::channels::ChannelOnly { channel })
    };

    server
        .deliver(SUPPORT, &Mail::from(CARLA, "1", "Where is my lamp?").raw())
        .unwrap();
    let copy = ["copy", "-u", SUPPORT, "All Mail", "mailbox", "INBOX", "all"];
    server.doveadm(&copy).unwrap();
    // Another program files the first away; that is no news, what comes after it is.
    look().await.unwrap();
    until("the mail is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;
    server
        .move_to(SUPPORT, "INBOX", "All Mail", &["all"])
        .unwrap();
    let next = Mail::from("Dan <dan@customer.test>", "2", "It squeaks.").about("The chair");
    server.deliver(SUPPORT, &next.raw()).unwrap();
    server.doveadm(&copy).unwrap();
    look().await.unwrap();
    until("the next is there", || async {
        (conversations(&engine).await.len() == 2).then_some(())
    })
    .await;
    // The folder has been read when what stands in it alone is there.
    let last = Mail::from("Eve <eve@customer.test>", "3", "Thanks.").about("The desk");
    server.deliver(SUPPORT, &last.raw()).unwrap();
    server
        .move_to(SUPPORT, "INBOX", "All Mail", &["from", "eve@customer.test"])
        .unwrap();
    look().await.unwrap();
    until("the last is there", || async {
        (conversations(&engine).await.len() == 3).then_some(())
    })
    .await;
    for row in conversations(&engine).await {
        assert_eq!(row.messages, 1, "{}", row.subject);
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_copy_that_a_list_sends_stands_beside_the_mail_and_is_no_conversation() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let engine = live(folder.path()).await;
    connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    let direct = Mail::from(CARLA, "1", "Where is my lamp?");
    server.deliver(SUPPORT, &direct.raw()).unwrap();
    until("the mail is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;
    // The list adds its fields and its footer, and leaves the identifier.
    let copy = Mail::from(
        CARLA,
        "1",
        "Where is my lamp?\n\n-- \nThe list of all lamps",
    )
    .header("List-Id: <lamps.customer.test>")
    .header("Precedence: list");
    server.deliver(SUPPORT, &copy.raw()).unwrap();
    let marker = Mail::from("Dan <dan@customer.test>", "2", "It squeaks.").about("The chair");
    server.deliver(SUPPORT, &marker.raw()).unwrap();
    until("what came after it is there", || async {
        let rows = conversations(&engine).await;
        rows.iter()
            .any(|row| row.subject == "The chair")
            .then_some(())
    })
    .await;
    let rows = conversations(&engine).await;
    assert_eq!(rows.len(), 2);
    let lamp = rows.iter().find(|row| row.subject == "The lamp").unwrap();
    let words = said(&engine, &lamp.id).await;
    let from_customer = words.iter().filter(|one| one.kind == "message").count();
    assert_eq!(from_customer, 1, "what a person said, they said once");
    engine.stop().await;
}
