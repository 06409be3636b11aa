//! What whoever gets a conversation is told of it: looked up where something is handed over, which
//! few orders do, for the packet.

use baton_core::command::{Command, Order};
use baton_core::control::{ControlState, Controller};
use baton_core::conversation::Conversation;
use baton_core::decide::Outcome;
use baton_core::message::{Author, MessageDocument};
use baton_core::packet::{Packet, Related};
use baton_core::time::{DAY, Timestamp};
use baton_core::world::Briefing;
use baton_store::{ConversationRow, Reader};

use crate::error::EngineError;
use crate::people::Whole;

/// So many other conversations are named.
const MOST: usize = 5;
/// So many of the newest are looked at.
const LOOKED_AT: usize = 40;
/// One that is closed is named for so long after its last word.
const RECENT: i64 = 30 * DAY;
/// So many of the newest messages are looked at for how the customer writes: a short one rarely
/// tells it.
const LISTENED_TO: usize = 30;

/// What is known for the packets of an outcome; none where nobody gets one. Nobody is told of
/// history while it is read in.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn for_packets(
    reader: &Reader<'_>,
    before: Option<&Conversation>,
    order: &Order,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Option<Briefing>, EngineError> {
    let history = matches!(&order.command, Command::Record(input) if input.imported);
    if !outcome.packs() || history {
        return Ok(None);
    }
    let mut briefing = Briefing::default();
    if !outcome.state.imported {
        briefing.related = related(reader, &outcome.state, now)?;
    }
    if let Some(state) = before {
        let first = reader.first_words(state.id, state.episode_at)?;
        briefing.goal = first.unwrap_or_default();
        briefing.told = told(reader, state)?;
        listen(reader, state, &mut briefing)?;
        if outcome.state.episode != state.episode {
            briefing.tone = None;
        }
    }
    Ok(Some(briefing))
}

/// What the bot in control has said it knows, since it got control; with people, what the
/// conversation came to them with, so that whoever gets it next has that and not less.
fn told(reader: &Reader<'_>, state: &Conversation) -> Result<Option<Packet>, EngineError> {
    match &state.control.controller {
        Controller::Bot(bot) => {
            let epoch = state.control.epoch;
            Ok(reader.bot_packet(state.id, bot.as_str(), epoch)?)
        }
        Controller::Queue(_) | Controller::Agent(_) => {
            let bytes = match state.control.packet {
                Some(hash) => reader.content(hash)?,
                None => None,
            };
            let packet = bytes.and_then(|bytes| serde_json::from_slice::<Packet>(&bytes).ok());
            if let Controller::Agent(_) = &state.control.controller {
                return Ok(packet.map(Packet::still_known));
            }
            // What Baton summed up itself it sums up anew.
            Ok(packet.map(|packet| match packet.summary.author.as_str() {
                "template" => Packet {
                    summary: Default::default(),
                    ..packet
                },
                _ => packet,
            }))
        }
        Controller::Nobody => Ok(None),
    }
}

/// How the customer sounds and in which language they write, by the newest messages that tell it.
fn listen(
    reader: &Reader<'_>,
    state: &Conversation,
    briefing: &mut Briefing,
) -> Result<(), EngineError> {
    let newest = reader.messages_newest(state.id, LISTENED_TO)?;
    let theirs = newest.iter().filter(|row| row.author == Author::Customer);
    for row in theirs {
        let document: MessageDocument = reader.document(row.document)?.unwrap_or_default();
        // Who was angry half a year ago need not be now.
        if row.at >= state.episode_at {
            briefing.tone = briefing.tone.or(document.sentiment);
        }
        if briefing.language.is_empty() {
            briefing.language = document.language;
        }
        if briefing.tone.is_some() && !briefing.language.is_empty() {
            break;
        }
    }
    Ok(())
}

/// The other conversations of a customer, those that are open first.
fn related(
    reader: &Reader<'_>,
    state: &Conversation,
    now: Timestamp,
) -> Result<Vec<Related>, EngineError> {
    let Some(whole) = Whole::of(reader, state.contact)? else {
        return Ok(Vec::new());
    };
    let others = whole.conversations(reader, LOOKED_AT)?.into_iter();
    let mut rows: Vec<ConversationRow> = others
        .filter(|row| row.id != state.id)
        .filter(|row| is_open(row) || now.since(row.last_at) <= RECENT)
        .collect();
    rows.sort_by_key(|row| !is_open(row));
    rows.truncate(MOST);
    Ok(rows.iter().map(named).collect())
}

fn is_open(row: &ConversationRow) -> bool {
    row.control_state != ControlState::Closed
}

/// What is said of one: nothing of its content, which is erased with it and not with this one.
fn named(row: &ConversationRow) -> Related {
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
