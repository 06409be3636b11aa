//! What else there is of a customer: the conversations that whoever gets one of theirs should know
//! of, for its packet.

use baton_core::control::{ControlState, Controller};
use baton_core::decide::Outcome;
use baton_core::event::Event;
use baton_core::packet::{Packet, Related};
use baton_core::time::{DAY, Timestamp};
use baton_store::{ConversationRow, Reader};

use crate::error::EngineError;
use crate::people::Whole;

/// So many are named.
const MOST: usize = 5;
/// So many of the newest are looked at.
const LOOKED_AT: usize = 40;
/// One that is closed is named for so long after its last word.
const RECENT: i64 = 30 * DAY;

/// The other conversations of the customer whom an outcome hands over, those that are open first;
/// none where it hands over nobody, or there are none and nobody was told of any before.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn of_handoff(
    reader: &Reader<'_>,
    outcome: &Outcome,
    told: Option<&Packet>,
    now: Timestamp,
) -> Result<Option<Vec<Related>>, EngineError> {
    let hands_over = outcome.events.iter().any(|one| match &one.event {
        Event::ControlChanged(changed) => changed.packet.is_some(),
        Event::OfferMade(made) => made.offer.packet.is_some(),
        _ => false,
    });
    let state = &outcome.state;
    if !hands_over || state.imported {
        return Ok(None);
    }
    let Some(whole) = Whole::of(reader, state.contact)? else {
        return Ok(None);
    };
    let others = whole.conversations(reader, LOOKED_AT)?.into_iter();
    let mut rows: Vec<ConversationRow> = others
        .filter(|row| row.id != state.id)
        .filter(|row| is_open(row) || now.since(row.last_at) <= RECENT)
        .collect();
    rows.sort_by_key(|row| !is_open(row));
    rows.truncate(MOST);
    let told = told.is_some_and(|told| !told.related.is_empty());
    Ok((told || !rows.is_empty()).then(|| rows.iter().map(related).collect()))
}

fn is_open(row: &ConversationRow) -> bool {
    row.control_state != ControlState::Closed
}

/// What is said of one: nothing of its content, which is erased with it and not with this one.
fn related(row: &ConversationRow) -> Related {
    let why = match &row.controller {
        _ if !is_open(row) => "The same customer, closed in the last 30 days",
        Controller::Bot(_) => "The same customer, open with a bot",
        Controller::Queue(_) | Controller::Agent(_) => "The same customer, open with people",
        Controller::Nobody => "The same customer, open with nobody",
    };
    Related {
        conversation_id: row.id,
        why: why.to_owned(),
    }
}
