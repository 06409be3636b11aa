//! Words of a bot for the customer.

use std::sync::Arc;

use baton_bots::DoorError;
use baton_bots::command;
use baton_bots::wire::customer::{BotMessage, NoteGiven, Noted, Said};
use baton_core::command::{Command, MessageInput, ReplyInput};
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::Author;
use baton_store::StoredBot;

use super::{fits, is_now, view};
use crate::commands::note;
use crate::compose::{Machine, outgoing};
use crate::desk::Turn;
use crate::error::EngineError;

impl Turn<'_, '_> {
    /// Puts down what a bot says to the team. It reaches no customer, so it needs no control; but
    /// who knows of an older stretch would speak of what is over.
    pub(super) fn bot_note(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        asked: NoteGiven,
    ) -> Result<Noted, EngineError> {
        fits(&asked.text)?;
        is_now(&self.served(bot, which)?, asked.epoch)?;
        let id: MessageId = self.mint.id(self.now);
        let input = MessageInput {
            author: Author::Bot,
            ..note(self, which, &bot.name, asked.text, id)?
        };
        let order = self.order_of(bot, which, asked.epoch, Command::Note(input));
        self.order(&order)?;
        let conversation = self.served(bot, which)?;
        Ok(Noted {
            message: id.to_string(),
            conversation: view(self.tx, bot, &conversation)?,
        })
    }

    pub(super) fn say(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        asked: BotMessage,
        reply_key: &[u8; 32],
    ) -> Result<Said, EngineError> {
        fits(&asked.text)?;
        let report = asked
            .report
            .map(|report| command::reported(&bot.name, report))
            .transpose()?;
        // Looked at before anything is written; the core looks again.
        let before = self.holds(bot, which, asked.epoch)?;
        let grounds = asked.grounds.map(|grounds| *grounds);
        let written = outgoing(self, which, &asked.text, grounds, reply_key, Machine::Yes)?;
        let Some(written) = written else {
            return Err(DoorError::new(
                422,
                "nobody_to_answer",
                "There is no customer to say this to.",
                "",
            )
            .into());
        };
        let (outbox, message) = (written.outbox, written.message);
        let repeats = self.repeats(which, &asked.text)?;
        let command = Command::Reply(ReplyInput {
            outbox,
            message,
            contact: written.contact,
            document: Arc::new(written.document),
            document_hash: written.document_hash,
            undo_ms: 0,
            resolve: false,
            report: repeats.told(bot, &before.bot, report).map(Box::new),
        });
        let order = self.order_of(bot, which, asked.epoch, command);
        let outcome = self.order(&order)?;
        let state = if outcome.says(message) {
            "sent"
        } else if outcome.state.outbox.contains_key(&outbox) {
            "queued"
        } else {
            "held"
        };
        if state != "held" {
            self.stop_when_stuck(bot, which, asked.epoch, &repeats)?;
        }
        let conversation = self.served(bot, which)?;
        Ok(Said {
            message: message.to_string(),
            state: state.to_owned(),
            conversation: view(self.tx, bot, &conversation)?,
        })
    }
}
