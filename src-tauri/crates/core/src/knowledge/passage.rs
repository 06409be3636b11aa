//! Cutting a text into passages: each long enough to answer a question, and short enough to read
//! at a glance.

use crate::hash::Hash;

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passage {
    /// The headings above it, the outermost first; empty when there is none.
    pub heading: String,
    /// The words.
    pub text: String,
}

impl Passage {
    /// What it says, by hash.
    #[must_use]
    pub fn digest(&self) -> Hash {
        Hash::of_parts(&[self.heading.as_bytes(), self.text.as_bytes()])
    }
}

/// Blocks are joined up to so many bytes.
const USUAL: usize = 700;
/// A block is cut where it is longer than so many bytes.
const LONGEST: usize = 1_200;
/// A text has so many passages at most; what comes behind them is not kept.
pub const MOST: usize = 2_000;
/// A heading is cut after so many characters.
const LONGEST_HEADING: usize = 200;

/// Cuts a text at its headings (as Markdown writes them) and empty lines.
#[must_use]
pub fn passages(text: &str) -> Vec<Passage> {
    let mut cut = Cut::default();
    for line in text.lines() {
        let line = line.trim_end();
        if line.trim().is_empty() {
            cut.end_block();
        } else if let Some((depth, words)) = heading(line) {
            cut.end_passage();
            cut.head(depth, words);
        } else {
            cut.line(line);
        }
    }
    cut.end_passage();
    cut.done
}

/// The depth and the words of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let depth = line.len().saturating_sub(words.len());
    ((1..=6).contains(&depth) && words.starts_with(' '))
        .then(|| (depth, words.trim().trim_end_matches('#').trim_end()))
}

#[derive(Default)]
struct Cut {
    heads: Vec<(usize, String)>,
    block: String,
    text: String,
    done: Vec<Passage>,
}

impl Cut {
    fn head(&mut self, depth: usize, words: &str) {
        self.heads.retain(|(above, _)| *above < depth);
        let words = words.chars().take(LONGEST_HEADING).collect();
        self.heads.push((depth, words));
    }

    fn line(&mut self, line: &str) {
        if !self.block.is_empty() {
            self.block.push('\n');
        }
        self.block.push_str(line);
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        if !self.text.is_empty() && self.text.len().saturating_add(block.len()) > USUAL {
            self.end_text();
        }
        let mut rest = block.as_str();
        while rest.len() > LONGEST {
            let (piece, behind) = rest
                .split_at_checked(end_within(rest))
                .unwrap_or((rest, ""));
            self.join(piece);
            self.end_text();
            rest = behind.trim_start();
        }
        self.join(rest);
    }

    fn join(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(words);
    }

    fn end_passage(&mut self) {
        self.end_block();
        self.end_text();
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() || self.done.len() >= MOST {
            return;
        }
        let heads: Vec<&str> = self.heads.iter().map(|(_, words)| words.as_str()).collect();
        self.done.push(Passage {
            heading: heads.join(" \u{203a} "),
            text: text.trim().to_owned(),
        });
    }
}

/// Where a long block is cut: behind a sentence, else at a space, else anywhere.
fn end_within(block: &str) -> usize {
    let mut end = LONGEST.min(block.len());
    while !block.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let window = block.get(..end).unwrap_or_default();
    let sentence = [". ", "! ", "? ", ".\n", "\n", "\u{3002}"]
        .into_iter()
        .filter_map(|mark| {
            Some(
                window
                    .rfind(mark)?
                    .saturating_add(mark.trim_end().len().max(1)),
            )
        })
        .max()
        .filter(|at| *at > LONGEST / 3 && window.is_char_boundary(*at));
    let space = || window.rfind(' ').filter(|at| *at > 0);
    sentence.or_else(space).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, MOST, passages};

    #[test]
    fn a_text_is_cut_at_its_headings_and_each_passage_knows_those_above_it() {
        let text = "Before.\n\n# Returns\nWithin 14 days.\n\n## Shoes\nUnworn only.\n\n# Post\n\
                    #no heading\n";
        let cut = passages(text);
        let seen: Vec<(&str, &str)> = cut
            .iter()
            .map(|one| (one.heading.as_str(), one.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("", "Before."),
                ("Returns", "Within 14 days."),
                ("Returns \u{203a} Shoes", "Unworn only."),
                ("Post", "#no heading"),
            ]
        );
    }

    #[test]
    fn short_blocks_stay_together_and_long_ones_are_cut_behind_a_sentence() {
        let short = "One short line.\n\n".repeat(10);
        assert_eq!(passages(&short).len(), 1);
        let long = "This is a sentence of some words. ".repeat(200);
        let cut = passages(&long);
        assert!(cut.len() > 3);
        for one in &cut {
            assert!(
                one.text.len() <= LONGEST && one.text.ends_with('.'),
                "{}",
                one.text
            );
        }
        let words: usize = cut
            .iter()
            .map(|one| one.text.split_whitespace().count())
            .sum();
        assert_eq!(words, 1_400, "nothing is lost");
    }

    #[test]
    fn whatever_comes_is_cut_within_bounds() {
        for text in [
            "x".repeat(100_000),
            "返".repeat(50_000),
            "\n".repeat(10_000),
            "a\n\n# b\n\n".repeat(5_000),
            String::new(),
        ] {
            let cut = passages(&text);
            assert!(cut.len() <= MOST);
            assert!(
                cut.iter()
                    .all(|one| !one.text.is_empty() && one.text.len() <= LONGEST)
            );
        }
    }
}
