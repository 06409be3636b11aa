//! What is said, and how the work stands.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::elsewhere::{Ground, Hindrance};
use crate::event::BlobRef;
use crate::hash::Hash;
use crate::ids::{BotName, ChannelId, ContactId, MessageId, OutboxId};
use crate::message::{Author, Direction, MessageKind};
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

/// Body of [`Event::ConversationOpened`](crate::event::Event::ConversationOpened).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// Where it is held.
    pub channel: ChannelId,
    /// With whom.
    pub contact: ContactId,
    /// Whether it came from an import, which never notifies or sends.
    #[serde(default)]
    pub imported: bool,
}

/// Body of [`Event::EpisodeOpened`](crate::event::Event::EpisodeOpened).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeOpened {
    /// The number of the new episode, from 1.
    pub episode: u32,
    /// Since when the customer has waited, when the one before ended without an answer to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
}

/// How a message found its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// It began the conversation.
    #[default]
    New,
    /// It refers to a message in it, and its sender is known there.
    Reference,
    /// It carries our signed reply token.
    Token,
    /// It refers to a message in it, but its sender was unknown there: shown flagged.
    Flagged,
    /// The channel itself says where it belongs.
    Native,
}

/// Body of [`Event::MessageRecorded`](crate::event::Event::MessageRecorded).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecorded {
    /// Which message.
    pub message: MessageId,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    #[serde(default)]
    pub author_name: String,
    /// What it is for.
    pub kind: MessageKind,
    /// The message document, by hash.
    pub document: Hash,
    /// The bytes as received, when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<BlobRef>,
    /// The contact who wrote or is written to.
    pub contact: ContactId,
    /// How it found the conversation.
    #[serde(default)]
    pub join: Join,
    /// The outbox entry it was sent by, when Baton sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxId>,
    /// Whether it came from an import.
    #[serde(default)]
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The channel it went by, where the conversation may have several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// The bot to which a person said it, and not to the customer: a whisper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whispered: Option<BotName>,
}

/// Body of [`Event::ConversationMoved`](crate::event::Event::ConversationMoved).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationMoved {
    /// The channel it was on.
    pub from: ChannelId,
    /// The channel it goes on by.
    pub to: ChannelId,
    /// What allows writing to the customer there.
    pub ground: Ground,
    /// The address, as content; none where the channel says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Hash>,
}

/// Body of [`Event::MoveHindered`](crate::event::Event::MoveHindered).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveHindered {
    /// The kind of channel that was asked for.
    pub kind: String,
    /// Why it does not go on there.
    pub hindrance: Hindrance,
}

/// Body of [`Event::BotReported`](crate::event::Event::BotReported).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotReported {
    /// Which bot.
    pub bot: String,
    /// The intent it understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// How sure it is, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The code of its failure, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether it gave the same answer as before.
    #[serde(default)]
    pub same_answer: bool,
}

/// Body of [`Event::ConversationRead`](crate::event::Event::ConversationRead).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConversationRead {
    /// The newest message that was read.
    #[serde(default)]
    pub message: Option<MessageId>,
}

/// Body of [`Event::StatusChanged`](crate::event::Event::StatusChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChanged {
    /// The status after.
    pub to: WorkStatus,
    /// Until when, for snoozed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Body of [`Event::PriorityChanged`](crate::event::Event::PriorityChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityChanged {
    /// The priority after.
    pub to: Priority,
}

/// Body of [`Event::TagsChanged`](crate::event::Event::TagsChanged).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TagsChanged {
    /// Added.
    #[serde(default)]
    pub add: BTreeSet<String>,
    /// Removed.
    #[serde(default)]
    pub remove: BTreeSet<String>,
}
