//! The working copy of a decision: events are applied as they are produced, so that what follows
//! sees what came before, and the state at the end is the fold and nothing else.

use std::cell::OnceCell;

use crate::command::{Command, MessageInput, Order};
use crate::control::{ControlState, Controller};
use crate::conversation::Conversation;
use crate::decide::{Content, DecisionRow, Happened, Outcome, Refusal};
use crate::effect::Effect;
use crate::event::body::ConversationOpened;
use crate::event::{Actor, ActorKind, Event};
use crate::hash::Hash;
use crate::ids::{ChannelId, ContactId, EffectId, EventId, Id};
use crate::message::{Author, Direction};
use crate::team::Agent;
use crate::time::Timestamp;
use crate::world::World;

use super::alerts::Call;

/// A decision under way.
pub(super) struct Work<'a> {
    pub(super) order: &'a Order,
    pub(super) world: &'a World<'a>,
    /// The time of the decision.
    pub(super) now: Timestamp,
    /// The logical instant of what is being done; never after `now`.
    pub(super) at: Timestamp,
    /// Who is doing it.
    pub(super) actor: Actor,
    pub(super) state: Conversation,
    /// The message the order brought, once it is recorded: rules may look at it.
    pub(super) message: Option<&'a MessageInput>,
    /// Which word sets the message matches, searched once.
    pub(super) words: OnceCell<Vec<bool>>,
    /// Whether control moved since the rules last looked.
    pub(super) control_moved: bool,
    /// People who must hear of a handoff unless somebody has been told by the end.
    pub(super) owed: Option<Call>,
    /// The epoch under which a bot had been asked to answer before, when it has not.
    pub(super) asked_before: Option<u64>,
    events: Vec<Happened>,
    effects: Vec<(EffectId, Effect)>,
    contents: Vec<Content>,
    decisions: Vec<DecisionRow>,
    minted: u64,
}

impl<'a> Work<'a> {
    /// Goes on with a conversation that exists.
    pub(super) fn go_on(
        state: Conversation,
        order: &'a Order,
        world: &'a World<'a>,
        now: Timestamp,
    ) -> Self {
        Self {
            order,
            world,
            now,
            at: now,
            actor: order.actor.clone(),
            asked_before: state.owed_by().map(|_| state.control.epoch),
            state,
            message: None,
            words: OnceCell::new(),
            control_moved: false,
            owed: None,
            events: Vec::new(),
            effects: Vec::new(),
            contents: Vec::new(),
            decisions: Vec::new(),
            minted: 0,
        }
    }

    /// Begins a conversation, which only a message can do.
    pub(super) fn begin(
        order: &'a Order,
        world: &'a World<'a>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let (channel, contact, imported, at) = beginning(order, world, now)?;
        let opened = ConversationOpened {
            channel,
            contact,
            imported,
        };
        let state = Conversation::open(order.conversation, &opened, at);
        let mut work = Self::go_on(state, order, world, now);
        work.at = at;
        work.emit(Event::ConversationOpened(opened));
        work.at = now;
        Ok(work)
    }

    /// An identifier that follows from the order alone.
    pub(super) fn mint<I: Id>(&mut self) -> I {
        self.minted += 1;
        let derived = EventId::derived(&[
            b"minted",
            &self.order.id.bits().to_be_bytes(),
            &self.order.conversation.bits().to_be_bytes(),
            &self.minted.to_be_bytes(),
        ]);
        I::minted(self.now.0, derived.bits())
    }

    /// Lets something happen.
    pub(super) fn emit(&mut self, event: Event) {
        self.emit_claimed(event, None);
    }

    /// Lets something happen whose source claims a time of its own.
    pub(super) fn emit_claimed(&mut self, event: Event, occurred_at: Option<Timestamp>) {
        let event = self.with_words_apart(event);
        let id = self.mint();
        self.state
            .apply(&event, self.at, &self.actor, self.order.id);
        self.events.push(Happened {
            id,
            at: self.at,
            occurred_at,
            actor: self.actor.clone(),
            event,
        });
    }

    /// Asks something of the world.
    pub(super) fn ask(&mut self, effect: Effect) {
        let id = self.mint();
        self.effects.push((id, effect));
    }

    /// Keeps content that an event refers to, and gives its hash.
    pub(super) fn keep(&mut self, bytes: Vec<u8>, mime: &'static str) -> Hash {
        let hash = Hash::of(&bytes);
        self.contents.push(Content { hash, bytes, mime });
        hash
    }

    /// The bytes of content that this order has kept.
    pub(super) fn kept(&self, hash: Hash) -> Option<&[u8]> {
        let mut contents = self.contents.iter();
        let kept = contents.find(|content| content.hash == hash)?;
        Some(&kept.bytes)
    }

