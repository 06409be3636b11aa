//! The TOML file as a plain tree in which everything knows its place.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value as Toml};

use crate::rules::problem::{Problem, Span, did_you_mean};

/// A value of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Decimal(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time, as written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order of the file.
    Table(Vec<Entry>),
}

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// What it is, in words with an article.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self.kind {
            NodeKind::Text(_) => "a text",
            NodeKind::Int(_) => "a whole number",
            NodeKind::Decimal(_) => "a number",
            NodeKind::Bool(_) => "true or false",
            NodeKind::Date(_) => "a date",
            NodeKind::List(_) => "a list",
            NodeKind::Table(_) => "a table",
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a file into its tree.
///
/// # Errors
/// The place where it stops being TOML.
pub fn read(source: &str) -> Result<Vec<Entry>, Problem> {
    let document: Document<&str> = Document::parse(source).map_err(|error| {
        let span = error.span().unwrap_or(0..0).into();
        let message = error.message().trim().replace('\n', ", ");
        Problem::error("not-toml", span, format!("this is not TOML: {message}"))
            .repair("keys stand as `key = value`, texts in quotes, sections as [name] or [[name]]")
    })?;
    Ok(entries(document.as_table(), source.len()))
}

fn place(range: Option<Range<usize>>) -> Span {
    range.map_or_else(Span::default, Span::from)
}

fn entries(table: &Table, end: usize) -> Vec<Entry> {
    let mut out: Vec<Entry> = table
        .iter()
        .map(|(key, item)| Entry {
            key: key.to_owned(),
            key_span: place(table.key(key).and_then(toml_edit::Key::span)),
            value: node(item, end),
        })
        .collect();
    for entry in &mut out {
        if entry.key_span == Span::default() {
            entry.key_span = entry.value.span;
        }
    }
    out
}

fn node(item: &Item, end: usize) -> Node {
    match item {
        Item::Value(value) => value_node(value),
        Item::Table(table) => Node {
            kind: NodeKind::Table(entries(table, end)),
            span: place(table.span()),
        },
        Item::ArrayOfTables(tables) => {
            let list: Vec<Node> = tables
                .iter()
                .map(|table| Node {
                    kind: NodeKind::Table(entries(table, end)),
                    span: place(table.span()),
                })
                .collect();
            let span = list.first().map_or_else(Span::default, |first| first.span);
            Node {
                kind: NodeKind::List(list),
                span,
            }
        }
        Item::None => Node {
            kind: NodeKind::Table(Vec::new()),
            span: Span::default(),
        },
    }
}

fn value_node(value: &Toml) -> Node {
    let span = place(value.span());
    let kind = match value {
        Toml::String(text) => NodeKind::Text(text.value().clone()),
        Toml::Integer(number) => NodeKind::Int(*number.value()),
        Toml::Float(number) => NodeKind::Decimal(*number.value()),
        Toml::Boolean(flag) => NodeKind::Bool(*flag.value()),
        Toml::Datetime(date) => NodeKind::Date(date.value().to_string()),
        Toml::Array(list) => NodeKind::List(list.iter().map(value_node).collect()),
        Toml::InlineTable(table) => NodeKind::Table(
            table
                .iter()
                .map(|(key, value)| {
                    let value = value_node(value);
                    let key_span = table
                        .get_key_value(key)
                        .and_then(|(key, _)| key.span())
                        .map_or(value.span, Span::from);
                    Entry {
                        key: key.to_owned(),
                        key_span,
                        value,
                    }
                })
                .collect(),
        ),
    };
    Node { kind, span }
}

/// Maps offsets within the decoded text of a TOML string back to offsets in the file.
#[derive(Debug, Clone)]
pub struct Offsets {
    /// Offset in the file of each decoded byte, and of the end.
    map: Vec<usize>,
}

