//! The people of the team, as the core is told them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::control::Target;
use crate::ids::AgentName;

/// One person of the team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Agent {
    /// The name shown.
    pub display_name: String,
    /// The address, for the check of look-alike senders; empty when unknown.
    pub address: String,
    /// `owner`, `lead`, `agent`, `reviewer`.
    pub roles: BTreeSet<String>,
    /// The teams (queues) the person works in.
    pub teams: BTreeSet<String>,
    /// Whether the person can be reached now.
    pub available: bool,
    /// How many conversations the person holds now.
    pub load: u32,
}

/// The team at the time of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Team {
    /// Everybody, by short name.
    pub agents: BTreeMap<AgentName, Agent>,
}

impl Team {
    /// The people a target stands for: those available, or all of them when nobody is.
    #[must_use]
    pub fn people(&self, target: &Target) -> BTreeSet<AgentName> {
        let member = |agent: &Agent, name: &AgentName| match target {
            Target::Agent(wanted) => wanted == name,
            Target::Queue(queue) => agent.teams.contains(queue.as_str()),
            Target::Role(role) => agent.roles.contains(role),
            Target::AnyAvailable => agent.available,
            Target::Bot(_) => false,
        };
        let all = self
            .agents
            .iter()
            .filter(|(name, agent)| member(agent, name));
        let here: BTreeSet<_> = all
            .clone()
            .filter(|(_, agent)| agent.available)
            .map(|(name, _)| name.clone())
            .collect();
        if here.is_empty() {
            all.map(|(name, _)| name.clone()).collect()
        } else {
            here
        }
    }
}
