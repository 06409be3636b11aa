//! How far each file of an import has been taken in.

use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::writer::Tx;

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportFile {
    /// The import it belongs to: its format and what it was asked to read.
    pub source: String,
    /// The file.
    pub file: String,
    /// Its size when it was read, to see whether it has changed since.
    pub size: u64,
    /// When it had last been modified then.
    pub modified_ms: i64,
    /// Up to which byte it has been taken in.
    pub read_to: u64,
    /// How many messages that were.
    pub messages: u64,
    /// Whether it has been taken in to its end.
    pub finished: bool,
}

fn import_file(row: &Row<'_>) -> rusqlite::Result<ImportFile> {
    Ok(ImportFile {
        source: row.get(0)?,
        file: row.get(1)?,
        size: row.get(2)?,
        modified_ms: row.get(3)?,
        read_to: row.get(4)?,
        messages: row.get(5)?,
        finished: row.get(6)?,
    })
}

impl Reader<'_> {
    /// How far a file of an import has been taken in; none when it was not begun.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn import_file(&self, source: &str, file: &str) -> Result<Option<ImportFile>, StoreError> {
        Ok(self
            .statement(
                "SELECT source, file, size, modified_ms, read_to, messages, finished
                 FROM import_file WHERE source = ?1 AND file = ?2",
            )?
            .query_row([source, file], import_file)
            .optional()?)
    }
}

impl Tx<'_> {
    /// Notes how far a file of an import has been taken in, in the transaction that takes it in.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_import_file(
        &mut self,
        file: &ImportFile,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO import_file
                 (source, file, size, modified_ms, read_to, messages, finished, changed_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (source, file) DO UPDATE SET
                 size = excluded.size, modified_ms = excluded.modified_ms,
                 read_to = excluded.read_to, messages = excluded.messages,
                 finished = excluded.finished, changed_at_ms = excluded.changed_at_ms",
        )?
        .execute(rusqlite::params![
            file.source,
            file.file,
            file.size as i64,
            file.modified_ms,
            file.read_to as i64,
            file.messages as i64,
            file.finished,
            now.0,
        ])?;
        Ok(())
    }
}
