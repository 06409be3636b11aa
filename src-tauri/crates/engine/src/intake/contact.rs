//! Whom a message is from: the contact behind an address, and how sure that is.

use baton_core::ids::{ContactId, MessageId};
use baton_core::message::{Address, Direction};
use baton_core::time::{HOUR, Timestamp};
use baton_store::{Contact, Identity};

use super::Arrival;
use crate::desk::{Turn, derived};
use crate::error::EngineError;
use crate::recipients::normal;

/// How sure it is that an address is whose it says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Somebody says so: an archive, or a person of the team who wrote to it.
    Claimed,
    /// A message came from it, and nobody could tell whether it was forged.
    Seen,
    /// The team's own mail server found that the newest message is from there.
    Verified,
}

impl Verification {
    /// The word it is stored and shown as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Seen => "seen",
            Self::Verified => "verified",
        }
    }
}

impl Turn<'_, '_> {
    /// The contact of an arrival, made when it is seen for the first time.
    pub(super) fn contact_of(
        &mut self,
        arrival: &Arrival,
        message: MessageId,
    ) -> Result<ContactId, EngineError> {
        let own = self
            .roster
            .channels
            .get(&arrival.channel)
            .map(|channel| channel.own.clone())
            .unwrap_or_default();
        let (party, heard) = match arrival.direction {
            Direction::Inbound => {
                let writer = arrival.writer(&own);
                // What was confirmed is the sender; answers may be wanted elsewhere.
                let heard = match arrival.verification {
                    Verification::Verified if *writer != arrival.document.from => {
                        Verification::Seen
                    }
                    heard => heard,
                };
                (writer.clone(), Some(heard))
            }
            Direction::Outbound | Direction::Internal => {
                let others = &arrival.document.to;
                let foreign = others
                    .iter()
                    .find(|entry| !own.contains(&normal(&entry.address)));
                let party = foreign.or_else(|| others.first()).cloned();
                (party.unwrap_or_default(), None)
            }
        };
        let kind = &arrival.identity_kind;
        self.contact_for(kind, &party, heard, arrival.received_at, message)
    }

    /// The contact behind an address, made when it is seen for the first time. `heard` says how
    /// sure their own message makes it; none when it was written to them.
    ///
    /// # Errors
    /// The store.
    pub fn contact_for(
        &mut self,
        kind: &str,
        party: &Address,
        heard: Option<Verification>,
        at: Timestamp,
        message: MessageId,
    ) -> Result<ContactId, EngineError> {
        let address = match normal(&party.address) {
            empty if empty.is_empty() => format!("unknown:{message}"),
            address => address,
        };
        let known = self.tx.identity(kind, &address)?;
        let contact = match &known {
            Some(identity) => identity.contact,
            None => derived("contact", &[kind.as_bytes(), address.as_bytes()]),
        };
        // The newest message decides: a forged one must not live on what an older one proved.
        let verification = match (&known, heard) {
            (None, heard) => heard.unwrap_or(Verification::Claimed).word(),
            (Some(identity), Some(heard)) if at >= identity.last_seen_at => heard.word(),
            (Some(identity), _) => &identity.verification,
        }
        .to_owned();
        let newer = known.as_ref().is_none_or(|identity| {
            at.since(identity.last_seen_at) > HOUR
                || verification != identity.verification
                || (!party.name.is_empty()
                    && identity.name != party.name
                    && at > identity.last_seen_at)
        });
        if !newer {
            return Ok(contact);
        }
        if self.tx.contact(contact)?.is_none() {
            self.tx.save_contact(&Contact {
                id: contact,
                name: party.name.clone(),
                attributes: serde_json::Map::new(),
                created_at: at,
            })?;
        }
        let first_seen_at = known
            .as_ref()
            .map_or(at, |identity| identity.first_seen_at.min(at));
        let name = match (party.name.is_empty(), &known) {
            (true, Some(identity)) => identity.name.clone(),
            _ => party.name.clone(),
        };
        self.tx.save_identity(&Identity {
            kind: kind.to_owned(),
            address,
            contact,
            name,
            verification,
            first_seen_at,
            last_seen_at: known.map_or(at, |identity| identity.last_seen_at.max(at)),
        })?;
        Ok(contact)
    }
}
