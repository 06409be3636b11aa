//! Each verb of the control table: from where, by whom, to where, or why not.

use crate::command::Command;
use crate::control::{ControlState, OfferMode, Reason, ReasonCode, Target};
use crate::decide::Refusal;
use crate::decide::RefusalKind;
use crate::event::Actor;
use crate::ids::{AgentName, BotName, HandoffId, Id, QueueName};
use crate::packet::Packet;
use crate::status::WorkStatus;
use crate::time::{HOUR, MINUTE, SECOND};

use super::play::Play;

/// The states a conversation can rest in, each with how it gets there.
pub(super) fn stage(state: &str) -> Play {
    let mut play = Play::new();
    play.customer("Hello");
    let reason = Reason::default;
    match state {
        "bot" => {}
        "queue" => {
            let pass = play.pass_to(Target::Queue(QueueName::new("support")));
            play.bot(pass).unwrap();
        }
        "ben" => {
            play.agent("ben", Command::Take(reason())).unwrap();
        }
        "offered" => {
            play.agent("ben", Command::Take(reason())).unwrap();
            let offer = play.offer_to(Target::Agent(AgentName::new("anna")));
            play.agent("ben", offer).unwrap();
        }
        "released" => {
            play.bot_answers("All done").unwrap();
            play.bot(Command::Release(reason())).unwrap();
        }
        "closed" => {
            play.agent("ben", Command::Resolve { reason: reason() })
                .unwrap();
        }
        other => panic!("no stage {other}"),
    }
    play
}

fn table(command: impl Fn(&Play) -> Command, actor: &Actor, rows: &[(&str, &str)]) {
    for (from, want) in rows {
        let mut play = stage(from);
        let epoch = play.epoch();
        let command = command(&play);
        let before = play.state().clone();
        let got = match play.order(actor.clone(), Some(epoch), command) {
            Ok(_) => play.holder(),
            Err(refusal) => {
                assert_eq!(*play.state(), before, "a refusal changes nothing");
                refusal.code().to_owned()
            }
        };
        assert_eq!(&got, want, "from {from}");
    }
}

#[test]
fn take() {
    let take = |_: &Play| Command::Take(Reason::default());
    table(
        take,
        &Actor::agent("anna"),
        &[
            ("bot", "agent:anna"),
            ("queue", "agent:anna"),
            ("ben", "agent:anna"),
            ("offered", "agent:anna"),
            ("released", "agent:anna"),
            ("closed", "closed"),
        ],
    );
    table(
        take,
        &Actor::bot("helper"),
        &[("queue", "not_allowed"), ("ben", "not_allowed")],
    );
}

#[test]
fn pass() {
    let to_queue = |play: &Play| play.pass_to(Target::Queue(QueueName::new("billing")));
    let everywhere = [
        ("bot", "queue:billing"),
        ("queue", "queue:billing"),
        ("ben", "queue:billing"),
        ("offered", "queue:billing"),
        ("released", "queue:billing"),
        ("closed", "closed"),
    ];
    table(to_queue, &Actor::agent("ben"), &everywhere);
    // Anna leads, Cleo owns; they may move what Ben holds.
    table(to_queue, &Actor::agent("anna"), &everywhere);
    table(
        to_queue,
        &Actor::bot("helper"),
        &[
            ("bot", "queue:billing"),
            ("queue", "not_in_control"),
            ("ben", "not_in_control"),
            ("released", "not_in_control"),
        ],
    );
    let mut play = stage("bot");
    play.agent("anna", Command::Take(Reason::default()))
        .unwrap();
    let pass = to_queue(&play);
    let refusal = play.agent("ben", pass).unwrap_err();
    assert_eq!(refusal.code(), "not_in_control", "Ben does not lead");
    assert_eq!(refusal.kind(), RefusalKind::Notice);

    let unknown = |play: &Play| play.pass_to(Target::Agent(AgentName::new("zoe")));
    table(unknown, &Actor::agent("ben"), &[("bot", "no_such_agent")]);
    let to_bot = |play: &Play| play.pass_to(Target::Bot(BotName::new("helper")));
    table(
        to_bot,
        &Actor::agent("ben"),
        &[("ben", "return_to_bot_only"), ("queue", "bot:helper")],
    );
}

#[test]
fn a_repeated_pass_is_one_pass() {
    let mut play = stage("ben");
    let packet = Packet {
        handoff_id: HandoffId::from_bits(99),
        customer_goal: "A refund".to_owned(),
        ..Packet::default()
    };
    let pass = Command::Pass {
        to: Target::Queue(QueueName::new("billing")),
        reason: Reason::default(),
        packet: Some(Box::new(packet)),
    };
    play.agent("ben", pass.clone()).unwrap();
    assert_eq!(play.state().control.handoff, Some(HandoffId::from_bits(99)));
    assert_eq!(play.packet().customer_goal, "A refund");
    let epoch = play.epoch();
    assert!(play.agent("ben", pass).unwrap().events.is_empty());
    assert_eq!(play.epoch(), epoch);
}

