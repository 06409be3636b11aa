//! Whether everything holds: the database, and the chain of each device.

use std::collections::BTreeMap;

use baton_core::conversation::Conversation;
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DeviceId, EventId};
use serde::Deserialize;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::event::LoggedEvent;
use crate::value::id;
use crate::writer::Writer;

/// What a check of the log found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogReport {
    /// How many envelopes were checked.
    pub events: u64,
    /// The hash of each device's newest envelope.
    pub heads: BTreeMap<DeviceId, Hash>,
    /// What does not hold.
    pub problems: Vec<LogProblem>,
}

/// Something in the log that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq}: {what}")]
pub struct LogProblem {
    /// The place in the log; 0 when it is about a device's head.
    pub seq: i64,
    /// What does not hold.
    pub what: LogFault,
}

/// What can be wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The bytes are not those that were hashed.
    #[error("the bytes are not those that were hashed")]
    Altered,
    /// It does not name the envelope before it: one is missing, or stands elsewhere.
    #[error("it does not follow the device's envelope before it")]
    NotInOrder,
    /// The row says something else than the envelope in it.
    #[error("the row and the envelope in it differ")]
    RowDiffers,
    /// A number is missing before it.
    #[error("an entry before it is missing")]
    Gap,
    /// The place where it stands is damaged.
    #[error("it cannot be read: its place in the file is damaged")]
    Unreadable,
    /// The remembered head of a device is not its newest envelope.
    #[error("the remembered head of a device is not its newest envelope")]
    WrongHead,
}

/// Envelopes read at a time.
const PAGE: usize = 1_000;

/// What the chain needs of an envelope; other fields may be anything.
#[derive(Deserialize)]
struct Link {
    id: EventId,
    node: DeviceId,
    #[serde(default)]
    prev: Option<Hash>,
}

impl Reader<'_> {
    /// Checks every envelope against its hash, its row and its device's chain, and shows each to
    /// `look`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn verify_log(&self, mut look: impl FnMut(&LoggedEvent)) -> Result<LogReport, StoreError> {
        let mut report = LogReport::default();
        let mut last = 0;
        let mut from = Some(0);
        while let Some(after) = from {
            let stretch = self.events_left(after, PAGE)?;
            let mut damaged = stretch.damaged.iter().copied().peekable();
            for event in &stretch.events {
                while let Some(seq) = damaged.next_if(|&seq| seq < event.seq) {
                    report.follow(&mut last, seq);
                    report.note(seq, LogFault::Unreadable);
                }
                report.follow(&mut last, event.seq);
                report.check(event);
                look(event);
            }
            for seq in damaged {
                report.follow(&mut last, seq);
                report.note(seq, LogFault::Unreadable);
            }
            from = stretch.next;
        }
        for (device, head) in self.chain_heads()? {
            if head.hash != report.heads.get(&device).copied() {
                report.note(0, LogFault::WrongHead);
            }
        }
        Ok(report)
    }

    /// The conversations whose stored state cannot be read.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn unreadable_conversations(&self) -> Result<Vec<ConversationId>, StoreError> {
        let mut found = Vec::new();
        let mut all = self
            .connection
            .prepare("SELECT id, state FROM conversation")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let state = row.get_ref(1)?.as_blob().unwrap_or_default();
            if serde_json::from_slice::<Conversation>(state).is_err() {
                found.push(id(row, 0)?);
            }
        }
        Ok(found)
    }

    /// Checks the whole log, and gives the envelopes of a conversation on the way, each with its
    /// number in the chain of its device.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn prove(
        &self,
        conversation: ConversationId,
    ) -> Result<(LogReport, Vec<(u64, LoggedEvent)>), StoreError> {
        let mut found = Vec::new();
        let mut written: BTreeMap<DeviceId, u64> = BTreeMap::new();
        let report = self.verify_log(|event| {
            let number = written.entry(event.device).or_default();
            *number += 1;
            if event.conversation == Some(conversation) {
                found.push((*number, event.clone()));
            }
        })?;
        Ok((report, found))
    }

    /// Checks the structure of the database and its references; an empty list means that all is
    /// well. Takes a while on a large workspace.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn verify_database(&self) -> Result<Vec<String>, StoreError> {
        let mut problems = Vec::new();
        let mut check = self.connection.prepare("PRAGMA integrity_check(100)")?;
        let found = check.query_map([], |row| row.get::<_, String>(0))?;
        for line in found {
            match line? {
                fine if fine == "ok" => {}
                problem => problems.push(problem),
            }
        }
        let mut check = self.connection.prepare("PRAGMA foreign_key_check")?;
        let found = check.query_map([], |row| {
            Ok(format!(
                "a row of {} refers to a missing row of {}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?;
        for problem in found.take(100) {
            problems.push(problem?);
        }
        Ok(problems)
    }
}

impl LogReport {
    fn note(&mut self, seq: i64, what: LogFault) {
        self.problems.push(LogProblem { seq, what });
    }

    /// Goes on to the next place that holds something.
    fn follow(&mut self, last: &mut i64, seq: i64) {
        if seq != *last + 1 {
            self.note(seq, LogFault::Gap);
        }
        *last = seq;
    }

    fn check(&mut self, event: &LoggedEvent) {
        self.events += 1;
        if Hash::of(&event.bytes) != event.hash {
            self.note(event.seq, LogFault::Altered);
        }
        match serde_json::from_slice::<Link>(&event.bytes) {
            Ok(link) => {
                if link.id != event.id || link.node != event.device {
                    self.note(event.seq, LogFault::RowDiffers);
                }
                if link.prev != self.heads.get(&event.device).copied() {
                    self.note(event.seq, LogFault::NotInOrder);
                }
            }
            Err(_) => self.note(event.seq, LogFault::RowDiffers),
        }
        self.heads.insert(event.device, event.hash);
    }
}

impl Writer {
    /// Checks the search index, which only the writing connection can do.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it does not hold together; [`Writer::rebuild`] mends it.
    pub fn verify_search(&mut self) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.connection
                .execute("INSERT INTO search (search) VALUES ('integrity-check')", [])?;
            Ok(())
        })
    }
}
