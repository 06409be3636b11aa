//! Settings of the workspace.

use rusqlite::OptionalExtension as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{from_json, to_json};
use crate::writer::Tx;

impl Reader<'_> {
    /// The value of a setting; none when it was never set.
    ///
    /// # Errors
    /// When the database cannot be read or the value has another shape.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.statement("SELECT value FROM setting WHERE key = ?1")?
            .query_row([key], |row| row.get::<_, String>(0))
            .optional()?
            .map(|value| from_json("setting", value.as_bytes()))
            .transpose()
    }
}

impl Tx<'_> {
    /// Sets a setting.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_setting<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), StoreError> {
        let value = to_json("setting", value)?;
        self.statement(
            "INSERT INTO setting (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute((key, value))?;
        Ok(())
    }

    /// Goes back to the default of a setting.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn clear_setting(&mut self, key: &str) -> Result<(), StoreError> {
        // It may hold somebody's words, on pages that would be free with the words in them.
        let before = self.overwrite_deleted(true)?;
        self.statement("DELETE FROM setting WHERE key = ?1")?
            .execute([key])?;
        self.overwrite_deleted(before)?;
        Ok(())
    }
}
