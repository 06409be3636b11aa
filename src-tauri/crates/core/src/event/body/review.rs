//! Drafts that wait for a person, and what became of them.

use serde::{Deserialize, Serialize};

use crate::control::Target;
use crate::hash::Hash;
use crate::ids::{MessageId, OutboxId};
use crate::review::{HeldDraft, RejectCode, ReviewEnd};

/// Body of [`Event::DraftHeld`](crate::event::Event::DraftHeld).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftHeld {
    /// The draft, with who may read it and until when.
    pub draft: HeldDraft,
}

/// Body of [`Event::DraftMoved`](crate::event::Event::DraftMoved).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftMoved {
    /// Which draft.
    pub draft: MessageId,
    /// Who is to read it now.
    pub reviewers: Vec<Target>,
}

/// Body of [`Event::DraftSettled`](crate::event::Event::DraftSettled).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSettled {
    /// Which draft.
    pub draft: MessageId,
    /// How.
    pub how: ReviewEnd,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RejectCode>,
    /// In the reviewer's words; written down before they were kept in `words`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// In the reviewer's words, by hash of their content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Hash>,
    /// Whether its author is asked for another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// What is sent, by hash; with the draft's own this is the diff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Hash>,
    /// The outbox entry it leaves by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxId>,
    /// How long it waited, in milliseconds.
    pub waited_ms: i64,
}
