//! How Baton is doing: checks in words, the proof of the log, backups.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use baton_api::ApiError;
use baton_api::health as he;
use baton_api::session::Done;
use baton_core::log::Verifier;
use baton_core::rules::Ruleset;
use baton_store::{Place, Reader, Readers, StoreError, StoredWebhook};

use super::rules::held_back;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::mend::{self, Damage};
use crate::rulesfile;

/// Faults of the log that are told; more say nothing more.
const SHOWN: usize = 100;

fn webhook_check(webhook: &StoredWebhook) -> he::Check {
    let bot = &webhook.bot;
    if !webhook.stopped.is_empty() {
        return check(
            "webhook",
            "bad",
            format!("{bot} is told nothing any more: {}.", webhook.stopped),
            "Look at its receiver, then try again on the page of the bot. Nothing is lost.",
        );
    }
    match webhook.failing_since {
        Some(_) => check(
            "webhook",
            "warn",
            format!("{bot} does not take what it is told."),
            "Its page says what the receiver answers.",
        ),
        None => check("webhook", "ok", format!("{bot} is told what happens."), ""),
    }
}

fn check(code: &str, state: &str, text: impl Into<String>, hint: impl Into<String>) -> he::Check {
    he::Check {
        code: code.to_owned(),
        state: state.to_owned(),
        text: text.into(),
        hint: hint.into(),
    }
}

/// A check, or where what it looks at is damaged, one that says so.
fn told(code: &str, made: Result<he::Check, EngineError>) -> Result<he::Check, EngineError> {
    match made {
        Err(error) if error.leaves_reading() => Ok(unreadable(code, &error)),
        made => made,
    }
}

fn unreadable(code: &str, error: &EngineError) -> he::Check {
    check(
        code,
        "bad",
        format!("What is stored of this cannot be read: {error}."),
        "`baton export` and `baton backup FILE` save what can be read; then restore a backup.",
    )
}

impl Engine {
    /// How the rules are: the file that cannot be read first, then a rule that was put into shadow.
    async fn rules_health(&self) -> Result<he::Check, EngineError> {
        let roster = self.roster();
        let on_disk = roster.rules.on_disk.as_deref();
        let waits = on_disk.is_some_and(|text| Ruleset::parse(text).is_ok());
        if let (Some(why), true) = (roster.rules.problems.first(), waits) {
            return Ok(check(
                "rules",
                "warn",
                format!("{why}."),
                "The rules page shows it beside what is in force and saves it; so does `baton rules \
                 apply` while Baton is not running.",
            ));
        }
        if !roster.rules.problems.is_empty() {
            return Ok(check(
                "rules",
                "warn",
                "The newest text of the rules cannot be read; the last good one is in force.",
                format!(
                    "Correct {}; `baton rules check` shows each place.",
                    rulesfile::FILE
                ),
            ));
        }
        let held = self
            .read(|reader, roster| Ok(held_back(reader, &roster.ruleset)?))
            .await?;
        let unknown = roster.ruleset.unknown_queues(&roster.queues());
        if let (true, Some(problem)) = (held.is_empty(), unknown.first()) {
            return Ok(check(
                "rules",
                "warn",
                format!(
                    "The rules ask something for a queue, but {}.",
                    problem.message
                ),
                format!("{}: {}", rulesfile::FILE, problem.repair),
            ));
        }
        Ok(match held.iter().next() {
            Some((rule, held)) => check(
                "rules",
                "warn",
                format!("The rule {rule} was put into shadow: {}.", held.why),
                "Look at what it did, then let it act again on the rules page.",
            ),
            None => check(
                "rules",
                "ok",
                format!("The rules “{}” are in force.", roster.ruleset.policy()),
                "",
            ),
        })
    }

