//! The header of a message or a part: its fields as raw bytes, in order.
//!
//! Nothing is decoded here; a field that nobody asks for costs only its place in the list.

/// How many fields are kept of one header; those with a name that matters are kept beyond it.
const FIELDS: usize = 1_000;
/// How many fields are kept in all, whatever their name.
const FIELDS_THAT_MATTER: usize = 2_000;

/// Names that decide whether a line looks like a header, and that are kept in a flood of others.
const KNOWN: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "sender",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "return-path",
    "received",
    "delivered-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-location",
    "content-description",
    "content-language",
    "content-length",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-post",
    "list-unsubscribe",
    "authentication-results",
    "x-mailer",
    "x-baton-loop",
    "x-failed-recipients",
    "user-agent",
    "organization",
    "status",
    "x-status",
    "importance",
    "x-priority",
    "final-recipient",
    "original-recipient",
    "reporting-mta",
    "action",
    "diagnostic-code",
    "arrival-date",
    "remote-mta",
];

/// One field: its name as written and its value with the folds still in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// The fields of one header, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header<'a> {
    fields: Vec<Field<'a>>,
    /// How many fields were left out because there were too many.
    pub(crate) left_out: usize,
    /// How many lines were neither a field nor the continuation of one.
    pub(crate) stray_lines: usize,
}

impl<'a> Header<'a> {
    /// The value of the first field of that name.
    pub(crate) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The values of all fields of that name, in order.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| field.value)
    }

    /// Whether there is a field of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The first field of that name, lower case, unfolded and trimmed; empty when there is none.
    pub(crate) fn lower(&self, name: &str) -> String {
        self.first(name).map_or_else(String::new, |value| {
            String::from_utf8_lossy(value)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_ascii_lowercase()
        })
    }

    /// Name and value of every field, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'a>> + '_ {
        self.fields.iter().copied()
    }

    /// Whether no field was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    fn keep(&mut self, field: Field<'a>) {
        let room = self.fields.len() < FIELDS
            || (self.fields.len() < FIELDS_THAT_MATTER && is_known(field.name));
        if room {
            self.fields.push(field);
        } else {
            self.left_out += 1;
        }
    }
}

/// Whether a line begins a field: a name of printable characters, then a colon.
fn field_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let printable = name.iter().all(|&byte| byte > b' ' && byte < 0x7f);
    (!name.is_empty() && name.len() <= 200 && printable)
        .then(|| (name, value.get(1..).unwrap_or_default()))
}

/// Whether a line begins as a parameter of a structured field does: `boundary="b"`.
fn is_parameter(line: &[u8]) -> bool {
    let word = line
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-'))
        .count();
    (1..=40).contains(&word)
        && line
            .get(word..)
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"="))
}

fn is_known(name: &[u8]) -> bool {
    KNOWN
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The line that begins at `at`, without its end, and the place where the next begins.
pub(crate) fn line_at(raw: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = raw.get(at..)?;
    if rest.is_empty() {
        return None;
    }
    let (line, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (rest.get(..end)?, at + end + 1),
        None => (rest, raw.len()),
    };
    Some((line.strip_suffix(b"\r").unwrap_or(line), next))
}

/// Reads the header that begins at `at` and says where the body begins.
///
/// `ends` recognises lines that end the entity (a boundary), so that a part without an empty line
/// does not swallow the next one.
pub(crate) fn read<'a>(
    raw: &'a [u8],
    at: usize,
    ends: impl Fn(&[u8]) -> bool,
) -> (Header<'a>, usize) {
    let mut header = Header::default();
    let mut place = at;
    // Of the field being read: its name and where its value begins and ends so far.
    let mut open: Option<(&[u8], usize, usize)> = None;
    let value = |begin: usize, end: usize| raw.get(begin..end).unwrap_or_default();
    while let Some((line, next)) = line_at(raw, place) {
        let end = place + line.len();
        if line.is_empty() {
            place = next;
            break;
        }
        if line.starts_with(b"--") && (ends(line) || declares(raw, &header, open, line)) {
            break;
        }
        // A first line cannot continue anything: blanks before it were put there by a store.
        let indented = (header.is_empty() && open.is_none())
            .then(|| field_of(line.trim_ascii_start()))
            .flatten()
            .filter(|(name, _)| is_known(name) && line.len() > name.len());
        let folded = indented.is_none() && matches!(line.first(), Some(b' ' | b'\t'));
        if folded {
            if line.trim_ascii().is_empty() && open.is_none() {
                place = next;
                break;
            }
            // A line of blanks between the header and the body stands for the empty line, unless
            // another field follows.
            if line.trim_ascii().is_empty() && !more_fields(raw, after_blanks(raw, next)) {
                place = next;
                break;
            }
            match open.as_mut() {
                Some((_, _, stop)) => *stop = end,
                None if header.is_empty() && !more_fields(raw, next) => break,
                None => header.stray_lines += 1,
            }
            place = next;
            continue;
        }
        // A fold that lost its blank: what goes on is a parameter.
        if let Some((name, begin, stop)) = open.as_mut()
            && is_parameter(line)
            && name
                .get(..8)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"content-"))
            && value(*begin, *stop).trim_ascii_end().ends_with(b";")
        {
            *stop = end;
            place = next;
            continue;
        }
        if let Some((name, rest)) = indented.or_else(|| field_of(line)) {
            if let Some((name, begin, stop)) = open.take() {
                header.keep(Field {
                    name,
                    value: value(begin, stop),
                });
            }
            open = Some((name, end - rest.len(), end));
            place = next;
            continue;
        }
        if is_known(line.trim_ascii_end())
            && let Some((rest, after)) = colon_below(raw, next)
        {
            if let Some((name, begin, stop)) = open.take() {
                header.keep(Field {
                    name,
                    value: value(begin, stop),
                });
            }
            let below = line_at(raw, next).map_or(next, |(below, _)| next + below.len());
            open = Some((line.trim_ascii_end(), rest, below));
            place = after;
            continue;
        }
        // Neither field nor fold: the separator line of an mbox, a damaged fold, or the body.
        let envelope = line.starts_with(b"From ") || line.starts_with(b">From ");
        let at_top = envelope && header.is_empty() && open.is_none();
        if !at_top && !more_fields(raw, next) {
            break;
        }
        if !envelope {
            header.stray_lines += 1;
            if let Some((_, _, stop)) = open.as_mut() {
                *stop = end;
            }
        }
        place = next;
    }
    if let Some((name, begin, stop)) = open {
        header.keep(Field {
            name,
            value: value(begin, stop),
        });
    }
    if header.fields.is_empty() {
        // Either the empty line came first (a part without a header), or there is no header.
        let blank = line_at(raw, at).is_some_and(|(line, _)| line.trim_ascii().is_empty());
        return (header, if blank { place } else { at });
    }
    if header.fields.len() < 3 && !header.fields.iter().any(|field| is_credible(field.name)) {
        // Prose such as "Note: call me" is no header.
        return (Header::default(), at);
    }
    (header, place)
}