#[test]
fn return_to_bot() {
    let back = |_: &Play| Command::ReturnToBot {
        bot: "helper".to_owned(),
        summary: "Sorted out".to_owned(),
        allowed_topics: vec!["delivery".to_owned()],
        promises: Vec::new(),
    };
    table(
        back,
        &Actor::agent("ben"),
        &[
            ("ben", "bot:helper"),
            ("queue", "bot:helper"),
            ("offered", "bot:helper"),
            ("closed", "closed"),
        ],
    );
    table(back, &Actor::bot("helper"), &[("ben", "not_allowed")]);
    table(back, &Actor::system(), &[("ben", "not_allowed")]);
    let mut play = stage("ben");
    play.agent("ben", back(&play)).unwrap();
    let packet = play.packet();
    assert_eq!(packet.direction, "human_to_bot");
    assert_eq!(packet.summary.text, "Sorted out");
    assert_eq!(packet.summary.author, "agent");
    assert_eq!(packet.allowed_actions, ["delivery"]);

    // Without a name it is the channel's own.
    let unnamed = |_: &Play| Command::ReturnToBot {
        bot: String::new(),
        summary: String::new(),
        allowed_topics: Vec::new(),
        promises: Vec::new(),
    };
    table(unnamed, &Actor::agent("ben"), &[("ben", "bot:helper")]);
    let mut play = Play::without_bot();
    play.customer("Hello");
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    let nobody = play.agent("ben", unnamed(&play)).unwrap_err();
    assert_eq!(nobody.code(), "nobody_to_take");
}

#[test]
fn release_resolve_reopen() {
    let release = |_: &Play| Command::Release(Reason::default());
    table(
        release,
        &Actor::agent("ben"),
        &[
            // The customer of this stage waits, and is never left with nobody.
            ("ben", "queue:support"),
            ("bot", "not_in_control"),
            ("queue", "not_in_control"),
            ("released", "nobody"),
            ("closed", "closed"),
        ],
    );
    let resolve = |_: &Play| Command::Resolve {
        reason: Reason::default(),
    };
    table(
        resolve,
        &Actor::agent("ben"),
        &[
            ("bot", "nobody"),
            ("queue", "nobody"),
            ("ben", "nobody"),
            ("offered", "nobody"),
            ("released", "nobody"),
            ("closed", "closed"),
        ],
    );
    let reopen = |_: &Play| Command::Reopen;
    table(
        reopen,
        &Actor::agent("ben"),
        &[
            ("closed", "agent:ben"),
            ("ben", "not_closed"),
            ("bot", "not_closed"),
        ],
    );
    table(reopen, &Actor::system(), &[("closed", "bot:helper")]);

    let mut play = stage("ben");
    play.answers("ben", "Done");
    play.agent("ben", Command::Release(Reason::default()))
        .unwrap();
    assert_eq!(play.state().control.state, ControlState::Released);
}

#[test]
fn fail() {
    let fail = |_: &Play| Command::Fail {
        code: "timeout".to_owned(),
        text: "no answer in 30 s".to_owned(),
    };
    table(
        fail,
        &Actor::system(),
        &[
            ("bot", "queue:support"),
            ("queue", "not_in_control"),
            ("ben", "not_in_control"),
            ("closed", "closed"),
        ],
    );
    table(fail, &Actor::agent("ben"), &[("bot", "not_allowed")]);
    let mut play = stage("bot");
    play.bot(fail(&play)).unwrap();
    assert_eq!(play.state().control.reason.code, ReasonCode::BotError);
    assert!(play.alerted_last().contains("ben"));
    assert_eq!(play.packet().mode, "cold");
}

#[test]
fn offers() {
    let mut play = stage("ben");
    let offer = play.offer_to(Target::Agent(AgentName::new("anna")));
    play.agent("ben", offer).unwrap();
    assert_eq!(play.state().control.state, ControlState::Offered);
    assert_eq!(
        play.holder(),
        "agent:ben",
        "a warm offer leaves the old one in charge"
    );
    let first = play.live_offer();
    assert_eq!(
        play.agent("cleo", Command::Accept { offer: first })
            .unwrap_err()
            .code(),
        "not_offered_to_you"
    );

    let offer = play.offer_to(Target::Queue(QueueName::new("support")));
    play.agent("ben", offer).unwrap();
    let second = play.live_offer();
    assert_ne!(first, second, "a new offer takes the place of the old one");
    assert_eq!(
        play.agent("anna", Command::Accept { offer: first })
            .unwrap_err()
            .code(),
        "offer_gone"
    );
    play.agent("anna", Command::Accept { offer: second })
        .unwrap();
    assert_eq!(play.holder(), "agent:anna");
    assert_eq!(play.packet().from.name, "ben");
    let late = play
        .agent("ben", Command::Accept { offer: second })
        .unwrap_err();
    assert_eq!(late.code(), "offer_gone");
    assert_eq!(
        late.to_string(),
        "the offer is gone, agent:anna has the conversation"
    );
}

