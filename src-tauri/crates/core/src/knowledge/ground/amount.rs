//! The numbers of a text as they are compared: `12,50 EUR` is `12.50 euros`, thirty days are 30
//! days, and 24.12. is the 24th of December; 14 hours are not 14 days.

mod numeral;
mod unit;

use self::numeral::{month, numeral};
use self::unit::{Unit, sign, unit};
use crate::knowledge::word::{Word, words};

/// A number, in every way in which it may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    readings: Vec<(String, Option<Unit>)>,
    /// Whether it may be no number: *a*, *one* and *may* mean other things as well.
    loose: bool,
    /// The day and the month, where it may be one of a year: 24.12 looks like a price.
    parts: Vec<Self>,
}

impl Amount {
    fn new(value: String, unit: Option<Unit>, loose: bool) -> Self {
        let same = match (unit, value.parse::<u32>()) {
            (Some(unit), Ok(count)) => unit.same(count),
            _ => None,
        };
        let mut readings = vec![(value, unit)];
        readings.extend(same.map(|(count, unit)| (count.to_string(), Some(unit))));
        Self {
            readings,
            loose,
            parts: Vec::new(),
        }
    }

    fn stands_in(&self, known: &[Self]) -> bool {
        let there = |one: &Self| {
            let mut same = known.iter().chain(known.iter().flat_map(|one| &one.parts));
            same.any(|other| other.is(one))
        };
        there(self) || (!self.parts.is_empty() && self.parts.iter().all(there))
    }

    fn is(&self, other: &Self) -> bool {
        self.readings.iter().any(|(value, unit)| {
            other.readings.iter().any(|(known, of)| {
                // A number that says not what it counts may count anything.
                value == known && (unit.is_none() || of.is_none() || unit == of)
            })
        })
    }
}

/// Whether every number of a sentence stands in one of the passages.
pub(super) fn stand_in(sentence: &str, passages: &[&str]) -> bool {
    let known: Vec<Amount> = passages.iter().flat_map(|text| amounts(text)).collect();
    let mut wanted = amounts(sentence).into_iter().filter(|one| !one.loose);
    wanted.all(|amount| amount.stands_in(&known))
}

/// The numbers of a text, in figures or in words.
fn amounts(text: &str) -> Vec<Amount> {
    let all: Vec<Word> = words(text).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let read = figures(text, &all, at).or_else(|| spelled(&all, at));
        match read {
            Some((amounts, used)) => {
                found.extend(amounts);
                at = at.saturating_add(used.max(1));
            }
            None => {
                // What has a digit in it, such as the number of an order, is compared as it stands.
                if word.folded.chars().any(char::is_numeric) {
                    found.push(Amount::new(word.folded.clone(), None, false));
                }
                at = at.saturating_add(1);
            }
        }
    }
    found
}

type Read = (Vec<Amount>, usize);

/// A number in figures at a word, and how many words it is made of.
fn figures(text: &str, all: &[Word], at: usize) -> Option<Read> {
    let word = all.get(at)?;
    let rest = text.get(word.start..)?;
    let written = rest.get(..literal(rest))?;
    let end = word.start.saturating_add(written.len());
    let last = all.iter().rposition(|one| one.start < end)?;
    let behind = text.get(end..all.get(last)?.end)?;
    if written.is_empty() || behind.chars().any(char::is_numeric) {
        return None;
    }
    let next = all.get(last.saturating_add(1));
    let afternoon = match (behind, next) {
        ("", Some(next)) => next.folded == "pm" || is_p_m(all, last),
        (behind, _) => behind.eq_ignore_ascii_case("pm"),
    };
    let named = match behind {
        "" => unit_after(text, all, last),
        "st" | "nd" | "rd" | "th" | "am" | "pm" | "AM" | "PM" => None,
        behind => Some(unit(&behind.to_lowercase())?),
    };
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    let gap = text.get(before.map_or(0, |before| before.end)..word.start)?;
    let unit = named
        .or_else(|| sign(gap.trim_end().chars().last()?).filter(|unit| unit.is_money()))
        .or_else(|| unit(&before?.folded).filter(|unit| unit.is_money()));
    let values = values(written);
    let mut amounts: Vec<Amount> = Vec::new();
    for (place, value) in values.into_iter().enumerate() {
        let hour = value.parse::<u32>().ok().filter(|hour| *hour < 12);
        let value = match hour {
            Some(hour) if afternoon && place == 0 => hour.saturating_add(12).to_string(),
            _ => value,
        };
        amounts.push(Amount::new(value, unit, false));
    }
    if let [only] = amounts.as_mut_slice()
        && unit.is_none()
    {
        only.parts = day_of_year(written);
    }
    Some((amounts, last.saturating_sub(at).saturating_add(1)))
}

