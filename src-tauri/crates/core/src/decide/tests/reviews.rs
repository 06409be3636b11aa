//! Drafts that people read before customers do.

mod order;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::play::Play;
use crate::command::{Approval, Command, EditedDraft};
use crate::control::{Controller, Reason, ReasonCode, Target};
use crate::conversation::OutgoingState;
use crate::decide::Refusal;
use crate::effect::Effect;
use crate::event::Event;
use crate::event::body::{ContentErased, DraftSettled, SendStep};
use crate::hash::Hash;
use crate::ids::{AgentName, Id, MessageId, OutboxId, QueueName};
use crate::review::{HeldDraft, RejectCode, ReviewEnd};
use crate::team::Agent;
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::Delivery;

const MONEY: &str = "We refund 20 €.";

/// A bot has promised money, and its words wait.
fn promised() -> (Play, HeldDraft) {
    let mut play = Play::new();
    play.customer("I want my money back");
    let reply = play.reply(MONEY, 0);
    play.wait(SECOND).bot(reply).unwrap();
    let draft = waiting(&play);
    (play, draft)
}

fn waiting(play: &Play) -> HeldDraft {
    play.state().drafts.values().next().unwrap().clone()
}

fn approve(draft: &HeldDraft) -> Command {
    Command::ApproveDraft(Approval {
        draft: draft.id,
        edited: None,
        undo_ms: 0,
    })
}

fn reject(draft: &HeldDraft, again: bool) -> Command {
    Command::RejectDraft {
        draft: draft.id,
        code: RejectCode::PromisesTooMuch,
        text: "only 10 € are due".to_owned(),
        again,
    }
}

fn settled(play: &Play) -> DraftSettled {
    let mut events = play.log.iter().rev();
    events
        .find_map(|(_, happened)| match &happened.event {
            Event::DraftSettled(settled) => Some(settled.clone()),
            _ => None,
        })
        .unwrap()
}

#[test]
fn what_a_rule_wants_read_waits_while_its_author_keeps_control() {
    let (play, draft) = promised();
    assert!(play.state().outbox.is_empty(), "nothing is sent");
    assert_eq!(play.holder(), "bot:helper");
    assert_eq!(draft.rule, "money");
    assert_eq!(draft.due_at, play.now.plus(15 * MINUTE));
    assert!(draft.decision.is_some(), "why it waits can be told");
    let packet = &play.contents[&draft.packet.unwrap()];
    let packet: crate::packet::Packet = serde_json::from_slice(packet).unwrap();
    assert_eq!(packet.customer_goal, "Where is my parcel?");
    assert_eq!(packet.decision.unwrap().rule_id, "money");
    assert_eq!(play.alerted_last(), ["cleo".to_owned()].into(), "billing");
    let alert = play.alerts()[0];
    assert_eq!(alert.reason.code, ReasonCode::DraftHeld);
    assert_eq!(alert.reason.text, "money promise");
}

#[test]
fn approved_words_are_sent_as_they_are_in_the_name_of_their_author() {
    let (mut play, draft) = promised();
    play.wait(2 * MINUTE)
        .agent("cleo", approve(&draft))
        .unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_bots, 1);
    assert_eq!(play.holder(), "bot:helper", "approving is no take");
    assert!(play.state().drafts.is_empty());
    let settled = settled(&play);
    assert_eq!(settled.how, ReviewEnd::Approved);
    assert_eq!(settled.sent, Some(draft.document));
    assert_eq!(settled.waited_ms, 2 * MINUTE);
    assert!(!play.state().escalated, "nobody is called any more");
    assert!(play.effects.contains(&Effect::Withdraw));
    assert_eq!(
        play.agent("cleo", approve(&draft)).unwrap_err(),
        Refusal::DraftGone
    );
}

