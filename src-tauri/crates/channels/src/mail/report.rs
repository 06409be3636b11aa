//! Delivery reports (RFC 3464): which of our messages did not arrive, where, and why.

use baton_core::message::DeliveryReport;

use crate::mail::header::{self, Header};
use crate::mail::part::Tree;
use crate::mail::{address, ids, words};

/// Longest diagnostic that is kept.
const DIAGNOSTIC: usize = 2_000;

/// Reads the machine-readable part of a report, when there is one.
pub(crate) fn read(tree: &Tree<'_>) -> Option<DeliveryReport> {
    let part = tree.parts.iter().find(|part| {
        matches!(
            part.media_type.as_str(),
            "message/delivery-status" | "message/global-delivery-status"
        )
    })?;
    let bytes = part.bytes();
    let mut report = DeliveryReport::default();
    for group in groups(&bytes).iter().take(1_000) {
        let recipient = [
            "final-recipient",
            "original-recipient",
            "x-actual-recipient",
        ]
        .iter()
        .find_map(|name| group.first(name).map(recipient));
        let Some(recipient) = recipient.or_else(|| group.has("action").then(String::new)) else {
            continue;
        };
        let action = group.lower("action");
        let action = action
            .split([' ', ';', '('])
            .next()
            .unwrap_or_default()
            .to_owned();
        // Of several recipients the first that failed is told.
        if report.recipient.is_empty() || (action == "failed" && report.action != "failed") {
            report.recipient = recipient;
            report.action = action;
            report.status = group
                .first("status")
                .and_then(|value| status_in(&String::from_utf8_lossy(value)))
                .unwrap_or_default();
            report.diagnostic = group
                .first("diagnostic-code")
                .map(diagnostic)
                .unwrap_or_default();
            if report.status.is_empty() {
                report.status = status_in(&report.diagnostic).unwrap_or_default();
            }
        }
    }
    report.original_message_id = original_message_id(tree, "");
    Some(report)
}

/// Reads what a free-form report says about the recipient and the reason.
pub(crate) fn read_free_form(tree: &Tree<'_>, header: &Header<'_>, text: &str) -> DeliveryReport {
    let head = beginning(text, 6_000);
    let recipient = header
        .first("x-failed-recipients")
        .and_then(|value| address::list(value, None, 1).0.into_iter().next())
        .map(|address| address.address)
        .unwrap_or_else(|| first_address(head));
    let status = status_in(head).unwrap_or_default();
    let delayed = [
        "delayed",
        "will be retried",
        "still being",
        "not yet been delivered",
        "warning",
    ]
    .iter()
    .any(|word| beginning(text, 1_500).to_lowercase().contains(word));
    let action = if status.starts_with('4') || (delayed && !status.starts_with('5')) {
        "delayed"
    } else {
        "failed"
    };
    DeliveryReport {
        original_message_id: original_message_id(tree, text),
        action: action.to_owned(),
        status,
        recipient,
        diagnostic: reason_line(head),
    }
}

/// The groups of fields of a delivery-status part.
fn groups<'a>(bytes: &'a [u8]) -> Vec<Header<'a>> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < bytes.len() && found.len() < 1_000 {
        let (group, next) = header::read(bytes, place, |_| false);
        if !group.is_empty() {
            found.push(group);
        }
        place = if next > place {
            next
        } else {
            header::line_at(bytes, place).map_or(bytes.len(), |(_, next)| next)
        };
    }
    found
}

/// `rfc822; jane@example.org` without its type.
fn recipient(value: &[u8]) -> String {
    let text = words::unstructured(value, None);
    let address = text
        .split_once(';')
        .map_or(text.as_str(), |(_, address)| address);
    address.trim().trim_matches(['<', '>']).to_owned()
}

fn diagnostic(value: &[u8]) -> String {
    let text = words::unstructured(value, None);
    let plain = match text.split_once(';') {
        Some((kind, rest)) if !kind.contains(' ') => rest.trim(),
        _ => text.as_str(),
    };
    beginning(plain, DIAGNOSTIC).to_owned()
}

/// The first enhanced status code in a text: `5.1.1`, not part of a longer number.
pub(crate) fn status_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, window) in bytes.windows(5).enumerate() {
        let [class, b'.', subject, rest @ ..] = window else {
            continue;
        };
        let before_is_free = at == 0
            || bytes.get(at - 1).is_some_and(|byte| {
                !byte.is_ascii_alphanumeric() && *byte != b'.' && *byte != b'-'
            });
        if !matches!(class, b'2' | b'4' | b'5')
            || !subject.is_ascii_digit()
            || !before_is_free
            || rest.len() != 2
        {
            continue;
        }
        let code: String = text
            .get(at..)?
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let code = code.trim_end_matches('.');
        let pieces: Vec<&str> = code.split('.').collect();
        let valid = pieces.len() == 3
            && pieces
                .iter()
                .all(|piece| !piece.is_empty() && piece.len() <= 3);
        if valid {
            return Some(code.to_owned());
        }
    }
    None
}

/// The Message-ID of the message that came back, from its header or from the text.
fn original_message_id(tree: &Tree<'_>, text: &str) -> Option<String> {
    for part in &tree.parts {
        let returned = matches!(
            part.media_type.as_str(),
            "message/rfc822"
                | "text/rfc822-headers"
                | "message/rfc822-headers"
                | "message/global"
                | "message/global-headers"
        );
        if returned {
            let bytes = part.bytes();
            // Some put an empty line before the header.
            let begin = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let (header, _) = header::read(&bytes, begin, |_| false);
            let id = header.first("message-id").map(ids::one).unwrap_or_default();
            if !id.is_empty() {
                return Some(id);
            }
        }
    }
    for line in text.lines() {
        let line = line.trim_start_matches(['>', ' ', '\t', '|']);
        let named = line
            .get(..11)
            .is_some_and(|name| name.eq_ignore_ascii_case("message-id:"));
        if named {
            let id = ids::one(line.get(11..).unwrap_or_default().as_bytes());
            if !id.is_empty() {
                return Some(id);
            }
        }
    }
    None
}

fn first_address(text: &str) -> String {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '"' | '\'' | ',' | ';' | '[' | ']'
            )
    })
    .map(|word| word.trim_matches(['.', ':', '\u{2026}']))
    .map(|word| word.strip_prefix("mailto:").unwrap_or(word))
    .find(|word| {
        word.len() < 320
            && word.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && domain.contains('.')
                    && !domain.contains('@')
                    && !domain.starts_with('.')
            })
    })
    .unwrap_or_default()
    .to_owned()
}

/// The line that looks most like the answer of a server.
fn reason_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| {
        let lower = line.to_ascii_lowercase();
        status_in(line).is_some()
            || [
                "550 ",
                "551 ",
                "552 ",
                "553 ",
                "554 ",
                "450 ",
                "451 ",
                "452 ",
                "said:",
                "smtp error",
                "host unknown",
                "user unknown",
            ]
            .iter()
            .any(|sign| lower.contains(sign))
    });
    beginning(line.unwrap_or_default(), DIAGNOSTIC).to_owned()
}

/// The first bytes of a text, up to the end of a character.
pub(crate) fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}
