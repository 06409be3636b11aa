//! Decision points in columns: what was known at each of some thousand decisions, fact by fact.
//!
//! A whole history is decided again by reading such chunks one after the other. A column holds
//! each different value once and a small number a row, or, where nearly every row differs, plain
//! numbers; so a condition on one fact is judged once a value, not once a row. Running lengths of
//! time are kept as they stood at the instant of the decision.
//!
//! Chunks are built from decision records and hold nothing else, so they can be made anew at any
//! time.

mod build;
mod concluded;
mod pack;

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{
    schema::{BUILTIN, Fact},
    value::{Facts, Value},
};
use crate::{
    hash::Hash,
    ids::ConversationId,
    rules::{EventKind, eval::record::Conclusion},
    time::Timestamp,
};

pub use build::{ChunkBuilder, Point};
pub use concluded::{Changes, Outlines};
pub use pack::PackError;

/// Points in a full chunk.
pub const CHUNK: usize = 4_096;

/// What a column is about. Its text form names it in the store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnKey {
    /// A built-in fact.
    Fact(Fact),
    /// A custom fact, such as `attr.plan_seats`.
    Custom(Arc<str>),
    /// Whether the message matched a word set, by the key of the set.
    Words(u64),
    /// No fact: what was decided.
    Conclusion,
}

/// The name of what was decided among those of the facts.
const CONCLUSION: &str = "conclusion";

impl fmt::Display for ColumnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(fact) => f.write_str(fact.name()),
            Self::Custom(name) => f.write_str(name),
            Self::Words(key) => write!(f, "#{key:016x}"),
            Self::Conclusion => f.write_str(CONCLUSION),
        }
    }
}

impl ColumnKey {
    /// The key that a text form stands for; none for a fact of a newer version.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == CONCLUSION {
            return Some(Self::Conclusion);
        }
        if let Some(key) = text.strip_prefix('#') {
            return u64::from_str_radix(key, 16).ok().map(Self::Words);
        }
        match Fact::find(text) {
            Some(fact) => Some(Self::Fact(fact)),
            None if text.starts_with("attr.") => Some(Self::Custom(text.into())),
            None => None,
        }
    }
}

/// A value in a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Entry {
    /// Nothing was known.
    #[default]
    Unknown,
    /// Known, but the customer's words: read them from the message.
    Content,
    /// A length of time that was running, as it stood at the decision, in milliseconds; negative
    /// when it was to begin later.
    Running(i64),
    /// Any other value; never a running length.
    Value(Value),
}

/// The number of an entry, a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// Up to 256 different entries.
    Narrow(Vec<u8>),
    /// More.
    Wide(Vec<u16>),
}

impl Codes {
    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<usize> {
        match self {
            Self::Narrow(codes) => codes.get(row).map(|code| usize::from(*code)),
            Self::Wide(codes) => codes.get(row).map(|code| usize::from(*code)),
        }
    }
}

/// What a plain number of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Nothing was known; the number says nothing.
    Unknown = 0,
    /// A whole number.
    Int = 1,
    /// A length of time that stood still, in milliseconds.
    Duration = 2,
    /// A length of time that was running, as it stood, in milliseconds.
    Running = 3,
    /// An instant, in milliseconds UTC.
    Time = 4,
}

/// What plain numbers are: all the same, or row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kinds {
    /// All are of one kind.
    All(Kind),
    /// Row by row.
    Each(Vec<Kind>),
}

/// One fact at every point of a chunk.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// The same everywhere.
    Same(Entry),
    /// A few different entries.
    Coded {
        /// Each different entry once.
        entries: Vec<Entry>,
        /// Which one, a row.
        codes: Codes,
    },
    /// Many different numbers.
    Numbers {
        /// What they are.
        kinds: Kinds,
        /// The numbers.
        values: Vec<i64>,
    },
    /// What was decided.
    Conclusions {
        /// The different conclusions, as [`Conclusion::from_bytes`] reads them; empty where the
        /// record was erased.
        different: Vec<Arc<[u8]>>,
        /// Which one, a row.
        codes: Codes,
    },
}

impl Column {
    /// What stands in a row.
    #[must_use]
    pub fn entry(&self, row: usize) -> Entry {
        match self {
            Self::Same(entry) => entry.clone(),
            Self::Coded { entries, codes } => codes
                .get(row)
                .and_then(|code| entries.get(code))
                .cloned()
                .unwrap_or_default(),
            Self::Numbers { kinds, values } => {
                let kind = match kinds {
                    Kinds::All(kind) => Some(*kind),
                    Kinds::Each(kinds) => kinds.get(row).copied(),
                };
                match (kind, values.get(row)) {
                    (Some(kind), Some(value)) => kind.entry(*value),
                    _ => Entry::Unknown,
                }
            }
            Self::Conclusions { .. } => Entry::Unknown,
        }
    }
}

