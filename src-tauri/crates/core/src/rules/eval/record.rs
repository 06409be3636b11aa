//! The record of a decision: facts, truths and outcome, packed. Everything that is shown is
//! rebuilt from it with the version of the rules that it names.

use serde::{Deserialize, Serialize};

use super::Truth;
use crate::{
    hash::Hash,
    rules::{
        facts::{
            Facts, SnapshotError,
            snapshot::{Reader, put, put_signed},
        },
        outcome::{EventKind, Lost, Slots, Would},
    },
    time::Timestamp,
};

const VERSION: u8 = 1;

/// Everything needed to explain one decision.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRecord {
    /// The version of the rules.
    pub ruleset: Hash,
    /// What happened.
    pub event: EventKind,
    /// The logical instant.
    pub at: Timestamp,
    /// The facts as of then, as [`Facts::snapshot`] writes them.
    pub facts: Vec<u8>,
    /// The truth of each atom that the event's rules read, in the order of the ruleset.
    pub(in crate::rules) truths: Vec<Truth>,
    /// The rules that matched: number, and 1 for acted, 2 for shadow.
    pub(in crate::rules) marks: Vec<(u16, u8)>,
    /// What was decided.
    pub slots: Slots,
    /// What rules wanted and did not get.
    pub lost: Vec<Lost>,
    /// What would have been decided with one of the watched rules live, where that differs.
    pub would: Vec<Would>,
    /// The next instant at which a rule may change its mind.
    pub next_flip: Option<Timestamp>,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The facts cannot be read.
    #[error(transparent)]
    Facts(#[from] SnapshotError),
    /// The outcome cannot be read.
    #[error("the outcome in the record of a decision is damaged")]
    Outcome,
    /// The record was made with another version of the rules.
    #[error("the record was made with another version of the rules")]
    OtherRuleset,
}

#[derive(Serialize, Deserialize)]
struct Outcome {
    slots: Slots,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    lost: Vec<Lost>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    would: Vec<Would>,
}

/// An outcome of which nothing but the decision is read.
#[derive(Deserialize)]
struct Decided {
    slots: Slots,
}

/// The parts of a record that are kept in columns.
pub(in crate::rules) struct RecordParts<'a> {
    /// The version of the rules.
    pub(in crate::rules) ruleset: Hash,
    /// What was decided, as [`Conclusion::from_bytes`] reads it.
    pub(in crate::rules) decided: &'a [u8],
    /// The facts, as [`Facts::snapshot`] writes them.
    pub(in crate::rules) facts: &'a [u8],
}

/// What came of one decision, without what it rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conclusion {
    /// The rules that matched: number in that version, and 1 for acted, 2 for shadow.
    pub marks: Vec<(u16, u8)>,
    /// What was decided.
    pub slots: Slots,
    /// What rules wanted and did not get.
    pub lost: Vec<Lost>,
    /// What would have been decided with one of the watched rules live, where that differs.
    pub would: Vec<Would>,
}

impl Conclusion {
    /// Reads what a column of decisions holds.
    ///
    /// # Errors
    /// When the bytes are not that.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        Self::read(&mut Reader { bytes })
    }

    /// What was decided, of what a column of decisions holds, without the rest; none when it cannot
    /// be read, or was erased.
    pub(in crate::rules) fn slots_of(bytes: &[u8]) -> Option<Slots> {
        let mut reader = Reader { bytes };
        for _ in 0..reader.number().ok()? {
            reader.number().ok()?;
        }
        let length = usize::try_from(reader.number().ok()?).ok()?;
        match reader.take(length).ok()? {
            [] => Some(Slots::default()),
            json => serde_json::from_slice(json)
                .ok()
                .map(|Decided { slots }| slots),
        }
    }

    /// Whether a column of decisions holds these marks, and a decision in which the loop guard had
    /// no say. Such a decision follows from its marks: with the same rules and facts it is the same.
    pub(in crate::rules) fn follows_from(
        bytes: &[u8],
        mut marks: impl ExactSizeIterator<Item = (u16, u8)>,
    ) -> bool {
        let mut reader = Reader { bytes };
        if reader.number().ok() != u64::try_from(marks.len()).ok() {
            return false;
        }
        let same = marks.all(|(rule, mark)| {
            reader.number().ok() == Some((u64::from(rule) << 2) | u64::from(mark))
        });
        if !same || reader.number().is_err() {
            return false;
        }
        // It is named as a rule, or as the reason for a loss.
        std::str::from_utf8(reader.bytes).is_ok_and(|outcome| !outcome.contains("loop"))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, RecordError> {
        let mut marks = Vec::new();
        for _ in 0..reader.number()? {
            let mark = reader.number()?;
            let rule = u16::try_from(mark >> 2).map_err(|_| SnapshotError::UnknownKind)?;
            marks.push((rule, (mark & 3) as u8));
        }
        let length = usize::try_from(reader.number()?).map_err(|_| SnapshotError::CutOff)?;
        let outcome = match reader.take(length)? {
            [] => Outcome {
                slots: Slots::default(),
                lost: Vec::new(),
                would: Vec::new(),
            },
            json => serde_json::from_slice(json).map_err(|_| RecordError::Outcome)?,
        };
        Ok(Self {
            marks,
            slots: outcome.slots,
            lost: outcome.lost,
            would: outcome.would,
        })
    }
}

