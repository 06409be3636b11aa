//! The way of a rule from shadow to live: what it has shown, what is missing, and the act of a
//! person that lets it act.

use std::sync::{Arc, PoisonError};

use baton_api::ApiError;
use baton_api::rules as ru;
use baton_core::event::Actor;
use baton_core::event::body::{GateNote, RuleStatusChanged};
use baton_core::ids::AgentName;
use baton_core::rules::edit::{Edit, EditError, Written, edit, put_in_place};
use baton_core::rules::text::duration::spell_duration;
use baton_core::rules::{Gate, Rule, Ruleset, Status, Target, Weight};
use baton_core::time::Timestamp;
use baton_store::{RuleCounts, RuleReading};

use super::save::{failing, reason, refused, version};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::Roster;
use crate::rulesfile::{Change, Origin, save};

/// What a rule has shown since it reads as it does.
struct Shown {
    counts: RuleCounts,
    reading: RuleReading,
}

impl Engine {
    pub(in crate::commands) async fn promotion_get(
        &self,
        asked: ru::PromotionGet,
    ) -> Result<ru::Promotion, ApiError> {
        let roster = self.roster();
        let ruleset = Arc::clone(&roster.ruleset);
        let rule = find(&ruleset, &asked.rule)?;
        let shown = self.shown(&ruleset, rule).await?;
        let live = with_status(&ruleset, rule, "live", None)?;
        let mut gate = self.gate(&shown, ruleset.gate(), live, false).await?;
        let may_promote = gate.iter().all(|note| note.met);
        let approvers = approvers(&roster, ruleset.gate());
        gate.push(GateNote {
            code: "approver".to_owned(),
            says: match approvers.as_slice() {
                [] => "Somebody of the team approves it by name.".to_owned(),
                names => format!("Approved by name: {}.", names.join(" or ")),
            },
            met: false,
        });
        let watched = rule.status.name() == "shadow" || rule.status.name() == "canary";
        Ok(ru::Promotion {
            rule: rule.id.to_string(),
            replaces: rule.replaces.as_ref().map(ToString::to_string),
            ruleset: ruleset.id().to_string(),
            approvers,
            status: rule.status.name().to_owned(),
            shadow_decisions: shown.counts.watched,
            shadow_since: shown
                .reading
                .watched_since
                .filter(|_| watched)
                .map(|at| at.0),
            differs: shown.counts.differs,
            handoffs_added: shown.counts.more,
            handoffs_spared: shown.counts.fewer,
            gate: gate
                .into_iter()
                .map(|note| ru::GateView {
                    code: note.code,
                    says: note.says,
                    met: note.met,
                })
                .collect(),
            may_promote,
        })
    }

    pub(in crate::commands) async fn rule_status_set(
        &self,
        asked: ru::RuleStatusSet,
    ) -> Result<ru::RulesSaved, ApiError> {
        let base = version(&asked.base)?;
        let why = reason(&asked.reason)?;
        let roster = self.roster();
        let ruleset = Arc::clone(&roster.ruleset);
        let rule = find(&ruleset, &asked.rule)?;
        let changed = with_status(&ruleset, rule, &asked.status, asked.share)?;
        let approver = asked.approver.trim().to_owned();
        let mut gate = Vec::new();
        let acts = matches!(asked.status.as_str(), "live" | "canary");
        let less = rule.status.name() == "live";
        if acts && !less {
            let shown = self.shown(&ruleset, rule).await?;
            let trial = asked.status == "canary";
            let text = Arc::clone(&changed);
            gate = self.gate(&shown, ruleset.gate(), text, trial).await?;
            let missing: Vec<&str> = gate
                .iter()
                .filter(|note| !note.met)
                .map(|note| note.says.as_str())
                .collect();
            if !missing.is_empty() {
                return Err(ApiError::new(
                    "gate_closed",
                    format!("The rule may not act yet. {}", missing.join(" ")),
                    "It goes on being watched.",
                ));
            }
            approve(&roster, ruleset.gate(), &approver)?;
            gate.push(approved(&approver, "Approved by"));
        } else if acts
            && roster
                .rules
                .ungated
                .iter()
                .any(|one| one.rule == rule.id.as_str())
        {
            approve(&roster, ruleset.gate(), &approver)?;
            gate.push(approved(&approver, "Approved afterwards by"));
        }
        let in_place = rule.replaces.is_some() && acts;
        let status = RuleStatusChanged {
            rule: if in_place { rule.acts_as() } else { &rule.id }.to_string(),
            copy: in_place.then(|| rule.id.to_string()),
            from: rule.status.name().to_owned(),
            to: asked.status,
            share: asked.share,
            approver: if gate.is_empty() {
                String::new()
            } else {
                approver
            },
            gate,
        };
        let saved = self
            .inner
            .desk
            .turn(move |turn| {
                let change = Change {
                    ruleset: changed,
                    origin: Origin::Status,
                    actor: Actor::agent(turn.roster.me.as_str()),
                    why,
                    overrode: None,
                    status: Some(status),
                };
                save(turn, base, change)
            })
            .await?;
        Ok(ru::RulesSaved {
            ruleset: saved.to_string(),
        })
    }

