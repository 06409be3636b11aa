//! What a customer wrote, apart from what is quoted, signed or forwarded below it.
//!
//! Nothing is ever lost: [`split`] says which parts of the text are folded and what they are; the
//! rest is the visible text, and both together are the whole input.

mod header;
mod intro;
mod judge;
mod line;
mod sign;
mod words;

use crate::html::{MarkKind, to_marked_text};

/// What a folded part of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoldKind {
    /// An earlier message, with the line or header block that introduces it.
    Quote,
    /// A signature, from its delimiter or its first sign on.
    Signature,
    /// A message that was forwarded below the customer's own words.
    Forward,
    /// A notice of confidentiality, or the footer of a mailing list.
    Disclaimer,
}

/// A folded part, in bytes of the text that was split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub kind: FoldKind,
}

/// A text, split into what is shown and what is folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The customer's own words.
    pub visible: String,
    /// The folded parts in their order; they do not overlap.
    pub folds: Vec<Fold>,
}

/// Splits the plain text of a message into the customer's words and what is folded.
///
/// Answers between quoted lines are visible. When nothing of the customer's own would be left, as
/// in a bare forward, the message stays visible whole.
pub fn split(text: &str) -> Split {
    assemble(text, judge::folds(text))
}

/// The visible text of an HTML message, when its mail program marked what is quoted or signed.
pub fn split_html(html: &str) -> Option<String> {
    let marked = to_marked_text(html);
    if marked.marks.is_empty() {
        return None;
    }
    let folds = marked
        .marks
        .iter()
        .map(|mark| Fold {
            start: mark.start,
            end: mark.end,
            kind: match mark.kind {
                MarkKind::Quote | MarkKind::QuoteToEnd => FoldKind::Quote,
                MarkKind::Signature => FoldKind::Signature,
            },
        })
        .collect();
    Some(split(&assemble(&marked.text, folds).visible).visible)
}

/// Orders the folds, joins what overlaps, and collects what is visible.
fn assemble(text: &str, mut folds: Vec<Fold>) -> Split {
    folds.sort_by_key(|fold| (fold.start, fold.end));
    let mut joined: Vec<Fold> = Vec::new();
    for fold in folds {
        match joined.last_mut() {
            Some(last)
                if fold.start < last.end || (fold.start == last.end && fold.kind == last.kind) =>
            {
                last.end = last.end.max(fold.end);
            }
            _ if fold.start < fold.end => joined.push(fold),
            _ => {}
        }
    }
    let mut visible = String::new();
    let mut from = 0;
    for fold in &joined {
        visible.push_str(text.get(from..fold.start).unwrap_or(""));
        from = fold.end;
    }
    visible.push_str(text.get(from..).unwrap_or(""));
    Split {
        visible: visible.trim().to_owned(),
        folds: joined,
    }
}
