//! Figures for the health page, and the little that must be done now and then.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::listing::Place;
use crate::writer::Writer;

/// How large a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Events in the log.
    pub events: u64,
    /// Conversations.
    pub conversations: u64,
    /// Messages and notes.
    pub messages: u64,
    /// Effects that wait to be done.
    pub effects_waiting: u64,
    /// Effects that are under way.
    pub effects_running: u64,
    /// Bytes of the database file.
    pub file_bytes: u64,
    /// Bytes in it that are free.
    pub free_bytes: u64,
    /// Steps of the schema taken.
    pub schema_step: u32,
}

impl Reader<'_> {
    /// Figures for the health page.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        let number = |sql: &str| -> Result<u64, StoreError> {
            Ok(self.statement(sql)?.query_row([], |row| row.get(0))?)
        };
        let page = number("PRAGMA page_size")?;
        Ok(Stats {
            events: u64::try_from(self.last_seq()?).unwrap_or_default(),
            conversations: self.count(&Place::All)?.conversations,
            messages: number("SELECT count(*) FROM message")?,
            effects_waiting: number("SELECT count(*) FROM effect WHERE state = 'pending'")?,
            effects_running: number("SELECT count(*) FROM effect WHERE state = 'running'")?,
            file_bytes: number("PRAGMA page_count")? * page,
            free_bytes: number("PRAGMA freelist_count")? * page,
            schema_step: self
                .statement("SELECT coalesce(max(step), 0) FROM schema_step")?
                .query_row([], |row| row.get(0))?,
        })
    }
}

impl Writer {
    /// Brings the search indexes into their fastest form and forgets erased words in them for good;
    /// good after an import or an erasure, takes a while.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn optimize_search(&mut self) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.connection
                .execute("INSERT INTO search (search) VALUES ('optimize')", [])?;
            tx.connection
                .execute("INSERT INTO knowledge (knowledge) VALUES ('optimize')", [])?;
            Ok(())
        })
    }
}