#[test]
fn edited_words_are_kept_beside_the_draft() {
    let (mut play, draft) = promised();
    let document_hash = Hash::of(b"We refund 10 euros.");
    let outbox = OutboxId::from_bits(900);
    let edited = Command::ApproveDraft(Approval {
        draft: draft.id,
        edited: Some(EditedDraft {
            outbox,
            document_hash,
        }),
        undo_ms: 0,
    });
    play.agent("cleo", edited).unwrap();
    assert_eq!(play.state().outbox[&outbox].document, document_hash);
    assert_eq!(play.state().outbox[&outbox].message, draft.id);
    assert_eq!(settled(&play).how, ReviewEnd::Edited);
    assert_eq!(settled(&play).sent, Some(document_hash));
}

#[test]
fn an_approval_that_is_taken_back_in_time_waits_for_a_reader_again() {
    let (mut play, draft) = promised();
    let approval = Command::ApproveDraft(Approval {
        draft: draft.id,
        edited: None,
        undo_ms: 10 * SECOND,
    });
    play.agent("cleo", approval).unwrap();
    let outbox = play.only_outbox();
    play.wait(3 * SECOND)
        .agent("cleo", Command::CancelSend { outbox })
        .unwrap();
    assert!(play.state().outbox.is_empty());
    assert!(waiting(&play).waits());
    play.agent("anna", approve(&draft)).unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_bots, 1, "said once");
}

#[test]
fn a_rejected_draft_brings_people_who_see_why() {
    let (mut play, draft) = promised();
    play.agent("cleo", reject(&draft, false)).unwrap();
    assert_eq!(play.holder(), "queue:support");
    assert_eq!(play.state().control.reason.code, ReasonCode::DraftRejected);
    let packet = play.packet();
    assert_eq!(packet.attributes["draft_rejected"], "promises_too_much");
    assert_eq!(
        packet.attributes["draft_document"],
        draft.document.to_string()
    );
    assert!(
        play.alerted_last().contains("ben"),
        "somebody is to answer: {:?}",
        play.alerted_last()
    );
}

#[test]
fn a_rejection_can_be_undone_and_the_draft_waits_again() {
    let (mut play, draft) = promised();
    play.agent("cleo", reject(&draft, false)).unwrap();
    let of = play.state().undo.as_ref().unwrap().of;
    play.wait(SECOND)
        .agent("cleo", Command::Undo { of })
        .unwrap();
    assert_eq!(play.holder(), "bot:helper");
    let again = waiting(&play);
    assert_eq!(again.id, draft.id);
    assert_eq!(again.epoch, play.epoch(), "it can be approved again");
    play.agent("cleo", approve(&again)).unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_bots, 1);
}

#[test]
fn a_bot_can_be_asked_for_another_draft() {
    let (mut play, draft) = promised();
    play.effects.clear();
    play.agent("cleo", reject(&draft, true)).unwrap();
    assert_eq!(play.holder(), "bot:helper");
    assert!(settled(&play).again);
    let asked = |effect: &Effect| matches!(effect, Effect::AskBot { .. });
    assert!(play.effects.iter().any(asked), "its answer is waited for");
    let reply = play.reply("We look into it.", 0);
    play.bot(reply).unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_bots, 1);
}

#[test]
fn a_draft_that_nobody_reads_ends_with_people_loudly() {
    let (mut play, draft) = promised();
    play.wait(HOUR).tick();
    assert_eq!(play.holder(), "queue:support");
    assert_eq!(settled(&play).how, ReviewEnd::Expired);
    assert_eq!(settled(&play).waited_ms, 15 * MINUTE);
    let alerts = play.alerts();
    let alert = alerts
        .iter()
        .find(|alert| alert.reason.code == ReasonCode::ReviewExpired)
        .unwrap();
    assert!(alert.urgent && alert.sound);
    assert_eq!(alert.raised_at, draft.due_at, "at its own instant");
    assert!(alert.agents.contains("ben") && alert.agents.contains("cleo"));
    assert_eq!(
        play.packet().attributes["draft_document"],
        draft.document.to_string()
    );
}

