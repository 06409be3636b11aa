//! Writes elements so that every parser reads back the very tree that was meant.
//!
//! Most tricks against sanitisers live on the difference between what was written and what a
//! browser reads: blocks in paragraphs, text between table rows, formatting closed in the wrong
//! order. The writer knows those rules and writes only nestings that browsers leave alone. What
//! it writes it would write again, byte for byte.

use super::allow::Kind;
use super::link;
use super::view::LinkMismatch;
use std::fmt::Write as _;

/// The most bytes of HTML that are shown of one message, before the note at the cut.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

/// Deeper nesting is flattened.
const DEEPEST: usize = 200;

/// How many formatting elements are carried over into the next block.
const MOST_PENDING: usize = 8;

/// How much of the text of a link is looked at.
const LINK_TEXT: usize = 300;

/// The note at the place where a message was cut.
const CUT: &str = "<p data-baton=\"cut\">This message is longer than can be shown. Open its source to read the rest.</p>";

/// An open element.
#[derive(Debug)]
struct Open {
    name: &'static str,
    kind: Kind,
    /// Attributes as they are written, each after a space.
    attributes: String,
    /// The text of a link so far.
    text: String,
}

/// The HTML that is being written.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    open: Vec<Open>,
    /// Elements that were closed by force and open again with the next content.
    pending: Vec<Open>,
    /// Directly after `<pre>`, where parsers swallow a line end.
    after_pre: bool,
    cut: bool,
    mismatches: Vec<LinkMismatch>,
}

impl Writer {
    /// Starts an element; `attributes` are already harmless and escaped.
    pub(super) fn start(&mut self, name: &'static str, kind: Kind, attributes: String) {
        self.after_pre = false;
        if self.cut {
            return;
        }
        let most = if is_table_part(kind) {
            DEEPEST + 4
        } else {
            DEEPEST
        };
        if self.open.len() >= most && kind != Kind::Void {
            return;
        }
        match kind {
            Kind::Void => {
                self.enter_cell();
                if name == "hr" {
                    self.close_paragraph();
                    self.reopen(true);
                } else {
                    self.reopen(false);
                }
                if self.fits(name.len() + attributes.len() + 2) {
                    let _ = write!(self.out, "<{name}{attributes}>");
                }
                return;
            }
            Kind::Formatting | Kind::Inline => {
                self.enter_cell();
                if name == "a" {
                    self.end("a", Kind::Formatting);
                    self.pending.retain(|open| open.name != "a");
                }
                self.reopen(false);
            }
            Kind::Paragraph | Kind::Block | Kind::Heading | Kind::Item | Kind::Table => {
                self.enter_cell();
                self.close_paragraph();
                if kind == Kind::Item {
                    self.close_item(name);
                }
                if kind == Kind::Heading && self.top() == Some(Kind::Heading) {
                    self.pop();
                }
                self.reopen(true);
                if kind == Kind::Table {
                    self.pending.clear();
                }
            }
            Kind::Caption | Kind::Rows => {
                if !self.back_to(&[Kind::Table]) {
                    return;
                }
            }
            Kind::Row => {
                if !self.back_to(&[Kind::Table, Kind::Rows]) {
                    return;
                }
                self.rows();
            }
            Kind::Cell => {
                if !self.back_to(&[Kind::Table, Kind::Rows, Kind::Row]) {
                    return;
                }
                self.row();
            }
        }
        self.push(Open {
            name,
            kind,
            attributes,
            text: String::new(),
        });
        self.after_pre = name == "pre";
    }

    /// Ends an element.
    pub(super) fn end(&mut self, name: &'static str, kind: Kind) {
        self.after_pre = false;
        if self.cut {
            return;
        }
        match kind {
            Kind::Void => {
                if name == "br" {
                    self.start(name, kind, String::new());
                }
            }
            Kind::Formatting | Kind::Inline => self.end_inline(name, kind),
            Kind::Table | Kind::Caption | Kind::Rows | Kind::Row | Kind::Cell => {
                self.end_table_part(kind);
            }
            Kind::Block | Kind::Paragraph | Kind::Heading | Kind::Item => {
                self.end_block(name, kind);
            }
        }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        if self.cut {
            return;
        }
        let text = if self.after_pre {
            text.trim_start_matches('\n')
        } else {
            text
        };
        if text.is_empty() {
            return;
        }
        let blank = text.bytes().all(|b| b.is_ascii_whitespace());
        if blank && self.in_table() {
            return;
        }
        if !blank {
            self.enter_cell();
            self.reopen(false);
        }
        self.after_pre = false;
        if let Some(link) = self.open.iter_mut().rev().find(|open| open.name == "a") {
            let room = LINK_TEXT.saturating_sub(link.text.len());
            link.text.extend(text.chars().take(room));
        }
        let room = MOST_BYTES.saturating_sub(self.out.len());
        if !escape(text, room, &mut self.out) {
            self.cut = true;
        }
    }

