//! The small words of English and German that turn what is said, or part one thing from the next.
//! All are folded.

/// On which side of a limit something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Up to it.
    Low,
    /// From it on.
    High,
}

/// The side that a word names, and whether it does that before numbers only.
pub(super) fn side(word: &str) -> Option<(Side, bool)> {
    Some(match word {
        "within" | "inside" | "before" | "until" | "till" | "bis" | "innerhalb" | "binnen"
        | "vor" | "earlier" | "fruher" | "latest" | "spatestens" => (Side::Low, false),
        "after" | "since" | "later" | "nach" | "seit" | "ab" | "spater" | "earliest"
        | "fruhestens" => (Side::High, false),
        "under" | "below" | "less" | "fewer" | "most" | "up" | "by" | "maximum" | "unter"
        | "weniger" | "hochstens" | "maximal" => (Side::Low, true),
        "over" | "above" | "more" | "least" | "from" | "beyond" | "longer" | "minimum" | "uber"
        | "mehr" | "mindestens" | "langer" => (Side::High, true),
        _ => return None,
    })
}

/// Whether a word denies what it stands beside.
pub(super) fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "not"
            | "no"
            | "never"
            | "none"
            | "nothing"
            | "nobody"
            | "neither"
            | "nor"
            | "cannot"
            | "cant"
            | "dont"
            | "doesnt"
            | "isnt"
            | "arent"
            | "wont"
            | "unable"
            | "impossible"
            | "forbidden"
            | "prohibited"
            | "except"
            | "nein"
            | "nicht"
            | "nie"
            | "niemals"
            | "niemand"
            | "nichts"
            | "weder"
            | "unmoglich"
            | "verboten"
            | "untersagt"
            | "ausgeschlossen"
            | "ausgenommen"
            | "au\u{df}er"
            | "ausser"
    ) || word.starts_with("kein")
}

/// Whether a denial before this word denies nothing: *not only*, *no problem*.
pub(super) fn says_nothing(word: &str) -> bool {
    matches!(
        word,
        "only"
            | "just"
            | "problem"
            | "problems"
            | "worry"
            | "worries"
            | "doubt"
            | "matter"
            | "hesitate"
            | "forget"
            | "nur"
            | "sorge"
            | "sorgen"
            | "frage"
            | "ursache"
    )
}

/// Whether a word leaves out what stands behind it.
pub(super) fn without(word: &str) -> bool {
    matches!(word, "without" | "ohne" | "non")
}

/// A word without the beginning that makes it its opposite.
pub(super) fn privative(word: &str) -> Option<&str> {
    let rest = ["un", "in", "im", "ir"]
        .into_iter()
        .find_map(|beginning| word.strip_prefix(beginning))?;
    // What is left must be a word by itself.
    rest.chars().nth(3).is_some().then_some(rest)
}

/// Words of which one is the opposite of the other.
const OPPOSITES: [(&[&str], &[&str]); 6] = [
    (
        &["open", "opens", "opened", "geoffnet", "offen"],
        &["closed", "closes", "geschlossen"],
    ),
    (
        &["free", "gratis", "kostenlos", "kostenfrei"],
        &[
            "charge", "charges", "charged", "cost", "costs", "fee", "fees", "kosten", "kostet",
            "gebuhr", "gebuhren",
        ],
    ),
    (
        &["accept", "accepts", "accepted", "akzeptieren"],
        &[
            "refuse", "refuses", "refused", "reject", "rejects", "rejected", "decline", "declined",
            "ablehnen",
        ],
    ),
    (
        &[
            "include",
            "includes",
            "included",
            "including",
            "inklusive",
            "enthalten",
        ],
        &["exclude", "excludes", "excluded", "excluding", "exklusive"],
    ),
    (
        &[
            "required",
            "needed",
            "necessary",
            "mandatory",
            "erforderlich",
            "notig",
            "notwendig",
            "pflicht",
        ],
        &["optional", "voluntary", "freiwillig"],
    ),
    (
        &["working", "works", "funktioniert"],
        &["broken", "defective", "kaputt", "defekt"],
    ),
];

/// Whether one word is the opposite of the other.
pub(super) fn opposite(one: &str, two: &str) -> bool {
    OPPOSITES.iter().any(|(these, those)| {
        (these.contains(&one) && those.contains(&two))
            || (those.contains(&one) && these.contains(&two))
    })
}

/// Whether something else is said from this word on.
pub(super) fn borders(word: &str) -> bool {
    matches!(
        word,
        "but"
            | "if"
            | "when"
            | "unless"
            | "because"
            | "while"
            | "although"
            | "however"
            | "which"
            | "who"
            | "whose"
            | "except"
            | "aber"
            | "sondern"
            | "wenn"
            | "falls"
            | "sofern"
            | "weil"
            | "da"
            | "dass"
            | "wahrend"
            | "obwohl"
            | "jedoch"
            | "solange"
            | "au\u{df}er"
            | "ausser"
            | "ausgenommen"
    )
}

/// Whether a word joins what may be one thing or two.
pub(super) fn joins(word: &str) -> bool {
    matches!(word, "and" | "or" | "nor" | "und" | "oder" | "noch")
}

/// Whether a word stands for somebody or something who does what is said.
pub(super) fn is_subject(word: &str) -> bool {
    matches!(
        word,
        "i" | "you"
            | "we"
            | "they"
            | "it"
            | "he"
            | "she"
            | "this"
            | "there"
            | "ich"
            | "du"
            | "wir"
            | "sie"
            | "ihr"
            | "es"
            | "man"
            | "er"
    )
}

/// Whether a word is a verb that says only how or when.
pub(super) fn carries(word: &str) -> bool {
    matches!(
        word,
        "can"
            | "could"
            | "may"
            | "might"
            | "must"
            | "shall"
            | "should"
            | "will"
            | "would"
            | "is"
            | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "being"
            | "has"
            | "have"
            | "had"
            | "do"
            | "does"
            | "did"
            | "don"
            | "doesn"
            | "isn"
            | "aren"
            | "cannot"
            | "kann"
            | "konnen"
            | "konnt"
            | "konnte"
            | "darf"
            | "durfen"
            | "muss"
            | "mussen"
            | "soll"
            | "sollen"
            | "wollen"
            | "wird"
            | "werden"
            | "wurde"
            | "wurden"
            | "ist"
            | "sind"
            | "war"
            | "waren"
            | "hat"
            | "haben"
            | "hatte"
    )
}
