//! What an answer stands on once a person has changed its words.

use std::collections::BTreeSet;

use super::sentence::sentences;
use super::{Cited, Claim, Grounds, Offered, Support, numbers, stands_in, uncited};
use crate::knowledge::word::{is_form_of, stem, tells, words};

/// A source is looked for by so many telling words at least.
const FEWEST: usize = 3;

impl Grounds {
    /// What the answer stands on with other words in it. A sentence that stays keeps what was seen
    /// of it. One that was changed is held against what it cited, and one that was added against
    /// each passage that the answer cites, since a person who edits sets no marks. `now` reads a
    /// passage that is still there.
    #[must_use]
    pub fn edited(&self, answer: &str, now: impl Fn(&Cited) -> Option<Offered>) -> Self {
        let read: Vec<Option<String>> = self
            .sources
            .iter()
            .map(|cited| now(cited).map(|offered| offered.whole()))
            .collect();
        let mut left: Vec<&Claim> = self.claims.iter().collect();
        let said: Vec<(String, Vec<usize>)> = sentences(answer)
            .iter()
            .map(|sentence| uncited(sentence))
            // The list of pages below an answer says nothing itself.
            .filter(|(text, _)| self.sources.iter().all(|source| source.name != *text))
            .collect();
        let kept: Vec<Option<&Claim>> = said
            .iter()
            .map(|(text, _)| {
                let at = left.iter().position(|claim| claim.text == *text)?;
                Some(left.remove(at))
            })
            .collect();
        let mut claims = Vec::new();
        for ((text, marks), kept) in said.into_iter().zip(kept) {
            claims.push(match kept {
                Some(claim) => claim.clone(),
                None => {
                    let before = nearest(&text, &left).map(|at| left.remove(at));
                    again(text, &marks, before, &read)
                }
            });
        }
        self.numbered_anew(claims)
    }

    fn numbered_anew(&self, mut claims: Vec<Claim>) -> Self {
        let numbers = numbers(&claims);
        let mut order: Vec<(usize, usize)> =
            numbers.iter().map(|(old, new)| (*new, *old)).collect();
        order.sort_unstable();
        for claim in &mut claims {
            for number in &mut claim.cites {
                *number = numbers.get(number).copied().unwrap_or_default();
            }
            claim.cites.sort_unstable();
        }
        let sources = order
            .iter()
            .filter_map(|(_, old)| self.sources.get(old.checked_sub(1)?).cloned());
        Self {
            claims,
            sources: sources.collect(),
        }
    }
}

/// A sentence that was changed or added, held against the passages.
fn again(text: String, marks: &[usize], before: Option<&Claim>, read: &[Option<String>]) -> Claim {
    let passage = |number: &usize| read.get(number.checked_sub(1)?)?.as_deref();
    let marked: Vec<usize> = marks
        .iter()
        .copied()
        .filter(|number| (1..=read.len()).contains(number))
        .collect();
    let cites = match (marked.is_empty(), before) {
        (true, Some(before)) => before.cites.clone(),
        _ => marked,
    };
    let cited: Vec<&str> = cites.iter().filter_map(passage).collect();
    let support = match (cites.is_empty(), cited.is_empty()) {
        (true, _) => Support::Uncited,
        (false, true) => Support::NoSuchPassage,
        (false, false) => stands_in(&text, &cited),
    };
    // What turns its own source round is not excused by another one. A greeting with a name in it has
    // too few words to find a source by them.
    let telling = words(&text).filter(|word| tells(&word.folded)).count();
    if !matches!(support, Support::Supported | Support::Opposite) && telling >= FEWEST {
        let alone: Vec<usize> = (1..=read.len())
            .filter(|number| {
                let passage = passage(number);
                passage.is_some_and(|passage| stands_in(&text, &[passage]) == Support::Supported)
            })
            .collect();
        if !alone.is_empty() {
            return Claim {
                text,
                cites: alone,
                support: Support::Supported,
            };
        }
    }
    Claim {
        text,
        cites,
        support,
    }
}

