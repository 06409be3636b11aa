//! Putting a text of rules in force: with a reason, on top of the version it was made from, and
//! with failing tests or a new rule that acts at once only when somebody says why.

use std::sync::Arc;

use baton_api::ApiError;
use baton_api::rules as ru;
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::rules::{Problems, Ruleset, Severity};

use super::beside;
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::Roster;
use crate::rulesfile::{Change, Origin, Ungated, acts, begun, save};

impl Engine {
    pub(in crate::commands) async fn rules_save(
        &self,
        asked: ru::RulesSave,
    ) -> Result<ru::RulesSaved, ApiError> {
        let tested = Tested::of(asked, self.roster()).await?;
        let saved = self
            .inner
            .desk
            .turn(move |turn| tested.put_in_force(turn))
            .await?;
        Ok(ru::RulesSaved {
            ruleset: saved.to_string(),
        })
    }
}

/// A text of rules that was read and tested, with why it is to be put in force.
pub(in crate::commands) struct Tested {
    ruleset: Arc<Ruleset>,
    failed: Vec<String>,
    base: Hash,
    why: String,
    overrode: Option<String>,
}

impl Tested {
    /// Reads and tests a text beside the desk, which everybody waits for.
    ///
    /// # Errors
    /// When it cannot be read, its tests fail and nobody says why that is no matter, or a rule
    /// cannot be tried beside the one that acts.
    pub(in crate::commands) async fn of(
        asked: ru::RulesSave,
        roster: Arc<Roster>,
    ) -> Result<Self, ApiError> {
        let base = version(&asked.base)?;
        let why = reason(&asked.reason)?;
        let overrode = asked
            .r#override
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        let (text, tried) = (asked.text, asked.beside);
        let (ruleset, failed) = tokio::task::spawn_blocking(move || {
            let mut ruleset = Ruleset::parse(&text).map_err(refused)?;
            if tried {
                ruleset = beside::written(&roster.ruleset, ruleset)?;
            }
            let failed = failing(&ruleset);
            Ok::<_, ApiError>((Arc::new(ruleset), failed))
        })
        .await
        .map_err(|_| EngineError::Panicked)??;
        if let (false, None) = (failed.is_empty(), &overrode) {
            return Err(ApiError::new(
                "tests_failed",
                tests_failed(&failed),
                "Repair the rules or the tests, or say why they are saved all the same.",
            ));
        }
        Ok(Self {
            ruleset,
            failed,
            base,
            why,
            overrode,
        })
    }

    /// Puts it in force.
    ///
    /// # Errors
    /// When the rules have changed since, a rule would act that nobody approved, or the store.
    pub(in crate::commands) fn put_in_force(
        self,
        turn: &mut Turn<'_, '_>,
    ) -> Result<Hash, EngineError> {
        let old = Arc::clone(&turn.roster.ruleset);
        if self.ruleset.id() == old.id() && turn.roster.rules.on_disk.is_none() {
            return Ok(old.id());
        }
        if let Some(raised) = raised(&old, &self.ruleset) {
            return Err(EngineError::bad(
                "promotion_needed",
                format!("This text lets the rule {raised} act, which was in shadow or off."),
                "Save it as it was, then set the status of the rule: that is approved by name.",
            ));
        }
        let begun = begun(&old, &self.ruleset, turn.now, |rule, meaning| {
            turn.tx.rule_reading(rule, meaning)
        })?;
        if let (Some(first), None) = (begun.first(), &self.overrode) {
            return Err(not_watched(first));
        }
        let matters = !self.failed.is_empty() || !begun.is_empty();
        let actor = Actor::agent(turn.roster.me.as_str());
        let change = Change {
            ruleset: self.ruleset,
            origin: Origin::Saved,
            actor,
            why: self.why,
            overrode: self.overrode.filter(|_| matters),
            status: None,
        };
        save(turn, self.base, change)
    }
}

/// A rule would act as it never did, and nobody has watched it or says why it does.
fn not_watched(one: &Ungated) -> EngineError {
    match one.acted {
        true => EngineError::bad(
            "live_rule_changed",
            format!(
                "The rule {} acts, and would act otherwise at once.",
                one.rule
            ),
            "Try the edit beside it and let it be watched first, or say why it is put live at once.",
        ),
        false => EngineError::bad(
            "new_rule_acts",
            format!("The rule {} is new and would act at once.", one.rule),
            "Save it with status = \"shadow\" and let it be watched first, or say why it acts \
             without.",
        ),
    }
}

/// A rule that would begin to act by a mere save.
fn raised(old: &Ruleset, new: &Ruleset) -> Option<String> {
    let rule = new.rules().iter().find(|rule| {
        let before = old.rule(rule.id.as_str());
        acts(rule) && before.is_some_and(|before| !acts(before))
    })?;
    Some(rule.id.to_string())
}

/// The names of the tests of a file that fail.
pub(super) fn failing(ruleset: &Ruleset) -> Vec<String> {
    let tests = ruleset.rehearse().tests;
    let failed = tests.iter().filter(|test| !test.passed());
    failed.map(|test| test.name.to_string()).collect()
}

fn tests_failed(failed: &[String]) -> String {
    match failed {
        [one] => format!("A test fails: “{one}”."),
        [first, ..] => format!("{} tests fail, the first is “{first}”.", failed.len()),
        [] => String::new(),
    }
}

/// A version as somebody names it.
pub(super) fn version(text: &str) -> Result<Hash, ApiError> {
    Hash::parse(text).ok_or_else(|| ApiError::bad_request("That is no version of the rules."))
}

/// A reason that says something.
pub(super) fn reason(text: &str) -> Result<String, ApiError> {
    match text.trim() {
        "" => Err(ApiError::new(
            "reason_missing",
            "A change of the rules needs a reason.",
            "Say in a few words why, for whoever reads the history.",
        )),
        reason => Ok(reason.to_owned()),
    }
}

/// A text that cannot be put in force.
pub(in crate::commands) fn refused(problems: Problems) -> ApiError {
    let errors: Vec<String> = problems
        .list
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| {
            let (line, _) = problem.place(&problems.source);
            format!("line {line}: {}", problem.message)
        })
        .collect();
    let message = match errors.as_slice() {
        [one] => format!("The text has a problem, {one}."),
        many => format!("The text has {} problems: {}.", many.len(), many.join("; ")),
    };
    ApiError::new("problems", message, "The rules in force stay as they are.")
}
