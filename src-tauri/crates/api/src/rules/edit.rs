//! Edits of a text of rules that touch what they change and nothing else.

use super::form::{CondForm, DoForm, RuleValue};

wire! {
    /// Asks for an edit of a text; nothing is saved.
    pub struct RulesEdit {
        /// The text.
        pub text: String,
        /// The edit.
        pub edit: RuleEdit,
    }

    /// A text after an edit.
    pub struct RulesEdited {
        /// The text.
        pub text: String,
    }
}

/// An edit of a text of rules.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RuleEdit {
    /// Adds a rule.
    RuleAdd {
        /// The rule it stands after; the end when none is named.
        after: Option<String>,
        /// Its identifier.
        id: String,
        /// Why it exists.
        why: String,
        /// The reason it gives.
        reason: String,
        /// Who answers for it; may be empty.
        owner: String,
        /// What makes it run.
        on: Vec<String>,
        /// Its condition.
        when: CondForm,
        /// What it does.
        does: Vec<DoForm>,
        /// `live`, `shadow`, `canary` or `off`.
        status: String,
    },
    /// Takes a rule away, with the comments right above it.
    RuleRemove {
        /// The rule.
        id: String,
    },
    /// Moves a rule.
    RuleMove {
        /// The rule.
        id: String,
        /// The rule it is to stand before; the end when none is named.
        before: Option<String>,
    },
    /// Writes a key of a rule, such as `reason`, or a part of what it does, such as `do.control`.
    RuleSet {
        /// The rule.
        id: String,
        /// The key.
        key: String,
        /// The value; none takes the key away.
        value: Option<RuleValue>,
    },
    /// Writes the condition of a rule.
    CondSet {
        /// The rule.
        id: String,
        /// The condition.
        when: CondForm,
    },
    /// Writes the limit of one line of a rule's condition.
    LimitSet {
        /// The rule.
        id: String,
        /// The line, by its number in the condition.
        row: u32,
        /// The limit.
        limit: String,
    },
    /// Writes a named condition.
    DefineSet {
        /// Its name.
        name: String,
        /// The condition.
        when: CondForm,
    },
    /// Writes the limit of one line of a named condition.
    DefineLimitSet {
        /// Its name.
        name: String,
        /// The line, by its number in the condition.
        row: u32,
        /// The limit.
        limit: String,
    },
    /// Adds a test that is made of a decision: what was known then, and what the rules of the text
    /// make of it.
    TestFrom {
        /// The decision.
        decision: String,
    },
    /// Writes a word set.
    WordsSet {
        /// Its name.
        name: String,
        /// The words.
        words: Vec<String>,
    },
}
