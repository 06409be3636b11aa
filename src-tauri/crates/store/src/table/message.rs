//! Messages as rows, threading and search need them.

use baton_core::conversation::Conversation;
use baton_core::event::body::{Join, MessageRecorded};
use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, ContactId, ConversationId, MessageId, OutboxId};
use baton_core::message::{Address, Author, Direction, MessageDocument, MessageKind};
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::index::PendingText;
use crate::value::{Word as _, at, hash, hash_or_none, id, id_or_none, key};
use crate::writer::Tx;

/// A message that became part of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Its identifier.
    pub id: MessageId,
    /// The conversation, which must have been saved before, in this transaction or an earlier one.
    pub conversation: ConversationId,
    /// The place in the log of the event that recorded it.
    pub seq: i64,
    /// The channel it came by.
    pub channel: ChannelId,
    /// The contact who wrote it or is written to.
    pub contact: ContactId,
    /// When it was received or written; the order of messages.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    pub author_name: &'a str,
    /// What it is for.
    pub kind: MessageKind,
    /// The message document, by hash.
    pub document_hash: Hash,
    /// What it says; none when that has been erased.
    pub document: Option<&'a MessageDocument>,
    /// The bytes as received, by hash.
    pub raw: Option<Hash>,
    /// How it found the conversation.
    pub join: Join,
    /// The outbox entry it was sent by.
    pub outbox: Option<OutboxId>,
    /// Whether it came from an import.
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    pub source: &'a str,
}

impl<'a> NewMessage<'a> {
    /// What an event in a conversation's log says of a message, with what it says in words.
    #[must_use]
    pub fn recorded(
        recorded: &'a MessageRecorded,
        state: &Conversation,
        seq: i64,
        at: Timestamp,
        document: Option<&'a MessageDocument>,
    ) -> Self {
        Self {
            id: recorded.message,
            conversation: state.id,
            seq,
            channel: recorded.channel.unwrap_or(state.channel),
            contact: recorded.contact,
            at,
            direction: recorded.direction,
            author: recorded.author,
            author_name: &recorded.author_name,
            kind: recorded.kind,
            document_hash: recorded.document,
            document,
            raw: recorded
                .raw
                .as_ref()
                .map(|raw| raw.hash)
                .or(document.and_then(|document| document.raw)),
            join: recorded.join,
            outbox: recorded.outbox,
            imported: recorded.imported,
            source: &recorded.source,
        }
    }
}

/// A message as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its identifier.
    pub id: MessageId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The place in the log of the event that recorded it.
    pub seq: i64,
    /// The channel it came by.
    pub channel: ChannelId,
    /// The contact who wrote it or is written to.
    pub contact: ContactId,
    /// When it was received or written.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    pub author_name: String,
    /// What it is for.
    pub kind: MessageKind,
    /// The message document, by hash.
    pub document: Hash,
    /// The bytes as received, by hash.
    pub raw: Option<Hash>,
    /// The channel's own identifier, such as the Message-ID; empty when there is none.
    pub native_id: String,
    /// The sender as shown.
    pub sender: Address,
    /// The names (or addresses) of the recipients, joined for display.
    pub recipients: String,
    /// The subject.
    pub subject: String,
    /// The beginning of the text.
    pub snippet: String,
    /// How many files came with it.
    pub attachments: u32,
    /// How many warnings there are about its sender.
    pub warnings: u32,
    /// How it found the conversation.
    pub join: Join,
    /// Whether it came from an import.
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    pub source: String,
    /// The outbox entry it was sent by.
    pub outbox: Option<OutboxId>,
}

/// How much of the text a row shows.
const SNIPPET_CHARS: usize = 160;
/// How much of the recipients a row shows.
const RECIPIENTS_CHARS: usize = 120;

pub(crate) const COLUMNS: &str =
    "m.id, c.id, m.seq, m.channel, m.contact, m.at_ms, m.direction, m.author,
    m.author_name, m.kind, m.document, m.raw, m.native_id, m.sender_name, m.sender_address,
    m.recipients, m.subject, m.snippet, m.attachments, m.warnings, m.joined, m.imported, m.source,
    m.outbox";

pub(crate) fn row_at(row: &Row<'_>, first: usize) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: id(row, first)?,
        conversation: id(row, first + 1)?,
        seq: row.get(first + 2)?,
        channel: id(row, first + 3)?,
        contact: id(row, first + 4)?,
        at: at(row, first + 5)?,
        direction: Direction::read(row, first + 6)?,
        author: Author::read(row, first + 7)?,
        author_name: row.get(first + 8)?,
        kind: MessageKind::read(row, first + 9)?,
        document: hash(row, first + 10)?,
        raw: hash_or_none(row, first + 11)?,
        native_id: row.get(first + 12)?,
        sender: Address {
            name: row.get(first + 13)?,
            address: row.get(first + 14)?,
        },
        recipients: row.get(first + 15)?,
        subject: row.get(first + 16)?,
        snippet: row.get(first + 17)?,
        attachments: row.get(first + 18)?,
        warnings: row.get(first + 19)?,
        join: Join::read(row, first + 20)?,
        imported: row.get(first + 21)?,
        source: row.get(first + 22)?,
        outbox: id_or_none(row, first + 23)?,
    })
}