    /// Closes what is open and hands over the HTML, the false links and whether it was cut, here or
    /// already before.
    pub(super) fn finish(mut self, shortened: bool) -> (String, Vec<LinkMismatch>, bool) {
        self.cut |= shortened;
        self.pending.clear();
        while !self.open.is_empty() {
            self.pop();
        }
        if self.cut {
            self.out.push_str(CUT);
        }
        (self.out, self.mismatches, self.cut)
    }

    fn fits(&mut self, bytes: usize) -> bool {
        if !self.cut && self.out.len() + bytes > MOST_BYTES {
            self.cut = true;
        }
        !self.cut
    }

    fn top(&self) -> Option<Kind> {
        self.open.last().map(|open| open.kind)
    }

    /// Directly inside a table, where only its parts may stand.
    fn in_table(&self) -> bool {
        matches!(self.top(), Some(Kind::Table | Kind::Rows | Kind::Row))
    }

    fn push(&mut self, open: Open) {
        if self.fits(open.name.len() + open.attributes.len() + 2) {
            let _ = write!(self.out, "<{}{}>", open.name, open.attributes);
            self.open.push(open);
        }
    }

    /// Closes the innermost element.
    fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        if open.name == "a" {
            self.judge(&open);
        }
        let _ = write!(self.out, "</{}>", open.name);
        if matches!(open.kind, Kind::Table | Kind::Cell | Kind::Caption) {
            self.pending.clear();
        }
        Some(open)
    }

    /// Writes the real host into a link whose text names another one.
    fn judge(&mut self, open: &Open) {
        let Some(href) = open
            .attributes
            .split("href=\"")
            .nth(1)
            .and_then(|h| h.split('"').next())
        else {
            return;
        };
        let href = href.replace("&amp;", "&");
        if let Some((shown, real)) = link::mismatch(&open.text, &href) {
            let _ = write!(self.out, "<span data-baton=\"real-host\"> ({real})</span>");
            if self.mismatches.len() < 50 {
                self.mismatches.push(LinkMismatch { shown, real });
            }
        }
    }

    /// Content of a cell stands where only parts of a table may: gives it a cell.
    fn enter_cell(&mut self) {
        if self.in_table() {
            self.row();
            self.push(implied("td", Kind::Cell));
        }
    }

    fn rows(&mut self) {
        if self.top() == Some(Kind::Table) {
            self.push(implied("tbody", Kind::Rows));
        }
    }

    fn row(&mut self) {
        self.rows();
        if self.top() == Some(Kind::Rows) {
            self.push(implied("tr", Kind::Row));
        }
    }

    /// Closes up to the innermost of these parts of the innermost table, if there is one.
    fn back_to(&mut self, kinds: &[Kind]) -> bool {
        if !self.open.iter().any(|open| open.kind == Kind::Table) {
            return false;
        }
        while self.top().is_some_and(|top| !kinds.contains(&top)) {
            self.pop();
        }
        true
    }

    /// The place of the innermost element that matches, not looking out of the current cell.
    fn find(&self, matches: impl Fn(&Open) -> bool) -> Option<usize> {
        let inside = self
            .open
            .iter()
            .rposition(|open| is_barrier(open.kind))
            .map_or(0, |at| at + 1);
        self.open
            .iter()
            .skip(inside)
            .rposition(matches)
            .map(|at| at + inside)
    }

    /// Closes an open paragraph, because what comes cannot stand in it.
    fn close_paragraph(&mut self) {
        if let Some(at) = self.find(|open| open.kind == Kind::Paragraph) {
            self.close_down_to(at);
        }
        self.pending.retain(|open| open.kind != Kind::Paragraph);
    }

    /// Closes an item of the same list.
    fn close_item(&mut self, name: &str) {
        let list = |open: &Open| match name {
            "li" => open.name == "li",
            _ => matches!(open.name, "dd" | "dt"),
        };
        let transparent = |open: &Open| {
            matches!(open.kind, Kind::Formatting | Kind::Inline)
                || matches!(open.name, "div" | "address")
        };
        let stop = self
            .open
            .iter()
            .rposition(|open| list(open) || !transparent(open));
        if let Some(at) = stop.filter(|at| self.open.get(*at).is_some_and(list)) {
            self.close_down_to(at);
        }
    }

    /// Closes the element at this place and all inside it; formatting is carried on.
    fn close_down_to(&mut self, at: usize) {
        let mut carried = Vec::new();
        while self.open.len() > at {
            let Some(open) = self.pop() else { break };
            if open.kind == Kind::Formatting && self.open.len() > at {
                carried.push(open);
            }
        }
        self.carry(carried);
    }

    /// Keeps elements, innermost first, for the next content.
    fn carry(&mut self, elements: Vec<Open>) {
        self.pending
            .extend(elements.into_iter().rev().map(|open| Open {
                text: String::new(),
                ..open
            }));
        if self.pending.len() > MOST_PENDING {
            self.pending.drain(..self.pending.len() - MOST_PENDING);
        }
    }

    /// Opens the carried elements again; before a block only as far as blocks wait among them.
    fn reopen(&mut self, for_block: bool) {
        let count = if for_block {
            self.pending
                .iter()
                .rposition(|open| !is_inline(open.kind))
                .map_or(0, |at| at + 1)
        } else {
            self.pending.len()
        };
        let rest = self.pending.split_off(count);
        for open in std::mem::replace(&mut self.pending, rest) {
            if self.open.len() < DEEPEST {
                self.push(open);
            }
        }
    }

    fn end_inline(&mut self, name: &str, kind: Kind) {
        let Some(at) = self.find(|open| open.name == name) else {
            if let Some(at) = self.pending.iter().rposition(|open| open.name == name) {
                self.pending.remove(at);
            }
            return;
        };
        let only_inline = self
            .open
            .iter()
            .skip(at + 1)
            .all(|open| is_inline(open.kind));
        if kind == Kind::Inline && !only_inline {
            return;
        }
        let mut carried = Vec::new();
        while self.open.len() > at {
            let Some(open) = self.pop() else { break };
            let keeps = open.kind == Kind::Formatting || !is_inline(open.kind);
            if self.open.len() > at && keeps {
                carried.push(open);
            }
        }
        self.carry(carried);
    }

    fn end_block(&mut self, name: &str, kind: Kind) {
        let same = |open: &Open| {
            if kind == Kind::Heading {
                open.kind == Kind::Heading
            } else {
                open.name == name
            }
        };
        let found =
            self.find(|open| same(open) || (name == "li" && matches!(open.name, "ul" | "ol")));
        match found.filter(|at| self.open.get(*at).is_some_and(same)) {
            Some(at) => self.close_down_to(at),
            None => {
                if let Some(at) = self.pending.iter().rposition(same) {
                    self.pending.remove(at);
                }
            }
        }
    }

    fn end_table_part(&mut self, kind: Kind) {
        let from = self
            .open
            .iter()
            .rposition(|open| open.kind == Kind::Table)
            .unwrap_or(usize::MAX);
        let at = self.open.iter().rposition(|open| open.kind == kind);
        if let Some(at) = at.filter(|at| *at >= from) {
            while self.open.len() > at {
                self.pop();
            }
        }
    }
}

