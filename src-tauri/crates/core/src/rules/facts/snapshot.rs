//! Facts as bytes: the as-of-then snapshot that a decision is recorded with.
//!
//! A snapshot holds each known fact once, by its number, in a fixed order, so equal facts have
//! equal bytes and equal hashes. The customer's content is held by hash only: bodies live outside
//! the log, and erasing one must not leave a copy here.

use std::sync::Arc;

use super::{
    schema::{BUILTIN, Fact},
    value::{Facts, Value},
};
use crate::{hash::Hash, time::Timestamp};

/// Why bytes are not a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes end too early.
    #[error("the snapshot of the facts is cut off")]
    CutOff,
    /// The version or a tag is unknown.
    #[error("the snapshot of the facts is of a kind this version does not know")]
    UnknownKind,
    /// A text is not UTF-8.
    #[error("a text in the snapshot of the facts is damaged")]
    DamagedText,
}

pub(super) const VERSION: u8 = 1;

pub(super) mod tag {
    pub(in crate::rules::facts) const FALSE: u8 = 0;
    pub(in crate::rules::facts) const TRUE: u8 = 1;
    pub(in crate::rules::facts) const INT: u8 = 2;
    pub(in crate::rules::facts) const DECIMAL: u8 = 3;
    pub(in crate::rules::facts) const DURATION: u8 = 4;
    pub(in crate::rules::facts) const SINCE: u8 = 5;
    pub(in crate::rules::facts) const TIME: u8 = 6;
    pub(in crate::rules::facts) const TEXT: u8 = 7;
    pub(in crate::rules::facts) const TEXTS: u8 = 8;
    pub(in crate::rules::facts) const CONTENT: u8 = 9;
}

impl Facts {
    /// The facts as bytes, content by hash.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        out.push(VERSION);
        let known = || {
            (0_u64..)
                .zip(&self.builtin)
                .filter(|(_, value)| **value != Value::Unknown)
        };
        put(&mut out, known().count() as u64);
        for (number, value) in known() {
            put(&mut out, number);
            let content = u16::try_from(number).is_ok_and(|number| Fact(number).def().content);
            match value {
                Value::Text(text) if content => {
                    out.push(tag::CONTENT);
                    out.extend_from_slice(&Hash::of(text.as_bytes()).0);
                }
                value => put_value(&mut out, value),
            }
        }
        let custom = || {
            self.custom
                .iter()
                .filter(|(_, value)| **value != Value::Unknown)
        };
        put(&mut out, custom().count() as u64);
        for (name, value) in custom() {
            put_text(&mut out, name);
            put_value(&mut out, value);
        }
        put(&mut out, self.words.len() as u64);
        for (set, matched) in &self.words {
            out.extend_from_slice(&set.to_le_bytes());
            out.push(u8::from(*matched));
        }
        out
    }

    /// Reads a snapshot. Content comes back as unknown until it is set again from its blob; a
    /// fact of a newer version is left out.
    ///
    /// # Errors
    /// When the bytes are not a snapshot.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut reader = Reader { bytes };
        if reader.byte()? != VERSION {
            return Err(SnapshotError::UnknownKind);
        }
        let mut facts = Self::new();
        for _ in 0..reader.number()? {
            let number = reader.number()?;
            let value = reader.value()?;
            let place = usize::try_from(number)
                .ok()
                .filter(|index| *index < BUILTIN.len());
            if let Some(place) = place.and_then(|index| facts.builtin.get_mut(index)) {
                *place = value;
            }
        }
        for _ in 0..reader.number()? {
            let name = reader.text()?;
            let value = reader.value()?;
            facts.custom.insert(name, value);
        }
        for _ in 0..reader.number()? {
            let set = u64::from_le_bytes(reader.array()?);
            let matched = reader.byte()? != 0;
            facts.words.insert(set, matched);
        }
        Ok(facts)
    }

    /// The hash of the snapshot.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.snapshot())
    }
}

pub(in crate::rules) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

/// Signed numbers with the sign in the lowest bit, so that small ones stay short.
pub(in crate::rules) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(
        out,
        (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(),
    );
}

