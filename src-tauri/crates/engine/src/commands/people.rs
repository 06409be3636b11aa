//! Saying that contacts are one person, or two.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::contacts::{
    ContactFind, ContactMerge, ContactSplit, ContactsFound, ContactsTellApart, PeopleChanged,
};
use baton_api::session::Done;
use baton_core::event::body::ContactsToldApart;
use baton_core::event::{Actor, Event};
use baton_core::ids::ContactId;
use baton_core::person::{PersonRefusal, Sign};

use super::contacts::brief;
use crate::desk::Turn;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::people::{self, Whole};
use crate::recipients::normal;

/// Contacts found at once.
const FOUND: usize = 10;

impl From<PersonRefusal> for EngineError {
    fn from(refusal: PersonRefusal) -> Self {
        match refusal {
            PersonRefusal::SamePerson => {
                Self::bad("same_person", "They are one person already.", "")
            }
            PersonRefusal::NotPart => Self::bad(
                "not_part",
                "This address is not part of that person.",
                "Somebody may have split it off meanwhile.",
            ),
            PersonRefusal::NothingToPart => Self::bad(
                "nothing_to_part",
                "This person has no other address to be split from.",
                "",
            ),
        }
    }
}

impl Engine {
    pub(super) async fn contact_merge(
        &self,
        asked: ContactMerge,
    ) -> Result<PeopleChanged, ApiError> {
        let one = parse(&asked.contact, "contact")?;
        let other = parse(&asked.with, "contact")?;
        let undoes = asked.undoes;
        Ok(self
            .desk()
            .turn(move |turn| {
                turn.known_contact(one)?;
                turn.known_contact(other)?;
                let signs = turn.signs_for(one, other)?;
                let (one, other) = (turn.tx.person(one)?, turn.tx.person(other)?);
                let merged = one.merge(&other, signs, undoes)?;
                let contacts = merged.contacts.clone();
                turn.say_of_people(Event::ContactsMerged(merged), &contacts)?;
                turn.touch(format!("contact:{}", one.stands));
                Ok(changed(one.stands, other.stands, &contacts))
            })
            .await?)
    }

    pub(super) async fn contact_split(
        &self,
        asked: ContactSplit,
    ) -> Result<PeopleChanged, ApiError> {
        let mut off = BTreeSet::new();
        for contact in &asked.contacts {
            off.insert(parse(contact, "contact")?);
        }
        let stands = asked.stands.as_deref();
        let stands = stands.map(|one| parse(one, "contact")).transpose()?;
        let undoes = asked.undoes;
        Ok(self
            .desk()
            .turn(move |turn| {
                let Some(&first) = off.first() else {
                    return Err(PersonRefusal::NothingToPart.into());
                };
                turn.known_contact(first)?;
                let person = turn.tx.person(first)?;
                let split = person.split(&off, stands, undoes)?;
                let (from, other) = (split.from, split.person);
                let contacts = split.contacts.clone();
                turn.say_of_people(Event::ContactsSplit(split), &person.contacts)?;
                Ok(changed(from, other, &contacts))
            })
            .await?)
    }

    pub(super) async fn contacts_tell_apart(
        &self,
        asked: ContactsTellApart,
    ) -> Result<Done, ApiError> {
        let one: ContactId = parse(&asked.contact, "contact")?;
        let other: ContactId = parse(&asked.other, "contact")?;
        let apart = asked.apart;
        self.desk()
            .turn(move |turn| {
                turn.known_contact(one)?;
                turn.known_contact(other)?;
                if apart && turn.tx.person(one)?.contacts.contains(&other) {
                    return Err(EngineError::bad(
                        "same_person",
                        "They were found to be one person.",
                        "Split one off.",
                    ));
                }
                if turn.tx.told_apart_from(one)?.contains(&other) == apart {
                    return Ok(());
                }
                let told = ContactsToldApart { one, other, apart };
                let both = BTreeSet::from([one, other]);
                turn.say_of_people(Event::ContactsToldApart(told), &both)
            })
            .await?;
        Ok(Done {})
    }

    pub(super) async fn contact_find(&self, asked: ContactFind) -> Result<ContactsFound, ApiError> {
        let besides = asked.besides.as_deref();
        let besides: Option<ContactId> = besides.map(|one| parse(one, "contact")).transpose()?;
        Ok(self
            .read(move |reader, _| {
                let text = asked.text.trim().to_owned();
                let mut seen = match besides {
                    Some(one) => reader.person(one)?.contacts,
                    None => BTreeSet::new(),
                };
                let mut contacts = Vec::new();
                if text.is_empty() {
                    return Ok(ContactsFound { contacts });
                }
                let by_address = reader.contacts_at(&normal(&text), FOUND)?;
                let by_name = reader.contacts_beginning(&text, FOUND)?;
                for contact in by_address.into_iter().chain(by_name) {
                    let Some(whole) = Whole::of(reader, contact)? else {
                        continue;
                    };
                    if contacts.len() < FOUND && seen.insert(whole.person.stands) {
                        contacts.push(brief(&whole));
                    }
                }
                Ok(ContactsFound { contacts })
            })
            .await?)
    }
}

fn changed(person: ContactId, other: ContactId, contacts: &BTreeSet<ContactId>) -> PeopleChanged {
    PeopleChanged {
        person: person.to_string(),
        other: other.to_string(),
        contacts: contacts.iter().map(ToString::to_string).collect(),
    }
}

impl Turn<'_, '_> {
    fn known_contact(&self, contact: ContactId) -> Result<(), EngineError> {
        match self.tx.contact(contact)? {
            Some(_) => Ok(()),
            None => Err(EngineError::Missing("contact")),
        }
    }

    /// What speaks for two contacts being one person.
    fn signs_for(&self, one: ContactId, other: ContactId) -> Result<BTreeSet<Sign>, EngineError> {
        let mut signs = BTreeSet::new();
        let whole = |contact| Whole::of(self.tx, contact);
        let (Some(one), Some(other)) = (whole(one)?, whole(other)?) else {
            return Ok(signs);
        };
        // What one has told us of the other is seen from that side only.
        for (from, to) in [(&one, &other), (&other, &one)] {
            for alike in people::alike(self.tx, &self.roster, from)? {
                if alike.stands == to.person.stands {
                    signs.extend(alike.signs.into_keys());
                }
            }
        }
        Ok(signs)
    }

    /// Writes what a person of the team said about people into the log, and what follows from it.
    fn say_of_people(
        &mut self,
        event: Event,
        about: &BTreeSet<ContactId>,
    ) -> Result<(), EngineError> {
        let actor = Actor::agent(self.roster.me.as_str());
        people::fold(self.tx, &event, self.now, &actor)?;
        self.record(event, actor, None)?;
        for contact in about {
            self.touch(format!("contact:{contact}"));
        }
        self.touch("views");
        Ok(())
    }
}
