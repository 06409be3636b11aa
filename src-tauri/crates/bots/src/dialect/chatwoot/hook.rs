//! What Chatwoot would tell an agent bot, each as one webhook.

use serde_json::{Value, json};

use super::answer::{contact, conversation};
use super::{ACCOUNT, INBOX};
use crate::dialect::Standing;
use crate::wire::control::ControllerView;
use crate::wire::customer::MessageView;
use crate::wire::event::{BotEvent, What};

/// What happened; none when Chatwoot has no word for it.
pub(in crate::dialect) fn told(event: &BotEvent, standing: &Standing) -> Option<Value> {
    match &event.what {
        What::Message { message, .. } => Some(message_created(event, message, false, standing)),
        // There it is the note of an agent, in a conversation that the bot has.
        What::Whisper {
            message,
            name,
            text,
        } => {
            let note = MessageView {
                message: message.clone(),
                author: "agent".to_owned(),
                name: name.clone(),
                direction: "internal".to_owned(),
                text: text.clone(),
                at: event.at,
            };
            Some(message_created(event, &note, true, standing))
        }
        What::Control { from, to, verb, .. } => {
            let event = control(from, to, verb, standing)?;
            let mut body = conversation(standing);
            let fields = body.as_object_mut()?;
            fields.insert("event".to_owned(), json!(event));
            fields.insert("account".to_owned(), account(standing));
            let flat = Value::from(standing.metadata.clone());
            fields.insert("additional_attributes".to_owned(), flat);
            fields.insert("messages".to_owned(), packet(standing));
            Some(body)
        }
        What::Draft { .. }
        | What::Offered { .. }
        | What::OfferEnded { .. }
        | What::Requested { .. }
        | What::Packet { .. } => None,
    }
}

/// The name of the event when control changed. Among people it goes to and fro without the bot
/// being told, as in Chatwoot; that a conversation begins it learns by its first message.
fn control(
    from: &ControllerView,
    to: &ControllerView,
    verb: &str,
    standing: &Standing,
) -> Option<&'static str> {
    let people = |one: &ControllerView| matches!(one.kind.as_str(), "queue" | "agent");
    match verb {
        "open" => None,
        _ if to.kind == "bot" => Some("conversation_status_changed"),
        _ if people(to) && !people(from) => Some("conversation_opened"),
        "close" => Some("conversation_resolved"),
        _ if standing.conversation.control.state == "closed" => Some("conversation_resolved"),
        _ if people(to) => None,
        _ => Some("conversation_status_changed"),
    }
}

fn message_created(
    event: &BotEvent,
    message: &MessageView,
    private: bool,
    standing: &Standing,
) -> Value {
    let incoming = message.direction == "inbound";
    json!({
        "event": "message_created",
        "id": event.seq,
        "content": message.text,
        "content_type": "text",
        "content_attributes": {},
        "message_type": if incoming { "incoming" } else { "outgoing" },
        "private": private,
        "source_id": message.message,
        "created_at": message.at.div_euclid(1_000),
        "sender": sender(standing, &message.author, &message.name),
        "account": account(standing),
        "inbox": { "id": INBOX, "name": standing.channel },
        "conversation": conversation(standing),
    })
}

/// The packet that travels along, as what it becomes in Chatwoot: a private note.
fn packet(standing: &Standing) -> Value {
    if standing.note.is_empty() {
        return json!([]);
    }
    json!([{
        "content": standing.note,
        "content_type": "text",
        "message_type": 1,
        "private": true,
        "created_at": standing.at.div_euclid(1_000),
        "conversation_id": standing.number,
    }])
}

fn account(standing: &Standing) -> Value {
    json!({ "id": ACCOUNT, "name": standing.channel })
}

