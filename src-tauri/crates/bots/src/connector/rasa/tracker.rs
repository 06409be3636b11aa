//! What Rasa knows of a conversation: its tracker.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::wire::packet::{AttemptGiven, FactGiven, GivenPacket, IntentGiven};
use crate::wire::report::Report;

/// So many facts, steps and other intents go into a packet.
const MOST_ITEMS: usize = 40;
const MOST_INTENTS: usize = 4;
/// What is no word, number or yes and no is written out, up to so many characters.
const LONGEST_VALUE: usize = 400;

/// The intent that stands for not having understood.
const FALLBACK: &str = "nlu_fallback";
/// Slots that are for Rasa itself.
const OWN_SLOTS: [&str; 2] = ["requested_slot", "session_started_metadata"];
/// What Rasa does by itself is no step towards a solution.
const OWN_ACTIONS: [&str; 5] = [
    "action_listen",
    "action_session_start",
    "action_extract_slots",
    "action_unlikely_intent",
    "action_restart",
];

/// A tracker, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tracker {
    slots: BTreeMap<String, Value>,
    latest_message: Option<Latest>,
    events: Option<Vec<Event>>,
    latest_action_name: Option<String>,
    /// Whether the bot is to be silent.
    pub(super) paused: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Latest {
    intent: Option<Intent>,
    intent_ranking: Option<Vec<Intent>>,
    entities: Option<Vec<Entity>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Intent {
    name: Option<String>,
    confidence: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entity {
    entity: String,
    value: Value,
    #[serde(alias = "confidence_entity")]
    confidence: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    event: String,
    name: Option<String>,
}

impl Tracker {
    /// What is known, for a packet.
    pub(super) fn packet(&self) -> GivenPacket {
        let mut facts: Vec<FactGiven> = self
            .slots
            .iter()
            .filter(|(name, _)| !OWN_SLOTS.contains(&name.as_str()))
            .filter_map(|(name, value)| fact(name, value, "slot", None))
            .collect();
        for entity in self
            .latest()
            .and_then(|latest| latest.entities.as_ref())
            .into_iter()
            .flatten()
        {
            if !facts.iter().any(|fact| fact.key == entity.entity) {
                facts.extend(fact(
                    &entity.entity,
                    &entity.value,
                    "entity",
                    entity.confidence,
                ));
            }
        }
        facts.truncate(MOST_ITEMS);
        let wanted = self.slots.get("requested_slot").and_then(Value::as_str);
        GivenPacket {
            facts,
            open_questions: wanted
                .map(|slot| slot.replace('_', " "))
                .into_iter()
                .collect(),
            attempted: self.steps(),
            intent: self.intent().map(|(name, confidence)| IntentGiven {
                alternatives: self.alternatives(&name),
                name,
                confidence,
            }),
            ..GivenPacket::default()
        }
    }

    /// How the bot is doing; none when it has understood nothing yet.
    pub(super) fn report(&self) -> Option<Report> {
        let (name, confidence) = self.intent()?;
        let failure = self.fell_back().then(|| "fallback".to_owned());
        Some(Report {
            intent: Some(name),
            confidence,
            failure,
            same_answer: false,
        })
    }

    /// Whether it did not understand.
    pub(super) fn fell_back(&self) -> bool {
        let acted = self.latest_action_name.as_deref().unwrap_or_default();
        let intent = self.intent();
        intent.is_some_and(|(name, _)| name == FALLBACK) || acted.ends_with("_fallback")
    }

    fn latest(&self) -> Option<&Latest> {
        self.latest_message.as_ref()
    }

    fn intent(&self) -> Option<(String, Option<f64>)> {
        let intent = self.latest()?.intent.as_ref()?;
        let name = intent.name.clone().filter(|name| !name.is_empty())?;
        Some((name, share(intent.confidence)))
    }

    fn alternatives(&self, taken: &str) -> Vec<String> {
        let ranking = self
            .latest()
            .and_then(|latest| latest.intent_ranking.as_ref());
        ranking
            .into_iter()
            .flatten()
            .filter_map(|intent| intent.name.clone())
            .filter(|name| name != taken)
            .take(MOST_INTENTS)
            .collect()
    }

    /// The actions of the bot, but for those with which it only speaks or listens.
    fn steps(&self) -> Vec<AttemptGiven> {
        let events = self.events.as_deref().unwrap_or_default();
        let mut steps: Vec<AttemptGiven> = events
            .iter()
            .filter(|event| event.event == "action")
            .filter_map(|event| event.name.as_deref())
            .filter(|name| !name.starts_with("utter_") && !OWN_ACTIONS.contains(name))
            .map(|name| AttemptGiven {
                step: name.to_owned(),
                result: String::new(),
            })
            .collect();
        steps.dedup();
        let older = steps.len().saturating_sub(MOST_ITEMS);
        steps.split_off(older)
    }
}

fn share(number: Option<f64>) -> Option<f64> {
    number.filter(|number| (0.0..=1.0).contains(number))
}

/// A fact, when there is something in it.
fn fact(key: &str, value: &Value, source: &str, confidence: Option<f64>) -> Option<FactGiven> {
    let value = match value {
        Value::Null => return None,
        Value::String(text) if text.trim().is_empty() => return None,
        Value::Array(all) if all.is_empty() => return None,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        Value::Array(_) | Value::Object(_) => Value::from(
            value
                .to_string()
                .chars()
                .take(LONGEST_VALUE)
                .collect::<String>(),
        ),
    };
    (!key.is_empty()).then(|| FactGiven {
        key: key.to_owned(),
        value,
        source: source.to_owned(),
        confidence: share(confidence),
        verified: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Tracker;

    #[test]
    fn slots_entities_intents_and_steps_become_what_a_packet_says() {
        let tracker: Tracker = serde_json::from_value(json!({
            "sender_id": "a", "paused": true,
            "slots": { "order": "A-17", "amount": 12.5, "items": ["a", "b"], "empty": null,
                "requested_slot": "account_type", "session_started_metadata": { "x": 1 } },
            "latest_message": {
                "intent": { "name": "refund", "confidence": 0.81 },
                "intent_ranking": [{ "name": "refund", "confidence": 0.81 },
                    { "name": "return", "confidence": 0.11 }],
                "entities": [{ "entity": "order", "value": "A-18" },
                    { "entity": "city", "value": "Rome", "confidence_entity": 0.7 }],
            },
            "events": [{ "event": "action", "name": "action_session_start" },
                { "event": "user", "text": "x" },
                { "event": "action", "name": "action_look_up" },
                { "event": "action", "name": "action_look_up" },
                { "event": "action", "name": "utter_sorry" },
                { "event": "action", "name": "action_listen" }],
        }))
        .unwrap();
        assert!(tracker.paused && !tracker.fell_back());
        let packet = tracker.packet();
        let facts: Vec<String> = packet
            .facts
            .iter()
            .map(|fact| format!("{} {}={}", fact.source, fact.key, fact.value))
            .collect();
        assert_eq!(
            facts,
            [
                "slot amount=12.5",
                "slot items=\"[\\\"a\\\",\\\"b\\\"]\"",
                "slot order=\"A-17\"",
                "entity city=\"Rome\"",
            ]
        );
        assert_eq!(packet.facts[3].confidence, Some(0.7));
        assert_eq!(packet.open_questions, ["account type"]);
        assert_eq!(packet.attempted.len(), 1);
        let intent = packet.intent.unwrap();
        assert_eq!(
            (intent.name.as_str(), intent.confidence),
            ("refund", Some(0.81))
        );
        assert_eq!(intent.alternatives, ["return"]);
        assert_eq!(tracker.report().unwrap().failure, None);
    }

    #[test]
    fn a_fallback_is_a_failure_and_an_empty_tracker_says_nothing() {
        let fell: Tracker = serde_json::from_value(json!({
            "latest_message": { "intent": { "name": "nlu_fallback", "confidence": 0.3 } },
        }))
        .unwrap();
        assert_eq!(fell.report().unwrap().failure.as_deref(), Some("fallback"));
        let empty: Tracker = serde_json::from_value(json!({
            "slots": { "city": null }, "events": null, "latest_action_name": "action_listen",
            "latest_message": { "intent": {}, "entities": [], "text": null },
        }))
        .unwrap();
        assert!(empty.report().is_none());
        assert_eq!(empty.packet(), super::GivenPacket::default());
    }

    #[test]
    #[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
    fn recorded_trackers_are_read() {
        let data = std::env::var_os("BATON_DATA").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
            Into::into,
        );
        let folder = data.join("channels/rasa");
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("skipped: there are no recorded trackers here");
            return;
        };
        let mut known = 0;
        for file in files {
            let file = file.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            let raw: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let tracker: Tracker = serde_json::from_slice(&bytes).unwrap();
            let said = raw["slots"].as_object().unwrap().values();
            let said = said.filter(|value| !value.is_null()).count();
            let packet = tracker.packet();
            assert_eq!(packet.facts.len(), said, "{}", file.display());
            assert!(
                packet
                    .facts
                    .iter()
                    .all(|fact| raw["slots"][&fact.key] == fact.value)
            );
            assert_eq!(tracker.paused, raw["paused"]);
            known += said;
        }
        assert!(known > 0, "there is something to be known in them");
    }
}
