//! What a rule shares with its copy: named conditions and word sets. Where an edit changes one, the
//! copies get it under a name of their own, and the old name gets it when nobody needs the old.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Edit, EditError, Splice, edit, form, inner, read, rules};
use crate::rules::text::{self, Expr, ExprKind, tree::Entry};

/// The end of a name that stands for a changed one.
const NEXT: &str = "_next";
/// What stands before the name of a word set in a condition.
const WORDS: &str = "msg.words.";

/// The names of one file with what they stand for.
struct Names {
    defines: BTreeMap<String, String>,
    words: BTreeMap<String, Vec<String>>,
}

impl Names {
    fn of(entries: &[Entry]) -> Self {
        let defines = form::section(entries, "define").iter().filter_map(|entry| {
            let condition = entry.value.as_text()?;
            Some((entry.key.clone(), condition.to_owned()))
        });
        let words = form::section(entries, "words").iter().map(|entry| {
            let words = form::texts(&entry.value).into_iter().map(str::to_owned);
            (entry.key.clone(), words.collect())
        });
        Self {
            defines: defines.collect(),
            words: words.collect(),
        }
    }
}

/// The draft with every name that it changes as it is in `live`, and changed under another name,
/// which its rules read.
pub(super) fn apart(live: &str, draft: &str) -> Result<String, EditError> {
    let was = Names::of(&read(live)?);
    let entries = read(draft)?;
    let now = Names::of(&entries);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut edits = Vec::new();
    for (name, words) in &now.words {
        let before = was.words.get(name).filter(|before| *before != words);
        let Some(before) = before else { continue };
        let next = free(name, |name| now.words.contains_key(name));
        renamed.insert(format!("{WORDS}{name}"), format!("{WORDS}{next}"));
        edits.push(Edit::Words {
            name: name.clone(),
            words: before.clone(),
        });
        edits.push(Edit::Words {
            name: next,
            words: words.clone(),
        });
    }
    // A condition changes too when one changes that it names.
    let mut changed: BTreeSet<&String> = BTreeSet::new();
    loop {
        let more = now.defines.iter().find(|(name, condition)| {
            let before = was.defines.get(*name);
            let differs = before.is_some_and(|before| spelled(before) != spelled(condition));
            let by_name = names_in(condition)
                .iter()
                .any(|name| renamed.contains_key(name));
            before.is_some() && !changed.contains(name) && (differs || by_name)
        });
        let Some((name, _)) = more else { break };
        changed.insert(name);
        let next = free(name, |name| now.defines.contains_key(name));
        renamed.insert(name.clone(), next);
    }
    if renamed.is_empty() {
        return Ok(draft.to_owned());
    }
    for name in changed {
        let (Some(before), Some(after), Some(next)) = (
            was.defines.get(name),
            now.defines.get(name),
            renamed.get(name),
        ) else {
            continue;
        };
        edits.push(Edit::Define {
            name: name.clone(),
            condition: before.clone(),
        });
        edits.push(Edit::Define {
            name: next.clone(),
            condition: with_names(after, &renamed)?,
        });
    }
    edits.extend(reading(&entries, &renamed)?);
    edit(draft, &edits)
}

/// The text with every changed name that a rule reads under its old name again, where nothing else
/// needs what the old name stands for.
pub(super) fn together(source: &str, rule: &str) -> Result<String, EditError> {
    let mut text = source.to_owned();
    loop {
        let entries = read(&text)?;
        let conditions = conditions(&entries);
        let needed: BTreeSet<String> = conditions
            .iter()
            .flat_map(|(_, condition)| names_in(condition))
            .collect();
        let read_by_it = closure(&entries, rule);
        let known = Names::of(&entries);
        let stands = |name: &str| match name.strip_prefix(WORDS) {
            Some(set) => known.words.contains_key(set),
            None => known.defines.contains_key(name),
        };
        let found = read_by_it.iter().find_map(|name| {
            let old = name.strip_suffix(NEXT)?;
            (stands(name) && stands(old) && !needed.contains(old))
                .then(|| (name.clone(), old.to_owned()))
        });
        let Some((next, old)) = found else {
            return Ok(text);
        };
        let renamed = BTreeMap::from([(next.clone(), old.clone())]);
        let (section, kept) = match (next.strip_prefix(WORDS), old.strip_prefix(WORDS)) {
            (Some(next), Some(old)) => {
                let words = known.words.get(next).cloned().unwrap_or_default();
                let name = old.to_owned();
                (("words", next), Edit::Words { name, words })
            }
            _ => {
                let condition = known.defines.get(&next).cloned().unwrap_or_default();
                let name = old.clone();
                (("define", next.as_str()), Edit::Define { name, condition })
            }
        };
        let mut edits = reading(&entries, &renamed)?;
        edits.extend(renaming(&known, &renamed, section.1)?);
        edits.push(kept);
        text = edit(&text, &edits)?;
        let entries = read(&text)?;
        let mut splice = Splice::new(&text);
        splice.take_away(form::section(&entries, section.0), section.1);
        text = splice.done();
    }
}

