//! What the team knows of its contacts, from a table: checked against what the rules declare,
//! matched by address, and told in the log.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::contacts::{ContactFields, ContactsImport, ContactsImported, RowProblem};
use baton_core::event::body::ContactChanged;
use baton_core::event::{Actor, Event};
use baton_core::rules::Ruleset;
use baton_core::rules::problem::did_you_mean;
use baton_store::{Contact, Identity};
use serde_json::{Map, Value as Json};

use crate::desk::{Turn, derived};
use crate::elsewhere::CONSENT;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::recipients::normal;
use crate::roster::kind;

/// What every contact has, whatever the rules declare.
const GENERAL: [&str; 6] = ["name", "tier", "value_at_risk", "language", "tags", CONSENT];

/// A row that fits.
struct Fitting {
    kind: String,
    address: String,
    name: Option<String>,
    attributes: Map<String, Json>,
}

/// What came of a row.
enum Taken {
    Added,
    Changed,
    Same,
}

impl Engine {
    pub(super) async fn contacts_import(
        &self,
        asked: ContactsImport,
    ) -> Result<ContactsImported, ApiError> {
        let dry_run = asked.dry_run;
        let ruleset = self.roster().ruleset.clone();
        let mut told = ContactsImported {
            added: 0,
            changed: 0,
            same: 0,
            problems: Vec::new(),
        };
        let mut rows = Vec::with_capacity(asked.rows.len());
        for row in &asked.rows {
            match fit(&ruleset, row) {
                Ok(fitting) => rows.push(fitting),
                Err(problems) => told.problems.extend(problems),
            }
        }
        let taken = self
            .desk()
            .turn(move |turn| {
                let taken = rows.into_iter().map(|row| turn.take_known(row, dry_run));
                taken.collect::<Result<Vec<Taken>, EngineError>>()
            })
            .await?;
        for one in taken {
            match one {
                Taken::Added => told.added += 1,
                Taken::Changed => told.changed += 1,
                Taken::Same => told.same += 1,
            }
        }
        Ok(told)
    }
}

impl Turn<'_, '_> {
    fn take_known(&mut self, row: Fitting, dry_run: bool) -> Result<Taken, EngineError> {
        let identity = self.tx.identity(&row.kind, &row.address)?;
        let id = match &identity {
            Some(known) => known.contact,
            None => derived("contact", &[row.kind.as_bytes(), row.address.as_bytes()]),
        };
        let before = self.tx.contact(id)?;
        let is_new = before.is_none();
        let mut contact = before.unwrap_or_else(|| Contact {
            id,
            name: String::new(),
            attributes: Map::new(),
            created_at: self.now,
        });
        let mut fields = BTreeSet::new();
        if let Some(name) = row.name.filter(|name| *name != contact.name) {
            contact.name = name;
            fields.insert("name".to_owned());
        }
        for (field, value) in row.attributes {
            if contact.attributes.get(&field) != Some(&value) {
                contact.attributes.insert(field.clone(), value);
                let general = GENERAL.contains(&field.as_str());
                fields.insert(if general {
                    field
                } else {
                    format!("attr.{field}")
                });
            }
        }
        if fields.is_empty() && !is_new {
            return Ok(Taken::Same);
        }
        if !dry_run {
            self.tx.save_contact(&contact)?;
            if identity.is_none() {
                self.tx.save_identity(&Identity {
                    kind: row.kind,
                    address: row.address,
                    contact: id,
                    name: contact.name.clone(),
                    verification: "none".to_owned(),
                    first_seen_at: self.now,
                    last_seen_at: self.now,
                })?;
            }
            self.tell_contact_changed(&contact, fields)?;
        }
        Ok(if is_new { Taken::Added } else { Taken::Changed })
    }

    /// Writes into the log that something is known of a contact that was not, and says so.
    ///
    /// # Errors
    /// When it cannot be sealed or written.
    pub(crate) fn tell_contact_changed(
        &mut self,
        contact: &Contact,
        fields: BTreeSet<String>,
    ) -> Result<(), EngineError> {
        let event = Event::ContactChanged(ContactChanged {
            contact: contact.id,
            fields,
        });
        let actor = Actor::agent(self.roster.me.as_str());
        self.record(event, actor, None)?;
        self.touch(format!("contact:{}", contact.id));
        self.touch("views");
        Ok(())
    }
}

/// Reads a row, or says everything that is wrong with it.
fn fit(ruleset: &Ruleset, row: &ContactFields) -> Result<Fitting, Vec<RowProblem>> {
    let problem = |field: &str, what: String| RowProblem {
        line: row.line,
        field: field.to_owned(),
        what,
    };
    let mut problems = Vec::new();
    let kind = match row.kind.trim() {
        "" => kind::EMAIL,
        other => other,
    };
    let address = normal(&row.address);
    if address.is_empty() || kind == kind::EMAIL && !address.contains('@') {
        problems.push(problem(
            "address",
            format!("{:?} is no address.", row.address),
        ));
    }
    let mut name = None;
    let mut attributes = Map::new();
    for (field, text) in &row.fields {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if field == "name" {
            name = Some(text.to_owned());
            continue;
        }
        let short = field.strip_prefix("attr.").unwrap_or(field);
        match value(ruleset, field, text) {
            Ok(value) => {
                attributes.insert(short.to_owned(), value);
            }
            Err(what) => problems.push(problem(field, what)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Fitting {
        kind: kind.to_owned(),
        address,
        name,
        attributes,
    })
}

/// The value of a field other than the name.
fn value(ruleset: &Ruleset, field: &str, text: &str) -> Result<Json, String> {
    match field {
        "tier" => return Ok(text.into()),
        CONSENT => {
            return match text {
                "yes" | "no" => Ok(text.into()),
                _ => Err(format!("{text:?} is neither `yes` nor `no`.")),
            };
        }
        "value_at_risk" => {
            let number = text.parse::<f64>().ok().filter(|number| *number >= 0.0);
            let number = number.and_then(serde_json::Number::from_f64);
            return number
                .map(Json::Number)
                .ok_or_else(|| format!("{text:?} is no amount of money."));
        }
        "language" => {
            let letters = text.split('-').next().unwrap_or_default();
            let fits =
                matches!(letters.len(), 2 | 3) && letters.bytes().all(|c| c.is_ascii_lowercase());
            return match fits {
                true => Ok(text.into()),
                false => Err(format!("{text:?} is no language, such as `en` or `pt-BR`.")),
            };
        }
        "tags" => {
            let tags = text.split([';', ',']).map(str::trim);
            return Ok(tags.filter(|tag| !tag.is_empty()).map(Json::from).collect());
        }
        _ => {}
    }
    let long = match field.strip_prefix("attr.") {
        Some(_) => field.to_owned(),
        None => format!("attr.{field}"),
    };
    let mut declared = ruleset.custom_facts().iter();
    if let Some(fact) = declared.find(|fact| *fact.name == *long) {
        return fact.write(text).map_err(|misfit| format!("{misfit}."));
    }
    let known = ruleset
        .custom_facts()
        .iter()
        .filter_map(|fact| fact.name.strip_prefix("attr."))
        .chain(GENERAL);
    let short = long.strip_prefix("attr.").unwrap_or(&long);
    Err(match did_you_mean(short, known) {
        Some(meant) => format!("There is no attribute `{field}`; did you mean `{meant}`?"),
        None => format!(
            "The rules declare no `{long}`; add it: [facts] \"{long}\" = {{ type = \"text\" }}."
        ),
    })
}
