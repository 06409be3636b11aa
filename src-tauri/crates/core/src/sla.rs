//! Service level clocks: what runs, what is due, what was met or missed.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The clocks of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the start of the episode to the first human reply.
    FirstReply,
    /// From a customer message that starts a wait to the next human reply.
    NextReply,
    /// From the start of the episode to its close.
    Resolve,
}

/// What a clock is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Running.
    Running,
    /// Running, and past its warning.
    Warned,
    /// Standing still.
    Paused,
    /// Stopped in time.
    Met,
    /// Ran out.
    Missed,
    /// Stopped without a verdict, because the policy changed or the episode was imported.
    Dropped,
}

/// One clock of one episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// What it is doing.
    pub state: ClockState,
    /// When it started.
    pub started_at: Timestamp,
    /// When it is due, while it runs (or was due, once missed).
    pub due_at: Option<Timestamp>,
    /// When it will warn, while it runs and has not.
    pub warn_at: Option<Timestamp>,
    /// What is left, in milliseconds of its calendar, while it is paused.
    pub left_ms: Option<i64>,
}
