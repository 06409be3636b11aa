//! Opaque signatures of S/MIME (RFC 8551, 3.5.2): the message is inside the signed data, in the
//! clear. The signature is not checked, only opened.

/// `1.2.840.113549.1.7.2`, signed data.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT: u8 = 0x06;
const CONTENT: u8 = 0xa0;
const OCTETS: u8 = 0x04;
/// Octets in pieces, as programs write them that do not know the length in advance.
const PIECES: u8 = 0x24;
/// How deep pieces are nested, and what is skipped.
const DEPTH: u32 = 8;

/// The content of signed data; none when there is other data, or when the content is elsewhere.
pub(crate) fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader { rest: bytes };
    reader.enter(SEQUENCE)?;
    if reader.primitive(OBJECT)? != SIGNED_DATA {
        return None;
    }
    reader.enter(CONTENT)?;
    reader.enter(SEQUENCE)?;
    reader.primitive(INTEGER)?;
    if reader.peek() != Some(SET) {
        return None;
    }
    reader.skip(DEPTH)?;
    reader.enter(SEQUENCE)?;
    reader.primitive(OBJECT)?;
    reader.enter(CONTENT)?;
    let mut content = Vec::new();
    reader.octets(&mut content, DEPTH)?;
    (!content.is_empty()).then_some(content)
}

/// Reads the basic encoding rules (X.690) as far as they are needed here.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// A tag and the length of what it names; no length when an end mark follows instead.
    fn head(&mut self) -> Option<(u8, Option<usize>)> {
        let (&tag, rest) = self.rest.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let length = match first {
            0x80 => None,
            0x00..=0x7f => Some(usize::from(first)),
            _ => {
                let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
                rest = after;
                if digits.len() > 4 {
                    return None;
                }
                Some(
                    digits
                        .iter()
                        .fold(0, |length, byte| length << 8 | usize::from(*byte)),
                )
            }
        };
        self.rest = rest;
        Some((tag, length))
    }

    /// Goes into what is named by that tag. What stands behind it is not asked for.
    fn enter(&mut self, wanted: u8) -> Option<()> {
        let (tag, length) = self.head()?;
        if let Some(length) = length {
            // A message that was cut off is read as far as it goes.
            self.rest = self.rest.get(..length).unwrap_or(self.rest);
        }
        (tag == wanted).then_some(())
    }

    /// The bytes of a simple value.
    fn primitive(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let (tag, length) = self.head()?;
        let (value, rest) = self.rest.split_at_checked(length?)?;
        self.rest = rest;
        (tag == wanted).then_some(value)
    }

    /// Passes whatever comes next by.
    fn skip(&mut self, depth: u32) -> Option<()> {
        let (_, length) = self.head()?;
        match length {
            Some(length) => self.rest = self.rest.get(length..)?,
            None => {
                let depth = depth.checked_sub(1)?;
                while !self.ends()? {
                    self.skip(depth)?;
                }
            }
        }
        Some(())
    }

    /// Whether the end mark comes next, which is then passed.
    fn ends(&mut self) -> Option<bool> {
        match self.rest {
            [0, 0, rest @ ..] => {
                self.rest = rest;
                Some(true)
            }
            [] => None,
            _ => Some(false),
        }
    }

    /// Collects octets, whole or in pieces.
    fn octets(&mut self, found: &mut Vec<u8>, depth: u32) -> Option<()> {
        let (tag, length) = self.head()?;
        match (tag, length) {
            (OCTETS, Some(length)) => {
                let (value, rest) = self
                    .rest
                    .split_at_checked(length)
                    .unwrap_or((self.rest, &[]));
                found.extend_from_slice(value);
                self.rest = rest;
                Some(())
            }
            (PIECES, length) => {
                let depth = depth.checked_sub(1)?;
                let (within, behind) = match length {
                    Some(length) => self
                        .rest
                        .split_at_checked(length)
                        .unwrap_or((self.rest, &[])),
                    None => (self.rest, [].as_slice()),
                };
                let mut pieces = Reader { rest: within };
                while pieces.ends() == Some(false) {
                    pieces.octets(found, depth)?;
                }
                self.rest = if length.is_some() {
                    behind
                } else {
                    pieces.rest
                };
                Some(())
            }
            _ => None,
        }
    }
}
