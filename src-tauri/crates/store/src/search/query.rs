//! What a person types into the search field: words, "phrases", -not, from:, to:, subject:, tag:,
//! is:, has:, in:, with:, queue:, priority:, before:, after:. Nothing that is typed is an error; what is
//! not understood is looked for as it stands.

use baton_core::ids::{AgentName, BotName, QueueName};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::{DAY, Timestamp};

use crate::search::fold::{MARK, folded, is_unspaced, spaced, words};
use crate::table::listing::Place;
use crate::value::Word;

/// Where a word must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Anywhere,
    Subject,
    Sender,
    Recipients,
    Marks,
}

/// One word or phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) field: Field,
    pub(crate) text: String,
    /// Whether the last word may go on.
    pub(crate) prefix: bool,
}

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub(crate) must: Vec<Clause>,
    pub(crate) must_not: Vec<Clause>,
    pub(crate) places: Vec<Place>,
    pub(crate) not_places: Vec<Place>,
    pub(crate) channels: Vec<String>,
    pub(crate) not_channels: Vec<String>,
    pub(crate) after: Option<Timestamp>,
    pub(crate) before: Option<Timestamp>,
}

/// Words and phrases of one query that are looked for; the rest is left out.
const MAX_CLAUSES: usize = 32;
/// The shortest beginning of a word that is completed: shorter ones would match half of all words.
const MIN_PREFIX: usize = 3;

/// The clock of the person who searches, for `before:` and `after:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchClock {
    /// The time.
    pub now: Timestamp,
    /// What their clock is ahead of UTC, in milliseconds.
    pub utc_offset_ms: i64,
}

