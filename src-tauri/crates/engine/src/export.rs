//! Every message with what Baton made of it, page by page, in the order of the log. One damaged
//! message hides no other: of each is written what can be read.

use std::collections::BTreeMap;

use baton_channels::mail;
use baton_core::event::{Envelope, Event};
use baton_core::hash::Hash;
use baton_core::message::{Author, Direction, MessageDocument};
use baton_store::{LoggedEvent, MessageRow, Reader, Readers, StoreError};
use serde::de::IgnoredAny;

use crate::commands::render_html;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::mail::context;
use crate::roster::Roster;

/// Events looked at for one page.
const PAGE: usize = 500;

/// A page of an export.
#[derive(Default)]
pub struct ExportPage {
    /// The messages.
    pub messages: Vec<Exported>,
    /// Entries of the log that cannot be read at all; each may have been a message.
    pub lost: Vec<i64>,
    /// Where the next page begins; none at the end.
    pub next: Option<u64>,
}

/// One message to be exported.
pub struct Exported {
    /// The conversation.
    pub conversation: String,
    /// The message.
    pub id: String,
    /// The digest of the bytes as received, for mail.
    pub raw: Option<Hash>,
    /// The file it was imported from; empty otherwise.
    pub source: String,
    /// The HTML as the view shows it; empty when there is none.
    pub html: String,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub document: MessageDocument,
    /// What of it is damaged; empty for a message that is whole.
    pub damaged: Vec<Damaged>,
}

/// What of a message can be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// What was read of it. It was read anew from the bytes as received; where those are no mail or
    /// damaged too, only what the list shows of it is left.
    Document,
    /// The bytes as received.
    Raw,
}

impl Damaged {
    /// The word for it in an export.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Raw => "raw",
        }
    }
}

impl Engine {
    /// The messages from a place in the log on, and where the next page begins.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export(&self, from: u64) -> Result<ExportPage, EngineError> {
        let readers = std::sync::Arc::clone(&self.inner.readers);
        let roster = self.roster();
        tokio::task::spawn_blocking(move || page(&readers, &roster, from))
            .await
            .map_err(|_| EngineError::Stopped)?
    }
}

fn page(readers: &Readers, roster: &Roster, from: u64) -> Result<ExportPage, EngineError> {
    readers.read(|reader| {
        let after = i64::try_from(from).unwrap_or(i64::MAX);
        let stretch = reader.events_left(after, PAGE)?;
        let mut page = ExportPage {
            next: stretch.next.map(i64::unsigned_abs),
            ..ExportPage::default()
        };
        let mut messages = Vec::new();
        for event in &stretch.events {
            if event.kind != "message.recorded@1" {
                continue;
            }
            match recorded(reader, event)? {
                Found::Message(told) => {
                    messages.push((event.seq, exported(reader, roster, *told)?));
                }
                Found::Nothing => {}
                Found::Lost => page.lost.push(event.seq),
            }
        }
        // An entry of the log that is damaged may have a row that is not.
        for &seq in &stretch.damaged {
            match reader.message_by_seq(seq) {
                Ok(Some(row)) => messages.push((seq, exported(reader, roster, row.into())?)),
                Ok(None) => page.lost.push(seq),
                Err(error) if error.is_damage() => page.lost.push(seq),
                Err(error) => return Err(error.into()),
            }
        }
        // Those that the lists still have take their places among the others.
        messages.sort_by_key(|(seq, _)| *seq);
        page.messages
            .extend(messages.into_iter().map(|(_, message)| message));
        page.lost.sort_unstable();
        Ok(page)
    })
}

/// What the log or the lists tell of a message.
struct Told {
    conversation: String,
    id: String,
    raw: Option<Hash>,
    source: String,
    direction: Direction,
    author: Author,
    hash: Hash,
    /// What a list shows of it, for where there is nothing better.
    listed: MessageDocument,
}

enum Found {
    Message(Box<Told>),
    /// It stands in no list, such as a copy that was found to be one.
    Nothing,
    Lost,
}

/// The message that an event recorded: its row, or where that is damaged what the event says.
fn recorded(reader: &Reader<'_>, event: &LoggedEvent) -> Result<Found, EngineError> {
    match reader.message_by_seq(event.seq) {
        Ok(Some(row)) => return Ok(Found::Message(Box::new(row.into()))),
        Ok(None) => return Ok(Found::Nothing),
        Err(error) if error.is_damage() => {}
        Err(error) => return Err(error.into()),
    }
    let envelope = serde_json::from_slice::<Envelope>(&event.bytes).ok();
    let (Some(conversation), Some(Event::MessageRecorded(body))) = (
        event.conversation,
        envelope.and_then(|envelope| envelope.event()),
    ) else {
        return Ok(Found::Lost);
    };
    Ok(Found::Message(Box::new(Told {
        conversation: conversation.to_string(),
        id: body.message.to_string(),
        raw: body.raw.map(|raw| raw.hash),
        source: body.source,
        direction: body.direction,
        author: body.author,
        hash: body.document,
        listed: MessageDocument::default(),
    })))
}

impl From<MessageRow> for Told {
    fn from(row: MessageRow) -> Self {
        Self {
            conversation: row.conversation.to_string(),
            id: row.id.to_string(),
            raw: row.raw,
            source: row.source,
            direction: row.direction,
            author: row.author,
            hash: row.document,
            listed: MessageDocument {
                kind: row.kind,
                native_id: row.native_id,
                from: row.sender,
                subject: row.subject,
                text: row.snippet,
                ..MessageDocument::default()
            },
        }
    }
}

fn exported(reader: &Reader<'_>, roster: &Roster, told: Told) -> Result<Exported, EngineError> {
    let mut damaged = Vec::new();
    let document = whole(reader.document_whole(told.hash))?;
    let raw = match told.raw {
        Some(hash) => whole(reader.content_whole(hash))?,
        None => Left::Erased,
    };
    if matches!(document, Left::Damaged) {
        damaged.push(Damaged::Document);
    }
    if matches!(raw, Left::Damaged) {
        damaged.push(Damaged::Raw);
    }
    // Of what was erased neither digest nor file name is told.
    let erased = matches!(document, Left::Erased);
    let document = match (document, &raw) {
        (Left::Whole(document), _) => document,
        (Left::Erased, _) => MessageDocument::default(),
        (Left::Damaged, Left::Whole(raw)) if is_mail(raw) => {
            mail::decode(raw, &context(roster)).document
        }
        (Left::Damaged, _) => told.listed,
    };
    let html = match &raw {
        Left::Whole(raw) if document.has_html => render_html(&document, raw),
        _ => String::new(),
    };
    Ok(Exported {
        conversation: told.conversation,
        id: told.id,
        raw: told.raw.filter(|_| !erased),
        source: if erased { String::new() } else { told.source },
        html,
        direction: told.direction,
        author: told.author,
        document,
        damaged,
    })
}

/// Whether bytes as received are a mail: what a bot platform or a dialog brings is JSON.
fn is_mail(raw: &[u8]) -> bool {
    serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(raw).is_err()
}

enum Left<T> {
    Whole(T),
    Erased,
    Damaged,
}

fn whole<T>(read: Result<Option<T>, StoreError>) -> Result<Left<T>, EngineError> {
    match read {
        Ok(Some(found)) => Ok(Left::Whole(found)),
        Ok(None) => Ok(Left::Erased),
        Err(error) if error.is_damage() => Ok(Left::Damaged),
        Err(error) => Err(error.into()),
    }
}
