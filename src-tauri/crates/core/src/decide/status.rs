//! The agents' view of the work: solved and opened again, status, priority, tags, what was read.

use std::collections::BTreeSet;

use crate::control::{ControlState, Controller, Reason, ReasonCode, Verb};
use crate::decide::Refusal;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::event::body::{
    AskedAgainFor, ConversationRead, EpisodeOpened, PacketMarked, PriorityChanged, TagsChanged,
};
use crate::event::{ActorKind, Event};
use crate::ids::{AgentName, HandoffId, MessageId};
use crate::rules::EventKind;
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

impl Work<'_> {
    /// Ends the episode.
    pub(super) fn resolve(&mut self, reason: &Reason) -> Result<(), Refusal> {
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.may_move()?;
        let reason = Reason {
            code: match reason.code {
                ReasonCode::Unspecified => ReasonCode::Resolved,
                code => code,
            },
            ..reason.clone()
        };
        if self.wraps() {
            self.wrap(reason)?;
            self.stop_ladder("closed");
        } else {
            self.close(reason, None)?;
        }
        self.become_status(WorkStatus::Solved, None);
        Ok(())
    }

    /// Closes the episode.
    pub(super) fn close(&mut self, reason: Reason, rule: Option<String>) -> Result<(), Refusal> {
        self.hand(Move {
            state: Some(ControlState::Closed),
            rule,
            ..Move::to(Controller::Nobody, Verb::Close, reason)
        })
    }

    /// Opens a solved conversation again: for the person who asks, or where the channel sends it.
    pub(super) fn reopen(&mut self) -> Result<(), Refusal> {
        if !self.is_closed() {
            return Err(Refusal::NotClosed);
        }
        let to = match self.actor.kind {
            ActorKind::Agent => self.own_control()?,
            ActorKind::System | ActorKind::Rule => self.world.channel.default_controller.clone(),
            ActorKind::Bot | ActorKind::Customer => return Err(Refusal::NotAllowed),
        };
        self.open_episode_again();
        self.hand(Move::to(to, Verb::Reopen, Reason::default()))?;
        self.become_status(WorkStatus::Open, None);
        Ok(())
    }

    /// Begins the next episode with what the customer writes.
    pub(super) fn open_episode(&mut self) {
        self.begin_episode(None);
    }

    /// Begins the next episode where the one before ended: whoever was not answered waits on.
    pub(super) fn open_episode_again(&mut self) {
        self.begin_episode(self.state.talk.unanswered_since());
    }

    fn begin_episode(&mut self, waiting_since: Option<Timestamp>) {
        let episode = self.state.episode.saturating_add(1);
        self.emit(Event::EpisodeOpened(EpisodeOpened {
            episode,
            waiting_since,
        }));
    }

    /// Sets the work status by hand.
    pub(super) fn set_status(
        &mut self,
        to: WorkStatus,
        until: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        self.may_touch()?;
        match (to, self.is_closed()) {
            (WorkStatus::Solved, true) => Ok(()),
            (WorkStatus::Solved, false) => self.resolve(&Reason::default()),
            (WorkStatus::Open, true) => self.reopen(),
            (_, true) => Err(Refusal::Closed),
            (WorkStatus::New, false) => Err(Refusal::StatusNotAllowed { to }),
            (WorkStatus::Snoozed, false) => {
                let until = until
                    .filter(|until| *until > self.now)
                    .ok_or(Refusal::SnoozeNeedsTime)?;
                self.become_status(to, Some(until));
                self.pass_rules(EventKind::StatusChanged);
                Ok(())
            }
            (WorkStatus::Open | WorkStatus::WaitingCustomer | WorkStatus::OnHold, false) => {
                self.become_status(to, None);
                self.pass_rules(EventKind::StatusChanged);
                Ok(())
            }
        }
    }

    /// Sets the priority by hand.
    pub(super) fn set_priority_by_hand(&mut self, to: Priority) -> Result<(), Refusal> {
        self.may_touch()?;
        self.become_priority(to);
        Ok(())
    }

    pub(super) fn become_priority(&mut self, to: Priority) {
        if self.state.priority != to {
            self.emit(Event::PriorityChanged(PriorityChanged { to }));
        }
    }

    /// Adds and removes tags by hand.
    pub(super) fn tag_by_hand(
        &mut self,
        add: &BTreeSet<String>,
        remove: &BTreeSet<String>,
    ) -> Result<(), Refusal> {
        self.may_touch()?;
        self.tag(add, remove);
        Ok(())
    }

    /// Changes the tags, as far as that changes anything.
    pub(super) fn tag(&mut self, add: &BTreeSet<String>, remove: &BTreeSet<String>) {
        let clean = |tag: &&String| !tag.trim().is_empty();
        let changed = TagsChanged {
            add: add
                .difference(&self.state.tags)
                .filter(clean)
                .filter(|tag| !remove.contains(*tag))
                .cloned()
                .collect(),
            remove: remove.intersection(&self.state.tags).cloned().collect(),
        };
        if changed != TagsChanged::default() {
            self.emit(Event::TagsChanged(changed));
        }
    }

    /// An agent has read up to the newest message.
    pub(super) fn mark_read(&mut self) -> Result<(), Refusal> {
        if !matches!(self.actor.kind, ActorKind::Agent | ActorKind::System) {
            return Err(Refusal::NotAllowed);
        }
        if self.state.talk.unread > 0 {
            let message = self.state.talk.last_message;
            self.emit(Event::ConversationRead(ConversationRead { message }));
        }
        // It was read somewhere else: nobody has looked at it here, or has it in hand.
        if self.actor.kind == ActorKind::System {
            return Ok(());
        }
        if self.state.status == WorkStatus::New {
            self.become_status(WorkStatus::Open, None);
        }
        // Who has the conversation and looks at it needs no more telling.
        let own = AgentName::new(self.actor.id.clone());
        if self.state.alerted.contains_key(&own)
            && self.state.control.controller == Controller::Agent(own)
        {
            self.withdraw();
        }
        Ok(())
    }

    /// An agent has read or rated a packet.
    pub(super) fn mark_packet(
        &mut self,
        handoff: HandoffId,
        useful: Option<bool>,
        missing: &[String],
    ) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let control = &self.state.control;
        let known = control
            .mark
            .as_ref()
            .filter(|_| control.handoff == Some(handoff));
        let own = AgentName::new(self.actor.id.clone());
        let says_nothing_new = match useful {
            // Who has read it has read it, however often they look.
            None => {
                control.handoff != Some(handoff)
                    || known.is_some_and(|mark| mark.readers.contains(&own))
            }
            Some(_) => known.is_some_and(|mark| mark.useful == useful && mark.lacking == missing),
        };
        if says_nothing_new {
            return Ok(());
        }
        self.emit(Event::PacketMarked(PacketMarked {
            handoff,
            useful,
            missing: missing.to_vec(),
        }));
        Ok(())
    }

    /// A reply asks for what was known already; Baton itself notices it.
    pub(super) fn asked_again(
        &mut self,
        message: MessageId,
        about: &[String],
    ) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::System {
            return Err(Refusal::NotAllowed);
        }
        if !about.is_empty() {
            self.emit(Event::AskedAgain(AskedAgainFor {
                message,
                handoff: self.state.control.handoff,
                about: about.to_vec(),
            }));
        }
        Ok(())
    }

    /// Status, priority and tags are the team's; a bot may set them while it is in control.
    fn may_touch(&self) -> Result<(), Refusal> {
        match self.actor.kind {
            ActorKind::Agent | ActorKind::System | ActorKind::Rule => Ok(()),
            ActorKind::Bot => self.may_move(),
            ActorKind::Customer => Err(Refusal::NotAllowed),
        }
    }
}
