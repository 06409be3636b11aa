//! The life of a message to be sent.

use crate::command::{Command, SendEnd};
use crate::control::Reason;
use crate::conversation::{ANSWER_MARGIN, OutgoingState};
use crate::decide::{GIVE_UP_AFTER, Outcome, Refusal, back_off};
use crate::event::Actor;
use crate::ids::OutboxId;
use crate::status::WorkStatus;
use crate::time::{HOUR, MINUTE, SECOND};

use super::play::Play;

/// Ben has answered, and the message waits for its undo window of ten seconds.
fn answered() -> (Play, OutboxId) {
    let mut play = Play::new();
    play.customer("Hello");
    let reply = play.reply("Hello, this is Ben", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    let outbox = play.only_outbox();
    (play, outbox)
}

fn begin(play: &mut Play, outbox: OutboxId) -> Result<&Outcome, Refusal> {
    let deadline = play.now.plus(20 * SECOND);
    play.order(
        Actor::system(),
        None,
        Command::BeginSend { outbox, deadline },
    )
}

fn end(play: &mut Play, outbox: OutboxId, end: SendEnd) -> Result<&Outcome, Refusal> {
    play.order(Actor::system(), None, Command::EndSend { outbox, end })
}

fn not_sent() -> SendEnd {
    SendEnd::NotSent {
        text: "connection refused".to_owned(),
    }
}

#[test]
fn a_message_leaves_after_its_undo_window_and_then_counts_as_said() {
    let (mut play, outbox) = answered();
    assert_eq!(begin(&mut play, outbox).unwrap_err().code(), "send_not_due");
    assert!(
        play.state().talk.waiting_since.is_some(),
        "nothing has left yet"
    );
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    assert_eq!(
        begin(&mut play, outbox).unwrap_err().code(),
        "send_under_way"
    );
    let cancel = play.agent("ben", Command::CancelSend { outbox });
    assert_eq!(cancel.unwrap_err().code(), "too_late_to_cancel");
    end(
        &mut play,
        outbox,
        SendEnd::Sent {
            refused: Vec::new(),
            put_off: Vec::new(),
        },
    )
    .unwrap();
    assert_eq!(play.state().talk.waiting_since, None);
    assert_eq!(play.state().status, WorkStatus::WaitingCustomer);
    assert!(play.state().outbox.is_empty());
    assert_eq!(begin(&mut play, outbox).unwrap_err().code(), "send_settled");
}

#[test]
fn a_clock_that_was_set_back_keeps_no_message_waiting() {
    let (mut play, outbox) = answered();
    assert_eq!(begin(&mut play, outbox).unwrap_err().code(), "send_not_due");
    play.wait(-HOUR);
    begin(&mut play, outbox).unwrap();
    end(&mut play, outbox, not_sent()).unwrap();
    // The pause after a failure is as long as it is, and no longer.
    play.wait(MINUTE - 1);
    assert_eq!(begin(&mut play, outbox).unwrap_err().code(), "send_not_due");
    play.wait(-HOUR);
    begin(&mut play, outbox).unwrap();
}

#[test]
fn a_message_taken_back_is_gone_and_the_customer_waits_on() {
    let (mut play, outbox) = answered();
    let before = play.state().clone();
    play.agent("ben", Command::CancelSend { outbox }).unwrap();
    let after = play.state().clone();
    assert!(after.outbox.is_empty());
    assert_eq!(after.control, before.control, "the take stays");
    assert_eq!(after.status, before.status);
    assert!(after.talk.waiting_since.is_some());
    play.wait(MINUTE);
    assert_eq!(begin(&mut play, outbox).unwrap_err().code(), "send_settled");
}

#[test]
fn what_was_resolved_with_a_message_taken_back_is_open_as_before() {
    let mut play = Play::new();
    play.customer("Hello");
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    play.wait(MINUTE);
    let before = play.state().clone();
    let reply = play.replies_and_resolves("Done.", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    assert_eq!(play.state().status, WorkStatus::Solved);
    let outbox = play.only_outbox();
    play.wait(3 * SECOND);
    play.agent("ben", Command::CancelSend { outbox }).unwrap();
    let after = play.state();
    assert_eq!(play.holder(), "agent:ben");
    assert_eq!(after.status, before.status);
    assert_eq!(after.talk.waiting_since, before.talk.waiting_since);
    assert_eq!(after.clocks, before.clocks);
    assert!(after.clocks.values().any(|clock| clock.is_live()));
}

#[test]
fn a_message_taken_back_leaves_alone_what_has_moved_on_since() {
    let mut play = Play::new();
    play.customer("Hello");
    let reply = play.replies_and_resolves("Done.", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    let outbox = play.only_outbox();
    play.customer("And one more thing");
    let before = play.state().clone();
    play.agent("ben", Command::CancelSend { outbox }).unwrap();
    assert_eq!(play.state().control, before.control);
    assert_eq!(play.state().status, before.status);
}

#[test]
fn what_was_not_sent_is_tried_again_ever_more_slowly_and_given_up_after_two_days() {
    let (mut play, outbox) = answered();
    let queued = play.now;
    play.wait(10 * SECOND);
    let mut attempts = 0;
    loop {
        begin(&mut play, outbox).unwrap();
        attempts += 1;
        end(&mut play, outbox, not_sent()).unwrap();
        let OutgoingState::Queued { not_before } = play.state().outbox[&outbox].state else {
            break;
        };
        assert_eq!(not_before.since(play.now), back_off(attempts));
        play.now = not_before;
    }
    assert_eq!(play.state().outbox[&outbox].state, OutgoingState::Failed);
    assert!(play.now.since(queued) > GIVE_UP_AFTER - back_off(attempts));
    assert!(play.alerts().last().unwrap().urgent);
    assert_eq!(play.state().status, WorkStatus::Open);

    play.agent("ben", Command::RetrySend { outbox }).unwrap();
    begin(&mut play, outbox).unwrap();
    end(
        &mut play,
        outbox,
        SendEnd::Sent {
            refused: Vec::new(),
            put_off: Vec::new(),
        },
    )
    .unwrap();
    assert_eq!(play.state().talk.from_agents, 1);
}

/// The server took it for some; `refused` for good, `put_off` for now.
fn partly(refused: &[&str], put_off: &[&str]) -> SendEnd {
    let owned = |all: &[&str]| all.iter().map(ToString::to_string).collect();
    SendEnd::Sent {
        refused: owned(refused),
        put_off: owned(put_off),
    }
}

#[test]
fn who_was_put_off_is_tried_again_alone_and_who_was_refused_never() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    let end_of_first = partly(&["gone@customer.test"], &["later@customer.test"]);
    end(&mut play, outbox, end_of_first).unwrap();
    let left = play.state().outbox[&outbox].clone();
    assert_eq!(left.left, ["later@customer.test"]);
    let OutgoingState::Queued { not_before } = left.state else {
        panic!("{:?}", left.state);
    };
    assert_eq!(not_before.since(play.now), back_off(1));
    assert_eq!(play.state().talk.from_agents, 1, "it has been said");
    let refused = |play: &Play| {
        let undelivered = play.state().undelivered.values().next();
        undelivered.map(|one| one.refused.len()).unwrap_or_default()
    };
    assert_eq!(refused(&play), 1);
    let cancel = play.agent("ben", Command::CancelSend { outbox });
    assert_eq!(cancel.unwrap_err().code(), "too_late_to_cancel");

    // The whole attempt fails, then it succeeds.
    play.now = not_before;
    begin(&mut play, outbox).unwrap();
    end(&mut play, outbox, not_sent()).unwrap();
    play.now = play.now.plus(back_off(2));
    begin(&mut play, outbox).unwrap();
    end(&mut play, outbox, partly(&[], &[])).unwrap();
    assert!(play.state().outbox.is_empty());
    assert_eq!(refused(&play), 1);
    assert_eq!(play.state().talk.from_agents, 1, "and is said once");
}

#[test]
fn who_is_put_off_for_two_days_is_told_as_refused() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    let later = partly(&[], &["later@customer.test"]);
    while play.state().outbox.contains_key(&outbox) {
        begin(&mut play, outbox).unwrap();
        end(&mut play, outbox, later.clone()).unwrap();
        if let Some(entry) = play.state().outbox.get(&outbox) {
            let OutgoingState::Queued { not_before } = entry.state else {
                panic!("{:?}", entry.state);
            };
            play.now = not_before;
        }
    }
    let undelivered = play.state().undelivered.values().next().unwrap();
    assert!(undelivered.refused.contains("later@customer.test"));
    assert_eq!(play.state().talk.from_agents, 1);
    assert!(play.alerted_last().contains("ben"));
}

#[test]
fn a_lost_answer_leaves_a_doubt_that_only_a_person_or_the_server_settles() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    let text = "the connection broke".to_owned();
    end(&mut play, outbox, SendEnd::InDoubt { text }).unwrap();
    assert!(play.alerted_last().contains("ben"));
    assert_eq!(
        begin(&mut play, outbox).unwrap_err().code(),
        "send_under_way"
    );
    assert_eq!(end(&mut play, outbox, not_sent()).map(|_| ()), Ok(()));

    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    end(
        &mut play,
        outbox,
        SendEnd::InDoubt {
            text: String::new(),
        },
    )
    .unwrap();
    play.effects.clear();
    play.wait(HOUR).tick();
    assert_eq!(
        play.alerts()
            .iter()
            .filter(|alert| alert.reason.text.contains("still in doubt"))
            .count(),
        1
    );
    play.wait(HOUR).tick();
    let reminded = play.alerts();
    assert_eq!(
        reminded
            .iter()
            .filter(|alert| alert.reason.text.contains("still in doubt"))
            .count(),
        1,
        "people are reminded once"
    );
    let mut late = play.clone();
    play.agent(
        "ben",
        Command::JudgeSend {
            outbox,
            sent: false,
        },
    )
    .unwrap();
    assert_eq!(play.state().outbox[&outbox].state, OutgoingState::Failed);
    assert_eq!(play.state().talk.from_agents, 0);

    end(
        &mut late,
        outbox,
        SendEnd::Sent {
            refused: Vec::new(),
            put_off: Vec::new(),
        },
    )
    .unwrap();
    assert_eq!(
        late.state().talk.from_agents,
        1,
        "the server knew after all"
    );
}

