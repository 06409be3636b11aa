//! Patterns of words, such as `connect you to .. PERSON`. `a|b` is either; `..` is room for a few
//! words of any kind; `PERSON` is somebody of the team, `CASE` what a customer came with (`this`,
//! `your request`), `SIE` the customer in German, and `END` the end of the clause.

use std::ops::Range;

use super::words::{CASE_NOUNS, CASE_OWNERS, CASE_WORDS, PERSONS};

/// So many words may stand where a pattern leaves room.
const ROOM: usize = 5;

/// Where a pattern stands in these words, when it does.
pub(super) fn find(pattern: &str, words: &[String]) -> Option<Range<usize>> {
    let parts: Vec<&str> = pattern.split(' ').collect();
    (0..words.len()).find_map(|start| {
        let rest = fits(&parts, words.get(start..)?)?;
        Some(start..words.len().saturating_sub(rest))
    })
}

/// How many words are left behind a pattern that begins here, when it fits.
fn fits(parts: &[&str], words: &[String]) -> Option<usize> {
    let Some((part, parts)) = parts.split_first() else {
        return Some(words.len());
    };
    let after = |count: usize| fits(parts, words.get(count..)?);
    if *part == ".." {
        return (0..=ROOM).find_map(after);
    }
    part.split('|')
        .filter_map(|one| taken(one, words))
        .find_map(after)
}

/// How many words one part of a pattern takes, when it fits.
fn taken(part: &str, words: &[String]) -> Option<usize> {
    let word = |place: usize| words.get(place).map(String::as_str);
    let is = |place: usize, known: &[&str]| word(place).is_some_and(|word| known.contains(&word));
    let one = |fits: bool| fits.then_some(1);
    match part {
        "END" => words.is_empty().then_some(0),
        "PERSON" => one(word(0).is_some_and(is_person)),
        "SIE" => one(is(0, &["sie", "dich", "euch"])),
        "CASE" if is(0, &CASE_OWNERS) && is(1, &CASE_NOUNS) => Some(2),
        "CASE" => one(is(0, &CASE_WORDS)),
        part => one(word(0) == Some(part)),
    }
}

fn is_person(word: &str) -> bool {
    let of_many = word.strip_suffix('s').unwrap_or(word);
    PERSONS.contains(&word) || PERSONS.contains(&of_many)
}
