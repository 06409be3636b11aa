//! The built-in facts: name, type, unit and one line each. Snapshots store facts by their number
//! here, so the list only ever grows at its end.

use crate::rules::problem::did_you_mean;

/// A built-in fact, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(pub u16);

/// What a fact can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactType {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a point.
    Decimal,
    /// A length of time, which may be running.
    Duration,
    /// An instant.
    Time,
    /// Any text.
    Text,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A set of texts.
    Texts,
}

impl FactType {
    /// The type in words with an article, for messages.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Decimal => "a number",
            Self::Duration => "a duration",
            Self::Time => "an instant",
            Self::Text => "a text",
            Self::Choice(_) => "one of a few words",
            Self::Texts => "a set of texts",
        }
    }
}

/// What is known about a fact.
#[derive(Debug, Clone, Copy)]
pub struct FactDef {
    /// The name in conditions.
    pub name: &'static str,
    /// The type.
    pub kind: FactType,
    /// The unit or range, as shown; empty when there is none.
    pub unit: &'static str,
    /// Whether it is the customer's content, which a snapshot holds by hash only.
    pub content: bool,
    /// One line for the editor.
    pub about: &'static str,
}

/// The channel kinds that `conv.channel` can be.
pub const CHANNELS: &[&str] = &[
    "email",
    "chat",
    "matrix",
    "telegram",
    "whatsapp",
    "messenger",
    "sms",
    "voice",
    "api",
    "demo",
];
const CONTROL: &[&str] = &["bot", "queue", "agent", "nobody", "closed"];
const STATUS: &[&str] = &[
    "new",
    "open",
    "waiting_customer",
    "on_hold",
    "snoozed",
    "solved",
];
const PRIORITY: &[&str] = &["low", "normal", "high", "urgent"];
const ACTORS: &[&str] = &["customer", "bot", "agent", "rule", "system"];
const KINDS: &[&str] = &[
    "message",
    "auto_reply",
    "bounce",
    "feedback",
    "list",
    "system",
];
const AUTHORS: &[&str] = &["customer", "bot", "agent", "system"];
const DRAFTERS: &[&str] = &["bot", "ai", "agent", "junior"];
const CLOCK: &[&str] = &["none", "running", "warned", "paused", "met", "missed"];