#[test]
fn what_turns_out_to_have_arrived_is_not_sent_again_whatever_was_judged_meanwhile() {
    let sent = || partly(&[], &[]);
    for tried_again in [false, true] {
        let (mut play, outbox) = answered();
        assert_eq!(
            end(&mut play, outbox, sent()).unwrap_err().code(),
            "send_settled",
            "nothing can have left before the first attempt"
        );
        play.wait(10 * SECOND);
        begin(&mut play, outbox).unwrap();
        let text = "the connection broke".to_owned();
        end(&mut play, outbox, SendEnd::InDoubt { text }).unwrap();
        let judge = Command::JudgeSend {
            outbox,
            sent: false,
        };
        play.agent("ben", judge).unwrap();
        if tried_again {
            play.agent("ben", Command::RetrySend { outbox }).unwrap();
        }
        assert_eq!(
            end(&mut play, outbox, not_sent()).unwrap_err().code(),
            "send_settled",
            "only that it was sent is news"
        );
        end(&mut play, outbox, sent()).unwrap();
        assert_eq!(play.state().talk.from_agents, 1);
        assert!(play.state().outbox.is_empty());
        assert_eq!(
            begin(&mut play, outbox).unwrap_err().code(),
            "send_settled",
            "the second attempt finds it sent"
        );
    }
}

