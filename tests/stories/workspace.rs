//! The workspace around the conversations: channels, rules, settings and bots that are not there.

use std::path::Path;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::control as cl;
use baton_api::health::{AuditVerify, BackupMake};
use baton_core::event::{Envelope, Event};
use baton_core::ids::AgentName;
use baton_core::time::MINUTE;
use baton_engine::import::Import;
use baton_engine::{Engine, OpenOptions, rulesfile};
use baton_store::{Options, Store, StoreError};
use baton_tests::clock::MONDAY;
use baton_tests::desk::{Desk, RULES};
use baton_tests::mail::Mail;
use baton_tests::secrets::Pocket;
use serde_json::json;

const CARLA: &str = "Carla Stone <carla@customer.test>";

/// The events about the workspace itself, in the order of the log.
async fn about_the_workspace(desk: &Desk) -> Vec<Event> {
    let read = desk
        .engine
        .read(|reader, _| Ok(reader.events_after(0, 1_000)?));
    let events = read.await.unwrap();
    events
        .iter()
        .filter(|event| event.conversation.is_none())
        .map(|event| serde_json::from_slice::<Envelope>(&event.bytes).unwrap())
        .map(|envelope| envelope.event().unwrap())
        .collect()
}

#[tokio::test]
async fn rules_in_force_and_channels_are_told_in_the_log() {
    let desk = Desk::open().await;
    let told = about_the_workspace(&desk).await;
    let [Event::RulesetActivated(first)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(first.ruleset, desk.engine.roster().ruleset.id());

    // The same text again is no news; another one is.
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(about_the_workspace(&desk).await.len(), 1);
    let changed = RULES.replace("legal wording", "words of lawyers");
    let desk = desk
        .reopened(|folder| std::fs::write(rulesfile::path(folder), &changed).unwrap())
        .await;
    let told = about_the_workspace(&desk).await;
    let Some(Event::RulesetActivated(second)) = told.last() else {
        panic!("{told:?}");
    };
    assert_ne!(first.ruleset, second.ruleset);

    let removed = ch::ChannelOnly {
        channel: desk.channel.to_string(),
    };
    desk.engine.channel_remove(removed).await.unwrap();
    let told = about_the_workspace(&desk).await;
    let Some(Event::ChannelChanged(change)) = told.last() else {
        panic!("{told:?}");
    };
    assert_eq!(
        (change.channel, change.what.as_str()),
        (desk.channel, "removed")
    );
    let report = desk.engine.audit_verify(AuditVerify {});
    assert!(report.await.unwrap().ok);
}

#[tokio::test]
async fn a_bot_that_nothing_can_ask_fails_over_to_a_person_at_once() {
    let desk = Desk::open().await;
    let channel = desk.channel;
    let desk = desk
        .reopened(|folder| {
            let mut store = Store::open(folder, Options::at(MONDAY)).unwrap();
            let mut writer = store.take_writer().unwrap();
            writer
                .write(|tx| -> Result<(), StoreError> {
                    let mut stored = tx.channel(channel)?.unwrap();
                    stored.kind = "email".to_owned();
                    stored.config = json!({ "queue": "support", "bot": "helper",
                                            "address": "support@baton.test" });
                    tx.save_channel(&stored)
                })
                .unwrap();
        })
        .await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let head = desk.head(which).await;
    assert_eq!(
        (
            head.row.control.kind.as_str(),
            head.row.control.name.as_str()
        ),
        ("queue", "support")
    );
    assert!(head.row.escalated);
    assert!(head.row.waiting_since.is_some());
    let alerts = desk
        .engine
        .alerts_get(cl::AlertsGet {})
        .await
        .unwrap()
        .alerts;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].reason, "the bot is not connected");
    let errands = desk
        .engine
        .read(|reader, _| Ok(reader.stats()?.effects_waiting));
    assert_eq!(errands.await.unwrap(), 0, "nothing waits that nobody does");

    // Given back to it, it comes back to people again.
    desk.engine
        .take(cl::Take {
            conversation: which.to_string(),
            seen_epoch: None,
        })
        .await
        .unwrap();
    desk.engine
        .return_to_bot(cl::ReturnToBot {
            conversation: which.to_string(),
            bot: "helper".to_owned(),
            summary: String::new(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
            seen_epoch: None,
        })
        .await
        .unwrap();
    desk.wait(MINUTE).await;
    assert_eq!(desk.head(which).await.row.control.kind, "queue");
}

#[tokio::test]
async fn a_job_that_panics_harms_only_itself() {
    let desk = Desk::open().await;
    let broken = desk
        .engine
        .desk()
        .turn(|turn| {
            turn.tx.set_setting("half", &AgentName::new("done"))?;
            if turn.tx.setting::<AgentName>("half")?.is_some() {
                panic!("a fault of the program");
            }
            Ok(())
        })
        .await;
    assert!(matches!(broken, Err(baton_engine::EngineError::Panicked)));
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    assert_eq!(desk.messages(which).await.len(), 1);
    let half = desk
        .engine
        .read(|reader, _| Ok(reader.setting::<AgentName>("half")?));
    assert_eq!(half.await.unwrap(), None);
}

#[tokio::test]
async fn a_folder_that_gets_another_name_keeps_its_proof() {
    let place = tempfile::tempdir().unwrap();
    let (first, second) = (place.path().join("shop"), place.path().join("shop-2026"));
    for (folder, letter) in [(&first, "1"), (&second, "2")] {
        if first.exists() {
            std::fs::rename(&first, folder).unwrap();
        }
        let engine = Engine::open(OpenOptions {
            live: false,
            ..OpenOptions::live(folder.clone(), Pocket::secrets())
        });
        let engine = engine.await.unwrap();
        let letter = Import::Mail {
            raw: Mail::from(CARLA, letter, "Where is my lamp?").raw(),
            source: String::new(),
        };
        engine.import(vec![letter]).await.unwrap();
        let proof = engine.audit_verify(AuditVerify {}).await.unwrap();
        assert!(proof.ok, "{:?}", proof.problems);
        engine.stop().await;
        drop(engine);
        closed(folder).await;
    }
}

/// Waits until the writing connection, which closes on its own thread, has let go of a folder.
async fn closed(folder: &Path) {
    while let Err(StoreError::WorkspaceInUse { .. }) = Store::open(folder, Options::at(MONDAY)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_backup_is_told_where_to_lie_or_lies_in_the_workspace() {
    let desk = Desk::open().await;
    let make = |path: &str| {
        desk.engine.backup_make(BackupMake {
            path: path.to_owned(),
        })
    };
    let refused = make("copy.db").await.err().unwrap();
    assert_eq!(refused.code, "relative_path");
    assert!(!Path::new("copy.db").exists());
    let made = make("").await.unwrap();
    assert!(Path::new(&made.path).starts_with(desk.folder().join("backups")));
    let place = desk.folder().join("copy.db");
    let made = make(&place.display().to_string()).await.unwrap();
    assert_eq!(std::fs::metadata(place).unwrap().len(), made.bytes);
}
