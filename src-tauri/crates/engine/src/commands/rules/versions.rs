//! Versions of the rules: what was in force when, by whom and why, and how they differ.

use baton_api::ApiError;
use baton_api::rules as ru;
use baton_core::hash::Hash;
use baton_core::rules::compare::{LineKind, compare_lines};
use baton_store::{Reader, RulesVersion};

use super::number;
use super::save::version;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    pub(in crate::commands) async fn rules_history(
        &self,
        asked: ru::RulesHistory,
    ) -> Result<ru::RulesVersions, ApiError> {
        let limit = asked.limit.clamp(1, 200) as usize;
        let history = self.read(move |reader, roster| {
            let in_force = roster.rules.version.place;
            let versions = reader.rules_versions(asked.before, limit)?;
            let next = versions
                .last()
                .map(|last| last.place)
                .filter(|_| versions.len() == limit);
            let briefs = versions.into_iter().map(|version| brief(version, in_force));
            Ok(ru::RulesVersions {
                versions: briefs.collect(),
                next,
            })
        });
        Ok(history.await?)
    }

    pub(in crate::commands) async fn rules_version(
        &self,
        asked: ru::RulesVersionGet,
    ) -> Result<ru::RulesVersion, ApiError> {
        let hash = version(&asked.ruleset)?;
        let text = self.read(move |reader, _| text(reader, hash)).await?;
        Ok(ru::RulesVersion {
            ruleset: hash.to_string(),
            text,
        })
    }

    pub(in crate::commands) async fn rules_diff(
        &self,
        asked: ru::RulesDiff,
    ) -> Result<ru::RulesDiffView, ApiError> {
        let (from, to) = (version(&asked.from)?, version(&asked.to)?);
        let compared = self.read(move |reader, _| {
            let (older, newer) = (text(reader, from)?, text(reader, to)?);
            Ok(compared(&older, &newer))
        });
        Ok(compared.await?)
    }
}

fn text(reader: &Reader<'_>, which: Hash) -> Result<String, EngineError> {
    let stored = reader.ruleset(which)?;
    let stored = stored.ok_or(EngineError::Missing("version of the rules"))?;
    Ok(stored.text)
}

fn brief(version: RulesVersion, in_force: i64) -> ru::RulesVersionBrief {
    ru::RulesVersionBrief {
        place: version.place,
        ruleset: version.ruleset.to_string(),
        at: version.at.0,
        by: version.author,
        origin: version.origin,
        why: version.why,
        r#override: version.overrode,
        approver: version.approver,
        in_force: version.place == in_force,
        added: version.came,
        removed: version.went,
        changed: version.changed,
    }
}

fn compared(older: &str, newer: &str) -> ru::RulesDiffView {
    let lines = compare_lines(older, newer);
    let count = |kind: LineKind| number(lines.iter().filter(|line| line.kind == kind).count());
    ru::RulesDiffView {
        added: count(LineKind::Added),
        removed: count(LineKind::Removed),
        lines: lines
            .iter()
            .map(|line| ru::DiffLine {
                kind: match line.kind {
                    LineKind::Same => "same",
                    LineKind::Added => "added",
                    LineKind::Removed => "removed",
                }
                .to_owned(),
                text: line.text.to_owned(),
                from: line.from.map(number),
                to: line.to.map(number),
            })
            .collect(),
    }
}
