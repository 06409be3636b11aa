//! Typed identifiers: 128 bits, sortable by creation when minted from a clock, written as a
//! short prefix and 26 characters of Crockford base 32 (`cnv_01k…`).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::hash::Hash;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn encode(value: u128) -> [u8; 26] {
    let mut out = [b'0'; 26];
    let mut rest = value;
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET.get((rest & 31) as usize).copied().unwrap_or(b'0');
        rest >>= 5;
    }
    out
}

fn decode(text: &str) -> Option<u128> {
    if text.len() != 26 {
        return None;
    }
    let mut value: u128 = 0;
    for (index, byte) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|&known| known == byte)? as u128;
        if index == 0 && digit > 7 {
            return None;
        }
        value = (value << 5) | digit;
    }
    Some(value)
}

/// What every identifier can do.
pub trait Id: Copy + Ord + fmt::Display {
    /// The prefix that names the kind of thing, without the underscore.
    const PREFIX: &'static str;

    /// Wraps 128 bits.
    fn from_bits(bits: u128) -> Self;

    /// The 128 bits.
    fn bits(self) -> u128;

    /// Reads `prefix_` and 26 characters; `None` for anything else.
    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(Self::PREFIX)?.strip_prefix('_')?;
        decode(rest).map(Self::from_bits)
    }

    /// The identifier that follows from `parts` alone: the same parts always give the same one.
    fn derived(parts: &[&[u8]]) -> Self {
        let Hash(digest) = Hash::of_parts(parts);
        let mut bits = [0_u8; 16];
        bits.iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        Self::from_bits(u128::from_be_bytes(bits))
    }

    /// A new identifier in the layout of UUID version 7: 48 bits of milliseconds, then chance.
    fn minted(at_ms: i64, random: u128) -> Self {
        let time = (at_ms.max(0) as u128 & 0xffff_ffff_ffff) << 80;
        let tail = random & 0xffff_ffff_ffff_ffff_ffff;
        let versioned = (tail & !(0xf_u128 << 76)) | (7_u128 << 76);
        let varianted = (versioned & !(0x3_u128 << 62)) | (2_u128 << 62);
        Self::from_bits(time | varianted)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(u128);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_bits(bits: u128) -> Self { Self(bits) }
            fn bits(self) -> u128 { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = encode(self.0);
                write!(f, "{}_{}", $prefix, std::str::from_utf8(&text).unwrap_or_default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                <Self as Id>::parse(&text)
                    .ok_or_else(|| D::Error::custom(concat!("expected an id that starts with ", $prefix, "_")))
            }
        }
    )*};
}

ids! {
    /// A channel: one connected account on which customers write.
    ChannelId = "chn";
    /// A command given to the engine; the cause of the events it leads to.
    CommandId = "cmd";
    /// A contact: one person (or role address) who writes to the team.
    ContactId = "ctc";
    /// A conversation with a contact about one thing.
    ConversationId = "cnv";
    /// One evaluation of the rules.
    DecisionId = "dcn";
    /// A laptop or node that writes events; each has its own hash chain.
    DeviceId = "dev";
    /// One thing the world is asked to do.
    EffectId = "eff";
    /// One event in the log.
    EventId = "evt";
    /// A handoff, and the packet that travels with it.
    HandoffId = "hnd";
    /// A message, inbound or outbound, or a note.
    MessageId = "msg";
    /// An offer of control that waits for acceptance.
    OfferId = "off";
    /// A message that is to be sent.
    OutboxId = "out";
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Wraps a name.
            pub fn new(name: impl Into<String>) -> Self { Self(name.into()) }
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )*};
}

names! {
    /// The short name of an agent, unique in the team (`anna`).
    AgentName;
    /// The short name of a bot (`helper`).
    BotName;
    /// The short name of a queue or team (`support`, `lead`).
    QueueName;
}