impl Query {
    /// Reads what was typed. The last word counts as the beginning of one while nothing follows
    /// it, so that every key brings the result nearer.
    #[must_use]
    pub fn read(typed: &str, clock: SearchClock) -> Self {
        let mut query = Self::default();
        for piece in pieces(typed) {
            query.add(piece, clock);
        }
        query
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it asks for words, and not only for places and times.
    pub(crate) const fn has_words(&self) -> bool {
        !self.must.is_empty() || !self.must_not.is_empty()
    }

    fn add(&mut self, piece: Piece, clock: SearchClock) {
        let Piece {
            negated,
            key,
            text,
            typing,
            quoted,
        } = piece;
        let lower = text.to_lowercase();
        let place = match key.as_str() {
            "tag" => Some(Place::Tag(text.clone())),
            "with" | "agent" => Some(Place::Agent(AgentName::new(lower.as_str()))),
            "queue" | "team" => Some(Place::Queue(QueueName::new(lower.as_str()))),
            "bot" => Some(Place::Bot(BotName::new(lower.as_str()))),
            "priority" => word_of::<Priority>(&lower).map(Place::Priority),
            "is" => place_of(&lower),
            _ => None,
        };
        if let Some(place) = place {
            match negated {
                true => self.not_places.push(place),
                false => self.places.push(place),
            }
            return;
        }
        match (key.as_str(), instant(&lower, clock)) {
            ("after", Some((from, _))) => match negated {
                true => self.before = earliest(self.before, from),
                false => self.after = latest(self.after, from),
            },
            ("before", Some((from, _))) => match negated {
                true => self.after = latest(self.after, from),
                false => self.before = earliest(self.before, from),
            },
            ("on" | "date", Some((from, to))) if !negated => {
                self.after = latest(self.after, from);
                self.before = earliest(self.before, to);
            }
            ("in" | "channel", _) => match negated {
                true => self.not_channels.push(lower),
                false => self.channels.push(lower),
            },
            _ => {
                let clause = clause(&key, &text, &lower, typing && !quoted);
                let list = match negated {
                    true => &mut self.must_not,
                    false => &mut self.must,
                };
                list.extend(clause.filter(|_| list.len() < MAX_CLAUSES));
            }
        }
    }

    /// The expression for the index; `channels` and `not_channels` are the marks of the channels
    /// asked for.
    pub(crate) fn expression(&self, channels: &[String], not_channels: &[String]) -> String {
        let mut all: Vec<String> = self.must.iter().map(Clause::expression).collect();
        if !channels.is_empty() {
            let any: Vec<_> = channels.iter().map(|mark| marked(mark)).collect();
            all.push(format!("({})", any.join(" OR ")));
        }
        if all.is_empty() {
            all.push(marked(EVERY));
        }
        let mut expression = all.join(" AND ");
        let none: Vec<String> = self
            .must_not
            .iter()
            .map(Clause::expression)
            .chain(not_channels.iter().map(|mark| marked(mark)))
            .collect();
        if !none.is_empty() {
            expression = format!("({expression}) NOT ({})", none.join(" OR "));
        }
        expression
    }

    /// The folded words to show as found, each with whether it may go on.
    pub(crate) fn shown_words(&self) -> Vec<(Vec<String>, bool)> {
        self.must
            .iter()
            .filter(|clause| clause.field != Field::Marks)
            .map(|clause| {
                let words = words(&clause.text).map(|(_, _, word)| folded(word));
                (words.collect(), clause.prefix)
            })
            .collect()
    }
}

/// The mark that every message carries.
pub(crate) const EVERY: &str = "every";

impl Clause {
    pub(crate) fn expression(&self) -> String {
        let column = match self.field {
            Field::Anywhere => "",
            Field::Subject => "subject : ",
            Field::Sender => "sender : ",
            Field::Recipients => "recipients : ",
            Field::Marks => return marked(&self.text),
        };
        let text = spaced(&self.text).replace('\0', " ").replace('"', "\"\"");
        let star = if self.prefix { " *" } else { "" };
        format!("{column}\"{text}\"{star}")
    }
}

fn marked(mark: &str) -> String {
    format!("\"{MARK}{mark}\"")
}

/// A word, phrase or `key:value` as typed.
struct Piece {
    negated: bool,
    key: String,
    text: String,
    typing: bool,
    quoted: bool,
}

/// The keys that mean something; other words before a colon are words.
const KEYS: &[&str] = &[
    "from", "to", "subject", "tag", "is", "has", "in", "channel", "with", "agent", "queue", "team",
    "bot", "priority", "before", "after", "on", "date",
];

fn pieces(typed: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let (negated, after_sign) = match rest.strip_prefix(['-', '\u{2212}']) {
            Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => {
                (true, after)
            }
            _ => (false, rest),
        };
        let (key, after_key) = key(after_sign);
        let (text, after, quoted) = value(after_key);
        if !text.trim().is_empty() {
            pieces.push(Piece {
                negated,
                key,
                text,
                typing: after.is_empty(),
                quoted,
            });
        }
        rest = after.trim_start();
    }
    pieces
}

fn key(text: &str) -> (String, &str) {
    if let Some((before, after)) = text.split_once(':') {
        let before = before.to_lowercase();
        if KEYS.contains(&before.as_str())
            && !after.is_empty()
            && !after.starts_with(char::is_whitespace)
        {
            return (before, after);
        }
    }
    (String::new(), text)
}

/// A value up to the next space, or up to the closing quote; what follows it; whether the quote
/// was closed.
fn value(text: &str) -> (String, &str, bool) {
    let quotes = ['"', '\u{201c}', '\u{201d}', '\u{201e}'];
    if let Some(inside) = text.strip_prefix(quotes) {
        return match inside.split_once(quotes) {
            Some((phrase, after)) => (phrase.to_owned(), after, true),
            None => (inside.to_owned(), "", false),
        };
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end).unwrap_or((text, ""));
    (word.to_owned(), after, false)
}

