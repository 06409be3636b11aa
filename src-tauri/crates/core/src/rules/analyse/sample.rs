//! A text that contains this, starts with that and matches a third: an example, where a simple one
//! is found.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::space::Ask;

/// Stands between parts, so that no new word comes about where two of them meet.
const BETWEEN: &str = " · ";

/// A text that answers every question as wanted; `fits` has the last word.
pub(super) fn text(asked: &[(&Ask, bool)], fits: impl Fn(&str) -> bool) -> Option<String> {
    let start = asked
        .iter()
        .filter_map(|(ask, answer)| match ask {
            Ask::StartsWith(_, part) if *answer => Some(&**part),
            _ => None,
        })
        .max_by_key(|part| part.len())
        .unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    for (ask, answer) in asked {
        match ask {
            Ask::Contains(_, part) if *answer => parts.push(part.to_string()),
            Ask::Matches(_, pattern) if *answer => parts.push(example(pattern)?),
            _ => {}
        }
    }
    let mut candidates = vec![format!("{start}{}", parts.join(BETWEEN))];
    if start.is_empty() && parts.is_empty() {
        candidates.insert(0, "other".to_owned());
    }
    candidates.push(format!("{start}{BETWEEN}{}", parts.join(BETWEEN)));
    candidates.push(format!("{start}{}", parts.join(" ")));
    // A whole text that matches may leave no room for anything beside it.
    candidates.extend(parts.iter().map(|part| format!("{start}{part}")));
    candidates.extend(parts.iter().cloned());
    for filler in ["something else", "x", "other", "0", "~"] {
        candidates.push(format!("{start}{filler}"));
        candidates.push(filler.to_owned());
    }
    candidates.push(start.to_owned());
    candidates.into_iter().find(|text| fits(text))
}

/// A text that matches a regular expression, as short as its parts allow.
fn example(pattern: &str) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut out = String::new();
    write(&hir, &mut out)?;
    Some(out)
}

fn write(hir: &Hir, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            // A letter or digit is what people would write.
            let plain = ['a', 'e', '1', '0', 'A', ' ', '-'].into_iter().find(|c| {
                ranges
                    .iter()
                    .any(|range| range.start() <= *c && *c <= range.end())
            });
            out.push(plain.or_else(|| ranges.first().map(|range| range.start()))?);
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.push(char::from(class.ranges().first()?.start()));
        }
        HirKind::Repetition(repeated) => {
            for _ in 0..repeated.min.min(1_000) {
                write(&repeated.sub, out)?;
            }
        }
        HirKind::Capture(group) => write(&group.sub, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, out)?;
            }
        }
        HirKind::Alternation(parts) => write(parts.first()?, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_matches_its_pattern() {
        for pattern in [
            "[0-9]+",
            "(?i)refund|money back",
            "^order #\\d{4,}$",
            "a.c",
            "(?:x{3}){2}y?",
            "\\bCEO\\b",
        ] {
            let text = example(pattern).unwrap();
            assert!(
                regex::Regex::new(pattern).unwrap().is_match(&text),
                "{pattern}: {text}"
            );
        }
    }
}
