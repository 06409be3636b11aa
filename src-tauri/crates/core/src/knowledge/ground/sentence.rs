//! A text cut into its sentences, and the marks of citations in it.

use crate::knowledge::word::{tells, words};

/// A text in which something else stands in the place of each mark of citations, and of the space
/// before it.
pub(super) fn replaced(text: &str, mut each: impl FnMut(&[usize]) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let mark = after
            .split_once(']')
            .and_then(|(inside, behind)| Some((numbers(inside)?, behind)));
        match mark {
            Some((numbers, behind)) => {
                out.push_str(before.trim_end_matches(' '));
                out.push_str(&each(&numbers));
                rest = behind;
            }
            None => {
                out.push_str(before);
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The numbers of a citation, by what stands between its brackets.
fn numbers(inside: &str) -> Option<Vec<usize>> {
    inside
        .split(',')
        .map(|number| number.trim().parse::<u16>().ok().map(usize::from))
        .collect()
}

/// The sentences of a text. A citation behind a full stop belongs to what stands before it.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut begun = true;
        for piece in pieces(line) {
            let (marks, behind) = leading_citations(piece);
            let closes = !begun || behind.trim().is_empty();
            match all.last_mut() {
                // A line of citations alone closes what stands above it.
                Some(last) if !marks.is_empty() && closes => {
                    last.push(' ');
                    last.push_str(marks);
                    push(&mut all, behind);
                }
                Some(last) if !begun && is_beginning(last) => last.push_str(piece),
                _ => push(&mut all, piece),
            }
            begun = false;
        }
    }
    all
}

/// Whether a piece ends in a full stop that ends no sentence: it is the marker of a list, an
/// abbreviation, or too little to say anything by itself.
fn is_beginning(piece: &str) -> bool {
    let bare = without_marker(piece);
    let says = words(bare).any(|word| tells(&word.folded));
    piece.ends_with('.') && (bare.is_empty() || !says) && !piece.contains('[')
}

/// A sentence without the marker of the list that it stands in.
pub(super) fn without_marker(sentence: &str) -> &str {
    let sentence = sentence.trim_start();
    let rest = sentence.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = sentence.len().saturating_sub(rest.len());
    match rest.strip_prefix(['.', ')']) {
        Some(behind) if (1..=3).contains(&digits) => {
            if behind.is_empty() || behind.starts_with(' ') {
                behind.trim_start()
            } else {
                sentence
            }
        }
        _ => sentence,
    }
}

fn push(all: &mut Vec<String>, piece: &str) {
    let piece = piece.trim();
    let bare = replaced(piece, |_| String::new());
    if bare.chars().any(char::is_alphanumeric) {
        all.push(piece.to_owned());
    }
}

/// A line cut behind each mark that ends a sentence and is followed by a space or the end.
fn pieces(line: &str) -> Vec<&str> {
    let mut cut = Vec::new();
    let mut from = 0;
    let mut rest = line.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        let wide = matches!(character, '\u{3002}' | '\u{ff01}' | '\u{ff1f}');
        let ends = wide || matches!(character, '.' | '!' | '?' | '\u{2026}');
        let followed = rest
            .peek()
            .is_none_or(|(_, next)| next.is_whitespace() || *next == '[');
        if ends && (wide || followed) {
            let end = at.saturating_add(character.len_utf8());
            cut.extend(line.get(from..end));
            from = end;
        }
    }
    cut.extend(line.get(from..));
    cut
}

/// The citations at the beginning of a text, and what stands behind them.
fn leading_citations(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let mut rest = text;
    while let Some((inside, behind)) = rest
        .trim_start()
        .strip_prefix('[')
        .and_then(|after| after.split_once(']'))
    {
        let numbers = |part: &str| part.trim().parse::<u16>().is_ok();
        if !inside.split(',').all(numbers) {
            break;
        }
        rest = behind;
    }
    let marks = text.len().saturating_sub(rest.len());
    // A full stop behind a citation is no sentence.
    text.split_at_checked(marks).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::{sentences, without_marker};

    #[test]
    fn a_full_stop_that_ends_no_sentence_cuts_nothing() {
        for (text, cut) in [
            (
                "1. Pack the shoes [1].\n2) Send them. [2]",
                vec!["1. Pack the shoes [1].", "2) Send them. [2]"],
            ),
            ("Dr. Stone will call.", vec!["Dr. Stone will call."]),
            ("It costs 3.50 a day.", vec!["It costs 3.50 a day."]),
            (
                "Yes [1]. Post comes daily.",
                vec!["Yes [1].", "Post comes daily."],
            ),
            ("[1]\n\n[2]", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(sentences(text), cut, "{text}");
        }
    }

    #[test]
    fn only_the_marker_of_a_list_is_left_out() {
        for (sentence, left) in [
            ("1. Pack", "Pack"),
            (" 12) Pack", "Pack"),
            ("2026. A year", "2026. A year"),
            ("3.5 days", "3.5 days"),
            ("14 days", "14 days"),
            ("7.", ""),
        ] {
            assert_eq!(without_marker(sentence), left);
        }
    }
}
