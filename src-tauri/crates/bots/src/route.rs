//! The addresses of the door. One list: what is read, what is described and what answers 405 all
//! come from it.

use baton_core::ids::{ConversationId, Id as _};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use crate::command::Verb;
use crate::door::Call;
use crate::error::DoorError;
use crate::wire::control as ct;
use crate::wire::customer as cu;
use crate::wire::event as ev;
use crate::wire::packet as pk;
use crate::wire::report as rp;

/// Where the door stands.
pub const ROOT: &str = "/bots/v1";

/// The largest body that is read, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;

/// A method that the door knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes.
    Post,
    /// Puts in place of what was there.
    Put,
}

impl Method {
    /// Reads the method of a request; none for one the door does not know.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            _ => return None,
        })
    }

    /// The word in an OpenAPI description.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
        }
    }
}

/// Makes the schema of a type.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// A parameter of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it says.
    pub about: &'static str,
}

/// One address with one method.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address behind [`ROOT`]; `{conversation}` stands for an identifier.
    pub path: &'static str,
    /// The name of the operation.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The parameters of its query.
    pub query: &'static [Parameter],
    /// What it takes.
    pub takes: Option<Shape>,
    /// What it answers.
    pub answers: Shape,
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const fn get(path: &'static str, name: &'static str, about: &'static str, answers: Shape) -> Route {
    Route {
        method: Method::Get,
        path,
        name,
        about,
        query: &[],
        takes: None,
        answers,
    }
}

const fn post(
    path: &'static str,
    name: &'static str,
    about: &'static str,
    takes: Shape,
    answers: Shape,
) -> Route {
    Route {
        method: Method::Post,
        path,
        name,
        about,
        query: &[],
        takes: Some(takes),
        answers,
    }
}

/// Every address of the door.
pub const ROUTES: &[Route] = &[
    Route {
        query: &[
            Parameter {
                name: "after",
                kind: "integer",
                required: false,
                about: "The place in the log after which to read; 0 for the beginning.",
            },
            Parameter {
                name: "wait",
                kind: "integer",
                required: false,
                about: "How many seconds to wait for something to happen, 30 at most. With \
                        `Accept: text/event-stream` the answer never ends and needs none.",
            },
        ],
        ..get(
            "/events",
            "events",
            "Reads what happened in the conversations of your channel.",
            shape::<ev::Events>,
        )
    },
    post(
        "/customer-messages",
        "hear",
        "Brings words of a customer; the first of a key begins a conversation.",
        shape::<cu::CustomerMessage>,
        shape::<cu::Heard>,
    ),
    Route {
        query: &[Parameter {
            name: "key",
            kind: "string",
            required: true,
            about: "Your name for the conversation.",
        }],
        ..get(
            "/conversations",
            "find",
            "Finds a conversation by your name for it.",
            shape::<ct::ConversationView>,
        )
    },
    get(
        "/conversations/{conversation}",
        "look",
        "Says how a conversation stands: who has control, and under which epoch.",
        shape::<ct::ConversationView>,
    ),
    get(
        "/conversations/{conversation}/messages",
        "messages",
        "Reads the newest messages, oldest first.",
        shape::<cu::Messages>,
    ),
    post(
        "/conversations/{conversation}/messages",
        "say",
        "Says something to the customer.",
        shape::<cu::BotMessage>,
        shape::<cu::Said>,
    ),
    post(
        "/conversations/{conversation}/notes",
        "note",
        "Says something to the team alone; from standby, too.",
        shape::<cu::NoteGiven>,
        shape::<cu::Noted>,
    ),
    post(
        "/conversations/{conversation}/pass",
        "pass",
        "Hands control over at once.",
        shape::<ct::Pass>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/offer",
        "offer",
        "Offers control, with an expiry.",
        shape::<ct::Offer>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/accept",
        "accept",
        "Takes an offer that was made to you.",
        shape::<ct::Accept>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/reject",
        "reject",
        "Declines an offer that was made to you.",
        shape::<ct::Reject>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/request",
        "request",
        "Asks for control from standby.",
        shape::<ct::Request>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/release",
        "release",
        "Lets go of control.",
        shape::<ct::Release>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/return_to_bot",
        "return_to_bot",
        "Gives control to another bot.",
        shape::<ct::ReturnToBot>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/failure",
        "failure",
        "Says that you cannot go on: people are alerted and get the conversation.",
        shape::<ct::Failure>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/report",
        "report",
        "Says how you are doing; the rules read it.",
        shape::<rp::ReportMade>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/conversations/{conversation}/typing",
        "typing",
        "Says whether you are writing.",
        shape::<cu::Typing>,
        shape::<ct::ConversationView>,
    ),
    post(
        "/callback",
        "call_back",
        "Takes what a Rasa bot that Baton asks says on its callback channel.",
        shape::<cu::CalledBack>,
        shape::<ct::ConversationView>,
    ),
    get(
        "/conversations/{conversation}/packet",
        "packet",
        "Reads the packet of the newest handoff.",
        shape::<pk::PacketRead>,
    ),
    Route {
        method: Method::Put,
        ..post(
            "/conversations/{conversation}/packet",
            "keep_packet",
            "Says what you know, before anything is handed over.",
            shape::<pk::PacketKept>,
            shape::<ct::ConversationView>,
        )
    },
];

