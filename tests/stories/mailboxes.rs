//! A mailbox from its connecting to its removal, with the keyring that keeps its password.

use std::path::Path;

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_engine::{Engine, OpenOptions};
use baton_testkit::{MailServer, ServerOptions};
use baton_tests::post::{connect, is_live, mailbox, state, until};
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
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    let first = connect(&engine, mailbox(&server, SUPPORT, None)).await;
    let second = connect(&engine, mailbox(&server, "sales@baton.test", None)).await;
    assert_eq!(pocket.names().len(), 2);
    engine.channel_remove(only(&first)).await.unwrap();
    assert_eq!(pocket.names(), [format!("{second}/password")]);

    // While the keyring is locked it cannot be forgotten, and that is told; the mailbox is gone
    // all the same, and the next start makes up for it.
    pocket.lock(true);
    let told = engine.channel_remove(only(&second)).await.unwrap_err();
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
async fn a_keyring_that_is_unlocked_later_brings_the_mailbox_back() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let (folder, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
    let engine = open(folder.path(), &pocket).await;
    let channel = connect(&engine, mailbox(&server, SUPPORT, None)).await;
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
