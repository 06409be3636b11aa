//! What other versions of the rules changed of the facts when they decided, as recorded.

use std::{collections::BTreeSet, sync::Arc};

use super::lane::Evolving;
use crate::{
    hash::Hash,
    rules::{eval::record::Conclusion, facts::chunk::Chunk},
};

/// What was changed of the facts by versions of the rules that are not compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    tags: BTreeSet<Arc<str>>,
    priority: bool,
    sla: bool,
    /// Whether something was decided by others that was not looked at, or cannot be read.
    unread: bool,
}

impl Others {
    /// Notes what was decided in a chunk by others than one version.
    pub(super) fn note(&mut self, chunk: &Chunk, version: Hash) {
        if chunk.rulesets.iter().all(|known| *known == version) {
            return;
        }
        let rows = 0..chunk.rows();
        let foreign = rows.filter(|row| chunk.ruleset(*row) != Some(version));
        let codes: BTreeSet<usize> = foreign
            .filter_map(|row| chunk.conclusion.get(row))
            .collect();
        let decided = codes
            .into_iter()
            .filter_map(|code| chunk.conclusions.get(code))
            // What was erased says of nothing that it changed it, whichever way is gone.
            .filter(|bytes| !bytes.is_empty());
        for slots in decided.map(|bytes| Conclusion::slots_of(bytes)) {
            let Some(slots) = slots else {
                self.unread = true;
                continue;
            };
            let tags = slots.tags_add.iter().chain(&slots.tags_remove);
            self.tags.extend(tags.map(|tag| Arc::clone(&tag.value)));
            self.priority |= slots.priority.is_some();
            self.sla |= slots.sla.is_some();
        }
    }

    /// Notes that something was decided in a chunk by others than one version, if so, and not what.
    pub(super) fn pass_over(&mut self, chunk: &Chunk, version: Hash) {
        self.unread |= chunk.rulesets.iter().any(|known| *known != version);
    }

    /// Whether a fact was changed that a rule reads; also where that was not looked at.
    pub(super) fn touch(&self, evolving: &Evolving) -> bool {
        self.unread && evolving.is_any()
            || !self.tags.is_disjoint(&evolving.tags)
            || self.priority && evolving.priority
            || self.sla && evolving.sla
    }
}
