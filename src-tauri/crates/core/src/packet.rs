//! Handoff packet v1: the typed context that travels with a handoff, so that nobody rebuilds it.
//!
//! It is content, stored by hash; unknown fields of later versions are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::Reason;
use crate::hash::Hash;
use crate::ids::{ContactId, ConversationId, DecisionId, HandoffId, MessageId};
use crate::time::Timestamp;

/// The name of this schema.
pub const SCHEMA: &str = "baton.packet/1";

/// The attribute that names the words of a draft that goes along, by hash of their content.
pub const DRAFT_DOCUMENT: &str = "draft_document";

/// How control goes on: without the giver, with both at hand for a while, or only to be advised.
pub const MODES: [&str; 3] = ["cold", "warm", "consult"];

/// A packet larger than this is refused.
pub const MAX_BYTES: usize = 64 * 1024;

/// Everything the next controller needs to go on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Packet {
    /// [`SCHEMA`].
    pub schema: String,
    /// The handoff it travels with.
    pub handoff_id: HandoffId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The episode.
    pub episode: u32,
    /// The control epoch after the handoff.
    pub control_epoch: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// `cold`, `warm` or `consult`.
    pub mode: String,
    /// `bot_to_human`, `human_to_bot`, `human_to_human` or `bot_to_bot`.
    pub direction: String,
    /// Who hands over.
    pub from: Party,
    /// Who is to go on.
    pub to: Party,
    /// `customer`, `rule`, `bot`, `agent` or `system`.
    pub requested_by: String,
    /// Why.
    pub reason: Reason,
    /// What happened so far, in a few sentences.
    pub summary: Summary,
    /// What the customer wants, in their own words where possible.
    pub customer_goal: String,
    /// What is still to be found out.
    pub open_questions: Vec<String>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// What is asked of the next controller now.
    pub next_step: String,
    /// What is known.
    pub facts: Vec<Fact>,
    /// What was tried.
    pub attempted: Vec<Attempt>,
    /// What the answers were drawn from.
    pub sources_used: Vec<SourceUsed>,
    /// What the bot understood.
    pub intent: Option<Intent>,
    /// How the customer sounds.
    pub sentiment: Option<Sentiment>,
    /// The customer's language, as a BCP 47 tag; empty when unknown.
    pub language: String,
    /// The contact.
    pub contact_id: ContactId,
    /// Whether and how the contact's identity was verified; empty when not.
    pub identity_verified_by: String,
    /// Until when that holds; none where nobody has set an end to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_expires_at: Option<Timestamp>,
    /// What the contact agrees to, such as `email`, and what not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub consent: BTreeMap<String, bool>,
    /// Where the customer writes, and until when they can be answered there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<PacketChannel>,
    /// Words that call for care, such as `legal` or `health`.
    pub sensitivity: Vec<String>,
    /// What was taken out of it, in words, such as `card number`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redactions: Vec<String>,
    /// The priority at the time.
    pub priority: String,
    /// The service level policy and its next due instant.
    pub sla: Option<PacketSla>,
    /// Other conversations that matter here.
    pub related: Vec<Related>,
    /// The tags at the time.
    pub tags: Vec<String>,
    /// Scalars of the sender's own.
    pub attributes: Map<String, Value>,
    /// What was said, by reference.
    pub transcript: Transcript,
    /// The rule that decided, when one did.
    pub decision: Option<PacketDecision>,
    /// What the next controller may do; empty for everything.
    pub allowed_actions: Vec<String>,
    /// When it is to come back.
    pub return_conditions: Vec<String>,
    /// Until when the offer that it goes with stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Fields that its recipient asks for and that nobody has filled.
    pub missing: Vec<String>,
    /// The stretch of people that ends with it, when a bot gets control back.
    pub human_stretch: Option<Stretch>,
    /// Fields of a later version, kept.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Fields that a queue can ask for in its packets, beside `facts.NAME`.
