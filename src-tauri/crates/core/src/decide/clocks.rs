//! The clocks of a service level policy. They follow the state: after each change the wanted
//! clocks are compared with the running ones. What a machine says never starts, stops or resets
//! them; while a bot is in control the clocks of people's answers stand still.

use std::collections::BTreeMap;

use crate::calendar::Calendar;
use crate::control::{Controller, Reason, ReasonCode, Target};
use crate::decide::alerts::Call;
use crate::decide::work::Work;
use crate::event::body::{ClockChanged, SlaAssigned};
use crate::event::{Actor, Event};
use crate::rules::EventKind;
use crate::sla::{Clock, ClockKind, ClockState};
use crate::status::WorkStatus;
use crate::time::Timestamp;

const KINDS: [ClockKind; 3] = [
    ClockKind::FirstReply,
    ClockKind::NextReply,
    ClockKind::Resolve,
];

/// What a policy says about one clock.
struct Aim<'r> {
    calendar: &'r Calendar,
    target_ms: i64,
    warn_share: f64,
}

impl<'a> Work<'a> {
    /// Starts, pauses, resumes and settles clocks so that they fit the state.
    pub(super) fn tend_clocks(&mut self) {
        if self.is_history() || self.state.talk.live_since.is_none() {
            return;
        }
        let over = self.episode_is_over();
        if self.state.sla.is_none() {
            let default = self.world.ruleset.defaults().sla.as_deref();
            let Some(policy) = default.filter(|_| !over).map(str::to_owned) else {
                return;
            };
            self.emit(Event::SlaAssigned(SlaAssigned { policy }));
        }
        let Some(policy) = self.state.sla.clone() else {
            return;
        };
        let paused = !over && self.policy_pauses(&policy);
        for kind in KINDS {
            self.tend_clock(kind, &policy, paused);
        }
    }

    fn episode_is_over(&self) -> bool {
        self.is_closed() || self.state.status == WorkStatus::Solved
    }

    /// Puts a policy in force; clocks that run are set to its times.
    pub(super) fn assign_sla(&mut self, policy: &str) {
        if self.state.sla.as_deref() == Some(policy) {
            return;
        }
        self.emit(Event::SlaAssigned(SlaAssigned {
            policy: policy.to_owned(),
        }));
        let live: Vec<Clock> = self
            .state
            .clocks
            .values()
            .filter(|clock| clock.is_live())
            .cloned()
            .collect();
        for clock in live {
            let changed = match self.target(policy, clock.kind) {
                None => settled(clock.kind, ClockState::Dropped),
                Some(target) if clock.state == ClockState::Paused => {
                    standing(clock.kind, target.target_ms)
                }
                Some(target) => {
                    let mut running =
                        target.running(clock.kind, clock.started_at, target.target_ms);
                    running.due_at = running.due_at.map(|due| due.max(self.at));
                    running
                }
            };
            self.emit(Event::ClockChanged(changed));
        }
    }

    fn tend_clock(&mut self, kind: ClockKind, policy: &str, paused: bool) {
        let wanted = self.is_wanted(kind);
        let clock = self.state.clocks.get(&kind).cloned();
        let with_bot = matches!(self.state.control.controller, Controller::Bot(_));
        let stands = paused || (with_bot && kind != ClockKind::Resolve);
        match clock {
            Some(clock) if clock.is_live() && !wanted => {
                let state = self.verdict(&clock);
                self.emit(Event::ClockChanged(ClockChanged {
                    due_at: clock.due_at,
                    ..settled(kind, state)
                }));
            }
            Some(clock) if clock.is_live() => {
                let Some(target) = self.target(policy, kind) else {
                    return;
                };
                let changed = match (clock.state, stands) {
                    (ClockState::Paused, false) => {
                        let left = clock.left_ms.unwrap_or(target.target_ms);
                        Some(target.running(kind, self.at, left))
                    }
                    (ClockState::Running | ClockState::Warned, true) => {
                        let left = clock
                            .due_at
                            .map_or(0, |due| target.calendar.elapsed(self.at, due));
                        Some(standing(kind, left.max(0)))
                    }
                    _ => None,
                };
                if let Some(changed) = changed {
                    self.emit(Event::ClockChanged(changed));
                }
            }
            settled if wanted && self.starts_anew(kind, settled.as_ref()) => {
                let Some(target) = self.target(policy, kind) else {
                    return;
                };
                let from = self.starts_at(kind);
                let changed = if stands {
                    standing(kind, target.target_ms)
                } else {
                    target.running(kind, from, target.target_ms)
                };
                self.on_behalf(Actor::system(), from, |work| {
                    work.emit(Event::ClockChanged(changed));
                });
            }
            _ => {}
        }
    }

    /// When the live clocks are due; those that stand still are not.
    pub(super) fn due_as_it_is(&self) -> BTreeMap<ClockKind, Timestamp> {
        let live = self.state.clocks.values().filter(|clock| clock.is_live());
        live.filter_map(|clock| Some((clock.kind, clock.due_at?)))
            .collect()
    }

    /// When they are due once people have the conversation: what stood still while a bot had it
    /// runs on from now.
    pub(super) fn due_with_people(&self, policy: &str) -> BTreeMap<ClockKind, Timestamp> {
        let mut due = self.due_as_it_is();
        if self.policy_pauses(policy) {
            return due;
        }
        let clocks = self.state.clocks.values();
        for clock in clocks.filter(|clock| clock.state == ClockState::Paused) {
            let running = self.target(policy, clock.kind).and_then(|target| {
                let left = clock.left_ms.unwrap_or(target.target_ms);
                target.running(clock.kind, self.at, left).due_at
            });
            due.extend(running.map(|at| (clock.kind, at)));
        }
        due
    }

