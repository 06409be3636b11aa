//! Address lists (RFC 5322), read the way people and programs really write them.

mod lexer;

use std::borrow::Cow;

use baton_core::message::Address;

use crate::mail::words;

use lexer::{Lexer, Token, comment};

/// The mailboxes of a list, in order, and how many more there were than `limit`.
///
/// Groups are opened, their names dropped: `undisclosed-recipients:;` is nobody.
pub(crate) fn list(value: &[u8], hint: Option<&str>, limit: usize) -> (Vec<Address>, usize) {
    let mut found = Vec::new();
    let mut more = 0;
    let text = unfold_all(value, hint);
    read(&text, limit, &mut found, &mut more, true);
    (found, more)
}

fn unfold_all(value: &[u8], hint: Option<&str>) -> String {
    if value.len() <= words::LONGEST {
        return words::unfold(value, hint).into_owned();
    }
    String::from_utf8_lossy(value)
        .chars()
        .map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c })
        .collect()
}

fn read(text: &str, limit: usize, found: &mut Vec<Address>, more: &mut usize, reread: bool) {
    let mut element: Vec<Token> = Vec::new();
    // A name that a comma cut in two: "Doe, Jane <jane@…>".
    let mut held: Option<Vec<Token>> = None;
    let mut lexer = Lexer::new(text);
    loop {
        let token = lexer.next();
        match token {
            Some(Token::Colon) => {
                // A group's name, unless an address stands before it already.
                if element.iter().any(|token| matches!(token, Token::Angle(_))) {
                    continue;
                }
                element.clear();
            }
            Some(Token::Comma | Token::Semicolon) | None => {
                let ended = token.is_none();
                let comma = matches!(token, Some(Token::Comma));
                let tokens = std::mem::take(&mut element);
                if comma && held.is_none() && is_bare_name(&tokens) {
                    held = Some(tokens);
                    continue;
                }
                let tokens = match held.take() {
                    Some(mut name) if has_name_and_angle(&tokens) => {
                        name.push(Token::Text(", ".to_owned()));
                        name.extend(tokens);
                        name
                    }
                    Some(name) => {
                        push(
                            mailbox(name, limit, found, more, reread),
                            limit,
                            found,
                            more,
                        );
                        tokens
                    }
                    None => tokens,
                };
                if comma && is_bare_name(&tokens) {
                    held = Some(tokens);
                    continue;
                }
                for tokens in apart(tokens) {
                    push(
                        mailbox(tokens, limit, found, more, reread),
                        limit,
                        found,
                        more,
                    );
                }
                if ended {
                    return;
                }
            }
            Some(token) => element.push(token),
        }
    }
}

/// Mailboxes between which the comma is missing: `Ann <ann@…> Bob <bob@…>`.
fn apart(tokens: Vec<Token>) -> Vec<Vec<Token>> {
    let is_mailbox = |token: &Token| matches!(token, Token::Angle(inner) if inner.contains('@'));
    if tokens.iter().filter(|token| is_mailbox(token)).count() < 2 {
        return vec![tokens];
    }
    let mut elements = Vec::new();
    let mut element = Vec::new();
    for token in tokens {
        let ends = is_mailbox(&token);
        element.push(token);
        if ends {
            elements.push(std::mem::take(&mut element));
        }
    }
    match elements.last_mut() {
        Some(last) => last.extend(element),
        None => elements.push(element),
    }
    elements
}

fn push(address: Option<Address>, limit: usize, found: &mut Vec<Address>, more: &mut usize) {
    if let Some(address) = address {
        if found.len() < limit {
            found.push(address);
        } else {
            *more += 1;
        }
    }
}

/// Whether an element is only a word or two of name, to be continued after a comma.
fn is_bare_name(tokens: &[Token]) -> bool {
    let mut said = false;
    for token in tokens {
        match token {
            Token::Text(text) => {
                if text.contains(['@', '>']) {
                    return false;
                }
                said |= !text.trim().is_empty();
            }
            Token::Comment(_) => {}
            _ => return false,
        }
    }
    said
}

fn has_name_and_angle(tokens: &[Token]) -> bool {
    let name = tokens.iter().any(|token| match token {
        Token::Text(text) => !text.trim().is_empty() && !text.contains('@'),
        _ => false,
    });
    name && tokens
        .iter()
        .any(|token| matches!(token, Token::Angle(inner) if inner.contains('@')))
}

