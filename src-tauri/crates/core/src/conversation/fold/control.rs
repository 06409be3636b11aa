//! Who has control, what is on offer, and what became of a handoff.

use crate::control::{Control, ControlState, Controller, PacketMark, Target, Verb};
use crate::conversation::{BotHealth, Conversation};
use crate::event::body::{ControlChanged, OfferEnd, OfferEnded, PacketMarked};
use crate::event::{Actor, ActorKind};
use crate::ids::AgentName;
use crate::message::Author;
use crate::time::Timestamp;

impl Conversation {
    pub(super) fn control_changed(
        &mut self,
        changed: &ControlChanged,
        at: Timestamp,
        actor: &Actor,
    ) {
        let moved = self.control.controller != changed.to;
        let left_bot = matches!(self.control.controller, Controller::Bot(_));
        let to_people = matches!(changed.to, Controller::Queue(_) | Controller::Agent(_));
        let waits_for_people =
            left_bot && to_people && !matches!(changed.verb, Verb::Take | Verb::Undo | Verb::Wrap);
        if waits_for_people && self.talk.from_customer > 0 {
            self.talk.waiting_since.get_or_insert(at);
        }
        let to_bot = matches!(changed.to, Controller::Bot(_)) && changed.verb != Verb::Undo;
        let replied = matches!(self.talk.last_author, Some(Author::Bot | Author::Agent));
        // Who had a reply waited for a person; one of them has looked, and lets a bot go on.
        if to_bot && replied && actor.kind == ActorKind::Agent {
            self.talk.waiting_since = None;
        }
        if self.imported && changed.state == ControlState::Queued {
            self.talk.waiting_since = self.talk.last_customer_at;
        }
        if matches!(changed.to, Controller::Bot(_)) && moved {
            self.bot = BotHealth::default();
        }
        if moved {
            self.whispers.clear();
            self.handed_on(&changed.to, actor);
        }

        let control = &mut self.control;
        if moved {
            control.previous = Some(std::mem::take(&mut control.controller));
            control.declined.clear();
        }
        control.controller.clone_from(&changed.to);
        control.state = changed.state;
        control.epoch = changed.epoch;
        control.since = at;
        control.reason.clone_from(&changed.reason);
        control.rule.clone_from(&changed.rule);
        control.wrapping_until = changed.wrapping_until;
        if control.handoff != changed.handoff {
            control.mark = None;
        }
        control.handoff = changed.handoff;
        control.packet = changed.packet;
        control.missing.clone_from(&changed.missing);
        control.offer = None;
        control.changed_by = Some(actor.kind);

        if !matches!(changed.to, Controller::Queue(_)) {
            self.escalated = false;
            self.alerted.clear();
        }
        if changed.state == ControlState::Closed {
            self.talk.waits_no_more();
        }
    }

    /// Counts how often machines hand on a customer who gets no word in, and no person.
    fn handed_on(&mut self, to: &Controller, actor: &Actor) {
        let handed_on = &mut self.talk.handed_on;
        match (&self.control.controller, to) {
            (_, Controller::Agent(_)) => *handed_on = 0,
            _ if actor.kind == ActorKind::Agent => *handed_on = 0,
            (Controller::Bot(_) | Controller::Queue(_), Controller::Bot(_)) => {
                *handed_on = handed_on.saturating_add(1);
            }
            _ => {}
        }
    }

    pub(super) fn offer_ended(&mut self, ended: &OfferEnded, actor: &Actor) {
        let Some(offer) = self.control.offer.take_if(|offer| offer.id == ended.offer) else {
            return;
        };
        self.control.state = self.control.resting_state();
        match ended.how {
            OfferEnd::Rejected | OfferEnd::TimedOut => {
                if actor.kind == ActorKind::Agent {
                    self.control
                        .declined
                        .insert(AgentName::new(actor.id.clone()));
                }
                if let Target::Agent(name) = offer.to {
                    self.control.declined.insert(name);
                }
            }
            OfferEnd::Accepted | OfferEnd::Rescinded => {}
        }
    }

    pub(super) fn packet_marked(&mut self, mark: &PacketMarked, at: Timestamp, actor: &Actor) {
        if self.control.handoff == Some(mark.handoff) {
            let known = self.control.mark.get_or_insert(PacketMark {
                read_at: at,
                useful: None,
                lacking: Vec::new(),
                readers: std::collections::BTreeSet::new(),
            });
            known.readers.insert(AgentName::new(actor.id.clone()));
            if mark.useful.is_some() {
                known.useful = mark.useful;
                known.lacking.clone_from(&mark.missing);
            }
        }
    }
}

impl Control {
    /// The state of the machine that goes with its controller when no offer is live.
    #[must_use]
    pub const fn resting_state(&self) -> ControlState {
        match (&self.controller, self.state) {
            (_, ControlState::Closed) => ControlState::Closed,
            (Controller::Agent(_), ControlState::Wrapping) => ControlState::Wrapping,
            (controller, _) => controller.state(),
        }
    }

    /// Who may speak to the customer right now: the controller, unless a cold offer silences it.
    #[must_use]
    pub fn speaker(&self) -> Option<&Controller> {
        use crate::control::OfferMode;
        let silenced = self
            .offer
            .as_ref()
            .is_some_and(|offer| offer.mode == OfferMode::Cold);
        match &self.controller {
            Controller::Nobody | Controller::Queue(_) => None,
            _ if silenced || self.state == ControlState::Closed => None,
            controller => Some(controller),
        }
    }
}

impl Controller {
    /// The state of the control machine in which this controller is in charge.
    #[must_use]
    pub const fn state(&self) -> ControlState {
        match self {
            Self::Bot(_) => ControlState::BotActive,
            Self::Queue(_) => ControlState::Queued,
            Self::Agent(_) => ControlState::AgentActive,
            Self::Nobody => ControlState::Released,
        }
    }
}
