//! Searches kept under a name.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::writer::Tx;

/// A search kept under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number.
    pub n: i64,
    /// Whose it is; empty for the whole team's.
    pub owner: String,
    /// The name shown.
    pub name: String,
    /// The query as typed.
    pub query: String,
    /// Its place in the list.
    pub position: u32,
}

impl Reader<'_> {
    /// The saved searches of a person followed by the team's, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn saved_searches(&self, owner: &str) -> Result<Vec<SavedSearch>, StoreError> {
        let mut found = Vec::new();
        let owners: &[&str] = if owner.is_empty() {
            &[""]
        } else {
            &[owner, ""]
        };
        for owner in owners {
            let mut statement = self.statement(
                "SELECT n, owner, name, query, position FROM saved_search
                 WHERE owner = ?1 ORDER BY position, n",
            )?;
            let rows = statement.query_map([owner], |row| {
                Ok(SavedSearch {
                    n: row.get(0)?,
                    owner: row.get(1)?,
                    name: row.get(2)?,
                    query: row.get(3)?,
                    position: row.get(4)?,
                })
            })?;
            for row in rows {
                found.push(row?);
            }
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Keeps a search and returns its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_saved_search(
        &mut self,
        owner: &str,
        name: &str,
        query: &str,
        position: u32,
    ) -> Result<i64, StoreError> {
        self.statement(
            "INSERT INTO saved_search (owner, name, query, position) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((owner, name, query, position))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Changes a kept search; returns whether there is one of that number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn change_saved_search(&mut self, search: &SavedSearch) -> Result<bool, StoreError> {
        let changed = self
            .statement(
                "UPDATE saved_search SET owner = ?2, name = ?3, query = ?4, position = ?5
                 WHERE n = ?1",
            )?
            .execute((
                search.n,
                &search.owner,
                &search.name,
                &search.query,
                search.position,
            ))?;
        Ok(changed > 0)
    }

    /// Drops a kept search; returns whether there was one of that number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_saved_search(&mut self, n: i64) -> Result<bool, StoreError> {
        let dropped = self
            .statement("DELETE FROM saved_search WHERE n = ?1")?
            .execute([n])?;
        Ok(dropped > 0)
    }
}