fn is_p_m(all: &[Word], last: usize) -> bool {
    let letter = |by: usize| all.get(last.saturating_add(by)).map(|one| &*one.folded);
    letter(1) == Some("p") && letter(2) == Some("m")
}

/// What is counted, by the sign or the word behind a number.
fn unit_after(text: &str, all: &[Word], last: usize) -> Option<Unit> {
    let end = all.get(last)?.end;
    let next = all.get(last.saturating_add(1));
    let gap = text.get(end..next.map_or(text.len(), |next| next.start))?;
    if let Some(known) = gap.trim_start().chars().next().and_then(sign) {
        return Some(known);
    }
    let next = &next?.folded;
    let adds = matches!(
        next.as_str(),
        "business" | "working" | "calendar" | "full" | "whole" | "more" | "volle" | "ganze"
    );
    match adds {
        true => unit(&all.get(last.saturating_add(2))?.folded),
        false => unit(next),
    }
}

/// A number or a month in words, and how many words it is made of.
fn spelled(all: &[Word], at: usize) -> Option<Read> {
    let word = all.get(at)?;
    let after = |by: usize| all.get(at.saturating_add(by)).map(|one| &*one.folded);
    if let Some(number) = month(&word.folded) {
        let figure = |one: &str| one.starts_with(|c: char| c.is_ascii_digit());
        let before = at.checked_sub(1).and_then(|before| all.get(before));
        let dated = before.is_some_and(|one| figure(&one.folded)) || after(1).is_some_and(figure);
        let value = number.to_string();
        return dated.then(|| (vec![Amount::new(value, None, word.folded == "may")], 1));
    }
    if matches!(
        word.folded.as_str(),
        "a" | "an" | "one" | "ein" | "eine" | "einen" | "einem" | "einer" | "eines"
    ) && !after(1).is_some_and(|next| matches!(next, "hundred" | "thousand"))
    {
        let unit = after(1).and_then(unit);
        return Some((vec![Amount::new("1".to_owned(), unit, true)], 1));
    }
    let (mut count, mut used) = (numeral(&word.folded)?, 1_usize);
    if count >= 20
        && count.is_multiple_of(10)
        && let Some(ones) = after(used).and_then(|next| match next {
            "one" => Some(1),
            next => numeral(next).filter(|ones| *ones < 10),
        })
    {
        count = count.saturating_add(ones);
        used = used.saturating_add(1);
    }
    while let Some(times @ (100 | 1000)) = after(used).and_then(numeral) {
        count = count.saturating_mul(times);
        used = used.saturating_add(1);
    }
    let unit = after(used).and_then(unit);
    // *There are two ways* counts what is said, and nothing that a source would have to say.
    let loose = unit.is_none() && count <= 12;
    Some((vec![Amount::new(count.to_string(), unit, loose)], used))
}

/// How many bytes at the beginning of a text are figures and what stands between them.
fn literal(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        let follows = rest.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if character.is_ascii_digit() {
            end = at.saturating_add(1);
        } else if !(end > 0 && follows && BETWEEN.contains(&character)) {
            break;
        }
    }
    end
}

const BETWEEN: [char; 7] = ['.', ',', ':', '\'', '\u{2019}', '\u{a0}', '\u{202f}'];

