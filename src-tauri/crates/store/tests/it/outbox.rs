//! Effects are carried out at most once, alerts until somebody accepts, drafts are never lost.

use std::collections::BTreeSet;

use baton_core::control::Reason;
use baton_core::effect::{Alert, Effect};
use baton_core::status::Priority;
use baton_core::time::{HOUR, MINUTE, SECOND};
use baton_store::{Channel, Draft, DraftKind, EffectEnd, EffectState};
use serde_json::json;

use crate::world::{START, World, channel, nth};

fn send(number: u64) -> Effect {
    Effect::Send {
        outbox: nth(number),
        not_before: START,
    }
}

#[test]
fn an_effect_is_begun_by_one_and_never_comes_back() {
    let mut world = World::new();
    world.write(|tx| {
        assert!(
            tx.add_effect("a", nth(1), &send(1), START.plus(MINUTE), START)
                .unwrap()
        );
        assert!(!tx.add_effect("a", nth(1), &send(1), START, START).unwrap());
        assert!(
            tx.add_effect("b", nth(1), &Effect::Withdraw, START, START)
                .unwrap()
        );
    });
    assert_eq!(
        world.read(|reader| reader.next_effect_at(&BTreeSet::new())),
        Some(START)
    );
    let due = world.read(|reader| reader.effects_due(START, &BTreeSet::new(), 10));
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].effect, Effect::Withdraw);

    let n = due[0].n;
    assert!(world.write(|tx| tx.begin_effect(n, START)).unwrap());
    assert!(
        !world.write(|tx| tx.begin_effect(n, START)).unwrap(),
        "somebody has begun it"
    );
    assert_eq!(world.read(|reader| reader.effects_running()).len(), 1);

    let later = START.plus(30 * SECOND);
    let again = EffectEnd::Again {
        not_before: later,
        error: "no answer".into(),
    };
    assert!(world.write(|tx| tx.end_effect(n, &again, START)).unwrap());
    assert!(
        world
            .read(|reader| reader.effects_due(START, &BTreeSet::new(), 10))
            .is_empty()
    );
    let due = world.read(|reader| reader.effects_due(later, &BTreeSet::new(), 10));
    assert_eq!((due[0].attempts, due[0].error.as_str()), (1, "no answer"));
    assert!(
        world
            .write(|tx| tx.end_effect(n, &EffectEnd::Done, later))
            .unwrap()
    );
    assert!(
        !world.write(|tx| tx.end_effect(n, &again, later)).unwrap(),
        "done is done"
    );

    let other = world.read(|reader| reader.effect("a")).unwrap();
    assert!(
        world
            .write(|tx| tx.end_effect(other.n, &EffectEnd::Done, later))
            .unwrap()
    );
    let done = world.read(|reader| reader.effect("a")).unwrap();
    assert_eq!(done.state, EffectState::Done);
    assert_eq!(
        world.write(|tx| tx.forget_effects(later.plus(1))).unwrap(),
        2
    );
}

#[test]
fn a_clock_that_is_set_makes_nothing_wait_longer_or_shorter() {
    let mut world = World::new();
    world.write(|tx| {
        for (name, wait) in [("due", 0), ("waits", MINUTE)] {
            let at = START.plus(wait);
            tx.add_effect(name, nth(1), &send(1), at, START).unwrap();
        }
    });
    for by in [HOUR, -HOUR, -HOUR, HOUR] {
        let before = world.read(|reader| reader.effect("waits")).unwrap();
        let now = START.plus(SECOND + before.not_before.since(START.plus(MINUTE)) + by);
        world.write(|tx| tx.clock_was_set(now, by)).unwrap();
        let waits = world.read(|reader| reader.effect("waits")).unwrap();
        assert_eq!(waits.not_before.since(now), MINUTE - SECOND);
        let due = world.read(|reader| reader.effect("due")).unwrap();
        assert!(due.not_before <= now, "what was due stays due");
    }
}

