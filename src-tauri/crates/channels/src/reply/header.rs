//! Blocks of header fields above what is quoted or forwarded, as Outlook and others write them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::intro::has_address;
use super::line::Line;
use super::words::fields::{DATE, FROM, OTHER, SUBJECT, TO};
use super::words::separators::{FORWARDED, ORIGINAL};

/// What a header line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
    Other,
}

/// The most lines of a header block, wrapped and empty ones included.
const MOST_LINES: usize = 24;

/// Whether a line tells a header field.
pub(super) fn is_field(line: &Line<'_>) -> bool {
    field(line.bare()).is_some()
}

/// Whether a header block begins on this line; returns the number of the line after it.
pub(super) fn block(lines: &[Line<'_>], at: usize, separated: bool) -> Option<usize> {
    let first = lines.get(at)?;
    field(first.bare())?;
    let depth = first.depth;
    let mut seen: Vec<Field> = Vec::new();
    let mut next = at;
    let mut loose = 0;
    let (mut from_address, mut addressed) = (false, false);
    for (number, line) in lines.iter().enumerate().skip(at).take(MOST_LINES) {
        if line.is_blank() {
            continue;
        }
        if line.depth != depth {
            break;
        }
        if let Some((field, value)) = field(line.bare()) {
            // A second sender begins the next block.
            if field == Field::From && seen.contains(&Field::From) {
                break;
            }
            let address = has_address(value);
            from_address |= field == Field::From && address;
            addressed |= address;
            seen.push(field);
            next = number + 1;
            loose = 0;
            continue;
        }
        // Long lists of addresses and subjects are wrapped.
        loose += 1;
        let wrapped = lines
            .get(number.wrapping_sub(1))
            .is_some_and(|before| !before.is_blank());
        if loose > 3 || !wrapped {
            break;
        }
    }
    let has = |field: Field| seen.contains(&field);
    let kinds = [Field::From, Field::Date, Field::To, Field::Subject]
        .into_iter()
        .filter(|field| has(*field))
        .count();
    // A customer who shows a header asks about it: "I find this in my log:".
    let shown = !separated && !has(Field::Date) && is_announced(lines, at);
    // Three words with colons may be a journey, or a form; four are a message's.
    let told = kinds >= 4 || kinds == 3 && (addressed || separated || first.is_quoted());
    let enough = !shown
        && told
        && (has(Field::From) || has(Field::To) && has(Field::Subject) && has(Field::Date))
        || !shown && has(Field::From) && kinds >= 2 && from_address
        || separated && has(Field::From)
        || dated_to(lines, at)
        || one_line(first.bare());
    enough.then_some(next.max(at + 1))
}

/// Whether the words above a line end with a colon.
fn is_announced(lines: &[Line<'_>], at: usize) -> bool {
    lines
        .get(..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .find(|line| !line.is_blank())
        .is_some_and(|line| line.text.ends_with([':', '：']))
}

/// A date and, on the next line, an address to which it went.
fn dated_to(lines: &[Line<'_>], at: usize) -> bool {
    let told = |number: usize| lines.get(number).and_then(|line| field(line.bare()));
    matches!(
        (told(at), told(at + 1)),
        (Some((Field::Date, date)), Some((Field::To, to)))
            if has_address(to) && super::intro::has_date(&date.to_lowercase())
    )
}

/// The field that a line tells, with its value.
fn field(line: &str) -> Option<(Field, &str)> {
    let line = line.trim_start_matches(['*', '_', ' ', '\u{a0}', '•']);
    let (name, value) = line.split_once([':', '：'])?;
    if name.len() > 40 || value.starts_with("//") {
        return None;
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '\u{a0}'));
    let name = name.to_lowercase();
    let name = name.as_str();
    let value = value.trim_matches(|c: char| c.is_whitespace() || c == '*');
    let field = if FROM.contains(&name) {
        Field::From
    } else if DATE.contains(&name) {
        Field::Date
    } else if TO.contains(&name) {
        Field::To
    } else if SUBJECT.contains(&name) {
        Field::Subject
    } else if OTHER.contains(&name) {
        Field::Other
    } else {
        return None;
    };
    Some((field, value))
}

/// All fields in one line, as some phones write them.
fn one_line(line: &str) -> bool {
    let lower = line.to_lowercase();
    let has = |names: &[&str]| {
        names.iter().any(|name| {
            lower.match_indices(&format!("{name}:")).any(|(at, _)| {
                at == 0
                    || lower
                        .get(..at)
                        .is_some_and(|b| b.ends_with([' ', '*', '\t', '>']))
            })
        })
    };
    has(FROM) && has(DATE) && has(SUBJECT) && has_address(line)
}

/// What a line between two messages announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// The message that was answered.
    Original,
    /// A message that was forwarded.
    Forwarded,
    /// The line above which the answer was to be written.
    ReplyAbove,
}

/// Words of which one stands in every separator that has no dashes around it.
const MAY_SEPARATE: &[&str] = &[
    "above",
    "Above",
    "ABOVE",
    "below",
    "before this",
    "Message",
    "message",
    "Zeile",
    "zeile",
    "über",
    "ligne",
    "dessus",
    "línea",
    "encima",
    "linha",
    "acima",
    "riga",
    "sopra",
    "boven",
    "regel",
    "ovanför",
    "linje",
];

/// Looks for all of them at once: nearly every line of nearly every mail is asked.
static SEPARATING: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(MAY_SEPARATE).ok());

fn may_separate(line: &str) -> bool {
    SEPARATING.as_ref().is_none_or(|words| words.is_match(line))
}

/// Whether a line separates two messages.
pub(super) fn separator(line: &Line<'_>) -> Option<Separator> {
    let bare = line.bare();
    if begins_original(bare) {
        return Some(Separator::Original);
    }
    if bare.is_empty() || bare.chars().count() > 120 {
        return None;
    }
    let ruled = |c: char| {
        matches!(
            c,
            '-' | '_' | '=' | '*' | '#' | '~' | '—' | '–' | '─' | '＿' | '－' | '‐' | '‑' | '−'
        ) || c.is_whitespace()
    };
    // Most lines are sentences, which separate nothing.
    let plain = bare.starts_with(char::is_alphanumeric) && !bare.ends_with([':', '：']);
    let speaks = bare.contains(' ') && may_separate(bare);
    if plain && !speaks {
        return None;
    }
    let head = bare
        .chars()
        .take_while(|c| ruled(*c))
        .filter(|c| !c.is_whitespace())
        .count();
    let core = bare
        .trim_matches(ruled)
        .trim_end_matches([':', '：'])
        .trim_matches(ruled)
        .to_lowercase();
    let tail = bare
        .chars()
        .rev()
        .take_while(|c| ruled(*c))
        .filter(|c| !c.is_whitespace())
        .count();
    let framed = head >= 2 || (head >= 1 && tail >= 1);
    if is_reply_above(&core) {
        return Some(Separator::ReplyAbove);
    }
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|w| core == *w || (framed && core.starts_with(w) && core.len() <= w.len() + 40))
    };
    let begins = |words: &[&str]| words.iter().any(|w| core.starts_with(w));
    if framed && is(ORIGINAL) || (core == "reply message" || core == "original message") {
        return Some(Separator::Original);
    }
    let announced = bare.ends_with([':', '：']) && core.chars().count() <= 60;
    if framed && is(FORWARDED) || announced && begins(FORWARDED) {
        return Some(Separator::Forwarded);
    }
    None
}

