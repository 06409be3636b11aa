//! The agents' view of the work: a second machine, never mixed with control.

use serde::{Deserialize, Serialize};

/// Where the work stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum WorkStatus {
    /// Nobody of the team has looked at it.
    #[default]
    New,
    /// It is the team's turn.
    Open,
    /// It is the customer's turn.
    WaitingCustomer,
    /// It waits for somebody else.
    OnHold,
    /// Put aside until a time.
    Snoozed,
    /// Solved; a new message opens it again.
    Solved,
}

/// How soon it should be looked at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// Before the usual.
    High,
    /// Before everything.
    Urgent,
}

impl Priority {
    /// The word that rules, packets and people use for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}
