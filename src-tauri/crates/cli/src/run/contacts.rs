//! `baton contacts import`: a table of contacts, read line by line, taken in by batches.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use baton_api::contacts::{ContactFields, ContactsImport, ContactsImported, RowProblem};
use serde::Serialize;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// Rows of one batch.
const BATCH: usize = 500;
/// The largest table that is read.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What came of it.
#[derive(Default, Serialize)]
struct Tally {
    added: u32,
    changed: u32,
    same: u32,
    problems: Vec<RowProblem>,
    dry_run: bool,
}

/// Imports a table.
pub(super) async fn import(
    host: &impl Host,
    file: &Path,
    dry_run: bool,
    output: &Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let name = file.display();
    let unread = |error: io::Error| {
        Failure::said(
            "not_found",
            format!("{name} cannot be read: {error}."),
            "Check the path; nothing has been imported.",
        )
    };
    let size = std::fs::metadata(file).map_err(unread)?.len();
    if size > LARGEST {
        return Err(Failure::said(
            "too_large",
            format!("{name} is larger than {} MiB.", LARGEST / (1024 * 1024)),
            "Split it; rows that are known already are not imported again.",
        ));
    }
    let text = std::fs::read_to_string(file).map_err(unread)?;
    let ending = file.extension().unwrap_or_default();
    let (rows, problems) = if ending == "json" || ending == "jsonl" {
        json(&text)
    } else {
        if let Some(line) = unclosed_quote(&text, delimiter(&text)) {
            return Err(Failure::said(
                "unclosed_quote",
                format!(
                    "In {name} a quote begins in line {line} and is never closed, so that all \
                     that follows would be one field."
                ),
                "Close it, or write a quote that belongs to the text twice; nothing has been \
                 imported.",
            ));
        }
        csv(&text)
    };
    let mut tally = Tally {
        problems,
        dry_run,
        ..Tally::default()
    };
    let all = rows.len();
    let mut done = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() && !stop.is_cancelled() {
        let batch: Vec<ContactFields> = rows.by_ref().take(BATCH).collect();
        done += batch.len();
        let request = ContactsImport {
            rows: batch,
            dry_run,
        };
        let request = serde_json::to_value(&request).map_err(io::Error::from)?;
        let answer = host.answer("contacts_import", request).await?;
        let told: ContactsImported = serde_json::from_value(answer).map_err(io::Error::from)?;
        tally.added += told.added;
        tally.changed += told.changed;
        tally.same += told.same;
        tally.problems.extend(told.problems);
        if io::stderr().is_terminal() {
            write!(io::stderr(), "\r\x1b[2K{done} of {all} contacts")?;
        }
    }
    if io::stderr().is_terminal() {
        write!(io::stderr(), "\r\x1b[2K")?;
    }
    tally.problems.sort_by_key(|problem| problem.line);
    output.tell(&tally, &plain(&in_words(&tally)))?;
    match (stop.is_cancelled(), tally.problems.is_empty()) {
        (true, _) => Err(Failure::Interrupted),
        (false, true) => Ok(()),
        (false, false) => Err(Failure::Found),
    }
}

fn in_words(tally: &Tally) -> String {
    let mut lines: Vec<String> = tally
        .problems
        .iter()
        .map(|problem| match problem.field.as_str() {
            "" => format!("line {}: {}", problem.line, problem.what),
            field => format!("line {}, {field}: {}", problem.line, problem.what),
        })
        .collect();
    let end = if tally.dry_run {
        "; nothing was changed"
    } else {
        ""
    };
    lines.push(format!(
        "{} added, {} changed, {} known already, {} problems{end}.",
        tally.added,
        tally.changed,
        tally.same,
        tally.problems.len(),
    ));
    lines.join("\n")
}

/// The rows of a table, and what could not be read of it.
type Table = (Vec<ContactFields>, Vec<RowProblem>);

fn problem(line: u64, what: String) -> RowProblem {
    RowProblem {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        field: String::new(),
        what,
    }
}

fn row(line: u64, mut fields: BTreeMap<String, String>) -> Result<ContactFields, RowProblem> {
    let mut take = |names: [&str; 2]| names.into_iter().find_map(|name| fields.remove(name));
    let address = take(["address", "email"]);
    let kind = take(["kind", "channel"]).unwrap_or_default();
    match address {
        Some(address) => Ok(ContactFields {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            kind,
            address,
            fields,
        }),
        None => Err(problem(line, "There is no `address`.".to_owned())),
    }
}

/// What separates fields: spreadsheets of half of Europe write semicolons.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    match head.matches(';').count() > head.matches(',').count() {
        true => b';',
        false => b',',
    }
}

/// The line in which a quoted field begins that goes on to the end of the table.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<u64> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    let mut begun = None;
    let mut at_start = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u64::from(byte == b'\n');
        match (begun, byte) {
            // Two quotes within a field are one that belongs to it.
            (Some(_), b'"') => {
                if bytes.next_if_eq(&b'"').is_none() {
                    begun = None;
                    at_start = false;
                }
            }
            (Some(_), _) => {}
            (None, b'"') if at_start => begun = Some(line),
            (None, _) => at_start = byte == delimiter || matches!(byte, b'\r' | b'\n'),
        }
    }
    begun
}

