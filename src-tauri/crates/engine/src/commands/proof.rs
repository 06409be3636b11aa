//! Everything about a conversation that stands in the log, with what proves it: for a page that is
//! printed, and for a third party who checks it with a stock tool.

use baton_api::ApiError;
use baton_api::why as wy;
use baton_core::event::Envelope;
use baton_core::ids::ConversationId;
use baton_store::{LoggedEvent, Reader};

use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::why::view;
use crate::view::{actor, text};

/// Decisions read at a time.
const PAGE: usize = 100;

impl Engine {
    pub(super) async fn conversation_proof(
        &self,
        asked: wy::ConversationProof,
    ) -> Result<wy::Proof, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let printed_at = self.now().0;
        let proof = self.read(move |reader, roster| {
            let Some(row) = reader.conversation_row(id)? else {
                return Err(EngineError::Missing("conversation"));
            };
            let (decisions, erased) = decisions(reader, id)?;
            let (report, events) = reader.prove(id)?;
            let heads = reader.chain_heads()?;
            Ok(wy::Proof {
                conversation: text(id),
                subject: row.subject,
                policy: roster.ruleset.policy().to_owned(),
                decisions,
                erased,
                events: events
                    .iter()
                    .map(|(number, event)| shown(*number, event))
                    .collect(),
                heads: heads
                    .into_iter()
                    .map(|(device, head)| wy::ProofHead {
                        device: text(device),
                        n: head.events,
                        hash: head.hash.map(text).unwrap_or_default(),
                    })
                    .collect(),
                verified: report.problems.is_empty(),
                checked: report.events,
                problems: report
                    .problems
                    .iter()
                    .map(|problem| format!("event {}: {}", problem.seq, problem.what))
                    .collect(),
                printed_at,
            })
        });
        Ok(proof.await?)
    }
}

/// The decisions of a conversation, the oldest first, and how many have lost their facts.
fn decisions(
    reader: &Reader<'_>,
    conversation: ConversationId,
) -> Result<(Vec<wy::DecisionView>, u32), EngineError> {
    let mut out = Vec::new();
    let mut erased = 0;
    let mut before = None;
    loop {
        let page = reader.decisions_of(conversation, before, PAGE)?;
        let Some(last) = page.last() else {
            out.reverse();
            return Ok((out, erased));
        };
        before = Some(last.seq);
        for stored in &page {
            if stored.record.is_empty() {
                erased += 1;
                continue;
            }
            let Some(rules) = reader.ruleset(stored.ruleset)? else {
                return Err(EngineError::Missing("version of the rules"));
            };
            out.push(view(stored, &rules.text)?);
        }
    }
}

fn shown(number: u64, event: &LoggedEvent) -> wy::ProofEvent {
    let envelope = serde_json::from_slice::<Envelope>(&event.bytes).ok();
    wy::ProofEvent {
        seq: event.seq,
        device: text(event.device),
        n: number,
        at: event.at.0,
        actor: envelope
            .as_ref()
            .map(|envelope| actor(&envelope.actor))
            .unwrap_or_default(),
        r#type: event.kind.clone(),
        hash: text(event.hash),
        prev: envelope
            .and_then(|envelope| envelope.prev)
            .map(text)
            .unwrap_or_default(),
        envelope: String::from_utf8_lossy(&event.bytes).into_owned(),
    }
}
