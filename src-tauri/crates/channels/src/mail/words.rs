//! Header text: folds undone, encoded words (RFC 2047) decoded, raw bytes made sense of.

use std::borrow::Cow;

use crate::mail::{charset, transfer};

/// Longest header text that is decoded; nobody writes a longer one to be read.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Decodes the value of an unstructured field, such as Subject.
///
/// `hint` is the character set of the body, tried for raw bytes that are not UTF-8.
pub(crate) fn unstructured(value: &[u8], hint: Option<&str>) -> String {
    tidy(&decode(&unfold(value, hint)))
}

/// Undoes the folds of a value and turns raw 8-bit bytes into characters.
pub(crate) fn unfold<'a>(value: &'a [u8], hint: Option<&str>) -> Cow<'a, str> {
    let value = value.trim_ascii();
    let value = value.get(..LONGEST).unwrap_or(value);
    let text = match std::str::from_utf8(value) {
        Ok(text) if !value.contains(&0x1b) => Cow::Borrowed(text),
        _ => Cow::Owned(match hint {
            Some(label) if charset::is_known(label) && !charset::looks_double_byte(value) => {
                charset::decode(value, Some(label)).text
            }
            _ => charset::guess(value),
        }),
    };
    if !text.contains(['\n', '\r', '\0']) {
        return text;
    }
    let mut unfolded = String::with_capacity(text.len());
    let mut folding = false;
    for c in text.chars() {
        match c {
            '\r' | '\n' => folding = true,
            ' ' | '\t' if folding => {}
            '\0' => {}
            c => {
                if folding {
                    // One blank stands for the fold, wherever the line was cut.
                    if !unfolded.ends_with([' ', '\t']) {
                        unfolded.push(' ');
                    }
                    folding = false;
                }
                unfolded.push(c);
            }
        }
    }
    Cow::Owned(unfolded)
}

/// Removes what has no place in one line of text: control characters and doubled ends.
pub(crate) fn tidy(text: &str) -> String {
    if !text.contains(|c: char| c.is_control()) {
        return text.trim().to_owned();
    }
    let text: String = text
        .chars()
        .map(|c| {
            if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control())
        .collect();
    text.trim().to_owned()
}

/// How long the encoded word is that a text begins with; none when it begins with none.
///
/// Only a word of usual length, whole, and without an address in it counts.
pub(crate) fn encoded_length(text: &str) -> Option<usize> {
    const USUAL: usize = 1_000;
    let text = text.get(..text.floor_char_boundary(USUAL))?;
    let word = Word::read(text)?;
    let length = text.len() - word.rest.len();
    let whole = text.get(..length)?.ends_with("?=");
    (whole && !word.text.contains(['<', '@'])).then_some(length)
}

/// A run of neighbouring encoded words in one character set.
struct Run {
    charset: String,
    /// What is decoded already.
    text: String,
    bytes: Vec<u8>,
    /// Base64 that was cut in the middle of a group of four.
    cut: Vec<u8>,
}

impl Run {
    fn new(charset: &str) -> Self {
        Self {
            charset: charset.to_owned(),
            text: String::new(),
            bytes: Vec::new(),
            cut: Vec::new(),
        }
    }

    /// Decodes the bytes read so far.
    fn settle(&mut self) {
        if !self.cut.is_empty() {
            let rest = transfer::base64(&std::mem::take(&mut self.cut));
            self.bytes.extend(rest);
        }
        if !self.bytes.is_empty() {
            let decoded = charset::decode(&self.bytes, Some(&self.charset));
            self.text.push_str(&decoded.text);
            self.bytes.clear();
        }
    }

    fn finish(mut self, text: &mut String) {
        self.settle();
        text.push_str(&self.text);
    }
}

/// Decodes the encoded words in a text; everything else stays.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut run: Option<Run> = None;
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let Some(word) = Word::read(from) else {
            if let Some(run) = run.take() {
                run.finish(&mut decoded);
            }
            decoded.push_str(before);
            decoded.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        if !before.trim().is_empty() || run.is_none() {
            if let Some(run) = run.take() {
                run.finish(&mut decoded);
            }
            decoded.push_str(before);
        }
        let mut current = match run.take() {
            Some(run) if run.charset.eq_ignore_ascii_case(word.charset) => run,
            Some(run) => {
                run.finish(&mut decoded);
                Run::new(word.charset)
            }
            None => Run::new(word.charset),
        };
        word.add_to(&mut current);
        run = Some(current);
        rest = word.rest;
    }
    if let Some(run) = run.take() {
        run.finish(&mut decoded);
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

struct Word<'a> {
    charset: &'a str,
    base64: bool,
    text: &'a str,
    rest: &'a str,
}

impl<'a> Word<'a> {
    /// Reads the encoded word that `from` begins with.
    fn read(from: &'a str) -> Option<Self> {
        let inner = from.strip_prefix("=?")?;
        let (charset, inner) = inner.split_once('?')?;
        let fits = !charset.is_empty()
            && charset.len() <= 60
            && !charset.contains(|c: char| c.is_control() || matches!(c, '=' | '<' | '>'));
        let (encoding, inner) = inner.split_once('?')?;
        let base64 = match encoding.trim() {
            "b" | "B" => true,
            "q" | "Q" => false,
            _ => return None,
        };
        if !fits {
            return None;
        }
        let (text, rest) = match inner.find("?=") {
            Some(mut end) => {
                // In `?==3F?=` the first `?=` belongs to the text, unless a word begins there.
                while !base64 && inner.get(end + 2..).is_some_and(begins_with_hex) {
                    match inner.get(end + 1..).and_then(|tail| tail.find("?=")) {
                        Some(more) => end += 1 + more,
                        None => break,
                    }
                }
                (inner.get(..end)?, inner.get(end + 2..)?)
            }
            // The end got lost; take it up to the next blank.
            None if !inner.contains(char::is_whitespace) => (inner.trim_end_matches('?'), ""),
            None => return None,
        };
        (!text.contains("=?") || base64).then_some(Self {
            charset: charset.trim(),
            base64,
            text,
            rest,
        })
    }

    fn add_to(&self, run: &mut Run) {
        if !self.base64 {
            if !run.cut.is_empty() {
                run.settle();
            }
            // Raw letters inside the word are characters already, whatever the word declares.
            for piece in self.text.split_inclusive(|c: char| !c.is_ascii()) {
                let plain = piece.trim_end_matches(|c: char| !c.is_ascii());
                unquote(plain.as_bytes(), &mut run.bytes);
                if plain.len() < piece.len() {
                    run.settle();
                    run.text
                        .push_str(piece.get(plain.len()..).unwrap_or_default());
                }
            }
            return;
        }
        let mut text = std::mem::take(&mut run.cut);
        text.extend(self.text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = text.len().is_multiple_of(4) || text.ends_with(b"=");
        if whole {
            run.bytes.extend(transfer::base64(&text));
        } else {
            let keep = text.len() - text.len() % 4;
            let cut = text.split_off(keep);
            run.bytes.extend(transfer::base64(&text));
            run.cut = cut;
        }
    }
}

/// Whether text goes on as a quoted byte would: `3F…` after a `=` that looked like an end.
fn begins_with_hex(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, ..] if transfer::hex(*a).is_some() && transfer::hex(*b).is_some())
}

fn unquote(text: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'_', _) => bytes.push(b' '),
            (b'=', [high, low, after @ ..]) => match (transfer::hex(*high), transfer::hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
}
