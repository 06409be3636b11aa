//! What never leaves: patterns that are taken out of everything a connected bot is told.

use regex::{Regex, RegexBuilder};

/// What stands in the place of what was taken out.
pub const TAKEN_OUT: &str = "[redacted]";

/// A pattern may become a machine of so many bytes.
const LARGEST: usize = 256 * 1024;

/// Patterns that have a name.
const NAMED: &[(&str, &str)] = &[
    (
        "email",
        r"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
    ),
    ("card", r"\b\d(?:[\s.-]?\d){12,18}\b"),
    (
        "iban",
        r"(?i)\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){2,7}(?:\s?[a-z0-9]{1,3})?\b",
    ),
    ("phone", r"\+?\(?\d(?:[\s()/.-]{0,2}\d){6,14}"),
];

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern:?} cannot be read")]
pub struct BadPattern {
    /// The pattern.
    pub pattern: String,
}

/// The patterns, ready to be used.
#[derive(Debug, Clone, Default)]
pub struct Redaction(Vec<Regex>);

impl Redaction {
    /// Reads patterns: regular expressions, or `email`, `card`, `iban` and `phone`.
    ///
    /// # Errors
    /// When one cannot be read, would match nothing at all, or is too large.
    pub fn read(patterns: &[String]) -> Result<Self, BadPattern> {
        let read = |pattern: &String| {
            let named = NAMED.iter().find(|(name, _)| name == pattern);
            let text = named.map_or(pattern.as_str(), |(_, text)| text);
            RegexBuilder::new(text)
                .size_limit(LARGEST)
                .build()
                .ok()
                // One that matches the empty text would fill every gap.
                .filter(|regex| !regex.is_match(""))
                .ok_or_else(|| BadPattern {
                    pattern: pattern.clone(),
                })
        };
        patterns
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The text without what never leaves. Each pattern sees the text as it was written.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut found: Vec<(usize, usize)> = self
            .0
            .iter()
            .flat_map(|pattern| pattern.find_iter(text))
            .map(|found| (found.start(), found.end()))
            .collect();
        found.sort_unstable();
        let mut left = String::with_capacity(text.len());
        let mut reached = 0;
        for (start, end) in found {
            if start >= reached {
                left.push_str(text.get(reached..start).unwrap_or_default());
                left.push_str(TAKEN_OUT);
            }
            reached = reached.max(end);
        }
        left.push_str(text.get(reached..).unwrap_or_default());
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Redaction;

    fn redaction(patterns: &[&str]) -> Redaction {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        Redaction::read(&patterns).unwrap()
    }

    #[test]
    fn what_is_named_or_written_as_a_pattern_is_taken_out_wherever_it_stands() {
        let all = redaction(&["email", "card", "iban", "phone", r"(?i)order-\d+"]);
        for (text, left) in [
            (
                "write to carla.stone+x@mail.example.org now",
                "write to [redacted] now",
            ),
            ("4111 1111 1111 1111", "[redacted]"),
            ("my card 4111-1111-1111-1111.", "my card [redacted]."),
            ("4111\u{a0}1111\u{202f}1111.1111", "[redacted]"),
            ("DE89 3704 0044 0532 0130 00", "[redacted]"),
            ("de89370400440532013000", "[redacted]"),
            ("call +44 (20) 7946-0958", "call [redacted]"),
            ("Order-17 and ORDER-18", "[redacted] and [redacted]"),
            ("it costs 12.50 on 3 May", "it costs 12.50 on 3 May"),
        ] {
            assert_eq!(all.apply(text), left);
        }
        let overlapping = redaction(&["bcd", "ab", "cde", "x"]);
        assert_eq!(overlapping.apply("abcdef x"), "[redacted]f [redacted]");
    }

    #[test]
    fn what_cannot_be_held_is_refused() {
        for bad in ["(", "", "x*", r"\p{L}{1000}{1000}"] {
            assert!(Redaction::read(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
