//! Macros: texts that are written once, for people and for rules. What a rule sends of them is here. They go through the same door as a bot's words: a stale
//! epoch is refused, and a machine is never answered.

use std::sync::Arc;

use baton_core::command::{Command, ReplyInput};
use baton_core::event::{Actor, ActorKind};
use baton_core::ids::ConversationId;
use baton_store::EffectEnd;

use crate::compose::{Machine, outgoing};
use crate::engine::Engine;
use crate::error::EngineError;

/// What the fields of a macro stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    /// The name of the contact; empty when it is not known.
    pub customer: String,
    /// Who writes.
    pub me: String,
    /// The workspace.
    pub workspace: String,
}

/// Fills in the fields of a macro: `{customer}`, `{first_name}`, `{me}` and `{workspace}`. A field
/// of another name stays as it is written, and what fills one is never read for fields itself.
pub(crate) fn filled(text: &str, fields: &Fields) -> String {
    let first_name = fields
        .customer
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| {
            let value = match name {
                "customer" => fields.customer.as_str(),
                "first_name" => first_name,
                "me" => fields.me.as_str(),
                "workspace" => fields.workspace.as_str(),
                _ => return None,
            };
            Some((value, behind))
        });
        if let Some((value, behind)) = known {
            out.push_str(value);
            rest = behind;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

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
            let contact = match turn.conversation(conversation)? {
                Some(state) => turn.tx.contact(state.contact)?,
                None => None,
            };
            // No person writes it: it speaks for the workspace.
            let fields = Fields {
                customer: contact.map(|known| known.name).unwrap_or_default(),
                me: turn.roster.workspace.clone(),
                workspace: turn.roster.workspace.clone(),
            };
            let text = filled(&text, &fields);
            let Some(written) = outgoing(turn, conversation, &text, None, &key, Machine::Yes)?
            else {
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
                report: None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_once_and_unknown_ones_stay() {
        let fields = Fields {
            customer: "Mia {me} Torres".to_owned(),
            me: "Anna".to_owned(),
            workspace: "Nordlicht".to_owned(),
        };
        for (text, wanted) in [
            ("Hello {first_name},", "Hello Mia,"),
            ("{customer}", "Mia {me} Torres"),
            ("{me} of {workspace}", "Anna of Nordlicht"),
            ("{order} is {", "{order} is {"),
            ("{{me}}", "{Anna}"),
            ("", ""),
        ] {
            assert_eq!(filled(text, &fields), wanted, "{text}");
        }
    }
}
