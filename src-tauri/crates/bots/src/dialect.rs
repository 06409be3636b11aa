//! Foreign words for the verbs of the door. A bot that was written for another platform keeps its
//! words; here they become the calls that every bot makes, and what the door answers and tells
//! becomes what the bot expects. Nothing can be done in a dialect that cannot be done at the door.
//!
//! These platforms have no control epoch. So Baton answers for the bot: what it asks counts as said
//! in the stretch of the conversation that it was last told of. Once somebody else has had control
//! since, it is refused as at the door.

pub mod chatwoot;
mod form;
pub mod sunshine;

use baton_core::ids::{ConversationId, Id as _, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::command::Verb;
use crate::door::{Answer, Call};
use crate::error::DoorError;
use crate::route::Method;
use crate::wire::control::{
    Accept, ConversationView, Offer, Pass, ReasonGiven, Release, Request, TargetGiven,
};
use crate::wire::customer::{BotMessage, NoteGiven, Typing};
use crate::wire::event::BotEvent;
use crate::wire::packet::{GivenPacket, PacketKept};

/// The words in which a bot is spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Dialect {
    /// The door's own.
    #[default]
    Own,
    /// Those of an agent bot of Chatwoot.
    Chatwoot,
    /// Those of Switchboard, by which bots of Sunshine Conversations pass control.
    Sunshine,
}

impl Dialect {
    /// Every dialect, the door's own first.
    pub const ALL: [Self; 3] = [Self::Own, Self::Chatwoot, Self::Sunshine];

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "baton",
            Self::Chatwoot => "chatwoot",
            Self::Sunshine => "sunshine",
        }
    }

    /// The dialect of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The dialect that is spoken at an address, and the address within it.
    #[must_use]
    pub fn at(path: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|dialect| {
            let root = match dialect {
                Self::Own => return None,
                Self::Chatwoot => chatwoot::ROOT,
                Self::Sunshine => sunshine::ROOT,
            };
            path.strip_prefix(root).map(|rest| (dialect, rest))
        })
    }

    /// The methods that an address within the dialect knows.
    #[must_use]
    pub fn methods(self, path: &str) -> &'static [Method] {
        match self {
            Self::Own => &[],
            Self::Chatwoot => chatwoot::methods(path),
            Self::Sunshine => sunshine::methods(path),
        }
    }

    /// Whether a body of that type, which is not JSON, is one of the dialect.
    #[must_use]
    pub fn takes(self, kind: Option<&str>) -> bool {
        match self {
            Self::Own => false,
            Self::Chatwoot => kind.is_some_and(form::is_one),
            // A verb may have nothing to say, and then says no type either.
            Self::Sunshine => kind.is_none(),
        }
    }

    /// A body of that type as JSON.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn body(self, kind: Option<&str>, body: Vec<u8>) -> Result<Vec<u8>, DoorError> {
        match (self, kind) {
            (Self::Chatwoot, Some(kind)) if form::is_one(kind) => {
                let mut fields = form::fields(kind, &body)?;
                if let Some(private) = fields.get_mut("private") {
                    *private = Value::from(private == "true");
                }
                Ok(Value::from(fields).to_string().into_bytes())
            }
            (Self::Sunshine, None) if !body.is_empty() => Err(DoorError::bad_request(
                "The body has no type; send it as application/json.",
            )),
            _ => Ok(body),
        }
    }

    /// Reads a request at an address within the dialect.
    ///
    /// # Errors
    /// When nothing stands there, or the words do not fit.
    pub fn read(self, method: Method, path: &str, body: &[u8]) -> Result<Asked, DoorError> {
        match self {
            Self::Own => Err(DoorError::not_found("address")),
            Self::Chatwoot => chatwoot::read(method, path, body),
            Self::Sunshine => sunshine::read(method, path, body),
        }
    }

    /// The answer to what was asked, in the words of the dialect. A no is said in its words too.
    #[must_use]
    pub fn answer(self, wanted: &Wanted, standing: &Standing, done: Answer) -> Answer {
        if done.status >= 400 {
            return self.refused(done);
        }
        match self {
            Self::Own => done,
            Self::Chatwoot => chatwoot::answer::said(wanted, standing, &done),
            Self::Sunshine => sunshine::answer::said(wanted, standing, &done),
        }
    }

    /// A no of the door in the words of the dialect.
    #[must_use]
    pub fn refused(self, done: Answer) -> Answer {
        match self {
            Self::Own => done,
            Self::Chatwoot => chatwoot::answer::refused(done),
            Self::Sunshine => sunshine::answer::refused(done),
        }
    }

    /// What happened, as the bot is told of it; none when the dialect has no words for it.
    #[must_use]
    pub fn told(self, event: &BotEvent, standing: &Standing) -> Option<Value> {
        match self {
            Self::Own => serde_json::to_value(event).ok(),
            Self::Chatwoot => chatwoot::hook::told(event, standing),
            Self::Sunshine => sunshine::hook::told(event, standing),
        }
    }
}

