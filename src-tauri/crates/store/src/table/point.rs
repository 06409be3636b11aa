//! Decision points in columns, so that a whole history can be decided again in a moment. They are
//! made of the decision records: a chunk is sealed when it is full, and what comes after the last
//! one is read from the records themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use baton_core::ids::{ConversationId, Id as _};
use baton_core::rules::EventKind;
use baton_core::rules::facts::SnapshotError;
use baton_core::rules::facts::chunk::{
    CHUNK, Chunk, ChunkBuilder, Column, ColumnKey, Point, Wanted,
};
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::key;
use crate::writer::Tx;

/// Chunks that one transaction seals at most, so that nobody waits for a long history.
const SEALED_AT_ONCE: usize = 4;

/// The number of the head among the columns of a chunk.
const HEAD: i64 = 0;

/// Columns a chunk can have.
const WIDTH: i64 = 1 << 16;

/// A sealed chunk.
struct Sealed {
    n: i64,
    first_seq: i64,
    last_seq: i64,
    points: usize,
}

/// Some columns of a sealed chunk, without what stands in its head.
#[derive(Debug)]
pub struct PointColumns {
    /// The places in the log of its first and its last point.
    pub ends: (i64, i64),
    /// The columns that were wanted and that it has.
    pub columns: BTreeMap<ColumnKey, Column>,
}

fn damaged(_: SnapshotError) -> StoreError {
    StoreError::Damaged {
        what: "a column of decision points cannot be read".to_owned(),
    }
}

