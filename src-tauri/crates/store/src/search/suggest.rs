//! A better spelling for a word that is found nowhere, from the words that are in the index.

use std::collections::BTreeSet;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::fold::{folded, is_unspaced, words};
use crate::search::query::{Clause, Field, Query};

/// Words of the index that are looked at for one beginning.
const LOOK_AT: i64 = 4_000;

impl Reader<'_> {
    /// The query with its unknown words in a better spelling; none when every word is known or
    /// nothing similar is. Ask when a search finds nothing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn did_you_mean(&self, typed: &str, query: &Query) -> Result<Option<String>, StoreError> {
        let mut better = typed.to_owned();
        let mut changed = false;
        for clause in query
            .must
            .iter()
            .filter(|clause| clause.field != Field::Marks)
        {
            for (_, _, word) in words(&clause.text) {
                if word.chars().any(is_unspaced) || self.is_known(word, clause)? {
                    continue;
                }
                if let Some(similar) = self.similar_word(&folded(word))? {
                    better = better.replacen(word, &similar, 1);
                    changed = true;
                }
            }
        }
        Ok(changed.then_some(better))
    }

    fn is_known(&self, word: &str, clause: &Clause) -> Result<bool, StoreError> {
        let alone = Clause {
            field: Field::Anywhere,
            text: word.to_owned(),
            prefix: clause.prefix,
        };
        Ok(self
            .statement("SELECT 1 FROM search WHERE search MATCH ?1 LIMIT 1")?
            .exists([alone.expression()])?)
    }

    /// The most similar word of the index: the fewest changes, then the most messages.
    fn similar_word(&self, word: &str) -> Result<Option<String>, StoreError> {
        let length = word.chars().count();
        let most = match length {
            0..=2 => return Ok(None),
            3..=4 => 1,
            _ => 2,
        };
        let mut statement = self.statement(
            "SELECT term, doc FROM search_word WHERE term >= ?1 AND term < ?2 LIMIT ?3",
        )?;
        let mut best: Option<(usize, i64, String)> = None;
        for beginning in beginnings(word) {
            let end = format!("{beginning}\u{10ffff}");
            let mut rows = statement.query((&beginning, end, LOOK_AT))?;
            while let Some(row) = rows.next()? {
                let term = row.get_ref(0)?.as_str().unwrap_or_default();
                if term.chars().count().abs_diff(length) > most {
                    continue;
                }
                let changes = distance(word, term);
                if changes == 0 || changes > most {
                    continue;
                }
                let messages: i64 = row.get(1)?;
                let better = best.as_ref().is_none_or(|(least, many, _)| {
                    changes < *least || (changes == *least && messages > *many)
                });
                if better {
                    best = Some((changes, messages, term.to_owned()));
                }
            }
        }
        Ok(best.map(|(_, _, term)| term))
    }
}

/// The beginnings under which the right spelling of a word may stand: its own, with its first
/// letters swapped, with the first one left out or typed twice.
fn beginnings(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().take(4).collect();
    let mut beginnings = BTreeSet::new();
    if let [a, b, c, rest @ ..] = letters.as_slice() {
        beginnings.insert([*a, *b].iter().collect());
        beginnings.insert([*b, *a].iter().collect());
        beginnings.insert([*b, *c].iter().collect());
        beginnings.insert([*a, *c].iter().collect());
        if let [d] = rest {
            beginnings.insert([*a, *c, *d].iter().collect());
        }
    }
    beginnings
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&last, j) + usize::from(from != to))
                .min(at(&last, j + 1) + 1)
                .min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(&to) && b.get(j - 1) == Some(&from);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_swap_counts_once() {
        assert_eq!(distance("refnud", "refund"), 1);
        assert_eq!(distance("recieve", "receive"), 1);
        assert_eq!(distance("invoice", "invoice"), 0);
        assert_eq!(distance("invioces", "invoice"), 2);
        assert_eq!(distance("", "abc"), 3);
    }
}
