//! Deadlines: each fires at its own instant, once, however late the machine wakes up.

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::timeline::{Entry, What};
use baton_core::command::Command;
use baton_core::control::Reason;
use baton_core::event::Event;
use baton_core::ids::ConversationId;
use baton_core::ladder::LadderStep;
use baton_core::time::{DAY, HOUR, MINUTE};
use baton_tests::clock::MONDAY;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

/// Minutes after the beginning at which clocks changed: which, to what.
fn clocks(entries: Vec<Entry>) -> Vec<(i64, String, String)> {
    let clock = |entry: Entry| match entry.what {
        What::Clock { clock, state, .. } => Some(((entry.at - MONDAY.0) / MINUTE, clock, state)),
        _ => None,
    };
    entries.into_iter().filter_map(clock).collect()
}

/// A change of the clock of the first reply, a number of minutes after the beginning.
fn first_reply(minute: i64, state: &str) -> (i64, String, String) {
    (minute, "first_reply".to_owned(), state.to_owned())
}

/// What happened on the ladder, and when, in milliseconds after the beginning.
async fn rungs(desk: &Desk, which: ConversationId) -> Vec<(i64, LadderStep)> {
    desk.engine
        .read(move |reader, _| {
            let mut out = Vec::new();
            for logged in reader.events_after(0, 10_000)? {
                let envelope: baton_core::event::Envelope = serde_json::from_slice(&logged.bytes)?;
                if let (Some(Event::LadderChanged(change)), Some(conversation)) =
                    (envelope.event(), envelope.conv)
                    && conversation == which
                {
                    out.push((envelope.at.0 - MONDAY.0, change.step));
                }
            }
            Ok(out)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_promise_warns_and_is_missed_at_its_instants() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.wait(45 * MINUTE - 1).await;
    assert_eq!(clocks(desk.stream(which).await), []);
    desk.wait(1).await;
    assert_eq!(
        clocks(desk.stream(which).await),
        [first_reply(45, "warned")]
    );
    desk.wait(15 * MINUTE).await;
    let head = desk.head(which).await;
    let first = head
        .clocks
        .iter()
        .find(|clock| clock.kind == "first_reply")
        .unwrap();
    assert_eq!(
        (first.state.as_str(), first.due_at),
        ("missed", Some(MONDAY.0 + HOUR))
    );
    let alerts = desk
        .engine
        .alerts_get(cl::AlertsGet {})
        .await
        .unwrap()
        .alerts;
    assert_eq!(alerts.len(), 1, "Anna is told once, not twice");
    assert!(alerts[0].urgent);
}

#[tokio::test]
async fn a_day_of_sleep_changes_no_instant() {
    let desk = Desk::open().await;
    let which = desk.mail(&Mail::from(CARLA, "1", "My lawyer waits.")).await;
    desk.wait(DAY).await;
    let found = clocks(desk.stream(which).await);
    assert_eq!(
        found,
        [first_reply(45, "warned"), first_reply(60, "missed")]
    );
    let rungs = rungs(&desk, which).await;
    let reached: Vec<(i64, u32, u32)> = rungs
        .iter()
        .filter_map(|(at, step)| match step {
            LadderStep::Reached { rung, repeat } => Some((at / MINUTE, *rung, *repeat)),
            _ => None,
        })
        .collect();
    assert_eq!(reached[..3], [(0, 0, 0), (5, 1, 0), (20, 2, 0)]);
    assert_eq!(
        reached[3..],
        [(35, 2, 1), (50, 2, 2)],
        "it repeats, and then it is enough"
    );
    assert!(
        rungs.iter().all(|(at, _)| at % MINUTE == 0),
        "to the millisecond: {rungs:?}"
    );

    let before = desk.stream(which).await.len();
    desk.wait(MINUTE).await;
    assert_eq!(
        desk.stream(which).await.len(),
        before,
        "nothing fires twice"
    );
}

#[tokio::test]
async fn what_was_due_while_baton_was_closed_is_done_on_opening() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let desk = desk.reopened(|_| ()).await;
    desk.wait(DAY).await;
    let found = clocks(desk.stream(which).await);
    assert_eq!(
        found,
        [first_reply(45, "warned"), first_reply(60, "missed")]
    );
}

#[tokio::test]
async fn the_ladder_stops_when_somebody_takes_it() {
    let desk = Desk::open().await;
    let which = desk.mail(&Mail::from(CARLA, "1", "My lawyer waits.")).await;
    assert_eq!(
        desk.engine
            .alerts_get(cl::AlertsGet {})
            .await
            .unwrap()
            .alerts
            .len(),
        1
    );
    desk.wait(6 * MINUTE).await;
    desk.colleague("ben", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    let alerts = desk
        .engine
        .alerts_get(cl::AlertsGet {})
        .await
        .unwrap()
        .alerts;
    assert!(alerts.is_empty(), "another took it, so the alert is gone");
    desk.wait(30 * MINUTE).await;
    let rungs = rungs(&desk, which).await;
    assert!(matches!(rungs.last(), Some((at, LadderStep::Stopped { .. })) if *at == 6 * MINUTE));
}

#[tokio::test]
async fn an_offer_that_nobody_takes_goes_back() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let conversation = which.to_string();
    desk.engine
        .take(cl::Take {
            conversation: conversation.clone(),
            seen_epoch: None,
        })
        .await
        .unwrap();
    let pass = cl::Pass {
        conversation: conversation.clone(),
        to: "agent:ben".to_owned(),
        reason: "lamps are his".to_owned(),
        note: String::new(),
        offer_seconds: Some(60),
        seen_epoch: None,
    };
    desk.engine.pass(pass).await.unwrap();
    let offer = desk.head(which).await.offer.expect("it is offered");
    assert_eq!(offer.expires_at, MONDAY.0 + MINUTE);
    desk.wait(10 * MINUTE).await;
    let head = desk.head(which).await;
    assert!(head.offer.is_none());
    assert!(head.row.control.mine, "Anna never let go of it");
    let ended = desk
        .stream(which)
        .await
        .into_iter()
        .find_map(|entry| match entry.what {
            What::Offer { how, .. } if how == "timed_out" => Some(entry.at),
            _ => None,
        });
    assert_eq!(ended, Some(MONDAY.0 + MINUTE));
    let late = desk
        .colleague(
            "ben",
            which,
            Command::Accept {
                offer: baton_core::ids::Id::parse(&offer.id).unwrap(),
            },
        )
        .await;
    assert!(late.is_err(), "what has run out cannot be accepted");
}

#[tokio::test]
async fn a_snoozed_conversation_wakes() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Write me on Tuesday."))
        .await;
    let conversation = which.to_string();
    desk.engine
        .take(cl::Take {
            conversation: conversation.clone(),
            seen_epoch: None,
        })
        .await
        .unwrap();
    let until = MONDAY.0 + DAY;
    desk.engine
        .snooze(cl::Snooze {
            conversation,
            until,
        })
        .await
        .unwrap();
    desk.wait(DAY - 1).await;
    assert_eq!(desk.head(which).await.row.status, "snoozed");
    assert_eq!(
        clocks(desk.stream(which).await),
        [],
        "promises stand still meanwhile"
    );
    desk.wait(3 * HOUR).await;
    let woke = desk
        .stream(which)
        .await
        .into_iter()
        .find_map(|entry| match entry.what {
            What::Status { to, .. } if to == "open" && entry.at >= until => Some(entry.at),
            _ => None,
        });
    assert_eq!(woke, Some(until));
}