/// The edits that let rules read other names.
fn reading(entries: &[Entry], renamed: &BTreeMap<String, String>) -> Result<Vec<Edit>, EditError> {
    let mut edits = Vec::new();
    for (rule, condition) in conditions(entries) {
        let after = with_names(&condition, renamed)?;
        if let Some(rule) = rule.filter(|_| after != condition) {
            edits.push(Edit::When {
                rule,
                condition: after,
            });
        }
    }
    Ok(edits)
}

/// The edits that let named conditions read other names; not the one that is taken away.
fn renaming(
    known: &Names,
    renamed: &BTreeMap<String, String>,
    gone: &str,
) -> Result<Vec<Edit>, EditError> {
    let mut edits = Vec::new();
    for (name, condition) in known.defines.iter().filter(|(name, _)| *name != gone) {
        let after = with_names(condition, renamed)?;
        if after != *condition {
            edits.push(Edit::Define {
                name: name.clone(),
                condition: after,
            });
        }
    }
    Ok(edits)
}

/// Every condition of a file; with the rule, where it is one's.
fn conditions(entries: &[Entry]) -> Vec<(Option<String>, String)> {
    let text = |keys: &[Entry], key: &str| {
        let entry = keys.iter().find(|entry| entry.key == key)?;
        entry.value.as_text().map(str::to_owned)
    };
    let of_rules = rules(entries)
        .into_iter()
        .filter_map(|(keys, _)| Some((text(keys, "id"), text(keys, "when")?)));
    let defines = form::section(entries, "define").iter();
    let named = defines.filter_map(|entry| Some((None, entry.value.as_text()?.to_owned())));
    let sections = ["sla", "ladder"]
        .into_iter()
        .flat_map(|section| form::section(entries, section))
        .flat_map(|entry| form::keys(&entry.value))
        .filter(|entry| matches!(entry.key.as_str(), "pause_when" | "stop_when"))
        .filter_map(|entry| Some((None, entry.value.as_text()?.to_owned())));
    of_rules.chain(named).chain(sections).collect()
}

/// The names that a rule reads, also behind others.
fn closure(entries: &[Entry], rule: &str) -> BTreeSet<String> {
    let known = Names::of(entries);
    let conditions = conditions(entries);
    let mine = conditions
        .iter()
        .find(|(id, _)| id.as_deref() == Some(rule));
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = mine.map(|(_, text)| names_in(text)).unwrap_or_default();
    while let Some(name) = open.pop() {
        if let (true, Some(condition)) = (found.insert(name.clone()), known.defines.get(&name)) {
            open.extend(names_in(condition));
        }
    }
    found
}

/// A name that is not taken.
fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut next = format!("{name}{NEXT}");
    while taken(&next) {
        next.push_str(NEXT);
    }
    next
}

/// A condition in its canonical spelling; as it is where it cannot be read.
fn spelled(condition: &str) -> String {
    text::parse(condition).map_or_else(|_| condition.to_owned(), |expr| expr.to_string())
}

/// The names that a condition reads itself.
fn names_in(condition: &str) -> Vec<String> {
    let mut out = Vec::new();
    if let Ok(expr) = text::parse(condition) {
        paths(&expr, &mut |_, path| out.push(path.to_owned()));
    }
    out
}

/// A condition with other names, and everything else as it was written.
fn with_names(condition: &str, renamed: &BTreeMap<String, String>) -> Result<String, EditError> {
    let expr = text::parse(condition)?;
    let mut places = Vec::new();
    paths(&expr, &mut |at, path| {
        if let Some(name) = renamed.get(path) {
            places.push((inner(condition, at), name.clone()));
        }
    });
    places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut out = condition.to_owned();
    for (span, name) in places {
        out.replace_range(span.start..span.end, &name);
    }
    Ok(out)
}

fn paths<'e>(expr: &'e Expr, each: &mut impl FnMut(&'e Expr, &'e str)) {
    match &expr.kind {
        ExprKind::Path(path) => each(expr, path),
        ExprKind::And(list) | ExprKind::Or(list) | ExprKind::List(list) => {
            list.iter().for_each(|part| paths(part, each));
        }
        ExprKind::Call(_, list) => list.iter().for_each(|part| paths(part, each)),
        ExprKind::Not(part) | ExprKind::Negate(part) => paths(part, each),
        ExprKind::Binary(_, one, two) | ExprKind::Index(one, two) => {
            paths(one, each);
            paths(two, each);
        }
        ExprKind::Method(target, _, list) => {
            paths(target, each);
            list.iter().for_each(|part| paths(part, each));
        }
        ExprKind::Choice(one, two, three) => {
            for part in [one, two, three] {
                paths(part, each);
            }
        }
        ExprKind::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            paths(key, each);
            paths(value, each);
        }),
        ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) => {}
    }
}
