//! From what a channel heard to a message of a conversation: who wrote it, where it belongs, and
//! whether it has been here before. Runs inside a turn of the desk, so that cursor, bytes and
//! events commit together.

mod contact;
pub mod mail;
pub mod own;
mod threading;

use std::sync::Arc;

use baton_core::command::{Command, MessageInput, ReportedOn};
use baton_core::control::Controller;
use baton_core::event::body::Join;
use baton_core::event::{Actor, BlobRef};
use baton_core::hash::Hash;
use baton_core::ids::{
    BotName, ChannelId, ContactId, ConversationId, Id as _, MessageId, OutboxId,
};
use baton_core::message::{Author, Direction, MessageDocument, MessageKind, ReadingProblem};
use baton_core::time::{SECOND, Timestamp};
use baton_core::world::ChannelInfo;
use baton_store::ReceiptKey;

pub use contact::Verification;

use crate::desk::{Turn, derived};
use crate::error::EngineError;
use crate::recipients::normal;

/// Something a channel heard, read but not yet placed.
#[derive(Clone)]
pub struct Arrival {
    /// The channel it came by.
    pub channel: ChannelId,
    /// The kind of identity its people have: `email`, `demo`, …
    pub identity_kind: String,
    /// The channel's own key, such as folder, UIDVALIDITY and UID; none where it has none.
    pub native_key: Option<String>,
    /// The channel's own thread, where it has threads.
    pub thread: Option<String>,
    /// The conversation that a verified reply token names.
    pub token: Option<ConversationId>,
    /// The bytes as received.
    pub raw: Vec<u8>,
    /// Their digest.
    pub raw_hash: Hash,
    /// The media type of the bytes.
    pub mime: &'static str,
    /// What they say.
    pub document: MessageDocument,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    pub author_name: String,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Whether it is history.
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    pub source: String,
    /// How sure it is that whoever it names as its writer wrote it.
    pub verification: Verification,
    /// Where history took place, which is not the channel it stands in now.
    pub took_place: Option<TookPlace>,
}

impl Arrival {
    /// The message it makes: the same whenever the same thing comes the same way.
    fn message(&self) -> MessageId {
        let thread = self.thread.as_deref();
        // The keys of a folder change when its server renumbers it; those of a thread stay.
        let key = thread.and(self.native_key.as_deref());
        derived(
            "message",
            &[
                &self.channel.bits().to_be_bytes(),
                &self.raw_hash.0,
                thread.unwrap_or_default().as_bytes(),
                key.unwrap_or_default().as_bytes(),
            ],
        )
    }

    /// What the core is told of it, as a message that was found by what its channel says.
    fn into_input(
        self,
        id: MessageId,
        raw_hash: Hash,
        document_hash: Hash,
        contact: ContactId,
    ) -> MessageInput {
        MessageInput {
            id,
            direction: self.direction,
            author: self.author,
            author_name: self.author_name,
            document: Arc::new(self.document),
            document_hash,
            raw: Some(BlobRef {
                hash: raw_hash,
                size: self.raw.len() as u64,
                mime: self.mime.to_owned(),
            }),
            channel: self.channel,
            contact,
            join: Join::Native,
            received_at: self.received_at,
            outbox: None,
            about: None,
            imported: self.imported,
            source: self.source,
        }
    }
}

/// The channel that imported history took place on, as the rules are told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TookPlace {
    /// The kind of channel, in the words of rules.
    pub kind: &'static str,
    /// Whether a bot spoke there first.
    pub bot: bool,
}

impl TookPlace {
    /// The channel `now` as it would have been then.
    #[must_use]
    pub fn instead_of(&self, now: &ChannelInfo) -> ChannelInfo {
        ChannelInfo {
            kind: self.kind.to_owned(),
            default_controller: if self.bot {
                Controller::Bot(BotName::new("bot"))
            } else {
                now.default_controller.clone()
            },
            ..now.clone()
        }
    }
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// It is a new message.
    New {
        /// The conversation.
        conversation: ConversationId,
        /// The message.
        message: MessageId,
    },
    /// It has been here before.
    Known {
        /// The message it was made of the first time.
        message: MessageId,
    },
}

