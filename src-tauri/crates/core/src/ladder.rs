//! Escalation ladders: the timed steps that widen the circle of people alerted until one accepts.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What happened to a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum LadderStep {
    /// It started.
    Started,
    /// A rung was reached (from 0), for the n-th time.
    Reached {
        /// The rung.
        rung: u32,
        /// How often it has been repeated, from 0.
        repeat: u32,
    },
    /// It stopped, because somebody accepted, the condition ended or it ran out of rungs.
    Stopped {
        /// `accepted`, `condition`, `exhausted`, `replaced` or `closed`.
        why: String,
    },
}

/// The running ladder of a conversation; at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// Its name in the rules.
    pub name: String,
    /// The rule that started it.
    pub rule: String,
    /// When it started.
    pub started_at: Timestamp,
    /// The next rung, from 0.
    pub next_rung: u32,
    /// How often the current rung was repeated.
    pub repeat: u32,
    /// When the next rung or repetition is due.
    pub next_at: Option<Timestamp>,
}
