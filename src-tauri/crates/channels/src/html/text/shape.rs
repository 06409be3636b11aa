//! The shape of the readable text: lines, paragraphs, quotes, marks.

use crate::html::token::Tag;

/// Text, and the places that the sender's mail program marked in it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct MarkedText {
    /// The readable text.
    pub(crate) text: String,
    /// The marked places, in the order in which they begin.
    pub(crate) marks: Vec<Mark>,
}

/// A marked place, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// What the mail program said it is.
    pub(crate) kind: MarkKind,
    /// Where it begins.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// What a mail program can say about a part of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// A quoted message, or the line above it that says who wrote it.
    Quote,
    /// From here to the end all is quoted: Outlook marks only the header of what follows.
    QuoteToEnd,
    /// A signature.
    Signature,
}

/// The mark an element carries, known by the classes and ids of the common mail programs.
pub(super) fn marker(tag: &Tag<'_>) -> Option<MarkKind> {
    if tag.name() == "blockquote" {
        let cited = tag
            .get("type")
            .is_some_and(|t| t.eq_ignore_ascii_case("cite"));
        // eM Client names the message that it cites.
        let named = tag.get("cite").is_some_and(|of| of.starts_with("mid:"));
        if cited || named {
            return Some(MarkKind::Quote);
        }
    }
    if let Some(kind) = by_element(tag) {
        return Some(kind);
    }
    let class = tag.get("class").unwrap_or_default();
    let by_class = class
        .split_ascii_whitespace()
        .find_map(|class| by_class(tag.name(), class));
    by_class.or_else(|| by_id(&tag.get("id")?))
}

/// Programs that mark neither by class nor by id: QQ, Spark, GMX and Zimbra.
fn by_element(tag: &Tag<'_>) -> Option<MarkKind> {
    let is = |name: &str, value: &str| tag.get(name).is_some_and(|found| found == value);
    if tag.name() == "includetail"
        || is("name", "messageReplySection")
        || (tag.name() == "div" && is("name", "quote"))
        || is("data-marker", "__QUOTED_TEXT__")
    {
        return Some(MarkKind::Quote);
    }
    let signed = is("name", "messageSignatureSection")
        || is("data-marker", "__SIG_PRE__")
        || is("data-marker", "__SIG_POST__");
    signed.then_some(MarkKind::Signature)
}

fn by_class(element: &str, class: &str) -> Option<MarkKind> {
    // Outlook on the web puts `x_` before the names in what it forwards.
    let name = class.trim_start_matches("x_");
    match name {
        "gmail_quote" if element == "blockquote" => Some(MarkKind::Quote),
        "gmail_attr"
        | "moz-cite-prefix"
        | "protonmail_quote"
        | "yahoo_quoted"
        | "zmail_extra"
        | "tutanota_quote"
        | "front-blockquote"
        | "hs_reply"
        | "missive_quote"
        | "AppleMailQuote"
        | "moz-email-headers-table" => Some(MarkKind::Quote),
        "OutlookMessageHeader" => Some(MarkKind::QuoteToEnd),
        "gmail_signature"
        | "moz-signature"
        | "protonmail_signature_block"
        | "AppleMailSignature" => Some(MarkKind::Signature),
        _ => None,
    }
}

fn by_id(id: &str) -> Option<MarkKind> {
    let name = id.trim_start_matches("x_");
    match name {
        "divRplyFwdMsg"
        | "appendonsend"
        | "mail-editor-reference-message-container"
        | "stopSpelling" => Some(MarkKind::QuoteToEnd),
        "OLK_SRC_BODY_SECTION" | "reply-intro" | "isReplyContent" => Some(MarkKind::Quote),
        "zwchr" => Some(MarkKind::QuoteToEnd),
        "Signature"
        | "signature"
        | "AppleMailSignature"
        | "ms-outlook-mobile-signature"
        | "ymail_android_signature"
        | "composer_signature"
        | "zmail_signature" => Some(MarkKind::Signature),
        _ if name.starts_with("yahoo_quoted") => Some(MarkKind::Quote),
        _ => None,
    }
}

/// Writes text line by line, with white space collapsed.
#[derive(Debug, Default)]
pub(super) struct Shape {
    out: String,
    marks: Vec<Mark>,
    /// Line ends to write before the next text.
    newlines: usize,
    space: bool,
    tab: bool,
    /// A hard space stands alone on the line.
    held: bool,
    /// The mark of a list item, to be written before its first text.
    item: Option<String>,
    preformatted: usize,
    quotes: usize,
    /// How deep the last written line was quoted.
    last_quotes: usize,
    /// Whether the current line has text.
    filled: bool,
}

