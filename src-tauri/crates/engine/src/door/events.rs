//! What a bot is told. The log itself is read, so nothing can happen without being told, be told
//! twice under two numbers, or be told without having happened; and what was erased is gone here
//! too, because events carry no words.

use std::collections::BTreeMap;

use baton_bots::Answer;
use baton_bots::wire::control::{ControllerView, ConversationView};
use baton_bots::wire::event::{BotEvent, Events, What};
use baton_core::event::body::{DraftSettled, MessageRecorded};
use baton_core::event::{Envelope, Event};
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::{Author, Direction};
use baton_core::review::{HeldDraft, ReviewEnd};
use baton_store::{LoggedEvent, Reader, ReviewRow, StoredBot};
use serde_json::Value;

use super::views::{self, is_to};
use super::{done, is_served, view};
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::{said, word};

/// Envelopes looked through for each event that a page may have.
const LOOKED_THROUGH: usize = 20;
/// Events on one page.
const PAGE: usize = 100;

/// The kinds of event that a bot is told.
const TOLD: [&str; 8] = [
    "message.recorded@1",
    "control.changed@1",
    "offer.made@1",
    "offer.ended@1",
    "control.requested@1",
    "packet.marked@1",
    "draft.held@1",
    "draft.settled@1",
];

/// A page of what happened after a place in the log.
pub(super) fn page(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    after: i64,
) -> Result<Answer, EngineError> {
    done(&read(reader, roster, bot, after, Told::Linked)?)
}

/// The next event after a place in the log, when there is one within reach.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn next(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    after: i64,
) -> Result<Events, EngineError> {
    read(reader, roster, bot, after, Told::Whole)
}

/// How a packet comes with the change of control that it travelled with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// By its hash, in a page of events: whoever asks for those can ask for it.
    Linked,
    /// Whole, in an event that goes out alone: its recipient need not come back for it.
    Whole,
}

/// The next events.
fn read(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    after: i64,
    told: Told,
) -> Result<Events, EngineError> {
    let most = match told {
        Told::Linked => PAGE,
        Told::Whole => 1,
    };
    let mut known: BTreeMap<ConversationId, Option<ConversationView>> = BTreeMap::new();
    let mut events = Vec::new();
    let mut reached = after;
    for logged in reader.events_after(after, most.saturating_mul(LOOKED_THROUGH))? {
        if events.len() >= most {
            break;
        }
        reached = logged.seq;
        let Some(which) = logged
            .conversation
            .filter(|_| TOLD.contains(&logged.kind.as_str()))
        else {
            continue;
        };
        let standing = match known.get(&which) {
            Some(standing) => standing.clone(),
            None => {
                let standing = match reader.conversation(which)? {
                    Some(state) if is_served(bot, &state) => Some(view(reader, bot, &state)?),
                    _ => None,
                };
                known.insert(which, standing.clone());
                standing
            }
        };
        let Some(conversation) = standing else {
            continue;
        };
        if let Some(what) = what(reader, roster, bot, told, &logged)? {
            events.push(BotEvent {
                seq: logged.seq,
                at: logged.at.0,
                what,
                conversation,
            });
        }
    }
    Ok(Events {
        events,
        after: reached,
    })
}

