//! The log: envelopes byte for byte, each after its device's newest one.

use std::collections::BTreeMap;

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DeviceId, EventId};
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, hash, id, id_or_none, key};
use crate::writer::Tx;

/// An envelope that is to be appended.
#[derive(Debug, Clone, Copy)]
pub struct SealedEvent<'a> {
    /// Its identifier, unique in the log.
    pub id: EventId,
    /// The conversation, when it is about one.
    pub conversation: Option<ConversationId>,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The hash of that device's envelope before it; none for its first.
    pub prev: Option<Hash>,
    /// Its type name.
    pub kind: &'a str,
    /// The logical instant of the decision.
    pub at: Timestamp,
    /// Where it stands in the timeline: as a rule the same, for imported messages their own time.
    pub shown_at: Timestamp,
    /// The hash of the bytes.
    pub hash: Hash,
    /// The envelope as it was hashed.
    pub bytes: &'a [u8],
}

/// An envelope as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its place in this workspace's log.
    pub seq: i64,
    /// Its identifier.
    pub id: EventId,
    /// The conversation, when it is about one.
    pub conversation: Option<ConversationId>,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its type name.
    pub kind: String,
    /// The logical instant of the decision.
    pub at: Timestamp,
    /// Where it stands in the timeline.
    pub shown_at: Timestamp,
    /// The hash of the bytes.
    pub hash: Hash,
    /// The envelope as it was hashed.
    pub bytes: Vec<u8>,
}

/// The newest envelope of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The device's number in this database.
    pub(crate) device: i64,
    /// The hash of its newest envelope; none when it has not written yet.
    pub hash: Option<Hash>,
    /// Where that stands in the log; 0 when it has not written yet.
    pub seq: i64,
    /// How many envelopes it has written.
    pub events: u64,
}

const COLUMNS: &str =
    "e.seq, e.id, e.conversation, d.id, e.kind, e.at_ms, e.shown_at_ms, e.hash, e.bytes
    FROM event e JOIN device d ON d.n = e.device";

fn logged(row: &Row<'_>) -> rusqlite::Result<LoggedEvent> {
    Ok(LoggedEvent {
        seq: row.get(0)?,
        id: id(row, 1)?,
        conversation: id_or_none(row, 2)?,
        device: id(row, 3)?,
        kind: row.get(4)?,
        at: at(row, 5)?,
        shown_at: at(row, 6)?,
        hash: hash(row, 7)?,
        bytes: row.get(8)?,
    })
}

impl Reader<'_> {
    /// The newest envelope of a device, as committed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn chain_head(&self, device: DeviceId) -> Result<Option<Head>, StoreError> {
        Ok(self
            .statement("SELECT n, head, head_seq, events FROM device WHERE id = ?1")?
            .query_row([key(device)], |row| {
                Ok(Head {
                    device: row.get(0)?,
                    hash: crate::value::hash_or_none(row, 1)?,
                    seq: row.get(2)?,
                    events: row.get(3)?,
                })
            })
            .optional()?)
    }

    /// The heads of all devices.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn chain_heads(&self) -> Result<BTreeMap<DeviceId, Head>, StoreError> {
        let mut statement = self.statement("SELECT id, n, head, head_seq, events FROM device")?;
        let rows = statement.query_map([], |row| {
            Ok((
                id(row, 0)?,
                Head {
                    device: row.get(1)?,
                    hash: crate::value::hash_or_none(row, 2)?,
                    seq: row.get(3)?,
                    events: row.get(4)?,
                },
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The place of the newest envelope in the log; 0 for an empty log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_seq(&self) -> Result<i64, StoreError> {
        Ok(self
            .statement("SELECT coalesce(max(seq), 0) FROM event")?
            .query_row([], |row| row.get(0))?)
    }

    /// Up to `limit` envelopes that follow the place `after`, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn events_after(&self, after: i64, limit: usize) -> Result<Vec<LoggedEvent>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2"
        ))?;
        let rows = statement.query_map((after, limit as i64), logged)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One envelope by its place in the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn event_at(&self, seq: i64) -> Result<Option<LoggedEvent>, StoreError> {
        Ok(self
            .statement(&format!("SELECT {COLUMNS} WHERE e.seq = ?1"))?
            .query_row([seq], logged)
            .optional()?)
    }

    /// The envelopes of a conversation, in the order of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn events_of(&self, conversation: ConversationId) -> Result<Vec<LoggedEvent>, StoreError> {
        let mut statement =
            self.statement(&format!("SELECT {COLUMNS} WHERE e.conversation = ?1"))?;
        let rows = statement.query_map([key(conversation)], logged)?;
        let mut events: Vec<LoggedEvent> = rows.collect::<Result<_, _>>()?;
        events.sort_unstable_by_key(|event| event.seq);
        Ok(events)
    }

    /// One envelope by its identifier.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn event(&self, event: EventId) -> Result<Option<LoggedEvent>, StoreError> {
        Ok(self
            .statement(&format!("SELECT {COLUMNS} WHERE e.id = ?1"))?
            .query_row([key(event)], logged)
            .optional()?)
    }
}

impl Tx<'_> {
    /// The newest envelope of a device, with what this transaction has appended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn head(&self, device: DeviceId) -> Result<Option<Hash>, StoreError> {
        if let Some(head) = self.pending.heads.get(&key(device)) {
            return Ok(head.hash);
        }
        Ok(self.chain_head(device)?.and_then(|head| head.hash))
    }

    /// Appends an envelope and returns its place in the log.
    ///
    /// # Errors
    /// When it does not follow its device's newest envelope, is in the log already, or the
    /// database cannot be written.
    pub fn append(&mut self, event: &SealedEvent<'_>) -> Result<i64, StoreError> {
        let device = key(event.device);
        let mut head = match self.pending.heads.get(&device) {
            Some(head) => *head,
            None => match self.chain_head(event.device)? {
                Some(head) => head,
                None => self.first_head(event.device)?,
            },
        };
        if head.hash != event.prev {
            return Err(StoreError::BrokenChain {
                device: event.device.to_string(),
            });
        }
        let inserted = self
            .statement(
                "INSERT INTO event
                     (id, conversation, device, kind, at_ms, shown_at_ms, hash, bytes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute((
                key(event.id),
                event.conversation.map(key),
                head.device,
                event.kind,
                event.at.0,
                event.shown_at.0,
                event.hash.0,
                event.bytes,
            ))?;
        if inserted == 0 {
            return Err(StoreError::DuplicateEvent {
                id: event.id.to_string(),
            });
        }
        head.seq = self.connection.last_insert_rowid();
        head.hash = Some(event.hash);
        head.events = head.events.saturating_add(1);
        self.pending.heads.insert(device, head);
        Ok(head.seq)
    }

    fn first_head(&self, device: DeviceId) -> Result<Head, StoreError> {
        self.statement("INSERT INTO device (id) VALUES (?1)")?
            .execute([key(device)])?;
        Ok(Head {
            device: self.connection.last_insert_rowid(),
            ..Head::default()
        })
    }

    pub(crate) fn flush_heads(&mut self) -> Result<(), StoreError> {
        for head in std::mem::take(&mut self.pending.heads).into_values() {
            self.statement("UPDATE device SET head = ?2, head_seq = ?3, events = ?4 WHERE n = ?1")?
                .execute((
                    head.device,
                    head.hash.map(|hash| hash.0),
                    head.seq,
                    head.events as i64,
                ))?;
        }
        Ok(())
    }
}
