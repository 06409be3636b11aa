//! Putting a version of the rules in force: in the database, in the log and in the file, or not at
//! all.

use std::path::Path;
use std::sync::Arc;

use baton_core::event::body::{RuleStatusChanged, RulesetActivated};
use baton_core::event::{Actor, ActorKind, Event};
use baton_core::hash::Hash;
use baton_core::rules::compare::RuleChanges;
use baton_core::rules::{RuleId, Ruleset, Status};
use baton_store::RulesVersion;

use super::ungated::Ungated;
use super::write::Written;
use super::{FILE, Found, Origin, Rules, SEEN, Standing, path, read, ungated};
use crate::desk::Turn;
use crate::desk::log::Ledger;
use crate::error::EngineError;

/// A version that is to be put in force.
pub(crate) struct Change {
    /// The rules.
    pub(crate) ruleset: Arc<Ruleset>,
    /// Where they came from.
    pub(crate) origin: Origin,
    /// Who does it.
    pub(crate) actor: Actor,
    /// Why.
    pub(crate) why: String,
    /// Why although tests fail, or a rule acts at once as it never did.
    pub(crate) overrode: Option<String>,
    /// The rule whose status is set, when that is all.
    pub(crate) status: Option<RuleStatusChanged>,
}

/// Puts a version in force in the database and the log.
pub(super) fn put_in_force(
    ledger: &mut Ledger<'_, '_>,
    change: &Change,
) -> Result<RulesVersion, EngineError> {
    let text = change.ruleset.source();
    let before = ledger.tx.active_ruleset()?;
    let older = before
        .as_ref()
        .and_then(|stored| Ruleset::parse(&stored.text).ok());
    let changes = match &older {
        Some(older) => change.ruleset.changes_since(older),
        None => {
            let ids = change.ruleset.rules().iter().map(|rule| rule.id.clone());
            RuleChanges {
                came: ids.collect(),
                ..RuleChanges::default()
            }
        }
    };
    let names = |list: &[RuleId]| list.iter().map(ToString::to_string).collect();
    let hash = ledger.tx.put_ruleset(text, ledger.now)?;
    let approver = change.status.as_ref().map(|status| status.approver.clone());
    let mut version = RulesVersion {
        place: 0,
        ruleset: hash,
        at: ledger.now,
        author: match change.actor.kind {
            ActorKind::Agent => change.actor.id.clone(),
            _ => String::new(),
        },
        origin: change.origin.word().to_owned(),
        why: change.why.clone(),
        overrode: change.overrode.clone(),
        approver: approver.filter(|name| !name.is_empty()),
        came: names(&changes.came),
        went: names(&changes.went),
        changed: names(&changes.changed),
    };
    version.place = ledger.tx.put_in_force(&version)?;
    let begun = match (&older, change.origin) {
        (Some(older), Origin::File | Origin::Saved) => {
            ungated::begun(older, &change.ruleset, ledger.now, |rule, meaning| {
                ledger.tx.rule_reading(rule, meaning)
            })?
        }
        _ => Vec::new(),
    };
    let by_hand: &[Ungated] = match change.origin {
        Origin::File => &begun,
        _ => &[],
    };
    let approved = change.status.as_ref();
    let approved = approved.map(|status| status.rule.as_str());
    ungated::note(ledger, by_hand, &change.ruleset, approved)?;
    note_readings(ledger, &change.ruleset)?;
    let event = Event::RulesetActivated(RulesetActivated {
        ruleset: hash,
        why: change.why.clone(),
        origin: change.origin.word().to_owned(),
        base: before.map(|stored| stored.hash),
        overrode: change.overrode.clone(),
        status: change.status.clone(),
        ungated: begun.into_iter().map(|one| one.rule).collect(),
    });
    ledger.append(event, change.actor.clone(), None)?;
    Ok(version)
}

/// Notes since when each rule reads as it does.
pub(super) fn note_readings(
    ledger: &mut Ledger<'_, '_>,
    ruleset: &Ruleset,
) -> Result<(), EngineError> {
    for rule in ruleset.rules() {
        let acts = match rule.status {
            Status::Live => true,
            // A canary is watched where it does not act.
            Status::Shadow | Status::Canary(_) => false,
            Status::Off => continue,
        };
        let meaning = ruleset.meaning_of(rule);
        ledger
            .tx
            .note_reading(rule.id.as_str(), meaning, acts, ledger.now)?;
    }
    Ok(())
}