    pub(super) async fn health_get(&self, _: he::HealthGet) -> Result<he::Health, ApiError> {
        let mut checks = Vec::new();
        match self.read_only() {
            None => checks.push(check(
                "database",
                "ok",
                "The database can be read and written.",
                "",
            )),
            Some(why) => checks.push(check(
                "database",
                "bad",
                format!("The workspace can only be read: {why}."),
                "`baton export` and `baton backup FILE` save what can be read; mend the disk or \
                 restore a backup, then start again.",
            )),
        }
        checks.push(told("rules", self.rules_health().await)?);
        checks.push(told("conversations", self.damage_check().await)?);
        for channel in self.channel_views().await?.channels {
            let state = match channel.state.as_str() {
                "live" | "catching_up" | "connecting" | "off" => "ok",
                "stale" => "warn",
                _ => "bad",
            };
            let text = if channel.detail.is_empty() {
                format!("{}: {}.", channel.name, channel.state.replace('_', " "))
            } else {
                format!("{}: {}", channel.name, channel.detail)
            };
            checks.push(check("channel", state, text, channel.hint));
        }
        let found = self
            .read(|reader, _| Ok((figures(reader)?, reader.bot_webhooks()?)))
            .await;
        let ((sending, trouble, figures), webhooks) = match found {
            Ok(found) => found,
            Err(error) if error.leaves_reading() => {
                checks.push(unreadable("outbox", &error));
                return Ok(self.health(checks, BTreeMap::new()));
            }
            Err(error) => return Err(error.into()),
        };
        checks.extend(webhooks.iter().map(webhook_check));
        if trouble > 0 {
            checks.push(check(
                "outbox",
                "bad",
                match trouble {
                    1 => "1 conversation has a message that failed or is in doubt.".to_owned(),
                    more => {
                        format!("{more} conversations have messages that failed or are in doubt.")
                    }
                },
                "Open them from the view All with is:trouble and decide.",
            ));
        } else {
            checks.push(check(
                "outbox",
                "ok",
                match sending {
                    0 => "Nothing waits to be sent.".to_owned(),
                    1 => "1 message waits to be sent.".to_owned(),
                    more => format!("{more} messages wait to be sent."),
                },
                "",
            ));
        }
        Ok(self.health(checks, figures))
    }

    fn health(&self, checks: Vec<he::Check>, figures: BTreeMap<String, f64>) -> he::Health {
        he::Health {
            checks,
            figures,
            folder: self.folder().display().to_string(),
            secrets: self.inner.supervisor.secrets_kind(),
        }
    }

    /// What was found damaged while somebody worked on it.
    async fn damage_check(&self) -> Result<he::Check, EngineError> {
        let now = self.now();
        let found: Vec<Damage> = self
            .read(|reader, _| Ok(reader.setting(mend::KEY)?.unwrap_or_default()))
            .await?;
        let told: Vec<&Damage> = found.iter().filter(|one| mend::is_told(one, now)).collect();
        let lost = told.iter().filter(|one| !one.mended).count();
        Ok(match (lost, told.len()) {
            (0, 0) => check("conversations", "ok", "No conversation is damaged.", ""),
            (0, mended) => check(
                "conversations",
                "warn",
                match mended {
                    1 => "A damaged conversation was made anew from the log.".to_owned(),
                    more => format!("{more} damaged conversations were made anew from the log."),
                },
                "Nothing of them is lost; if this happens again, look at the disk.",
            ),
            (lost, _) => check(
                "conversations",
                "bad",
                match lost {
                    1 => "A conversation is damaged, and its log with it.".to_owned(),
                    more => format!("{more} conversations are damaged, and their log with them."),
                },
                "New mail goes to conversations of its own. `baton audit verify` says what is \
                 damaged; restore a backup.",
            ),
        })
    }

    pub(super) async fn audit_verify(
        &self,
        _: he::AuditVerify,
    ) -> Result<he::AuditReport, ApiError> {
        let readers = std::sync::Arc::clone(&self.inner.readers);
        Ok(tokio::task::spawn_blocking(move || audit(&readers))
            .await
            .map_err(|_| EngineError::Stopped)??)
    }

    pub(super) async fn workspace_mend(
        &self,
        _: he::WorkspaceMend,
    ) -> Result<he::WorkspaceMended, ApiError> {
        let events = self.mend().await?;
        Ok(he::WorkspaceMended { events })
    }

