//! What of the parts is text to read, what is HTML to show, and what is a file.
//!
//! The choice follows the algorithm of JMAP (RFC 8621, section 4.1.4), with these repairs: every
//! picture is also a file, a plain and an HTML part that say the same are alternatives whatever
//! their container is called, and files inside the text (uuencode) or inside `winmail.dat` are
//! files of their own.

mod agreed;
mod files;
mod plain;
mod protection;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::mail::calendar::{self, CalendarSummary};
use crate::mail::part::{Part, Tree};
use crate::mail::{charset, uuencode};

pub(crate) use files::{File, Source, media_type_of};
pub(crate) use plain::of_rtf as plain_of_rtf;
pub use protection::Protection;
pub(crate) use protection::opened;

/// How many files are listed; more than any person attaches.
pub(crate) const FILES: usize = 1_000;
/// How much text is kept of one message.
pub(crate) const TEXT: usize = 4 * 1024 * 1024;
/// Up to how many readable parts are compared with each other.
const TWINS: usize = 8;
/// How deep forwarded messages are opened to find the text when there is no other.
const FORWARDED: usize = 3;

/// The readable contents of a message.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) text: String,
    /// The HTML to show: all HTML parts, with plain parts between them in their places.
    pub(crate) html: Option<String>,
    /// The text of the HTML parts alone.
    pub(crate) html_text: String,
    pub(crate) files: Vec<File>,
    pub(crate) calendar: Option<CalendarSummary>,
    pub(crate) protection: Protection,
    pub(crate) problems: Vec<(&'static str, &'static str)>,
    /// A text found inside `winmail.dat`.
    pub(crate) inner_text: Option<String>,
    /// A subject found inside `winmail.dat`.
    pub(crate) inner_subject: Option<String>,
    /// The character set that header and text were most likely written in together, where none is
    /// declared that holds.
    pub(crate) agreed_charset: Option<&'static str>,
}

impl Contents {
    /// Takes in what stands inside an opaque signature, as if it stood in the open.
    fn take_in(&mut self, inner: &Tree<'_>, forwarded: usize) {
        let found = read_at(inner, forwarded);
        for file in found.files {
            let bytes = file.bytes(inner).into_owned();
            self.files.push(File {
                source: Source::Bytes(bytes),
                ..file
            });
        }
        self.text = found.text;
        self.html = found.html;
        self.html_text = found.html_text;
        self.calendar = found.calendar;
        self.inner_subject = found.inner_subject;
        self.protection = self.protection.max(found.protection);
        for (code, detail) in found.problems {
            self.problem(code, detail);
        }
    }

    pub(crate) fn problem(&mut self, code: &'static str, detail: &'static str) {
        if !self.problems.iter().any(|known| known.0 == code) {
            self.problems.push((code, detail));
        }
    }
}

/// The parts chosen for each purpose, as places in the tree.
#[derive(Default)]
struct Choice {
    text: Vec<usize>,
    html: Vec<usize>,
    files: Vec<usize>,
}

/// Reads the contents of a message that is already taken apart.
pub(crate) fn read(tree: &Tree<'_>) -> Contents {
    read_at(tree, 0)
}

fn read_at(tree: &Tree<'_>, forwarded: usize) -> Contents {
    let mut contents = Contents {
        agreed_charset: agreed::charset(tree),
        ..Contents::default()
    };
    let mut choice = Choice::default();
    choose(tree, &[0], "mixed", false, Some(()), Some(()), &mut choice);
    contents.protection = protection::of(tree);
    if contents.protection == Protection::Encrypted {
        contents.problem(
            "encrypted",
            "the message is encrypted; only its shell can be read",
        );
    }
    for &index in &choice.files {
        if let Some(part) = tree.part(index) {
            files::add(&mut contents, part, index);
        }
    }
    texts(tree, &choice, &mut contents);
    if forwarded < FORWARDED
        && let Some(inner) = opened(tree)
    {
        contents.take_in(&Tree::read(&inner), forwarded + 1);
    }
    fall_back(tree, forwarded, &mut contents);
    files::finish(&mut contents);
    contents
}

