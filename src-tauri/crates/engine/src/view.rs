//! From the store's rows to the types of the wire.

pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod why;

use std::fmt::Display;

use baton_api::contacts::AddressView;
use baton_core::event::Actor;
use baton_core::message::Address;
use serde::Serialize;

/// The snake-case word under which a plain enum of the core is written.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The code of an enum that carries details: its own word, or that of its tag.
pub(crate) fn code_of<T: Serialize>(value: &T, tag: &str) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(fields)) => fields
            .get(tag)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}

/// A party as the wire names it: `agent:anna`, `rule:legal`, `system`.
pub(crate) fn actor(actor: &Actor) -> String {
    let kind = word(&actor.kind);
    if actor.id.is_empty() {
        kind
    } else {
        format!("{kind}:{}", actor.id)
    }
}

pub(crate) fn text(value: impl Display) -> String {
    value.to_string()
}

pub(crate) fn address(entry: &Address) -> AddressView {
    AddressView {
        name: entry.name.clone(),
        address: entry.address.clone(),
    }
}

pub(crate) fn addresses(entries: &[Address]) -> Vec<AddressView> {
    entries.iter().map(address).collect()
}
