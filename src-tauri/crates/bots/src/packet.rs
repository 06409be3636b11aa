//! The packet on its way out to protocols that cannot carry it whole: flattened to scalars for
//! those that have a map of metadata, and told in plain words for those that have only a note.
//!
//! Whoever gets a part can read the whole: both begin with what names it, the handoff and the
//! conversation, by which the door gives it (`GET /bots/v1/conversations/{conversation}/packet`).

use baton_core::packet::Packet;
use baton_core::time::Timestamp;
use serde_json::{Map, Value};

/// A flattened packet weighs at most so much as JSON, which is what Switchboard allows metadata.
pub const MOST_BYTES: usize = 4 * 1024;

/// A text longer than this is cut, so that one field does not take the place of all others.
const MOST_CHARS: usize = 600;

/// A packet as a flat map of texts, numbers and booleans that weighs at most [`MOST_BYTES`]. What
/// matters most comes first; a field that does not fit any more is left out whole, and then
/// `packet_cut` is true.
#[must_use]
pub fn flattened(packet: &Packet) -> Map<String, Value> {
    let mut flat = Flat::default();
    flat.put("handoff_id", packet.handoff_id.to_string());
    flat.put("conversation_id", packet.conversation_id.to_string());
    flat.put("episode", packet.episode);
    flat.put("control_epoch", packet.control_epoch);
    flat.put("direction", packet.direction.clone());
    flat.put("from", side(&packet.from.kind, &packet.from.name));
    flat.put("to", side(&packet.to.kind, &packet.to.name));
    flat.put("reason", word(&packet.reason.code));
    flat.put("reason_text", packet.reason.text.clone());
    flat.put("customer_goal", packet.customer_goal.clone());
    flat.put("next_step", packet.next_step.clone());
    flat.put("summary", packet.summary.text.clone());
    flat.put("summary_author", packet.summary.author.clone());
    flat.put("language", packet.language.clone());
    flat.put("priority", packet.priority.clone());
    flat.put("identity_verified_by", packet.identity_verified_by.clone());
    flat.put("sensitivity", packet.sensitivity.join(", "));
    flat.put("allowed_actions", packet.allowed_actions.join(", "));
    for (at, promise) in (1..).zip(&packet.promises) {
        flat.put(&format!("promise_{at}"), promise.text.clone());
        if let Some(Timestamp(due)) = promise.due_at {
            flat.put(&format!("promise_{at}_due_at"), due);
        }
    }
    if let Some(intent) = &packet.intent {
        flat.put("intent", intent.name.clone());
        flat.scalar("intent_confidence", Value::from(intent.confidence));
    }
    for fact in &packet.facts {
        flat.scalar(&format!("fact_{}", key(&fact.key)), fact.value.clone());
    }
    for (at, question) in (1..).zip(&packet.open_questions) {
        flat.put(&format!("open_question_{at}"), question.clone());
    }
    for (at, attempt) in (1..).zip(&packet.attempted) {
        flat.put(
            &format!("attempted_{at}"),
            tried(&attempt.step, &attempt.result),
        );
    }
    if let Some(due) = packet.sla.as_ref().and_then(|sla| sla.next_due) {
        flat.put("sla_next_due", due.0);
    }
    flat.put("tags", packet.tags.join(", "));
    if let Some(decision) = &packet.decision {
        flat.put("rule", decision.rule_id.clone());
    }
    for (name, value) in &packet.attributes {
        flat.scalar(&format!("attribute_{}", key(name)), value.clone());
    }
    flat.done()
}

/// A packet in a few lines for people, for protocols in which it becomes a private note.
#[must_use]
pub fn in_words(packet: &Packet) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: &str| {
        let text = text.trim();
        if !text.is_empty() {
            lines.push(format!("{name}: {text}"));
        }
    };
    line("Wants", &packet.customer_goal);
    line("Next step", &packet.next_step);
    line("So far", &packet.summary.text);
    for promise in &packet.promises {
        line("Promised", &promise.text);
    }
    for question in &packet.open_questions {
        line("Still open", question);
    }
    for fact in &packet.facts {
        let value = match &fact.value {
            Value::String(text) => text.clone(),
            Value::Null => continue,
            other => other.to_string(),
        };
        let sure = if fact.verified { " (verified)" } else { "" };
        line(&spaced(&fact.key), &format!("{value}{sure}"));
    }
    for attempt in &packet.attempted {
        line("Tried", &tried(&attempt.step, &attempt.result));
    }
    line("May go on with", &packet.allowed_actions.join(", "));
    let why = match packet.reason.text.as_str() {
        "" => spaced(&word(&packet.reason.code)),
        text => text.to_owned(),
    };
    line("Why", &why);
    line("Handoff", &packet.handoff_id.to_string());
    lines.join("\n")
}

/// A flat map that is filled as long as there is room.
#[derive(Default)]
struct Flat {
    map: Map<String, Value>,
    weight: usize,
    cut: bool,
}

