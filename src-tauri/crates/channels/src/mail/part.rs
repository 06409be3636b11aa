//! The tree of parts (RFC 2046), read in one pass over the lines that could be boundaries.
//!
//! Damage is met the way mail clients meet it: a missing end is the end of the mail, a missing
//! boundary parameter is found in the body, a nesting too deep is flattened, never followed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::mail::header::{self, Header};
use crate::mail::params::Structured;
use crate::mail::transfer::{self, Transfer};

/// How many parts are read; what follows belongs to the last one.
pub(crate) const PARTS: usize = 10_000;
/// How deep the tree grows; deeper parts hang at this depth.
pub(crate) const DEPTH: usize = 50;
/// How many boundaries can be open at once.
const OPEN: usize = 20_000;

/// One part: a leaf with a body, or a multipart with children.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) header: Header<'a>,
    /// Lower case, `text/plain` when missing.
    pub(crate) media_type: String,
    pub(crate) content: Structured,
    pub(crate) disposition: Structured,
    pub(crate) transfer: Transfer,
    /// The raw bytes of the body, still encoded.
    pub(crate) body: &'a [u8],
    pub(crate) children: Vec<usize>,
    pub(crate) multipart: bool,
    /// Whether no part of it was found, so that the body is all there is.
    pub(crate) hollow: bool,
}

impl<'a> Part<'a> {
    /// The body with the transfer encoding undone.
    pub(crate) fn bytes(&self) -> Cow<'a, [u8]> {
        if self.multipart && self.hollow {
            return Cow::Borrowed(self.body);
        }
        if self.transfer == Transfer::Base64
            && self.media_type.starts_with("text/")
            && transfer::is_prose(self.body)
        {
            return Cow::Borrowed(self.body);
        }
        self.transfer.decode(self.body)
    }

    /// The declared character set.
    pub(crate) fn charset(&self) -> Option<&str> {
        self.content.raw("charset")
    }

    /// The name the sender gave: of the disposition first, then of the type.
    pub(crate) fn name(&self) -> Option<String> {
        self.disposition
            .text("filename")
            .filter(|name| !name.is_empty())
            .or_else(|| self.content.text("name").filter(|name| !name.is_empty()))
            .or_else(|| {
                self.disposition
                    .text("name")
                    .filter(|name| !name.is_empty())
            })
            .or_else(|| {
                self.content
                    .text("filename")
                    .filter(|name| !name.is_empty())
            })
    }

    /// The Content-ID without angle brackets.
    pub(crate) fn content_id(&self) -> Option<String> {
        let value = self.header.first("content-id")?;
        let id = crate::mail::ids::one(value);
        (!id.is_empty()).then_some(id)
    }

    /// Whether the sender asked for it to be shown as a file.
    pub(crate) fn is_attached(&self) -> bool {
        self.disposition.value == "attachment"
    }
}

/// The parts of a message; the first is the message itself.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    /// Stable codes of what was found wrong, each once.
    pub(crate) problems: Vec<(&'static str, &'static str)>,
}

impl<'a> Tree<'a> {
    pub(crate) fn root(&self) -> Option<&Part<'a>> {
        self.parts.first()
    }

    pub(crate) fn part(&self, index: usize) -> Option<&Part<'a>> {
        self.parts.get(index)
    }

    fn problem(&mut self, code: &'static str, detail: &'static str) {
        if !self.problems.iter().any(|known| known.0 == code) {
            self.problems.push((code, detail));
        }
    }

    /// Reads a whole message.
    pub(crate) fn read(raw: &'a [u8]) -> Self {
        let mut tree = Tree {
            parts: Vec::new(),
            problems: Vec::new(),
        };
        let mut reader = Reader {
            raw,
            open: Vec::new(),
            levels: BTreeMap::new(),
        };
        reader.read_tree(&mut tree, beginning(raw));
        tree
    }
}

/// Where the header begins: behind a byte order mark and empty lines.
pub(crate) fn beginning(raw: &[u8]) -> usize {
    let mark = if raw.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    mark + leading_blank_lines(raw.get(mark..).unwrap_or_default())
}

/// Some stores put empty lines before the header.
fn leading_blank_lines(raw: &[u8]) -> usize {
    let mut blank = 0;
    while let Some((line, next)) = header::line_at(raw, blank) {
        if !line.trim_ascii().is_empty() || next > 4_096 {
            break;
        }
        blank = next;
    }
    let after = raw.get(blank..).unwrap_or_default();
    let begins_with_field = header::line_at(after, 0).is_some_and(|(line, _)| {
        memchr::memchr(b':', line).is_some_and(|colon| {
            colon > 1
                && line
                    .iter()
                    .take(colon)
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        })
    });
    if begins_with_field { blank } else { 0 }
}

/// A multipart whose end has not come yet.
struct Open<'a> {
    part: usize,
    boundary: Cow<'a, [u8]>,
    depth: usize,
}

struct Reader<'a> {
    raw: &'a [u8],
    open: Vec<Open<'a>>,
    /// For each boundary the levels at which it is open, innermost last.
    levels: BTreeMap<Vec<u8>, Vec<usize>>,
}