#[test]
fn a_person_who_takes_over_ends_the_wait_and_undoing_the_take_brings_it_back() {
    let (mut play, draft) = promised();
    play.agent("ben", Command::Take(Reason::default())).unwrap();
    assert!(play.state().drafts.is_empty());
    assert_eq!(settled(&play).how, ReviewEnd::Withdrawn);
    assert_eq!(
        play.agent("cleo", approve(&draft)).unwrap_err(),
        Refusal::DraftGone,
        "the bot has no voice any more"
    );
    let of = play.state().undo.as_ref().unwrap().of;
    play.agent("ben", Command::Undo { of }).unwrap();
    assert_eq!(waiting(&play).id, draft.id);
}

#[test]
fn an_undo_never_brings_back_what_was_sent_meanwhile() {
    let (mut play, draft) = promised();
    let tag = Command::Tag {
        add: ["refund".to_owned()].into(),
        remove: [].into(),
    };
    play.agent("ben", tag).unwrap();
    let of = play.state().undo.as_ref().unwrap().of;
    play.agent("cleo", approve(&draft)).unwrap();
    play.send_all();
    play.agent("ben", Command::Undo { of }).unwrap();
    assert!(play.state().drafts.is_empty());
}

#[test]
fn only_those_it_was_put_before_and_leads_may_read() {
    let (mut play, draft) = promised();
    let refused = play.agent("ben", approve(&draft)).unwrap_err();
    assert_eq!(refused, Refusal::NotYourReview);
    let bot = play.bot(approve(&draft)).unwrap_err();
    assert_eq!(bot, Refusal::NotYourReview);
    let to = Target::Agent(AgentName::new("ben"));
    let moved = Command::MoveDraft {
        draft: draft.id,
        to,
    };
    play.agent("cleo", moved).unwrap();
    assert_eq!(play.alerted_last(), ["ben".to_owned()].into());
    play.agent("ben", approve(&draft)).unwrap();
}

#[test]
fn who_only_reads_for_the_team_can_do_nothing_else() {
    let mut play = Play::new();
    let lawyer = Agent {
        roles: ["reviewer".to_owned()].into(),
        teams: ["billing".to_owned()].into(),
        available: true,
        ..Agent::default()
    };
    play.team.agents.insert(AgentName::new("lou"), lawyer);
    play.customer("I want my money back");
    let reply = play.reply(MONEY, 0);
    play.bot(reply).unwrap();
    let draft = waiting(&play);
    assert!(
        play.alerted_last().contains("lou"),
        "a draft is theirs to read"
    );

    let tag = Command::Tag {
        add: ["x".to_owned()].into(),
        remove: [].into(),
    };
    let answer = play.reply("I answer myself", 0);
    let pass = play.pass_to(Target::Queue(QueueName::new("support")));
    for command in [
        Command::Take(Reason::default()),
        Command::MarkRead,
        Command::Resolve {
            reason: Reason::default(),
        },
        tag,
        answer,
        pass,
    ] {
        assert_eq!(play.agent("lou", command).unwrap_err(), Refusal::NotAllowed);
    }
    let to_them = play.pass_to(Target::Agent(AgentName::new("lou")));
    assert!(
        play.agent("anna", to_them).is_err(),
        "nothing is handed to them"
    );
    let to_their_team = play.pass_to(Target::Queue(QueueName::new("billing")));
    play.agent("lou", approve(&draft)).unwrap();
    play.send_all();
    play.agent("anna", to_their_team).unwrap();
    assert!(
        !play.alerted_last().contains("lou"),
        "{:?}",
        play.alerted_last()
    );
}

const JUNIOR: &str = r#"
[[rule]]
id     = "junior"
why    = "Whoever is new is read along."
on     = ["draft"]
when   = 'draft.author == "junior"'
do     = { review = "required", reviewers = "role:lead" }
reason = "written by a junior"
"#;

fn with_a_junior() -> Play {
    let mut play = Play::with_rules(&format!("{}{JUNIOR}", super::play::RULES));
    play.team
        .agents
        .get_mut(&AgentName::new("ben"))
        .unwrap()
        .roles = ["junior".to_owned()].into();
    play.customer("Where is my parcel?");
    let reply = play.replies_and_resolves("It left today.", 0);
    play.agent("ben", reply).unwrap();
    play
}

