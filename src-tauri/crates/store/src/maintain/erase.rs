//! Erasing a person's words. What happened stays in the log; what was said goes.

use baton_core::hash::Hash;
use baton_core::ids::{ContactId, MessageId};
use baton_core::time::Timestamp;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::key;
use crate::writer::{Tx, Writer};

impl Reader<'_> {
    /// As [`Writer::overwrite_deleted`], within a transaction.
    pub(crate) fn overwrite_deleted(&self, overwrite: bool) -> Result<bool, StoreError> {
        let before: i64 = self
            .connection
            .pragma_query_value(None, "secure_delete", |row| row.get(0))?;
        let how = if overwrite { "ON" } else { "FAST" };
        self.connection.pragma_update(None, "secure_delete", how)?;
        Ok(before == 1)
    }
}

impl Writer {
    /// Says whether what is deleted is overwritten in the file wherever it stood, and returns what
    /// was so before. Wanted around an erasure, because words would stand on in pages that are
    /// free; otherwise only what costs no further page is overwritten.
    ///
    /// # Errors
    /// When the database cannot be told.
    pub fn overwrite_deleted(&mut self, overwrite: bool) -> Result<bool, StoreError> {
        self.reader().overwrite_deleted(overwrite)
    }

    /// Brings the write-ahead log into the database file and empties it, so that nothing erased
    /// stands on in it. Readers that are under way may put it off.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.reader()
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

impl Tx<'_> {
    /// Erases what a message says: its document and raw bytes, its row's words, its place in the
    /// search and what it refers to. Returns the digests of the content that was erased, for the
    /// event that tells of it. Content that another message still shares is erased all the same.
    ///
    /// # Errors
    /// When there is no such message, or the database cannot be written.
    pub fn erase_message(
        &mut self,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Vec<Hash>, StoreError> {
        let Some(row) = self.message(message)? else {
            return Err(StoreError::missing("message", message));
        };
        let mut erased = Vec::new();
        for hash in [Some(row.document), row.raw].into_iter().flatten() {
            if self.erase_content(hash, now)? {
                erased.push(hash);
            }
        }
        let Some(n) = self.message_number(message)? else {
            return Ok(erased);
        };
        self.pending.texts.remove(&n);
        self.pending.erased_texts.insert(n);
        self.statement("DELETE FROM search WHERE rowid = ?1")?
            .execute([n])?;
        self.statement("DELETE FROM mention WHERE message = ?1")?
            .execute([n])?;
        self.statement(
            "UPDATE message SET raw = NULL, native_id = '', sender_name = '', sender_address = '',
                 recipients = '', subject = '', snippet = '', attachments = 0, warnings = 0,
                 source = ''
             WHERE n = ?1",
        )?
        .execute([n])?;
        // What the row shows of the conversation comes from what is left of it.
        self.statement(
            "UPDATE conversation SET
                 subject = coalesce((SELECT m.subject FROM message m
                     WHERE m.conversation = conversation.n AND m.subject <> ''
                     ORDER BY m.seq LIMIT 1), ''),
                 attachments = EXISTS (SELECT 1 FROM message m
                     WHERE m.conversation = conversation.n AND m.attachments > 0)
             WHERE id = ?1",
        )?
        .execute([key(row.conversation)])?;
        Ok(erased)
    }

    /// Erases what is known of a contact: name, attributes and addresses.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn erase_contact(&mut self, contact: ContactId) -> Result<(), StoreError> {
        let before = self.overwrite_deleted(true)?;
        self.statement("DELETE FROM identity WHERE contact = ?1")?
            .execute([key(contact)])?;
        self.statement(
            "UPDATE contact SET name = '', attributes = '{}', phone = '' WHERE id = ?1",
        )?
        .execute([key(contact)])?;
        self.overwrite_deleted(before)?;
        Ok(())
    }
}
