//! Whole stories, event by event.

use crate::command::Command;
use crate::control::{Controller, Reason, Target};
use crate::effect::Effect;
use crate::event::Actor;
use crate::event::body::{BotReported, Join};
use crate::ids::{AgentName, QueueName};
use crate::message::MessageKind;
use crate::sla::ClockKind;
use crate::status::{Priority, WorkStatus};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::BotLink;

use super::play::{Play, RULES};

#[test]
fn a_bot_that_nothing_connects_to_never_keeps_a_customer_waiting() {
    let mut play = Play::new();
    play.channel.bot_link = BotLink::Absent;
    play.customer("Where is my parcel?");
    assert_eq!(play.holder(), "queue:support");
    assert_eq!(play.alerted_last().len(), 2, "people are told");
    let no_errand = |play: &Play| {
        !play
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::AskBot { .. } | Effect::TellBot { .. }))
    };
    assert!(no_errand(&play), "nobody is asked: {:?}", play.effects);
    assert!(
        play.told()
            .contains(&"baton: fail bot:helper -> queue:support".to_owned())
    );

    // Nor can a person give it back while the customer waits.
    play.wait(MINUTE);
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    let back = Command::ReturnToBot {
        bot: "helper".to_owned(),
        summary: String::new(),
        allowed_topics: Vec::new(),
        promises: Vec::new(),
    };
    play.effects.clear();
    play.agent("ben", back).unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert!(!play.alerted_last().is_empty());
    assert!(no_errand(&play));
}

#[test]
fn what_people_made_of_a_packet_stays_with_its_handoff() {
    let mut play = Play::new();
    play.customer("I want to talk to a human");
    assert_eq!(play.state().control.rule.as_deref(), Some("asked"));
    let told = play.state().telling.most();
    assert!(told.is_some(), "the rule that moved it is told of");
    let handoff = play.state().control.handoff.unwrap();
    let mark = |useful| Command::MarkPacket {
        handoff,
        useful,
        missing: Vec::new(),
    };
    let read_at = play.wait(MINUTE).now;
    play.agent("ben", mark(None)).unwrap();
    play.wait(MINUTE).agent("anna", mark(Some(true))).unwrap();
    play.wait(MINUTE).agent("ben", mark(None)).unwrap();
    let known = play.state().control.mark.clone().unwrap();
    assert_eq!((known.read_at, known.useful), (read_at, Some(true)));

    play.agent("ben", Command::Take(Reason::default())).unwrap();
    assert_ne!(play.state().control.handoff, Some(handoff));
    assert_eq!(play.state().control.mark, None, "another packet, unread");
    assert_eq!(play.state().telling.most(), told, "no rule moved it since");
}

#[test]
fn a_bot_that_speaks_by_itself_is_not_asked() {
    let mut play = Play::new();
    play.channel.bot_link = BotLink::ByItself;
    play.customer("Where is my parcel?");
    assert_eq!(play.holder(), "bot:helper");
    assert!(play.effects.is_empty(), "{:?}", play.effects);
}

#[test]
fn a_customer_a_bot_that_answers_and_a_person_who_is_asked_for() {
    let mut play = Play::new();
    play.customer("Where is my parcel?");
    assert_eq!(
        play.told(),
        [
            "customer: conversation.opened",
            "customer: message.recorded",
            "customer: open nobody -> bot:helper",
            "customer: sla.assigned",
            "baton: clock first_reply paused",
            "baton: clock resolve running",
            "baton: decided customer.message []",
        ]
    );
    assert!(matches!(
        play.effects.last(),
        Some(Effect::AskBot { epoch: 1, .. })
    ));

    play.wait(SECOND);
    play.bot_answers("It is on its way").unwrap();
    assert_eq!(play.state().talk.waiting_since, None);

    play.wait(MINUTE);
    play.effects.clear();
    play.customer("I want to talk to a human");
    assert_eq!(play.holder(), "queue:support");
    assert_eq!(play.state().control.rule.as_deref(), Some("asked"));
    assert_eq!(play.state().status, WorkStatus::Open);
    assert!(play.state().escalated);
    assert_eq!(play.alerted_last().len(), 2, "Anna and Ben work in support");
    assert!(
        !play
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::AskBot { .. })),
        "the bot is not asked any more"
    );
    assert!(play.effects.iter().any(
        |effect| matches!(effect, Effect::Macro { name, epoch, .. } if name == "handing-over" && *epoch == play.epoch())
    ));
    let packet = play.packet();
    assert_eq!(packet.direction, "bot_to_human");
    assert_eq!(packet.decision.unwrap().rule_id, "asked");

    play.wait(MINUTE);
    play.answers("ben", "Hello, this is Ben");
    assert_eq!(play.holder(), "agent:ben");
    assert!(play.state().ladder.is_none());
    assert!(!play.state().escalated);
    assert_eq!(play.state().status, WorkStatus::WaitingCustomer);
    assert!(
        play.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Withdraw))
    );

    play.wait(HOUR);
    let resolve = Command::Resolve {
        reason: Reason::default(),
    };
    play.agent("ben", resolve).unwrap();
    assert_eq!(play.state().status, WorkStatus::Solved);
    assert_eq!(play.state().next_due(), None, "nothing is left to wait for");

    play.wait(HOUR).customer("Thank you, but it is broken");
    assert_eq!(play.state().episode, 2);
    assert_eq!(play.holder(), "bot:helper");
    assert_eq!(play.state().status, WorkStatus::Open);
}

