//! Control changes hands, in one place for every verb: the event with its packet, the end of a
//! live offer, the machine's unsent words dropped, the bot told, the people called.

use crate::control::{ControlState, Controller, Reason, ReasonCode, Target, Verb};
use crate::decide::Refusal;
use crate::decide::alerts::Call;
use crate::decide::work::Work;
use crate::effect::Effect;
use crate::event::body::{
    ControlChanged, OfferEnd, OfferEnded, SendChanged, SendStep, StatusChanged,
};
use crate::event::{ActorKind, Event};
use crate::hash::Hash;
use crate::ids::{AgentName, BotName, HandoffId, OutboxId};
use crate::message::Author;
use crate::packet::Packet;
use crate::status::WorkStatus;
use crate::time::Timestamp;
use crate::world::BotLink;

/// A handoff with its packet.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) handoff: HandoffId,
    pub(super) packet: Option<Hash>,
    /// What the recipient asks for and the packet lacks.
    pub(super) missing: Vec<String>,
}

/// A change of control that is wanted.
pub(super) struct Move<'p> {
    pub(super) to: Controller,
    /// The state after, where it is not the one that goes with the controller.
    pub(super) state: Option<ControlState>,
    pub(super) verb: Verb,
    pub(super) reason: Reason,
    pub(super) rule: Option<String>,
    /// What the giver knows.
    pub(super) given: Option<&'p Packet>,
    /// A handoff that was prepared before, by an offer.
    pub(super) prepared: Option<Prepared>,
    pub(super) wrapping_until: Option<Timestamp>,
    /// Until when the offer stands for which it is prepared.
    pub(super) expires_at: Option<Timestamp>,
    /// How a live offer ends with this.
    pub(super) offer_end: OfferEnd,
}

impl Move<'_> {
    /// A move to a controller, with everything else at its usual value.
    pub(super) const fn to(to: Controller, verb: Verb, reason: Reason) -> Self {
        Self {
            to,
            state: None,
            verb,
            reason,
            rule: None,
            given: None,
            prepared: None,
            wrapping_until: None,
            expires_at: None,
            offer_end: OfferEnd::Rescinded,
        }
    }
}

impl Reason {
    /// A reason without words.
    #[must_use]
    pub const fn code(code: ReasonCode) -> Self {
        Self {
            code,
            text: String::new(),
            words: None,
        }
    }

    /// A reason in words.
    pub fn new(code: ReasonCode, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            words: None,
        }
    }
}

