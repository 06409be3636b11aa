//! Contacts, and the addresses under which they write.

use baton_core::ids::ContactId;
use baton_core::person::phone_digits;
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};
use serde_json::{Map, Value};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, from_json, id, key, to_json};
use crate::writer::Tx;

/// A contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Which.
    pub id: ContactId,
    /// What they are called.
    pub name: String,
    /// What is known of them (`tier`, `value`, …), as the rules and the contact panel name it.
    pub attributes: Map<String, Value>,
    /// When they were first seen.
    pub created_at: Timestamp,
}

impl Contact {
    /// The digits by which the phone number is compared, where there is one.
    #[must_use]
    pub fn phone_digits(&self) -> Option<String> {
        let phone = self.attributes.get("phone")?;
        phone_digits(
            &phone
                .as_str()
                .map_or_else(|| phone.to_string(), str::to_owned),
        )
    }
}

/// One address of a contact on one kind of channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The kind of channel, such as `email`.
    pub kind: String,
    /// The address in normal form.
    pub address: String,
    /// Whose it is.
    pub contact: ContactId,
    /// The name last used with it.
    pub name: String,
    /// How sure it is that they are who they say: `none`, or the word of the channel or agent.
    pub verification: String,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
}

/// Contacts that are alike are read up to so many at once.
const ALIKE: usize = 50;

const COLUMNS: &str = "id, name, attributes, created_at_ms FROM contact";

fn raw(row: &Row<'_>) -> rusqlite::Result<(Contact, String)> {
    let contact = Contact {
        id: id(row, 0)?,
        name: row.get(1)?,
        attributes: Map::new(),
        created_at: at(row, 3)?,
    };
    Ok((contact, row.get(2)?))
}

fn read((mut contact, attributes): (Contact, String)) -> Result<Contact, StoreError> {
    contact.attributes = from_json("contact attributes", attributes.as_bytes())?;
    Ok(contact)
}

fn identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    Ok(Identity {
        kind: row.get(0)?,
        address: row.get(1)?,
        contact: id(row, 2)?,
        name: row.get(3)?,
        verification: row.get(4)?,
        first_seen_at: at(row, 5)?,
        last_seen_at: at(row, 6)?,
    })
}

const IDENTITY: &str =
    "kind, address, contact, name, verification, first_seen_at_ms, last_seen_at_ms
    FROM identity";

impl Reader<'_> {
    /// One contact.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contact(&self, which: ContactId) -> Result<Option<Contact>, StoreError> {
        self.statement(&format!("SELECT {COLUMNS} WHERE id = ?1"))?
            .query_row([key(which)], raw)
            .optional()?
            .map(read)
            .transpose()
    }

    /// Whose an address is. The address must be in the normal form of its kind of channel.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn identity(&self, kind: &str, address: &str) -> Result<Option<Identity>, StoreError> {
        Ok(self
            .statement(&format!(
                "SELECT {IDENTITY} WHERE kind = ?1 AND address = ?2"
            ))?
            .query_row([kind, address], identity)
            .optional()?)
    }

    /// Whose an address is, on every kind of channel on which it is known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn identities_at(&self, address: &str) -> Result<Vec<Identity>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {IDENTITY} WHERE address = ?1 ORDER BY kind LIMIT {ALIKE}"
        ))?;
        let rows = statement.query_map([address], identity)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The contacts of a name, whatever its letters' case; some, where there are many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contacts_named(&self, name: &str) -> Result<Vec<ContactId>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT id FROM contact WHERE name = ?1 COLLATE NOCASE AND name <> '' ORDER BY id LIMIT {ALIKE}"
        ))?;
        let rows = statement.query_map([name], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The contacts whose name begins with a text, whatever its letters' case.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contacts_beginning(
        &self,
        text: &str,
        limit: usize,
    ) -> Result<Vec<ContactId>, StoreError> {
        let mut statement = self.statement(
            "SELECT id FROM contact WHERE name >= ?1 COLLATE NOCASE AND name < ?2 COLLATE NOCASE
                 AND name <> ''
             ORDER BY name COLLATE NOCASE, id LIMIT ?3",
        )?;
        let rows = statement.query_map((text, after(text), limit as i64), |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The contacts one of whose addresses begins with a text.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contacts_at(&self, text: &str, limit: usize) -> Result<Vec<ContactId>, StoreError> {
        let mut statement = self.statement(
            "SELECT contact FROM identity WHERE address >= ?1 AND address < ?2
             ORDER BY address, kind LIMIT ?3",
        )?;
        let rows = statement.query_map((text, after(text), limit as i64), |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The contacts with a phone number of these digits; some, where there are many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contacts_with_phone(&self, digits: &str) -> Result<Vec<ContactId>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT id FROM contact WHERE phone = ?1 AND phone <> '' ORDER BY id LIMIT {ALIKE}"
        ))?;
        let rows = statement.query_map([digits], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The addresses of a contact.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn identities_of(&self, contact: ContactId) -> Result<Vec<Identity>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {IDENTITY} WHERE contact = ?1 ORDER BY kind, address"
        ))?;
        let rows = statement.query_map([key(contact)], identity)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What comes after everything that begins with a text.
fn after(text: &str) -> String {
    format!("{text}\u{10ffff}")
}

impl Tx<'_> {
    /// Saves a contact, new or known.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_contact(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let attributes = to_json("contact attributes", &contact.attributes)?;
        self.statement(
            "INSERT INTO contact (id, name, attributes, created_at_ms, phone)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, attributes = excluded.attributes,
                 phone = excluded.phone",
        )?
        .execute((
            key(contact.id),
            &contact.name,
            attributes,
            contact.created_at.0,
            contact.phone_digits().unwrap_or_default(),
        ))?;
        Ok(())
    }

    /// Saves an address, new or known; when it was first seen stays as it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_identity(&mut self, identity: &Identity) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO identity
                 (kind, address, contact, name, verification, first_seen_at_ms, last_seen_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (kind, address) DO UPDATE SET
                 contact = excluded.contact, name = excluded.name,
                 verification = excluded.verification,
                 last_seen_at_ms = max(last_seen_at_ms, excluded.last_seen_at_ms)",
        )?
        .execute((
            &identity.kind,
            &identity.address,
            key(identity.contact),
            &identity.name,
            &identity.verification,
            identity.first_seen_at.0,
            identity.last_seen_at.0,
        ))?;
        Ok(())
    }
}
