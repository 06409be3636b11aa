//! Columns as bytes. Numbers are kept as distances from the least of them, in as few bytes each as
//! the farthest needs, so that reading is one pass over memory.

use std::sync::Arc;

use super::{Changes, Chunk, Codes, Column, ColumnKey, Entry, Kind, Kinds, Outlines, Wanted};
use crate::{
    hash::Hash,
    ids::Id as _,
    rules::facts::{
        snapshot::{Reader, SnapshotError, put, put_signed, put_text, put_value},
        value::Value,
    },
};

/// Why bytes are not a chunk.
pub type PackError = SnapshotError;

/// The tags of entries that no snapshot has.
pub(super) mod tag {
    /// A running length as it stood.
    pub(in crate::rules::facts::chunk) const RUNNING: u8 = 10;
    /// Nothing known.
    pub(super) const UNKNOWN: u8 = 11;
}

mod form {
    pub(super) const SAME: u8 = 0;
    pub(super) const NARROW: u8 = 1;
    pub(super) const WIDE: u8 = 2;
    pub(super) const NUMBERS: u8 = 3;
    pub(super) const CONCLUSIONS: u8 = 4;
}

/// The version of the head of a chunk.
const VERSION: u8 = 2;
/// Stands for "row by row" where a kind would stand.
const EACH: u8 = 255;

impl Chunk {
    /// What every reader needs: which decisions there are, and what came of them.
    #[must_use]
    pub fn pack_head(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.rows() * 20);
        out.push(VERSION);
        put(&mut out, self.rows() as u64);
        put_numbers(&mut out, &self.seq);
        put_numbers(&mut out, &self.at);
        out.extend_from_slice(&self.event);
        put(&mut out, self.conversations.len() as u64);
        for id in &self.conversations {
            out.extend_from_slice(&id.bits().to_le_bytes());
        }
        put_codes(&mut out, &self.conversation);
        put(&mut out, self.rulesets.len() as u64);
        for hash in &self.rulesets {
            out.extend_from_slice(&hash.0);
        }
        put_codes(&mut out, &self.ruleset);
        // The message lies a few places before the decision on it.
        let back = self.seq.iter().zip(&self.message);
        let back: Vec<i64> = back
            .map(|(seq, message)| {
                if *message == 0 {
                    0
                } else {
                    seq.wrapping_sub(*message)
                }
            })
            .collect();
        put_numbers(&mut out, &back);
        for changes in &self.changes {
            let flags = [changes.priority, changes.sla, changes.unread];
            let flags = flags.into_iter().rev();
            out.push(flags.fold(0, |all, flag| (all << 1) | u8::from(flag)));
            put(&mut out, changes.tags.len() as u64);
            changes.tags.iter().for_each(|tag| put_text(&mut out, tag));
        }
        put(&mut out, self.outlines.len() as u64);
        let ends: Vec<i64> = self
            .outlines
            .ends
            .iter()
            .map(|end| i64::from(*end))
            .collect();
        put_numbers(&mut out, &ends);
        out.extend_from_slice(&self.outlines.bytes);
        put_codes(&mut out, &self.outline);
        out
    }

    /// Reads a head, and the columns that are wanted among those given.
    ///
    /// # Errors
    /// When the bytes are not a chunk.
    pub fn unpack<'a>(
        head: &[u8],
        columns: impl IntoIterator<Item = (ColumnKey, &'a [u8])>,
        wanted: &Wanted,
    ) -> Result<Self, PackError> {
        let mut chunk = Self::unpack_head(head)?;
        for (key, bytes) in columns {
            if wanted.has(&key) {
                let column = Column::unpack(bytes, chunk.rows())?;
                chunk.columns.insert(key, column);
            }
        }
        Ok(chunk)
    }

    /// Reads a head; the chunk has no columns yet.
    ///
    /// # Errors
    /// When the bytes are not the head of a chunk.
    pub fn unpack_head(head: &[u8]) -> Result<Self, PackError> {
        let mut reader = Reader { bytes: head };
        if reader.byte()? != VERSION {
            return Err(SnapshotError::UnknownKind);
        }
        let rows = count(&mut reader)?;
        let seq = numbers(&mut reader, rows)?;
        let at = numbers(&mut reader, rows)?;
        let event = reader.take(rows)?.to_vec();
        let different = count(&mut reader)?;
        let conversations = reader
            .take(different.saturating_mul(16))?
            .as_chunks::<16>()
            .0
            .iter()
            .map(|bytes| crate::ids::ConversationId::from_bits(u128::from_le_bytes(*bytes)))
            .collect();
        let conversation = codes(&mut reader, different, rows)?;
        let different = count(&mut reader)?;
        let rulesets: Vec<Hash> = reader
            .take(different.saturating_mul(32))?
            .as_chunks::<32>()
            .0
            .iter()
            .map(|bytes| Hash(*bytes))
            .collect();
        let ruleset = codes(&mut reader, different, rows)?;
        let back = numbers(&mut reader, rows)?;
        let message = seq.iter().zip(back);
        let message = message
            .map(|(seq, back)| if back == 0 { 0 } else { seq.wrapping_sub(back) })
            .collect();
        let mut changes = Vec::with_capacity(rulesets.len());
        for _ in &rulesets {
            let flags = reader.byte()?;
            let flag = |place: u8| (flags >> place) & 1 == 1;
            let tags = (0..reader.number()?).map(|_| reader.text());
            changes.push(Changes {
                tags: tags.collect::<Result<_, _>>()?,
                priority: flag(0),
                sla: flag(1),
                unread: flag(2),
            });
        }
        let different = count(&mut reader)?;
        let ends = numbers(&mut reader, different)?;
        let ends: Vec<u32> = ends
            .into_iter()
            .map(|end| u32::try_from(end).map_err(|_| SnapshotError::CutOff))
            .collect::<Result<_, _>>()?;
        let length = ends.last().copied().unwrap_or_default();
        let length = usize::try_from(length).map_err(|_| SnapshotError::CutOff)?;
        let outlines = Outlines {
            bytes: reader.take(length)?.to_vec(),
            ends,
        };
        let outline = codes(&mut reader, different, rows)?;
        Ok(Self {
            seq,
            at,
            event,
            conversations,
            conversation,
            rulesets,
            ruleset,
            changes,
            message,
            outlines,
            outline,
            columns: std::collections::BTreeMap::new(),
        })
    }
}

