//! The words of Switchboard, by which bots of Sunshine Conversations hand a conversation to and fro.

pub mod answer;
pub mod hook;

use baton_core::ids::{ConversationId, Id as _};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Addresses, Asked, Wanted, Which, named, reason, words};
use crate::command::REASONS;
use crate::error::DoorError;
use crate::packet::MOST_BYTES;
use crate::route::Method;
use crate::wire::control::{ReasonGiven, TargetGiven};
use crate::wire::packet::GivenPacket;

/// Where the API of Sunshine Conversations begins; a bot takes this as its host.
pub const ROOT: &str = "/bots/sunshine";

/// Names that bots have for the people of a team, whatever that team is called here.
const PEOPLE: [&str; 3] = ["next", "zd-agentWorkspace", "zd:agentWorkspace"];

/// What may be asked of a conversation.
const ADDRESSES: Addresses = &[
    ("", &[Method::Get]),
    ("/messages", &[Method::Get, Method::Post]),
    ("/activity", &[Method::Post]),
    ("/passControl", &[Method::Post]),
    ("/offerControl", &[Method::Post]),
    ("/acceptControl", &[Method::Post]),
    ("/releaseControl", &[Method::Post]),
];

/// The conversation that an address names, and what stands behind it. An app may be called as it
/// likes: there is one.
fn parts(path: &str) -> Option<(&str, &str)> {
    let (app, rest) = path
        .strip_prefix("/v2/apps/")?
        .split_once("/conversations/")?;
    if app.is_empty() || app.contains('/') {
        return None;
    }
    Some(named(rest))
}

/// The methods that an address knows.
pub(super) fn methods(path: &str) -> &'static [Method] {
    parts(path).map_or(&[], |(_, behind)| super::methods(ADDRESSES, behind))
}

#[derive(Deserialize)]
struct Author {
    r#type: String,
}

#[derive(Deserialize)]
struct Content {
    r#type: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Message {
    author: Author,
    content: Content,
}

#[derive(Deserialize)]
struct Activity {
    r#type: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Control {
    #[serde(default)]
    switchboard_integration: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

/// Reads a request.
pub(super) fn read(method: Method, path: &str, body: &[u8]) -> Result<Asked, DoorError> {
    let (conversation, behind) = parts(path).ok_or_else(|| DoorError::not_found("address"))?;
    let which = ConversationId::parse(conversation)
        .map(Which::Conversation)
        .ok_or_else(|| DoorError::not_found("conversation"))?;
    let wanted = match (method, behind) {
        (Method::Get, "") => Wanted::Look,
        (Method::Get, "/messages") => Wanted::Messages,
        (_, "/messages") => message(words(body)?)?,
        (_, "/activity") => match words::<Activity>(body)?.r#type.as_str() {
            "typing:start" => Wanted::Typing(true),
            "typing:stop" => Wanted::Typing(false),
            // That a bot has read is of interest to nobody.
            _ => Wanted::Look,
        },
        (_, "/passControl") => {
            let mut asked = control(body)?;
            Wanted::Pass {
                to: target(&asked)?,
                reason: given(&mut asked),
                packet: Box::new(packet(asked)?),
            }
        }
        (_, "/offerControl") => {
            let mut asked = control(body)?;
            Wanted::Offer {
                to: target(&asked)?.unwrap_or_else(|| TargetGiven {
                    kind: "queue".to_owned(),
                    name: String::new(),
                }),
                reason: given(&mut asked),
                packet: Box::new(packet(asked)?),
            }
        }
        (_, "/acceptControl") => Wanted::Accept,
        (_, "/releaseControl") => Wanted::Release(given(&mut control(body)?)),
        _ => return Err(DoorError::not_found("address")),
    };
    Ok(Asked { which, wanted })
}

fn control(body: &[u8]) -> Result<Control, DoorError> {
    if body.is_empty() {
        return Ok(Control::default());
    }
    words(body)
}

fn message(asked: Message) -> Result<Wanted, DoorError> {
    if asked.author.r#type != "business" {
        return Err(unfit(
            "author.type",
            "`business`; words of customers come in at /bots/v1/customer-messages",
        ));
    }
    if asked.content.r#type != "text" {
        return Err(unfit("content.type", "`text`"));
    }
    Ok(Wanted::Say(asked.content.text))
}

/// To whom: people of the channel when nobody else is named, a queue, a bot or an agent.
fn target(asked: &Control) -> Result<Option<TargetGiven>, DoorError> {
    let Some(name) = asked.switchboard_integration.as_deref() else {
        return Err(unfit("switchboardIntegration", "`next`, or a name"));
    };
    if PEOPLE.contains(&name) {
        return Ok(None);
    }
    let (kind, name) = match name.split_once(':') {
        Some((kind @ ("queue" | "bot" | "agent"), name)) => (kind, name),
        _ => ("queue", name),
    };
    Ok(Some(TargetGiven {
        kind: kind.to_owned(),
        name: name.to_owned(),
    }))
}

