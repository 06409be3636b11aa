//! The bots that may knock at the door, and what the door remembers of them.

use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, ConversationId};
use baton_core::packet::Packet;
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, at_or_none, from_json, hash, id, key, to_json};
use crate::writer::Tx;

/// A bot that may knock at the door, or could once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBot {
    /// Its name, under which it holds control.
    pub name: String,
    /// The channel it serves.
    pub channel: ChannelId,
    /// The digest of its token.
    pub token: Hash,
    /// How long it may take to answer a customer, in milliseconds.
    pub answer_within_ms: i64,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was removed; none while it may knock.
    pub removed_at: Option<Timestamp>,
    /// When it was last at the door, to the minute; none when it never came.
    pub seen_at: Option<Timestamp>,
    /// When it last failed its customers; none when it never did.
    pub failed_at: Option<Timestamp>,
    /// How it failed then; empty when it never did.
    pub failure: String,
}

/// What a bot was answered under a key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotAnswer {
    /// The digest of what was asked.
    pub request: Hash,
    /// The status.
    pub status: u16,
    /// The answer, as JSON.
    pub body: String,
}

const COLUMNS: &str = "name, channel, token, answer_within_ms, added_at_ms, removed_at_ms,
    seen_at_ms, failed_at_ms, failure FROM bot";

fn bot(row: &Row<'_>) -> rusqlite::Result<StoredBot> {
    Ok(StoredBot {
        name: row.get(0)?,
        channel: id(row, 1)?,
        token: hash(row, 2)?,
        answer_within_ms: row.get(3)?,
        added_at: at(row, 4)?,
        removed_at: at_or_none(row, 5)?,
        seen_at: at_or_none(row, 6)?,
        failed_at: at_or_none(row, 7)?,
        failure: row.get(8)?,
    })
}

/// What a bot has said it knows of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldByBot {
    /// The bot.
    pub bot: String,
    /// The control epoch under which it said so.
    pub epoch: u64,
    /// What it knows.
    pub packet: Packet,
}

impl Reader<'_> {
    /// Every bot, removed ones too.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bots(&self) -> Result<Vec<StoredBot>, StoreError> {
        let mut statement = self.statement(&format!("SELECT {COLUMNS} ORDER BY name"))?;
        let rows = statement.query_map([], bot)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a bot was answered under a key of its own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_answer(&self, bot: &str, name: &str) -> Result<Option<BotAnswer>, StoreError> {
        Ok(self
            .statement("SELECT request, status, body FROM bot_answer WHERE bot = ?1 AND key = ?2")?
            .query_row((bot, name), |row| {
                Ok(BotAnswer {
                    request: hash(row, 0)?,
                    status: row.get(1)?,
                    body: row.get(2)?,
                })
            })
            .optional()?)
    }

    /// The name that a bot platform has for a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_thread(&self, conversation: ConversationId) -> Result<Option<String>, StoreError> {
        Ok(self
            .statement("SELECT key FROM bot_thread WHERE conversation = ?1")?
            .query_row([key(conversation)], |row| row.get(0))
            .optional()?)
    }

    /// What a bot has said it knows of a conversation since it got control at `epoch`.
    ///
    /// # Errors
    /// When the database cannot be read or the packet has another shape.
    pub fn bot_packet(
        &self,
        conversation: ConversationId,
        bot: &str,
        epoch: u64,
    ) -> Result<Option<Packet>, StoreError> {
        let told = self.newest_bot_packet(conversation)?;
        let own = told.filter(|told| told.bot == bot && told.epoch == epoch);
        Ok(own.map(|told| told.packet))
    }

    /// What a bot said last that it knows of a conversation, whoever has it now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn newest_bot_packet(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<ToldByBot>, StoreError> {
        let row = self
            .statement("SELECT bot, epoch, body FROM bot_packet WHERE conversation = ?1")?
            .query_row([key(conversation)], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        let Some((bot, epoch, body)) = row else {
            return Ok(None);
        };
        Ok(Some(ToldByBot {
            bot,
            epoch: epoch.cast_unsigned(),
            packet: from_json("packet", body.as_bytes())?,
        }))
    }
}