    /// What a rule has shown since it reads as it does.
    async fn shown(&self, ruleset: &Ruleset, rule: &Rule) -> Result<Shown, EngineError> {
        let (id, meaning) = (rule.id.to_string(), ruleset.meaning_of(rule));
        self.read(move |reader, _| {
            Ok(Shown {
                counts: reader.reading_counts(&id, meaning)?,
                reading: reader.rule_reading(&id, meaning)?,
            })
        })
        .await
    }

    /// What must be met before a rule acts, with the rules as they would be then. A trial on some
    /// conversations is there to find out; it needs no more than sound rules.
    async fn gate(
        &self,
        shown: &Shown,
        gate: &Gate,
        then: Arc<Ruleset>,
        trial: bool,
    ) -> Result<Vec<GateNote>, EngineError> {
        let analyst = Arc::clone(&self.inner.analyst);
        let (errors, failed) = tokio::task::spawn_blocking(move || {
            let mut analyst = analyst.lock().unwrap_or_else(PoisonError::into_inner);
            let analysis = analyst.analyse(&then);
            (analysis.count(Weight::Error), failing(&then).len())
        })
        .await
        .map_err(|_| EngineError::Panicked)?;
        let mut notes = Vec::new();
        if !trial {
            notes.push(watched(shown, gate, self.now()));
        }
        notes.push(GateNote {
            code: "findings".to_owned(),
            says: match errors {
                0 => "The analysis finds no error.".to_owned(),
                1 => "The analysis finds an error.".to_owned(),
                many => format!("The analysis finds {many} errors."),
            },
            met: errors == 0,
        });
        notes.push(GateNote {
            code: "tests".to_owned(),
            says: match failed {
                0 => "Every test passes.".to_owned(),
                1 => "A test fails.".to_owned(),
                many => format!("{many} tests fail."),
            },
            met: failed == 0,
        });
        if !trial {
            notes.push(handoffs(shown, gate));
        }
        Ok(notes)
    }
}

fn approved(by: &str, how: &str) -> GateNote {
    GateNote {
        code: "approver".to_owned(),
        says: format!("{how} {by}."),
        met: true,
    }
}

/// Whether a rule was watched for long enough, or has acted before as it reads now.
fn watched(shown: &Shown, gate: &Gate, now: Timestamp) -> GateNote {
    let seen = shown.counts.watched;
    let lasted = shown
        .reading
        .watched_since
        .map_or(0, |since| now.since(since));
    if shown.reading.acted_since.is_some() {
        return GateNote {
            code: "watched".to_owned(),
            says: "It has been live before as it reads now.".to_owned(),
            met: true,
        };
    }
    GateNote {
        code: "watched".to_owned(),
        says: format!(
            "Watched in {seen} of {} decisions, for {} of {}.",
            gate.decisions,
            spell_duration(lasted - lasted % baton_core::time::MINUTE),
            spell_duration(gate.watch),
        ),
        met: seen >= gate.decisions
            || (shown.reading.watched_since.is_some() && lasted >= gate.watch),
    }
}

