//! The record that `baton export` writes, one JSON object a line. `docs/export.md` describes it.

use std::io::{self, Write};

use baton_core::hash::Hash;
use baton_core::message::{
    Address, Attachment, Author, Direction, MessageDocument, MessageKind, SenderWarning,
};
use baton_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One message with everything Baton made of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// The Message-ID of the mail without angle brackets; empty when it has none.
    pub message_id: String,
    /// Baton's own id of the message, which no two messages share.
    pub id: String,
    /// The SHA-256 of the bytes as received; null for what never was a mail.
    pub raw_sha256: Option<Hash>,
    /// The file it was imported from, for mbox and jsonl with `:` and the number; else null.
    pub source: Option<String>,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// What it is for.
    pub kind: MessageKind,
    /// The subject, decoded.
    pub subject: String,
    /// The first sender.
    pub from: Address,
    /// To, in order.
    pub to: Vec<Address>,
    /// Cc, in order.
    pub cc: Vec<Address>,
    /// Reply-To, in order.
    pub reply_to: Vec<Address>,
    /// In-Reply-To, in order; usually one.
    pub in_reply_to: Vec<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// The date of the header, RFC 3339 in UTC; null when there is none that can be read.
    pub date: Option<String>,
    /// The whole text.
    pub text: String,
    /// The text without quotes and signature.
    pub visible_text: String,
    /// The HTML part as text; empty when there is none.
    pub html_text: String,
    /// The HTML part after the sanitiser, as the view shows it; empty when there is none.
    pub html: String,
    /// Why the sender deserves a second look.
    pub sender_warnings: Vec<SenderWarning>,
    /// The files that came with it.
    pub attachments: Vec<File>,
    /// What of the message is damaged where it is stored: `document`, what was read of it, or
    /// `raw`, the bytes as received. Empty for a message that is whole.
    pub damaged: Vec<String>,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// The name the sender gave.
    pub name: String,
    /// The name it is saved under.
    pub saved_name: String,
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// The decoded size in bytes.
    pub size: u64,
    /// The SHA-256 of the decoded bytes.
    pub sha256: Hash,
}

impl From<Attachment> for File {
    fn from(from: Attachment) -> Self {
        Self {
            name: from.name,
            saved_name: from.saved_name,
            media_type: from.media_type,
            size: from.size,
            sha256: from.sha256,
        }
    }
}

/// What stands beside the document of a message.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The conversation.
    pub conversation: String,
    /// Baton's own id of the message.
    pub id: String,
    /// The digest of the bytes as received.
    pub raw: Option<Hash>,
    /// The file it was imported from.
    pub source: Option<String>,
    /// The HTML after the sanitiser.
    pub html: String,
    /// What of it is damaged.
    pub damaged: Vec<&'static str>,
}

impl Record {
    /// Puts a record together.
    #[must_use]
    pub fn new(
        beside: Beside,
        direction: Direction,
        author: Author,
        document: MessageDocument,
    ) -> Self {
        // A document whose text has nothing to fold leaves the visible text out.
        let visible_text = document.shown_text().to_owned();
        Self {
            conversation_id: beside.conversation,
            message_id: document.native_id,
            id: beside.id,
            raw_sha256: beside.raw,
            source: beside.source.filter(|source| !source.is_empty()),
            direction,
            author,
            kind: document.kind,
            subject: document.subject,
            from: document.from,
            to: document.to,
            cc: document.cc,
            reply_to: document.reply_to,
            in_reply_to: document.in_reply_to,
            references: document.references,
            date: document.date.and_then(rfc3339),
            text: document.text,
            visible_text,
            html_text: document.html_text,
            html: beside.html,
            sender_warnings: document.sender_warnings,
            attachments: document.attachments.into_iter().map(File::from).collect(),
            damaged: beside.damaged.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

fn rfc3339(at: Timestamp) -> Option<String> {
    Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_string())
}

/// Writes one record as a line.
///
/// # Errors
/// When it cannot be written.
pub fn write(out: &mut impl Write, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}
