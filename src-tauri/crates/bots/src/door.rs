//! The door: what can be asked there, by whom, and who carries it out.

use std::future::Future;

use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use serde::Serialize;
use serde_json::Value;

use crate::command::Verb;
use crate::dialect::{Kept, Which};
use crate::error::DoorError;
use crate::lan::{Signature, Signed};
use crate::wire::customer::{BotMessage, CustomerMessage, NoteGiven, Typing};
use crate::wire::packet::PacketKept;
use crate::wire::report::ReportMade;

/// A bot that showed its token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Its name.
    pub bot: String,
}

/// A name of the caller's own for one request: the same one is carried out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    name: String,
    request: Hash,
}

impl IdempotencyKey {
    /// The longest key, in bytes.
    pub const LONGEST: usize = 128;

    /// Reads a key: visible ASCII, not too long. It stands for the request of this digest.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &[u8], request: Hash) -> Result<Self, DoorError> {
        let fits = (1..=Self::LONGEST).contains(&text.len());
        match std::str::from_utf8(text) {
            Ok(text) if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Self {
                name: text.to_owned(),
                request,
            }),
            _ => Err(DoorError::bad_request(
                "The Idempotency-Key must be 1 to 128 visible ASCII characters.",
            )),
        }
    }

    /// The key as the caller wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The digest of the request it stands for.
    #[must_use]
    pub const fn request(&self) -> Hash {
        self.request
    }
}

/// What is asked at the door.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Reads what happened after a place in the log.
    Events {
        /// The place; 0 for the beginning.
        after: i64,
    },
    /// Brings words of a customer.
    Hear(CustomerMessage),
    /// Finds a conversation by the name that the caller gave it.
    Find {
        /// The name.
        key: String,
    },
    /// Reads how a conversation stands.
    Look(ConversationId),
    /// Reads the newest messages of a conversation.
    Messages(ConversationId),
    /// Reads the packet of the newest handoff of a conversation.
    ReadPacket(ConversationId),
    /// Says something to the customer.
    Say(ConversationId, BotMessage),
    /// Says something to the team alone.
    Note(ConversationId, NoteGiven),
    /// Reads what a dialect needs to know of a conversation.
    Stand(Which),
    /// Moves control.
    Move(ConversationId, Verb),
    /// Says how the bot is doing.
    Report(ConversationId, ReportMade),
    /// Says what the bot knows.
    KeepPacket(ConversationId, PacketKept),
    /// Says something of what the bot knows, under the epoch it has seen; the rest stays as it is.
    KeepBeside(ConversationId, u64, Kept),
    /// Says whether the bot is writing.
    Typing(ConversationId, Typing),
    /// A bot that Baton asks answers here, in the words of its platform.
    CallBack(ConversationId, Value),
}

impl Call {
    /// Whether it may change anything.
    #[must_use]
    pub const fn writes(&self) -> bool {
        !matches!(
            self,
            Self::Events { .. }
                | Self::Find { .. }
                | Self::Look(_)
                | Self::Messages(_)
                | Self::ReadPacket(_)
                | Self::Stand(_)
        )
    }

    /// The conversation it names; none when it names no single one, or by the caller's own name.
    #[must_use]
    pub const fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Events { .. } | Self::Hear(_) | Self::Find { .. } | Self::Stand(_) => None,
            Self::Look(which)
            | Self::Messages(which)
            | Self::ReadPacket(which)
            | Self::Say(which, _)
            | Self::Note(which, _)
            | Self::Move(which, _)
            | Self::Report(which, _)
            | Self::KeepPacket(which, _)
            | Self::KeepBeside(which, ..)
            | Self::CallBack(which, _)
            | Self::Typing(which, _) => Some(*which),
        }
    }
}

/// What the door answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// An answer to what was done.
    ///
    /// # Errors
    /// Never for the types of the wire; the signature is serde's.
    pub fn done(body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self {
            status: 200,
            body: serde_json::to_value(body)?,
        })
    }
}

impl From<DoorError> for Answer {
    fn from(error: DoorError) -> Self {
        Self {
            status: error.status,
            body: serde_json::to_value(&error).unwrap_or_default(),
        }
    }
}

/// Who can reach a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Programs on this machine, with a token.
    ThisMachine,
    /// Other machines of the office too, each request signed.
    Office,
}

/// Whoever carries out what is asked at the door; the engine is one.
pub trait Door: Send + Sync {
    /// The bot that a token belongs to. Looks at every bot, so that the time it takes tells
    /// nothing.
    fn admit(&self, token: &[u8]) -> Option<Caller>;

    /// The bot that signed a request; each signature once.
    ///
    /// # Errors
    /// Why the signature is not taken.
    fn admit_signed(
        &self,
        signature: &Signature,
        signed: Signed<'_>,
    ) -> impl Future<Output = Result<Caller, DoorError>> + Send;

    /// Whether a signature that was taken still holds: its secret was neither replaced nor taken
    /// away since.
    fn still_signed(
        &self,
        signature: &Signature,
        signed: Signed<'_>,
    ) -> impl Future<Output = bool> + Send;

    /// Says where the door is open, as the beginning of an address; none when it is closed again.
    fn stands(&self, reach: Reach, address: Option<&str>);

    /// Carries out what a bot asks; under the same key once.
    fn knock(
        &self,
        caller: &Caller,
        call: Call,
        key: Option<IdempotencyKey>,
    ) -> impl Future<Output = Answer> + Send;
}

#[cfg(test)]
mod tests {
    use baton_core::hash::Hash;

    use super::IdempotencyKey;

    #[test]
    fn a_key_is_short_and_visible() {
        assert!(IdempotencyKey::read(b"a", Hash::of(b"")).is_ok());
        assert!(IdempotencyKey::read(&[b'x'; 128], Hash::of(b"")).is_ok());
        for bad in [
            &b""[..],
            &[b'x'; 129],
            b"a b",
            b"a\n",
            "\u{e9}".as_bytes(),
            b"\xff",
        ] {
            assert!(IdempotencyKey::read(bad, Hash::of(b"")).is_err(), "{bad:?}");
        }
    }
}
