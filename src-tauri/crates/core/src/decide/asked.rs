//! The one place that sees to it that a customer who waits for a bot gets an answer, or people. It
//! looks at how a decision has left the conversation, whichever way it came there: by a message, a
//! verb of anybody, a rule, an undo or an offer that ran out.

use crate::control::Controller;
use crate::decide::work::Work;
use crate::effect::Effect;
use crate::event::Event;
use crate::event::body::{DraftSettled, MessageRecorded};
use crate::message::{Author, Direction, MessageKind};
use crate::rules::memory::CHAIN_DEPTH;
use crate::world::BotLink;

impl Work<'_> {
    /// The bot in control is asked to answer; people get what no bot can answer, or none will.
    pub(super) fn see_to_an_answer(&mut self) {
        for _ in 0..CHAIN_DEPTH {
            let mark = self.mark();
            self.take_from_bot_that_cannot_answer();
            if self.mark() == mark {
                break;
            }
            self.follow_up(mark);
        }
        self.ask_bot_to_answer();
    }

    /// A bot that nothing connects to has failed: a customer is never left with one that cannot
    /// hear them. So have bots that only hand the customer on.
    pub(super) fn take_from_bot_that_cannot_answer(&mut self) {
        let Controller::Bot(bot) = self.state.control.controller.clone() else {
            return;
        };
        let (code, text) = if self.state.is_passed_about() {
            ("passed_about", "bots hand the customer on to each other")
        } else if self.world.channel.bot_link == BotLink::Absent && self.is_to_be_asked() {
            ("not_connected", "the bot is not connected")
        } else {
            return;
        };
        // A packet made from the state alone is never refused.
        let _ = self.by_itself(|work| work.bot_failed(bot.as_str(), code, text));
    }

    /// Asks the bot in control to answer a customer who waits, once for each time that they begin
    /// to wait for it. Whoever carries that out looks in time whether it has.
    fn ask_bot_to_answer(&mut self) {
        if self.world.channel.bot_link != BotLink::Asked || !self.is_to_be_asked() {
            return;
        }
        let Some(bot) = self.state.owed_by() else {
            return;
        };
        let talk = &self.state.talk;
        let message = talk.last_customer_message.or(talk.last_message);
        let effect = Effect::AskBot {
            bot: bot.to_string(),
            epoch: self.state.control.epoch,
            message: message.unwrap_or_default(),
        };
        self.ask(effect);
    }

    /// Whether a bot owes an answer for which it has not been asked: it has got the conversation,
    /// the customer has written again, or what it had said is not sent.
    fn is_to_be_asked(&self) -> bool {
        if self.is_history() || self.state.imported || self.state.owed_by().is_none() {
            return false;
        }
        let asked = self.asked_before == Some(self.state.control.epoch);
        !asked || self.has_happened(asks_again)
    }
}

/// Whether an event asks a bot that was asked before once more.
fn asks_again(event: &Event) -> bool {
    match event {
        Event::MessageRecorded(MessageRecorded {
            direction: Direction::Inbound,
            author: Author::Customer,
            kind: MessageKind::Message,
            imported,
            ..
        }) => !imported,
        Event::DraftSettled(DraftSettled { again, .. }) => *again,
        _ => false,
    }
}
