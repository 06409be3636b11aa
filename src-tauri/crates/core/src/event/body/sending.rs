//! The life of a message to be sent.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::{MessageId, OutboxId};
use crate::message::Author;
use crate::time::Timestamp;

/// Body of [`Event::SendQueued`](crate::event::Event::SendQueued).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendQueued {
    /// Which outbox entry.
    pub outbox: OutboxId,
    /// The message it will be in the conversation.
    pub message: MessageId,
    /// The message document, by hash.
    pub document: Hash,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent, bot or rule.
    #[serde(default)]
    pub author_name: String,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
    /// The control epoch it was written under.
    pub epoch: u64,
    /// Whether the conversation is resolved with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resolves: bool,
}

/// The steps in the life of a message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum SendStep {
    /// An attempt has begun; until `deadline` the last byte may be written.
    Committing {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The last instant at which the attempt may commit.
        deadline: Timestamp,
    },
    /// The server took it.
    Sent {
        /// The recipients that were refused all the same.
        #[serde(default)]
        refused: Vec<String>,
    },
    /// The server took it for some recipients, and put others off: these are tried at `at`.
    PartlySent {
        /// The recipients that were refused for good.
        #[serde(default)]
        refused: Vec<String>,
        /// The recipients that are left.
        left: Vec<String>,
        /// When they are tried next.
        at: Timestamp,
    },
    /// It was not taken; the next attempt is at `at`.
    Retry {
        /// When.
        at: Timestamp,
        /// What the server said.
        text: String,
    },
    /// It was refused for good, or given up.
    Failed {
        /// What the server said.
        text: String,
    },
    /// The answer was lost after the last byte: nobody knows, a person must judge.
    InDoubt {
        /// What is known.
        text: String,
        /// When people are reminded to judge it; none once they have been.
        #[serde(default)]
        judge_by: Option<Timestamp>,
    },
    /// A person judged a message in doubt.
    Judged {
        /// Whether it counts as sent.
        sent: bool,
    },
    /// It was taken back before it was sent.
    Cancelled,
    /// It was dropped before it was sent, because control changed hands: a machine wrote it.
    Superseded,
}

/// Body of [`Event::SendChanged`](crate::event::Event::SendChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendChanged {
    /// Which outbox entry.
    pub outbox: OutboxId,
    /// The step.
    pub step: SendStep,
}

/// Body of [`Event::DeliveryFailed`](crate::event::Event::DeliveryFailed). What the mail system said is in the report, not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// The message that did not arrive.
    pub message: MessageId,
    /// The message that reports it.
    pub report: MessageId,
}