impl Column {
    /// The column as bytes.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Same(entry) => {
                out.push(form::SAME);
                put_entry(&mut out, entry);
            }
            Self::Coded { entries, codes } => {
                out.push(match codes {
                    Codes::Narrow(_) => form::NARROW,
                    Codes::Wide(_) => form::WIDE,
                });
                put(&mut out, entries.len() as u64);
                entries.iter().for_each(|entry| put_entry(&mut out, entry));
                put_codes(&mut out, codes);
            }
            Self::Numbers { kinds, values } => {
                out.push(form::NUMBERS);
                match kinds {
                    Kinds::All(kind) => out.push(*kind as u8),
                    Kinds::Each(kinds) => {
                        out.push(EACH);
                        out.extend(kinds.iter().map(|kind| *kind as u8));
                    }
                }
                put_numbers(&mut out, values);
            }
            Self::Conclusions { different, codes } => {
                out.push(form::CONCLUSIONS);
                put(&mut out, different.len() as u64);
                for bytes in different {
                    put(&mut out, bytes.len() as u64);
                    out.extend_from_slice(bytes);
                }
                put_codes(&mut out, codes);
            }
        }
        out
    }

    /// Reads a column of so many rows.
    ///
    /// # Errors
    /// When the bytes are not such a column.
    pub fn unpack(bytes: &[u8], rows: usize) -> Result<Self, PackError> {
        let mut reader = Reader { bytes };
        Ok(match reader.byte()? {
            form::SAME => Self::Same(read_entry(&mut reader)?),
            form::NARROW | form::WIDE => {
                let different = count(&mut reader)?;
                let entries: Result<Vec<Entry>, _> =
                    (0..different).map(|_| read_entry(&mut reader)).collect();
                Self::Coded {
                    entries: entries?,
                    codes: codes(&mut reader, different, rows)?,
                }
            }
            form::NUMBERS => {
                let kinds = match reader.byte()? {
                    EACH => {
                        let kinds = reader.take(rows)?.iter().map(|byte| kind(*byte));
                        Kinds::Each(kinds.collect::<Result<_, _>>()?)
                    }
                    byte => Kinds::All(kind(byte)?),
                };
                Self::Numbers {
                    kinds,
                    values: numbers(&mut reader, rows)?,
                }
            }
            form::CONCLUSIONS => {
                let many = count(&mut reader)?;
                let mut different: Vec<Arc<[u8]>> = Vec::new();
                for _ in 0..many {
                    let length = count(&mut reader)?;
                    different.push(reader.take(length)?.into());
                }
                Self::Conclusions {
                    codes: codes(&mut reader, different.len(), rows)?,
                    different,
                }
            }
            _ => return Err(SnapshotError::UnknownKind),
        })
    }
}

