//! What came of the decisions of a chunk, in short: enough to see that a decision came out as other
//! rules make it, and which facts it changed, without reading what was decided.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Codes, build::narrowed};
use crate::rules::{
    eval::record::{Conclusion, Outline},
    outcome::Slots,
};

/// The different outlines of the decisions of a chunk, one behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlines {
    pub(super) bytes: Vec<u8>,
    /// Where each ends.
    pub(super) ends: Vec<u32>,
}

impl Outlines {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The outline of a code; empty where the record was erased.
    pub(in crate::rules) fn get(&self, code: usize) -> &[u8] {
        let end = |code: usize| {
            let end = self.ends.get(code).copied().unwrap_or_default();
            usize::try_from(end).unwrap_or_default()
        };
        let start = code.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(code)).unwrap_or_default()
    }

    fn push(&mut self, outline: &[u8]) {
        self.bytes.extend_from_slice(outline);
        self.ends
            .push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }
}

/// Which facts decisions changed that a rule may read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The tags that were given or taken.
    pub tags: BTreeSet<Arc<str>>,
    /// Whether the priority was changed.
    pub priority: bool,
    /// Whether the service level was.
    pub sla: bool,
    /// Whether something was decided that cannot be read.
    pub unread: bool,
}

impl Changes {
    /// Takes those of others as well.
    pub(in crate::rules) fn add(&mut self, other: &Self) {
        self.tags.extend(other.tags.iter().cloned());
        self.priority |= other.priority;
        self.sla |= other.sla;
        self.unread |= other.unread;
    }

    fn note(&mut self, slots: &Slots) {
        let tags = slots.tags_add.iter().chain(&slots.tags_remove);
        self.tags.extend(tags.map(|tag| Arc::clone(&tag.value)));
        self.priority |= slots.priority.is_some();
        self.sla |= slots.sla.is_some();
    }
}

/// Works out the outlines of different conclusions, which one stands in each row, and what was
/// changed under each of so many versions of the rules.
pub(super) fn outlined(
    conclusions: &[Arc<[u8]>],
    codes: &Codes,
    (versions, version): (usize, &Codes),
) -> (Outlines, Codes, Vec<Changes>) {
    let mut outlines = Outlines::default();
    let mut places: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
    let mut table = Vec::with_capacity(conclusions.len());
    for bytes in conclusions {
        let outline = Outline::read(bytes);
        let next = u16::try_from(places.len()).unwrap_or(u16::MAX);
        let place = places.entry(outline.as_bytes().to_vec());
        let place = *place.or_insert_with(|| {
            outlines.push(outline.as_bytes());
            next
        });
        table.push(place);
    }
    let rows = codes.len();
    let place = |row: usize| codes.get(row).and_then(|code| table.get(code)).copied();
    let outline: Vec<u16> = (0..rows)
        .map(|row| place(row).unwrap_or_default())
        .collect();
    let outline = narrowed(outline, outlines.len());
    let mut changes = vec![Changes::default(); versions];
    let pairs: BTreeSet<(usize, usize)> = (0..rows)
        .filter_map(|row| Some((codes.get(row)?, version.get(row)?)))
        .collect();
    for (code, version) in pairs {
        let (Some(bytes), Some(changes)) = (conclusions.get(code), changes.get_mut(version)) else {
            continue;
        };
        // What was erased says of nothing that it changed it.
        if bytes.is_empty() || !Conclusion::may_change(bytes) {
            continue;
        }
        match Conclusion::slots_of(bytes) {
            Some(slots) => changes.note(&slots),
            None => changes.unread = true,
        }
    }
    (outlines, outline, changes)
}