/// Puts a version in force that was made from `base`, and writes it into the file.
///
/// # Errors
/// `rules_changed` when `base` is no longer in force, `file_changed` when the file was changed by
/// hand and not looked at since, `file_not_written`, or the store.
pub(crate) fn save(
    turn: &mut Turn<'_, '_>,
    base: Hash,
    change: Change,
) -> Result<Hash, EngineError> {
    let in_force = turn.roster.ruleset.id();
    let folder = turn.roster.folder.clone();
    match read(&folder) {
        Found::Text(text) => {
            let disk = Hash::of(text.as_bytes());
            let seen = turn.tx.setting::<Hash>(SEEN)? == Some(disk);
            // A text that was looked at and is good is one that a newer version has replaced.
            let by_hand = disk != in_force && !(seen && Ruleset::parse(&text).is_ok());
            if by_hand && base != disk {
                return Err(EngineError::bad(
                    "file_changed",
                    format!("{FILE} was changed by hand and is not in force."),
                    "Look at what it says now, and edit that.",
                ));
            }
            if !by_hand && base != in_force {
                return Err(stale());
            }
        }
        Found::Missing if base != in_force => return Err(stale()),
        Found::Missing => {}
        Found::Unreadable(problem) => {
            return Err(EngineError::bad(
                "file_changed",
                format!("{problem}."),
                "Repair the file first; it is not written over.",
            ));
        }
    }
    let hash = change.ruleset.id();
    let version = put_in_force(&mut turn.ledger(), &change)?;
    let ungated = ungated::known(&turn.ledger())?;
    write_file(turn, &folder, &change).map_err(|problem| {
        EngineError::bad(
            "file_not_written",
            format!("{problem}."),
            "The rules stay as they were.",
        )
    })?;
    let rules = Rules {
        ruleset: change.ruleset,
        standing: Standing {
            version,
            ungated,
            on_disk: None,
            problems: Vec::new(),
        },
    };
    take_up(turn, rules);
    Ok(hash)
}

/// Puts a version in force that the machine itself made of the one in force, whatever the file
/// says: where it cannot be written, that is a problem that is shown.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn save_as_ever(turn: &mut Turn<'_, '_>, change: Change) -> Result<(), EngineError> {
    let in_force = turn.roster.ruleset.id();
    let folder = turn.roster.folder.clone();
    let disk = match read(&folder) {
        Found::Text(text) => Some(text),
        Found::Missing | Found::Unreadable(_) => None,
    };
    let ours = disk
        .as_ref()
        .is_some_and(|text| Hash::of(text.as_bytes()) == in_force);
    let version = put_in_force(&mut turn.ledger(), &change)?;
    let ungated = ungated::known(&turn.ledger())?;
    let problem = match ours {
        true => write_file(turn, &folder, &change).err(),
        false => Some(format!("{FILE} is not the text that is in force")),
    };
    let rules = Rules {
        ruleset: change.ruleset,
        standing: Standing {
            version,
            ungated,
            on_disk: disk.filter(|_| problem.is_some()).map(Arc::from),
            problems: problem.into_iter().collect(),
        },
    };
    take_up(turn, rules);
    Ok(())
}

fn write_file(turn: &mut Turn<'_, '_>, folder: &Path, change: &Change) -> Result<(), String> {
    let text = change.ruleset.source();
    let failed = |error: &dyn std::fmt::Display| format!("{FILE} could not be written: {error}");
    let written = Written::over(path(folder), text).map_err(|error| failed(&error))?;
    turn.stirred.rules_file.get_or_insert(written);
    let seen = turn.tx.set_setting(SEEN, &Hash::of(text.as_bytes()));
    seen.map_err(|error| failed(&error))
}

fn stale() -> EngineError {
    EngineError::bad(
        "rules_changed",
        "The rules were changed by somebody else meanwhile.",
        "Look at what changed, and make your edit in the newer text.",
    )
}

/// Lets everybody at the desk know the rules.
pub(super) fn take_up(turn: &mut Turn<'_, '_>, rules: Rules) {
    if turn.roster.rules == rules.standing {
        return;
    }
    turn.change_roster(|roster| {
        roster.ruleset = rules.ruleset;
        roster.rules = rules.standing;
    });
    turn.touch("rules");
    turn.touch("health");
}
