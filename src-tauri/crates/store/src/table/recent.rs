//! Short looks at a conversation from its newest end.

use std::ops::ControlFlow;

use baton_core::ids::{ContactId, ConversationId};
use baton_core::message::{Author, Direction};
use baton_core::time::Timestamp;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::message::{COLUMNS, MessageRow, row_at};
use crate::value::{Word as _, key};

impl Reader<'_> {
    /// Up to `limit` messages of a conversation, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn messages_newest(
        &self,
        conversation: ConversationId,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let Some(number) = self.conversation_number(conversation)? else {
            return Ok(Vec::new());
        };
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.conversation = ?1 ORDER BY m.n DESC LIMIT ?2"
        ))?;
        let rows = statement.query_map((number, limit as i64), |row| row_at(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Looks at the messages of a conversation, newest first, until `look` has seen enough.
    ///
    /// # Errors
    /// When the database cannot be read, or what `look` returns.
    pub fn look_back<E: From<StoreError>>(
        &self,
        conversation: ConversationId,
        mut look: impl FnMut(MessageRow) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let Some(number) = self.conversation_number(conversation)? else {
            return Ok(());
        };
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.conversation = ?1 ORDER BY m.n DESC"
        ))?;
        let mut rows = statement.query([number]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let row = row_at(row, 0).map_err(StoreError::from)?;
            if look(row)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The first words of the customer in a conversation since an instant.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn first_words(
        &self,
        conversation: ConversationId,
        since: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let Some(number) = self.conversation_number(conversation)? else {
            return Ok(None);
        };
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.conversation = ?1 AND m.at_ms >= ?2 AND m.direction = ?3 AND m.author = ?4
             ORDER BY m.n LIMIT 1"
        ))?;
        let mut rows = statement.query_map(
            (
                number,
                since.0,
                Direction::Inbound.word(),
                Author::Customer.word(),
            ),
            |row| row_at(row, 0),
        )?;
        match rows.next() {
            Some(row) => Ok(Some(row?.snippet)),
            None => Ok(None),
        }
    }

    /// How many conversations with a contact were opened before one that was opened at an
    /// instant, counted up to a thousand.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversations_before(
        &self,
        contact: ContactId,
        conversation: ConversationId,
        opened_at: Timestamp,
    ) -> Result<u64, StoreError> {
        let count: i64 = self
            .statement(
                "SELECT count(*) FROM (SELECT 1 FROM conversation
                 WHERE contact = ?1 AND (opened_at_ms, id) < (?2, ?3) LIMIT 1000)",
            )?
            .query_row((key(contact), opened_at.0, key(conversation)), |row| {
                row.get(0)
            })?;
        Ok(count.unsigned_abs())
    }

    /// How many conversations there are with a contact, counted up to a thousand.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversations_count(&self, contact: ContactId) -> Result<u64, StoreError> {
        let count: i64 = self
            .statement(
                "SELECT count(*) FROM (SELECT 1 FROM conversation WHERE contact = ?1 LIMIT 1000)",
            )?
            .query_row([key(contact)], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}
