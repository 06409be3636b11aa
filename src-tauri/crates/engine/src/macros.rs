//! Macros: texts that a rule may send. They go through the same door as a bot's words: a stale
//! epoch is refused, and a machine is never answered.

use std::sync::Arc;

use baton_core::command::{Command, ReplyInput};
use baton_core::event::{Actor, ActorKind};
use baton_core::ids::ConversationId;
use baton_store::EffectEnd;

use crate::compose::{Machine, outgoing};
use crate::engine::Engine;
use crate::error::EngineError;

/// Writes the reply of a macro, when there is a text of that name and control still allows it.
pub(crate) async fn write(
    engine: &Engine,
    conversation: ConversationId,
    name: &str,
    rule: &str,
    epoch: u64,
) -> Result<EffectEnd, EngineError> {
    let Some(text) = engine.roster().macros.get(name).cloned() else {
        return Ok(EffectEnd::Done);
    };
    let key = engine.inner.reply_key;
    let actor = Actor {
        kind: ActorKind::Rule,
        id: rule.to_owned(),
    };
    engine
        .inner
        .desk
        .turn(move |turn| {
            let Some(written) = outgoing(turn, conversation, &text, &key, Machine::Yes)? else {
                return Ok(());
            };
            let command = Command::Reply(ReplyInput {
                outbox: written.outbox,
                message: written.message,
                document: Arc::new(written.document),
                document_hash: written.document_hash,
                contact: written.contact,
                undo_ms: 0,
                resolve: false,
            });
            let mut order = turn.new_order(conversation, actor, command);
            order.seen_epoch = Some(epoch);
            match turn.order(&order) {
                Ok(_) | Err(EngineError::Refused(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(EffectEnd::Done)
}
