//! Rules that act without having passed the gate: the file was edited by hand, or somebody said why.
//!
//! The file is the team's, and a text in it is put in force: a team that keeps its rules under
//! version control has them approved there, and a machine that ignored its own file would be worse
//! than one that obeys it. But nobody is left to find out by chance. Such a rule is named in the
//! log, and stands on the rules page until somebody approves it by name, puts it back into shadow,
//! or takes it out.

use baton_core::rules::{Rule, Ruleset, Status};
use baton_core::time::Timestamp;
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

/// The rules that would act as they never did before.
pub(crate) fn begun(
    ledger: &Ledger<'_, '_>,
    old: &Ruleset,
    new: &Ruleset,
) -> Result<Vec<Ungated>, EngineError> {
    let mut begun = Vec::new();
    for rule in new.rules().iter().filter(|rule| acts(rule)) {
        let meaning = new.meaning_of(rule);
        let before = old.rule(rule.id.as_str()).filter(|rule| acts(rule));
        if before.is_some_and(|before| old.meaning_of(before) == meaning) {
            continue;
        }
        let reading = ledger.tx.rule_reading(rule.id.as_str(), meaning)?;
        if reading.acted_since.is_none() {
            begun.push(Ungated {
                rule: rule.id.to_string(),
                at: ledger.now,
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