pub const ASKABLE: [&str; 15] = [
    "summary",
    "customer_goal",
    "open_questions",
    "promises",
    "next_step",
    "facts",
    "attempted",
    "sources_used",
    "intent",
    "sentiment",
    "language",
    "identity",
    "consent",
    "skills",
    "reason",
];

/// Whether a queue can ask for a field.
#[must_use]
pub fn can_be_asked_for(field: &str) -> bool {
    let fact = field.strip_prefix("facts.");
    ASKABLE.contains(&field) || fact.is_some_and(|key| !key.is_empty())
}

impl Packet {
    /// Whether a field is not filled. A summary that was made from a template says nothing that
    /// its recipient could not see, so it counts as none.
    #[must_use]
    pub fn lacks(&self, field: &str) -> bool {
        let known = |key: &str| {
            let mut facts = self.facts.iter();
            facts.any(|fact| fact.key == key && !is_blank(&fact.value))
        };
        match field {
            "summary" => self.summary.text.is_empty() || self.summary.author == "template",
            "customer_goal" => self.customer_goal.is_empty(),
            "open_questions" => self.open_questions.is_empty(),
            "promises" => self.promises.is_empty(),
            "next_step" => self.next_step.is_empty(),
            "facts" => self.facts.is_empty(),
            "attempted" => self.attempted.is_empty(),
            "sources_used" => self.sources_used.is_empty(),
            "intent" => self.intent.is_none(),
            "sentiment" => self.sentiment.is_none(),
            "language" => self.language.is_empty(),
            "identity" => {
                let over = self.identity_expires_at;
                self.identity_verified_by.is_empty() || over.is_some_and(|at| at <= self.created_at)
            }
            "consent" => self.consent.is_empty(),
            "skills" => self.to.skills.is_empty(),
            "reason" => {
                self.reason.text.is_empty()
                    && self.reason.code == crate::control::ReasonCode::Unspecified
            }
            other => other.strip_prefix("facts.").is_some_and(|key| !known(key)),
        }
    }
}

impl Packet {
    /// What it says and, where it says nothing, what was known before.
    #[must_use]
    pub fn over(mut self, known: &Self) -> Self {
        fn fill<T: Default + PartialEq + Clone>(own: &mut T, known: &T) {
            if *own == T::default() {
                own.clone_from(known);
            }
        }
        if self.summary.text.is_empty() {
            self.summary.clone_from(&known.summary);
        }
        fill(&mut self.from.version, &known.from.version);
        fill(&mut self.to.skills, &known.to.skills);
        fill(&mut self.customer_goal, &known.customer_goal);
        fill(&mut self.open_questions, &known.open_questions);
        fill(&mut self.promises, &known.promises);
        fill(&mut self.next_step, &known.next_step);
        fill(&mut self.facts, &known.facts);
        fill(&mut self.attempted, &known.attempted);
        fill(&mut self.sources_used, &known.sources_used);
        fill(&mut self.intent, &known.intent);
        fill(&mut self.sentiment, &known.sentiment);
        fill(&mut self.language, &known.language);
        if self.identity_verified_by.is_empty() {
            self.identity_expires_at = known.identity_expires_at;
        }
        fill(&mut self.identity_verified_by, &known.identity_verified_by);
        fill(&mut self.consent, &known.consent);
        fill(&mut self.channel, &known.channel);
        fill(&mut self.sensitivity, &known.sensitivity);
        fill(&mut self.redactions, &known.redactions);
        fill(&mut self.related, &known.related);
        fill(&mut self.attributes, &known.attributes);
        fill(&mut self.extra, &known.extra);
        self
    }

