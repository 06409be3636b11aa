//! Time between the recorded points.

use std::sync::Arc;

use super::{Event, metric, record, test};
use crate::{
    rules::{
        EventKind, Fact, Facts, Ruleset, Value,
        backtest::{Report, Window},
        eval::tests::START,
    },
    time::{MINUTE, Timestamp},
};

/// Whoever has waited for so long goes to people.
fn patience(minutes: u32) -> Arc<Ruleset> {
    let text = format!(
        "baton = 1\n[[rule]]\nid = 'late'\nreason = 'r'\non = ['time']\n\
         when = 'conv.control == \"bot\" && conv.waiting > duration(\"{minutes}m\")'\n\
         do = {{ control = 'queue' }}\n"
    );
    Arc::new(Ruleset::parse(&text).unwrap())
}

/// A message: minutes after the beginning, who has control since when, since when the customer
/// waits.
fn message(kind: EventKind, at: i64, control: (&str, i64, i64), waits: Option<i64>) -> Event {
    let since = |minutes: i64| Value::Since(Timestamp(START + minutes * MINUTE));
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_CONTROL, control.0)
        .set(Fact::CONV_IN_CONTROL, since(control.1))
        .set(Fact::CONV_CONTROL_EPOCH, control.2)
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::CONV_WAITING, waits.map_or(Value::Duration(0), since));
    Event {
        conversation: 9,
        kind,
        at: START + at * MINUTE,
        facts,
    }
}

fn ran(old: &Arc<Ruleset>, new: &Arc<Ruleset>, events: &[Event]) -> Report {
    test(old, new, &record(old, events, 2), events, Window::default())
}

#[test]
fn a_shorter_wait_speaks_up_at_an_instant_that_nobody_wrote_down() {
    let events = [
        message(EventKind::CustomerMessage, 0, ("bot", 0, 1), Some(0)),
        message(EventKind::BotMessage, 20, ("bot", 0, 1), None),
    ];
    let report = ran(&patience(30), &patience(10), &events);
    assert_eq!((report.points, report.differences), (2, 0));
    assert_eq!((report.between, report.diverged), (1, 1));
    let first = &report.list[0];
    assert_eq!((first.event, first.seq), (EventKind::Time, 1));
    // Longer than ten minutes: a millisecond after.
    assert_eq!(first.at, START + 10 * MINUTE + 1);
    let handoffs = metric(&report, "handoffs_in_the_end");
    assert_eq!((handoffs.old, handoffs.new), (Some(0.0), Some(1.0)));
    // Both wait longer than the bot took, or neither does.
    assert_eq!(ran(&patience(30), &patience(25), &events).diverged, 0);
}

#[test]
fn who_was_taken_over_in_between_no_longer_waits_for_the_bot() {
    let taken = |at: i64| {
        [
            message(EventKind::CustomerMessage, 0, ("bot", 0, 1), Some(0)),
            message(EventKind::AgentMessage, 20, ("agent", at, 2), None),
        ]
    };
    assert_eq!(ran(&patience(30), &patience(10), &taken(5)).diverged, 0);
    assert_eq!(ran(&patience(30), &patience(10), &taken(12)).diverged, 1);
    // Control changed twice: who had it in between is not known, so nothing is said of it.
    let mut twice = taken(15);
    twice[1].facts.set(Fact::CONV_CONTROL_EPOCH, 3_i64);
    assert_eq!(ran(&patience(30), &patience(10), &twice).diverged, 0);
}