/// The methods that an address knows, and the conversation in it; none where nothing stands.
#[must_use]
pub fn at(path: &str) -> Option<(Vec<&'static Route>, Option<&str>)> {
    let rest = path.strip_prefix(ROOT)?;
    let mut conversation = None;
    let routes: Vec<&Route> = ROUTES
        .iter()
        .filter(|route| match fits(route.path, rest) {
            Some(found) => {
                conversation = found;
                true
            }
            None => false,
        })
        .collect();
    (!routes.is_empty()).then_some((routes, conversation))
}

/// What stands for `{conversation}`, when the path is of this pattern.
#[allow(
    clippy::option_option,
    reason = "a pattern need not have a placeholder"
)]
fn fits<'p>(pattern: &str, path: &'p str) -> Option<Option<&'p str>> {
    let Some((before, after)) = pattern.split_once("{conversation}") else {
        return (pattern == path).then_some(None);
    };
    let inner = path.strip_prefix(before)?.strip_suffix(after)?;
    (!inner.is_empty() && !inner.contains('/')).then_some(Some(inner))
}

/// Reads a request.
///
/// # Errors
/// When nothing stands at the address, it does not know the method, or the words do not fit.
pub fn read(
    method: Option<Method>,
    path: &str,
    query: &str,
    body: &[u8],
) -> Result<Call, DoorError> {
    let (routes, named) = at(path).ok_or_else(|| DoorError::not_found("address"))?;
    let route = routes
        .into_iter()
        .find(|route| Some(route.method) == method)
        .ok_or_else(DoorError::method)?;
    let conversation = || {
        named
            .and_then(ConversationId::parse)
            .ok_or_else(|| DoorError::not_found("conversation"))
    };
    Ok(match route.name {
        "events" => Call::Events {
            after: number(query, "after")?.unwrap_or(0),
        },
        "find" => Call::Find {
            key: parameter(query, "key")
                .ok_or_else(|| DoorError::bad_request("The query must say `key`."))?,
        },
        "hear" => Call::Hear(words(body)?),
        "look" => Call::Look(conversation()?),
        "messages" => Call::Messages(conversation()?),
        "packet" => Call::ReadPacket(conversation()?),
        "say" => Call::Say(conversation()?, words(body)?),
        "note" => Call::Note(conversation()?, words(body)?),
        "report" => Call::Report(conversation()?, words(body)?),
        "typing" => Call::Typing(conversation()?, words(body)?),
        "call_back" => {
            let came: cu::CalledBack = words(body)?;
            let which = ConversationId::parse(&came.recipient_id)
                .ok_or_else(|| DoorError::not_found("conversation"))?;
            Call::CallBack(which, came.said.into())
        }
        "keep_packet" => Call::KeepPacket(conversation()?, words(body)?),
        "pass" => Call::Move(conversation()?, Verb::Pass(words(body)?)),
        "offer" => Call::Move(conversation()?, Verb::Offer(words(body)?)),
        "accept" => Call::Move(conversation()?, Verb::Accept(words(body)?)),
        "reject" => Call::Move(conversation()?, Verb::Reject(words(body)?)),
        "request" => Call::Move(conversation()?, Verb::Request(words(body)?)),
        "release" => Call::Move(conversation()?, Verb::Release(words(body)?)),
        "return_to_bot" => Call::Move(conversation()?, Verb::ReturnToBot(words(body)?)),
        "failure" => Call::Move(conversation()?, Verb::Failure(words(body)?)),
        _ => return Err(DoorError::not_found("address")),
    })
}