#[test]
fn legal_wording_goes_to_the_lead_at_once_with_sound() {
    let mut play = Play::new();
    play.customer("My lawyer will call you");
    assert_eq!(play.holder(), "queue:lead");
    assert_eq!(play.state().priority, Priority::Urgent);
    assert!(play.state().tags.contains("legal"));
    let alerts = play.alerts();
    assert_eq!(
        alerts.len(),
        1,
        "the rung and the handoff are one alert: {alerts:?}"
    );
    assert_eq!(alerts[0].rung, Some(0));
    assert!(alerts[0].sound);

    play.wait(5 * MINUTE).tick();
    let offer = play.state().control.offer.clone().unwrap();
    assert_eq!(offer.rule.as_deref(), Some("legal"));
    assert_eq!(
        play.holder(),
        "queue:lead",
        "an offer from a queue leaves it there"
    );
    play.agent("anna", Command::Accept { offer: offer.id })
        .unwrap();
    assert!(play.state().ladder.is_none());
}

#[test]
fn a_bot_that_stumbles_twice_hands_over() {
    let mut play = Play::new();
    play.customer("Where is it?");
    let report = |failure: Option<&str>| {
        Command::BotReport(BotReported {
            bot: "helper".to_owned(),
            intent: Some("order".to_owned()),
            confidence: Some(0.4),
            failure: failure.map(str::to_owned),
            same_answer: false,
        })
    };
    play.bot(report(Some("no_match"))).unwrap();
    assert_eq!(play.holder(), "bot:helper");
    play.bot(report(Some("no_match"))).unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert!(play.state().tags.contains("bot-stuck"));
    let packet = play.packet();
    assert_eq!(packet.intent.as_ref().unwrap().name, "order");
    assert!(
        packet.summary.text.contains("It failed twice in a row."),
        "{packet:?}"
    );
}

#[test]
fn what_a_bot_wrote_before_a_person_took_over_is_not_sent_after() {
    let mut play = Play::new();
    play.customer("Hello");
    let reply = play.reply("A slow answer", 0);
    play.bot(reply).unwrap();
    let outbox = play.only_outbox();
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    assert!(play.told().contains(&"ben: send superseded".to_owned()));
    let deadline = play.now.plus(SECOND);
    let begin = Command::BeginSend { outbox, deadline };
    assert_eq!(
        play.order(Actor::system(), None, begin).unwrap_err().code(),
        "send_settled"
    );
}

#[test]
fn a_draft_that_must_be_read_goes_where_another_rule_sends_the_conversation() {
    let rules = format!(
        "{RULES}\n{}",
        r#"[[rule]]
id     = "refund"
why    = "Who promises a refund is helped by the leads."
on     = ["draft"]
when   = 'draft.mentions_money'
do     = { control = "team:lead", tag = ["refund"] }
reason = "a refund"
"#
    );
    let mut play = Play::with_rules(&rules);
    play.customer("I want my money back");
    let reply = play.reply("We refund 20 €.", 0);
    play.bot(reply).unwrap();
    assert!(play.state().outbox.is_empty(), "nothing is sent");
    assert_eq!(play.holder(), "queue:lead");
    assert!(play.state().tags.contains("refund"));
    assert!(
        play.packet().attributes.contains_key("draft_document"),
        "the draft came along"
    );
    let told = play.alerted_last();
    assert!(told.contains("anna"), "the leads have it: {told:?}");
    assert!(told.contains("cleo"), "the reviewers read it: {told:?}");
}

