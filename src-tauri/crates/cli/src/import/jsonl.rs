//! Dialogs, one JSON object a line.
//!
//! `{"conversation_id": …, "channel": …, "messages": [{"author": …, "text": …, "ts": …}]}`. The
//! author is `customer`, `bot`, `agent` or `system`; `ts` may be missing, a number of seconds or of
//! milliseconds, or an ISO 8601 text. Fields that are not known are ignored, so that files with
//! labels can be read as they are.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::PathBuf;

use baton_core::hash::Hash;
use baton_core::message::Author;
use baton_core::time::Timestamp;
use serde::{Deserialize, Deserializer};

use super::{Content, Fault, Found, Item, Why, name_of};

/// The longest line that is read.
pub const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// A conversation that took place elsewhere.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Dialog {
    /// Its name where it took place.
    #[serde(deserialize_with = "text_or_number")]
    pub conversation_id: String,
    /// The kind of channel it took place on; empty when not said.
    #[serde(default)]
    pub channel: String,
    /// What was said, in order.
    pub messages: Vec<Turn>,
    /// The digest of the line.
    #[serde(skip)]
    pub key: Hash,
    /// The length of the line.
    #[serde(skip)]
    pub bytes: u64,
}

/// One thing that was said.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Turn {
    /// Who said it.
    pub author: Author,
    /// What.
    pub text: String,
    /// When, where that is known.
    #[serde(default, rename = "ts", deserialize_with = "instant")]
    pub at: Option<Timestamp>,
}

/// Opens a file.
pub(super) fn open(path: PathBuf) -> Box<dyn Iterator<Item = Found> + Send> {
    let name = name_of(&path);
    match File::open(&path) {
        Ok(file) => Box::new(Dialogs::new(BufReader::new(file), name)),
        Err(error) => Box::new(std::iter::once(Err(Fault::new(name, error)))),
    }
}

/// Reads the dialogs of one file.
pub struct Dialogs<R> {
    reader: R,
    name: String,
    number: u64,
    ended: bool,
}

impl<R: BufRead> Dialogs<R> {
    /// Reads from anything; the name is for [`Item::source`].
    #[must_use]
    pub fn new(reader: R, name: String) -> Self {
        Self {
            reader,
            name,
            number: 0,
            ended: false,
        }
    }

    /// The next line; too long ones are read over and given as an error.
    fn line(&mut self) -> io::Result<Option<Result<Vec<u8>, Why>>> {
        let mut bytes = Vec::new();
        let limit = LONGEST_LINE as u64 + 1;
        if (&mut self.reader)
            .take(limit)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        if bytes.len() <= LONGEST_LINE || bytes.ends_with(b"\n") {
            return Ok(Some(Ok(bytes)));
        }
        loop {
            bytes.clear();
            let read = (&mut self.reader)
                .take(64 * 1024)
                .read_until(b'\n', &mut bytes)?;
            if read == 0 || bytes.ends_with(b"\n") {
                let megabytes = LONGEST_LINE / (1024 * 1024);
                let why = format!("the line is longer than {megabytes} MiB");
                return Ok(Some(Err(Why::Unfit(why))));
            }
        }
    }
}

impl<R: BufRead> Iterator for Dialogs<R> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if self.ended {
                return None;
            }
            let line = self.line().unwrap_or_else(|error| {
                self.ended = true;
                Some(Err(Why::Unreadable(error)))
            });
            let line = line?;
            self.number += 1;
            let place = format!("{}:{}", self.name, self.number);
            let read = match line {
                Ok(bytes) if bytes.trim_ascii().is_empty() => continue,
                Ok(bytes) => dialog(&bytes),
                Err(why) => Err(why),
            };
            return Some(match read {
                Ok(dialog) => Ok(Item {
                    source: place,
                    content: Content::Dialog(dialog),
                    flags: String::new(),
                }),
                Err(why) => Err(Fault { place, why }),
            });
        }
    }
}

fn dialog(line: &[u8]) -> Result<Dialog, Why> {
    let text = line
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(line)
        .trim_ascii();
    let mut dialog: Dialog = serde_json::from_slice(text).map_err(|error| {
        let what = if error.is_data() {
            "no dialog"
        } else {
            "no JSON"
        };
        Why::Unfit(format!("{what}: {error}"))
    })?;
    if dialog.messages.is_empty() {
        return Err(Why::Unfit("a dialog in which nothing is said".to_owned()));
    }
    dialog.key = Hash::of(text);
    dialog.bytes = line.len() as u64;
    Ok(dialog)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Whole(i64),
    Number(f64),
    Text(String),
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = match TextOrNumber::deserialize(deserializer)? {
        TextOrNumber::Whole(number) => number.to_string(),
        TextOrNumber::Number(number) => number.to_string(),
        TextOrNumber::Text(text) => text,
    };
    if text.trim().is_empty() {
        return Err(serde::de::Error::custom("the conversation_id is empty"));
    }
    Ok(text)
}

/// A time that cannot be read is a time that is not known: the words matter more.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(match &value {
        serde_json::Value::Number(number) => number.as_f64().and_then(from_number),
        serde_json::Value::String(text) => from_text(text.trim()),
        _ => None,
    })
}

fn from_text(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse() {
        return from_number(number);
    }
    let zoned: Result<jiff::Timestamp, _> = text.parse();
    let instant = zoned.or_else(|_| {
        // Without an offset it is taken as UTC.
        let civil: jiff::civil::DateTime = text.parse()?;
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|at| at.timestamp())
    });
    Some(Timestamp(instant.ok()?.as_millisecond()))
}

/// Seconds up to the year 5138, milliseconds above.
fn from_number(number: f64) -> Option<Timestamp> {
    const SECONDS_UP_TO: f64 = 1e11;
    const END_OF_TIME: f64 = 2.5e14;
    if !number.is_finite() || number.abs() >= END_OF_TIME {
        return None;
    }
    let millis = if number.abs() < SECONDS_UP_TO {
        number * 1000.0
    } else {
        number
    };
    #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
    Some(Timestamp(millis.round() as i64))
}
