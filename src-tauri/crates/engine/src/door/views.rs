//! Conversations and messages as a bot sees them.

use baton_bots::wire::control::{ControlView, ControllerView, ConversationView, OfferView};
use baton_bots::wire::customer::{MessageView, Messages};
use baton_core::control::{Controller, OfferMode, Target};
use baton_core::conversation::Conversation;
use baton_core::ids::{ChannelId, ConversationId};
use baton_core::message::{Author, Direction};
use baton_store::{MessageRow, Reader, StoredBot};

use crate::error::EngineError;
use crate::view::{why_said, word};

/// So many of the newest messages are read.
const NEWEST: usize = 200;

/// A conversation as a bot sees it.
pub(super) fn conversation(
    reader: &Reader<'_>,
    state: &Conversation,
    key: Option<String>,
    bot: &StoredBot,
) -> Result<ConversationView, EngineError> {
    let control = &state.control;
    let here = state.channel == bot.channel;
    let bot = bot.name.as_str();
    let speaks = matches!(control.speaker(), Some(Controller::Bot(name)) if name.as_str() == bot);
    Ok(ConversationView {
        conversation: state.id.to_string(),
        key,
        episode: state.episode,
        status: word(&state.status),
        control: ControlView {
            state: word(&control.state),
            holder: ControllerView::of(&control.controller),
            you: speaks && here,
            epoch: control.epoch,
            since: control.since.0,
            reason: word(&control.reason.code),
            reason_text: why_said(reader, &control.reason)?,
            offer: control.offer.as_ref().map(|offer| OfferView {
                id: offer.id.to_string(),
                yours: is_to(&offer.to, bot),
                cold: offer.mode == OfferMode::Cold,
                expires_at: offer.expires_at.0,
            }),
            packet: control.packet.map(|hash| hash.to_string()),
            missing: control.missing.clone(),
        },
        waiting_since: state.talk.waiting_since.map(|at| at.0),
    })
}

/// Whether an offer was made to a bot.
pub(super) fn is_to(target: &Target, bot: &str) -> bool {
    matches!(target, Target::Bot(name) if name.as_str() == bot)
}

/// The newest messages that the customer could see on a channel, oldest first.
pub(crate) fn messages(
    reader: &Reader<'_>,
    channel: ChannelId,
    which: ConversationId,
) -> Result<Messages, EngineError> {
    let mut rows = reader.messages_newest(which, NEWEST)?;
    rows.reverse();
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        // Notes are the team's own.
        if row.direction != Direction::Internal && row.channel == channel {
            messages.push(message(reader, row)?);
        }
    }
    Ok(Messages { messages })
}

/// A message as a bot sees it; without words once they were erased.
pub(super) fn message(reader: &Reader<'_>, row: MessageRow) -> Result<MessageView, EngineError> {
    let text = reader
        .document(row.document)?
        .map(|document| document.shown_text().to_owned())
        .unwrap_or_default();
    Ok(MessageView {
        message: row.id.to_string(),
        author: match row.author {
            Author::Customer => "customer",
            Author::Bot => "bot",
            Author::Agent => "agent",
            Author::System => "system",
        }
        .to_owned(),
        name: row.author_name,
        direction: word(&row.direction),
        text,
        at: row.at.0,
    })
}