/// Deeper quotes look alike.
const DEEPEST_QUOTE: usize = 12;

/// The most line ends in a row.
const MOST_NEWLINES: usize = 3;

impl Shape {
    /// Ends the line, if it has text.
    pub(super) fn line(&mut self) {
        if self.held {
            self.break_line();
        }
        self.newlines = self.newlines.max(1);
        self.space = false;
        self.tab = false;
    }

    /// Ends the paragraph.
    pub(super) fn paragraph(&mut self) {
        self.line();
        self.newlines = self.newlines.max(2);
    }

    /// A line break, which makes an empty line when the line is empty already.
    pub(super) fn break_line(&mut self) {
        self.held = false;
        self.newlines = (self.newlines + 1).min(MOST_NEWLINES);
        self.space = false;
        self.tab = false;
    }

    /// The end of a table cell.
    pub(super) fn cell(&mut self) {
        self.tab = true;
    }

    /// A list item begins.
    pub(super) fn item(&mut self, depth: usize, mark: &str) {
        self.line();
        self.item = Some(format!("{}{mark}", "  ".repeat(depth)));
    }

    /// White space counts from here on, or no longer.
    pub(super) fn preformatted(&mut self, starts: bool) {
        self.preformatted = if starts {
            self.preformatted + 1
        } else {
            self.preformatted.saturating_sub(1)
        };
    }

    /// A quote begins or ends.
    pub(super) fn quote(&mut self, starts: bool) {
        self.quotes = if starts {
            self.quotes + 1
        } else {
            self.quotes.saturating_sub(1)
        };
    }

    /// How much text there is.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Where a marked place may begin or end now.
    pub(super) fn here(&self) -> usize {
        self.out.len()
    }

    /// The text written since there were `from` bytes of it.
    pub(super) fn since(&self, from: usize) -> &str {
        self.out.get(from..).unwrap_or("")
    }

    /// Marks what was written since there were `from` bytes.
    pub(super) fn mark(&mut self, kind: MarkKind, from: usize) {
        let end = self.out.len();
        if end > from || kind == MarkKind::QuoteToEnd {
            self.marks.push(Mark {
                kind,
                start: from,
                end,
            });
        }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.preformatted_text(text);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.trim_start_matches(is_blank);
            if word.len() < rest.len() {
                let blank = rest.get(..rest.len() - word.len()).unwrap_or("");
                self.space = true;
                self.held |= blank.contains('\u{a0}') && (!self.filled || self.newlines > 0);
            }
            let end = word.find(is_blank).unwrap_or(word.len());
            let (word, left) = word.split_at_checked(end).unwrap_or((word, ""));
            if !word.is_empty() {
                self.prepare();
                self.out.push_str(word);
            }
            rest = left;
        }
    }

    fn preformatted_text(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.newlines = (self.newlines + 1).min(MOST_NEWLINES);
            }
            if !line.trim().is_empty() {
                self.space = false;
                self.prepare();
                self.out.push_str(line);
            }
        }
    }

    /// Writes what is due before text: line ends, quote marks, item marks, spaces.
    fn prepare(&mut self) {
        self.held = false;
        let quotes = self.quotes.min(DEEPEST_QUOTE);
        let begins = self.out.is_empty() || self.newlines > 0;
        if begins {
            if !self.out.is_empty() {
                let between = quotes.min(self.last_quotes);
                for at in 0..self.newlines {
                    self.out.push('\n');
                    if at + 1 < self.newlines && between > 0 {
                        self.out.push_str("> ".repeat(between).trim_end());
                    }
                }
            }
            self.newlines = 0;
            self.out.push_str(&"> ".repeat(quotes));
            self.last_quotes = quotes;
        }
        if let Some(item) = self.item.take() {
            self.out.push_str(&item);
        } else if !begins && self.tab {
            self.out.push('\t');
        } else if !begins && self.space {
            self.out.push(' ');
        }
        self.space = false;
        self.tab = false;
        self.filled = true;
    }

    /// The finished text.
    pub(super) fn finish(mut self) -> MarkedText {
        self.out.truncate(self.out.trim_end().len());
        let len = self.out.len();
        for mark in &mut self.marks {
            mark.start = mark.start.min(len);
            mark.end = if mark.kind == MarkKind::QuoteToEnd {
                len
            } else {
                mark.end.min(len)
            };
        }
        self.marks.sort_by_key(|mark| mark.start);
        MarkedText {
            text: self.out,
            marks: self.marks,
        }
    }
}

fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' | '\u{2028}' | '\u{2029}'
    )
}
