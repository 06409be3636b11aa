//! Decisions with their explanations, and the versions of the rules that made them.

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId};
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, hash, id, key};
use crate::writer::Tx;

/// One evaluation of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which.
    pub id: DecisionId,
    /// The place in the log of the event that tells of it.
    pub seq: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// When.
    pub at: Timestamp,
    /// What was evaluated, in the words of rules.
    pub on: String,
    /// The version of the rules.
    pub ruleset: Hash,
    /// The record by hash, as the event names it.
    pub record_hash: Hash,
    /// The record; empty when it was erased.
    pub record: Vec<u8>,
    /// The sentence for people.
    pub sentence: String,
}

/// A decision as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// Which.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// What was evaluated, in the words of rules.
    pub on: String,
    /// The sentence for people.
    pub sentence: String,
    /// The envelope that tells of it, with the rules that acted.
    pub envelope: Vec<u8>,
}

/// A version of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruleset {
    /// The digest of the text.
    pub hash: Hash,
    /// The text.
    pub text: String,
    /// When it was first seen.
    pub first_at: Timestamp,
    /// When it was last put in force.
    pub activated_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "id, seq, conversation, at_ms, trigger, ruleset, record_hash, record, sentence
    FROM decision";

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        id: id(row, 0)?,
        seq: row.get(1)?,
        conversation: id(row, 2)?,
        at: at(row, 3)?,
        on: row.get(4)?,
        ruleset: hash(row, 5)?,
        record_hash: hash(row, 6)?,
        record: row.get(7)?,
        sentence: row.get(8)?,
    })
}

fn ruleset(row: &Row<'_>) -> rusqlite::Result<Ruleset> {
    Ok(Ruleset {
        hash: hash(row, 0)?,
        text: row.get(1)?,
        first_at: at(row, 2)?,
        activated_at: crate::value::at_or_none(row, 3)?,
    })
}

impl Reader<'_> {
    /// One decision.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decision(&self, which: DecisionId) -> Result<Option<Decision>, StoreError> {
        Ok(self
            .statement(&format!("SELECT {COLUMNS} WHERE id = ?1"))?
            .query_row([key(which)], decision)
            .optional()?)
    }

    /// The decisions of a conversation, newest first, `limit` at most, before the place `before`
    /// in the log when that is given.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decisions_of(
        &self,
        conversation: ConversationId,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE conversation = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"
        ))?;
        let before = before.unwrap_or(i64::MAX);
        let rows = statement.query_map((key(conversation), before, limit as i64), decision)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The decisions of a conversation as a list shows them, newest first, `limit` at most.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decision_lines(
        &self,
        conversation: ConversationId,
        limit: usize,
    ) -> Result<Vec<DecisionLine>, StoreError> {
        let mut statement = self.statement(
            "SELECT d.id, d.at_ms, d.trigger, d.sentence, e.bytes
             FROM decision d JOIN event e ON e.seq = d.seq
             WHERE d.conversation = ?1 ORDER BY d.seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((key(conversation), limit as i64), |row| {
            Ok(DecisionLine {
                id: id(row, 0)?,
                at: at(row, 1)?,
                on: row.get(2)?,
                sentence: row.get(3)?,
                envelope: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One version of the rules.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn ruleset(&self, which: Hash) -> Result<Option<Ruleset>, StoreError> {
        Ok(self
            .statement(
                "SELECT hash, text, first_at_ms, activated_at_ms FROM ruleset WHERE hash = ?1",
            )?
            .query_row([which.0], ruleset)
            .optional()?)
    }
}

impl Tx<'_> {
    /// Records a decision. One that is known already is left alone.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn record_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        let added = self
            .statement(
                "INSERT INTO decision
                 (id, seq, conversation, at_ms, trigger, ruleset, record_hash, record, sentence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )?
            .execute((
                key(decision.id),
                decision.seq,
                key(decision.conversation),
                decision.at.0,
                &decision.on,
                decision.ruleset.0,
                decision.record_hash.0,
                &decision.record,
                &decision.sentence,
            ))?;
        self.pending.decisions += added;
        Ok(())
    }

    /// Erases the records and sentences of a conversation's decisions, and their facts in columns;
    /// that they were made stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn erase_decisions(&mut self, conversation: ConversationId) -> Result<usize, StoreError> {
        let before = self.overwrite_deleted(true)?;
        let erased = self
            .statement("UPDATE decision SET record = x'', sentence = '' WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        self.forget_points(conversation)?;
        self.overwrite_deleted(before)?;
        Ok(erased)
    }

    /// Keeps a version of the rules and returns the digest of its text.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put_ruleset(&mut self, text: &str, now: Timestamp) -> Result<Hash, StoreError> {
        let hash = Hash::of(text.as_bytes());
        self.statement(
            "INSERT INTO ruleset (hash, text, first_at_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute((hash.0, text, now.0))?;
        Ok(hash)
    }
}
