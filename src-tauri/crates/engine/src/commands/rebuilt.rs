//! Context that is rebuilt: what a reply asks although the packet or the customer has said it.

use baton_api::ApiError;
use baton_api::control as cl;
use baton_core::command::Command;
use baton_core::conversation::Conversation;
use baton_core::event::Actor;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::{Author, Direction};
use baton_core::packet::Packet;
use baton_core::rebuilt::{AskedAgain, asked_again};
use baton_store::Reader;

use crate::desk::Turn;
use crate::engine::{Engine, parse};
use crate::error::EngineError;

/// So many of the newest messages are looked through.
const NEWEST: usize = 50;

impl Engine {
    pub(super) async fn asked_again_get(
        &self,
        asked: cl::AskedAgainGet,
    ) -> Result<cl::AskedAgain, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let found = self.read(move |reader, _| {
            let Some(state) = reader.conversation(id)? else {
                return Err(EngineError::Missing("conversation"));
            };
            let found = found(reader, &state, &asked.text)?;
            Ok(cl::AskedAgain {
                found: found
                    .into_iter()
                    .map(|one| cl::AskedAgainView {
                        about: one.about,
                        known: one.known,
                        in_packet: one.in_packet,
                    })
                    .collect(),
            })
        });
        Ok(found.await?)
    }
}

impl Turn<'_, '_> {
    /// Notes in the log what a person's reply asks although it is known.
    pub(super) fn note_asked_again(
        &mut self,
        conversation: ConversationId,
        message: MessageId,
        text: &str,
    ) -> Result<(), EngineError> {
        let Some(state) = self.conversation(conversation)? else {
            return Ok(());
        };
        let about: Vec<String> = found(self.tx, &state, text)?
            .into_iter()
            .map(|one| one.about)
            .collect();
        if about.is_empty() {
            return Ok(());
        }
        let command = Command::AskedAgain { message, about };
        let order = self.new_order(conversation, Actor::system(), command);
        self.order(&order)?;
        Ok(())
    }
}

fn found(
    reader: &Reader<'_>,
    state: &Conversation,
    text: &str,
) -> Result<Vec<AskedAgain>, EngineError> {
    if !text.contains('?') {
        return Ok(Vec::new());
    }
    let packet = match state.control.packet {
        Some(hash) => reader.content(hash)?,
        None => None,
    };
    let packet = packet.and_then(|bytes| serde_json::from_slice::<Packet>(&bytes).ok());
    let facts = packet.map(|packet| packet.facts).unwrap_or_default();
    let mut said = Vec::new();
    for row in reader.messages_newest(state.id, NEWEST)? {
        if row.direction == Direction::Inbound
            && row.author == Author::Customer
            && let Some(document) = reader.document(row.document)?
        {
            said.push(document.shown_text().to_owned());
        }
    }
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    Ok(asked_again(text, &facts, &said))
}
