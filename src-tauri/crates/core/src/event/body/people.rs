//! Contacts, channels, and what is erased.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::{ChannelId, ContactId, ConversationId};
use crate::person::Sign;

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

/// Body of [`Event::ContactsMerged`](crate::event::Event::ContactsMerged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsMerged {
    /// The contact that stands for the person from now on.
    pub person: ContactId,
    /// The contacts for which it stands now and did not before.
    pub contacts: BTreeSet<ContactId>,
    /// What spoke for it when it was proposed; nothing when somebody chose by themselves.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub signs: BTreeSet<Sign>,
    /// Whether it takes back that they were parted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undoes: bool,
}

/// Body of [`Event::ContactsSplit`](crate::event::Event::ContactsSplit).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsSplit {
    /// The contact that stood for all of them, and for the others still does.
    pub from: ContactId,
    /// The contact among those who left that stands for them.
    pub person: ContactId,
    /// The contacts for which it does not stand any more.
    pub contacts: BTreeSet<ContactId>,
    /// Whether it takes back that they were joined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undoes: bool,
}

/// Body of [`Event::ContactsToldApart`](crate::event::Event::ContactsToldApart).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsToldApart {
    /// One contact.
    pub one: ContactId,
    /// The other.
    pub other: ContactId,
    /// Whether they are two people; no takes that back.
    pub apart: bool,
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
