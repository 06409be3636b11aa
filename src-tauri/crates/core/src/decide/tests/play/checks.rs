//! What must hold after every order, whatever was ordered, and that the log leads to the same state.

use super::{Play, line};
use crate::command::{Command, Order};
use crate::control::{ControlState, Controller};
use crate::conversation::Conversation;
use crate::decide::Outcome;
use crate::decide::work::Work;
use crate::event::Event;
use crate::ids::{ConversationId, Id};
use crate::rules::{DecisionRecord, Fact, Facts};
use crate::world::World;

impl Play {
    /// What must hold for every outcome.
    pub(in crate::decide::tests) fn check(&self, outcome: &Outcome) {
        let mut epoch = self.state.as_ref().map_or(0, |state| state.control.epoch);
        let mut holder = self
            .state
            .as_ref()
            .map_or(Controller::Nobody, |state| state.control.controller.clone());
        for happened in &outcome.events {
            if let Event::ControlChanged(changed) = &happened.event {
                assert_eq!(changed.from, holder, "each change names the one before");
                assert_eq!(
                    changed.epoch,
                    epoch + 1,
                    "each change grows the epoch by one"
                );
                let handoff = changed.from != changed.to
                    && changed.from != Controller::Nobody
                    && changed.to != Controller::Nobody;
                let history = outcome.state.imported;
                assert_eq!(
                    changed.packet.is_some() && changed.handoff.is_some(),
                    handoff && !history || changed.packet.is_some(),
                    "what changes hands travels with a packet"
                );
                epoch = changed.epoch;
                holder = changed.to.clone();
            }
        }
        let state = &outcome.state;
        assert_eq!(state.control.controller, holder);
        assert_eq!(state.control.epoch, epoch);
        let offered = state.control.offer.is_some();
        assert_eq!(state.control.state == ControlState::Offered, offered);
        match (&state.control.controller, state.control.state) {
            (Controller::Bot(_), ControlState::BotActive | ControlState::Offered)
            | (Controller::Queue(_), ControlState::Queued | ControlState::Offered)
            | (
                Controller::Agent(_),
                ControlState::AgentActive | ControlState::Offered | ControlState::Wrapping,
            )
            | (
                Controller::Nobody,
                ControlState::Released | ControlState::Closed | ControlState::Offered,
            ) => {}
            other => panic!("{other:?} cannot be"),
        }
        let due = state.next_due();
        assert!(
            state.imported || due.is_none_or(|due| due > self.now),
            "nothing that is due is left undone: {due:?} at {:?}",
            self.now
        );
    }

    /// The facts of each decision are those that the log leads to, byte for byte.
    pub(in crate::decide::tests) fn check_facts(
        &self,
        order: &Order,
        world: &World<'_>,
        outcome: &Outcome,
    ) {
        let mut state = self.state.clone();
        let mut message = None;
        for happened in &outcome.events {
            if let Event::DecisionMade(made) = &happened.event
                && made.on != "draft"
            {
                let kept = outcome.contents.iter().find(|one| one.hash == made.record);
                let record = DecisionRecord::from_bytes(&kept.unwrap().bytes).unwrap();
                let mut work = Work::go_on(state.clone().unwrap(), order, world, self.now);
                work.at = record.at;
                // What was due meanwhile looks at no message.
                let facts = record.facts().unwrap();
                work.message = message.filter(|_| facts.text(Fact::MSG_AUTHOR).is_some());
                let again = work.facts();
                assert_eq!(facts, Facts::from_snapshot(&again.snapshot()).unwrap());
                assert_eq!(record.facts, again.snapshot(), "at {}", line(happened));
            }
            let body = happened.event.body().unwrap();
            let event = Event::read(happened.event.kind(), &body).unwrap();
            let state = state.get_or_insert_with(|| {
                let Event::ConversationOpened(opened) = &event else {
                    panic!("a log begins with the opening");
                };
                Conversation::open(order.conversation, opened, happened.at)
            });
            state.apply(&event, happened.at, &happened.actor, order.id);
            if let (
                Event::MessageRecorded(recorded),
                Command::Record(input) | Command::Note(input) | Command::Whisper(input),
            ) = (&event, &order.command)
            {
                message = Some(input).filter(|input| input.id == recorded.message);
            }
        }
    }

    /// The log leads to the same state, byte for byte.
    pub(in crate::decide::tests) fn check_replay(&self) {
        assert_eq!(
            serde_json::to_string(&self.replay()).unwrap(),
            serde_json::to_string(self.state()).unwrap(),
            "the log replays to the same bytes"
        );
    }

    /// The fold over the log from its first event.
    pub(in crate::decide::tests) fn replay(&self) -> Conversation {
        let mut events = self.log.iter();
        let (_, first) = events.next().unwrap();
        let Event::ConversationOpened(opened) = &first.event else {
            panic!("a log begins with the opening");
        };
        let mut state = Conversation::open(ConversationId::from_bits(1), opened, first.at);
        state.apply(&first.event, first.at, &first.actor, self.log[0].0);
        for (cause, happened) in events {
            // Through the written form, as a real replay goes.
            let body = happened.event.body().unwrap();
            let event = Event::read(happened.event.kind(), &body).unwrap();
            state.apply(&event, happened.at, &happened.actor, *cause);
        }
        state
    }
}
