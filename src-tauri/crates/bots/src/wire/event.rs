//! What a bot is told: the same events by long poll and by server-sent events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::control::{ControllerView, ConversationView};
use super::customer::MessageView;
use super::told;

told! {
    /// Something that happened in a conversation of the bot's channel.
    pub struct BotEvent {
        /// Its place in the log; ask for what comes after it.
        pub seq: i64,
        /// When, in milliseconds since 1970.
        pub at: i64,
        /// What happened.
        #[serde(flatten)]
        pub what: What,
        /// How the conversation stands now, when you read this: answer with this epoch.
        pub conversation: ConversationView,
    }

    /// Events after a place in the log, in order.
    pub struct Events {
        /// The events.
        pub events: Vec<BotEvent>,
        /// Ask for what comes after this place next time.
        pub after: i64,
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// A message became part of the conversation.
    Message {
        /// The message.
        message: MessageView,
        /// Whether it is yours to bring to the customer: nobody else does.
        deliver: bool,
    },
    /// Control changed hands.
    Control {
        /// How: `open`, `pass`, `take`, `return_to_bot`, …
        verb: String,
        /// Who had it.
        from: ControllerView,
        /// Who has it since.
        to: ControllerView,
        /// The epoch since.
        epoch: u64,
        /// Why: a code.
        reason: String,
        /// The handoff, when it is one.
        handoff: Option<String>,
        /// The packet that travelled with it, by the hash of its content.
        packet: Option<String>,
        /// The packet itself, where the event comes to you alone, by a webhook; in a page of events
        /// only its hash stands, and the door has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Value>,
    },
    /// A person of the team says something to you, and not to the customer: you have control.
    Whisper {
        /// Which message; the customer never sees it.
        message: String,
        /// Who says it.
        name: String,
        /// What they say; empty once it was erased.
        text: String,
    },
    /// Words of yours wait for a person, or that is over.
    Draft {
        /// Which: the message it is or would have been.
        draft: String,
        /// `held`: a person reads it first. `approved`: sent as written. `edited`: sent with the
        /// words in `text`. `rejected`: not sent, see `code`. `expired`: nobody read it in time.
        /// `withdrawn`: control went elsewhere.
        how: String,
        /// Why it was rejected: `wrong_facts`, `promises_too_much`, `against_policy`,
        /// `misses_the_question`, `wrong_tone` or `other`.
        code: Option<String>,
        /// The reviewer's words, or what was sent in place of yours; may be empty.
        text: String,
        /// Whether you are asked for another one: answer again.
        again: bool,
        /// The rule that held it.
        rule: String,
    },
    /// A person has read the packet of a handoff, or has said what it was worth.
    Packet {
        /// The handoff.
        handoff: String,
        /// `read`, `useful` or `lacking`.
        how: String,
        /// Fields that the person missed.
        missing: Vec<String>,
        /// The person's name.
        by: String,
    },
    /// Control was offered.
    Offered {
        /// Which offer.
        offer: String,
        /// Whether it was made to you.
        yours: bool,
        /// When it runs out, in milliseconds since 1970.
        expires_at: i64,
    },
    /// An offer ended.
    OfferEnded {
        /// Which offer.
        offer: String,
        /// `accepted`, `rejected`, `timed_out` or `rescinded`.
        how: String,
    },
    /// Somebody on standby asked for control.
    Requested {
        /// Who.
        by: ControllerView,
        /// Why: a code.
        reason: String,
    },
}
