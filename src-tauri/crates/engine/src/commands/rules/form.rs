//! Rules as a form shows them, and back.

use std::collections::BTreeMap;

use baton_api::rules as ru;
use baton_core::rules::edit::form::{DefineForm, WordsForm};
use baton_core::rules::edit::{Shape, ShapeRow, Written, form};
use baton_core::rules::{Rule, Ruleset};

use super::{number, on};

/// The rules of a text, each as a form shows it.
pub(super) fn rules(ruleset: &Ruleset, forms: &[form::RuleForm]) -> Vec<ru::RuleForm> {
    let of = |rule: &Rule| forms.iter().find(|form| form.id == rule.id.as_str());
    ruleset
        .rules()
        .iter()
        .filter_map(|rule| Some(one(rule, of(rule)?)))
        .collect()
}

fn one(rule: &Rule, form: &form::RuleForm) -> ru::RuleForm {
    // A reason that nobody wrote is the identifier or the why, which a form must not write down.
    let reason = match *rule.reason == *rule.why || *rule.reason == *rule.id.as_str() {
        true => String::new(),
        false => rule.reason.to_string(),
    };
    ru::RuleForm {
        id: rule.id.to_string(),
        why: rule.why.to_string(),
        reason,
        owner: rule.owner.as_deref().unwrap_or_default().to_owned(),
        replaces: rule.replaces.as_ref().map(ToString::to_string),
        on: on(rule),
        status: rule.status.name().to_owned(),
        canary_share: rule.status.share(),
        unknown: if rule.unknown_matches { "yes" } else { "no" }.to_owned(),
        once: rule.once.name().to_owned(),
        before: rule.before.iter().map(ToString::to_string).collect(),
        take_over: rule.take_over,
        when: shown(&form.when, &mut 0),
        does: form
            .does
            .iter()
            .map(|(slot, value)| ru::DoForm {
                slot: slot.clone(),
                value: value_shown(value),
            })
            .collect(),
        does_says: rule.effects.says(),
        line: number(form.line),
    }
}

/// The named conditions of a text.
pub(super) fn defines(forms: &[DefineForm]) -> Vec<ru::DefineForm> {
    let shown_one = |form: &DefineForm| ru::DefineForm {
        name: form.name.clone(),
        when: shown(&form.when, &mut 0),
        line: number(form.line),
    };
    forms.iter().map(shown_one).collect()
}

/// The word sets of a text.
pub(super) fn words(forms: &[WordsForm]) -> Vec<ru::WordsForm> {
    let shown_one = |form: &WordsForm| ru::WordsForm {
        name: form.name.clone(),
        words: form.words.clone(),
        line: number(form.line),
    };
    forms.iter().map(shown_one).collect()
}

/// A condition for the wire; its lines are numbered in the order in which they are read.
fn shown(shape: &Shape, next: &mut u32) -> ru::CondForm {
    let mut take = || {
        let row = *next;
        *next += 1;
        row
    };
    match shape {
        Shape::All(parts) => ru::CondForm::All {
            parts: parts.iter().map(|part| shown(part, next)).collect(),
        },
        Shape::Any(parts) => ru::CondForm::Any {
            parts: parts.iter().map(|part| shown(part, next)).collect(),
        },
        Shape::Not(part) => ru::CondForm::Not {
            part: Box::new(shown(part, next)),
        },
        Shape::Row(row) => ru::CondForm::Row {
            fact: row.fact.clone(),
            op: row.op.clone(),
            limit: row.limit.clone(),
            text: row.text.clone(),
            row: take(),
        },
        Shape::Named(name) => ru::CondForm::Named {
            name: name.clone(),
            row: take(),
        },
        Shape::Const(value) => ru::CondForm::Const {
            value: *value,
            row: take(),
        },
    }
}

/// A condition from the wire.
pub(super) fn shape(form: &ru::CondForm) -> Shape {
    match form {
        ru::CondForm::All { parts } => Shape::All(parts.iter().map(shape).collect()),
        ru::CondForm::Any { parts } => Shape::Any(parts.iter().map(shape).collect()),
        ru::CondForm::Not { part } => Shape::Not(Box::new(shape(part))),
        ru::CondForm::Row {
            fact,
            op,
            limit,
            text,
            ..
        } => Shape::Row(ShapeRow {
            fact: fact.clone(),
            op: op.clone(),
            limit: limit.clone(),
            text: text.clone(),
        }),
        ru::CondForm::Named { name, .. } => Shape::Named(name.clone()),
        ru::CondForm::Const { value, .. } => Shape::Const(*value),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "numbers of rule files are small, and JSON has no other kind"
)]
fn value_shown(value: &Written) -> ru::RuleValue {
    match value {
        Written::Text(text) | Written::Condition(text) => ru::RuleValue::Text(text.clone()),
        Written::Texts(list) => ru::RuleValue::Texts(list.clone()),
        Written::Int(whole) => ru::RuleValue::Number(*whole as f64),
        Written::Decimal(decimal) => ru::RuleValue::Number(*decimal),
        Written::Bool(flag) => ru::RuleValue::Flag(*flag),
        Written::Table(parts) => {
            let parts = parts
                .iter()
                .map(|(key, value)| (key.clone(), value_shown(value)));
            ru::RuleValue::Table(parts.collect::<BTreeMap<_, _>>())
        }
    }
}

/// A value from the wire as it is written.
pub(super) fn written(value: &ru::RuleValue) -> Written {
    match value {
        ru::RuleValue::Flag(flag) => Written::Bool(*flag),
        #[allow(clippy::cast_possible_truncation, reason = "it is whole and small")]
        ru::RuleValue::Number(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => {
            Written::Int(*whole as i64)
        }
        ru::RuleValue::Number(decimal) => Written::Decimal(*decimal),
        ru::RuleValue::Text(text) => Written::Text(text.clone()),
        ru::RuleValue::Texts(list) => Written::Texts(list.clone()),
        ru::RuleValue::Table(parts) => Written::Table(
            parts
                .iter()
                .map(|(key, value)| (key.clone(), written(value)))
                .collect(),
        ),
    }
}