impl Turn<'_, '_> {
    /// Takes an arrival in.
    ///
    /// # Errors
    /// The store, or a refusal of the core (which for a recorded message means a bug).
    pub fn take_in(&mut self, mut arrival: Arrival) -> Result<Placed, EngineError> {
        let raw_hash = arrival.raw_hash;
        let message = arrival.message();
        if arrival.document.native_id.is_empty() {
            arrival.document.of = Some(message);
        }
        if let Some((conversation, outbox, own)) = self.being_sent(&arrival).or_else(of_one)? {
            return self.settle_doubt(arrival, raw_hash, conversation, outbox, own);
        }
        if let Some(known) = self.seen_before(&arrival, raw_hash, message)? {
            return Ok(Placed::Known { message: known });
        }
        let contact = self.contact_of(&arrival, message)?;
        let (conversation, join) = self.place_safely(&mut arrival, contact, message)?;
        let received_at = self.heard_at(&arrival, conversation)?;
        let about = self.reported_on(&arrival, conversation)?;
        self.tx.put_content(raw_hash, &arrival.raw)?;
        let document_hash = self.put_json(&arrival.document)?;
        let actor = match arrival.author {
            Author::Customer => Actor::customer(),
            Author::Agent => Actor::agent(arrival.author_name.clone()),
            Author::Bot => Actor::bot(arrival.author_name.clone()),
            Author::System => Actor::system(),
        };
        let own_epoch = match arrival.author {
            Author::Bot => self
                .conversation(conversation)?
                .map(|state| state.control.epoch),
            _ => None,
        };
        let took_place = arrival.took_place.take();
        let input = MessageInput {
            join,
            received_at,
            about,
            ..arrival.into_input(message, raw_hash, document_hash, contact)
        };
        let mut order = self.new_order(conversation, actor, Command::Record(input));
        order.seen_epoch = own_epoch;
        self.order_as_of(&order, took_place.as_ref())?;
        Ok(Placed::New {
            conversation,
            message,
        })
    }

    /// Whether something else came under the key of an arrival before.
    ///
    /// # Errors
    /// The store.
    pub fn key_is_taken(&self, arrival: &Arrival) -> Result<bool, EngineError> {
        let Some(key) = &arrival.native_key else {
            return Ok(false);
        };
        let known = self.tx.receipt(arrival.channel, ReceiptKey::Native(key))?;
        Ok(known.is_some_and(|known| known != arrival.message()))
    }

    /// The instant of an arrival in its conversation. Mail servers tell the second only, so what
    /// came in the same second as the words before it, and is heard of after them, comes after
    /// them: the order of the log decides, never the time that a sender claims.
    fn heard_at(
        &self,
        arrival: &Arrival,
        conversation: ConversationId,
    ) -> Result<Timestamp, EngineError> {
        let at = arrival.received_at;
        if arrival.imported || at.0 % SECOND != 0 {
            return Ok(at);
        }
        let Some(state) = self.conversation(conversation)? else {
            return Ok(at);
        };
        let on_its_way = state.outbox.values().map(|entry| entry.queued_at.plus(1));
        Ok(on_its_way
            .chain([state.talk.last_at])
            .filter(|known| (0..SECOND).contains(&known.since(at)))
            .fold(at, Timestamp::max)
            .min(self.now.max(at)))
    }