impl DecisionRecord {
    /// The facts as of then; what the customer wrote is unknown until it is set again.
    ///
    /// # Errors
    /// When the snapshot is damaged.
    pub fn facts(&self) -> Result<Facts, SnapshotError> {
        Facts::from_snapshot(&self.facts)
    }

    /// The record as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128 + self.facts.len());
        out.push(VERSION);
        out.extend_from_slice(&self.ruleset.0);
        out.push(self.event.number());
        put_signed(&mut out, self.at.0);
        put_signed(&mut out, self.next_flip.map_or(-1, |at| at.0.max(0)));
        put(&mut out, self.truths.len() as u64);
        for four in self.truths.chunks(4) {
            let byte = four
                .iter()
                .rev()
                .fold(0, |byte, truth| (byte << 2) | (*truth as u8));
            out.push(byte);
        }
        put(&mut out, self.marks.len() as u64);
        for (rule, mark) in &self.marks {
            put(&mut out, (u64::from(*rule) << 2) | u64::from(*mark));
        }
        let empty = self.slots.is_empty() && self.lost.is_empty() && self.would.is_empty();
        let outcome = Outcome {
            slots: self.slots.clone(),
            lost: self.lost.clone(),
            would: self.would.clone(),
        };
        let outcome = if empty {
            Vec::new()
        } else {
            serde_json::to_vec(&outcome).unwrap_or_default()
        };
        put(&mut out, outcome.len() as u64);
        out.extend_from_slice(&outcome);
        out.extend_from_slice(&self.facts);
        out
    }

    /// Finds the parts of a record that are kept in columns, without reading them.
    pub(in crate::rules) fn parts(bytes: &[u8]) -> Result<RecordParts<'_>, SnapshotError> {
        let mut reader = Reader { bytes };
        if reader.byte()? != VERSION {
            return Err(SnapshotError::UnknownKind);
        }
        let ruleset = Hash(reader.array()?);
        let _event = reader.byte()?;
        let (_at, _next_flip) = (reader.signed()?, reader.signed()?);
        let truths = reader.number()?.div_ceil(4);
        reader.take(usize::try_from(truths).map_err(|_| SnapshotError::CutOff)?)?;
        let decided = reader.bytes;
        for _ in 0..reader.number()? {
            reader.number()?;
        }
        let length = usize::try_from(reader.number()?).map_err(|_| SnapshotError::CutOff)?;
        reader.take(length)?;
        let facts = reader.bytes;
        let length = decided.len().saturating_sub(facts.len());
        Ok(RecordParts {
            ruleset,
            decided: decided.get(..length).unwrap_or_default(),
            facts,
        })
    }

    /// Reads a record.
    ///
    /// # Errors
    /// When the bytes are not a record.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader { bytes };
        if reader.byte()? != VERSION {
            return Err(SnapshotError::UnknownKind.into());
        }
        let ruleset = Hash(reader.array()?);
        let event = usize::from(reader.byte()?);
        let event = *EventKind::ALL
            .get(event)
            .ok_or(SnapshotError::UnknownKind)?;
        let at = Timestamp(reader.signed()?);
        let next_flip = reader.signed()?;
        let count = usize::try_from(reader.number()?).map_err(|_| SnapshotError::CutOff)?;
        let mut truths = Vec::new();
        for byte in reader.take(count.div_ceil(4))? {
            for shift in [0, 2, 4, 6] {
                truths.push(match (byte >> shift) & 3 {
                    0 => Truth::False,
                    1 => Truth::Unknown,
                    _ => Truth::True,
                });
            }
        }
        truths.truncate(count);
        let decided = Conclusion::read(&mut reader)?;
        Ok(Self {
            ruleset,
            event,
            at,
            facts: reader.bytes.to_vec(),
            truths,
            marks: decided.marks,
            slots: decided.slots,
            lost: decided.lost,
            would: decided.would,
            next_flip: (next_flip >= 0).then_some(Timestamp(next_flip)),
        })
    }
}
