//! Drafts that a person must read before a customer does.
//!
//! A held draft is neither sent nor lost: its author keeps control while it waits, somebody is
//! told, and a deadline stands on it. It ends in one of five ways, each an event.

mod diff;

use serde::{Deserialize, Serialize};

use crate::control::Target;
use crate::hash::Hash;
use crate::ids::{DecisionId, MessageId, OutboxId};
use crate::message::Author;
use crate::time::Timestamp;

pub use diff::{Change, Piece, difference};

/// A draft that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDraft {
    /// Which: the message it will be when it is approved.
    pub id: MessageId,
    /// The outbox entry it will be sent by, unless it is edited.
    pub outbox: OutboxId,
    /// What it says, by hash.
    pub document: Hash,
    /// Who wrote it: a bot, or a person whose words are read first.
    pub author: Author,
    /// The name of the bot or person.
    pub author_name: String,
    /// The rule that holds it; `default` where the rules hold everything.
    pub rule: String,
    /// The decision that held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// What a reader needs to know, as a packet, by hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Hash>,
    /// Who may read it; whoever leads the team may, too.
    pub reviewers: Vec<Target>,
    /// Since when it waits.
    pub held_at: Timestamp,
    /// When a person must answer in its place.
    pub due_at: Timestamp,
    /// The control epoch it was written under.
    pub epoch: u64,
    /// Whether the conversation is resolved with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resolves: bool,
    /// The outbox entry it leaves by, once it was approved and until it has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaving: Option<OutboxId>,
}

impl HeldDraft {
    /// Whether it still waits for a person.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.leaving.is_none()
    }
}

/// How a review ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewEnd {
    /// Sent as it was written.
    Approved,
    /// Sent with other words.
    Edited,
    /// Not sent: a reviewer said no.
    Rejected,
    /// Not sent: nobody read it in time, and people have the conversation.
    Expired,
    /// Not sent: control left its author.
    Withdrawn,
}

impl ReviewEnd {
    /// Every end, in the order in which they are counted.
    pub const ALL: [Self; 5] = [
        Self::Approved,
        Self::Edited,
        Self::Rejected,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// The word it is stored and sent as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Edited => "edited",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a draft was rejected: a code that is counted, and that its author learns from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RejectCode {
    /// It says something that is not so.
    WrongFacts,
    /// It promises what the team will not keep.
    PromisesTooMuch,
    /// A policy forbids it.
    AgainstPolicy,
    /// It does not answer what was asked.
    MissesTheQuestion,
    /// It sounds wrong.
    WrongTone,
    /// Something else, said in words.
    #[default]
    Other,
}

impl RejectCode {
    /// Every code, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::WrongFacts,
        Self::PromisesTooMuch,
        Self::AgainstPolicy,
        Self::MissesTheQuestion,
        Self::WrongTone,
        Self::Other,
    ];

    /// The word it is stored and sent as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongFacts => "wrong_facts",
            Self::PromisesTooMuch => "promises_too_much",
            Self::AgainstPolicy => "against_policy",
            Self::MissesTheQuestion => "misses_the_question",
            Self::WrongTone => "wrong_tone",
            Self::Other => "other",
        }
    }

    /// The code of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.word() == word)
    }
}
