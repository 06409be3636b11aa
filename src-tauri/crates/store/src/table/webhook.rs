//! Where bots are told what happens without asking, and how each delivery went.

use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, at_or_none};
use crate::writer::Tx;

/// Where a bot is told what happens, and how far that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWebhook {
    /// The bot.
    pub bot: String,
    /// The address.
    pub url: String,
    /// In whose words it is told.
    pub dialect: String,
    /// The place in the log up to which everything was delivered or given up.
    pub after: i64,
    /// How often the event that comes next was tried in vain.
    pub attempts: u32,
    /// How often of these the receiver refused it.
    pub refusals: u32,
    /// Since when nothing was delivered; none while it works.
    pub failing_since: Option<Timestamp>,
    /// When the next attempt may be made.
    pub due_at: Timestamp,
    /// Why nothing is delivered until a person says so; empty while it is.
    pub stopped: String,
    /// When it was set up.
    pub set_at: Timestamp,
}

/// How an attempt to deliver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// The receiver took it.
    Delivered,
    /// It did not; there will be another attempt.
    Failed,
    /// It did not, and there will be none.
    GivenUp,
}

impl DeliveryEnd {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "delivered" => Self::Delivered,
            "given_up" => Self::GivenUp,
            _ => Self::Failed,
        }
    }
}

/// One attempt to deliver an event to a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotDelivery {
    /// The identifier under which the receiver got it.
    pub id: String,
    /// The place of the event in the log; 0 for a trial.
    pub seq: i64,
    /// What kind of event it was.
    pub kind: String,
    /// Which attempt at it this was, from 1.
    pub attempt: u32,
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// How it ended.
    pub ended: DeliveryEnd,
    /// What went wrong, in words; empty when nothing did.
    pub error: String,
}

fn webhook(row: &Row<'_>) -> rusqlite::Result<StoredWebhook> {
    Ok(StoredWebhook {
        bot: row.get(0)?,
        url: row.get(1)?,
        after: row.get(2)?,
        attempts: row.get(3)?,
        refusals: row.get(4)?,
        failing_since: at_or_none(row, 5)?,
        due_at: at(row, 6)?,
        stopped: row.get(7)?,
        set_at: at(row, 8)?,
        dialect: row.get(9)?,
    })
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<BotDelivery> {
    Ok(BotDelivery {
        id: row.get(0)?,
        seq: row.get(1)?,
        kind: row.get(2)?,
        attempt: row.get(3)?,
        at: at(row, 4)?,
        took_ms: row.get(5)?,
        status: row.get(6)?,
        ended: DeliveryEnd::read(&row.get::<_, String>(7)?),
        error: row.get(8)?,
    })
}

const COLUMNS: &str =
    "bot, url, after, attempts, refusals, failing_at_ms, due_at_ms, stopped, set_at_ms,
         dialect
     FROM bot_webhook";

impl Reader<'_> {
    /// Where bots are told what happens, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_webhooks(&self) -> Result<Vec<StoredWebhook>, StoreError> {
        let mut statement = self.statement(&format!("SELECT {COLUMNS} ORDER BY bot"))?;
        let rows = statement.query_map([], webhook)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Where a bot is told what happens.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_webhook(&self, bot: &str) -> Result<Option<StoredWebhook>, StoreError> {
        Ok(self
            .statement(&format!("SELECT {COLUMNS} WHERE bot = ?1"))?
            .query_row([bot], webhook)
            .optional()?)
    }

    /// The newest attempts to deliver to a bot, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn bot_deliveries(&self, bot: &str, most: usize) -> Result<Vec<BotDelivery>, StoreError> {
        let mut statement = self.statement(
            "SELECT id, seq, kind, attempt, at_ms, took_ms, status, ended, error
             FROM bot_delivery WHERE bot = ?1 ORDER BY n DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((bot, most), delivery)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps where a bot is told what happens, in place of what was kept before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_bot_webhook(&mut self, webhook: &StoredWebhook) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO bot_webhook (bot, url, after, attempts, refusals, failing_at_ms,
                 due_at_ms, stopped, set_at_ms, dialect)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (bot) DO UPDATE SET
                 url = excluded.url, after = excluded.after, attempts = excluded.attempts,
                 refusals = excluded.refusals, failing_at_ms = excluded.failing_at_ms,
                 due_at_ms = excluded.due_at_ms, stopped = excluded.stopped,
                 set_at_ms = excluded.set_at_ms, dialect = excluded.dialect",
        )?
        .execute((
            &webhook.bot,
            &webhook.url,
            webhook.after,
            webhook.attempts,
            webhook.refusals,
            webhook.failing_since.map(|at| at.0),
            webhook.due_at.0,
            &webhook.stopped,
            webhook.set_at.0,
            &webhook.dialect,
        ))?;
        Ok(())
    }

    /// Tells a bot nothing any more without being asked; returns whether it was told before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_bot_webhook(&mut self, bot: &str) -> Result<bool, StoreError> {
        Ok(self
            .statement("DELETE FROM bot_webhook WHERE bot = ?1")?
            .execute([bot])?
            > 0)
    }

    /// Notes how an attempt to deliver to a bot went.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_bot_delivery(&mut self, bot: &str, made: &BotDelivery) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO bot_delivery
                 (bot, id, seq, kind, attempt, at_ms, took_ms, status, ended, error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            bot,
            &made.id,
            made.seq,
            &made.kind,
            made.attempt,
            made.at.0,
            made.took_ms,
            made.status,
            made.ended.as_str(),
            &made.error,
        ))?;
        Ok(())
    }

    /// Forgets the deliveries before `before`; returns how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_bot_deliveries(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(self
            .statement("DELETE FROM bot_delivery WHERE at_ms < ?1")?
            .execute([before.0])?)
    }
}
