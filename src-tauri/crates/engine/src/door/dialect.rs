//! What a dialect needs to know of a conversation, and which stretch of it a bot was last told of:
//! bots that speak a dialect have no epochs, so what they were told is remembered for them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use baton_bots::Answer;
use baton_bots::dialect::{Dialect, Standing, Which};
use baton_bots::packet::{self, flattened};
use baton_bots::wire::event::{BotEvent, What};
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::packet::Packet;
use baton_core::time::Timestamp;
use baton_store::{Reader, StoredBot};
use serde_json::{Map, Value};

use super::{served, view};
use crate::error::EngineError;
use crate::roster::Roster;

/// So many conversations of a bot are remembered; it has far fewer at once.
const MOST: usize = 20_000;

/// Which stretch of which conversation each bot was last told of.
#[derive(Debug)]
pub(crate) struct Told {
    opened: Timestamp,
    epochs: Mutex<BTreeMap<String, BTreeMap<ConversationId, u64>>>,
}

impl Told {
    /// Nobody was told anything yet; the engine opened at that time.
    pub(crate) fn since(opened: Timestamp) -> Self {
        Self {
            opened,
            epochs: Mutex::default(),
        }
    }

    /// Notes what a bot is told now, before it is.
    pub(crate) fn note(&self, bot: &str, event: &BotEvent) {
        let view = &event.conversation;
        let Some(which) = ConversationId::parse(&view.conversation) else {
            return;
        };
        self.keep(bot, which, view.control.epoch);
    }

    /// What a bot did, it knows of; when it moved control, it has been told of by the answer.
    pub(crate) fn did(
        &self,
        bot: &str,
        moved: bool,
        call: Option<ConversationId>,
        answer: &Answer,
    ) {
        let Some(which) = call.filter(|_| answer.status == 200) else {
            return;
        };
        let body = &answer.body;
        let control = body
            .get("control")
            .or_else(|| body.pointer("/conversation/control"));
        let epoch = control.and_then(|control| control.get("epoch")?.as_u64());
        let Some(epoch) = epoch else {
            return;
        };
        if moved {
            return self.keep(bot, which, epoch);
        }
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        // Only of those who are told; to the others it does not matter.
        let known = epochs.get_mut(bot).and_then(|known| known.get_mut(&which));
        if let Some(known) = known {
            *known = epoch.max(*known);
        }
    }

    fn keep(&self, bot: &str, which: ConversationId, epoch: u64) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        let known = epochs.entry(bot.to_owned()).or_default();
        if known.len() >= MOST && !known.contains_key(&which) {
            // The oldest; it is told anew when something happens there.
            known.pop_first();
        }
        // An answer that is repeated says how things stood when it was given first.
        let known = known.entry(which).or_insert(epoch);
        *known = epoch.max(*known);
    }

    /// The epoch that a bot was last told of. One that it has had since before a restart it was
    /// told of before.
    fn of(&self, bot: &StoredBot, which: ConversationId, standing: &Standing) -> Option<u64> {
        let epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        let told = epochs.get(&bot.name).and_then(|known| known.get(&which));
        let control = &standing.conversation.control;
        told.copied().or_else(|| {
            let before = control.you && control.since < self.opened.0;
            before.then_some(control.epoch)
        })
    }
}

/// A conversation as a dialect names it, when the bot serves it.
pub(super) fn asked(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    which: Which,
    told: &Told,
    now: Timestamp,
) -> Result<Standing, EngineError> {
    let missing = || EngineError::Missing("conversation");
    let (id, message) = match which {
        Which::Conversation(id) => (id, None),
        Which::Place(place) => {
            let found = reader.events_after(place.saturating_sub(1), 1)?;
            let event = found.into_iter().find(|event| event.seq == place);
            (
                event
                    .and_then(|event| event.conversation)
                    .ok_or_else(missing)?,
                None,
            )
        }
        Which::Message(message) => {
            let row = reader.message(message)?.ok_or_else(missing)?;
            (row.conversation, Some(row.seq))
        }
    };
    let mut standing = standing(reader, roster, bot, id, now)?;
    standing.message = message;
    standing.told = told.of(bot, id, &standing);
    Ok(standing)
}

/// What happened, in the words of a dialect; none when it has none for it.
pub(crate) fn in_words(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    dialect: Dialect,
    event: &BotEvent,
) -> Result<Option<Value>, EngineError> {
    if dialect == Dialect::Own {
        return Ok(Some(serde_json::to_value(event)?));
    }
    let which = ConversationId::parse(&event.conversation.conversation)
        .ok_or(EngineError::Missing("conversation"))?;
    let mut standing = standing(reader, roster, bot, which, Timestamp(event.at))?;
    standing.conversation = event.conversation.clone();
    if let What::Control { packet, .. } = &event.what
        && let Some(packet) = travelled(reader, packet.as_deref())?
    {
        standing.metadata = flattened(&packet);
        standing.note = packet::in_words(&packet);
    }
    Ok(dialect.told(event, &standing))
}

/// The packet of that digest; none once it was erased.
fn travelled(reader: &Reader<'_>, packet: Option<&str>) -> Result<Option<Packet>, EngineError> {
    let Some(hash) = packet.and_then(Hash::parse) else {
        return Ok(None);
    };
    let bytes = reader.content(hash)?;
    let packet = bytes.map(|bytes| serde_json::from_slice(&bytes));
    Ok(packet.transpose()?)
}

fn standing(
    reader: &Reader<'_>,
    roster: &Roster,
    bot: &StoredBot,
    which: ConversationId,
    at: Timestamp,
) -> Result<Standing, EngineError> {
    let state = served(reader, bot, which)?;
    let first = reader.messages_of(which, None, 1)?;
    let kept = reader.bot_packet(which, &bot.name, state.control.epoch)?;
    let contact = reader.contact(state.contact)?;
    let channel = roster.channels.get(&bot.channel);
    Ok(Standing {
        conversation: view(reader, bot, &state)?,
        number: first.first().map(|row| row.seq).unwrap_or_default(),
        message: None,
        told: None,
        attributes: kept.map(|packet| packet.attributes).unwrap_or_default(),
        bot: bot.name.clone(),
        channel: channel
            .map(|known| known.info.name.clone())
            .unwrap_or_default(),
        customer: contact.map(|contact| contact.name).unwrap_or_default(),
        contact: state.contact.to_string(),
        at: at.0,
        metadata: Map::new(),
        note: String::new(),
    })
}
