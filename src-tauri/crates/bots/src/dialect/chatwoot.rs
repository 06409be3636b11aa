//! The words of an agent bot of Chatwoot: webhooks come in its shape, and it answers at the
//! addresses of its API.

pub mod answer;
pub mod hook;

use baton_core::ids::{ConversationId, Id as _};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Addresses, Asked, Kept, Wanted, Which, named, reason, words};
use crate::error::DoorError;
use crate::route::Method;
use crate::wire::packet::GivenPacket;

/// Where the API of Chatwoot begins; a bot takes this as the address of its installation.
pub const ROOT: &str = "/bots/chatwoot";

/// The one account that there is.
pub(super) const ACCOUNT: i64 = 1;
/// The one inbox that a bot serves.
pub(super) const INBOX: i64 = 1;

/// What may be asked of a conversation.
const ADDRESSES: Addresses = &[
    ("", &[Method::Get]),
    ("/messages", &[Method::Get, Method::Post]),
    ("/toggle_status", &[Method::Post]),
    ("/toggle_typing_status", &[Method::Post]),
    ("/custom_attributes", &[Method::Post]),
    ("/labels", &[Method::Get, Method::Post]),
    ("/assignments", &[Method::Post]),
];

/// The conversation that an address names, and what stands behind it.
fn parts(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/api/v1/accounts/")?;
    let (account, rest) = rest.split_once("/conversations/")?;
    if account.parse::<i64>().ok()? != ACCOUNT {
        return None;
    }
    Some(named(rest))
}

/// The methods that an address knows.
pub(super) fn methods(path: &str) -> &'static [Method] {
    parts(path).map_or(&[], |(_, behind)| super::methods(ADDRESSES, behind))
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    message_type: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

#[derive(Deserialize)]
struct Typing {
    typing_status: String,
}

#[derive(Deserialize)]
struct Attributes {
    custom_attributes: Map<String, Value>,
}

#[derive(Deserialize)]
struct Labels {
    labels: Vec<String>,
}

/// Reads a request.
pub(super) fn read(method: Method, path: &str, body: &[u8]) -> Result<Asked, DoorError> {
    let (conversation, behind) = parts(path).ok_or_else(|| DoorError::not_found("address"))?;
    let which = match conversation.parse::<i64>() {
        Ok(place) => Which::Place(place),
        Err(_) => ConversationId::parse(conversation)
            .map(Which::Conversation)
            .ok_or_else(|| DoorError::not_found("conversation"))?,
    };
    let wanted = match (method, behind) {
        (Method::Get, "" | "/labels") => Wanted::Look,
        (Method::Get, "/messages") => Wanted::Messages,
        (_, "/messages") => message(words(body)?)?,
        (_, "/toggle_status") => status(&words::<Status>(body)?.status)?,
        (_, "/toggle_typing_status") => match words::<Typing>(body)?.typing_status.as_str() {
            "on" => Wanted::Typing(true),
            "off" => Wanted::Typing(false),
            _ => return Err(unfit("typing_status", "`on` or `off`")),
        },
        (_, "/custom_attributes") => Wanted::Keep(scalars(words(body)?)?),
        (_, "/labels") => Wanted::Keep(labels(words(body)?)?),
        (_, "/assignments") => {
            return Err(DoorError::new(
                422,
                "not_here",
                "Who gets a conversation is for the rules of Baton to say.",
                "Hand over with toggle_status `open`; what you know goes along.",
            ));
        }
        _ => return Err(DoorError::not_found("address")),
    };
    Ok(Asked { which, wanted })
}

fn message(asked: Message) -> Result<Wanted, DoorError> {
    match asked.message_type.as_deref() {
        _ if asked.private => Ok(Wanted::Note(asked.content)),
        None | Some("outgoing") => Ok(Wanted::Say(asked.content)),
        Some(_) => Err(unfit("message_type", "`outgoing`")),
    }
}

fn status(status: &str) -> Result<Wanted, DoorError> {
    Ok(match status {
        "open" => Wanted::Pass {
            to: None,
            reason: reason("unspecified", ""),
            packet: Box::new(GivenPacket::default()),
        },
        "pending" => Wanted::Back,
        "resolved" => Wanted::Release(reason("resolved", "")),
        _ => return Err(unfit("status", "`open`, `pending` or `resolved`")),
    })
}