fn what(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    told: Told,
    logged: &LoggedEvent,
) -> Result<Option<What>, EngineError> {
    let envelope: Envelope = serde_json::from_slice(&logged.bytes)?;
    Ok(match envelope.event() {
        Some(Event::MessageRecorded(recorded)) if recorded.direction != Direction::Internal => {
            let row = reader.message(recorded.message)?;
            // What is said elsewhere is not this bot's to hear or to deliver.
            let Some(row) = row.filter(|row| row.channel == bot.channel) else {
                return Ok(None);
            };
            Some(What::Message {
                message: views::message(reader, row)?,
                deliver: recorded.direction == Direction::Outbound && roster.delivers(bot),
            })
        }
        Some(Event::MessageRecorded(MessageRecorded {
            message,
            whispered: Some(to),
            ..
        })) if to.as_str() == bot.name => whisper(reader, roster, message)?,
        Some(Event::ControlChanged(changed)) => Some(What::Control {
            verb: word(&changed.verb),
            from: ControllerView::of(&changed.from),
            to: ControllerView::of(&changed.to),
            epoch: changed.epoch,
            reason: word(&changed.reason.code),
            handoff: changed.handoff.map(|id| id.to_string()),
            packet: changed.packet.map(|hash| hash.to_string()),
            content: match changed.packet.filter(|_| told == Told::Whole) {
                Some(hash) => packet_content(reader, hash)?,
                None => None,
            },
        }),
        Some(Event::PacketMarked(marked)) => Some(What::Packet {
            handoff: marked.handoff.to_string(),
            how: match marked.useful {
                None => "read",
                Some(true) => "useful",
                Some(false) => "lacking",
            }
            .to_owned(),
            missing: marked.missing,
            by: envelope.actor.id,
        }),
        Some(Event::DraftHeld(held)) if is_of(&held.draft, bot) => Some(What::Draft {
            draft: held.draft.id.to_string(),
            how: "held".to_owned(),
            code: None,
            text: String::new(),
            again: false,
            rule: held.draft.rule,
        }),
        Some(Event::DraftSettled(settled)) => settled_draft(reader, bot, settled)?,
        Some(Event::OfferMade(made)) => Some(What::Offered {
            offer: made.offer.id.to_string(),
            yours: is_to(&made.offer.to, &bot.name),
            expires_at: made.offer.expires_at.0,
        }),
        Some(Event::OfferEnded(ended)) => Some(What::OfferEnded {
            offer: ended.offer.to_string(),
            how: word(&ended.how),
        }),
        Some(Event::ControlRequested(requested)) => Some(What::Requested {
            by: ControllerView::of(&requested.by),
            reason: word(&requested.reason.code),
        }),
        _ => None,
    })
}

/// A packet as it travelled; none once it was erased.
pub(super) fn packet_content(
    reader: &Reader<'_>,
    hash: Hash,
) -> Result<Option<Value>, EngineError> {
    let bytes = reader.content(hash)?;
    let packet = bytes.map(|bytes| serde_json::from_slice(&bytes));
    Ok(packet.transpose()?)
}

/// What a person says to the bot.
fn whisper(
    reader: &Reader<'_>,
    roster: &Roster,
    message: MessageId,
) -> Result<Option<What>, EngineError> {
    let Some(row) = reader.message(message)? else {
        return Ok(None);
    };
    let said = views::message(reader, row)?;
    Ok(Some(What::Whisper {
        message: said.message,
        name: roster.display(&said.name),
        text: said.text,
    }))
}

fn is_of(draft: &HeldDraft, bot: &StoredBot) -> bool {
    draft.author == Author::Bot && draft.author_name == bot.name
}

/// What became of words of the bot, so that it can learn from it; of others' words it hears
/// nothing.
fn settled_draft(
    reader: &Reader<'_>,
    bot: &StoredBot,
    settled: DraftSettled,
) -> Result<Option<What>, EngineError> {
    let own = |row: &ReviewRow| row.author == Author::Bot && row.author_name == bot.name;
    let Some(row) = reader.review(settled.draft)?.filter(own) else {
        return Ok(None);
    };
    let sent = settled.sent.filter(|_| settled.how == ReviewEnd::Edited);
    let text = match sent {
        Some(hash) => reader
            .document(hash)?
            .map(|document| document.shown_text().to_owned())
            .unwrap_or_default(),
        None => said(reader, &settled.text, settled.words)?,
    };
    Ok(Some(What::Draft {
        draft: settled.draft.to_string(),
        how: settled.how.word().to_owned(),
        code: settled.code.map(|code| code.word().to_owned()),
        text,
        again: settled.again,
        rule: row.rule,
    }))
}