impl Kind {
    const fn entry(self, value: i64) -> Entry {
        match self {
            Self::Unknown => Entry::Unknown,
            Self::Int => Entry::Value(Value::Int(value)),
            Self::Duration => Entry::Value(Value::Duration(value)),
            Self::Running => Entry::Running(value),
            Self::Time => Entry::Value(Value::Time(Timestamp(value))),
        }
    }
}

/// Some thousand decision points, in the order of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The place in the log of the event that tells of each decision.
    pub seq: Vec<i64>,
    /// The logical instants, in milliseconds UTC.
    pub at: Vec<i64>,
    /// What happened, as [`EventKind::number`] gives it.
    pub event: Vec<u8>,
    /// The conversations that appear.
    pub conversations: Vec<ConversationId>,
    /// Which of them, a row.
    pub conversation: Codes,
    /// The versions of the rules that appear; all zero where the record was erased.
    pub rulesets: Vec<Hash>,
    /// Which of them, a row.
    pub ruleset: Codes,
    /// What decisions of each of them changed that a rule may read.
    pub changes: Vec<Changes>,
    /// The place in the log of the message that was decided on; 0 where there was none.
    pub message: Vec<i64>,
    /// The different decisions in short.
    pub outlines: Outlines,
    /// Which of them, a row.
    pub outline: Codes,
    /// The facts that were asked for and were known anywhere in the chunk, and what was decided.
    pub columns: BTreeMap<ColumnKey, Column>,
}

impl Chunk {
    /// How many points it has.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.seq.len()
    }

    /// The column of a fact; none when nothing was known of it in the whole chunk.
    #[must_use]
    pub fn column(&self, key: &ColumnKey) -> Option<&Column> {
        self.columns.get(key)
    }

    /// The conversation of a row.
    #[must_use]
    pub fn conversation(&self, row: usize) -> Option<ConversationId> {
        let code = self.conversation.get(row)?;
        self.conversations.get(code).copied()
    }

    /// The version of the rules that decided a row; none where the record was erased.
    #[must_use]
    pub fn ruleset(&self, row: usize) -> Option<Hash> {
        let code = self.ruleset.get(row)?;
        let hash = self.rulesets.get(code).copied();
        hash.filter(|hash| *hash != Hash::default())
    }

    /// What happened at a row.
    #[must_use]
    pub fn event(&self, row: usize) -> Option<EventKind> {
        let number = usize::from(*self.event.get(row)?);
        EventKind::ALL.get(number).copied()
    }

    /// The different conclusions, and which one stands in each row; none when that was not asked
    /// for.
    pub(in crate::rules) fn conclusions(&self) -> Option<(&[Arc<[u8]>], &Codes)> {
        match self.columns.get(&ColumnKey::Conclusion)? {
            Column::Conclusions { different, codes } => Some((different, codes)),
            _ => None,
        }
    }

    /// What was decided at a row; none where the record was erased, or that was not asked for.
    #[must_use]
    pub fn conclusion(&self, row: usize) -> Option<Conclusion> {
        let (different, codes) = self.conclusions()?;
        Conclusion::from_bytes(different.get(codes.get(row)?)?).ok()
    }

    /// The decision at a row in short; empty where the record was erased.
    pub(in crate::rules) fn outline(&self, row: usize) -> &[u8] {
        let code = self.outline.get(row);
        code.map_or(&[], |code| self.outlines.get(code))
    }

    /// The facts of a row, as far as their columns are here; the customer's words are unknown
    /// until they are set again.
    #[must_use]
    pub fn facts(&self, row: usize) -> Facts {
        let mut facts = Facts::new();
        let at = self.at.get(row).copied().unwrap_or_default();
        for (key, column) in &self.columns {
            let value = match column.entry(row) {
                Entry::Unknown | Entry::Content => continue,
                Entry::Running(length) => Value::Since(Timestamp(at).plus(length.wrapping_neg())),
                Entry::Value(value) => value,
            };
            match key {
                ColumnKey::Fact(fact) if usize::from(fact.0) < BUILTIN.len() => {
                    facts.set(*fact, value);
                }
                ColumnKey::Fact(_) => {}
                ColumnKey::Custom(name) => {
                    facts.set_custom(Arc::clone(name), value);
                }
                ColumnKey::Words(set) => {
                    facts.set_words(*set, value == Value::Bool(true));
                }
                ColumnKey::Conclusion => {}
            }
        }
        facts
    }
}

/// Which facts a reader wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Every one.
    #[default]
    All,
    /// These.
    Some(std::collections::BTreeSet<ColumnKey>),
}

impl Wanted {
    /// Whether a fact is among them.
    #[must_use]
    pub fn has(&self, key: &ColumnKey) -> bool {
        match self {
            Self::All => true,
            Self::Some(keys) => keys.contains(key),
        }
    }
}

#[cfg(test)]
mod tests;
