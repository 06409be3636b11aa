//! The transactional outbox: what the world is asked to do, stored with the events that ask for it.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::effect::Effect;
use baton_core::ids::{ChannelId, ConversationId, Id as _};
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word, at, from_json, id, id_or_none, key, to_json, words};
use crate::writer::Tx;

/// Where an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectState {
    /// To be done.
    Pending,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Given up; somebody should look.
    Failed,
    /// Taken back before it was done.
    Cancelled,
}

words! {
    EffectState {
        Pending = "pending", Running = "running", Done = "done", Failed = "failed",
        Cancelled = "cancelled",
    }
}

/// An effect as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEffect {
    /// Its number here, in the order in which effects were asked for.
    pub n: i64,
    /// Its name, unique for all time.
    pub key: String,
    /// The conversation it is about.
    pub conversation: ConversationId,
    /// The channel on which that is held; none when there is no such conversation any more.
    pub channel: Option<ChannelId>,
    /// What is asked.
    pub effect: Effect,
    /// Where it stands.
    pub state: EffectState,
    /// Not before.
    pub not_before: Timestamp,
    /// How often it was begun.
    pub attempts: u32,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// What went wrong last.
    pub error: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectEnd {
    /// It is done.
    Done,
    /// It is to be tried again.
    Again {
        /// Not before.
        not_before: Timestamp,
        /// What went wrong.
        error: String,
    },
}

/// The word under which a kind of effect is stored and taken back.
#[must_use]
pub const fn effect_kind(effect: &Effect) -> &'static str {
    match effect {
        Effect::Send { .. } => "send",
        Effect::Notify(_) => "notify",
        Effect::Withdraw => "withdraw",
        Effect::TellBot { .. } => "tell_bot",
        Effect::AskBot { .. } => "ask_bot",
        Effect::HoldToWord { .. } => "hold_to_word",
        Effect::Macro { .. } => "macro",
    }
}

const COLUMNS: &str =
    "e.n, e.key, e.conversation, e.body, e.state, e.not_before_ms, e.attempts, e.changed_at_ms,
    e.error, c.channel FROM effect e LEFT JOIN conversation c ON c.id = e.conversation";

/// Leaves out what is to be sent on channels that are busy, which come as hexadecimal in JSON.
const NOT_BUSY: &str = "(e.kind <> 'send' OR c.channel IS NULL
    OR hex(c.channel) NOT IN (SELECT value FROM json_each(?1)))";

fn in_json(channels: &BTreeSet<ChannelId>) -> String {
    let names: Vec<String> = channels
        .iter()
        .map(|channel| format!("\"{:032X}\"", channel.bits()))
        .collect();
    format!("[{}]", names.join(","))
}

type Unread = (StoredEffect, String);

fn unread(row: &Row<'_>) -> rusqlite::Result<Unread> {
    let stored = StoredEffect {
        n: row.get(0)?,
        key: row.get(1)?,
        conversation: id(row, 2)?,
        channel: id_or_none(row, 9)?,
        effect: Effect::Withdraw,
        state: EffectState::read(row, 4)?,
        not_before: at(row, 5)?,
        attempts: row.get(6)?,
        changed_at: at(row, 7)?,
        error: row.get(8)?,
    };
    Ok((stored, row.get(3)?))
}

fn stored((mut stored, body): Unread) -> Result<StoredEffect, StoreError> {
    stored.effect = from_json("effect", body.as_bytes())?;
    Ok(stored)
}

