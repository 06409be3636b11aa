//! What the team knows, as a connected bot may read of it.

use std::collections::BTreeSet;

use baton_bots::connector::config::Knowledge;
use baton_bots::connector::redact::Redaction;
use baton_bots::connector::{Later, Library};
use baton_core::ids::ConversationId;
use baton_core::knowledge::ground::{Cited, Offered};
use baton_core::knowledge::passage::Passage;
use baton_core::knowledge::word::folded;
use baton_store::{KnowledgeHit, KnowledgeKind, KnowledgeRequest, Reader};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::macros::{Fields, filled};
use crate::roster::Roster;

/// A bot is given so many passages at most, and so many bytes of them.
const MOST: usize = 5;
const MOST_BYTES: usize = 6 * 1024;
/// So many are looked at, because some say the same.
const LOOKED_AT: usize = 20;

/// The knowledge that goes along with what a bot is asked.
#[derive(Clone)]
pub(super) struct Shelf {
    pub(super) engine: Engine,
    pub(super) redaction: Redaction,
    pub(super) knowledge: Knowledge,
    /// The conversation, of which everything is said already.
    pub(super) about: ConversationId,
}

impl Shelf {
    /// Where to look.
    const fn kinds(&self) -> &'static [KnowledgeKind] {
        match self.knowledge {
            Knowledge::None => &[],
            Knowledge::Written => &[
                KnowledgeKind::Answer,
                KnowledgeKind::Document,
                KnowledgeKind::Page,
            ],
            Knowledge::All => &KnowledgeKind::EVERY,
        }
    }

    fn look(
        &self,
        reader: &Reader<'_>,
        roster: &Roster,
        written: &str,
    ) -> Result<Option<Vec<Offered>>, EngineError> {
        let mut known = 0_u32;
        for kind in self.kinds() {
            known = known.saturating_add(reader.knowledge_count(*kind)?.0);
        }
        if known == 0 {
            return Ok(None);
        }
        let hits = reader.find_knowledge(&KnowledgeRequest {
            written,
            kinds: self.kinds(),
            limit: LOOKED_AT,
        })?;
        let own = self.about.to_string();
        let (mut given, mut seen, mut bytes) = (Vec::new(), BTreeSet::new(), 0_usize);
        for hit in hits.into_iter().filter(|hit| hit.name != own) {
            let offered = self.offered(roster, hit);
            let same: String = folded(&offered.text).split_whitespace().collect();
            let weight = offered.text.len().saturating_add(offered.heading.len());
            let all = bytes.saturating_add(weight);
            if given.len() >= MOST || all > MOST_BYTES || !seen.insert(same) {
                continue;
            }
            bytes = all;
            given.push(offered);
        }
        Ok(Some(given))
    }

    /// A passage without what must not leave. The fields of a saved answer stand for nobody; of
    /// the conversations of others only what people answered is told, and nothing of the question.
    fn offered(&self, roster: &Roster, hit: KnowledgeHit) -> Offered {
        let passage = Passage {
            heading: hit.heading,
            text: hit.text,
        };
        let digest = passage.digest();
        let text = match hit.kind {
            KnowledgeKind::Answer => {
                let fields = Fields {
                    customer: String::new(),
                    me: roster.workspace.clone(),
                    workspace: roster.workspace.clone(),
                };
                filled(&passage.text, &fields)
            }
            KnowledgeKind::Document | KnowledgeKind::Page | KnowledgeKind::Conversation => {
                passage.text
            }
        };
        let (title, heading) = match hit.kind {
            KnowledgeKind::Conversation => Default::default(),
            KnowledgeKind::Answer | KnowledgeKind::Document | KnowledgeKind::Page => {
                (hit.title, passage.heading)
            }
        };
        Offered {
            cited: Cited {
                kind: hit.kind.name().to_owned(),
                name: hit.name,
                digest,
            },
            title: self.redaction.apply(&title),
            heading: self.redaction.apply(&heading),
            text: self.redaction.apply(&text),
        }
    }
}

impl Library for Shelf {
    fn find<'a>(&'a self, written: &'a str) -> Later<'a, Option<Vec<Offered>>> {
        let (shelf, written) = (self.clone(), written.to_owned());
        Box::pin(async move {
            if shelf.kinds().is_empty() {
                return None;
            }
            let engine = shelf.engine.clone();
            let found = engine
                .read(move |reader, roster| shelf.look(reader, roster, &written))
                .await;
            found.unwrap_or_else(|error| {
                tracing::error!(%error, "What the team knows cannot be looked up for a bot.");
                // What nothing could be found for, nothing supports.
                Some(Vec::new())
            })
        })
    }
}
