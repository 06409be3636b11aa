//! What can happen. Each variant has a stable type name with a version; a change that an older
//! reader would misunderstand gets a new version, never a new meaning.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::{ControlState, Controller, Offer, Reason, Verb};
use crate::event::BlobRef;
use crate::hash::Hash;
use crate::ids::{
    ChannelId, ContactId, ConversationId, DecisionId, HandoffId, MessageId, OfferId, OutboxId,
};
use crate::label::{Label, Sampled};
use crate::ladder::LadderStep;
use crate::message::{Author, Direction, MessageKind};
use crate::rules::RuleMemory;
use crate::sla::{ClockKind, ClockState};
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident($body:ty) = $kind:literal;)*) => {
        /// One thing that happened.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "events are short-lived")]
        pub enum Event {
            $($(#[$doc])* $name($body),)*
        }

        impl Event {
            /// The stable type name with its version.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)* }
            }

            /// The body as JSON.
            ///
            /// # Errors
            /// Never for the bodies defined here; the signature is serde's.
            pub fn body(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$name(body) => serde_json::to_value(body),)* }
            }

            /// Reads a body of a given type; `None` when type or shape are unknown.
            #[must_use]
            pub fn read(kind: &str, body: &Value) -> Option<Self> {
                match kind {
                    $($kind => serde_json::from_value(body.clone()).ok().map(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

events! {
    /// A conversation began.
    ConversationOpened(ConversationOpened) = "conversation.opened@1";
    /// The next episode of a conversation began.
    EpisodeOpened(EpisodeOpened) = "conversation.episode@1";
    /// A message or note became part of a conversation.
    MessageRecorded(MessageRecorded) = "message.recorded@1";
    /// A bot said how it is doing.
    BotReported(BotReported) = "bot.reported@1";
    /// Control changed hands.
    ControlChanged(ControlChanged) = "control.changed@1";
    /// Control was offered.
    OfferMade(OfferMade) = "offer.made@1";
    /// An offer ended without or with acceptance.
    OfferEnded(OfferEnded) = "offer.ended@1";
    /// Somebody on standby asked for control.
    ControlRequested(ControlRequested) = "control.requested@1";
    /// An agent has read or rated the packet of a handoff.
    PacketMarked(PacketMarked) = "packet.marked@1";
    /// An agent has read up to the newest message.
    ConversationRead(ConversationRead) = "conversation.read@1";
    /// The agents' view of the work changed.
    StatusChanged(StatusChanged) = "status.changed@1";
    /// The priority changed.
    PriorityChanged(PriorityChanged) = "priority.changed@1";
    /// Tags were added or removed.
    TagsChanged(TagsChanged) = "tags.changed@1";
    /// The rules were evaluated.
    DecisionMade(DecisionMade) = "decision.made@1";
    /// A service level policy was chosen.
    SlaAssigned(SlaAssigned) = "sla.assigned@1";
    /// A clock started, paused, resumed, warned, was met or was missed.
    ClockChanged(ClockChanged) = "sla.clock@1";
    /// A ladder started, reached a rung or stopped.
    LadderChanged(LadderChanged) = "ladder.changed@1";
    /// People were alerted.
    Alerted(Alerted) = "alert.raised@1";
    /// A message is to be sent.
    SendQueued(SendQueued) = "send.queued@1";
    /// A step in the life of a message to be sent.
    SendChanged(SendChanged) = "send.changed@1";
    /// A message of ours that had left was reported as not delivered.
    DeliveryFailed(DeliveryFailed) = "delivery.failed@1";
    /// A contact was seen under an identity.
    ContactSeen(ContactSeen) = "contact.seen@1";
    /// What the team knows of a contact changed.
    ContactChanged(ContactChanged) = "contact.changed@1";
    /// A channel was connected, changed or removed.
    ChannelChanged(ChannelChanged) = "channel.changed@1";
    /// A version of the rules was put in force.
    RulesetActivated(RulesetActivated) = "ruleset.activated@1";
    /// A person said whether an episode needed people, or took that back.
    LabelSet(LabelSet) = "label.set@1";
    /// A rule wanted to do more than its ceiling allows and was put into shadow.
    RuleHeldBack(RuleHeldBack) = "rule.held_back@1";
    /// A person accepted or dismissed a proposal to change the rules.
    ProposalAnswered(ProposalAnswered) = "proposal.answered@1";
    /// A person's content was erased; the chain stays.
    ContentErased(ContentErased) = "content.erased@1";
}

/// Body of [`Event::ConversationOpened`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// Where it is held.
    pub channel: ChannelId,
    /// With whom.
    pub contact: ContactId,
    /// Whether it came from an import, which never notifies or sends.
    #[serde(default)]
    pub imported: bool,
}

/// Body of [`Event::EpisodeOpened`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeOpened {
    /// The number of the new episode, from 1.
    pub episode: u32,
}

/// How a message found its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// It began the conversation.
    #[default]
    New,
    /// It refers to a message in it, and its sender is known there.
    Reference,
    /// It carries our signed reply token.
    Token,
    /// It refers to a message in it, but its sender was unknown there: shown flagged.
    Flagged,
    /// The channel itself says where it belongs.
    Native,
}

/// Body of [`Event::MessageRecorded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecorded {
    /// Which message.
    pub message: MessageId,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    #[serde(default)]
    pub author_name: String,
    /// What it is for.
    pub kind: MessageKind,
    /// The message document, by hash.
    pub document: Hash,
    /// The bytes as received, when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<BlobRef>,
    /// The contact who wrote or is written to.
    pub contact: ContactId,
    /// How it found the conversation.
    #[serde(default)]
    pub join: Join,
    /// The outbox entry it was sent by, when Baton sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxId>,
    /// Whether it came from an import.
    #[serde(default)]
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Body of [`Event::BotReported`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotReported {
    /// Which bot.
    pub bot: String,
    /// The intent it understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// How sure it is, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The code of its failure, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether it gave the same answer as before.
    #[serde(default)]
    pub same_answer: bool,
}

/// Body of [`Event::ControlChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlChanged {
    /// How.
    pub verb: Verb,
    /// The state after.
    pub state: ControlState,
    /// Who was in charge.
    pub from: Controller,
    /// Who is in charge now.
    pub to: Controller,
    /// The epoch after.
    pub epoch: u64,
    /// Why.
    pub reason: Reason,
    /// The rule that decided it, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The handoff, when this is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// The packet, by hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Hash>,
    /// Until when after-work lasts, in state wrapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapping_until: Option<Timestamp>,
}

/// Body of [`Event::OfferMade`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferMade {
    /// The offer, with its reason and packet.
    pub offer: Offer,
}

/// How an offer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// Taken.
    Accepted,
    /// Declined.
    Rejected,
    /// Ran out.
    TimedOut,
    /// Withdrawn, because control went elsewhere.
    Rescinded,
}

