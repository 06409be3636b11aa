//! Channels, how far each has been read, and how each is doing.

use std::collections::BTreeMap;

use baton_core::ids::ChannelId;
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};
use serde_json::Value;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, at_or_none, from_json, id, key, to_json};
use crate::writer::Tx;

/// A connected account. Secrets are not in here.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Which.
    pub id: ChannelId,
    /// Its kind, such as `email`.
    pub kind: String,
    /// The name shown.
    pub name: String,
    /// Its set-up, without secrets.
    pub config: Value,
    /// Its place among the channels.
    pub position: u32,
    /// When it was connected.
    pub added_at: Timestamp,
    /// When it was removed; its conversations stay.
    pub removed_at: Option<Timestamp>,
}

/// How a channel is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHealth {
    /// A stable word: `live`, `catching_up`, `stale`, `needs_attention`.
    pub state: String,
    /// Why, in words for people; empty when there is nothing to say.
    pub detail: String,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// When it was last looked at.
    pub checked_at: Timestamp,
}

const COLUMNS: &str = "id, kind, name, config, position, added_at_ms, removed_at_ms FROM channel";

fn channel(row: &Row<'_>) -> Result<Channel, StoreError> {
    Ok(Channel {
        id: id(row, 0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        config: from_json(
            "channel configuration",
            row.get_ref(3)?.as_str().unwrap_or_default().as_bytes(),
        )?,
        position: row.get(4)?,
        added_at: at(row, 5)?,
        removed_at: at_or_none(row, 6)?,
    })
}

impl Reader<'_> {
    /// Every channel, removed ones too, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} ORDER BY position, added_at_ms, id"
        ))?;
        let rows = statement.query_and_then([], channel)?;
        rows.collect()
    }

    /// One channel.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn channel(&self, which: ChannelId) -> Result<Option<Channel>, StoreError> {
        let mut statement = self.statement(&format!("SELECT {COLUMNS} WHERE id = ?1"))?;
        let mut rows = statement.query_and_then([key(which)], channel)?;
        rows.next().transpose()
    }

    /// How far a folder of a channel has been read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn cursor(&self, channel: ChannelId, folder: &str) -> Result<Option<Value>, StoreError> {
        self.statement("SELECT body FROM cursor WHERE channel = ?1 AND folder = ?2")?
            .query_row((key(channel), folder), |row| row.get::<_, String>(0))
            .optional()?
            .map(|body| from_json("cursor", body.as_bytes()))
            .transpose()
    }

    /// How each channel is doing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn channel_health(&self) -> Result<BTreeMap<ChannelId, ChannelHealth>, StoreError> {
        let mut statement = self.statement(
            "SELECT channel, state, detail, since_ms, checked_at_ms FROM channel_health",
        )?;
        let rows = statement.query_map([], |row| {
            let health = ChannelHealth {
                state: row.get(1)?,
                detail: row.get(2)?,
                since: at(row, 3)?,
                checked_at: at(row, 4)?,
            };
            Ok((id(row, 0)?, health))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Saves a channel, new or known.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        let config = to_json("channel configuration", &channel.config)?;
        self.statement(
            "INSERT INTO channel (id, kind, name, config, position, added_at_ms, removed_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET
                 kind = excluded.kind, name = excluded.name, config = excluded.config,
                 position = excluded.position, removed_at_ms = excluded.removed_at_ms",
        )?
        .execute((
            key(channel.id),
            &channel.kind,
            &channel.name,
            config,
            channel.position,
            channel.added_at.0,
            channel.removed_at.map(|at| at.0),
        ))?;
        Ok(())
    }

    /// Notes how far a folder has been read, in the transaction that takes in what was read.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_cursor(
        &mut self,
        channel: ChannelId,
        folder: &str,
        body: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let body = to_json("cursor", body)?;
        self.statement(
            "INSERT INTO cursor (channel, folder, body, changed_at_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (channel, folder) DO UPDATE SET
                 body = excluded.body, changed_at_ms = excluded.changed_at_ms",
        )?
        .execute((key(channel), folder, body, now.0))?;
        Ok(())
    }

    /// Notes how a channel is doing. Since when it is in its state is kept while the state stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_channel_health(
        &mut self,
        channel: ChannelId,
        state: &str,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO channel_health (channel, state, detail, since_ms, checked_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (channel) DO UPDATE SET
                 since_ms = CASE WHEN state = excluded.state THEN since_ms
                                 ELSE excluded.since_ms END,
                 state = excluded.state, detail = excluded.detail,
                 checked_at_ms = excluded.checked_at_ms",
        )?
        .execute((key(channel), state, detail, now.0))?;
        Ok(())
    }
}