impl Reader<'_> {
    /// One message.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn message(&self, message: MessageId) -> Result<Option<MessageRow>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
                 WHERE m.id = ?1"
            ))?
            .query_row([key(message)], |row| row_at(row, 0))
            .optional()?)
    }

    /// The message that an event of the log recorded.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn message_by_seq(&self, seq: i64) -> Result<Option<MessageRow>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
                 WHERE m.seq = ?1"
            ))?
            .query_row([seq], |row| row_at(row, 0))
            .optional()?)
    }

    /// The messages of a conversation by time: `limit` at most, after the message `after` when
    /// that is given, else from the first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn messages_of(
        &self,
        conversation: ConversationId,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let Some(number) = self.conversation_number(conversation)? else {
            return Ok(Vec::new());
        };
        let after = match after {
            None => i64::MIN,
            Some(message) => self.message_number(message)?.unwrap_or(i64::MAX),
        };
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.conversation = ?1 AND m.n > ?2 ORDER BY m.n LIMIT ?3"
        ))?;
        let rows = statement.query_map((number, after, limit as i64), |row| row_at(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every message by time, for an export: `limit` at most, after the message `after` when that
    /// is given, else from the oldest.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn messages(
        &self,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let after = match after {
            None => i64::MIN,
            Some(message) => self.message_number(message)?.unwrap_or(i64::MAX),
        };
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM message m JOIN conversation c ON c.n = m.conversation
             WHERE m.n > ?1 ORDER BY m.n LIMIT ?2"
        ))?;
        let rows = statement.query_map((after, limit as i64), |row| row_at(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The document of a message, from content; none when it was erased.
    ///
    /// # Errors
    /// When the database cannot be read or the document has another shape.
    pub fn document(&self, hash: Hash) -> Result<Option<MessageDocument>, StoreError> {
        self.content(hash)?
            .map(|bytes| crate::value::from_json("message document", &bytes))
            .transpose()
    }

    pub(crate) fn message_number(&self, message: MessageId) -> Result<Option<i64>, StoreError> {
        Ok(self
            .statement("SELECT n FROM message WHERE id = ?1")?
            .query_row([key(message)], |row| row.get(0))
            .optional()?)
    }

    /// A free number for a message of an instant. Numbers grow with time at about 1/256 of a
    /// millisecond's count; where many messages share an instant, they go on from the last one in
    /// an ever wider window, so that finding a number never takes long.
    fn free_number(&self, at: Timestamp) -> Result<i64, StoreError> {
        let base = at.0 >> 8;
        let mut statement =
            self.statement("SELECT max(n) FROM message WHERE n >= ?1 AND n < ?2")?;
        for window in [1_i64, 1 << 8, 1 << 16, 1 << 24, 1 << 40] {
            let end = base.saturating_add(window);
            let last: Option<i64> = statement.query_row((base, end), |row| row.get(0))?;
            match last {
                None => return Ok(base),
                Some(last) if last + 1 < end => return Ok(last + 1),
                Some(_) => {}
            }
        }
        Err(StoreError::missing("free number for a message of", at.0))
    }
}

impl Tx<'_> {
    /// Records a message: its row, what it refers to, and its words for the search, which are
    /// written with the commit. A message that is known already is left alone.
    ///
    /// # Errors
    /// When its conversation was not saved, or the database cannot be written.
    pub fn record_message(&mut self, new: &NewMessage<'_>) -> Result<(), StoreError> {
        let Some(conversation) = self.conversation_number(new.conversation)? else {
            return Err(StoreError::missing("conversation", new.conversation));
        };
        if self.message_number(new.id)?.is_some() {
            return Ok(());
        }
        let empty = MessageDocument::default();
        let document = new.document.unwrap_or(&empty);
        let n = self.free_number(new.at)?;
        self.statement(
            "INSERT INTO message
                 (n, id, conversation, seq, channel, contact, at_ms, direction, author,
                  author_name, kind, document, raw, native_id, sender_name, sender_address,
                  recipients, subject, snippet, attachments, warnings, joined, imported, source,
                  outbox)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                     ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
        )?
        .execute(rusqlite::params![
            n,
            key(new.id),
            conversation,
            new.seq,
            key(new.channel),
            key(new.contact),
            new.at.0,
            new.direction.word(),
            new.author.word(),
            new.author_name,
            new.kind.word(),
            new.document_hash.0,
            new.raw.map(|hash| hash.0),
            document.native_id,
            document.from.name,
            document.from.address,
            recipients(document),
            document.subject,
            snippet(document.shown_text()),
            document.attachments.len() as i64,
            document.sender_warnings.len() as i64,
            new.join.word(),
            new.imported,
            if new.document.is_some() {
                new.source
            } else {
                ""
            },
            new.outbox.map(key),
        ])?;
        if !document.subject.is_empty() || !document.attachments.is_empty() {
            self.statement(
                "UPDATE conversation SET
                     subject = CASE WHEN subject = '' THEN ?2 ELSE subject END,
                     attachments = attachments OR ?3
                 WHERE n = ?1 AND (subject = '' OR attachments < ?3)",
            )?
            .execute((
                conversation,
                &document.subject,
                !document.attachments.is_empty(),
            ))?;
        }
        self.record_mentions(n, document)?;
        if new.document.is_some() {
            self.pending.texts.insert(n, PendingText::of(new, document));
        }
        Ok(())
    }
}

/// The beginning of a text in one line.
pub(crate) fn snippet(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if count > 0 {
            line.push(' ');
            count += 1;
        }
        for character in word.chars() {
            if count >= SNIPPET_CHARS {
                line.push('…');
                return line;
            }
            line.push(character);
            count += 1;
        }
    }
    line
}

fn recipients(document: &MessageDocument) -> String {
    let mut line = String::new();
    for address in document.to.iter().chain(&document.cc) {
        if !line.is_empty() {
            line.push_str(", ");
        }
        if line.chars().count() >= RECIPIENTS_CHARS {
            line.push('…');
            break;
        }
        let shown = match address.name.as_str() {
            "" => &address.address,
            name => name,
        };
        line.extend(shown.chars().take(RECIPIENTS_CHARS));
    }
    line
}