    /// Whether content is kept already.
    pub(super) fn keeps(&self, hash: Hash) -> bool {
        self.kept(hash).is_some()
    }

    /// Lists an evaluation of the rules.
    pub(super) fn list(&mut self, row: DecisionRow) {
        self.decisions.push(row);
    }

    /// Does something on behalf of another party, at another instant.
    pub(super) fn on_behalf<T>(
        &mut self,
        actor: Actor,
        at: Timestamp,
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let was = (std::mem::replace(&mut self.actor, actor), self.at);
        self.at = at;
        let result = act(self);
        (self.actor, self.at) = was;
        result
    }

    /// Does something by Baton itself, now.
    pub(super) fn by_itself<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        self.on_behalf(Actor::system(), self.at, act)
    }

    /// Corrects the instant at which the last decision since `mark` says a rule may change its
    /// mind; `false` when there was none. The event has not left this decision yet.
    pub(super) fn correct_flip(&mut self, mark: usize, flip: Option<Timestamp>) -> bool {
        let since = self.events.get_mut(mark..).unwrap_or_default();
        let made = since
            .iter_mut()
            .rev()
            .find_map(|happened| match &mut happened.event {
                Event::DecisionMade(made) => Some(made),
                _ => None,
            });
        let Some(made) = made else {
            return false;
        };
        made.next_flip = flip;
        self.state.next_flip = flip;
        true
    }

    /// Whether something like this has happened in this decision.
    pub(super) fn has_happened(&self, like: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(|happened| like(&happened.event))
    }

    /// The number of events so far.
    pub(super) fn mark(&self) -> usize {
        self.events.len()
    }

    /// Drops the last effect that matches, because its reason is gone.
    pub(super) fn take_back_effects(&mut self, gone: impl Fn(&Effect) -> bool) {
        self.effects.retain(|(_, effect)| !gone(effect));
    }

    /// Whether the order is about history that nobody is to be woken for.
    pub(super) fn is_history(&self) -> bool {
        match &self.order.command {
            Command::Record(input) | Command::Note(input) | Command::Whisper(input) => {
                input.imported
            }
            _ => false,
        }
    }

    /// Whether the conversation is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.state.control.state == ControlState::Closed
    }

    /// Whether the person who gives the order leads the team.
    pub(super) fn actor_leads(&self) -> bool {
        self.actor_in_team().is_some_and(Agent::leads)
    }

    /// Whether what the person writes may have to be read before it is sent.
    pub(super) fn actor_is_junior(&self) -> bool {
        self.actor_in_team().is_some_and(Agent::is_junior)
    }

    /// The actor as the team knows them; none for parties that are no people of the team.
    pub(super) fn actor_in_team(&self) -> Option<&'a Agent> {
        let mut people = self.world.team.agents.iter();
        people
            .find(|(name, _)| self.actor.kind == ActorKind::Agent && name.as_str() == self.actor.id)
            .map(|(_, agent)| agent)
    }

    /// The last decision of the rules in this one.
    pub(super) fn decided_last(&self) -> Option<crate::ids::DecisionId> {
        self.decisions.last().map(|row| row.id)
    }

    /// The newest decision in which a rule acted.
    pub(super) fn decided_by(&self, rule: &str) -> Option<&DecisionRow> {
        let mut newest = self.decisions.iter().rev();
        newest.find(|row| row.acted.iter().any(|acted| acted == rule))
    }

    /// Where a conversation lands when nobody else has it.
    pub(super) fn fallback(&self) -> Controller {
        Controller::Queue(self.world.channel.fallback_queue.clone())
    }

    pub(super) fn into_outcome(self) -> Outcome {
        Outcome {
            events: self.events,
            effects: self.effects,
            contents: self.contents,
            decisions: self.decisions,
            state: self.state,
        }
    }
}

/// What the first event of a conversation says, when the order can begin one.
fn beginning(
    order: &Order,
    world: &World<'_>,
    now: Timestamp,
) -> Result<(ChannelId, ContactId, bool, Timestamp), Refusal> {
    match &order.command {
        Command::Record(input) | Command::Note(input) | Command::Whisper(input) => Ok((
            input.channel,
            input.contact,
            input.imported,
            input.received_at.min(now),
        )),
        Command::Reply(input) if order.actor.kind == ActorKind::Agent => {
            Ok((world.channel.id, input.contact, false, now))
        }
        _ => Err(Refusal::NoSuchConversation),
    }
}

/// Whether a message is one of the customer's.
pub(super) fn is_of_customer(input: &MessageInput) -> bool {
    input.direction == Direction::Inbound && input.author == Author::Customer
}
