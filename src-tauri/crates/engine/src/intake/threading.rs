//! Where a mail belongs: by the identifiers it refers to, never by its subject alone.

use std::collections::BTreeSet;

use baton_core::event::body::Join;
use baton_core::ids::{ContactId, ConversationId};
use baton_core::message::{Direction, MessageKind};
use baton_store::{MessageRow, ThreadHit};

use super::Arrival;
use crate::desk::Turn;
use crate::error::EngineError;
use crate::recipients::normal;

/// Messages at either end of a conversation that are looked at to see whether somebody takes part
/// in it.
const LOOK_BACK: usize = 50;

/// The conversation that a mail refers to, and how sure that is.
///
/// A sender who takes part in the conversation joins it. One who does not, but quotes an
/// identifier from it, joins visibly flagged: the identifier may have been forwarded to them, or
/// guessed. Reports of mail systems join by the message they report on.
pub(super) fn find(
    turn: &Turn<'_, '_>,
    arrival: &Arrival,
    contact: ContactId,
) -> Result<Option<(ConversationId, Join)>, EngineError> {
    let document = &arrival.document;
    let mut asked: Vec<&str> = Vec::new();
    if let Some(report) = &document.report {
        asked.extend(report.original_message_id.as_deref());
    }
    asked.extend(document.in_reply_to.iter().map(String::as_str));
    asked.extend(document.references.iter().rev().map(String::as_str));
    let mut hits = turn.tx.messages_with_ids(&asked)?;
    if hits.is_empty() && !document.native_id.is_empty() {
        // The answer came before the message it answers.
        hits = turn
            .tx
            .messages_referring_to(&[document.native_id.as_str()])?;
    }
    hits.retain(|hit| hit.channel == arrival.channel);
    if hits.is_empty() {
        hits = other_copies(turn, arrival)?;
    }
    let Some(nearest) = hits.first() else {
        return Ok(None);
    };
    let by_machine = matches!(document.kind, MessageKind::Bounce | MessageKind::Feedback);
    if arrival.direction == Direction::Outbound || by_machine {
        return Ok(Some((nearest.conversation, Join::Reference)));
    }
    let from = turn.address_of_writer(arrival);
    for hit in one_each(&hits) {
        if takes_part(turn, hit.conversation, contact, &from)? {
            return Ok(Some((hit.conversation, Join::Reference)));
        }
    }
    Ok(Some((nearest.conversation, Join::Flagged)))
}

/// The same mail that came by another way: a list adds to its words and leaves its identifier.
/// Broken senders use one identifier for many mails, so the words must agree, too.
fn other_copies(turn: &Turn<'_, '_>, arrival: &Arrival) -> Result<Vec<ThreadHit>, EngineError> {
    let (id, words) = (&arrival.document.native_id, arrival.document.text.trim());
    if id.is_empty() || words.is_empty() {
        return Ok(Vec::new());
    }
    let mut copies = Vec::new();
    for hit in turn.tx.messages_with_ids(&[id.as_str()])? {
        if hit.channel != arrival.channel || hit.direction != Direction::Inbound {
            continue;
        }
        let Some(row) = turn.tx.message(hit.message)? else {
            continue;
        };
        let document = turn.tx.document(row.document).map_err(Into::into);
        let said = document.or_else(super::of_one)?;
        let said = said.as_ref().map_or("", |document| document.text.trim());
        if !said.is_empty() && (words.contains(said) || said.contains(words)) {
            copies.push(hit);
        }
    }
    Ok(copies)
}

fn one_each(hits: &[ThreadHit]) -> Vec<&ThreadHit> {
    let mut seen = BTreeSet::new();
    hits.iter()
        .filter(|hit| seen.insert(hit.conversation))
        .collect()
}

/// Whether a sender has written in a conversation, or was written to by us or by the customer.
/// Recipients of a flagged message do not count, or a stranger could let the next one in.
pub(super) fn takes_part(
    turn: &Turn<'_, '_>,
    conversation: ConversationId,
    contact: ContactId,
    address: &str,
) -> Result<bool, EngineError> {
    // Of one that is damaged beyond mending nobody takes part; what joins it is told apart later.
    let Some(state) = turn.conversation(conversation).or_else(super::of_one)? else {
        return Ok(false);
    };
    // A person may write from any address of theirs, also from one that was another contact's
    // until the two were found to be one person.
    let person = turn.tx.person(contact)?;
    if person.contacts.contains(&state.contact) {
        return Ok(true);
    }
    let mut messages = turn.tx.messages_newest(conversation, LOOK_BACK)?;
    if messages.len() == LOOK_BACK {
        // Of a long one, whoever was there at the beginning takes part too.
        messages.extend(turn.tx.messages_of(conversation, None, LOOK_BACK)?);
    }
    messages.retain(|message| message.join != Join::Flagged);
    // Who wrote stands in the rows; only who was written to has to be read from the messages.
    let wrote = |message: &MessageRow| {
        person.contacts.contains(&message.contact) && message.direction == Direction::Inbound
    };
    if messages.iter().any(wrote) {
        return Ok(true);
    }
    let wanted = normal(address);
    // The team's own address stands in everything customers write: whoever bears it is not let in
    // by that.
    if turn.roster.own_addresses().contains(&wanted) {
        return Ok(false);
    }
    for message in &messages {
        let document = turn.tx.document(message.document).map_err(Into::into);
        let Some(document) = document.or_else(super::of_one)? else {
            continue;
        };
        let addressed = document.to.iter().chain(&document.cc).chain(&document.bcc);
        if addressed
            .into_iter()
            .any(|entry| normal(&entry.address) == wanted)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