fn implied(name: &'static str, kind: Kind) -> Open {
    Open {
        name,
        kind,
        attributes: String::new(),
        text: String::new(),
    }
}

fn is_inline(kind: Kind) -> bool {
    matches!(kind, Kind::Formatting | Kind::Inline)
}

fn is_barrier(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table | Kind::Caption | Kind::Rows | Kind::Row | Kind::Cell
    )
}

fn is_table_part(kind: Kind) -> bool {
    matches!(kind, Kind::Caption | Kind::Rows | Kind::Row | Kind::Cell)
}

/// Writes text with what means something in HTML escaped, into at most `room` bytes. Says whether
/// all of it found room.
pub(super) fn escape(text: &str, room: usize, out: &mut String) -> bool {
    let full = out.len() + room;
    for c in text.chars() {
        let replaced = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '\u{a0}' => "&nbsp;",
            '\u{c}' => " ",
            '\n' | '\t' => "",
            c if c.is_control() => continue,
            _ => "",
        };
        let width = if replaced.is_empty() {
            c.len_utf8()
        } else {
            replaced.len()
        };
        if out.len() + width > full {
            return false;
        }
        if replaced.is_empty() {
            out.push(c);
        } else {
            out.push_str(replaced);
        }
    }
    true
}

/// Appends an attribute with its value escaped.
pub(super) fn attribute(name: &str, value: &str, out: &mut String) {
    let _ = write!(out, " {name}=\"");
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}
