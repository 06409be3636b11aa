//! Contacts that may be one person, and what speaks for it. Nothing is joined by that: a person
//! looks and says.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::ids::ContactId;
use baton_core::message::{Author, Direction, MessageKind};
use baton_core::person::{Sign, addresses_in};
use baton_core::time::Timestamp;
use baton_store::Reader;

use super::Whole;
use crate::error::EngineError;
use crate::roster::{Roster, kind};

/// Conversations in which somebody may have told an address.
const LOOKED_AT: usize = 5;
/// The newest messages of each that are read for it.
const READ: usize = 40;
/// Others that are proposed at once: the most telling first.
const PROPOSED: usize = 5;

/// Somebody who may be the same person.
pub(crate) struct Alike {
    /// The contact that stands for them.
    pub(crate) stands: ContactId,
    /// What speaks for it, and in which words.
    pub(crate) signs: BTreeMap<Sign, String>,
}

/// Who may be the same person, the likeliest first. Whoever was told apart from them is not
/// among them.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn alike(
    reader: &Reader<'_>,
    roster: &Roster,
    whole: &Whole,
) -> Result<Vec<Alike>, EngineError> {
    let mut found: Vec<(ContactId, Sign, String)> = Vec::new();
    for identity in &whole.identities {
        if identity.address.starts_with("unknown:") {
            continue;
        }
        for other in reader.identities_at(&identity.address)? {
            found.push((other.contact, Sign::SameAddress, identity.address.clone()));
        }
    }
    for (address, _) in given_by(reader, roster, whole)? {
        for other in reader.identities_at(&address)? {
            found.push((other.contact, Sign::GaveAddress, address.clone()));
        }
    }
    for contact in &whole.contacts {
        let Some(digits) = contact.phone_digits() else {
            continue;
        };
        let phone = contact.attributes.get("phone");
        let phone = phone.and_then(|one| one.as_str()).unwrap_or_default();
        for other in reader.contacts_with_phone(&digits)? {
            found.push((other, Sign::SamePhone, phone.to_owned()));
        }
    }
    same_name(reader, whole, &mut found)?;
    let mut apart = BTreeSet::new();
    for &contact in &whole.person.contacts {
        apart.extend(reader.told_apart_from(contact)?);
    }
    let mut all: BTreeMap<ContactId, BTreeMap<Sign, String>> = BTreeMap::new();
    for (contact, sign, detail) in found {
        let other = reader.person(contact)?;
        let same = whole.person.contacts.contains(&other.stands);
        if same || !other.contacts.is_disjoint(&apart) {
            continue;
        }
        all.entry(other.stands)
            .or_default()
            .entry(sign)
            .or_insert(detail);
    }
    let mut all: Vec<Alike> = all
        .into_iter()
        .map(|(stands, signs)| Alike { stands, signs })
        .collect();
    all.sort_by_key(|one| {
        let first = one.signs.keys().next().copied();
        (first, std::cmp::Reverse(one.signs.len()), one.stands)
    });
    all.truncate(PROPOSED);
    Ok(all)
}

/// The same first and last name at one domain. One word is no name: it may be a department's.
fn same_name(
    reader: &Reader<'_>,
    whole: &Whole,
    found: &mut Vec<(ContactId, Sign, String)>,
) -> Result<(), EngineError> {
    let domain = |address: &str| {
        let (_, domain) = address.rsplit_once('@')?;
        Some(domain.to_lowercase())
    };
    let domains: BTreeSet<String> = whole
        .identities
        .iter()
        .filter_map(|one| domain(&one.address))
        .collect();
    let names: BTreeSet<&str> = whole.contacts.iter().map(|one| one.name.trim()).collect();
    for name in names {
        if name.split_whitespace().count() < 2 {
            continue;
        }
        for other in reader.contacts_named(name)? {
            for identity in reader.identities_of(other)? {
                if let Some(domain) = domain(&identity.address).filter(|one| domains.contains(one))
                {
                    let detail = format!("{name}, {domain}");
                    found.push((other, Sign::SameNameAndDomain, detail));
                }
            }
        }
    }
    Ok(())
}

/// The mail addresses that a person has told us in their own words, each with when they last did.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn given_by(
    reader: &Reader<'_>,
    roster: &Roster,
    whole: &Whole,
) -> Result<BTreeMap<String, Timestamp>, EngineError> {
    let mut given = BTreeMap::new();
    let own = roster.own_addresses();
    for conversation in whole.conversations(reader, LOOKED_AT)? {
        for row in reader.messages_newest(conversation.id, READ)? {
            let theirs = row.direction == Direction::Inbound
                && row.author == Author::Customer
                && row.kind == MessageKind::Message
                && whole.person.contacts.contains(&row.contact);
            // A letter shows many addresses: those in signatures, and of whomever it quotes.
            let channel = roster.channels.get(&row.channel);
            let letter = channel.is_some_and(|known| known.shown_kind() == kind::EMAIL);
            if !theirs || letter || !row.native_id.is_empty() {
                continue;
            }
            let Some(document) = reader.document(row.document)? else {
                continue;
            };
            for address in addresses_in(&document.text) {
                if own.contains(&address) {
                    continue;
                }
                let last = given.entry(address).or_insert(row.at);
                *last = row.at.max(*last);
            }
        }
    }
    Ok(given)
}
