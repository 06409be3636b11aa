//! Notes, which only the team sees.

use std::sync::Arc;

use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::conversations::Acted;
use baton_core::command::{Command, MessageInput};
use baton_core::event::Actor;
use baton_core::event::body::Join;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_store::DraftKind;

use super::acted;
use crate::desk::Turn;
use crate::engine::{Engine, parse};
use crate::error::EngineError;

impl Engine {
    pub(in crate::commands) async fn note_add(
        &self,
        asked: co::NoteAdd,
    ) -> Result<Acted, ApiError> {
        let text = asked.text.trim_end().to_owned();
        if text.trim().is_empty() {
            return Err(ApiError::new(
                "empty_message",
                "The note is empty.",
                "Write something first.",
            ));
        }
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        self.inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                let order_id: MessageId = turn.mint.id(turn.now);
                let input = note(turn, conversation, &me, text, order_id)?;
                let order =
                    turn.new_order(conversation, Actor::agent(me.clone()), Command::Note(input));
                turn.order(&order)?;
                turn.tx.drop_draft(conversation, &me, DraftKind::Note)?;
                turn.touch("drafts");
                Ok(())
            })
            .await?;
        Ok(acted(conversation))
    }
}

/// A note as a message that only the team sees.
pub(crate) fn note(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    author: &str,
    text: String,
    id: MessageId,
) -> Result<MessageInput, EngineError> {
    let Some(state) = turn.conversation(conversation)? else {
        return Err(EngineError::Missing("conversation"));
    };
    let document = MessageDocument {
        visible_text: text.clone(),
        text,
        from: Address {
            name: turn.roster.display(author),
            address: String::new(),
        },
        of: Some(id),
        ..MessageDocument::default()
    };
    let document_hash = turn.put_json(&document)?;
    Ok(MessageInput {
        id,
        direction: Direction::Internal,
        author: Author::Agent,
        author_name: author.to_owned(),
        document: Arc::new(document),
        document_hash,
        raw: None,
        channel: state.channel,
        contact: state.contact,
        join: Join::Native,
        received_at: turn.now,
        outbox: None,
        about: None,
        imported: false,
        source: String::new(),
    })
}
