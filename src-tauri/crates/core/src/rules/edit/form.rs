//! A rule file as a form shows it: every rule with its condition in lines and its effects in
//! values, as written and not as lowered, so that named conditions keep their names.

use super::{EditError, Written, rules, shape::Shape};
use crate::rules::{
    problem::place,
    text::{
        self,
        tree::{Entry, Node, NodeKind, read},
    },
};

/// The parts of a rule file that forms edit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forms {
    /// The rules, in the order of the file.
    pub rules: Vec<RuleForm>,
    /// The named conditions.
    pub defines: Vec<DefineForm>,
    /// The word sets.
    pub words: Vec<WordsForm>,
}

/// A rule as a form shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleForm {
    /// Its identifier.
    pub id: String,
    /// Its condition.
    pub when: Shape,
    /// What it does, part by part, as written.
    pub does: Vec<(String, Written)>,
    /// The line on which its identifier stands.
    pub line: usize,
}

/// A named condition as a form shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct DefineForm {
    /// Its name.
    pub name: String,
    /// The condition.
    pub when: Shape,
    /// The line on which it stands.
    pub line: usize,
}

/// A word set as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsForm {
    /// Its name.
    pub name: String,
    /// The words.
    pub words: Vec<String>,
    /// The line on which it stands.
    pub line: usize,
}

/// The forms of a rule file. Of a file with errors, what can be read of it.
///
/// # Errors
/// When the file is no TOML.
pub fn forms(source: &str) -> Result<Forms, EditError> {
    let entries = read(source)?;
    let line = |entry: &Entry| place(source, entry.key_span.start).0;
    let rules = rules(&entries)
        .into_iter()
        .filter_map(|(keys, _)| {
            let find = |key: &str| keys.iter().find(|entry| entry.key == key);
            let id = find("id")?;
            Some(RuleForm {
                id: id.value.as_text()?.to_owned(),
                when: shape(&find("when")?.value)?,
                does: find("do").map(effects).unwrap_or_default(),
                line: line(id),
            })
        })
        .collect();
    let defines = section(&entries, "define")
        .iter()
        .filter_map(|entry| {
            Some(DefineForm {
                name: entry.key.clone(),
                when: shape(&entry.value)?,
                line: line(entry),
            })
        })
        .collect();
    let words = section(&entries, "words")
        .iter()
        .map(|entry| WordsForm {
            name: entry.key.clone(),
            words: texts(&entry.value).into_iter().map(str::to_owned).collect(),
            line: line(entry),
        })
        .collect();
    Ok(Forms {
        rules,
        defines,
        words,
    })
}

/// The entries of a section; none where there is no such section.
pub(super) fn section<'a>(entries: &'a [Entry], name: &str) -> &'a [Entry] {
    let found = entries.iter().find(|entry| entry.key == name);
    match found.map(|entry| &entry.value.kind) {
        Some(NodeKind::Table(inner)) => inner,
        _ => &[],
    }
}

/// The keys of a table; none of anything else.
pub(super) fn keys(node: &Node) -> &[Entry] {
    match &node.kind {
        NodeKind::Table(keys) => keys,
        _ => &[],
    }
}

/// The texts of a list, or of one text alone.
pub(super) fn texts(node: &Node) -> Vec<&str> {
    match &node.kind {
        NodeKind::Text(text) => vec![text],
        NodeKind::List(list) => list.iter().filter_map(Node::as_text).collect(),
        _ => Vec::new(),
    }
}

fn shape(node: &Node) -> Option<Shape> {
    let expr = text::parse(node.as_text()?).ok()?;
    Some(Shape::of(&expr))
}

fn effects(entry: &Entry) -> Vec<(String, Written)> {
    match written(&entry.value) {
        Some(Written::Table(parts)) => parts,
        _ => Vec::new(),
    }
}

/// A value of the file as it would be written again; none for dates and mixed lists.
pub(super) fn written(node: &Node) -> Option<Written> {
    Some(match &node.kind {
        NodeKind::Text(text) => Written::Text(text.clone()),
        NodeKind::Int(number) => Written::Int(*number),
        NodeKind::Decimal(number) => Written::Decimal(*number),
        NodeKind::Bool(flag) => Written::Bool(*flag),
        NodeKind::Date(_) => return None,
        NodeKind::List(list) => {
            let texts = list.iter().map(|node| node.as_text().map(str::to_owned));
            Written::Texts(texts.collect::<Option<_>>()?)
        }
        NodeKind::Table(entries) => Written::Table(
            entries
                .iter()
                .filter_map(|entry| Some((entry.key.clone(), written(&entry.value)?)))
                .collect(),
        ),
    })
}
