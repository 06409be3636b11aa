//! The commands that look at a workspace: decisions, audit, backup, doctor.

use std::path::PathBuf;

use baton_api::contacts::Erased;
use baton_api::health::{AuditReport, BackupMade, Health, WorkspaceMended};
use baton_api::why::{DecisionView, Decisions, RuleView};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::arguments::{DoctorArguments, EraseArguments};
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// Calls a command and reads its answer.
async fn ask<T: DeserializeOwned>(
    host: &impl Host,
    command: &str,
    request: Value,
) -> Result<T, Failure> {
    let answer = host.answer(command, request).await?;
    serde_json::from_value(answer)
        .map_err(|error| Failure::said("internal", format!("The answer is odd: {error}."), ""))
}

/// `baton rules explain`.
pub(super) async fn explain(
    host: &impl Host,
    conversation: String,
    output: &Output,
) -> Result<(), Failure> {
    let request = json!({ "conversation": conversation, "limit": 1 });
    let list: Decisions = ask(host, "decision_list", request).await?;
    let Some(newest) = list.decisions.first() else {
        return Err(Failure::said(
            "not_found",
            "The rules have decided nothing on that conversation.",
            "Check its name; baton export lists all.",
        ));
    };
    let request = json!({ "decision": newest.id });
    let decision: DecisionView = ask(host, "decision_get", request).await?;
    output.tell(&decision, &plain(&in_words(&decision)))
}

fn in_words(decision: &DecisionView) -> String {
    let mut out = format!(
        "{}\n\nOn {} with the rules {} ({}).\n",
        decision.sentence, decision.on, decision.policy, decision.ruleset
    );
    for slot in &decision.result {
        out.push_str(&format!(
            "  {} = {} by {}\n",
            slot.slot, slot.value, slot.by
        ));
    }
    for (title, rules) in [
        ("Matched", &decision.matched),
        ("Nearly matched", &decision.near),
    ] {
        if !rules.is_empty() {
            out.push_str(&format!("\n{title}\n"));
        }
        for rule in rules {
            describe(&mut out, rule);
        }
    }
    if !decision.unknown.is_empty() {
        out.push_str(&format!("\nNot known: {}\n", decision.unknown.join(", ")));
    }
    out
}

fn describe(out: &mut String, rule: &RuleView) {
    out.push_str(&format!("  {}: {}\n", rule.id, rule.why));
    if !rule.held_back.is_empty() {
        out.push_str(&format!("    held back: {}\n", rule.held_back));
    }
    for row in &rule.rows {
        let value = match row.value.as_str() {
            "" => "not known",
            value => value,
        };
        out.push_str(&format!(
            "    {:7} {} (found: {value})\n",
            row.truth, row.text
        ));
    }
    if !rule.flip.is_empty() {
        out.push_str(&format!("    would have differed if: {}\n", rule.flip));
    }
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
