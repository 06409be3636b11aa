//! The two clocks: the one on the wall names instants and may be set, the other counts what passes,
//! asleep or awake.

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::timeline::What;
use baton_core::time::{DAY, HOUR, MINUTE, SECOND};
use baton_testkit::{SmtpSink, Temper};
use baton_tests::clock::MONDAY;
use baton_tests::desk::{Desk, answer};
use baton_tests::mail::Mail;

use super::outbox::Outbox;

const CARLA: &str = "Carla Stone <carla@customer.test>";

/// How the clock of the first reply changed, and when: minutes after the beginning.
async fn first_reply(desk: &Desk, which: baton_core::ids::ConversationId) -> Vec<(i64, String)> {
    let clock = |entry: baton_api::timeline::Entry| match entry.what {
        What::Clock { clock, state, .. } if clock == "first_reply" => {
            Some(((entry.at - MONDAY.0) / MINUTE, state))
        }
        _ => None,
    };
    desk.stream(which)
        .await
        .into_iter()
        .filter_map(clock)
        .collect()
}

fn at(minute: i64, state: &str) -> (i64, String) {
    (minute, state.to_owned())
}

#[tokio::test]
async fn a_wall_set_a_day_ahead_and_back_again_fires_everything_once() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.wait(10 * MINUTE).await;
    desk.clock.set_wall(DAY);
    desk.wait(0).await;
    let fired = [at(45, "warned"), at(60, "missed")];
    assert_eq!(first_reply(&desk, which).await, fired, "the wall says so");

    desk.clock.set_wall(-DAY);
    desk.wait(10 * MINUTE).await;
    assert_eq!(first_reply(&desk, which).await, fired, "nothing is unsaid");
    // The instants come once more, and nothing happens at them.
    desk.wait(2 * HOUR).await;
    assert_eq!(first_reply(&desk, which).await, fired, "nor said twice");

    // Life goes on: the next mail is taken in, seen and has a promise of its own.
    let other = Mail::from("Dan <dan@customer.test>", "2", "It squeaks.").about("The chair");
    let other = desk.mail(&other).await;
    desk.wait(HOUR).await;
    let begun = 10 + 10 + 2 * 60;
    let promised = [at(begun + 45, "warned"), at(begun + 60, "missed")];
    assert_eq!(first_reply(&desk, other).await, promised);
}

#[tokio::test]
async fn a_wall_set_a_day_back_loses_no_deadline() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.clock.set_wall(-DAY);
    desk.wait(2 * HOUR).await;
    assert_eq!(first_reply(&desk, which).await, [], "its hour lies ahead");
    let more = Mail::from(CARLA, "2", "Hello?").answers("1@customer.test");
    assert_eq!(desk.mail(&more).await, which, "and mail comes in as ever");
    assert_eq!(desk.messages(which).await.len(), 2);
    desk.wait(DAY).await;
    let fired = [at(45, "warned"), at(60, "missed")];
    assert_eq!(first_reply(&desk, which).await, fired);
}

#[tokio::test]
async fn a_snooze_ends_when_the_wall_says_so_and_only_then() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Write me on Tuesday."))
        .await;
    let conversation = which.to_string();
    let take = cl::Take {
        conversation: conversation.clone(),
        seen_epoch: None,
    };
    desk.engine.take(take).await.unwrap();
    let until = MONDAY.0 + DAY;
    let snooze = cl::Snooze {
        conversation,
        until,
    };
    desk.engine.snooze(snooze).await.unwrap();
    desk.clock.set_wall(-HOUR);
    desk.wait(DAY).await;
    assert_eq!(desk.head(which).await.row.status, "snoozed");
    desk.clock.set_wall(HOUR);
    desk.wait(0).await;
    assert_eq!(desk.head(which).await.row.status, "open");
    desk.clock.set_wall(-DAY);
    desk.wait(MINUTE).await;
    assert_eq!(
        desk.head(which).await.row.status,
        "open",
        "it does not go to sleep again"
    );
    desk.wait(2 * DAY).await;
    let woken = desk.stream(which).await.into_iter().filter(
        |entry| matches!(&entry.what, What::Status { to, .. } if to == "open" && entry.at == until),
    );
    assert_eq!(woken.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_to_think_again_is_as_long_as_was_promised() {
    for set in [DAY, -DAY] {
        let sink = SmtpSink::start().await.unwrap();
        let outbox = Outbox::open(&[&sink]).await;
        let session = outbox.engine.session_get(baton_api::session::SessionGet {});
        let mut settings = session.await.unwrap().settings;
        settings.undo_seconds = 10;
        let change = baton_api::session::SettingsSet { settings };
        outbox.engine.settings_set(change).await.unwrap();

        let lamp = Mail::from(CARLA, "1", "Where is my lamp?");
        let lamp = outbox.taken_in(0, &lamp).await;
        answer(&outbox.engine, &lamp.to_string(), "On its way.").await;
        outbox.clock.pass(3 * SECOND);
        outbox.clock.set_wall(set);
        outbox.engine.settle().await.unwrap();
        outbox.clock.pass(6 * SECOND);
        outbox.engine.settle().await.unwrap();
        assert_eq!(sink.received().len(), 0, "nine seconds of ten");
        outbox.clock.pass(SECOND);
        outbox.engine.settle().await.unwrap();
        assert_eq!(sink.received().len(), 1);
        assert!(outbox.head(lamp).await.outbox.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_put_off_is_tried_again_in_time() {
    for set in [DAY, -DAY] {
        let sink = SmtpSink::start().await.unwrap();
        let outbox = Outbox::open(&[&sink]).await;
        sink.next([Temper::Greylist]);
        let lamp = Mail::from(CARLA, "1", "Where is my lamp?");
        let lamp = outbox.answered(0, &lamp).await;
        outbox.engine.settle().await.unwrap();
        assert_eq!(outbox.head(lamp).await.outbox[0].attempts, 1);
        outbox.clock.set_wall(set);
        outbox.engine.settle().await.unwrap();
        assert_eq!(sink.received().len(), 0, "it waits its minute");
        outbox.clock.pass(MINUTE);
        outbox.engine.settle().await.unwrap();
        assert_eq!(sink.received().len(), 1, "and no longer");
        outbox.clock.pass(DAY);
        outbox.engine.settle().await.unwrap();
        assert_eq!(sink.received().len(), 1, "and not again");
        assert!(outbox.head(lamp).await.outbox.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_of_sleep_what_waits_leaves_once() {
    let sink = SmtpSink::start().await.unwrap();
    let outbox = Outbox::open(&[&sink]).await;
    sink.next([Temper::Greylist]);
    let lamp = Mail::from(CARLA, "1", "Where is my lamp?");
    let lamp = outbox.answered(0, &lamp).await;
    outbox.engine.settle().await.unwrap();
    outbox.clock.pass(DAY);
    outbox.engine.settle().await.unwrap();
    outbox.engine.settle().await.unwrap();
    assert_eq!(sink.received().len(), 1);
    assert!(outbox.head(lamp).await.outbox.is_empty());
}
