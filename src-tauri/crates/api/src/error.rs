//! Errors as the UI sees them.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, in a form that can be branched on, shown and acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiError {
    /// A stable code in snake case.
    pub code: String,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence; may be empty.
    pub hint: String,
    /// Whether it is only a notice: the state does not allow it, nothing is broken.
    pub notice: bool,
}

impl ApiError {
    /// An error with its three parts.
    pub fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
            notice: false,
        }
    }

    /// The same, as a notice.
    #[must_use]
    pub fn as_notice(mut self) -> Self {
        self.notice = true;
        self
    }

    /// A thing that is not there.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            "not_found",
            format!("There is no such {what}."),
            "It may have been removed.",
        )
    }

    /// A request that cannot be read.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(
            "bad_request",
            message,
            "Check the names and types of the fields.",
        )
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for ApiError {}
