//! The sections that declare: opening hours, custom facts, word sets.

use std::sync::Arc;

use crate::{
    calendar::{Block, Calendar, Zone, date_exists},
    rules::{
        facts::{Fact, FactType},
        plan::{CustomFact, NamedCalendar},
        problem::{Problem, did_you_mean},
        text::tree::{Entry, Fields, Node, NodeKind, wrong},
        words::{WordSet, Words},
    },
};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Names that facts begin with, which no calendar or definition may take.
const RESERVED: [&str; 12] = [
    "conv", "msg", "bot", "customer", "channel", "draft", "agent", "team", "sla", "attr", "now",
    "always",
];
const MAX_SETS: usize = 200;
const MAX_WORDS: usize = 20_000;

/// Whether a name can stand in a condition.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let word = ["in", "true", "false"].contains(&name) || RESERVED.contains(&name);
    starts && !word && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) fn bad_name(what: &str, entry: &Entry) -> Problem {
    let message = format!("{what} cannot be called `{}`", entry.key);
    Problem::error("bad-name", entry.key_span, message)
        .repair("use letters, digits and _, and none of the words that facts begin with")
}

/// The entries of an optional table.
pub(super) fn table<'a>(
    entry: Option<&'a Entry>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> &'a [Entry] {
    match entry.map(|entry| &entry.value) {
        None => &[],
        Some(Node {
            kind: NodeKind::Table(entries),
            ..
        }) => entries,
        Some(node) => {
            problems.push(wrong(node, what, "a table"));
            &[]
        }
    }
}

/// The sections `[[name]]` of a file.
pub(super) fn sections<'a>(
    entry: Option<&'a Entry>,
    name: &str,
    problems: &mut Vec<Problem>,
) -> &'a [Node] {
    match entry.map(|entry| &entry.value) {
        None => &[],
        Some(Node {
            kind: NodeKind::List(list),
            ..
        }) => list,
        Some(node) => {
            let section = format!("a section [[{name}]]");
            problems.push(wrong(node, &format!("a {name}"), &section));
            &[]
        }
    }
}

/// The zone of a name.
pub(super) fn zone(node: &Node, problems: &mut Vec<Problem>) -> Option<Zone> {
    let name = node.as_text()?;
    let zone = Zone::find(name);
    if zone.is_none() {
        let problem = Problem::error(
            "unknown-zone",
            node.span,
            format!("there is no time zone \"{name}\""),
        );
        let known = Zone::known_names();
        problems.push(match did_you_mean(name, known.iter().map(String::as_str)) {
            Some(meant) => problem
                .repair(format!("did you mean \"{meant}\"?"))
                .fix(node.span, format!("\"{meant}\"")),
            None => problem.repair("write an IANA name, such as \"Europe/Berlin\""),
        });
    }
    zone
}

/// `[hours.<name>]`.
pub(super) fn calendars(
    entry: Option<&Entry>,
    zone_of_file: &Zone,
    problems: &mut Vec<Problem>,
) -> Vec<NamedCalendar> {
    let mut out = Vec::new();
    for entry in table(entry, "[hours]", problems) {
        if !is_name(&entry.key) {
            problems.push(bad_name("a calendar", entry));
            continue;
        }
        let what = format!("[hours.{}]", entry.key);
        let Some(mut fields) = Fields::of(&entry.value, &what, problems) else {
            continue;
        };
        let zone = match fields.text("zone", problems) {
            Some(entry) => zone(&entry.value, problems),
            None => Some(zone_of_file.clone()),
        };
        let holidays = match fields.get("holidays") {
            Some(entry) => holidays(&entry.value, problems),
            None => Vec::new(),
        };
        let mut week: [Vec<Block>; 7] = Default::default();
        if let NodeKind::Table(days) = &entry.value.kind {
            for day in days {
                if day.key != "zone" && day.key != "holidays" {
                    opening(day, &mut week, &what, problems);
                }
            }
        }
        if let Some(zone) = zone {
            out.push(NamedCalendar {
                name: entry.key.as_str().into(),
                calendar: Calendar::weekly(zone, &week, &holidays),
            });
        }
    }
    out
}

