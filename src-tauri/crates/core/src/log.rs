//! The chain: events sealed into envelopes, one chain a device, and the check of what was sealed.
//!
//! An envelope is hashed as the bytes that are kept. Nothing is ever hashed, or written again,
//! from its parsed form, so what a later version added survives and stays provable.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Map;

use crate::decide::Happened;
use crate::event::{BlobRef, Envelope, Event, VERSION};
use crate::hash::Hash;
use crate::ids::{CommandId, ConversationId, DeviceId, EventId};
use crate::time::Timestamp;

/// An envelope larger than this is refused; content belongs outside the chain.
pub const MAX_BYTES: usize = 64 * 1024;

/// How many bits of the hybrid logical clock count within a millisecond.
const COUNTER_BITS: u32 = 16;

/// The end of one device's chain, where the next event is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    device: DeviceId,
    team: String,
    head: Option<Hash>,
    hlc: u64,
}

/// An envelope as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which event.
    pub id: EventId,
    /// The bytes, to be kept as they are.
    pub bytes: Vec<u8>,
    /// Their digest, which the next envelope names.
    pub hash: Hash,
    /// The hybrid logical clock it carries.
    pub hlc: u64,
}

/// Why an event could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The event is larger than an envelope may be.
    #[error("the envelope has {bytes} bytes, {MAX_BYTES} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The event cannot be written as JSON.
    #[error("the event cannot be written")]
    Unwritable(#[from] serde_json::Error),
}

impl Chain {
    /// A device's chain, from where it ended; `head` and `hlc` are those of its last envelope.
    #[must_use]
    pub fn new(device: DeviceId, team: impl Into<String>, head: Option<Hash>, hlc: u64) -> Self {
        Self {
            device,
            team: team.into(),
            head,
            hlc,
        }
    }

    /// The digest of the last envelope.
    #[must_use]
    pub const fn head(&self) -> Option<Hash> {
        self.head
    }

    /// The hybrid logical clock of the last envelope.
    #[must_use]
    pub const fn hlc(&self) -> u64 {
        self.hlc
    }

    /// Seals an event as the next of the chain. `written_at` is the time of writing; it may lie
    /// after the event's own instant when that was handled late.
    ///
    /// # Errors
    /// When the event is too large; the chain has not moved then.
    pub fn seal(
        &mut self,
        happened: &Happened,
        conversation: Option<ConversationId>,
        cause: CommandId,
        written_at: Timestamp,
    ) -> Result<Sealed, SealError> {
        let hlc = self.tick(written_at);
        let envelope = Envelope {
            v: VERSION,
            id: happened.id,
            team: self.team.clone(),
            conv: conversation,
            kind: happened.event.kind().to_owned(),
            actor: happened.actor.clone(),
            node: self.device,
            cause,
            corr: None,
            hlc,
            at: happened.at,
            occurred_at: happened.occurred_at,
            base: None,
            epoch: None,
            prev: self.head,
            kid: None,
            body: happened.event.body()?,
            blobs: blobs_of(&happened.event),
            sig: None,
            extra: Map::new(),
        };
        let bytes = serde_json::to_vec(&envelope)?;
        if bytes.len() > MAX_BYTES {
            return Err(SealError::TooLarge { bytes: bytes.len() });
        }
        let hash = Hash::of(&bytes);
        self.head = Some(hash);
        self.hlc = hlc;
        Ok(Sealed {
            id: happened.id,
            bytes,
            hash,
            hlc,
        })
    }

    /// Moves the clock on when another device is ahead, so that what follows is ordered after it.
    pub fn has_seen(&mut self, hlc: u64) {
        self.hlc = self.hlc.max(hlc);
    }

    fn tick(&self, now: Timestamp) -> u64 {
        let wall = u64::try_from(now.0).unwrap_or(0) << COUNTER_BITS;
        wall.max(self.hlc.saturating_add(1))
    }
}

/// The time of writing that a hybrid logical clock carries.
#[must_use]
pub fn written_at(hlc: u64) -> Timestamp {
    Timestamp(i64::try_from(hlc >> COUNTER_BITS).unwrap_or(i64::MAX))
}