/// A line that ends a part.
struct Delimiter {
    level: usize,
    closing: bool,
    line: usize,
    next: usize,
}

impl<'a> Reader<'a> {
    fn read_tree(&mut self, tree: &mut Tree<'a>, begin: usize) {
        let mut place = begin;
        // The part that is being read, and where its body begins.
        let mut current = Some(self.begin_part(tree, None, &mut place));
        let mut body = place;
        loop {
            let Some(delimiter) = self.next_delimiter(place) else {
                self.end_body(tree, current, body, self.raw.len());
                if !self.open.is_empty() && tree.parts.len() > 1 {
                    tree.problem("unterminated_multipart", "a multipart has no end");
                }
                break;
            };
            self.end_body(tree, current, body, delimiter.line);
            let level = delimiter.level;
            if delimiter.closing {
                self.close_above(level);
                self.close_above_inclusive(level);
                current = None;
                place = delimiter.next;
                body = place;
                continue;
            }
            self.close_above(level);
            if tree.parts.len() >= PARTS {
                tree.problem("too_many_parts", "only the first 10,000 parts were read");
                break;
            }
            place = delimiter.next;
            let parent = self.open.last().map(|open| open.part);
            current = Some(self.begin_part(tree, parent, &mut place));
            body = place;
        }
        self.finish(tree);
    }

    /// Reads the header of a part and opens it when it is a multipart.
    fn begin_part(
        &mut self,
        tree: &mut Tree<'a>,
        parent: Option<usize>,
        place: &mut usize,
    ) -> usize {
        let levels = &self.levels;
        let (header, body) = header::read(self.raw, *place, |line| lookup(levels, line).is_some());
        *place = body;
        let hint = None;
        let content = self.content_of(&header, body);
        let disposition = header
            .first("content-disposition")
            .map(|value| Structured::parse(value, hint))
            .unwrap_or_default();
        let transfer = header
            .all("content-transfer-encoding")
            .map(Transfer::parse)
            .find(|transfer| *transfer != Transfer::Plain)
            .unwrap_or_default();
        let in_digest = parent
            .and_then(|index| tree.part(index))
            .is_some_and(|part| part.media_type == "multipart/digest");
        let media_type = media_type(&content, in_digest);
        let multipart = media_type.starts_with("multipart/");
        let index = tree.parts.len();
        let mut flattened = false;
        let parent_depth = self.open.last().map_or(0, |open| open.depth);
        if multipart && self.open.len() < OPEN {
            let declared = content
                .raw("boundary")
                .map(|text| text.trim_end().as_bytes().to_vec());
            let boundary = match declared {
                Some(boundary) if !boundary.is_empty() && self.occurs(&boundary, body) => {
                    Some(boundary)
                }
                _ => self.sniff_boundary(body),
            };
            if let Some(boundary) = boundary {
                // Beyond the depth that is kept, children hang on the ancestor at that depth.
                let part = if parent_depth + 1 > DEPTH {
                    tree.problem(
                        "nested_too_deep",
                        "parts nested deeper than 50 levels were flattened",
                    );
                    flattened = true;
                    self.open.last().map_or(index, |open| open.part)
                } else {
                    index
                };
                let level = self.open.len();
                self.levels.entry(boundary.clone()).or_default().push(level);
                self.open.push(Open {
                    part,
                    boundary: Cow::Owned(boundary),
                    depth: parent_depth + 1,
                });
            } else {
                tree.problem("no_boundary", "a multipart whose boundary does not occur");
            }
        }
        if let Some(parent) = parent.and_then(|parent| tree.parts.get_mut(parent)) {
            parent.children.push(index);
            parent.hollow = false;
        }
        tree.parts.push(Part {
            header,
            media_type,
            content,
            disposition,
            transfer,
            body: &[],
            children: Vec::new(),
            multipart,
            // What is flattened has its parts elsewhere; what stands before them is no text.
            hollow: multipart && !flattened,
        });
        index
    }

    /// What the header says the body is. Of several such fields the first counts, unless a later
    /// one names the boundary with which the body begins: a server added the other.
    fn content_of(&self, header: &Header<'_>, body: usize) -> Structured {
        let mut fields = header
            .all("content-type")
            .map(|value| Structured::parse(value, None));
        let first = fields.next().unwrap_or_default();
        if first.value.starts_with("multipart/") {
            return first;
        }
        let rest = self.raw.get(body..).unwrap_or_default();
        let near = rest.get(..4_096).unwrap_or(rest);
        fields
            .take(4)
            .find(|later| {
                later.value.starts_with("multipart/")
                    && later.raw("boundary").is_some_and(|boundary| {
                        !boundary.is_empty()
                            && memchr::memmem::find(near, format!("--{boundary}").as_bytes())
                                .is_some()
                    })
            })
            .unwrap_or(first)
    }

