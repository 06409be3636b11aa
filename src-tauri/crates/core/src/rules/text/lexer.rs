//! Splits the text of a condition into tokens with their places.

use crate::rules::problem::{Problem, Span};

/// One token of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Int(i64),
    Decimal(f64),
    /// An operator or bracket, as written.
    Sign(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<` and `=`.
const SIGNS: [&str; 26] = [
    "&&", "||", "==", "!=", "<=", ">=", "!", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", "-",
    "+", "*", "/", "%", "?", ":", "=", ";",
];

/// Characters that are typed (or auto-corrected) for an operator, with what was meant.
const LOOKALIKES: [(char, &str); 11] = [
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('∧', "&&"),
    ('∨', "||"),
    ('¬', "!"),
];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, Problem> {
    let mut lexer = Lexer { text, at: 0 };
    let mut out = Vec::new();
    loop {
        let (token, span) = lexer.next()?;
        let done = token == Token::End;
        out.push((token, span));
        if done {
            return Ok(out);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            let blank = rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                self.at += blank;
                return;
            }
            self.at += blank + trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &str {
        let start = self.at;
        let length: usize = self
            .rest()
            .chars()
            .take_while(|c| keep(*c))
            .map(char::len_utf8)
            .sum();
        self.at += length;
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn next(&mut self) -> Result<(Token, Span), Problem> {
        self.skip_blank();
        let start = self.at;
        let Some(first) = self.peek() else {
            return Ok((Token::End, Span::new(start, start)));
        };
        let token = match first {
            'A'..='Z' | 'a'..='z' | '_' => {
                let name = self
                    .take_while(|c| c.is_ascii_alphanumeric() || c == '_')
                    .to_owned();
                Token::Name(name)
            }
            '0'..='9' => self.number(start)?,
            '"' | '\'' => self.string(first, start)?,
            _ => self.sign(first, start)?,
        };
        Ok((token, Span::new(start, self.at)))
    }

    fn number(&mut self, start: usize) -> Result<Token, Problem> {
        self.take_while(|c| c.is_ascii_digit());
        let mut decimal = false;
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            decimal = true;
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            decimal = true;
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.take_while(|c| c.is_ascii_digit());
        }
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        let span = Span::new(start, self.at);
        let written = self.text.get(start..self.at).unwrap_or_default();
        let read = if decimal {
            written
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite())
                .map(Token::Decimal)
        } else {
            written.parse::<i64>().ok().map(Token::Int)
        };
        read.ok_or_else(|| {
            let digits: String = written.chars().take_while(char::is_ascii_digit).collect();
            let problem =
                Problem::error("bad-number", span, format!("`{written}` is not a number"));
            match written.strip_prefix(digits.as_str()) {
                Some(unit @ ("s" | "m" | "h" | "ms")) => {
                    let fixed = format!("duration(\"{digits}{unit}\")");
                    problem
                        .repair(format!("a duration is written {fixed}"))
                        .fix(span, fixed)
                }
                _ => problem.repair("write a plain number such as 3, -2 or 0.5"),
            }
        })
    }

    fn string(&mut self, quote: char, start: usize) -> Result<Token, Problem> {
        self.at += 1;
        let mut value = String::new();
        loop {
            let here = self.at;
            let Some(c) = self.peek() else {
                let span = Span::new(start, self.text.len());
                return Err(
                    Problem::error("open-text", span, "this text has no closing quote")
                        .repair(format!("close it with {quote}")),
                );
            };
            self.at += c.len_utf8();
            if c == quote {
                return Ok(Token::Text(value));
            }
            if c != '\\' {
                value.push(c);
                continue;
            }
            let escape = self.peek();
            self.at += escape.map_or(0, char::len_utf8);
            let meant = match escape {
                Some('n') => Some('\n'),
                Some('r') => Some('\r'),
                Some('t') => Some('\t'),
                Some(plain @ ('\\' | '"' | '\'')) => Some(plain),
                Some('u') => {
                    let digits = self.rest().get(..4).unwrap_or_default();
                    let code = u32::from_str_radix(digits, 16)
                        .ok()
                        .and_then(char::from_u32);
                    self.at += if code.is_some() { 4 } else { 0 };
                    code
                }
                _ => None,
            };
            let Some(meant) = meant else {
                let span = Span::new(here, self.at);
                return Err(Problem::error("bad-escape", span, "this is no escape of a text")
                    .repair(r#"known are \\ \" \' \n \r \t and \u with four digits; write \\ for a backslash"#));
            };
            value.push(meant);
        }
    }

    fn sign(&mut self, first: char, start: usize) -> Result<Token, Problem> {
        let known = SIGNS
            .iter()
            .find(|sign| self.rest().starts_with(**sign))
            .copied();
        let Some(sign) = known else {
            self.at += first.len_utf8();
            let span = Span::new(start, self.at);
            let meant = match first {
                '&' => Some("&&"),
                '|' => Some("||"),
                _ => LOOKALIKES
                    .iter()
                    .find(|(c, _)| *c == first)
                    .map(|(_, meant)| *meant),
            };
            let problem = Problem::error(
                "unknown-sign",
                span,
                format!("`{first}` means nothing in a condition"),
            );
            return Err(match meant {
                Some(meant) => problem.repair(format!("write {meant}")).fix(span, meant),
                None => problem
                    .repair("conditions are made of facts, &&, ||, !, comparisons and brackets"),
            });
        };
        self.at += sign.len();
        Ok(Token::Sign(sign))
    }
}
