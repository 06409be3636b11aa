//! What a bot knows when it hands over: the part of the packet that is its to give.

pub mod v1;

use std::collections::BTreeMap;
use std::fmt;

use baton_core::packet as core;
use baton_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{asked, told};

asked! {
    /// Something known, and how well.
    pub struct FactGiven {
        /// What it is about, such as `order_number`.
        pub key: String,
        /// The value.
        pub value: Value,
        /// Where it comes from: `customer`, `crm`, `bot`, …
        #[serde(default)]
        pub source: String,
        /// How sure, from 0 to 1.
        #[serde(default)]
        pub confidence: Option<f64>,
        /// Whether somebody checked it.
        #[serde(default)]
        pub verified: bool,
    }

    /// Something tried, and what came of it.
    pub struct AttemptGiven {
        /// What was done.
        pub step: String,
        /// What came of it.
        #[serde(default)]
        pub result: String,
    }

    /// Something promised to the customer.
    pub struct PromiseGiven {
        /// What.
        pub text: String,
        /// Until when, in milliseconds since 1970.
        #[serde(default)]
        pub due_at: Option<i64>,
    }

    /// A source of an answer.
    pub struct SourceGiven {
        /// Its identifier.
        #[serde(default)]
        pub id: String,
        /// Its title.
        #[serde(default)]
        pub title: String,
        /// Its address.
        #[serde(default)]
        pub url: String,
        /// How well it matched, from 0 to 1.
        #[serde(default)]
        pub score: Option<f64>,
    }

    /// What the bot understood.
    pub struct IntentGiven {
        /// The name.
        pub name: String,
        /// How sure, from 0 to 1.
        #[serde(default)]
        pub confidence: Option<f64>,
        /// What else it may have been, the likeliest first.
        #[serde(default)]
        pub alternatives: Vec<String>,
    }

    /// How the customer sounds.
    pub struct SentimentGiven {
        /// A word for it.
        pub label: String,
        /// From -1 (bad) to 1 (good).
        pub score: f64,
    }

    /// Says what you know, before anything is handed over. It replaces what you said before, and
    /// goes into the packet however control leaves you: by you, by a rule, or by a person.
    pub struct PacketKept {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// What you know.
        pub packet: GivenPacket,
    }
}

/// What a bot knows of a conversation. Every field may be left out; Baton fills in what it knows
/// itself: who, when, why, the transcript, priority, deadlines. Fields it does not know are kept.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GivenPacket {
    /// What happened so far, in a few sentences.
    pub summary: String,
    /// What the customer wants, in their own words where possible.
    pub customer_goal: String,
    /// What is still to be found out.
    pub open_questions: Vec<String>,
    /// What was promised.
    pub promises: Vec<PromiseGiven>,
    /// What is asked of the next controller now.
    pub next_step: String,
    /// What is known.
    pub facts: Vec<FactGiven>,
    /// What was tried.
    pub attempted: Vec<AttemptGiven>,
    /// What the answers were drawn from.
    pub sources_used: Vec<SourceGiven>,
    /// What you understood.
    pub intent: Option<IntentGiven>,
    /// How the customer sounds.
    pub sentiment: Option<SentimentGiven>,
    /// The customer's language, as a BCP 47 tag.
    pub language: String,
    /// Words that call for care, such as `legal` or `health`.
    pub sensitivity: Vec<String>,
    /// Scalars of your own.
    pub attributes: Map<String, Value>,
    /// What the next controller may do; empty for everything.
    pub allowed_actions: Vec<String>,
    /// When you want it back.
    pub return_conditions: Vec<String>,
    /// What the customer has agreed to or not, as they told you, such as `{"email": true}`.
    pub consent: BTreeMap<String, bool>,
    /// What whoever takes it should be able to do, such as `billing`.
    pub skills: Vec<String>,
    /// What you have taken out of it, in words, such as `card number`.
    pub redactions: Vec<String>,
    /// Until when your platform lets an answer through, in milliseconds since 1970.
    pub reply_until: Option<i64>,
    /// What an answer has to keep to on your platform, such as `no attachments`.
    pub channel_constraints: Vec<String>,
    /// The model that wrote the summary, when one did.
    pub summary_model: String,
    /// The version of your bot.
    pub bot_version: String,
    /// Fields of a later version, kept.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl fmt::Debug for GivenPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenPacket(…)")
    }
}

told! {
    /// The packet of the newest handoff.
    pub struct PacketRead {
        /// Handoff packet v1, as it travelled; none when nothing was handed over yet.
        #[schemars(schema_with = "v1::schema")]
        pub packet: Option<Value>,
        /// The hash under which the log holds it: proof that this is what travelled.
        pub packet_hash: Option<String>,
    }
}