    pub(super) async fn backup_make(
        &self,
        asked: he::BackupMake,
    ) -> Result<he::BackupMade, ApiError> {
        let path = match asked.path.trim() {
            "" => {
                let folder = self.folder().join("backups");
                baton_store::make_private_folder(&folder).map_err(|error| {
                    ApiError::new(
                        "cannot_write",
                        format!("{}: {error}.", folder.display()),
                        "Name a file where there is room.",
                    )
                })?;
                folder.join(format!("baton-{}.db", self.now().0))
            }
            // Where the program happened to be started says nothing about where a file should lie.
            named if Path::new(named).is_relative() => {
                return Err(ApiError::new(
                    "relative_path",
                    format!("{named} does not say in which folder."),
                    "Name the whole path of the file.",
                ));
            }
            named => PathBuf::from(named),
        };
        let bytes = self.backup(path.clone()).await?;
        Ok(he::BackupMade {
            path: path.display().to_string(),
            bytes,
        })
    }

    /// Writes a backup while work goes on; returns its size.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub async fn backup(&self, path: PathBuf) -> Result<u64, EngineError> {
        if path.exists() {
            return Err(EngineError::bad(
                "exists",
                format!("{} exists already.", path.display()),
                "Name another file; a backup never overwrites.",
            ));
        }
        self.read(move |reader, _| {
            reader.backup_to(&path, |_, _| {})?;
            Ok(size(&path))
        })
        .await
    }

    pub(super) async fn demo_restart(&self, _: he::DemoRestart) -> Result<Done, ApiError> {
        if !self.roster().demo {
            return Err(ApiError::new(
                "not_the_demo",
                "This is not the demo.",
                "Start one with `baton demo`.",
            )
            .as_notice());
        }
        self.play_demo();
        Ok(Done {})
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map(|meta| meta.len()).unwrap_or(0)
}

fn figures(reader: &Reader<'_>) -> Result<(u64, u64, BTreeMap<String, f64>), EngineError> {
    let mut figures = BTreeMap::new();
    let stats = reader.stats()?;
    for (name, value) in [
        ("conversations", stats.conversations),
        ("messages", stats.messages),
        ("events", stats.events),
        ("bytes", stats.file_bytes),
    ] {
        figures.insert(name.to_owned(), value as f64);
    }
    let sending = reader.count(&Place::Sending)?.conversations;
    let trouble = reader.count(&Place::SendTrouble)?.conversations;
    Ok((sending, trouble, figures))
}

/// Checks every device's chain and the database itself. What is damaged is a problem that was
/// found, and stops no other check.
///
/// # Errors
/// When the database cannot be read for another reason.
pub(super) fn audit(readers: &Readers) -> Result<he::AuditReport, EngineError> {
    readers.read(|reader| {
        let mut problems = Vec::new();
        let found = reader.verify_database();
        let found = looked_at(found, "the database", &mut problems)?;
        problems.extend(found);
        let unreadable = reader.unreadable_conversations();
        for conversation in looked_at(unreadable, "the conversations", &mut problems)? {
            problems.push(format!(
                "the stored state of {conversation} cannot be read; `baton doctor --mend` makes it \
                 anew from the log"
            ));
        }
        let mut chains = Verifier::default();
        let mut broken = None;
        let log = reader.verify_log(|event| {
            // After a break every further envelope of that chain seems to be one.
            if broken.is_none()
                && let Err(found) = chains.check(&event.bytes, Some(event.hash))
            {
                broken = Some(found);
            }
        });
        let log = looked_at(log, "the log", &mut problems)?;
        problems.extend(log.problems.iter().take(SHOWN).map(ToString::to_string));
        if let (Some(broken), true) = (broken, log.problems.is_empty()) {
            problems.push(broken.to_string());
        }
        Ok(he::AuditReport {
            ok: problems.is_empty(),
            events: log.events,
            heads: log
                .heads
                .iter()
                .map(|(device, head)| (device.to_string(), head.to_string()))
                .collect(),
            problems,
        })
    })
}

/// What a look found; where `what` is damaged that is a problem, and nothing was found.
fn looked_at<T: Default>(
    found: Result<T, StoreError>,
    what: &str,
    problems: &mut Vec<String>,
) -> Result<T, EngineError> {
    match found {
        Err(error) if error.is_damage() => {
            problems.push(format!("{what} cannot be read to the end: {error}"));
            Ok(T::default())
        }
        found => Ok(found?),
    }
}
