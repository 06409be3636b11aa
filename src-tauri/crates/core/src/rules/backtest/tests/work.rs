//! What handling took people, as the recorded points tell, and the queue that follows from it.

use std::sync::Arc;

use super::{Event, metric, record, test};
use crate::{
    rules::{
        EventKind, Fact, Facts, Ruleset, Value,
        backtest::{Kind, Report, Window},
        eval::tests::START,
    },
    time::{MINUTE, Timestamp},
};

fn rules(failures: i64) -> Arc<Ruleset> {
    let text = format!(
        "baton = 1\n[[rule]]\nid = 'stuck'\nreason = 'r'\non = ['bot.message']\n\
         when = 'bot.failures >= {failures}'\ndo = {{ control = 'queue' }}\n\
         [[rule]]\nid = 'read'\nreason = 'r'\non = ['draft']\nwhen = 'conv.control == \"bot\"'\n\
         do = {{ review = 'required' }}\n"
    );
    Arc::new(Ruleset::parse(&text).unwrap())
}

fn event(conversation: u128, kind: EventKind, minute: i64, set: impl FnOnce(&mut Facts)) -> Event {
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::TEAM_AVAILABLE, 2_i64);
    set(&mut facts);
    Event {
        conversation,
        kind,
        at: START + minute * MINUTE,
        facts,
    }
}

/// Conversations in which the bot fails, makes a draft, and an agent who has it for `held` minutes
/// answers twice.
fn history(conversations: i64, held: i64) -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..conversations {
        let (id, begun) = (u128::try_from(number).unwrap() + 1, number * 60);
        let bot = |facts: &mut Facts| {
            facts
                .set(Fact::CONV_CONTROL, "bot")
                .set(Fact::BOT_FAILURES, 1 + number % 2);
        };
        let taken = Value::Since(Timestamp(START + (begun + 10) * MINUTE));
        let agent = |facts: &mut Facts| {
            facts
                .set(Fact::CONV_CONTROL, "agent")
                .set(Fact::CONV_CONTROL_EPOCH, 2_i64)
                .set(Fact::CONV_IN_CONTROL, taken);
        };
        events.push(event(id, EventKind::BotMessage, begun, bot));
        events.push(event(id, EventKind::Draft, begun + 1, bot));
        let answer = EventKind::AgentMessage;
        events.push(event(id, answer, begun + 10 + held, agent.clone()));
        events.push(event(id, answer, begun + 11 + held, agent));
    }
    events
}

fn ran(events: &[Event]) -> Report {
    let (old, new) = (rules(2), rules(1));
    test(
        &old,
        &new,
        &record(&old, events, 8),
        events,
        Window::default(),
    )
}

#[test]
fn the_first_answer_after_a_take_tells_how_long_the_work_took() {
    let report = ran(&history(20, 6));
    let minutes = metric(&report, "reviewer_minutes");
    assert_eq!(minutes.kind, Kind::Estimate);
    // Twenty drafts, six minutes each; the second answer of each is no work of its own.
    assert_eq!((minutes.old, minutes.new), (Some(120.0), Some(120.0)));
    assert!(minutes.note.contains("6.0 minutes"), "{}", minutes.note);
    assert!(minutes.note.contains("20 times"), "{}", minutes.note);
}

#[test]
fn a_queue_with_twice_the_arrivals_waits_in_the_model_and_says_that_it_is_one() {
    let report = ran(&history(20, 6));
    let wait = metric(&report, "queue_wait_95");
    assert_eq!((wait.kind, wait.n), (Kind::Estimate, 20));
    assert!(wait.note.starts_with("A model"), "{}", wait.note);
    // Two people, six minutes each, one arrival an hour: nobody waits.
    assert_eq!((wait.old, wait.new), (Some(0.0), Some(0.0)));
    assert_eq!((wait.low, wait.high), (Some(0.0), Some(0.0)));
}

#[test]
fn of_few_answers_nothing_is_said() {
    let report = ran(&history(5, 6));
    let names: Vec<&str> = report.metrics.iter().map(|metric| metric.name).collect();
    assert!(!names.contains(&"reviewer_minutes"), "{names:?}");
    assert!(!names.contains(&"queue_wait"), "{names:?}");
}
