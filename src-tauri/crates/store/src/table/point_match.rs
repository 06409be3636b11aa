//! What rules that look for words found in sealed chunks of decision points.

use baton_core::hash::Hash;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::hash;
use crate::writer::Tx;

/// Findings that are kept at most; the table begins anew when there are more.
const KEPT: i64 = 200_000;

/// What a rule found in a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointMatch {
    /// The first place in the log of the chunk.
    pub chunk: i64,
    /// What the rule says, by hash.
    pub rule: Hash,
    /// In which state of the chunk.
    pub state: i64,
    /// Where it matched, packed.
    pub bits: Vec<u8>,
}

impl Reader<'_> {
    /// What rules found in a chunk that begins at a place in the log and is in a state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn point_matches(&self, chunk: i64, state: i64) -> Result<Vec<PointMatch>, StoreError> {
        let mut statement = self.statement(
            "SELECT rule, bits FROM point_match WHERE chunk = ?1 AND state = ?2 ORDER BY rule",
        )?;
        let rows = statement.query_map((chunk, state), |row| {
            Ok(PointMatch {
                chunk,
                rule: hash(row, 0)?,
                state,
                bits: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps what rules found.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put_point_matches(&mut self, found: &[PointMatch]) -> Result<(), StoreError> {
        let kept: i64 = self
            .statement("SELECT count(*) FROM point_match")?
            .query_row([], |row| row.get(0))?;
        if kept > KEPT {
            self.statement("DELETE FROM point_match")?.execute([])?;
        }
        let mut put = self.statement(
            "INSERT INTO point_match (chunk, rule, state, bits) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (chunk, rule) DO UPDATE SET state = excluded.state, bits = excluded.bits",
        )?;
        for one in found {
            put.execute((one.chunk, one.rule.0, one.state, &one.bits))?;
        }
        Ok(())
    }

    /// Forgets what was found in a chunk.
    pub(crate) fn forget_point_matches(&mut self, chunk: i64) -> Result<(), StoreError> {
        self.statement("DELETE FROM point_match WHERE chunk = ?1")?
            .execute([chunk])?;
        Ok(())
    }
}
