//! `baton rules explain`: what the rules decided on a conversation and why, what other rules would
//! have made of it, and the proof that it was so.

use std::path::{Path, PathBuf};

use baton_api::why::{DecisionView, Decisions, Proof, RuleView, SlotView};
use serde_json::json;

use super::look::ask;
use super::rules::read;
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// What is to be explained.
pub(super) struct Asked {
    pub(super) conversation: String,
    /// Other rules than those that decided.
    pub(super) with: Option<PathBuf>,
    /// Whether everything is wanted, with its proof.
    pub(super) proof: bool,
}

/// `baton rules explain`.
pub(super) async fn explain(
    host: &impl Host,
    asked: Asked,
    output: &Output,
) -> Result<(), Failure> {
    if asked.proof {
        return prove(host, asked.conversation, output).await;
    }
    let request = json!({ "conversation": asked.conversation, "limit": 1 });
    let list: Decisions = ask(host, "decision_list", request).await?;
    let Some(newest) = list.decisions.first() else {
        return Err(Failure::said(
            "not_found",
            "The rules have decided nothing on that conversation.",
            "Check its name; baton export lists all.",
        ));
    };
    let decision: DecisionView = match &asked.with {
        None => ask(host, "decision_get", json!({ "decision": newest.id })).await?,
        Some(file) => again(host, &newest.id, file).await?,
    };
    output.tell(&decision, &plain(&in_words(&decision)))
}

/// The same decision with the rules of a file, also ones written later.
async fn again(host: &impl Host, decision: &str, file: &Path) -> Result<DecisionView, Failure> {
    let text = read(file)?;
    let request = json!({ "decision": decision, "text": text });
    ask(host, "decision_whatif", request).await
}

fn in_words(decision: &DecisionView) -> String {
    let mut out = format!(
        "{}\n\nOn {} with the rules {} ({}).\n",
        decision.sentence, decision.on, decision.policy, decision.ruleset
    );
    slots(&mut out, &decision.result);
    for (title, rules) in [
        ("Matched", &decision.matched),
        ("Nearly matched", &decision.near),
        ("Only watched, and matched", &decision.shadow),
    ] {
        if !rules.is_empty() {
            out.push_str(&format!("\n{title}\n"));
        }
        for rule in rules {
            describe(&mut out, rule);
        }
    }
    for would in &decision.would {
        out.push_str(&format!("\nWith {} live\n", would.rule));
        slots(&mut out, &would.result);
    }
    if !decision.unknown.is_empty() {
        out.push_str(&format!("\nNot known: {}\n", decision.unknown.join(", ")));
    }
    out
}

fn slots(out: &mut String, slots: &[SlotView]) {
    for slot in slots {
        let line = format!("  {} = {} by {}\n", slot.slot, slot.value, slot.by);
        out.push_str(&line);
    }
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
        let gap = row
            .gap
            .filter(|_| row.truth == "false")
            .map(|gap| format!(", {:.0} % from the limit", gap * 100.0))
            .unwrap_or_default();
        out.push_str(&format!(
            "    {:7} {} (found: {value}{gap})\n",
            row.truth, row.text
        ));
    }
    if !rule.flip.is_empty() {
        out.push_str(&format!("    would have differed if: {}\n", rule.flip));
    }
}

async fn prove(host: &impl Host, conversation: String, output: &Output) -> Result<(), Failure> {
    let request = json!({ "conversation": conversation });
    let proof: Proof = ask(host, "conversation_proof", request).await?;
    output.tell(&proof, &plain(&proved(&proof)))?;
    match proof.verified {
        true => Ok(()),
        false => Err(Failure::Found),
    }
}

fn proved(proof: &Proof) -> String {
    let mut out = format!("Conversation {}: {}\n", proof.conversation, proof.subject);
    for decision in &proof.decisions {
        out.push_str(&format!("\nDecision {}\n", decision.id));
        out.push_str(&in_words(decision));
    }
    if proof.erased > 0 {
        let erased = format!("\nThe facts of {} decisions were erased.\n", proof.erased);
        out.push_str(&erased);
    }
    out.push_str("\nIn the log: number in the chain, type, who, SHA-256 of the envelope\n");
    for event in &proof.events {
        let line = format!(
            "  {:6} {:24} {:16} {}\n",
            event.n, event.r#type, event.actor, event.hash
        );
        out.push_str(&line);
    }
    out.push_str("\nThe newest envelope of each device\n");
    for head in &proof.heads {
        out.push_str(&format!("  {} {:6} {}\n", head.device, head.n, head.hash));
    }
    for problem in &proof.problems {
        out.push_str(&format!("problem: {problem}\n"));
    }
    let verdict = match proof.verified {
        true => "the chain holds",
        false => "the chain does not hold",
    };
    out.push_str(&format!("\n{} events checked, {verdict}.", proof.checked));
    out
}