fn csv(text: &str) -> Table {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => return (rows, vec![problem(1, format!("{error}."))]),
    };
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let read = match record {
            Ok(record) => {
                let line = lines.at(record.position());
                let fields = headings.iter().zip(record.iter());
                let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned()));
                row(line, fields.collect())
            }
            Err(error) => {
                let line = lines.at(error.position());
                let what = match error.kind() {
                    csv::ErrorKind::UnequalLengths {
                        expected_len, len, ..
                    } => format!("It has {len} fields, the headings are {expected_len}."),
                    _ => format!("{error}."),
                };
                Err(problem(line, what))
            }
        };
        match read {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    (rows, problems)
}

/// Counts lines up to where a row begins, whatever ends them.
struct Lines<'a> {
    bytes: &'a [u8],
    place: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            place: 0,
            line: 1,
        }
    }

    /// The line of a place no earlier than the one asked before.
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let place = position.map_or(0, csv::Position::byte);
        let place = usize::try_from(place).unwrap_or(self.bytes.len());
        let rest = self.bytes.get(place..).unwrap_or_default();
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let place = place + ends.count();
        let passed = self.bytes.get(self.place..place).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.place = self.place.max(place);
        self.line
    }
}

/// A list of objects, or one a line.
fn json(text: &str) -> Table {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let items: Vec<(u64, Result<Json, serde_json::Error>)> = if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<Json>>(text) {
            Ok(items) => (1..).zip(items.into_iter().map(Ok)).collect(),
            Err(error) => {
                let line = error.line() as u64;
                return (
                    rows,
                    vec![problem(line, format!("It is no JSON: {error}."))],
                );
            }
        }
    } else {
        (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| (number, serde_json::from_str(line)))
            .collect()
    };
    for (line, item) in items {
        let read = match item {
            Ok(Json::Object(fields)) => {
                let fields = fields.into_iter();
                let fields = fields.map(|(name, value)| (name, shown(&value)));
                row(line, fields.collect())
            }
            Ok(_) => Err(problem(line, "It is no object.".to_owned())),
            Err(error) => Err(problem(line, format!("It is no JSON: {error}."))),
        };
        match read {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    (rows, problems)
}

fn shown(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &[ContactFields]) -> Vec<String> {
        let tell = |row: &ContactFields| {
            let tier = row.fields.get("tier").map_or("", String::as_str);
            format!("{} {} {tier}", row.line, row.address)
        };
        rows.iter().map(tell).collect()
    }

    #[test]
    fn tables_are_read_whatever_separates_their_fields() {
        for text in [
            "address,tier\na@x.test,pro\n\"b@x.test\",\"free\"\n",
            "\u{feff}email;tier\r\na@x.test; pro\r\nb@x.test;free\r\n",
        ] {
            let (rows, problems) = csv(text);
            assert_eq!(read(&rows), ["2 a@x.test pro", "3 b@x.test free"]);
            assert_eq!(problems.len(), 0);
        }
        for text in [
            r#"[{"address": "a@x.test", "tier": "pro"}, {"address": "b@x.test", "tier": null}]"#,
            "{\"address\": \"a@x.test\", \"tier\": \"pro\"}\n{\"email\": \"b@x.test\"}\n",
        ] {
            let (rows, problems) = json(text);
            assert_eq!(read(&rows), ["1 a@x.test pro", "2 b@x.test "]);
            assert_eq!(problems.len(), 0);
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        let unclosed = |text: &str| unclosed_quote(text, delimiter(text));
        for (text, line) in [
            (
                "address,name\na@x.test,\"Ann\nb@x.test,Ben\nc@x.test,Cleo\n",
                Some(2),
            ),
            (
                "\u{feff}address;name\r\na@x.test;Ann\r\n\"b@x.test;Ben\r\n",
                Some(3),
            ),
            (
                "address,name\na@x.test,\"two\nlines\"\nb@x.test,\"x\"\"\n",
                Some(4),
            ),
            ("address,name\na@x.test,\"", Some(2)),
            (
                "\"address\",\"name\"\na@x.test,\"She said \"\"no\"\".\"\n",
                None,
            ),
            ("address,name\na@x.test,6\" nails\nb@x.test,\"\"\n", None),
            ("", None),
        ] {
            assert_eq!(unclosed(text), line, "{text}");
            if line.is_none() {
                assert_eq!(csv(text).1.len(), 0, "{text}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_the_rest_is_read() {
        let (rows, problems) = csv("address,tier\na@x.test\nb@x.test,pro\n");
        assert_eq!(read(&rows), ["3 b@x.test pro"]);
        assert_eq!(problems[0].line, 2);
        assert_eq!(problems[0].what, "It has 1 fields, the headings are 2.");
        let (rows, problems) = json("{\"tier\": 1}\nnonsense\n{\"address\": \"c@x.test\"}\n");
        assert_eq!(read(&rows), ["3 c@x.test "]);
        assert_eq!(problems[0].what, "There is no `address`.");
        assert_eq!(problems[1].line, 2);
    }
}
