//! The rules of a workspace: a text file beside the database, so that it can be read, diffed and
//! kept under version control. A text that cannot be read leaves the last good one in force, and a
//! text that somebody has changed by hand is never written over.

mod force;
mod ungated;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::rules::{ByHand, Ruleset};
use baton_core::time::Timestamp;
use baton_store::{Reader, RulesVersion};

pub(crate) use self::force::{Change, save, save_as_ever};
pub use self::ungated::Ungated;
pub(crate) use self::ungated::{acts, begun};
pub(crate) use self::write::Written;
use crate::desk::log::Ledger;
use crate::engine::Engine;
use crate::error::EngineError;

/// The name of the file in the workspace folder.
pub const FILE: &str = "handoff.baton.toml";

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The setting that holds the digest of the text last read from the file, or written to it.
const SEEN: &str = "rules_file_seen";

/// Where a version of the rules came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was there when the workspace was new.
    First,
    /// The file was edited by hand.
    File,
    /// It was saved on the rules page.
    Saved,
    /// The status of one rule was set.
    Status,
    /// A rule exceeded its ceiling and was put into shadow.
    Ceiling,
}

impl Origin {
    /// The word under which it is kept.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::File => "file",
            Self::Saved => "saved",
            Self::Status => "status",
            Self::Ceiling => "ceiling",
        }
    }
}

/// How the rules in force came to be, and what the file says.
#[derive(Clone, PartialEq)]
pub struct Standing {
    /// The time that they were put in force.
    pub version: RulesVersion,
    /// Rules that act, came with an edit of the file by hand, and were approved by nobody yet.
    pub ungated: Vec<Ungated>,
    /// The text of the file, where it is not the one in force.
    pub on_disk: Option<Arc<str>>,
    /// Why the text of the file is not in force; empty when it is.
    pub problems: Vec<String>,
}

/// The rules in force, as they were read.
pub(crate) struct Rules {
    pub(crate) ruleset: Arc<Ruleset>,
    pub(crate) standing: Standing,
}

/// Where the rules of a workspace lie.
#[must_use]
pub fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What the file holds.
enum Found {
    Text(String),
    Missing,
    Unreadable(String),
}