/// A whole number of the query.
///
/// # Errors
/// When it is there and is none.
pub fn number(query: &str, name: &str) -> Result<Option<i64>, DoorError> {
    parameter(query, name)
        .map(|text| {
            text.parse::<i64>()
                .ok()
                .filter(|number| *number >= 0)
                .ok_or_else(|| DoorError::bad_request(format!("`{name}` must be a number from 0.")))
        })
        .transpose()
}

/// The value of a parameter of the query, with `%xx` and `+` read.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))?
        .1;
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn words<T: DeserializeOwned>(body: &[u8]) -> Result<T, DoorError> {
    serde_json::from_slice(body)
        .map_err(|error| DoorError::bad_request(format!("The body does not fit: {error}.")))
}

#[cfg(test)]
mod tests {
    use super::{Call, Method, ROUTES, at, read};

    const CONVERSATION: &str = "cnv_00000000000000000000000001";

    #[test]
    fn every_address_of_the_list_is_read() {
        for route in ROUTES {
            let path = format!(
                "/bots/v1{}",
                route.path.replace("{conversation}", CONVERSATION)
            );
            let (found, _) = at(&path).unwrap();
            assert!(
                found.iter().any(|one| one.name == route.name),
                "{path} finds {}",
                route.name
            );
            // A body that does not fit is refused as such, so the address itself was understood.
            match read(Some(route.method), &path, "key=a", b"{}") {
                Ok(call) => assert!(!call.writes() && route.takes.is_none(), "{path}"),
                Err(error) => assert_eq!((error.status, error.code.as_str()), (400, "bad_request")),
            }
        }
    }

    #[test]
    fn what_is_not_there_and_what_cannot_be_done_there_are_told_apart() {
        let status = |method, path: &str| read(method, path, "", b"{}").unwrap_err().status;
        let get = Some(Method::Get);
        assert_eq!(status(get, "/bots/v1/nothing"), 404);
        assert_eq!(status(get, "/bots/v1"), 404);
        assert_eq!(status(get, "/bots/v1/conversations/"), 404);
        assert_eq!(status(get, "/bots/v1/conversations/cnv_1"), 404);
        assert_eq!(status(get, "/bots/v1/conversations/a/b/messages"), 404);
        assert_eq!(status(Some(Method::Put), "/bots/v1/events"), 405);
        assert_eq!(status(None, "/bots/v1/events"), 405);
    }

    #[test]
    fn a_name_in_the_query_is_read_as_it_was_meant() {
        let key = |query: &str| read(Some(Method::Get), "/bots/v1/conversations", query, b"");
        let is = |text: &str| Ok(Call::Find { key: text.into() });
        assert_eq!(key("key=a%20b+c%C3%BC"), is("a b cü"));
        assert_eq!(key("x=1&key=%2F"), is("/"));
        for bad in ["", "key", "key=%zz", "key=%f", "key=%ff"] {
            assert_eq!(key(bad).unwrap_err().status, 400, "{bad}");
        }
    }
}
