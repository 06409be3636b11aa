//! What Chatwoot would answer.

use serde_json::{Value, json};

use super::{ACCOUNT, INBOX};
use crate::dialect::{Kept, Standing, Wanted};
use crate::door::Answer;
use crate::wire::control::ConversationView;
use crate::wire::customer::{MessageView, Messages};

/// The status of a conversation as Chatwoot has it: who speaks is all that it says.
pub(super) fn status(view: &ConversationView) -> &'static str {
    match view.control.state.as_str() {
        "closed" => "resolved",
        _ if view.control.holder.kind == "bot" => "pending",
        _ if view.status == "snoozed" => "snoozed",
        _ => "open",
    }
}

/// The answer to what was done.
pub(in crate::dialect) fn said(wanted: &Wanted, standing: &Standing, done: &Answer) -> Answer {
    let number = standing.number;
    let body = match wanted {
        Wanted::Look => conversation(standing),
        Wanted::Messages => json!({
            "meta": { "labels": standing.labels(), "contact": contact(standing) },
            "payload": messages(done).iter().map(|one| message(standing, one)).collect::<Vec<_>>(),
        }),
        Wanted::Say(text) | Wanted::Note(text) => json!({
            // None while a person has to read it first.
            "id": standing.message,
            "content": text,
            "content_type": "text",
            "content_attributes": {},
            "message_type": 1,
            "private": matches!(wanted, Wanted::Note(_)),
            "status": if standing.message.is_some() { "sent" } else { "progress" },
            "source_id": done.body.get("message"),
            "conversation_id": number,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "sender": { "name": standing.bot, "type": "agent_bot" },
        }),
        Wanted::Pass { .. }
        | Wanted::Offer { .. }
        | Wanted::Accept
        | Wanted::Back
        | Wanted::Release(_) => json!({
            "meta": {},
            "payload": {
                "success": true,
                "conversation_id": number,
                "current_status": status(&standing.conversation),
            },
        }),
        Wanted::Typing(_) => json!({}),
        Wanted::Keep(Kept::Attributes(_)) => {
            json!({ "custom_attributes": standing.own_attributes() })
        }
        Wanted::Keep(Kept::Labels(_)) => json!({ "payload": standing.labels() }),
    };
    Answer { status: 200, body }
}

/// A no, where Chatwoot has it; what the door says of it is there too.
pub(in crate::dialect) fn refused(done: Answer) -> Answer {
    let mut body = done.body;
    let message = body.get("message").cloned().unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("error".to_owned(), message);
    }
    Answer {
        status: done.status,
        body,
    }
}

fn messages(done: &Answer) -> Vec<MessageView> {
    let read = serde_json::from_value::<Messages>(done.body.clone());
    read.map(|read| read.messages).unwrap_or_default()
}

fn message(standing: &Standing, one: &MessageView) -> Value {
    json!({
        "content": one.text,
        "content_type": "text",
        "message_type": i32::from(one.direction != "inbound"),
        "private": false,
        "status": "sent",
        "source_id": one.message,
        "created_at": one.at.div_euclid(1_000),
        "conversation_id": standing.number,
        "sender": super::hook::sender(standing, &one.author, &one.name),
    })
}

pub(super) fn contact(standing: &Standing) -> Value {
    json!({ "name": standing.customer, "identifier": standing.contact, "type": "contact" })
}

/// A conversation.
pub(super) fn conversation(standing: &Standing) -> Value {
    let view = &standing.conversation;
    let holder = &view.control.holder;
    let assignee = (holder.kind == "agent").then(|| json!({ "name": holder.name, "type": "user" }));
    let seconds = |at: i64| at.div_euclid(1_000);
    json!({
        "id": standing.number,
        "uuid": view.conversation,
        "account_id": ACCOUNT,
        "inbox_id": INBOX,
        "channel": "Channel::Api",
        "status": status(view),
        "can_reply": view.control.you,
        "labels": standing.labels(),
        "custom_attributes": standing.own_attributes(),
        "additional_attributes": {},
        "meta": { "sender": contact(standing), "assignee": assignee },
        "waiting_since": view.waiting_since.map_or(0, seconds),
        "timestamp": seconds(view.control.since),
    })
}