impl Offsets {
    /// Follows the string at `span` of `source`, whatever way it is quoted.
    #[must_use]
    pub fn of(source: &str, span: Span) -> Self {
        let raw = source.get(span.start..span.end).unwrap_or_default();
        let multi = raw.starts_with("'''") || raw.starts_with("\"\"\"");
        let quote = if multi { 3 } else { 1 };
        let literal = raw.starts_with('\'');
        let body = raw
            .get(quote..raw.len().saturating_sub(quote))
            .unwrap_or_default();
        let mut at = span.start + quote;
        let mut map = Vec::with_capacity(body.len() + 1);
        let mut rest = body;
        if multi {
            let cut = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix('\n'));
            if let Some(cut) = cut {
                at += rest.len() - cut.len();
                rest = cut;
            }
        }
        while let Some(c) = rest.chars().next() {
            let escape = c == '\\' && !literal;
            let (taken, decoded) = if escape {
                escaped(rest, multi)
            } else {
                (c.len_utf8(), c.len_utf8())
            };
            // A decoded byte stands at its own place; what an escape yields stands at its start.
            map.extend((0..decoded).map(|byte| at + if escape { 0 } else { byte }));
            at += taken;
            rest = rest.get(taken..).unwrap_or_default();
        }
        map.push(at);
        Self { map }
    }

    /// The place in the file of a place in the decoded text.
    #[must_use]
    pub fn place(&self, span: Span) -> Span {
        let last = self.map.last().copied().unwrap_or(0);
        let at = |offset: usize| self.map.get(offset).copied().unwrap_or(last);
        Span::new(at(span.start), at(span.end).max(at(span.start)))
    }
}

/// Bytes an escape takes in the file, and bytes it decodes to.
fn escaped(rest: &str, multi: bool) -> (usize, usize) {
    let digits = |count: usize| {
        let code = rest
            .get(2..2 + count)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let width = code.and_then(char::from_u32).map_or(0, char::len_utf8);
        (2 + count, width)
    };
    match rest.chars().nth(1) {
        Some('u') => digits(4),
        Some('U') => digits(8),
        Some('x') => digits(2),
        Some(c) if multi && c.is_whitespace() => {
            let after = rest.get(1..).unwrap_or_default();
            (rest.len() - after.trim_start().len(), 0)
        }
        Some(c) => (1 + c.len_utf8(), 1),
        None => (1, 1),
    }
}

/// Reads the keys of a table one by one, and at the end names those nobody asked for.
pub struct Fields<'a> {
    entries: &'a [Entry],
    asked: Vec<&'static str>,
    /// Where the table stands.
    pub span: Span,
}

impl<'a> Fields<'a> {
    /// The fields of a table.
    #[must_use]
    pub const fn new(entries: &'a [Entry], span: Span) -> Self {
        Self {
            entries,
            asked: Vec::new(),
            span,
        }
    }

    /// The fields of a node that must be a table.
    pub fn of(node: &'a Node, what: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        match &node.kind {
            NodeKind::Table(entries) => Some(Self::new(entries, node.span)),
            _ => {
                problems.push(wrong(node, what, "a table"));
                None
            }
        }
    }

    /// The entry with a key.
    pub fn get(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.asked.push(key);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The text with a key.
    pub fn text(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<&'a Entry> {
        let entry = self.get(key)?;
        if entry.value.as_text().is_none() {
            problems.push(wrong(&entry.value, &format!("`{key}`"), "a text"));
            return None;
        }
        Some(entry)
    }

    /// Complains about keys that mean nothing here.
    pub fn finish(self, what: &str, problems: &mut Vec<Problem>) {
        for entry in self.entries {
            if self.asked.contains(&entry.key.as_str()) {
                continue;
            }
            let message = format!("`{}` means nothing in {what}", entry.key);
            let problem = Problem::error("unknown-key", entry.key_span, message);
            problems.push(match did_you_mean(&entry.key, self.asked.iter().copied()) {
                Some(meant) => problem
                    .repair(format!("did you mean `{meant}`?"))
                    .fix(entry.key_span, meant),
                None => problem.repair(format!("known are {}", self.asked.join(", "))),
            });
        }
    }
}

/// A value of the wrong kind.
#[must_use]
pub fn wrong(node: &Node, what: &str, expected: &str) -> Problem {
    let message = format!("{what} is {expected}, this is {}", node.what());
    Problem::error("wrong-kind", node.span, message)
}