/// Attributes as Chatwoot has them: a flat map.
fn scalars(asked: Attributes) -> Result<Kept, DoorError> {
    let nested = asked
        .custom_attributes
        .values()
        .any(|value| value.is_array() || value.is_object());
    if nested {
        return Err(unfit("custom_attributes", "texts, numbers and booleans"));
    }
    Ok(Kept::Attributes(asked.custom_attributes))
}

fn labels(asked: Labels) -> Result<Kept, DoorError> {
    if asked.labels.iter().any(|label| label.contains(',')) {
        return Err(unfit("labels", "words without commas"));
    }
    Ok(Kept::Labels(asked.labels))
}

fn unfit(what: &str, fits: &str) -> DoorError {
    let message = format!("`{what}` must be {fits}.");
    let hint = "docs/connectors/chatwoot.md says what is understood.";
    DoorError::new(422, "not_understood", message, hint)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ADDRESSES, methods, read};
    use crate::dialect::{Asked, Kept, Wanted, Which};
    use crate::error::DoorError;
    use crate::route::Method;

    fn post(behind: &str, body: serde_json::Value) -> Result<Asked, DoorError> {
        let path = format!("/api/v1/accounts/1/conversations/41{behind}");
        read(Method::Post, &path, body.to_string().as_bytes())
    }

    #[test]
    fn every_address_is_read_and_nothing_else_is() {
        for (behind, known) in ADDRESSES {
            let path = format!("/api/v1/accounts/1/conversations/41{behind}");
            assert_eq!(methods(&path), *known);
            for method in *known {
                match read(*method, &path, b"{}") {
                    Ok(asked) => assert_eq!(asked.which, Which::Place(41)),
                    Err(error) => assert_ne!(error.status, 404, "{path}"),
                }
            }
        }
        for nothing in [
            "/api/v1/accounts/2/conversations/41",
            "/api/v1/accounts/x/conversations/41",
            "/api/v1/accounts/1/conversations",
            "/api/v1/accounts/1/conversations/41/messages/7",
            "/api/v1/accounts/1/contacts/41",
            "/api/v1/conversations/41",
            "",
        ] {
            assert!(methods(nothing).is_empty(), "{nothing}");
        }
        let unknown = read(Method::Get, "/api/v1/accounts/1/conversations/x", b"");
        assert_eq!(unknown.unwrap_err().status, 404);
    }

    #[test]
    fn what_a_bot_does_in_chatwoot_is_a_verb_of_the_door() {
        let wanted = |behind, body| post(behind, body).unwrap().wanted;
        let say = json!({ "content": "Hi", "message_type": "outgoing", "content_type": "text" });
        assert_eq!(wanted("/messages", say), Wanted::Say("Hi".to_owned()));
        let note = json!({ "content": "Look", "private": true });
        assert_eq!(wanted("/messages", note), Wanted::Note("Look".to_owned()));
        let open = wanted("/toggle_status", json!({ "status": "open" }));
        assert!(matches!(open, Wanted::Pass { to: None, .. }));
        let back = wanted("/toggle_status", json!({ "status": "pending" }));
        assert_eq!(back, Wanted::Back);
        let done = wanted("/toggle_status", json!({ "status": "resolved" }));
        assert!(matches!(done, Wanted::Release(reason) if reason.code == "resolved"));
        let typing = wanted("/toggle_typing_status", json!({ "typing_status": "on" }));
        assert_eq!(typing, Wanted::Typing(true));
        let labels = wanted("/labels", json!({ "labels": ["late"] }));
        assert_eq!(labels, Wanted::Keep(Kept::Labels(vec!["late".to_owned()])));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (behind, body) in [
            ("/toggle_status", json!({ "status": "snoozed" })),
            ("/toggle_typing_status", json!({ "typing_status": "maybe" })),
            (
                "/custom_attributes",
                json!({ "custom_attributes": { "a": [] } }),
            ),
            ("/labels", json!({ "labels": ["a,b"] })),
            (
                "/messages",
                json!({ "content": "Hi", "message_type": "incoming" }),
            ),
            ("/assignments", json!({ "assignee_id": 1 })),
        ] {
            assert_eq!(post(behind, body).unwrap_err().status, 422, "{behind}");
        }
        assert_eq!(post("/toggle_status", json!({})).unwrap_err().status, 400);
    }
}
