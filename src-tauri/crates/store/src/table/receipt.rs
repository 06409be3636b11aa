//! What has been taken in before: nothing is taken in twice, whatever a server does.

use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, Id as _, MessageId};
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{id, key};
use crate::writer::Tx;

/// Under which key something was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKey<'a> {
    /// The channel's own key: a folder with UIDVALIDITY and UID, an update number.
    Native(&'a str),
    /// The message's own identifier on this channel, such as the Message-ID.
    MessageId(&'a str),
    /// The digest of the bytes as received.
    Content(Hash),
}

fn receipt_key(channel: ChannelId, receipt: ReceiptKey<'_>) -> [u8; 16] {
    let bits = channel.bits().to_be_bytes();
    let Hash(digest) = match receipt {
        ReceiptKey::Native(text) => Hash::of_parts(&[&bits, b"native", text.as_bytes()]),
        ReceiptKey::MessageId(text) => Hash::of_parts(&[&bits, b"id", text.trim().as_bytes()]),
        ReceiptKey::Content(hash) => Hash::of_parts(&[&bits, b"content", &hash.0]),
    };
    let mut half = [0; 16];
    half.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    half
}

impl Reader<'_> {
    /// The message that was made of what was handed over under a key before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn receipt(
        &self,
        channel: ChannelId,
        receipt: ReceiptKey<'_>,
    ) -> Result<Option<MessageId>, StoreError> {
        Ok(self
            .statement("SELECT message FROM receipt WHERE key = ?1")?
            .query_row([receipt_key(channel, receipt)], |row| id(row, 0))
            .optional()?)
    }
}

impl Tx<'_> {
    /// Notes that something was handed over. Returns none when it is new, or the message that was
    /// made of it the first time, which stays noted.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_receipt(
        &mut self,
        channel: ChannelId,
        receipt: ReceiptKey<'_>,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Option<MessageId>, StoreError> {
        let inserted = self
            .statement(
                "INSERT INTO receipt (key, message, seen_at_ms) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO NOTHING",
            )?
            .execute((receipt_key(channel, receipt), key(message), now.0))?;
        if inserted > 0 {
            return Ok(None);
        }
        self.receipt(channel, receipt)
    }
}
