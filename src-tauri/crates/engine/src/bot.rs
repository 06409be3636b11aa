//! Bots that are asked: each hears of its customers at the door, and has so long to answer. One
//! that does not, or that nothing connects to, has failed, and people get the conversation.

use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::ids::ChannelId;
use baton_core::time::SECOND;
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
    if !state.is_held_by_bot(bot, epoch) {
        return Ok(EffectEnd::Done);
    }
    let served = turn.roster.serving(bot, state.channel).is_some();
    if served && state.has_answered(bot, asked_at, turn.now) {
        return Ok(EffectEnd::Done);
    }
    // It is silent because people were called, and they have their time.
    if let Some(until) = state.people_are_asked_until().filter(|_| served) {
        return Ok(EffectEnd::Again {
            not_before: until.max(turn.now.plus(SECOND)),
            error: String::new(),
        });
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
