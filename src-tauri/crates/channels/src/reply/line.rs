//! The lines of a message.

use super::words::intros::WROTE_AT_END;

/// One line, without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Where the next one begins.
    pub(super) end: usize,
    /// What stands on it, without white space around.
    pub(super) text: &'t str,
    /// The line as it is, without its end.
    pub(super) whole: &'t str,
    /// How deep it is quoted.
    pub(super) depth: usize,
    /// Where what stands on it begins in the text.
    pub(super) from: usize,
}

impl Line<'_> {
    /// Nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Quoted by `>` or its like.
    pub(super) fn is_quoted(&self) -> bool {
        self.depth > 0
    }

    /// What is left when quote marks and emphasis around it are taken away.
    pub(super) fn bare(&self) -> &str {
        self.text
            .trim_start_matches(|c: char| c == '>' || c == '|' || c.is_whitespace())
    }
}

/// Cuts a text into its lines.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut open_link = false;
    let mut lines: Vec<Line<'_>> = text
        .split_inclusive('\n')
        .map(|piece| {
            let whole = piece.trim_end_matches(['\n', '\r']);
            let inner = whole.trim_matches(is_white);
            let from = start + whole.len() - whole.trim_start_matches(is_white).len();
            let depth = if open_link { 0 } else { depth(inner) };
            // A link that was broken over two lines closes with a `>` that quotes nothing.
            let tail = inner.rsplit('<').next().unwrap_or("");
            open_link = depth == 0
                && tail.len() < inner.len()
                && !tail.contains('>')
                && ["http", "mailto:"].iter().any(|s| tail.starts_with(s));
            let line = Line {
                start,
                end: start + piece.len(),
                text: inner,
                whole,
                depth,
                from,
            };
            start += piece.len();
            line
        })
        .collect();
    mend(&mut lines);
    compare(&mut lines);
    lines
}

/// A `>` that says "more than" in the middle of a sentence, when the line broke before it, quotes
/// nothing: `it costs⏎> 100 EUR⏎in your shop`.
fn compare(lines: &mut [Line<'_>]) {
    let goes_on = |line: &Line<'_>| {
        line.depth == 0
            && line
                .text
                .ends_with(|c: char| c.is_alphanumeric() || c == ',' || c == '(')
    };
    let continues = |line: &Line<'_>| {
        line.depth == 0
            && line
                .text
                .starts_with(|c: char| c.is_lowercase() || c == ')')
    };
    let found: Vec<usize> = lines
        .windows(3)
        .enumerate()
        .filter_map(|(at, three)| match three {
            [before, line, after] => {
                let amount = line.text.strip_prefix('>').is_some_and(|rest| {
                    rest.trim_start_matches(['=', ' '])
                        .starts_with(|c: char| c.is_ascii_digit() || "€$£¥".contains(c))
                });
                (line.depth == 1 && amount && goes_on(before) && continues(after)).then_some(at + 1)
            }
            _ => None,
        })
        .collect();
    for at in found {
        if let Some(line) = lines.get_mut(at) {
            line.depth = 0;
        }
    }
}

fn is_white(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How often a line is quoted, `> > ` and `>>` alike, and `AB> ` of old news readers.
fn depth(line: &str) -> usize {
    let marks = |text: &str| {
        text.chars()
            .take_while(|c| *c == '>' || *c == ' ')
            .filter(|c| *c == '>')
            .count()
    };
    if line.starts_with('>') {
        // Rows of arrows and the end of a broken introduction are no quotes.
        let rest = line
            .trim_start_matches(['>', ' '])
            .trim_end_matches([':', ' ', '：']);
        if line.ends_with("<<<") || WROTE_AT_END.contains(&rest.to_lowercase().as_str()) {
            return 0;
        }
        return marks(line);
    }
    if line == "|" || (line.starts_with("| ") && !line.ends_with('|')) {
        return 1;
    }
    let initials = line.chars().take_while(char::is_ascii_uppercase).count();
    if (1..=3).contains(&initials) {
        let rest = line.get(initials..).unwrap_or("");
        if rest.starts_with("> ") || rest.starts_with(">>") || rest == ">" {
            return marks(rest);
        }
    }
    0
}

/// Lines that a mail program broke off a quoted line belong to the quote; an answer between two
/// quoted lines does not.
fn mend(lines: &mut [Line<'_>]) {
    let seen: Vec<(usize, &str)> = lines.iter().map(|line| (line.depth, line.text)).collect();
    let at_place = |at: usize| seen.get(at).copied().unwrap_or_default();
    for at in 1..seen.len() {
        let ((before, above), (after, _)) = (at_place(at - 1), at_place(at + 1));
        let Some(line) = lines.get_mut(at) else { break };
        let between = before > 0 && after > 0 && line.depth == 0 && !line.is_blank();
        let short = line.text.chars().count() <= 76;
        if between && short && !answers(line.text, above.trim_start_matches(['>', '|', ' '])) {
            line.depth = before.min(after);
        }
    }
}

/// Whether a line answers the quoted line above it, and was not broken off it.
fn answers(line: &str, above: &str) -> bool {
    if above.ends_with(['?', '？']) {
        return true;
    }
    // A program breaks long lines, and those within a sentence or a link.
    let whole = above.chars().count() < 50 || above.ends_with(['.', '!', ':', '。', '！']);
    let open = above.matches('(').count() > above.matches(')').count();
    let begins = line
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() && !c.is_lowercase());
    !above.is_empty() && whole && !open && begins
}
