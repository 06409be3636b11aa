//! Rules that act without having passed the gate: the file was edited by hand, or somebody said why.
//!
//! A text that lets a rule act as it never did waits when it comes by the file: whoever can write
//! to a folder is not for that reason somebody who may approve. A team that keeps its rules under
//! version control has them approved there, and says so in its file (`by_hand = "obey"`). Then such
//! a rule acts, and nobody is left to find out by chance: it is named in the log, and stands on the
//! rules page until somebody approves it by name, puts it back into shadow, or takes it out.

use baton_core::hash::Hash;
use baton_core::rules::{Rule, Ruleset, Status};
use baton_core::time::Timestamp;
use baton_store::{RuleReading, StoreError};
use serde::{Deserialize, Serialize};

use crate::desk::log::Ledger;
use crate::error::EngineError;

/// The setting that holds those that nobody has approved yet.
pub(super) const UNGATED: &str = "rules_ungated";

/// A rule that acts and passed no gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ungated {
    /// The rule.
    pub rule: String,
    /// Since when.
    pub at: Timestamp,
    /// Whether it acted before too, and reads otherwise now.
    pub acted: bool,
}

/// Whether a rule acts, if only in a share of conversations.
pub(crate) const fn acts(rule: &Rule) -> bool {
    matches!(rule.status, Status::Live | Status::Canary(_))
}

/// The share of conversations in which a rule acts.
fn reach(rule: &Rule) -> f64 {
    match rule.status {
        Status::Live => 1.0,
        Status::Canary(share) => share,
        Status::Shadow | Status::Off => 0.0,
    }
}

/// The rules that would act as they never did before, in more conversations, or where another
/// decided before them; `reading` tells since when a rule has been watched, and has acted, as it
/// reads.
pub(crate) fn begun(
    old: &Ruleset,
    new: &Ruleset,
    now: Timestamp,
    reading: impl Fn(&str, Hash) -> Result<RuleReading, StoreError>,
) -> Result<Vec<Ungated>, StoreError> {
    let mut begun = Vec::new();
    let ahead = new.moved_ahead(old);
    for rule in new.rules().iter().filter(|rule| acts(rule)) {
        let meaning = new.meaning_of(rule);
        let before = old.rule(rule.id.as_str()).filter(|rule| acts(rule));
        let same =
            |before: &Rule| old.meaning_of(before) == meaning && reach(before) >= reach(rule);
        let ahead = ahead.contains(&rule.id);
        if before.is_some_and(same) && !ahead {
            continue;
        }
        if ahead || reading(rule.id.as_str(), meaning)?.acted_since.is_none() {
            begun.push(Ungated {
                rule: rule.id.to_string(),
                at: now,
                acted: before.is_some(),
            });
        }
    }
    Ok(begun)
}

/// Those that nobody has approved yet.
pub(super) fn known(ledger: &Ledger<'_, '_>) -> Result<Vec<Ungated>, EngineError> {
    Ok(ledger.tx.setting(UNGATED)?.unwrap_or_default())
}

/// Notes those that came, and forgets those that act no longer or were `approved`.
pub(super) fn note(
    ledger: &mut Ledger<'_, '_>,
    came: &[Ungated],
    ruleset: &Ruleset,
    approved: Option<&str>,
) -> Result<Vec<Ungated>, EngineError> {
    let before = known(ledger)?;
    let stays = |one: &Ungated| {
        let rule = ruleset.rule(&one.rule);
        rule.is_some_and(acts) && approved != Some(&*one.rule)
    };
    let mut now: Vec<Ungated> = before.iter().filter(|one| stays(one)).cloned().collect();
    now.retain(|one| !came.iter().any(|newer| newer.rule == one.rule));
    now.extend(came.iter().cloned());
    if now != before {
        ledger.tx.set_setting(UNGATED, &now)?;
    }
    Ok(now)
}