/// How a foreign request names a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// As the door does.
    Conversation(ConversationId),
    /// By the place in the log of anything that happened in it: a number that stays.
    Place(i64),
    /// By one of its messages.
    Message(MessageId),
}

/// What a bot asks in a dialect.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Of which conversation.
    pub which: Which,
    /// What.
    pub wanted: Wanted,
}

/// What a bot may want in a dialect; each is one call of the door.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// To see how the conversation stands.
    Look,
    /// To read its newest messages.
    Messages,
    /// To say something to the customer.
    Say(String),
    /// To say something to the team.
    Note(String),
    /// To hand over; to the people of the channel when nobody is named.
    Pass {
        /// To whom.
        to: Option<TargetGiven>,
        /// Why.
        reason: ReasonGiven,
        /// What it knows.
        packet: Box<GivenPacket>,
    },
    /// To offer control; it speaks until somebody accepts.
    Offer {
        /// To whom.
        to: TargetGiven,
        /// Why.
        reason: ReasonGiven,
        /// What it knows.
        packet: Box<GivenPacket>,
    },
    /// To take what it was offered.
    Accept,
    /// To have control, or to have it back.
    Back,
    /// To be done with it.
    Release(ReasonGiven),
    /// To be seen writing, or not any more.
    Typing(bool),
    /// To keep what it knows, in place of what it said before.
    Attributes(Map<String, Value>),
    /// To keep words by which it sorts.
    Labels(Vec<String>),
}

/// How long an offer stands whose platform gives it no end, in seconds.
const OFFER_S: u32 = 300;

/// The attribute in which labels of a dialect are kept.
const LABELS: &str = "labels";

/// A conversation as a dialect needs to know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// How it stands.
    pub conversation: ConversationView,
    /// Its number: the place in the log of its first message.
    pub number: i64,
    /// The place in the log of the message that was asked for; none when none was.
    pub message: Option<i64>,
    /// The epoch of the stretch that the bot was last told of; none when it was told of none.
    pub told: Option<u64>,
    /// What the bot keeps in this stretch.
    pub attributes: Map<String, Value>,
    /// The name of the bot.
    pub bot: String,
    /// The name of the channel.
    pub channel: String,
    /// The name of the customer; may be empty.
    pub customer: String,
    /// An identifier of the customer.
    pub contact: String,
    /// When this is, in milliseconds since 1970.
    pub at: i64,
    /// The packet of what is told now, flattened; empty when none travelled.
    pub metadata: Map<String, Value>,
}

impl Standing {
    /// The epoch under which what the bot asks now counts as said.
    fn epoch(&self) -> Result<u64, DoorError> {
        let control = &self.conversation.control;
        match self.told {
            Some(told) if told == control.epoch => Ok(told),
            // It went to somebody else and came back: what comes now may be meant for before.
            _ if control.you => Err(DoorError {
                epoch: Some(control.epoch),
                ..DoorError::new(
                    409,
                    "not_in_control",
                    "Somebody else had this conversation since you were last told of it.",
                    "Wait for the webhook that says how it stands, then answer.",
                )
            }),
            told => Ok(told.unwrap_or(0)),
        }
    }

