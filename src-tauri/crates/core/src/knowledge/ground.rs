//! Whether what somebody wrote stands in the passages that it cites. The check looks at words, at
//! numbers and at what turns a sentence into its opposite, and never at what the writer says of it.
//! It understands nothing: what is twisted otherwise than by the small words that it knows passes.

mod amount;
mod edited;
mod sentence;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use self::sentence::{replaced, sentences, without_marker};
use super::word::{is_form_of, stem, tells, words};
use crate::hash::Hash;

/// Of the telling words of a sentence so many in a hundred must stand in what it cites.
const SHARE: usize = 50;

/// How a sentence stands to the passages it cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Its words stand in what it cites.
    Supported,
    /// It cites nothing.
    Uncited,
    /// It cites only passages that there are not.
    NoSuchPassage,
    /// A number in it stands in nothing that it cites.
    OtherNumber,
    /// Too few of its words stand in what it cites.
    OtherWords,
    /// Its words stand in what it cites, which seems to say the opposite with them.
    Opposite,
}

/// A sentence with what it cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The sentence, without the marks of its citations.
    pub text: String,
    /// The passages that it cites and that there are, from 1.
    pub cites: Vec<usize>,
    /// How it stands to them.
    pub support: Support,
}

/// A passage that is cited. Its words are not kept here: they are looked up when they are shown, so
/// that what was removed or erased is gone for every answer that cites it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// The kind of its source, such as `page`.
    pub kind: String,
    /// What tells its source from others of the kind: an address, the name of a file or of a saved
    /// answer, a conversation.
    pub name: String,
    /// Which passage of it, by what it said.
    pub digest: Hash,
}

/// A passage that was offered to whoever answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Offered {
    /// What stands for it where it is cited.
    pub cited: Cited,
    /// The title of its source.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// The words.
    pub text: String,
}

impl std::fmt::Debug for Offered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Offered").field(&self.cited).finish()
    }
}

/// What the sentences of an answer stand on.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grounds {
    /// The sentences, in order.
    pub claims: Vec<Claim>,
    /// What they cite, in the order in which it is first cited: number 1 is the first.
    pub sources: Vec<Cited>,
}

impl std::fmt::Debug for Grounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grounds")
            .field("claims", &self.claims.len())
            .field("sources", &self.sources)
            .finish()
    }
}

impl Grounds {
    /// What an answer stands on, of the passages that were offered for it.
    #[must_use]
    pub fn of(answer: &str, offered: &[Offered]) -> Self {
        let read: Vec<String> = offered.iter().map(Offered::whole).collect();
        let read: Vec<&str> = read.iter().map(String::as_str).collect();
        let mut claims = claims(answer, &read);
        let numbers = numbers(&claims);
        let mut sources = vec![None; numbers.len()];
        for (before, after) in &numbers {
            let place = sources.get_mut(after.saturating_sub(1));
            if let (Some(place), Some(known)) = (place, offered.get(before.saturating_sub(1))) {
                *place = Some(known.cited.clone());
            }
        }
        for claim in &mut claims {
            for number in &mut claim.cites {
                *number = numbers.get(number).copied().unwrap_or_default();
            }
            claim.cites.sort_unstable();
        }
        Self {
            claims,
            sources: sources.into_iter().flatten().collect(),
        }
    }

    /// How many sentences nothing that they cite supports.
    #[must_use]
    pub fn unsupported(&self) -> usize {
        let bare = |claim: &&Claim| claim.support != Support::Supported;
        self.claims.iter().filter(bare).count()
    }
}

impl Offered {
    fn whole(&self) -> String {
        format!("{}\n{}\n{}", self.title, self.heading, self.text)
    }
}

/// The number by which each passage that is cited is known from now on: the first one cited is 1.
fn numbers(claims: &[Claim]) -> BTreeMap<usize, usize> {
    let mut numbers = BTreeMap::new();
    for cited in claims.iter().flat_map(|claim| &claim.cites) {
        let next = numbers.len().saturating_add(1);
        numbers.entry(*cited).or_insert(next);
    }
    numbers
}

