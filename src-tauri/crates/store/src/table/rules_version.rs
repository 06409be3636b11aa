//! The history of the rules: each time that a version was put in force.

use baton_core::hash::Hash;
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::decision::Ruleset;
use crate::value::{at, at_or_none, from_json, hash, to_json};
use crate::writer::Tx;

/// One time that a version of the rules was put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesVersion {
    /// Its place in the history; later ones have larger places.
    pub place: i64,
    /// The version.
    pub ruleset: Hash,
    /// When.
    pub at: Timestamp,
    /// Who; empty when nobody at a desk did.
    pub author: String,
    /// Where it came from: `first`, `file`, `saved`, `status` or `ceiling`.
    pub origin: String,
    /// Why.
    pub why: String,
    /// Why it was put in force although tests failed.
    pub overrode: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// Rules that came.
    pub came: Vec<String>,
    /// Rules that went.
    pub went: Vec<String>,
    /// Rules that changed.
    pub changed: Vec<String>,
}

const COLUMNS: &str =
    "place, ruleset, at_ms, author, origin, why, overrode, approver, came, went, changed
    FROM rules_version";

fn version(row: &Row<'_>) -> Result<RulesVersion, StoreError> {
    let names = |column: usize| -> Result<Vec<String>, StoreError> {
        let text: String = row.get(column)?;
        from_json("rules of a version", text.as_bytes())
    };
    Ok(RulesVersion {
        place: row.get(0)?,
        ruleset: hash(row, 1)?,
        at: at(row, 2)?,
        author: row.get(3)?,
        origin: row.get(4)?,
        why: row.get(5)?,
        overrode: row.get(6)?,
        approver: row.get(7)?,
        came: names(8)?,
        went: names(9)?,
        changed: names(10)?,
    })
}

impl Reader<'_> {
    /// The version of the rules in force.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn active_ruleset(&self) -> Result<Option<Ruleset>, StoreError> {
        Ok(self
            .statement(
                "SELECT r.hash, r.text, r.first_at_ms, v.at_ms
                 FROM rules_version v JOIN ruleset r ON r.hash = v.ruleset
                 WHERE v.place = (SELECT max(place) FROM rules_version)",
            )?
            .query_row([], |row| {
                Ok(Ruleset {
                    hash: hash(row, 0)?,
                    text: row.get(1)?,
                    first_at: at(row, 2)?,
                    activated_at: at_or_none(row, 3)?,
                })
            })
            .optional()?)
    }

    /// The history of the rules before a place, or from the newest when none is given.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rules_versions(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RulesVersion>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE place < ?1 ORDER BY place DESC LIMIT ?2"
        ))?;
        let before = before.unwrap_or(i64::MAX);
        let rows = statement.query_and_then((before, limit as i64), version)?;
        rows.collect()
    }
}

impl Tx<'_> {
    /// Adds to the history that a version was put in force; its place is given by the table.
    ///
    /// # Errors
    /// When the version was not kept before, or the database cannot be written.
    pub fn put_in_force(&mut self, version: &RulesVersion) -> Result<i64, StoreError> {
        let found = self
            .statement("UPDATE ruleset SET activated_at_ms = ?2 WHERE hash = ?1")?
            .execute((version.ruleset.0, version.at.0))?;
        if found == 0 {
            return Err(StoreError::missing("ruleset", version.ruleset));
        }
        self.statement(
            "INSERT INTO rules_version
             (ruleset, at_ms, author, origin, why, overrode, approver, came, went, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            version.ruleset.0,
            version.at.0,
            &version.author,
            &version.origin,
            &version.why,
            &version.overrode,
            &version.approver,
            to_json("rules of a version", &version.came)?,
            to_json("rules of a version", &version.went)?,
            to_json("rules of a version", &version.changed)?,
        ))?;
        Ok(self.connection.last_insert_rowid())
    }
}