#[test]
fn what_a_bot_says_while_a_rule_takes_control_from_it_is_not_said() {
    for (to, holder) in [("team:lead", "queue:lead"), ("closed", "nobody")] {
        let rules = format!(
            "{RULES}\n{}",
            r#"[[rule]]
id     = "delivery"
why    = "Who promises a day is helped by the leads."
on     = ["draft"]
when   = 'draft.length > 20'
do     = { control = "TO" }
reason = "a promise"
"#
            .replace("TO", to)
        );
        let mut play = Play::with_rules(&rules);
        play.customer("When does it come?");
        play.bot_answers("Let me see").unwrap();
        play.bot_answers("It is with you on Friday morning")
            .unwrap();
        assert_eq!(play.holder(), holder);
        assert_eq!(play.state().talk.from_bots, 1, "not the promise");
        if to != "closed" {
            assert!(play.packet().attributes.contains_key("draft_document"));
        }
    }
}

#[test]
fn a_conversation_that_was_solved_by_mistake_is_opened_with_whom_it_left_waiting() {
    let mut play = Play::without_bot();
    play.customer("Where is my parcel?");
    let asked_at = play.now;
    let resolve = || Command::Resolve {
        reason: Reason::default(),
    };
    play.wait(MINUTE).agent("ben", resolve()).unwrap();
    assert_eq!(
        play.state().talk.waiting_since,
        None,
        "nobody waits for an end"
    );

    play.wait(MINUTE).agent("ben", Command::Reopen).unwrap();
    assert_eq!(play.state().talk.waiting_since, Some(asked_at));
    let clocks: Vec<_> = play.state().clocks.values().collect();
    assert!(
        clocks
            .iter()
            .any(|clock| clock.kind == ClockKind::FirstReply && clock.is_live()),
        "they are promised an answer again: {clocks:?}"
    );
    play.agent("ben", Command::Release(Reason::default()))
        .unwrap();
    assert_eq!(play.holder(), "queue:support", "and not left with nobody");

    play.answers("ben", "It is on its way");
    play.agent("ben", resolve()).unwrap();
    play.agent("ben", Command::Reopen).unwrap();
    assert_eq!(play.state().talk.waiting_since, None, "they have an answer");
    play.agent("ben", Command::Release(Reason::default()))
        .unwrap();
    assert_eq!(play.holder(), "nobody");
}

#[test]
fn machines_are_written_down_and_nothing_else() {
    for kind in [
        MessageKind::AutoReply,
        MessageKind::Bounce,
        MessageKind::List,
        MessageKind::Feedback,
        MessageKind::System,
    ] {
        let mut play = Play::new();
        play.automatic(kind);
        assert_eq!(
            play.holder(),
            "queue:support",
            "people see it, no bot answers"
        );
        assert!(play.effects.is_empty());
        assert_eq!(play.state().talk.waiting_since, None);
        assert!(play.state().clocks.is_empty());

        let mut play = Play::new();
        play.customer("Hello");
        play.answers("ben", "Hello");
        play.agent(
            "ben",
            Command::Resolve {
                reason: Reason::default(),
            },
        )
        .unwrap();
        play.effects.clear();
        play.wait(MINUTE).automatic(kind);
        assert_eq!(
            play.state().status,
            WorkStatus::Solved,
            "{kind:?} reopens nothing"
        );
        assert_eq!(play.state().episode, 1);
        assert!(play.effects.is_empty());
    }
}

