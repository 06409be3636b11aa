//! From the words of the door to the commands of the core.

use baton_core::command::Command;
use baton_core::control::{OfferMode, Reason, ReasonCode, Target};
use baton_core::event::body::BotReported;
use baton_core::ids::{AgentName, BotName, Id as _, OfferId, QueueName};
use baton_core::packet::{Packet, Summary};
use baton_core::time::{SECOND, Timestamp};
use serde_json::Value;

use crate::error::DoorError;
use crate::wire::control::{
    Accept, Failure, Offer, Pass, ReasonGiven, Reject, Release, Request, ReturnToBot, TargetGiven,
};
use crate::wire::report::Report;

/// The codes of reasons that a bot may give.
pub const REASONS: [&str; 18] = [
    "customer_request",
    "missing_knowledge",
    "unsupported_request",
    "policy_restriction",
    "tool_failure",
    "pending_clarification",
    "usage_limit",
    "low_confidence",
    "negative_sentiment",
    "repeated_failure",
    "max_turns",
    "verification_required",
    "risk_topic",
    "vip",
    "bot_error",
    "out_of_hours",
    "resolved",
    "unspecified",
];

/// An offer of a bot stands so long at most, in seconds: the customer may be waiting.
pub const LONGEST_OFFER_S: u32 = 600;

/// Words of a bot that are kept are cut after so many characters.
const WORDS: usize = 400;

/// A verb of control, with the epoch its author has seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    /// Hands control over.
    Pass(Pass),
    /// Offers control.
    Offer(Offer),
    /// Takes an offer.
    Accept(Accept),
    /// Declines an offer.
    Reject(Reject),
    /// Asks for control.
    Request(Request),
    /// Lets go of control.
    Release(Release),
    /// Gives control to another bot.
    ReturnToBot(ReturnToBot),
    /// Says that the bot cannot go on.
    Failure(Failure),
}

impl Verb {
    /// The epoch its author has seen.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        match self {
            Self::Pass(asked) => asked.epoch,
            Self::Offer(asked) => asked.epoch,
            Self::Accept(asked) => asked.epoch,
            Self::Reject(asked) => asked.epoch,
            Self::Request(asked) => asked.epoch,
            Self::Release(asked) => asked.epoch,
            Self::ReturnToBot(asked) => asked.epoch,
            Self::Failure(asked) => asked.epoch,
        }
    }

    /// The command of the core, given at `now` on a channel whose queue is `queue`.
    ///
    /// # Errors
    /// When a word of it means nothing.
    pub fn into_command(self, queue: &QueueName, now: Timestamp) -> Result<Command, DoorError> {
        Ok(match self {
            Self::Pass(asked) => Command::Pass {
                to: match asked.to {
                    Some(to) => target(to, queue)?,
                    None => Target::Queue(queue.clone()),
                },
                reason: reason(asked.reason)?,
                packet: asked.packet.map(|given| Box::new(given.into_packet(now))),
            },
            Self::Offer(asked) => Command::Offer {
                to: target(asked.to, queue)?,
                timeout_ms: standing(asked.timeout_s)?,
                mode: if asked.cold {
                    OfferMode::Cold
                } else {
                    OfferMode::Warm
                },
                reason: reason(asked.reason)?,
                packet: asked.packet.map(|given| Box::new(given.into_packet(now))),
            },
            Self::Accept(asked) => Command::Accept {
                offer: offer(&asked.offer)?,
            },
            Self::Reject(asked) => Command::Reject {
                offer: offer(&asked.offer)?,
                text: short(&asked.text),
            },
            Self::Request(asked) => Command::Request(reason(asked.reason)?),
            Self::Release(asked) => Command::Release(reason(asked.reason)?),
            // A person ends the human stretch with this verb; a bot never had one to end, so for
            // it this is handing on to a named bot.
            Self::ReturnToBot(asked) => Command::Pass {
                to: Target::Bot(BotName::new(named(&asked.bot, "bot")?)),
                reason: Reason::default(),
                packet: Some(Box::new(Packet {
                    summary: Summary {
                        author: if asked.summary.is_empty() { "" } else { "bot" }.to_owned(),
                        text: asked.summary,
                        ..Summary::default()
                    },
                    allowed_actions: asked.allowed_topics,
                    ..Packet::default()
                })),
            },
            Self::Failure(asked) => Command::Fail {
                code: short(&named(&asked.code, "code")?),
                text: short(&asked.text),
            },
        })
    }
}

/// A bot's word on how it is doing, as the core takes it.
///
/// # Errors
/// When the confidence is none.
pub fn reported(bot: &str, report: Report) -> Result<BotReported, DoorError> {
    if let Some(sure) = report.confidence
        && !(0.0..=1.0).contains(&sure)
    {
        return Err(DoorError::bad_request(
            "report.confidence must lie between 0 and 1.",
        ));
    }
    Ok(BotReported {
        bot: bot.to_owned(),
        intent: report.intent.map(|intent| short(&intent)),
        confidence: report.confidence,
        failure: report
            .failure
            .filter(|code| !code.is_empty())
            .map(|code| short(&code)),
        same_answer: report.same_answer,
    })
}

fn short(text: &str) -> String {
    text.chars().take(WORDS).collect()
}

fn named(text: &str, what: &str) -> Result<String, DoorError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DoorError::bad_request(format!("`{what}` is empty.")));
    }
    Ok(text.to_owned())
}

