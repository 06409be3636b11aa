//! The values of facts at one decision point.

use std::{collections::BTreeMap, sync::Arc};

use super::schema::{BUILTIN, Fact};
use crate::time::Timestamp;

/// What is known of one fact.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing is known.
    #[default]
    Unknown,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point; never NaN.
    Decimal(f64),
    /// A length of time that stands still, in milliseconds.
    Duration(i64),
    /// A length of time that is running since an instant.
    Since(Timestamp),
    /// An instant.
    Time(Timestamp),
    /// A text.
    Text(Arc<str>),
    /// A set of texts.
    Texts(Arc<[Arc<str>]>),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A set of texts.
    #[must_use]
    pub fn texts<T: Into<Arc<str>>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Texts(texts.into_iter().map(Into::into).collect())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        if value.is_nan() {
            Self::Unknown
        } else {
            Self::Decimal(value)
        }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Into::into)
    }
}

/// Everything known at one decision point. What is not set is unknown. Facts know nothing of a
/// ruleset, so the same facts can be shown to any.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub(in crate::rules) builtin: Vec<Value>,
    pub(in crate::rules) custom: BTreeMap<Arc<str>, Value>,
    /// Which word sets the message matched, by the hash of the set's words.
    pub(in crate::rules) words: BTreeMap<u64, bool>,
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts {
    /// Facts of which nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            builtin: vec![Value::Unknown; BUILTIN.len()],
            custom: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }

    /// Sets a built-in fact.
    pub fn set(&mut self, fact: Fact, value: impl Into<Value>) -> &mut Self {
        if let Some(place) = self.builtin.get_mut(usize::from(fact.0)) {
            *place = value.into();
        }
        self
    }

    /// Sets a custom fact, such as `attr.plan_seats`.
    pub fn set_custom(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> &mut Self {
        self.custom.insert(name.into(), value.into());
        self
    }

    /// Records whether the message matched a word set.
    pub fn set_words(&mut self, set: u64, matched: bool) -> &mut Self {
        self.words.insert(set, matched);
        self
    }

    /// The value of a built-in fact.
    #[must_use]
    pub fn get(&self, fact: Fact) -> &Value {
        self.builtin
            .get(usize::from(fact.0))
            .unwrap_or(&Value::Unknown)
    }

    /// The value of a custom fact.
    #[must_use]
    pub fn custom(&self, name: &str) -> &Value {
        self.custom.get(name).unwrap_or(&Value::Unknown)
    }

    /// Whether the message matched a word set, where that was recorded.
    #[must_use]
    pub fn words(&self, set: u64) -> Option<bool> {
        self.words.get(&set).copied()
    }

    /// The text of a built-in text fact.
    #[must_use]
    pub fn text(&self, fact: Fact) -> Option<&str> {
        match self.get(fact) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a built-in number fact.
    #[must_use]
    pub fn int(&self, fact: Fact) -> Option<i64> {
        match self.get(fact) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}
