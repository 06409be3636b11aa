//! Drafts that wait for a person, as lines of the stream.

use baton_api::reviews::ReviewPiece;
use baton_api::timeline::What;
use baton_core::event::body::{DraftMoved, DraftSettled};
use baton_core::message::{Author, MessageDocument};
use baton_core::review::{HeldDraft, ReviewEnd, difference};
use baton_store::{Reader, StoreError};

use super::super::row::target;
use super::super::{said, text, word};
use crate::roster::Roster;

/// What was changed between a draft and what was sent.
pub(crate) fn changes(before: &MessageDocument, after: &MessageDocument) -> Vec<ReviewPiece> {
    difference(before.shown_text().trim(), after.shown_text().trim())
        .into_iter()
        .map(|piece| ReviewPiece {
            change: word(&piece.change),
            text: piece.text,
        })
        .collect()
}

fn author(roster: &Roster, kind: Author, name: &str) -> String {
    match kind {
        Author::Agent => roster.display(name),
        _ => name.to_owned(),
    }
}

/// A draft begins to wait.
pub(super) fn held(
    reader: &Reader<'_>,
    roster: &Roster,
    draft: &HeldDraft,
) -> Result<What, StoreError> {
    let document = reader.document(draft.document)?.unwrap_or_default();
    Ok(What::Draft {
        draft: text(draft.id),
        how: "held".to_owned(),
        author: author(roster, draft.author, &draft.author_name),
        text: document.shown_text().trim().to_owned(),
        code: None,
        words: readers(&draft.reviewers),
        changes: Vec::new(),
    })
}

/// Others are to read it.
pub(super) fn moved(
    reader: &Reader<'_>,
    roster: &Roster,
    moved: &DraftMoved,
) -> Result<Option<What>, StoreError> {
    let row = reader.review(moved.draft)?;
    Ok(row.map(|row| What::Draft {
        draft: text(row.draft),
        how: "moved".to_owned(),
        author: author(roster, row.author, &row.author_name),
        text: String::new(),
        code: None,
        words: readers(&moved.reviewers),
        changes: Vec::new(),
    }))
}

/// It is over.
pub(super) fn settled(
    reader: &Reader<'_>,
    roster: &Roster,
    settled: &DraftSettled,
) -> Result<Option<What>, StoreError> {
    let Some(row) = reader.review(settled.draft)? else {
        return Ok(None);
    };
    let sent = settled.sent.filter(|_| settled.how == ReviewEnd::Edited);
    let sent = match sent {
        Some(hash) => reader.document(hash)?,
        None => None,
    };
    let changes = match (reader.document(row.document)?, sent) {
        (Some(before), Some(after)) => changes(&before, &after),
        _ => Vec::new(),
    };
    Ok(Some(What::Draft {
        draft: text(row.draft),
        how: word(&settled.how),
        author: author(roster, row.author, &row.author_name),
        text: String::new(),
        code: settled.code.map(|code| code.word().to_owned()),
        words: said(reader, &settled.text, settled.words)?,
        changes,
    }))
}

fn readers(targets: &[baton_core::control::Target]) -> String {
    let names: Vec<String> = targets.iter().map(target).collect();
    names.join(", ")
}
