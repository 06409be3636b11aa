//! What a name in a condition stands for.

use std::{collections::BTreeMap, sync::Arc};

use crate::rules::{
    facts::{
        Fact, FactType,
        schema::{BUILTIN, BUSINESS},
    },
    plan::{CustomFact, NamedCalendar, Operand, Source},
    problem::{Problem, Span, did_you_mean},
    text::Expr,
    words::WordSet,
};

const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Everything that can be named in the conditions of one file.
pub(super) struct Names<'a> {
    pub(super) custom: &'a [CustomFact],
    pub(super) words: &'a [WordSet],
    pub(super) calendars: &'a [NamedCalendar],
    pub(super) defines: &'a BTreeMap<String, Expr>,
}

/// A fact that a name stands for.
pub(super) struct Resolved {
    pub(super) operand: Operand,
    pub(super) kind: FactType,
    pub(super) name: Arc<str>,
    values: Vec<Arc<str>>,
    pub(super) range: (Option<f64>, Option<f64>),
}

impl Resolved {
    fn plain(operand: Operand, kind: FactType, name: &str) -> Self {
        Self {
            operand,
            kind,
            name: name.into(),
            values: Vec::new(),
            range: (None, None),
        }
    }

    /// The texts it can be; empty when it can be any.
    pub(super) fn choices(&self) -> Vec<&str> {
        match self.kind {
            FactType::Choice(words) => words.to_vec(),
            _ => self.values.iter().map(|value| &**value).collect(),
        }
    }
}

fn number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

impl Names<'_> {
    /// The fact that a name stands for.
    pub(super) fn resolve(&self, path: &str, span: Span) -> Result<Resolved, Box<Problem>> {
        if let Some(found) = self.find(path) {
            return Ok(found);
        }
        if let Some(name) = path.strip_prefix("msg.words.") {
            let known: Vec<&str> = self.words.iter().map(|set| &*set.name).collect();
            return Err(Box::new(missing(
                "word set",
                name,
                path,
                "msg.words.",
                &known,
                span,
            )));
        }
        let all = self.all();
        let known: Vec<&str> = all.iter().map(String::as_str).collect();
        Err(Box::new(missing("fact", path, path, "", &known, span)))
    }

    fn find(&self, path: &str) -> Option<Resolved> {
        if let Some(fact) = Fact::find(path) {
            return Some(Resolved::plain(
                Operand::Builtin(fact),
                fact.def().kind,
                path,
            ));
        }
        if let Some(index) = self.custom.iter().position(|fact| &*fact.name == path) {
            let fact = self.custom.get(index)?;
            return Some(Resolved {
                values: fact.values.clone(),
                range: fact.range,
                ..Resolved::plain(Operand::Custom(number(index)), fact.kind, path)
            });
        }
        match path {
            "now" => return Some(Resolved::plain(Operand::Now, FactType::Time, path)),
            "now.hour" => return Some(Resolved::plain(Operand::Hour, FactType::Int, path)),
            "now.weekday" => {
                let kind = FactType::Choice(WEEKDAYS);
                return Some(Resolved::plain(Operand::Weekday, kind, path));
            }
            _ => {}
        }
        if let Some(name) = path.strip_prefix("msg.words.") {
            let index = self.words.iter().position(|set| &*set.name == name)?;
            return Some(Resolved::plain(
                Operand::Words(number(index)),
                FactType::Bool,
                path,
            ));
        }
        let (head, last) = path.rsplit_once('.')?;
        if let Some(index) = self.calendars.iter().position(|named| &*named.name == head) {
            let calendar = number(index);
            if last == "open" {
                return Some(Resolved::plain(
                    Operand::Open(calendar),
                    FactType::Bool,
                    path,
                ));
            }
            let (_, fact) = BUSINESS.iter().find(|(name, _)| *name == last)?;
            let operand = Operand::Business(calendar, *fact);
            return Some(Resolved::plain(operand, FactType::Duration, path));
        }
        let instant = self
            .find(head)
            .filter(|found| found.kind == FactType::Time)?;
        let source = match instant.operand {
            Operand::Builtin(fact) => Source::Builtin(fact),
            Operand::Custom(index) => Source::Custom(index),
            _ => return None,
        };
        let operand = match last {
            "since" => Operand::Since(source),
            "until" => Operand::Until(source),
            _ => return None,
        };
        Some(Resolved::plain(operand, FactType::Duration, path))
    }

    /// Every name there is, for suggestions.
    fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = BUILTIN.iter().map(|def| def.name.to_owned()).collect();
        all.extend(self.custom.iter().map(|fact| fact.name.to_string()));
        all.extend(["now", "now.hour", "now.weekday"].map(str::to_owned));
        all.extend(
            self.words
                .iter()
                .map(|set| format!("msg.words.{}", set.name)),
        );
        for named in self.calendars {
            all.push(format!("{}.open", named.name));
            all.extend(
                BUSINESS
                    .iter()
                    .map(|(name, _)| format!("{}.{name}", named.name)),
            );
        }
        all.extend(self.defines.keys().cloned());
        all
    }
}

fn missing(
    kind: &str,
    name: &str,
    path: &str,
    prefix: &str,
    known: &[&str],
    span: Span,
) -> Problem {
    let code = if kind == "fact" {
        "unknown-fact"
    } else {
        "unknown-words"
    };
    let problem = Problem::error(code, span, format!("there is no {kind} `{name}`"));
    if let Some(meant) = did_you_mean(name, known.iter().copied()) {
        let meant = format!("{prefix}{meant}");
        return problem
            .repair(format!("did you mean `{meant}`?"))
            .fix(span, meant);
    }
    if path.starts_with("attr.") {
        return problem.repair(format!(
            "declare it: [facts] \"{path}\" = {{ type = \"text\" }}"
        ));
    }
    if kind == "word set" {
        return problem.repair(format!("add it: [words] {name} = [\"…\"]"));
    }
    let group: Vec<&str> = path
        .split_once('.')
        .map(|(group, _)| {
            let group = format!("{group}.");
            known
                .iter()
                .copied()
                .filter(|fact| fact.starts_with(&group))
                .take(12)
                .collect()
        })
        .unwrap_or_default();
    if group.is_empty() {
        problem
            .repair("facts begin with conv., msg., bot., customer., draft., agent., sla. or attr.")
    } else {
        problem.repair(format!("known are {}", group.join(", ")))
    }
}
