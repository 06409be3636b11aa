//! Bots that are asked: each hears of its customers at the door, and has so long to answer. One
//! that does not, or that nothing connects to, has failed, and people get the conversation.

use baton_core::command::Command;
use baton_core::control::Controller;
use baton_core::event::Actor;
use baton_core::ids::ChannelId;
use baton_store::{EffectEnd, StoredEffect};

use crate::desk::Turn;
use crate::error::EngineError;

/// Hands a conversation to people whose bot has not answered, unless it has moved on meanwhile.
pub(crate) fn unanswered(
    turn: &mut Turn<'_, '_>,
    effect: &StoredEffect,
    bot: &str,
    epoch: u64,
) -> Result<EffectEnd, EngineError> {
    let conversation = effect.conversation;
    let asked_at = effect.changed_at;
    let Some(state) = turn.conversation(conversation)? else {
        return Ok(EffectEnd::Done);
    };
    let served = turn.roster.serving(bot, state.channel).is_some();
    let talk = &state.talk;
    // What it said in the very millisecond may have been said before, and a clock that was
    // set back makes nothing said that is still to come.
    let spoke = |at| at > asked_at && at <= turn.now;
    let answered = talk.waiting_since.is_none_or(|since| since > asked_at)
        || talk.last_bot_at.is_some_and(spoke)
        // Whoever reads or sends it has a deadline of their own.
        || state.has_answer_under_way(bot, asked_at);
    let holds = matches!(&state.control.controller, Controller::Bot(name) if name.as_str() == bot);
    if !holds || state.control.epoch != epoch || (served && answered) {
        return Ok(EffectEnd::Done);
    }
    let (code, text) = if served {
        ("no_answer", "the bot did not answer in time")
    } else {
        ("not_connected", "the bot is not connected")
    };
    let command = Command::Fail {
        code: code.to_owned(),
        text: text.to_owned(),
    };
    let mut order = turn.new_order(conversation, Actor::system(), command);
    order.seen_epoch = Some(epoch);
    match turn.order(&order) {
        Ok(_) | Err(EngineError::Refused(_)) => Ok(EffectEnd::Done),
        Err(error) => Err(error),
    }
}

impl Turn<'_, '_> {
    /// How long a bot has to answer, in milliseconds; none that nothing connects to.
    pub(crate) fn answer_within(&self, channel: ChannelId, bot: &str) -> i64 {
        self.roster
            .serving(bot, channel)
            .map_or(0, |known| known.answer_within_ms)
    }
}
