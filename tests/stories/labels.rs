//! What people say afterwards: whether they were needed, and the daily sample of what a bot closed.

use std::collections::BTreeSet;

use baton_api::Commands as _;
use baton_api::contacts::ContactErase;
use baton_api::control as cl;
use baton_api::health::AuditVerify;
use baton_api::labels as lb;
use baton_api::timeline::What;
use baton_core::command::Command;
use baton_core::control::{Controller, Reason};
use baton_core::event::Actor;
use baton_core::ids::ConversationId;
use baton_core::time::{DAY, HOUR, MINUTE};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

async fn label(desk: &Desk, which: ConversationId, label: &str) -> baton_api::conversations::Acted {
    let asked = lb::LabelPut {
        conversation: which.to_string(),
        episode: None,
        decision: None,
        label: Some(label.to_owned()),
    };
    desk.engine.label_set(asked).await.unwrap()
}

async fn labels(desk: &Desk, which: ConversationId) -> lb::Labels {
    let conversation = which.to_string();
    let asked = lb::LabelsGet { conversation };
    desk.engine.labels_get(asked).await.unwrap()
}

/// What was said, by whom.
fn said(labels: &lb::Labels) -> Vec<(&str, &str)> {
    let all = labels.labels.iter();
    all.map(|one| (one.agent.as_str(), one.label.as_str()))
        .collect()
}

async fn sample(desk: &Desk) -> lb::AuditSample {
    let asked = lb::AuditSampleGet {};
    desk.engine.audit_sample_get(asked).await.unwrap()
}

/// A desk whose channel has a bot that answers by itself.
async fn with_a_bot() -> Desk {
    let desk = Desk::open().await;
    let channel = desk.channel;
    let changed = desk.engine.desk().turn(move |turn| {
        let mut stored = turn.tx.channel(channel)?.unwrap();
        stored.config = serde_json::json!({ "queue": "support", "bot": "helper",
                                            "address": "support@baton.test" });
        turn.tx.save_channel(&stored)?;
        Ok(())
    });
    changed.await.unwrap();
    desk.reopened(|_| {}).await
}

/// The bot does something with the epoch it has seen.
async fn bot(desk: &Desk, which: ConversationId, command: Command) {
    let epoch = desk.state(which).await.control.epoch;
    let turn = desk.engine.desk().turn(move |turn| {
        let mut order = turn.new_order(which, Actor::bot("helper"), command);
        order.seen_epoch = Some(epoch);
        turn.order(&order)?;
        Ok(())
    });
    turn.await.unwrap();
}

/// Somebody writes to the bot, and the bot closes it.
async fn closed_by_the_bot(desk: &Desk, n: u32) -> ConversationId {
    let from = format!("Customer {n} <customer{n}@customer.test>");
    let mail = Mail::from(&from, &format!("bot{n}"), "Where is my lamp?");
    let which = desk.mail(&mail).await;
    let holder = desk.state(which).await.control.controller;
    assert!(matches!(holder, Controller::Bot(_)), "{holder}");
    let reason = Reason::default();
    bot(desk, which, Command::Resolve { reason }).await;
    which
}

#[tokio::test]
async fn one_word_afterwards_stands_with_the_decision_and_is_taken_back_like_any_act() {
    let desk = with_a_bot().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "My lawyer will call you."))
        .await;
    let fitting = labels(&desk, which).await.fitting;
    assert_eq!(fitting, ["needed", "not_needed", "too_late"]);
    let before = desk.state(which).await.control;

    label(&desk, which, "needed").await;
    desk.wait(MINUTE).await;
    let second = label(&desk, which, "too_late").await;
    let found = labels(&desk, which).await;
    assert_eq!(said(&found), [("anna", "too_late")]);
    assert!(found.labels[0].decision.is_some() && found.labels[0].mine);
    assert_eq!(desk.state(which).await.control, before, "nothing moves");
    let lines = desk.stream(which).await;
    let line = lines.iter().rev().find_map(|entry| match &entry.what {
        What::Label { label, .. } => Some((entry.actor.clone(), label.clone())),
        _ => None,
    });
    assert_eq!(
        line,
        Some(("agent:anna".to_owned(), Some("too_late".to_owned())))
    );

    let undo = cl::Undo {
        conversation: which.to_string(),
        of: second.undo.unwrap(),
    };
    desk.engine.undo(undo).await.unwrap();
    assert_eq!(said(&labels(&desk, which).await), [("anna", "needed")]);

    // What cannot be true is refused, politely.
    let unfit = lb::LabelPut {
        conversation: which.to_string(),
        episode: None,
        decision: None,
        label: Some("should_have_been_human".to_owned()),
    };
    let refused = desk.engine.label_set(unfit).await.err().unwrap();
    assert_eq!(refused.code, "label_does_not_fit");
    assert!(refused.notice);

    // It is in the log and in the projections, also after the door was closed and opened.
    let desk = desk.reopened(|_| {}).await;
    assert_eq!(said(&labels(&desk, which).await), [("anna", "needed")]);
    let audit = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
}

