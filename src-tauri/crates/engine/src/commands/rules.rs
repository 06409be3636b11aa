//! The rules in force, to read.

use baton_api::ApiError;
use baton_api::rules::{FactView, FactsList, FactsView, RuleBrief, RulesGet, RulesView};

use baton_core::rules::Status;

use crate::engine::Engine;
use crate::view::word;

impl Engine {
    pub(super) async fn rules_get(&self, _: RulesGet) -> Result<RulesView, ApiError> {
        let roster = self.roster();
        Ok(RulesView {
            text: roster.rules_text.to_string(),
            ruleset: roster.ruleset.id().to_string(),
            policy: roster.ruleset.policy().to_owned(),
            rules: roster
                .ruleset
                .rules()
                .iter()
                .map(|rule| RuleBrief {
                    id: rule.id.to_string(),
                    why: rule.why.to_string(),
                    reason: rule.reason.to_string(),
                    when: rule.when.text.to_string(),
                    status: status(rule.status).to_owned(),
                })
                .collect(),
            problems: roster.rules_problems.clone(),
        })
    }

    pub(super) async fn facts_list(&self, _: FactsList) -> Result<FactsView, ApiError> {
        let lines = self.roster().ruleset.facts_list().into_iter();
        let facts = lines.map(|line| FactView {
            name: line.name,
            kind: line.kind.to_owned(),
            unit: line.unit,
            values: line.values,
            about: line.about,
            origin: word(&line.origin),
        });
        Ok(FactsView {
            facts: facts.collect(),
        })
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Live => "live",
        Status::Shadow => "shadow",
        Status::Canary(_) => "canary",
        Status::Off => "off",
    }
}
