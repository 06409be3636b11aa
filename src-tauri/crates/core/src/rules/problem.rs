//! What is wrong with a rule file, said so that the reader can repair it: place, cause, repair.

use std::{fmt, ops::Range, sync::Arc};

use serde::Serialize;

/// Byte offsets into the rule file, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

impl Span {
    /// The span from one offset to another.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span over both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

/// Whether a problem keeps the file from loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is not loaded.
    Error,
    /// The file is loaded; somebody should look.
    Warning,
}

/// A replacement that would repair a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// What to write there.
    pub replacement: String,
}

/// One problem at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether it keeps the file from loading.
    pub severity: Severity,
    /// A stable name of the kind of problem, such as `unknown-fact`.
    pub code: &'static str,
    /// The cause, in one sentence.
    pub message: String,
    /// How to repair it; empty when the message says so already.
    pub repair: String,
    /// Where it is.
    pub span: Span,
    /// An edit that repairs it, where one is certain.
    pub fix: Option<Box<Fix>>,
    /// The rule it belongs to, where it belongs to one.
    pub rule: Option<String>,
}

impl Problem {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            repair: String::new(),
            span,
            fix: None,
            rule: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Says how to repair it.
    #[must_use]
    pub fn repair(mut self, repair: impl Into<String>) -> Self {
        self.repair = repair.into();
        self
    }

    /// Offers an edit.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Box::new(Fix {
            span,
            replacement: replacement.into(),
        }));
        self
    }

    /// Line and column of the start, both from 1, columns in characters.
    #[must_use]
    pub fn place(&self, source: &str) -> (usize, usize) {
        place(source, self.span.start)
    }

    /// The problem with its line of the file and carets under the place.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let (line, column) = self.place(source);
        let kind = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let text = source.lines().nth(line - 1).unwrap_or_default();
        let covered = source
            .get(self.span.start..self.span.end)
            .unwrap_or_default();
        let first_line = covered.lines().next().unwrap_or_default();
        let width = first_line.chars().count().max(1);
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        // Tabs are kept, so that the carets stand under the text however wide a tab is.
        let lead: String = text
            .chars()
            .take(column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let mut out = format!("{kind}[{}]: {}\n", self.code, self.message);
        out.push_str(&format!("{margin}--> line {line}, column {column}\n"));
        out.push_str(&format!("{number} | {text}\n"));
        out.push_str(&format!("{margin} | {lead}{}\n", "^".repeat(width)));
        if !self.repair.is_empty() {
            out.push_str(&format!("{margin} = {}\n", self.repair));
        }
        out
    }
}

/// Line and column of a byte offset, both from 1, columns in characters.
#[must_use]
pub fn place(source: &str, offset: usize) -> (usize, usize) {
    let mut at = offset.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let before = source.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// Why a rule file did not load: every error, and the warnings beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file as it was given.
    pub source: Arc<str>,
    /// In order of their place.
    pub list: Vec<Problem>,
}

impl Problems {
    /// Collects problems in order of their place.
    #[must_use]
    pub fn new(source: Arc<str>, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| (problem.span, problem.severity));
        Self { source, list }
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&problem.render(&self.source))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The candidate that is most like a misspelled word, when one is close enough to be meant.
#[must_use]
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest(word, candidates, 2)
}

/// The same for a word that may well be right: it has to be as good as the same.
#[must_use]
pub fn is_almost<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> bool {
    nearest(word, candidates, 1).is_some()
}

fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    slips: usize,
) -> Option<&'a str> {
    let plain = |text: &str| -> Vec<char> { text.to_lowercase().chars().take(64).collect() };
    let word = plain(word);
    let limit = (word.len() / 4).max(slips);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, x) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = at(&last, column) + usize::from(x != y);
            best = best
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped = column > 0 && previous == Some(y) && b.get(column - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        previous = Some(x);
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_with_its_line_and_carets() {
        let source = "baton = 1\n  when = 'conv.waitng > 3'\n";
        let start = source.find("conv.waitng").unwrap();
        let problem = Problem::error(
            "unknown-fact",
            Span::new(start, start + 11),
            "there is no fact `conv.waitng`",
        )
        .repair("did you mean `conv.waiting`?");
        assert_eq!(
            problem.render(source),
            "error[unknown-fact]: there is no fact `conv.waitng`\n \
             --> line 2, column 11\n\
             2 |   when = 'conv.waitng > 3'\n  \
             |           ^^^^^^^^^^^\n  \
             = did you mean `conv.waiting`?\n"
        );
    }

    #[test]
    fn a_slip_of_the_finger_is_understood_and_nonsense_is_not() {
        let known = ["email", "chat", "telegram"];
        assert_eq!(did_you_mean("e-mail", known), Some("email"));
        assert_eq!(did_you_mean("tlegram", known), Some("telegram"));
        assert_eq!(did_you_mean("hcat", known), Some("chat"));
        assert_eq!(did_you_mean("smoke", known), None);
        assert!(is_almost("suport", ["support"]));
        assert!(!is_almost("legal", ["lead"]), "another word");
    }
}
