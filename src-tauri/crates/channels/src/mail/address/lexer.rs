//! The tokens of an address list, quoting and comments undone.

use crate::mail::words;

/// What an address list is made of, quoting and comments undone.
#[derive(Debug)]
pub(super) enum Token {
    /// Text between double quotes, without them.
    Quoted(String),
    /// What stands between angle brackets.
    Angle(String),
    /// What stands between round brackets.
    Comment(String),
    /// Any other run of text, blanks included.
    Text(String),
    Comma,
    Semicolon,
    Colon,
}

/// Takes an address list apart.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    /// Once no closing mark was found, none is looked for again: reading stays linear.
    unclosed_quote: bool,
    unclosed_comment: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            unclosed_quote: false,
            unclosed_comment: false,
        }
    }

    /// The next token; none at the end.
    pub(super) fn next(&mut self) -> Option<Token> {
        let first = self.rest.chars().next()?;
        let tail = self.rest.get(first.len_utf8()..).unwrap_or_default();
        match first {
            ',' => self.step(tail, Token::Comma),
            ';' => self.step(tail, Token::Semicolon),
            ':' => self.step(tail, Token::Colon),
            '"' => {
                if !self.unclosed_quote {
                    if let Some((text, after)) = quoted(tail) {
                        self.rest = after;
                        return Some(Token::Quoted(text));
                    }
                    self.unclosed_quote = true;
                }
                // A quote that never ends is not one.
                self.step(tail, Token::Text(String::new()))
            }
            '(' => {
                if !self.unclosed_comment {
                    if let Some((text, after)) = comment(tail) {
                        self.rest = after;
                        return Some(Token::Comment(text));
                    }
                    self.unclosed_comment = true;
                }
                self.step(tail, Token::Text(String::new()))
            }
            '<' => {
                let (inner, after) = angle(tail);
                let token = Token::Angle(inner.to_owned());
                self.rest = after;
                Some(token)
            }
            _ => {
                let mut end = self.rest.len();
                let mut literal = false;
                // Signs inside an encoded word are letters of a name, whatever the standard says.
                let mut encoded = 0;
                for (at, c) in self.rest.char_indices() {
                    match c {
                        _ if at < encoded => {}
                        '=' => {
                            let word = self.rest.get(at..).and_then(words::encoded_length);
                            encoded = at + word.unwrap_or_default();
                        }
                        '[' => literal = true,
                        ']' => literal = false,
                        ':' if literal => {}
                        ',' | ';' | ':' | '"' | '(' | '<' => {
                            end = at;
                            break;
                        }
                        _ => {}
                    }
                }
                let (text, after) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
                let token = Token::Text(text.to_owned());
                self.rest = after;
                Some(token)
            }
        }
    }

    fn step(&mut self, tail: &str, token: Token) -> Option<Token> {
        let skipped = self.rest.len() - tail.len();
        self.rest = self.rest.get(skipped..).unwrap_or_default();
        Some(token)
    }
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            plain.push(c);
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' => return Some((plain, text.get(at + 1..).unwrap_or_default())),
            c => plain.push(c),
        }
    }
    None
}

/// What stands in a comment that has been opened, and what follows it.
pub(super) fn comment(text: &str) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut depth = 1_u32;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            plain.push(c);
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '(' => {
                depth += 1;
                plain.push(c);
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some((plain, text.get(at + 1..).unwrap_or_default()));
                }
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    None
}

/// What stands between angle brackets, and what follows; the closing one may be missing.
fn angle(text: &str) -> (&str, &str) {
    let mut in_quotes = false;
    let mut comma = None;
    for (at, c) in text.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            '>' if !in_quotes => {
                let after = text.get(at + 1..).unwrap_or_default();
                let after = after.trim_start_matches('>');
                return (text.get(..at).unwrap_or_default(), after);
            }
            '<' if !in_quotes && at > 0 => {
                // Outlook repeats an address as its own link: "<jane@…<mailto:jane@…>>".
                let tail = text.get(at + 1..).unwrap_or_default();
                let is_link = tail
                    .get(..7)
                    .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
                // Links longer than that are not addresses, and are not searched for their end.
                let end = || tail.char_indices().take(500).find(|(_, c)| *c == '>');
                if is_link
                    && comma.is_none()
                    && let Some((end, _)) = end()
                {
                    let inner = text.get(..at).unwrap_or_default();
                    let after = tail.get(end..).unwrap_or_default();
                    return (inner, after.trim_start_matches('>'));
                }
                let end = comma.unwrap_or(at);
                return text.split_at_checked(end).unwrap_or((text, ""));
            }
            ',' if !in_quotes && comma.is_none() && !text.starts_with('@') => comma = Some(at),
            _ => {}
        }
    }
    let end = comma
        .or_else(|| text.find([',', ';', '>']))
        .unwrap_or(text.len());
    let (inner, after) = text.split_at_checked(end).unwrap_or((text, ""));
    (inner, after.trim_start_matches('>'))
}
