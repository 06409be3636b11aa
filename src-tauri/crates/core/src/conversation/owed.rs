//! What a bot owes the customer: an answer, while it is in charge and they wait.

use crate::control::{Controller, OfferMode, Target};
use crate::conversation::{Conversation, OutgoingState};
use crate::ids::BotName;
use crate::message::Author;
use crate::time::Timestamp;

/// So often machines may hand a customer on to a bot without a word of theirs; then people have it.
const MOST_HANDED_ON: u32 = 3;

impl Conversation {
    /// The bot in charge, while the customer waits for words that it has not said yet. That it has
    /// offered the conversation to others, and perhaps says nothing meanwhile, changes nothing: it
    /// is still the one that has it.
    #[must_use]
    pub fn owed_by(&self) -> Option<&BotName> {
        let Controller::Bot(bot) = &self.control.controller else {
            return None;
        };
        let talk = &self.talk;
        let since = talk.waiting_since?;
        // They wait for what comes after their last word and, where people were to have them and
        // then did not, after that: what was said before answers neither.
        let waits = since.max(talk.last_customer_at.unwrap_or(since));
        // Words that were older than a note when they left have not ended the waiting, and were said.
        let had_it = waits.max(self.control.since);
        let spoke = talk.last_bot_at.is_some_and(|at| at > had_it);
        let settled = spoke
            || self.has_answer_under_way(bot.as_str(), waits)
            // People were told that it did not leave, and have it in hand.
            || self.has_failed_to_send(bot.as_str(), waits);
        (!settled).then_some(bot)
    }

    /// Whether a bot has the conversation under an epoch.
    #[must_use]
    pub fn is_held_by_bot(&self, bot: &str, epoch: u64) -> bool {
        let own = matches!(&self.control.controller, Controller::Bot(name) if name.as_str() == bot);
        own && self.control.epoch == epoch
    }

    /// Whether a bot that was asked at an instant has done its part by `now`.
    #[must_use]
    pub fn has_answered(&self, bot: &str, asked_at: Timestamp, now: Timestamp) -> bool {
        let talk = &self.talk;
        // What it said in the very millisecond may have been said before, and a clock that was
        // set back makes nothing said that is still to come.
        let spoke = |at| at > asked_at && at <= now;
        talk.waiting_since.is_none_or(|since| since > asked_at)
            || talk.last_bot_at.is_some_and(spoke)
            // Whoever reads or sends it has a deadline of their own.
            || self.has_answer_under_way(bot, asked_at)
    }

    /// Until when a bot may be silent because people, who were called, are to say whether they
    /// take the conversation; none while it may speak, or asks another bot.
    #[must_use]
    pub fn people_are_asked_until(&self) -> Option<Timestamp> {
        let offer = self.control.offer.as_ref()?;
        let silent = offer.mode == OfferMode::Cold && !matches!(offer.to, Target::Bot(_));
        silent.then_some(offer.expires_at)
    }

    /// Whether bots hand the customer on and on, and none of them lets them have a word.
    #[must_use]
    pub const fn is_passed_about(&self) -> bool {
        self.talk.handed_on > MOST_HANDED_ON
    }

    fn has_failed_to_send(&self, bot: &str, since: Timestamp) -> bool {
        self.outbox.values().any(|entry| {
            entry.author == Author::Bot
                && entry.author_name == bot
                && entry.queued_at >= since
                && entry.state == OutgoingState::Failed
        })
    }
}