    /// The labels that the bot keeps.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        let kept = self.attributes.get(LABELS).and_then(Value::as_str);
        let words = kept.into_iter().flat_map(|kept| kept.split(", "));
        words.filter(|word| !word.is_empty()).collect()
    }

    /// What the bot keeps besides labels.
    #[must_use]
    pub fn own_attributes(&self) -> Map<String, Value> {
        let own = self.attributes.iter().filter(|(name, _)| *name != LABELS);
        own.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl Wanted {
    /// The call of the door that this is; none when how the conversation stands is the answer.
    ///
    /// # Errors
    /// When the bot does not know how the conversation stands.
    pub fn call(&self, standing: &Standing) -> Result<Option<Call>, DoorError> {
        let view = &standing.conversation;
        let which = ConversationId::parse(&view.conversation)
            .ok_or_else(|| DoorError::not_found("conversation"))?;
        let epoch = || standing.epoch();
        Ok(Some(match self {
            Self::Look => return Ok(None),
            Self::Messages => Call::Messages(which),
            Self::Say(text) => Call::Say(
                which,
                BotMessage {
                    epoch: epoch()?,
                    text: text.clone(),
                    report: None,
                    grounds: None,
                },
            ),
            Self::Note(text) => Call::Note(
                which,
                NoteGiven {
                    epoch: epoch()?,
                    text: text.clone(),
                },
            ),
            Self::Pass { to, reason, packet } => Call::Move(
                which,
                Verb::Pass(Pass {
                    epoch: epoch()?,
                    to: to.clone(),
                    reason: reason.clone(),
                    packet: something(packet),
                }),
            ),
            Self::Offer { to, reason, packet } => Call::Move(
                which,
                Verb::Offer(Offer {
                    epoch: epoch()?,
                    to: to.clone(),
                    timeout_s: OFFER_S,
                    cold: false,
                    reason: reason.clone(),
                    packet: something(packet),
                }),
            ),
            // An offer names the stretch it was made in, so nothing old can be taken with it.
            Self::Accept => {
                let offer = view.control.offer.as_ref().filter(|offer| offer.yours);
                let offer = offer.ok_or_else(|| {
                    let message = "Nothing was offered to this bot.";
                    DoorError::new(403, "not_offered_to_you", message, "")
                })?;
                Call::Move(
                    which,
                    Verb::Accept(Accept {
                        epoch: view.control.epoch,
                        offer: offer.id.clone(),
                    }),
                )
            }
            // It has what it asks for.
            Self::Back if view.control.you => return Ok(None),
            // What it has not been told of does not hinder it from asking.
            Self::Back => Call::Move(
                which,
                Verb::Request(Request {
                    epoch: view.control.epoch,
                    reason: reason("unspecified", ""),
                }),
            ),
            Self::Release(reason) => Call::Move(
                which,
                Verb::Release(Release {
                    epoch: epoch()?,
                    reason: reason.clone(),
                }),
            ),
            Self::Typing(on) => Call::Typing(
                which,
                Typing {
                    epoch: epoch()?,
                    on: *on,
                },
            ),
            Self::Attributes(given) => {
                let mut kept = given.clone();
                if let Some(labels) = standing.attributes.get(LABELS) {
                    kept.insert(LABELS.to_owned(), labels.clone());
                }
                Call::KeepPacket(which, keep(epoch()?, kept))
            }
            Self::Labels(labels) => {
                let mut kept = standing.own_attributes();
                kept.insert(LABELS.to_owned(), Value::from(labels.join(", ")));
                Call::KeepPacket(which, keep(epoch()?, kept))
            }
        }))
    }
}

/// What is known, when anything is.
fn something(packet: &GivenPacket) -> Option<GivenPacket> {
    (*packet != GivenPacket::default()).then(|| packet.clone())
}

fn keep(epoch: u64, attributes: Map<String, Value>) -> PacketKept {
    PacketKept {
        epoch,
        packet: GivenPacket {
            attributes,
            ..GivenPacket::default()
        },
    }
}

fn reason(code: &str, text: &str) -> ReasonGiven {
    ReasonGiven {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// Reads a body of a dialect. What it says besides is not for us.
fn words<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, DoorError> {
    serde_json::from_slice(body)
        .map_err(|error| DoorError::bad_request(format!("The body does not fit: {error}.")))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Map, Value, json};

    use super::{Dialect, Standing, Wanted};
    use crate::door::Call;

    /// A conversation that a bot named `front` has under epoch 3, and was told of.
    pub(crate) fn standing() -> Standing {
        serde_json::from_value(json!({
            "conversation": {
                "conversation": "cnv_00000000000000000000000001", "key": null, "episode": 1,
                "status": "open", "waiting_since": null,
                "control": {
                    "state": "bot_active", "holder": { "kind": "bot", "name": "front" },
                    "you": true, "epoch": 3, "since": 1_700_000_000_000_i64, "reason": "rule",
                    "reason_text": "", "offer": null, "packet": null, "missing": [],
                },
            },
            "number": 41, "message": null, "told": 3, "attributes": {}, "bot": "front",
            "channel": "support", "customer": "Carla Stone", "contact": "con_1",
            "at": 1_700_000_000_500_i64, "metadata": {},
        }))
        .unwrap()
    }

    #[test]
    fn what_a_bot_says_counts_for_the_stretch_that_it_was_told_of() {
        let say = Wanted::Say("Hi".to_owned());
        let epoch = |standing: &Standing| match say.call(standing) {
            Ok(Some(Call::Say(_, said))) => said.epoch,
            other => panic!("{other:?}"),
        };
        let told = standing();
        assert_eq!(epoch(&told), 3);
        // Taken over: the door refuses the epoch that the bot knows, and says who has it.
        let mut taken = standing();
        taken.conversation.control.you = false;
        taken.conversation.control.epoch = 4;
        assert_eq!(epoch(&taken), 3);
        taken.told = None;
        assert_eq!(epoch(&taken), 0);
        // Taken over and given back before the bot was told: what comes may be meant for before.
        for before in [Some(1), None] {
            let mut again = standing();
            again.told = before;
            let error = say.call(&again).unwrap_err();
            assert_eq!((error.status, error.code.as_str()), (409, "not_in_control"));
        }
    }

    #[test]
    fn labels_and_attributes_are_kept_side_by_side() {
        let mut standing = standing();
        let kept = |wanted: &Wanted, standing: &Standing| match wanted.call(standing) {
            Ok(Some(Call::KeepPacket(_, kept))) => kept.packet.attributes,
            other => panic!("{other:?}"),
        };
        let labels = Wanted::Labels(vec!["late".to_owned(), "parcel".to_owned()]);
        standing.attributes = kept(&labels, &standing);
        let given: Map<String, Value> = [("order".to_owned(), json!("A-17"))].into_iter().collect();
        standing.attributes = kept(&Wanted::Attributes(given.clone()), &standing);
        assert_eq!(standing.labels(), ["late", "parcel"]);
        assert_eq!(standing.own_attributes(), given);
        standing.attributes = kept(&Wanted::Labels(Vec::new()), &standing);
        assert!(standing.labels().is_empty());
        assert_eq!(standing.own_attributes(), given);
    }

    #[test]
    fn every_dialect_has_a_name() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::named(dialect.word()), Some(dialect));
        }
        assert_eq!(Dialect::named("esperanto"), None);
        assert_eq!(Dialect::at("/bots/v1/events"), None);
    }
}