/// Why: one of the codes of the door, or words.
fn given(asked: &mut Control) -> ReasonGiven {
    let from_metadata = asked
        .metadata
        .as_mut()
        .and_then(|flat| flat.remove("reason"));
    let said = asked
        .reason
        .take()
        .or_else(|| from_metadata.and_then(|value| value.as_str().map(str::to_owned)));
    match said {
        Some(code) if REASONS.contains(&code.as_str()) => reason(&code, ""),
        Some(text) => reason("unspecified", &text),
        None => reason("unspecified", ""),
    }
}

/// What is known, from flat metadata: what has a place in the packet goes there, the rest along.
fn packet(asked: Control) -> Result<GivenPacket, DoorError> {
    let mut flat = asked.metadata.unwrap_or_default();
    let nested = flat
        .values()
        .any(|value| value.is_array() || value.is_object());
    let bytes = serde_json::to_string(&flat).map_or(usize::MAX, |text| text.len());
    if nested || bytes > MOST_BYTES {
        return Err(unfit(
            "metadata",
            "texts, numbers and booleans, and 4 KB at most",
        ));
    }
    let mut text = |name: &str| match flat.remove(name) {
        Some(Value::String(text)) => text,
        Some(other) => {
            flat.insert(name.to_owned(), other);
            String::new()
        }
        None => String::new(),
    };
    Ok(GivenPacket {
        summary: text("summary"),
        customer_goal: text("customer_goal"),
        next_step: text("next_step"),
        language: text("language"),
        attributes: flat,
        ..GivenPacket::default()
    })
}

fn unfit(what: &str, fits: &str) -> DoorError {
    let message = format!("`{what}` must be {fits}.");
    let hint = "docs/connectors/sunshine.md says what is understood.";
    DoorError::new(400, "bad_request", message, hint)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ADDRESSES, methods, read};
    use crate::dialect::{Asked, Wanted};
    use crate::error::DoorError;
    use crate::route::Method;

    const AT: &str = "/v2/apps/baton/conversations/cnv_00000000000000000000000001";

    fn post(behind: &str, body: Value) -> Result<Asked, DoorError> {
        let path = format!("{AT}{behind}");
        read(Method::Post, &path, body.to_string().as_bytes())
    }

    #[test]
    fn every_address_is_read_and_nothing_else_is() {
        for (behind, known) in ADDRESSES {
            let path = format!("{AT}{behind}");
            assert_eq!(methods(&path), *known);
            for method in *known {
                if let Err(error) = read(*method, &path, b"{}") {
                    assert_eq!(error.status, 400, "{path}");
                }
            }
        }
        for nothing in [
            "/v2/apps//conversations/cnv_1",
            "/v2/apps/a/b/conversations/cnv_1",
            "/v2/apps/a/conversations",
            "/v2/apps/a/users/u",
            "/v1/apps/a/conversations/c",
            "",
        ] {
            assert!(methods(nothing).is_empty(), "{nothing}");
        }
        let unknown = read(Method::Get, "/v2/apps/a/conversations/c", b"");
        assert_eq!(unknown.unwrap_err().status, 404);
    }

    #[test]
    fn metadata_becomes_what_the_packet_has_a_place_for() {
        let asked = post(
            "/passControl",
            json!({
                "switchboardIntegration": "next", "reason": "low_confidence",
                "metadata": { "summary": "Wants a refund.", "order": "A-17", "tries": 2 },
            }),
        );
        let Wanted::Pass { to, reason, packet } = asked.unwrap().wanted else {
            panic!("a pass is a pass");
        };
        assert_eq!((to, reason.code.as_str()), (None, "low_confidence"));
        assert_eq!(packet.summary, "Wants a refund.");
        assert_eq!(
            Value::from(packet.attributes),
            json!({ "order": "A-17", "tries": 2 })
        );
    }

    #[test]
    fn a_target_is_people_a_queue_a_bot_or_an_agent() {
        let to = |name: &str| match post("/passControl", json!({ "switchboardIntegration": name }))
            .unwrap()
            .wanted
        {
            Wanted::Pass { to, .. } => to.map(|to| (to.kind, to.name)),
            other => panic!("{other:?}"),
        };
        let is = |kind: &str, name: &str| Some((kind.to_owned(), name.to_owned()));
        assert_eq!(to("next"), None);
        assert_eq!(to("zd-agentWorkspace"), None);
        assert_eq!(to("billing"), is("queue", "billing"));
        assert_eq!(to("bot:back"), is("bot", "back"));
        assert_eq!(to("agent:anna"), is("agent", "anna"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let large = "x".repeat(5_000);
        for (behind, body) in [
            ("/passControl", json!({})),
            (
                "/passControl",
                json!({ "switchboardIntegration": "next", "metadata": { "a": [] } }),
            ),
            (
                "/passControl",
                json!({ "switchboardIntegration": "next", "metadata": { "a": large } }),
            ),
            (
                "/messages",
                json!({ "author": { "type": "user" }, "content": { "type": "text" } }),
            ),
            (
                "/messages",
                json!({ "author": { "type": "business" }, "content": { "type": "form" } }),
            ),
        ] {
            assert_eq!(post(behind, body).unwrap_err().status, 400, "{behind}");
        }
        let path = format!("{AT}/releaseControl");
        let empty = read(Method::Post, &path, b"").unwrap().wanted;
        assert!(matches!(empty, Wanted::Release(reason) if reason.code == "unspecified"));
    }
}
