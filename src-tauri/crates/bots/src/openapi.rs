//! The description of the door for programs: OpenAPI 3.1, made of the routes and of the types that
//! are read, so that it cannot say anything else than what is.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::error::DoorError;
use crate::route::{Method, ROOT, ROUTES, Route};

/// What can go wrong at any address.
const ERRORS: &[(&str, &str)] = &[
    ("400", "The request does not fit."),
    ("401", "The token is missing or wrong."),
    ("404", "There is no such thing for this bot."),
    (
        "409",
        "It does not fit the state; `not_in_control` says who has control.",
    ),
    ("413", "The body or the packet is too large."),
    (
        "422",
        "What is named does not exist, or the Idempotency-Key stood for something else.",
    ),
    ("429", "Too many requests at once."),
];

/// How a bot on another machine is known.
const SIGNATURE: &str = "From another machine of the office each request is signed: `Baton bot=…, \
    time=…, nonce=…, body=…, signature=…`. `time` is in seconds since 1970, `nonce` is 8 to 64 \
    visible characters that are used once, `body` is the SHA-256 of the body in hexadecimal digits, \
    and `signature` is HMAC-SHA-256 with the secret of the bot over `baton-1`, bot, method, path \
    with its query, `Idempotency-Key` (an empty line without one), time, nonce and body, with a line \
    feed between them and none after the last.";

/// The description.
#[must_use]
pub fn document(version: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let error = generator.subschema_for::<DoorError>();
    let mut paths = Map::new();
    for route in ROUTES {
        let takes = route.takes.map(|shape| shape(&mut generator));
        let answers = (route.answers)(&mut generator);
        let mut responses = Map::new();
        responses.insert("200".to_owned(), body("Done.", &json!(answers)));
        for (status, about) in ERRORS {
            responses.insert((*status).to_owned(), body(about, &json!(error)));
        }
        let mut operation = json!({
            "operationId": route.name,
            "summary": route.about,
            "parameters": parameters(route),
            "responses": responses,
        });
        if let (Some(takes), Some(fields)) = (takes, operation.as_object_mut()) {
            let mut request = body("", &json!(takes));
            if let Some(request) = request.as_object_mut() {
                request.remove("description");
                request.insert("required".to_owned(), json!(true));
            }
            fields.insert("requestBody".to_owned(), request);
        }
        let path = paths
            .entry(format!("{ROOT}{}", route.path))
            .or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(route.method.word().to_owned(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Baton: the door for bots",
            "version": version,
            "description": "A bot speaks only while it has control. Every write carries the \
                control epoch it has seen; when control has gone to somebody else, the answer is \
                409 not_in_control with who has it.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "signature": [] }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "On the machine that Baton runs on.",
                },
                "signature": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": SIGNATURE,
                },
            },
        },
    })
}

fn body(about: &str, schema: &Value) -> Value {
    json!({
        "description": about,
        "content": { "application/json": { "schema": schema } },
    })
}

fn parameters(route: &Route) -> Value {
    let mut all = Vec::new();
    if route.path.contains("{conversation}") {
        all.push(json!({
            "name": "conversation", "in": "path", "required": true,
            "description": "The conversation, such as cnv_…",
            "schema": { "type": "string" },
        }));
    }
    for parameter in route.query {
        all.push(json!({
            "name": parameter.name, "in": "query", "required": parameter.required,
            "description": parameter.about,
            "schema": { "type": parameter.kind },
        }));
    }
    if route.method != Method::Get {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Your name for this request; repeated, it gets the same answer and \
                is not carried out again. Kept for two days.",
            "schema": { "type": "string", "maxLength": 128 },
        }));
    }
    Value::Array(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::document;
    use crate::route::ROUTES;

    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    into.insert(to.clone());
                }
                fields.values().for_each(|field| references(field, into));
            }
            Value::Array(list) => list.iter().for_each(|one| references(one, into)),
            _ => {}
        }
    }

    #[test]
    fn it_describes_every_route_and_refers_to_nothing_that_is_missing() {
        let document = document("1.2.3");
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["info"]["version"], "1.2.3");
        for route in ROUTES {
            let path = format!("/bots/v1{}", route.path);
            let operation = &document["paths"][&path][route.method.word()];
            assert_eq!(operation["operationId"], route.name);
            assert_eq!(operation["requestBody"].is_object(), route.takes.is_some());
        }
        let mut all = BTreeSet::new();
        references(&document, &mut all);
        assert!(all.len() > 10, "{all:?}");
        for reference in all {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn what_a_request_must_say_and_may_say_is_described() {
        let document = document("1");
        let schemas = &document["components"]["schemas"];
        let pass = &schemas["Pass"];
        assert_eq!(pass["required"], serde_json::json!(["epoch", "reason"]));
        assert_eq!(pass["additionalProperties"], false);
        let codes = &schemas["ReasonGiven"]["properties"]["code"]["enum"];
        assert!(codes.as_array().unwrap().contains(&"low_confidence".into()));
        assert_ne!(schemas["GivenPacket"]["additionalProperties"], false);
        for (name, schema) in schemas.as_object().unwrap() {
            assert!(schema["description"].is_string(), "{name} says what it is");
        }
    }
}
