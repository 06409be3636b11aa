//! Edits of a rule file that touch what they change and nothing else: comments, order, spelling and
//! spaces of everything else stay as somebody wrote them.
//!
//! An edit replaces, adds or takes away pieces of the text at the places that the reader of the
//! file knows. Nothing is printed anew, so a form and an editor can work on one file.

mod beside;
pub mod form;
mod limit;
mod shape;
mod splice;
mod write;

use std::sync::Arc;

use self::splice::Splice;
pub use self::{
    beside::{beside, put_in_place},
    shape::{Shape, ShapeRow},
    write::Written,
};
use super::{
    problem::{Problem, Span},
    text::{
        self, Expr, ExprKind,
        tree::{Entry, Node, NodeKind, Offsets, read},
    },
};

/// One edit, as a form makes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Writes the whole condition of a rule.
    When {
        /// The rule.
        rule: String,
        /// The condition.
        condition: String,
    },
    /// Writes one line of a condition.
    Line {
        /// The rule.
        rule: String,
        /// The line, by its number among those of [`lines`].
        line: usize,
        /// What it says from now on.
        text: String,
    },
    /// Writes the limit of one line of a condition.
    Limit {
        /// Where the condition stands.
        of: Conditioned,
        /// The line, by its number among those of [`lines`].
        line: usize,
        /// The limit from now on, such as `0.45` or `duration("15m")`.
        limit: String,
    },
    /// Writes a key of a rule, such as `status` or `reason`; without a value it is taken away.
    Key {
        /// The rule.
        rule: String,
        /// The key.
        key: String,
        /// The value.
        value: Option<Written>,
    },
    /// Writes a part of what a rule does; without a value it is taken away.
    Effect {
        /// The rule.
        rule: String,
        /// The part, such as `control`.
        key: String,
        /// The value.
        value: Option<Written>,
    },
    /// Moves a rule, with the comments above it, before another or to the end.
    Move {
        /// The rule.
        rule: String,
        /// The rule it is to stand before; the end of the rules when empty.
        before: Option<String>,
    },
    /// Adds a rule before another or at the end.
    Add {
        /// Its keys with their values, in the order in which they are to stand.
        keys: Vec<(String, Written)>,
        /// The rule it is to stand before; the end of the rules when empty.
        before: Option<String>,
    },
    /// Adds a test at the end of the file.
    AddTest {
        /// Its keys with their values, in the order in which they are to stand.
        keys: Vec<(String, Written)>,
    },
    /// Takes a rule away, with the comments right above it.
    Remove {
        /// The rule.
        rule: String,
    },
    /// Writes a named condition of `[define]`.
    Define {
        /// The name.
        name: String,
        /// The condition.
        condition: String,
    },
    /// Writes a word set of `[words]`; words that stay are not touched.
    Words {
        /// The name.
        name: String,
        /// Its words from now on.
        words: Vec<String>,
    },
}

/// What has a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conditioned {
    /// A rule.
    Rule(String),
    /// A name of `[define]`.
    Define(String),
}

/// Why an edit cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file, or a condition in it, cannot be read.
    #[error("{}", .0.message)]
    Unreadable(Box<Problem>),
    /// There is no such rule.
    #[error("there is no rule `{0}`")]
    NoRule(String),
    /// The condition has no such line.
    #[error("`{rule}` has no line {line} in its condition")]
    NoLine {
        /// The rule.
        rule: String,
        /// The line.
        line: usize,
    },
    /// The rule has no condition in quotes.
    #[error("`{0}` has no condition in quotes")]
    NoCondition(String),
    /// There is no such named condition.
    #[error("there is no definition `{0}`")]
    NoDefinition(String),
    /// A line of a condition has no limit.
    #[error("`{0}` has no limit")]
    NoLimit(String),
    /// A line of a condition is no comparison by itself.
    #[error("`{0}` is more than one line of a condition")]
    ManyLines(String),
}

impl From<Problem> for EditError {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(Box::new(problem))
    }
}

/// Makes edits, one after the other. The text that comes out is still to be checked.
///
/// # Errors
/// When the file cannot be read or names no such thing.
pub fn edit(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut text = source.to_owned();
    for edit in edits {
        text = one(&text, edit)?;
    }
    Ok(text)
}

