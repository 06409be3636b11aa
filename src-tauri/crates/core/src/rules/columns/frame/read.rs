//! A column of the history as conditions read it. Each different value was written once, so what a
//! value is gets looked at once a value, and a row is a look into a table.

use std::{collections::BTreeMap, sync::Arc};

use super::{Bits, Column};
use crate::{
    rules::facts::{
        Value,
        chunk::{Codes, Column as Packed, Entry, Kind, Kinds},
    },
    time::Timestamp,
};

impl Column {
    pub(super) fn read(packed: &Packed, at: &[i64]) -> Self {
        let found = match packed {
            Packed::Coded { entries, codes } => coded(entries, codes, at.len()),
            Packed::Same(entry) => {
                let codes = Codes::Narrow(vec![0; at.len()]);
                coded(std::slice::from_ref(entry), &codes, at.len())
            }
            Packed::Numbers {
                kinds: Kinds::All(kind),
                values,
            } => numbers(*kind, values, at),
            Packed::Numbers { .. } | Packed::Conclusions { .. } => None,
        };
        found.unwrap_or_else(|| row_by_row(packed, at))
    }

    fn enter(&mut self, row: usize, count: usize, entry: &Entry, at: Timestamp) {
        match entry {
            Entry::Unknown | Entry::Content => {}
            Entry::Running(length) => {
                let since = Value::Since(at.plus(length.saturating_neg()));
                self.put(row, count, &since, at);
            }
            Entry::Value(value) => self.put(row, count, value, at),
        }
    }
}

/// Whatever a column holds.
fn row_by_row(packed: &Packed, at: &[i64]) -> Column {
    let count = at.len();
    let mut column = Column {
        known: Bits::none(count),
        ..Column::default()
    };
    for (row, at) in at.iter().enumerate() {
        column.enter(row, count, &packed.entry(row), Timestamp(*at));
    }
    column
}

/// Numbers of one kind.
fn numbers(kind: Kind, values: &[i64], at: &[i64]) -> Option<Column> {
    let all = Bits::all(at.len());
    let mut column = Column {
        known: all.clone(),
        ..Column::default()
    };
    match kind {
        Kind::Int => column.numbers = Some((all, values.to_vec())),
        Kind::Time => {
            column.instants = Some(all.clone());
            column.numbers = Some((all, values.to_vec()));
        }
        Kind::Running => {
            let since = |(at, length): (&i64, &i64)| {
                let at = Timestamp(*at);
                at.plus(length.saturating_neg()).0
            };
            let anchors: Vec<i64> = at.iter().zip(values).map(since).collect();
            let long = |(at, anchor): (&i64, &i64)| Timestamp(*at).since(Timestamp(*anchor)).max(0);
            let lengths = at.iter().zip(&anchors).map(long).collect();
            column.numbers = Some((all.clone(), lengths));
            column.anchors = Some((all, anchors));
        }
        Kind::Duration | Kind::Unknown => return None,
    }
    Some(column)
}

/// A few values that are all of one type; none where they are not, or hang on the instant.
fn coded(entries: &[Entry], codes: &Codes, count: usize) -> Option<Column> {
    let known = bits(codes, entries, |entry| value(entry).is_some());
    let mut column = Column {
        known: known.clone(),
        ..Column::default()
    };
    let first = entries.iter().find_map(value);
    let running = |entry: &Entry| matches!(entry, Entry::Running(_));
    let other = |entry: &Entry| {
        let kind = |value: &Value| Some(std::mem::discriminant(value));
        value(entry).is_some_and(|value| first.and_then(kind) != kind(value))
    };
    if entries.iter().any(|entry| running(entry) || other(entry)) {
        return None;
    }
    match first {
        None => {}
        Some(Value::Bool(_)) => {
            let yes = |entry: &Entry| value(entry) == Some(&Value::Bool(true));
            column.bools = Some((known, bits(codes, entries, yes)));
        }
        Some(Value::Int(_)) => {
            let number = |entry: &Entry| match value(entry) {
                Some(Value::Int(number)) => *number,
                _ => 0,
            };
            column.numbers = Some((known, looked_up(codes, entries, number, count)));
        }
        Some(Value::Decimal(_)) => {
            let number = |entry: &Entry| match value(entry) {
                Some(Value::Decimal(number)) => *number,
                _ => 0.0,
            };
            column.decimals = Some((known, looked_up(codes, entries, number, count)));
        }
        Some(Value::Text(_)) => {
            let mut texts: Vec<Arc<str>> = Vec::new();
            let places = entries.iter().map(|entry| match value(entry) {
                Some(Value::Text(text)) => {
                    texts.push(Arc::clone(text));
                    u32::try_from(texts.len() - 1).unwrap_or(u32::MAX)
                }
                _ => 0,
            });
            let places: Vec<u32> = places.collect();
            let codes = looked_up(codes, &places, |place| *place, count);
            column.texts = Some((known, texts, codes));
        }
        Some(Value::Texts(_)) => {
            let mut members: BTreeMap<Arc<str>, Bits> = BTreeMap::new();
            for member in entries.iter().flat_map(set) {
                members
                    .entry(Arc::clone(member))
                    .or_insert_with(|| bits(codes, entries, |entry| set(entry).contains(member)));
            }
            column.sets = Some((known, members));
        }
        Some(Value::Duration(_) | Value::Since(_) | Value::Time(_) | Value::Unknown) => {
            return None;
        }
    }
    Some(column)
}

/// What is known.
fn value(entry: &Entry) -> Option<&Value> {
    match entry {
        Entry::Value(value) if *value != Value::Unknown => Some(value),
        _ => None,
    }
}

fn set(entry: &Entry) -> &[Arc<str>] {
    match value(entry) {
        Some(Value::Texts(set)) => set,
        _ => &[],
    }
}

/// The rows whose entry passes a test.
fn bits(codes: &Codes, entries: &[Entry], test: impl Fn(&Entry) -> bool) -> Bits {
    let passes: Vec<bool> = entries.iter().map(test).collect();
    match codes {
        Codes::Narrow(codes) => {
            let mut table = [false; 256];
            for (place, passes) in table.iter_mut().zip(passes) {
                *place = passes;
            }
            Bits::of(codes, |code| {
                table.get(usize::from(code)).copied().unwrap_or_default()
            })
        }
        Codes::Wide(codes) => Bits::of(codes, |code| {
            passes.get(usize::from(code)).copied().unwrap_or_default()
        }),
    }
}

/// What each row looks up.
fn looked_up<E, T: Copy + Default>(
    codes: &Codes,
    entries: &[E],
    of: impl FnMut(&E) -> T,
    count: usize,
) -> Vec<T> {
    let table: Vec<T> = entries.iter().map(of).collect();
    let at = |code: usize| table.get(code).copied().unwrap_or_default();
    let mut out: Vec<T> = match codes {
        Codes::Narrow(codes) => codes.iter().map(|code| at(usize::from(*code))).collect(),
        Codes::Wide(codes) => codes.iter().map(|code| at(usize::from(*code))).collect(),
    };
    out.resize(count, T::default());
    out
}
