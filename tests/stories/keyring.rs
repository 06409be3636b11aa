//! A keyring that does not answer: set-up and sync say so in time, everything else goes on, and it
//! mends itself.

use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::health::HealthGet;
use baton_channels::secrets::Secrets;
use baton_channels::secrets::vault::Vault;
use baton_engine::{Engine, OpenOptions};
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use baton_tests::mail::Mail;
use baton_tests::post::{channel_view, connect, conversations, is_live, mailbox, said, until};
use baton_tests::secrets::Stuck;

const SUPPORT: &str = "support@baton.test";
const CARLA: &str = "Carla Stone <carla@customer.test>";

async fn open(folder: &std::path::Path, secrets: Secrets) -> Engine {
    let options = OpenOptions::live(folder.to_owned(), secrets);
    Engine::open(options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyring_that_hangs_holds_up_nothing_and_is_named() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let config = mailbox(&server, SUPPORT, Some(sink.port()));
    let folder = tempfile::tempdir().unwrap();
    let keyring = Stuck::default();

    // Set-up: the login is right, and cannot be kept.
    keyring.hang(true);
    let engine = open(folder.path(), keyring.secrets()).await;
    let put = ch::ChannelPut {
        id: None,
        config: config.clone(),
        secret: Some("secret".to_owned()),
        oauth_flow: None,
    };
    let begun = Instant::now();
    let failed = engine.channel_put(put).await.err().unwrap();
    assert_eq!(failed.code, "secrets");
    assert!(failed.message.contains("did not answer"), "{failed:?}");
    assert!(failed.hint.contains("Unlock the keyring"), "{failed:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "in bounded time");
    let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
    assert!(list.channels.is_empty(), "nothing is half set up");

    // Unlocked, the same goes through.
    keyring.hang(false);
    let channel = connect(&engine, config).await;
    server
        .deliver(SUPPORT, &Mail::from(CARLA, "1", "Hello?").raw())
        .unwrap();
    until("the mail is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;
    engine.stop().await;
    drop(engine);

    // The next morning it is locked again: opening waits for nothing, the channel says what is
    // wrong and what to do, and all that needs no secret works.
    keyring.hang(true);
    let begun = Instant::now();
    let engine = loop {
        let options = OpenOptions::live(folder.path().to_owned(), keyring.secrets());
        match Engine::open(options).await {
            Ok(engine) => break engine,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let wrong = until("it is seen", || async {
        let seen = channel_view(&engine, &channel).await;
        (seen.state == "needs_attention").then_some(seen)
    })
    .await;
    assert!(wrong.detail.contains("did not answer"), "{}", wrong.detail);
    assert!(wrong.hint.contains("Unlock the keyring"), "{}", wrong.hint);
    let row = conversations(&engine).await.remove(0);
    assert_eq!(said(&engine, &row.id).await.len(), 1);

    // A person unlocks it and asks for another try.
    server
        .deliver(SUPPORT, &Mail::from(CARLA, "2", "Hello again?").raw())
        .unwrap();
    keyring.hang(false);
    let retry = ch::ChannelOnly {
        channel: channel.clone(),
    };
    engine.channel_retry(retry).await.unwrap();
    is_live(&engine, &channel).await;
    until("what came meanwhile is there", || async {
        (conversations(&engine).await.len() == 2).then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn a_keyring_that_hangs_does_not_keep_baton_from_ending() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let keyring = Stuck::default();
    let engine = open(folder.path(), keyring.secrets()).await;
    let channel = connect(&engine, mailbox(&server, SUPPORT, None)).await;
    engine.stop().await;
    drop(engine);

    let thread = {
        let (keyring, folder) = (keyring.clone(), folder.path().to_owned());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                keyring.hang(true);
                let engine = loop {
                    let options = OpenOptions::live(folder.clone(), keyring.secrets());
                    if let Ok(engine) = Engine::open(options).await {
                        break engine;
                    }
                };
                until("it hangs", || async {
                    let seen = channel_view(&engine, &channel).await;
                    (seen.state == "needs_attention").then_some(())
                })
                .await;
                engine.stop().await;
            });
            // Dropping the runtime waits for every thread of its own.
        })
    };
    until("the runtime has ended", || async {
        thread.is_finished().then_some(())
    })
    .await;
    thread.join().unwrap();
    keyring.hang(false);
}

#[tokio::test]
async fn the_encrypted_file_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = "correct horse".to_owned().into();
    let vault = Vault::open(&folder.path().join("secrets.vault"), &passphrase).unwrap();
    let secrets = Secrets::new(std::sync::Arc::new(vault), Duration::from_secs(5));
    let engine = open(folder.path(), secrets).await;
    let health = engine.health_get(HealthGet {}).await.unwrap();
    for said in ["encrypted file", "passphrase", "A keyring is safer"] {
        assert!(health.secrets.contains(said), "{}", health.secrets);
    }
    engine.stop().await;
}
