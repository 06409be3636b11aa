//! The last act is taken back by whoever did it, unless the conversation has moved on since.

use crate::command::{Command, MoveInput};
use crate::control::{Reason, Target};
use crate::elsewhere::{Elsewhere, Ground};
use crate::ids::{AgentName, ChannelId, Id};
use crate::message::Address;
use crate::status::WorkStatus;
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::ChannelInfo;

use super::play::{Play, RULES};
use super::verbs::stage;

#[test]
fn undo_restores_the_last_act_of_the_same_person() {
    for act in [
        "take", "pass", "return", "resolve", "snooze", "tag", "priority", "reopen",
    ] {
        let mut play = stage(match act {
            "take" => "queue",
            "reopen" => "closed",
            _ => "ben",
        });
        play.wait(SECOND);
        let before = play.state().clone();
        let command = match act {
            "take" => Command::Take(Reason::default()),
            "pass" => play.pass_to(Target::Agent(AgentName::new("anna"))),
            "return" => Command::ReturnToBot {
                bot: "helper".to_owned(),
                summary: String::new(),
                allowed_topics: Vec::new(),
                promises: Vec::new(),
            },
            "resolve" => Command::Resolve {
                reason: Reason::default(),
            },
            "snooze" => Command::SetStatus {
                to: WorkStatus::Snoozed,
                until: Some(play.now.plus(HOUR)),
            },
            "tag" => Command::Tag {
                add: ["later".to_owned()].into(),
                remove: Default::default(),
            },
            "priority" => Command::SetPriority(crate::status::Priority::Urgent),
            _ => Command::Reopen,
        };
        play.agent("ben", command).unwrap();
        let of = play.log.last().unwrap().0;
        assert_eq!(
            play.agent("anna", Command::Undo { of }).unwrap_err().code(),
            "nothing_to_undo",
            "{act} is Ben's to take back"
        );
        play.agent("ben", Command::Undo { of }).unwrap();
        let after = play.state();
        assert_eq!(after.control.controller, before.control.controller, "{act}");
        assert_eq!(after.control.state, before.control.state, "{act}");
        assert!(after.control.epoch >= before.control.epoch, "{act}");
        assert_eq!(after.status, before.status, "{act}");
        assert_eq!(after.snoozed_until, before.snoozed_until, "{act}");
        assert_eq!(after.priority, before.priority, "{act}");
        assert_eq!(after.tags, before.tags, "{act}");
        let live = |state: &crate::conversation::Conversation| {
            state
                .clocks
                .values()
                .filter(|clock| clock.is_live())
                .count()
        };
        assert_eq!(live(after), live(&before), "{act}: its clocks run on");
        assert_eq!(after.talk.waiting_since, before.talk.waiting_since, "{act}");
    }
}

#[test]
fn nothing_is_undone_once_the_conversation_has_moved_on() {
    let mut play = stage("ben");
    play.answers("ben", "Solved");
    play.agent(
        "ben",
        Command::Resolve {
            reason: Reason::default(),
        },
    )
    .unwrap();
    let of = play.log.last().unwrap().0;
    play.wait(MINUTE).customer("It is not");
    let refusal = play.agent("ben", Command::Undo { of }).unwrap_err();
    assert_eq!(refusal.code(), "nothing_to_undo");
}

/// Who leaves a chat is written to by mail.
const SILENT: &str = r#"
[[rule]]
id     = "silent"
why    = "Whoever left the chat reads their mail."
on     = ["time"]
when   = 'conv.silent >= duration("20m")'
do     = { channel = "email" }
reason = "the chat went silent"
"#;

/// A chat whose customer has told their address of mail.
fn chat(rules: &str) -> (Play, Elsewhere) {
    let mut play = Play::with_rules(&format!("{RULES}{rules}"));
    let mail = Elsewhere {
        channel: ChannelInfo {
            id: ChannelId::from_bits(8),
            ..play.channel.clone()
        },
        address: Address {
            name: String::new(),
            address: "carla@customer.test".to_owned(),
        },
        ground: Ground::Given,
    };
    play.channel.kind = "chat".to_owned();
    play.elsewhere = Some([("email".to_owned(), Ok(mail.clone()))].into());
    (play, mail)
}

#[test]
fn an_act_from_before_it_went_on_elsewhere_carries_nothing_back() {
    let (mut play, mail) = chat(SILENT);
    play.customer("Where is my parcel?");
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    play.answers("ben", "Which one?");
    let tag = Command::Tag {
        add: ["parcel".to_owned()].into(),
        remove: Default::default(),
    };
    play.agent("ben", tag).unwrap();
    let of = play.log.last().unwrap().0;
    play.wait(20 * MINUTE).tick();
    assert_eq!(play.state().channel, mail.channel.id);
    let refusal = play.agent("ben", Command::Undo { of }).unwrap_err();
    assert_eq!(refusal.code(), "nothing_to_undo");
    assert_eq!(play.state().channel, mail.channel.id);
}

#[test]
fn going_on_elsewhere_is_taken_back_by_whoever_did_it() {
    let (mut play, mail) = chat("");
    play.customer("Where is my parcel?");
    let to = mail.clone();
    play.agent("ben", Command::Move(MoveInput { to })).unwrap();
    assert_eq!(play.state().channel, mail.channel.id);
    let of = play.log.last().unwrap().0;
    play.agent("ben", Command::Undo { of }).unwrap();
    assert_eq!(play.state().channel, play.channel.id);
    assert_eq!(play.state().moved, None);
    assert_eq!(play.holder(), "bot:helper");
}

#[test]
fn a_draft_that_going_on_elsewhere_withdrew_waits_again_where_it_was() {
    let (mut play, to) = chat("");
    play.customer("I want my money back");
    let reply = play.reply("We refund 20 €.", 0);
    play.bot(reply).unwrap();
    assert_eq!(play.state().drafts.len(), 1);
    play.agent("ben", Command::Move(MoveInput { to })).unwrap();
    assert!(play.state().drafts.is_empty());
    let of = play.log.last().unwrap().0;
    play.agent("ben", Command::Undo { of }).unwrap();
    assert_eq!(play.state().channel, play.channel.id);
    assert!(play.state().drafts.values().all(|draft| draft.waits()));
    assert_eq!(play.state().drafts.len(), 1);
}