/// The numbers that figures stand for: one, or those of a date or a time of day.
fn values(written: &str) -> Vec<String> {
    let groups: Vec<&str> = written.split(BETWEEN).collect();
    let between: Vec<char> = written.matches(BETWEEN).flat_map(str::chars).collect();
    if let Some((whole, part)) = decimal(written, &groups, &between) {
        let part = part.trim_end_matches('0');
        let whole = bare(&whole);
        return vec![match part {
            "" => whole,
            part => format!("{whole}.{part}"),
        }];
    }
    let thousands = groups.iter().skip(1).all(|group| group.len() == 3);
    if thousands && !written.contains(':') && groups.first().is_some_and(|first| first.len() < 4) {
        return vec![bare(&groups.concat())];
    }
    let mut each = groups.into_iter();
    let first = each.next().map(bare);
    // The full hour is said without its minutes.
    let others = each.map(bare).filter(|value| value != "0");
    first.into_iter().chain(others).collect()
}

/// The whole and the part of a number with a part.
fn decimal<'a>(written: &str, groups: &[&'a str], between: &[char]) -> Option<(String, &'a str)> {
    let (part, wholes) = groups.split_last()?;
    let mark = between.last().filter(|mark| matches!(mark, '.' | ','))?;
    let once = between.iter().filter(|one| *one == mark).count() == 1;
    let grouped = wholes.iter().skip(1).all(|group| group.len() == 3);
    let short = part.len() < 3 || written.starts_with("0.") || written.starts_with("0,");
    (once && grouped && short && !written.contains(':')).then(|| (wholes.concat(), *part))
}

fn day_of_year(written: &str) -> Vec<Amount> {
    let within = |text: &str, most: u32| {
        let number = text.parse::<u32>();
        number.is_ok_and(|number| (1..=most).contains(&number))
    };
    match written.split_once('.') {
        Some((day, month)) if within(day, 31) && within(month, 12) => [day, month]
            .map(|part| Amount::new(bare(part), None, false))
            .into(),
        _ => Vec::new(),
    }
}

/// Figures without zeros before them.
fn bare(figures: &str) -> String {
    match figures.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stand_in;

    #[test]
    fn a_number_is_the_same_however_it_is_spelled() {
        let same = [
            ("thirty days", "30 days"),
            ("30 days", "thirty days"),
            ("drei\u{df}ig Tagen", "30 Tage"),
            ("twenty-one days", "21 days"),
            ("einundzwanzig Tage", "21 Tage"),
            ("two hundred euros", "200 \u{20ac}"),
            ("12,50 EUR", "12.50 \u{20ac}"),
            ("\u{20ac}12.50", "12,50 Euro"),
            ("12 Euro", "EUR 12,00"),
            ("1,000 euros", "1.000,00 \u{20ac}"),
            ("1000 Euro", "1\u{a0}000 \u{20ac}"),
            ("1 day", "a day"),
            ("24 December 2026", "24.12.2026"),
            ("24.12.", "December 24"),
            ("24.12.2026", "2026-12-24"),
            ("5. M\u{e4}rz", "05.03."),
            ("the 14th day", "14 days"),
            ("9 Uhr", "09:00"),
            ("5 pm", "17:00"),
            ("5:30 p.m.", "17:30 Uhr"),
            ("two weeks", "14 days"),
            ("48 Stunden", "2 Tage"),
            ("14 days", "14 business days"),
            ("order A17", "A17"),
            ("10%", "10 percent"),
            ("We may call", "nothing"),
            ("There are two ways to do that.", "nothing"),
            ("4 boxes", "four boxes"),
        ];
        let wrong = same
            .iter()
            .filter(|(said, known)| !stand_in(said, &[known]));
        assert_eq!(wrong.collect::<Vec<_>>(), [&("", ""); 0]);
    }

    #[test]
    fn another_number_is_another_number() {
        let other = [
            ("forty days", "30 days"),
            ("vierzig Tage", "30 Tage"),
            ("14 hours", "14 days"),
            ("14 months", "14 Tage"),
            ("12,50 EUR", "12.50 USD"),
            ("12.50", "125.0"),
            ("1.000 Euro", "1,00 Euro"),
            ("5 pm", "5:00"),
            ("24 November", "24.12."),
            ("three weeks", "14 days"),
            ("twenty boxes", "4 boxes"),
            ("order A18", "A17"),
            ("10%", "10 days"),
        ];
        let wrong = other
            .iter()
            .filter(|(said, known)| stand_in(said, &[known]));
        assert_eq!(wrong.collect::<Vec<_>>(), [&("", ""); 0]);
    }
}