    /// Whether the state asks for a clock.
    fn is_wanted(&self, kind: ClockKind) -> bool {
        let talk = &self.state.talk;
        let written = talk.waiting_since.is_some()
            || talk
                .last_customer_at
                .is_some_and(|at| at >= self.state.episode_at);
        !self.episode_is_over()
            && match kind {
                ClockKind::FirstReply => written && talk.first_reply_at.is_none(),
                ClockKind::NextReply => {
                    talk.first_reply_at.is_some() && talk.waiting_since.is_some()
                }
                ClockKind::Resolve => written,
            }
    }

    /// Whether a clock that is settled, or never was, starts.
    fn starts_anew(&self, kind: ClockKind, settled: Option<&Clock>) -> bool {
        match (settled, kind) {
            (None, _) => true,
            // A policy that had no such clock gives way to one that has.
            (Some(clock), ClockKind::FirstReply | ClockKind::Resolve) => {
                clock.state == ClockState::Dropped
            }
            (Some(clock), ClockKind::NextReply) => self.starts_at(kind) > clock.started_at,
        }
    }

    /// The instant from which a clock counts: what was imported does not, nor what was waited before
    /// a closed conversation was opened again.
    fn starts_at(&self, kind: ClockKind) -> Timestamp {
        let talk = &self.state.talk;
        let waiting = talk.waiting_since.unwrap_or(self.at);
        let from = match kind {
            ClockKind::FirstReply | ClockKind::NextReply => waiting,
            ClockKind::Resolve => self.state.episode_at,
        };
        from.max(self.state.episode_at)
            .max(talk.live_since.unwrap_or(from))
            .min(self.at)
    }

    /// How a clock that is no longer wanted ends.
    fn verdict(&self, clock: &Clock) -> ClockState {
        let talk = &self.state.talk;
        let answered = match clock.kind {
            ClockKind::FirstReply => talk.first_reply_at.is_some(),
            ClockKind::NextReply => talk.last_agent_at.is_some_and(|at| at >= clock.started_at),
            ClockKind::Resolve => self.episode_is_over(),
        };
        if answered || self.state.answer_under_way() {
            ClockState::Met
        } else {
            ClockState::Dropped
        }
    }

    /// What a policy says about a clock, when it says something.
    fn target(&self, policy: &str, kind: ClockKind) -> Option<Aim<'a>> {
        let plan = self.world.ruleset.sla(policy)?;
        let target_ms = match kind {
            ClockKind::FirstReply => plan.first_reply,
            ClockKind::NextReply => plan.next_reply,
            ClockKind::Resolve => plan.resolve,
        }?;
        Some(Aim {
            calendar: &plan.calendar,
            target_ms,
            warn_share: plan.warn_at,
        })
    }

    /// Whether the policy's clocks stand still as things are.
    fn policy_pauses(&self, policy: &str) -> bool {
        let ruleset = self.world.ruleset;
        let asks = ruleset
            .sla(policy)
            .is_some_and(|plan| plan.pause_when.is_some());
        asks && ruleset.sla_paused(policy, &self.facts(), self.at)
    }

    /// A clock warns or runs out, at this instant.
    pub(super) fn clock_is_due(&mut self, kind: ClockKind) {
        let Some(clock) = self.state.clocks.get(&kind).cloned() else {
            return;
        };
        let missed = clock.due_at.is_some_and(|due| due <= self.at);
        let name = match kind {
            ClockKind::FirstReply => "first reply",
            ClockKind::NextReply => "next reply",
            ClockKind::Resolve => "resolution",
        };
        let mut people = self.responsible();
        if missed {
            self.emit(Event::ClockChanged(ClockChanged {
                due_at: clock.due_at,
                ..settled(kind, ClockState::Missed)
            }));
            people.push(Target::Role("lead".to_owned()));
            let reason = Reason::new(ReasonCode::SlaRisk, format!("{name} overdue"));
            self.call(Call::about(people, reason).urgently());
        } else {
            self.emit(Event::ClockChanged(ClockChanged {
                clock: kind,
                state: ClockState::Warned,
                due_at: clock.due_at,
                warn_at: None,
                left_ms: None,
            }));
            let reason = Reason::new(ReasonCode::SlaRisk, format!("{name} due soon"));
            self.call(Call::about(people, reason).afresh());
        }
        self.pass_rules(EventKind::Time);
    }
}

impl Aim<'_> {
    /// A clock that runs from an instant with so much left.
    fn running(&self, kind: ClockKind, from: Timestamp, left_ms: i64) -> ClockChanged {
        let due_at = self.calendar.add(from, left_ms);
        // The warning keeps its distance to the end, also after a pause.
        let ahead = share_of(self.target_ms, 1.0 - self.warn_share);
        let warn_at = (ahead > 0 && left_ms > ahead)
            .then(|| self.calendar.add(from, left_ms - ahead))
            .flatten();
        ClockChanged {
            clock: kind,
            state: ClockState::Running,
            due_at,
            warn_at,
            left_ms: None,
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a share of a length of time, rounded to a millisecond"
)]
fn share_of(whole: i64, share: f64) -> i64 {
    (whole as f64 * share.clamp(0.0, 1.0)).round() as i64
}

const fn standing(clock: ClockKind, left_ms: i64) -> ClockChanged {
    ClockChanged {
        clock,
        state: ClockState::Paused,
        due_at: None,
        warn_at: None,
        left_ms: Some(left_ms),
    }
}

const fn settled(clock: ClockKind, state: ClockState) -> ClockChanged {
    ClockChanged {
        clock,
        state,
        due_at: None,
        warn_at: None,
        left_ms: None,
    }
}
