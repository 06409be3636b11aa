//! Who holds the baton, and the packets that travel with it.

use serde::{Deserialize, Serialize};

use crate::control::{ControlState, Controller, Offer, Reason, Verb};
use crate::hash::Hash;
use crate::ids::{HandoffId, MessageId, OfferId};
use crate::time::Timestamp;

/// Body of [`Event::ControlChanged`](crate::event::Event::ControlChanged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlChanged {
    /// How.
    pub verb: Verb,
    /// The state after.
    pub state: ControlState,
    /// Who was in charge.
    pub from: Controller,
    /// Who is in charge now.
    pub to: Controller,
    /// The epoch after.
    pub epoch: u64,
    /// Why.
    pub reason: Reason,
    /// The rule that decided it, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The handoff, when this is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// The packet, by hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Hash>,
    /// What the recipient asks for and the packet lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Until when after-work lasts, in state wrapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapping_until: Option<Timestamp>,
}

/// Body of [`Event::OfferMade`](crate::event::Event::OfferMade).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferMade {
    /// The offer, with its reason and packet.
    pub offer: Offer,
}

/// How an offer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// Taken.
    Accepted,
    /// Declined.
    Rejected,
    /// Ran out.
    TimedOut,
    /// Withdrawn, because control went elsewhere.
    Rescinded,
}

/// Body of [`Event::OfferEnded`](crate::event::Event::OfferEnded).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferEnded {
    /// Which offer.
    pub offer: OfferId,
    /// How it ended.
    pub how: OfferEnd,
    /// Why; the words of a person or bot are in `words`.
    #[serde(default)]
    pub text: String,
    /// Why, in the words of whoever ended it, by hash of their content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Hash>,
}

/// Body of [`Event::ControlRequested`](crate::event::Event::ControlRequested).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRequested {
    /// Who asks.
    pub by: Controller,
    /// Why.
    pub reason: Reason,
}

/// Body of [`Event::AskedAgain`](crate::event::Event::AskedAgain). What is known stands in the packet
/// and the messages, not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAgainFor {
    /// The message that asks.
    pub message: MessageId,
    /// The handoff that should have told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// What for: keys of facts and subjects.
    pub about: Vec<String>,
}

/// Body of [`Event::PacketMarked`](crate::event::Event::PacketMarked).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketMarked {
    /// Which handoff.
    pub handoff: HandoffId,
    /// Whether it was useful; none when it was only read.
    #[serde(default)]
    pub useful: Option<bool>,
    /// Which fields were missing.
    #[serde(default)]
    pub missing: Vec<String>,
}
