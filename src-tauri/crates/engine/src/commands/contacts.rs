//! Contacts.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::contacts::{
    AlikeView, ContactBrief, ContactGet, ContactSet, ContactView, IdentityView, JoinedView,
    SignView,
};
use baton_api::session::Done;
use baton_store::{Contact, PartOf, Reader};

use crate::elsewhere::CONSENT;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::people::{self, Alike, Whole};
use crate::roster::Roster;
use crate::view::row;

/// Conversations of a contact that are shown at once.
const SHOWN: usize = 50;

impl Engine {
    pub(super) async fn contact_get(&self, asked: ContactGet) -> Result<ContactView, ApiError> {
        let id = parse(&asked.contact, "contact")?;
        Ok(self
            .read(move |reader, roster| {
                let Some(whole) = Whole::of(reader, id)? else {
                    return Err(EngineError::Missing("contact"));
                };
                let conversations = whole.conversations(reader, SHOWN)?;
                let mut total = 0_u64;
                for &contact in &whole.person.contacts {
                    total = total.saturating_add(reader.conversations_count(contact)?);
                }
                let seen = whole.contacts.iter().map(|one| one.created_at.0);
                let first_seen = seen.min().unwrap_or_default();
                let mut alike = Vec::new();
                for one in people::alike(reader, roster, &whole)? {
                    alike.extend(alike_view(reader, roster, one)?);
                }
                Ok(ContactView {
                    contact: brief(&whole),
                    first_seen,
                    last_seen: whole
                        .identities
                        .iter()
                        .map(|one| one.last_seen_at.0)
                        .max()
                        .unwrap_or(first_seen),
                    identities: identities(reader, roster, &whole)?,
                    attributes: whole
                        .attributes()
                        .iter()
                        .map(|(key, value)| {
                            let shown = value
                                .as_str()
                                .map_or_else(|| value.to_string(), str::to_owned);
                            (key.clone(), shown)
                        })
                        .collect(),
                    total: u32::try_from(total).unwrap_or(u32::MAX),
                    conversations: row::rows(reader, roster, &conversations)?,
                    alike,
                })
            })
            .await?)
    }

    pub(super) async fn contact_set(&self, asked: ContactSet) -> Result<Done, ApiError> {
        let id = parse(&asked.contact, "contact")?;
        self.inner
            .desk
            .turn(move |turn| {
                // What is known of a person stands with the contact that stands for them.
                let stands = turn.tx.person(id)?.stands;
                let Some(mut known) = turn.tx.contact(stands)? else {
                    return Err(EngineError::Missing("contact"));
                };
                let mut fields = BTreeSet::new();
                let tier = |known: &Contact| known.attributes.get("tier").cloned();
                let consent = |known: &Contact| known.attributes.get(CONSENT).cloned();
                let before = (known.name.clone(), tier(&known), consent(&known));
                known.name = asked.name.trim().to_owned();
                match asked.tier.trim() {
                    "" => known.attributes.remove("tier"),
                    tier => known.attributes.insert("tier".to_owned(), tier.into()),
                };
                match asked.email_consent.as_deref().map(str::trim) {
                    None => {}
                    Some("") => {
                        known.attributes.remove(CONSENT);
                    }
                    Some(said @ ("yes" | "no")) => {
                        known.attributes.insert(CONSENT.to_owned(), said.into());
                    }
                    Some(_) => {
                        return Err(EngineError::bad(
                            "bad_consent",
                            "Consent is `yes`, `no` or empty.",
                            "",
                        ));
                    }
                }
                if consent(&known) != before.2 {
                    fields.insert(CONSENT.to_owned());
                }
                if known.name != before.0 {
                    fields.insert("name".to_owned());
                }
                if tier(&known) != before.1 {
                    fields.insert("tier".to_owned());
                }
                if fields.is_empty() {
                    return Ok(());
                }
                turn.tx.save_contact(&known)?;
                turn.tell_contact_changed(&known, fields)
            })
            .await?;
        Ok(Done {})
    }
}

/// A person in a row.
pub(super) fn brief(whole: &Whole) -> ContactBrief {
    let address = whole
        .identities
        .iter()
        .map(|one| one.address.as_str())
        .find(|address| !address.starts_with("unknown:"))
        .unwrap_or_default();
    ContactBrief {
        id: whole.person.stands.to_string(),
        name: whole.name().to_owned(),
        address: address.to_owned(),
        tier: whole
            .attributes()
            .get("tier")
            .and_then(|tier| tier.as_str())
            .unwrap_or_default()
            .to_owned(),
    }
}

fn identities(
    reader: &Reader<'_>,
    roster: &Roster,
    whole: &Whole,
) -> Result<Vec<IdentityView>, EngineError> {
    let parts = reader.parts_of(whole.person.stands)?;
    let joined = |part: &PartOf| JoinedView {
        at: part.since.0,
        by: roster.display(&part.by),
        signs: part
            .signs
            .iter()
            .map(|sign| sign.word().to_owned())
            .collect(),
    };
    Ok(whole
        .identities
        .iter()
        .filter(|one| !one.address.starts_with("unknown:"))
        .map(|one| IdentityView {
            kind: one.kind.clone(),
            address: one.address.clone(),
            level: one.verification.clone(),
            contact: one.contact.to_string(),
            joined: parts
                .iter()
                .find(|part| part.contact == one.contact)
                .map(joined),
        })
        .collect())
}

fn alike_view(
    reader: &Reader<'_>,
    roster: &Roster,
    alike: Alike,
) -> Result<Option<AlikeView>, EngineError> {
    let Some(whole) = Whole::of(reader, alike.stands)? else {
        return Ok(None);
    };
    Ok(Some(AlikeView {
        contact: brief(&whole),
        identities: identities(reader, roster, &whole)?,
        signs: alike
            .signs
            .into_iter()
            .map(|(sign, detail)| SignView {
                code: sign.word().to_owned(),
                detail,
            })
            .collect(),
    }))
}
