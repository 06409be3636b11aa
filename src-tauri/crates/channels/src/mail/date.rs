//! Dates as people's programs write them; what cannot be a date is none.

use baton_core::time::Timestamp;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// How months begin in the other languages in which programs write them, against the standard.
const FOREIGN_MONTHS: &[(&str, i64)] = &[
    ("mär", 3),
    ("mrz", 3),
    ("mrt", 3),
    ("mai", 5),
    ("maj", 5),
    ("mei", 5),
    ("mag", 5),
    ("okt", 10),
    ("ott", 10),
    ("out", 10),
    ("dez", 12),
    ("déc", 12),
    ("dic", 12),
    ("fév", 2),
    ("fev", 2),
    ("avr", 4),
    ("abr", 4),
    ("juin", 6),
    ("giu", 6),
    ("juil", 7),
    ("lug", 7),
    ("aoû", 8),
    ("ago", 8),
    ("ene", 1),
    ("gen", 1),
    ("janv", 1),
    ("set", 9),
];

#[derive(Default)]
struct Reading {
    year: Option<i64>,
    month: Option<i64>,
    /// Whether the name of the month stood before the day.
    month_came_first: bool,
    day: Option<i64>,
    clock: Option<(i64, i64, i64)>,
    /// Minutes east of Greenwich.
    zone: Option<i64>,
}

/// Reads the value of a Date field.
pub(crate) fn parse(value: &[u8]) -> Option<Timestamp> {
    let text = String::from_utf8_lossy(value.get(..200).unwrap_or(value)).to_ascii_lowercase();
    let mut reading = Reading::default();
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.trim();
    let plain = plain.strip_prefix("date:").unwrap_or(plain);
    for token in plain.split(|c: char| c.is_whitespace() || matches!(c, ',' | '"')) {
        if !token.is_empty() {
            reading.add(token)?;
        }
    }
    reading.instant()
}