#[test]
fn alerts_are_raised_again_shown_and_withdrawn() {
    let mut world = World::new();
    let alert = Alert {
        agents: BTreeSet::from(["anna".to_owned(), "bo".to_owned()]),
        reason: Reason::default(),
        rule: None,
        rung: Some(0),
        urgent: true,
        sound: false,
        due_at: None,
        raised_at: START,
        priority: Priority::High,
    };
    world.write(|tx| {
        tx.raise_alert(nth(1), &alert, START).unwrap();
        tx.alert_shown(nth(1), "anna", 1, START).unwrap();
    });
    let shown = world.read(|reader| reader.alerts_for("anna"));
    assert_eq!(shown[0].shown_at, Some(START));
    world
        .write(|tx| tx.raise_alert(nth(1), &alert, START.plus(MINUTE)))
        .unwrap();
    let raised = world.read(|reader| reader.alerts_for("anna"));
    assert_eq!((raised[0].times, raised[0].shown_at), (2, None));
    // A quieter one says what is new, and takes no urgency away.
    let quiet = Alert {
        urgent: false,
        priority: Priority::Low,
        ..alert.clone()
    };
    world
        .write(|tx| tx.raise_alert(nth(1), &quiet, START.plus(MINUTE)))
        .unwrap();
    let raised = world.read(|reader| reader.alerts_for("anna"));
    assert_eq!(
        (raised[0].alert.urgent, raised[0].alert.priority),
        (true, Priority::Low)
    );
    // Who shows it late has shown the first alert, not the second.
    world
        .write(|tx| tx.alert_shown(nth(1), "anna", 1, START.plus(MINUTE)))
        .unwrap();
    let raised = world.read(|reader| reader.alerts_for("anna"));
    assert_eq!((raised[0].times, raised[0].shown_at), (3, None));
    let withdrawn = world.write(|tx| tx.withdraw_alerts(nth(1))).unwrap();
    assert_eq!(withdrawn.len(), 2);
    assert!(world.read(|reader| reader.alerts_for("bo")).is_empty());
}

#[test]
fn drafts_settings_and_searches_are_kept() {
    let mut world = World::new();
    let draft = Draft {
        conversation: nth(1),
        author: "anna".into(),
        kind: DraftKind::Note,
        body: json!({"text": "first"}),
        changed_at: START,
    };
    world.write(|tx| {
        tx.save_draft(&draft).unwrap();
        let changed = Draft {
            body: json!({"text": "second"}),
            ..draft.clone()
        };
        tx.save_draft(&changed).unwrap();
        tx.set_setting("quiet", &json!({"from": 22})).unwrap();
        tx.add_saved_search("anna", "VIPs", "tag:vip", 1).unwrap();
        tx.add_saved_search("", "All open", "is:open", 0).unwrap();
    });
    let drafts = world.read(|reader| reader.drafts_by("anna"));
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].body, json!({"text": "second"}));
    let quiet: Option<serde_json::Value> = world.read(|reader| reader.setting("quiet"));
    assert_eq!(quiet, Some(json!({"from": 22})));
    let names: Vec<_> = world
        .read(|reader| reader.saved_searches("anna"))
        .into_iter()
        .map(|search| search.name)
        .collect();
    assert_eq!(names, ["VIPs", "All open"]);
    assert!(
        world
            .write(|tx| tx.drop_draft(nth(1), "anna", DraftKind::Note))
            .unwrap()
    );
    assert!(world.read(|reader| reader.drafts_in(nth(1))).is_empty());
}

#[test]
fn a_cursor_moves_with_what_was_read_or_not_at_all() {
    let mut world = World::new();
    let account = Channel {
        id: channel(),
        kind: "email".into(),
        name: "Support".into(),
        config: json!({"host": "mail.example"}),
        position: 0,
        added_at: START,
        removed_at: None,
    };
    world.write(|tx| {
        tx.save_channel(&account).unwrap();
        tx.set_cursor(channel(), "INBOX", &json!({"uid": 7}), START)
            .unwrap();
        tx.set_channel_health(channel(), "live", "", START).unwrap();
        tx.set_channel_health(channel(), "live", "", START.plus(MINUTE))
            .unwrap();
    });
    let failed: Result<(), baton_store::StoreError> = world.writer.write(|tx| {
        tx.set_cursor(channel(), "INBOX", &json!({"uid": 9}), START)?;
        Err(baton_store::StoreError::Busy)
    });
    assert!(failed.is_err());
    let cursor = world.read(|reader| reader.cursor(channel(), "INBOX"));
    assert_eq!(cursor, Some(json!({"uid": 7})));
    assert_eq!(world.read(|reader| reader.channels()), [account]);
    let health = world.read(|reader| reader.channel_health());
    assert_eq!(
        health[&channel()].since,
        START,
        "since when stays while the state stays"
    );
    assert_eq!(health[&channel()].checked_at, START.plus(MINUTE));
}
