//! How conversations are linked with those at the platforms of connected bots.

use baton_core::ids::ConversationId;
use serde_json::Value;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{from_json, id, key, to_json};
use crate::writer::Tx;

/// How a conversation is linked with one at the platform of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLink {
    /// The conversation here.
    pub conversation: ConversationId,
    /// The control epoch of the stretch after which the bot is to learn what became of the
    /// conversation; none once it has learnt that.
    pub epoch: Option<u64>,
    /// Whether it has learnt that a person took the conversation since.
    pub taken: bool,
    /// What the platform calls it and how far it was read there.
    pub kept: Value,
}

impl Reader<'_> {
    /// The links of a bot whose conversations it is to learn more of, in the order of conversations.
    ///
    /// # Errors
    /// When the database cannot be read or a link has another shape.
    pub fn bot_links_open(&self, bot: &str) -> Result<Vec<KeptLink>, StoreError> {
        let mut statement = self.statement(
            "SELECT conversation, epoch, taken, kept FROM bot_link
             WHERE bot = ?1 AND epoch IS NOT NULL ORDER BY conversation",
        )?;
        let rows = statement.query_map([bot], |row| {
            let link = KeptLink {
                conversation: id(row, 0)?,
                epoch: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
                taken: row.get(2)?,
                kept: Value::Null,
            };
            Ok((link, row.get::<_, String>(3)?))
        })?;
        rows.map(|row| {
            let (mut link, kept) = row?;
            link.kept = from_json("link of a bot", kept.as_bytes())?;
            Ok(link)
        })
        .collect()
    }

    /// What is kept of a conversation at the platform of a bot; none when nothing is.
    ///
    /// # Errors
    /// When the database cannot be read or a link has another shape.
    pub fn bot_link(
        &self,
        bot: &str,
        conversation: ConversationId,
    ) -> Result<Option<Value>, StoreError> {
        let mut statement =
            self.statement("SELECT kept FROM bot_link WHERE bot = ?1 AND conversation = ?2")?;
        let mut rows = statement.query((bot, key(conversation)))?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let kept: String = row.get(0)?;
        Ok(Some(from_json("link of a bot", kept.as_bytes())?))
    }
}

impl Tx<'_> {
    /// Keeps what is known of a conversation at the platform of a bot, in a stretch of that epoch.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_bot_link(
        &mut self,
        bot: &str,
        conversation: ConversationId,
        epoch: u64,
        kept: &Value,
    ) -> Result<(), StoreError> {
        let kept = to_json("link of a bot", kept)?;
        self.statement(
            "INSERT INTO bot_link (bot, conversation, epoch, taken, kept) VALUES (?1, ?2, ?3, 0, ?4)
             ON CONFLICT (bot, conversation) DO UPDATE SET
                 taken = CASE WHEN epoch = excluded.epoch THEN taken ELSE 0 END,
                 epoch = excluded.epoch, kept = excluded.kept",
        )?
        .execute((bot, key(conversation), epoch.cast_signed(), kept))?;
        Ok(())
    }

    /// Notes that a bot has learnt who took a conversation, or with `over` that there is no more to
    /// be learnt of its stretch.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn bot_link_learnt(
        &mut self,
        bot: &str,
        conversation: ConversationId,
        over: bool,
    ) -> Result<(), StoreError> {
        self.statement(
            "UPDATE bot_link SET taken = NOT ?3, epoch = CASE WHEN ?3 THEN NULL ELSE epoch END
             WHERE bot = ?1 AND conversation = ?2",
        )?
        .execute((bot, key(conversation), over))?;
        Ok(())
    }

    /// Forgets the link of a conversation with the platform of a bot.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_bot_link(
        &mut self,
        bot: &str,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.statement("DELETE FROM bot_link WHERE bot = ?1 AND conversation = ?2")?
            .execute((bot, key(conversation)))?;
        Ok(())
    }

    /// Forgets every link with the platform of a bot.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_bot_links(&mut self, bot: &str) -> Result<(), StoreError> {
        self.statement("DELETE FROM bot_link WHERE bot = ?1")?
            .execute([bot])?;
        Ok(())
    }
}
