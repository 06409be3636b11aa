//! What the world is asked to do because of a decision. Effects are stored in the same transaction
//! as the events and carried out afterwards, each at most once by its identifier.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::control::{Controller, Reason};
use crate::hash::Hash;
use crate::ids::{HandoffId, OutboxId};
use crate::status::Priority;
use crate::time::Timestamp;

/// One thing the world is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Effect {
    /// Send a message, not before an instant.
    Send {
        /// Which.
        outbox: OutboxId,
        /// Not before.
        not_before: Timestamp,
    },
    /// Alert people.
    Notify(Alert),
    /// Take alerts about this conversation away: somebody has it.
    Withdraw,
    /// Tell a bot that control came to it or left it.
    TellBot {
        /// Which bot.
        bot: String,
        /// Who holds control now.
        controller: Controller,
        /// The epoch.
        epoch: u64,
        /// The packet, by hash.
        packet: Option<Hash>,
        /// The handoff.
        handoff: Option<HandoffId>,
    },
    /// Hand a customer message to the bot that holds the conversation.
    AskBot {
        /// Which bot.
        bot: String,
        /// The epoch its answer must carry.
        epoch: u64,
        /// The message to answer.
        message: crate::ids::MessageId,
    },
    /// See that a bot which told the customer that a person takes over has handed over.
    HoldToWord {
        /// Which bot.
        bot: String,
        /// The epoch under which it said so.
        epoch: u64,
    },
    /// Write the reply of a macro and queue it, when control still allows it.
    Macro {
        /// Its name.
        name: String,
        /// The rule that asks for it.
        rule: String,
        /// The epoch it was decided under.
        epoch: u64,
    },
}

/// An alert to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The people.
    pub agents: BTreeSet<String>,
    /// Why.
    pub reason: Reason,
    /// The rule, when one asked for it.
    pub rule: Option<String>,
    /// The rung of the ladder, when it comes from one.
    pub rung: Option<u32>,
    /// Whether it may break quiet hours.
    pub urgent: bool,
    /// Whether to make a sound.
    pub sound: bool,
    /// The instant it is about; one raised late (after sleep) says so by lying in the past.
    #[serde(default)]
    pub raised_at: Timestamp,
    /// The nearest deadline, to say how long is left.
    pub due_at: Option<Timestamp>,
    /// The priority at the time.
    pub priority: Priority,
}