/// `-------- Original message --------From: Anna`, after which the line break was lost.
fn begins_original(bare: &str) -> bool {
    let is_dash = |c: char| matches!(c, '-' | '_' | '=' | '—' | '–');
    let words = bare.trim_start_matches(is_dash);
    if bare.len() < words.len() + 2 {
        return false;
    }
    let head: String = words.trim_start().chars().take(50).collect();
    let head = head.to_lowercase();
    ORIGINAL.iter().any(|original| {
        head.strip_prefix(original).is_some_and(|rest| {
            rest.trim_start()
                .chars()
                .take(2)
                .filter(|c| is_dash(*c))
                .count()
                == 2
        })
    })
}

/// `Please reply above this line`, which help desks put on top of what they send.
fn is_reply_above(core: &str) -> bool {
    let lower = core.trim_matches(|c: char| !c.is_alphanumeric());
    let short = lower.chars().count() <= 110;
    short
        && [
            "reply above this line",
            "reply above the line",
            "write above this line",
            "type your reply above",
            "type your response above",
            "respond above this line",
            "please type your reply above",
            "please reply above",
            "reply above the dotted",
            "add your reply above",
            "enter your reply above",
            "antworten sie über dieser",
            "antworten oberhalb dieser",
            "bitte antworten sie oberhalb",
            "oberhalb dieser zeile",
            "répondre au-dessus de cette ligne",
            "répondez au-dessus",
            "ecrire au-dessus de cette",
            "écrivez au-dessus",
            "responda por encima de esta",
            "responder por encima de esta",
            "escriba por encima",
            "responda acima desta linha",
            "rispondi sopra questa",
            "antwoord boven deze",
            "typ je antwoord boven",
            "svara ovanför",
            "svar over denne",
            "reply before this line",
            "do not write below this line",
            "do not modify below this line",
        ]
        .iter()
        .any(|phrase| lower.contains(phrase))
}
