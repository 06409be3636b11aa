//! Whether a sentence says the opposite of what it cites with the same words.
//!
//! A text is cut into clauses, and each clause of the sentence is held against the clauses of the
//! passages that share the most words with it. What turns a clause is counted: *not* and its like,
//! *after* where the other says *within* before the same word, *without* and *un-*, and pairs such
//! as *open* and *closed*. One turn is the opposite; two, as in *not after* for *within*, say the
//! same again. Where nothing is alike enough to be compared, nothing is said.

mod particle;

use self::particle::{
    Side, borders, carries, is_negation, is_subject, joins, opposite, privative, says_nothing,
    side, without,
};
use super::sentence::sentences;
use crate::knowledge::word::{is_form_of, stem, tells, words};

/// A word that says something, and how it is said.
#[derive(Clone)]
struct Said {
    word: String,
    limit: Option<Side>,
    /// Whether it is there or left out: *without a receipt*.
    without: bool,
}

/// A stretch of a sentence that says one thing.
#[derive(Default)]
struct Clause {
    said: Vec<Said>,
    negated: bool,
}

/// Whether a sentence turns round what the passages say.
pub(super) fn turned(sentence: &str, passages: &[&str]) -> bool {
    let known: Vec<Clause> = passages.iter().flat_map(|text| clauses(text)).collect();
    clauses(sentence).iter().any(|claim| {
        let shared = |known: &Clause| claim.shared(known);
        let most = known.iter().map(shared).max().unwrap_or_default();
        let mut nearest = known
            .iter()
            .filter(|known| shared(known) == most && claim.is_like(known, most))
            .peekable();
        nearest.peek().is_some() && nearest.all(|known| claim.turns(known))
    })
}

impl Clause {
    /// How many words of this clause the other one has.
    fn shared(&self, other: &Self) -> usize {
        let also = |one: &&Said| other.said.iter().any(|two| one.meets(two));
        self.said.iter().filter(also).count()
    }

    /// Whether two clauses that share so many words speak of the same thing.
    fn is_like(&self, other: &Self, shared: usize) -> bool {
        let half = shared.saturating_mul(2) >= self.said.len();
        let whole = shared == self.said.len() && shared == other.said.len();
        shared > 0 && half && (shared >= 2 || whole)
    }

    fn turns(&self, other: &Self) -> bool {
        let pairs = || {
            self.said
                .iter()
                .flat_map(|one| other.said.iter().map(move |two| (one, two)))
        };
        let limits = pairs().any(|(one, two)| {
            one.is(two) && one.limit.is_some() && two.limit.is_some() && one.limit != two.limit
        });
        let left_out = pairs().any(|(one, two)| one.is(two) && one.without != two.without);
        let other_word = pairs().any(|(one, two)| one.is_opposite(two))
            // Both words on one side are no choice between them.
            && !self.is_torn()
            && !other.is_torn();
        (self.negated != other.negated) ^ limits ^ left_out ^ other_word
    }

    fn is_torn(&self) -> bool {
        let mut all = self.said.iter();
        all.any(|one| self.said.iter().any(|two| one.is_opposite(two)))
    }
}

impl Said {
    fn is(&self, other: &Self) -> bool {
        is_form_of(&self.word, stem(&other.word)) || is_form_of(&other.word, stem(&self.word))
    }

    fn is_opposite(&self, other: &Self) -> bool {
        let un =
            |one: &str, two: &str| privative(one).is_some_and(|rest| is_form_of(rest, stem(two)));
        un(&self.word, &other.word)
            || un(&other.word, &self.word)
            || opposite(&self.word, &other.word)
    }

    fn meets(&self, other: &Self) -> bool {
        self.is(other) || self.is_opposite(other)
    }
}

/// A word of a sentence with what stands before it.
struct Token {
    word: String,
    before: String,
}

impl Token {
    fn follows(&self, marks: &[char]) -> bool {
        self.before.contains(marks)
    }
}

/// The clauses of a text; what is asked is not said.
fn clauses(text: &str) -> Vec<Clause> {
    let all = sentences(&unwrapped(text));
    let said = all
        .iter()
        .filter(|one| !one.trim_end().ends_with(['?', '\u{ff1f}']));
    said.flat_map(|sentence| {
        let mut clauses: Vec<Clause> = Vec::new();
        for tokens in cut(sentence) {
            let mut next = clause(&tokens);
            // *Shoes can be returned, but not after a year*: what cannot is said before.
            if let Some(last) = clauses.last()
                && next.negated
                && !speaks(&tokens)
                && tokens.first().is_some_and(|first| borders(&first.word))
            {
                // Its limits are for that, and not for what is taken out of it.
                let bare = |said: &Said| Said {
                    limit: None,
                    ..said.clone()
                };
                next.said.extend(last.said.iter().map(bare));
            }
            clauses.push(next);
        }
        clauses
    })
    .collect()
}

