//! What was changed between a draft and what was sent, word by word.

use serde::{Deserialize, Serialize};

/// A stretch of words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What became of it.
    pub change: Change,
    /// The words with the blanks behind them.
    pub text: String,
}

/// What became of a stretch of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It stayed.
    Same,
    /// It is gone.
    Gone,
    /// It is new.
    New,
}

/// Texts with more words than this are told as one that went and one that came.
const MOST: usize = 1_500;

/// The shortest way, by words, from one text to another. What stays and what goes, read together,
/// is the first text; what stays and what comes is the second.
#[must_use]
pub fn difference(before: &str, after: &str) -> Vec<Piece> {
    let (a, b) = (words(before), words(after));
    let mut pieces = Pieces::default();
    if a.len() > MOST || b.len() > MOST {
        if before == after {
            pieces.push(Change::Same, before);
        } else {
            pieces.push(Change::Gone, before);
            pieces.push(Change::New, after);
        }
        return pieces.0;
    }
    let common = common_lengths(&a, &b);
    let width = b.len() + 1;
    let length = |i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    loop {
        match (a.get(i), b.get(j)) {
            (Some(old), Some(new)) if old == new => {
                pieces.push(Change::Same, old);
                i += 1;
                j += 1;
            }
            (Some(old), new) if new.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                pieces.push(Change::Gone, old);
                i += 1;
            }
            (_, Some(new)) => {
                pieces.push(Change::New, new);
                j += 1;
            }
            _ => return pieces.0,
        }
    }
}

/// For each pair of places, how many words the rests have in common, in order.
fn common_lengths(a: &[&str], b: &[&str]) -> Vec<u16> {
    let width = b.len() + 1;
    let mut table = vec![0_u16; (a.len() + 1) * width];
    for (i, old) in a.iter().enumerate().rev() {
        for (j, new) in b.iter().enumerate().rev() {
            let at = |i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
            let best = if old == new {
                at(i + 1, j + 1).saturating_add(1)
            } else {
                at(i + 1, j).max(at(i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    table
}

/// Words, each with the blanks behind it; blanks at the beginning are a word of their own.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let tail = rest.get(word..).unwrap_or_default();
        let blanks = tail
            .find(|c: char| !c.is_whitespace())
            .unwrap_or(tail.len());
        let (head, next) = rest.split_at_checked(word + blanks).unwrap_or((rest, ""));
        out.push(head);
        rest = next;
    }
    out
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn push(&mut self, change: Change, text: &str) {
        match self.0.last_mut() {
            Some(last) if last.change == change => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Piece {
                change,
                text: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Change, MOST, difference};

    fn side(before: &str, after: &str, without: Change) -> String {
        let pieces = difference(before, after).into_iter();
        pieces
            .filter(|piece| piece.change != without)
            .map(|piece| piece.text)
            .collect()
    }

    #[test]
    fn an_edited_amount_is_the_only_thing_that_differs() {
        let told: Vec<_> = difference("We refund 20 € today.", "We refund 10 € today.")
            .into_iter()
            .map(|piece| (piece.change, piece.text))
            .collect();
        assert_eq!(
            told,
            [
                (Change::Same, "We refund ".to_owned()),
                (Change::Gone, "20 ".to_owned()),
                (Change::New, "10 ".to_owned()),
                (Change::Same, "€ today.".to_owned()),
            ]
        );
    }

    #[test]
    fn a_book_is_told_as_a_whole() {
        let book = "word ".repeat(MOST + 1);
        assert_eq!(difference(&book, &book).len(), 1);
        assert_eq!(difference(&book, "word").len(), 2);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_it(before in "[ab \n]{0,40}", after in "[ab \n]{0,40}") {
            prop_assert_eq!(side(&before, &after, Change::New), before.as_str());
            prop_assert_eq!(side(&before, &after, Change::Gone), after.as_str());
        }
    }
}
