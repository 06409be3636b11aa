//! Decisions, versions of the rules, and what people say of them.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::DecisionId;
use crate::label::{Label, Sampled};
use crate::rules::RuleMemory;
use crate::time::Timestamp;

/// Body of [`Event::DecisionMade`](crate::event::Event::DecisionMade).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionMade {
    /// Which decision.
    pub decision: DecisionId,
    /// What was evaluated, in the words of rules (`customer.message`, `time`, …).
    pub on: String,
    /// The version of the rules.
    pub ruleset: Hash,
    /// The whole record with the facts, by hash; content, not chain.
    pub record: Hash,
    /// The rules that acted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acted: Vec<String>,
    /// What the rules remember afterwards, when that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<RuleMemory>,
    /// When a rule may next change its mind by time alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_flip: Option<Timestamp>,
    /// Whether it is only a record of imported history.
    #[serde(default)]
    pub imported: bool,
}

/// Body of [`Event::RulesetActivated`](crate::event::Event::RulesetActivated).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RulesetActivated {
    /// The version, by hash of its text; the text is content.
    pub ruleset: Hash,
    /// Why it was put in force.
    pub why: String,
    /// Where it came from; empty in events of before it was noted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// The version that was in force before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Hash>,
    /// Why it was put in force although tests failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrode: Option<String>,
    /// The rule whose status was set, when that is all that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<RuleStatusChanged>,
    /// The rules that act from now on as they never did before, and passed no gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ungated: Vec<String>,
}

/// A rule began or ceased to act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleStatusChanged {
    /// The rule.
    pub rule: String,
    /// The copy that was tried in its place and is put there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// The status before: `off`, `shadow`, `canary` or `live`.
    pub from: String,
    /// The status after.
    pub to: String,
    /// The share of conversations, for a canary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Who approved it; empty where nobody had to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approver: String,
    /// What had to be met, with the figures of then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gate: Vec<GateNote>,
}

/// Body of [`Event::RuleHeldBack`](crate::event::Event::RuleHeldBack).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHeldBack {
    /// The rule.
    pub rule: String,
    /// Texts that it may send within an hour.
    pub ceiling: u32,
    /// Who answers for it; empty when nobody is named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

/// One thing that had to be met before a rule could act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateNote {
    /// Its stable name.
    pub code: String,
    /// What it was, with figures.
    pub says: String,
    /// Whether it was met.
    pub met: bool,
}

/// Body of [`Event::LabelSet`](crate::event::Event::LabelSet). Who said it is the author of the event; the last word of each person
/// counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSet {
    /// Which episode.
    pub episode: u32,
    /// What they said; none when they took it back.
    #[serde(default)]
    pub label: Option<Label>,
    /// The decision that it is about, when one brought people in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// How it was drawn, when nobody chose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<Sampled>,
}

/// Body of [`Event::ProposalAnswered`](crate::event::Event::ProposalAnswered).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalAnswered {
    /// Which proposal; follows from the rules and the edit.
    pub proposal: Hash,
    /// The version of the rules it was to change.
    pub ruleset: Hash,
    /// Whether the rules were changed by it.
    pub accepted: bool,
    /// What was proposed, in one sentence.
    pub says: String,
    /// Why it was accepted or dismissed.
    pub reason: String,
}
