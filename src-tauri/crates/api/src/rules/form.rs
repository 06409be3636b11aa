//! Rules as a form shows them.

use std::collections::BTreeMap;

wire! {
    /// A rule as a form shows it.
    pub struct RuleForm {
        /// Its identifier.
        pub id: String,
        /// Why it exists.
        pub why: String,
        /// The reason it gives; empty when none is written.
        pub reason: String,
        /// Who answers for it; empty when nobody is named.
        pub owner: String,
        /// The rule in whose place it is tried; none when it stands by itself.
        pub replaces: Option<String>,
        /// What makes it run.
        pub on: Vec<String>,
        /// `live`, `shadow`, `canary`, `off`.
        pub status: String,
        /// The share of conversations for which a canary acts.
        pub canary_share: Option<f64>,
        /// What doubt counts as: `no` or `yes`.
        pub unknown: String,
        /// How often it may act: `until-false`, `per-message`, `per-control`, `per-episode`,
        /// `per-conversation`.
        pub once: String,
        /// The rules that it declares to come before on purpose.
        pub before: Vec<String>,
        /// Whether it may take a conversation away from a person.
        pub take_over: bool,
        /// Its condition.
        pub when: CondForm,
        /// What it does, as written.
        pub does: Vec<DoForm>,
        /// What it does, in words.
        pub does_says: String,
        /// The line of the file on which its identifier stands.
        pub line: u32,
    }

    /// A part of what a rule does.
    pub struct DoForm {
        /// `control`, `review`, `priority`, `ladder`, `tag`, …
        pub slot: String,
        /// The value.
        pub value: RuleValue,
    }

    /// A named condition as a form shows it.
    pub struct DefineForm {
        /// Its name.
        pub name: String,
        /// The condition.
        pub when: CondForm,
        /// The line of the file on which it stands.
        pub line: u32,
    }

    /// A word set as a form shows it.
    pub struct WordsForm {
        /// Its name.
        pub name: String,
        /// The words.
        pub words: Vec<String>,
        /// The line of the file on which it stands.
        pub line: u32,
    }
}

/// A condition as a form shows it.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CondForm {
    /// All of the parts.
    All {
        /// The parts.
        parts: Vec<CondForm>,
    },
    /// Any of the parts.
    Any {
        /// The parts.
        parts: Vec<CondForm>,
    },
    /// The opposite of the part.
    Not {
        /// The part.
        part: Box<CondForm>,
    },
    /// One fact, one operator, one limit, each in the spelling of the file.
    Row {
        /// The fact; where it is empty, `text` alone counts.
        fact: String,
        /// `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `has` (a set has this member), `known`,
        /// `contains`, `startsWith`, `matches`.
        op: String,
        /// The limit, such as `0.45`, `"chat"`, `["chat", "email"]` or `duration("15m")`; empty
        /// for `known`.
        limit: String,
        /// The whole line; not read where `fact` is given.
        text: String,
        /// Its number in the condition, for `limit_set`; not read in an edit.
        #[serde(default)]
        row: u32,
    },
    /// A named condition, or a fact that is true or false.
    Named {
        /// The name.
        name: String,
        /// Its number in the condition; not read in an edit.
        #[serde(default)]
        row: u32,
    },
    /// Always the same.
    Const {
        /// What.
        value: bool,
        /// Its number in the condition; not read in an edit.
        #[serde(default)]
        row: u32,
    },
}

/// A value of the rule file.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(untagged)]
pub enum RuleValue {
    /// True or false.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// Keys with values, such as `{ sample = 0.1 }`.
    Table(BTreeMap<String, RuleValue>),
}
