//! Imported history: recorded, decided, silent.

use crate::command::Command;
use crate::control::{ControlState, Reason};
use crate::decide::FRESH_HISTORY;
use crate::event::{Actor, Event};
use crate::message::{Author, Direction, MessageKind};
use crate::rules::{DecisionRecord, Fact, Value};
use crate::status::WorkStatus;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};

use super::play::Play;

fn import(play: &mut Play, author: Author, text: &str, at: Timestamp) {
    let mut input = play.message(text, MessageKind::Message);
    input.author = author;
    input.direction = match author {
        Author::Customer => Direction::Inbound,
        _ => Direction::Outbound,
    };
    input.received_at = at;
    input.imported = true;
    input.source = "old.mbox".to_owned();
    let actor = match author {
        Author::Customer => Actor::customer(),
        Author::Agent => Actor::agent("agent"),
        Author::Bot => Actor::bot("bot"),
        Author::System => Actor::system(),
    };
    play.order(actor, None, Command::Record(input)).unwrap();
}

#[test]
fn what_the_customer_said_last_waits_in_a_queue_and_wakes_nobody() {
    let mut play = Play::new();
    let start = play.now.plus(-3 * DAY);
    import(
        &mut play,
        Author::Customer,
        "My lawyer wants a human",
        start,
    );
    import(&mut play, Author::Agent, "Here we are", start.plus(HOUR));
    assert_eq!(play.state().control.state, ControlState::Closed);
    assert_eq!(play.state().status, WorkStatus::Solved);
    import(
        &mut play,
        Author::Customer,
        "But my lawyer says",
        start.plus(DAY),
    );
    let state = play.state();
    assert_eq!(state.control.state, ControlState::Queued);
    assert_eq!(state.status, WorkStatus::Open);
    assert_eq!(state.talk.waiting_since, Some(start.plus(DAY)));
    assert!(state.tags.contains("legal"), "rules may sort it");
    assert!(state.imported);
    assert!(play.effects.is_empty(), "nobody is told, nothing is sent");
    assert!(state.clocks.is_empty() && state.ladder.is_none());
    assert_eq!(state.next_due(), None);
    let decided = play.log.iter().filter(|(_, event)| {
        matches!(&event.event, Event::DecisionMade(made) if made.imported && made.next_flip.is_none())
    });
    assert_eq!(decided.count(), 3, "one for each message");

    play.wait(30 * DAY).tick();
    assert!(play.effects.is_empty(), "nor later");
}

#[test]
fn each_message_of_history_is_decided_with_what_was_known_when_it_was_written() {
    let mut play = Play::new();
    let start = play.now.plus(-60 * DAY);
    let said = [
        (Author::Customer, "Where is my parcel?"),
        (Author::Customer, "Hello?"),
        (Author::Bot, "Which parcel?"),
        (Author::Customer, "I want a human"),
        (Author::Agent, "I am one"),
        (Author::Customer, "Then my lawyer can stay at home"),
    ];
    for (minute, (author, text)) in (0..).zip(said) {
        import(&mut play, author, text, start.plus(minute * MINUTE));
    }
    let told: Vec<String> = play
        .log
        .iter()
        .filter_map(|(_, happened)| match &happened.event {
            Event::DecisionMade(made) => Some(made),
            _ => None,
        })
        .map(|made| {
            assert!(made.imported);
            let record = DecisionRecord::from_bytes(&play.contents[&made.record]).unwrap();
            let facts = record.facts().unwrap();
            let waiting = match facts.get(Fact::CONV_WAITING) {
                Value::Since(anchor) => record.at.since(*anchor) / MINUTE,
                _ => 0,
            };
            format!(
                "{} {} {} waits {waiting} {:?}",
                made.on,
                facts.text(Fact::CONV_CONTROL).unwrap(),
                facts.text(Fact::CONV_STATUS).unwrap(),
                made.acted,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "customer.message bot new waits 0 []",
            "customer.message bot new waits 1 []",
            "bot.message bot waiting_customer waits 0 []",
            r#"customer.message bot open waits 0 ["asked"]"#,
            "agent.message agent waiting_customer waits 0 []",
            "customer.message agent open waits 0 []",
        ]
    );
    let state = play.state();
    assert_eq!(
        state.control.state,
        ControlState::Closed,
        "nothing came of it"
    );
    assert!(play.effects.is_empty());
}

#[test]
fn whoever_wrote_before_a_question_of_this_week_waits_and_each_message_is_a_point() {
    const WHO: [Author; 3] = [Author::Customer, Author::Agent, Author::Bot];
    for order in 0..WHO.len().pow(4) {
        let said = [1, 3, 9, 27].map(|step| WHO[order / step % WHO.len()]);
        let mut play = Play::new();
        let start = play.now.plus(-3 * DAY);
        for (hour, author) in (0..).zip(said) {
            import(&mut play, author, "Hello", start.plus(hour * HOUR));
        }
        let decided = play
            .log
            .iter()
            .filter(|(_, happened)| matches!(happened.event, Event::DecisionMade(_)));
        assert_eq!(decided.count(), said.len(), "{said:?}");
        let state = play.state();
        assert!(state.imported, "{said:?}");
        assert!(play.effects.is_empty() && state.next_due().is_none());
        let waits = said.last() == Some(&Author::Customer);
        assert_eq!(state.talk.waiting_since.is_some(), waits, "{said:?}");
        let expected = match waits {
            true => (ControlState::Queued, WorkStatus::Open),
            false => (ControlState::Closed, WorkStatus::Solved),
        };
        assert_eq!((state.control.state, state.status), expected, "{said:?}");
    }
}

#[test]
fn what_is_too_old_is_solved() {
    let mut play = Play::new();
    let long_ago = play.now.plus(-FRESH_HISTORY - 1);
    import(&mut play, Author::Customer, "My lawyer will call", long_ago);
    let state = play.state();
    assert_eq!(state.control.state, ControlState::Closed);
    assert_eq!(state.status, WorkStatus::Solved);
    assert_eq!(state.talk.waiting_since, None);
    assert!(state.tags.contains("legal"));
    assert_eq!(state.control.epoch, 0, "a solved history has no moves");
}

#[test]
fn out_of_order_history_changes_nothing_that_came_after() {
    let mut play = Play::new();
    let start = play.now.plus(-3 * DAY);
    import(&mut play, Author::Agent, "Answer", start.plus(HOUR));
    import(&mut play, Author::Customer, "Question", start);
    assert_eq!(play.state().control.state, ControlState::Closed);
    assert_eq!(play.state().talk.waiting_since, None);
    assert_eq!(play.state().talk.messages, 2);
}

#[test]
fn a_living_message_wakes_an_imported_conversation() {
    let mut play = Play::new();
    let start = play.now.plus(-3 * DAY);
    import(&mut play, Author::Customer, "Hello", start);
    play.customer("Hello? Anybody?");
    let state = play.state();
    assert!(!state.imported);
    assert!(
        state
            .clocks
            .values()
            .all(|clock| clock.started_at >= play.now),
        "{:?}",
        state.clocks
    );
    assert!(state.next_due().is_some());
}

#[test]
fn a_person_who_acts_makes_it_a_living_conversation() {
    let mut play = Play::new();
    let yesterday = play.now.plus(-DAY);
    import(&mut play, Author::Customer, "Hello", yesterday);
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    assert!(!play.state().imported);
    assert_eq!(play.holder(), "agent:ben");
    play.answers("ben", "Hello");
    play.agent(
        "ben",
        Command::Resolve {
            reason: Reason::default(),
        },
    )
    .unwrap();
    assert_eq!(play.state().next_due(), None);
}
