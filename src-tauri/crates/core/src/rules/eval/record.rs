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
        outcome::{EventKind, LossReason, Lost, RuleId, Slots, Would},
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

    /// Whether what a column of decisions holds may change a fact that rules read, as far as that is
    /// seen without reading it.
    pub(in crate::rules) fn may_change(bytes: &[u8]) -> bool {
        let slots = ["\"priority\"", "\"sla\"", "\"tags_"];
        // Marks are no text, but the outcome behind them is.
        let outcome = String::from_utf8_lossy(bytes);
        slots.iter().any(|slot| outcome.contains(slot))
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

/// How the loop guard had a say in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::rules) enum Guarding {
    /// It had none.
    No = 0,
    /// It kept rules from changing control.
    Kept = 1,
    /// It took control from the rules, where people had it.
    Took = 2,
    /// It took control from the rules and gave it to a queue.
    Queued = 3,
    /// That cannot be read.
    Unread = 4,
}

impl Guarding {
    fn of(decided: &Conclusion) -> Self {
        let by_guard = |by: &RuleId| by.as_str() == RuleId::LOOP_GUARD;
        let slots = &decided.slots;
        if slots.tags_add.iter().any(|tag| by_guard(&tag.by)) {
            let control = slots.control.as_ref();
            return match control.is_some_and(|control| by_guard(&control.by)) {
                true => Self::Queued,
                false => Self::Took,
            };
        }
        let mut lost = decided.lost.iter();
        match lost.any(|lost| lost.reason == LossReason::LoopGuard) {
            true => Self::Kept,
            false => Self::No,
        }
    }
}

/// A decision in short: how its rules did, and how the loop guard had a say. Of two decisions of
/// the same rules on the same facts with the same outline, both decided the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::rules) struct Outline(Vec<u8>);

impl Outline {
    /// The outline of what a column of decisions holds; an empty one of what was erased.
    pub(in crate::rules) fn read(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        let mut reader = Reader { bytes };
        let mut marks = || -> Result<Vec<u64>, SnapshotError> {
            let count = reader.number()?;
            (0..count).map(|_| reader.number()).collect()
        };
        let Ok(marks) = marks() else {
            return Self(vec![Guarding::Unread as u8]);
        };
        // It is named as a rule, or as the reason for a loss.
        let unnamed =
            std::str::from_utf8(reader.bytes).is_ok_and(|outcome| !outcome.contains("loop"));
        let guarding = match unnamed {
            true => Guarding::No,
            false => Conclusion::from_bytes(bytes)
                .map_or(Guarding::Unread, |decided| Guarding::of(&decided)),
        };
        let mut out = vec![guarding as u8];
        marks.into_iter().for_each(|mark| put(&mut out, mark));
        Self(out)
    }

    /// Makes it that of other marks.
    pub(in crate::rules) fn set(
        &mut self,
        guarding: Guarding,
        marks: impl Iterator<Item = (u16, u8)>,
    ) {
        self.0.clear();
        self.0.push(guarding as u8);
        for (rule, mark) in marks {
            put(&mut self.0, (u64::from(rule) << 2) | u64::from(mark));
        }
    }

    /// As bytes.
    pub(in crate::rules) fn as_bytes(&self) -> &[u8] {
        &self.0
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
