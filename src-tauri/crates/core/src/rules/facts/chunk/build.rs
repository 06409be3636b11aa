//! From decision records to columns, value by value, without reading what is the same as before.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasherDefault, DefaultHasher},
    sync::Arc,
};

use super::{
    CHUNK, Chunk, Codes, Column, ColumnKey, Entry, Kind, Kinds, concluded::outlined,
    pack::read_entry, pack::tag as packed,
};
use crate::{
    hash::Hash,
    ids::ConversationId,
    rules::{
        EventKind,
        eval::record::DecisionRecord,
        facts::{
            schema::{BUILTIN, Fact},
            snapshot::{Reader, SnapshotError, VERSION, put_signed, tag},
        },
    },
    time::Timestamp,
};

/// Different entries from which on numbers are kept as they are.
const MANY: usize = 256;

/// Numbers a value gets in a table that grows, the same in every run.
type Places<K> = HashMap<K, u16, BuildHasherDefault<DefaultHasher>>;

/// One decision, as the store lists it.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// The place in the log of the event that tells of it.
    pub seq: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// The logical instant.
    pub at: Timestamp,
    /// What happened.
    pub event: EventKind,
    /// The place in the log of the message that was decided on, when there was one.
    pub message: Option<i64>,
    /// The record; empty when it was erased.
    pub record: &'a [u8],
}

/// Gathers decision points until a chunk is full.
#[derive(Debug, Default)]
pub struct ChunkBuilder {
    seq: Vec<i64>,
    at: Vec<i64>,
    event: Vec<u8>,
    message: Vec<i64>,
    conversation: Table<ConversationId>,
    ruleset: Table<Hash>,
    conclusion: Table<Arc<[u8]>>,
    facts: Vec<Cells>,
    custom: BTreeMap<Arc<str>, Cells>,
    words: BTreeMap<u64, Cells>,
}

impl ChunkBuilder {
    /// How many points it has.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.seq.len()
    }

    /// Whether no further point goes in.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.seq.len() >= CHUNK
    }

    /// Adds a point. Of a record that is erased, or of a kind that this version does not know,
    /// nothing is known but that there was a decision.
    pub fn push(&mut self, point: &Point<'_>) {
        let row = self.rows();
        let parts = DecisionRecord::parts(point.record).ok();
        let (ruleset, conclusion, facts) = parts
            .map_or((Hash::default(), &[][..], &[][..]), |parts| {
                (parts.ruleset, parts.decided, parts.facts)
            });
        self.seq.push(point.seq);
        self.at.push(point.at.0);
        self.event.push(point.event.number());
        self.conversation.push(&point.conversation);
        self.ruleset.push(&ruleset);
        self.conclusion.push(&Arc::from(conclusion));
        // What a damaged snapshot held before the damage stays.
        let _ = self.push_facts(row, point.at, facts);
        // What was decided on no message has none, whatever stands before it in the log.
        let text = self.facts.get(usize::from(Fact::MSG_TEXT.0));
        let has_text = text.is_some_and(|cells| cells.codes.len() > row);
        let message = point.message.filter(|_| has_text);
        self.message.push(message.unwrap_or_default());
    }

    fn push_facts(
        &mut self,
        row: usize,
        at: Timestamp,
        snapshot: &[u8],
    ) -> Result<(), SnapshotError> {
        let mut reader = Reader { bytes: snapshot };
        if snapshot.is_empty() {
            return Ok(());
        }
        if reader.byte()? != VERSION {
            return Err(SnapshotError::UnknownKind);
        }
        self.facts.resize_with(BUILTIN.len(), Cells::default);
        for _ in 0..reader.number()? {
            let number = usize::try_from(reader.number()?).unwrap_or(usize::MAX);
            let value = reader.raw_value()?;
            if let Some(cells) = self.facts.get_mut(number) {
                cells.put(row, value, at);
            }
        }
        for _ in 0..reader.number()? {
            let name = reader.raw_text()?;
            let value = reader.raw_value()?;
            match self.custom.get_mut(name) {
                Some(cells) => cells.put(row, value, at),
                None => {
                    let cells = self.custom.entry(name.into()).or_default();
                    cells.put(row, value, at);
                }
            }
        }
        for _ in 0..reader.number()? {
            let set = u64::from_le_bytes(reader.array()?);
            let found = if reader.byte()? == 0 {
                tag::FALSE
            } else {
                tag::TRUE
            };
            self.words.entry(set).or_default().put(row, &[found], at);
        }
        Ok(())
    }

    /// The chunk.
    #[must_use]
    pub fn finish(self) -> Chunk {
        let rows = self.rows();
        let facts = (0_u16..).zip(self.facts);
        let facts = facts.map(|(number, cells)| (ColumnKey::Fact(Fact(number)), cells));
        let custom = self.custom.into_iter();
        let custom = custom.map(|(name, cells)| (ColumnKey::Custom(name), cells));
        let words = self.words.into_iter();
        let words = words.map(|(set, cells)| (ColumnKey::Words(set), cells));
        let mut columns: BTreeMap<ColumnKey, Column> = facts
            .chain(custom)
            .chain(words)
            .filter(|(_, cells)| cells.last > 0 || !cells.codes.is_empty())
            .map(|(key, cells)| (key, cells.finish(rows)))
            .collect();
        let (conversations, conversation) = self.conversation.finish();
        let (rulesets, ruleset) = self.ruleset.finish();
        let (different, codes) = self.conclusion.finish();
        let versions = (rulesets.len(), &ruleset);
        let (outlines, outline, changes) = outlined(&different, &codes, versions);
        let conclusions = Column::Conclusions { different, codes };
        columns.insert(ColumnKey::Conclusion, conclusions);
        Chunk {
            seq: self.seq,
            at: self.at,
            event: self.event,
            conversations,
            conversation,
            rulesets,
            ruleset,
            changes,
            message: self.message,
            outlines,
            outline,
            columns,
        }
    }
}

