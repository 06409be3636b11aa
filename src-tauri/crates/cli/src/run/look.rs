//! The commands that look at a workspace: audit, backup, doctor.

use std::path::PathBuf;

use baton_api::contacts::Erased;
use baton_api::health::{AuditReport, BackupMade, Health, WorkspaceMended};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::arguments::{DoctorArguments, EraseArguments};
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// Calls a command and reads its answer.
pub(super) async fn ask<T: DeserializeOwned>(
    host: &impl Host,
    command: &str,
    request: Value,
) -> Result<T, Failure> {
    let answer = host.answer(command, request).await?;
    serde_json::from_value(answer)
        .map_err(|error| Failure::said("internal", format!("The answer is odd: {error}."), ""))
}

/// `baton audit verify`.
pub(super) async fn audit(host: &impl Host, output: &Output) -> Result<(), Failure> {
    let report: AuditReport = ask(host, "audit_verify", json!({})).await?;
    let mut lines: Vec<_> = report
        .heads
        .iter()
        .map(|(device, head)| format!("{device}  {head}"))
        .collect();
    lines.extend(
        report
            .problems
            .iter()
            .map(|problem| format!("problem: {problem}")),
    );
    lines.push(match report.ok {
        true => format!("{} events, the chain holds.", report.events),
        false => format!("{} events, the chain does not hold.", report.events),
    });
    output.tell(&report, &plain(&lines.join("\n")))?;
    match report.ok {
        true => Ok(()),
        false => Err(Failure::Found),
    }
}

/// `baton erase`.
pub(super) async fn erase(
    host: &impl Host,
    whom: EraseArguments,
    output: &Output,
) -> Result<(), Failure> {
    if !whom.yes {
        return Err(Failure::said(
            "not_confirmed",
            "What is erased cannot be brought back.",
            "Say it again with --yes.",
        ));
    }
    let erased: Erased = ask(host, "contact_erase", json!({ "contact": whom.contact })).await?;
    let text = format!(
        "{} messages of {} conversations erased.",
        erased.messages, erased.conversations
    );
    output.tell(&erased, &plain(&text))
}

/// `baton backup`.
pub(super) async fn backup(
    host: &impl Host,
    file: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let path = match file {
        // The engine may not stand where the user stands.
        Some(file) => std::path::absolute(&file)?.display().to_string(),
        None => String::new(),
    };
    let made: BackupMade = ask(host, "backup_make", json!({ "path": path })).await?;
    let text = format!("{} ({} bytes)", made.path, made.bytes);
    output.tell(&made, &plain(&text))
}

/// `baton doctor`.
pub(super) async fn doctor(
    host: &impl Host,
    what: DoctorArguments,
    output: &Output,
) -> Result<(), Failure> {
    let mended: Option<WorkspaceMended> = match what.mend {
        true => Some(ask(host, "workspace_mend", json!({})).await?),
        false => None,
    };
    let health: Health = ask(host, "health_get", json!({})).await?;
    let mut lines = vec![
        format!("workspace  {}", health.folder),
        format!("secrets    {}", health.secrets),
    ];
    if let Some(mended) = mended {
        lines.push(format!("mended     from {} events", mended.events));
    }
    for check in &health.checks {
        lines.push(format!("{:4}       {}", check.state, check.text));
        if check.state != "ok" && !check.hint.is_empty() {
            lines.push(format!("           {}", check.hint));
        }
    }
    output.tell(&health, &plain(&lines.join("\n")))?;
    match health.checks.iter().any(|check| check.state == "bad") {
        true => Err(Failure::Found),
        false => Ok(()),
    }
}
