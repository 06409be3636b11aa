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
use crate::wire::packet::GivenPacket;

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

    /// Whether it has words for what a person of the team says to the bot alone.
    #[must_use]
    pub const fn has_whispers(self) -> bool {
        match self {
            Self::Own | Self::Chatwoot => true,
            Self::Sunshine => false,
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
                    *private = Value::from(private.as_str().is_some_and(form::says_yes));
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

    /// The answer to what was done, in the words of the dialect.
    #[must_use]
    pub fn answer(self, wanted: &Wanted, standing: &Standing, done: Answer) -> Answer {
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
    /// To keep something beside what it has said besides.
    Keep(Kept),
}

/// What a bot keeps in a dialect, in place of what it kept of the kind before.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// What it knows.
    Attributes(Map<String, Value>),
    /// Words by which it sorts.
    Labels(Vec<String>),
}

impl Kept {
    /// What is kept then, when this was.
    #[must_use]
    pub fn beside(self, kept: Map<String, Value>) -> Map<String, Value> {
        match self {
            Self::Attributes(mut given) => {
                given.remove(LABELS);
                let labels = kept.get_key_value(LABELS);
                given.extend(labels.map(|(name, labels)| (name.clone(), labels.clone())));
                given
            }
            Self::Labels(labels) => {
                let mut kept = kept;
                kept.insert(LABELS.to_owned(), Value::from(labels.join(", ")));
                kept
            }
        }
    }
}

/// What may be asked of a conversation in a dialect: behind its name, and how.
type Addresses = &'static [(&'static str, &'static [Method])];

/// The name that an address begins with, and what stands behind it.
fn named(address: &str) -> (&str, &str) {
    let end = address.find('/').unwrap_or(address.len());
    address.split_at_checked(end).unwrap_or((address, ""))
}

/// The methods that are known behind the name of a conversation.
fn methods(addresses: Addresses, behind: &str) -> &'static [Method] {
    let found = addresses.iter().find(|(known, _)| *known == behind);
    found.map_or(&[], |(_, methods)| methods)
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
    /// The same in words for people; empty when none travelled.
    pub note: String,
}

impl Standing {
    /// The epoch under which what the bot asks now counts as said. When somebody else had the
    /// conversation since, it is an old one; the door refuses that, and looks first whether the same
    /// was asked before.
    const fn epoch(&self) -> u64 {
        match self.told {
            Some(told) => told,
            None => 0,
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
    /// When it would take an offer, and none was made to the bot.
    pub fn call(&self, standing: &Standing) -> Result<Option<Call>, DoorError> {
        let view = &standing.conversation;
        let which = ConversationId::parse(&view.conversation)
            .ok_or_else(|| DoorError::not_found("conversation"))?;
        let epoch = standing.epoch();
        Ok(Some(match self {
            Self::Look => return Ok(None),
            Self::Messages => Call::Messages(which),
            Self::Say(text) => Call::Say(
                which,
                BotMessage {
                    epoch,
                    text: text.clone(),
                    report: None,
                    grounds: None,
                },
            ),
            Self::Note(text) => Call::Note(
                which,
                NoteGiven {
                    epoch,
                    text: text.clone(),
                },
            ),
            Self::Pass { to, reason, packet } => Call::Move(
                which,
                Verb::Pass(Pass {
                    epoch,
                    to: to.clone(),
                    reason: reason.clone(),
                    packet: something(packet),
                }),
            ),
            Self::Offer { to, reason, packet } => Call::Move(
                which,
                Verb::Offer(Offer {
                    epoch,
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
                    epoch,
                    reason: reason.clone(),
                }),
            ),
            Self::Typing(on) => Call::Typing(which, Typing { epoch, on: *on }),
            Self::Keep(kept) => Call::KeepBeside(which, epoch, kept.clone()),
        }))
    }
}

/// What is known, when anything is.
fn something(packet: &GivenPacket) -> Option<GivenPacket> {
    (*packet != GivenPacket::default()).then(|| packet.clone())
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

    use super::{Dialect, Kept, Standing, Wanted};
    use crate::door::Call;
    use crate::route::Method;
    use crate::wire::event::BotEvent;

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
            "note": "",
        }))
        .unwrap()
    }

    /// Something that happened in it.
    pub(crate) fn event(what: &Value) -> BotEvent {
        let mut event = json!({
            "seq": 42, "at": 1_700_000_000_500_i64, "conversation": standing().conversation,
        });
        let fields = what.as_object().unwrap().clone();
        event.as_object_mut().unwrap().extend(fields);
        serde_json::from_value(event).unwrap()
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
        for (before, counts) in [(Some(1), 1), (None, 0)] {
            let mut again = standing();
            again.told = before;
            assert_eq!(epoch(&again), counts);
        }
    }

    #[test]
    fn labels_and_attributes_are_kept_side_by_side() {
        let mut standing = standing();
        let attributes = |given: Value| match given {
            Value::Object(given) => Kept::Attributes(given),
            other => panic!("{other}"),
        };
        let labels = Kept::Labels(vec!["late".to_owned(), "parcel".to_owned()]);
        standing.attributes = labels.beside(Map::new());
        let given = json!({ "order": "A-17" });
        standing.attributes =
            attributes(json!({ "order": "A-17", "labels": "mine" })).beside(standing.attributes);
        assert_eq!(standing.labels(), ["late", "parcel"]);
        assert_eq!(Value::from(standing.own_attributes()), given);
        standing.attributes = Kept::Labels(Vec::new()).beside(standing.attributes);
        assert!(standing.labels().is_empty());
        assert_eq!(Value::from(standing.own_attributes()), given);
        standing.attributes = attributes(json!({})).beside(standing.attributes);
        assert!(standing.own_attributes().is_empty());
    }

    #[test]
    fn a_note_for_the_team_stays_one_in_a_form() {
        let kind = "multipart/form-data; boundary=x7";
        let part = |name: &str, value: &str| {
            format!("--x7\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let form = part("content", "Angry.") + &part("private", "True") + "--x7--\r\n";
        let body = Dialect::Chatwoot.body(Some(kind), form.into_bytes());
        let path = "/api/v1/accounts/1/conversations/41/messages";
        let asked = Dialect::Chatwoot.read(Method::Post, path, &body.unwrap());
        assert_eq!(asked.unwrap().wanted, Wanted::Note("Angry.".to_owned()));
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
