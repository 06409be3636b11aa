//! Lengths of time as written: `1h30m`, `15m`, `3d`.

use crate::time::{DAY, HOUR, MINUTE, SECOND};

const UNITS: [(&str, i64); 5] = [
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
];

/// Reads a length of time in milliseconds: whole or decimal numbers with `ms`, `s`, `m`, `h` and
/// (where `days` allows it) `d`, one after the other. CEL knows no days, so conditions do not
/// either.
#[must_use]
pub fn parse_duration(text: &str, days: bool) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: f64 = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(digits)?;
        if number.starts_with('.') || number.ends_with('.') {
            return None;
        }
        let letters = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (unit, after) = tail.split_at_checked(letters)?;
        let (_, size) = UNITS
            .iter()
            .find(|(name, _)| *name == unit && (days || *name != "d"))?;
        #[allow(clippy::cast_precision_loss, reason = "units are small whole numbers")]
        let size = *size as f64;
        total += number.parse::<f64>().ok()? * size;
        rest = after;
    }
    // A century is more than any deadline; beyond it milliseconds would lose precision.
    if total > 3.2e12 {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
    let millis = total.round() as i64;
    Some(if negative { -millis } else { millis })
}

/// Writes milliseconds the way people say them: the two largest units that are not empty.
#[must_use]
pub fn spell_duration(millis: i64) -> String {
    let mut rest = millis.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, size) in UNITS.iter().rev() {
        let count = rest / size.unsigned_abs();
        if count > 0 && parts.len() < 2 {
            parts.push(format!("{count}{unit}"));
            rest %= size.unsigned_abs();
        } else if !parts.is_empty() {
            break;
        }
    }
    let sign = if millis < 0 { "-" } else { "" };
    if parts.is_empty() {
        "0s".to_owned()
    } else {
        format!("{sign}{}", parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_and_said() {
        assert_eq!(parse_duration("15m", false), Some(15 * MINUTE));
        assert_eq!(parse_duration("1h30m", false), Some(90 * MINUTE));
        assert_eq!(parse_duration("-1.5s", false), Some(-1_500));
        assert_eq!(parse_duration("3d", true), Some(3 * DAY));
        for wrong in ["", "3d", "15", "m", "5 m", "1.m", "5x", "999999999h"] {
            assert_eq!(parse_duration(wrong, false), None, "{wrong}");
        }
        assert_eq!(spell_duration(90 * MINUTE), "1h 30m");
        assert_eq!(spell_duration(-280 * SECOND), "-4m 40s");
        assert_eq!(spell_duration(0), "0s");
        assert_eq!(spell_duration(DAY + 5 * SECOND), "1d");
    }
}