impl Reader<'_> {
    /// Gives every decision point after a place in the log to `each`, chunk by chunk in the order
    /// of the log, with the facts that are wanted, until it breaks off.
    ///
    /// # Errors
    /// Whatever `each` returns, or the store when the database cannot be read.
    pub fn points<E: From<StoreError>>(
        &self,
        after: i64,
        wanted: &Wanted,
        mut each: impl FnMut(Chunk) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let facts = self.point_facts()?;
        let mut last = after;
        while let Some(sealed) = self.chunk_after(last)? {
            last = sealed.last_seq;
            let chunk = self.sealed_chunk(&sealed, &facts, wanted)?;
            if each(chunk)?.is_break() {
                return Ok(());
            }
        }
        loop {
            let chunk = self.open_chunk(last, i64::MAX)?;
            let Some(newest) = chunk.seq.last() else {
                return Ok(());
            };
            last = *newest;
            let chunk = Chunk {
                columns: chunk
                    .columns
                    .into_iter()
                    // What was decided is at hand, and nowhere else to be had.
                    .filter(|(key, _)| wanted.has(key) || *key == ColumnKey::Conclusion)
                    .collect(),
                ..chunk
            };
            if each(chunk)?.is_break() {
                return Ok(());
            }
        }
    }

    /// Gives the columns that are wanted of every sealed chunk up to a place in the log, in the order
    /// of the log, until it breaks off: for whoever knows the points already.
    ///
    /// # Errors
    /// Whatever `each` returns, or the store when the database cannot be read.
    pub fn point_columns<E: From<StoreError>>(
        &self,
        until: i64,
        wanted: &Wanted,
        mut each: impl FnMut(PointColumns) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let facts = self.point_facts()?;
        let mut last = 0;
        while let Some(sealed) = self.chunk_after(last)? {
            last = sealed.last_seq;
            if last > until {
                break;
            }
            let some = PointColumns {
                ends: (sealed.first_seq, sealed.last_seq),
                columns: self.columns(&sealed, sealed.points, &facts, wanted)?,
            };
            if each(some)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// What was decided in the sealed chunk that begins at a place in the log; none when there is no
    /// such chunk.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn point_conclusions(&self, first: i64) -> Result<Option<Column>, StoreError> {
        let sealed = self.chunk_after(first.saturating_sub(1))?;
        let Some(sealed) = sealed.filter(|sealed| sealed.first_seq == first) else {
            return Ok(None);
        };
        let wanted = Wanted::Some([ColumnKey::Conclusion].into());
        let mut found = self.columns(&sealed, sealed.points, &self.point_facts()?, &wanted)?;
        Ok(found.remove(&ColumnKey::Conclusion))
    }

    /// How many decision points there are after a place in the log; a full count of what is not
    /// sealed yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn points_count(&self, after: i64) -> Result<u64, StoreError> {
        let sealed: (u64, i64) = self
            .statement(
                "SELECT coalesce(sum(points), 0), coalesce(max(last_seq), 0) FROM point_chunk
                 WHERE last_seq > ?1",
            )?
            .query_row([after], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let open: u64 = self
            .statement("SELECT count(*) FROM decision WHERE seq > ?1")?
            .query_row([sealed.1.max(after)], |row| row.get(0))?;
        Ok(sealed.0 + open)
    }

    /// The place in the log of the last decision point that stands in a sealed chunk; 0 when there
    /// is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn points_sealed(&self) -> Result<i64, StoreError> {
        self.last_sealed()
    }

    /// What the message that an event recorded says, without quotes and signature, and its subject;
    /// none when it was erased.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn words_at(&self, seq: i64) -> Result<Option<(String, String)>, StoreError> {
        let document = self
            .statement("SELECT document FROM message WHERE seq = ?1")?
            .query_row([seq], |row| crate::value::hash(row, 0))
            .optional()?;
        let Some(document) = document else {
            return Ok(None);
        };
        Ok(self
            .document(document)?
            .map(|document| (document.shown_text().to_owned(), document.subject)))
    }

    /// The points of one conversation up to a place in the log, from their records; as many of the
    /// newest as a chunk holds.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn points_of(&self, conversation: ConversationId, until: i64) -> Result<Chunk, StoreError> {
        let mut decisions =
            self.decisions_of(conversation, Some(until.saturating_add(1)), CHUNK)?;
        decisions.reverse();
        let mut builder = ChunkBuilder::default();
        for decision in &decisions {
            let Some(event) = EventKind::find(&decision.on) else {
                continue;
            };
            builder.push(&Point {
                seq: decision.seq,
                conversation,
                at: decision.at,
                event,
                message: self.message_before(decision.seq, conversation)?,
                record: &decision.record,
            });
        }
        Ok(builder.finish())
    }

    /// The last message before a place in the log, when it is of a conversation.
    fn message_before(
        &self,
        seq: i64,
        conversation: ConversationId,
    ) -> Result<Option<i64>, StoreError> {
        let found: Option<(i64, ConversationId)> = self
            .statement(
                "SELECT m.seq, c.id FROM message m JOIN conversation c ON c.n = m.conversation
                 WHERE m.seq <= ?1 ORDER BY m.seq DESC LIMIT 1",
            )?
            .query_row([seq], |row| Ok((row.get(0)?, crate::value::id(row, 1)?)))
            .optional()?;
        Ok(found
            .filter(|(_, of)| of.bits() == conversation.bits())
            .map(|(seq, _)| seq))
    }

    /// What the last message of a conversation before a place in the log says: the one that was
    /// decided about there. None when there is none, or when it was erased.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn text_before(
        &self,
        conversation: ConversationId,
        seq: i64,
    ) -> Result<Option<String>, StoreError> {
        let Some(number) = self.conversation_number(conversation)? else {
            return Ok(None);
        };
        let found = self
            .statement(
                "SELECT seq FROM message WHERE conversation = ?1 AND seq < ?2
                 ORDER BY n DESC LIMIT 1",
            )?
            .query_row((number, seq), |row| row.get(0))
            .optional()?;
        match found {
            Some(seq) => Ok(self.words_at(seq)?.map(|(text, _)| text)),
            None => Ok(None),
        }
    }

    fn chunk_after(&self, seq: i64) -> Result<Option<Sealed>, StoreError> {
        Ok(self
            .statement(
                "SELECT n, first_seq, last_seq, points FROM point_chunk
                 WHERE last_seq > ?1 ORDER BY last_seq LIMIT 1",
            )?
            .query_row([seq], |row| {
                Ok(Sealed {
                    n: row.get(0)?,
                    first_seq: row.get(1)?,
                    last_seq: row.get(2)?,
                    points: usize::try_from(row.get::<_, i64>(3)?).unwrap_or_default(),
                })
            })
            .optional()?)
    }

    fn last_sealed(&self) -> Result<i64, StoreError> {
        Ok(self
            .statement("SELECT coalesce(max(last_seq), 0) FROM point_chunk")?
            .query_row([], |row| row.get(0))?)
    }

    /// The facts that have columns; those of a newer version are left out.
    fn point_facts(&self) -> Result<BTreeMap<i64, ColumnKey>, StoreError> {
        let mut statement = self.statement("SELECT n, name FROM point_fact")?;
        let mut rows = statement.query([])?;
        let mut facts = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let name = row.get_ref(1)?.as_str().unwrap_or_default();
            if let Some(key) = ColumnKey::read(name) {
                facts.insert(row.get(0)?, key);
            }
        }
        Ok(facts)
    }

    fn sealed_chunk(
        &self,
        sealed: &Sealed,
        facts: &BTreeMap<i64, ColumnKey>,
        wanted: &Wanted,
    ) -> Result<Chunk, StoreError> {
        let first = sealed.n * WIDTH;
        let mut one = self.statement("SELECT bytes FROM point_column WHERE key = ?1")?;
        let head = one
            .query_row([first + HEAD], |row| {
                Ok(Chunk::unpack_head(
                    row.get_ref(0)?.as_blob().unwrap_or_default(),
                ))
            })
            .optional()?;
        let mut chunk = head
            .unwrap_or(Err(SnapshotError::CutOff))
            .map_err(damaged)?;
        let rows = chunk.rows();
        if *wanted == Wanted::All {
            let mut all = self.statement(
                "SELECT key, bytes FROM point_column WHERE key > ?1 AND key < ?2 ORDER BY key",
            )?;
            let mut found = all.query([first + HEAD, first + WIDTH])?;
            while let Some(row) = found.next()? {
                let number = row.get::<_, i64>(0)? - first;
                if let Some(fact) = facts.get(&number) {
                    let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
                    let column = Column::unpack(bytes, rows).map_err(damaged)?;
                    chunk.columns.insert(fact.clone(), column);
                }
            }
            return Ok(chunk);
        }
        drop(one);
        chunk.columns = self.columns(sealed, rows, facts, wanted)?;
        Ok(chunk)
    }

    fn columns(
        &self,
        sealed: &Sealed,
        rows: usize,
        facts: &BTreeMap<i64, ColumnKey>,
        wanted: &Wanted,
    ) -> Result<BTreeMap<ColumnKey, Column>, StoreError> {
        let mut one = self.statement("SELECT bytes FROM point_column WHERE key = ?1")?;
        let mut columns = BTreeMap::new();
        for (number, fact) in facts.iter().filter(|(_, fact)| wanted.has(fact)) {
            let column = one
                .query_row([sealed.n * WIDTH + number], |row| {
                    Ok(Column::unpack(
                        row.get_ref(0)?.as_blob().unwrap_or_default(),
                        rows,
                    ))
                })
                .optional()?;
            if let Some(column) = column {
                columns.insert(fact.clone(), column.map_err(damaged)?);
            }
        }
        Ok(columns)
    }

    /// The points after one place in the log and up to another, as many as a chunk holds, from
    /// their records.
    pub(crate) fn open_chunk(&self, after: i64, until: i64) -> Result<Chunk, StoreError> {
        let mut builder = ChunkBuilder::default();
        let mut decisions = self.statement(
            "SELECT seq, conversation, at_ms, trigger, record FROM decision
             WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
        )?;
        let mut decisions = decisions.query((after, until, CHUNK as i64))?;
        let mut messages: Option<Messages> = None;
        while let Some(row) = decisions.next()? {
            let seq: i64 = row.get(0)?;
            let conversation: ConversationId = crate::value::id(row, 1)?;
            let trigger = row.get_ref(3)?.as_str().unwrap_or_default();
            let Some(event) = EventKind::find(trigger) else {
                // Of a newer version; nothing here can decide it again.
                continue;
            };
            if messages
                .as_ref()
                .is_none_or(|messages| !messages.reach(seq))
            {
                messages = Some(self.messages_from(seq)?);
            }
            let message = messages
                .as_ref()
                .and_then(|messages| messages.of(seq, conversation));
            builder.push(&Point {
                seq,
                conversation,
                at: Timestamp(row.get(2)?),
                event,
                message,
                record: row.get_ref(4)?.as_blob().unwrap_or_default(),
            });
        }
        Ok(builder.finish())
    }

    /// The messages from the last one before a place in the log on.
    fn messages_from(&self, seq: i64) -> Result<Messages, StoreError> {
        let first: i64 = self
            .statement("SELECT seq FROM message WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([seq], |row| row.get(0))
            .optional()?
            .unwrap_or(seq);
        let mut statement = self.statement(
            "SELECT m.seq, c.id FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.seq >= ?1 ORDER BY m.seq LIMIT ?2",
        )?;
        let rows = statement.query_map((first, CHUNK as i64), |row| {
            Ok((row.get(0)?, crate::value::id(row, 1)?))
        })?;
        let found: Vec<(i64, ConversationId)> = rows.collect::<Result<_, _>>()?;
        let all = found.len() < CHUNK;
        Ok(Messages { found, all })
    }
}