#[test]
fn an_answer_that_did_not_arrive_is_work_again_and_its_author_hears_of_it() {
    let report = |play: &mut Play| {
        let mut input = play.message("It did not arrive", MessageKind::Bounce);
        input.author = crate::message::Author::System;
        std::sync::Arc::make_mut(&mut input.document).report =
            Some(crate::message::DeliveryReport {
                original_message_id: None,
                action: "failed".to_owned(),
                status: "5.1.2".to_owned(),
                recipient: "carla@customer.test".to_owned(),
                diagnostic: String::new(),
            });
        play.order(Actor::system(), None, Command::Record(input))
            .unwrap();
    };
    let mut play = Play::new();
    play.customer("Hello");
    play.answers("ben", "Hello");
    assert_eq!(play.state().status, WorkStatus::WaitingCustomer);
    play.effects.clear();

    report(play.wait(MINUTE));

    assert_eq!(play.state().status, WorkStatus::Open);
    assert_eq!(play.holder(), "agent:ben");
    assert!(play.alerted_last().contains("ben"));
    assert_eq!(play.state().talk.waiting_since, None, "she said nothing");
    assert_eq!(play.state().talk.from_customer, 1);
    let asked = |effect: &Effect| matches!(effect, Effect::AskBot { .. } | Effect::Send { .. });
    assert!(!play.effects.iter().any(asked), "no machine answers it");

    play.agent("ben", Command::MarkRead).unwrap();
    assert!(play.effects.contains(&Effect::Withdraw), "he has seen it");
}

#[test]
fn a_stranger_who_quotes_an_identifier_gets_no_answer_from_a_machine() {
    let mut play = Play::new();
    play.customer("Hello");
    play.effects.clear();
    let mut input = play.message("Send it to me instead", MessageKind::Message);
    input.join = Join::Flagged;
    play.order(Actor::customer(), None, Command::Record(input))
        .unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert!(
        !play
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::AskBot { .. }))
    );
    assert!(play.alerted_last().contains("ben"));
}

#[test]
fn an_answer_sent_with_another_program_is_a_take_too() {
    let mut play = Play::new();
    play.customer("Hello");
    let mut input = play.message("Hello from my phone", MessageKind::Message);
    input.direction = crate::message::Direction::Outbound;
    input.author = crate::message::Author::Agent;
    input.author_name = "ben".to_owned();
    play.order(Actor::system(), None, Command::Record(input))
        .unwrap();
    assert_eq!(play.holder(), "agent:ben");
    assert_eq!(play.state().talk.waiting_since, None);
    assert_eq!(play.state().status, WorkStatus::WaitingCustomer);
}

#[test]
fn nobody_in_the_queue_is_there_so_the_circle_widens() {
    let mut play = Play::new();
    for name in ["anna", "ben"] {
        play.team
            .agents
            .get_mut(&AgentName::new(name))
            .unwrap()
            .available = false;
    }
    play.customer("Give me a human");
    let called = play.alerted_last();
    assert!(
        called.contains("cleo"),
        "the owner can be reached: {called:?}"
    );

    let mut play = Play::new();
    let pass = play.pass_to(Target::Queue(QueueName::new("nobody-works-here")));
    play.customer("Hello");
    play.bot(pass).unwrap();
    let called = play.alerted_last();
    assert!(
        called.contains("anna") && called.contains("cleo"),
        "{called:?}"
    );
}

#[test]
fn a_person_whose_conversation_is_taken_is_told() {
    let mut play = Play::new();
    play.customer("Hello");
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    play.effects.clear();
    play.agent("anna", Command::Take(Reason::default()))
        .unwrap();
    assert_eq!(play.alerted_last(), ["ben".to_owned()].into());
}

#[test]
fn rules_that_toss_it_to_and_fro_lose_control_of_it() {
    let rules = r#"
baton   = 1
policy  = "loop"
zone    = "UTC"
default = { control = "bot", review = "none", priority = "normal" }

[words]
up   = ["up"]

[[rule]]
id     = "up"
why    = "test"
on     = ["customer.message"]
when   = 'msg.words.up && conv.control == "bot"'
do     = { control = "queue" }
reason = "up"
once   = "per-message"

[[rule]]
id     = "down"
why    = "test"
on     = ["customer.message"]
when   = '!msg.words.up && conv.control == "queue"'
do     = { control = "bot" }
reason = "down"
once   = "per-message"
"#;
    let mut play = Play::with_rules(rules);
    for round in 0..6 {
        play.wait(MINUTE);
        play.customer(if round % 2 == 0 { "up" } else { "no" });
    }
    assert_eq!(
        play.holder(),
        "queue:support",
        "the guard leaves it with people"
    );
    let epoch = play.epoch();
    play.wait(MINUTE).customer("no");
    assert_eq!(play.epoch(), epoch, "rules move it no more");
    assert!(matches!(
        play.state().control.controller,
        Controller::Queue(_)
    ));
}
