//! The second level: what the rules change of the facts follows each set of rules.

use std::sync::Arc;

use super::{Event, metric, record, test};
use crate::{
    rules::{
        EventKind, Fact, Facts, Ruleset, Value,
        backtest::{Report, Window},
        eval::tests::START,
    },
    time::{HOUR, MINUTE},
};

fn rules(body: &str) -> Arc<Ruleset> {
    Arc::new(Ruleset::parse(&format!("baton = 1\n{body}")).unwrap())
}

fn rule(id: &str, when: &str, does: &str) -> String {
    format!(
        "[[rule]]\nid = '{id}'\nreason = 'r'\non = ['customer.message']\nwhen = '''{when}'''\n\
         do = {{ {does} }}\n"
    )
}

/// A message of the customer: its number in the conversation, the tags as recorded and the mood.
fn said(number: i64, tags: &[&str], priority: &str, sentiment: f64) -> Event {
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_CONTROL, "bot")
        .set(Fact::CONV_TAGS, Value::texts(tags.iter().copied()))
        .set(Fact::CONV_PRIORITY, priority)
        .set(Fact::CONV_MESSAGE_COUNT, number)
        .set(Fact::CONV_CONTROL_EPOCH, 1_i64)
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::MSG_SENTIMENT, sentiment);
    Event {
        conversation: 7,
        kind: EventKind::CustomerMessage,
        at: START + number * MINUTE,
        facts,
    }
}

fn ran(old: &Arc<Ruleset>, new: &Arc<Ruleset>, events: &[Event]) -> Report {
    test(old, new, &record(old, events, 2), events, Window::default())
}

/// The old rules tag an angry customer, and hand over whoever is tagged and writes again.
fn tagging(limit: &str) -> Arc<Ruleset> {
    let tag = rule(
        "angry",
        &format!("msg.sentiment < {limit}"),
        "tag = 'angry'",
    );
    let hand = rule(
        "angry-again",
        "\"angry\" in conv.tags && msg.sentiment < 0.0",
        "control = 'queue'",
    );
    rules(&(tag + &hand))
}

#[test]
fn a_tag_that_the_new_rules_do_not_give_is_not_there_for_their_next_decision() {
    let events = [
        said(1, &[], "normal", -0.5),
        said(2, &["angry"], "normal", -0.1),
    ];
    let report = ran(&tagging("-0.4"), &tagging("-0.6"), &events);
    // On the facts as recorded only the tag differs; followed, the handoff does not come.
    assert_eq!((report.differences, report.diverged), (1, 1));
    let handoffs = metric(&report, "handoffs_in_the_end");
    assert_eq!(
        (handoffs.old, handoffs.low, handoffs.high),
        (Some(1.0), Some(-1.0), Some(0.0))
    );
    assert_eq!(report.list[0].slot.slot.name(), "tag");
    assert!(report.list[0].diverges);
}

#[test]
fn a_tag_that_only_the_new_rules_give_is_there_for_their_next_decision() {
    let events = [said(1, &[], "normal", -0.5), said(2, &[], "normal", -0.1)];
    let report = ran(&tagging("-0.6"), &tagging("-0.4"), &events);
    assert_eq!((report.differences, report.diverged), (1, 1));
    let handoffs = metric(&report, "handoffs_in_the_end");
    assert_eq!((handoffs.old, handoffs.new), (Some(0.0), Some(1.0)));
}

#[test]
fn what_a_person_changed_since_holds_for_both() {
    // The old rules tagged; a person took the tag away before the customer wrote again, and
    // another time gave one that neither had given.
    let events = [
        said(1, &[], "normal", -0.5),
        said(2, &["angry"], "normal", 0.5),
        said(3, &[], "normal", -0.1),
        said(4, &["angry"], "normal", -0.2),
    ];
    let report = ran(&tagging("-0.6"), &tagging("-0.4"), &events[..1]);
    assert_eq!((report.differences, report.diverged), (1, 0));
    let report = ran(&tagging("-0.4"), &tagging("-0.6"), &events);
    assert_eq!((report.differences, report.diverged), (1, 0));
}

#[test]
fn priority_adds_up_on_each_side_by_itself() {
    let file = |limit: &str| {
        let raise = rule("up", &format!("msg.sentiment < {limit}"), "priority = '+1'");
        let hand = rule(
            "urgent",
            "conv.priority == \"urgent\"",
            "control = 'team:lead'",
        );
        rules(&(raise + &hand))
    };
    let events = [
        said(1, &[], "normal", -0.3),
        said(2, &[], "normal", 0.0),
        said(3, &[], "normal", -0.7),
        said(4, &[], "high", 0.1),
    ];
    // Recorded: one step, at the third message. The new rules step at the first and the third.
    let report = ran(&file("-0.5"), &file("-0.2"), &events);
    assert_eq!((report.differences, report.diverged), (1, 1));
    let handoffs = metric(&report, "handoffs_in_the_end");
    assert_eq!((handoffs.old, handoffs.new), (Some(0.0), Some(1.0)));
}

#[test]
fn what_only_notifies_does_not_part_and_a_text_to_the_customer_does() {
    let events = [said(1, &[], "normal", -0.5)];
    let quiet = rules(&rule("a", "msg.sentiment < 0.0", "tag = 'x'"));
    let notify = rules(&rule(
        "a",
        "msg.sentiment < 0.0",
        "tag = 'x', notify = ['team:a']",
    ));
    let report = ran(&quiet, &notify, &events);
    assert_eq!((report.differences, report.diverged), (1, 0));
    let speaks = rules(&rule(
        "a",
        "msg.sentiment < 0.0",
        "tag = 'x', macro = 'sorry'",
    ));
    let report = ran(&quiet, &speaks, &events);
    assert_eq!((report.differences, report.diverged), (1, 1));
    assert_eq!(report.list[0].slot.slot.name(), "macro");
}

#[test]
fn control_that_went_to_and_fro_is_known_where_the_rules_do_not_part() {
    let epochs = [1_i64, 2, 3, 5];
    let events: Vec<Event> = epochs
        .into_iter()
        .zip(1_i64..)
        .map(|(epoch, number)| {
            let mut event = said(number, &[], "normal", 0.5);
            event.facts.set(Fact::CONV_CONTROL_EPOCH, epoch);
            event.at = START + number * HOUR;
            event
        })
        .collect();
    let quiet = rules(&rule("a", "msg.sentiment < 0.0", "tag = 'x'"));
    let report = ran(&quiet, &quiet, &events);
    let ping_pong = metric(&report, "ping_pong");
    assert_eq!((ping_pong.old, ping_pong.new), (Some(1.0), Some(1.0)));
    let loud = rules(&rule("a", "msg.sentiment > 0.0", "control = 'queue'"));
    let report = ran(&quiet, &loud, &events);
    let ping_pong = metric(&report, "ping_pong");
    assert_eq!(
        (ping_pong.new, ping_pong.low, ping_pong.high),
        (None, Some(-1.0), Some(0.0))
    );
}
