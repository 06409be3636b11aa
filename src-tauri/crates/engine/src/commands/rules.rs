//! The rules: the ones in force, and what is said of a text while somebody writes it.

mod beside;
mod check;
mod edit;
mod form;
mod promotion;
mod save;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use baton_api::ApiError;
use baton_api::rules::{
    self as ru, FactView, FactsList, FactsView, HeldBackView, RuleBrief, RulesGet, RulesView,
    UngatedView,
};
use baton_core::rules::{Rule, Ruleset, Status};
use baton_store::{Reader, RuleCounts, StoreError};

pub(in crate::commands) use self::save::{Tested, refused};
use crate::desk::counts::lately;
use crate::engine::Engine;
use crate::roster::Roster;
use crate::rulesfile::{Origin, Ungated};
use crate::view::word;

/// Versions that are looked through for why a rule is in shadow.
const HISTORY: usize = 200;

impl Engine {
    pub(super) async fn rules_get(&self, _: RulesGet) -> Result<RulesView, ApiError> {
        let now = self.now();
        let view = self.read(move |reader, roster| {
            let counts = reader.rule_counts(lately(now))?;
            let held = held_back(reader, &roster.ruleset)?;
            Ok(in_force(roster, &counts, &held))
        });
        Ok(view.await?)
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

/// The rules in force with how they do.
fn in_force(
    roster: &Roster,
    counts: &BTreeMap<String, RuleCounts>,
    held: &BTreeMap<String, HeldBackView>,
) -> RulesView {
    let version = &roster.rules.version;
    let rules = roster.ruleset.rules().iter();
    RulesView {
        text: roster.ruleset.source().to_owned(),
        ruleset: roster.ruleset.id().to_string(),
        policy: roster.ruleset.policy().to_owned(),
        rules: rules
            .map(|rule| {
                let id = rule.id.as_str();
                let counts = counts.get(id).copied().unwrap_or_default();
                brief(roster, rule, counts, held.get(id).cloned())
            })
            .collect(),
        problems: roster.rules.problems.clone(),
        on_disk: roster.rules.on_disk.as_deref().map(str::to_owned),
        ungated: roster
            .rules
            .ungated
            .iter()
            .map(|one| ungated(roster, one))
            .collect(),
        changed_at: version.at.0,
        changed_by: version.author.clone(),
        why: version.why.clone(),
    }
}

fn ungated(roster: &Roster, one: &Ungated) -> UngatedView {
    let rule = roster.ruleset.rule(&one.rule);
    let owner = rule.and_then(|rule| rule.owner.as_deref());
    UngatedView {
        rule: one.rule.clone(),
        owner: owner.unwrap_or_default().to_owned(),
        at: one.at.0,
        acted: one.acted,
    }
}

/// The rules in shadow that were put there because they exceeded their ceiling: the newest change
/// of each says so.
pub(in crate::commands) fn held_back(
    reader: &Reader<'_>,
    ruleset: &Ruleset,
) -> Result<BTreeMap<String, HeldBackView>, StoreError> {
    let mut open: BTreeSet<&str> = ruleset
        .rules()
        .iter()
        .filter(|rule| rule.status == Status::Shadow)
        .map(|rule| rule.id.as_str())
        .collect();
    let mut held = BTreeMap::new();
    if open.is_empty() {
        return Ok(held);
    }
    for version in reader.rules_versions(None, HISTORY)? {
        for id in version.changed.iter().chain(&version.came) {
            if open.remove(id.as_str()) && version.origin == Origin::Ceiling.word() {
                let view = HeldBackView {
                    at: version.at.0,
                    why: version.why.clone(),
                };
                held.insert(id.clone(), view);
            }
        }
        if open.is_empty() {
            break;
        }
    }
    Ok(held)
}

fn brief(
    roster: &Roster,
    rule: &Rule,
    counts: RuleCounts,
    held_back: Option<HeldBackView>,
) -> RuleBrief {
    RuleBrief {
        id: rule.id.to_string(),
        why: rule.why.to_string(),
        reason: rule.reason.to_string(),
        when: rule.when.text.to_string(),
        status: rule.status.name().to_owned(),
        canary_share: rule.status.share(),
        owner: rule.owner.as_deref().unwrap_or_default().to_owned(),
        replaces: rule.replaces.as_ref().map(ToString::to_string),
        on: on(rule),
        does: rule.effects.says(),
        line: number(roster.ruleset.line_of(&rule.id).unwrap_or(1)),
        counts: ru::RuleCounts {
            matched: counts.matched,
            acted: counts.acted,
            overridden: counts.overridden,
            watched: counts.watched,
            differs: counts.differs,
            last_match: counts.last_at.map(|at| at.0),
        },
        held_back,
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