/// Body of [`Event::OfferEnded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferEnded {
    /// Which offer.
    pub offer: OfferId,
    /// How it ended.
    pub how: OfferEnd,
    /// Why, in the words of whoever ended it.
    #[serde(default)]
    pub text: String,
}

/// Body of [`Event::ControlRequested`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRequested {
    /// Who asks.
    pub by: Controller,
    /// Why.
    pub reason: Reason,
}

/// Body of [`Event::PacketMarked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketMarked {
    /// Which handoff.
    pub handoff: HandoffId,
    /// Whether it was useful; none when it was only read.
    #[serde(default)]
    pub useful: Option<bool>,
    /// Which fields were missing.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// Body of [`Event::ConversationRead`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConversationRead {
    /// The newest message that was read.
    #[serde(default)]
    pub message: Option<MessageId>,
}

/// Body of [`Event::StatusChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChanged {
    /// The status after.
    pub to: WorkStatus,
    /// Until when, for snoozed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Body of [`Event::PriorityChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityChanged {
    /// The priority after.
    pub to: Priority,
}

/// Body of [`Event::TagsChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TagsChanged {
    /// Added.
    #[serde(default)]
    pub add: BTreeSet<String>,
    /// Removed.
    #[serde(default)]
    pub remove: BTreeSet<String>,
}

/// Body of [`Event::DecisionMade`].
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

/// Body of [`Event::SlaAssigned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaAssigned {
    /// The name of the policy.
    pub policy: String,
}

/// Body of [`Event::ClockChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChanged {
    /// Which clock.
    pub clock: ClockKind,
    /// Its state after.
    pub state: ClockState,
    /// When it is due, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it will warn, while it runs and has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// What is left of it in milliseconds of its calendar, while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_ms: Option<i64>,
}

