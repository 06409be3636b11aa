//! Every message with what Baton made of it, page by page, in the order of the log.

use baton_core::hash::Hash;
use baton_core::message::{Author, Direction, MessageDocument};
use baton_store::Readers;

use crate::commands::render_html;
use crate::engine::Engine;
use crate::error::EngineError;

/// Events looked at for one page.
const PAGE: usize = 500;

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
}

impl Engine {
    /// The messages from a place in the log on, and where the next page begins; none at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export(&self, from: u64) -> Result<(Vec<Exported>, Option<u64>), EngineError> {
        let readers = std::sync::Arc::clone(&self.inner.readers);
        tokio::task::spawn_blocking(move || page(&readers, from))
            .await
            .map_err(|_| EngineError::Stopped)?
    }
}

fn page(readers: &Readers, from: u64) -> Result<(Vec<Exported>, Option<u64>), EngineError> {
    readers.read(|reader| {
        let after = i64::try_from(from).unwrap_or(i64::MAX);
        let events = reader.events_after(after, PAGE)?;
        let next = match events.last() {
            Some(last) if events.len() == PAGE => Some(last.seq.unsigned_abs()),
            _ => None,
        };
        let mut out = Vec::new();
        for event in events
            .iter()
            .filter(|event| event.kind == "message.recorded@1")
        {
            let Some(row) = reader.message_by_seq(event.seq)? else {
                continue;
            };
            let document = reader.document(row.document)?.unwrap_or_default();
            let raw = match row.raw {
                Some(hash) => reader.content(hash)?,
                None => None,
            };
            let html = match &raw {
                Some(raw) if document.has_html => render_html(&document, raw),
                _ => String::new(),
            };
            out.push(Exported {
                conversation: row.conversation.to_string(),
                id: row.id.to_string(),
                raw: row.raw,
                source: row.source,
                html,
                direction: row.direction,
                author: row.author,
                document,
            });
        }
        Ok((out, next))
    })
}