fn one(source: &str, edit: &Edit) -> Result<String, EditError> {
    let entries = read(source)?;
    let mut splice = Splice::new(source);
    match edit {
        Edit::When { rule, condition } => {
            let keys = keys_of(&entries, rule)?;
            put(
                &mut splice,
                keys,
                "when",
                &Written::Condition(condition.clone()),
            );
        }
        Edit::Line { rule, line, text } => {
            let node = condition_of(&entries, rule)?;
            let written = node.as_text().unwrap_or_default();
            let (place, new) = line_for(rule, written, *line, text)?;
            let place = Offsets::of(source, node.span).place(place);
            splice.within_text(node.span, place, &new);
        }
        Edit::Limit { of, line, limit } => {
            let node = conditioned(&entries, of)?;
            let written = node.as_text().unwrap_or_default();
            let (place, new) = limit::limit_for(of, written, *line, limit)?;
            let place = Offsets::of(source, node.span).place(place);
            splice.within_text(node.span, place, &new);
        }
        Edit::Key { rule, key, value } => {
            let keys = keys_of(&entries, rule)?;
            match value {
                Some(value) => put(&mut splice, keys, key, value),
                None => splice.take_away(keys, key),
            }
        }
        Edit::Effect { rule, key, value } => {
            let keys = keys_of(&entries, rule)?;
            let effects = keys.iter().find(|entry| entry.key == "do");
            match (effects.map(|entry| &entry.value), value) {
                (
                    Some(Node {
                        kind: NodeKind::Table(inner),
                        span,
                    }),
                    Some(value),
                ) => match inner.iter().find(|entry| entry.key == *key) {
                    Some(entry) => splice.value(entry.value.span, value),
                    None => splice.add_within(inner, *span, "do", key, value),
                },
                (
                    Some(Node {
                        kind: NodeKind::Table(inner),
                        ..
                    }),
                    None,
                ) => splice.take_away(inner, key),
                (_, Some(value)) => {
                    let table = Written::Table(vec![(key.clone(), value.clone())]);
                    put(&mut splice, keys, "do", &table);
                }
                (_, None) => {}
            }
        }
        Edit::Move { rule, before } => {
            let from = block(&entries, source, rule)?;
            let to = place(&entries, source, before.as_deref())?;
            splice.move_block(from, to);
        }
        Edit::Add { keys, before } => {
            let to = place(&entries, source, before.as_deref())?;
            splice.add_block(to, &write::block("rule", keys));
        }
        Edit::AddTest { keys } => splice.add_block(source.len(), &write::block("test", keys)),
        Edit::Remove { rule } => splice.remove_block(block(&entries, source, rule)?),
        Edit::Define { name, condition } => {
            let value = Written::Condition(condition.clone());
            put_named(&mut splice, &entries, source, ("define", name), &value);
        }
        Edit::Words { name, words } => {
            let known = form::section(&entries, "words");
            match known.iter().find(|entry| entry.key == *name) {
                Some(Entry {
                    value:
                        Node {
                            kind: NodeKind::List(list),
                            span,
                        },
                    ..
                }) => splice.list(list, *span, words),
                _ => {
                    let value = Written::Texts(words.clone());
                    put_named(&mut splice, &entries, source, ("words", name), &value);
                }
            }
        }
    }
    Ok(splice.done())
}

/// Writes a name of a section, where it stands, as its last, or in a new section above the rules.
fn put_named(
    splice: &mut Splice<'_>,
    entries: &[Entry],
    source: &str,
    (section, name): (&str, &str),
    value: &Written,
) {
    let found = entries.iter().find(|entry| entry.key == section);
    match found.map(|entry| &entry.value) {
        Some(Node {
            kind: NodeKind::Table(inner),
            span,
        }) => match inner.iter().find(|entry| entry.key == name) {
            Some(entry) => splice.value(entry.value.span, value),
            None => splice.add_within(inner, *span, section, name, value),
        },
        _ => {
            let first = rules(entries).first().map(|(_, span)| *span);
            let to = first.map_or(source.len(), |span| splice::top(source, span.start));
            splice.add_block(to, &format!("[{section}]\n{}", write::line(name, value)));
        }
    }
}

/// Every rule with its keys and the place of its header.
fn rules(entries: &[Entry]) -> Vec<(&[Entry], Span)> {
    let list = entries.iter().find(|entry| entry.key == "rule");
    let Some(Node {
        kind: NodeKind::List(list),
        ..
    }) = list.map(|entry| &entry.value)
    else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|node| match &node.kind {
            NodeKind::Table(keys) => Some((keys.as_slice(), node.span)),
            _ => None,
        })
        .collect()
}

fn find<'a>(entries: &'a [Entry], id: &str) -> Result<(&'a [Entry], Span), EditError> {
    rules(entries)
        .into_iter()
        .find(|(keys, _)| {
            keys.iter()
                .any(|entry| entry.key == "id" && entry.value.as_text() == Some(id))
        })
        .ok_or_else(|| EditError::NoRule(id.to_owned()))
}

fn keys_of<'a>(entries: &'a [Entry], id: &str) -> Result<&'a [Entry], EditError> {
    find(entries, id).map(|(keys, _)| keys)
}

fn condition_of<'a>(entries: &'a [Entry], id: &str) -> Result<&'a Node, EditError> {
    keys_of(entries, id)?
        .iter()
        .find(|entry| entry.key == "when" && entry.value.as_text().is_some())
        .map(|entry| &entry.value)
        .ok_or_else(|| EditError::NoCondition(id.to_owned()))
}