/// A text in which a paragraph is one line, and each point of a list one of its own.
fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        let point = line.starts_with(['-', '*', '\u{2022}', '|'])
            || line.split_once(['.', ')']).is_some_and(|(number, rest)| {
                rest.starts_with(' ') && number.parse::<u16>().is_ok()
            });
        let apart = point || line.is_empty();
        out.push(if apart { '\n' } else { ' ' });
        out.push_str(line);
        if line.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// Cuts a sentence into clauses. A comma or an *and* cuts only where something with a verb or a
/// subject of its own stands behind it: *shoes, bags or belts cannot be returned* is one clause.
fn cut(sentence: &str) -> Vec<Vec<Token>> {
    let mut end = 0;
    let mut pieces: Vec<(bool, Vec<Token>)> = Vec::new();
    for word in words(sentence) {
        let token = Token {
            before: sentence.get(end..word.start).unwrap_or_default().to_owned(),
            word: word.folded,
        };
        end = word.end;
        let hard = token.follows(&[';', ':', '(', ')', '\u{2013}', '\u{2014}', '.', '!'])
            || token.before.contains(" - ")
            || borders(&token.word);
        let soft = token.follows(&[',']) || joins(&token.word);
        // Within a number such marks cut nothing.
        let number = !token.before.contains(' ') && token.word.starts_with(char::is_numeric);
        match pieces.last_mut() {
            Some((_, piece)) if number || !(hard || soft) => piece.push(token),
            _ => pieces.push((soft && !hard, vec![token])),
        }
    }
    let mut cut: Vec<Vec<Token>> = Vec::new();
    for (soft, piece) in pieces {
        let begins = piece.iter().take(3).any(|token| is_subject(&token.word));
        let apart = |last: &[Token]| {
            !soft || begins || (speaks(last) && speaks(&piece)) || contrasts(last, &piece)
        };
        match cut.last_mut() {
            Some(last) if !apart(last) => last.extend(piece),
            _ => cut.push(piece),
        }
    }
    cut
}

/// Whether a stretch has a subject or a verb of its own.
fn speaks(tokens: &[Token]) -> bool {
    let mut all = tokens.iter();
    all.any(|token| is_subject(&token.word) || carries(&token.word))
}

/// Whether one stretch has the opposite of a word of the other: *open on Fridays and closed today*.
fn contrasts(one: &[Token], two: &[Token]) -> bool {
    one.iter()
        .any(|one| two.iter().any(|two| opposite(&one.word, &two.word)))
}

fn clause(tokens: &[Token]) -> Clause {
    let mut clause = Clause::default();
    for (at, token) in tokens.iter().enumerate() {
        let before = || tokens.iter().take(at).rev();
        let next = tokens.get(at.saturating_add(1));
        let shortened = token.word == "t"
            && token
                .before
                .chars()
                .all(|mark| matches!(mark, '\'' | '\u{2019}'))
            && before().next().is_some_and(|one| one.word.ends_with('n'));
        if shortened || is_negation(&token.word) {
            // *No, it can* and *no problem* deny nothing.
            let alone = matches!(token.word.as_str(), "no" | "nein")
                && next.is_none_or(|next| next.follows(&[',', '.', '!', ':', ';']));
            let idle = next.is_some_and(|next| says_nothing(&next.word));
            clause.negated ^= !(alone || idle);
            continue;
        }
        let plain = is_subject(&token.word) || carries(&token.word) || side(&token.word).is_some();
        if plain || borders(&token.word) || !tells(&token.word) {
            continue;
        }
        let number = token.word.starts_with(char::is_numeric);
        let limit = before()
            .take(3)
            .take_while(|one| !one.word.starts_with(char::is_numeric))
            .find_map(|one| side(&one.word).filter(|(_, counts)| number || !counts));
        clause.said.push(Said {
            word: token.word.clone(),
            limit: limit.map(|(side, _)| side),
            without: before().take(2).any(|one| without(&one.word)),
        });
    }
    clause
}

#[cfg(test)]
mod tests {
    use super::turned;

    const SHOP: &str = "Shoes can be returned within 14 days when they were not worn. You cannot \
                        return underwear, and we do not charge anything for parcels.\n\nOrders over \
                        50 euros are delivered free. We are open on Saturdays and closed on\n\
                        Sundays. Can I pay after 30 days? Bags can be returned, but not after 30 days. \
                        No receipt is needed.";
    const LADEN: &str = "Schuhe k\u{f6}nnen innerhalb von 14 Tagen zur\u{fc}ckgegeben werden. \
                         Unterw\u{e4}sche k\u{f6}nnen Sie nicht zur\u{fc}ckgeben. Ohne Beleg ist keine \
                         R\u{fc}ckgabe m\u{f6}glich. Wir liefern ab 50 Euro kostenlos, aber nicht am \
                         Sonntag.";

