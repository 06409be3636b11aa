//! Who is called, and that nobody is called twice for the same thing.

use std::collections::BTreeSet;

use crate::control::{Controller, Reason, ReasonCode, Target};
use crate::conversation::Conversation;
use crate::decide::work::Work;
use crate::effect::{Alert, Effect};
use crate::event::Event;
use crate::event::body::Alerted;
use crate::ids::AgentName;
use crate::status::Priority;
use crate::time::Timestamp;

/// People to be called, and why.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) targets: Vec<Target>,
    pub(super) reason: Reason,
    pub(super) rule: Option<String>,
    /// The rung of the ladder, when it comes from one: rungs come when they are due.
    pub(super) rung: Option<u32>,
    pub(super) urgent: bool,
    pub(super) sound: bool,
    /// Whether it says something new, so that an earlier call does not stand in for it.
    pub(super) fresh: bool,
}

impl Call {
    /// A quiet call about something.
    pub(super) const fn about(targets: Vec<Target>, reason: Reason) -> Self {
        Self {
            targets,
            reason,
            rule: None,
            rung: None,
            urgent: false,
            sound: false,
            fresh: false,
        }
    }

    /// The same call, made even if the same people were called a moment ago.
    pub(super) const fn afresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// The same call, but it may break quiet hours.
    pub(super) const fn urgently(mut self) -> Self {
        self.urgent = true;
        self.sound = true;
        self
    }
}

impl Work<'_> {
    /// Calls people. A call that nobody new would hear is not made.
    pub(super) fn call(&mut self, call: Call) {
        if self.is_history() || self.state.imported {
            return;
        }
        let mut people = self.reachable(&call);
        if call.rung.is_none() && !call.urgent && !call.fresh {
            let since = self.at.plus(-self.world.settings.alert_gap_ms);
            let told = &self.state.alerted;
            let before = people.len();
            people.retain(|name| told.get(name).is_none_or(|at| *at < since));
            if people.is_empty() && before > 0 {
                self.owed = None;
                return;
            }
        }
        let agents: BTreeSet<String> = people.iter().map(ToString::to_string).collect();
        self.emit(Event::Alerted(Alerted {
            targets: call.targets.iter().map(written).collect(),
            agents: agents.clone(),
            reason: call.reason.clone(),
            urgent: call.urgent,
            rung: call.rung,
        }));
        let urgent = call.urgent || self.state.priority == Priority::Urgent;
        self.ask(Effect::Notify(Alert {
            agents,
            reason: call.reason,
            rule: call.rule,
            rung: call.rung,
            urgent,
            sound: call.sound || urgent,
            raised_at: self.at,
            due_at: nearest_deadline(&self.state),
            priority: self.state.priority,
        }));
        self.owed = None;
    }

    /// Calls the people that a handoff owes a call, unless somebody has been called since.
    pub(super) fn call_people_owed(&mut self) {
        if let Some(call) = self.owed.take() {
            self.by_itself(|work| work.call(call));
        }
    }

    /// The people behind some targets, widened until somebody can be reached: first to those who
    /// lead the team, then to everybody.
    fn reachable(&self, call: &Call) -> BTreeSet<AgentName> {
        let team = self.world.team;
        // Who only reads drafts hears of drafts only.
        let reads = call.reason.code == ReasonCode::DraftHeld;
        let hears = |name: &AgentName| {
            let known = team.agents.get(name);
            reads || known.is_some_and(|agent| !agent.is_outside())
        };
        let mut people: BTreeSet<AgentName> = call
            .targets
            .iter()
            .flat_map(|target| team.people(target))
            .filter(hears)
            .collect();
        let here = |names: &BTreeSet<AgentName>| {
            names
                .iter()
                .any(|name| team.agents.get(name).is_some_and(|agent| agent.available))
        };
        if !here(&people) {
            let leading: BTreeSet<AgentName> = ["owner", "lead"]
                .into_iter()
                .flat_map(|role| team.people(&Target::Role(role.to_owned())))
                .collect();
            let everybody = || team.people(&Target::AnyAvailable);
            if here(&leading) {
                people.extend(leading);
            } else if here(&everybody()) {
                people.extend(everybody());
            } else if people.is_empty() {
                people = if leading.is_empty() {
                    team.agents
                        .keys()
                        .filter(|name| hears(name))
                        .cloned()
                        .collect()
                } else {
                    leading
                };
            }
        }
        // Whoever did it knows; only when they are alone they are told all the same.
        let own = people
            .iter()
            .find(|name| self.order.actor.id == name.as_str())
            .cloned();
        if let Some(own) = own
            && people.len() > 1
            && self.order.actor.kind == crate::event::ActorKind::Agent
        {
            people.remove(&own);
        }
        people
    }

    /// Takes alerts away: somebody has it.
    pub(super) fn withdraw(&mut self) {
        self.owed = None;
        if self.is_history() {
            return;
        }
        self.take_back_effects(|effect| matches!(effect, Effect::Notify(_)));
        self.ask(Effect::Withdraw);
    }

    /// Whom to call about a conversation as it stands: its holder, or those who may take it.
    pub(super) fn responsible(&self) -> Vec<Target> {
        match &self.state.control.controller {
            Controller::Agent(name) => vec![Target::Agent(name.clone())],
            Controller::Queue(name) => vec![Target::Queue(name.clone())],
            Controller::Bot(_) | Controller::Nobody => {
                vec![Target::Queue(self.world.channel.fallback_queue.clone())]
            }
        }
    }
}

/// A target as rules write it.
pub(super) fn written(target: &Target) -> String {
    match target {
        Target::Bot(name) => format!("bot:{name}"),
        Target::Queue(name) => format!("team:{name}"),
        Target::Agent(name) => format!("agent:{name}"),
        Target::Role(name) => format!("role:{name}"),
        Target::AnyAvailable => "any-available".to_owned(),
    }
}

/// The nearest instant at which something runs out, to say how long is left.
fn nearest_deadline(state: &Conversation) -> Option<Timestamp> {
    let clocks = state
        .clocks
        .values()
        .filter(|clock| clock.is_live())
        .filter_map(|clock| clock.due_at);
    let offer = state.control.offer.as_ref().map(|offer| offer.expires_at);
    clocks.chain(offer).min()
}