/// Room for `"packet_cut":true` and the braces.
const KEPT_FREE: usize = 24;

impl Flat {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.scalar(name, value.into());
    }

    /// Puts a scalar in; lists and objects, which stand only in the whole packet, and blanks stay
    /// out.
    fn scalar(&mut self, name: &str, value: Value) {
        let value = match value {
            Value::String(text) if text.is_empty() => return,
            Value::String(text) => Value::String(text.chars().take(MOST_CHARS).collect()),
            Value::Null => return,
            Value::Array(_) | Value::Object(_) => {
                self.cut = true;
                return;
            }
            value @ (Value::Bool(_) | Value::Number(_)) => value,
        };
        if self.map.contains_key(name) {
            return;
        }
        let name = Value::String(name.to_owned());
        // A colon and a comma beside the two.
        let weight = name.to_string().len() + value.to_string().len() + 2;
        if self.weight + weight + KEPT_FREE > MOST_BYTES {
            self.cut = true;
            return;
        }
        self.weight += weight;
        if let Value::String(name) = name {
            self.map.insert(name, value);
        }
    }

    fn done(mut self) -> Map<String, Value> {
        if self.cut {
            self.map.insert("packet_cut".to_owned(), Value::Bool(true));
        }
        self.map
    }
}

/// A name that any platform takes as a key.
fn key(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect()
}

fn spaced(code: &str) -> String {
    let spaced = code.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn side(kind: &str, name: &str) -> String {
    if name.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}:{name}")
    }
}

fn tried(step: &str, result: &str) -> String {
    if result.is_empty() {
        step.to_owned()
    } else {
        format!("{step}: {result}")
    }
}

/// The word that a code is sent as.
fn word(code: &impl serde::Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use baton_core::control::{Reason, ReasonCode};
    use baton_core::packet::{Attempt, Fact, Packet, Party, Promise, Summary};
    use baton_core::time::Timestamp;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{MOST_BYTES, flattened, in_words};

    fn fact(key: &str, value: Value) -> Fact {
        Fact {
            key: key.to_owned(),
            value,
            ..Fact::default()
        }
    }

    fn packet() -> Packet {
        Packet {
            from: Party {
                kind: "bot".to_owned(),
                name: "front".to_owned(),
                ..Party::default()
            },
            reason: Reason::code(ReasonCode::MissingKnowledge),
            customer_goal: "Money back".to_owned(),
            summary: Summary {
                text: "The bell was broken.".to_owned(),
                author: "bot".to_owned(),
                ..Summary::default()
            },
            facts: vec![
                fact("order.number", json!(48377)),
                fact("paid", json!(true)),
                fact("address", json!({ "city": "Kassel" })),
            ],
            promises: vec![Promise {
                text: "A mail today".to_owned(),
                due_at: Some(Timestamp(7_000)),
                by: "bot".to_owned(),
            }],
            attempted: vec![Attempt {
                step: "Looked the order up".to_owned(),
                result: "found".to_owned(),
                at: None,
            }],
            ..Packet::default()
        }
    }

    #[test]
    fn scalars_stand_in_one_flat_map_and_what_is_none_is_said_to_be_left_out() {
        let flat = flattened(&packet());
        assert_eq!(flat["from"], "bot:front");
        assert_eq!(flat["reason"], "missing_knowledge");
        assert_eq!(flat["fact_order_number"], 48377);
        assert_eq!(flat["fact_paid"], true);
        assert_eq!(flat["promise_1_due_at"], 7_000);
        assert_eq!(flat["attempted_1"], "Looked the order up: found");
        assert!(!flat.contains_key("fact_address"), "stands in the whole");
        assert_eq!(flat["packet_cut"], true);
        assert!(!flat.contains_key("language"), "blanks say nothing");
        assert!(flat.contains_key("handoff_id"), "which leads to the whole");
    }

    #[test]
    fn a_note_for_people_says_the_same_in_lines() {
        let note = in_words(&packet());
        assert!(note.starts_with("Wants: Money back\n"), "{note}");
        assert!(note.contains("\nOrder.number: 48377\n"), "{note}");
        assert!(note.contains("\nPromised: A mail today\n"), "{note}");
        assert!(note.contains("\nWhy: Missing knowledge\n"), "{note}");
    }

    proptest! {
        #[test]
        fn whatever_a_bot_knows_fits(
            goal in ".{0,2000}",
            facts in proptest::collection::vec((".{0,30}", ".{0,900}"), 0..40),
        ) {
            let packet = Packet {
                customer_goal: goal,
                facts: facts.iter().map(|(key, value)| fact(key, json!(value))).collect(),
                ..packet()
            };
            let flat = flattened(&packet);
            prop_assert!(serde_json::to_vec(&flat).unwrap().len() <= MOST_BYTES);
            let scalar = |value: &Value| !value.is_array() && !value.is_object() && !value.is_null();
            prop_assert!(flat.values().all(scalar));
            prop_assert_eq!(&flat["reason"], "missing_knowledge");
        }
    }
}
