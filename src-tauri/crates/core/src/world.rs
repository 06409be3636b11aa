//! What a decision may know besides the conversation itself. The shell gathers it; the core
//! never asks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::control::Controller;
use crate::elsewhere::Places;
use crate::ids::{ChannelId, QueueName};
use crate::packet::{Packet, Related};
use crate::rules::Ruleset;
use crate::team::Team;
use crate::time::{MINUTE, SECOND, Timestamp};

/// Everything around a conversation at the time of a decision.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The rules in force.
    pub ruleset: &'a Ruleset,
    /// The people.
    pub team: &'a Team,
    /// The channel of the conversation.
    pub channel: &'a ChannelInfo,
    /// What is known of the contact.
    pub contact: &'a ContactFacts,
    /// Times that the workspace chooses.
    pub settings: &'a Settings,
    /// Where the conversation could go on, where a rule may ask for that.
    pub elsewhere: Option<&'a Places>,
    /// What has to be looked up for whoever gets the conversation; none where nobody has looked.
    pub briefing: Option<&'a Briefing>,
}

/// What only the shell can know of what goes into the packet of a handoff.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Briefing {
    /// The first words of the customer in this episode; empty when unknown. They become the goal.
    pub goal: String,
    /// The language in which the customer wrote last where it could be told, as a BCP 47 tag;
    /// empty when unknown.
    pub language: String,
    /// How the newest message of the customer sounds of which that can be said, from -1,000 (angry)
    /// to 1,000 (delighted).
    pub tone: Option<i16>,
    /// What is known already: what the bot in control has said it knows or, with people, the packet
    /// it came to them with.
    pub told: Option<Packet>,
    /// The other conversations of the customer that whoever gets this one should know of.
    pub related: Vec<Related>,
}

/// What a decision needs to know of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelInfo {
    /// Which.
    pub id: ChannelId,
    /// Its kind, such as `email`.
    pub kind: String,
    /// The name shown.
    pub name: String,
    /// Who begins a conversation here, unless a rule says otherwise: a bot or a queue.
    pub default_controller: Controller,
    /// Where a conversation lands when a bot fails or nobody takes it.
    pub fallback_queue: QueueName,
    /// How the bots of this channel hear of its customers.
    pub bot_link: BotLink,
    /// How what is said here gets to the customer.
    pub delivery: Delivery,
}

/// How what is said on a channel gets to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Somebody outside has to take it, in an attempt that has an end of its own.
    #[default]
    Attempted,
    /// Whoever shows it reads it in the log: it is said once it stands there.
    Immediate,
}

/// How the bots of a channel hear of its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BotLink {
    /// They are asked: each message that waits for their answer is handed to them.
    Asked,
    /// They hear and speak by themselves, as the scripted bot of the demo does.
    ByItself,
    /// Nothing connects to them. Whatever is given to them falls to people at once.
    #[default]
    Absent,
}

/// What a decision needs to know of a contact.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactFacts {
    /// The service tier, when known.
    pub tier: Option<String>,
    /// What is at stake with this contact, in the team's currency, when known.
    pub value_at_risk: Option<f64>,
    /// How the identity was verified; empty when it was not.
    pub verified_by: String,
    /// Conversations with this contact before this one.
    pub known_conversations: u32,
    /// The domain of the address, lower case; empty when there is none.
    pub address_domain: String,
    /// The tags on the contact.
    pub tags: BTreeSet<String>,
    /// The language of the contact as a BCP 47 tag; empty when unknown.
    pub language: String,
    /// The team's own attributes of the contact, by name without `attr.`.
    pub attributes: BTreeMap<String, Value>,
}

/// What is known of a contact that says until when their identity counts as verified: an instant
/// in milliseconds since 1970, or as RFC 3339 writes it.
const VERIFIED_UNTIL: &str = "verified_until";

impl ContactFacts {
    /// Until when it holds that the identity was verified; none where nobody has set an end to it.
    #[must_use]
    pub fn verified_until(&self) -> Option<Timestamp> {
        match self.attributes.get(VERIFIED_UNTIL)? {
            Value::Number(millis) => millis.as_i64().map(Timestamp),
            Value::String(text) => {
                let at: jiff::Timestamp = text.trim().parse().ok()?;
                Some(Timestamp(at.as_millisecond()))
            }
            _ => None,
        }
    }

    /// What the contact agrees to and what not, as the team has written it down: attributes whose
    /// names end in `_consent`, such as `email_consent`, and that say yes or no.
    pub fn consents(&self) -> impl Iterator<Item = (&str, bool)> {
        self.attributes.iter().filter_map(|(name, value)| {
            let what = name.strip_suffix("_consent")?;
            let agrees = match value {
                Value::Bool(agrees) => *agrees,
                Value::String(word) if word == "yes" => true,
                Value::String(word) if word == "no" => false,
                _ => return None,
            };
            Some((what, agrees))
        })
    }
}

/// Times that the workspace chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long an offer stands that a rule or ladder makes, in milliseconds.
    pub offer_timeout_ms: i64,
    /// How long after-work lasts, in milliseconds; 0 for none.
    pub wrap_up_ms: i64,
    /// Within this time nobody is alerted twice about a conversation, in milliseconds.
    pub alert_gap_ms: i64,
    /// How long a message may stay in doubt before people are reminded, in milliseconds.
    pub judge_within_ms: i64,
    /// How long a draft waits for a person to read it, in milliseconds.
    pub review_within_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offer_timeout_ms: 90 * SECOND,
            wrap_up_ms: 0,
            alert_gap_ms: 5 * MINUTE,
            judge_within_ms: 30 * MINUTE,
            review_within_ms: 15 * MINUTE,
        }
    }
}
