//! Words of the script as arrivals.

use baton_channels::demo::Customer;
use baton_channels::sentiment;
use baton_core::hash::Hash;
use baton_core::ids::ChannelId;
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_core::time::Timestamp;
use serde_json::json;

use super::{CHAT, IDENTITY, SHOP, chat};
use crate::intake::{Arrival, Verification};

/// Something that is said in the demo.
pub(super) struct Spoken<'a> {
    pub(super) channel: ChannelId,
    pub(super) thread: String,
    pub(super) number: usize,
    pub(super) customer: &'a Customer,
    pub(super) author: Author,
    pub(super) name: String,
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) at: Timestamp,
    pub(super) imported: bool,
}

/// What is said as an arrival, as its channel would hand it over.
pub(super) fn spoken(said: Spoken<'_>) -> Arrival {
    let customer = Address {
        name: said.customer.name.clone(),
        address: said.customer.address.clone(),
    };
    let shop = Address {
        name: said.name.clone(),
        address: if said.channel == chat() { CHAT } else { SHOP }.to_owned(),
    };
    let inbound = said.author == Author::Customer;
    let (from, to) = if inbound {
        (customer, vec![shop])
    } else {
        (shop, vec![customer])
    };
    let text = said.text.trim().to_owned();
    let raw = json!({ "thread": said.thread, "number": said.number, "text": text, "at": said.at })
        .to_string()
        .into_bytes();
    let mut arrival = Arrival {
        channel: said.channel,
        identity_kind: IDENTITY.to_owned(),
        native_key: Some(format!("{}#{}", said.thread, said.number)),
        thread: Some(said.thread),
        token: None,
        raw_hash: Hash::of(&raw),
        raw,
        mime: "application/json",
        document: MessageDocument {
            subject: said.subject.to_owned(),
            from,
            to,
            visible_text: text.clone(),
            text,
            ..MessageDocument::default()
        },
        direction: if inbound {
            Direction::Inbound
        } else {
            Direction::Outbound
        },
        author: said.author,
        author_name: said.name,
        received_at: said.at,
        imported: said.imported,
        source: String::new(),
        verification: Verification::Seen,
        took_place: None,
    };
    sentiment::note(&mut arrival.document);
    arrival
}
