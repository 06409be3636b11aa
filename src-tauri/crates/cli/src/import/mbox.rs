//! mbox: many mails in one file, each behind a line that begins with `From `.
//!
//! There are four dialects, and no file says which it is. What is done here: a `From ` line begins
//! a mail when a header field (or nothing) follows it, and when either it ends like a delivery date
//! or a blank line stands before it. Prose that begins with "From " is neither. One `>` is taken
//! off `>From `, as mboxrd and mboxo put it there. A Content-Length (mboxcl) is believed against
//! the weaker sign only, so that no mail can swallow its successor by lying about its length.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::PathBuf;

use super::{Content, Fault, Found, Item, LARGEST, Why, is_field, name_of};

/// Opens a file.
pub(super) fn open(path: PathBuf) -> Box<dyn Iterator<Item = Found> + Send> {
    let name = name_of(&path);
    let file = File::open(&path).and_then(|file| match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("no ordinary file")),
    });
    match file {
        Ok(file) => Box::new(Mbox::new(BufReader::with_capacity(256 * 1024, file), name)),
        Err(error) => Box::new(std::iter::once(Err(Fault::new(name, error)))),
    }
}

/// Reads the mails of one mbox.
pub struct Mbox<R> {
    reader: R,
    ahead: Option<Line>,
    at_start: bool,
    name: String,
    number: u64,
    largest: usize,
    place: Place,
}

/// Where in the file the reader stands.
#[derive(PartialEq)]
enum Place {
    /// Before the first mail; whether something was there that is no mail.
    Before { junk: bool },
    /// Within a mail.
    Within,
    /// At the end.
    End,
}

/// A line with its end, or a piece of a very long one.
struct Line {
    bytes: Vec<u8>,
    /// Whether it begins at the beginning of a line.
    start: bool,
}

const LONGEST_PIECE: usize = 64 * 1024;

impl<R: BufRead> Mbox<R> {
    /// Reads from anything; the name is for [`Item::source`].
    #[must_use]
    pub fn new(reader: R, name: String) -> Self {
        Self::with_largest(reader, name, LARGEST)
    }

    /// The same with another limit for one mail.
    #[must_use]
    pub fn with_largest(reader: R, name: String, largest: usize) -> Self {
        Self {
            reader,
            ahead: None,
            at_start: true,
            name,
            number: 0,
            largest,
            place: Place::Before { junk: false },
        }
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let limit = LONGEST_PIECE as u64;
        let read = (&mut self.reader)
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let start = self.at_start;
        self.at_start = bytes.ends_with(b"\n");
        Ok(Some(Line { bytes, start }))
    }

    /// How strongly a line claims to begin a mail.
    fn claim(&mut self, line: &Line) -> io::Result<Claim> {
        if !line.start || !line.bytes.starts_with(b"From ") {
            return Ok(Claim::None);
        }
        let dated = ends_like_a_date(&line.bytes);
        self.ahead = self.line()?;
        let headed = self.ahead.as_ref().is_none_or(|next| {
            let next = &next.bytes;
            is_blank(next)
                || is_field(next)
                || next.starts_with(b">From ")
                || (dated && next.starts_with(b"From "))
        });
        Ok(match (headed, dated) {
            (false, _) => Claim::None,
            (true, false) => Claim::Weak,
            (true, true) => Claim::Strong,
        })
    }

    /// Reads up to the next mail; `None` when there is none.
    fn mail(&mut self) -> io::Result<Option<Result<Vec<u8>, Why>>> {
        let mut mail = Mail::new(self.largest);
        loop {
            let Some(line) = self.line()? else {
                let place = std::mem::replace(&mut self.place, Place::End);
                return Ok(match place {
                    Place::Within => Some(mail.end()),
                    Place::Before { junk: true } => Some(Err(junk("there is no mail in it"))),
                    Place::Before { junk: false } | Place::End => None,
                });
            };
            let claim = self.claim(&line)?;
            match self.place {
                Place::End => return Ok(None),
                Place::Before { junk: before } => {
                    // A header without its `From ` line is a mail all the same.
                    let begins = claim != Claim::None;
                    if begins || (!before && is_field(&line.bytes)) {
                        self.place = Place::Within;
                        if !begins {
                            mail.add(&line);
                        }
                        if before {
                            return Ok(Some(Err(junk("it begins with something that is no mail"))));
                        }
                    } else if !is_blank(&line.bytes) {
                        self.place = Place::Before { junk: true };
                    }
                }
                Place::Within => match claim {
                    Claim::Strong => return Ok(Some(mail.end())),
                    Claim::Weak if mail.blank_last && !mail.claims_more() => {
                        return Ok(Some(mail.end()));
                    }
                    Claim::Weak | Claim::None => mail.add(&line),
                },
            }
        }
    }
}