/// Makes one mailbox of the tokens between two commas.
fn mailbox(
    tokens: Vec<Token>,
    limit: usize,
    found: &mut Vec<Address>,
    more: &mut usize,
    reread: bool,
) -> Option<Address> {
    let has_angle = tokens.iter().any(|token| matches!(token, Token::Angle(_)));
    let mut name = String::new();
    let mut comments: Vec<String> = Vec::new();
    let mut address = String::new();
    let mut quoted_only = true;
    let mut quoted = false;
    let mut bare = String::new();
    for token in tokens {
        match token {
            Token::Angle(inner) => {
                if address.is_empty() || (!address.contains('@') && inner.contains('@')) {
                    address = inner;
                }
            }
            Token::Comment(text) => {
                if has_angle && !name.trim().is_empty() && address.is_empty() {
                    let text = words::decode(&text);
                    name.push('(');
                    name.push_str(&text);
                    name.push(')');
                } else {
                    comments.push(words::decode(&text).into_owned());
                }
            }
            Token::Quoted(text) => {
                quoted = true;
                if !has_angle {
                    bare.push('"');
                    bare.push_str(&text);
                    bare.push('"');
                }
                name.push_str(&words::decode(&text));
            }
            Token::Text(text) => {
                quoted_only &= text.trim().is_empty();
                if !has_angle {
                    bare.push_str(&text);
                }
                // A blank alone keeps two quoted words apart.
                name.push_str(&words::decode(&text));
            }
            Token::Comma | Token::Semicolon | Token::Colon => {}
        }
    }
    let comment = comments.join(" ");
    if has_angle {
        let mut name = one_blank(&name);
        if name.is_empty() {
            name = one_blank(&comment);
        }
        // Quotes that were encoded together with the name.
        let inner = name
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|_| !quoted);
        if let Some(inner) = inner {
            name = inner.trim().to_owned();
        }
        let address = clean(&address);
        if address.is_empty() && name.is_empty() {
            return None;
        }
        return Some(Address { name, address });
    }
    let bare = bare.trim();
    if bare.is_empty() {
        // A comment alone is nobody: "(Empty list)", "(end of the group)".
        return None;
    }
    if quoted_only {
        // Quotes around everything, the angle brackets perhaps among it.
        let name = words::tidy(&name);
        if name.contains('@') && reread {
            read(&name, limit, found, more, false);
            return None;
        }
        return Some(Address {
            name,
            address: String::new(),
        });
    }
    if bare.contains('@') {
        return Some(of_bare(bare, &comment));
    }
    let decoded = words::tidy(&name);
    if reread && decoded.contains('@') {
        // The address was encoded together with the name.
        read(&decoded, limit, found, more, false);
        return None;
    }
    if decoded.contains(char::is_whitespace) || bare.contains("=?") {
        return Some(Address {
            name: decoded,
            address: String::new(),
        });
    }
    Some(Address {
        name: one_blank(&comment),
        address: decoded,
    })
}

/// Text with an address in it but no brackets.
fn of_bare(bare: &str, comment: &str) -> Address {
    let compact: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    let joined = without_blanks_at_dots(bare);
    let words: Vec<&str> = joined.split_whitespace().collect();
    let with_at = words
        .iter()
        .position(|word| word.contains('@') && !word.starts_with('@') && !word.ends_with('@'));
    match with_at {
        Some(at) if words.len() > 1 && !bare.starts_with('"') => {
            let address = clean(words.get(at).copied().unwrap_or_default());
            let name: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != at)
                .map(|(_, word)| *word)
                .collect();
            Address {
                name: words::tidy(&words::decode(&name.join(" "))),
                address,
            }
        }
        // "jane @ example.org" and "\"jane doe\"@example.org"
        _ => Address {
            name: one_blank(comment),
            address: if bare.starts_with('"') {
                clean(bare)
            } else {
                clean(&compact)
            },
        },
    }
}

/// Text in which a word that is only, or begins with, a dot belongs to the word before it, as the
/// old syntax allows: `jane@shop . example`.
fn without_blanks_at_dots(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open = false;
    for word in text.split_whitespace() {
        if !joined.is_empty() && !open && !word.starts_with('.') {
            joined.push(' ');
        }
        open = word == ".";
        joined.push_str(word);
    }
    joined
}

/// A name with single blanks, as it is shown.
fn one_blank(name: &str) -> String {
    let name = words::tidy(name);
    if name.contains("  ") {
        name.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        name
    }
}

/// An address without the damage around it.
fn clean(address: &str) -> String {
    let without = without_comments(address);
    let mut text = without.trim().trim_matches(['<', '>', ',', ';']).trim();
    // "[jane@example.org]" is an address in brackets, "jane@[192.0.2.1]" one at a number.
    if text.starts_with('[') && !text.contains("]@") {
        text = text.trim_matches(['[', ']']);
    }
    if let Some((scheme, rest)) = text.split_once(':') {
        if scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("smtp") {
            text = rest.trim();
        } else if scheme.starts_with('@') {
            // A source route: "@relay.example:jane@example.org".
            text = rest.trim();
        }
    }
    let decoded = words::decode(text);
    let quoted = decoded.starts_with('"');
    if !quoted && let Some(one) = only_address(&decoded) {
        return one
            .chars()
            .filter(|c| !c.is_control())
            .take(1_000)
            .collect();
    }
    decoded
        .chars()
        .filter(|c| !c.is_control() && (quoted || !c.is_whitespace()))
        .take(1_000)
        .collect()
}

/// The one word of several that is an address: `<Jane Doe jane@example.org>`.
fn only_address(text: &str) -> Option<&str> {
    if !text.trim().contains(char::is_whitespace) {
        return None;
    }
    let is_address = |word: &&str| {
        word.split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    };
    let mut found = text.split_whitespace().filter(is_address);
    let one = found.next()?;
    // "jane . doe@example.org" is one address with blanks, not a name before one.
    let dotted = text
        .split_whitespace()
        .any(|word| word.starts_with('.') || word.ends_with('.'));
    (found.next().is_none() && !dotted).then_some(one)
}

/// An address without the comments that the old syntax allows anywhere in it.
fn without_comments(address: &str) -> Cow<'_, str> {
    if !address.contains('(') || address.contains('"') {
        return Cow::Borrowed(address);
    }
    let mut plain = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, tail)) = rest.split_once('(') {
        let Some((_, after)) = comment(tail) else {
            break;
        };
        plain.push_str(before);
        rest = after;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}