fn read(folder: &Path) -> Found {
    match std::fs::read_to_string(path(folder)) {
        Ok(text) => Found::Text(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Found::Missing,
        Err(error) => Found::Unreadable(format!("{FILE} could not be read: {error}")),
    }
}

/// Reads the rules of a workspace, writing the default ones the first time, and puts a text that
/// was changed by hand in force.
///
/// # Errors
/// When the database cannot be written. A file that cannot be read is no error: the last good
/// rules stay in force and the problems say why.
pub(crate) fn load(ledger: &mut Ledger<'_, '_>, folder: &Path) -> Result<Rules, EngineError> {
    let active = ledger.tx.active_ruleset()?.map(|stored| stored.text);
    let mut problems = Vec::new();
    let text = match read(folder) {
        Found::Text(text) => text,
        Found::Unreadable(problem) => {
            problems.push(problem);
            return standing(ledger, active, None, problems);
        }
        Found::Missing => {
            let text = active
                .clone()
                .unwrap_or_else(|| Ruleset::DEFAULT.to_owned());
            if let Err(error) = write::whole(&path(folder), &text) {
                problems.push(format!("{FILE} could not be written: {error}"));
            }
            text
        }
    };
    let hash = Hash::of(text.as_bytes());
    let seen = ledger.tx.setting::<Hash>(SEEN)?;
    if active.as_deref() != Some(&*text)
        && seen != Some(hash)
        && let Some(problem) = held(ledger, active.as_deref(), &text)?
    {
        // It is not taken for seen: it stays an edit that somebody has yet to look at.
        problems.push(problem);
        return standing(ledger, active, Some(text), problems);
    }
    if seen != Some(hash) {
        ledger.tx.set_setting(SEEN, &hash)?;
    }
    if active.as_deref() == Some(&*text) {
        return standing(ledger, active, None, problems);
    }
    if active.is_some() && seen == Some(hash) {
        // A newer version is in force that could not be written into the file.
        problems.push(format!("{FILE} is older than the rules in force"));
        return standing(ledger, active, Some(text), problems);
    }
    match Ruleset::parse(&text) {
        Ok(ruleset) => {
            let (origin, why) = match &active {
                Some(_) => (Origin::File, format!("{FILE} was edited")),
                None => (Origin::First, format!("{FILE} was read")),
            };
            let change = Change {
                ruleset: Arc::new(ruleset),
                origin,
                actor: Actor::system(),
                why,
                overrode: None,
                status: None,
            };
            let version = force::put_in_force(ledger, &change)?;
            Ok(Rules {
                ruleset: change.ruleset,
                standing: Standing {
                    version,
                    ungated: ungated::known(ledger)?,
                    on_disk: None,
                    problems,
                },
            })
        }
        Err(found) => {
            problems.extend(found.list.iter().map(|problem| problem.render(&text)));
            standing(ledger, active, Some(text), problems)
        }
    }
}

/// Why a text that came by the file waits for somebody: it would change the gate, or let rules act as
/// they never did.
/// What the rules in force say of the gate counts, not what the text says of it.
fn held(
    ledger: &Ledger<'_, '_>,
    active: Option<&str>,
    text: &str,
) -> Result<Option<String>, EngineError> {
    let both = active.map(|active| (Ruleset::parse(active), Ruleset::parse(text)));
    let Some((Ok(old), Ok(new))) = both else {
        return Ok(None);
    };
    if old.gate().by_hand == ByHand::Obey {
        return Ok(None);
    }
    if old.gate() != new.gate() {
        // Or one edit would open the gate for the next.
        return Ok(Some(format!(
            "{FILE} was edited and would change the gate; it waits until somebody puts it in force \
             with a reason"
        )));
    }
    let begun = begun(&old, &new, ledger.now, |rule, meaning| {
        ledger.tx.rule_reading(rule, meaning)
    })?;
    let names: Vec<&str> = begun.iter().map(|one| &*one.rule).collect();
    Ok(match names.as_slice() {
        [] => None,
        [one] => Some(format!(
            "{FILE} was edited and would let the rule {one} act as it never did; it waits until \
             somebody puts it in force with a reason"
        )),
        many => Some(format!(
            "{FILE} was edited and would let the rules {} act as they never did; it waits until \
             somebody puts it in force with a reason",
            many.join(", ")
        )),
    })
}

/// The rules that stay in force.
fn standing(
    ledger: &mut Ledger<'_, '_>,
    active: Option<String>,
    on_disk: Option<String>,
    problems: Vec<String>,
) -> Result<Rules, EngineError> {
    let ruleset = readable(active)?;
    let newest = ledger.tx.rules_versions(None, 1)?.pop();
    let known = newest.filter(|version| version.ruleset == ruleset.id());
    let ruleset = Arc::new(ruleset);
    let version = match known {
        Some(version) => {
            force::note_readings(ledger, &ruleset)?;
            version
        }
        None => force::put_in_force(
            ledger,
            &Change {
                ruleset: Arc::clone(&ruleset),
                origin: Origin::First,
                actor: Actor::system(),
                why: format!("{FILE} could not be read"),
                overrode: None,
                status: None,
            },
        )?,
    };
    Ok(Rules {
        ruleset,
        standing: Standing {
            version,
            ungated: ungated::known(ledger)?,
            on_disk: on_disk.map(Arc::from),
            problems,
        },
    })
}

/// The rules of a workspace that cannot be written: those last in force where they can be read,
/// otherwise the default ones.
///
/// # Errors
/// Only when the default rules cannot be read.
pub(crate) fn glance(
    reader: &Reader<'_>,
    folder: &Path,
    now: Timestamp,
) -> Result<Rules, EngineError> {
    let active = reader.active_ruleset().unwrap_or_default();
    let ruleset = readable(active.map(|stored| stored.text))?;
    let newest = reader.rules_versions(None, 1).unwrap_or_default().pop();
    let known = newest.filter(|version| version.ruleset == ruleset.id());
    let version = known.unwrap_or_else(|| RulesVersion {
        place: 0,
        ruleset: ruleset.id(),
        at: now,
        author: String::new(),
        origin: Origin::First.word().to_owned(),
        why: "the workspace can only be read".to_owned(),
        overrode: None,
        approver: None,
        came: Vec::new(),
        went: Vec::new(),
        changed: Vec::new(),
    });
    let on_disk = match read(folder) {
        Found::Text(text) if Hash::of(text.as_bytes()) != ruleset.id() => Some(Arc::from(text)),
        Found::Text(_) | Found::Missing | Found::Unreadable(_) => None,
    };
    let ungated = reader.setting(ungated::UNGATED);
    Ok(Rules {
        ruleset: Arc::new(ruleset),
        standing: Standing {
            version,
            ungated: ungated.ok().flatten().unwrap_or_default(),
            on_disk,
            problems: Vec::new(),
        },
    })
}

/// The rules of a text, or the default ones where it cannot be read.
fn readable(text: Option<String>) -> Result<Ruleset, EngineError> {
    let text = text.unwrap_or_else(|| Ruleset::DEFAULT.to_owned());
    Ruleset::parse(&text)
        .or_else(|_| Ruleset::parse(Ruleset::DEFAULT))
        .map_err(|_| {
            EngineError::bad(
                "no_rules",
                "No version of the rules can be read.",
                "This is a fault of the program; please report it.",
            )
        })
}

/// Looks at the file and puts a text that was changed by hand in force.
///
/// # Errors
/// When the database cannot be written.
pub async fn look(engine: &Engine) -> Result<(), EngineError> {
    let folder = engine.folder().to_owned();
    engine
        .inner
        .desk
        .turn(move |turn| {
            let rules = load(&mut turn.ledger(), &folder)?;
            force::take_up(turn, rules);
            Ok(())
        })
        .await
}

/// Looks at the file now and then.
pub(crate) async fn watch(engine: Engine) {
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
        if let Err(error) = look(&engine).await {
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
