//! What agents have begun to write.

use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;
use rusqlite::Row;
use serde_json::Value;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word, at, from_json, id, key, to_json, words};
use crate::writer::Tx;

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DraftKind {
    /// An answer to the customer.
    Reply,
    /// A note for the team.
    Note,
    /// A message handed on to somebody else.
    Forward,
}

words! { DraftKind { Reply = "reply", Note = "note", Forward = "forward", } }

/// A draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The conversation it is written in.
    pub conversation: ConversationId,
    /// Who writes it.
    pub author: String,
    /// What is being written.
    pub kind: DraftKind,
    /// The draft as the composer keeps it.
    pub body: Value,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

const COLUMNS: &str = "conversation, author, kind, body, changed_at_ms FROM draft";

fn draft(row: &Row<'_>) -> Result<Draft, StoreError> {
    Ok(Draft {
        conversation: id(row, 0)?,
        author: row.get(1)?,
        kind: DraftKind::read(row, 2)?,
        body: from_json(
            "draft",
            row.get_ref(3)?.as_str().unwrap_or_default().as_bytes(),
        )?,
        changed_at: at(row, 4)?,
    })
}

impl Reader<'_> {
    /// The drafts in a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn drafts_in(&self, conversation: ConversationId) -> Result<Vec<Draft>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE conversation = ?1 ORDER BY author, kind"
        ))?;
        let rows = statement.query_and_then([key(conversation)], draft)?;
        rows.collect()
    }

    /// The drafts of a person, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn drafts_by(&self, author: &str) -> Result<Vec<Draft>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE author = ?1 ORDER BY changed_at_ms DESC, conversation DESC"
        ))?;
        let rows = statement.query_and_then([author], draft)?;
        rows.collect()
    }
}

impl Tx<'_> {
    /// Saves a draft in place of the one before it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_draft(&mut self, draft: &Draft) -> Result<(), StoreError> {
        let body = to_json("draft", &draft.body)?;
        self.statement(
            "INSERT INTO draft (conversation, author, kind, body, changed_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (conversation, author, kind) DO UPDATE SET
                 body = excluded.body, changed_at_ms = excluded.changed_at_ms",
        )?
        .execute((
            key(draft.conversation),
            &draft.author,
            draft.kind.word(),
            body,
            draft.changed_at.0,
        ))?;
        Ok(())
    }

    /// Throws a draft away, because it was sent or is not wanted; returns whether there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_draft(
        &mut self,
        conversation: ConversationId,
        author: &str,
        kind: DraftKind,
    ) -> Result<bool, StoreError> {
        // A long one has pages of its own, which would be free with its words in them.
        let before = self.overwrite_deleted(true)?;
        let dropped = self
            .statement("DELETE FROM draft WHERE conversation = ?1 AND author = ?2 AND kind = ?3")?
            .execute((key(conversation), author, kind.word()))?;
        self.overwrite_deleted(before)?;
        Ok(dropped > 0)
    }
}