/// Different values, each once, and which one stands in each row.
#[derive(Debug)]
struct Table<T> {
    values: Vec<T>,
    places: Places<T>,
    codes: Vec<u16>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            places: Places::default(),
            codes: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Table<T> {
    fn push(&mut self, value: &T) {
        let last = self.codes.last().copied();
        if let Some(code) = last
            && self.values.get(usize::from(code)) == Some(value)
        {
            self.codes.push(code);
            return;
        }
        let next = u16::try_from(self.values.len()).unwrap_or(u16::MAX);
        let code = *self.places.entry(value.clone()).or_insert(next);
        if code == next {
            self.values.push(value.clone());
        }
        self.codes.push(code);
    }

    fn finish(self) -> (Vec<T>, Codes) {
        let codes = narrowed(self.codes, self.values.len());
        (self.values, codes)
    }
}

pub(super) fn narrowed(codes: Vec<u16>, different: usize) -> Codes {
    if different <= MANY {
        Codes::Narrow(codes.into_iter().map(|code| code as u8).collect())
    } else {
        Codes::Wide(codes)
    }
}

/// One column under construction: the different values as bytes, and which one stands in each row
/// so far. Code 0 is the unknown.
#[derive(Debug, Default)]
struct Cells {
    codes: Vec<u16>,
    places: Places<Vec<u8>>,
    /// The bytes of each code from 1 on.
    values: Vec<Vec<u8>>,
    /// The code of the last value.
    last: u16,
}

impl Cells {
    fn put(&mut self, row: usize, value: &[u8], at: Timestamp) {
        let mut running = Vec::new();
        let value = match value.first() {
            Some(&tag::SINCE) => {
                let rest = value.get(1..).unwrap_or_default();
                let anchor = Reader { bytes: rest }.signed().unwrap_or(at.0);
                running.push(packed::RUNNING);
                put_signed(&mut running, at.since(Timestamp(anchor)));
                running.as_slice()
            }
            Some(&tag::CONTENT) => &[tag::CONTENT],
            _ => value,
        };
        self.codes.resize(row, 0);
        let code = self.code(value);
        self.codes.push(code);
    }

    fn code(&mut self, value: &[u8]) -> u16 {
        let last = usize::from(self.last).checked_sub(1);
        if last
            .and_then(|last| self.values.get(last))
            .is_some_and(|known| known == value)
        {
            return self.last;
        }
        let code = match self.places.get(value) {
            Some(code) => *code,
            None => {
                self.values.push(value.to_vec());
                let code = u16::try_from(self.values.len()).unwrap_or(u16::MAX);
                self.places.insert(value.to_vec(), code);
                code
            }
        };
        self.last = code;
        code
    }

    fn finish(mut self, rows: usize) -> Column {
        self.codes.resize(rows, 0);
        let mut entries = vec![Entry::Unknown];
        entries.extend(
            self.values
                .iter()
                .map(|bytes| read_entry(&mut Reader { bytes }).unwrap_or_default()),
        );
        if entries.len() == 2 && !self.codes.contains(&0) {
            return Column::Same(entries.pop().unwrap_or_default());
        }
        if entries.len() > MANY
            && let Some(numbers) = entries.iter().map(number).collect::<Option<Vec<_>>>()
        {
            return in_numbers(&numbers, &self.codes);
        }
        Column::Coded {
            codes: narrowed(self.codes, entries.len()),
            entries,
        }
    }
}

/// What an entry is as a plain number, when it is one.
fn number(entry: &Entry) -> Option<(Kind, i64)> {
    use crate::rules::facts::value::Value;
    match entry {
        Entry::Unknown => Some((Kind::Unknown, 0)),
        Entry::Running(length) => Some((Kind::Running, *length)),
        Entry::Value(Value::Int(number)) => Some((Kind::Int, *number)),
        Entry::Value(Value::Duration(length)) => Some((Kind::Duration, *length)),
        Entry::Value(Value::Time(at)) => Some((Kind::Time, at.0)),
        Entry::Content | Entry::Value(_) => None,
    }
}

fn in_numbers(numbers: &[(Kind, i64)], codes: &[u16]) -> Column {
    let rows = codes.iter().map(|code| {
        let number = numbers.get(usize::from(*code));
        number.copied().unwrap_or((Kind::Unknown, 0))
    });
    let (kinds, values): (Vec<Kind>, Vec<i64>) = rows.unzip();
    let first = kinds.first().copied().unwrap_or(Kind::Unknown);
    let kinds = if kinds.iter().all(|kind| *kind == first) {
        Kinds::All(first)
    } else {
        Kinds::Each(kinds)
    };
    Column::Numbers { kinds, values }
}