/// The sentences of an answer, each held against the passages that it cites: `[1]` is the first of
/// `passages`.
#[must_use]
pub fn claims(answer: &str, passages: &[&str]) -> Vec<Claim> {
    sentences(answer)
        .into_iter()
        .map(|sentence| {
            let (text, mut cited) = uncited(&sentence);
            cited.sort_unstable();
            cited.dedup();
            let cites: Vec<usize> = cited
                .iter()
                .copied()
                .filter(|number| (1..=passages.len()).contains(number))
                .collect();
            let read: Vec<&str> = cites
                .iter()
                .filter_map(|number| passages.get(number.checked_sub(1)?).copied())
                .collect();
            let support = if cited.is_empty() {
                Support::Uncited
            } else if read.is_empty() {
                Support::NoSuchPassage
            } else {
                stands_in(&text, &read)
            };
            Claim {
                text,
                cites,
                support,
            }
        })
        .collect()
}

/// The answer without the marks of its citations.
#[must_use]
pub fn without_citations(answer: &str) -> String {
    by_line(answer, |_| String::new())
}

/// The answer with the marks of some of its citations as [`Grounds::of`] numbers them; marks of
/// passages that there are not are left out in any case.
#[must_use]
pub fn with_citations(answer: &str, offered: &[Offered], shown: impl Fn(&Cited) -> bool) -> String {
    let passages: Vec<&str> = offered.iter().map(|one| one.text.as_str()).collect();
    let numbers = numbers(&claims(answer, &passages));
    by_line(answer, |cited| {
        let known = cited.iter().filter(|number| {
            let place = number.checked_sub(1);
            place
                .and_then(|place| offered.get(place))
                .is_some_and(|one| shown(&one.cited))
        });
        let marks = known.filter_map(|number| numbers.get(number));
        marks.map(|number| format!(" [{number}]")).collect()
    })
}

