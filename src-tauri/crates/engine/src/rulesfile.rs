//! The rules of a workspace: a text file beside the database, so that it can be read, diffed and
//! kept under version control. A text that cannot be read leaves the last good one in force.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use baton_core::event::body::RulesetActivated;
use baton_core::event::{Actor, Event};
use baton_core::hash::Hash;
use baton_core::rules::Ruleset;
use baton_core::time::Timestamp;
use baton_store::Tx;

use crate::engine::Engine;
use crate::error::EngineError;

/// The name of the file in the workspace folder.
pub const FILE: &str = "handoff.baton.toml";

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Rules that were read.
pub struct Loaded {
    /// The rules in force.
    pub ruleset: Arc<Ruleset>,
    /// Their text.
    pub text: Arc<str>,
    /// Why a newer text is not in force; empty when there is none.
    pub problems: Vec<String>,
    /// The version that was put in force just now, when it was not the one in force before.
    pub activated: Option<Hash>,
}

/// Where the rules of a workspace lie.
#[must_use]
pub fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Reads the rules of a workspace, writing the default ones the first time, and keeps each version
/// that was ever in force.
///
/// # Errors
/// When the database cannot be written. A file that cannot be read is no error: the last good
/// rules stay in force and the problems say why.
pub fn load(tx: &mut Tx<'_>, folder: &Path, now: Timestamp) -> Result<Loaded, EngineError> {
    let file = path(folder);
    let (text, mut problems) = match std::fs::read_to_string(&file) {
        Ok(text) => (text, Vec::new()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let written = std::fs::write(&file, Ruleset::DEFAULT);
            let problems = written
                .err()
                .map(|error| format!("{FILE} could not be written: {error}"));
            (Ruleset::DEFAULT.to_owned(), problems.into_iter().collect())
        }
        Err(error) => (
            Ruleset::DEFAULT.to_owned(),
            vec![format!("{FILE} could not be read: {error}")],
        ),
    };
    match Ruleset::parse(&text) {
        Ok(ruleset) => {
            let activated = put_in_force(tx, &text, now)?;
            Ok(Loaded {
                ruleset: Arc::new(ruleset),
                text: text.into(),
                problems,
                activated,
            })
        }
        Err(found) => {
            problems.extend(found.list.iter().map(|problem| problem.render(&text)));
            let last_good = tx
                .active_ruleset()?
                .map(|stored| stored.text)
                .unwrap_or_else(|| Ruleset::DEFAULT.to_owned());
            let ruleset = Ruleset::parse(&last_good)
                .or_else(|_| Ruleset::parse(Ruleset::DEFAULT))
                .map_err(|_| {
                    EngineError::bad(
                        "no_rules",
                        "No version of the rules can be read.",
                        "This is a fault of the program; please report it.",
                    )
                })?;
            Ok(Loaded {
                ruleset: Arc::new(ruleset),
                text: last_good.into(),
                problems,
                activated: None,
            })
        }
    }
}

fn put_in_force(tx: &mut Tx<'_>, text: &str, now: Timestamp) -> Result<Option<Hash>, EngineError> {
    let hash = Hash::of(text.as_bytes());
    let active = tx.active_ruleset()?;
    if active.is_some_and(|active| active.hash == hash) {
        return Ok(None);
    }
    let hash = tx.put_ruleset(text, now)?;
    tx.activate_ruleset(hash, now)?;
    Ok(Some(hash))
}

/// The event of rules that were put in force.
pub(crate) fn activated(ruleset: Hash) -> Event {
    Event::RulesetActivated(RulesetActivated {
        ruleset,
        why: format!("{FILE} was read"),
    })
}

/// Looks at the file now and then and puts a changed text in force.
pub async fn watch(engine: Engine) {
    let file = path(engine.folder());
    let mut seen = changed_at(&file);
    loop {
        tokio::select! {
            () = engine.inner.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let found = changed_at(&file);
        if found == seen {
            continue;
        }
        seen = found;
        let folder = engine.folder().to_owned();
        let loaded = engine
            .inner
            .desk
            .turn(move |turn| {
                let loaded = load(turn.tx, &folder, turn.now)?;
                if let Some(ruleset) = loaded.activated {
                    turn.record(activated(ruleset), Actor::system(), None)?;
                }
                turn.change_roster(|roster| {
                    roster.ruleset = loaded.ruleset;
                    roster.rules_text = loaded.text;
                    roster.rules_problems = loaded.problems;
                });
                turn.touch("rules");
                turn.touch("health");
                Ok(())
            })
            .await;
        if let Err(error) = loaded {
            // It is looked at again as if it had not been seen.
            seen = None;
            tracing::warn!(%error, "The rules could not be read again.");
        }
    }
}

fn changed_at(file: &Path) -> Option<(std::time::SystemTime, u64)> {
    let meta = std::fs::metadata(file).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
