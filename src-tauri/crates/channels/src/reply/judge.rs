//! Decides which parts of a message are folded.

use super::header::{self, Separator};
use super::intro::intro;
use super::line::{Line, lines};
use super::{Fold, FoldKind, sign};

/// A stretch of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    start: usize,
    end: usize,
    /// The customer's words, or what kind of fold.
    fold: Option<FoldKind>,
    /// The first of its lines and the one after its last.
    first: usize,
    next: usize,
}

/// The folds of a text.
pub(super) fn folds(text: &str) -> Vec<Fold> {
    let lines = lines(text);
    let mut parts = cut(&lines, text.len());
    sign_off(&lines, &mut parts);
    let own = |part: &Part| part.fold.is_none() && !is_empty(text, part);
    if !parts.iter().any(own) {
        parts = fall_back(text, parts);
    }
    parts
        .iter()
        .filter_map(|part| {
            let kind = part.fold?;
            Some(Fold {
                start: part.start,
                end: part.end,
                kind,
            })
        })
        .collect()
}

fn is_empty(text: &str, part: &Part) -> bool {
    text.get(part.start..part.end)
        .is_none_or(|piece| piece.trim().is_empty())
}

/// What is visible when nothing but folds were found.
fn fall_back(text: &str, parts: Vec<Part>) -> Vec<Part> {
    // A bare forward is what the customer wants to be read; so is a lone quote.
    let unfold = |kind: FoldKind| {
        parts
            .iter()
            .any(|p| p.fold == Some(kind) && !is_empty(text, p))
    };
    let shown = if unfold(FoldKind::Forward) {
        FoldKind::Forward
    } else if unfold(FoldKind::Quote) {
        FoldKind::Quote
    } else {
        FoldKind::Signature
    };
    parts
        .iter()
        .map(|part| Part {
            fold: part.fold.filter(|kind| *kind != shown),
            ..*part
        })
        .collect()
}

/// How many lines that look like a header field are looked at closely; no mail has more above what
/// it quotes, and a flood of them must not cost more than reading it.
const MOST_LOOKS: usize = 2_000;

/// A stretch that is folded: where it begins, the line after it, and as what.
struct Cut {
    start: usize,
    next: usize,
    kind: FoldKind,
}

/// Cuts the message at introductions, separators, header blocks and quote marks.
fn cut(lines: &[Line<'_>], len: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut looks = MOST_LOOKS;
    // Whether words of the customer stand above.
    let mut above = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some(cut) = folded(lines, at, above, &mut looks) else {
            above |= !line.is_blank();
            push(&mut parts, lines, at, at + 1, line.start, None);
            at += 1;
            continue;
        };
        if cut.start > line.start {
            push(&mut parts, lines, at, at, line.start, None);
            above = true;
        }
        push(&mut parts, lines, at, cut.next, cut.start, Some(cut.kind));
        at = cut.next;
    }
    close(&mut parts, len);
    parts
}

