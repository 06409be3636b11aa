//! Notes, which only the team sees; and whispers, which the bot hears as well.

use std::sync::Arc;

use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::conversations::Acted;
use baton_bots::connector::config::Kind;
use baton_core::command::{Command, MessageInput};
use baton_core::control::Controller;
use baton_core::conversation::Conversation;
use baton_core::event::Actor;
use baton_core::event::body::Join;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_store::DraftKind;

use super::acted;
use crate::desk::Turn;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::roster::Roster;

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

    pub(in crate::commands) async fn whisper(&self, asked: co::Whisper) -> Result<Acted, ApiError> {
        let text = asked.text.trim_end().to_owned();
        if text.trim().is_empty() {
            return Err(ApiError::new(
                "empty_message",
                "There is nothing to whisper.",
                "Write something first.",
            ));
        }
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        self.inner
            .desk
            .turn(move |turn| {
                let Some(state) = turn.conversation(conversation)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                hears_whispers(&turn.roster, &state)?;
                let me = turn.roster.me.as_str().to_owned();
                let message: MessageId = turn.mint.id(turn.now);
                let input = note(turn, conversation, &me, text, message)?;
                let actor = Actor::agent(me.clone());
                let mut order = turn.new_order(conversation, actor, Command::Whisper(input));
                order.seen_epoch = asked.seen_epoch;
                turn.order(&order)?;
                turn.tx.drop_draft(conversation, &me, DraftKind::Note)?;
                turn.touch("drafts");
                Ok(())
            })
            .await?;
        Ok(acted(conversation))
    }
}

/// Checks that the bot which has control can be told something that the customer does not hear.
///
/// # Errors
/// When no bot has control, or none that hears whispers.
pub(crate) fn hears_whispers(roster: &Roster, state: &Conversation) -> Result<(), EngineError> {
    let Some(Controller::Bot(bot)) = state.control.speaker() else {
        return Err(EngineError::bad(
            "no_bot",
            "No bot has this conversation now.",
            "Write a note instead; the team sees it.",
        ));
    };
    let hears = roster.serving(bot.as_str(), state.channel).is_some()
        && !roster.deaf.contains(bot.as_str())
        && roster
            .connectors
            .get(bot.as_str())
            .is_none_or(|known| Kind::read(&known.kind).is_some_and(Kind::hears_whispers));
    if hears {
        return Ok(());
    }
    Err(EngineError::bad(
        "hears_no_whispers",
        "This bot cannot be told anything that the customer does not hear.",
        "Write a note for the team, or take the conversation.",
    ))
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
