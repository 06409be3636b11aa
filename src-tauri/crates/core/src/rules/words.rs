//! Word sets: lists of words and phrases that a message is searched for once.
//!
//! A word is found whole, whatever its case and accents. Scripts that are written without spaces
//! have no whole words to look for, so there a phrase is found anywhere.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::facts::{Fact, Facts};
use crate::hash::Hash;

/// Words up to which the automaton is a table.
const TABLE_WORDS: usize = 1_000;

/// Bytes of one word, and of all together, up to which it is one: a long word that repeats itself
/// would take the square of its length to tabulate.
const TABLE_WORD: usize = 100;
const TABLE_BYTES: usize = 16 * 1024;

/// One named list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSet {
    /// The name, as in `msg.words.<name>`.
    pub name: Arc<str>,
    /// Identifies the words, whatever the list is called.
    pub key: u64,
    /// The words, as written.
    pub words: Vec<String>,
}

impl WordSet {
    /// A list with its key.
    #[must_use]
    pub fn new(name: &str, words: Vec<String>) -> Self {
        let mut folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        folded.sort();
        folded.dedup();
        let parts: Vec<&[u8]> = folded.iter().map(String::as_bytes).collect();
        let mut key = [0; 8];
        for (to, from) in key.iter_mut().zip(Hash::of_parts(&parts).0) {
            *to = from;
        }
        Self {
            name: name.into(),
            key: u64::from_le_bytes(key),
            words,
        }
    }
}

/// All word sets of a ruleset in one automaton.
#[derive(Debug, Clone)]
pub struct Words {
    sets: Vec<WordSet>,
    /// Per pattern, the set it belongs to.
    owner: Vec<usize>,
    automaton: Option<AhoCorasick>,
}

impl Words {
    /// Builds the automaton; `None` only when the words are too many for it.
    #[must_use]
    pub fn new(sets: Vec<WordSet>) -> Option<Self> {
        let mut owner = Vec::new();
        let mut patterns = Vec::new();
        for (index, set) in sets.iter().enumerate() {
            for word in &set.words {
                let folded = fold(word);
                if !folded.is_empty() {
                    owner.push(index);
                    patterns.push(folded);
                }
            }
        }
        let automaton = if patterns.is_empty() {
            None
        } else {
            // A table is several times as fast; very long lists would make it too large.
            let fits = patterns.len() <= TABLE_WORDS
                && patterns.iter().all(|word| word.len() <= TABLE_WORD)
                && patterns.iter().map(String::len).sum::<usize>() <= TABLE_BYTES;
            let kind = if fits {
                AhoCorasickKind::DFA
            } else {
                AhoCorasickKind::ContiguousNFA
            };
            let mut builder = AhoCorasick::builder();
            Some(
                builder
                    .match_kind(MatchKind::Standard)
                    .kind(Some(kind))
                    .build(&patterns)
                    .ok()?,
            )
        };
        Some(Self {
            sets,
            owner,
            automaton,
        })
    }

    /// The sets, in the order of the file.
    #[must_use]
    pub fn sets(&self) -> &[WordSet] {
        &self.sets
    }

    /// Which sets a text contains, in the order of the file.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<bool> {
        let mut found = vec![false; self.sets.len()];
        let Some(automaton) = &self.automaton else {
            return found;
        };
        let folded = fold(text);
        let mut missing = found.len();
        for hit in automaton.find_overlapping_iter(&folded) {
            let set = self
                .owner
                .get(hit.pattern().as_usize())
                .and_then(|set| found.get_mut(*set));
            let Some(set) = set else { continue };
            if !*set && stands_alone(&folded, hit.start(), hit.end()) {
                *set = true;
                missing -= 1;
                if missing == 0 {
                    break;
                }
            }
        }
        found
    }

    /// Searches a message once and records what was found in its facts, so that the text need not
    /// be at hand when the decision is asked about later.
    pub fn record(&self, text: &str, facts: &mut Facts) {
        self.note(&self.find(text), facts);
    }

    /// Records what [`Self::find`] found.
    pub fn note(&self, found: &[bool], facts: &mut Facts) {
        for (set, found) in self.sets.iter().zip(found) {
            facts.set_words(set.key, *found);
        }
    }

    /// What is known of each set: as recorded, or else searched in the text, or else unknown.
    #[must_use]
    pub fn known(&self, facts: &Facts) -> Vec<Option<bool>> {
        let mut known: Vec<Option<bool>> =
            self.sets.iter().map(|set| facts.words(set.key)).collect();
        if known.iter().any(Option::is_none)
            && let Some(text) = facts.text(Fact::MSG_TEXT)
        {
            for (place, found) in known.iter_mut().zip(self.find(text)) {
                place.get_or_insert(found);
            }
        }
        known
    }
}

