//! The words around what was found.

use baton_core::hash::Hash;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::fold::{folded, words};
use crate::search::query::Query;

/// A piece of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPiece {
    /// The text.
    pub text: String,
    /// Whether it is what was searched.
    pub hit: bool,
}

/// How much of a text is looked through for the words.
const LOOK_AT_BYTES: usize = 128 << 10;
/// Words shown before the first that was found.
const BEFORE: usize = 6;
/// Words shown in all.
const SHOWN: usize = 28;

impl Reader<'_> {
    /// The words around the first place in a message at which the query is found, in pieces; the
    /// beginning of the text when the words stand elsewhere, as in the sender's name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn snippet(&self, document: Hash, query: &Query) -> Result<Vec<SnippetPiece>, StoreError> {
        let Some(document) = self.document(document)? else {
            return Ok(Vec::new());
        };
        let wanted = query.shown_words();
        for text in [document.shown_text(), &document.text, &document.subject] {
            if let Some(pieces) = around(text, &wanted) {
                return Ok(pieces);
            }
        }
        Ok(around(document.shown_text(), &[(Vec::new(), false)]).unwrap_or_default())
    }
}

/// The text around the first hit; none when there is no hit. A wanted phrase without words hits at
/// the beginning and marks nothing.
fn around(text: &str, wanted: &[(Vec<String>, bool)]) -> Option<Vec<SnippetPiece>> {
    let mut end = text.len().min(LOOK_AT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found: Vec<(usize, usize, String)> = words(text.get(..end)?)
        .map(|(start, end, word)| (start, end, folded(word)))
        .collect();
    let hits: Vec<bool> = mark(&found, wanted);
    let first = match hits.iter().position(|&hit| hit) {
        Some(first) => first,
        None if wanted.iter().any(|(phrase, _)| phrase.is_empty()) => 0,
        None => return None,
    };
    let from = first.saturating_sub(BEFORE);
    let mut pieces: Vec<SnippetPiece> = Vec::new();
    let mut at = found.get(from)?.0;
    if from > 0 {
        push(&mut pieces, "… ", false);
    }
    let mut shown_all = true;
    for (index, (start, end, _)) in found.iter().enumerate().skip(from) {
        if index >= from + SHOWN {
            shown_all = false;
            break;
        }
        push(&mut pieces, &one_line(text.get(at..*start)?), false);
        push(
            &mut pieces,
            text.get(*start..*end)?,
            hits.get(index).copied()?,
        );
        at = *end;
    }
    if !shown_all {
        push(&mut pieces, " …", false);
    }
    Some(pieces)
}

/// Which words are part of a wanted phrase.
fn mark(found: &[(usize, usize, String)], wanted: &[(Vec<String>, bool)]) -> Vec<bool> {
    let mut hits = vec![false; found.len()];
    for (phrase, prefix) in wanted.iter().filter(|(phrase, _)| !phrase.is_empty()) {
        for (start, window) in found.windows(phrase.len()).enumerate() {
            let matches = window
                .iter()
                .zip(phrase)
                .enumerate()
                .all(|(index, (word, want))| {
                    word.2 == *want
                        || (*prefix
                            && index + 1 == phrase.len()
                            && word.2.starts_with(want.as_str()))
                });
            if matches {
                hits.iter_mut()
                    .skip(start)
                    .take(phrase.len())
                    .for_each(|hit| *hit = true);
            }
        }
    }
    hits
}

/// What stands between two words, on one line and not longer than a few characters.
fn one_line(between: &str) -> String {
    let mut line = String::new();
    let mut space = false;
    for character in between.chars() {
        if character.is_whitespace() || character.is_control() {
            space = true;
        } else if line.chars().count() < 4 {
            if std::mem::take(&mut space) && !line.is_empty() {
                line.push(' ');
            }
            line.push(character);
        }
    }
    let starts = between.starts_with(char::is_whitespace);
    let ends = between.ends_with(char::is_whitespace);
    match (line.is_empty(), starts, ends) {
        (true, false, false) => String::new(),
        (true, ..) => " ".to_owned(),
        (false, true, true) => format!(" {line} "),
        (false, true, false) => format!(" {line}"),
        (false, false, true) => format!("{line} "),
        (false, false, false) => line,
    }
}

fn push(pieces: &mut Vec<SnippetPiece>, text: &str, hit: bool) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.hit == hit => last.text.push_str(text),
        _ => pieces.push(SnippetPiece {
            text: text.to_owned(),
            hit,
        }),
    }
}
