//! Messages to be sent: their document, their bytes and their one identifier, made once and never
//! again, so that every attempt sends the same message.

use baton_channels::email::smtp::{self, Attachment, Outgoing, Person};
use baton_channels::mail;
use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, ContactId, ConversationId, MessageId, OutboxId};
use baton_core::knowledge::ground::Grounds;
use baton_core::message::{Address, Direction, MessageDocument, MessageKind};

use crate::chat;
use crate::desk::Turn;
use crate::elsewhere::FirstWords;
use crate::error::EngineError;
use crate::recipients::{normal, plan, subject};
use crate::roster::kind;

/// Whether a machine wrote the message: then it says so (RFC 3834).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// A rule or bot wrote it.
    Yes,
    /// A person wrote it.
    No,
}

/// What a person or rule wants to say, and to whom.
#[derive(Clone, Default)]
pub struct Letterhead {
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc.
    pub bcc: Vec<Address>,
    /// The subject.
    pub subject: String,
    /// The whole text.
    pub text: String,
    /// Files: name, media type, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
    /// The message answered.
    pub answers: Option<MessageDocument>,
    /// What a machine's words stand on, where that was looked at.
    pub grounds: Option<Grounds>,
}

/// A message that is ready to be queued.
pub struct Written {
    /// The outbox entry.
    pub outbox: OutboxId,
    /// The message.
    pub message: MessageId,
    /// What it says.
    pub document: MessageDocument,
    /// The document, by hash.
    pub document_hash: Hash,
    /// The contact it is written to.
    pub contact: ContactId,
}

/// References that an answer carries at most; the newest and the first are what threads need.
const MAX_REFERENCES: usize = 40;

/// Writes a message on a channel and keeps its bytes and document.
///
/// # Errors
/// When the channel is gone or removed, an address or name cannot be written, or the store cannot keep it.
pub fn write(
    turn: &mut Turn<'_, '_>,
    channel: ChannelId,
    conversation: ConversationId,
    letter: Letterhead,
    key: &[u8; 32],
    machine: Machine,
) -> Result<Written, EngineError> {
    let Some(known) = turn.roster.channels.get(&channel) else {
        return Err(EngineError::Missing("channel"));
    };
    if known.stored.removed_at.is_some() {
        return Err(EngineError::bad(
            "channel_removed",
            "The mailbox of this conversation was removed.",
            "Write from another mailbox.",
        ));
    }
    if turn.roster.is_chat(channel) {
        return chat::write(turn, conversation, letter);
    }
    let outbox: OutboxId = turn.mint.id(turn.now);
    let message: MessageId = turn.mint.id(turn.now);
    let text_of = |field: &str| {
        known
            .stored
            .config
            .get(field)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let from = Address {
        name: text_of("display_name"),
        address: text_of("address"),
    };
    let domain = from
        .address
        .rsplit_once('@')
        .map_or("baton.invalid", |(_, domain)| domain);
    let token = mail::token::make(key, conversation);
    let native_id = mail::token::message_id(&token, &outbox.to_string(), domain);
    let answered = letter.answers.unwrap_or_default();
    let mut references = answered.references.clone();
    references.extend(Some(answered.native_id.clone()).filter(|id| !id.is_empty()));
    if references.len() > MAX_REFERENCES {
        let tail = references.split_off(references.len().saturating_sub(MAX_REFERENCES - 1));
        references.truncate(1);
        references.extend(tail);
    }
    let contact = match turn.conversation(conversation)? {
        Some(state) => state.contact,
        None => {
            let first = letter.to.first().cloned().unwrap_or_default();
            turn.contact_for(kind::EMAIL, &first, None, turn.now, message)?
        }
    };
    let outgoing = Outgoing {
        from: person(&from),
        to: letter.to.iter().map(person).collect(),
        cc: letter.cc.iter().map(person).collect(),
        bcc: letter.bcc.iter().map(person).collect(),
        reply_to: None,
        subject: letter.subject,
        text: letter.text,
        html: None,
        attachments: letter
            .files
            .into_iter()
            .map(|(name, media_type, bytes)| Attachment {
                name,
                media_type,
                bytes,
                content_id: None,
            })
            .collect(),
        message_id: native_id,
        in_reply_to: Some(answered.native_id).filter(|id| !id.is_empty()),
        references,
        date_ms: turn.now.0,
        automatic: machine == Machine::Yes,
        reply_token: None,
    };
    let raw = smtp::compose::compose(&outgoing)
        .map_err(|error| {
            EngineError::bad(
                "cannot_write",
                format!("The message cannot be written: {error}."),
                "Check the addresses and file names.",
            )
        })?
        .raw;
    // What is shown is read back from what is sent: there is no second truth.
    let mut document = mail::decode(&raw, &mail::DecodeContext::default()).document;
    document.bcc = letter.bcc;
    document.kind = MessageKind::Message;
    document.sender_warnings.clear();
    let hash = Hash::of(&raw);
    turn.tx.put_content(hash, &raw)?;
    document.raw = Some(hash);
    document.grounds = letter.grounds;
    let document_hash = turn.put_json(&document)?;
    Ok(Written {
        outbox,
        message,
        document,
        document_hash,
        contact,
    })
}

fn person(entry: &Address) -> Person {
    Person {
        name: entry.name.clone(),
        address: entry.address.clone(),
    }
}

/// Writes a plain answer to the newest message of the customer, as rules and scripts do; none
/// where there is nobody to answer.
///
/// # Errors
/// When it cannot be written or kept.
pub fn outgoing(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    text: &str,
    grounds: Option<Grounds>,
    key: &[u8; 32],
    machine: Machine,
) -> Result<Option<Written>, EngineError> {
    let Some(state) = turn.conversation(conversation)? else {
        return Ok(None);
    };
    let Some(known) = turn.roster.channels.get(&state.channel) else {
        return Ok(None);
    };
    if known.info.kind == kind::IMPORT || known.stored.removed_at.is_some() {
        return Ok(None);
    }
    let own = known.own.iter().map(|address| normal(address)).collect();
    let Some(answered) = state.talk.last_customer_message else {
        return Ok(None);
    };
    let Some(row) = turn.tx.message(answered)? else {
        return Ok(None);
    };
    if turn.roster.is_chat(state.channel) {
        // Erased words have no sender any more.
        if row.sender.address.is_empty() {
            return Ok(None);
        }
        let letter = Letterhead {
            to: vec![row.sender],
            text: text.to_owned(),
            grounds,
            ..Letterhead::default()
        };
        return chat::write(turn, conversation, letter).map(Some);
    }
    let Some(document) = turn.tx.document(row.document)? else {
        return Ok(None);
    };
    if let Some(first) = FirstWords::of(turn.tx, &turn.roster, &state)? {
        let letter = Letterhead {
            to: vec![first.to],
            subject: first.subject,
            text: format!("{}\n\n{}", text.trim_end(), first.quote),
            grounds,
            ..Letterhead::default()
        };
        return write(turn, state.channel, conversation, letter, key, machine).map(Some);
    }
    let mode = baton_api::compose::ReplyMode::Reply;
    let recipients = plan(&document, Direction::Inbound, mode, &own);
    if recipients.to.is_empty() {
        return Ok(None);
    }
    let letter = Letterhead {
        to: recipients.to,
        subject: subject(&document.subject, mode),
        text: text.to_owned(),
        answers: Some(document),
        grounds,
        ..Letterhead::default()
    };
    write(turn, state.channel, conversation, letter, key, machine).map(Some)
}
