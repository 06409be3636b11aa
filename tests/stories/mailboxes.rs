//! A mailbox from its connecting to its removal, with the keyring that keeps its password.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_engine::{Engine, OpenOptions};
use baton_testkit::{MailServer, ServerOptions, SmtpSink, Temper};
use baton_tests::desk::answer;
use baton_tests::mail::Mail;
use baton_tests::post::{connect, conversations, is_live, mailbox, state, undo_at_once, until};
use baton_tests::secrets::Pocket;

const SUPPORT: &str = "support@baton.test";

/// Opens a live engine whose secrets are in a pocket that outlasts it.
async fn open(folder: &Path, pocket: &Pocket) -> Engine {
    until("the workspace is free", || async {
        let options = OpenOptions::live(folder.to_owned(), pocket.opened());
        Engine::open(options).await.ok()
    })
    .await
}

fn only(channel: &str) -> ch::ChannelOnly {
    ch::ChannelOnly {
        channel: channel.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_is_removed_leaves_no_secret_behind() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    let first = connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    let second = connect(
        &engine,
        mailbox(&server, "sales@baton.test", Some(sink.port())),
    )
    .await;
    assert_eq!(pocket.names().len(), 2);
    engine.channel_remove(only(&first)).await.unwrap();
    assert_eq!(pocket.names(), [format!("{second}/password")]);

    // While the keyring is locked it cannot be forgotten, and that is told; the mailbox is gone
    // all the same, and the next start makes up for it.
    pocket.lock(true);
    let told = engine.channel_remove(only(&second)).await.err().unwrap();
    assert!(told.message.contains("still kept"), "{}", told.message);
    let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
    assert!(list.channels.is_empty());
    engine.stop().await;
    drop(engine);
    pocket.lock(false);
    let engine = open(folder.path(), &pocket).await;
    until("the secret is forgotten", || async {
        pocket.names().is_empty().then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_settings_of_a_mailbox_are_changed_without_its_password() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    undo_at_once(&engine).await;
    let channel = connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    server
        .doveadm(&["mailbox", "create", "-u", SUPPORT, "Orders"])
        .unwrap();
    let put = ch::ChannelPut {
        id: Some(channel.clone()),
        config: ch::MailConfig {
            display_name: "The bicycle shop".to_owned(),
            folders: vec!["Orders".to_owned()],
            authserv_id: Some("mx.baton.test".to_owned()),
            ..mailbox(&server, SUPPORT, Some(sink.port()))
        },
        secret: None,
        oauth_flow: None,
    };
    let changed = engine.channel_put(put).await.unwrap();
    assert_eq!(changed.id, channel, "the same mailbox");
    is_live(&engine, &channel).await;
    let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
    assert_eq!(list.channels.len(), 1);
    let config = list.channels[0].config.as_ref().unwrap();
    assert_eq!(config.folders, ["Orders"]);
    assert_eq!(config.authserv_id.as_deref(), Some("mx.baton.test"));

    // Mail comes and goes as before, under the new name.
    let mail = Mail::from("Dan <dan@customer.test>", "1", "The chair squeaks.");
    server.deliver(SUPPORT, &mail.raw()).unwrap();
    let id = until("the mail is there", || async {
        let rows = conversations(&engine).await;
        rows.into_iter().next().map(|row| row.id)
    })
    .await;
    answer(&engine, &id, "Oil it.").await;
    let sent = until("the answer has left", || async {
        sink.received().into_iter().next()
    })
    .await;
    let sent = String::from_utf8_lossy(&sent.data).into_owned();
    assert!(sent.contains("From: \"The bicycle shop\""), "{sent}");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyring_that_is_unlocked_later_brings_the_mailbox_back() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    let channel = connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    engine.stop().await;
    drop(engine);

    // The next morning nobody has unlocked the keyring yet.
    pocket.lock(true);
    let engine = open(folder.path(), &pocket).await;
    until("the mailbox asks for help", || async {
        (state(&engine, &channel).await == "needs_attention").then_some(())
    })
    .await;
    engine.channel_retry(only(&channel)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    until("the mailbox asks for help again", || async {
        (state(&engine, &channel).await == "needs_attention").then_some(())
    })
    .await;

    pocket.lock(false);
    engine.channel_retry(only(&channel)).await.unwrap();
    is_live(&engine, &channel).await;
    engine.stop().await;
}

/// Opens a page and follows where it leads, as a browser does.
fn browse(url: &str) {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    // At once, as a browser does: who answers the first half closes on the second.
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let next = answer
        .lines()
        .find_map(|line| line.strip_prefix("Location: "));
    if let Some(next) = next {
        browse(next);
    }
}

/// Signs in by browser; the sign-in, finished.
async fn signed_in(engine: &Engine, server: &MailServer, address: &str) -> String {
    let base = server.tokens().base();
    let begun = engine.oauth_start(ch::OauthStart {
        provider: "custom".to_owned(),
        address: address.to_owned(),
        client_id: "rehearsal".to_owned(),
        client_secret: String::new(),
        auth_url: format!("{base}/authorize"),
        token_url: format!("{base}/token"),
        scopes: "mail".to_owned(),
    });
    let begun = begun.await.unwrap();
    tokio::task::spawn_blocking(move || browse(&begun.url))
        .await
        .unwrap();
    let flow = begun.flow;
    until("the sign-in is done", || async {
        let flow = flow.clone();
        let now = engine.oauth_poll(ch::OauthPoll { flow }).await.unwrap();
        (now.state == "done").then_some(())
    })
    .await;
    flow
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_renewed_for_sending_is_good_for_reading() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    undo_at_once(&engine).await;
    let put = ch::ChannelPut {
        id: None,
        config: ch::MailConfig {
            auth: "oauth2".to_owned(),
            keep_sent: false,
            ..mailbox(&server, SUPPORT, Some(sink.port()))
        },
        secret: None,
        oauth_flow: Some(signed_in(&engine, &server, SUPPORT).await),
    };
    let channel = engine.channel_put(put).await.unwrap().id;
    is_live(&engine, &channel).await;
    let carla = Mail::from("Carla Stone <carla@customer.test>", "1", "Where is it?");
    server.deliver(SUPPORT, &carla.raw()).unwrap();
    let asked = until("her mail is there", || async {
        conversations(&engine).await.into_iter().next()
    })
    .await;

    // The mail server for what goes out refuses the token first, and it is renewed; each refresh
    // token works once.
    sink.next([Temper::RefuseLogin]);
    answer(&engine, &asked.id, "It left on Friday.").await;
    until("the answer has left", || async {
        (sink.received().len() == 1).then_some(())
    })
    .await;
    assert_eq!(server.tokens().refreshes(), 1);

    // Now the one for what comes in does, after an outage.
    server.tokens().expire_all(SUPPORT);
    server.kick(SUPPORT).unwrap();
    let more = Mail::from("Dan <dan@customer.test>", "2", "It squeaks.").about("The chair");
    server.deliver(SUPPORT, &more.raw()).unwrap();
    until("his mail is there", || async {
        let doing = state(&engine, &channel).await;
        assert_ne!(doing, "needs_attention", "nobody has to sign in again");
        (conversations(&engine).await.len() == 2).then_some(())
    })
    .await;
    assert_eq!(server.tokens().refreshes(), 2);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_does_not_open_the_mailbox_leaves_the_one_that_does() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    let put = |id: Option<&String>, flow: String| ch::ChannelPut {
        id: id.cloned(),
        config: ch::MailConfig {
            auth: "oauth2".to_owned(),
            keep_sent: false,
            ..mailbox(&server, SUPPORT, Some(sink.port()))
        },
        secret: None,
        oauth_flow: Some(flow),
    };
    let ours = signed_in(&engine, &server, SUPPORT).await;
    let channel = engine.channel_put(put(None, ours)).await.unwrap().id;
    is_live(&engine, &channel).await;
    let kept = pocket.names();

    // Somebody signs in again, and in the browser picks an account of theirs.
    let other = signed_in(&engine, &server, "sales@baton.test").await;
    let again = put(Some(&channel), other.clone());
    let refused = engine.channel_put(again).await.err().unwrap();
    assert_eq!(refused.code, "login_failed");
    let new = put(None, other);
    assert!(!engine.channel_test(new).await.unwrap().ok);
    assert_eq!(pocket.names(), kept, "what was tried is kept nowhere");

    engine.stop().await;
    drop(engine);
    let engine = open(folder.path(), &pocket).await;
    is_live(&engine, &channel).await;
    engine.stop().await;
}