#[test]
fn a_cold_offer_silences_its_maker_until_somebody_accepts() {
    let mut play = stage("bot");
    let offer = Command::Offer {
        to: Target::Agent(AgentName::new("ben")),
        timeout_ms: MINUTE,
        mode: OfferMode::Cold,
        reason: Reason::default(),
        packet: None,
    };
    play.bot(offer).unwrap();
    assert_eq!(
        play.bot_answers("One moment").unwrap_err().code(),
        "not_in_control"
    );
    let live = play.live_offer();
    play.agent("ben", Command::Accept { offer: live }).unwrap();
    assert_eq!(play.holder(), "agent:ben");
}

#[test]
fn a_declined_offer_of_a_bot_lands_in_a_queue_and_is_told() {
    let mut play = stage("bot");
    let offer = play.offer_to(Target::Agent(AgentName::new("ben")));
    play.bot(offer).unwrap();
    let offer = play.live_offer();
    let text = "In a meeting".to_owned();
    play.agent("ben", Command::Reject { offer, text }).unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert!(play.alerted_last().contains("anna"));
}

#[test]
fn whoever_is_free_is_asked_one_after_the_other() {
    let mut play = stage("bot");
    play.team
        .agents
        .get_mut(&AgentName::new("anna"))
        .unwrap()
        .load = 2;
    play.team
        .agents
        .get_mut(&AgentName::new("ben"))
        .unwrap()
        .load = 1;
    play.team
        .agents
        .get_mut(&AgentName::new("cleo"))
        .unwrap()
        .available = false;
    let offer = play.offer_to(Target::AnyAvailable);
    play.bot(offer).unwrap();
    let asked = |play: &Play| play.state().control.offer.as_ref().unwrap().to.clone();
    assert_eq!(asked(&play), Target::Agent(AgentName::new("ben")));
    play.wait(MINUTE).tick();
    assert_eq!(asked(&play), Target::Agent(AgentName::new("anna")));
    play.wait(MINUTE).tick();
    assert_eq!(play.holder(), "queue:support", "nobody is left to ask");
}

#[test]
fn a_bot_that_has_not_seen_who_is_in_control_is_refused() {
    let mut play = stage("bot");
    let seen = play.epoch();
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    for command in [
        play.reply("Late words", 0),
        play.pass_to(Target::Queue(QueueName::new("support"))),
        Command::Release(Reason::default()),
    ] {
        let refusal = play.order(Actor::bot("helper"), Some(seen), command.clone());
        assert_eq!(refusal.unwrap_err().code(), "stale_epoch");
        let refusal = play.order(Actor::bot("helper"), None, command);
        assert_eq!(refusal.unwrap_err().code(), "stale_epoch");
    }
}

#[test]
fn the_second_of_two_who_take_at_once_learns_who_was_first() {
    let mut play = stage("queue");
    let seen = Some(play.epoch());
    play.order(Actor::agent("anna"), seen, Command::Take(Reason::default()))
        .unwrap();
    let refusal = play
        .order(Actor::agent("ben"), seen, Command::Take(Reason::default()))
        .unwrap_err();
    assert_eq!(refusal.code(), "stale_epoch");
    assert_eq!(refusal.to_string(), "control has gone to agent:anna since");
    assert_eq!(refusal.kind(), RefusalKind::Notice);
}

