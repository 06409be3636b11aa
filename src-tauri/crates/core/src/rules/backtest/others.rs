//! What other versions of the rules changed of the facts when they decided, as recorded.

use super::lane::Evolving;
use crate::{
    hash::Hash,
    rules::facts::chunk::{Changes, Chunk},
};

/// What was changed of the facts by versions of the rules that are not compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Others(Changes);

impl Others {
    /// Notes what was decided in a chunk by others than one version.
    pub(super) fn note(&mut self, chunk: &Chunk, version: Hash) {
        for (by, changes) in chunk.rulesets.iter().zip(&chunk.changes) {
            if *by != version {
                self.0.add(changes);
            }
        }
    }

    /// Whether a fact was changed that a rule reads, or may have been.
    pub(super) fn touch(&self, evolving: &Evolving) -> bool {
        let Self(changes) = self;
        changes.unread && evolving.is_any()
            || !changes.tags.is_disjoint(&evolving.tags)
            || changes.priority && evolving.priority
            || changes.sla && evolving.sla
    }
}