fn by_line(answer: &str, each: impl Fn(&[usize]) -> String) -> String {
    let lines: Vec<String> = answer
        .lines()
        .map(|line| {
            let bare = replaced(line, &each);
            // A mark at the beginning leaves no space behind.
            let bare = match line.starts_with('[') {
                true => bare.trim(),
                false => bare.trim_end(),
            };
            bare.to_owned()
        })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Whether the words of a sentence stand in what it cites.
fn stands_in(sentence: &str, passages: &[&str]) -> Support {
    let known: BTreeSet<String> = passages
        .iter()
        .flat_map(|passage| words(passage))
        .map(|word| word.folded)
        .collect();
    let wanted: BTreeSet<String> = words(without_marker(sentence))
        .map(|word| word.folded)
        .collect();
    if !amount::stand_in(without_marker(sentence), passages) {
        return Support::OtherNumber;
    }
    let telling: Vec<&String> = wanted.iter().filter(|word| tells(word)).collect();
    let shared = telling
        .iter()
        .filter(|word| {
            let stem = stem(word);
            // All words with that beginning stand together.
            known
                .range::<str, _>((Bound::Included(stem), Bound::Unbounded))
                .next()
                .is_some_and(|first| is_form_of(first, stem))
        })
        .count();
    let enough = shared.saturating_mul(100) >= telling.len().saturating_mul(SHARE);
    match shared > 0 && enough {
        false => Support::OtherWords,
        true if turn::turned(without_marker(sentence), passages) => Support::Opposite,
        true => Support::Supported,
    }
}

/// A text without the marks of citations, and the numbers in them.
fn uncited(text: &str) -> (String, Vec<usize>) {
    let mut cited = Vec::new();
    let bare = replaced(text, |numbers| {
        cited.extend_from_slice(numbers);
        String::new()
    });
    (bare.trim().to_owned(), cited)
}

#[cfg(test)]
mod tests {
    use super::{Cited, Grounds, Offered, Support, claims, with_citations, without_citations};
    use crate::knowledge::passage::Passage;

    const RETURNS: &str = "Shoes can be returned within 14 days when they were not worn. The \
                           refund arrives within 3 days of our receiving the parcel.";
    const HOURS: &str = "Wir haben montags bis freitags von 9 bis 17 Uhr ge\u{f6}ffnet.";

    fn supports(answer: &str) -> Vec<Support> {
        claims(answer, &[RETURNS, HOURS])
            .into_iter()
            .map(|claim| claim.support)
            .collect()
    }

    #[test]
    fn a_sentence_is_supported_by_the_words_and_numbers_of_what_it_cites() {
        use Support::{NoSuchPassage, Opposite, OtherNumber, OtherWords, Supported, Uncited};
        for (sentence, wanted) in [
            ("You can return unworn shoes within 14 days [1].", Supported),
            ("You can return unworn shoes within 14 days. [1]", Supported),
            ("[1] You can return shoes within 14 days.", Supported),
            (
                "Wir \u{f6}ffnen montags bis freitags um 9 Uhr [2].",
                Supported,
            ),
            (
                "The refund arrives within 3 days of receiving it [1, 2].",
                Supported,
            ),
            (
                "You can return unworn shoes within two weeks [1].",
                Supported,
            ),
            ("You can return shoes within 30 days [1].", OtherNumber),
            ("You can return shoes within fifteen days [1].", OtherNumber),
            ("You can return shoes within 14 hours [1].", OtherNumber),
            (
                "You cannot return unworn shoes within 14 days [1].",
                Opposite,
            ),
            ("You can return unworn shoes after 14 days [1].", Opposite),
            ("You can return shoes within 14 days [2].", OtherNumber),
            (
                "Our manager will gladly call everybody personally [1].",
                OtherWords,
            ),
            ("You can return shoes within 14 days [7].", NoSuchPassage),
            ("You can return shoes within 14 days.", Uncited),
            ("Approved by the passage (1).", Uncited),
            ("Yes [1].", OtherWords),
        ] {
            assert_eq!(supports(sentence), [wanted], "{sentence}");
        }
    }

    #[test]
    fn each_sentence_stands_for_itself() {
        let answer = "Shoes can be returned within 14 days.[1] Hello!\nThe refund arrives within \
                      3 days\u{2026} [1][2] We pay double.\n[2]";
        let found = claims(answer, &[RETURNS, HOURS]);
        let seen: Vec<(&str, &[usize], Support)> = found
            .iter()
            .map(|claim| (claim.text.as_str(), claim.cites.as_slice(), claim.support))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    "Shoes can be returned within 14 days.",
                    &[1][..],
                    Support::Supported
                ),
                ("Hello!", &[][..], Support::Uncited),
                (
                    "The refund arrives within 3 days\u{2026}",
                    &[1, 2][..],
                    Support::Supported
                ),
                ("We pay double.", &[2][..], Support::OtherWords),
            ]
        );
    }

    fn offered(name: &str, text: &str) -> Offered {
        let passage = Passage {
            heading: String::new(),
            text: text.to_owned(),
        };
        Offered {
            cited: Cited {
                kind: "document".to_owned(),
                name: name.to_owned(),
                digest: passage.digest(),
            },
            title: "What we say".to_owned(),
            heading: passage.heading,
            text: passage.text,
        }
    }

    #[test]
    fn what_is_cited_is_numbered_anew_in_the_order_in_which_it_is_read() {
        let all = [
            offered("a.md", "Nothing of that."),
            offered("returns.md", RETURNS),
            offered("hours.md", HOURS),
        ];
        let answer = "Wir \u{f6}ffnen montags um 9 Uhr [3]. Shoes can be returned within 14 days \
                      [2, 3][9]. Bring 25 friends [2]. Bye!";
        let grounds = Grounds::of(answer, &all);
        let named: Vec<&str> = grounds
            .sources
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(named, ["hours.md", "returns.md"]);
        let cites: Vec<&[usize]> = grounds
            .claims
            .iter()
            .map(|claim| claim.cites.as_slice())
            .collect();
        assert_eq!(cites, [&[1][..], &[1, 2], &[2], &[]]);
        assert_eq!(grounds.unsupported(), 2, "25 friends, and a greeting");
        assert_eq!(
            with_citations(answer, &all, |_| true),
            "Wir \u{f6}ffnen montags um 9 Uhr [1]. Shoes can be returned within 14 days [2] [1]. \
             Bring 25 friends [2]. Bye!"
        );
        assert_eq!(
            with_citations("Yes [2]. No [3].", &all, |cited| cited.name == "hours.md"),
            "Yes. No [2]."
        );
        assert_eq!(Grounds::of("", &all), Grounds::default());
    }

    #[test]
    fn citations_go_and_everything_else_stays() {
        for (answer, left) in [
            ("Within 14 days [1]. Yes. [2, 3]", "Within 14 days. Yes."),
            (
                "See [the form] and [x1].\n\n- one [1]\n  - two",
                "See [the form] and [x1].\n\n- one\n  - two",
            ),
            ("Yes.\n[1] Within 14 days.", "Yes.\nWithin 14 days."),
            ("[1]", ""),
            ("a [", "a ["),
        ] {
            assert_eq!(without_citations(answer), left);
        }
    }
}
