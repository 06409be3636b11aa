//! What a pass over the rules decides: one value per slot, each with the rule that decided it.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::status::Priority;

/// The identifier of a rule, as written in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub Arc<str>);

impl RuleId {
    /// Stands for the `default` line of the file.
    pub const DEFAULT: &'static str = "default";
    /// Stands for the loop guard, which is no rule of the file.
    pub const LOOP_GUARD: &'static str = "loop-guard";

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RuleId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What makes the rules run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// An episode began.
    #[serde(rename = "conversation.opened")]
    ConversationOpened,
    /// The customer wrote.
    #[serde(rename = "customer.message")]
    CustomerMessage,
    /// The bot wrote.
    #[serde(rename = "bot.message")]
    BotMessage,
    /// The bot failed, or reported that it is in trouble.
    #[serde(rename = "bot.failure")]
    BotFailure,
    /// A person of the team wrote.
    #[serde(rename = "agent.message")]
    AgentMessage,
    /// Somebody wrote a draft that may need a review.
    #[serde(rename = "draft")]
    Draft,
    /// Time passed: an instant was reached at which a condition may change.
    #[serde(rename = "time")]
    Time,
    /// Control changed hands.
    #[serde(rename = "control.changed")]
    ControlChanged,
    /// The work status changed.
    #[serde(rename = "status.changed")]
    StatusChanged,
    /// A message could not be delivered.
    #[serde(rename = "delivery.failed")]
    DeliveryFailed,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::ConversationOpened,
        Self::CustomerMessage,
        Self::BotMessage,
        Self::BotFailure,
        Self::AgentMessage,
        Self::Draft,
        Self::Time,
        Self::ControlChanged,
        Self::StatusChanged,
        Self::DeliveryFailed,
    ];

    /// The name in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConversationOpened => "conversation.opened",
            Self::CustomerMessage => "customer.message",
            Self::BotMessage => "bot.message",
            Self::BotFailure => "bot.failure",
            Self::AgentMessage => "agent.message",
            Self::Draft => "draft",
            Self::Time => "time",
            Self::ControlChanged => "control.changed",
            Self::StatusChanged => "status.changed",
            Self::DeliveryFailed => "delivery.failed",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its number in records and tables.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// Who is to be alerted, asked or given a review.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Target {
    /// Everybody of a team.
    Team(Arc<str>),
    /// Everybody with a role.
    Role(Arc<str>),
    /// One person.
    Agent(Arc<str>),
    /// Anybody who can be reached.
    AnyAvailable,
}

impl Target {
    /// Reads `team:x`, `role:x`, `agent:x` or `any-available`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "any-available" {
            return Some(Self::AnyAvailable);
        }
        let (kind, name) = text.split_once(':')?;
        let named = !name.is_empty() && !name.contains(char::is_whitespace);
        match kind {
            "team" if named => Some(Self::Team(name.into())),
            "role" if named => Some(Self::Role(name.into())),
            "agent" if named => Some(Self::Agent(name.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team(name) => write!(f, "team:{name}"),
            Self::Role(name) => write!(f, "role:{name}"),
            Self::Agent(name) => write!(f, "agent:{name}"),
            Self::AnyAvailable => f.write_str("any-available"),
        }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no target"))
    }
}

/// Who is to have control.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ControlTarget {
    /// The bot of the channel.
    Bot,
    /// The common queue.
    Queue,
    /// The queue of a team.
    Team(Arc<str>),
    /// One person.
    Agent(Arc<str>),
    /// Nobody: the episode ends.
    Closed,
}

impl ControlTarget {
    /// Reads `bot`, `queue`, `team:x`, `agent:x` or `closed`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "bot" => Some(Self::Bot),
            "queue" => Some(Self::Queue),
            "closed" => Some(Self::Closed),
            _ => match Target::parse(text)? {
                Target::Team(name) => Some(Self::Team(name)),
                Target::Agent(name) => Some(Self::Agent(name)),
                Target::Role(_) | Target::AnyAvailable => None,
            },
        }
    }
}

impl fmt::Display for ControlTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bot => f.write_str("bot"),
            Self::Queue => f.write_str("queue"),
            Self::Team(name) => write!(f, "team:{name}"),
            Self::Agent(name) => write!(f, "agent:{name}"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

impl From<ControlTarget> for String {
    fn from(target: ControlTarget) -> Self {
        target.to_string()
    }
}

impl TryFrom<String> for ControlTarget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no controller"))
    }
}

/// Whether a person must read a draft before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Whether this draft must be read.
    pub required: bool,
    /// The share of drafts that is drawn, where a sample decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sample: Option<f64>,
}

