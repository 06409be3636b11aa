//! Words where nothing lies between the log and the customer: they are said in the decision that
//! lets them, or not at all.

use crate::command::{Command, ReplyInput};
use crate::effect::Effect;
use crate::event::body::BotReported;
use crate::event::{Actor, Event};
use crate::message::MessageKind;
use crate::status::WorkStatus;
use crate::time::SECOND;
use crate::world::Delivery;

use super::play::{Play, RULES};

/// Whatever a bot says, people get the conversation.
const TAKEN_AWAY: &str = r#"
[[rule]]
id     = "away"
why    = "This bot is not to speak."
on     = ["bot.message"]
when   = 'conv.control == "bot"'
do     = { control = "queue" }
"#;

fn chat(mut play: Play) -> Play {
    play.channel.delivery = Delivery::Immediate;
    play
}

fn errands(play: &Play) -> usize {
    let sends = |effect: &&Effect| matches!(effect, Effect::Send { .. });
    play.effects.iter().filter(sends).count()
}

fn said(play: &Play) -> u32 {
    play.state().talk.messages
}

/// A bot's words with what it says of itself.
fn with_report(play: &mut Play, text: &str) -> Command {
    let Command::Reply(reply) = play.reply(text, 0) else {
        panic!("a reply is a reply");
    };
    Command::Reply(ReplyInput {
        report: Some(Box::new(BotReported {
            bot: "helper".to_owned(),
            confidence: Some(0.3),
            ..BotReported::default()
        })),
        ..reply
    })
}

#[test]
fn a_bot_is_heard_at_once_and_nobody_is_sent_for_it() {
    let mut play = chat(Play::new());
    play.customer("Hello");
    play.bot_answers("Hello, how can I help?").unwrap();
    assert_eq!(said(&play), 2);
    assert!(play.state().outbox.is_empty());
    assert_eq!(play.state().talk.waiting_since, None);
    assert_eq!(errands(&play), 0);
}

#[test]
fn what_can_be_taken_back_is_said_when_it_no_longer_can() {
    let mut play = chat(Play::new());
    play.customer("Hello");
    let reply = play.reply("Hello, this is Ben", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    assert_eq!(said(&play), 1);
    assert_eq!(errands(&play), 1);
    play.wait(9 * SECOND).tick();
    assert_eq!(said(&play), 1);
    // Whatever is ordered next finds it due.
    play.wait(SECOND);
    let input = play.message("Anybody there?", MessageKind::Message);
    play.order(Actor::customer(), None, Command::Record(input))
        .unwrap();
    assert_eq!(said(&play), 3);
    assert!(play.state().outbox.is_empty());

    let reply = play.reply("Yes, I am", 10 * SECOND);
    play.agent("ben", reply).unwrap();
    let outbox = play.only_outbox();
    play.agent("ben", Command::CancelSend { outbox }).unwrap();
    play.wait(10 * SECOND).tick();
    assert_eq!(said(&play), 3, "what was taken back stays unsaid");
}

#[test]
fn an_answer_that_solves_is_said_and_solves() {
    let mut play = chat(Play::new());
    play.customer("Hello");
    let reply = play.replies_and_resolves("Done.", 0);
    play.agent("ben", reply).unwrap();
    assert_eq!(said(&play), 2);
    assert_eq!(play.state().status, WorkStatus::Solved);
}

#[test]
fn words_that_a_rule_answers_by_taking_control_are_never_said() {
    let mut play = chat(Play::with_rules(&format!("{RULES}{TAKEN_AWAY}")));
    play.customer("Hello");
    let reply = with_report(&mut play, "Hello, how can I help?");
    play.bot(reply).unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert_eq!(said(&play), 1);
    assert!(play.state().outbox.is_empty());
    assert_eq!(
        play.state().bot.confidence,
        None,
        "and nobody asks how sure it was"
    );
}

#[test]
fn what_a_bot_says_of_itself_counts_after_its_words() {
    for mut play in [Play::new(), chat(Play::new())] {
        play.customer("Hello");
        let reply = with_report(&mut play, "Hello, how can I help?");
        let events = play.bot(reply).unwrap().events.clone();
        assert_eq!(play.state().bot.confidence, Some(0.3));
        let written = |event: &Event| matches!(event, Event::SendQueued(_));
        let reported = |event: &Event| matches!(event, Event::BotReported(_));
        let place = |wanted: &dyn Fn(&Event) -> bool| {
            events.iter().position(|one| wanted(&one.event)).unwrap()
        };
        assert!(place(&written) < place(&reported));
    }
}
