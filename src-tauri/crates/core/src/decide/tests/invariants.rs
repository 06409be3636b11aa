//! What must hold whatever is ordered: random orders by customer, bot, people and clock, against
//! the small model and against the rules of the house. The stage itself checks on every order that
//! there is one controller and one offer at most, that each change of control names the one before
//! and grows the epoch by one, that nothing due is left undone, and that the log replays to the
//! same bytes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::command::{Command, SendEnd};
use crate::control::{Controller, Reason, Target};
use crate::conversation::OutgoingState;
use crate::decide::Happened;
use crate::effect::Effect;
use crate::event::body::SendStep;
use crate::event::{Actor, ActorKind, Event};
use crate::ids::{AgentName, Id, OfferId, OutboxId, QueueName};
use crate::message::{Author, MessageKind};
use crate::sla::ClockState;
use crate::time::{HOUR, MINUTE, SECOND};

use super::model::{Ask, Holder, Model};
use super::play::{Play, line};

/// Rules that leave control alone, for the model.
const QUIET: &str = r#"
baton   = 1
policy  = "quiet"
zone    = "UTC"
default = { control = "bot", review = "none", priority = "normal", sla = "standard" }

[sla.standard]
hours       = "always"
first_reply = "10m"
next_reply  = "20m"
resolve     = "1h"
"#;

const PEOPLE: [&str; 3] = ["anna", "ben", "cleo"];

fn asks() -> impl Strategy<Value = Ask> {
    let who = || prop::sample::select(PEOPLE.as_slice());
    let queue = || prop::sample::select(["support", "billing"].as_slice());
    prop_oneof![
        4 => Just(Ask::Customer),
        1 => Just(Ask::Automatic),
        3 => who().prop_map(Ask::Answer),
        3 => (0_u64..3).prop_map(Ask::BotAnswer),
        2 => (0_u64..3).prop_map(Ask::BotPass),
        1 => Just(Ask::Fail),
        2 => who().prop_map(Ask::Take),
        2 => (who(), queue()).prop_map(|(who, to)| Ask::Pass(who, to)),
        3 => (who(), who()).prop_map(|(who, whom)| Ask::Offer(who, whom)),
        3 => who().prop_map(Ask::Accept),
        1 => who().prop_map(Ask::Reject),
        2 => who().prop_map(Ask::Release),
        2 => who().prop_map(Ask::ReturnToBot),
        2 => who().prop_map(Ask::Resolve),
        1 => who().prop_map(Ask::Reopen),
        3 => (1_i64..200).prop_map(Ask::Wait),
    ]
}

/// Carries out an order on the stage; whether it was allowed.
fn perform(play: &mut Play, ask: Ask) -> bool {
    let agent = |name: &str| Target::Agent(AgentName::new(name));
    let any = Reason::default;
    let offer = |play: &Play| {
        let live = play.state().control.offer.as_ref();
        live.map_or_else(OfferId::default, |offer| offer.id)
    };
    let seen = |play: &Play, behind: u64| Some(play.epoch().saturating_sub(behind));
    match ask {
        Ask::Customer => {
            play.customer("Hello");
            true
        }
        Ask::Automatic => {
            play.automatic(MessageKind::AutoReply);
            true
        }
        Ask::Answer(who) => {
            let reply = play.reply("Answer", 0);
            let said = play.agent(who, reply).is_ok();
            play.send_all();
            said
        }
        Ask::BotAnswer(behind) => {
            let reply = play.reply("Beep", 0);
            let epoch = seen(play, behind);
            let said = play.order(Actor::bot("helper"), epoch, reply).is_ok();
            if said {
                play.send_all();
            }
            said
        }
        Ask::BotPass(behind) => {
            let pass = play.pass_to(Target::Queue(QueueName::new("support")));
            let epoch = seen(play, behind);
            play.order(Actor::bot("helper"), epoch, pass).is_ok()
        }
        Ask::Fail => {
            let (code, text) = ("timeout".to_owned(), String::new());
            play.order(Actor::system(), None, Command::Fail { code, text })
                .is_ok()
        }
        Ask::Take(who) => play.agent(who, Command::Take(any())).is_ok(),
        Ask::Pass(who, queue) => {
            let pass = play.pass_to(Target::Queue(QueueName::new(queue)));
            play.agent(who, pass).is_ok()
        }
        Ask::Offer(who, whom) => {
            let offer = play.offer_to(agent(whom));
            play.agent(who, offer).is_ok()
        }
        Ask::Accept(who) => {
            let offer = offer(play);
            play.agent(who, Command::Accept { offer }).is_ok()
        }
        Ask::Reject(who) => {
            let (offer, text) = (offer(play), String::new());
            play.agent(who, Command::Reject { offer, text }).is_ok()
        }
        Ask::Release(who) => play.agent(who, Command::Release(any())).is_ok(),
        Ask::ReturnToBot(who) => {
            let back = Command::ReturnToBot {
                bot: "helper".to_owned(),
                summary: String::new(),
                allowed_topics: Vec::new(),
                promises: Vec::new(),
            };
            play.agent(who, back).is_ok()
        }
        Ask::Resolve(who) => play.agent(who, Command::Resolve { reason: any() }).is_ok(),
        Ask::Reopen(who) => play.agent(who, Command::Reopen).is_ok(),
        Ask::Wait(seconds) => {
            play.wait(seconds * SECOND).tick();
            true
        }
    }
}

