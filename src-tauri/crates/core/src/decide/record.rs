//! Messages that become part of a conversation: the customer's, those seen in the Sent folder,
//! notes, and imported history.

use crate::command::MessageInput;
use crate::control::{ControlState, Controller, Reason, ReasonCode, Verb};
use crate::decide::Refusal;
use crate::decide::hand::Move;
use crate::decide::work::{Work, is_of_customer};
use crate::event::body::{DeliveryFailed, Join, MessageRecorded, SendChanged, SendStep};
use crate::event::{Actor, ActorKind, Event};
use crate::ids::{AgentName, BotName, OutboxId, QueueName};
use crate::message::{Author, Direction, MessageKind};
use crate::rules::{ControlTarget, EventKind};
use crate::status::WorkStatus;
use crate::time::{DAY, Timestamp};

/// Imported history whose last word is the customer's is work to do, unless it is older than this.
pub const FRESH_HISTORY: i64 = 30 * DAY;

impl<'a> Work<'a> {
    /// Records a message.
    pub(super) fn record(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        if self.state.talk.last_message == Some(input.id) {
            return Ok(());
        }
        if let Some(outbox) = input.outbox {
            self.own_copy(outbox, input);
            return Ok(());
        }
        if input.imported {
            return self.record_history(input);
        }
        match (input.direction, input.author) {
            (Direction::Inbound, _) if input.document.kind != MessageKind::Message => {
                self.record_automatic(input)
            }
            (Direction::Inbound, Author::Customer) => self.record_inbound(input),
            (Direction::Inbound, _) => {
                self.put_down(input);
                Ok(())
            }
            (Direction::Outbound, Author::Agent) => self.record_sent_elsewhere(input),
            (Direction::Outbound, Author::Bot) => {
                self.put_down(input);
                self.pass_rules(EventKind::BotMessage);
                Ok(())
            }
            (Direction::Outbound | Direction::Internal, _) => {
                self.put_down(input);
                Ok(())
            }
        }
    }

    /// Adds a note that only the team sees.
    pub(super) fn note(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        if input.direction != Direction::Internal {
            return Err(Refusal::NotAllowed);
        }
        self.put_down(input);
        Ok(())
    }

    /// A person says something to the bot in control; the customer never hears it.
    pub(super) fn whisper(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        let Some(Controller::Bot(bot)) = self.state.control.speaker() else {
            return Err(Refusal::NotAllowed);
        };
        if input.direction != Direction::Internal || self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let bot = bot.clone();
        self.put_down_for(input, Some(bot));
        Ok(())
    }

    /// Writes the message down at the instant its server received it; clocks start there.
    fn put_down(&mut self, input: &'a MessageInput) {
        self.put_down_for(input, None);
    }

    fn put_down_for(&mut self, input: &'a MessageInput, whispered: Option<BotName>) {
        let recorded = MessageRecorded {
            message: input.id,
            direction: input.direction,
            author: input.author,
            author_name: input.author_name.clone(),
            kind: input.document.kind,
            document: input.document_hash,
            raw: input.raw.clone(),
            contact: input.contact,
            join: input.join,
            outbox: input.outbox,
            imported: input.imported,
            source: input.source.clone(),
            channel: self.channel_of(input.channel),
            whispered,
        };
        let at = self.heard_at(input);
        let actor = self.actor.clone();
        self.on_behalf(actor, at, |work| {
            work.emit_claimed(Event::MessageRecorded(recorded), input.document.date);
        });
        self.message = Some(input);
    }

    /// The instant of a message in its conversation. What a bot had said before the message was
    /// heard of, however late that was, is no answer to it: the message comes after those words.
    fn heard_at(&self, input: &MessageInput) -> Timestamp {
        let at = input.received_at.min(self.now);
        let with_bot = matches!(self.state.control.controller, Controller::Bot(_));
        if !with_bot || input.imported || !is_of_customer(input) {
            return at;
        }
        let state = &self.state;
        let by_bot = |author: Author| author == Author::Bot;
        let leaving = state.outbox.values().filter(|entry| by_bot(entry.author));
        let held = state.drafts.values().filter(|draft| by_bot(draft.author));
        let said = leaving
            .map(|entry| entry.queued_at)
            .chain(held.map(|draft| draft.held_at))
            .chain(state.talk.last_bot_at);
        said.map(|said| said.plus(1))
            .fold(at, Timestamp::max)
            .min(self.now)
    }

