//! From the bytes of a mail to an arrival.

use baton_channels::mail::{DecodeContext, Mail};
use baton_core::ids::{ChannelId, ConversationId};
use baton_core::message::{Author, Direction, MessageKind};
use baton_core::time::Timestamp;

use super::{Arrival, Verification};
use crate::roster::{Roster, kind};

/// What the reader must know of the team to judge a sender.
#[must_use]
pub fn context(roster: &Roster) -> DecodeContext {
    DecodeContext {
        own_addresses: roster.own_addresses().into_iter().collect(),
        team_names: roster
            .team
            .agents
            .values()
            .map(|agent| agent.display_name.clone())
            .filter(|name| name.chars().count() > 3)
            .collect(),
        trusted_authserv_ids: roster
            .channels
            .values()
            .filter_map(|channel| {
                channel
                    .stored
                    .config
                    .get("authserv_id")
                    .and_then(|id| id.as_str())
                    .map(|id| id.trim().to_owned())
                    .filter(|id| !id.is_empty())
            })
            .collect(),
    }
}

/// An inbound mail as an arrival.
#[must_use]
pub fn arrival(
    channel: ChannelId,
    raw: Vec<u8>,
    mail: Mail,
    received_at: Timestamp,
    verification: Verification,
) -> Arrival {
    // Reports and notices of mail systems are nobody's words; a vacation notice is the customer's.
    let author = match mail.document.kind {
        MessageKind::Bounce | MessageKind::Feedback | MessageKind::System => Author::System,
        MessageKind::Message | MessageKind::AutoReply | MessageKind::List => Author::Customer,
    };
    Arrival {
        channel,
        identity_kind: kind::EMAIL.to_owned(),
        native_key: None,
        thread: None,
        token: None,
        raw,
        raw_hash: mail.raw_sha256,
        mime: "message/rfc822",
        document: mail.document,
        direction: Direction::Inbound,
        author,
        author_name: String::new(),
        received_at,
        imported: false,
        source: String::new(),
        verification,
        took_place: None,
    }
}

/// The conversation that one of our reply tokens among these names, when it is genuine.
#[must_use]
pub fn token_conversation(tokens: &[String], key: &[u8; 32]) -> Option<ConversationId> {
    tokens
        .iter()
        .find_map(|token| baton_channels::mail::token::verify(key, token))
}
