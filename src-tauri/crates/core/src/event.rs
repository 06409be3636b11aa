//! The event envelope and its hash chain.
//!
//! An envelope is written once as JSON and kept byte for byte; its hash is the hash of those
//! bytes, and `prev` names the hash of the same device's envelope before it. Fields and types that
//! this version does not know survive, because nothing is ever written again from the parsed form.

pub mod body;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hash::Hash;
use crate::ids::{CommandId, ConversationId, DeviceId, EventId};
use crate::time::Timestamp;

pub use body::Event;

/// The schema major written today.
pub const VERSION: u16 = 1;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The kind of party.
    pub kind: ActorKind,
    /// Its name: agent, bot, rule or channel; empty for the system.
    #[serde(default)]
    pub id: String,
}

impl Actor {
    /// An agent of the team.
    pub fn agent(name: impl Into<String>) -> Self {
        Self {
            kind: ActorKind::Agent,
            id: name.into(),
        }
    }

    /// A bot.
    pub fn bot(name: impl Into<String>) -> Self {
        Self {
            kind: ActorKind::Bot,
            id: name.into(),
        }
    }

    /// Baton itself.
    #[must_use]
    pub const fn system() -> Self {
        Self {
            kind: ActorKind::System,
            id: String::new(),
        }
    }

    /// A customer, through a channel.
    #[must_use]
    pub const fn customer() -> Self {
        Self {
            kind: ActorKind::Customer,
            id: String::new(),
        }
    }
}

/// The kinds of party that act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person of the team.
    Agent,
    /// A dialog manager.
    Bot,
    /// The customer, through a channel.
    Customer,
    /// A handoff rule.
    Rule,
    /// Baton itself: timers, channels, import.
    System,
}

/// A piece of content that an event refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// The digest of the bytes.
    pub hash: Hash,
    /// The size in bytes.
    pub size: u64,
    /// The media type.
    #[serde(default)]
    pub mime: String,
}

/// One event as it is written, hashed and, in a team, shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The schema major.
    pub v: u16,
    /// The event's identifier.
    pub id: EventId,
    /// The team (workspace) it belongs to.
    pub team: String,
    /// The conversation, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conv: Option<ConversationId>,
    /// The event type with its version, such as `control.changed@1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who did it.
    pub actor: Actor,
    /// The device that wrote it.
    pub node: DeviceId,
    /// The command that caused it.
    pub cause: CommandId,
    /// The first command of the chain of causes, when that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corr: Option<CommandId>,
    /// Hybrid logical clock: milliseconds in the upper 48 bits, a counter below. Orders one
    /// author's events for display; decides nothing.
    pub hlc: u64,
    /// The logical instant of the decision; projections use this one.
    pub at: Timestamp,
    /// The time the source claims; untrusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The control event the author had seen, by team sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u64>,
    /// The fencing token of the channel lease, when fenced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// The hash of this device's previous envelope; none for its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<Hash>,
    /// The key epoch, when the body is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<u32>,
    /// The event itself.
    #[serde(default)]
    pub body: Value,
    /// The content it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<BlobRef>,
    /// The device's signature over the bytes without this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
    /// Fields of a later version, kept.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Envelope {
    /// Reads the event; `None` when its type or shape is not known to this version.
    #[must_use]
    pub fn event(&self) -> Option<Event> {
        Event::read(&self.kind, &self.body)
    }
}
