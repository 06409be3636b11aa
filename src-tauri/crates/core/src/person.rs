//! Contacts that are one person. A contact is made for each address under which somebody writes;
//! that two of them are one person only a person can say, and take back. Nothing a contact has is
//! moved by that: messages, addresses and how sure those are stay where they were, and one of the
//! contacts stands for all.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::event::body::{ContactsMerged, ContactsSplit};
use crate::ids::ContactId;

/// Digits of a phone number that are compared: enough to tell people apart, and the same with and
/// without the code of a country.
const PHONE_DIGITS: usize = 8;
/// Fewer digits are no phone number.
const SHORTEST_PHONE: usize = 7;

/// What speaks for two contacts being one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// They write under the same address on two kinds of channel.
    SameAddress,
    /// One has told us the address of the other.
    GaveAddress,
    /// They have the same phone number.
    SamePhone,
    /// They have the same name, and their addresses the same domain.
    SameNameAndDomain,
}

impl Sign {
    /// Every sign, the strongest first.
    pub const ALL: [Self; 4] = [
        Self::SameAddress,
        Self::GaveAddress,
        Self::SamePhone,
        Self::SameNameAndDomain,
    ];

    /// The word it is stored and sent as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SameAddress => "same_address",
            Self::GaveAddress => "gave_address",
            Self::SamePhone => "same_phone",
            Self::SameNameAndDomain => "same_name_and_domain",
        }
    }

    /// The sign of a word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.word() == word)
    }
}

/// A person: the contacts that were found to be one, and the one that stands for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The contact that stands for all.
    pub stands: ContactId,
    /// All of them, the one that stands for them too.
    pub contacts: BTreeSet<ContactId>,
}

/// Why contacts cannot be made one person, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    /// They are one person already.
    #[error("they are one person already")]
    SamePerson,
    /// A contact that was named is not part of the person.
    #[error("this contact is not part of that person")]
    NotPart,
    /// Nothing would be left of the person, or nothing would leave it.
    #[error("there is nothing to part")]
    NothingToPart,
}

impl Person {
    /// A contact that is a person by itself.
    #[must_use]
    pub fn alone(contact: ContactId) -> Self {
        Self {
            stands: contact,
            contacts: BTreeSet::from([contact]),
        }
    }

    /// Says that another person is this one. This one's contact stands for both.
    ///
    /// # Errors
    /// When they are one person already.
    pub fn merge(
        &self,
        other: &Self,
        signs: BTreeSet<Sign>,
        undoes: bool,
    ) -> Result<ContactsMerged, PersonRefusal> {
        if !self.contacts.is_disjoint(&other.contacts) {
            return Err(PersonRefusal::SamePerson);
        }
        Ok(ContactsMerged {
            person: self.stands,
            contacts: other.contacts.clone(),
            signs,
            undoes,
        })
    }

    /// Says that some of the contacts are somebody else, for whom `stands` stands when it is among
    /// them. Where the one that stands for all is among them, it goes on standing for those, and
    /// another one for the rest.
    ///
    /// # Errors
    /// When one is not part of the person, or nothing would leave or be left.
    pub fn split(
        &self,
        off: &BTreeSet<ContactId>,
        stands: Option<ContactId>,
        undoes: bool,
    ) -> Result<ContactsSplit, PersonRefusal> {
        if !off.is_subset(&self.contacts) {
            return Err(PersonRefusal::NotPart);
        }
        let rest: BTreeSet<ContactId> = self.contacts.difference(off).copied().collect();
        let (Some(&first_off), Some(&first_left)) = (off.first(), rest.first()) else {
            return Err(PersonRefusal::NothingToPart);
        };
        // Whoever goes on standing for nobody new is not written down again.
        let (contacts, person) = if off.contains(&self.stands) {
            (rest, first_left)
        } else {
            let stands = stands.filter(|one| off.contains(one));
            (off.clone(), stands.unwrap_or(first_off))
        };
        Ok(ContactsSplit {
            from: self.stands,
            person,
            contacts,
            undoes,
        })
    }
}

/// The digits by which a phone number is compared; none when it is too short to be one.
#[must_use]
pub fn phone_digits(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < SHORTEST_PHONE {
        return None;
    }
    let first = digits.len().saturating_sub(PHONE_DIGITS);
    Some(digits.into_iter().skip(first).collect())
}

/// The mail addresses that stand in a text, in lower case, each once and in order.
#[must_use]
pub fn addresses_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let ends = |character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';' | ':' | '|'
            )
    };
    for word in text.split(ends) {
        let word = word
            .trim_matches(|edge: char| !edge.is_alphanumeric() && !matches!(edge, '_' | '+' | '-'))
            .to_lowercase();
        if is_address(&word) && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else {
        return false;
    };
    let plain = |character: char| character.is_alphanumeric() || "._%+-'".contains(character);
    let label = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    !local.is_empty()
        && word.len() <= 254
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
        && last.chars().count() >= 2
        && last.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