fn junk(why: &str) -> Why {
    Why::Unfit(why.to_owned())
}

#[derive(PartialEq)]
enum Claim {
    None,
    Weak,
    Strong,
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.place == Place::End {
            return None;
        }
        let read = self.mail().unwrap_or_else(|error| {
            // Nothing behind a read error can be trusted to be where it seems.
            self.place = Place::End;
            Some(Err(Why::Unreadable(error)))
        })?;
        self.number += 1;
        let source = format!("{}:{}", self.name, self.number);
        Some(match read {
            Ok(raw) => Ok(Item {
                source,
                content: Content::Mail(raw),
                flags: String::new(),
            }),
            Err(why) => Err(Fault { place: source, why }),
        })
    }
}

/// A mail while it is read.
struct Mail {
    raw: Vec<u8>,
    largest: usize,
    too_large: bool,
    blank_last: bool,
    in_body: bool,
    announced: u64,
    body: u64,
}

impl Mail {
    fn new(largest: usize) -> Self {
        Self {
            raw: Vec::new(),
            largest,
            too_large: false,
            blank_last: false,
            in_body: false,
            announced: 0,
            body: 0,
        }
    }

    fn add(&mut self, line: &Line) {
        self.blank_last = line.start && is_blank(&line.bytes);
        if self.in_body {
            self.body = self.body.saturating_add(line.bytes.len() as u64);
        } else if self.blank_last {
            self.in_body = true;
        } else if let Some(length) = announced(&line.bytes) {
            self.announced = length;
        }
        let quoted = line.start && is_quoted_from(&line.bytes);
        let bytes = line.bytes.get(usize::from(quoted)..).unwrap_or_default();
        if self.too_large || self.raw.len() + bytes.len() > self.largest {
            self.too_large = true;
            self.raw = Vec::new();
        } else {
            self.raw.extend_from_slice(bytes);
        }
    }

    fn claims_more(&self) -> bool {
        self.body < self.announced
    }

    fn end(mut self) -> Result<Vec<u8>, Why> {
        if self.too_large {
            return Err(Why::TooLarge);
        }
        // The blank line before the next mail belongs to the format.
        if self.blank_last {
            self.raw.pop();
            if self.raw.ends_with(b"\r") {
                self.raw.pop();
            }
        }
        if self.raw.is_empty() {
            return Err(Why::Unfit("an empty mail".to_owned()));
        }
        Ok(self.raw)
    }
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

fn is_quoted_from(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    marks > 0
        && line
            .get(marks..)
            .is_some_and(|rest| rest.starts_with(b"From "))
}

fn announced(line: &[u8]) -> Option<u64> {
    let (name, value) = line.split_at_checked(15)?;
    if !name.eq_ignore_ascii_case(b"content-length:") {
        return None;
    }
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// Whether a line holds a month, a time of day and a year, as the end of a `From ` line does.
fn ends_like_a_date(line: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let words = || line.split(|byte| byte.is_ascii_whitespace()).skip(2);
    let year = |word: &[u8]| {
        matches!(word, [b'1', b'9', _, _] | [b'2', b'0', _, _])
            && word.iter().all(u8::is_ascii_digit)
    };
    let time = |word: &[u8]| {
        word.len() >= 4
            && word.contains(&b':')
            && word
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b':')
    };
    words().any(|word| MONTHS.contains(&word)) && words().any(year) && words().any(time)
}
