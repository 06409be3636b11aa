//! Contacts.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::contacts::{ContactBrief, ContactGet, ContactSet, ContactView, IdentityView};
use baton_api::session::Done;
use baton_store::Contact;

use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::row;

/// Conversations of a contact that are shown at once.
const SHOWN: usize = 50;

impl Engine {
    pub(super) async fn contact_get(&self, asked: ContactGet) -> Result<ContactView, ApiError> {
        let id = parse(&asked.contact, "contact")?;
        Ok(self
            .read(move |reader, roster| {
                let Some(known) = reader.contact(id)? else {
                    return Err(EngineError::Missing("contact"));
                };
                let identities = reader.identities_of(id)?;
                let conversations = reader.conversations_with(id, None, SHOWN)?;
                Ok(ContactView {
                    contact: ContactBrief {
                        id: id.to_string(),
                        name: known.name.clone(),
                        address: identities
                            .first()
                            .map(|one| one.address.clone())
                            .filter(|address| !address.starts_with("unknown:"))
                            .unwrap_or_default(),
                        tier: known
                            .attributes
                            .get("tier")
                            .and_then(|tier| tier.as_str())
                            .unwrap_or_default()
                            .to_owned(),
                    },
                    first_seen: known.created_at.0,
                    last_seen: identities
                        .iter()
                        .map(|one| one.last_seen_at.0)
                        .max()
                        .unwrap_or(known.created_at.0),
                    identities: identities
                        .into_iter()
                        .filter(|one| !one.address.starts_with("unknown:"))
                        .map(|one| IdentityView {
                            kind: one.kind,
                            address: one.address,
                            level: one.verification,
                        })
                        .collect(),
                    attributes: known
                        .attributes
                        .iter()
                        .map(|(key, value)| {
                            let shown = value
                                .as_str()
                                .map_or_else(|| value.to_string(), str::to_owned);
                            (key.clone(), shown)
                        })
                        .collect(),
                    total: u32::try_from(reader.conversations_count(id)?).unwrap_or(u32::MAX),
                    conversations: row::rows(reader, roster, &conversations)?,
                })
            })
            .await?)
    }

    pub(super) async fn contact_set(&self, asked: ContactSet) -> Result<Done, ApiError> {
        let id = parse(&asked.contact, "contact")?;
        self.inner
            .desk
            .turn(move |turn| {
                let Some(mut known) = turn.tx.contact(id)? else {
                    return Err(EngineError::Missing("contact"));
                };
                let mut fields = BTreeSet::new();
                let tier = |known: &Contact| known.attributes.get("tier").cloned();
                let before = (known.name.clone(), tier(&known));
                known.name = asked.name.trim().to_owned();
                match asked.tier.trim() {
                    "" => known.attributes.remove("tier"),
                    tier => known.attributes.insert("tier".to_owned(), tier.into()),
                };
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