/// Body of [`Event::LadderChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderChanged {
    /// The name of the ladder.
    pub ladder: String,
    /// The rule that started it; empty when none did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// What happened to it.
    pub step: LadderStep,
    /// Whether the same rung comes again.
    #[serde(default)]
    pub repeats: bool,
    /// When the next rung is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
}

/// Body of [`Event::Alerted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerted {
    /// Who was to be alerted, as written in the rule or ladder (`team:lead`, `role:owner`).
    pub targets: Vec<String>,
    /// The people that came to.
    pub agents: BTreeSet<String>,
    /// Why.
    pub reason: Reason,
    /// Whether it may break quiet hours.
    #[serde(default)]
    pub urgent: bool,
    /// The rung of the ladder, from 0, when it comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<u32>,
}

/// Body of [`Event::SendQueued`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendQueued {
    /// Which outbox entry.
    pub outbox: OutboxId,
    /// The message it will be in the conversation.
    pub message: MessageId,
    /// The message document, by hash.
    pub document: Hash,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent, bot or rule.
    #[serde(default)]
    pub author_name: String,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
    /// The control epoch it was written under.
    pub epoch: u64,
}

/// The steps in the life of a message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum SendStep {
    /// An attempt has begun; until `deadline` the last byte may be written.
    Committing {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The last instant at which the attempt may commit.
        deadline: Timestamp,
    },
    /// The server took it.
    Sent {
        /// The recipients that were refused all the same.
        #[serde(default)]
        refused: Vec<String>,
    },
    /// The server took it for some recipients, and put others off: these are tried at `at`.
    PartlySent {
        /// The recipients that were refused for good.
        #[serde(default)]
        refused: Vec<String>,
        /// The recipients that are left.
        left: Vec<String>,
        /// When they are tried next.
        at: Timestamp,
    },
    /// It was not taken; the next attempt is at `at`.
    Retry {
        /// When.
        at: Timestamp,
        /// What the server said.
        text: String,
    },
    /// It was refused for good, or given up.
    Failed {
        /// What the server said.
        text: String,
    },
    /// The answer was lost after the last byte: nobody knows, a person must judge.
    InDoubt {
        /// What is known.
        text: String,
        /// When people are reminded to judge it; none once they have been.
        #[serde(default)]
        judge_by: Option<Timestamp>,
    },
    /// A person judged a message in doubt.
    Judged {
        /// Whether it counts as sent.
        sent: bool,
    },
    /// It was taken back before it was sent.
    Cancelled,
    /// It was dropped before it was sent, because control changed hands: a machine wrote it.
    Superseded,
}

/// Body of [`Event::SendChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendChanged {
    /// Which outbox entry.
    pub outbox: OutboxId,
    /// The step.
    pub step: SendStep,
}

/// Body of [`Event::DeliveryFailed`]. What the mail system said is in the report, not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// The message that did not arrive.
    pub message: MessageId,
    /// The message that reports it.
    pub report: MessageId,
}

/// Body of [`Event::ContactSeen`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// Which contact.
    pub contact: ContactId,
    /// The channel kind of the identity, such as `email`.
    pub identity_kind: String,
    /// The identity, by hash of its normal form; the words are content.
    pub identity: Hash,
}

/// Body of [`Event::ContactChanged`]. What is known now is content, and stands with the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChanged {
    /// Which contact.
    pub contact: ContactId,
    /// What changed, by name: `name`, `tier`, `attr.plan_seats`, …
    pub fields: BTreeSet<String>,
}

/// Body of [`Event::ChannelChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelChanged {
    /// Which channel.
    pub channel: ChannelId,
    /// Its kind, such as `email`.
    pub kind: String,
    /// `added`, `changed` or `removed`.
    pub what: String,
}

/// Body of [`Event::RulesetActivated`].
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
}

/// A rule began or ceased to act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleStatusChanged {
    /// The rule.
    pub rule: String,
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

/// Body of [`Event::RuleHeldBack`].
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

/// Body of [`Event::LabelSet`]. Who said it is the author of the event; the last word of each person
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

/// Body of [`Event::ProposalAnswered`].
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

/// Body of [`Event::ContentErased`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentErased {
    /// The contact whose words they were, when it was about one.
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// The conversations touched.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// What was erased, by hash.
    pub contents: Vec<Hash>,
}
