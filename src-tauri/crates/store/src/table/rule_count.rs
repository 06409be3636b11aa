//! How the rules do: counts by day, acts with what they decided, and since when a rule reads as it
//! does.

use std::collections::BTreeMap;

use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::rules::{RuleMark, Slots};
use baton_core::time::{DAY, Timestamp};
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, at_or_none, from_json, hash, key, to_json};
use crate::writer::Tx;

/// How a rule did in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleCounts {
    /// Decisions in which its condition held.
    pub matched: u64,
    /// Decisions in which it acted.
    pub acted: u64,
    /// Decisions that looked at it while it was only watched.
    pub watched: u64,
    /// Decisions that would have come out otherwise had it been live.
    pub differs: u64,
    /// Handoffs to people that it would have added.
    pub more: u64,
    /// Handoffs to people that it would have spared.
    pub fewer: u64,
    /// Acts that a person overrode soon after.
    pub overridden: u64,
    /// When its condition last held.
    pub last_at: Option<Timestamp>,
}

/// One act of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleAct {
    /// The place in the log of the decision.
    pub seq: i64,
    /// The rule.
    pub rule: String,
    /// How it read.
    pub meaning: Hash,
    /// When.
    pub at: Timestamp,
    /// What it decided.
    pub slots: Slots,
}

/// Since when a rule reads as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleReading {
    /// When this reading was first put into shadow.
    pub watched_since: Option<Timestamp>,
    /// When this reading was first let act.
    pub acted_since: Option<Timestamp>,
}

const SUMS: &str = "sum(matched), sum(acted), sum(watched), sum(differs), sum(more), sum(fewer),
    sum(overridden), max(last_at_ms)";

fn counts(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<RuleCounts> {
    let sum = |column: usize| -> rusqlite::Result<u64> {
        let sum: Option<i64> = row.get(first + column)?;
        Ok(u64::try_from(sum.unwrap_or(0)).unwrap_or(0))
    };
    Ok(RuleCounts {
        matched: sum(0)?,
        acted: sum(1)?,
        watched: sum(2)?,
        differs: sum(3)?,
        more: sum(4)?,
        fewer: sum(5)?,
        overridden: sum(6)?,
        last_at: at_or_none(row, first + 7)?,
    })
}

/// The day of an instant, counted from 1970 in UTC.
const fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY)
}

impl Reader<'_> {
    /// How every rule did from the day of an instant on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rule_counts(
        &self,
        since: Timestamp,
    ) -> Result<BTreeMap<String, RuleCounts>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT rule, {SUMS} FROM rule_day WHERE day >= ?1 GROUP BY +rule"
        ))?;
        let rows = statement.query_map([day(since)], |row| Ok((row.get(0)?, counts(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How one reading of a rule ever did.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reading_counts(&self, rule: &str, meaning: Hash) -> Result<RuleCounts, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {SUMS} FROM rule_day WHERE rule = ?1 AND meaning = ?2"
            ))?
            .query_row((rule, meaning.0), |row| counts(row, 0))?)
    }

    /// Since when a rule reads as it does.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rule_reading(&self, rule: &str, meaning: Hash) -> Result<RuleReading, StoreError> {
        let found = self
            .statement(
                "SELECT watched_ms, acted_ms FROM rule_reading WHERE rule = ?1 AND meaning = ?2",
            )?
            .query_row((rule, meaning.0), |row| {
                Ok(RuleReading {
                    watched_since: at_or_none(row, 0)?,
                    acted_since: at_or_none(row, 1)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// The acts of rules in a conversation since an instant that nobody has overridden, the newest
    /// first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn acts_since(
        &self,
        conversation: ConversationId,
        since: Timestamp,
    ) -> Result<Vec<RuleAct>, StoreError> {
        let mut statement = self.statement(
            "SELECT seq, rule, meaning, at_ms, slots FROM rule_act
             WHERE conversation = ?1 AND at_ms >= ?2 AND overridden = 0
             ORDER BY seq DESC, rule DESC LIMIT 100",
        )?;
        let rows = statement.query_and_then((key(conversation), since.0), |row| {
            let slots: String = row.get(4)?;
            Ok(RuleAct {
                seq: row.get(0)?,
                rule: row.get(1)?,
                meaning: hash(row, 2)?,
                at: at(row, 3)?,
                slots: from_json("what a rule decided", slots.as_bytes())?,
            })
        })?;
        rows.collect()
    }

    /// Texts that a rule sent after an instant, counted up to a limit.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn texts_sent(&self, rule: &str, after: Timestamp, limit: u32) -> Result<u32, StoreError> {
        Ok(self
            .statement(
                "SELECT count(*) FROM (SELECT 1 FROM rule_act
                 WHERE sends = 1 AND rule = ?1 AND at_ms > ?2 LIMIT ?3)",
            )?
            .query_row((rule, after.0, limit), |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// Counts how a rule did in a decision.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn count_rule(
        &mut self,
        rule: &str,
        meaning: Hash,
        mark: &RuleMark,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let one = i64::from;
        self.statement(
            "INSERT INTO rule_day
             (day, rule, meaning, matched, acted, watched, differs, more, fewer, last_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (day, rule, meaning) DO UPDATE SET
                 matched = matched + excluded.matched,
                 acted = acted + excluded.acted,
                 watched = watched + excluded.watched,
                 differs = differs + excluded.differs,
                 more = more + excluded.more,
                 fewer = fewer + excluded.fewer,
                 last_at_ms = coalesce(excluded.last_at_ms, last_at_ms)",
        )?
        .execute((
            day(at),
            rule,
            meaning.0,
            one(mark.matched),
            one(mark.acted && !mark.shadow),
            one(mark.shadow),
            one(mark.differs),
            one(mark.handoff > 0),
            one(mark.handoff < 0),
            mark.matched.then_some(at.0),
        ))?;
        Ok(())
    }

    /// Keeps that a rule acted.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn record_act(
        &mut self,
        conversation: ConversationId,
        act: &RuleAct,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO rule_act (conversation, seq, rule, meaning, at_ms, slots, sends)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute((
            key(conversation),
            act.seq,
            &act.rule,
            act.meaning.0,
            act.at.0,
            to_json("what a rule decided", &act.slots)?,
            act.slots.macro_.is_some(),
        ))?;
        Ok(())
    }

    /// Notes that a person overrode an act of a rule.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn override_act(
        &mut self,
        conversation: ConversationId,
        act: &RuleAct,
    ) -> Result<(), StoreError> {
        self.statement(
            "UPDATE rule_act SET overridden = 1
             WHERE conversation = ?1 AND seq = ?2 AND rule = ?3",
        )?
        .execute((key(conversation), act.seq, &act.rule))?;
        self.statement(
            "UPDATE rule_day SET overridden = overridden + 1
             WHERE day = ?1 AND rule = ?2 AND meaning = ?3",
        )?
        .execute((day(act.at), &act.rule, act.meaning.0))?;
        Ok(())
    }

    /// Notes that a reading of a rule is watched, or acts, from now on; the first time counts.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_reading(
        &mut self,
        rule: &str,
        meaning: Hash,
        acts: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (watched, acted) = match acts {
            true => (None, Some(now.0)),
            false => (Some(now.0), None),
        };
        self.statement(
            "INSERT INTO rule_reading (rule, meaning, watched_ms, acted_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (rule, meaning) DO UPDATE SET
                 watched_ms = coalesce(watched_ms, excluded.watched_ms),
                 acted_ms = coalesce(acted_ms, excluded.acted_ms)",
        )?
        .execute((rule, meaning.0, watched, acted))?;
        Ok(())
    }
}