#[tokio::test]
async fn a_few_of_what_the_bot_closed_yesterday_are_offered_until_each_is_answered() {
    let desk = with_a_bot().await;
    let mut closed = BTreeSet::new();
    for n in 0..14 {
        closed.insert(closed_by_the_bot(&desk, n).await.to_string());
        desk.wait(MINUTE).await;
    }
    assert!(sample(&desk).await.open.is_empty(), "the day is not over");

    desk.wait(DAY).await;
    let drawn = sample(&desk).await;
    assert_eq!((drawn.drawn, drawn.of, drawn.open.len()), (10, 14, 10));
    assert!(drawn.open.iter().all(|item| closed.contains(&item.row.id)));
    let first = drawn.open[0].row.id.clone();
    let answer = |conversation: &str, label: &str| lb::LabelPut {
        conversation: conversation.to_owned(),
        episode: Some(1),
        decision: None,
        label: Some(label.to_owned()),
    };
    let acted = desk
        .engine
        .label_set(answer(&first, "should_have_been_human"))
        .await
        .unwrap();
    let left = sample(&desk).await;
    assert_eq!(left.open.len(), 9);
    assert_eq!((left.missed.answered, left.missed.found), (1, 1));
    assert_eq!((left.missed.drawn, left.missed.of), (10, 14));
    assert_eq!(left.missed.rate, None, "one answer is no rate");

    // Taken back, it is offered again, in its old place.
    let undo = cl::Undo {
        conversation: first.clone(),
        of: acted.undo.unwrap(),
    };
    desk.engine.undo(undo).await.unwrap();
    assert_eq!(sample(&desk).await.open[0].row.id, first);

    // One whose customer came back is still judged for what it was; one that was erased is not.
    desk.mail(&Mail::from(
        &drawn.open[1].row.contact.address,
        "again",
        "It did not come!",
    ))
    .await;
    let erase = ContactErase {
        contact: drawn.open[2].row.contact.address.clone(),
    };
    desk.engine.contact_erase(erase).await.unwrap();
    assert_eq!(sample(&desk).await.open.len(), 9);

    for item in sample(&desk).await.open {
        let rightly = answer(&item.row.id, "not_needed");
        desk.engine.label_set(rightly).await.unwrap();
    }
    let done = sample(&desk).await;
    assert!(done.open.is_empty(), "gone when done");
    assert_eq!((done.missed.answered, done.missed.found), (9, 0));
    let marked = desk.engine.read(|reader, _| {
        let all = reader.labels(baton_core::time::Timestamp(0))?;
        Ok(all.iter().filter_map(|row| row.sampled).collect::<Vec<_>>())
    });
    let marked = marked.await.unwrap();
    assert_eq!(marked.len(), 9);
    assert!(
        marked.iter().all(|one| (one.drawn, one.of) == (10, 14)),
        "the propensity is known"
    );
    desk.wait(8 * DAY).await;
    assert_eq!(sample(&desk).await.day, None, "nobody is asked for ever");
}

#[tokio::test]
async fn what_nobody_drew_is_a_label_without_a_propensity() {
    let desk = with_a_bot().await;
    let which = closed_by_the_bot(&desk, 1).await;
    desk.wait(HOUR).await;
    label(&desk, which, "should_have_been_human").await;
    let found = labels(&desk, which).await;
    assert!(!found.labels[0].sampled);
    assert_eq!(sample(&desk).await.missed.answered, 0);
    desk.wait(DAY).await;
    assert!(
        sample(&desk).await.open.is_empty(),
        "what has been said is not asked again"
    );
}
