//! Erasing a person's words. What happened stays in the log; what was said goes.

use baton_core::hash::Hash;
use baton_core::ids::{ContactId, MessageId};
use baton_core::time::Timestamp;

use crate::error::StoreError;
use crate::value::key;
use crate::writer::Tx;

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
        self.statement("DELETE FROM search WHERE rowid = ?1")?
            .execute([n])?;
        self.statement("DELETE FROM mention WHERE message = ?1")?
            .execute([n])?;
        self.statement(
            "UPDATE message SET native_id = '', sender_name = '', sender_address = '',
                 recipients = '', subject = '', snippet = '', attachments = 0, warnings = 0,
                 source = ''
             WHERE n = ?1",
        )?
        .execute([n])?;
        if !row.subject.is_empty() {
            self.statement("UPDATE conversation SET subject = '' WHERE id = ?1 AND subject = ?2")?
                .execute((key(row.conversation), &row.subject))?;
        }
        Ok(erased)
    }

    /// Erases what is known of a contact: name, attributes and addresses.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn erase_contact(&mut self, contact: ContactId) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "secure_delete", true)?;
        self.statement("DELETE FROM identity WHERE contact = ?1")?
            .execute([key(contact)])?;
        self.statement("UPDATE contact SET name = '', attributes = '{}' WHERE id = ?1")?
            .execute([key(contact)])?;
        self.connection
            .pragma_update(None, "secure_delete", false)?;
        Ok(())
    }
}
