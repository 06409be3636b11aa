//! Words on a channel whose customers a bot platform brings along: no letters, no addresses. What
//! is said is there once it stands in the log; the platform reads it there and shows it.

use baton_channels::sentiment;
use baton_core::ids::ConversationId;
use baton_core::message::{Address, MessageDocument};

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
