//! A conversation goes on by another channel: ordered by a person, asked for by a rule, or because
//! the customer writes again where it was before. It stays one conversation; its clocks run on.

use crate::command::MoveInput;
use crate::control::{Controller, Reason, Verb};
use crate::conversation::{Conversation, OutgoingState, UndoPoint};
use crate::decide::Refusal;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::elsewhere::{Elsewhere, Ground, Hindrance};
use crate::event::body::{ConversationMoved, MoveHindered};
use crate::event::{ActorKind, Event};
use crate::ids::ChannelId;
use crate::rules::RuleId;

impl Conversation {
    /// Whether what was written can still go out by the channel on which it was written only.
    #[must_use]
    pub fn is_held_here(&self) -> bool {
        !self.drafts.is_empty() || self.has_unsettled()
    }

    fn has_unsettled(&self) -> bool {
        self.outbox.values().any(|entry| match entry.state {
            OutgoingState::Queued { .. }
            | OutgoingState::Committing { .. }
            | OutgoingState::InDoubt { .. }
            | OutgoingState::Failed => true,
            OutgoingState::Sent | OutgoingState::Cancelled => false,
        })
    }

    /// Whether words of the customer on a channel bring the conversation back to it.
    #[must_use]
    pub fn comes_back_by(&self, channel: ChannelId) -> bool {
        let moved = self.moved.as_ref();
        moved.is_some_and(|moved| moved.home == channel) && !self.is_held_here()
    }
}

impl Work<'_> {
    /// A person goes on with a conversation elsewhere, and has it from then on.
    pub(super) fn move_by_hand(&mut self, input: &MoveInput) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        if self.state.channel == input.to.channel.id {
            return Ok(());
        }
        // A draft of somebody else is withdrawn by that, and holds nothing then.
        self.take_now(Reason::default())?;
        if self.state.is_held_here() {
            return Err(Refusal::CannotMove(Hindrance::BeingSent));
        }
        self.go_elsewhere(&input.to);
        Ok(())
    }

    /// A rule has a conversation go on by another kind of channel. Where that cannot be, it says
    /// why, and nothing moves.
    pub(super) fn move_by_rule(&mut self, kind: &str, by: &RuleId) {
        if self.is_closed() || self.is_history() || self.world.channel.kind == kind {
            return;
        }
        let place = match self.world.elsewhere.and_then(|places| places.get(kind)) {
            _ if self.state.is_held_here() => Err(Hindrance::BeingSent),
            Some(Ok(place)) => Ok(place),
            Some(Err(hindrance)) => Err(*hindrance),
            None => Err(Hindrance::NoChannel),
        };
        match place {
            Ok(place) if place.channel.id == self.state.channel => {}
            Ok(place) => {
                self.go_elsewhere(place);
                // The bot speaks on the channel it is connected to, and nowhere else.
                if matches!(self.state.control.controller, Controller::Bot(_)) {
                    let to = Controller::Queue(place.channel.fallback_queue.clone());
                    let reason = self.reason_of_rule(by);
                    let moved = self.hand(Move {
                        rule: Some(by.to_string()),
                        ..Move::to(to, Verb::Pass, reason)
                    });
                    if moved.is_ok() {
                        self.open_work();
                    }
                }
            }
            Err(hindrance) => self.emit(Event::MoveHindered(MoveHindered {
                kind: kind.to_owned(),
                hindrance,
            })),
        }
    }

    fn go_elsewhere(&mut self, place: &Elsewhere) {
        let address = match place.ground {
            Ground::WroteHere => None,
            Ground::Verified | Ground::Given => serde_json::to_vec(&place.address)
                .ok()
                .map(|bytes| self.keep(bytes, "application/json")),
        };
        self.emit(Event::ConversationMoved(ConversationMoved {
            from: self.state.channel,
            to: place.channel.id,
            ground: place.ground,
            address,
        }));
    }

    /// The customer writes where the conversation was before, and is answered there.
    pub(super) fn come_back(&mut self, channel: ChannelId) {
        if !self.state.comes_back_by(channel) {
            return;
        }
        let moved = ConversationMoved {
            from: self.state.channel,
            to: channel,
            ground: Ground::WroteHere,
            address: None,
        };
        self.emit(Event::ConversationMoved(moved));
    }

    /// Takes back that a conversation went on elsewhere, where nothing holds it there.
    pub(super) fn move_back(&mut self, point: &UndoPoint) -> Result<(), Refusal> {
        let Some(to) = point.channel.filter(|to| *to != self.state.channel) else {
            return Ok(());
        };
        if self.state.is_held_here() {
            return Err(Refusal::CannotMove(Hindrance::BeingSent));
        }
        let moved = ConversationMoved {
            from: self.state.channel,
            to,
            ground: Ground::WroteHere,
            address: point.moved.as_ref().and_then(|moved| moved.address),
        };
        self.emit(Event::ConversationMoved(moved));
        Ok(())
    }

    /// The channel that stands with a message, where a conversation may have several.
    pub(super) fn channel_of(&self, channel: ChannelId) -> Option<ChannelId> {
        let several = self.state.moved.is_some() || self.world.elsewhere.is_some();
        several.then_some(channel)
    }
}
