//! Text cut into sentences, and those into clauses of plain words.

/// Words that begin another clause.
const JOINS: [&str; 16] = [
    "and",
    "but",
    "so",
    "as",
    "because",
    "therefore",
    "then",
    "who",
    "which",
    "while",
    "und",
    "aber",
    "denn",
    "daher",
    "deshalb",
    "weil",
];

/// Some words that are said in one go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// The words, in small letters, with what was drawn together written out.
    pub(super) words: Vec<String>,
    /// Whether it ends with a question mark.
    pub(super) asks: bool,
}

impl Clause {
    pub(super) fn has_any(&self, wanted: &[&str]) -> bool {
        self.words
            .iter()
            .any(|word| wanted.contains(&word.as_str()))
    }
}

/// The sentences of a text, each with the sign that ends it.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', '\n'])
}

/// The clauses of a sentence.
pub(super) fn clauses(sentence: &str) -> Vec<Clause> {
    let mut all = Vec::new();
    for part in sentence.split([',', ';', ':', '–', '—', '(', ')']) {
        let mut words = Vec::new();
        for word in part.split_whitespace() {
            // A dash with room around it parts like a comma.
            if JOINS.contains(&plain(word).as_str()) || word == "-" {
                close(&mut all, &mut words);
            } else {
                written_out(&plain(word), &mut words);
            }
        }
        close(&mut all, &mut words);
    }
    if let Some(last) = all.last_mut() {
        last.asks = sentence.trim_end().ends_with('?');
    }
    all
}

fn close(all: &mut Vec<Clause>, words: &mut Vec<String>) {
    if !words.is_empty() {
        let words = std::mem::take(words);
        all.push(Clause { words, asks: false });
    }
}

/// A word in small letters, without what stands around it.
fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
        .replace(['\u{2019}', '\u{2bc}', '`'], "'")
}

/// `I've` is `I have`, and `can't` is `can not`.
fn written_out(word: &str, words: &mut Vec<String>) {
    const ENDS: [(&str, &str); 6] = [
        ("'ve", "have"),
        ("'ll", "will"),
        ("'re", "are"),
        ("'m", "am"),
        ("'d", "would"),
        ("n't", "not"),
    ];
    let mut push = |word: &str| {
        if !word.is_empty() {
            words.push(word.to_owned());
        }
    };
    if word == "cannot" {
        push("can");
        push("not");
        return;
    }
    let end = ENDS
        .iter()
        .find_map(|(end, long)| Some((word.strip_suffix(end)?, *long)));
    match end {
        Some((stem, long)) => {
            push(stem);
            push(long);
        }
        None => push(word),
    }
}