    /// Whether a line with that boundary follows. Only the nearest stretch is searched when many
    /// multiparts are open, so that time stays linear.
    fn occurs(&self, boundary: &[u8], from: usize) -> bool {
        let rest = self.raw.get(from..).unwrap_or_default();
        let rest = if self.open.len() > 20 {
            rest.get(..4_096).unwrap_or(rest)
        } else {
            rest
        };
        self.open.len() > 20 || memchr::memmem::find(rest, boundary).is_some()
    }

    /// The boundary that a multipart seems to use when it does not say so, or says it wrongly.
    fn sniff_boundary(&self, from: usize) -> Option<Vec<u8>> {
        if self.open.len() > 20 {
            return None;
        }
        let mut place = from;
        for _ in 0..200 {
            let (line, next) = header::line_at(self.raw, place)?;
            place = next;
            let line = line.trim_ascii_end();
            let Some(boundary) = line.strip_prefix(b"--") else {
                continue;
            };
            if lookup(&self.levels, line).is_some() {
                return None;
            }
            let plausible = boundary.len() >= 3
                && boundary.len() <= 200
                && boundary.iter().any(|byte| byte.is_ascii_alphanumeric())
                && !boundary.contains(&b' ');
            // A header must follow it: "-- " and ruled lines are text.
            let followed = header::line_at(self.raw, next).is_some_and(|(line, _)| {
                line.get(..8)
                    .is_some_and(|head| head.eq_ignore_ascii_case(b"content-"))
            });
            if plausible && followed {
                return Some(boundary.to_vec());
            }
        }
        None
    }

    /// The next line, from `from` on, that is a boundary of an open multipart.
    fn next_delimiter(&self, from: usize) -> Option<Delimiter> {
        if self.open.is_empty() {
            return None;
        }
        let mut place = from;
        loop {
            let rest = self.raw.get(place..)?;
            let line = if rest.starts_with(b"--") {
                place
            } else {
                place + memchr::memmem::find(rest, b"\n--")? + 1
            };
            let (text, next) = header::line_at(self.raw, line)?;
            if let Some((level, closing)) = lookup(&self.levels, text) {
                return Some(Delimiter {
                    level,
                    closing,
                    line,
                    next,
                });
            }
            // Back to before the line end, so that the search finds the next line too.
            place = if next > line { next - 1 } else { next };
            if next >= self.raw.len() {
                return None;
            }
            if self.raw.get(place) != Some(&b'\n') {
                place = next;
            }
        }
    }

    /// Gives a part its body: up to the line end before the delimiter.
    fn end_body(&self, tree: &mut Tree<'a>, part: Option<usize>, begin: usize, end: usize) {
        let Some(part) = part.and_then(|index| tree.parts.get_mut(index)) else {
            return;
        };
        let body = self.raw.get(begin..end.max(begin)).unwrap_or_default();
        let body = if end < self.raw.len() {
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            body.strip_suffix(b"\r").unwrap_or(body)
        } else {
            body
        };
        part.body = body;
    }

    /// Forgets the multiparts inside of a level.
    fn close_above(&mut self, level: usize) {
        while self.open.len() > level + 1 {
            self.pop();
        }
    }

    fn close_above_inclusive(&mut self, level: usize) {
        while self.open.len() > level {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop()
            && let Some(levels) = self.levels.get_mut(open.boundary.as_ref())
        {
            levels.pop();
            if levels.is_empty() {
                self.levels.remove(open.boundary.as_ref());
            }
        }
    }

    /// A multipart in which nothing was found keeps what stands there as text.
    fn finish(&mut self, tree: &mut Tree<'a>) {
        let hollow = tree
            .parts
            .iter()
            .any(|part| part.hollow && !part.body.trim_ascii().is_empty());
        if hollow {
            tree.problem(
                "empty_multipart",
                "a multipart without parts was read as text",
            );
        }
    }
}

/// Whether a line is a boundary that is open, at which level, and whether it closes it.
fn lookup(levels: &BTreeMap<Vec<u8>, Vec<usize>>, line: &[u8]) -> Option<(usize, bool)> {
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    if let Some(level) = levels.get(text).and_then(|levels| levels.last()) {
        return Some((*level, false));
    }
    let text = text.strip_suffix(b"--")?;
    levels
        .get(text)
        .or_else(|| levels.get(text.trim_ascii_end()))
        .and_then(|levels| levels.last())
        .map(|level| (*level, true))
}

/// The media type to go by: as written, or as it was meant.
fn media_type(content: &Structured, in_digest: bool) -> String {
    let default = if in_digest {
        "message/rfc822"
    } else {
        "text/plain"
    };
    let value = content.value.as_str();
    if value.is_empty() {
        return default.to_owned();
    }
    let well_formed = value
        .split_once('/')
        .is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty() && !sub.contains('/'));
    if well_formed {
        return value.to_owned();
    }
    let meant = match value.trim_matches('/') {
        "html" => "text/html",
        "multipart" => "multipart/mixed",
        "text" | "plain" => "text/plain",
        "pdf" => "application/pdf",
        _ if content.raw("boundary").is_some() => "multipart/mixed",
        _ if content.raw("name").is_some() => "application/octet-stream",
        _ => default,
    };
    meant.to_owned()
}
