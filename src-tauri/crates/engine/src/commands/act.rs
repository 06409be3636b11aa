//! Acts on a conversation: every verb of control and work, as orders of the agent at this desk.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::control as cl;
use baton_api::conversations::{Acted, ConversationOnly};
use baton_api::session::Done;
use baton_core::command::Command;
use baton_core::control::{OfferMode, Reason, ReasonCode, Target};
use baton_core::event::Actor;
use baton_core::ids::{AgentName, BotName, ConversationId, QueueName};
use baton_core::packet::{Packet, Promise, Summary, can_be_asked_for};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::{SECOND, Timestamp};
use serde::de::DeserializeOwned;

use crate::engine::{Engine, parse};

fn reason(text: String) -> Reason {
    Reason {
        code: ReasonCode::Unspecified,
        text,
        words: None,
    }
}

/// Reads one of a fixed set of words.
fn known<T: DeserializeOwned>(word: &str, what: &str) -> Result<T, ApiError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| ApiError::bad_request(format!("`{word}` is no {what}.")))
}

/// Reads a target such as `agent:anna`, `queue:support`, `role:lead` or `any`.
pub(super) fn target(text: &str) -> Result<Target, ApiError> {
    match text.split_once(':') {
        Some(("agent", name)) => Ok(Target::Agent(AgentName::new(name))),
        Some(("queue" | "team", name)) => Ok(Target::Queue(QueueName::new(name))),
        Some(("bot", name)) => Ok(Target::Bot(BotName::new(name))),
        Some(("role", name)) => Ok(Target::Role(name.to_owned())),
        None if text == "any" => Ok(Target::AnyAvailable),
        _ => Err(ApiError::bad_request(format!(
            "`{text}` names nobody; write agent:NAME, queue:NAME, bot:NAME, role:NAME or any."
        ))),
    }
}

/// The longest tag, in characters.
const LONGEST_TAG: usize = 64;

/// Tags as they are kept: in small letters, without blanks around them.
fn tags(typed: Vec<String>) -> Result<BTreeSet<String>, ApiError> {
    let read = |tag: String| {
        let tag = tag.trim().to_lowercase();
        let turns = |sign| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let plain = !tag.chars().any(|sign| sign.is_control() || turns(sign));
        if !tag.is_empty() && plain && tag.chars().count() <= LONGEST_TAG {
            return Ok(tag);
        }
        Err(ApiError::new(
            "bad_tag",
            format!("A tag has 1 to {LONGEST_TAG} characters that can be seen."),
            "Shorten it, or type it anew instead of pasting it.",
        ))
    };
    typed.into_iter().map(read).collect()
}

impl Engine {
    /// Gives an order of the agent at this desk, who has seen control at an epoch.
    pub(super) async fn act(
        &self,
        conversation: ConversationId,
        command: Command,
        seen_epoch: Option<u64>,
    ) -> Result<Acted, ApiError> {
        let me = self.roster().me.as_str().to_owned();
        let outcome = self
            .inner
            .desk
            .turn(move |turn| {
                let mut order = turn.new_order(conversation, Actor::agent(me), command);
                order.seen_epoch = seen_epoch;
                let outcome = turn.order(&order)?;
                let undo = outcome
                    .state
                    .undo
                    .filter(|point| point.of == order.id)
                    .map(|point| point.of.to_string());
                Ok(undo)
            })
            .await?;
        Ok(Acted {
            conversation: conversation.to_string(),
            undo: outcome,
        })
    }

    async fn act_on(&self, conversation: &str, command: Command) -> Result<Acted, ApiError> {
        self.act_seeing(conversation, command, None).await
    }

    async fn act_seeing(
        &self,
        conversation: &str,
        command: Command,
        seen_epoch: Option<u64>,
    ) -> Result<Acted, ApiError> {
        let conversation = parse(conversation, "conversation")?;
        self.act(conversation, command, seen_epoch).await
    }

    pub(super) async fn take(&self, asked: cl::Take) -> Result<Acted, ApiError> {
        let take = Command::Take(Reason::default());
        self.act_seeing(&asked.conversation, take, asked.seen_epoch)
            .await
    }

    pub(super) async fn pass(&self, asked: cl::Pass) -> Result<Acted, ApiError> {
        let to = target(&asked.to)?;
        self.is_a_queue(&to)?;
        let why = reason(asked.reason);
        let packet = (!asked.note.is_empty()).then(|| {
            Box::new(Packet {
                summary: Summary {
                    text: asked.note.clone(),
                    author: "agent".to_owned(),
                    ..Summary::default()
                },
                ..Packet::default()
            })
        });
        let command = match asked.offer_seconds {
            None => Command::Pass {
                to,
                reason: why,
                packet,
            },
            Some(seconds) => Command::Offer {
                to,
                timeout_ms: i64::from(seconds.clamp(10, 86_400)).saturating_mul(SECOND),
                mode: OfferMode::Warm,
                reason: why,
                packet,
            },
        };
        self.act_seeing(&asked.conversation, command, asked.seen_epoch)
            .await
    }

