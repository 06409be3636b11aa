//! Character references such as `&eacute;` and `&#8211;`.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// The longest name of a named reference, semicolon included.
const LONGEST_NAME: usize = 33;

/// Resolves the references in a text or in the value of an attribute, makes every line end `\n`
/// and drops null characters.
pub(super) fn decode(text: &str, in_attribute: bool) -> Cow<'_, str> {
    if !text.bytes().any(|b| matches!(b, b'&' | b'\r' | 0)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\r', '\0']) {
        let (before, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let after = special.get(1..).unwrap_or("");
        rest = if special.starts_with('&') {
            reference(after, in_attribute, &mut out)
        } else if special.starts_with('\r') {
            out.push('\n');
            after.strip_prefix('\n').unwrap_or(after)
        } else {
            after
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Resolves one reference, of which `text` is what follows the ampersand; returns the rest.
fn reference<'a>(text: &'a str, in_attribute: bool, out: &mut String) -> &'a str {
    let left = match text.strip_prefix('#') {
        Some(number) => numeric(number, out),
        None => named(text, in_attribute, out),
    };
    left.unwrap_or_else(|| {
        out.push('&');
        text
    })
}

fn numeric<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (text, 10),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (number, left) = digits.split_at_checked(end)?;
    if number.is_empty() {
        return None;
    }
    let code = u32::from_str_radix(number.trim_start_matches('0'), radix);
    let code = code.unwrap_or(if number.bytes().all(|b| b == b'0') {
        0
    } else {
        u32::MAX
    });
    let windows = code.checked_sub(0x80).and_then(|at| {
        C1_REPLACEMENTS
            .get(usize::try_from(at).ok()?)
            .copied()
            .flatten()
    });
    let c = match windows {
        Some(c) => c,
        None if code == 0 => char::REPLACEMENT_CHARACTER,
        None => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    out.push(if c == '\r' { '\n' } else { c });
    Some(left.strip_prefix(';').unwrap_or(left))
}

fn named<'a>(text: &'a str, in_attribute: bool, out: &mut String) -> Option<&'a str> {
    let end = text
        .bytes()
        .take(LONGEST_NAME)
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(text.len().min(LONGEST_NAME));
    let whole = match text.as_bytes().get(end) {
        Some(b';') => end + 1,
        _ => end,
    };
    // The longest name wins; names without a semicolon are those of old.
    (1..=whole).rev().find_map(|len| {
        let name = text.get(..len)?;
        let &(first, second) = NAMED_ENTITIES.get(name)?;
        if first == 0 {
            return None;
        }
        let left = text.get(len..)?;
        let in_query =
            left.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '=') && in_attribute;
        if !name.ends_with(';') && in_query {
            return None;
        }
        out.extend(
            [first, second]
                .into_iter()
                .filter(|c| *c != 0)
                .filter_map(char::from_u32),
        );
        Some(left)
    })
}
