//! The words of control: who may speak to the customer now, and how that changes hands.
//!
//! Control is a machine of its own, never inferred from the work status or from an assignee. The
//! transitions are in [`crate::decide`].

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::ActorKind;
use crate::hash::Hash;
use crate::ids::{AgentName, BotName, HandoffId, OfferId, QueueName};
use crate::time::Timestamp;

/// Who may speak to the customer now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Controller {
    /// A dialog manager.
    Bot(BotName),
    /// Nobody yet: the conversation waits in a queue and the clock runs against the team.
    Queue(QueueName),
    /// A person of the team.
    Agent(AgentName),
    /// Nobody.
    #[default]
    Nobody,
}

impl Controller {
    /// `bot`, `queue`, `agent` or `nobody`: the words of rules, views and colours.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bot(_) => "bot",
            Self::Queue(_) => "queue",
            Self::Agent(_) => "agent",
            Self::Nobody => "nobody",
        }
    }

    /// The name of the bot, queue or agent; empty for nobody.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Bot(name) => name.as_str(),
            Self::Queue(name) => name.as_str(),
            Self::Agent(name) => name.as_str(),
            Self::Nobody => "",
        }
    }

    /// Who has the conversation, in a sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Agent(name) => format!("{name} has the conversation."),
            Self::Bot(name) => format!("The bot {name} has the conversation."),
            Self::Queue(name) => format!("It waits in the queue {name}."),
            Self::Nobody => "Nobody has the conversation.".to_owned(),
        }
    }
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            other => write!(f, "{}:{}", other.kind(), other.name()),
        }
    }
}

/// The states of the control machine.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ControlState {
    /// A bot speaks; agents may read along.
    BotActive,
    /// Nobody speaks; the conversation waits with its packet.
    Queued,
    /// An offer waits for an answer.
    Offered,
    /// A person speaks; a bot's write is refused.
    AgentActive,
    /// The person finishes up; the customer's next message returns to the same person.
    Wrapping,
    /// Nobody holds it; the next message goes where the channel sends it.
    #[default]
    Released,
    /// The episode is over; a new message opens the next one.
    Closed,
}

/// How control changed, or was asked to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The first controller of an episode was set.
    Open,
    /// The controller handed over at once.
    Pass,
    /// The controller offered it, with an expiry.
    Offer,
    /// The offered party took the offer.
    Accept,
    /// The offered party declined.
    Reject,
    /// The offer ran out.
    Timeout,
    /// A person took it. A human reply is an implicit take.
    Take,
    /// Somebody on standby asked for it.
    Request,
    /// The controller let go.
    Release,
    /// The agent gave it back to a bot, ending the human stretch.
    ReturnToBot,
    /// The bot failed; control falls to a human queue.
    Fail,
    /// The episode ended.
    Close,
    /// A new episode began.
    Reopen,
    /// The agent's after-work time began.
    Wrap,
    /// A person took back the last act.
    Undo,
}

/// Whether the old controller may still speak while an offer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferMode {
    /// The old controller stays in charge until the offer is accepted.
    #[default]
    Warm,
    /// Nobody speaks until somebody accepts.
    Cold,
}

/// Why control changes: a code that statistics count, and words for people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// A short text in the words of a rule or of Baton; may be empty.
    #[serde(default)]
    pub text: String,
    /// The words of a person or bot in its place, by hash of their content, so that they can be
    /// erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Hash>,
}

/// The reasons of a handoff that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each code says what it means")]
pub enum ReasonCode {
    CustomerRequest,
    MissingKnowledge,
    UnsupportedRequest,
    PolicyRestriction,
    ToolFailure,
    PendingClarification,
    UsageLimit,
    LowConfidence,
    NegativeSentiment,
    RepeatedFailure,
    MaxTurns,
    VerificationRequired,
    RiskTopic,
    Vip,
    SlaRisk,
    BotError,
    OutOfHours,
    OtherParticipant,
    Scheduled,
    Rule,
    NewMessage,
    HumanReply,
    OfferExpired,
    Resolved,
    LoopGuard,
    DraftHeld,
    DraftRejected,
    ReviewExpired,
    #[default]
    Unspecified,
}

/// What people made of the packet of a handoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketMark {
    /// When it was first read.
    pub read_at: Timestamp,
    /// Whether it was useful, once somebody has said so.
    #[serde(default)]
    pub useful: Option<bool>,
    /// Which fields were named as missing by whoever said last whether it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<String>,
    /// Who has read it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub readers: BTreeSet<AgentName>,
}

/// To whom control can be passed or offered, and who can be notified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Target {
    /// A dialog manager.
    Bot(BotName),
    /// A queue (a team is a queue).
    Queue(QueueName),
    /// One person.
    Agent(AgentName),
    /// Everybody with a role.
    Role(String),
    /// Whoever is available, the least loaded first.
    AnyAvailable,
}

/// An offer of control that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which offer.
    pub id: OfferId,
    /// To whom.
    pub to: Target,
    /// Whom it goes on to when they decline or let it run out; none when it comes back at once.
    #[serde(default)]
    pub pool: Option<Target>,
    /// Who was in charge when it was made.
    pub from: Controller,
    /// Whether the old controller may still speak.
    pub mode: OfferMode,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
    /// The handoff it belongs to.
    pub handoff: HandoffId,
    /// Why it was made.
    #[serde(default)]
    pub reason: Reason,
    /// The packet that goes with it, by hash of its content.
    #[serde(default)]
    pub packet: Option<Hash>,
    /// What its recipient asks for and the packet lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The rule that made it, when one did.
    #[serde(default)]
    pub rule: Option<String>,
}

/// The control part of a conversation's state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Control {
    /// The state of the machine.
    pub state: ControlState,
    /// Who may speak.
    pub controller: Controller,
    /// Grows by one with each change of controller; a write from an older epoch is refused.
    pub epoch: u64,
    /// Since when this controller is in charge.
    pub since: Timestamp,
    /// Why it came to this controller.
    pub reason: Reason,
    /// The rule that decided it, when one did.
    #[serde(default)]
    pub rule: Option<String>,
    /// The live offer; at most one.
    #[serde(default)]
    pub offer: Option<Offer>,
    /// Whose after-work time runs, and until when, in state wrapping.
    #[serde(default)]
    pub wrapping_until: Option<Timestamp>,
    /// The handoff that brought it here.
    #[serde(default)]
    pub handoff: Option<HandoffId>,
    /// The packet that came with it, by hash of its content.
    #[serde(default)]
    pub packet: Option<Hash>,
    /// What was asked for and that packet lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What people made of that packet; none until somebody has read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<PacketMark>,
    /// The controller before this one.
    #[serde(default)]
    pub previous: Option<Controller>,
    /// The kind of party that made the last change.
    #[serde(default)]
    pub changed_by: Option<ActorKind>,
    /// Who declined it, or let an offer run out, since it came to this controller.
    #[serde(default)]
    pub declined: BTreeSet<AgentName>,
}
