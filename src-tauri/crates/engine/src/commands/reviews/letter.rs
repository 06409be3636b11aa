//! A draft in the words of its reviewer: to the same people, with the same files, and with what
//! stood below it.

use baton_channels::mail;
use baton_core::message::Author;
use baton_store::ReviewRow;

use crate::commands;
use crate::compose::{Letterhead, Machine, Written, write};
use crate::desk::Turn;
use crate::error::EngineError;

/// Writes a draft anew; none when the words are those of the draft.
///
/// # Errors
/// When it cannot be written or kept, or the draft was erased.
pub(super) fn in_other_words(
    turn: &mut Turn<'_, '_>,
    row: &ReviewRow,
    words: &str,
    key: &[u8; 32],
) -> Result<Option<Written>, EngineError> {
    let Some(draft) = turn.tx.document(row.document)? else {
        return Err(EngineError::Missing("draft"));
    };
    if draft.shown_text().trim() == words.trim() {
        return Ok(None);
    }
    let Some(state) = turn.conversation(row.conversation)? else {
        return Err(EngineError::Missing("conversation"));
    };
    let below = draft
        .text
        .split_once(draft.shown_text().trim())
        .map(|(_, below)| below.to_owned())
        .unwrap_or_default();
    let mut files = Vec::new();
    let raw = match draft.raw {
        Some(hash) => turn.tx.content(hash)?,
        None => None,
    };
    if let Some(raw) = raw {
        for file in &draft.attachments {
            if let Some(bytes) = mail::attachment(&raw, file.index) {
                files.push((file.saved_name.clone(), file.media_type.clone(), bytes));
            }
        }
    }
    let answered = match state.talk.last_customer_message {
        Some(message) => turn.tx.message(message)?,
        None => None,
    };
    let answers = match answered {
        Some(row) => turn.tx.document(row.document)?,
        None => None,
    };
    // What stays as it was keeps its source; the rest is held against the same passages.
    let grounds = match &draft.grounds {
        Some(before) => Some(commands::in_other_words(turn.tx, before, words)?),
        None => None,
    };
    let letter = Letterhead {
        to: draft.to,
        cc: draft.cc,
        bcc: draft.bcc,
        subject: draft.subject,
        text: format!("{}{below}", words.trim_end()),
        files,
        answers,
        grounds,
    };
    let machine = match row.author {
        Author::Bot => Machine::Yes,
        _ => Machine::No,
    };
    write(turn, state.channel, row.conversation, letter, key, machine).map(Some)
}