impl Reader<'_> {
    /// When the next effect can be done, sending on these busy channels left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_effect_at(
        &self,
        busy: &BTreeSet<ChannelId>,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT e.not_before_ms
                 FROM effect e LEFT JOIN conversation c ON c.id = e.conversation
                 WHERE e.state = 'pending' AND {NOT_BUSY}
                 ORDER BY e.not_before_ms, e.n LIMIT 1"
            ))?
            .query_row([in_json(busy)], |row| at(row, 0))
            .optional()?)
    }

    /// The effects that can be done by `now`, earliest first, `limit` at most; sending on these
    /// busy channels is left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn effects_due(
        &self,
        now: Timestamp,
        busy: &BTreeSet<ChannelId>,
        limit: usize,
    ) -> Result<Vec<StoredEffect>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE e.state = 'pending' AND e.not_before_ms <= ?2 AND {NOT_BUSY}
             ORDER BY e.not_before_ms, e.n LIMIT ?3"
        ))?;
        let rows = statement.query_map((in_json(busy), now.0, limit as i64), unread)?;
        rows.map(|row| stored(row?)).collect()
    }

    /// The effects that were under way when the program last ended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn effects_running(&self) -> Result<Vec<StoredEffect>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE e.state = 'running' ORDER BY e.n"
        ))?;
        let rows = statement.query_map([], unread)?;
        rows.map(|row| stored(row?)).collect()
    }

    /// The effects of a conversation that are to be done or under way.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn effects_of(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<StoredEffect>, StoreError> {
        let mut found = Vec::new();
        // What waits and what is under way is little, and has an index of its own each.
        for state in ["pending", "running"] {
            let mut statement = self.statement(&format!(
                "SELECT {COLUMNS} WHERE e.state = '{state}' AND e.conversation = ?1"
            ))?;
            let rows = statement.query_map([key(conversation)], unread)?;
            for row in rows {
                found.push(stored(row?)?);
            }
        }
        Ok(found)
    }

    /// How many messages wait to be sent, by channel; channels by which none waits are left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sends_waiting(&self) -> Result<BTreeMap<ChannelId, u32>, StoreError> {
        let mut statement = self.statement(
            "SELECT c.channel, count(*)
             FROM effect e JOIN conversation c ON c.id = e.conversation
             WHERE e.state = 'pending' AND e.kind = 'send' GROUP BY c.channel",
        )?;
        let rows = statement.query_map([], |row| Ok((id(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One effect by its name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn effect(&self, name: &str) -> Result<Option<StoredEffect>, StoreError> {
        self.statement(&format!("SELECT {COLUMNS} WHERE e.key = ?1"))?
            .query_row([name], unread)
            .optional()?
            .map(stored)
            .transpose()
    }
}

impl Tx<'_> {
    /// Stores an effect under a name that is unique for all time. One that is known already is
    /// left alone, in whatever state it is; returns whether it was new.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_effect(
        &mut self,
        name: &str,
        conversation: ConversationId,
        effect: &Effect,
        not_before: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let body = to_json("effect", effect)?;
        let inserted = self
            .statement(
                "INSERT INTO effect
                     (key, conversation, kind, body, state, not_before_ms, changed_at_ms)
                 VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6)
                 ON CONFLICT (key) DO NOTHING",
            )?
            .execute((
                name,
                key(conversation),
                effect_kind(effect),
                body,
                not_before.0,
                now.0,
            ))?;
        Ok(inserted > 0)
    }

    /// Begins an attempt. Returns whether the effect was pending, so that of two who try to begin
    /// it only one may go on.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn begin_effect(&mut self, n: i64, now: Timestamp) -> Result<bool, StoreError> {
        let begun = self
            .statement(
                "UPDATE effect SET state = 'running', attempts = attempts + 1, changed_at_ms = ?2
                 WHERE n = ?1 AND state = 'pending'",
            )?
            .execute((n, now.0))?;
        Ok(begun > 0)
    }

    /// Ends an attempt. Returns whether the effect was still pending or under way.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn end_effect(
        &mut self,
        n: i64,
        end: &EffectEnd,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (state, not_before, error) = match end {
            EffectEnd::Done => (EffectState::Done, None, ""),
            EffectEnd::Again { not_before, error } => {
                (EffectState::Pending, Some(not_before.0), error.as_str())
            }
        };
        let ended = self
            .statement(
                "UPDATE effect SET state = ?2, not_before_ms = coalesce(?3, not_before_ms),
                     error = ?4, changed_at_ms = ?5
                 WHERE n = ?1 AND state IN ('pending', 'running')",
            )?
            .execute((n, state.word(), not_before, error, now.0))?;
        Ok(ended > 0)
    }

    /// The clock was set by so many milliseconds and tells `now`: what waits goes on waiting for as
    /// long as it would have, and what was due stays due.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn clock_was_set(&mut self, now: Timestamp, by_ms: i64) -> Result<(), StoreError> {
        let before = now.plus(by_ms.saturating_neg());
        self.statement(
            "UPDATE effect SET not_before_ms =
                 CASE WHEN not_before_ms > ?1 THEN not_before_ms + ?2 ELSE ?3 END
             WHERE state = 'pending' AND not_before_ms > min(?1, ?3)",
        )?
        .execute((before.0, by_ms, now.0))?;
        Ok(())
    }

    /// Gives up the effects whose rows cannot be read, so that they do not keep the others from
    /// being done; returns the conversations of which they were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn give_up_unreadable_effects(
        &mut self,
        now: Timestamp,
    ) -> Result<BTreeSet<ConversationId>, StoreError> {
        let mut unreadable = Vec::new();
        let mut conversations = BTreeSet::new();
        {
            let mut statement = self.connection.prepare(
                "SELECT n, body, conversation FROM effect
                 WHERE state IN ('pending', 'running') ORDER BY n",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let body = row.get_ref(1)?.as_bytes().unwrap_or_default();
                if serde_json::from_slice::<Effect>(body).is_err() {
                    unreadable.push(row.get::<_, i64>(0)?);
                    conversations.insert(id(row, 2)?);
                }
            }
        }
        for n in &unreadable {
            self.statement(
                "UPDATE effect SET state = 'failed', error = 'it cannot be read', changed_at_ms = ?2
                 WHERE n = ?1",
            )?
            .execute((n, now.0))?;
        }
        Ok(conversations)
    }

    /// Forgets the effects that were settled before `before`; returns how many. Their names may
    /// then be used again, so keep them as long as a command could be repeated.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_effects(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(self
            .statement(
                "DELETE FROM effect WHERE state IN ('done', 'cancelled') AND changed_at_ms < ?1",
            )?
            .execute([before.0])?)
    }
}