/// Who wrote something.
pub(super) fn sender(standing: &Standing, author: &str, name: &str) -> Value {
    let kind = match author {
        "customer" => return contact(standing),
        "agent" => "user",
        _ => "agent_bot",
    };
    json!({ "name": name, "type": kind })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::told;
    use crate::dialect::tests::{event, standing};

    fn control(verb: &str, from: &str, to: &str) -> Value {
        let holder = |kind: &str| json!({ "kind": kind, "name": "n" });
        json!({
            "type": "control", "verb": verb, "from": holder(from), "to": holder(to),
            "epoch": 4, "reason": "take", "handoff": null, "packet": null,
        })
    }

    #[test]
    fn a_message_comes_as_chatwoot_sends_it() {
        let body = told(
            &event(&json!({
                "type": "message", "deliver": false, "message": {
                    "message": "msg_1", "author": "customer", "name": "", "direction": "inbound",
                    "text": "Where is it?", "at": 1_700_000_000_500_i64,
                },
            })),
            &standing(),
        )
        .unwrap();
        for (pointer, value) in [
            ("/event", json!("message_created")),
            ("/message_type", json!("incoming")),
            ("/content", json!("Where is it?")),
            ("/id", json!(42)),
            ("/private", json!(false)),
            ("/created_at", json!(1_700_000_000)),
            ("/conversation/id", json!(41)),
            ("/conversation/status", json!("pending")),
            ("/conversation/can_reply", json!(true)),
            ("/sender/name", json!("Carla Stone")),
            ("/sender/type", json!("contact")),
            ("/account/id", json!(1)),
            ("/inbox/name", json!("support")),
        ] {
            assert_eq!(body.pointer(pointer), Some(&value), "{pointer}");
        }
    }

    #[test]
    fn a_packet_comes_along_as_a_private_note_and_as_attributes() {
        let mut standing = standing();
        let back = event(&control("return_to_bot", "agent", "bot"));
        let bare = told(&back, &standing).unwrap();
        assert_eq!(bare["messages"], json!([]));
        standing.note = "So far: Paid.".to_owned();
        standing
            .metadata
            .insert("summary".to_owned(), json!("Paid."));
        let body = told(&back, &standing).unwrap();
        assert_eq!(body["messages"][0]["content"], "So far: Paid.");
        assert_eq!(body["messages"][0]["private"], true);
        assert_eq!(body["additional_attributes"], json!({ "summary": "Paid." }));
    }

    #[test]
    fn a_whisper_comes_as_the_note_of_an_agent() {
        let whisper = json!({
            "type": "whisper", "message": "msg_2", "name": "Anna", "text": "Two get 10 % off.",
        });
        let body = told(&event(&whisper), &standing()).unwrap();
        for (pointer, value) in [
            ("/event", json!("message_created")),
            ("/message_type", json!("outgoing")),
            ("/private", json!(true)),
            ("/content", json!("Two get 10 % off.")),
            ("/sender/name", json!("Anna")),
            ("/sender/type", json!("user")),
        ] {
            assert_eq!(body.pointer(pointer), Some(&value), "{pointer}");
        }
    }

    #[test]
    fn control_comes_as_a_status_and_only_where_it_concerns_the_bot() {
        let name = |verb: &str, from: &str, to: &str| {
            told(&event(&control(verb, from, to)), &standing())
                .map(|body| body["event"].as_str().unwrap().to_owned())
        };
        let is = |name: &str| Some(name.to_owned());
        assert_eq!(name("open", "nobody", "bot"), None);
        assert_eq!(name("pass", "bot", "queue"), is("conversation_opened"));
        assert_eq!(name("take", "bot", "agent"), is("conversation_opened"));
        assert_eq!(name("take", "queue", "agent"), None);
        assert_eq!(
            name("return_to_bot", "agent", "bot"),
            is("conversation_status_changed")
        );
        assert_eq!(
            name("close", "agent", "nobody"),
            is("conversation_resolved")
        );
        let offered = json!({ "type": "offered", "offer": "o", "yours": true, "expires_at": 1 });
        assert_eq!(told(&event(&offered), &standing()), None);
    }
}
