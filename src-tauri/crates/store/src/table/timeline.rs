//! The timeline of a conversation: messages, notes, control changes and decisions in one stream.

use baton_core::ids::{ConversationId, DecisionId};
use baton_core::time::Timestamp;
use rusqlite::Row;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::message::{COLUMNS, MessageRow, row_at};
use crate::value::{at, id_or_none, key};

/// Where an entry stands in a timeline.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct TimelineKey {
    /// Its instant.
    pub at: Timestamp,
    /// Its place in the log.
    pub seq: i64,
}

/// Which part of a timeline to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelinePart {
    /// The newest entries.
    Newest,
    /// The entries right before this one.
    Before(TimelineKey),
    /// The entries right after this one.
    After(TimelineKey),
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Where it stands.
    pub key: TimelineKey,
    /// The type name of the event.
    pub kind: String,
    /// The logical instant of the decision that wrote it.
    pub at: Timestamp,
    /// The envelope as it was hashed.
    pub bytes: Vec<u8>,
    /// The message, when the event recorded one.
    pub message: Option<MessageRow>,
    /// The decision and its sentence for people, when the event is one.
    pub decision: Option<(DecisionId, String)>,
}

const EVENT: usize = 6;

fn entry(row: &Row<'_>) -> rusqlite::Result<TimelineEntry> {
    let sentence: Option<String> = row.get(5)?;
    let message: Option<[u8; 16]> = row.get(EVENT)?;
    Ok(TimelineEntry {
        key: TimelineKey {
            seq: row.get(0)?,
            at: at(row, 1)?,
        },
        at: at(row, 2)?,
        kind: row.get(3)?,
        bytes: row.get(EVENT + 24)?,
        decision: id_or_none(row, 4)?.zip(sentence),
        message: match message {
            None => None,
            Some(_) => Some(row_at(row, EVENT)?),
        },
    })
}

impl Reader<'_> {
    /// Up to `limit` entries of a conversation's timeline, oldest first whichever part is read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn timeline(
        &self,
        conversation: ConversationId,
        part: TimelinePart,
        limit: usize,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let (compare, order, from) = match part {
            TimelinePart::Newest => (
                "<",
                "DESC",
                TimelineKey {
                    at: Timestamp(i64::MAX),
                    seq: i64::MAX,
                },
            ),
            TimelinePart::Before(from) => ("<", "DESC", from),
            TimelinePart::After(from) => (">", "ASC", from),
        };
        let mut statement = self.statement(&format!(
            "SELECT e.seq, e.shown_at_ms, e.at_ms, e.kind, d.id, d.sentence, {COLUMNS}, e.bytes
             FROM event e
             LEFT JOIN message m ON m.seq = e.seq
             LEFT JOIN conversation c ON c.n = m.conversation
             LEFT JOIN decision d ON d.seq = e.seq
             WHERE e.conversation = ?1 AND (e.shown_at_ms, e.seq) {compare} (?2, ?3)
             ORDER BY e.shown_at_ms {order}, e.seq {order} LIMIT ?4"
        ))?;
        let rows = statement.query_map(
            (key(conversation), from.at.0, from.seq, limit as i64),
            entry,
        )?;
        let mut entries = rows.collect::<Result<Vec<_>, _>>()?;
        if order == "DESC" {
            entries.reverse();
        }
        Ok(entries)
    }
}
