//! Contacts that are one person: what follows from the log of it, what is known of all of them
//! together, and which may be one and were not said to be.

mod alike;

use std::collections::BTreeMap;

use baton_core::event::{Actor, Event};
use baton_core::ids::ContactId;
use baton_core::person::Person;
use baton_core::time::Timestamp;
use baton_store::{Contact, ConversationRow, Identity, PartOf, Reader, Tx};
use serde_json::{Map, Value};

use crate::error::EngineError;

pub(crate) use alike::{Alike, alike, given_by};

/// Writes what follows from an event about people, as it did when the event was new.
///
/// # Errors
/// When the database cannot be written.
pub(crate) fn fold(
    tx: &mut Tx<'_>,
    event: &Event,
    at: Timestamp,
    actor: &Actor,
) -> Result<(), EngineError> {
    match event {
        Event::ContactsMerged(merged) => {
            let there = tx.person(merged.person)?;
            for &contact in &merged.contacts {
                tx.set_person(&PartOf {
                    contact,
                    person: merged.person,
                    since: at,
                    by: actor.id.clone(),
                    signs: merged.signs.clone(),
                })?;
            }
            // What is taken back is as if it had not been said.
            if merged.undoes {
                tell_all_apart(tx, &there, merged.contacts.iter().copied(), false)?;
            }
        }
        Event::ContactsSplit(split) => {
            for &contact in &split.contacts {
                tx.set_person(&PartOf {
                    contact,
                    person: split.person,
                    since: at,
                    by: actor.id.clone(),
                    signs: std::collections::BTreeSet::new(),
                })?;
            }
            if !split.undoes {
                let left = tx.person(split.from)?;
                tell_all_apart(tx, &left, split.contacts.iter().copied(), true)?;
            }
        }
        Event::ContactsToldApart(told) => tx.tell_apart(told.one, told.other, told.apart)?,
        _ => {}
    }
    Ok(())
}

fn tell_all_apart(
    tx: &mut Tx<'_>,
    person: &Person,
    others: impl Iterator<Item = ContactId>,
    apart: bool,
) -> Result<(), EngineError> {
    for other in others {
        for &one in &person.contacts {
            tx.tell_apart(one, other, apart)?;
        }
    }
    Ok(())
}

/// All that is known of a person, whichever of their contacts it stands with.
pub(crate) struct Whole {
    /// The person.
    pub(crate) person: Person,
    /// Their contacts, the one that stands for them first.
    pub(crate) contacts: Vec<Contact>,
    /// Their addresses, in the order of their contacts.
    pub(crate) identities: Vec<Identity>,
}

impl Whole {
    /// Reads all that is known of the person that a contact is; none when there is no such contact.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn of(reader: &Reader<'_>, contact: ContactId) -> Result<Option<Self>, EngineError> {
        let person = reader.person(contact)?;
        let others = person.contacts.iter().filter(|one| **one != person.stands);
        let order: Vec<ContactId> = std::iter::once(&person.stands)
            .chain(others)
            .copied()
            .collect();
        let mut contacts = Vec::new();
        let mut identities = Vec::new();
        for id in order {
            contacts.extend(reader.contact(id)?);
            identities.extend(reader.identities_of(id)?);
        }
        Ok((!contacts.is_empty()).then_some(Self {
            person,
            contacts,
            identities,
        }))
    }

    /// What they are called: as the contact that stands for them is, or the first that has a name.
    pub(crate) fn name(&self) -> &str {
        self.contacts
            .iter()
            .map(|one| one.name.as_str())
            .find(|name| !name.trim().is_empty())
            .unwrap_or_default()
    }

    /// What is known of them by name; of what several contacts know, the first has the word.
    pub(crate) fn attributes(&self) -> Map<String, Value> {
        let mut all = BTreeMap::new();
        for contact in self.contacts.iter().rev() {
            for (key, value) in &contact.attributes {
                all.insert(key.clone(), value.clone());
            }
        }
        all.into_iter().collect()
    }

    /// Their conversations, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn conversations(
        &self,
        reader: &Reader<'_>,
        limit: usize,
    ) -> Result<Vec<ConversationRow>, EngineError> {
        let mut all = Vec::new();
        for &contact in &self.person.contacts {
            all.extend(reader.conversations_with(contact, None, limit)?);
        }
        all.sort_by_key(|row| std::cmp::Reverse((row.last_at, row.id)));
        all.truncate(limit);
        Ok(all)
    }
}
