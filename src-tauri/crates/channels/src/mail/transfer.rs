//! Content transfer encodings, read as leniently as mail clients do.

use std::borrow::Cow;

/// How the bytes of a part were made fit for the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Transfer {
    /// As they are: `7bit`, `8bit`, `binary`, nothing, or a word nobody knows.
    #[default]
    Plain,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Transfer {
    /// Reads the value of a Content-Transfer-Encoding field.
    pub(crate) fn parse(value: &[u8]) -> Self {
        let word: String = String::from_utf8_lossy(value)
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';'))
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '('))
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !matches!(c, '-' | '_' | '/' | '"'))
            .collect::<String>()
            .to_ascii_lowercase();
        match word.as_str() {
            "base64" | "b" | "bas64" => Self::Base64,
            "quotedprintable" | "qp" | "q" | "quoted" => Self::QuotedPrintable,
            "uuencode" | "xuuencode" | "xuue" | "uue" => Self::Uuencode,
            _ => Self::Plain,
        }
    }

    /// Undoes the encoding.
    pub(crate) fn decode<'a>(self, body: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Self::Plain => Cow::Borrowed(body),
            Self::Base64 => Cow::Owned(base64(body)),
            Self::QuotedPrintable => Cow::Owned(quoted_printable(body)),
            Self::Uuencode => match crate::mail::uuencode::first(body) {
                Some(file) => Cow::Owned(file.bytes),
                None => Cow::Borrowed(body),
            },
        }
    }
}

const fn sextets() -> [u8; 256] {
    let mut table = [0xff_u8; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < 64 {
        // A constant table: a wrong index would not compile.
        #[allow(clippy::indexing_slicing)]
        {
            table[alphabet[at] as usize] = at as u8;
        }
        at += 1;
    }
    table
}

static SEXTETS: [u8; 256] = sextets();

fn sextet(byte: u8) -> u8 {
    SEXTETS.get(usize::from(byte)).copied().unwrap_or(0xff)
}

/// Decodes base64: other characters are skipped, padding in the middle ends a run (files are
/// sometimes glued together), and prose after the padding (the footer of a list) is left alone.
pub(crate) fn base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut held, mut count) = (0_u32, 0_u8);
    let mut padded = false;
    for line in body.split(|&byte| byte == b'\n') {
        if padded && !looks_like_base64(line) {
            break;
        }
        let line = if count == 0 {
            groups(line, &mut bytes)
        } else {
            line
        };
        for (at, &byte) in line.iter().enumerate() {
            let value = sextet(byte);
            if value == 0xff {
                if byte == b'=' {
                    flush(&mut bytes, held, count);
                    (held, count) = (0, 0);
                    padded = true;
                    if !looks_like_base64(line.get(at + 1..).unwrap_or_default()) {
                        return bytes;
                    }
                }
                continue;
            }
            held = (held << 6) | u32::from(value);
            count += 1;
            if count == 4 {
                bytes.extend_from_slice(held.to_be_bytes().get(1..).unwrap_or_default());
                (held, count) = (0, 0);
            }
        }
    }
    flush(&mut bytes, held, count);
    bytes
}

/// Decodes the whole groups that a line begins with, and returns what is left of it.
fn groups<'a>(line: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = line;
    while let Some((&group, more)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = group.map(sextet);
        if (a | b | c | d) > 0x3f {
            break;
        }
        bytes.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        rest = more;
    }
    rest
}

/// Whether a body that claims to be base64 is plain words: base64 has no blanks inside its lines.
pub(crate) fn is_prose(body: &[u8]) -> bool {
    body.split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty())
        .is_some_and(|line| {
            let word = line.split(|&byte| byte == b' ').next().unwrap_or_default();
            word.len() < line.len() && !(word.len() >= 8 && looks_like_base64(word))
        })
}

fn looks_like_base64(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = match line {
        [b'=', rest @ ..] => rest,
        line => line,
    };
    line.iter()
        .all(|&byte| sextet(byte) != 0xff || byte == b'=')
        && (line.len().is_multiple_of(4) || line.len() > 40)
}

fn flush(bytes: &mut Vec<u8>, held: u32, count: u8) {
    match count {
        2 => bytes.push((held >> 4) as u8),
        3 => bytes.extend_from_slice(&[(held >> 10) as u8, (held >> 2) as u8]),
        _ => {}
    }
}

/// Decodes quoted-printable; what is not valid stays as it stands.
pub(crate) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut place = 0;
    while let Some((line, next)) = crate::mail::header::line_at(body, place) {
        let ended = next > place + line.len();
        let end = body.get(place + line.len()..next).unwrap_or_default();
        place = next;
        // Blanks at the end of a line were added on the way.
        let line = line.trim_ascii_end();
        let (line, soft) = match line.strip_suffix(b"=") {
            // "==" at the end is a damaged "=3D=".
            Some(line) => (line, true),
            None => (line, false),
        };
        let mut rest = line;
        while let Some(at) = memchr::memchr(b'=', rest) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            bytes.extend_from_slice(before);
            if let [_, high, low, tail @ ..] = from
                && let (Some(high), Some(low)) = (hex(*high), hex(*low))
            {
                bytes.push(high << 4 | low);
                rest = tail;
                continue;
            }
            bytes.push(b'=');
            rest = from.get(1..).unwrap_or_default();
        }
        bytes.extend_from_slice(rest);
        if ended && !soft {
            bytes.extend_from_slice(end);
        }
    }
    bytes
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
