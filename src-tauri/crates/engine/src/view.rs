//! From the store's rows to the types of the wire.

pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod why;

use std::fmt::Display;

use baton_api::contacts::AddressView;
use baton_core::control::Reason;
use baton_core::decide::words_in;
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::message::Address;
use baton_store::{Reader, StoreError};
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

/// What was said, in the words of Baton or of a rule, or in those of a person or bot that are kept
/// as content; empty once they were erased.
pub(crate) fn said(
    reader: &Reader<'_>,
    text: &str,
    words: Option<Hash>,
) -> Result<String, StoreError> {
    let Some(hash) = words.filter(|_| text.is_empty()) else {
        return Ok(text.to_owned());
    };
    let content = reader.content(hash)?;
    Ok(content
        .and_then(|bytes| words_in(&bytes))
        .unwrap_or_default())
}

/// Why, in words.
pub(crate) fn why_said(reader: &Reader<'_>, reason: &Reason) -> Result<String, StoreError> {
    said(reader, &reason.text, reason.words)
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
