//! Readable text of HTML: blocks become lines, lists get marks, links keep their address.

mod shape;

use super::link::{Address, classify};
use super::token::{Tag, Walker, walk};
use super::{css, link};
use shape::Shape;
pub(crate) use shape::{MarkKind, MarkedText};

/// Makes readable text of HTML, however ugly, in time linear to its size.
///
/// Paragraphs are separated by an empty line, quotes get `> ` before each line, table cells of a
/// row are separated by tabs. What the sender hid from the reader's eyes is left out.
pub fn to_text(html: &str) -> String {
    to_marked_text(html).text
}

/// The readable text, with the places that the mail program marked as quote or signature.
pub(crate) fn to_marked_text(html: &str) -> MarkedText {
    let walker = walk(html, Text::new(true));
    if walker.hiding.is_some() {
        // An element that hides its content was never closed. A browser would hide all the rest;
        // losing a customer's words is worse than showing a preheader.
        return walk(html, Text::new(false)).finish();
    }
    walker.finish()
}

/// An element whose end is waited for, and how many of the same name are open inside it.
#[derive(Debug)]
struct Waiting {
    name: String,
    depth: usize,
}

impl Waiting {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            depth: 0,
        }
    }

    fn start(&mut self, name: &str) {
        if self.name == name {
            self.depth += 1;
        }
    }

    /// Whether this end tag is the one that was waited for.
    fn end(&mut self, name: &str) -> bool {
        if self.name != name {
            return false;
        }
        if self.depth == 0 {
            return true;
        }
        self.depth -= 1;
        false
    }
}

/// An open link: where it leads and where its text begins.
#[derive(Debug)]
struct OpenLink {
    target: String,
    from: usize,
}

struct Text {
    shape: Shape,
    /// Content of an element that is never text: a script, a style sheet, the title.
    silent: Option<String>,
    /// Content that the sender hid.
    hiding: Option<Waiting>,
    may_hide: bool,
    /// Open lists: the next number, or none for a list with bullets.
    lists: Vec<Option<u32>>,
    link: Option<OpenLink>,
    /// Elements that the mail program marked, with the mark each of them ends.
    marked: Vec<(Waiting, MarkKind, usize)>,
}

/// Deeper lists and marks than this are flattened.
const DEEPEST: usize = 40;

/// Longer addresses are cut in text.
const LONGEST_ADDRESS: usize = 300;

impl Text {
    fn new(may_hide: bool) -> Self {
        Self {
            shape: Shape::default(),
            silent: None,
            hiding: None,
            may_hide,
            lists: Vec::new(),
            link: None,
            marked: Vec::new(),
        }
    }

    fn finish(mut self) -> MarkedText {
        self.close_link();
        while let Some((_, kind, from)) = self.marked.pop() {
            self.shape.mark(kind, from);
        }
        self.shape.finish()
    }

    fn close_link(&mut self) {
        let Some(open) = self.link.take() else { return };
        let text = self.shape.since(open.from);
        let shown = text.trim();
        let bare = |url: &str| {
            url.trim_start_matches("mailto:")
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_start_matches("www.")
                .trim_end_matches('/')
                .to_lowercase()
        };
        let same = shown.is_empty() || bare(shown) == bare(&open.target);
        if same {
            return;
        }
        let mut target: String = open.target.chars().take(LONGEST_ADDRESS).collect();
        if target.len() < open.target.len() {
            target.push('…');
        }
        self.shape.text(&format!(" <{target}>"));
    }

    fn open_link(&mut self, tag: &Tag<'_>) {
        self.close_link();
        let Some(href) = tag.get("href") else { return };
        let target = match classify(&href) {
            Address::Web(url) => url,
            Address::Mail(url) => url
                .trim_start_matches("mailto:")
                .split('?')
                .next()
                .unwrap_or("")
                .to_owned(),
            Address::Part(_) | Address::Here | Address::Code | Address::Other => return,
        };
        if !target.is_empty() {
            self.link = Some(OpenLink {
                target,
                from: self.shape.len(),
            });
        }
    }

