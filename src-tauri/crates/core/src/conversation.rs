//! The state of one conversation: a fold over its events and nothing else.

mod due;
mod fold;
mod marks;
mod owed;
mod reviews;
mod telling;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::elsewhere::Moved;
use crate::hash::Hash;
use crate::ids::{AgentName, ChannelId, ContactId, ConversationId, MessageId, OutboxId};
use crate::label::{Hands, Kept, Mark};
use crate::ladder::Ladder;
use crate::message::Author;
use crate::review::HeldDraft;
use crate::rules::RuleMemory;
use crate::sla::{Clock, ClockKind};
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

pub use due::ANSWER_MARGIN;
pub use telling::{Acted, Telling};

/// Everything the core knows of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Where it is held.
    pub channel: ChannelId,
    /// With whom.
    pub contact: ContactId,
    /// That it goes on elsewhere than where it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The number of the current episode, from 1.
    pub episode: u32,
    /// When the current episode began.
    pub episode_at: Timestamp,
    /// When the conversation began.
    pub opened_at: Timestamp,
    /// Whether its history was imported and nobody has acted on it since.
    pub imported: bool,
    /// Who may speak.
    pub control: Control,
    /// Where the work stands.
    pub status: WorkStatus,
    /// Until when, while snoozed.
    pub snoozed_until: Option<Timestamp>,
    /// How soon it should be looked at.
    pub priority: Priority,
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// What was said, in figures.
    pub talk: Talk,
    /// How the bot is doing.
    pub bot: BotHealth,
    /// What people have said to the bot since it has control, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whispers: Vec<Whisper>,
    /// The service level policy in force.
    pub sla: Option<String>,
    /// Its clocks.
    pub clocks: BTreeMap<ClockKind, Clock>,
    /// The running ladder.
    pub ladder: Option<Ladder>,
    /// Whether people were alerted and nobody has accepted since.
    pub escalated: bool,
    /// When each person was last alerted since somebody last accepted.
    #[serde(default)]
    pub alerted: BTreeMap<AgentName, Timestamp>,
    /// What the rules remember about it (their edges and counters).
    pub memory: RuleMemory,
    /// When a rule may next change its mind by time alone.
    pub next_flip: Option<Timestamp>,
    /// Which decisions tell about where it is.
    #[serde(default, skip_serializing_if = "Telling::is_empty")]
    pub telling: Telling,
    /// Messages that are to be sent or whose sending is not settled.
    pub outbox: BTreeMap<OutboxId, Outgoing>,
    /// Drafts that wait for a person to read them, and those approved that have not left yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drafts: BTreeMap<MessageId, HeldDraft>,
    /// Messages of ours that had left and did not reach everybody.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub undelivered: BTreeMap<MessageId, Undelivered>,
    /// Who has had the current episode so far.
    #[serde(default, skip_serializing_if = "Hands::is_empty")]
    pub hands: Hands,
    /// Episodes that a bot had from beginning to end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// What people said of its episodes: the last word of each person on each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Mark>,
    /// What an undo would restore; only the last act of a person.
    pub undo: Option<Box<UndoPoint>>,
}

/// How a message of ours did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undelivered {
    /// The newest report that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<MessageId>,
    /// The recipients that our own server refused while it took the others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refused: BTreeSet<String>,
}

/// What was said, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Talk {
    /// Messages and notes in all.
    pub messages: u32,
    /// Messages of the customer.
    pub from_customer: u32,
    /// Messages of agents.
    pub from_agents: u32,
    /// Messages of bots.
    pub from_bots: u32,
    /// Since when the customer has waited for an answer; none while it is their turn. System
    /// messages and automatic answers never set or clear it.
    pub waiting_since: Option<Timestamp>,
    /// Since when the customer had waited when the conversation was closed without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_waiting: Option<Timestamp>,
    /// The last message of anybody.
    pub last_at: Timestamp,
    /// Who wrote it.
    pub last_author: Option<Author>,
    /// The last message of the customer.
    pub last_customer_at: Option<Timestamp>,
    /// The last message of an agent.
    pub last_agent_at: Option<Timestamp>,
    /// The last message of a bot.
    pub last_bot_at: Option<Timestamp>,
    /// The last message shown, whoever wrote it.
    pub last_message: Option<MessageId>,
    /// The last message of the customer (the one an answer answers).
    pub last_customer_message: Option<MessageId>,
    /// The first message of the current episode.
    #[serde(default)]
    pub episode_first: Option<MessageId>,
    /// Messages of the current episode.
    #[serde(default)]
    pub episode_messages: u32,
    /// What was said in the current episode, as one digest; none where its beginning was not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode_digest: Option<Hash>,
    /// The first message of the customer that was not imported: before it no clock runs.
    #[serde(default)]
    pub live_since: Option<Timestamp>,
    /// Messages of the customer in the current episode.
    #[serde(default)]
    pub episode_turns: u32,
    /// The first human reply of the current episode.
    pub first_reply_at: Option<Timestamp>,
    /// Messages of the customer since the last reading by an agent.
    pub unread: u32,
    /// The last message was recognised as automatic (bounce, vacation notice, list).
    pub last_automatic: bool,
    /// How often machines have handed the customer on to a bot since the customer's last word, and
    /// since a person last moved it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub handed_on: u32,
    /// How things stood in imported history when its newest message was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryTalk>,
}

