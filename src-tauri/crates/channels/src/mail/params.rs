//! Structured field values: `text/plain; charset=utf-8; name*0*=…` (RFC 2045, 2183, 2231).

use crate::mail::{charset, transfer, words};

/// A value and its parameters, as in Content-Type and Content-Disposition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structured {
    /// The value before the first semicolon, lower case.
    pub(crate) value: String,
    parameters: Vec<(String, String)>,
}

/// More parameters than anybody writes.
const PARAMETERS: usize = 200;

impl Structured {
    /// Reads a field's value.
    pub(crate) fn parse(value: &[u8], hint: Option<&str>) -> Self {
        let text = words::unfold(value, hint);
        let (first, rest) = split_value(&text);
        let mut this = Self {
            value: first,
            parameters: Vec::new(),
        };
        this.read_parameters(rest);
        this
    }

    /// A parameter as written.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter as text: continuations joined, character set and encoded words decoded.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.extended(name)
            .or_else(|| {
                self.raw(name).map(|value| {
                    let decoded = words::decode(value);
                    // Some write the extended form without the star.
                    match decoded.split_once("''") {
                        Some((label, rest)) if charset::is_known(label) && rest.contains('%') => {
                            charset::decode(&percent(rest), Some(label)).text
                        }
                        _ => decoded.into_owned(),
                    }
                })
            })
            .map(|text| words::tidy(&text))
    }

    /// `name*`, or `name*0`, `name*1*` and so on.
    fn extended(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<(u32, bool, &str)> = Vec::new();
        for (known, value) in &self.parameters {
            let Some(star) = known
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('*'))
            else {
                continue;
            };
            let (number, encoded) = match star.strip_suffix('*') {
                Some(number) => (number, true),
                None => (star, star.is_empty()),
            };
            let number = if number.is_empty() {
                0
            } else {
                number.parse().ok()?
            };
            if !pieces.iter().any(|piece| piece.0 == number) {
                pieces.push((number, encoded, value));
            }
        }
        pieces.sort_by_key(|piece| piece.0);
        let (_, encoded, first) = *pieces.first()?;
        let (label, first) = match first.split_once('\'') {
            Some((label, rest)) if encoded => (
                Some(label),
                rest.split_once('\'').map_or(rest, |(_, text)| text),
            ),
            _ => (None, first),
        };
        if !pieces.iter().any(|piece| piece.1) {
            // Plain continuations may hold encoded words that were cut anywhere.
            let joined: String = pieces.iter().map(|piece| piece.2).collect();
            return Some(words::decode(&joined).into_owned());
        }
        let mut bytes = Vec::new();
        for (at, (_, encoded, value)) in pieces.iter().enumerate() {
            let value = if at == 0 { first } else { value };
            if *encoded {
                bytes.extend(percent(value));
            } else {
                bytes.extend(value.as_bytes());
            }
        }
        let text = charset::decode(&bytes, label.filter(|label| !label.is_empty())).text;
        Some(words::decode(&text).into_owned())
    }

    fn read_parameters(&mut self, text: &str) {
        let mut rest = text;
        while self.parameters.len() < PARAMETERS {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';' || c == ',');
            if rest.is_empty() {
                return;
            }
            let Some(end) = rest.find(['=', ';']) else {
                return;
            };
            let (name, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let Some(tail) = tail.strip_prefix('=') else {
                rest = tail;
                continue;
            };
            let (value, after) = parameter_value(tail.trim_start());
            let name = without_comments(name).trim().to_ascii_lowercase();
            let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
            if self.raw(name).is_none() {
                self.parameters.push((name.to_owned(), value));
            }
            rest = after;
        }
    }
}

/// The value before the parameters; a missing first semicolon is forgiven.
fn split_value(text: &str) -> (String, &str) {
    let (first, rest) = text.split_once(';').unwrap_or((text, ""));
    let clean = without_comments(first);
    let clean = clean.trim().trim_matches(['"', '\'', '<', '>']);
    let mut words = clean.split_whitespace();
    let value = words.next().unwrap_or_default();
    if value.contains('=') {
        return (String::new(), text);
    }
    // "text/plain charset=utf-8": the rest begins after the first word.
    if clean.contains('=') {
        let after = first
            .find(value)
            .and_then(|at| text.get(at + value.len()..))
            .unwrap_or(rest);
        return (value.to_ascii_lowercase(), after);
    }
    // "text / plain"
    let value: String = clean.chars().filter(|c| !c.is_whitespace()).collect();
    (value.to_ascii_lowercase(), rest)
}

/// Reads one parameter's value and says what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    if let Some(inner) = text.strip_prefix('"') {
        if let Some(end) = closing_quote(inner) {
            let (value, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
            return (unescape(value), after.get(1..).unwrap_or_default());
        }
        let (value, after) = inner
            .split_at_checked(inner.find(';').unwrap_or(inner.len()))
            .unwrap_or((inner, ""));
        return (unescape(value.trim_end().trim_end_matches('"')), after);
    }
    let end = text.find(';').unwrap_or(text.len());
    let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
    // "charset=utf-8 format=flowed": a semicolon got lost.
    if let Some(equals) = value.find('=')
        && let Some(blank) = value
            .get(..equals)
            .and_then(|head| head.rfind(char::is_whitespace))
    {
        let name = value.get(blank..equals).unwrap_or_default().trim();
        let likely = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*'))
            && !value.contains("=?");
        if likely {
            return (
                value.get(..blank).unwrap_or_default().trim().to_owned(),
                text.get(blank..).unwrap_or_default(),
            );
        }
    }
    (without_comments(value).trim().to_owned(), after)
}

/// Where a quoted value ends: at the quote that a semicolon, the end, or the next parameter follows.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut last = None;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' => {
                let after = text.get(at + 1..).unwrap_or_default();
                let next = after.trim_start();
                let begins_parameter = after.len() != next.len()
                    && next.find('=').is_some_and(|equals| {
                        next.get(..equals).is_some_and(|name| {
                            name.bytes().all(|byte| {
                                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*')
                            })
                        })
                    });
                if next.is_empty() || next.starts_with([';', '(']) || begins_parameter {
                    return Some(at);
                }
                last = last.or(Some(at));
                if after.starts_with(',') {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    last
}

/// Undoes `\"` and `\\`; a backslash before anything else is part of a path.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('"' | '\\')) => plain.extend(rest.next()),
            _ => plain.push(c),
        }
    }
    plain
}

/// Leaves out what stands in round brackets; an unclosed bracket is text.
fn without_comments(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('(') || !text.contains(')') {
        return text.into();
    }
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.into()
}

fn percent(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if let (b'%', [high, low, after @ ..]) = (byte, tail)
            && let (Some(high), Some(low)) = (transfer::hex(*high), transfer::hex(*low))
        {
            bytes.push(high << 4 | low);
            rest = after;
            continue;
        }
        bytes.push(byte);
    }
    bytes
}
