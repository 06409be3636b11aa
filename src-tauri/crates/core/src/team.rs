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
    /// `owner`, `lead`, `agent`, `junior`, `reviewer`.
    pub roles: BTreeSet<String>,
    /// The teams (queues) the person works in.
    pub teams: BTreeSet<String>,
    /// Whether the person can be reached now.
    pub available: bool,
    /// How many conversations the person holds now.
    pub load: u32,
}

impl Agent {
    /// Whether the person only reads drafts for the team and is no part of it: such a one sees
    /// and moves no conversation.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        const INSIDE: [&str; 4] = ["owner", "lead", "agent", "junior"];
        self.roles.contains("reviewer") && !INSIDE.iter().any(|role| self.roles.contains(*role))
    }

    /// Whether the person leads the team.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.roles.contains("owner") || self.roles.contains("lead")
    }

    /// Whether what the person writes may have to be read before it is sent.
    #[must_use]
    pub fn is_junior(&self) -> bool {
        self.roles.contains("junior") && !self.leads()
    }
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
            Target::AnyAvailable => agent.available && !agent.is_outside(),
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
