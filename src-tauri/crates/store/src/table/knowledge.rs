//! What answers are taken from, cut into passages.

use baton_core::hash::Hash;
use baton_core::knowledge::passage::Passage;
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::fold::{MARK, spaced};
use crate::value::{Word, at, at_or_none, hash, words};
use crate::writer::Tx;

/// What a passage comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnowledgeKind {
    /// A saved answer.
    Answer,
    /// A file of the team.
    Document,
    /// A web page.
    Page,
    /// What people answered in a conversation that was solved.
    Conversation,
}

words! { KnowledgeKind {
    Answer = "answer", Document = "document", Page = "page", Conversation = "conversation",
} }

impl KnowledgeKind {
    /// Every kind.
    pub const EVERY: [Self; 4] = [Self::Answer, Self::Document, Self::Page, Self::Conversation];

    /// The word under which it is stored and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.word()
    }

    /// The kind of a word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|kind| kind.word() == name)
    }

    /// The mark that every passage of the kind carries in the index.
    pub(crate) fn mark(self) -> String {
        format!("{MARK}{}", self.word())
    }
}

/// Something that answers are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnowledgeSource {
    /// Its number.
    pub n: i64,
    /// Its kind.
    pub kind: KnowledgeKind,
    /// What tells it from others of its kind.
    pub name: String,
    /// The title shown.
    pub title: String,
    /// The digest of what was read.
    pub digest: Hash,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last read.
    pub read_at: Timestamp,
    /// Why it could not be read anew since; empty when it could.
    pub problem: String,
    /// When it was removed, so that nothing of it is found.
    pub removed_at: Option<Timestamp>,
    /// How many passages it has.
    pub passages: u32,
}

/// What was read of a source.
#[derive(Debug, Clone, Copy)]
pub struct NewKnowledge<'a> {
    /// Its kind.
    pub kind: KnowledgeKind,
    /// What tells it from others of its kind.
    pub name: &'a str,
    /// The title shown.
    pub title: &'a str,
    /// The passages, in order.
    pub passages: &'a [Passage],
}

impl NewKnowledge<'_> {
    fn digest(&self) -> Hash {
        let mut parts: Vec<&[u8]> = vec![self.title.as_bytes()];
        for passage in self.passages {
            parts.push(passage.heading.as_bytes());
            parts.push(passage.text.as_bytes());
        }
        Hash::of_parts(&parts)
    }
}

const COLUMNS: &str = "s.n, s.kind, s.name, s.title, s.digest, s.added_at_ms, s.read_at_ms,
    s.problem, s.removed_at_ms,
    (SELECT count(*) FROM knowledge_passage p WHERE p.source = s.n)";

fn source(row: &Row<'_>) -> rusqlite::Result<KnowledgeSource> {
    Ok(KnowledgeSource {
        n: row.get(0)?,
        kind: KnowledgeKind::read(row, 1)?,
        name: row.get(2)?,
        title: row.get(3)?,
        digest: hash(row, 4)?,
        added_at: at(row, 5)?,
        read_at: at(row, 6)?,
        problem: row.get(7)?,
        removed_at: at_or_none(row, 8)?,
        passages: row.get(9)?,
    })
}

