//! How text becomes words, on both sides of the index.
//!
//! The tokenizer of the index folds case and diacritics and splits at what is neither letter nor
//! digit. Scripts that set no spaces between words are given to it one character at a time, so
//! that any part of them is found as a phrase, however short.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Begins every mark: a letter of the private use area, which nobody types.
pub(crate) const MARK: char = '\u{e000}';

/// Whether a character belongs to a script that is searched by single characters.
pub(crate) const fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}'      // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Burmese
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3040}'..='\u{30ff}'    // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ac00}'..='\u{d7af}'    // Hangul: spaced, but its particles cling to the word
        | '\u{20000}'..='\u{3ffff}')
}

/// Sets spaces around the characters that are words of their own, and takes marks out.
pub(crate) fn spaced(text: &str) -> Cow<'_, str> {
    let plain = text.is_ascii()
        || !text
            .chars()
            .any(|character| is_unspaced(character) || character == MARK);
    if plain {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if is_unspaced(character) {
            out.push(' ');
            out.push(character);
            out.push(' ');
        } else {
            out.push(if character == MARK { ' ' } else { character });
        }
    }
    Cow::Owned(out)
}

/// A word as it is compared: lower case, without diacritics.
pub(crate) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words of a text with the byte at which each begins and ends.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.find(|(_, character)| is_word(*character))?;
        let mut end = start + first.len_utf8();
        if !is_unspaced(first) {
            while let Some((at, next)) = rest.next_if(|(_, next)| {
                (is_word(*next) || is_combining_mark(*next)) && !is_unspaced(*next)
            }) {
                end = at + next.len_utf8();
            }
        }
        text.get(start..end).map(|word| (start, end, word))
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric()
}