#[test]
fn a_junior_takes_the_conversation_and_a_lead_reads_along() {
    let mut play = with_a_junior();
    let draft = waiting(&play);
    assert_eq!(play.holder(), "agent:ben", "a reply is a take all the same");
    assert!(play.state().outbox.is_empty());
    assert_eq!(
        play.agent("ben", approve(&draft)).unwrap_err(),
        Refusal::NotYourReview,
        "nobody approves their own words"
    );
    play.agent("anna", approve(&draft)).unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_agents, 1);
    assert_eq!(play.holder(), "nobody", "it was answered and resolved");
}

#[test]
fn a_junior_gets_a_rejected_draft_back_and_hears_of_it() {
    let mut play = with_a_junior();
    let draft = waiting(&play);
    play.agent("anna", reject(&draft, true)).unwrap();
    assert_eq!(play.holder(), "agent:ben");
    assert!(!settled(&play).again, "a person is not asked by machine");
    assert_eq!(play.alerted_last(), ["ben".to_owned()].into());
    let of = play.state().undo.as_ref().unwrap().of;
    play.agent("anna", Command::Undo { of }).unwrap();
    assert_eq!(waiting(&play).id, draft.id);
}

#[test]
fn an_answer_that_resolves_waits_again_with_its_author_when_its_reader_takes_it_back() {
    let mut play = with_a_junior();
    let draft = waiting(&play);
    let approval = Command::ApproveDraft(Approval {
        draft: draft.id,
        edited: None,
        undo_ms: 10 * SECOND,
    });
    play.agent("anna", approval).unwrap();
    assert_eq!(play.holder(), "nobody", "it is resolved meanwhile");
    let outbox = play.only_outbox();
    play.wait(3 * SECOND)
        .agent("anna", Command::CancelSend { outbox })
        .unwrap();
    assert_eq!(play.holder(), "agent:ben");
    let again = waiting(&play);
    assert!(again.waits() && again.id == draft.id && again.resolves);
    play.agent("anna", approve(&draft)).unwrap();
    play.send_all();
    assert_eq!(play.state().talk.from_agents, 1, "said once");
    assert_eq!(play.holder(), "nobody");
}

#[test]
fn what_was_erased_is_brought_back_by_no_undo() {
    let (mut play, draft) = promised();
    play.agent("cleo", reject(&draft, false)).unwrap();
    let undo = play.state().undo.clone().unwrap();
    assert_eq!(undo.unread.len(), 1);
    let erased = Event::ContentErased(ContentErased {
        contact: None,
        conversations: vec![play.state().id],
        contents: vec![draft.document],
    });
    let mut after = play.state().clone();
    let anna = crate::event::Actor::agent("anna");
    after.apply(&erased, play.now, &anna, crate::ids::CommandId::default());
    assert_eq!(after.undo, None);
    assert!(after.drafts.is_empty());
}

