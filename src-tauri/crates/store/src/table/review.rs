//! Drafts that people read before customers do: what waits, and what became of the others. The
//! rows follow from the events of the log and are written with them.

use baton_core::control::Target;
use baton_core::event::{Actor, ActorKind, Event};
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId, MessageId, OutboxId};
use baton_core::message::Author;
use baton_core::review::{RejectCode, ReviewEnd};
use baton_core::time::Timestamp;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Error, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word, at, at_or_none, hash, hash_or_none, id, id_or_none, key, to_json};
use crate::writer::Tx;

impl Word for ReviewEnd {
    const ALL: &'static [Self] = &Self::ALL;
    fn word(self) -> &'static str {
        Self::word(self)
    }
}

impl Word for RejectCode {
    const ALL: &'static [Self] = &Self::ALL;
    fn word(self) -> &'static str {
        Self::word(self)
    }
}

/// A draft that a person reads before the customer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Which: the message it is or would have been.
    pub draft: MessageId,
    /// Where it was written.
    pub conversation: ConversationId,
    /// The rule that holds it.
    pub rule: String,
    /// The decision that held it.
    pub decision: Option<DecisionId>,
    /// Who wrote it.
    pub author: Author,
    /// The name of the bot or person.
    pub author_name: String,
    /// Who is to read it.
    pub reviewers: Vec<Target>,
    /// What it says, by hash.
    pub document: Hash,
    /// Since when it waits.
    pub held_at: Timestamp,
    /// When people must answer in its place.
    pub due_at: Timestamp,
    /// What a reader needs to know, by hash.
    pub packet: Option<Hash>,
    /// How it ended; none while it waits.
    pub settled: Option<SettledReview>,
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledReview {
    /// How.
    pub how: ReviewEnd,
    /// By whom; empty where time or a change of control ended it.
    pub by: String,
    /// Why it was rejected.
    pub code: Option<RejectCode>,
    /// What was sent in its place or as it is, by hash.
    pub sent: Option<Hash>,
    /// The outbox entry it left by.
    pub outbox: Option<OutboxId>,
    /// When.
    pub at: Timestamp,
    /// How long it had waited, in milliseconds.
    pub waited_ms: i64,
}

const COLUMNS: &str = "draft, conversation, rule, decision, author, author_name, reviewers,
    document, held_at_ms, due_at_ms, how, by, code, sent, outbox, settled_at_ms, waited_ms, packet
    FROM review";

fn row(row: &Row<'_>) -> rusqlite::Result<ReviewRow> {
    let settled_at = at_or_none(row, 15)?;
    let settled = match settled_at {
        None => None,
        Some(at) => Some(SettledReview {
            how: Word::read(row, 10)?,
            by: row.get(11)?,
            code: match row.get_ref(12)? {
                ValueRef::Null => None,
                _ => Some(Word::read(row, 12)?),
            },
            sent: hash_or_none(row, 13)?,
            outbox: id_or_none(row, 14)?,
            at,
            waited_ms: row.get(16)?,
        }),
    };
    let reviewers: String = row.get(6)?;
    Ok(ReviewRow {
        draft: id(row, 0)?,
        conversation: id(row, 1)?,
        rule: row.get(2)?,
        decision: id_or_none(row, 3)?,
        author: Word::read(row, 4)?,
        author_name: row.get(5)?,
        reviewers: serde_json::from_str(&reviewers)
            .map_err(|error| Error::FromSqlConversionFailure(6, Type::Text, error.into()))?,
        document: hash(row, 7)?,
        held_at: at(row, 8)?,
        due_at: at(row, 9)?,
        packet: hash_or_none(row, 17)?,
        settled,
    })
}

impl Reader<'_> {
    /// The drafts that wait, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reviews_waiting(&self, limit: usize) -> Result<Vec<ReviewRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE how IS NULL ORDER BY held_at_ms, draft LIMIT ?1"
        ))?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The drafts that were settled since an instant, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reviews_settled(
        &self,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<ReviewRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE how IS NOT NULL AND settled_at_ms >= ?1
             ORDER BY settled_at_ms DESC, draft DESC LIMIT ?2"
        ))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map((since.0, limit), row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The drafts of a conversation, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reviews_of(&self, conversation: ConversationId) -> Result<Vec<ReviewRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE conversation = ?1 ORDER BY held_at_ms"
        ))?;
        let rows = statement.query_map([key(conversation)], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One draft.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn review(&self, draft: MessageId) -> Result<Option<ReviewRow>, StoreError> {
        let mut statement = self.statement(&format!("SELECT {COLUMNS} WHERE draft = ?1"))?;
        let mut rows = statement.query_map([key(draft)], row)?;
        Ok(rows.next().transpose()?)
    }
}

impl Tx<'_> {
    /// Writes what an event says of a draft; events that say nothing of one change nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_review(
        &mut self,
        conversation: ConversationId,
        event: &Event,
        happened_at: Timestamp,
        actor: &Actor,
    ) -> Result<bool, StoreError> {
        match event {
            Event::DraftHeld(held) => {
                let draft = &held.draft;
                self.statement(
                    "INSERT OR REPLACE INTO review (draft, conversation, rule, decision, author,
                         author_name, reviewers, document, held_at_ms, due_at_ms, packet)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?
                .execute((
                    key(draft.id),
                    key(conversation),
                    &draft.rule,
                    draft.decision.map(key),
                    draft.author.word(),
                    &draft.author_name,
                    to_json("reviewers", &draft.reviewers)?,
                    draft.document.0,
                    draft.held_at.0,
                    draft.due_at.0,
                    draft.packet.map(|hash| hash.0),
                ))?;
            }
            Event::DraftMoved(moved) => {
                self.statement("UPDATE review SET reviewers = ?2 WHERE draft = ?1")?
                    .execute((key(moved.draft), to_json("reviewers", &moved.reviewers)?))?;
            }
            Event::DraftSettled(settled) => {
                let by = match actor.kind {
                    ActorKind::Agent if settled.how != ReviewEnd::Withdrawn => actor.id.as_str(),
                    _ => "",
                };
                self.statement(
                    "UPDATE review SET how = ?2, by = ?3, code = ?4, sent = ?5, outbox = ?6,
                         settled_at_ms = ?7, waited_ms = ?8
                     WHERE draft = ?1",
                )?
                .execute((
                    key(settled.draft),
                    settled.how.word(),
                    by,
                    settled.code.map(RejectCode::word),
                    settled.sent.map(|hash| hash.0),
                    settled.outbox.map(key),
                    happened_at.0,
                    settled.waited_ms,
                ))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