/// Whether a count is none.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
const fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Talk {
    /// Closed or solved: nobody owes the customer an answer, until it is opened again.
    pub(crate) fn waits_no_more(&mut self) {
        if let Some(since) = self.waiting_since.take() {
            self.left_waiting = Some(since);
        }
    }

    /// Since when the customer has had no answer, also in a conversation that was closed meanwhile.
    #[must_use]
    pub fn unanswered_since(&self) -> Option<Timestamp> {
        let answered_at = self.last_agent_at.max(self.last_bot_at);
        let last_word = self.last_customer_at.filter(|at| Some(*at) > answered_at);
        self.waiting_since.or(self.left_waiting).or(last_word)
    }
}

/// How things stood in imported history, of which nobody was told who was in control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HistoryTalk {
    /// Who last spoke to the customer.
    pub speaker: Option<Author>,
    /// Since when they did.
    pub speaks_since: Option<Timestamp>,
    /// Since when the customer had no answer.
    pub unanswered_since: Option<Timestamp>,
}

impl HistoryTalk {
    /// Takes in a message that somebody wrote.
    pub(crate) fn said(&mut self, author: Author, at: Timestamp) {
        match author {
            Author::Customer => {
                self.unanswered_since.get_or_insert(at);
            }
            Author::Bot | Author::Agent => {
                if self.speaker != Some(author) {
                    self.speaker = Some(author);
                    self.speaks_since = Some(at);
                }
                self.unanswered_since = None;
            }
            Author::System => {}
        }
    }
}

/// How the bot of the conversation is doing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotHealth {
    /// Failures in a row.
    pub failures: u32,
    /// Whether it gave the same answer twice.
    pub same_answer: bool,
    /// Its turns in the current stretch.
    pub turns: u32,
    /// The intent it last understood.
    pub intent: Option<String>,
    /// How sure it was, from 0 to 1.
    pub confidence: Option<f64>,
    /// The last draft of it that a person rejected so that it tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<MessageId>,
}

/// What a person has said to a bot, and not to the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whisper {
    /// Which message.
    pub message: MessageId,
    /// What it says, by hash.
    pub document: Hash,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A message that is to be sent, as the state knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Which entry.
    pub id: OutboxId,
    /// The message it is in the conversation.
    pub message: MessageId,
    /// The message document, by hash.
    pub document: Hash,
    /// Who wrote it.
    pub author: Author,
    /// The name of the agent, bot or rule.
    pub author_name: String,
    /// The control epoch it was written under.
    pub epoch: u64,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
    /// Where it stands.
    pub state: OutgoingState,
    /// Attempts so far.
    pub attempts: u32,
    /// What the server last said.
    pub last_error: String,
    /// The command that sent it, when that resolved the conversation as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<crate::ids::CommandId>,
    /// The recipients that are left, once the server took it for others; empty until then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

impl Outgoing {
    /// Whether it has reached some of its recipients already.
    #[must_use]
    pub const fn has_left(&self) -> bool {
        !self.left.is_empty()
    }

    /// Whether a proof that it left can still come: an attempt was made, and whatever has been
    /// made of that since, also by a person who judged it, it is not settled as sent.
    #[must_use]
    pub const fn may_have_left(&self) -> bool {
        match self.state {
            OutgoingState::Committing { .. } | OutgoingState::InDoubt { .. } => true,
            OutgoingState::Queued { .. } | OutgoingState::Failed => self.attempts > 0,
            OutgoingState::Sent | OutgoingState::Cancelled => false,
        }
    }
}

/// Where a message to be sent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum OutgoingState {
    /// Waiting for the undo window, or for the next attempt.
    Queued {
        /// Not before this instant.
        not_before: Timestamp,
    },
    /// An attempt is under way.
    Committing {
        /// The last instant at which it may commit.
        deadline: Timestamp,
    },
    /// The server took it.
    Sent,
    /// Refused for good, or given up.
    Failed,
    /// Nobody knows; a person must judge.
    InDoubt {
        /// When people are reminded to judge it.
        judge_by: Option<Timestamp>,
    },
    /// Taken back.
    Cancelled,
}

/// What an undo would restore: the conversation as it was before the act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoPoint {
    /// The command that would be undone.
    pub of: crate::ids::CommandId,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Control as it was; the epoch still grows.
    pub control: Control,
    /// The status as it was.
    pub status: WorkStatus,
    /// The snooze as it was.
    pub snoozed_until: Option<Timestamp>,
    /// The priority as it was.
    pub priority: Priority,
    /// The tags as they were.
    pub tags: BTreeSet<String>,
    /// The clocks as they were.
    #[serde(default)]
    pub clocks: BTreeMap<ClockKind, Clock>,
    /// The ladder as it was.
    #[serde(default)]
    pub ladder: Option<Ladder>,
    /// Since when the customer had waited.
    #[serde(default)]
    pub waiting_since: Option<Timestamp>,
    /// Who had had the episode.
    #[serde(default, skip_serializing_if = "Hands::is_empty")]
    pub hands: Hands,
    /// What people had said of the episodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Mark>,
    /// Drafts that the act took out of review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<HeldDraft>,
    /// The channel it was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// That it had gone on elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}