fn holder(play: &Play) -> Holder {
    match &play.state().control.controller {
        Controller::Bot(_) => Holder::Bot,
        Controller::Queue(name) if name.as_str() == "billing" => Holder::Queue("billing"),
        Controller::Queue(_) => Holder::Queue("support"),
        Controller::Agent(name) => Holder::Agent(
            PEOPLE
                .into_iter()
                .find(|one| *one == name.as_str())
                .unwrap(),
        ),
        Controller::Nobody => Holder::Nobody,
    }
}

/// A person who could be told heard of each handoff to people, or made it.
fn handoffs_are_heard(outcome: &[Happened]) -> bool {
    outcome.iter().enumerate().all(|(place, happened)| {
        let Event::ControlChanged(changed) = &happened.event else {
            return true;
        };
        let to_others = match &changed.to {
            Controller::Queue(_) => changed.from != Controller::Nobody,
            Controller::Agent(name) => {
                happened.actor.kind != ActorKind::Agent || happened.actor.id != name.as_str()
            }
            _ => false,
        };
        let superseded = outcome[place + 1..]
            .iter()
            .any(|later| matches!(later.event, Event::ControlChanged(_)));
        !to_others
            || superseded
            || changed.from == changed.to
            || outcome[place..].iter().any(|later| {
                matches!(&later.event, Event::Alerted(alerted) if !alerted.agents.is_empty())
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn control_goes_by_the_table(orders in prop::collection::vec(asks(), 1..60)) {
        let mut play = Play::with_rules(QUIET);
        let mut model = Model::new();
        play.customer("Hello");
        model.ask(Ask::Customer);
        for ask in orders {
            // What was called about a moment ago need not be called about again; the invariant is
            // about each handoff by itself.
            play.settings.alert_gap_ms = 0;
            play.wait(SECOND);
            let due = model.ask(Ask::Wait(1));
            prop_assert!(due);
            let before = model.clone();
            let (allowed, expected) = (perform(&mut play, ask), model.ask(ask));
            prop_assert_eq!(allowed, expected, "{:?} in {:?}", ask, before);
            // A refused order does not carry out what was due; the tick does.
            if !allowed {
                play.tick();
            }
            prop_assert_eq!(holder(&play), model.holder.clone(), "{:?} in {:?}", ask, before);
            prop_assert_eq!(play.epoch(), model.epoch, "{:?} in {:?}", ask, before);
            prop_assert_eq!(play.state().episode, model.episode);
            prop_assert_eq!(play.state().control.offer.is_some(), model.offer.is_some());
            prop_assert_eq!(
                play.state().talk.waiting_since.is_some(), model.waiting, "{:?} in {:?}", ask, before
            );
            let outcome = &play.last.as_ref().unwrap().events;
            prop_assert!(handoffs_are_heard(outcome), "{:?}", play.told());
        }
    }

    #[test]
    fn machines_never_touch_a_waiting_clock_nor_are_answered_by_one(
        orders in prop::collection::vec(asks(), 1..30),
        kind in prop::sample::select(vec![
            MessageKind::AutoReply, MessageKind::Bounce, MessageKind::List,
            MessageKind::Feedback, MessageKind::System,
        ]),
    ) {
        let mut play = Play::new();
        play.replays = false;
        play.customer("Hello");
        for ask in orders {
            perform(&mut play, ask);
            play.tick();
            let before = play.state().clone();
            play.effects.clear();
            let mut aside = play.clone();
            aside.automatic(kind);
            let after = aside.state();
            prop_assert_eq!(before.talk.waiting_since, after.talk.waiting_since);
            prop_assert_eq!(&before.clocks, &after.clocks);
            prop_assert_eq!(before.status, after.status);
            prop_assert_eq!(&before.control, &after.control);
            let spoke = aside.effects.iter().any(|effect| {
                matches!(effect, Effect::AskBot { .. } | Effect::Macro { .. } | Effect::Send { .. })
            });
            prop_assert!(!spoke);
        }
    }

    #[test]
    fn deadlines_come_once_and_the_same_however_often_the_clock_ticks(
        orders in prop::collection::vec(asks(), 1..20),
        words in prop::sample::select(vec!["Hello", "My lawyer will call", "A human, please"]),
        naps in prop::collection::vec(1_i64..(3 * HOUR), 0..12),
    ) {
        let mut play = Play::new();
        play.replays = false;
        play.customer(words);
        for ask in orders {
            play.wait(SECOND);
            perform(&mut play, ask);
        }
        play.tick();
        let until = play.now.plus(48 * HOUR);
        let told = |events: &[Happened]| -> Vec<_> {
            events.iter().map(|event| (event.at, line(event))).collect()
        };

        let mut asleep = play.clone();
        asleep.now = until;
        let at_once = told(&asleep.tick().events.clone());

        let mut restless = play;
        let mut piecemeal = Vec::new();
        for nap in naps {
            restless.now = restless.now.plus(nap).min(until);
            piecemeal.extend(told(&restless.tick().events.clone()));
            prop_assert!(restless.tick().events.is_empty());
        }
        restless.now = until;
        piecemeal.extend(told(&restless.tick().events.clone()));
        prop_assert_eq!(at_once, piecemeal);
        prop_assert_eq!(&asleep.state().clocks, &restless.state().clocks);
        prop_assert_eq!(&asleep.state().control.state, &restless.state().control.state);
    }

    #[test]
    fn at_most_one_automatic_send_whatever_breaks(
        chances in prop::collection::vec(0_u8..10, 1..30),
        takes in prop::collection::vec(any::<bool>(), 1..30),
    ) {
        let mut play = Play::new();
        play.replays = false;
        play.customer("Hello");
        let reply = play.reply("From the bot", 0);
        play.bot(reply).unwrap();
        let reply = play.reply("From Ben", 5 * SECOND);
        play.agent("ben", reply).unwrap();
        // What the server took, as the server knows it; the sender may not.
        let mut taken: BTreeMap<OutboxId, u32> = BTreeMap::new();

        for (chance, take) in chances.into_iter().zip(takes.into_iter().cycle()) {
            play.wait(30 * SECOND);
            let entries: Vec<_> = play.state().outbox.values().cloned().collect();
            for entry in &entries {
                let outbox = entry.id;
                let deadline = play.now.plus(20 * SECOND);
                let begin = Command::BeginSend { outbox, deadline };
                let begun = play.order(Actor::system(), None, begin).is_ok();
                if !begun {
                    continue;
                }
                prop_assert!(entry.is_queued());
                // The bytes leave (or do not), and the answer arrives (or does not).
                let (server_took, end) = match chance {
                    0..3 => (true, Some(SendEnd::Sent { refused: Vec::new(), put_off: Vec::new() })),
                    3 => (true, Some(SendEnd::InDoubt { text: String::new() })),
                    4 => (false, Some(SendEnd::InDoubt { text: String::new() })),
                    5 => (true, None),
                    6 => (false, None),
                    7 => (false, Some(SendEnd::Rejected { text: String::new() })),
                    _ => (false, Some(SendEnd::NotSent { text: String::new() })),
                };
                if server_took {
                    *taken.entry(outbox).or_default() += 1;
                }
                if let Some(end) = end {
                    play.order(Actor::system(), None, Command::EndSend { outbox, end }).unwrap();
                }
            }
            if chance == 9 {
                play.wait(5 * MINUTE).tick();
            }
            if take {
                let reply = play.reply("More", 0);
                play.agent("ben", reply).unwrap();
            }
            let failed: Vec<_> = play
                .state()
                .outbox
                .values()
                .filter(|entry| entry.state == OutgoingState::Failed)
                .map(|entry| entry.id)
                .collect();
            for outbox in failed {
                // A person may try again what is known not to have been taken.
                if !taken.contains_key(&outbox) {
                    play.agent("ben", Command::RetrySend { outbox }).unwrap();
                }
            }
        }
        play.check_replay();
        prop_assert!(taken.values().all(|times| *times <= 1), "{:?}", taken);
        let recorded = play.log.iter().filter_map(|(_, happened)| match &happened.event {
            Event::MessageRecorded(recorded) => recorded.outbox,
            _ => None,
        });
        let mut said: BTreeMap<OutboxId, u32> = BTreeMap::new();
        recorded.for_each(|outbox| *said.entry(outbox).or_default() += 1);
        prop_assert!(said.values().all(|times| *times == 1));
        // The server's word and ours differ only where ours is a visible doubt.
        for outbox in taken.keys().filter(|outbox| !said.contains_key(*outbox)) {
            let state = &play.state().outbox[outbox].state;
            let doubted = matches!(
                state,
                OutgoingState::InDoubt { .. } | OutgoingState::Committing { .. }
            );
            prop_assert!(doubted, "{:?}", state);
        }
    }

    #[test]
    fn only_the_controller_is_queued_for_sending(
        orders in prop::collection::vec(asks(), 1..40),
    ) {
        let mut play = Play::new();
        play.replays = false;
        play.customer("Hello");
        for ask in orders {
            play.wait(SECOND);
            perform(&mut play, ask);
        }
        let (mut holder, mut epoch) = (Controller::Nobody, 0);
        let mut gone = BTreeMap::new();
        for (_, happened) in &play.log {
            match &happened.event {
                Event::ControlChanged(changed) => {
                    holder = changed.to.clone();
                    epoch = changed.epoch;
                }
                Event::SendQueued(queued) => {
                    prop_assert_eq!(queued.epoch, epoch);
                    prop_assert_eq!(holder.name(), queued.author_name.as_str());
                    gone.insert(queued.outbox, (queued.author, queued.epoch));
                }
                Event::SendChanged(changed) => {
                    if let SendStep::Committing { .. } = changed.step {
                        let (author, written) = gone[&changed.outbox];
                        prop_assert!(author == Author::Agent || written == epoch);
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_clock_that_is_settled_is_settled_once(orders in prop::collection::vec(asks(), 1..40)) {
        let mut play = Play::with_rules(QUIET);
        play.replays = false;
        play.customer("Hello");
        for ask in orders {
            play.wait(SECOND);
            perform(&mut play, ask);
            play.tick();
        }
        let mut live = BTreeMap::new();
        for (_, happened) in &play.log {
            match &happened.event {
                Event::EpisodeOpened(_) => live.clear(),
                Event::ClockChanged(changed) => {
                    let was = live.get(&changed.clock).copied().unwrap_or(false);
                    let is = matches!(
                        changed.state,
                        ClockState::Running | ClockState::Warned | ClockState::Paused
                    );
                    prop_assert!(was || is, "{:?} settles a clock that does not run", changed);
                    live.insert(changed.clock, is);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn identifiers_follow_from_the_order() {
    // The stage decides everything twice; here the kinds of identifiers are seen to differ.
    let mut play = Play::new();
    play.customer("My lawyer will call");
    let outcome = play.last.as_ref().unwrap();
    let mut ids: Vec<u128> = outcome.events.iter().map(|event| event.id.bits()).collect();
    ids.extend(outcome.effects.iter().map(|(id, _)| id.bits()));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