    /// The message that was made of the same thing before. Notes it when it is new.
    fn seen_before(
        &mut self,
        arrival: &Arrival,
        raw_hash: Hash,
        message: MessageId,
    ) -> Result<Option<MessageId>, EngineError> {
        let (channel, now) = (arrival.channel, self.now);
        if let Some(key) = &arrival.native_key
            && let Some(known) =
                self.tx
                    .note_receipt(channel, ReceiptKey::Native(key), message, now)?
        {
            return Ok(Some(known));
        }
        if arrival.thread.is_some() {
            return Ok(None);
        }
        let content = ReceiptKey::Content(raw_hash);
        if let Some(known) = self.tx.note_receipt(channel, content, message, now)? {
            return Ok(Some(known));
        }
        // Files are taken as they are: two that differ in a byte are two messages.
        if arrival.document.native_id.is_empty() || !arrival.source.is_empty() {
            return Ok(None);
        }
        if let Some(own) = self.own_copy(arrival)? {
            return Ok(Some(own));
        }
        // Broken senders use one Message-ID for many messages, and one message may come by two
        // ways with different trace headers: only the same identifier with the same words is one.
        let print = fingerprint(&arrival.document);
        Ok(self
            .tx
            .note_receipt(channel, ReceiptKey::MessageId(&print), message, now)?)
    }

    /// The message that Baton sent itself and now sees again in the Sent folder.
    fn own_copy(&self, arrival: &Arrival) -> Result<Option<MessageId>, EngineError> {
        let hits = self
            .tx
            .messages_with_ids(&[arrival.document.native_id.as_str()])?;
        let ours = hits
            .iter()
            .filter(|hit| hit.channel == arrival.channel && hit.direction == Direction::Outbound);
        for hit in ours {
            if arrival.direction == Direction::Outbound || self.says(arrival, hit.message)? {
                return Ok(Some(hit.message));
            }
        }
        Ok(None)
    }

    /// Whether an arrival begins with the words of a message of ours. Whoever got it knows its
    /// identifier and may quote it, so that alone makes nothing a copy; lists add words of their
    /// own below. A message without words, or whose words are erased, is like no other.
    fn says(&self, arrival: &Arrival, ours: MessageId) -> Result<bool, EngineError> {
        let Some(row) = self.tx.message(ours)? else {
            return Ok(false);
        };
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(sent) = self.tx.document(row.document)? else {
            return Ok(false);
        };
        let sent = words(&sent.text);
        Ok(!sent.is_empty() && words(&arrival.document.text).starts_with(&sent))
    }

    /// The entry of the outbox that an arrival is the copy of, while its sending is not settled.
    fn being_sent(
        &self,
        arrival: &Arrival,
    ) -> Result<Option<(ConversationId, OutboxId, MessageId)>, EngineError> {
        let Some(conversation) = arrival
            .token
            .filter(|_| arrival.direction == Direction::Outbound)
        else {
            return Ok(None);
        };
        let Some(state) = self.conversation(conversation)? else {
            return Ok(None);
        };
        for entry in state.outbox.values() {
            // One that has reached some already stands in the conversation: its copy is known.
            if entry.may_have_left()
                && !entry.has_left()
                && self
                    .tx
                    .document(entry.document)?
                    .is_some_and(|document| document.native_id == arrival.document.native_id)
            {
                return Ok(Some((conversation, entry.id, entry.message)));
            }
        }
        Ok(None)
    }

    /// A copy of what was being sent proves that it left.
    fn settle_doubt(
        &mut self,
        arrival: Arrival,
        raw_hash: Hash,
        conversation: ConversationId,
        outbox: OutboxId,
        message: MessageId,
    ) -> Result<Placed, EngineError> {
        let Some(state) = self.conversation(conversation)? else {
            return Err(EngineError::Missing("conversation"));
        };
        if let Some(key) = &arrival.native_key {
            let key = ReceiptKey::Native(key);
            self.tx
                .note_receipt(arrival.channel, key, message, self.now)?;
        }
        self.tx.put_content(raw_hash, &arrival.raw)?;
        let document_hash = self.put_json(&arrival.document)?;
        let input = MessageInput {
            outbox: Some(outbox),
            ..arrival.into_input(message, raw_hash, document_hash, state.contact)
        };
        let order = self.new_order(conversation, Actor::system(), Command::Record(input));
        self.order(&order)?;
        Ok(Placed::Known { message })
    }

