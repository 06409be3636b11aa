//! Pieces of a text replaced, added and taken away.

use super::write::{self, Written};
use crate::rules::{
    problem::Span,
    text::tree::{Entry, Node, NodeKind},
};

/// A text with the pieces that are to be replaced.
pub(super) struct Splice<'a> {
    source: &'a str,
    pieces: Vec<(Span, String)>,
}

impl<'a> Splice<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self {
            source,
            pieces: Vec::new(),
        }
    }

    fn text(&self, span: Span) -> &'a str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    fn replace(&mut self, span: Span, with: impl Into<String>) {
        self.pieces.push((span, with.into()));
    }

    /// Writes a value in place of another.
    pub(super) fn value(&mut self, span: Span, value: &Written) {
        let new = write::value(value);
        if self.text(span) != new {
            self.replace(span, new);
        }
    }

    /// Writes a piece of a quoted text, in the spelling of its quotes.
    pub(super) fn within_text(&mut self, whole: Span, piece: Span, new: &str) {
        let quotes = self.text(whole);
        let many = quotes.starts_with("'''");
        let literal = quotes.starts_with('\'');
        let fits = !new.contains(if many { "'''" } else { "'" }) && (many || !new.contains('\n'));
        if literal && fits {
            self.replace(piece, new);
        } else if !literal {
            let quoted = write::value(&Written::Text(new.to_owned()));
            let inner = quoted
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'));
            self.replace(piece, inner.unwrap_or_default());
        } else {
            // A quote that these quotes cannot hold: the whole text is quoted otherwise.
            let width = if many { 3 } else { 1 };
            let before = self.text(Span::new(whole.start + width, piece.start));
            let after = self.text(Span::new(piece.end, whole.end.saturating_sub(width)));
            let text = format!("{before}{new}{after}");
            self.replace(whole, write::value(&Written::Text(text)));
        }
    }

    /// Adds a key on a line of its own after the last of a section's, aligned as that one is.
    pub(super) fn add_line(&mut self, keys: &[Entry], key: &str, value: &Written) {
        // Parts with a header of their own stand below the section's own keys.
        let own = || {
            keys.iter().filter(|entry| {
                let apart = matches!(entry.value.kind, NodeKind::Table(_));
                !apart || self.text(entry.value.span).starts_with('{')
            })
        };
        let Some(last) = own().max_by_key(|entry| entry.value.span.end) else {
            return;
        };
        let at = line_end(self.source, last.value.span.end);
        let first = own().min_by_key(|entry| entry.key_span.start);
        // Where the sign of equality stands in the first line, it stands here.
        let width = first.map_or(0, |entry| {
            let between = Span::new(entry.key_span.end, entry.value.span.start);
            let blanks = self.text(between).chars().take_while(|c| *c == ' ').count();
            (entry.key_span.end - entry.key_span.start) + blanks.saturating_sub(1)
        });
        let line = write::line(key, value);
        let line = match line.split_once(" = ") {
            Some((name, rest)) => format!("{name:width$} = {rest}"),
            None => line,
        };
        let start = if self.text(Span::new(0, at)).ends_with('\n') {
            ""
        } else {
            "\n"
        };
        self.replace(Span::new(at, at), format!("{start}{line}"));
    }

    /// Adds a key to a table: within its braces, below its header, or beside its other keys.
    pub(super) fn add_within(
        &mut self,
        keys: &[Entry],
        span: Span,
        name: &str,
        key: &str,
        value: &Written,
    ) {
        let written = write::line(key, value);
        let written = written.trim_end();
        if self.text(span).starts_with('{') {
            let last = keys.iter().map(|entry| entry.value.span.end).max();
            match last {
                Some(at) => self.replace(Span::new(at, at), format!(", {written}")),
                None => self.replace(span, format!("{{ {written} }}")),
            }
        } else if self
            .text(Span::new(span.start, self.source.len()))
            .starts_with('[')
        {
            if keys.is_empty() {
                let at = line_end(self.source, span.end);
                let start = if self.text(Span::new(0, at)).ends_with('\n') {
                    ""
                } else {
                    "\n"
                };
                self.replace(Span::new(at, at), format!("{start}{written}\n"));
            } else {
                self.add_line(keys, key, value);
            }
        } else if let Some(last) = keys.iter().map(|entry| entry.value.span.end).max() {
            let at = line_end(self.source, last);
            let start = if self.text(Span::new(0, at)).ends_with('\n') {
                ""
            } else {
                "\n"
            };
            self.replace(Span::new(at, at), format!("{start}{name}.{written}\n"));
        }
    }

    /// Makes a list hold these texts: those that stay are not touched, new ones follow the last.
    pub(super) fn list(&mut self, items: &[Node], span: Span, wanted: &[String]) {
        let stays = |node: &Node| {
            node.as_text()
                .is_some_and(|text| wanted.iter().any(|word| word == text))
        };
        let known = |word: &String| items.iter().any(|node| node.as_text() == Some(word));
        let Some(last) = items.iter().rposition(stays) else {
            self.value(span, &Written::Texts(wanted.to_vec()));
            return;
        };
        let mut kept: Option<Span> = None;
        for (index, item) in items.iter().enumerate() {
            if stays(item) {
                kept = Some(item.span);
                continue;
            }
            // A text goes with the comma on the side on which something stays.
            let gap = match (kept, items.get(index + 1)) {
                (_, Some(next)) if index < last => Span::new(item.span.start, next.span.start),
                (Some(_), _) => {
                    let before = index.checked_sub(1).and_then(|before| items.get(before));
                    let start = before.map_or(item.span.start, |before| before.span.end);
                    Span::new(start, item.span.end)
                }
                (None, _) => item.span,
            };
            self.replace(gap, "");
        }
        let added: String = wanted
            .iter()
            .filter(|word| !known(word))
            .map(|word| format!(", {}", write::value(&Written::Text(word.clone()))))
            .collect();
        if let (Some(at), false) = (kept, added.is_empty()) {
            self.replace(Span::new(at.end, at.end), added);
        }
    }

    /// Takes a key away: its line, or within braces the key and one comma.
    pub(super) fn take_away(&mut self, keys: &[Entry], key: &str) {
        let Some(entry) = keys.iter().find(|entry| entry.key == key) else {
            return;
        };
        let start = line_start(self.source, entry.key_span.start);
        let lead = self.text(Span::new(start, entry.key_span.start));
        let dotted = lead.trim_end().ends_with('.') && !lead.contains('=');
        if lead.trim().is_empty() && !self.in_braces(keys, entry) || dotted {
            let end = line_end(self.source, entry.value.span.end);
            self.replace(Span::new(start, end), "");
            return;
        }
        let next = keys
            .iter()
            .filter(|other| other.key_span.start > entry.key_span.start)
            .min_by_key(|other| other.key_span.start);
        let before = keys
            .iter()
            .filter(|other| other.key_span.start < entry.key_span.start)
            .max_by_key(|other| other.key_span.start);
        let span = match (before, next) {
            (_, Some(next)) => Span::new(entry.key_span.start, next.key_span.start),
            (Some(before), None) => Span::new(before.value.span.end, entry.value.span.end),
            (None, None) => entry.key_span.join(entry.value.span),
        };
        self.replace(span, "");
    }

    /// Whether a key that begins a line stands within braces that began above it.
    fn in_braces(&self, keys: &[Entry], entry: &Entry) -> bool {
        let others = keys.iter().filter(|other| other.key != entry.key);
        let mut beside = others.map(|other| {
            let (one, two) = if other.key_span.start < entry.key_span.start {
                (other, entry)
            } else {
                (entry, other)
            };
            self.text(Span::new(one.value.span.end, two.key_span.start))
        });
        beside.any(|between| between.trim_start().starts_with(','))
    }

    /// Adds a block of lines at a place between blocks.
    pub(super) fn add_block(&mut self, at: usize, block: &str) {
        let before = self.text(Span::new(0, at));
        let start = match before {
            "" => "",
            text if text.ends_with("\n\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let end = if at < self.source.len() { "\n" } else { "" };
        self.replace(Span::new(at, at), format!("{start}{block}{end}"));
    }

    /// Takes a block away.
    pub(super) fn remove_block(&mut self, block: Span) {
        self.replace(block, "");
    }

    /// Moves a block to a place between blocks.
    pub(super) fn move_block(&mut self, block: Span, to: usize) {
        if to >= block.start && to <= block.end {
            return;
        }
        let text = self.text(block).trim_end_matches('\n');
        let gap = self.text(block).len() - text.len();
        // The last block of a file may end without an empty line; between blocks there is one.
        let last = to == self.source.len();
        self.remove_block(block);
        if last {
            let before = self.text(Span::new(0, to));
            let start = if before.ends_with("\n\n") {
                ""
            } else if before.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            self.replace(Span::new(to, to), format!("{start}{text}\n"));
        } else {
            let end = "\n".repeat(gap.max(2));
            self.replace(Span::new(to, to), format!("{text}{end}"));
        }
    }

    /// The text with its pieces replaced.
    pub(super) fn done(mut self) -> String {
        self.pieces.sort_by_key(|(span, _)| *span);
        let mut out = String::with_capacity(self.source.len());
        let mut at = 0;
        for (span, with) in &self.pieces {
            out.push_str(self.source.get(at..span.start).unwrap_or_default());
            out.push_str(with);
            at = span.end.max(at);
        }
        out.push_str(self.source.get(at..).unwrap_or_default());
        out
    }
}

fn line_start(source: &str, at: usize) -> usize {
    source
        .get(..at)
        .and_then(|text| text.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// The start of the line after a place.
fn line_end(source: &str, at: usize) -> usize {
    source
        .get(at..)
        .and_then(|text| text.find('\n'))
        .map_or(source.len(), |newline| at + newline + 1)
}

/// Where a section begins together with the comments right above its header.
pub(super) fn top(source: &str, header: usize) -> usize {
    let mut start = line_start(source, header);
    while start > 0 {
        let above = line_start(source, start - 1);
        let line = source.get(above..start).unwrap_or_default();
        if !line.trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

/// Whether a place is the header of a part of a rule, or no header at all.
pub(super) fn is_part_of_rule(source: &str, at: usize) -> bool {
    let line = source.get(at..).unwrap_or_default();
    let Some(rest) = line.strip_prefix('[') else {
        return true;
    };
    let name = rest.trim_start_matches('[').trim_start();
    name.strip_prefix("rule")
        .is_some_and(|rest| rest.trim_start().starts_with('.'))
}
