//! Decision points as conditions read them: each fact in a column of its type, all that is known of
//! it in bitmaps.

mod read;

use std::{collections::BTreeMap, sync::Arc};

use super::bits::Bits;
use crate::{
    rules::{
        facts::{
            Fact, Facts, Value,
            chunk::{Chunk, ColumnKey},
            schema::BUILTIN,
        },
        outcome::EventKind,
    },
    time::Timestamp,
};

/// One decision point: what happened when, and what was known.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// What happened.
    pub event: EventKind,
    /// The logical instant.
    pub at: Timestamp,
    /// The facts as of then.
    pub facts: &'a Facts,
}

/// Decision points with their facts in columns.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub(super) count: usize,
    pub(super) at: Vec<i64>,
    pub(super) events: BTreeMap<EventKind, Bits>,
    pub(super) builtin: BTreeMap<Fact, Column>,
    pub(super) custom: BTreeMap<Arc<str>, Column>,
    pub(super) words: BTreeMap<u64, (Bits, Bits)>,
}

/// The values of one fact. Of a fact whose values are of several types each type has its part.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Where anything is known.
    pub(super) known: Bits,
    /// Where it is true or false, and where it is true.
    pub(super) bools: Option<(Bits, Bits)>,
    /// Where it is a number, and the number as of the point: running times as they stood.
    pub(super) numbers: Option<(Bits, Vec<i64>)>,
    /// Where it is a running time, and since when.
    pub(super) anchors: Option<(Bits, Vec<i64>)>,
    /// Where it is a length of time that stands still at nothing.
    pub(super) nothing: Option<Bits>,
    /// Where it is an instant.
    pub(super) instants: Option<Bits>,
    /// Where it is a number with a point, and the number.
    pub(super) decimals: Option<(Bits, Vec<f64>)>,
    /// Where it is a text, the texts there are, and which it is.
    pub(super) texts: Option<(Bits, Vec<Arc<str>>, Vec<u32>)>,
    /// Where it is a set, and per member where that is in it.
    pub(super) sets: Option<(Bits, BTreeMap<Arc<str>, Bits>)>,
}

impl Frame {
    /// Puts decision points into columns.
    #[must_use]
    pub fn of(points: &[Point<'_>]) -> Self {
        let count = points.len();
        let mut frame = Self {
            count,
            at: points.iter().map(|point| point.at.0).collect(),
            ..Self::default()
        };
        for (index, point) in points.iter().enumerate() {
            let events = frame.events.entry(point.event);
            events.or_insert_with(|| Bits::none(count)).set(index);
            for (number, value) in (0_u16..).zip(&point.facts.builtin) {
                if *value != Value::Unknown {
                    let column = frame.builtin.entry(Fact(number)).or_default();
                    column.put(index, count, value, point.at);
                }
            }
            for (name, value) in &point.facts.custom {
                if *value != Value::Unknown {
                    let column = frame.custom.entry(Arc::clone(name)).or_default();
                    column.put(index, count, value, point.at);
                }
            }
            for (set, found) in &point.facts.words {
                let nothing = || (Bits::none(count), Bits::none(count));
                let (known, yes) = frame.words.entry(*set).or_insert_with(nothing);
                known.set(index);
                if *found {
                    yes.set(index);
                }
            }
        }
        debug_assert!(frame.builtin.len() <= BUILTIN.len());
        frame
    }

    /// Reads a chunk of the history.
    #[must_use]
    pub fn read(chunk: &Chunk) -> Self {
        let count = chunk.rows();
        let mut frame = Self {
            count,
            at: chunk.at.clone(),
            ..Self::default()
        };
        for kind in EventKind::ALL {
            let points = Bits::of(&chunk.event, |event| event == kind.number());
            if !points.is_none() {
                frame.events.insert(kind, points);
            }
        }
        for (key, packed) in &chunk.columns {
            match key {
                ColumnKey::Fact(fact) => {
                    frame.builtin.insert(*fact, Column::read(packed, &chunk.at));
                }
                ColumnKey::Custom(name) => {
                    let column = Column::read(packed, &chunk.at);
                    frame.custom.insert(Arc::clone(name), column);
                }
                ColumnKey::Words(set) => {
                    let column = Column::read(packed, &chunk.at);
                    frame.words.extend(column.bools.map(|bools| (*set, bools)));
                }
                ColumnKey::Conclusion => {}
            }
        }
        frame
    }

    /// Sets a text at points where it is at hand, such as what customers wrote: a history holds
    /// that by hash only.
    pub fn set_texts(&mut self, fact: Fact, texts: impl IntoIterator<Item = (usize, Arc<str>)>) {
        for (index, text) in texts {
            let at = Timestamp(self.at.get(index).copied().unwrap_or_default());
            let column = self.builtin.entry(fact).or_default();
            column.put(index, self.count, &Value::Text(text), at);
        }
    }

    /// How many points it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The points at which something happened.
    #[must_use]
    pub fn event(&self, kind: EventKind) -> Bits {
        self.events
            .get(&kind)
            .cloned()
            .unwrap_or_else(|| Bits::none(self.count))
    }
}

impl Column {
    fn put(&mut self, index: usize, count: usize, value: &Value, at: Timestamp) {
        if self.known.size() == 0 {
            self.known = Bits::none(count);
        }
        self.known.set(index);
        let none = || Bits::none(count);
        match value {
            Value::Unknown => {}
            Value::Bool(value) => {
                let (known, yes) = self.bools.get_or_insert_with(|| (none(), none()));
                known.set(index);
                if *value {
                    yes.set(index);
                }
            }
            Value::Int(number) => self.number(index, count, *number),
            Value::Duration(millis) => {
                self.number(index, count, *millis);
                if *millis == 0 {
                    self.nothing.get_or_insert_with(none).set(index);
                }
            }
            Value::Since(anchor) => {
                self.number(index, count, at.since(*anchor).max(0));
                put(&mut self.anchors, index, count, anchor.0);
            }
            Value::Time(instant) => {
                self.number(index, count, instant.0);
                self.instants.get_or_insert_with(none).set(index);
            }
            Value::Decimal(number) => put(&mut self.decimals, index, count, *number),
            Value::Text(text) => {
                let empty = || (none(), Vec::new(), vec![0; count]);
                let (known, texts, codes) = self.texts.get_or_insert_with(empty);
                known.set(index);
                // Texts of few kinds are found at once; others, such as messages, are new anyway.
                let found = texts.iter().rev().take(64).position(|known| known == text);
                let code = match found {
                    Some(back) => texts.len() - 1 - back,
                    None => {
                        texts.push(Arc::clone(text));
                        texts.len() - 1
                    }
                };
                if let Some(place) = codes.get_mut(index) {
                    *place = u32::try_from(code).unwrap_or(u32::MAX);
                }
            }
            Value::Texts(set) => {
                let (known, members) = self.sets.get_or_insert_with(|| (none(), BTreeMap::new()));
                known.set(index);
                for member in set.iter() {
                    let bits = members.entry(Arc::clone(member));
                    bits.or_insert_with(none).set(index);
                }
            }
        }
    }

    fn number(&mut self, index: usize, count: usize, number: i64) {
        put(&mut self.numbers, index, count, number);
    }
}

fn put<T: Copy + Default>(
    column: &mut Option<(Bits, Vec<T>)>,
    index: usize,
    count: usize,
    value: T,
) {
    let (known, values) =
        column.get_or_insert_with(|| (Bits::none(count), vec![T::default(); count]));
    known.set(index);
    if let Some(place) = values.get_mut(index) {
        *place = value;
    }
}