/// Lower case, without accents, and with every run of blanks as one space.
pub(super) fn fold(text: &str) -> String {
    let mut folded = Folded::with_room(text.len());
    let mut rest = text;
    // A decomposition never reaches across a plain letter, so plain stretches can be copied.
    while !rest.is_empty() {
        let end = rest.bytes().position(|byte| !byte.is_ascii());
        let end = end.unwrap_or(rest.len());
        let (plain, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
        folded.put_plain(plain);
        let end = more.find(|c: char| c.is_ascii());
        let end = end.unwrap_or(more.len());
        let (strange, more) = more.split_at_checked(end).unwrap_or((more, ""));
        folded.put_strange(strange);
        rest = more;
    }
    folded.finish()
}

/// A text that is being folded.
struct Folded {
    out: String,
    /// Whether it is empty or ends with a blank.
    blank: bool,
}

impl Folded {
    fn with_room(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            blank: true,
        }
    }

    fn blank(&mut self) {
        if !self.blank {
            self.out.push(' ');
            self.blank = true;
        }
    }

    fn put(&mut self, letters: &str) {
        self.out.push_str(letters);
        self.blank &= letters.is_empty();
    }

    fn put_plain(&mut self, text: &str) {
        let mut rest = text;
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
        while let Some(end) = rest.bytes().position(is_blank) {
            let (word, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.put(word);
            self.blank();
            rest = more.get(1..).unwrap_or_default();
        }
        self.put(rest);
    }

    fn put_strange(&mut self, text: &str) {
        let letters = text
            .nfkd()
            .filter(|c| !is_accent(*c))
            .flat_map(char::to_lowercase);
        for c in letters {
            match plain(c) {
                Some(letters) => self.put(letters),
                None if c.is_whitespace() => self.blank(),
                None => self.put(c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    fn finish(mut self) -> String {
        if self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.make_ascii_lowercase();
        self.out
    }
}

/// Marks that change how a letter looks, not which one it is. Marks of Indic and other scripts
/// spell vowels and stay.
fn is_accent(c: char) -> bool {
    is_combining_mark(c)
        && matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Letters that no decomposition takes apart.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        // Typographic apostrophes and dashes are what keyboards make of the plain ones.
        '’' | 'ʼ' | '‘' => "'",
        '‐' | '‑' | '–' | '—' => "-",
        // Soft hyphens and joiners are not seen.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// Whether what was found is not just a part of a longer word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let first = text.get(start..).and_then(|text| text.chars().next());
    let last = text.get(..end).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !joined(before, first) && !joined(last, after)
}

fn joined(left: Option<char>, right: Option<char>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || is_combining_mark(c);
    in_word(left) && in_word(right) && !is_unspaced(left) && !is_unspaced(right)
}

/// Scripts that are written without spaces between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'       // Thai, Lao
        | '\u{1000}'..='\u{109f}'   // Myanmar
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3040}'..='\u{30ff}'   // Hiragana, Katakana
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{9fff}'   // Han
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(words: &[&str], text: &str) -> bool {
        let set = WordSet::new("set", words.iter().map(|word| (*word).to_owned()).collect());
        Words::new(vec![set]).unwrap().find(text) == [true]
    }

    #[test]
    fn a_word_is_found_whole_whatever_its_case_and_accents() {
        assert!(finds(&["lawyer"], "My LAWYER will call you."));
        assert!(finds(&["anwalt"], "(Anwalt)"));
        assert!(finds(&["rechtsanwältin"], "Meine RECHTSANWALTIN schreibt"));
        assert!(finds(&["straße"], "STRASSE 5"));
        assert!(finds(
            &["don't contact me"],
            "Please don’t   contact\nme again"
        ));
        assert!(finds(&["résilier"], "je veux resilier"));
        assert!(!finds(&["sue"], "an issue with my tissue"));
        assert!(!finds(&["sue"], "sue_ellen"));
        assert!(finds(&["sue"], "issue? I will sue!"));
    }

    #[test]
    fn scripts_without_spaces_are_searched_anywhere() {
        assert!(finds(&["律师"], "我要找律师谈"));
        assert!(finds(&["弁護士"], "弁護士に相談します"));
        assert!(finds(&["ทนาย"], "ฉันจะไปหาทนายความ"));
        assert!(finds(&["адвокат"], "мой Адвокат"));
        assert!(!finds(&["адвокат"], "мои адвокаты"));
        assert!(finds(&["محام"], "سأتصل بمحام أو مُحامٍ"));
    }

    #[test]
    fn a_long_word_that_repeats_itself_is_found_like_any_other() {
        let long = "mon-fri".repeat(2_000);
        assert!(finds(&[&long, "lawyer"], &format!("so: {long}")));
        assert!(finds(&[&long, "lawyer"], "ask my lawyer"));
        assert!(!finds(&[&long], "mon-fri"));
    }

    #[test]
    fn the_key_follows_the_words_and_not_the_name() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let one = WordSet::new("a", words(&["x", "y"]));
        assert_eq!(one.key, WordSet::new("b", words(&["Y", "x"])).key);
        assert_ne!(one.key, WordSet::new("a", words(&["x"])).key);
    }

    #[test]
    fn what_was_recorded_is_believed_without_the_text() {
        let words = Words::new(vec![WordSet::new("legal", vec!["lawyer".into()])]).unwrap();
        let mut facts = Facts::new();
        assert_eq!(words.known(&facts), [None]);
        words.record("ask my lawyer", &mut facts);
        assert_eq!(words.known(&facts), [Some(true)]);
    }
}