/// Sorts parts into text, HTML and files. `text` and `html` say which of the two may still take
/// parts: inside an alternative, a branch belongs to one of them.
fn choose(
    tree: &Tree<'_>,
    parts: &[usize],
    container: &str,
    in_alternative: bool,
    mut text: Option<()>,
    mut html: Option<()>,
    choice: &mut Choice,
) {
    let (texts_before, htmls_before) = (choice.text.len(), choice.html.len());
    let root = related_root(tree, parts, container);
    for (place, &index) in parts.iter().enumerate() {
        let Some(part) = tree.part(index) else {
            continue;
        };
        if part.multipart && !part.hollow {
            let kind = part
                .media_type
                .strip_prefix("multipart/")
                .unwrap_or_default();
            let alternative = in_alternative || kind == "alternative";
            choose(tree, &part.children, kind, alternative, text, html, choice);
            continue;
        }
        let plain = is_plain(part);
        let is_html = part.media_type == "text/html" || part.media_type == "application/xhtml+xml";
        let first = place == root;
        // Beside the root of a `related` stand the things it shows; a text nobody points to is read.
        let shown_by_root = container == "related" && (is_html || part.header.has("content-id"));
        let readable = !part.is_attached()
            && (plain || is_html)
            && (first || (!shown_by_root && part.name().is_none()));
        if !readable {
            choice.files.push(index);
            continue;
        }
        if container == "alternative" {
            if plain && text.is_some() {
                choice.text.push(index);
            } else if is_html && html.is_some() {
                choice.html.push(index);
            }
            continue;
        }
        if in_alternative {
            if plain {
                html = None;
            } else {
                text = None;
            }
        }
        if text.is_some() {
            choice.text.push(index);
        }
        if html.is_some() {
            choice.html.push(index);
        }
    }
    if container == "alternative" && text.is_some() && html.is_some() {
        // An alternative with only one kind stands for both.
        if choice.text.len() == texts_before {
            let added: Vec<usize> = choice.html.iter().skip(htmls_before).copied().collect();
            choice.text.extend(added);
        } else if choice.html.len() == htmls_before {
            let added: Vec<usize> = choice.text.iter().skip(texts_before).copied().collect();
            choice.html.extend(added);
        }
    }
}

/// Which child of a `related` is the one the others belong to: the one named, else the first.
fn related_root(tree: &Tree<'_>, parts: &[usize], container: &str) -> usize {
    if container != "related" {
        return 0;
    }
    // Some put the picture first; the page is still the root.
    parts
        .iter()
        .position(|&index| {
            tree.part(index).is_some_and(|part| {
                part.multipart || (part.media_type.starts_with("text/") && !part.is_attached())
            })
        })
        .unwrap_or(0)
}

fn is_plain(part: &Part<'_>) -> bool {
    part.hollow
        || matches!(
            part.media_type.as_str(),
            "text/plain" | "text/x-plain" | "text/markdown" | "text/x-markdown" | "text/unknown"
        )
}

/// A readable part, decoded.
struct Piece {
    html: bool,
    /// As sent: plain text, or HTML.
    source: String,
    /// The text of it.
    text: String,
}

fn texts(tree: &Tree<'_>, choice: &Choice, contents: &mut Contents) {
    let mut order: Vec<usize> = choice.text.iter().chain(&choice.html).copied().collect();
    order.sort_unstable();
    order.dedup();
    let mut room = TEXT;
    let mut pieces: BTreeMap<usize, Piece> = BTreeMap::new();
    for index in order {
        let Some(part) = tree.part(index) else {
            continue;
        };
        let piece = piece(part, index, &mut room, contents);
        pieces.insert(index, piece);
    }
    let of = |index: &usize| pieces.get(index);
    let text: Vec<&Piece> = choice.text.iter().filter_map(of).collect();
    let html: Vec<&Piece> = choice.html.iter().filter_map(of).collect();
    // Twins come in pairs; in a crowd of parts nobody looks for them.
    let few = pieces.len() <= TWINS;
    let says_the_same = |one: &Piece, all: &[&Piece]| {
        few && all
            .iter()
            .any(|other| other.html != one.html && same_words(&one.text, &other.text))
    };
    // The text: everything in order, but HTML only where no plain part says the same.
    for piece in &text {
        if !(piece.html && says_the_same(piece, &text)) {
            append(&mut contents.text, &piece.text);
        }
    }
    if contents.text.trim().is_empty() {
        // An empty plain part beside a full HTML part.
        contents.text.clear();
        for piece in html.iter().filter(|piece| piece.html) {
            append(&mut contents.text, &piece.text);
        }
    }
    if html.iter().any(|piece| piece.html) {
        let mut shown = String::new();
        for piece in &html {
            if piece.html {
                shown.push_str(&piece.source);
                append(&mut contents.html_text, &piece.text);
            } else if !piece.text.trim().is_empty() && !says_the_same(piece, &html) {
                shown.push_str("<pre>");
                escape(&piece.text, &mut shown);
                shown.push_str("</pre>");
            }
        }
        contents.html = Some(shown);
    }
}