/// The days that `mon` or `mon-fri` names.
fn days(text: &str) -> Option<Vec<usize>> {
    let number = |day: &str| DAYS.iter().position(|known| *known == day);
    match text.split_once('-') {
        None => number(text).map(|day| vec![day]),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            let count = (last + 7 - first) % 7;
            Some((0..=count).map(|step| (first + step) % 7).collect())
        }
    }
}

fn opening(day: &Entry, week: &mut [Vec<Block>; 7], what: &str, problems: &mut Vec<Problem>) {
    let Some(days) = days(&day.key) else {
        let message = format!("`{}` means nothing in {what}", day.key);
        let problem = Problem::error("unknown-key", day.key_span, message);
        let known = DAYS.iter().copied().chain(["mon-fri", "zone", "holidays"]);
        problems.push(match did_you_mean(&day.key, known) {
            Some(meant) => problem
                .repair(format!("did you mean `{meant}`?"))
                .fix(day.key_span, meant),
            None => problem.repair("write days as mon, tue, wed, thu, fri, sat, sun or mon-fri"),
        });
        return;
    };
    let single = std::slice::from_ref(&day.value);
    let list = match &day.value.kind {
        NodeKind::List(list) => list.as_slice(),
        _ => single,
    };
    for node in list {
        match node.as_text().and_then(block) {
            Some(block) => {
                for number in &days {
                    if let Some(blocks) = week.get_mut(*number) {
                        blocks.push(block);
                    }
                }
            }
            None => problems.push(
                Problem::error("bad-hours", node.span, "these are no opening hours")
                    .repair("write \"09:00-17:30\"; 24:00 is midnight at the end of the day"),
            ),
        }
    }
}

fn block(text: &str) -> Option<Block> {
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(hour) || !digits(minute) {
            return None;
        }
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        let total = hour * 60 + minute;
        (minute < 60 && total <= 1_440).then_some(total)
    };
    let (from, until) = text.split_once('-')?;
    let (from, until) = (minute(from)?, minute(until)?);
    (from < 1_440 && from != until).then_some(Block { from, until })
}

fn holidays(node: &Node, problems: &mut Vec<Problem>) -> Vec<(i16, i8, i8)> {
    let NodeKind::List(list) = &node.kind else {
        problems.push(wrong(node, "`holidays`", "a list of dates"));
        return Vec::new();
    };
    let mut out = Vec::new();
    for node in list {
        let text = match &node.kind {
            NodeKind::Text(text) | NodeKind::Date(text) => text.as_str(),
            _ => "",
        };
        let mut parts = text.splitn(3, '-');
        let date = (|| {
            let year: i16 = parts.next()?.parse().ok()?;
            let month: i8 = parts.next()?.parse().ok()?;
            let day: i8 = parts.next()?.parse().ok()?;
            date_exists(year, month, day).then_some((year, month, day))
        })();
        match date {
            Some(date) => out.push(date),
            None => problems.push(
                Problem::error("bad-date", node.span, "there is no such date")
                    .repair("write it as \"2026-12-25\""),
            ),
        }
    }
    out
}

