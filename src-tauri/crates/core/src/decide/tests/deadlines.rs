//! What time does: at its instant, once, whenever the clock gets to say so.

use crate::command::Command;
use crate::control::{Reason, Target};
use crate::decide::Happened;
use crate::event::Event;
use crate::ids::{EventId, Id, QueueName};
use crate::sla::{ClockKind, ClockState};
use crate::status::{Priority, WorkStatus};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

use super::play::{MONDAY, Play, line};

/// What happened, without the identifiers that follow from the orders.
fn plain(events: &[Happened]) -> Vec<(Timestamp, String)> {
    events.iter().map(|event| (event.at, line(event))).collect()
}

/// Ticks at every due instant, and now and then when nothing is due.
fn on_time(mut play: Play, until: Timestamp) -> (Play, Vec<Happened>) {
    let mut all = Vec::new();
    while let Some(due) = play.state().next_due().filter(|due| *due <= until) {
        play.now = due;
        all.extend(play.tick().events.clone());
        assert!(
            play.tick().events.is_empty(),
            "what was done is not done again"
        );
    }
    play.now = until;
    all.extend(play.tick().events.clone());
    (play, all)
}

fn after_sleep(mut play: Play, until: Timestamp) -> (Play, Vec<Happened>) {
    play.now = until;
    let all = play.tick().events.clone();
    assert!(play.tick().events.is_empty());
    (play, all)
}

#[test]
fn a_day_of_sleep_gives_the_same_events_at_the_same_instants() {
    let mut stages = Vec::new();
    let mut play = Play::new();
    play.customer("My lawyer will call you");
    stages.push(play);
    let mut play = Play::new();
    play.customer("Give me a human");
    stages.push(play);
    let mut play = Play::without_bot();
    play.customer("Hello");
    let offer = play.offer_to(Target::AnyAvailable);
    play.agent("ben", offer).unwrap();
    stages.push(play);
    let mut play = Play::without_bot();
    play.customer("Hello");
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    let until = play.now.plus(3 * HOUR);
    let snooze = Command::SetStatus {
        to: WorkStatus::Snoozed,
        until: Some(until),
    };
    play.agent("ben", snooze).unwrap();
    stages.push(play);

    for stage in stages {
        let until = stage.now.plus(4 * DAY);
        let (prompt, step_by_step) = on_time(stage.clone(), until);
        let (late, at_once) = after_sleep(stage, until);
        assert!(!at_once.is_empty());
        assert_eq!(plain(&step_by_step), plain(&at_once));
        assert_eq!(prompt.holder(), late.holder());
        assert_eq!(prompt.state().clocks, late.state().clocks);
        assert_eq!(prompt.state().priority, late.state().priority);
        assert_eq!(prompt.state().alerted, late.state().alerted);
        assert!(
            at_once.is_sorted_by_key(|event| event.at),
            "in the order of their instants"
        );
    }
}

#[test]
fn the_first_reply_warns_then_runs_out_and_a_person_hears_of_both() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    let clock = play.state().clocks[&ClockKind::FirstReply].clone();
    assert_eq!(clock.due_at, Some(MONDAY.plus(HOUR)));
    assert_eq!(clock.warn_at, Some(MONDAY.plus(45 * MINUTE)));
    play.wait(45 * MINUTE).tick();
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Warned
    );
    assert_eq!(
        play.alerts().last().unwrap().reason.text,
        "first reply due soon"
    );
    play.wait(15 * MINUTE).tick();
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Missed
    );
    let alert = play.alerts().last().copied().cloned().unwrap();
    assert!(alert.urgent && alert.agents.contains("anna"));
    assert!(play.state().escalated);
    play.wait(MINUTE);
    play.answers("ben", "Sorry");
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Missed,
        "late is late"
    );
}

#[test]
fn a_bot_in_control_holds_the_clocks_of_people_and_machines_never_touch_them() {
    let mut play = Play::new();
    play.customer("Hello");
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Paused
    );
    play.wait(HOUR);
    let pass = play.pass_to(Target::Queue(QueueName::new("support")));
    play.bot(pass).unwrap();
    let clock = play.state().clocks[&ClockKind::FirstReply].clone();
    assert_eq!(clock.state, ClockState::Running);
    assert_eq!(
        clock.due_at,
        Some(play.now.plus(HOUR)),
        "people have their whole time"
    );
    play.wait(10 * MINUTE)
        .automatic(crate::message::MessageKind::AutoReply);
    assert_eq!(play.state().clocks[&ClockKind::FirstReply], clock);
}

#[test]
fn the_next_reply_counts_from_the_message_that_starts_the_wait() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    play.wait(MINUTE);
    play.answers("ben", "Hello");
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Met
    );
    let asked = play.wait(HOUR).now;
    play.customer("And this?");
    play.wait(30 * MINUTE).customer("Hello?");
    let due = play.state().clocks[&ClockKind::NextReply].due_at;
    assert_eq!(
        due,
        Some(asked.plus(2 * HOUR)),
        "asking again does not start it again"
    );
    play.wait(MINUTE);
    play.answers("ben", "Like so");
    assert_eq!(
        play.state().clocks[&ClockKind::NextReply].state,
        ClockState::Met
    );
    play.wait(MINUTE).customer("Thanks, and that?");
    let clock = &play.state().clocks[&ClockKind::NextReply];
    assert_eq!(clock.state, ClockState::Running);
    assert_eq!(clock.due_at, Some(play.now.plus(2 * HOUR)));
}