/// The sentence that was probably changed into this one: the one that shares most of its words.
fn nearest(text: &str, claims: &[&Claim]) -> Option<usize> {
    let telling = |text: &str| -> BTreeSet<String> {
        let all = words(text).map(|word| word.folded);
        all.filter(|word| tells(word)).collect()
    };
    let mine = telling(text);
    let shared = |claim: &Claim| {
        let theirs = telling(&claim.text);
        let also = |word: &&String| theirs.iter().any(|other| is_form_of(other, stem(word)));
        mine.iter().filter(also).count()
    };
    let (at, most) = claims
        .iter()
        .enumerate()
        .map(|(at, claim)| (at, shared(claim)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    (most > 0 && most.saturating_mul(2) >= mine.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{Cited, Grounds, Offered, Support};
    use crate::knowledge::passage::Passage;

    fn offered(name: &str, text: &str) -> Offered {
        let passage = Passage {
            heading: String::new(),
            text: text.to_owned(),
        };
        Offered {
            cited: Cited {
                kind: "page".to_owned(),
                name: name.to_owned(),
                digest: passage.digest(),
            },
            title: String::new(),
            heading: String::new(),
            text: passage.text,
        }
    }

    fn shelf() -> [Offered; 2] {
        [
            offered("hours", "We open at 9 on Saturdays."),
            offered(
                "returns",
                "Shoes can be returned within 14 days. A refund takes 3 days.",
            ),
        ]
    }

    /// What the answer of a model stands on, and what it stands on in somebody's words.
    fn after(words: &str) -> Grounds {
        let shelf = shelf();
        let answer =
            "Shoes can be returned within 14 days [2]. We open at 9 on Saturdays [1]. Bye!";
        let seen = Grounds::of(answer, &shelf);
        let now = |cited: &Cited| shelf.iter().find(|one| one.cited == *cited).cloned();
        seen.edited(words, now)
    }

    fn seen(grounds: &Grounds) -> Vec<(&str, &[usize], Support)> {
        let claims = grounds.claims.iter();
        claims
            .map(|claim| (claim.text.as_str(), claim.cites.as_slice(), claim.support))
            .collect()
    }

    #[test]
    fn a_sentence_that_stays_keeps_its_source_and_the_others_are_looked_at_anew() {
        use Support::{Supported, Uncited};
        let grounds = after(
            "Hello Ada!\nWe open at 9 on Saturdays. Your shoes can be returned within 14 days. A \
             refund takes three days. Shoes, Ada!",
        );
        assert_eq!(
            seen(&grounds),
            [
                ("Hello Ada!", &[][..], Uncited),
                ("We open at 9 on Saturdays.", &[1], Supported),
                (
                    "Your shoes can be returned within 14 days.",
                    &[2],
                    Supported
                ),
                ("A refund takes three days.", &[2], Supported),
                ("Shoes, Ada!", &[], Uncited),
            ]
        );
        let names: Vec<&str> = grounds.sources.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["hours", "returns"], "in the order of the new words");
    }

    #[test]
    fn what_a_person_gets_wrong_is_seen_too() {
        use Support::{Opposite, OtherNumber, Supported};
        let grounds = after("Shoes can be returned within 30 days. We open at 9 on Saturdays.");
        assert_eq!(
            seen(&grounds),
            [
                (
                    "Shoes can be returned within 30 days.",
                    &[1][..],
                    OtherNumber
                ),
                ("We open at 9 on Saturdays.", &[2], Supported),
            ]
        );
        let grounds = after("Shoes cannot be returned within 14 days.");
        assert_eq!(
            seen(&grounds),
            [(
                "Shoes cannot be returned within 14 days.",
                &[1][..],
                Opposite
            )]
        );
        assert_eq!(grounds.sources.len(), 1, "what nothing cites is no source");
    }

    #[test]
    fn a_source_that_went_supports_nothing_new_and_marks_in_the_words_are_read() {
        let shelf = shelf();
        let seen_before = Grounds::of("Shoes can be returned within 14 days [2].", &shelf);
        let gone = seen_before.edited(
            "Shoes can be returned within 14 days. Shoes can be returned.",
            |_| None,
        );
        let supports: Vec<Support> = gone.claims.iter().map(|claim| claim.support).collect();
        assert_eq!(supports, [Support::Supported, Support::Uncited]);

        let there = |cited: &Cited| shelf.iter().find(|one| one.cited == *cited).cloned();
        let marked = seen_before.edited("A refund takes 5 days [1].\n\n[1] returns", there);
        assert_eq!(
            seen(&marked),
            [("A refund takes 5 days.", &[1][..], Support::OtherNumber)]
        );
        assert_eq!(Grounds::default().edited("Yes.", |_| None).sources, []);
    }
}
