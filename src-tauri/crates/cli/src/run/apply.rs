//! `baton rules apply`: a rule file put in force through the gate that stands before every save.

use std::path::PathBuf;

use baton_api::rules::{RulesSaved, RulesView};
use baton_core::hash::Hash;
use serde_json::json;

use super::look::ask;
use super::rules::read;
use crate::host::Host;
use crate::output::{Failure, Output};

/// What is to be put in force, and how.
pub(super) struct Asked {
    pub(super) file: PathBuf,
    pub(super) reason: String,
    pub(super) beside: bool,
    pub(super) overrode: Option<String>,
}

/// `baton rules apply`.
pub(super) async fn apply(host: &impl Host, asked: Asked, output: &Output) -> Result<(), Failure> {
    let text = read(&asked.file)?;
    let now: RulesView = ask(host, "rules_get", json!({})).await?;
    // What waits in the file of the workspace is put in force from there; another text is not
    // written over it.
    let base = match &now.on_disk {
        Some(waiting) if *waiting == text => Hash::of(waiting.as_bytes()).to_string(),
        Some(_) | None => now.ruleset.clone(),
    };
    let request = json!({
        "text": text, "base": base, "reason": asked.reason,
        "override": asked.overrode, "beside": asked.beside,
    });
    let saved: RulesSaved = ask(host, "rules_save", request).await?;
    let words = match (saved.ruleset == now.ruleset, asked.beside) {
        (true, _) => "These rules are in force already.",
        (false, true) => {
            "In force. The rules that act are as they were; their edits are watched beside them."
        }
        (false, false) => "In force.",
    };
    output.tell(&saved, words)
}
