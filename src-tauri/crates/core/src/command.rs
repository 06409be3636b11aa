//! What can be asked of a conversation. The engine turns every wish of a person, channel, bot,
//! timer or teammate into one of these; there is no other way to change anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::control::{OfferMode, Reason, Target};
use crate::elsewhere::Elsewhere;
use crate::event::body::{BotReported, Join};
use crate::event::{Actor, BlobRef};
use crate::hash::Hash;
use crate::ids::{
    ChannelId, CommandId, ContactId, ConversationId, DecisionId, HandoffId, MessageId, OfferId,
    OutboxId,
};
use crate::label::{Label, Sampled};
use crate::message::{Author, Direction, MessageDocument};
use crate::packet::{Packet, Promise};
use crate::review::RejectCode;
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

/// A command with who gives it and what they had seen.
#[derive(Debug, Clone)]
pub struct Order {
    /// Identifies it; everything minted while deciding derives from it.
    pub id: CommandId,
    /// The conversation it is about.
    pub conversation: ConversationId,
    /// Who gives it.
    pub actor: Actor,
    /// The control epoch the author had seen; a bot's writes must carry it.
    pub seen_epoch: Option<u64>,
    /// What is asked.
    pub command: Command,
}

/// A message that is to become part of a conversation.
#[derive(Debug, Clone)]
pub struct MessageInput {
    /// Its identifier.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot; empty for customers.
    pub author_name: String,
    /// What it says.
    pub document: Arc<MessageDocument>,
    /// The document, by hash.
    pub document_hash: Hash,
    /// The bytes as received.
    pub raw: Option<BlobRef>,
    /// The channel it came by.
    pub channel: ChannelId,
    /// The contact who wrote it or is written to.
    pub contact: ContactId,
    /// How it found the conversation.
    pub join: Join,
    /// When the channel's server received it; clocks start here.
    pub received_at: Timestamp,
    /// The outbox entry it was sent by, when Baton sent it and sees it again.
    pub outbox: Option<OutboxId>,
    /// The message of ours that it reports on, when it is a report.
    pub about: Option<ReportedOn>,
    /// Whether it is history: recorded and decided, but nothing notifies or sends.
    pub imported: bool,
    /// The file it was imported from; empty otherwise.
    pub source: String,
}

/// A message of ours that a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedOn {
    /// Which.
    pub message: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent or bot.
    pub author_name: String,
}

/// A message that is to be sent.
#[derive(Debug, Clone)]
pub struct ReplyInput {
    /// The outbox entry.
    pub outbox: OutboxId,
    /// The message it will be.
    pub message: MessageId,
    /// The contact it is written to.
    pub contact: ContactId,
    /// What it says, with its recipients.
    pub document: Arc<MessageDocument>,
    /// The document, by hash.
    pub document_hash: Hash,
    /// How long it can be taken back, in milliseconds.
    pub undo_ms: i64,
    /// Whether the conversation is solved with it.
    pub resolve: bool,
    /// What a bot says of itself with its words: it counts after them, and only while the bot still
    /// has control then.
    pub report: Option<Box<BotReported>>,
}

/// That a draft may be sent.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Which draft.
    pub draft: MessageId,
    /// What is sent in its place, when the reviewer changed the words.
    pub edited: Option<EditedDraft>,
    /// How long it can be taken back, in milliseconds.
    pub undo_ms: i64,
}

/// A draft in the words of its reviewer.
#[derive(Debug, Clone)]
pub struct EditedDraft {
    /// The outbox entry.
    pub outbox: OutboxId,
    /// What it says, by hash.
    pub document_hash: Hash,
}

/// Where a conversation is to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveInput {
    /// The place.
    pub to: Elsewhere,
}

/// What a person says of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LabelInput {
    /// Which episode; none for the current one.
    pub episode: Option<u32>,
    /// What they say; none to take back what they said.
    pub label: Option<Label>,
    /// The decision that it is about; none for the one that brought people in.
    pub decision: Option<DecisionId>,
    /// How it was drawn, when nobody chose it.
    pub sampled: Option<Sampled>,
}

