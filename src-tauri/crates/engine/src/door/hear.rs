//! Words of customers that a bot platform brings along.

use baton_bots::DoorError;
use baton_bots::wire::customer::{CustomerMessage, Heard};
use baton_channels::sentiment;
use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_store::StoredBot;
use serde_json::json;

use super::{fits, view};
use crate::desk::Turn;
use crate::error::EngineError;
use crate::intake::{Arrival, Placed, Verification, of_thread};
use crate::roster::kind;

/// Names of the platform's own are cut off at so many bytes.
const LONGEST_NAME: usize = 200;

/// The conversation that a platform has this name for.
pub(super) fn of_key(bot: &StoredBot, key: &str) -> ConversationId {
    of_thread(bot.channel, key)
}

impl Turn<'_, '_> {
    pub(crate) fn hear(
        &mut self,
        bot: &StoredBot,
        asked: CustomerMessage,
    ) -> Result<Heard, EngineError> {
        if !self.roster.is_chat(bot.channel) {
            return Err(DoorError::new(
                422,
                "not_your_customers",
                "The customers of this bot write to a channel of Baton's own.",
                "Add a bot without --channel to bring customers along.",
            )
            .into());
        }
        for (what, name) in [
            ("key", &asked.key),
            ("message", &asked.message),
            ("customer.id", &asked.customer.id),
        ] {
            named(what, name)?;
        }
        fits(&asked.text)?;
        let conversation = of_key(bot, &asked.key);
        let placed = self.take_in(self.arrival(bot, &asked)?)?;
        self.tx.note_bot_thread(conversation, &asked.key)?;
        let (message, new) = match placed {
            Placed::New { message, .. } => (message, true),
            Placed::Known { message } => (message, false),
        };
        let state = self.served(bot, conversation)?;
        Ok(Heard {
            message: message.to_string(),
            new,
            conversation: view(self.tx, bot, &state)?,
        })
    }

    fn arrival(&self, bot: &StoredBot, asked: &CustomerMessage) -> Result<Arrival, EngineError> {
        let raw = serde_json::to_vec(asked)?;
        let mut document = MessageDocument {
            subject: asked.subject.chars().take(LONGEST_NAME).collect(),
            from: Address {
                name: asked.customer.name.chars().take(LONGEST_NAME).collect(),
                address: asked.customer.id.clone(),
            },
            text: asked.text.clone(),
            ..MessageDocument::default()
        };
        sentiment::note(&mut document);
        Ok(Arrival {
            channel: bot.channel,
            identity_kind: kind::of_bot(bot.channel),
            native_key: Some(json!([asked.key, asked.message]).to_string()),
            thread: Some(asked.key.clone()),
            token: None,
            raw_hash: Hash::of(&raw),
            raw,
            mime: "application/json",
            document,
            direction: Direction::Inbound,
            author: Author::Customer,
            author_name: String::new(),
            received_at: self.now,
            imported: false,
            source: String::new(),
            verification: Verification::Claimed,
            took_place: None,
        })
    }
}

fn named(what: &str, name: &str) -> Result<(), DoorError> {
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && !name.contains(char::is_control);
    if fits {
        return Ok(());
    }
    Err(DoorError::bad_request(format!(
        "`{what}` must have 1 to {LONGEST_NAME} bytes and no control characters."
    )))
}
