//! The team's own attributes: from what is kept of a contact to the value of a fact, by the type
//! that the rule file declares.

use serde_json::Value as Json;

use super::{schema::FactType, value::Value};
use crate::{
    rules::{
        plan::{CustomFact, Ruleset},
        text::duration::parse_duration,
    },
    time::Timestamp,
};

/// Why a value does not fit its declaration.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Misfit {
    /// It is of another type.
    #[error("{shown} is not {what}")]
    Type {
        /// The value.
        shown: String,
        /// The type, with an article.
        what: &'static str,
    },
    /// It is too small or too large.
    #[error("{shown} lies outside {least} to {most}")]
    Range {
        /// The value.
        shown: String,
        /// The least that is allowed.
        least: String,
        /// The most that is allowed.
        most: String,
    },
    /// It is none of the texts it can be.
    #[error("{shown} is none of {values}")]
    Choice {
        /// The value.
        shown: String,
        /// The texts, in a row.
        values: String,
    },
}

impl Ruleset {
    /// The value of an attribute (`attr.plan_seats`) as it is kept of a contact. What does not fit
    /// its declaration is unknown; what is not declared is taken as it looks.
    #[must_use]
    pub fn attribute(&self, name: &str, kept: &Json) -> Value {
        let declared = self.custom_facts().iter().find(|fact| &*fact.name == name);
        match declared {
            Some(fact) => fact.read(kept).unwrap_or_default(),
            None => as_it_looks(kept),
        }
    }
}

impl CustomFact {
    /// The value that a text stands for, as a table of contacts writes it: what is kept of the
    /// contact, checked.
    ///
    /// # Errors
    /// When it does not fit the declaration.
    pub fn write(&self, text: &str) -> Result<Json, Misfit> {
        let text = text.trim();
        let kept = match self.kind {
            FactType::Bool => match text.to_lowercase().as_str() {
                "true" | "yes" | "1" => Json::Bool(true),
                "false" | "no" | "0" => Json::Bool(false),
                _ => return Err(self.misfit(text)),
            },
            FactType::Int => {
                let number: i64 = text.parse().map_err(|_| self.misfit(text))?;
                number.into()
            }
            FactType::Decimal => {
                let number: f64 = text.parse().map_err(|_| self.misfit(text))?;
                if !number.is_finite() {
                    return Err(self.misfit(text));
                }
                number.into()
            }
            FactType::Texts => text
                .split([';', ','])
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(Json::from)
                .collect(),
            FactType::Duration | FactType::Time | FactType::Text | FactType::Choice(_) => {
                text.into()
            }
        };
        self.read(&kept)?;
        Ok(kept)
    }