pub(in crate::rules) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        // Never written: unknown facts are left out before.
        Value::Unknown => {}
        Value::Bool(flag) => out.push(if *flag { tag::TRUE } else { tag::FALSE }),
        Value::Int(number) => {
            out.push(tag::INT);
            put_signed(out, *number);
        }
        Value::Decimal(number) => {
            out.push(tag::DECIMAL);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Duration(millis) => {
            out.push(tag::DURATION);
            put_signed(out, *millis);
        }
        Value::Since(at) => {
            out.push(tag::SINCE);
            put_signed(out, at.0);
        }
        Value::Time(at) => {
            out.push(tag::TIME);
            put_signed(out, at.0);
        }
        Value::Text(text) => {
            out.push(tag::TEXT);
            put_text(out, text);
        }
        Value::Texts(texts) => {
            out.push(tag::TEXTS);
            put(out, texts.len() as u64);
            texts.iter().for_each(|text| put_text(out, text));
        }
    }
}

/// Reads what the functions above wrote.
pub(in crate::rules) struct Reader<'a> {
    pub(in crate::rules) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(in crate::rules) fn take(&mut self, count: usize) -> Result<&'a [u8], SnapshotError> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or(SnapshotError::CutOff)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(in crate::rules) fn byte(&mut self) -> Result<u8, SnapshotError> {
        self.take(1)?.first().copied().ok_or(SnapshotError::CutOff)
    }

    pub(in crate::rules) fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        self.take(N)?.try_into().map_err(|_| SnapshotError::CutOff)
    }

    pub(in crate::rules) fn number(&mut self) -> Result<u64, SnapshotError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(SnapshotError::UnknownKind)
    }

    pub(in crate::rules) fn signed(&mut self) -> Result<i64, SnapshotError> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    pub(in crate::rules) fn text(&mut self) -> Result<Arc<str>, SnapshotError> {
        let length = usize::try_from(self.number()?).map_err(|_| SnapshotError::CutOff)?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| SnapshotError::DamagedText)
    }

    /// The bytes of the next value, not read.
    pub(super) fn raw_value(&mut self) -> Result<&'a [u8], SnapshotError> {
        let whole = self.bytes;
        match self.byte()? {
            tag::FALSE | tag::TRUE => {}
            tag::INT | tag::DURATION | tag::SINCE | tag::TIME => {
                self.number()?;
            }
            tag::DECIMAL => {
                self.take(8)?;
            }
            tag::TEXT => self.skip_text()?,
            tag::TEXTS => {
                for _ in 0..self.number()? {
                    self.skip_text()?;
                }
            }
            tag::CONTENT => {
                self.take(32)?;
            }
            _ => return Err(SnapshotError::UnknownKind),
        }
        let length = whole.len().saturating_sub(self.bytes.len());
        Ok(whole.get(..length).unwrap_or_default())
    }

    fn skip_text(&mut self) -> Result<(), SnapshotError> {
        let length = usize::try_from(self.number()?).map_err(|_| SnapshotError::CutOff)?;
        self.take(length).map(|_| ())
    }

    /// The next text, where it stands.
    pub(super) fn raw_text(&mut self) -> Result<&'a str, SnapshotError> {
        let length = usize::try_from(self.number()?).map_err(|_| SnapshotError::CutOff)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| SnapshotError::DamagedText)
    }

    pub(super) fn value(&mut self) -> Result<Value, SnapshotError> {
        Ok(match self.byte()? {
            tag::FALSE => Value::Bool(false),
            tag::TRUE => Value::Bool(true),
            tag::INT => Value::Int(self.signed()?),
            tag::DECIMAL => f64::from_le_bytes(self.array()?).into(),
            tag::DURATION => Value::Duration(self.signed()?),
            tag::SINCE => Value::Since(Timestamp(self.signed()?)),
            tag::TIME => Value::Time(Timestamp(self.signed()?)),
            tag::TEXT => Value::Text(self.text()?),
            tag::TEXTS => {
                let count = self.number()?;
                let texts: Result<Vec<Arc<str>>, _> = (0..count).map(|_| self.text()).collect();
                Value::Texts(texts?.into())
            }
            tag::CONTENT => {
                let _: [u8; 32] = self.array()?;
                Value::Unknown
            }
            _ => return Err(SnapshotError::UnknownKind),
        })
    }
}
