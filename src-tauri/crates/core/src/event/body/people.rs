//! Contacts, channels, and what is erased.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::{ChannelId, ContactId, ConversationId};

/// Body of [`Event::ContactSeen`](crate::event::Event::ContactSeen).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// Which contact.
    pub contact: ContactId,
    /// The channel kind of the identity, such as `email`.
    pub identity_kind: String,
    /// The identity, by hash of its normal form; the words are content.
    pub identity: Hash,
}

/// Body of [`Event::ContactChanged`](crate::event::Event::ContactChanged). What is known now is content, and stands with the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChanged {
    /// Which contact.
    pub contact: ContactId,
    /// What changed, by name: `name`, `tier`, `attr.plan_seats`, …
    pub fields: BTreeSet<String>,
}

/// Body of [`Event::ChannelChanged`](crate::event::Event::ChannelChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelChanged {
    /// Which channel.
    pub channel: ChannelId,
    /// Its kind, such as `email`.
    pub kind: String,
    /// `added`, `changed` or `removed`.
    pub what: String,
}

/// Body of [`Event::ContentErased`](crate::event::Event::ContentErased).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentErased {
    /// The contact whose words they were, when it was about one.
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// The conversations touched.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// What was erased, by hash.
    pub contents: Vec<Hash>,
}
