//! Threading: which messages carry the identifiers that a new message refers to, and which
//! messages have been waiting for the one that comes now.

use std::collections::BTreeSet;

use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, ContactId, ConversationId, MessageId};
use baton_core::message::{Direction, MessageDocument};
use baton_core::time::Timestamp;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word as _, at, id};
use crate::writer::Tx;

/// A message that carries, or refers to, an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadHit {
    /// The place of the identifier in the question, from 0.
    pub asked: usize,
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The contact of the message.
    pub contact: ContactId,
    /// The channel it came by.
    pub channel: ChannelId,
    /// Which way it went.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
}

/// The message carries the identifier as its own.
const OWN: i64 = 0;
/// The message refers to it.
const REFERS: i64 = 1;

/// References of one message that are looked at and kept; hostile mail has thousands.
const MAX_REFERENCES: usize = 64;

/// The first half of the digest of an identifier: enough that nobody makes two that meet.
fn mention_key(native_id: &str) -> [u8; 16] {
    let Hash(digest) = Hash::of(native_id.trim().as_bytes());
    let mut half = [0; 16];
    half.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    half
}

impl Reader<'_> {
    /// The messages that carry any of these identifiers as their own, in the order asked. Give
    /// In-Reply-To first, then References from the newest back.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn messages_with_ids<S: AsRef<str>>(
        &self,
        native_ids: &[S],
    ) -> Result<Vec<ThreadHit>, StoreError> {
        self.mentions(native_ids, OWN)
    }

    /// The messages that refer to any of these identifiers: answers that came before the message
    /// they answer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn messages_referring_to<S: AsRef<str>>(
        &self,
        native_ids: &[S],
    ) -> Result<Vec<ThreadHit>, StoreError> {
        self.mentions(native_ids, REFERS)
    }

    fn mentions<S: AsRef<str>>(
        &self,
        native_ids: &[S],
        role: i64,
    ) -> Result<Vec<ThreadHit>, StoreError> {
        let mut statement = self.statement(
            "SELECT m.id, c.id, m.contact, m.channel, m.direction, m.at_ms
             FROM mention r JOIN message m ON m.n = r.message JOIN conversation c ON c.n = m.conversation
             WHERE r.key = ?1 AND r.role = ?2 ORDER BY r.message LIMIT 64",
        )?;
        let mut hits = Vec::new();
        for (asked, native_id) in native_ids.iter().enumerate().take(MAX_REFERENCES) {
            let native_id = native_id.as_ref();
            if native_id.trim().is_empty() {
                continue;
            }
            let rows = statement.query_map((mention_key(native_id), role), |row| {
                Ok(ThreadHit {
                    asked,
                    message: id(row, 0)?,
                    conversation: id(row, 1)?,
                    contact: id(row, 2)?,
                    channel: id(row, 3)?,
                    direction: Direction::read(row, 4)?,
                    at: at(row, 5)?,
                })
            })?;
            for row in rows {
                hits.push(row?);
            }
        }
        Ok(hits)
    }
}

impl Tx<'_> {
    /// Keeps the identifiers that a message carries and refers to.
    pub(crate) fn record_mentions(
        &mut self,
        message: i64,
        document: &MessageDocument,
    ) -> Result<(), StoreError> {
        let mut statement = self.statement(
            "INSERT INTO mention (key, role, message) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        if !document.native_id.trim().is_empty() {
            statement.execute((mention_key(&document.native_id), OWN, message))?;
        }
        let newest_first = document.references.iter().rev();
        let referred: BTreeSet<_> = document
            .in_reply_to
            .iter()
            .chain(newest_first)
            .filter(|native_id| !native_id.trim().is_empty())
            .take(MAX_REFERENCES)
            .map(|native_id| mention_key(native_id))
            .collect();
        for key in referred {
            statement.execute((key, REFERS, message))?;
        }
        Ok(())
    }
}