    pub(super) async fn offer_accept(&self, asked: cl::OfferAnswer) -> Result<Acted, ApiError> {
        let offer = parse(&asked.offer, "offer")?;
        self.act_on(&asked.conversation, Command::Accept { offer })
            .await
    }

    pub(super) async fn offer_reject(&self, asked: cl::OfferAnswer) -> Result<Acted, ApiError> {
        let offer = parse(&asked.offer, "offer")?;
        let text = asked.reason;
        self.act_on(&asked.conversation, Command::Reject { offer, text })
            .await
    }

    pub(super) async fn request(&self, asked: cl::Release) -> Result<Acted, ApiError> {
        self.act_on(&asked.conversation, Command::Request(reason(asked.reason)))
            .await
    }

    pub(super) async fn release(&self, asked: cl::Release) -> Result<Acted, ApiError> {
        let release = Command::Release(reason(asked.reason));
        self.act_seeing(&asked.conversation, release, asked.seen_epoch)
            .await
    }

    pub(super) async fn return_to_bot(&self, asked: cl::ReturnToBot) -> Result<Acted, ApiError> {
        let command = Command::ReturnToBot {
            bot: asked.bot,
            summary: asked.summary,
            allowed_topics: asked.allowed_topics,
            promises: asked
                .promises
                .into_iter()
                .filter(|promise| !promise.text.trim().is_empty())
                .map(|promise| Promise {
                    text: promise.text.trim().to_owned(),
                    due_at: promise.due_at.map(Timestamp),
                    by: String::new(),
                })
                .collect(),
        };
        self.act_seeing(&asked.conversation, command, asked.seen_epoch)
            .await
    }

    pub(super) async fn resolve(&self, asked: cl::Release) -> Result<Acted, ApiError> {
        let command = Command::Resolve {
            reason: Reason {
                code: ReasonCode::Resolved,
                text: asked.reason,
                words: None,
            },
        };
        self.act_seeing(&asked.conversation, command, asked.seen_epoch)
            .await
    }

    pub(super) async fn reopen(&self, asked: ConversationOnly) -> Result<Acted, ApiError> {
        self.act_on(&asked.conversation, Command::Reopen).await
    }

    pub(super) async fn snooze(&self, asked: cl::Snooze) -> Result<Acted, ApiError> {
        let command = Command::SetStatus {
            to: WorkStatus::Snoozed,
            until: Some(Timestamp(asked.until)),
        };
        self.act_on(&asked.conversation, command).await
    }

    pub(super) async fn status_set(&self, asked: cl::StatusSet) -> Result<Acted, ApiError> {
        let to: WorkStatus = known(&asked.status, "work status")?;
        self.act_on(&asked.conversation, Command::SetStatus { to, until: None })
            .await
    }

    pub(super) async fn priority_set(&self, asked: cl::PrioritySet) -> Result<Acted, ApiError> {
        let to: Priority = known(&asked.priority, "priority")?;
        self.act_on(&asked.conversation, Command::SetPriority(to))
            .await
    }

    /// Whoever passes a conversation to a queue that nobody looks into loses it.
    fn is_a_queue(&self, to: &Target) -> Result<(), ApiError> {
        let Target::Queue(name) = to else {
            return Ok(());
        };
        let queues = self.roster().queues();
        if queues.contains(name.as_str()) {
            return Ok(());
        }
        let known: Vec<String> = queues.into_iter().collect();
        Err(ApiError::new(
            "no_such_queue",
            format!("There is no queue `{}`.", name.as_str()),
            format!("Name one of these: {}.", known.join(", ")),
        ))
    }

    pub(super) async fn tags_set(&self, asked: cl::TagsSet) -> Result<Acted, ApiError> {
        let command = Command::Tag {
            add: tags(asked.add)?,
            // What is there may be taken away, whatever it is.
            remove: asked.remove.iter().map(|tag| tag.to_lowercase()).collect(),
        };
        self.act_on(&asked.conversation, command).await
    }

    pub(super) async fn mark_read(&self, asked: ConversationOnly) -> Result<Done, ApiError> {
        self.act_on(&asked.conversation, Command::MarkRead).await?;
        Ok(Done {})
    }

    pub(super) async fn packet_mark(&self, asked: cl::PacketMark) -> Result<Done, ApiError> {
        // Free words would stand in the log for ever.
        if let Some(other) = asked.missing.iter().find(|field| !can_be_asked_for(field)) {
            return Err(ApiError::bad_request(format!(
                "A packet has no field `{other}`."
            )));
        }
        let command = Command::MarkPacket {
            handoff: parse(&asked.handoff, "handoff")?,
            useful: asked.useful,
            missing: asked.missing,
        };
        self.act_on(&asked.conversation, command).await?;
        Ok(Done {})
    }

    pub(super) async fn undo(&self, asked: cl::Undo) -> Result<Acted, ApiError> {
        let of = parse(&asked.of, "command")?;
        self.act_on(&asked.conversation, Command::Undo { of }).await
    }
}