impl GivenPacket {
    /// The packet of the core, learned `at`. The fields that are not the bot's to say are left for
    /// the core to fill, whatever the bot wrote under their names.
    #[must_use]
    pub fn into_packet(mut self, at: Timestamp) -> core::Packet {
        for name in OURS {
            self.extra.remove(*name);
        }
        core::Packet {
            from: core::Party {
                version: self.bot_version,
                ..core::Party::default()
            },
            to: core::Party {
                skills: self.skills,
                ..core::Party::default()
            },
            summary: core::Summary {
                author: if self.summary.is_empty() { "" } else { "bot" }.to_owned(),
                text: self.summary,
                model: self.summary_model,
                ..core::Summary::default()
            },
            customer_goal: self.customer_goal,
            open_questions: self.open_questions,
            promises: self
                .promises
                .into_iter()
                .map(|promise| core::Promise {
                    text: promise.text,
                    due_at: promise.due_at.map(Timestamp),
                    by: "bot".to_owned(),
                })
                .collect(),
            next_step: self.next_step,
            facts: self
                .facts
                .into_iter()
                .map(|fact| core::Fact {
                    key: fact.key,
                    value: fact.value,
                    source: if fact.source.is_empty() {
                        "bot".to_owned()
                    } else {
                        fact.source
                    },
                    confidence: fact.confidence,
                    verified: fact.verified,
                    at: Some(at),
                })
                .collect(),
            attempted: self
                .attempted
                .into_iter()
                .map(|attempt| core::Attempt {
                    step: attempt.step,
                    result: attempt.result,
                    at: Some(at),
                })
                .collect(),
            sources_used: self
                .sources_used
                .into_iter()
                .map(|source| core::SourceUsed {
                    id: source.id,
                    title: source.title,
                    url: source.url,
                    score: source.score,
                })
                .collect(),
            intent: self.intent.map(|intent| core::Intent {
                name: intent.name,
                confidence: intent.confidence,
                alternatives: intent.alternatives,
            }),
            sentiment: self.sentiment.map(|sentiment| core::Sentiment {
                label: sentiment.label,
                score: sentiment.score,
            }),
            language: self.language,
            consent: self.consent,
            channel: Some(core::PacketChannel {
                reply_until: self.reply_until.map(Timestamp),
                constraints: self.channel_constraints,
                ..core::PacketChannel::default()
            }),
            sensitivity: self.sensitivity,
            redactions: self.redactions,
            attributes: self.attributes,
            allowed_actions: self.allowed_actions,
            return_conditions: self.return_conditions,
            extra: self.extra,
            ..core::Packet::default()
        }
    }
}

/// What Baton says itself in a packet: a bot's word under these names would be a second truth.
const OURS: &[&str] = &[
    "schema",
    "handoff_id",
    "conversation_id",
    "episode",
    "control_epoch",
    "created_at",
    "mode",
    "direction",
    "from",
    "to",
    "requested_by",
    "reason",
    "contact_id",
    "identity_verified_by",
    "identity_expires_at",
    "priority",
    "sla",
    "related",
    "tags",
    "transcript",
    "decision",
    "channel",
    "expires_at",
    "missing",
    "human_stretch",
    "packet_hash",
];

#[cfg(test)]
mod tests {
    use baton_core::packet::Packet;
    use baton_core::time::Timestamp;
    use serde_json::{Value, json};

    use super::GivenPacket;

    #[test]
    fn no_name_in_a_packet_can_stand_there_twice() {
        let every = json!({
            "from": { "version": "2" }, "consent": { "email": true },
            "channel": { "kind": "chat" }, "redactions": ["card number"],
            "expires_at": 5, "missing": ["facts"], "human_stretch": { "by": "ben" },
            "summary": { "text": "Hello" },
        });
        let packet: Packet = serde_json::from_value(every).unwrap();
        let Value::Object(names) = serde_json::to_value(packet).unwrap() else {
            panic!("a packet is an object");
        };
        let known = serde_json::to_value(GivenPacket::default()).unwrap();
        for name in names.keys() {
            let asked = known.get(name).is_some();
            assert!(asked || super::OURS.contains(&name.as_str()), "{name}");
        }
    }

    #[test]
    fn what_a_bot_knows_becomes_a_packet_and_back_without_loss() {
        let given: GivenPacket = serde_json::from_value(json!({
            "summary": "Wants a refund.",
            "customer_goal": "Money back",
            "facts": [{ "key": "order", "value": "A-17", "confidence": 0.5 }],
            "intent": { "name": "refund", "confidence": 0.9, "alternatives": ["return"] },
            "consent": { "email": true },
            "skills": ["billing"],
            "summary_model": "small-7b",
            "missing": ["facts"],
            "colour_of_the_bike": "red",
            "conversation_id": "cnv_00000000000000000000000001",
            "priority": "urgent",
        }))
        .unwrap();
        let packet = given.into_packet(Timestamp(5));
        assert_eq!(packet.summary.author, "bot");
        assert_eq!(packet.summary.model, "small-7b");
        assert_eq!(packet.to.skills, ["billing"]);
        assert!(packet.consent["email"]);
        assert!(packet.missing.is_empty(), "Baton itself says what is");
        assert_eq!(packet.facts[0].source, "bot");
        assert_eq!(packet.facts[0].at, Some(Timestamp(5)));
        assert_eq!(packet.extra["colour_of_the_bike"], "red");
        assert_eq!(packet.conversation_id, Default::default(), "not its to say");
        assert_eq!(packet.priority, "");
        let text = serde_json::to_string(&packet).unwrap();
        let back: Packet = serde_json::from_str(&text).unwrap();
        assert_eq!(back, packet, "each name stands once");
    }
}
