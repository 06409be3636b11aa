//! How a text sounds, from -1 (angry) to 1 (delighted), by counting words.
//!
//! Words of a list weigh from -4 to 4. A negation before a word turns it round and weakens it, an
//! intensifier or capitals strengthen it, exclamation marks strengthen the whole, and what follows
//! a "but" counts more than what precedes it. The sum is drawn into the range by its own size.
//! There are lists for English and German; of other languages, and of texts in which no word of
//! the lists stands, nothing is known.
//!
//! This is the one place where the figure is made. It is kept with the message, so a better method
//! here changes what comes, and never what was decided.

mod english;
mod german;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use baton_core::message::MessageDocument;

/// Bytes of a text that are read; the tone is set early.
const LOOK: usize = 1_500;
/// How much of a word's weight is left, turned round, after a negation.
const NEGATED: f32 = -0.7;
/// What capitals add.
const SHOUTED: f32 = 0.75;
/// What each exclamation mark adds, up to four.
const EXCLAIMED: f32 = 0.3;
/// The squared weight at which the sum is half way out.
const ROUND: f32 = 15.0;
/// Words between a negation and what it negates.
const REACH: usize = 3;

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Word {
    /// It sounds good or bad.
    Weight(f32),
    /// It turns round what follows.
    Not,
    /// It makes the next word stronger or weaker.
    By(f32),
    /// What follows counts more.
    But,
}

/// Notes the language and the tone of what a message shows.
pub fn note(document: &mut MessageDocument) {
    let language = crate::language::of(document.shown_text());
    document.sentiment = of(document.shown_text(), language);
    document.language = language.to_owned();
}

/// The tone of a text in a language (an ISO 639-1 code, or empty when that is not known), from
/// -1,000 to 1,000; none when nothing can be said.
#[must_use]
pub fn of(text: &str, language: &str) -> Option<i16> {
    let lists: &[&Lexicon] = match language {
        "en" => &[&ENGLISH],
        "de" => &[&GERMAN],
        "" => &[&ENGLISH, &GERMAN],
        _ => return None,
    };
    let text = beginning(text);
    let shouts = is_shouted(text);
    let mut tone = Tone::default();
    let mut folded = String::with_capacity(24);
    for token in text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’') {
        let token = token.trim_matches(['\'', '’']);
        if token.is_empty() || token.len() > 24 {
            continue;
        }
        folded.clear();
        folded.extend(token.chars().flat_map(char::to_lowercase).map(straight));
        let word = lists
            .iter()
            .find_map(|list| list.get(folded.as_str()).copied());
        let capitals =
            !shouts && token.chars().nth(2).is_some() && !token.chars().any(char::is_lowercase);
        tone.hear(word, capitals);
    }
    tone.sum(text)
}

const fn straight(c: char) -> char {
    if c == '’' { '\'' } else { c }
}

fn beginning(text: &str) -> &str {
    let mut end = LOOK.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether nearly all of it is in capitals, so that they say nothing about a word.
fn is_shouted(text: &str) -> bool {
    let (mut upper, mut lower) = (0_usize, 0_usize);
    for c in text.chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
    }
    upper > lower
}

/// What was heard so far.
#[derive(Default)]
struct Tone {
    sum: f32,
    known: bool,
    /// Words since the last negation; 0 when there was none lately.
    negated: usize,
    boost: f32,
}

impl Tone {
    fn hear(&mut self, word: Option<Word>, capitals: bool) {
        match word {
            Some(Word::Weight(weight)) => {
                let mut size = weight.abs() + self.boost;
                if capitals {
                    size += SHOUTED;
                }
                let mut weight = size.max(0.1).copysign(weight);
                if self.negated > 0 {
                    weight *= NEGATED;
                }
                self.sum += weight;
                self.known = true;
                self.boost = 0.0;
                self.negated = 0;
            }
            Some(Word::Not) => self.negated = 1,
            Some(Word::By(boost)) => self.boost += boost,
            Some(Word::But) => {
                self.sum *= 0.5;
                self.boost = 0.0;
                self.negated = 0;
            }
            None => {
                self.boost = 0.0;
                if self.negated > 0 {
                    self.negated = (self.negated + 1) % (REACH + 1);
                }
            }
        }
    }

