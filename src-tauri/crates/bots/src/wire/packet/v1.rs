//! Handoff packet v1 as programs that read one are told: a JSON Schema beside the type of the core.

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

/// The schema, for people who read it in a file as well.
pub const SCHEMA: &str = include_str!("v1.schema.json");

/// It, or none where nothing was handed over yet.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    let packet: Value = serde_json::from_str(SCHEMA).unwrap_or(Value::Bool(true));
    schemars::json_schema!({ "anyOf": [packet, { "type": "null" }] })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use baton_core::hash::Hash;
    use baton_core::ids::{DecisionId, Id as _};
    use baton_core::packet::{
        Attempt, Fact, Intent, MAX_BYTES, MODES, Packet, PacketChannel, PacketDecision, PacketSla,
        Party, Promise, Related, SCHEMA as NAME, Sentiment, SourceUsed, Stretch, Summary,
        Transcript,
    };
    use baton_core::time::Timestamp;
    use serde_json::{Value, json};

    /// A packet in which every field says something, so that none is left out.
    fn full() -> Packet {
        let at = Some(Timestamp(7));
        let party = Party {
            skills: vec!["billing".to_owned()],
            language: "en".to_owned(),
            ..Party::default()
        };
        Packet {
            schema: NAME.to_owned(),
            mode: "warm".to_owned(),
            direction: "bot_to_human".to_owned(),
            requested_by: "bot".to_owned(),
            from: party.clone(),
            to: party,
            reason: baton_core::control::Reason {
                words: Some(Hash::default()),
                ..Default::default()
            },
            summary: Summary {
                model: "small".to_owned(),
                reviewed_by: "anna".to_owned(),
                ..Summary::default()
            },
            promises: vec![Promise::default()],
            facts: vec![Fact::default()],
            attempted: vec![Attempt::default()],
            sources_used: vec![SourceUsed::default()],
            intent: Some(Intent::default()),
            sentiment: Some(Sentiment::default()),
            identity_expires_at: at,
            consent: [("email".to_owned(), true)].into(),
            channel: Some(PacketChannel {
                reply_until: at,
                constraints: vec!["short".to_owned()],
                ..PacketChannel::default()
            }),
            redactions: vec!["card number".to_owned()],
            sla: Some(PacketSla {
                first_reply_due: at,
                next_reply_due: at,
                resolve_due: at,
                ..PacketSla::default()
            }),
            related: vec![Related::default()],
            transcript: Transcript {
                hash: Some(Hash::default()),
                ..Transcript::default()
            },
            decision: Some(PacketDecision {
                decision_id: Some(DecisionId::from_bits(1)),
                record: Some(Hash::default()),
                matched_clauses: vec!["bot.failures >= 2".to_owned()],
                inputs_hash: Some(Hash::default()),
                ..PacketDecision::default()
            }),
            expires_at: at,
            human_stretch: Some(Stretch::default()),
            ..Packet::default()
        }
    }

    /// What a value may be: itself, or in place of none.
    fn object(schema: &Value) -> &Value {
        match schema["anyOf"].as_array() {
            Some(either) => &either[0],
            None => schema,
        }
    }

    /// Every name in a packet stands in the schema and the other way round, however deep.
    fn same_names(place: &str, value: &Value, schema: &Value) {
        let schema = object(schema);
        match value {
            Value::Object(fields) if schema["properties"].is_object() => {
                let described = schema["properties"].as_object().unwrap();
                let said: BTreeSet<_> = fields.keys().collect();
                assert_eq!(said, described.keys().collect(), "{place}");
                for required in schema["required"].as_array().unwrap() {
                    assert!(fields.contains_key(required.as_str().unwrap()), "{place}");
                }
                for (name, value) in fields {
                    same_names(&format!("{place}.{name}"), value, &described[name]);
                }
            }
            Value::Array(items) => {
                for item in items {
                    same_names(&format!("{place}[]"), item, &schema["items"]);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn the_schema_describes_every_field_and_no_other() {
        let schema: Value = serde_json::from_str(super::SCHEMA).unwrap();
        same_names("packet", &serde_json::to_value(full()).unwrap(), &schema);
        assert_eq!(schema["properties"]["schema"]["const"], NAME);
        assert_eq!(schema["properties"]["mode"]["enum"], json!(MODES));
        assert_eq!(schema["x-most-bytes"], MAX_BYTES);
        // What may be left out is not asked for.
        let least = serde_json::to_value(Packet::default()).unwrap();
        for required in schema["required"].as_array().unwrap() {
            assert!(least.get(required.as_str().unwrap()).is_some());
        }
    }
}
