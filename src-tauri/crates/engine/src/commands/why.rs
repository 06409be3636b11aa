//! Why the machine decided as it did.

use std::sync::Arc;

use baton_api::ApiError;
use baton_api::why as wy;
use baton_core::event::{Envelope, Event};
use baton_core::rules::Ruleset;
use baton_store::DecisionLine;

use super::rules::refused;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::text;
use crate::view::why::{view, view_with};

impl Engine {
    pub(super) async fn decision_get(
        &self,
        asked: wy::DecisionGet,
    ) -> Result<wy::DecisionView, ApiError> {
        let id = parse(&asked.decision, "decision")?;
        Ok(self
            .read(move |reader, _| {
                let Some(stored) = reader.decision(id)? else {
                    return Err(EngineError::Missing("decision"));
                };
                let Some(rules) = reader.ruleset(stored.ruleset)? else {
                    return Err(EngineError::Missing("version of the rules"));
                };
                view(&stored, &rules.text)
            })
            .await?)
    }

    pub(super) async fn decision_whatif(
        &self,
        asked: wy::DecisionWhatif,
    ) -> Result<wy::DecisionView, ApiError> {
        let id = parse(&asked.decision, "decision")?;
        let ruleset = match asked.text {
            Some(text) => Arc::new(Ruleset::parse(&text).map_err(refused)?),
            None => Arc::clone(&self.roster().ruleset),
        };
        let view = self.read(move |reader, _| {
            let Some(stored) = reader.decision(id)? else {
                return Err(EngineError::Missing("decision"));
            };
            let said = reader.text_before(stored.conversation, stored.seq)?;
            view_with(&stored, &ruleset, said.as_deref())
        });
        Ok(view.await?)
    }

    pub(super) async fn decision_list(
        &self,
        asked: wy::DecisionList,
    ) -> Result<wy::Decisions, ApiError> {
        let id = parse(&asked.conversation, "conversation")?;
        let limit = asked.limit.clamp(1, 100) as usize;
        Ok(self
            .read(move |reader, _| {
                let decisions = reader
                    .decision_lines(id, limit)?
                    .into_iter()
                    .map(|stored| wy::DecisionBrief {
                        id: text(stored.id),
                        at: stored.at.0,
                        acted: acted(&stored),
                        on: stored.on,
                        sentence: stored.sentence,
                    })
                    .collect();
                Ok(wy::Decisions { decisions })
            })
            .await?)
    }
}

/// The rules that acted, as the event of the decision says.
fn acted(stored: &DecisionLine) -> Vec<String> {
    let envelope = serde_json::from_slice::<Envelope>(&stored.envelope).ok();
    match envelope.and_then(|envelope| envelope.event()) {
        Some(Event::DecisionMade(made)) => made.acted,
        _ => Vec::new(),
    }
}
