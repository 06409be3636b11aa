//! Going on elsewhere: a conversation moves to another channel of the same customer, with all that
//! was said. Nobody is written to at an address that is not known to be theirs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::ChannelId;
use crate::message::Address;
use crate::world::ChannelInfo;

/// What allows writing to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The team's own server has found that the customer writes from it.
    Verified,
    /// The customer has told it in their own words.
    Given,
    /// The customer has written in this conversation from there.
    WroteHere,
}

/// Why a conversation cannot go on elsewhere.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// The team has no channel of that kind.
    #[error("no channel of this kind is connected")]
    NoChannel,
    /// No address of the customer is known there.
    #[error("no address of the customer is known there")]
    NoAddress,
    /// An address is known, but not whose it is.
    #[error("the address was never verified, and the customer has not given it")]
    NotVerified,
    /// The customer does not want to be written to there.
    #[error("the customer does not want to be written to there")]
    NoConsent,
    /// A message has not left yet, or nobody knows whether it has.
    #[error("a message here is not settled yet")]
    BeingSent,
}

impl Hindrance {
    /// A stable code in snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoChannel => "no_channel",
            Self::NoAddress => "no_address",
            Self::NotVerified => "not_verified",
            Self::NoConsent => "no_consent",
            Self::BeingSent => "being_sent",
        }
    }
}

/// A place where a conversation can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The channel.
    pub channel: ChannelInfo,
    /// The address of the customer there.
    pub address: Address,
    /// What allows writing to it.
    pub ground: Ground,
}

/// Where a conversation could go on by each kind of channel, or why not.
pub type Places = BTreeMap<String, Result<Elsewhere, Hindrance>>;

/// That a conversation goes on elsewhere than where it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The channel on which it was before: what the customer writes there brings it back.
    pub home: ChannelId,
    /// The address to which the first words go, as content; none where the channel says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Hash>,
    /// Whether the customer has written there since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
}