fn piece(part: &Part<'_>, index: usize, room: &mut usize, contents: &mut Contents) -> Piece {
    let html = !is_plain(part);
    let bytes = part.bytes();
    let mut bytes: Cow<'_, [u8]> = bytes;
    if !html {
        let found = uuencode::all(&bytes);
        if !found.is_empty() {
            let mut kept = Vec::with_capacity(bytes.len());
            let mut place = 0;
            for file in found {
                kept.extend_from_slice(bytes.get(place..file.begin).unwrap_or_default());
                place = file.end;
                files::add_uuencoded(contents, index, file);
            }
            kept.extend_from_slice(bytes.get(place..).unwrap_or_default());
            bytes = Cow::Owned(kept);
        }
    }
    if bytes.len() > *room {
        contents.problem("text_cut", "only the first 4 MB of the text were kept");
        bytes = Cow::Owned(bytes.get(..*room).unwrap_or_default().to_vec());
    }
    *room -= bytes.len();
    let declared = part.charset().map(str::to_owned);
    let label = match declared {
        Some(label) if charset::is_known(&label) => Some(label),
        other if html => plain::meta_charset(&bytes).or(other),
        other => other,
    };
    let doubtful = label
        .as_deref()
        .is_none_or(|label| !charset::is_known(label) || charset::is_utf8(label));
    let agreed = contents
        .agreed_charset
        .filter(|_| doubtful && std::str::from_utf8(&bytes).is_err());
    let mut decoded = charset::decode(&bytes, agreed.or(label.as_deref()));
    decoded.guessed |= agreed.is_some();
    if decoded.guessed {
        contents.problem(
            "charset_guessed",
            "the character set was missing or wrong and had to be guessed",
        );
    }
    let source = plain::clean(decoded.text);
    let text = if html {
        crate::html::to_text(&source)
    } else if part
        .content
        .raw("format")
        .is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
    {
        let delsp = part
            .content
            .raw("delsp")
            .is_some_and(|value| value.eq_ignore_ascii_case("yes"));
        plain::flow(&source, delsp)
    } else {
        return Piece {
            html,
            text: source,
            source: String::new(),
        };
    };
    Piece { html, source, text }
}

/// Text for a message that has none: of a calendar, of rich text, of a forwarded message. Each of
/// them stays in the list of files, for it holds more than its text.
fn fall_back(tree: &Tree<'_>, forwarded: usize, contents: &mut Contents) {
    if contents.text.trim().is_empty() {
        contents.text = contents
            .inner_text
            .take()
            .map(plain::clean)
            .unwrap_or_default();
    }
    if !contents.text.trim().is_empty() || contents.protection == Protection::Encrypted {
        return;
    }
    let mut used = None;
    for file in &contents.files {
        let Source::Part(index) = file.source else {
            continue;
        };
        let Some(part) = tree.part(index) else {
            continue;
        };
        if part.is_attached() && file.media_type != "message/rfc822" {
            continue;
        }
        let text = match file.media_type.as_str() {
            "text/enriched" | "text/richtext" => plain::of_enriched(&plain::clean(
                charset::decode(&part.bytes(), part.charset()).text,
            )),
            "text/rtf" | "application/rtf" => plain::of_rtf(&part.bytes()),
            "text/calendar" => {
                match calendar::read(&charset::decode(&part.bytes(), part.charset()).text) {
                    Some(calendar) => calendar.as_text(),
                    None => continue,
                }
            }
            "message/rfc822"
                if forwarded < FORWARDED
                    && tree
                        .root()
                        .is_some_and(|root| root.media_type != "multipart/report") =>
            {
                let bytes = part.bytes();
                let inner = Tree::read(&bytes);
                read_at(&inner, forwarded + 1).text
            }
            kind if kind.starts_with("text/") && file.name.is_empty() => {
                plain::clean(charset::decode(&part.bytes(), part.charset()).text)
            }
            _ => continue,
        };
        if !text.trim().is_empty() {
            used = Some(text);
            break;
        }
    }
    if let Some(text) = used {
        contents.text = text;
    }
}

/// Whether two texts say the same, blanks and marks aside.
fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .take(4_000)
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (one, other) = (letters(one), letters(other));
    if one.is_empty() || other.is_empty() {
        return one.is_empty() && other.is_empty();
    }
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    // Links add some letters to the text of HTML.
    short.len() * 10 >= long.len() * 7 && {
        let head: String = short.chars().take(40).collect();
        long.contains(&head)
    }
}

fn append(text: &mut String, more: &str) {
    if more.trim().is_empty() {
        return;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(more);
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
}