impl Tx<'_> {
    /// Keeps a bot, in place of the one of its name.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_bot(&mut self, bot: &StoredBot) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO bot (name, channel, token, answer_within_ms, added_at_ms,
                 removed_at_ms, seen_at_ms, failed_at_ms, failure)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (name) DO UPDATE SET
                 channel = excluded.channel, token = excluded.token,
                 answer_within_ms = excluded.answer_within_ms,
                 added_at_ms = excluded.added_at_ms, removed_at_ms = excluded.removed_at_ms,
                 seen_at_ms = excluded.seen_at_ms, failed_at_ms = excluded.failed_at_ms,
                 failure = excluded.failure",
        )?
        .execute((
            &bot.name,
            key(bot.channel),
            bot.token.0,
            bot.answer_within_ms,
            bot.added_at.0,
            bot.removed_at.map(|at| at.0),
            bot.seen_at.map(|at| at.0),
            bot.failed_at.map(|at| at.0),
            &bot.failure,
        ))?;
        Ok(())
    }

    /// Notes that a bot was at the door.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_bot_seen(&mut self, bot: &str, at: Timestamp) -> Result<(), StoreError> {
        self.statement("UPDATE bot SET seen_at_ms = ?2 WHERE name = ?1")?
            .execute((bot, at.0))?;
        Ok(())
    }

    /// Notes that a bot failed its customers, and how.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_bot_failed(
        &mut self,
        bot: &str,
        at: Timestamp,
        failure: &str,
    ) -> Result<(), StoreError> {
        self.statement("UPDATE bot SET failed_at_ms = ?2, failure = ?3 WHERE name = ?1")?
            .execute((bot, at.0, failure))?;
        Ok(())
    }

    /// Keeps what a bot was answered under a key of its own, and what conversation that was about.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_bot_answer(
        &mut self,
        bot: &str,
        name: &str,
        answer: &BotAnswer,
        about: Option<ConversationId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO bot_answer (bot, key, request, status, body, conversation, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            bot,
            name,
            answer.request.0,
            answer.status,
            &answer.body,
            about.map(key),
            now.0,
        ))?;
        Ok(())
    }

    /// Forgets the answers that were given before `before`; returns how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_bot_answers(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(self
            .statement("DELETE FROM bot_answer WHERE at_ms < ?1")?
            .execute([before.0])?)
    }

    /// Forgets what a bot was answered under keys of its own.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_answers_to(&mut self, bot: &str) -> Result<(), StoreError> {
        self.statement("DELETE FROM bot_answer WHERE bot = ?1")?
            .execute([bot])?;
        Ok(())
    }

    /// Notes the name that a bot platform has for a conversation.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_bot_thread(
        &mut self,
        conversation: ConversationId,
        name: &str,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO bot_thread (conversation, key) VALUES (?1, ?2)
             ON CONFLICT (conversation) DO NOTHING",
        )?
        .execute((key(conversation), name))?;
        Ok(())
    }

    /// Keeps what the bot in control knows, in place of what it said before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_bot_packet(
        &mut self,
        conversation: ConversationId,
        bot: &str,
        epoch: u64,
        packet: &Packet,
    ) -> Result<(), StoreError> {
        let body = to_json("packet", packet)?;
        self.statement(
            "INSERT INTO bot_packet (conversation, bot, epoch, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (conversation) DO UPDATE SET
                 bot = excluded.bot, epoch = excluded.epoch, body = excluded.body",
        )?
        .execute((key(conversation), bot, epoch.cast_signed(), body))?;
        Ok(())
    }

    /// Forgets what bots know of a conversation: its name with them, their packet, and the answers
    /// that spoke of it. That something was sent to them, and what it cost, stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_bots_of(&mut self, conversation: ConversationId) -> Result<(), StoreError> {
        self.statement("DELETE FROM bot_thread WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        self.statement("DELETE FROM bot_packet WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        self.statement("DELETE FROM bot_answer WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        self.statement("DELETE FROM bot_link WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        Ok(())
    }
}
