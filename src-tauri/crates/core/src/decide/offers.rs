//! Offers: control that waits for an answer. One is live at a time; the first to accept has it.

use crate::control::{Controller, Offer, OfferMode, Reason, ReasonCode, Target, Verb};
use crate::decide::Refusal;
use crate::decide::alerts::Call;
use crate::decide::hand::{Move, Prepared};
use crate::decide::work::Work;
use crate::event::body::{OfferEnd, OfferMade};
use crate::event::{ActorKind, Event};
use crate::ids::{AgentName, HandoffId, OfferId};
use crate::packet::Packet;
use crate::time::{DAY, SECOND};

/// The shortest time an offer can stand.
const SHORTEST: i64 = SECOND;
/// The longest: whoever does not answer for a day is not there.
const LONGEST: i64 = DAY;

/// An offer that is wanted.
struct Wanted<'p> {
    to: Target,
    timeout_ms: i64,
    mode: OfferMode,
    reason: Reason,
    rule: Option<String>,
    given: Option<&'p Packet>,
    urgent: bool,
}

impl Work<'_> {
    /// Offers control; an older offer is withdrawn.
    pub(super) fn offer(
        &mut self,
        to: &Target,
        timeout_ms: i64,
        mode: OfferMode,
        reason: &Reason,
        given: Option<&Packet>,
    ) -> Result<(), Refusal> {
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.may_move()?;
        if matches!(to, Target::Bot(_))
            && matches!(self.state.control.controller, Controller::Agent(_))
        {
            return Err(Refusal::ReturnToBotOnly);
        }
        if let Target::Agent(name) = to
            && !self.works_here(name)
        {
            return Err(Refusal::NoSuchAgent {
                name: name.as_str().to_owned(),
            });
        }
        self.make_offer(Wanted {
            to: to.clone(),
            timeout_ms,
            mode,
            reason: reason.clone(),
            rule: None,
            given,
            urgent: false,
        })
    }

    /// Offers control to a target as a ladder asks for it; the customer is not left in silence.
    pub(super) fn offer_by_ladder(&mut self, to: Target, rule: &str) -> bool {
        let timeout_ms = self.world.settings.offer_timeout_ms;
        self.make_offer(Wanted {
            to,
            timeout_ms,
            mode: OfferMode::Warm,
            reason: Reason::new(ReasonCode::Rule, self.reason_of_ladder()),
            rule: Some(rule.to_owned()),
            given: None,
            urgent: true,
        })
        .is_ok()
    }

    fn make_offer(&mut self, wanted: Wanted<'_>) -> Result<(), Refusal> {
        // Whoever is free is asked one by one, so that the offer is somebody's; a group is asked
        // together.
        let (to, pool) = match wanted.to {
            Target::AnyAvailable => {
                let first = self
                    .least_loaded(&Target::AnyAvailable)
                    .ok_or(Refusal::NobodyToTake)?;
                (Target::Agent(first), Some(Target::AnyAvailable))
            }
            Target::Role(role)
                if self
                    .world
                    .team
                    .people(&Target::Role(role.clone()))
                    .is_empty() =>
            {
                return Err(Refusal::NobodyToTake);
            }
            other => (other, None),
        };
        let from = self.state.control.controller.clone();
        let mut packing = Move::to(recipient(&to), Verb::Offer, wanted.reason.clone());
        packing.given = wanted.given;
        let expires_at = self.at.plus(wanted.timeout_ms.clamp(SHORTEST, LONGEST));
        packing.expires_at = Some(expires_at);
        packing.rule.clone_from(&wanted.rule);
        let handoff: HandoffId = match wanted.given.map(|packet| packet.handoff_id) {
            Some(given) if given != HandoffId::default() => given,
            _ => self.mint(),
        };
        let epoch = self.state.control.epoch.saturating_add(1);
        let packet = self.packet_for(&packing, &from, handoff, epoch)?;
        // Silence means something only where somebody could speak.
        let mode = match from {
            Controller::Queue(_) | Controller::Nobody => OfferMode::Warm,
            Controller::Agent(_) | Controller::Bot(_) => wanted.mode,
        };
        self.end_offer(OfferEnd::Rescinded, "");
        let offer = Offer {
            id: self.mint(),
            to: to.clone(),
            pool,
            from,
            mode,
            made_at: self.at,
            expires_at,
            handoff,
            reason: wanted.reason.clone(),
            packet: Some(packet.hash),
            missing: packet.missing,
            rule: wanted.rule.clone(),
        };
        self.emit(Event::OfferMade(OfferMade { offer }));
        if !matches!(to, Target::Bot(_)) {
            self.call(Call {
                rule: wanted.rule,
                urgent: wanted.urgent,
                ..Call::about(vec![to], wanted.reason).afresh()
            });
        }
        Ok(())
    }

    /// Takes an offer.
    pub(super) fn accept(&mut self, offer: OfferId) -> Result<(), Refusal> {
        let own = self.own_control()?;
        let live = self.live_offer(offer)?;
        if !self.is_offered_to_actor(&live.to) {
            return Err(Refusal::NotOfferedToYou);
        }
        self.hand(Move {
            rule: live.rule.clone(),
            prepared: Some(Prepared {
                handoff: live.handoff,
                packet: live.packet,
                missing: live.missing,
            }),
            offer_end: OfferEnd::Accepted,
            ..Move::to(own, Verb::Accept, live.reason)
        })?;
        self.open_work();
        Ok(())
    }

    /// Declines an offer; it goes to the next one, or comes back.
    pub(super) fn reject(&mut self, offer: OfferId, text: &str) -> Result<(), Refusal> {
        let live = self.live_offer(offer)?;
        if !self.is_offered_to_actor(&live.to) {
            return Err(Refusal::NotOfferedToYou);
        }
        self.end_offer(OfferEnd::Rejected, text);
        let open = matches!(live.to, Target::Queue(_) | Target::Role(_)).then(|| live.to.clone());
        self.offer_goes_on(live, open, Verb::Reject);
        Ok(())
    }

    /// The offer ran out, at this instant.
    pub(super) fn offer_times_out(&mut self) {
        let Some(live) = self.state.control.offer.clone() else {
            return;
        };
        self.end_offer(OfferEnd::TimedOut, "");
        self.offer_goes_on(live, None, Verb::Timeout);
    }

    /// An offer was not taken: on to the next candidate, or back to where it came from with a
    /// call. What a bot wanted to hand over goes to people, not back to the bot.
    fn offer_goes_on(&mut self, ended: Offer, rest_of_group: Option<Target>, verb: Verb) {
        let next = ended
            .pool
            .clone()
            .or(rest_of_group)
            .filter(|target| self.least_loaded(target).is_some());
        if let Some(to) = next {
            let again = self.make_offer(Wanted {
                to,
                timeout_ms: ended.expires_at.since(ended.made_at),
                mode: ended.mode,
                reason: ended.reason.clone(),
                rule: ended.rule.clone(),
                given: None,
                urgent: false,
            });
            if again.is_ok() {
                return;
            }
        }
        let reason = Reason::code(ReasonCode::OfferExpired);
        self.by_itself(|work| match ended.from {
            // It has it still, and was asked to answer all the while.
            Controller::Bot(_) if matches!(ended.to, Target::Bot(_)) => {}
            Controller::Bot(_) => {
                let to = work.fallback();
                // A packet made from the state alone is never refused.
                let _ = work.hand(Move::to(to, verb, reason));
            }
            Controller::Queue(_) | Controller::Agent(_) | Controller::Nobody => {
                let people = work.responsible();
                work.call(Call::about(people, reason).afresh());
            }
        });
    }

    fn live_offer(&self, offer: OfferId) -> Result<Offer, Refusal> {
        self.state
            .control
            .offer
            .clone()
            .filter(|live| live.id == offer)
            .ok_or_else(|| Refusal::OfferGone {
                holder: self.state.control.controller.clone(),
            })
    }

    /// Whether an offer to this target is one to the actor.
    pub(super) fn is_offered_to_actor(&self, target: &Target) -> bool {
        let id = self.actor.id.as_str();
        match (self.actor.kind, target) {
            (ActorKind::Bot, Target::Bot(name)) => name.as_str() == id,
            (ActorKind::Agent, Target::Agent(name)) => name.as_str() == id,
            (ActorKind::Agent, Target::Queue(_) | Target::Role(_) | Target::AnyAvailable) => {
                let own = self.world.team.agents.get(&AgentName::new(id));
                match target {
                    Target::Queue(queue) => {
                        own.is_some_and(|agent| agent.teams.contains(queue.as_str()))
                    }
                    Target::Role(role) => own.is_some_and(|agent| agent.roles.contains(role)),
                    _ => own.is_some(),
                }
            }
            _ => false,
        }
    }
}

/// The controller that a packet names as its recipient while nobody has accepted.
fn recipient(target: &Target) -> Controller {
    match target {
        Target::Bot(name) => Controller::Bot(name.clone()),
        Target::Agent(name) => Controller::Agent(name.clone()),
        Target::Queue(name) => Controller::Queue(name.clone()),
        Target::Role(role) => Controller::Queue(crate::ids::QueueName::new(role.clone())),
        Target::AnyAvailable => Controller::Nobody,
    }
}