macro_rules! facts {
    ($($(#[$content:ident])? $id:ident $name:literal $kind:expr, $unit:literal, $about:literal;)*) => {
        /// Every built-in fact, in the order of its number.
        pub const BUILTIN: &[FactDef] = &[$(FactDef {
            name: $name,
            kind: $kind,
            unit: $unit,
            content: facts!(@content $($content)?),
            about: $about,
        },)*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the constants")]
        enum Number { $($id,)* }
        impl Fact {
            $(#[doc = concat!("`", $name, "`: ", $about)] pub const $id: Self = Self(Number::$id as u16);)*
        }
    };
    (@content) => { false };
    (@content content) => { true };
}

use FactType::{Bool, Choice, Decimal, Duration, Int, Text, Texts, Time};

facts! {
    CONV_CONTROL "conv.control" Choice(CONTROL), "", "Who may speak to the customer now.";
    CONV_QUEUE "conv.queue" Text, "", "The queue or team the conversation waits in.";
    CONV_CHANNEL "conv.channel" Choice(CHANNELS), "", "The kind of channel the customer writes on.";
    CONV_STATUS "conv.status" Choice(STATUS), "", "The agents' view of the work.";
    CONV_TAGS "conv.tags" Texts, "", "The tags on the conversation.";
    CONV_PRIORITY "conv.priority" Choice(PRIORITY), "", "How urgent the conversation is.";
    CONV_WAITING "conv.waiting" Duration, "", "How long the customer has been waiting for a person's or the bot's answer; 0 when nobody waits.";
    CONV_SILENT "conv.silent" Duration, "", "How long nobody has written anything.";
    CONV_AGE "conv.age" Duration, "", "How long ago this episode began.";
    CONV_IN_CONTROL "conv.in_control" Duration, "", "How long the present controller has had it.";
    CONV_EPISODE "conv.episode" Int, "episodes", "The number of this episode; 1 until it is reopened.";
    CONV_CONTROL_EPOCH "conv.control_epoch" Int, "changes", "How often the controller has changed.";
    CONV_TURNS "conv.turns" Int, "messages", "Messages of the customer in this episode.";
    CONV_MESSAGE_COUNT "conv.message_count" Int, "messages", "Messages of everybody in this conversation.";
    CONV_RESOLVED_BY_AGENT "conv.resolved_by_agent" Bool, "", "Whether a person has solved it.";
    CONV_SNOOZED "conv.snoozed" Bool, "", "Whether it is put aside until later.";
    CONV_LANGUAGE "conv.language" Text, "ISO 639-1", "The language of the conversation.";
    #[content] CONV_SUBJECT "conv.subject" Text, "", "The subject line.";
    CONV_CHANGED_BY "conv.changed_by" Choice(ACTORS), "", "Who made the last change of control.";
    CONV_ESCALATED "conv.escalated" Bool, "", "Whether people have been alerted and nobody has accepted yet.";
    CONV_ANSWERED "conv.answered" Bool, "", "Whether a person has answered in this episode.";
    CONV_SLA "conv.sla" Text, "", "The service level policy in force.";
    CONV_LADDER "conv.ladder" Text, "", "The ladder that is running; empty when none is.";
    MSG_AUTHOR "msg.author" Choice(AUTHORS), "", "Who wrote the message.";
    MSG_KIND "msg.kind" Choice(KINDS), "", "What the message is: written by somebody, or made by a machine.";
    #[content] MSG_TEXT "msg.text" Text, "", "What the message says, without quotes and signature.";
    MSG_LENGTH "msg.length" Int, "characters", "How long the message is.";
    MSG_SENTIMENT "msg.sentiment" Decimal, "-1 to 1", "How the customer sounds, from angry to delighted.";
    MSG_HAS_ATTACHMENT "msg.has_attachment" Bool, "", "Whether something is attached.";
    MSG_LANGUAGE "msg.language" Text, "ISO 639-1", "The language of the message.";
    MSG_FIRST "msg.first" Bool, "", "Whether it is the first message of the episode.";
    MSG_SENDER_WARNINGS "msg.sender_warnings" Int, "warnings", "Doubts about who really sent it.";
    BOT_INTENT "bot.intent" Text, "", "What the bot believes the customer wants.";
    BOT_CONFIDENCE "bot.confidence" Decimal, "0 to 1", "How sure the bot is of the intent.";
    BOT_FAILURES "bot.failures" Int, "in a row", "How often the bot has failed to help, in a row.";
    BOT_SAME_ANSWER_TWICE "bot.same_answer_twice" Bool, "", "Whether the bot has just repeated itself.";
    BOT_TURNS "bot.turns" Int, "messages", "Messages of the bot in this episode.";
    CHANNEL_HAS_BOT "channel.has_bot" Bool, "", "Whether a bot is connected to this channel.";
    CHANNEL_NAME "channel.name" Text, "", "The name the team gave to the channel.";
    CUSTOMER_TIER "customer.tier" Text, "", "The customer's plan or class.";
    CUSTOMER_VALUE_AT_RISK "customer.value_at_risk" Decimal, "money", "What is lost if this customer leaves.";
    CUSTOMER_VERIFIED "customer.verified" Bool, "", "Whether the team's own mail server confirmed the sender of their newest message.";
    CUSTOMER_KNOWN "customer.known" Bool, "", "Whether they had written before this conversation.";
    CUSTOMER_ADDRESS_DOMAIN "customer.address_domain" Text, "", "What follows the @ of their address.";
    CUSTOMER_CONVERSATIONS "customer.conversations" Int, "conversations", "Conversations with this customer, this one included.";
    CUSTOMER_TAGS "customer.tags" Texts, "", "The tags on the customer.";
    DRAFT_AUTHOR "draft.author" Choice(DRAFTERS), "", "Who wrote the draft.";
    DRAFT_MENTIONS_MONEY "draft.mentions_money" Bool, "", "Whether the draft names an amount of money.";
    DRAFT_ID "draft.id" Text, "", "Which draft it is; samples are drawn by it.";
    DRAFT_LENGTH "draft.length" Int, "characters", "How long the draft is.";
    AGENT_AVAILABLE "agent.available" Bool, "", "Whether the person in control can be reached.";
    AGENT_LOAD "agent.load" Int, "conversations", "How many conversations the person in control has.";
    AGENT_IDLE "agent.idle" Duration, "", "How long the person in control has done nothing here.";
    TEAM_AVAILABLE "team.available" Int, "people", "How many people can be reached now.";
    SLA_FIRST_REPLY "sla.first_reply" Choice(CLOCK), "", "The clock until the first reply of a person.";
    SLA_NEXT_REPLY "sla.next_reply" Choice(CLOCK), "", "The clock until the next reply of a person.";
    SLA_RESOLVE "sla.resolve" Choice(CLOCK), "", "The clock until the episode is closed.";
    SLA_DUE "sla.due" Time, "", "The nearest deadline that is running.";
    CONV_IMPORTED "conv.imported" Bool, "", "Whether it is history that was imported.";
    DRAFT_UNSUPPORTED "draft.unsupported" Int, "sentences", "How many sentences of the draft nothing that the team knows supports; known only of a model's words that were given passages.";
}

/// Facts that are known at every decision point, whatever happened.
const ALWAYS: &[Fact] = &[
    Fact::CONV_CONTROL,
    Fact::CONV_QUEUE,
    Fact::CONV_CHANNEL,
    Fact::CONV_STATUS,
    Fact::CONV_TAGS,
    Fact::CONV_PRIORITY,
    Fact::CONV_WAITING,
    Fact::CONV_SILENT,
    Fact::CONV_AGE,
    Fact::CONV_IN_CONTROL,
    Fact::CONV_EPISODE,
    Fact::CONV_CONTROL_EPOCH,
    Fact::CONV_TURNS,
    Fact::CONV_MESSAGE_COUNT,
    Fact::CONV_RESOLVED_BY_AGENT,
    Fact::CONV_SNOOZED,
    Fact::CONV_ESCALATED,
    Fact::CONV_ANSWERED,
    Fact::CONV_SLA,
    Fact::CONV_LADDER,
    Fact::CONV_IMPORTED,
    Fact::SLA_FIRST_REPLY,
    Fact::SLA_NEXT_REPLY,
    Fact::SLA_RESOLVE,
    Fact::BOT_FAILURES,
    Fact::BOT_SAME_ANSWER_TWICE,
    Fact::BOT_TURNS,
    Fact::CHANNEL_HAS_BOT,
    Fact::CHANNEL_NAME,
    Fact::CUSTOMER_VERIFIED,
    Fact::CUSTOMER_KNOWN,
    Fact::CUSTOMER_CONVERSATIONS,
    Fact::CUSTOMER_TAGS,
    Fact::TEAM_AVAILABLE,
];

impl Fact {
    /// Whether it is known at every decision point, whatever happened.
    #[must_use]
    pub fn is_always_known(self) -> bool {
        ALWAYS.contains(&self)
    }

    /// The least and the largest number it can be, where there are such.
    #[must_use]
    pub fn range(self) -> (Option<f64>, Option<f64>) {
        match (self, self.def().kind) {
            (Self::MSG_SENTIMENT, _) => (Some(-1.0), Some(1.0)),
            (Self::BOT_CONFIDENCE, _) => (Some(0.0), Some(1.0)),
            // Every whole number is a count, and no time lasts less than nothing.
            (_, Int | Duration) => (Some(0.0), None),
            _ => (None, None),
        }
    }

    /// The built-in fact of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let index = BUILTIN.iter().position(|def| def.name == name)?;
        u16::try_from(index).ok().map(Self)
    }

    /// What is known about it.
    #[must_use]
    pub fn def(self) -> &'static FactDef {
        BUILTIN.get(usize::from(self.0)).unwrap_or(&UNKNOWN_FACT)
    }

    /// Its name in conditions.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.def().name
    }
}

/// Stands for a number from a newer version, which nothing here refers to.
const UNKNOWN_FACT: FactDef = FactDef {
    name: "unknown",
    kind: Bool,
    unit: "",
    content: false,
    about: "",
};

/// Lengths of time of a conversation that every business calendar also measures in open time.
pub const BUSINESS: [(&str, Fact); 4] = [
    ("waiting", Fact::CONV_WAITING),
    ("silent", Fact::CONV_SILENT),
    ("age", Fact::CONV_AGE),
    ("in_control", Fact::CONV_IN_CONTROL),
];

/// The built-in fact whose name is most like a misspelled one.
#[must_use]
pub fn similar(name: &str) -> Option<&'static str> {
    did_you_mean(name, BUILTIN.iter().map(|def| def.name))
}
