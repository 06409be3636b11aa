//! The live alerts: who was alerted about what and has not been relieved yet. Kept so that alerts
//! can be withdrawn, and caught up with after sleep or a restart.

use baton_core::effect::Alert;
use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;
use rusqlite::Row;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, at_or_none, from_json, id, key, to_json};
use crate::writer::Tx;

/// A person alerted about a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAlert {
    /// The conversation.
    pub conversation: ConversationId,
    /// The person.
    pub agent: String,
    /// The newest alert.
    pub alert: Alert,
    /// When it was last raised.
    pub raised_at: Timestamp,
    /// How often it was raised.
    pub times: u32,
    /// When it was last shown; none while it was not shown since it was last raised.
    pub shown_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "conversation, agent, body, raised_at_ms, raised_times, shown_at_ms FROM alert";

fn live(row: &Row<'_>) -> Result<LiveAlert, StoreError> {
    Ok(LiveAlert {
        conversation: id(row, 0)?,
        agent: row.get(1)?,
        alert: from_json(
            "alert",
            row.get_ref(2)?.as_str().unwrap_or_default().as_bytes(),
        )?,
        raised_at: at(row, 3)?,
        times: row.get(4)?,
        shown_at: at_or_none(row, 5)?,
    })
}

impl Reader<'_> {
    /// The live alerts of a person, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn alerts_for(&self, agent: &str) -> Result<Vec<LiveAlert>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE agent = ?1 ORDER BY raised_at_ms DESC, conversation DESC"
        ))?;
        let rows = statement.query_and_then([agent], live)?;
        rows.collect()
    }

    /// The live alerts about a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn alerts_about(&self, conversation: ConversationId) -> Result<Vec<LiveAlert>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE conversation = ?1 ORDER BY agent"
        ))?;
        let rows = statement.query_and_then([key(conversation)], live)?;
        rows.collect()
    }
}

impl Tx<'_> {
    /// Raises an alert for each of its people, or raises it again: the newest says why, and stays
    /// urgent while one of those before it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn raise_alert(
        &mut self,
        conversation: ConversationId,
        alert: &Alert,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let body = to_json("alert", alert)?;
        let mut statement = self.statement(
            "INSERT INTO alert (conversation, agent, body, raised_at_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (conversation, agent) DO UPDATE SET
                 body = iif(json_extract(body, '$.urgent'),
                     json_set(excluded.body, '$.urgent', json('true')), excluded.body),
                 raised_at_ms = excluded.raised_at_ms,
                 raised_times = raised_times + 1, shown_at_ms = NULL",
        )?;
        for agent in &alert.agents {
            statement.execute((key(conversation), agent, &body, now.0))?;
        }
        Ok(())
    }

    /// Notes that an alert was shown that had been raised so many times; one that was raised again
    /// meanwhile is still to be shown.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn alert_shown(
        &mut self,
        conversation: ConversationId,
        agent: &str,
        times: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.statement(
            "UPDATE alert SET shown_at_ms = ?4
             WHERE conversation = ?1 AND agent = ?2 AND raised_times = ?3",
        )?
        .execute((key(conversation), agent, times, now.0))?;
        Ok(())
    }

    /// Takes the alerts about a conversation away and returns them.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn withdraw_alerts(
        &mut self,
        conversation: ConversationId,
    ) -> Result<Vec<LiveAlert>, StoreError> {
        let alerts = self.alerts_about(conversation)?;
        self.statement("DELETE FROM alert WHERE conversation = ?1")?
            .execute([key(conversation)])?;
        Ok(alerts)
    }
}
