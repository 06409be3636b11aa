//! What can happen. Each variant has a stable type name with a version; a change that an older
//! reader would misunderstand gets a new version, never a new meaning.

mod control;
mod conversation;
mod people;
mod review;
mod rules;
mod sending;
mod watch;

use serde_json::Value;

pub use control::{
    AskedAgainFor, ControlChanged, ControlRequested, OfferEnd, OfferEnded, OfferMade, PacketMarked,
};
pub use conversation::{
    BotReported, ConversationMoved, ConversationOpened, ConversationRead, EpisodeOpened, Join,
    MessageRecorded, MoveHindered, PriorityChanged, StatusChanged, TagsChanged,
};
pub use people::{
    ChannelChanged, ContactChanged, ContactSeen, ContactsMerged, ContactsSplit, ContactsToldApart,
    ContentErased,
};
pub use review::{DraftHeld, DraftMoved, DraftSettled};
pub use rules::{
    DecisionMade, GateNote, LabelSet, ProposalAnswered, RuleHeldBack, RuleStatusChanged,
    RulesetActivated,
};
pub use sending::{DeliveryFailed, SendChanged, SendQueued, SendStep};
pub use watch::{Alerted, ClockChanged, LadderChanged, SlaAssigned};

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
    /// A conversation goes on by another channel.
    ConversationMoved(ConversationMoved) = "conversation.moved@1";
    /// A rule wanted a conversation to go on elsewhere, and it could not.
    MoveHindered(MoveHindered) = "conversation.move_hindered@1";
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
    /// A reply asked for what was known already.
    AskedAgain(AskedAgainFor) = "context.rebuilt@1";
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
    /// A draft waits for a person to read it.
    DraftHeld(DraftHeld) = "draft.held@1";
    /// Others are to read a draft.
    DraftMoved(DraftMoved) = "draft.moved@1";
    /// A draft was approved, edited, rejected, or nobody has to read it any more.
    DraftSettled(DraftSettled) = "draft.settled@1";
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
    /// Contacts were found to be one person.
    ContactsMerged(ContactsMerged) = "contacts.merged@1";
    /// Contacts of one person were found to be two.
    ContactsSplit(ContactsSplit) = "contacts.split@1";
    /// Somebody said that two contacts are not one person, or took that back.
    ContactsToldApart(ContactsToldApart) = "contacts.told_apart@1";
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