#[test]
fn a_snooze_stops_the_clocks_and_gives_back_what_was_left() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    play.wait(10 * MINUTE);
    let until = play.now.plus(DAY);
    let snooze = Command::SetStatus {
        to: WorkStatus::Snoozed,
        until: Some(until),
    };
    play.agent("ben", snooze).unwrap();
    let clock = &play.state().clocks[&ClockKind::FirstReply];
    assert_eq!(
        (clock.state, clock.left_ms),
        (ClockState::Paused, Some(50 * MINUTE))
    );
    play.wait(DAY).tick();
    assert_eq!(play.state().status, WorkStatus::Open);
    let clock = &play.state().clocks[&ClockKind::FirstReply];
    assert_eq!(clock.due_at, Some(until.plus(50 * MINUTE)));
    assert!(play.alerted_last().contains("anna"));
}

#[test]
fn an_answer_in_its_undo_window_stops_no_clock_and_misses_none() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    play.wait(HOUR - SECOND);
    let reply = play.reply("Just in time", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    play.wait(10 * SECOND).tick();
    assert_ne!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Missed
    );
    play.send_all();
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Met
    );

    let mut play = Play::without_bot();
    play.customer("Hello");
    play.wait(HOUR - SECOND);
    let reply = play.reply("Not like this", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    let outbox = play.only_outbox();
    play.wait(5 * SECOND);
    play.agent("ben", Command::CancelSend { outbox }).unwrap();
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Missed,
        "taken back, so it was missed"
    );
}

#[test]
fn a_rule_of_time_fires_at_its_instant_once_an_episode() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    let (play, events) = on_time(play, MONDAY.plus(30 * MINUTE));
    let raised: Vec<_> = events
        .iter()
        .filter(|event| matches!(event.event, Event::PriorityChanged(_)))
        .collect();
    assert_eq!(raised.len(), 1);
    let late = raised[0].at.since(MONDAY);
    assert!((15 * MINUTE..=15 * MINUTE + 1).contains(&late), "{late}");
    assert_eq!(play.state().priority, Priority::High);
}

#[test]
fn an_offer_that_ran_out_cannot_be_accepted_although_nobody_ticked() {
    let mut play = Play::without_bot();
    play.customer("Hello");
    let offer = play.offer_to(Target::Queue(QueueName::new("support")));
    play.agent("cleo", offer).unwrap();
    let offer = play.live_offer();
    play.wait(HOUR);
    let refusal = play.agent("ben", Command::Accept { offer }).unwrap_err();
    assert_eq!(refusal.code(), "offer_gone");
}

#[test]
fn a_message_that_waited_on_the_server_while_we_slept_counts_from_there() {
    let mut play = Play::without_bot();
    let received = play.now;
    play.wait(5 * HOUR);
    let mut input = play.message("Hello", crate::message::MessageKind::Message);
    input.received_at = received;
    play.order(
        crate::event::Actor::customer(),
        None,
        Command::Record(input),
    )
    .unwrap();
    assert_eq!(play.state().talk.waiting_since, Some(received));
    assert_eq!(
        play.state().clocks[&ClockKind::FirstReply].state,
        ClockState::Missed
    );
    let missed = play.log.iter().find(|(_, event)| {
        matches!(&event.event, Event::ClockChanged(changed) if changed.state == ClockState::Missed)
    });
    assert_eq!(
        missed.unwrap().1.at,
        received.plus(HOUR),
        "at the instant it ran out"
    );
}

#[test]
fn a_ladder_climbs_repeats_and_ends() {
    let mut play = Play::new();
    for agent in play.team.agents.values_mut() {
        agent.available = false;
    }
    play.customer("My lawyer will call you");
    let (play, events) = on_time(play, MONDAY.plus(3 * HOUR));
    let rungs: Vec<(i64, String)> = events
        .iter()
        .filter(|event| matches!(event.event, Event::LadderChanged(_)))
        .map(|event| (event.at.since(MONDAY) / MINUTE, line(event)))
        .collect();
    assert_eq!(
        rungs.iter().map(|(minute, _)| *minute).collect::<Vec<_>>(),
        [5, 15, 30, 45, 45],
        "{rungs:?}"
    );
    assert!(rungs.last().unwrap().1.ends_with("stopped"));
    assert!(play.state().escalated, "nobody has taken it");
}

#[test]
fn event_identifiers_are_distinct() {
    let mut play = Play::new();
    play.customer("My lawyer will call you");
    play.wait(DAY).tick();
    let mut ids: Vec<EventId> = play.log.iter().map(|(_, event)| event.id).collect();
    let before = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), before);
    assert!(ids.iter().all(|id| id.bits() != 0));
}
