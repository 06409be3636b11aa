//! What goes over a Direct Line: activities.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::command::REASONS;
use crate::connector::Returned;
use crate::wire::control::ReasonGiven;
use crate::wire::packet::{FactGiven, GivenPacket};

/// So many lines of a transcript that comes along are kept, and so many characters of each.
const MOST_LINES: usize = 30;
const LONGEST_LINE: usize = 500;
/// So many facts are taken from what comes with a wish for a person.
const MOST_FACTS: usize = 40;
const LONGEST_SUMMARY: usize = 2_000;
/// The field in which a client finds its own activities again.
const OWN_NAME: &str = "clientActivityID";

/// An activity, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Activity {
    /// The platform's own name for it.
    pub(super) id: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    from: Party,
    /// What it answers.
    pub(super) reply_to_id: Option<String>,
    text: Option<String>,
    value: Value,
    attachments: Option<Vec<Attachment>>,
    suggested_actions: Option<Suggested>,
    timestamp: Option<String>,
    channel_data: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Party {
    id: String,
    role: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Attachment {
    name: Option<String>,
    content_type: String,
    content_url: Option<String>,
    content: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Suggested {
    actions: Vec<Action>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Action {
    title: String,
}

/// Activities, as a server sends them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Activities {
    pub(super) activities: Vec<Activity>,
    pub(super) watermark: Value,
}

impl Activities {
    /// The watermark after them; none where they bring none.
    pub(super) fn mark(&self) -> Option<String> {
        match &self.watermark {
            Value::String(mark) if !mark.is_empty() => Some(mark.clone()),
            Value::Number(mark) => Some(mark.to_string()),
            _ => None,
        }
    }
}

/// What an activity means.
pub(super) enum Meaning {
    /// Words for the customer.
    Words(String),
    /// It is writing.
    Writing,
    /// It hands over.
    HandsOver(ReasonGiven, Box<GivenPacket>),
    /// It has ended the conversation on its side.
    Ended,
    /// Nothing for anybody here.
    Nothing,
}

impl Activity {
    /// Whether it is what this side has sent.
    pub(super) fn is_ours(&self, user: &str) -> bool {
        self.from.id == user || self.from.role == "user"
    }

    /// The name that this side gave to what it has sent.
    pub(super) fn own_name(&self) -> Option<&str> {
        self.channel_data.get(OWN_NAME)?.as_str()
    }

    pub(super) fn meaning(&self) -> Meaning {
        match self.kind.as_str() {
            "message" => match self.words() {
                Some(words) => Meaning::Words(words),
                None => Meaning::Nothing,
            },
            "typing" => Meaning::Writing,
            "event" if self.name == "handoff.initiate" => {
                let (reason, packet) = self.handoff();
                Meaning::HandsOver(reason, Box::new(packet))
            }
            "endOfConversation" => Meaning::Ended,
            _ => Meaning::Nothing,
        }
    }

    /// The words for the customer: the text, the choices it offers, what is attached.
    fn words(&self) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        lines.extend(self.text.clone());
        for attachment in self.attachments.iter().flatten() {
            let web = attachment
                .content_url
                .as_ref()
                .filter(|url| url.starts_with("http"));
            lines.extend(web.cloned());
            // A card that somebody sees as words: what it says and offers.
            for field in ["title", "subtitle", "text"] {
                let text = attachment.content.get(field).and_then(Value::as_str);
                lines.extend(text.map(str::to_owned));
            }
            let buttons = attachment.content.get("buttons").and_then(Value::as_array);
            for button in buttons.into_iter().flatten() {
                let title = button.get("title").and_then(Value::as_str);
                lines.extend(title.map(|title| format!("\u{2022} {title}")));
            }
        }
        let offered = self.suggested_actions.iter().flat_map(|all| &all.actions);
        lines.extend(
            offered
                .filter(|action| !action.title.trim().is_empty())
                .map(|action| format!("\u{2022} {}", action.title.trim())),
        );
        lines.retain(|line| !line.trim().is_empty());
        let words = lines.join("\n");
        let words = words.trim();
        (!words.is_empty()).then(|| words.to_owned())
    }

    /// Why a bot hands over, and what it knows: the context is its own, so its plain values become
    /// facts, and what has a place in a packet goes there.
    fn handoff(&self) -> (ReasonGiven, GivenPacket) {
        let field = |names: &[&str]| -> String {
            let found = names.iter().find_map(|name| self.value.get(name)?.as_str());
            found
                .unwrap_or_default()
                .chars()
                .take(LONGEST_SUMMARY)
                .collect()
        };
        let code = field(&["reason", "Reason"]);
        let known = REASONS.contains(&code.as_str());
        let reason = ReasonGiven {
            code: if known {
                code
            } else {
                "unspecified".to_owned()
            },
            text: String::new(),
        };
        let taken = ["summary", "Summary", "message", "Message"];
        let facts = self.value.as_object().into_iter().flatten();
        let facts = facts
            .filter(|(key, _)| !taken.contains(&key.as_str()))
            .filter(|(key, _)| !known || *key != "reason")
            .filter(|(_, value)| {
                matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
            })
            .map(|(key, value)| FactGiven {
                key: key.clone(),
                value: value.clone(),
                source: "bot".to_owned(),
                confidence: None,
                verified: false,
            })
            .take(MOST_FACTS)
            .collect();
        let mut extra = Map::new();
        let transcript = self.transcript();
        if !transcript.is_empty() {
            extra.insert("bot_transcript".to_owned(), Value::Array(transcript));
        }
        let packet = GivenPacket {
            summary: match &self.value {
                Value::String(text) => text.chars().take(LONGEST_SUMMARY).collect(),
                _ => field(&taken),
            },
            facts,
            extra,
            ..GivenPacket::default()
        };
        (reason, packet)
    }

    /// The newest lines of the transcript that comes along.
    fn transcript(&self) -> Vec<Value> {
        let attached = self.attachments.iter().flatten();
        let activities = attached
            .filter(|one| {
                let named = one.name.as_deref();
                named.is_some_and(|name| name.eq_ignore_ascii_case("transcript"))
                    && one.content_type == "application/json"
            })
            .find_map(|one| one.content.get("activities")?.as_array());
        let mut lines: Vec<Value> = activities
            .into_iter()
            .flatten()
            .filter_map(|one| serde_json::from_value::<Self>(one.clone()).ok())
            .filter(|one| one.kind == "message")
            .filter_map(|one| {
                let text: String = one.text?.chars().take(LONGEST_LINE).collect();
                Some(json!({ "from": one.from.id, "text": text, "at": one.timestamp }))
            })
            .collect();
        let older = lines.len().saturating_sub(MOST_LINES);
        lines.split_off(older)
    }
}

/// Words of the customer, in a line of that name.
pub(super) fn message(user: &str, line: &str, text: &str) -> Value {
    json!({
        "type": "message",
        "channelData": { OWN_NAME: line },
        "from": { "id": user, "role": "user" },
        "text": text,
        "textFormat": "plain",
    })
}

/// What came of a handoff: `accepted`, `failed` or `completed`.
pub(super) fn status(user: &str, state: &str) -> Value {
    json!({
        "type": "event",
        "name": "handoff.status",
        "from": { "id": user, "role": "user" },
        "value": { "state": state },
    })
}

/// What people left when they gave the conversation back.
pub(super) fn returned(user: &str, returned: &Returned) -> Value {
    json!({
        "type": "event",
        "name": "baton.returned",
        "from": { "id": user, "role": "user" },
        "value": { "summary": returned.summary, "allowed": returned.allowed },
    })
}

/// What the team says to the bot alone, in a line of that name.
pub(super) fn whisper(user: &str, line: &str, text: &str) -> Value {
    json!({
        "type": "event",
        "channelData": { OWN_NAME: line },
        "name": "baton.whisper",
        "from": { "id": user, "role": "user" },
        "value": { "text": text },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Activities, Activity, Meaning};

    fn read(activity: Value) -> Activity {
        serde_json::from_value(activity).unwrap()
    }

    #[test]
    fn what_a_customer_is_to_see_becomes_words() {
        for (activity, words) in [
            (json!({ "type": "message", "text": " Hi " }), Some("Hi")),
            (
                json!({ "type": "message", "text": "Which?", "inputHint": "expectingInput",
                    "suggestedActions": { "actions": [{ "type": "imBack", "title": "Red" }] } }),
                Some("Which?\n\u{2022} Red"),
            ),
            (
                json!({ "type": "message", "attachments": [{ "contentType":
                    "application/vnd.microsoft.card.hero", "content": { "title": "Bike",
                    "text": "Blue", "buttons": [{ "title": "Buy" }] } },
                    { "contentType": "image/png", "contentUrl": "data:image/png;base64,AA" },
                    { "contentType": "image/png", "contentUrl": "https://example.org/a.png" }] }),
                Some("Bike\nBlue\n\u{2022} Buy\nhttps://example.org/a.png"),
            ),
            (json!({ "type": "message" }), None),
            (json!({ "type": "trace", "text": "x" }), None),
        ] {
            let found = match read(activity).meaning() {
                Meaning::Words(words) => Some(words),
                _ => None,
            };
            assert_eq!(found.as_deref(), words);
        }
    }

    #[test]
    fn a_wish_for_a_person_brings_context_and_transcript_along() {
        let activity = read(json!({
            "type": "event", "name": "handoff.initiate",
            "value": { "skill": "billing", "reason": "vip", "summary": "Wants money back.",
                "deep": { "x": 1 } },
            "attachments": [{ "name": "Transcript", "contentType": "application/json",
                "content": { "activities": [
                    { "type": "message", "from": { "id": "u" }, "text": "Hello", "timestamp": "t" },
                    { "type": "typing" }] } }],
        }));
        let Meaning::HandsOver(reason, packet) = activity.meaning() else {
            panic!("it is a wish");
        };
        assert_eq!(reason.code, "vip");
        assert_eq!(packet.summary, "Wants money back.");
        let keys: Vec<&str> = packet.facts.iter().map(|fact| fact.key.as_str()).collect();
        assert_eq!(keys, ["skill"]);
        assert_eq!(
            packet.extra["bot_transcript"],
            json!([{ "from": "u", "text": "Hello", "at": "t" }])
        );
    }

    #[test]
    fn a_watermark_may_be_a_number() {
        for (mark, read) in [
            (json!("7"), Some("7")),
            (json!(7), Some("7")),
            (json!(null), None),
        ] {
            let all: Activities =
                serde_json::from_value(json!({ "activities": [], "watermark": mark })).unwrap();
            assert_eq!(all.mark().as_deref(), read);
        }
    }
}