impl Work<'_> {
    /// Changes control.
    pub(super) fn hand(&mut self, wanted: Move<'_>) -> Result<(), Refusal> {
        let from = self.state.control.controller.clone();
        let state = wanted.state.unwrap_or(wanted.to.state());
        let epoch = self.state.control.epoch.saturating_add(1);
        let moved = from != wanted.to;

        // The packet comes first: if it is refused, nothing has happened.
        let handoff = match wanted.prepared {
            Some(ref prepared) => Some(prepared.clone()),
            None if moved && is_handoff(&from, &wanted.to) && !self.is_history() => {
                Some(self.pack(&wanted, &from, epoch)?)
            }
            None => None,
        };

        self.end_offer(wanted.offer_end, "");
        self.emit(Event::ControlChanged(ControlChanged {
            verb: wanted.verb,
            state,
            from: from.clone(),
            to: wanted.to.clone(),
            epoch,
            reason: wanted.reason.clone(),
            rule: wanted.rule.clone(),
            handoff: handoff.as_ref().map(|one| one.handoff),
            packet: handoff.as_ref().and_then(|one| one.packet),
            missing: handoff
                .as_ref()
                .map_or_else(Vec::new, |one| one.missing.clone()),
            wrapping_until: wanted.wrapping_until,
        }));
        self.control_moved = true;

        self.drop_unsent_of_machines();
        self.withdraw_drafts();
        if matches!(wanted.to, Controller::Agent(_)) || state == ControlState::Closed {
            let why = if state == ControlState::Closed {
                "closed"
            } else {
                "accepted"
            };
            self.stop_ladder(why);
            self.withdraw();
        }
        if moved {
            self.tell_bots(&from, &wanted.to, handoff.as_ref());
            self.call_for(&wanted, &from);
        }
        Ok(())
    }

    fn pack(
        &mut self,
        wanted: &Move<'_>,
        from: &Controller,
        epoch: u64,
    ) -> Result<Prepared, Refusal> {
        let handoff = match wanted.given.map(|packet| packet.handoff_id) {
            Some(given) if given != HandoffId::default() => given,
            _ => self.mint(),
        };
        let packet = self.packet_for(wanted, from, handoff, epoch)?;
        Ok(Prepared {
            handoff,
            packet: Some(packet.hash),
            missing: packet.missing,
        })
    }

    /// Ends the live offer, when there is one.
    pub(super) fn end_offer(&mut self, how: OfferEnd, text: &str) {
        if let Some(offer) = &self.state.control.offer {
            let ended = OfferEnded {
                offer: offer.id,
                how,
                text: text.to_owned(),
                words: None,
            };
            self.emit(Event::OfferEnded(ended));
        }
    }

    /// What a machine wrote under an older epoch and has not been sent is not sent any more.
    fn drop_unsent_of_machines(&mut self) {
        let stale: Vec<OutboxId> = self
            .state
            .outbox
            .values()
            .filter(|entry| entry.author != Author::Agent && entry.is_queued() && !entry.has_left())
            .map(|entry| entry.id)
            .collect();
        for outbox in stale {
            self.emit(Event::SendChanged(SendChanged {
                outbox,
                step: SendStep::Superseded,
            }));
            self.need_no_errand(outbox);
        }
    }

    fn tell_bots(&mut self, from: &Controller, to: &Controller, handoff: Option<&Prepared>) {
        if self.is_history() || self.world.channel.bot_link != BotLink::Asked {
            return;
        }
        let told: Vec<String> = [from, to]
            .into_iter()
            .filter_map(|party| match party {
                Controller::Bot(name) => Some(name.as_str().to_owned()),
                _ => None,
            })
            .collect();
        for bot in told {
            self.ask(Effect::TellBot {
                bot,
                controller: to.clone(),
                epoch: self.state.control.epoch,
                packet: handoff.and_then(|one| one.packet),
                handoff: handoff.map(|one| one.handoff),
            });
        }
    }

    /// Notes who must hear of it; they are called at the end unless something called somebody.
    fn call_for(&mut self, wanted: &Move<'_>, from: &Controller) {
        // A person who takes something from another person has that one told.
        if let (Controller::Agent(loser), Verb::Take) = (from, wanted.verb) {
            self.call(Call::about(
                vec![Target::Agent(loser.clone())],
                wanted.reason.clone(),
            ));
        }
        let target = match &wanted.to {
            // The first message of an episode is unread in its queue; that is no handoff.
            Controller::Queue(_) if matches!(wanted.verb, Verb::Open | Verb::Reopen) => None,
            Controller::Queue(queue) => Some(Target::Queue(queue.clone())),
            Controller::Agent(name) if self.is_actor(name) => None,
            Controller::Agent(name) => Some(Target::Agent(name.clone())),
            Controller::Bot(_) | Controller::Nobody => None,
        };
        self.owed = target.map(|target| Call {
            rule: wanted.rule.clone(),
            ..Call::about(vec![target], wanted.reason.clone())
        });
    }

    /// Whether the order was given by this person.
    pub(super) fn is_actor(&self, name: &AgentName) -> bool {
        self.actor.kind == ActorKind::Agent && self.actor.id == name.as_str()
    }

    /// Whether the actor may move control on, and has seen who has it.
    pub(super) fn may_move(&self) -> Result<(), Refusal> {
        let control = &self.state.control;
        let holder = &control.controller;
        let stale = || Refusal::StaleEpoch {
            holder: holder.clone(),
            epoch: control.epoch,
        };
        let not_in_control = || Refusal::NotInControl {
            holder: holder.clone(),
            epoch: control.epoch,
        };
        let seen = self.order.seen_epoch;
        match self.actor.kind {
            ActorKind::Bot => {
                if seen != Some(control.epoch) {
                    return Err(stale());
                }
                let own = Controller::Bot(BotName::new(self.actor.id.clone()));
                if *holder == own {
                    Ok(())
                } else {
                    Err(not_in_control())
                }
            }
            ActorKind::Agent => match holder {
                Controller::Agent(other) if self.is_actor(other) => Ok(()),
                _ if seen.is_some_and(|seen| seen != control.epoch) => Err(stale()),
                Controller::Agent(_) if !self.actor_leads() => Err(not_in_control()),
                _ => Ok(()),
            },
            ActorKind::Rule | ActorKind::System => match seen {
                Some(seen) if seen != control.epoch => Err(stale()),
                _ => Ok(()),
            },
            ActorKind::Customer => Err(Refusal::NotAllowed),
        }
    }

    /// The controller that the order's author would be.
    pub(super) fn own_control(&self) -> Result<Controller, Refusal> {
        match self.actor.kind {
            ActorKind::Agent => Ok(Controller::Agent(AgentName::new(self.actor.id.clone()))),
            ActorKind::Bot => Ok(Controller::Bot(BotName::new(self.actor.id.clone()))),
            ActorKind::Customer | ActorKind::Rule | ActorKind::System => Err(Refusal::NotAllowed),
        }
    }

    /// Sets the work status, when it is another one.
    pub(super) fn become_status(&mut self, to: WorkStatus, until: Option<Timestamp>) {
        if self.state.status != to || self.state.snoozed_until != until {
            self.emit(Event::StatusChanged(StatusChanged { to, until }));
        }
    }
}

/// Whether something changes hands that the next one must know about.
fn is_handoff(from: &Controller, to: &Controller) -> bool {
    !matches!(from, Controller::Nobody) && !matches!(to, Controller::Nobody)
}
