//! When a conversation must next be looked at by the clock.

use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, id, key};
use crate::writer::Tx;

impl Reader<'_> {
    /// The earliest deadline of all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self
            .statement("SELECT due_at_ms FROM deadline ORDER BY due_at_ms LIMIT 1")?
            .query_row([], |row| at(row, 0))
            .optional()?)
    }

    /// The deadline of a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn deadline(&self, of: ConversationId) -> Result<Option<Timestamp>, StoreError> {
        Ok(self
            .statement("SELECT due_at_ms FROM deadline WHERE conversation = ?1")?
            .query_row([key(of)], |row| at(row, 0))
            .optional()?)
    }

    /// What is due by `now`, earliest first, `limit` at most. It stays due until the deadline is
    /// set anew, in the transaction that does what was due.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn due(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(ConversationId, Timestamp)>, StoreError> {
        let mut statement = self.statement(
            "SELECT conversation, due_at_ms FROM deadline WHERE due_at_ms <= ?1
             ORDER BY due_at_ms, conversation LIMIT ?2",
        )?;
        let rows =
            statement.query_map((now.0, limit as i64), |row| Ok((id(row, 0)?, at(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Sets or clears the deadline of a conversation.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_deadline(
        &mut self,
        of: ConversationId,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        match due_at {
            Some(at) => self
                .statement(
                    "INSERT INTO deadline (conversation, due_at_ms) VALUES (?1, ?2)
                     ON CONFLICT (conversation) DO UPDATE SET due_at_ms = excluded.due_at_ms
                     WHERE due_at_ms <> excluded.due_at_ms",
                )?
                .execute((key(of), at.0))?,
            None => self
                .statement("DELETE FROM deadline WHERE conversation = ?1")?
                .execute([key(of)])?,
        };
        Ok(())
    }
}