impl Reading {
    fn add(&mut self, token: &str) -> Option<()> {
        if let Some((date, clock)) = token.split_once('t') {
            // ISO 8601: 2026-11-21T09:30:00Z
            if clock.contains(':') && date.starts_with(|c: char| c.is_ascii_digit()) {
                self.add(date)?;
                return self.add(clock);
            }
        }
        if token.contains(':') && token.starts_with(|c: char| c.is_ascii_digit()) {
            return self.add_clock(token);
        }
        if let Some(sign) = token.strip_prefix(['+', '-'])
            && !sign.is_empty()
            && self.clock.is_some()
            && sign.starts_with(|c: char| c.is_ascii_digit())
        {
            return self.add_offset(token);
        }
        if token.contains(['-', '/', '.']) {
            let pieces: Vec<&str> = token
                .split(['-', '/', '.'])
                .filter(|piece| !piece.is_empty())
                .collect();
            if let [first, month, last] = pieces.as_slice() {
                let first_number = first.parse::<i64>().ok();
                if first.len() == 4 && first_number.is_some() {
                    self.year = first_number;
                    self.month = month_of(month);
                    self.day = last.parse().ok();
                } else {
                    self.day = first_number;
                    self.month = month_of(month);
                    self.year = year_of(last);
                }
                return Some(());
            }
            for piece in pieces {
                self.add(piece)?;
            }
            return Some(());
        }
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let number = digits.parse::<i64>().ok()?;
            if self.day.is_none() && digits.len() <= 2 {
                self.day = Some(number);
            } else if self.month.is_none() && self.year.is_none() && digits.len() <= 2 {
                // "21 03 2025"; which of "02 03" is the month, nobody knows.
                let day = self.day.unwrap_or_default();
                if number == day || day > 12 {
                    self.month = month_of(digits);
                }
            } else if self.year.is_none() {
                self.year = year_of(digits);
            } else if self.clock.is_some() && self.zone.is_none() && digits.len() == 4 {
                // A zone that lost its plus.
                self.add_offset(&format!("+{digits}"));
            }
            return Some(());
        }
        match token {
            "pm" => {
                if let Some((hour, _, _)) = self.clock.as_mut()
                    && *hour < 12
                {
                    *hour += 12;
                }
            }
            "am" => {
                if let Some((hour, _, _)) = self.clock.as_mut()
                    && *hour == 12
                {
                    *hour = 0;
                }
            }
            _ => {
                // What stands before the day may be a weekday that begins like a month: "mar. 4 févr."
                let early = self.month_came_first && self.day.is_some();
                if (self.month.is_none() || early)
                    && token.len() >= 3
                    && !is_weekday(token)
                    && let Some(month) = month_of(token)
                {
                    self.month = Some(month);
                    self.month_came_first = self.day.is_none();
                    return Some(());
                }
                if self.clock.is_some() {
                    self.add_zone_name(token);
                }
            }
        }
        Some(())
    }

    fn add_clock(&mut self, token: &str) -> Option<()> {
        let end = token
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')))
            .unwrap_or(token.len());
        let (clock, zone) = token.split_at_checked(end)?;
        let mut numbers = clock.split(':').map(|piece| {
            piece
                .split('.')
                .next()
                .unwrap_or_default()
                .parse::<i64>()
                .ok()
        });
        let hour = numbers.next()??;
        let minute = numbers.next()??;
        let second = numbers.next().flatten().unwrap_or(0);
        self.clock = Some((hour, minute, second));
        if zone.is_empty() {
            Some(())
        } else {
            self.add(zone).or(Some(()))
        }
    }

    fn add_offset(&mut self, token: &str) -> Option<()> {
        let east = !token.starts_with('-');
        let digits: String = token.chars().filter(char::is_ascii_digit).collect();
        let number: i64 = digits.parse().ok()?;
        let minutes = match digits.len() {
            1 | 2 => number * 60,
            3 | 4 => number / 100 * 60 + number % 100,
            _ => return None,
        };
        // No place on earth is further off; a worse figure makes the instant a guess.
        if minutes > 24 * 60 || number % 100 >= 60 && digits.len() > 2 {
            return None;
        }
        self.zone = Some(if east { minutes } else { -minutes });
        Some(())
    }

    fn add_zone_name(&mut self, token: &str) {
        let hours = match token {
            "gmt" | "ut" | "utc" | "z" | "wet" => 0,
            "bst" | "cet" | "met" | "mez" | "west" => 1,
            "cest" | "mest" | "mesz" | "eet" | "sast" => 2,
            "eest" | "msk" => 3,
            "ist" => {
                self.zone.get_or_insert(330);
                return;
            }
            "jst" | "kst" => 9,
            "est" => -5,
            "edt" | "ast" => -4,
            "cst" => -6,
            "cdt" => -5,
            "mst" => -7,
            "mdt" => -6,
            "pst" => -8,
            "pdt" => -7,
            "hst" => -10,
            "akst" => -9,
            "akdt" => -8,
            "aest" => 10,
            "aedt" => 11,
            "nzst" => 12,
            "nzdt" => 13,
            _ => {
                // "gmt+0100"
                for prefix in ["gmt", "utc"] {
                    if let Some(offset) = token.strip_prefix(prefix) {
                        self.add_offset(offset);
                    }
                }
                return;
            }
        };
        self.zone.get_or_insert(hours * 60);
    }

    fn instant(self) -> Option<Timestamp> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let (hour, minute, second) = self.clock.unwrap_or_default();
        let valid = (1900..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        if !valid {
            return None;
        }
        let seconds = days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
            - self.zone.unwrap_or(0) * 60;
        Some(Timestamp(seconds * 1_000))
    }
}

fn is_weekday(token: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .any(|day| {
            token.starts_with(day)
                && (token.len() == 3 || token.trim_end_matches('.').ends_with("day"))
        })
}

fn month_of(token: &str) -> Option<i64> {
    if let Ok(number) = token.parse::<i64>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let known = MONTHS
        .iter()
        .position(|month| token.starts_with(month))
        .and_then(|at| i64::try_from(at + 1).ok());
    let foreign = || {
        FOREIGN_MONTHS
            .iter()
            .find(|(month, _)| token.starts_with(month))
            .map(|(_, number)| *number)
    };
    known.or_else(foreign)
}

fn year_of(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        2 if number < 50 => Some(number + 2_000),
        2 | 3 => Some(number + 1_900),
        4 => Some(number),
        _ => None,
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + day_of_era - 719_468
}