/// `[facts]`.
pub(super) fn custom_facts(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> Vec<CustomFact> {
    const TYPES: [(&str, FactType); 7] = [
        ("bool", FactType::Bool),
        ("int", FactType::Int),
        ("decimal", FactType::Decimal),
        ("duration", FactType::Duration),
        ("time", FactType::Time),
        ("text", FactType::Text),
        ("texts", FactType::Texts),
    ];
    let mut out = Vec::new();
    for entry in table(entry, "[facts]", problems) {
        let named = entry.key.strip_prefix("attr.").is_some_and(|name| {
            name.split('.').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            })
        });
        if !named || Fact::find(&entry.key).is_some() {
            let message = format!("a custom fact cannot be called `{}`", entry.key);
            problems.push(
                Problem::error("bad-name", entry.key_span, message)
                    .repair("write \"attr.name\" with the quotes, in letters, digits and _"),
            );
            continue;
        }
        let what = format!("the fact `{}`", entry.key);
        let Some(mut fields) = Fields::of(&entry.value, &what, problems) else {
            continue;
        };
        let kind = match fields.text("type", problems) {
            Some(named) => {
                let name = named.value.as_text().unwrap_or_default();
                let found = TYPES
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, kind)| *kind);
                if found.is_none() {
                    let known = TYPES.map(|(name, _)| name).join(", ");
                    let problem = Problem::error(
                        "unknown-type",
                        named.value.span,
                        format!("there is no type \"{name}\""),
                    );
                    problems.push(problem.repair(format!("known are {known}")));
                }
                found
            }
            None => {
                let problem =
                    Problem::error("no-type", entry.key_span, format!("{what} has no type"));
                problems.push(problem.repair("write { type = \"text\" }"));
                None
            }
        };
        let mut limit = |key, problems: &mut Vec<Problem>| {
            let entry = fields.get(key)?;
            match entry.value.kind {
                #[allow(clippy::cast_precision_loss, reason = "limits are written by people")]
                NodeKind::Int(value) => Some(value as f64),
                NodeKind::Decimal(value) => Some(value),
                _ => {
                    problems.push(wrong(&entry.value, &format!("`{key}`"), "a number"));
                    None
                }
            }
        };
        let range = (limit("min", problems), limit("max", problems));
        let values = fields
            .get("values")
            .map(|entry| texts(&entry.value, "`values`", problems));
        let about = fields
            .text("about", problems)
            .and_then(|entry| entry.value.as_text());
        fields.finish(&what, problems);
        if let Some(kind) = kind {
            out.push(CustomFact {
                name: entry.key.as_str().into(),
                kind,
                values: values
                    .unwrap_or_default()
                    .into_iter()
                    .map(Arc::from)
                    .collect(),
                range,
                about: about.unwrap_or_default().into(),
            });
        }
    }
    out
}

/// A text, or a list of texts.
pub(super) fn texts<'a>(node: &'a Node, what: &str, problems: &mut Vec<Problem>) -> Vec<&'a str> {
    match &node.kind {
        NodeKind::Text(text) => vec![text],
        NodeKind::List(list) => list
            .iter()
            .filter_map(|item| {
                if item.as_text().is_none() {
                    problems.push(wrong(item, what, "a list of texts"));
                }
                item.as_text()
            })
            .collect(),
        _ => {
            problems.push(wrong(node, what, "a list of texts"));
            Vec::new()
        }
    }
}

/// `[words]`.
pub(super) fn words(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> Option<Words> {
    let entries = table(entry, "[words]", problems);
    let mut sets = Vec::new();
    let mut count = 0;
    for entry in entries {
        if !is_name(&entry.key) {
            problems.push(bad_name("a word set", entry));
            continue;
        }
        let list = texts(&entry.value, "a word set", problems);
        if list.iter().all(|word| word.trim().is_empty()) {
            problems.push(
                Problem::error("no-words", entry.value.span, "this word set finds nothing")
                    .repair("name at least one word"),
            );
        }
        count += list.len();
        sets.push(WordSet::new(
            &entry.key,
            list.into_iter().map(str::to_owned).collect(),
        ));
    }
    let span = entry.map(|entry| entry.key_span).unwrap_or_default();
    if sets.len() > MAX_SETS || count > MAX_WORDS {
        let message = format!(
            "{count} words in {} sets; at most {MAX_WORDS} in {MAX_SETS}",
            sets.len()
        );
        problems.push(Problem::error("too-many", span, message));
        return None;
    }
    let words = Words::new(sets);
    if words.is_none() {
        problems.push(Problem::error(
            "too-many",
            span,
            "these are too many words to search for",
        ));
    }
    words
}