    /// The message of ours that a report is about, when it is one of this conversation.
    fn reported_on(
        &self,
        arrival: &Arrival,
        conversation: ConversationId,
    ) -> Result<Option<ReportedOn>, EngineError> {
        let report = arrival.document.report.as_ref();
        let Some(original) = report.and_then(|report| report.original_message_id.as_deref()) else {
            return Ok(None);
        };
        let hits = self.tx.messages_with_ids(&[original])?;
        let Some(ours) = hits
            .iter()
            .find(|hit| hit.conversation == conversation && hit.direction == Direction::Outbound)
        else {
            return Ok(None);
        };
        Ok(self.tx.message(ours.message)?.map(|row| ReportedOn {
            message: row.id,
            author: row.author,
            author_name: row.author_name,
        }))
    }

    /// Where an arrival belongs. A conversation that is damaged beyond mending must not keep new
    /// mail out: it begins one of its own then, and says why.
    fn place_safely(
        &mut self,
        arrival: &mut Arrival,
        contact: ContactId,
        message: MessageId,
    ) -> Result<(ConversationId, Join), EngineError> {
        let (conversation, join) = self.place(arrival, contact, message)?;
        match self.conversation(conversation) {
            Ok(_) => Ok((conversation, join)),
            Err(error) if error.is_of_one() => {
                self.note_damage(conversation, false)?;
                arrival.document.problems.push(ReadingProblem {
                    code: "conversation_damaged".to_owned(),
                    detail: "the conversation it belongs to is damaged".to_owned(),
                });
                Ok((on_its_own(message), Join::New))
            }
            Err(error) => Err(error),
        }
    }

    /// The address of whoever wrote an arrival.
    fn address_of_writer(&self, arrival: &Arrival) -> String {
        let own = self.roster.own_addresses();
        arrival.writer(&own).address.clone()
    }

    fn place(
        &self,
        arrival: &Arrival,
        contact: ContactId,
        message: MessageId,
    ) -> Result<(ConversationId, Join), EngineError> {
        if let Some(thread) = &arrival.thread {
            return Ok((of_thread(arrival.channel, thread), Join::Native));
        }
        // The token stands in the identifiers of what we send, so whoever was forwarded a mail can
        // quote it: it says where a mail belongs, not that its sender takes part.
        if let Some(conversation) = arrival.token
            && self.tx.has_conversation(conversation)?
        {
            let from = self.address_of_writer(arrival);
            let known = arrival.direction == Direction::Outbound
                || matches!(
                    arrival.document.kind,
                    MessageKind::Bounce | MessageKind::Feedback
                )
                || threading::takes_part(self, conversation, contact, &from)?;
            let join = if known { Join::Token } else { Join::Flagged };
            return Ok((conversation, join));
        }
        if let Some(found) = threading::find(self, arrival, contact)? {
            return Ok(found);
        }
        Ok((on_its_own(message), Join::New))
    }
}

/// The conversation that a message begins.
fn on_its_own(message: MessageId) -> ConversationId {
    derived("conversation", &[&message.bits().to_be_bytes()])
}

/// What cannot be read of one stored thing counts as not there.
fn of_one<T>(error: EngineError) -> Result<Option<T>, EngineError> {
    if error.is_of_one() {
        tracing::warn!(%error, "A stored thing cannot be read; mail goes on without it.");
        return Ok(None);
    }
    Err(error)
}

/// The conversation that is a thread of a channel with threads.
#[must_use]
pub fn of_thread(channel: ChannelId, thread: &str) -> ConversationId {
    derived(
        "thread",
        &[&channel.bits().to_be_bytes(), thread.as_bytes()],
    )
}

/// What makes two messages with one identifier the same message.
fn fingerprint(document: &MessageDocument) -> String {
    let text = Hash::of(document.text.as_bytes());
    let files: String = document
        .attachments
        .iter()
        .map(|file| format!("\n{}", file.sha256))
        .collect();
    format!(
        "{}\n{}\n{}\n{text}{files}",
        document.native_id,
        normal(&document.from.address),
        document.subject
    )
}