/// A change of the priority: to at least a level, then up or down by at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PriorityChange {
    /// The level that was asked for.
    pub set: Option<Priority>,
    /// −1, 0 or 1 steps from there, or from the present priority.
    pub raise: i8,
}

impl PriorityChange {
    /// The priority after the change.
    #[must_use]
    pub fn apply(self, present: Priority) -> Priority {
        const LEVELS: [Priority; 4] = [
            Priority::Low,
            Priority::Normal,
            Priority::High,
            Priority::Urgent,
        ];
        let base = self.set.unwrap_or(present);
        let index = LEVELS.iter().position(|level| *level == base).unwrap_or(1);
        let moved = match self.raise {
            1.. => index.saturating_add(1),
            0 => index,
            _ => index.saturating_sub(1),
        };
        LEVELS.get(moved).copied().unwrap_or(Priority::Urgent)
    }
}

/// A value with the rule that decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided<T> {
    /// What was decided.
    pub value: T,
    /// The rule.
    pub by: RuleId,
}

/// What a pass decided, per slot. An empty slot stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Slots {
    /// Who is to have control.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub control: Option<Decided<ControlTarget>>,
    /// Whether a draft must be read first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub review: Option<Decided<Review>>,
    /// Who may read it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reviewers: Vec<Decided<Target>>,
    /// How urgent it becomes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub priority: Option<Decided<PriorityChange>>,
    /// The service level policy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sla: Option<Decided<Arc<str>>>,
    /// The ladder to start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ladder: Option<Decided<Arc<str>>>,
    /// Tags to add.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tags_add: Vec<Decided<Arc<str>>>,
    /// Tags to remove.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tags_remove: Vec<Decided<Arc<str>>>,
    /// Whom to alert.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notify: Vec<Decided<Target>>,
    /// The prepared text to send to the customer.
    #[serde(rename = "macro", skip_serializing_if = "Option::is_none", default)]
    pub macro_: Option<Decided<Arc<str>>>,
    /// How long to put it aside, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snooze: Option<Decided<i64>>,
    /// The kind of channel by which it is to go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<Decided<Arc<str>>>,
}

impl Slots {
    /// The rule that decided the weightiest part, where one of those was decided that one rule
    /// decides alone.
    #[must_use]
    pub fn decider(&self) -> Option<&RuleId> {
        fn by<T>(decided: &Option<Decided<T>>) -> Option<&RuleId> {
            decided.as_ref().map(|decided| &decided.by)
        }
        let spoken = |rule: &&RuleId| rule.as_str() != RuleId::DEFAULT;
        by(&self.control)
            .or_else(|| by(&self.review).filter(spoken))
            .or_else(|| by(&self.priority))
            .or_else(|| by(&self.sla))
            .or_else(|| by(&self.ladder))
            .or_else(|| by(&self.macro_))
            .or_else(|| by(&self.snooze))
            .or_else(|| by(&self.channel))
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What would have been decided had one rule been live that was only watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Would {
    /// The rule.
    pub rule: RuleId,
    /// The whole decision, as it would have been.
    pub slots: Slots,
}

/// A part of a decision that several rules may want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Who is to have control.
    Control,
    /// Whether a draft must be read first.
    Review,
    /// How urgent it becomes.
    Priority,
    /// The service level policy.
    Sla,
    /// The ladder to start.
    Ladder,
    /// Tags.
    Tag,
    /// Whom to alert.
    Notify,
    /// The prepared text.
    Macro,
    /// Putting it aside.
    Snooze,
    /// Going on by another kind of channel.
    Channel,
}

impl Slot {
    /// The key in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Review => "review",
            Self::Priority => "priority",
            Self::Sla => "sla",
            Self::Ladder => "ladder",
            Self::Tag => "tag",
            Self::Notify => "notify",
            Self::Macro => "macro",
            Self::Snooze => "snooze",
            Self::Channel => "channel",
        }
    }
}

/// Why something a rule wanted did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// A rule earlier in the file decided the slot.
    EarlierRule,
    /// Another rule asked for something stricter or more urgent.
    Stronger,
    /// Only the agent's own release gives control to a bot.
    HumanHasControl,
    /// Moving a conversation away from a person needs `take_over = true`.
    NoTakeOver,
    /// A closed conversation goes to a bot only with a new message of the customer.
    Closed,
    /// There is no bot on this channel.
    NoBot,
    /// The loop guard has taken control from the rules until a person acts.
    LoopGuard,
    /// The same cause has let this rule act before.
    SameCause,
}

/// Something a rule wanted that did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// The rule.
    pub rule: RuleId,
    /// What it wanted to decide.
    pub slot: Slot,
    /// The value it wanted, as written.
    pub value: String,
    /// Why it did not.
    pub reason: LossReason,
    /// The rule that decided instead, where one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<RuleId>,
}
