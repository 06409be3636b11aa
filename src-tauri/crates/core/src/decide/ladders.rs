//! Ladders: the circle of people alerted widens step by step until somebody accepts.

use crate::control::{Controller, Reason, ReasonCode};
use crate::decide::alerts::Call;
use crate::decide::pass::target_of;
use crate::decide::work::Work;
use crate::event::Event;
use crate::event::body::LadderChanged;
use crate::ladder::LadderStep;
use crate::rules::PriorityChange;
use crate::rules::plan::PriorityEffect;

impl Work<'_> {
    /// Starts a ladder, unless one that is at least as urgent is running.
    pub(super) fn start_ladder(&mut self, name: &str, rule: &str) {
        if self.is_history() || self.ladder_has_no_sense() {
            return;
        }
        let ruleset = self.world.ruleset;
        let Some(plan) = ruleset.ladder(name) else {
            return;
        };
        if let Some(running) = &self.state.ladder {
            // They stand in the rules from the calmest to the most urgent.
            let urgency = |name: &str| {
                let mut ladders = ruleset.ladders().iter();
                ladders.position(|ladder| &*ladder.name == name)
            };
            if urgency(&running.name) >= urgency(name) {
                return;
            }
            self.stop_ladder("replaced");
        }
        let next_at = plan.due(self.at, 0, 0);
        self.emit(Event::LadderChanged(LadderChanged {
            ladder: name.to_owned(),
            rule: rule.to_owned(),
            step: LadderStep::Started,
            repeats: false,
            next_at,
        }));
    }

    /// Stops the running ladder.
    pub(super) fn stop_ladder(&mut self, why: &str) {
        if let Some(ladder) = &self.state.ladder {
            let changed = LadderChanged {
                ladder: ladder.name.clone(),
                rule: ladder.rule.clone(),
                step: LadderStep::Stopped {
                    why: why.to_owned(),
                },
                repeats: false,
                next_at: None,
            };
            self.emit(Event::LadderChanged(changed));
        }
    }

    /// Stops the ladder when its end has come.
    pub(super) fn tend_ladder(&mut self) {
        let Some(name) = self.state.ladder.as_ref().map(|ladder| ladder.name.clone()) else {
            return;
        };
        if self.ladder_has_no_sense() {
            self.stop_ladder("accepted");
            return;
        }
        let ruleset = self.world.ruleset;
        if ruleset.ladder_stopped(&name, &self.facts(), self.at) {
            self.stop_ladder("condition");
        }
    }

    /// Nobody is to be found any more: a person has it, or it is over.
    fn ladder_has_no_sense(&self) -> bool {
        self.is_closed() || matches!(self.state.control.controller, Controller::Agent(_))
    }

    /// The next rung is due, at this instant.
    pub(super) fn rung_is_due(&mut self) {
        self.tend_ladder();
        let Some(ladder) = self.state.ladder.clone() else {
            return;
        };
        let ruleset = self.world.ruleset;
        let place = usize::try_from(ladder.next_rung).unwrap_or(usize::MAX);
        let plan = ruleset.ladder(&ladder.name);
        let Some((plan, step)) = plan.and_then(|plan| Some((plan, plan.steps.get(place)?))) else {
            // The rules have changed under it.
            self.stop_ladder("exhausted");
            return;
        };

        // A rung that repeats goes on until it has had its turns, or the next rung is due.
        let started = ladder.started_at;
        let again = plan.due(started, ladder.next_rung, ladder.repeat.saturating_add(1));
        let next = plan.due(started, ladder.next_rung.saturating_add(1), 0);
        let again = again.filter(|again| next.is_none_or(|next| *again < next));
        let next_at = again.or(next).map(|at| at.max(self.at));
        self.emit(Event::LadderChanged(LadderChanged {
            ladder: ladder.name.clone(),
            rule: ladder.rule.clone(),
            step: LadderStep::Reached {
                rung: ladder.next_rung,
                repeat: ladder.repeat,
            },
            repeats: again.is_some(),
            next_at,
        }));

        if let Some(change) = step.priority {
            let change = match change {
                PriorityEffect::Set(priority) => PriorityChange {
                    set: Some(priority.max(self.state.priority)),
                    raise: 0,
                },
                PriorityEffect::Raise(raise) => PriorityChange { set: None, raise },
            };
            self.become_priority(change.apply(self.state.priority));
        }
        let mut targets: Vec<_> = step.notify.iter().map(target_of).collect();
        if let Some(offered) = &step.offer {
            let to = target_of(offered);
            if !self.offer_by_ladder(to.clone(), &ladder.rule) {
                targets.push(to);
            }
        }
        if !targets.is_empty() {
            self.call(Call {
                rule: Some(ladder.rule.clone()),
                rung: Some(ladder.next_rung),
                urgent: step.sound,
                sound: step.sound,
                ..Call::about(targets, self.reason_of_control())
            });
        }
        if next_at.is_none() {
            self.stop_ladder("exhausted");
        }
    }

    /// The reason of the rule that started the running ladder.
    pub(super) fn reason_of_ladder(&self) -> &str {
        let ladder = self.state.ladder.as_ref();
        ladder
            .and_then(|ladder| self.world.ruleset.rule(&ladder.rule))
            .map_or("", |rule| &rule.reason)
    }

    /// Why the conversation is where it is, for those who are called.
    fn reason_of_control(&self) -> Reason {
        let reason = &self.state.control.reason;
        match reason.code {
            // A rule that found control where it wanted it only started the ladder.
            ReasonCode::Unspecified | ReasonCode::NewMessage
                if reason.text.is_empty() && reason.words.is_none() =>
            {
                Reason::new(ReasonCode::Rule, self.reason_of_ladder())
            }
            ReasonCode::Unspecified | ReasonCode::NewMessage => Reason {
                code: ReasonCode::Rule,
                ..reason.clone()
            },
            _ => reason.clone(),
        }
    }
}