    fn sum(self, text: &str) -> Option<i16> {
        if !self.known {
            return None;
        }
        let marks = text.bytes().filter(|byte| *byte == b'!').take(4).count();
        let louder = marks as f32 * EXCLAIMED;
        let sum = if self.sum == 0.0 {
            0.0
        } else {
            (self.sum.abs() + louder).copysign(self.sum)
        };
        let tone = sum / (sum * sum + ROUND).sqrt();
        Some((tone * 1_000.0).round() as i16)
    }
}

/// Words with what they do. Nearly every word of a text is looked up, so the table is hashed by
/// something light.
type Lexicon = HashMap<&'static str, Word, BuildHasherDefault<Light>>;

static ENGLISH: LazyLock<Lexicon> =
    LazyLock::new(|| lexicon(english::WEIGHTS, english::NOT, english::BY, english::BUT));
static GERMAN: LazyLock<Lexicon> =
    LazyLock::new(|| lexicon(german::WEIGHTS, german::NOT, german::BY, german::BUT));

fn lexicon(
    weights: &[(f32, &'static str)],
    not: &'static str,
    by: &[(f32, &'static str)],
    but: &'static str,
) -> Lexicon {
    let mut all = Lexicon::default();
    for (weight, words) in weights {
        all.extend(
            words
                .split_whitespace()
                .map(|word| (word, Word::Weight(*weight))),
        );
    }
    for (boost, words) in by {
        all.extend(
            words
                .split_whitespace()
                .map(|word| (word, Word::By(*boost))),
        );
    }
    all.extend(not.split_whitespace().map(|word| (word, Word::Not)));
    all.extend(but.split_whitespace().map(|word| (word, Word::But)));
    all
}

/// Fowler, Noll and Vo's hash.
struct Light(u64);

impl Default for Light {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Light {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    fn tone(text: &str) -> i16 {
        let language = crate::language::of(text);
        of(text, language).unwrap_or_else(|| panic!("nothing is known of {text:?} in {language:?}"))
    }

    #[test]
    fn angry_is_below_and_happy_above() {
        for text in [
            "This is ridiculous, I have been waiting for three weeks and nobody answers.",
            "Your app is useless. I want my money back.",
            "Worst service ever!!",
            "Das ist eine Frechheit, ich bin sehr enttäuscht.",
            "Die Lieferung ist schon wieder kaputt, unmöglich!",
        ] {
            assert!(tone(text) < -300, "{text}: {}", tone(text));
        }
        for text in [
            "Thank you so much, that was really helpful.",
            "Perfect, it works again. Great support!",
            "Vielen Dank, das hat wunderbar geklappt.",
            "Super Service, ich bin sehr zufrieden.",
        ] {
            assert!(tone(text) > 300, "{text}: {}", tone(text));
        }
    }

    #[test]
    fn a_negation_turns_a_word_round() {
        assert!(tone("not good") < 0);
        assert!(tone("not bad") > 0);
        assert!(tone("I am not at all happy with this") < 0);
        assert!(tone("ich bin nicht zufrieden damit") < 0);
        assert!(tone("das ist kein Problem") > 0);
        assert!(tone("it doesn't help") < 0);
    }

    #[test]
    fn louder_is_stronger() {
        assert!(tone("this is terrible!!!") < tone("this is terrible"));
        assert!(tone("this is TERRIBLE, you know") < tone("this is terrible, you know"));
        assert!(tone("this is very bad") < tone("this is bad"));
        assert!(tone("this is slightly bad") > tone("this is bad"));
        assert!(tone("sehr schlecht") < tone("schlecht"));
        assert_eq!(tone("THIS IS TERRIBLE"), tone("this is terrible"));
    }

    #[test]
    fn what_follows_a_but_counts_more() {
        assert!(tone("the shop is great but the delivery is terrible") < 0);
        assert!(tone("the delivery was slow but the help was wonderful") > 0);
    }

    #[test]
    fn of_other_languages_and_plain_facts_nothing_is_known() {
        for text in [
            "Bonjour, je ne suis pas content du tout, c'est terrible.",
            "My order number is 48213 and I live in Leipzig.",
            "",
            "注文した商品がまだ届きません。",
        ] {
            assert_eq!(of(text, crate::language::of(text)), None, "{text}");
        }
    }
}