fn blobs_of(event: &Event) -> Vec<BlobRef> {
    match event {
        Event::MessageRecorded(recorded) => recorded.raw.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// What was found in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Envelopes in all.
    pub events: u64,
    /// The end of each device's chain.
    pub devices: BTreeMap<DeviceId, DeviceHead>,
}

/// The end of one device's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceHead {
    /// How many envelopes.
    pub events: u64,
    /// The digest of the last one.
    pub head: Hash,
    /// Its hybrid logical clock.
    pub hlc: u64,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the chain breaks at envelope {position}: {why}")]
pub struct ChainBreak {
    /// Whose chain, when that can be read.
    pub device: Option<DeviceId>,
    /// The place among all envelopes shown, from 0.
    pub position: u64,
    /// Why.
    pub why: BreakReason,
}

/// Why a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakReason {
    /// The bytes are no envelope.
    #[error("the bytes are not an envelope")]
    Unreadable,
    /// It does not name the envelope before it: something was changed, removed or put in.
    #[error("it does not follow the envelope before it")]
    WrongPrevious {
        /// What it names.
        named: Option<Hash>,
        /// The digest of the one before it.
        actual: Option<Hash>,
    },
    /// Its clock runs backwards.
    #[error("its clock runs backwards")]
    ClockBackwards,
    /// It belongs to another team than the ones before it.
    #[error("it belongs to another team")]
    OtherTeam,
    /// The bytes are not those that were digested when it was kept.
    #[error("the bytes are not those that were kept")]
    OtherBytes,
}

/// The little of an envelope that the check needs.
#[derive(Deserialize)]
struct Link<'a> {
    #[serde(borrow)]
    team: std::borrow::Cow<'a, str>,
    node: DeviceId,
    hlc: u64,
    #[serde(default)]
    prev: Option<Hash>,
}

/// Checks envelopes one after the other, those of each device in their order.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    found: Verified,
    team: Option<String>,
}

impl Verifier {
    /// Takes the next envelope in, and gives its digest. `kept` is the digest it was kept under,
    /// when there is one.
    ///
    /// # Errors
    /// Where and why the chain breaks.
    pub fn check(&mut self, bytes: &[u8], kept: Option<Hash>) -> Result<Hash, ChainBreak> {
        let position = self.found.events;
        let broken = |device, why| ChainBreak {
            device,
            position,
            why,
        };
        let link: Link<'_> =
            serde_json::from_slice(bytes).map_err(|_| broken(None, BreakReason::Unreadable))?;
        let device = link.node;
        let broken = |why| broken(Some(device), why);
        let hash = Hash::of(bytes);
        if kept.is_some_and(|kept| kept != hash) {
            return Err(broken(BreakReason::OtherBytes));
        }
        match &self.team {
            Some(team) if *team != link.team => return Err(broken(BreakReason::OtherTeam)),
            Some(_) => {}
            None => self.team = Some(link.team.into_owned()),
        }
        let before = self.found.devices.get(&device);
        let actual = before.map(|before| before.head);
        if link.prev != actual {
            return Err(broken(BreakReason::WrongPrevious {
                named: link.prev,
                actual,
            }));
        }
        if before.is_some_and(|before| link.hlc <= before.hlc) {
            return Err(broken(BreakReason::ClockBackwards));
        }
        let events = before.map_or(0, |before| before.events).saturating_add(1);
        self.found.devices.insert(
            device,
            DeviceHead {
                events,
                head: hash,
                hlc: link.hlc,
            },
        );
        self.found.events = position.saturating_add(1);
        Ok(hash)
    }

    /// What was found in order.
    #[must_use]
    pub fn finish(self) -> Verified {
        self.found
    }
}

/// Checks a whole log.
///
/// # Errors
/// Where and why a chain breaks first.
pub fn verify<B: AsRef<[u8]>>(
    envelopes: impl IntoIterator<Item = B>,
) -> Result<Verified, ChainBreak> {
    let mut verifier = Verifier::default();
    for bytes in envelopes {
        verifier.check(bytes.as_ref(), None)?;
    }
    Ok(verifier.finish())
}

#[cfg(test)]
mod tests;