    fn record_inbound(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        let was = self.state.control.state;
        self.come_back(input.channel);
        if was == ControlState::Closed {
            let at = input.received_at.min(self.now);
            let actor = self.actor.clone();
            self.on_behalf(actor, at, Self::open_episode);
        }
        self.put_down(input);

        let reason = Reason::code(ReasonCode::NewMessage);
        match was {
            ControlState::Closed | ControlState::Released => {
                let verb = if was == ControlState::Closed {
                    Verb::Reopen
                } else {
                    Verb::Open
                };
                let to = self.first_controller(input);
                self.hand(Move::to(to, verb, reason))?;
            }
            ControlState::Wrapping => {
                let to = self.state.control.controller.clone();
                self.hand(Move::to(to, Verb::Reopen, reason))?;
            }
            ControlState::BotActive if input.join == Join::Flagged => {
                // Whoever quotes an identifier gets no machine's answer about it.
                let to = self.fallback();
                let reason = Reason::code(ReasonCode::OtherParticipant);
                self.by_itself(|work| work.hand(Move::to(to, Verb::Pass, reason)))?;
            }
            ControlState::BotActive
            | ControlState::Queued
            | ControlState::Offered
            | ControlState::AgentActive => {}
        }
        match self.state.status {
            WorkStatus::New | WorkStatus::Open => {}
            WorkStatus::WaitingCustomer
            | WorkStatus::OnHold
            | WorkStatus::Snoozed
            | WorkStatus::Solved => self.become_status(WorkStatus::Open, None),
        }
        self.tend_clocks();
        self.pass_rules(EventKind::CustomerMessage);
        Ok(())
    }

    /// Who begins an episode that this message opens, before the rules have looked.
    fn first_controller(&self, input: &MessageInput) -> Controller {
        let channel = &self.world.channel.default_controller;
        match (&self.world.ruleset.defaults().control, channel) {
            (ControlTarget::Bot, Controller::Bot(_)) if input.join != Join::Flagged => {
                channel.clone()
            }
            (ControlTarget::Bot, Controller::Queue(_) | Controller::Agent(_)) => channel.clone(),
            (ControlTarget::Team(name), _) => Controller::Queue(QueueName::new(&**name)),
            (ControlTarget::Agent(name), _) => Controller::Agent(AgentName::new(&**name)),
            (ControlTarget::Bot | ControlTarget::Queue | ControlTarget::Closed, _) => {
                self.fallback()
            }
        }
    }

    /// What a machine wrote moves nothing: no control, no clock, no answer. Only when it is the
    /// first of a conversation it goes to people, who see what it is; and a report that our own
    /// message did not arrive brings the conversation back to whoever wrote it.
    fn record_automatic(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        self.put_down(input);
        if self.state.control.state == ControlState::Released && self.state.control.epoch == 0 {
            let to = self.fallback();
            self.hand(Move::to(
                to,
                Verb::Open,
                Reason::code(ReasonCode::NewMessage),
            ))?;
        }
        let undelivered = input
            .document
            .report
            .as_ref()
            .is_some_and(|report| report.action == "failed");
        if input.document.kind == MessageKind::Bounce && undelivered {
            self.bounced(input)?;
        }
        Ok(())
    }

    /// Whoever thinks that the customer was answered must see that they were not.
    fn bounced(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        let ours = self.state.talk.from_agents + self.state.talk.from_bots > 0;
        let Some(about) = &input.about else {
            if ours {
                self.by_itself(Self::open_work);
                self.tell_people(None, "a message did not arrive", false);
            }
            return Ok(());
        };
        let author = (about.author == Author::Agent).then_some(about.author_name.as_str());
        self.by_itself(|work| {
            work.emit(Event::DeliveryFailed(DeliveryFailed {
                message: about.message,
                report: input.id,
            }));
            work.back_to_work(author)
        })?;
        self.tell_people(author, "a message did not arrive", false);
        self.pass_rules(EventKind::DeliveryFailed);
        Ok(())
    }

