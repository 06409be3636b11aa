//! A bot that is to be asked though nothing connects to it: what was on its way to it falls to
//! people, as when a bot says itself that it failed.

use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::ids::ConversationId;
use baton_store::EffectEnd;

use crate::engine::Engine;
use crate::error::EngineError;

/// Hands a conversation to people whose bot cannot be asked, unless it has moved on meanwhile.
pub(crate) async fn fail_over(
    engine: &Engine,
    conversation: ConversationId,
    epoch: u64,
) -> Result<EffectEnd, EngineError> {
    engine
        .inner
        .desk
        .turn(move |turn| {
            let command = Command::Fail {
                code: "not_connected".to_owned(),
                text: "the bot is not connected".to_owned(),
            };
            let mut order = turn.new_order(conversation, Actor::system(), command);
            order.seen_epoch = Some(epoch);
            match turn.order(&order) {
                Ok(_) | Err(EngineError::Refused(_)) => Ok(EffectEnd::Done),
                Err(error) => Err(error),
            }
        })
        .await
}