#[test]
fn an_attempt_cut_off_by_a_crash_is_in_doubt_and_never_repeated() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    play.wait(20 * SECOND + ANSWER_MARGIN - 1).tick();
    assert!(matches!(
        play.state().outbox[&outbox].state,
        OutgoingState::Committing { .. }
    ));
    play.wait(1).tick();
    assert!(matches!(
        play.state().outbox[&outbox].state,
        OutgoingState::InDoubt { .. }
    ));
    assert_eq!(
        begin(&mut play, outbox).unwrap_err().code(),
        "send_under_way"
    );
}

#[test]
fn what_fails_after_the_conversation_was_closed_opens_it_again() {
    let (mut play, outbox) = answered();
    play.agent(
        "ben",
        Command::Resolve {
            reason: Reason::default(),
        },
    )
    .unwrap();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    let text = "no such mailbox".to_owned();
    end(&mut play, outbox, SendEnd::Rejected { text }).unwrap();
    assert_eq!(play.holder(), "agent:ben");
    assert_eq!(play.state().status, WorkStatus::Open);
    assert!(play.alerted_last().contains("ben"));
}

#[test]
fn a_customer_who_writes_while_the_answer_is_leaving_still_waits() {
    let (mut play, outbox) = answered();
    let later = play.wait(5 * SECOND).now;
    play.customer("And another thing");
    play.wait(5 * SECOND);
    begin(&mut play, outbox).unwrap();
    end(
        &mut play,
        outbox,
        SendEnd::Sent {
            refused: Vec::new(),
            put_off: Vec::new(),
        },
    )
    .unwrap();
    assert_eq!(play.state().talk.waiting_since, Some(later));
    assert_eq!(play.state().status, WorkStatus::Open);
}

#[test]
fn our_own_copy_settles_a_doubt_and_is_not_said_twice() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    end(
        &mut play,
        outbox,
        SendEnd::InDoubt {
            text: String::new(),
        },
    )
    .unwrap();
    for _ in 0..2 {
        see_own_copy(&mut play, outbox);
    }
    assert!(play.state().outbox.is_empty());
    assert_eq!(play.state().talk.from_agents, 1);
}

#[test]
fn our_own_copy_of_what_left_for_some_keeps_what_is_still_to_reach_the_others() {
    let (mut play, outbox) = answered();
    play.wait(10 * SECOND);
    begin(&mut play, outbox).unwrap();
    let later = vec!["cc@example.org".to_owned()];
    end(
        &mut play,
        outbox,
        SendEnd::Sent {
            refused: Vec::new(),
            put_off: later.clone(),
        },
    )
    .unwrap();
    see_own_copy(&mut play, outbox);
    let entry = &play.state().outbox[&outbox];
    assert_eq!(entry.left, later);
    assert!(matches!(entry.state, OutgoingState::Queued { .. }));
    assert_eq!(play.state().talk.from_agents, 1);
}

/// Our own message comes back, as the Sent folder has it.
fn see_own_copy(play: &mut Play, outbox: OutboxId) {
    let mut copy = play.message("Hello, this is Ben", crate::message::MessageKind::Message);
    copy.direction = crate::message::Direction::Outbound;
    copy.author = crate::message::Author::Agent;
    copy.outbox = Some(outbox);
    play.order(Actor::system(), None, Command::Record(copy))
        .unwrap();
}