/// The text that holds a condition.
fn conditioned<'a>(entries: &'a [Entry], of: &Conditioned) -> Result<&'a Node, EditError> {
    match of {
        Conditioned::Rule(id) => condition_of(entries, id),
        Conditioned::Define(name) => form::section(entries, "define")
            .iter()
            .find(|entry| entry.key == *name && entry.value.as_text().is_some())
            .map(|entry| &entry.value)
            .ok_or_else(|| EditError::NoDefinition(name.clone())),
    }
}

/// Writes a key of a rule, where it stands or after the last.
fn put(splice: &mut Splice<'_>, keys: &[Entry], key: &str, value: &Written) {
    match keys.iter().find(|entry| entry.key == key) {
        Some(entry) => splice.value(entry.value.span, value),
        None => splice.add_line(keys, key, value),
    }
}

/// The text of a rule with the comments right above it.
fn block(entries: &[Entry], source: &str, id: &str) -> Result<Span, EditError> {
    let (_, span) = find(entries, id)?;
    let start = splice::top(source, span.start);
    let next = headers(entries)
        .into_iter()
        .filter(|header| *header > span.start)
        .find(|header| !splice::is_part_of_rule(source, *header));
    let end = next.map_or(source.len(), |next| splice::top(source, next));
    Ok(Span::new(start, end))
}

/// Where a rule is to stand: before another, or after the last.
fn place(entries: &[Entry], source: &str, before: Option<&str>) -> Result<usize, EditError> {
    if let Some(id) = before {
        return block(entries, source, id).map(|span| span.start);
    }
    let mut last = rules(entries).into_iter().filter_map(|(keys, _)| {
        let id = keys.iter().find(|entry| entry.key == "id")?;
        id.value.as_text()
    });
    match last.next_back() {
        Some(id) => block(entries, source, id).map(|span| span.end),
        None => Ok(source.len()),
    }
}

/// Where every header of a section stands, in order.
fn headers(entries: &[Entry]) -> Vec<usize> {
    fn walk(node: &Node, out: &mut Vec<usize>) {
        match &node.kind {
            NodeKind::Table(entries) => {
                out.push(node.span.start);
                entries.iter().for_each(|entry| walk(&entry.value, out));
            }
            NodeKind::List(list) => list.iter().for_each(|node| walk(node, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    entries
        .iter()
        .for_each(|entry| walk(&entry.value, &mut out));
    out.sort_unstable();
    out.dedup();
    out
}

/// The lines of a condition as a form shows them, each with its place in the text: everything that
/// stands between `&&`, `||`, `!` and brackets.
///
/// # Errors
/// When the text is no condition.
pub fn lines(condition: &str) -> Result<Vec<(Span, Arc<str>)>, EditError> {
    let expr = text::parse(condition)?;
    let mut out = Vec::new();
    leaves(&expr, &mut out);
    Ok(out
        .into_iter()
        .map(|leaf| (inner(condition, leaf), leaf.to_string().into()))
        .collect())
}

fn leaves<'a>(expr: &'a Expr, out: &mut Vec<&'a Expr>) {
    match &expr.kind {
        ExprKind::And(list) | ExprKind::Or(list) => list.iter().for_each(|part| leaves(part, out)),
        ExprKind::Not(inner) => leaves(inner, out),
        _ => out.push(expr),
    }
}

/// The place of a line without brackets of its own.
fn inner(text: &str, leaf: &Expr) -> Span {
    let mut span = leaf.span;
    while leaf.bracketed
        && let Some(within) = text
            .get(span.start..span.end)
            .and_then(|text| text.strip_prefix('('))
            .and_then(|text| text.strip_suffix(')'))
    {
        let start = span.start + 1 + (within.len() - within.trim_start().len());
        span = Span::new(start, start + within.trim().len());
    }
    span
}

/// Where a line of a condition stands, and what is to stand there.
fn line_for(
    rule: &str,
    written: &str,
    line: usize,
    new: &str,
) -> Result<(Span, String), EditError> {
    let expr = text::parse(new)?;
    let mut parts = Vec::new();
    leaves(&expr, &mut parts);
    if parts.len() != 1 || matches!(expr.kind, ExprKind::Not(_)) {
        return Err(EditError::ManyLines(new.to_owned()));
    }
    let old = lines(written)?;
    let Some((span, _)) = old.get(line) else {
        return Err(EditError::NoLine {
            rule: rule.to_owned(),
            line,
        });
    };
    let before = written.get(..span.start).unwrap_or_default();
    // What is denied must hold together.
    let denied = before.trim_end().ends_with('!')
        && !matches!(
            expr.kind,
            ExprKind::Path(_) | ExprKind::Call(..) | ExprKind::Method(..)
        );
    let new = new.trim();
    let new = if denied {
        format!("({new})")
    } else {
        new.to_owned()
    };
    Ok((*span, new))
}

#[cfg(test)]
mod tests;
