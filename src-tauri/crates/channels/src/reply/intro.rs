//! Lines that introduce a quote: `On Monday, Anna wrote:` in all its shapes.

use super::header;
use super::line::Line;
use super::words::intros::{CALENDAR, OPENERS, WROTE_AT_END, WROTE_BEFORE_NAME};

/// The most lines over which mail programs wrap an introduction.
const MOST_LINES: usize = 6;

/// The most characters of an introduction.
const MOST_CHARS: usize = 360;

/// An introduction: where it begins in the text, and the line after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Intro {
    /// The byte at which it begins.
    pub(super) start: usize,
    /// The number of the line that follows it.
    pub(super) next: usize,
}

/// Finds an introduction that begins on this line.
pub(super) fn intro(lines: &[Line<'_>], at: usize) -> Option<Intro> {
    let line = lines.get(at)?;
    if line.is_blank() {
        return None;
    }
    if !may_matter(line.text) {
        return None;
    }
    let quoted = follows_quote(lines, at + 1);
    // Some programs lose the line break before the introduction, so look inside the line first.
    let openers = ["On ", "Le ", "Am ", "El ", "Il ", "Op ", "Em ", "Den "];
    let inside = openers.iter().find_map(|opener| {
        line.text
            .match_indices(opener)
            .filter(|(byte, _)| *byte > 0)
            .find_map(|(byte, _)| {
                let before = line.text.get(..byte)?;
                let tail = line.text.get(byte..)?;
                let apart = before.ends_with([' ', '.', '!', '?', '*', '-', '\t', ',']);
                let words = before.chars().any(char::is_alphanumeric);
                (apart && words && begins_with_date(tail)).then_some((
                    before,
                    line.from + byte,
                    tail,
                ))
            })
    });
    if let Some((before, start, tail)) = inside
        && let Some(next) = joined(lines, at, tail, quoted)
    {
        let ruled = before.trim_end().trim_end_matches(['-', '_', '*']).len();
        return Some(Intro {
            start: line.from + ruled.min(start - line.from),
            next,
        });
    }
    if quoted && cites(line.text) {
        return Some(Intro {
            start: line.start,
            next: at + 1,
        });
    }
    if framed(line.text) {
        return Some(Intro {
            start: line.start,
            next: at + 1,
        });
    }
    let next = joined(lines, at, line.bare(), quoted)?;
    Some(Intro {
        start: line.start,
        next,
    })
}

/// A cheap look that lets nearly all lines of a message pass by: introductions have a date, an
/// address, dashes around them or a colon at their end.
fn may_matter(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().any(|b| b.is_ascii_digit() || *b == b'@')
        || matches!(
            bytes.last(),
            Some(b':' | b'<' | b'>' | b'-' | b'*' | b'.' | b' ')
        ) && WROTE_AT_END.iter().any(|verb| text.contains(verb))
        || text.ends_with('：')
        || text.to_lowercase().ends_with("wrote")
}

/// Whether the next line with text is quoted.
fn follows_quote(lines: &[Line<'_>], from: usize) -> bool {
    lines
        .iter()
        .skip(from)
        .find(|line| !line.is_blank())
        .is_some_and(Line::is_quoted)
}

/// Whether the next line with text is a header field.
fn above_header(lines: &[Line<'_>], from: usize) -> bool {
    lines
        .iter()
        .skip(from)
        .find(|line| !line.is_blank())
        .is_some_and(header::is_field)
}

/// `---- Anna wrote ----`, between dashes.
fn framed(text: &str) -> bool {
    text.starts_with("--")
        && text.ends_with("--")
        && text.chars().count() <= 160
        && WROTE_AT_END
            .iter()
            .any(|verb| ends_with_word(&strip(text).to_lowercase(), verb))
}

/// `Quoting Anna <anna@shop.example>:`, as webmail has it without a date.
fn cites(text: &str) -> bool {
    [
        "Quoting ",
        "Zitat von ",
        "Quoting: ",
        "Citando ",
        "Citat från ",
    ]
    .iter()
    .any(|opener| text.starts_with(opener))
        && text.ends_with(':')
        && text.chars().count() <= 160
}

/// Joins lines until they are an introduction; returns the line after it.
fn joined(lines: &[Line<'_>], at: usize, first: &str, quoted: bool) -> Option<usize> {
    let depth = lines.get(at)?.depth;
    let mut text = strip(first).to_owned();
    if is_intro(&text, quoted, || above_header(lines, at + 1)) {
        // The name and the address may stand alone on the next line.
        let name = lines.get(at + 1).filter(|line| {
            !text.ends_with([':', '：'])
                && line.depth == depth
                && line.text.ends_with([':', '：'])
                && has_address(line.text)
        });
        return Some(at + 1 + usize::from(name.is_some()));
    }
    if text.len() > 4 * MOST_CHARS || !may_begin(&text) {
        return None;
    }
    let mut blanks = 0;
    for (more, line) in lines.iter().enumerate().skip(at + 1).take(MOST_LINES) {
        if line.is_blank() {
            blanks += 1;
            if blanks > 1 {
                return None;
            }
            continue;
        }
        if line.depth != depth && !line.text.starts_with("> ") {
            return None;
        }
        if line.depth > depth && !text.ends_with('<') && !text.contains('<') {
            return None;
        }
        text.push(' ');
        text.push_str(strip(line.bare()));
        if text.chars().count() > MOST_CHARS {
            return None;
        }
        if is_intro(&text, follows_quote(lines, more + 1), || {
            above_header(lines, more + 1)
        }) {
            return Some(more + 1);
        }
    }
    None
}

fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '_' | '‐' | '\u{a0}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// Whether this text may be the first line of a longer introduction.
fn may_begin(text: &str) -> bool {
    begins_with_date(text)
        || starts_with_calendar(text)
        || text.starts_with(|c: char| c.is_ascii_digit())
        || has_address(text)
        || text.ends_with('<')
        || text.starts_with('在')
        || text.starts_with('於')
        || text.starts_with('于')
}

/// Whether a text is a whole introduction. `quoted` says that quoted lines follow it, `headed` that
/// the header of the quoted mail does.
fn is_intro(text: &str, quoted: bool, headed: impl Fn() -> bool) -> bool {
    let count = text.chars().count();
    if !(6..=MOST_CHARS).contains(&count) {
        return false;
    }
    let lower = text.to_lowercase();
    let colon = lower.ends_with([':', '：']);
    let body = lower.trim_end_matches(|c: char| c.is_whitespace() || ":：.>*-_<".contains(c));
    let ends = WROTE_AT_END.iter().any(|verb| ends_with_word(body, verb));
    let middle = (colon || quoted || headed())
        && WROTE_BEFORE_NAME.iter().any(|verb| {
            lower
                .find(verb)
                .is_some_and(|at| at > 0 && word_at(&lower, at, verb))
        });
    let shape = lower.ends_with(">:")
        || lower.ends_with("> :")
        || lower.ends_with("):")
        || lower.ends_with("]:") && quoted
        || (lower.ends_with('>') && quoted);
    // Dates and addresses are dear to look for; nearly no line comes this far.
    if !(ends || middle || shape) {
        return posted_by(&lower) || gmt(&lower, count);
    }
    let words = lower.split_whitespace().count();
    let dated = has_date(&lower);
    let address = has_address(&lower);
    let begun = dated
        && (begins_with_date(text)
            || starts_with_calendar(text)
            || text.starts_with(|c: char| c.is_ascii_digit()));
    if ends {
        let brief = words <= 20 && (address && (colon || quoted) || (dated && colon));
        let plain = colon && (lower.contains(" via ") || quoted) && words <= 9;
        if begun || brief || plain {
            return true;
        }
    }
    if middle && dated && (begun || address || words <= 16) {
        return true;
    }
    // The short form of webmail in languages without a verb: a date, a name, an address.
    if shape && address && dated && (begun || words <= 16) {
        return true;
    }
    posted_by(&lower) || gmt(&lower, count)
}

/// `2016-03-03 17:21 GMT+01:00 Anna`, from which the address was lost.
fn gmt(lower: &str, count: usize) -> bool {
    let dated = lower.starts_with("20") && has_date(lower);
    dated
        && count <= 80
        && lower
            .get(10..)
            .is_some_and(|rest| rest.contains(" gmt+") || rest.contains(" gmt-"))
}

/// `Posted by anna on 01/21/2016`, as forums have it.
fn posted_by(lower: &str) -> bool {
    lower.starts_with("posted by ") && lower.contains(" on ") && has_date(lower)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| {
        let wide = word.chars().next().is_some_and(|c| u32::from(c) >= 0x0e00);
        wide || before.is_empty() || !before.ends_with(char::is_alphanumeric)
    })
}

fn word_at(text: &str, at: usize, word: &str) -> bool {
    let before = text.get(..at).unwrap_or("");
    let after = text.get(at + word.len()..).unwrap_or("");
    before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace)
}

/// Whether a text begins with an opener such as `On`, and a date soon after it.
pub(super) fn begins_with_date(text: &str) -> bool {
    let head: String = text.chars().take(60).collect::<String>().to_lowercase();
    if head.starts_with('在') || head.starts_with('于') || head.starts_with('於') {
        return head.chars().any(|c| c.is_ascii_digit());
    }
    OPENERS.iter().any(|opener| {
        head.strip_prefix(opener).is_some_and(|rest| {
            let Some(rest) = rest.strip_prefix([' ', ',', '\u{a0}']) else {
                return false;
            };
            let mut words = rest
                .split_whitespace()
                .take(2)
                .map(|w| w.trim_start_matches(['"', '\'', '(', '<', '[', ',']));
            words.any(|w| w.starts_with(is_digit) || is_calendar(w))
                || (*opener == "in message" || *opener == "in article")
        })
    })
}

fn starts_with_calendar(text: &str) -> bool {
    let head: String = text.chars().take(24).collect::<String>().to_lowercase();
    let word = head.split([' ', ',', '.']).next().unwrap_or("");
    let mut next = head.split_whitespace().skip(1).take(2);
    is_calendar(word) && next.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_calendar(word: &str) -> bool {
    // Names that end with a space are whole words.
    CALENDAR.iter().any(|name| match name.strip_suffix(' ') {
        Some(whole) => word == whole,
        None => word.starts_with(name),
    })
}

/// A digit, also as Arabic and Persian write it.
fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '٠'..='٩' | '۰'..='۹')
}

/// Whether a text holds a date or a time.
pub(super) fn has_date(lower: &str) -> bool {
    let chars: Vec<char> = lower
        .chars()
        .map(|c| if is_digit(c) { '0' } else { c })
        .collect();
    let digits = |window: &[char]| window.iter().all(char::is_ascii_digit);
    if chars.windows(4).any(digits) {
        return true;
    }
    let clock = chars.windows(4).any(|w| match w {
        [a, sep, b, c] => {
            a.is_ascii_digit()
                && matches!(sep, ':' | '/' | '-' | '.' | 'h' | '年' | '月')
                && b.is_ascii_digit()
                && (c.is_ascii_digit() || matches!(c, '/' | '-' | '.'))
        }
        _ => false,
    });
    clock
        || (chars.iter().any(char::is_ascii_digit)
            && lower
                .split_whitespace()
                .any(|w| w.chars().count() >= 3 && is_calendar(w)))
}

/// Whether a text holds a mail address, also one that is hidden behind a word.
pub(super) fn has_address(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
    })
}