fn kind(byte: u8) -> Result<Kind, PackError> {
    Ok(match byte {
        0 => Kind::Unknown,
        1 => Kind::Int,
        2 => Kind::Duration,
        3 => Kind::Running,
        4 => Kind::Time,
        _ => return Err(SnapshotError::UnknownKind),
    })
}

fn put_entry(out: &mut Vec<u8>, entry: &Entry) {
    match entry {
        Entry::Unknown | Entry::Value(Value::Unknown) => out.push(tag::UNKNOWN),
        Entry::Content => out.push(super::super::snapshot::tag::CONTENT),
        Entry::Running(length) => {
            out.push(tag::RUNNING);
            put_signed(out, *length);
        }
        Entry::Value(value) => put_value(out, value),
    }
}

/// Reads an entry; what a snapshot writes is one too, except that content has no hash here.
pub(super) fn read_entry(reader: &mut Reader<'_>) -> Result<Entry, PackError> {
    let (first, rest) = reader.bytes.split_first().ok_or(SnapshotError::CutOff)?;
    Ok(match *first {
        tag::UNKNOWN => {
            reader.bytes = rest;
            Entry::Unknown
        }
        super::super::snapshot::tag::CONTENT => {
            reader.bytes = rest;
            Entry::Content
        }
        tag::RUNNING => {
            reader.bytes = rest;
            Entry::Running(reader.signed()?)
        }
        _ => Entry::Value(reader.value()?),
    })
}

fn count(reader: &mut Reader<'_>) -> Result<usize, PackError> {
    usize::try_from(reader.number()?).map_err(|_| SnapshotError::CutOff)
}

fn put_codes(out: &mut Vec<u8>, codes: &Codes) {
    match codes {
        Codes::Narrow(codes) => out.extend_from_slice(codes),
        Codes::Wide(codes) => out.extend(codes.iter().flat_map(|code| code.to_le_bytes())),
    }
}

/// Codes are narrow exactly when there are few enough different entries.
fn codes(reader: &mut Reader<'_>, different: usize, rows: usize) -> Result<Codes, PackError> {
    if different <= 256 {
        return Ok(Codes::Narrow(reader.take(rows)?.to_vec()));
    }
    let bytes = reader.take(rows.saturating_mul(2))?;
    let codes = bytes.as_chunks::<2>().0;
    Ok(Codes::Wide(
        codes.iter().map(|code| u16::from_le_bytes(*code)).collect(),
    ))
}

fn put_numbers(out: &mut Vec<u8>, values: &[i64]) {
    let least = values.iter().copied().min().unwrap_or_default();
    let far = values
        .iter()
        .map(|value| value.wrapping_sub(least).cast_unsigned());
    let farthest = far.clone().max().unwrap_or_default();
    put_signed(out, least);
    if farthest == 0 {
        out.push(0);
    } else if let Ok(farthest) = u32::try_from(farthest) {
        if farthest <= u32::from(u8::MAX) {
            out.push(1);
            out.extend(far.map(|far| far as u8));
        } else if farthest <= u32::from(u16::MAX) {
            out.push(2);
            out.extend(far.flat_map(|far| (far as u16).to_le_bytes()));
        } else {
            out.push(4);
            out.extend(far.flat_map(|far| (far as u32).to_le_bytes()));
        }
    } else {
        out.push(8);
        out.extend(far.flat_map(u64::to_le_bytes));
    }
}

fn numbers(reader: &mut Reader<'_>, rows: usize) -> Result<Vec<i64>, PackError> {
    let least = reader.signed()?;
    let width = usize::from(reader.byte()?);
    let bytes = reader.take(rows.saturating_mul(width))?;
    let from = |far: u64| least.wrapping_add(far.cast_signed());
    Ok(match width {
        0 if rows <= super::CHUNK => vec![least; rows],
        1 => bytes.iter().map(|byte| from(u64::from(*byte))).collect(),
        2 => {
            let all = bytes.as_chunks::<2>().0.iter();
            all.map(|far| from(u64::from(u16::from_le_bytes(*far))))
                .collect()
        }
        4 => {
            let all = bytes.as_chunks::<4>().0.iter();
            all.map(|far| from(u64::from(u32::from_le_bytes(*far))))
                .collect()
        }
        8 => {
            let all = bytes.as_chunks::<8>().0.iter();
            all.map(|far| from(u64::from_le_bytes(*far))).collect()
        }
        _ => return Err(SnapshotError::UnknownKind),
    })
}
