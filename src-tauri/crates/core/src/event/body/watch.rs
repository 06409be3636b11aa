//! Service levels, ladders and alerts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::control::Reason;
use crate::ladder::LadderStep;
use crate::sla::{ClockKind, ClockState};
use crate::time::Timestamp;

/// Body of [`Event::SlaAssigned`](crate::event::Event::SlaAssigned).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaAssigned {
    /// The name of the policy.
    pub policy: String,
}

/// Body of [`Event::ClockChanged`](crate::event::Event::ClockChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChanged {
    /// Which clock.
    pub clock: ClockKind,
    /// Its state after.
    pub state: ClockState,
    /// When it is due, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it will warn, while it runs and has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// What is left of it in milliseconds of its calendar, while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_ms: Option<i64>,
}

/// Body of [`Event::LadderChanged`](crate::event::Event::LadderChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderChanged {
    /// The name of the ladder.
    pub ladder: String,
    /// The rule that started it; empty when none did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// What happened to it.
    pub step: LadderStep,
    /// Whether the same rung comes again.
    #[serde(default)]
    pub repeats: bool,
    /// When the next rung is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
}

/// Body of [`Event::Alerted`](crate::event::Event::Alerted).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerted {
    /// Who was to be alerted, as written in the rule or ladder (`team:lead`, `role:owner`).
    pub targets: Vec<String>,
    /// The people that came to.
    pub agents: BTreeSet<String>,
    /// Why.
    pub reason: Reason,
    /// Whether it may break quiet hours.
    #[serde(default)]
    pub urgent: bool,
    /// The rung of the ladder, from 0, when it comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<u32>,
}