impl Reader<'_> {
    /// The sources of a kind that were not removed, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knowledge_sources(
        &self,
        kind: KnowledgeKind,
    ) -> Result<Vec<KnowledgeSource>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM knowledge_source s
             WHERE s.kind = ?1 AND s.removed_at_ms IS NULL ORDER BY s.name"
        ))?;
        let rows = statement.query_map([kind.word()], source)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The source of a number, also when it was removed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knowledge_source(&self, n: i64) -> Result<Option<KnowledgeSource>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {COLUMNS} FROM knowledge_source s WHERE s.n = ?1"
            ))?
            .query_row([n], source)
            .optional()?)
    }

    /// The source of a kind and name, also when it was removed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knowledge_source_named(
        &self,
        kind: KnowledgeKind,
        name: &str,
    ) -> Result<Option<KnowledgeSource>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {COLUMNS} FROM knowledge_source s WHERE s.kind = ?1 AND s.name = ?2"
            ))?
            .query_row((kind.word(), name), source)
            .optional()?)
    }

    /// How many sources of a kind there are, and how many passages they have.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knowledge_count(&self, kind: KnowledgeKind) -> Result<(u32, u32), StoreError> {
        Ok(self
            .statement(
                "SELECT count(DISTINCT s.n), count(p.n) FROM knowledge_source s
                 LEFT JOIN knowledge_passage p ON p.source = s.n
                 WHERE s.kind = ?1 AND s.removed_at_ms IS NULL",
            )?
            .query_row([kind.word()], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The passages of a source, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knowledge_passages(&self, n: i64) -> Result<Vec<Passage>, StoreError> {
        let rows = self.numbered_passages(n)?;
        Ok(rows.into_iter().map(|(_, passage)| passage).collect())
    }

    fn numbered_passages(&self, source: i64) -> Result<Vec<(i64, Passage)>, StoreError> {
        let mut statement = self.statement(
            "SELECT n, heading, text FROM knowledge_passage WHERE source = ?1 ORDER BY place",
        )?;
        let rows = statement.query_map([source], |row| {
            let passage = Passage {
                heading: row.get(1)?,
                text: row.get(2)?,
            };
            Ok((row.get(0)?, passage))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps what was read of a source in place of what was read before, and puts one back that
    /// was removed. Returns its number, and whether anything is another than before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_knowledge(
        &mut self,
        new: &NewKnowledge<'_>,
        now: Timestamp,
    ) -> Result<(i64, bool), StoreError> {
        let digest = new.digest();
        let known = self.knowledge_source_named(new.kind, new.name)?;
        if let Some(known) = &known
            && known.digest == digest
            && known.removed_at.is_none()
        {
            self.statement(
                "UPDATE knowledge_source SET read_at_ms = ?2, problem = '' WHERE n = ?1",
            )?
            .execute((known.n, now.0))?;
            return Ok((known.n, false));
        }
        if let Some(known) = known {
            self.drop_passages(known.n)?;
            self.statement(
                "UPDATE knowledge_source SET title = ?2, digest = ?3, read_at_ms = ?4,
                     problem = '', removed_at_ms = NULL
                 WHERE n = ?1",
            )?
            .execute((known.n, new.title, digest.0, now.0))?;
            self.put_passages(known.n, new)?;
            return Ok((known.n, true));
        }
        self.statement(
            "INSERT INTO knowledge_source
                 (kind, name, title, digest, added_at_ms, read_at_ms, problem, removed_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, '', NULL)",
        )?
        .execute((new.kind.word(), new.name, new.title, digest.0, now.0))?;
        let n = self.connection.last_insert_rowid();
        self.put_passages(n, new)?;
        Ok((n, true))
    }

    fn put_passages(&mut self, source: i64, new: &NewKnowledge<'_>) -> Result<(), StoreError> {
        for (place, passage) in new.passages.iter().enumerate() {
            self.statement(
                "INSERT INTO knowledge_passage (source, place, heading, text)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((source, place as i64, &passage.heading, &passage.text))?;
            let n = self.connection.last_insert_rowid();
            self.index_passage(n, new.kind, new.title, passage)?;
        }
        Ok(())
    }

    fn index_passage(
        &mut self,
        n: i64,
        kind: KnowledgeKind,
        title: &str,
        passage: &Passage,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO knowledge (rowid, title, heading, text, mark)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            n,
            spaced(title),
            spaced(&passage.heading),
            spaced(&passage.text),
            kind.mark(),
        ))?;
        Ok(())
    }

    /// Takes the words of a source out of the index.
    fn unindex(&mut self, source: i64) -> Result<(), StoreError> {
        self.statement(
            "DELETE FROM knowledge
             WHERE rowid IN (SELECT n FROM knowledge_passage WHERE source = ?1)",
        )?
        .execute([source])?;
        Ok(())
    }

    fn drop_passages(&mut self, source: i64) -> Result<(), StoreError> {
        self.unindex(source)?;
        self.statement("DELETE FROM knowledge_passage WHERE source = ?1")?
            .execute([source])?;
        Ok(())
    }

    /// Notes that a source could not be read anew; what was read before stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn knowledge_not_read(&mut self, n: i64, problem: &str) -> Result<(), StoreError> {
        self.statement("UPDATE knowledge_source SET problem = ?2 WHERE n = ?1")?
            .execute((n, problem))?;
        Ok(())
    }

    /// Removes a source: nothing of it is found from now on. Returns whether there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remove_knowledge(&mut self, n: i64, now: Timestamp) -> Result<bool, StoreError> {
        let removed = self
            .statement(
                "UPDATE knowledge_source SET removed_at_ms = ?2
                 WHERE n = ?1 AND removed_at_ms IS NULL",
            )?
            .execute((n, now.0))?;
        if removed > 0 {
            self.unindex(n)?;
        }
        Ok(removed > 0)
    }

    /// Puts a removed source back; returns whether there is one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn restore_knowledge(&mut self, n: i64) -> Result<bool, StoreError> {
        let Some(source) = self.knowledge_source(n)? else {
            return Ok(false);
        };
        if source.removed_at.is_some() {
            self.statement("UPDATE knowledge_source SET removed_at_ms = NULL WHERE n = ?1")?
                .execute([n])?;
            for (number, passage) in self.numbered_passages(n)? {
                self.index_passage(number, source.kind, &source.title, &passage)?;
            }
        }
        Ok(true)
    }

    /// Forgets a source with all its words, for good; returns whether there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_knowledge(
        &mut self,
        kind: KnowledgeKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        let Some(known) = self.knowledge_source_named(kind, name)? else {
            return Ok(false);
        };
        self.forget_source(known.n)?;
        Ok(true)
    }

    fn forget_source(&mut self, n: i64) -> Result<(), StoreError> {
        // A long passage has pages of its own, which would be free with its words in them.
        let before = self.overwrite_deleted(true)?;
        self.drop_passages(n)?;
        self.statement("DELETE FROM knowledge_source WHERE n = ?1")?
            .execute([n])?;
        self.overwrite_deleted(before)?;
        Ok(())
    }

    /// Forgets what was removed before an instant; returns how many sources that were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_removed_knowledge(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        let removed: Vec<i64> = self
            .statement("SELECT n FROM knowledge_source WHERE removed_at_ms < ?1")?
            .query_map([before.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for n in &removed {
            self.forget_source(*n)?;
        }
        Ok(removed.len())
    }
}