/// Messages in the order of the log.
struct Messages {
    found: Vec<(i64, ConversationId)>,
    /// Whether there is none after them.
    all: bool,
}

impl Messages {
    /// Whether the last message before a place in the log is among them.
    fn reach(&self, seq: i64) -> bool {
        self.all || self.found.last().is_some_and(|(last, _)| *last >= seq)
    }

    /// The message that was decided on: the events of one command stand together, so it is the
    /// last one before the decision, when that is of the same conversation.
    fn of(&self, seq: i64, conversation: ConversationId) -> Option<i64> {
        let after = self.found.partition_point(|(known, _)| *known <= seq);
        let (known, of) = self.found.get(after.checked_sub(1)?)?;
        (of.bits() == conversation.bits()).then_some(*known)
    }
}

impl Tx<'_> {
    /// Seals the chunks that are full by now.
    pub(crate) fn flush_points(&mut self) -> Result<(), StoreError> {
        let added = std::mem::take(&mut self.pending.decisions);
        if added == 0 {
            return Ok(());
        }
        let open = match self.known.open_points {
            Some(open) => open + added,
            None => self.unsealed()?,
        };
        self.known.open_points = Some(open);
        if open >= CHUNK {
            self.seal_points(SEALED_AT_ONCE)?;
        }
        Ok(())
    }

    /// Seals up to so many full chunks.
    pub(crate) fn seal_points(&mut self, most: usize) -> Result<(), StoreError> {
        for _ in 0..most {
            let last = self.last_sealed()?;
            let chunk = self.open_chunk(last, i64::MAX)?;
            if chunk.rows() < CHUNK {
                break;
            }
            self.put_chunk(None, &chunk)?;
        }
        self.known.open_points = Some(self.unsealed()?);
        Ok(())
    }

    /// The number of decisions after the last sealed one, as far as a chunk.
    fn unsealed(&self) -> Result<usize, StoreError> {
        let last = self.last_sealed()?;
        let found: u64 = self
            .statement("SELECT count(*) FROM (SELECT 1 FROM decision WHERE seq > ?1 LIMIT ?2)")?
            .query_row((last, CHUNK as i64), |row| row.get(0))?;
        Ok(usize::try_from(found).unwrap_or(CHUNK))
    }

    pub(crate) fn put_chunk(
        &mut self,
        number: Option<i64>,
        chunk: &Chunk,
    ) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (chunk.seq.first(), chunk.seq.last()) else {
            return Ok(());
        };
        self.statement(
            "INSERT INTO point_chunk (n, first_seq, last_seq, points) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (n) DO UPDATE SET first_seq = excluded.first_seq,
                 last_seq = excluded.last_seq, points = excluded.points",
        )?
        .execute((number, first, last, chunk.rows() as i64))?;
        let number = number.unwrap_or_else(|| self.connection.last_insert_rowid());
        let key = number * WIDTH;
        let mut put = self.statement("INSERT INTO point_column (key, bytes) VALUES (?1, ?2)")?;
        put.execute((key + HEAD, chunk.pack_head()))?;
        for (fact, column) in &chunk.columns {
            let fact = self.fact_number(&fact.to_string())?;
            put.execute((key + fact, column.pack()))?;
        }
        Ok(())
    }

    fn fact_number(&self, name: &str) -> Result<i64, StoreError> {
        let known = self
            .statement("SELECT n FROM point_fact WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        self.statement("INSERT INTO point_fact (name) VALUES (?1)")?
            .execute([name])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Makes the chunks that hold a conversation anew, after its records were erased.
    pub(crate) fn forget_points(&mut self, conversation: ConversationId) -> Result<(), StoreError> {
        let decisions: Vec<i64> = {
            let mut statement =
                self.statement("SELECT seq FROM decision WHERE conversation = ?1 ORDER BY seq")?;
            let rows = statement.query_map([key(conversation)], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut touched = BTreeSet::new();
        for seq in decisions {
            let Some(sealed) = self.chunk_after(seq - 1)? else {
                break;
            };
            if sealed.first_seq <= seq && touched.insert(sealed.n) {
                let chunk = self.open_chunk(sealed.first_seq - 1, sealed.last_seq)?;
                self.statement("DELETE FROM point_column WHERE key >= ?1 AND key < ?2")?
                    .execute([sealed.n * WIDTH, (sealed.n + 1) * WIDTH])?;
                self.put_chunk(Some(sealed.n), &chunk)?;
                self.forget_point_matches(sealed.first_seq)?;
            }
        }
        Ok(())
    }
}