    /// An answer that a person sent with another program is a take like any other.
    fn record_sent_elsewhere(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        let name = AgentName::new(input.author_name.clone());
        if input.document.kind != MessageKind::Message || self.is_closed() {
            self.put_down(input);
            return Ok(());
        }
        let known = self.world.team.agents.contains_key(&name);
        let reason = Reason::code(ReasonCode::HumanReply);
        if known {
            let actor = Actor::agent(input.author_name.clone());
            let at = self.at;
            self.on_behalf(actor, at, |work| work.take_now(reason))?;
        } else if matches!(self.state.control.controller, Controller::Bot(_)) {
            // Some person answered, so the bot must not go on.
            let to = self.fallback();
            self.by_itself(|work| work.hand(Move::to(to, Verb::Take, reason)))?;
        }
        self.put_down(input);
        if self.state.talk.waiting_since.is_none() {
            self.become_status(WorkStatus::WaitingCustomer, None);
        }
        self.tend_clocks();
        self.pass_rules(EventKind::AgentMessage);
        Ok(())
    }

    /// Our own message seen again, in the Sent folder: it settles a doubt and is otherwise known.
    fn own_copy(&mut self, outbox: OutboxId, input: &'a MessageInput) {
        let Some(entry) = self.state.outbox.get(&outbox).cloned() else {
            return;
        };
        // What is left for other recipients is still to be sent.
        if entry.may_have_left() && !entry.has_left() {
            self.emit(Event::SendChanged(SendChanged {
                outbox,
                step: SendStep::Sent {
                    refused: Vec::new(),
                },
            }));
            self.record_sent(&entry, input.raw.clone());
        }
    }

    /// Imported history: written down and decided as of then. It wakes nobody. What the customer
    /// said last, and not too long ago, waits in a queue; everything else is solved.
    fn record_history(&mut self, input: &'a MessageInput) -> Result<(), Refusal> {
        let at = input.received_at.min(self.now);
        let newest = at >= self.state.talk.last_at;
        self.put_down(input);
        if !self.state.imported {
            // Old mail of a living conversation is context, and changes nothing.
            return Ok(());
        }
        // Whoever wrote it then does nothing now: where it waits or rests follows by itself.
        self.on_behalf(Actor::system(), at, |work| {
            let written = input.document.kind == MessageKind::Message;
            if newest && written {
                let fresh = work.now.since(at) <= FRESH_HISTORY;
                match (input.direction, input.author) {
                    (Direction::Inbound, Author::Customer) if fresh => work.history_waits()?,
                    (Direction::Outbound, Author::Agent | Author::Bot) => work.history_rests()?,
                    _ => {}
                }
            }
            match (input.direction, input.author) {
                _ if !written => {}
                (Direction::Inbound, Author::Customer) => {
                    work.pass_rules(EventKind::CustomerMessage);
                }
                (Direction::Outbound, Author::Bot) => work.watch_rules(EventKind::BotMessage),
                (Direction::Outbound, Author::Agent) => work.watch_rules(EventKind::AgentMessage),
                _ => {}
            }
            Ok(())
        })
    }

    fn history_waits(&mut self) -> Result<(), Refusal> {
        if self.is_closed() {
            let to = self.fallback();
            self.hand(Move::to(
                to,
                Verb::Open,
                Reason::code(ReasonCode::NewMessage),
            ))?;
            self.become_status(WorkStatus::Open, None);
        }
        Ok(())
    }

    fn history_rests(&mut self) -> Result<(), Refusal> {
        if !self.is_closed() {
            self.close(Reason::code(ReasonCode::Resolved), None)?;
            self.become_status(WorkStatus::Solved, None);
        }
        Ok(())
    }

    /// The instant at which a message of ours counts as written: when it was queued, unless it
    /// took several attempts to leave.
    pub(super) fn written_at(&self, queued_at: Timestamp, attempts: u32) -> Timestamp {
        if attempts <= 1 { queued_at } else { self.at }
    }
}
