//! Who has had an episode, and what people said of it afterwards.

use crate::control::{ControlState, Controller, Verb};
use crate::conversation::{Conversation, UndoPoint};
use crate::event::body::{ControlChanged, LabelSet, MessageRecorded};
use crate::event::{Actor, ActorKind};
use crate::label::{Kept, Mark};
use crate::message::{Author, Direction, MessageKind};
use crate::time::Timestamp;

impl Conversation {
    /// Control changes hands, or is about to: `undone` is the point that an undo goes back to.
    pub(super) fn handled(
        &mut self,
        changed: &ControlChanged,
        at: Timestamp,
        actor: &Actor,
        undone: Option<&UndoPoint>,
    ) {
        let was_closed = self.control.state == ControlState::Closed;
        let closes = changed.state == ControlState::Closed;
        if changed.verb == Verb::Undo
            && let Some(point) = undone
        {
            self.hands = point.hands;
        }
        // It goes on, after all: the close is undone, or the history has more.
        if was_closed && !closes && matches!(changed.verb, Verb::Undo | Verb::Open) {
            let episode = self.episode;
            self.kept.retain(|kept| kept.episode != episode);
        }
        match changed.to {
            Controller::Bot(_) => self.hands.bot = true,
            // What history leaves waiting may have its answer further on in
            // the history, by the bot.
            Controller::Queue(_) if self.imported && changed.verb == Verb::Open => {}
            Controller::Queue(_) | Controller::Agent(_) => self.hands.people = true,
            Controller::Nobody => {}
        }
        let alone = self.hands.bot && !self.hands.people;
        // What a person closes has been seen by a person.
        if closes && !was_closed && alone && actor.kind != ActorKind::Agent {
            self.kept.push(Kept {
                episode: self.episode,
                at,
            });
        }
    }

    /// A rule moved control: when that is how people first came to have the episode, it is kept.
    pub(super) fn brought_in(&mut self) {
        if self.hands.people && self.hands.brought.is_none() {
            self.hands.brought = self.telling.moved;
        }
    }

    /// Somebody has spoken to the customer.
    pub(super) fn spoken_by(&mut self, recorded: &MessageRecorded) {
        if recorded.direction != Direction::Outbound || recorded.kind != MessageKind::Message {
            return;
        }
        match recorded.author {
            Author::Bot => self.hands.bot = true,
            Author::Agent => self.hands.people = true,
            Author::Customer | Author::System => {}
        }
    }

    /// Imported history grew: what a bot had alone in it counts as closed with its newest message.
    pub(super) fn kept_in_history(&mut self, recorded: &MessageRecorded) {
        if !recorded.imported || self.control.state != ControlState::Closed {
            return;
        }
        let (episode, at) = (self.episode, self.talk.last_at);
        self.kept.retain(|kept| kept.episode != episode);
        if self.hands.bot && !self.hands.people {
            self.kept.push(Kept { episode, at });
        }
    }

    /// A person said something of an episode, or took it back.
    pub(super) fn labelled(&mut self, set: &LabelSet, at: Timestamp, actor: &Actor) {
        let same = |mark: &Mark| mark.episode == set.episode && mark.by == actor.id;
        self.labels.retain(|mark| !same(mark));
        if let Some(label) = set.label {
            self.labels.push(Mark {
                episode: set.episode,
                by: actor.id.clone(),
                label,
                at,
                decision: set.decision,
                sampled: set.sampled,
            });
        }
    }
}
