//! What Sunshine Conversations would answer.

use serde_json::{Value, json};

use crate::dialect::{Standing, Wanted};
use crate::door::Answer;
use crate::wire::control::ControllerView;
use crate::wire::customer::{MessageView, Messages};

/// The answer to what was done.
pub(in crate::dialect) fn said(wanted: &Wanted, standing: &Standing, done: &Answer) -> Answer {
    match wanted {
        Wanted::Say(text) => Answer {
            status: 201,
            body: json!({
                "messages": [{
                    "id": done.body.get("message"),
                    "received": iso(standing.at),
                    "author": { "type": "business", "displayName": standing.bot },
                    "content": { "type": "text", "text": text },
                    "source": { "type": "api:conversations" },
                    // `held` while a person has to read it first.
                    "metadata": { "state": done.body.get("state") },
                }],
            }),
        },
        Wanted::Messages => {
            let read = serde_json::from_value::<Messages>(done.body.clone());
            let messages = read.map(|read| read.messages).unwrap_or_default();
            let list: Vec<Value> = messages.iter().map(|one| message(standing, one)).collect();
            let body = json!({ "messages": list, "meta": { "hasMore": false }, "links": {} });
            Answer { status: 200, body }
        }
        Wanted::Look => Answer {
            status: 200,
            body: json!({ "conversation": conversation(standing) }),
        },
        _ => Answer {
            status: 200,
            body: json!({}),
        },
    }
}

/// A no, where Sunshine Conversations has it; what the door says of it is there too.
pub(in crate::dialect) fn refused(done: Answer) -> Answer {
    let mut body = done.body;
    let word = |name: &str| body.get(name).cloned().unwrap_or_default();
    let code = word("code");
    let errors = json!([{ "code": code, "title": word("message"), "detail": word("hint") }]);
    // Whom it names is not there.
    let nobody = ["no_such_queue", "no_such_bot", "no_such_agent"];
    let missing = code.as_str().is_some_and(|code| nobody.contains(&code));
    if let Some(fields) = body.as_object_mut() {
        fields.insert("errors".to_owned(), errors);
    }
    Answer {
        status: if missing { 404 } else { done.status },
        body,
    }
}

/// A time as the API writes it.
pub(super) fn iso(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at)
        .map(|at| format!("{at:.3}"))
        .unwrap_or_default()
}

pub(super) fn message(standing: &Standing, one: &MessageView) -> Value {
    let author = match one.author.as_str() {
        "customer" => json!({
            "type": "user", "userId": standing.contact, "displayName": standing.customer,
        }),
        _ => json!({ "type": "business", "displayName": one.name }),
    };
    json!({
        "id": one.message,
        "received": iso(one.at),
        "author": author,
        "content": { "type": "text", "text": one.text },
        "source": { "type": "api:conversations" },
    })
}

/// A conversation with who is active in it and who is asked.
pub(super) fn conversation(standing: &Standing) -> Value {
    let control = &standing.conversation.control;
    let pending = control.offer.as_ref().map(|offer| {
        let (kind, name) = match offer.yours {
            true => ("bot", standing.bot.as_str()),
            false => ("other", "other"),
        };
        integration(kind, name)
    });
    json!({
        "id": standing.conversation.conversation,
        "type": "personal",
        "isDefault": false,
        "displayName": standing.customer,
        "metadata": standing.attributes,
        "activeSwitchboardIntegration": active(&control.holder),
        "pendingSwitchboardIntegration": pending,
    })
}

fn active(holder: &ControllerView) -> Option<Value> {
    (holder.kind != "nobody").then(|| integration(&holder.kind, &holder.name))
}

fn integration(kind: &str, name: &str) -> Value {
    let id = format!("{kind}:{name}");
    json!({ "id": id, "name": name, "integrationId": id, "integrationType": "custom" })
}
