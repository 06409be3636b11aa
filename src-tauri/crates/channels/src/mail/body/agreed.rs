//! One guess of the character set for a whole message: a person writes the subject and the text
//! with the same program, so what both of them say together is the better evidence.

use std::borrow::Cow;

use crate::mail::charset;
use crate::mail::part::{Part, Tree};

/// The fields whose raw bytes are looked at.
const FIELDS: [&str; 4] = ["subject", "from", "to", "cc"];
/// How many parts are looked at.
const LOOKED_AT: usize = 8;

/// The character set of a message that has raw bytes in its header and in a text, and that
/// declares none that holds.
pub(super) fn charset(tree: &Tree<'_>) -> Option<&'static str> {
    let header = &tree.root()?.header;
    let fields: Vec<&[u8]> = FIELDS
        .iter()
        .flat_map(|name| header.all(name))
        .filter(|value| is_raw(value))
        .collect();
    if fields.is_empty() {
        return None;
    }
    let texts: Vec<Cow<'_, [u8]>> = tree
        .parts
        .iter()
        .filter(|part| part.media_type.starts_with("text/") && !part.is_attached())
        .take(LOOKED_AT)
        .filter(|part| !declares(part))
        .map(Part::bytes)
        .filter(|bytes| is_raw(bytes))
        .collect();
    if texts.is_empty() {
        return None;
    }
    charset::guess_of(fields.into_iter().chain(texts.iter().map(AsRef::as_ref)))
}

/// Whether a part declares a set that can be believed. UTF-8 is believed when it holds, and what
/// holds is never looked at here.
fn declares(part: &Part<'_>) -> bool {
    part.charset()
        .is_some_and(|label| charset::is_known(label) && !charset::is_utf8(label))
}

fn is_raw(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_err()
}
