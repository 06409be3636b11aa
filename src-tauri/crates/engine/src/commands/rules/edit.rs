//! Edits that a form makes in a text of rules.

use baton_api::ApiError;
use baton_api::rules as ru;
use baton_core::ids::Id as _;
use baton_core::rules::Ruleset;
use baton_core::rules::edit::{Conditioned, Edit, EditError, Written, edit, form};

use super::form::{shape, written};
use super::save::refused;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::why::as_of_then;

impl Engine {
    pub(in crate::commands) async fn rules_edit(
        &self,
        asked: ru::RulesEdit,
    ) -> Result<ru::RulesEdited, ApiError> {
        if let ru::RuleEdit::TestFrom { decision } = &asked.edit {
            let text = self.with_test(asked.text, decision).await?;
            return Ok(ru::RulesEdited { text });
        }
        let text = edits(&asked.text, &asked.edit)
            .and_then(|edits| edit(&asked.text, &edits))
            .map_err(bad_edit)?;
        Ok(ru::RulesEdited { text })
    }
}

impl Engine {
    /// A text with a test that is made of a decision.
    async fn with_test(&self, source: String, decision: &str) -> Result<String, ApiError> {
        let id = parse(decision, "decision")?;
        let ruleset = Ruleset::parse(&source).map_err(refused)?;
        let text = self.read(move |reader, _| {
            let Some(stored) = reader.decision(id)? else {
                return Err(EngineError::Missing("decision"));
            };
            let said = reader.text_before(stored.conversation, stored.seq)?;
            let (record, facts) = as_of_then(&stored, said.as_deref())?;
            let key = stored.conversation.bits().to_be_bytes();
            let keys = ruleset.test_of(&record, &facts, &key);
            Ok(edit(&source, &[Edit::AddTest { keys }]))
        });
        text.await?.map_err(bad_edit)
    }
}

fn bad_edit(error: EditError) -> ApiError {
    let hint = match &error {
        EditError::Unreadable(problem) => problem.repair.clone(),
        EditError::NoRule(_) | EditError::NoDefinition(_) => {
            "It may have been renamed or taken away since.".to_owned()
        }
        EditError::NoLine { .. } => "The condition may have changed since.".to_owned(),
        EditError::NoCondition(_) => "Write its condition in the text.".to_owned(),
        EditError::NoLimit(_) => "Only a comparison has a limit.".to_owned(),
        EditError::ManyLines(_) => "Write one comparison, such as bot.failures >= 2.".to_owned(),
    };
    let message = error.to_string();
    ApiError::new("bad_edit", format!("{message}."), hint)
}

fn edits(text: &str, asked: &ru::RuleEdit) -> Result<Vec<Edit>, EditError> {
    let one = match asked {
        // It is made of what is stored, before this is asked.
        ru::RuleEdit::TestFrom { .. } => return Ok(Vec::new()),
        ru::RuleEdit::RuleAdd { .. } => return added(text, asked).map(|edit| vec![edit]),
        ru::RuleEdit::RuleRemove { id } => Edit::Remove { rule: id.clone() },
        ru::RuleEdit::RuleMove { id, before } => Edit::Move {
            rule: id.clone(),
            before: before.clone(),
        },
        ru::RuleEdit::RuleSet { id, key, value } => set(id, key, value.as_ref()),
        ru::RuleEdit::CondSet { id, when } => Edit::When {
            rule: id.clone(),
            condition: shape(when).write()?,
        },
        ru::RuleEdit::LimitSet { id, row, limit } => Edit::Limit {
            of: Conditioned::Rule(id.clone()),
            line: *row as usize,
            limit: limit.clone(),
        },
        ru::RuleEdit::DefineSet { name, when } => Edit::Define {
            name: name.clone(),
            condition: shape(when).write()?,
        },
        ru::RuleEdit::DefineLimitSet { name, row, limit } => Edit::Limit {
            of: Conditioned::Define(name.clone()),
            line: *row as usize,
            limit: limit.clone(),
        },
        ru::RuleEdit::WordsSet { name, words } => Edit::Words {
            name: name.clone(),
            words: words.clone(),
        },
    };
    Ok(vec![one])
}

/// A key of a rule, or with `do.` before it a part of what it does. What is empty is taken away.
fn set(id: &str, key: &str, value: Option<&ru::RuleValue>) -> Edit {
    let empty = match value {
        Some(ru::RuleValue::Text(text)) => text.is_empty(),
        Some(ru::RuleValue::Texts(list)) => list.is_empty(),
        Some(_) => false,
        None => true,
    };
    let value = value.filter(|_| !empty).map(written);
    let rule = id.to_owned();
    match key.strip_prefix("do.") {
        Some(key) => Edit::Effect {
            rule,
            key: key.to_owned(),
            value,
        },
        None => Edit::Key {
            rule,
            key: key.to_owned(),
            value: match (key, value) {
                ("when", Some(Written::Text(text))) => Some(Written::Condition(text)),
                (_, value) => value,
            },
        },
    }
}

fn added(text: &str, asked: &ru::RuleEdit) -> Result<Edit, EditError> {
    let ru::RuleEdit::RuleAdd {
        after,
        id,
        why,
        reason,
        owner,
        on,
        when,
        does,
        status,
    } = asked
    else {
        return Err(EditError::NoRule(String::new()));
    };
    let mut keys = vec![("id".to_owned(), Written::Text(id.clone()))];
    let mut put = |key: &str, value: Written| keys.push((key.to_owned(), value));
    if !why.is_empty() {
        put("why", Written::Text(why.clone()));
    }
    put("on", Written::Texts(on.clone()));
    put("when", Written::Condition(shape(when).write()?));
    let parts = does
        .iter()
        .map(|part| (part.slot.clone(), written(&part.value)));
    put("do", Written::Table(parts.collect()));
    if !reason.is_empty() {
        put("reason", Written::Text(reason.clone()));
    }
    if !owner.is_empty() {
        put("owner", Written::Text(owner.clone()));
    }
    if status != "live" {
        put("status", Written::Text(status.clone()));
    }
    let before = match after {
        None => None,
        Some(after) => {
            let rules = form::forms(text)?.rules;
            let Some(place) = rules.iter().position(|rule| rule.id == *after) else {
                return Err(EditError::NoRule(after.clone()));
            };
            rules.get(place + 1).map(|rule| rule.id.clone())
        }
    };
    Ok(Edit::Add { keys, before })
}
