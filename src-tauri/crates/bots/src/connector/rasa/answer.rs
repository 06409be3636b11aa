//! What a bot of Rasa answers.

use serde::Deserialize;
use serde_json::Value;

use crate::command::REASONS;
use crate::wire::control::ReasonGiven;

/// One thing that a bot says, as its REST and its callback channel write it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    text: Option<String>,
    buttons: Vec<Button>,
    image: Option<String>,
    attachment: Value,
    custom: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Button {
    title: String,
}

/// A wish for a person.
pub(super) struct Wish {
    pub(super) reason: Option<ReasonGiven>,
    pub(super) summary: String,
}

impl Answer {
    /// Reads one; what is none says nothing.
    pub(super) fn read(body: Value) -> Self {
        serde_json::from_value(body).unwrap_or_default()
    }

    /// The words for the customer; none when there are none.
    pub(super) fn words(&self) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        lines.extend(self.text.clone());
        for button in &self.buttons {
            if !button.title.trim().is_empty() {
                lines.push(format!("\u{2022} {}", button.title.trim()));
            }
        }
        lines.extend(self.image.clone());
        lines.extend(self.attachment.as_str().map(str::to_owned));
        let words = lines.join("\n");
        let words = words.trim();
        (!words.is_empty()).then(|| words.to_owned())
    }

    /// The wish for a person in it: `custom` with `handoff`, or with the `handoff_host` that bots
    /// of Rasa send to change hosts.
    pub(super) fn wish(&self) -> Option<Wish> {
        let text = |value: Option<&Value>| -> String {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            text.trim().to_owned()
        };
        if self.custom.get("handoff_host").is_some() {
            return Some(Wish {
                reason: None,
                summary: text(self.custom.get("title")),
            });
        }
        let asked = self.custom.get("handoff")?;
        if matches!(asked, Value::Null | Value::Bool(false)) {
            return None;
        }
        let code = text(asked.get("reason"));
        Some(Wish {
            reason: REASONS.contains(&code.as_str()).then(|| ReasonGiven {
                code,
                text: String::new(),
            }),
            summary: match asked {
                Value::String(summary) => summary.trim().to_owned(),
                other => text(other.get("summary")),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Answer;

    #[test]
    fn everything_that_a_customer_is_to_see_becomes_words() {
        for (body, words) in [
            (json!({ "recipient_id": "a", "text": " Hi " }), Some("Hi")),
            (
                json!({ "text": "Which?", "buttons": [{ "title": "Red", "payload": "/red" },
                    { "title": " " }, { "title": "Blue", "payload": "/blue" }] }),
                Some("Which?\n\u{2022} Red\n\u{2022} Blue"),
            ),
            (
                json!({ "image": "https://example.org/a.png" }),
                Some("https://example.org/a.png"),
            ),
            (json!({ "custom": { "card": 1 } }), None),
            (json!({ "text": 7 }), None),
            (json!("no"), None),
        ] {
            assert_eq!(Answer::read(body).words().as_deref(), words);
        }
    }

    #[test]
    fn a_wish_for_a_person_is_read_in_each_of_its_shapes() {
        for (custom, wish) in [
            (json!({ "handoff": true }), Some((None, ""))),
            (
                json!({ "handoff": "wants money back" }),
                Some((None, "wants money back")),
            ),
            (
                json!({ "handoff": { "reason": "vip", "summary": "a friend" } }),
                Some((Some("vip"), "a friend")),
            ),
            (json!({ "handoff": { "reason": "whim" } }), Some((None, ""))),
            (
                json!({ "handoff_host": "http://other", "title": "Desk" }),
                Some((None, "Desk")),
            ),
            (json!({ "handoff": false }), None),
            (json!({ "card": 1 }), None),
        ] {
            let found = Answer::read(json!({ "custom": custom })).wish();
            let found = found.map(|wish| (wish.reason.map(|reason| reason.code), wish.summary));
            let wish = wish.map(|(code, text)| (code.map(str::to_owned), text.to_owned()));
            assert_eq!(found, wish);
        }
    }
}
