//! Which contacts are one person, and which were found not to be.

use std::collections::BTreeSet;

use baton_core::ids::ContactId;
use baton_core::person::{Person, Sign};
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, from_json, id, key, to_json};
use crate::writer::Tx;

/// How a contact came to be part of a person for whom another contact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOf {
    /// The contact.
    pub contact: ContactId,
    /// The contact that stands for the person.
    pub person: ContactId,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: String,
    /// What had spoken for it.
    pub signs: BTreeSet<Sign>,
}

impl Reader<'_> {
    /// The person that a contact is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn person(&self, contact: ContactId) -> Result<Person, StoreError> {
        let stands = self
            .statement("SELECT person FROM person WHERE contact = ?1")?
            .query_row([key(contact)], |row| id(row, 0))
            .optional()?
            .unwrap_or(contact);
        let mut person = Person::alone(stands);
        let parts = self.parts_of(stands)?;
        person
            .contacts
            .extend(parts.iter().map(|part| part.contact));
        Ok(person)
    }

    /// The contacts that are one person with the one that stands for them, without it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn parts_of(&self, stands: ContactId) -> Result<Vec<PartOf>, StoreError> {
        let mut statement = self.statement(
            "SELECT contact, person, since_ms, said_by, signs FROM person WHERE person = ?1
             ORDER BY contact",
        )?;
        let rows = statement.query_map([key(stands)], |row| {
            let part = PartOf {
                contact: id(row, 0)?,
                person: id(row, 1)?,
                since: at(row, 2)?,
                by: row.get(3)?,
                signs: BTreeSet::new(),
            };
            Ok((part, row.get::<_, String>(4)?))
        })?;
        let mut parts = Vec::new();
        for row in rows {
            let (mut part, signs) = row?;
            part.signs = from_json("signs", signs.as_bytes())?;
            parts.push(part);
        }
        Ok(parts)
    }

    /// The contacts that were found not to be one person with a contact.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn told_apart_from(&self, contact: ContactId) -> Result<BTreeSet<ContactId>, StoreError> {
        let mut statement = self.statement("SELECT other FROM apart WHERE one = ?1")?;
        let rows = statement.query_map([key(contact)], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Says which contact stands for a contact. How it became part of a person stays as it was
    /// first said.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_person(&mut self, part: &PartOf) -> Result<(), StoreError> {
        if part.contact == part.person {
            self.statement("DELETE FROM person WHERE contact = ?1")?
                .execute([key(part.contact)])?;
            return Ok(());
        }
        let signs = to_json("signs", &part.signs)?;
        self.statement(
            "INSERT INTO person (contact, person, since_ms, said_by, signs) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (contact) DO UPDATE SET person = excluded.person",
        )?
        .execute((
            key(part.contact),
            key(part.person),
            part.since.0,
            &part.by,
            signs,
        ))?;
        Ok(())
    }

    /// Remembers that two contacts are not one person, or forgets it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn tell_apart(
        &mut self,
        one: ContactId,
        other: ContactId,
        apart: bool,
    ) -> Result<(), StoreError> {
        let sql = if apart {
            "INSERT OR IGNORE INTO apart (one, other) VALUES (?1, ?2)"
        } else {
            "DELETE FROM apart WHERE one = ?1 AND other = ?2"
        };
        let mut statement = self.statement(sql)?;
        for pair in [(one, other), (other, one)] {
            statement.execute((key(pair.0), key(pair.1)))?;
        }
        Ok(())
    }
}