/// What is asked of a conversation.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "commands are short-lived")]
pub enum Command {
    /// Record a message: inbound, seen in the Sent folder, of a bot, or imported.
    Record(MessageInput),
    /// Take a bot's word on how it is doing.
    BotReport(BotReported),
    /// Send a reply. From an agent it is a take; from a bot it needs control and the epoch.
    Reply(ReplyInput),
    /// Add a note that only the team sees.
    Note(MessageInput),
    /// Say something to the bot in control that the customer does not hear.
    Whisper(MessageInput),
    /// Take control.
    Take(Reason),
    /// Hand control over at once.
    Pass {
        /// To whom, or what it becomes.
        to: Target,
        /// Why.
        reason: Reason,
        /// What the giver knows; the rest is filled in from the state.
        packet: Option<Box<Packet>>,
    },
    /// Offer control, with an expiry in milliseconds.
    Offer {
        /// To whom, or what it becomes.
        to: Target,
        /// How long it stands, in milliseconds.
        timeout_ms: i64,
        /// Whether the old controller may still speak.
        mode: OfferMode,
        /// Why.
        reason: Reason,
        /// What the giver knows; the rest is filled in from the state.
        packet: Option<Box<Packet>>,
    },
    /// Take an offer.
    Accept {
        /// Which offer.
        offer: OfferId,
    },
    /// Decline an offer.
    Reject {
        /// Which offer.
        offer: OfferId,
        /// In their words.
        text: String,
    },
    /// Ask for control from standby.
    Request(Reason),
    /// Let go of control.
    Release(Reason),
    /// Give control back to a bot.
    ReturnToBot {
        /// Which bot.
        bot: String,
        /// What happened while people had it.
        summary: String,
        /// What the bot may go on with; empty for everything.
        allowed_topics: Vec<String>,
        /// What was promised to the customer meanwhile.
        promises: Vec<Promise>,
    },
    /// Go on by another channel.
    Move(MoveInput),
    /// Say that the bot failed.
    Fail {
        /// A stable code.
        code: String,
        /// In their words.
        text: String,
    },
    /// End the episode.
    Resolve {
        /// Why.
        reason: Reason,
    },
    /// Open a solved conversation again.
    Reopen,
    /// Set the work status; `until` only with snoozed.
    SetStatus {
        /// To whom, or what it becomes.
        to: WorkStatus,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// Set the priority.
    SetPriority(Priority),
    /// Add and remove tags.
    Tag {
        /// To add.
        add: BTreeSet<String>,
        /// To remove.
        remove: BTreeSet<String>,
    },
    /// Say that an agent has read up to the newest message.
    MarkRead,
    /// Mark the packet of a handoff as read, useful or lacking.
    MarkPacket {
        /// Which handoff.
        handoff: HandoffId,
        /// Whether it was useful; none when it was only read.
        useful: Option<bool>,
        /// Which fields were missing.
        missing: Vec<String>,
    },
    /// Send a draft that waits for a person, as it is or with other words.
    ApproveDraft(Approval),
    /// Do not send a draft that waits for a person.
    RejectDraft {
        /// Which draft.
        draft: MessageId,
        /// Why.
        code: RejectCode,
        /// In their words.
        text: String,
        /// Whether its author is to try again; otherwise people answer.
        again: bool,
    },
    /// Have others read a draft that waits.
    MoveDraft {
        /// Which draft.
        draft: MessageId,
        /// Who is to read it.
        to: Target,
    },
    /// Say that a reply asks for what was known already.
    AskedAgain {
        /// The message that asks.
        message: MessageId,
        /// What for.
        about: Vec<String>,
    },
    /// Say whether an episode needed people.
    Label(LabelInput),
    /// Take back the last act of the same person.
    Undo {
        /// Which command.
        of: CommandId,
    },
    /// Take back a message before it is sent.
    CancelSend {
        /// Which entry.
        outbox: OutboxId,
    },
    /// An attempt to send begins.
    BeginSend {
        /// Which entry.
        outbox: OutboxId,
        /// The last instant at which it may commit.
        deadline: Timestamp,
    },
    /// An attempt to send ended.
    EndSend {
        /// Which entry.
        outbox: OutboxId,
        /// How.
        end: SendEnd,
    },
    /// Try a failed message again.
    RetrySend {
        /// Which entry.
        outbox: OutboxId,
    },
    /// Judge a message in doubt.
    JudgeSend {
        /// Which entry.
        outbox: OutboxId,
        /// Whether it counts as sent.
        sent: bool,
    },
    /// Do what is due by now: offers, snoozes, clocks, ladders, rules, undo windows.
    Tick,
}

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendEnd {
    /// The server took it; some recipients may have been refused.
    Sent {
        /// The recipients that were refused for good all the same.
        refused: Vec<String>,
        /// The recipients that were refused for now: they are tried again.
        put_off: Vec<String>,
    },
    /// Nothing was sent; it may be tried again.
    NotSent {
        /// In their words.
        text: String,
    },
    /// It was refused for good.
    Rejected {
        /// In their words.
        text: String,
    },
    /// The answer was lost after the last byte.
    InDoubt {
        /// In their words.
        text: String,
    },
}
