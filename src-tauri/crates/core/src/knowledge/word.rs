//! Words as they are compared when something is looked up: without case, diacritics and most of
//! their endings. No language is assumed.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The byte at which it begins.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// The word in lower case and without diacritics.
    pub folded: String,
}

/// Whether a character belongs to a script that sets no spaces between words.
const fn stands_alone(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A word in lower case and without diacritics.
#[must_use]
pub fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words of a text, in order. Characters of scripts without spaces are words of their own.
pub fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.find(|(_, character)| character.is_alphanumeric())?;
        let mut end = start.saturating_add(first.len_utf8());
        if !stands_alone(first) {
            while let Some((at, next)) = rest.next_if(|(_, next)| {
                (next.is_alphanumeric() || is_combining_mark(*next)) && !stands_alone(*next)
            }) {
                end = at.saturating_add(next.len_utf8());
            }
        }
        let folded = folded(text.get(start..end)?);
        Some(Word { start, end, folded })
    })
}

/// Whether a word says what a text is about: a number, a sign of a script without spaces, or four
/// letters at least.
#[must_use]
pub fn tells(folded: &str) -> bool {
    folded
        .chars()
        .any(|character| character.is_numeric() || stands_alone(character))
        || folded.chars().nth(3).is_some()
}

/// The beginning that the forms of a word share, by its length alone: *refund*, *refunds* and
/// *refunded* meet in one. A word with a digit in it has no other forms.
#[must_use]
pub fn stem(folded: &str) -> &str {
    let length = folded.chars().count();
    let whole = folded
        .chars()
        .any(|character| character.is_numeric() || stands_alone(character));
    let keep = match length {
        _ if whole => return folded,
        0..=4 => return folded,
        5..=6 => length.saturating_sub(1),
        _ => length.saturating_sub(2),
    };
    let end = folded
        .char_indices()
        .nth(keep)
        .map_or(folded.len(), |(at, _)| at);
    folded.get(..end).unwrap_or(folded)
}

/// Whether the forms of a word that share this stem may go on behind it: a stem that was cut, or
/// one that is long enough by itself.
#[must_use]
pub fn goes_on(stem: &str) -> bool {
    stem.chars().nth(3).is_some()
        && !stem
            .chars()
            .any(|character| character.is_numeric() || stands_alone(character))
}

/// Whether a word is a form of the word with that stem.
#[must_use]
pub fn is_form_of(folded: &str, of: &str) -> bool {
    if goes_on(of) {
        folded.starts_with(of)
    } else {
        folded == of
    }
}

/// A text in pieces, each with whether it is a form of a word with one of these stems.
#[must_use]
pub fn marked(text: &str, stems: &BTreeSet<String>) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut push = |words: &str, hit: bool| {
        if words.is_empty() {
            return;
        }
        match pieces.last_mut() {
            Some((last, same)) if *same == hit => last.push_str(words),
            _ => pieces.push((words.to_owned(), hit)),
        }
    };
    let mut reached = 0;
    for word in words(text) {
        if stems.iter().any(|stem| is_form_of(&word.folded, stem)) {
            push(text.get(reached..word.start).unwrap_or_default(), false);
            push(text.get(word.start..word.end).unwrap_or_default(), true);
            reached = word.end;
        }
    }
    push(text.get(reached..).unwrap_or_default(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{is_form_of, marked, stem, tells, words};

    #[test]
    fn the_words_that_were_looked_for_are_marked_in_every_form() {
        let stems = BTreeSet::from(["refun".to_owned(), "14".to_owned()]);
        let pieces = marked("No Refunds: 14 days, 140 hours.", &stems);
        let seen: Vec<(&str, bool)> = pieces
            .iter()
            .map(|(words, hit)| (words.as_str(), *hit))
            .collect();
        assert_eq!(
            seen,
            [
                ("No ", false),
                ("Refunds", true),
                (": ", false),
                ("14", true),
                (" days, 140 hours.", false),
            ]
        );
    }

    #[test]
    fn words_are_compared_without_case_marks_and_endings() {
        let found: Vec<String> = words("Größe 返金, ORDER-17's café")
            .map(|word| word.folded)
            .collect();
        assert_eq!(found, ["große", "返", "金", "order", "17", "s", "cafe"]);
        for (a, b, same) in [
            ("refund", "refunds", true),
            ("refunded", "refund", true),
            ("delivery", "deliveries", true),
            ("ruckgabe", "ruckgaben", true),
            ("17", "170", false),
            ("cat", "catalogue", false),
            ("order", "border", false),
        ] {
            assert_eq!(is_form_of(b, stem(a)), same, "{a} {b}");
        }
    }

    #[test]
    fn a_stem_never_cuts_a_character_in_two() {
        for word in ["", "é", "éééééééé", "返金", "straßenbahnen", "a1b2c3d4"] {
            assert!(word.starts_with(stem(word)), "{word}");
        }
        assert!(tells("14") && tells("返") && tells("post") && !tells("the"));
    }

    #[test]
    fn a_word_is_cut_out_of_its_text_as_it_stands() {
        let text = "Un café, s'il vous plaît";
        let cut: Vec<&str> = words(text)
            .filter_map(|word| text.get(word.start..word.end))
            .collect();
        assert_eq!(cut, ["Un", "café", "s", "il", "vous", "plaît"]);
    }
}
