//! Asking the bot that holds a conversation. Bots that are connected over a protocol come with
//! their own crate; the scripted bot of the demo speaks by itself, so it is not asked.

use baton_core::ids::{ConversationId, MessageId};
use baton_store::EffectEnd;

use crate::engine::Engine;
use crate::error::EngineError;

/// Asks a bot for its answer to a message.
pub(crate) async fn ask(
    engine: &Engine,
    conversation: ConversationId,
    bot: &str,
    epoch: u64,
    message: MessageId,
) -> Result<EffectEnd, EngineError> {
    let known = engine.roster().bots().contains(bot);
    tracing::debug!(%conversation, %message, epoch, known, "The bot hears a message.");
    Ok(EffectEnd::Done)
}