    /// The value of the fact, from what is kept of a contact.
    ///
    /// # Errors
    /// When it does not fit the declaration.
    pub fn read(&self, kept: &Json) -> Result<Value, Misfit> {
        let shown = || match kept {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = match (self.kind, kept) {
            (FactType::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
            (FactType::Int, Json::Number(number)) => number.as_i64().map(Value::Int),
            (FactType::Decimal, Json::Number(number)) => number.as_f64().map(Value::from),
            (FactType::Duration, Json::String(text)) => {
                parse_duration(text, true).map(Value::Duration)
            }
            (FactType::Time, Json::String(text)) => {
                instant(text).map(|at| Value::Time(Timestamp(at)))
            }
            (FactType::Text | FactType::Choice(_), Json::String(text)) => {
                Some(Value::text(text.as_str()))
            }
            (FactType::Texts, Json::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
                texts.map(Value::texts)
            }
            _ => None,
        };
        let value = value.ok_or_else(|| self.misfit(&shown()))?;
        let number = match &value {
            Value::Int(number) => Some(*number as f64),
            Value::Decimal(number) => Some(*number),
            _ => None,
        };
        if let Some(number) = number {
            let (least, most) = self.range;
            if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                let limit = |limit: Option<f64>| {
                    limit.map_or_else(|| "any number".to_owned(), |limit| limit.to_string())
                };
                return Err(Misfit::Range {
                    shown: shown(),
                    least: limit(least),
                    most: limit(most),
                });
            }
        }
        if let Value::Text(text) = &value
            && !self.values.is_empty()
            && !self.values.contains(text)
        {
            let values: Vec<String> = self.values.iter().map(|one| format!("{one:?}")).collect();
            return Err(Misfit::Choice {
                shown: format!("{text:?}"),
                values: values.join(", "),
            });
        }
        Ok(value)
    }

    fn misfit(&self, text: &str) -> Misfit {
        let what = match self.kind {
            FactType::Duration => "a duration such as 1h30m",
            FactType::Time => "an instant such as 2026-12-31 or 2026-12-31T18:00:00Z",
            kind => kind.what(),
        };
        Misfit::Type {
            shown: format!("{text:?}"),
            what,
        }
    }
}

/// Milliseconds of an instant, or of the beginning of a day in UTC.
fn instant(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    let at = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(at.timestamp().as_millisecond())
}

fn as_it_looks(kept: &Json) -> Value {
    match kept {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => number.as_f64().map_or(Value::Unknown, Value::from),
        },
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            texts.map_or(Value::Unknown, Value::texts)
        }
        Json::Null | Json::Object(_) => Value::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
baton  = 1
policy = "attributes"
zone   = "UTC"

[facts]
"attr.seats" = { type = "int", min = 0, max = 100, about = "seats they pay for" }
"attr.share" = { type = "decimal" }
"attr.ends"  = { type = "time" }
"attr.grace" = { type = "duration" }
"attr.plan"  = { type = "text", values = ["free", "pro"] }
"attr.beta"  = { type = "bool" }
"attr.areas" = { type = "texts" }
"#;

    fn fact(rules: &Ruleset, name: &str) -> CustomFact {
        let mut all = rules.custom_facts().iter();
        all.find(|fact| &*fact.name == name).unwrap().clone()
    }

    #[test]
    fn what_a_table_says_becomes_the_value_of_its_type() {
        let rules = Ruleset::parse(RULES).unwrap();
        for (name, text, value) in [
            ("attr.seats", "12", Value::Int(12)),
            ("attr.share", "12", Value::Decimal(12.0)),
            (
                "attr.ends",
                "1970-01-02",
                Value::Time(Timestamp(86_400_000)),
            ),
            (
                "attr.ends",
                "1970-01-01T00:00:01Z",
                Value::Time(Timestamp(1_000)),
            ),
            ("attr.grace", "1h30m", Value::Duration(5_400_000)),
            ("attr.plan", " pro ", Value::text("pro")),
            ("attr.beta", "Yes", Value::Bool(true)),
            (
                "attr.areas",
                "north; south",
                Value::texts(["north", "south"]),
            ),
        ] {
            let kept = fact(&rules, name).write(text).unwrap();
            assert_eq!(rules.attribute(name, &kept), value, "{name} {text}");
        }
        assert_eq!(rules.attribute("attr.other", &Json::from(3)), Value::Int(3));
        assert_eq!(
            rules.attribute("attr.seats", &Json::from("3")),
            Value::Unknown
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let rules = Ruleset::parse(RULES).unwrap();
        for (name, text, why) in [
            ("attr.seats", "many", r#""many" is not a whole number"#),
            ("attr.seats", "101", "101 lies outside 0 to 100"),
            ("attr.plan", "gold", r#""gold" is none of "free", "pro""#),
            ("attr.beta", "maybe", r#""maybe" is not true or false"#),
            (
                "attr.ends",
                "soon",
                r#""soon" is not an instant such as 2026-12-31 or 2026-12-31T18:00:00Z"#,
            ),
        ] {
            let refused = fact(&rules, name).write(text).unwrap_err();
            assert_eq!(refused.to_string(), why);
        }
    }
}
