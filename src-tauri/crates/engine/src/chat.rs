//! Words on a channel whose customers a bot platform brings along: no letters, no addresses. What
//! is said is there once it stands in the log; the platform reads it there and shows it.

use baton_channels::sentiment;
use baton_core::command::{Command, SendEnd};
use baton_core::conversation::OutgoingState;
use baton_core::decide::Refusal;
use baton_core::event::Actor;
use baton_core::ids::{ConversationId, OutboxId};
use baton_core::message::{Address, MessageDocument};
use baton_core::time::SECOND;

use crate::compose::{Letterhead, Written};
use crate::desk::Turn;
use crate::error::EngineError;

/// Writes something to be said.
///
/// # Errors
/// When there are files, which a chat does not carry, or the store cannot keep it.
pub(crate) fn write(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    letter: Letterhead,
) -> Result<Written, EngineError> {
    if !letter.files.is_empty() {
        return Err(EngineError::bad(
            "no_files",
            "This channel carries text only.",
            "Take the files out, or send a link.",
        ));
    }
    let Some(state) = turn.conversation(conversation)? else {
        return Err(EngineError::bad(
            "cannot_write",
            "A conversation here is begun by the customer.",
            "Answer one that is there.",
        ));
    };
    let name = turn
        .roster
        .channels
        .get(&state.channel)
        .map(|known| known.info.name.clone())
        .unwrap_or_default();
    let mut document = MessageDocument {
        from: Address {
            name,
            address: String::new(),
        },
        to: letter.to,
        text: letter.text.trim_end().to_owned(),
        grounds: letter.grounds,
        ..MessageDocument::default()
    };
    sentiment::note(&mut document);
    let document_hash = turn.put_json(&document)?;
    Ok(Written {
        outbox: turn.mint.id(turn.now),
        message: turn.mint.id(turn.now),
        document,
        document_hash,
        contact: state.contact,
    })
}

impl Turn<'_, '_> {
    /// Says what waits to be said, in this one turn: nobody can take control between the last
    /// look at who has it and the words being out. Returns whether it was said.
    ///
    /// # Errors
    /// `SendNotDue` while it can still be taken back, or the store.
    pub(crate) fn say_in_chat(
        &mut self,
        conversation: ConversationId,
        outbox: OutboxId,
    ) -> Result<bool, EngineError> {
        let deadline = self.now.plus(SECOND);
        let begin = Command::BeginSend { outbox, deadline };
        let begin = self.new_order(conversation, Actor::system(), begin);
        let begun = match self.order(&begin) {
            Ok(outcome) => outcome,
            Err(EngineError::Refused(Refusal::SendNotDue { not_before })) => {
                return Err(Refusal::SendNotDue { not_before }.into());
            }
            // Said already, taken back or superseded: there is nothing to say any more.
            Err(EngineError::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let under_way = begun
            .state
            .outbox
            .get(&outbox)
            .is_some_and(|entry| matches!(entry.state, OutgoingState::Committing { .. }));
        if !under_way {
            return Ok(false);
        }
        let end = SendEnd::Sent {
            refused: Vec::new(),
            put_off: Vec::new(),
        };
        let end = self.new_order(
            conversation,
            Actor::system(),
            Command::EndSend { outbox, end },
        );
        self.order(&end)?;
        Ok(true)
    }
}
