//! The rules: the ones in force, and what is said of a text while somebody writes it.

mod check;
mod edit;
mod form;

use baton_api::ApiError;
use baton_api::rules::{FactView, FactsList, FactsView, RuleBrief, RulesGet, RulesView};
use baton_core::rules::Rule;

use crate::engine::Engine;
use crate::roster::Roster;
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
                .map(|rule| brief(&roster, rule))
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

fn brief(roster: &Roster, rule: &Rule) -> RuleBrief {
    RuleBrief {
        id: rule.id.to_string(),
        why: rule.why.to_string(),
        reason: rule.reason.to_string(),
        when: rule.when.text.to_string(),
        status: rule.status.name().to_owned(),
        canary_share: rule.status.share(),
        owner: rule.owner.as_deref().unwrap_or_default().to_owned(),
        on: on(rule),
        does: rule.effects.says(),
        line: number(roster.ruleset.line_of(&rule.id).unwrap_or(1)),
    }
}

/// What makes a rule run, in the words of rule files.
fn on(rule: &Rule) -> Vec<String> {
    rule.on.iter().map(|kind| kind.name().to_owned()).collect()
}

/// A count as the wire has it.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