/// Whether a rule would change the number of handoffs by no more than is approved.
fn handoffs(shown: &Shown, gate: &Gate) -> GateNote {
    let counts = shown.counts;
    #[allow(clippy::cast_precision_loss, reason = "shown in percent")]
    let share = match counts.watched {
        0 => 0.0,
        watched => (counts.more as f64 - counts.fewer as f64) / watched as f64,
    };
    GateNote {
        code: "handoffs".to_owned(),
        says: format!(
            "It would have added {} handoffs and spared {} in {} decisions, {:+.1} %; approved are \
             {:.1} % either way.",
            counts.more,
            counts.fewer,
            counts.watched,
            share * 100.0,
            gate.handoffs * 100.0,
        ),
        met: share.abs() <= gate.handoffs,
    }
}

fn find<'a>(ruleset: &'a Ruleset, id: &str) -> Result<&'a Rule, ApiError> {
    ruleset.rule(id).ok_or_else(|| ApiError::not_found("rule"))
}

/// The rules with another status of one of them.
fn with_status(
    ruleset: &Ruleset,
    rule: &Rule,
    status: &str,
    share: Option<f64>,
) -> Result<Arc<Ruleset>, ApiError> {
    let bad = |error: EditError| ApiError::new("bad_edit", format!("{error}."), "");
    if let (Some(original), "live" | "canary") = (&rule.replaces, status) {
        if status == "canary" {
            return Err(ApiError::new(
                "copy_canary",
                format!("What is tried in the place of {original} is watched, or put there."),
                "A trial on a share of conversations needs a rule of its own.",
            ));
        }
        let acts = ruleset.rule(original.as_str()).map(|rule| rule.status);
        if acts != Some(Status::Live) {
            return Err(ApiError::new(
                "original_not_live",
                format!("{original} is not live, so nothing can be put live in its place."),
                "Set the status of the rule itself first, or remove its copy.",
            ));
        }
        let text = put_in_place(ruleset.source(), rule.id.as_str()).map_err(bad)?;
        return Ok(Arc::new(Ruleset::parse(&text).map_err(refused)?));
    }
    let set = |key: &str, value: Written| Edit::Key {
        rule: rule.id.to_string(),
        key: key.to_owned(),
        value: Some(value),
    };
    let mut edits = vec![set("status", Written::Text(status.to_owned()))];
    if let (Some(share), "canary") = (share, status) {
        edits.push(set("canary", Written::Decimal(share)));
    }
    let text = edit(ruleset.source(), &edits).map_err(bad)?;
    Ok(Arc::new(Ruleset::parse(&text).map_err(refused)?))
}

/// Who may approve, by name.
fn approvers(roster: &Roster, gate: &Gate) -> Vec<String> {
    let may = |name: &AgentName,
               roles: &std::collections::BTreeSet<String>,
               teams: &std::collections::BTreeSet<String>| {
        gate.approvers.is_empty()
            || gate.approvers.iter().any(|target| match target {
                Target::Agent(agent) => **agent == *name.as_str(),
                Target::Role(role) => roles.contains(&**role),
                Target::Team(team) => teams.contains(&**team),
                Target::AnyAvailable => true,
            })
    };
    let agents = roster.team.agents.iter();
    agents
        .filter(|(name, agent)| may(name, &agent.roles, &agent.teams))
        .map(|(name, _)| name.to_string())
        .collect()
}

fn approve(roster: &Roster, gate: &Gate, approver: &str) -> Result<(), ApiError> {
    let known = approvers(roster, gate);
    if known.iter().any(|name| name == approver) {
        return Ok(());
    }
    Err(ApiError::new(
        "approver_missing",
        match approver {
            "" => "A rule that acts is approved by somebody, by name.".to_owned(),
            other => format!("{other} may not approve that a rule acts."),
        },
        match known.as_slice() {
            [] => "Nobody of the team fits what [gate] asks for.".to_owned(),
            names => format!("Ask {}.", names.join(" or ")),
        },
    ))
}