/// One thing that can be asked around a draft.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Customer,
    Say(bool),
    Approve(&'static str, i64),
    Reject(&'static str, bool),
    Cancel,
    Take,
    Return,
    Undo(&'static str),
    Wait(i64),
}

fn asks() -> impl Strategy<Value = Ask> {
    let who = || prop::sample::select(vec!["anna", "ben", "cleo"]);
    prop_oneof![
        2 => Just(Ask::Customer),
        6 => any::<bool>().prop_map(Ask::Say),
        4 => (who(), 0_i64..20).prop_map(|(who, undo)| Ask::Approve(who, undo)),
        2 => (who(), any::<bool>()).prop_map(|(who, again)| Ask::Reject(who, again)),
        2 => Just(Ask::Cancel),
        1 => Just(Ask::Take),
        2 => Just(Ask::Return),
        2 => who().prop_map(Ask::Undo),
        3 => (1_i64..1_200).prop_map(Ask::Wait),
    ]
}

fn perform(play: &mut Play, ask: Ask) {
    let first = play.state().drafts.values().find(|draft| draft.waits());
    let first = first.cloned();
    match (ask, first) {
        (Ask::Customer, _) => {
            play.customer("Hello");
        }
        (Ask::Say(money), _) => {
            let reply = play.reply(if money { MONEY } else { "Hello" }, 0);
            let _ = play.bot(reply);
        }
        (Ask::Approve(who, undo), Some(draft)) => {
            let _ = play.agent(
                who,
                Command::ApproveDraft(Approval {
                    draft: draft.id,
                    edited: None,
                    undo_ms: undo * SECOND,
                }),
            );
        }
        (Ask::Reject(who, again), Some(draft)) => {
            let _ = play.agent(who, reject(&draft, again));
        }
        (Ask::Cancel, _) => {
            if let Some(outbox) = play.state().outbox.keys().next().copied() {
                let _ = play.agent("anna", Command::CancelSend { outbox });
            }
        }
        (Ask::Take, _) => {
            let _ = play.agent("ben", Command::Take(Reason::default()));
        }
        (Ask::Return, _) => {
            let back = Command::ReturnToBot {
                bot: "helper".to_owned(),
                summary: String::new(),
                allowed_topics: Vec::new(),
                promises: Vec::new(),
            };
            let _ = play.agent("anna", back);
        }
        (Ask::Undo(who), _) => {
            if let Some(of) = play.state().undo.as_ref().map(|point| point.of) {
                let _ = play.agent(who, Command::Undo { of });
            }
        }
        (Ask::Wait(seconds), _) => {
            play.wait(seconds * SECOND).tick();
        }
        _ => {}
    }
    play.tick();
    play.send_all();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is done around it: words that a rule wants read go out once at most, only after a
    /// person approved them, and a draft never waits where its author has no control.
    #[test]
    fn no_draft_reaches_a_customer_unread(asked in prop::collection::vec(asks(), 1..40)) {
        let mut play = Play::new();
        play.replays = false;
        play.customer("I want my money back");
        for ask in asked {
            play.wait(SECOND);
            perform(&mut play, ask);
            let state = play.state();
            for draft in state.drafts.values().filter(|draft| draft.waits()) {
                prop_assert_eq!(state.control.controller.name(), draft.author_name.as_str());
                prop_assert_eq!(state.control.epoch, draft.epoch);
                prop_assert!(draft.due_at > play.now);
            }
        }
        play.check_replay();
        let mut held: BTreeMap<MessageId, bool> = BTreeMap::new();
        let mut by_outbox = BTreeMap::new();
        let mut left: BTreeMap<MessageId, u32> = BTreeMap::new();
        for (_, happened) in &play.log {
            match &happened.event {
                Event::DraftHeld(event) => {
                    held.insert(event.draft.id, false);
                }
                Event::DraftSettled(event) => {
                    held.insert(event.draft, event.sent.is_some());
                }
                Event::SendQueued(queued) => {
                    by_outbox.insert(queued.outbox, queued.message);
                    prop_assert!(held.get(&queued.message).copied().unwrap_or(true));
                }
                Event::SendChanged(changed) => {
                    if let SendStep::Committing { .. } = changed.step {
                        let message = by_outbox[&changed.outbox];
                        prop_assert!(held.get(&message).copied().unwrap_or(true));
                        *left.entry(message).or_default() += 1;
                    }
                }
                _ => {}
            }
        }
        prop_assert!(left.values().all(|times| *times == 1));
        let queued = |state: &OutgoingState| matches!(state, OutgoingState::Queued { .. });
        prop_assert!(play.state().outbox.values().all(|entry| queued(&entry.state)));
        let bot = Controller::Bot(crate::ids::BotName::new("helper"));
        let waits = play.state().drafts.values().any(HeldDraft::waits);
        prop_assert!(!waits || play.state().control.controller == bot);
    }
}

#[test]
fn a_draft_is_to_be_read_before_the_next_promise_to_the_customer() {
    let mut play = Play::with_rules(
        &super::play::RULES.replace("resolve     = \"3d\"", "resolve     = \"5m\""),
    );
    play.customer("I want my money back");
    let reply = play.reply(MONEY, 0);
    play.bot(reply).unwrap();
    assert_eq!(waiting(&play).due_at, play.now.plus(5 * MINUTE));
}