fn clause(key: &str, text: &str, lower: &str, typing: bool) -> Option<Clause> {
    let mark = |mark: &str| {
        Some(Clause {
            field: Field::Marks,
            text: mark.to_owned(),
            prefix: false,
        })
    };
    let field = match key {
        "from" => Field::Sender,
        "to" => Field::Recipients,
        "subject" => Field::Subject,
        "has" if matches!(lower, "attachment" | "attachments" | "file" | "files") => {
            return mark("hasattachment");
        }
        "has" if matches!(lower, "warning" | "warnings") => return mark("haswarning"),
        "is" => {
            if let Some(known) = kind_mark(lower) {
                return mark(known);
            }
            Field::Anywhere
        }
        _ => Field::Anywhere,
    };
    let starred = text.ends_with('*');
    let mut count = 0;
    let mut last = "";
    for (_, _, word) in words(text) {
        count += 1;
        last = word;
    }
    if count == 0 {
        return None;
    }
    let goes_on = (typing && text.ends_with(char::is_alphanumeric)) || starred;
    let long_enough = last.chars().count() >= MIN_PREFIX;
    let spaced_script = !last.chars().any(is_unspaced);
    Some(Clause {
        field,
        text: text.to_owned(),
        prefix: goes_on && long_enough && spaced_script,
    })
}

fn word_of<T: Word>(text: &str) -> Option<T> {
    T::ALL.iter().copied().find(|value| value.word() == text)
}

fn place_of(text: &str) -> Option<Place> {
    Some(match text {
        "open" => Place::Open,
        "unread" => Place::Unread,
        "escalated" => Place::Escalated,
        "queued" => Place::AnyQueue,
        "bot" => Place::AnyBot,
        "taken" => Place::AnyAgent,
        "waiting" => Place::Status(WorkStatus::WaitingCustomer),
        "sending" => Place::Sending,
        "trouble" => Place::SendTrouble,
        other => Place::Status(word_of(other)?),
    })
}

/// The marks of `is:` that are about a message and not about its conversation.
fn kind_mark(text: &str) -> Option<&'static str> {
    Some(match text {
        "bounce" => "kindbounce",
        "auto" | "auto_reply" => "kindautoreply",
        "list" => "kindlist",
        "feedback" => "kindfeedback",
        "system" => "kindsystem",
        "note" => "wayinternal",
        "sent" | "outbound" => "wayoutbound",
        "received" | "inbound" => "wayinbound",
        _ => return None,
    })
}

fn latest(a: Option<Timestamp>, b: Timestamp) -> Option<Timestamp> {
    Some(a.map_or(b, |a| a.max(b)))
}

fn earliest(a: Option<Timestamp>, b: Timestamp) -> Option<Timestamp> {
    Some(a.map_or(b, |a| a.min(b)))
}

/// The beginning and the end of a day, month or year (`2026-11-21`, `2026-11`, `2026`), of
/// `today` and `yesterday`, or of the time since `7d`, `2w` ago.
fn instant(text: &str, clock: SearchClock) -> Option<(Timestamp, Timestamp)> {
    let local = clock.now.0.saturating_add(clock.utc_offset_ms);
    let today = local.div_euclid(DAY);
    let days = |from: i64, to: i64| {
        let at = |day: i64| Timestamp(day.saturating_mul(DAY).saturating_sub(clock.utc_offset_ms));
        Some((at(from), at(to)))
    };
    match text {
        "today" => return days(today, today + 1),
        "yesterday" => return days(today - 1, today),
        _ => {}
    }
    for (unit, length) in [("d", 1), ("w", 7), ("m", 30), ("y", 365)] {
        if let Some(count) = text.strip_suffix(unit).and_then(|n| n.parse::<u16>().ok()) {
            return Some((clock.now.plus(-i64::from(count) * length * DAY), clock.now));
        }
    }
    let mut parts = text
        .split(['-', '/', '.'])
        .map(|part| part.parse::<i64>().ok());
    let year = parts.next()??;
    let month = parts.next();
    let day = parts.next();
    if parts.next().is_some() || !(1970..=9999).contains(&year) {
        return None;
    }
    match (month, day) {
        (None, None) => days(day_number(year, 1, 1)?, day_number(year + 1, 1, 1)?),
        (Some(month), None) => {
            let month = month?;
            let (next_year, next) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            days(day_number(year, month, 1)?, day_number(next_year, next, 1)?)
        }
        (Some(month), Some(day)) => {
            let day = day_number(year, month?, day?)?;
            days(day, day + 1)
        }
        (None, Some(_)) => None,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let from_march = (month + 9) % 12;
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}