    fn block(&mut self, name: &str, starts: bool) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "hr" | "table" | "ul"
            | "ol" | "dl" | "blockquote" => self.shape.paragraph(),
            "div" | "tr" | "li" | "dt" | "dd" | "center" | "address" | "article" | "section"
            | "header" | "footer" | "main" | "aside" | "nav" | "figure" | "figcaption"
            | "caption" | "form" | "fieldset" | "body" | "option" | "details" | "summary"
            | "thead" | "tbody" | "tfoot" => self.shape.line(),
            "td" | "th" if !starts => self.shape.cell(),
            _ => {}
        }
    }
}

/// Elements whose content is no text of the message.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "iframe" | "noembed" | "noframes"
    )
}

/// Elements that have no content and no end tag.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.has("hidden") || tag.get("style").is_some_and(|style| css::hides(&style))
}

impl Walker for Text {
    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        if let Some(hiding) = &mut self.hiding {
            // A paragraph ends where the next one begins.
            if !(hiding.name == "p" && name == "p") {
                hiding.start(name);
                return;
            }
            self.hiding = None;
        }
        if is_silent(name) {
            self.silent = Some(name.to_owned());
            return;
        }
        for (waiting, _, _) in &mut self.marked {
            waiting.start(name);
        }
        if self.may_hide && !is_void(name) && name != "body" && is_hidden(tag) {
            self.block(name, true);
            self.hiding = Some(Waiting::new(name));
            return;
        }
        self.block(name, true);
        if let Some(kind) = shape::marker(tag) {
            if is_void(name) {
                self.shape.mark(kind, self.shape.here());
            } else if self.marked.len() < DEEPEST {
                self.marked
                    .push((Waiting::new(name), kind, self.shape.here()));
            }
        }
        match name {
            "br" => self.shape.break_line(),
            "a" => self.open_link(tag),
            "pre" => self.shape.preformatted(true),
            "blockquote" => self.shape.quote(true),
            "ul" | "ol" if self.lists.len() < DEEPEST => {
                let first = tag
                    .get("start")
                    .and_then(|n| n.trim().parse().ok())
                    .unwrap_or(1);
                self.lists.push((name == "ol").then_some(first));
            }
            "li" => {
                let depth = self.lists.len().saturating_sub(1);
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.shape.item(depth, &format!("{number}. "));
                        *number = number.saturating_add(1);
                    }
                    _ => self.shape.item(depth, "- "),
                }
            }
            "img" | "image" | "area" => {
                if let Some(alt) = tag.get("alt").filter(|alt| !alt.trim().is_empty()) {
                    self.shape.text(&format!("[{}]", alt.trim()));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.silent.as_deref() == Some(name) {
            self.silent = None;
            return;
        }
        if let Some(hiding) = &mut self.hiding {
            if hiding.end(name) {
                self.hiding = None;
                self.block(name, false);
            }
            return;
        }
        match name {
            "a" => self.close_link(),
            "pre" => self.shape.preformatted(false),
            "ul" | "ol" => {
                self.lists.pop();
            }
            "br" => self.shape.break_line(),
            _ => {}
        }
        self.block(name, false);
        if name == "blockquote" {
            self.shape.quote(false);
        }
        let mut ended = None;
        for (at, (waiting, _, _)) in self.marked.iter_mut().enumerate() {
            if waiting.end(name) {
                ended = Some(at);
            }
        }
        if let Some((_, kind, from)) = ended.map(|at| self.marked.remove(at)) {
            self.shape.mark(kind, from);
        }
    }

    fn text(&mut self, text: &str) {
        if self.silent.is_some() || self.hiding.is_some() {
            return;
        }
        if text.chars().any(link::is_invisible) {
            // Filler of newsletters; the joiners that shape words of some scripts stay.
            let kept: String = text
                .chars()
                .filter(|c| {
                    !link::is_invisible(*c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}')
                })
                .collect();
            self.shape.text(&kept);
        } else {
            self.shape.text(text);
        }
    }
}
