//! The verbs of control, each with its guard.

use crate::control::{ControlState, Controller, Reason, ReasonCode, Target, Verb};
use crate::decide::Refusal;
use crate::decide::alerts::Call;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::event::body::{BotReported, ControlRequested, OfferEnd};
use crate::event::{ActorKind, Event};
use crate::ids::{AgentName, BotName, HandoffId};
use crate::packet::{Packet, Promise, Stretch, Summary};
use crate::rules::EventKind;
use crate::status::WorkStatus;

impl Work<'_> {
    /// A person takes control.
    pub(super) fn take(&mut self, reason: &Reason) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.take_now(reason.clone())
    }

    /// Takes control for the actor, a person; does nothing when they have it.
    pub(super) fn take_now(&mut self, reason: Reason) -> Result<(), Refusal> {
        let own = self.own_control()?;
        let control = &self.state.control;
        if control.controller == own
            && matches!(
                control.state,
                ControlState::AgentActive | ControlState::Offered
            )
        {
            // A cold offer silenced its maker; speaking again takes it back.
            if control.speaker().is_none() {
                self.end_offer(OfferEnd::Rescinded, "");
            }
            return Ok(());
        }
        self.not_taken_meanwhile()?;
        let accepts = self
            .state
            .control
            .offer
            .as_ref()
            .is_some_and(|offer| self.is_offered_to_actor(&offer.to));
        let offer_end = if accepts {
            OfferEnd::Accepted
        } else {
            OfferEnd::Rescinded
        };
        self.hand(Move {
            offer_end,
            ..Move::to(own, Verb::Take, reason)
        })?;
        self.open_work();
        Ok(())
    }

    /// Refuses when another person took it since the actor looked: the first one has it.
    fn not_taken_meanwhile(&self) -> Result<(), Refusal> {
        let control = &self.state.control;
        let late = self
            .order
            .seen_epoch
            .is_some_and(|seen| seen != control.epoch);
        match &control.controller {
            Controller::Agent(name) if late && !self.is_actor(name) => Err(Refusal::StaleEpoch {
                holder: control.controller.clone(),
                epoch: control.epoch,
            }),
            _ => Ok(()),
        }
    }

    /// Hands control over at once.
    pub(super) fn pass(
        &mut self,
        to: &Target,
        reason: &Reason,
        given: Option<&Packet>,
    ) -> Result<(), Refusal> {
        let repeated = given
            .map(|packet| packet.handoff_id)
            .filter(|id| *id != HandoffId::default());
        if repeated.is_some() && repeated == self.state.control.handoff {
            return Ok(());
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.may_move()?;
        if matches!(to, Target::Bot(_))
            && matches!(self.state.control.controller, Controller::Agent(_))
        {
            return Err(Refusal::ReturnToBotOnly);
        }
        let to = self.controller_for(to)?;
        if to == self.state.control.controller && self.state.control.offer.is_none() {
            return Ok(());
        }
        self.hand(Move {
            given,
            ..Move::to(to, Verb::Pass, reason.clone())
        })?;
        self.open_work();
        Ok(())
    }

    /// Who a target comes to when it must be one controller.
    pub(super) fn controller_for(&self, target: &Target) -> Result<Controller, Refusal> {
        match target {
            Target::Bot(name) => Ok(Controller::Bot(name.clone())),
            Target::Queue(name) => Ok(Controller::Queue(name.clone())),
            Target::Agent(name) if self.works_here(name) => Ok(Controller::Agent(name.clone())),
            Target::Agent(name) => Err(Refusal::NoSuchAgent {
                name: name.as_str().to_owned(),
            }),
            Target::Role(_) | Target::AnyAvailable => self
                .least_loaded(target)
                .map(Controller::Agent)
                .ok_or(Refusal::NobodyToTake),
        }
    }

    /// Whether a person of the team can hold conversations.
    pub(super) fn works_here(&self, name: &AgentName) -> bool {
        let known = self.world.team.agents.get(name);
        known.is_some_and(|agent| !agent.is_outside())
    }

    /// The person of a target who holds the fewest conversations and has not declined.
    pub(super) fn least_loaded(&self, target: &Target) -> Option<AgentName> {
        self.world
            .team
            .people(target)
            .into_iter()
            .filter(|name| self.works_here(name) && !self.state.control.declined.contains(name))
            .min_by_key(|name| {
                let load = self
                    .world
                    .team
                    .agents
                    .get(name)
                    .map_or(0, |agent| agent.load);
                (load, name.clone())
            })
    }

    /// Asks for control from standby.
    pub(super) fn request(&mut self, reason: &Reason) -> Result<(), Refusal> {
        let by = self.own_control()?;
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        if by == self.state.control.controller {
            return Ok(());
        }
        self.emit(Event::ControlRequested(ControlRequested {
            by,
            reason: reason.clone(),
        }));
        let target = match &self.state.control.controller {
            Controller::Agent(name) => Some(Target::Agent(name.clone())),
            Controller::Queue(name) => Some(Target::Queue(name.clone())),
            Controller::Bot(_) | Controller::Nobody => None,
        };
        if let Some(target) = target {
            self.call(Call::about(vec![target], reason.clone()));
        }
        Ok(())
    }

    /// Lets go of control. A customer who waits is never left with nobody.
    pub(super) fn release(&mut self, reason: &Reason) -> Result<(), Refusal> {
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        let control = &self.state.control;
        let own = self.own_control();
        if control.controller == Controller::Nobody {
            return Ok(());
        }
        self.may_move()?;
        if let Ok(own) = own
            && control.controller != own
            && !self.actor_leads()
        {
            return Err(Refusal::NotInControl {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        if self.state.talk.waiting_since.is_some() {
            let to = self.fallback();
            return self.hand(Move::to(to, Verb::Release, reason.clone()));
        }
        if self.wraps() {
            return self.wrap(reason.clone());
        }
        self.hand(Move::to(Controller::Nobody, Verb::Release, reason.clone()))
    }

    /// Whether the actor has after-work to do when they let go.
    pub(super) fn wraps(&self) -> bool {
        self.world.settings.wrap_up_ms > 0
            && matches!(&self.state.control.controller, Controller::Agent(name) if self.is_actor(name))
            && self.state.control.state != ControlState::Wrapping
    }

    /// Begins after-work: the customer's next message returns to the same person.
    pub(super) fn wrap(&mut self, reason: Reason) -> Result<(), Refusal> {
        let own = self.state.control.controller.clone();
        let until = self.at.plus(self.world.settings.wrap_up_ms);
        self.hand(Move {
            state: Some(ControlState::Wrapping),
            wrapping_until: Some(until),
            ..Move::to(own, Verb::Wrap, reason)
        })
    }

    /// Gives control back to a bot, which ends the human stretch.
    pub(super) fn return_to_bot(
        &mut self,
        bot: &str,
        summary: &str,
        allowed_topics: &[String],
        promises: &[Promise],
    ) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.may_move()?;
        let to = match &self.world.channel.default_controller {
            own @ Controller::Bot(_) if bot.is_empty() => own.clone(),
            _ if bot.is_empty() => return Err(Refusal::NobodyToTake),
            _ => Controller::Bot(BotName::new(bot)),
        };
        if self.state.control.controller == to {
            return Ok(());
        }
        let given = Packet {
            summary: Summary {
                text: summary.to_owned(),
                author: "agent".to_owned(),
                ..Summary::default()
            },
            allowed_actions: allowed_topics.to_vec(),
            promises: promises
                .iter()
                .map(|promise| Promise {
                    by: match promise.by.as_str() {
                        "" => format!("agent:{}", self.actor.id),
                        by => by.to_owned(),
                    },
                    ..promise.clone()
                })
                .collect(),
            human_stretch: Some(Stretch {
                since: self.state.control.since,
                until: self.at,
                by: self.actor.id.clone(),
                last_message_id: self.state.talk.last_message.unwrap_or_default(),
            }),
            ..Packet::default()
        };
        self.hand(Move {
            given: Some(&given),
            ..Move::to(to, Verb::ReturnToBot, Reason::default())
        })
    }

    /// A bot failed: whatever the reason, the conversation lands on people.
    pub(super) fn fail(&mut self, code: &str, text: &str) -> Result<(), Refusal> {
        if !matches!(self.actor.kind, ActorKind::Bot | ActorKind::System) {
            return Err(Refusal::NotAllowed);
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        self.may_move()?;
        let Controller::Bot(bot) = self.state.control.controller.clone() else {
            return Err(Refusal::NotInControl {
                holder: self.state.control.controller.clone(),
                epoch: self.state.control.epoch,
            });
        };
        self.bot_failed(bot.as_str(), code, text)
    }

    /// The bot in control has failed, and people get the conversation.
    pub(super) fn bot_failed(&mut self, bot: &str, code: &str, text: &str) -> Result<(), Refusal> {
        self.emit(Event::BotReported(BotReported {
            bot: bot.to_owned(),
            failure: Some(code.to_owned()),
            same_answer: self.state.bot.same_answer,
            confidence: self.state.bot.confidence,
            intent: None,
        }));
        // A rule may know a better place than the fallback.
        self.pass_rules(EventKind::BotFailure);
        if matches!(self.state.control.controller, Controller::Bot(_)) {
            let to = self.fallback();
            let reason = Reason::new(ReasonCode::BotError, text);
            self.hand(Move::to(to, Verb::Fail, reason))?;
        }
        self.open_work();
        Ok(())
    }

    /// Takes a bot's word on how it is doing.
    pub(super) fn bot_report(&mut self, report: &BotReported) -> Result<(), Refusal> {
        if !matches!(self.actor.kind, ActorKind::Bot | ActorKind::System) {
            return Err(Refusal::NotAllowed);
        }
        self.may_move()?;
        self.emit(Event::BotReported(report.clone()));
        if report.failure.is_some() {
            self.pass_rules(EventKind::BotFailure);
        }
        Ok(())
    }

    /// It is the team's turn again, whatever it waited for.
    pub(super) fn open_work(&mut self) {
        if !self.is_closed() && self.state.status != WorkStatus::Open {
            self.become_status(WorkStatus::Open, None);
        }
    }
}