/// What is folded from a line on; none when the line is the sender's own.
fn folded(lines: &[Line<'_>], at: usize, above: bool, looks: &mut usize) -> Option<Cut> {
    let line = lines.get(at)?;
    let end = lines.len();
    let here = |next, kind| {
        let start = line.start;
        Some(Cut { start, next, kind })
    };
    if line.is_quoted() {
        return here(quoted_until(lines, at), FoldKind::Quote);
    }
    if let Some(next) = sign::armour(lines, at) {
        return here(next, FoldKind::Signature);
    }
    match header::separator(line) {
        Some(Separator::Original) => {
            let below = answered_below(lines, above, at + 1, true);
            return here(below.unwrap_or(end), FoldKind::Quote);
        }
        Some(Separator::ReplyAbove) => return here(end, FoldKind::Quote),
        Some(Separator::Forwarded) => return here(end, FoldKind::Forward),
        None => {}
    }
    let separated = is_rule(line);
    let below = if separated {
        next_filled(lines, at + 1)
    } else {
        at
    };
    let begins = *looks > 0 && lines.get(below).is_some_and(header::is_field);
    *looks -= usize::from(begins);
    if begins && header::block(lines, below, separated).is_some() {
        let below = answered_below(lines, above, below, separated);
        return here(below.unwrap_or(end), FoldKind::Quote);
    }
    let found = intro(lines, at)?;
    let filled = next_filled(lines, found.next);
    let next = if lines.get(filled).is_some_and(Line::is_quoted) {
        quoted_until(lines, filled)
    } else if above || found.start > line.start {
        end
    } else {
        // Nothing stands above: the answer, if there is one, stands below.
        found.next
    };
    Some(Cut {
        start: found.start,
        next,
        kind: FoldKind::Quote,
    })
}

/// Where the quote ends that begins the message with the header of what it quotes, when every line
/// of it is marked: the answer stands below. Where words stand above, it is all quote.
fn answered_below(lines: &[Line<'_>], above: bool, at: usize, separated: bool) -> Option<usize> {
    if above {
        return None;
    }
    let first = next_filled(lines, at);
    let below = header::block(lines, first, separated).unwrap_or(first);
    let quote = next_filled(lines, below);
    lines.get(quote).filter(|line| line.is_quoted())?;
    let next = quoted_until(lines, quote);
    lines
        .get(next..)?
        .iter()
        .any(|line| !line.is_blank())
        .then_some(next)
}

/// Appends lines to the last part, or begins a new one.
fn push(
    parts: &mut Vec<Part>,
    lines: &[Line<'_>],
    first: usize,
    next: usize,
    start: usize,
    fold: Option<FoldKind>,
) {
    let end = lines.get(next).map_or(usize::MAX, |line| line.start);
    match parts.last_mut() {
        Some(last) if last.fold == fold => {
            last.next = next;
            last.end = end;
        }
        last => {
            if let Some(last) = last {
                last.end = start;
            }
            parts.push(Part {
                start,
                end,
                fold,
                first,
                next,
            });
        }
    }
}

fn close(parts: &mut [Part], len: usize) {
    for part in parts {
        part.end = part.end.min(len);
    }
}

/// The line after the quoted lines that begin here; empty lines between quoted ones belong to it.
fn quoted_until(lines: &[Line<'_>], at: usize) -> usize {
    let mut next = at;
    for (number, line) in lines.iter().enumerate().skip(at) {
        if line.is_quoted() {
            next = number + 1;
        } else if !line.is_blank() {
            break;
        }
    }
    next
}

fn next_filled(lines: &[Line<'_>], at: usize) -> usize {
    lines
        .iter()
        .enumerate()
        .skip(at)
        .find(|(_, l)| !l.is_blank())
        .map_or(lines.len(), |(n, _)| n)
}

/// A line of dashes or underscores.
fn is_rule(line: &Line<'_>) -> bool {
    let bare = line.bare();
    bare.chars().filter(|c| !c.is_whitespace()).count() >= 3
        && bare.chars().all(|c| "-_=*~—–─＿ ".contains(c))
}

/// Finds signatures, footers and notices at the end of the customer's words.
fn sign_off(lines: &[Line<'_>], parts: &mut Vec<Part>) {
    let mut out = Vec::new();
    for part in parts.iter() {
        if part.fold.is_some() {
            out.push(*part);
            continue;
        }
        split_signature(lines, part, &mut out);
    }
    *parts = out;
}

/// The most lines of a signature below its delimiter.
const LONGEST_SIGNATURE: usize = 14;

/// The first delimiter that has no more than a signature below it.
fn delimiter<'l>(own: &[(usize, &'l Line<'l>)]) -> Option<(usize, &'l Line<'l>)> {
    let mut filled = 0;
    let mut found = None;
    for (below, (number, line)) in own.iter().rev().enumerate() {
        if filled > LONGEST_SIGNATURE && (below > 40 || found.is_some()) {
            break;
        }
        let brief = filled <= LONGEST_SIGNATURE || line.whole == "-- ";
        let tail = || own.get(own.len() - below..).unwrap_or_default();
        if brief && sign::is_delimiter(line) && (!sign::is_ruled(line) || !speaks(tail())) {
            found = Some((*number, *line));
        }
        filled += usize::from(!line.is_blank());
    }
    found
}

/// Whether lines below a mere rule are sentences, and so more likely said than signed.
fn speaks(below: &[(usize, &Line<'_>)]) -> bool {
    let lines: Vec<&Line<'_>> = below.iter().map(|(_, line)| *line).collect();
    lines
        .split(|line| line.is_blank())
        .filter(|paragraph| !paragraph.is_empty())
        .any(|paragraph| {
            let words: Vec<&str> = paragraph.iter().map(|line| line.text).collect();
            let text = words.join(" ");
            let sentence = text.split_whitespace().count() >= 8
                && text.ends_with(['.', '!', '?', '。', '？', '！']);
            sentence && !sign::is_disclaimer(&text) && !sign::is_list_footer(&text)
        })
}

fn split_signature(lines: &[Line<'_>], part: &Part, out: &mut Vec<Part>) {
    let own: Vec<(usize, &Line<'_>)> = lines
        .iter()
        .enumerate()
        .take(part.next)
        .skip(part.first)
        .collect();
    let delimiter = delimiter(&own);
    let name = own
        .iter()
        .rev()
        .find(|(_, line)| !line.is_blank())
        .filter(|(number, line)| *number > part.first && sign::is_dashed_name(line.text));
    let mut end = part.end;
    let mut signature = None;
    if let Some((_, line)) = delimiter.or(name.copied()) {
        signature = Some(Part {
            start: line.start.max(part.start),
            end: part.end,
            fold: Some(FoldKind::Signature),
            ..*part
        });
        end = line.start.max(part.start);
    }
    let (begin, notices) = notices(&own, part.start, end);
    let finish = notices.unwrap_or(end);
    let fold = |start, end, kind| Part {
        start,
        end,
        fold: Some(kind),
        ..*part
    };
    if begin > part.start {
        out.push(fold(part.start, begin, FoldKind::Disclaimer));
    }
    let mut from = begin;
    for (_, line) in own
        .iter()
        .filter(|(_, line)| line.start < finish && line.start >= begin)
    {
        if sign::is_device(line) {
            out.push(Part {
                start: from,
                end: line.start,
                fold: None,
                ..*part
            });
            out.push(fold(line.start, line.end.min(finish), FoldKind::Signature));
            from = line.end.min(finish);
        }
    }
    if from < finish {
        out.push(Part {
            start: from,
            end: finish,
            fold: None,
            ..*part
        });
    }
    if finish < end {
        out.push(fold(finish, end, FoldKind::Disclaimer));
    }
    out.extend(signature);
}

/// Where the words begin below a banner, and where they end above notices and footers.
fn notices(own: &[(usize, &Line<'_>)], start: usize, end: usize) -> (usize, Option<usize>) {
    let inside: Vec<&Line<'_>> = own
        .iter()
        .map(|(_, line)| *line)
        .filter(|l| l.start >= start && l.start < end)
        .collect();
    let paragraphs: Vec<&[&Line<'_>]> = inside
        .split(|line| line.is_blank())
        .filter(|lines| !lines.is_empty())
        .collect();
    let words = |lines: &[&Line<'_>]| lines.iter().map(|l| l.text).collect::<Vec<_>>().join(" ");
    let mut begin = start;
    let mut first = 0;
    if let Some(top) = paragraphs.first().filter(|_| paragraphs.len() > 1)
        && sign::is_banner(&words(top))
    {
        begin = top.last().map_or(start, |line| line.end);
        first = 1;
    }
    let mut finish = None;
    for paragraph in paragraphs.iter().skip(first + 1).rev() {
        let text = words(paragraph);
        if !sign::is_disclaimer(&text) && !sign::is_list_footer(&text) {
            break;
        }
        finish = paragraph.first().map(|line| line.start);
    }
    (begin, finish)
}