/// Whether a line is the boundary that the header itself declared so far: the empty line between
/// the two was lost.
fn declares(
    raw: &[u8],
    header: &Header<'_>,
    open: Option<(&[u8], usize, usize)>,
    line: &[u8],
) -> bool {
    let boundary = line.get(2..).unwrap_or_default().trim_ascii_end();
    let names = |value: &[u8]| {
        memchr::memmem::find(value, boundary).is_some_and(|at| {
            value
                .get(..at)
                .is_some_and(|before| before.ends_with(b"=") || before.ends_with(b"=\""))
        })
    };
    boundary.len() > 1
        && (header.all("content-type").any(names)
            || open.is_some_and(|(name, begin, stop)| {
                name.eq_ignore_ascii_case(b"content-type")
                    && names(raw.get(begin..stop).unwrap_or_default())
            }))
}

/// The place after the lines that hold nothing but blanks, which the old syntax allows in a fold.
fn after_blanks(raw: &[u8], from: usize) -> usize {
    let mut place = from;
    while let Some((line, next)) = line_at(raw, place) {
        if line.is_empty() || !line.trim_ascii().is_empty() {
            break;
        }
        place = next;
    }
    place
}

/// Where the value begins on a line whose colon was folded away from its name, and the place of
/// the line after it. Some programs show such a sender, so nobody may hide behind the fold.
fn colon_below(raw: &[u8], from: usize) -> Option<(usize, usize)> {
    let (line, next) = line_at(raw, from)?;
    let blanks = line.len() - line.trim_ascii_start().len();
    (blanks > 0 && line.get(blanks) == Some(&b':')).then_some((from + blanks + 1, next))
}

fn is_credible(name: &[u8]) -> bool {
    is_known(name)
        || name.iter().take(2).eq(b"X-")
        || name.contains(&b'-')
        || name.eq_ignore_ascii_case(b"keywords")
        || name.eq_ignore_ascii_case(b"comments")
}

/// Whether a field with a known name follows before the next empty line, within a few lines.
///
/// Lines of a word or two, such as an encoded value whose folds were lost, are not counted as the
/// lines of a text are.
fn more_fields(raw: &[u8], from: usize) -> bool {
    let mut place = from;
    let mut lines = 8;
    for _ in 0..64 {
        if lines == 0 {
            return false;
        }
        let Some((line, next)) = line_at(raw, place) else {
            return false;
        };
        // A boundary, too, ends what can still be header.
        if line.trim_ascii().is_empty() || line.starts_with(b"--") {
            return false;
        }
        if field_of(line).is_some_and(|(name, _)| is_known(name)) {
            return true;
        }
        let words = line
            .split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty());
        lines -= usize::from(words.take(3).count() == 3);
        place = next;
    }
    false
}