    /// What of it still holds once somebody has worked with it: what is known, and not what was
    /// asked of them, why, and how.
    #[must_use]
    pub fn still_known(self) -> Self {
        let mut known = Self::default().over(&Self {
            summary: Summary::default(),
            next_step: String::new(),
            ..self
        });
        known.attributes.remove(DRAFT_DOCUMENT);
        known
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A stretch in which people had the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stretch {
    /// Since when the one who gives it back had it.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who gives it back.
    pub by: String,
    /// The last message of the stretch.
    pub last_message_id: MessageId,
}

/// One side of a handoff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// `bot`, `queue`, `agent`, `nobody`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its version, for bots.
    pub version: String,
    /// What it should be able to do, such as `billing`, for whom it goes to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The language it should speak, for whom it goes to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
}

/// Where the customer writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PacketChannel {
    /// Its kind, such as `email`.
    pub kind: String,
    /// Which.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// Until when the platform lets an answer through; none where it always does, or does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_until: Option<Timestamp>,
    /// What an answer has to keep to there, such as `no attachments`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<String>,
}

/// A summary and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The text.
    pub text: String,
    /// `bot`, `agent` or `template`.
    pub author: String,
    /// The model that wrote it, when one did.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Who has read it before it went out, when somebody did.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reviewed_by: String,
}

/// Something promised to the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Promise {
    /// What.
    pub text: String,
    /// Until when, when a time was named.
    pub due_at: Option<Timestamp>,
    /// By whom.
    pub by: String,
}

/// Something known, and how well.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fact {
    /// What it is about, such as `order_number`.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Where it comes from: `customer`, `crm`, `bot`, …
    pub source: String,
    /// How sure, from 0 to 1; none when not said.
    pub confidence: Option<f64>,
    /// Whether somebody checked it.
    pub verified: bool,
    /// When it was learned.
    pub at: Option<Timestamp>,
}

/// Something tried, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempt {
    /// What was done.
    pub step: String,
    /// What came of it.
    pub result: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// A source of an answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceUsed {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How well it matched, from 0 to 1.
    pub score: Option<f64>,
}

/// What the bot understood.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Intent {
    /// The name.
    pub name: String,
    /// How sure, from 0 to 1.
    pub confidence: Option<f64>,
    /// What else it may have been.
    pub alternatives: Vec<String>,
}

/// How the customer sounds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sentiment {
    /// A word for it.
    pub label: String,
    /// From -1 (bad) to 1 (good).
    pub score: f64,
}

/// The clocks at the time of the handoff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PacketSla {
    /// The policy.
    pub policy: String,
    /// The nearest due instant.
    pub next_due: Option<Timestamp>,
    /// When the first reply is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply_due: Option<Timestamp>,
    /// When the next reply is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_reply_due: Option<Timestamp>,
    /// When it is to be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve_due: Option<Timestamp>,
    /// Whether the clocks stand still.
    pub paused: bool,
}

/// Another conversation that matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Related {
    /// Which.
    pub conversation_id: ConversationId,
    /// Why it matters.
    pub why: String,
}

/// What was said, by reference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Transcript {
    /// The first message.
    pub from_message_id: MessageId,
    /// The last message.
    pub to_message_id: MessageId,
    /// How many.
    pub count: u32,
    /// What was said, as one digest: proof that nothing was put in, left out or changed. See
    /// [`Transcript::with`]; none where the beginning of the episode was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<Hash>,
}

impl Transcript {
    /// The digest with one more message: SHA-256 over the 32 bytes of the digest before, which the
    /// first message has none of, and the 32 bytes of the digest under which the log holds what was
    /// said. Messages are taken in the order of the log.
    #[must_use]
    pub fn with(before: Option<Hash>, document: Hash) -> Hash {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend(before.iter().flat_map(|before| before.0));
        bytes.extend(document.0);
        Hash::of(&bytes)
    }
}

/// The decision that led here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PacketDecision {
    /// The rule.
    pub rule_id: String,
    /// The version of the rules.
    pub ruleset: Hash,
    /// Its sentence for people: what matched, with the values found.
    pub sentence: String,
    /// The decision, by which its explanation is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<DecisionId>,
    /// The record of the decision, by the hash of its content: each condition with what it saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Hash>,
    /// The lines of the rule without any of which it would not have decided so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matched_clauses: Vec<String>,
    /// The facts it was decided on, by the hash of their snapshot in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs_hash: Option<Hash>,
}