#[test]
fn whoever_has_not_seen_the_newest_hand_moves_nothing() {
    let reason = Reason::default;
    let moves = |play: &mut Play| {
        let pass = play.pass_to(Target::Queue(QueueName::new("billing")));
        let back = Command::ReturnToBot {
            bot: "helper".to_owned(),
            summary: String::new(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
        };
        let resolve = Command::Resolve { reason: reason() };
        [Command::Release(reason()), pass, back, resolve]
    };
    for order in 0..4 {
        let mut play = stage("bot");
        let seen = Some(play.epoch());
        let take = Command::Take(reason());
        play.order(Actor::agent("ben"), seen, take).unwrap();
        // Anna leads and might, had she seen it; Ben has it and may, whatever he saw.
        let wanted = moves(&mut play)[order].clone();
        let refusal = play
            .order(Actor::agent("anna"), seen, wanted.clone())
            .unwrap_err();
        assert_eq!(refusal.code(), "stale_epoch", "{wanted:?}");
        assert_eq!(play.holder(), "agent:ben");
        let now = Some(play.epoch());
        let mut lead = play.clone();
        lead.order(Actor::agent("anna"), now, wanted.clone())
            .unwrap();
        play.order(Actor::agent("ben"), seen, wanted).unwrap();

        // What went to another queue meanwhile is not moved unseen either.
        let mut play = stage("bot");
        let pass = play.pass_to(Target::Queue(QueueName::new("support")));
        play.bot(pass).unwrap();
        let wanted = moves(&mut play)[order].clone();
        let refused = play.order(Actor::agent("ben"), seen, wanted).unwrap_err();
        assert_eq!(refused.code(), "stale_epoch");
        // A reply is a take, whoever has it.
        let reply = play.reply("Hello", 0);
        play.order(Actor::agent("ben"), seen, reply).unwrap();
        assert_eq!(play.holder(), "agent:ben");
    }
}

#[test]
fn after_work_belongs_to_the_same_person() {
    let mut play = stage("ben");
    play.settings.wrap_up_ms = 5 * MINUTE;
    play.answers("ben", "Solved");
    play.agent(
        "ben",
        Command::Resolve {
            reason: Reason::default(),
        },
    )
    .unwrap();
    assert_eq!(play.state().control.state, ControlState::Wrapping);
    let mut silent = play.clone();

    play.wait(MINUTE).customer("One more thing");
    assert_eq!(play.state().control.state, ControlState::AgentActive);
    assert_eq!(play.holder(), "agent:ben");
    assert_eq!(play.state().status, WorkStatus::Open);

    silent.wait(HOUR).tick();
    assert_eq!(silent.state().control.state, ControlState::Closed);
    silent.wait(SECOND).customer("Hello again");
    assert_eq!(silent.state().episode, 2);
    assert_eq!(silent.holder(), "bot:helper");
}

#[test]
fn status_by_hand() {
    let mut play = stage("ben");
    let set = |to, until| Command::SetStatus { to, until };
    let past = play.now;
    let refusal = play
        .agent("ben", set(WorkStatus::Snoozed, Some(past)))
        .unwrap_err();
    assert_eq!(refusal.code(), "snooze_needs_time");
    let refusal = play.agent("ben", set(WorkStatus::New, None)).unwrap_err();
    assert_eq!(refusal.kind(), RefusalKind::Error);
    let until = play.now.plus(HOUR);
    play.agent("ben", set(WorkStatus::Snoozed, Some(until)))
        .unwrap();
    assert!(play.state().next_due().is_some_and(|due| due <= until));
    play.customer("Are you there?");
    assert_eq!(
        play.state().status,
        WorkStatus::Open,
        "the customer wakes it"
    );
    assert_eq!(play.holder(), "agent:ben");
}

#[test]
fn a_packet_is_checked_before_anything_happens() {
    let mut play = stage("ben");
    let pass = |packet: Packet| Command::Pass {
        to: Target::Agent(AgentName::new("anna")),
        reason: Reason::default(),
        packet: Some(Box::new(packet)),
    };
    let large = Packet {
        next_step: "x".repeat(70_000),
        ..Packet::default()
    };
    assert_eq!(
        play.agent("ben", pass(large)).unwrap_err().code(),
        "packet_too_large"
    );
    let foreign = Packet {
        conversation_id: Id::from_bits(1234),
        ..Packet::default()
    };
    assert_eq!(
        play.agent("ben", pass(foreign)).unwrap_err().code(),
        "packet_invalid"
    );
    let loud = Packet {
        mode: "loud".to_owned(),
        ..Packet::default()
    };
    let furious = Packet {
        sentiment: Some(crate::packet::Sentiment {
            label: "furious".to_owned(),
            score: -7.0,
        }),
        ..Packet::default()
    };
    for (wrong, field) in [(loud, "mode"), (furious, "sentiment.score")] {
        let refused = play.agent("ben", pass(wrong)).unwrap_err();
        assert_eq!(refused, Refusal::PacketInvalid { field });
    }
    let advised = Packet {
        mode: "consult".to_owned(),
        ..Packet::default()
    };
    play.agent("ben", pass(advised)).unwrap();
    let packet = play.packet();
    assert_eq!(packet.mode, "consult");
    assert_eq!(packet.schema, crate::packet::SCHEMA);
    assert_eq!(packet.customer_goal, "Where is my parcel?");
    assert_eq!(packet.direction, "human_to_human");
    assert_eq!(
        (packet.from.name.as_str(), packet.to.name.as_str()),
        ("ben", "anna")
    );
    assert_eq!(packet.control_epoch, play.epoch());
    assert_eq!(packet.transcript.count, 1);
    assert_eq!(packet.sla.unwrap().policy, "standard");
    assert!(
        packet
            .summary
            .text
            .starts_with("1 message in this episode.")
    );
}
