//! The bots that Baton itself talks with, and what was sent to them.

use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;
use rusqlite::Row;
use serde_json::Value;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, from_json, hash, id, key, to_json};
use crate::writer::Tx;

/// How Baton itself talks with a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConnector {
    /// The bot.
    pub bot: String,
    /// The protocol.
    pub kind: String,
    /// The settings.
    pub config: Value,
    /// Whether the bot is asked; otherwise nothing is sent there.
    pub asked: bool,
    /// When it was set up or changed.
    pub set_at: Timestamp,
}

/// One thing that was sent to a connected bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotSent {
    /// Its number, in the order of sending.
    pub n: i64,
    /// The conversation it is about.
    pub conversation: ConversationId,
    /// When it was sent.
    pub at: Timestamp,
    /// The digest of the record of what exactly was sent.
    pub record: Hash,
    /// What it is counted as.
    pub tokens: u64,
    /// How long the bot took, in milliseconds; none while that is not known.
    pub took_ms: Option<i64>,
    /// `answered`, `given_up`, or the code of what went wrong; empty while that is not known.
    pub ended: String,
}

fn sent(row: &Row<'_>) -> rusqlite::Result<BotSent> {
    Ok(BotSent {
        n: row.get(0)?,
        conversation: id(row, 1)?,
        at: at(row, 2)?,
        record: hash(row, 3)?,
        tokens: row.get(4)?,
        took_ms: row.get(5)?,
        ended: row.get(6)?,
    })
}

impl Reader<'_> {
    /// How Baton talks with bots, by name.
    ///
    /// # Errors
    /// When the database cannot be read or settings have another shape.
    pub fn bot_connectors(&self) -> Result<Vec<StoredConnector>, StoreError> {
        let mut statement = self.statement(
            "SELECT bot, kind, config, asked, set_at_ms FROM bot_connector ORDER BY bot",
        )?;
        let rows = statement.query_map([], |row| {
            let config: String = row.get(2)?;
            let connector = StoredConnector {
                bot: row.get(0)?,
                kind: row.get(1)?,
                config: Value::Null,
                asked: row.get(3)?,
                set_at: at(row, 4)?,
            };
            Ok((connector, config))
        })?;
        rows.map(|row| {
            let (mut connector, config) = row?;
            connector.config = from_json("connector", config.as_bytes())?;
            Ok(connector)
        })
        .collect()
    }

    /// What was sent to a bot, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_sent(&self, bot: &str, most: usize) -> Result<Vec<BotSent>, StoreError> {
        let mut statement = self.statement(
            "SELECT n, conversation, at_ms, record, tokens, took_ms, ended
             FROM bot_sent WHERE bot = ?1 ORDER BY at_ms DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((bot, most), sent)?;
        let mut newest: Vec<BotSent> = rows.collect::<Result<_, _>>()?;
        // Within one millisecond the index knows no order.
        newest.sort_by_key(|one| std::cmp::Reverse(one.n));
        Ok(newest)
    }

    /// How often something was sent to a bot since then, and what that cost.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_spent(&self, bot: &str, since: Timestamp) -> Result<(u64, u64), StoreError> {
        Ok(self
            .statement(
                "SELECT count(*), coalesce(sum(tokens), 0) FROM bot_sent
                 WHERE bot = ?1 AND at_ms > ?2",
            )?
            .query_row((bot, since.0), |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The records of what was sent of a conversation, and of what quotes it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_sent_of(&self, conversation: ConversationId) -> Result<Vec<Hash>, StoreError> {
        let mut statement = self.statement(
            "SELECT record FROM bot_sent WHERE conversation = ?1
             UNION
             SELECT s.record FROM bot_sent_quote q JOIN bot_sent s ON s.n = q.sent
             WHERE q.conversation = ?1",
        )?;
        let rows = statement.query_map([key(conversation)], |row| hash(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps how Baton talks with a bot, in place of what was kept before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_bot_connector(&mut self, connector: &StoredConnector) -> Result<(), StoreError> {
        let config = to_json("connector", &connector.config)?;
        self.statement(
            "INSERT INTO bot_connector (bot, kind, config, asked, set_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (bot) DO UPDATE SET
                 kind = excluded.kind, config = excluded.config, asked = excluded.asked,
                 set_at_ms = excluded.set_at_ms",
        )?
        .execute((
            &connector.bot,
            &connector.kind,
            config,
            connector.asked,
            connector.set_at.0,
        ))?;
        Ok(())
    }

    /// Talks with a bot no more; returns whether that was done before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_bot_connector(&mut self, bot: &str) -> Result<bool, StoreError> {
        self.drop_bot_links(bot)?;
        Ok(self
            .statement("DELETE FROM bot_connector WHERE bot = ?1")?
            .execute([bot])?
            > 0)
    }

    /// Notes what is about to be sent to a bot, and what it may cost at most; its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn begin_bot_sent(
        &mut self,
        bot: &str,
        conversation: ConversationId,
        record: Hash,
        tokens: u64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
        self.statement(
            "INSERT INTO bot_sent (bot, conversation, at_ms, record, tokens, took_ms, ended)
             VALUES (?1, ?2, ?3, ?4, ?5, NULL, '')",
        )?
        .execute((bot, key(conversation), now.0, record.0, tokens))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Notes that what was sent quotes a conversation.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn bot_sent_quotes(
        &mut self,
        n: i64,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT OR IGNORE INTO bot_sent_quote (conversation, sent) VALUES (?1, ?2)",
        )?
        .execute((key(conversation), n))?;
        Ok(())
    }

    /// Notes what came of something that was sent, and what it cost where the bot has said so.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn end_bot_sent(
        &mut self,
        n: i64,
        tokens: Option<u64>,
        ended: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tokens = tokens.map(|tokens| i64::try_from(tokens).unwrap_or(i64::MAX));
        self.statement(
            "UPDATE bot_sent SET tokens = coalesce(?2, tokens), ended = ?3,
                 took_ms = ?4 - at_ms
             WHERE n = ?1 AND ended = ''",
        )?
        .execute((n, tokens, ended, now.0))?;
        Ok(())
    }

    /// Forgets what was sent before `before`, and erases the records of it; returns how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_bot_sent(
        &mut self,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let old: Vec<(i64, Hash)> = {
            let mut statement =
                self.statement("DELETE FROM bot_sent WHERE at_ms < ?1 RETURNING n, record")?;
            let rows = statement.query_map([before.0], |row| Ok((row.get(0)?, hash(row, 1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        for (n, record) in &old {
            self.statement("DELETE FROM bot_sent_quote WHERE sent = ?1")?
                .execute([n])?;
            self.erase_content(*record, now)?;
        }
        Ok(old.len())
    }
}