    #[test]
    fn what_says_the_same_turns_nothing() {
        let same = [
            ("You can return shoes within 14 days.", SHOP),
            ("You can return unworn shoes within 14 days.", SHOP),
            ("You cannot return shoes after 14 days.", SHOP),
            ("Shoes can be returned no later than 14 days.", SHOP),
            ("You can't return underwear.", SHOP),
            ("Underwear is not returned.", SHOP),
            ("No, you cannot return underwear.", SHOP),
            ("No problem, you can return shoes within 14 days.", SHOP),
            ("Don't worry: shoes can be returned within 14 days.", SHOP),
            ("Orders over 50 euros are delivered free.", SHOP),
            ("Orders under 50 euros are not delivered free.", SHOP),
            ("We are closed on Sundays.", SHOP),
            ("We are not open on Sundays.", SHOP),
            ("Bags can be returned.", SHOP),
            ("Bags cannot be returned after 30 days.", SHOP),
            ("Our parcels cost nothing.", SHOP),
            ("A receipt is not needed.", SHOP),
            ("Can you return underwear?", SHOP),
            ("Hello!", SHOP),
            (
                "Sie k\u{f6}nnen Schuhe innerhalb von 14 Tagen zur\u{fc}ckgeben.",
                LADEN,
            ),
            (
                "Nach 14 Tagen k\u{f6}nnen Schuhe nicht mehr zur\u{fc}ckgegeben werden.",
                LADEN,
            ),
            (
                "Unterw\u{e4}sche k\u{f6}nnen Sie leider nicht zur\u{fc}ckgeben.",
                LADEN,
            ),
            (
                "Kein Problem, Sie k\u{f6}nnen Schuhe innerhalb von 14 Tagen zur\u{fc}ckgeben.",
                LADEN,
            ),
            ("Eine R\u{fc}ckgabe ist nur mit Beleg m\u{f6}glich.", LADEN),
            ("Ohne Beleg ist die R\u{fc}ckgabe unm\u{f6}glich.", LADEN),
            ("Ab 50 Euro liefern wir kostenlos.", LADEN),
            ("Wir liefern nicht am Sonntag.", LADEN),
        ];
        let wrong = same
            .into_iter()
            .filter(|(said, known)| turned(said, &[known]));
        assert_eq!(wrong.map(|(said, _)| said).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn the_opposite_in_the_same_words_is_seen() {
        let opposite = [
            ("You cannot return shoes within 14 days.", SHOP),
            ("You can return shoes after 14 days.", SHOP),
            ("You can't return shoes within 14 days.", SHOP),
            ("Shoes can never be returned within 14 days.", SHOP),
            ("You can return underwear.", SHOP),
            (
                "Hello! Sure, you can return underwear, and thank you.",
                SHOP,
            ),
            ("Orders under 50 euros are delivered free.", SHOP),
            ("Orders over 50 euros are not delivered free.", SHOP),
            ("We are open on Sundays.", SHOP),
            ("We are closed on Saturdays.", SHOP),
            ("Bags can be returned after 30 days.", SHOP),
            ("A receipt is needed.", SHOP),
            (
                "You can return it after 30 days.",
                "You cannot return it after 30 days.",
            ),
            ("It's available.", "It isn\u{2019}t available."),
            ("This tent is waterproof.", "This tent is non-waterproof."),
            (
                "Worn shoes are taken back.",
                "Only unworn shoes are taken back.",
            ),
            (
                "Schuhe k\u{f6}nnen nach 14 Tagen zur\u{fc}ckgegeben werden.",
                LADEN,
            ),
            (
                "Schuhe k\u{f6}nnen nicht innerhalb von 14 Tagen zur\u{fc}ckgegeben werden.",
                LADEN,
            ),
            (
                "Unterw\u{e4}sche k\u{f6}nnen Sie gern zur\u{fc}ckgeben.",
                LADEN,
            ),
            ("Ohne Beleg ist eine R\u{fc}ckgabe m\u{f6}glich.", LADEN),
            ("Bis 50 Euro liefern wir kostenlos.", LADEN),
            ("Wir liefern am Sonntag.", LADEN),
        ];
        let missed = opposite
            .into_iter()
            .filter(|(said, known)| !turned(said, &[known]));
        assert_eq!(missed.map(|(said, _)| said).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn what_is_said_both_ways_is_no_opposite() {
        let both = "Red shoes can be returned. Blue shoes cannot be returned.";
        assert!(!turned("Shoes can be returned.", &[both]));
        assert!(!turned("Blue shoes cannot be returned.", &[both]));
        assert!(turned("Blue shoes can be returned.", &[both]));
        let two = [
            "Blue shoes can be returned.",
            "Blue shoes cannot be returned.",
        ];
        assert!(!turned("Blue shoes can be returned.", &two));
    }
}