fn reason(given: ReasonGiven) -> Result<Reason, DoorError> {
    let code = REASONS
        .contains(&given.code.as_str())
        .then(|| serde_json::from_value::<ReasonCode>(Value::from(given.code.as_str())).ok())
        .flatten()
        .ok_or_else(|| {
            DoorError::bad_request(format!("`{}` is no code of a reason.", short(&given.code)))
        })?;
    Ok(Reason {
        code,
        text: short(&given.text),
        words: None,
    })
}

fn target(given: TargetGiven, queue: &QueueName) -> Result<Target, DoorError> {
    Ok(match given.kind.as_str() {
        "queue" if given.name.trim().is_empty() => Target::Queue(queue.clone()),
        "queue" => Target::Queue(QueueName::new(given.name.trim())),
        "agent" => Target::Agent(AgentName::new(named(&given.name, "to.name")?)),
        "bot" => Target::Bot(BotName::new(named(&given.name, "to.name")?)),
        "role" => Target::Role(named(&given.name, "to.name")?),
        "any_available" => Target::AnyAvailable,
        other => {
            return Err(DoorError::bad_request(format!(
                "`{}` is nobody to hand over to.",
                short(other)
            )));
        }
    })
}

/// How long an offer stands, in milliseconds.
fn standing(seconds: u32) -> Result<i64, DoorError> {
    if !(1..=LONGEST_OFFER_S).contains(&seconds) {
        return Err(DoorError::bad_request(format!(
            "`timeout_s` must lie between 1 and {LONGEST_OFFER_S}: a customer may be waiting."
        )));
    }
    Ok(i64::from(seconds).saturating_mul(SECOND))
}

fn offer(text: &str) -> Result<OfferId, DoorError> {
    OfferId::parse(text)
        .ok_or_else(|| DoorError::bad_request("That is no offer: its id is malformed."))
}

#[cfg(test)]
mod tests {
    use baton_core::command::Command;
    use baton_core::control::{ReasonCode, Target};
    use baton_core::ids::{BotName, QueueName};
    use baton_core::time::Timestamp;
    use serde_json::json;

    use super::{REASONS, Verb, reason, reported};
    use crate::wire::control::{Offer, Pass, ReasonGiven, ReturnToBot};
    use crate::wire::report::Report;

    fn queue() -> QueueName {
        QueueName::new("support")
    }

    #[test]
    fn every_code_that_is_named_is_one_of_the_core() {
        for code in REASONS {
            let given = ReasonGiven {
                code: code.to_owned(),
                text: String::new(),
            };
            assert!(reason(given).is_ok(), "{code}");
        }
        for code in ["human_reply", "rule", "nonsense", ""] {
            let given = ReasonGiven {
                code: code.to_owned(),
                text: String::new(),
            };
            assert!(reason(given).is_err(), "{code} is not a bot's to give");
        }
    }

    #[test]
    fn a_pass_without_a_target_goes_to_the_queue_of_the_channel() {
        let asked: Pass = serde_json::from_value(json!({
            "epoch": 1, "reason": { "code": "customer_request" },
        }))
        .unwrap();
        let command = Verb::Pass(asked).into_command(&queue(), Timestamp(1));
        let Command::Pass { to, reason, packet } = command.unwrap() else {
            panic!("a pass is a pass");
        };
        assert_eq!(to, Target::Queue(queue()));
        assert_eq!(reason.code, ReasonCode::CustomerRequest);
        assert!(packet.is_none());
    }

    #[test]
    fn a_bot_returns_to_a_bot_by_passing_with_what_it_may_go_on_with() {
        let asked: ReturnToBot = serde_json::from_value(json!({
            "epoch": 4, "bot": "front", "summary": "Paid.", "allowed_topics": ["smalltalk"],
        }))
        .unwrap();
        let command = Verb::ReturnToBot(asked).into_command(&queue(), Timestamp(1));
        let Command::Pass { to, packet, .. } = command.unwrap() else {
            panic!("it is a pass");
        };
        assert_eq!(to, Target::Bot(BotName::new("front")));
        let packet = packet.unwrap();
        assert_eq!(packet.allowed_actions, ["smalltalk"]);
        assert_eq!(packet.summary.author, "bot");
    }

    #[test]
    fn an_offer_stands_for_a_while_and_not_for_ever() {
        let offered = |seconds: u64| {
            let asked: Offer = serde_json::from_value(json!({
                "epoch": 1, "to": { "kind": "bot", "name": "back" }, "timeout_s": seconds,
                "cold": true, "reason": { "code": "missing_knowledge" },
            }))
            .unwrap();
            Verb::Offer(asked).into_command(&queue(), Timestamp(1))
        };
        for seconds in [1, 60, 600] {
            let Ok(Command::Offer { timeout_ms, .. }) = offered(seconds) else {
                panic!("{seconds} seconds are fine");
            };
            assert_eq!(timeout_ms, i64::try_from(seconds).unwrap() * 1_000);
        }
        for seconds in [0, 601, 4_000_000_000] {
            let told = offered(seconds).unwrap_err();
            assert_eq!(told.status, 400);
            assert!(
                told.message.contains("between 1 and 600"),
                "{}",
                told.message
            );
        }
    }

    #[test]
    fn what_is_misspelt_is_told() {
        let asked = serde_json::from_value::<Pass>(json!({
            "epoch": 1, "reason": { "code": "vip" }, "packets": {},
        }));
        assert!(asked.unwrap_err().to_string().contains("packets"));
        let sure = Report {
            intent: None,
            confidence: Some(1.5),
            failure: None,
            same_answer: false,
        };
        assert!(reported("b", sure).is_err());
    }
}
