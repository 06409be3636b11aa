//! The facts that a rule file may name, each with the line that an editor shows.

use serde::Serialize;

use super::schema::{BUILTIN, BUSINESS, FactType};
use crate::rules::plan::Ruleset;

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Baton knows it of itself.
    BuiltIn,
    /// The file declares it under `[facts]`.
    Attribute,
    /// The file lists the words under `[words]`.
    Words,
    /// The file has a calendar of that name under `[hours]`.
    Hours,
}

/// A fact as an editor shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactLine {
    /// The name in conditions.
    pub name: String,
    /// `bool`, `int`, `decimal`, `duration`, `time`, `text`, `choice` or `texts`.
    pub kind: &'static str,
    /// The unit or range; empty when there is none.
    pub unit: String,
    /// What it can be, when that is a few words.
    pub values: Vec<String>,
    /// What it says, in one line.
    pub about: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl FactLine {
    fn new(name: &str, kind: FactType, about: impl Into<String>, origin: Origin) -> Self {
        Self {
            name: name.to_owned(),
            kind: word(kind),
            unit: String::new(),
            values: match kind {
                FactType::Choice(words) => words.iter().map(ToString::to_string).collect(),
                _ => Vec::new(),
            },
            about: about.into(),
            origin,
        }
    }
}

const fn word(kind: FactType) -> &'static str {
    match kind {
        FactType::Bool => "bool",
        FactType::Int => "int",
        FactType::Decimal => "decimal",
        FactType::Duration => "duration",
        FactType::Time => "time",
        FactType::Text => "text",
        FactType::Choice(_) => "choice",
        FactType::Texts => "texts",
    }
}

impl Ruleset {
    /// Every fact that a rule of this file may name.
    #[must_use]
    pub fn facts_list(&self) -> Vec<FactLine> {
        let mut all: Vec<FactLine> = BUILTIN
            .iter()
            .map(|def| FactLine {
                unit: def.unit.to_owned(),
                ..FactLine::new(def.name, def.kind, def.about, Origin::BuiltIn)
            })
            .collect();
        for (name, kind, about) in [
            ("now", FactType::Time, "The instant of the decision."),
            (
                "now.hour",
                FactType::Int,
                "The hour of the day, in the zone of the file.",
            ),
            (
                "now.weekday",
                FactType::Choice(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
                "The day of the week, in the zone of the file.",
            ),
        ] {
            all.push(FactLine::new(name, kind, about, Origin::BuiltIn));
        }
        for fact in self.custom_facts() {
            let about = match &*fact.about {
                "" => "An attribute of the customer, declared in this file.",
                about => about,
            };
            let mut line = FactLine::new(&fact.name, fact.kind, about, Origin::Attribute);
            line.values
                .extend(fact.values.iter().map(ToString::to_string));
            line.unit = match fact.range {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("from {least}"),
                (None, Some(most)) => format!("up to {most}"),
                (None, None) => String::new(),
            };
            all.push(line);
        }
        for set in self.words().sets() {
            let about = format!(
                "Whether the message has one of the {} words.",
                set.words.len()
            );
            let name = format!("msg.words.{}", set.name);
            all.push(FactLine::new(&name, FactType::Bool, about, Origin::Words));
        }
        for named in self.calendars() {
            let hours = &named.name;
            let about = format!("Whether it is open now by the hours `{hours}`.");
            let name = format!("{hours}.open");
            all.push(FactLine::new(&name, FactType::Bool, about, Origin::Hours));
            for (last, fact) in BUSINESS {
                let about = format!("{} Only open time counts.", fact.def().about);
                let name = format!("{hours}.{last}");
                all.push(FactLine::new(
                    &name,
                    FactType::Duration,
                    about,
                    Origin::Hours,
                ));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_can_name_every_fact_of_the_list() {
        let text = r#"
baton  = 1
policy = "list"
zone   = "UTC"

[hours.desk]
mon-fri = ["09:00-17:00"]

[facts]
"attr.seats" = { type = "int", min = 0, about = "Seats they pay for." }

[words]
legal = ["lawyer"]
"#;
        let rules = Ruleset::parse(text).unwrap();
        let all = rules.facts_list();
        for name in [
            "attr.seats",
            "msg.words.legal",
            "desk.open",
            "desk.waiting",
            "now.hour",
        ] {
            assert!(all.iter().any(|line| line.name == name), "{name}");
        }
        for line in &all {
            assert!(line.about.ends_with('.'), "{}", line.name);
            let when = if line.kind == "bool" {
                line.name.clone()
            } else {
                format!("has({})", line.name)
            };
            let rule = format!(
                "{text}\n[[rule]]\nid = \"r\"\non = [\"customer.message\", \"draft\"]\nwhen = '{when}'\n\
                 do = {{ tag = [\"t\"] }}\nreason = \"r\"\n"
            );
            let parsed = Ruleset::parse(&rule);
            assert!(parsed.is_ok(), "{}: {}", line.name, parsed.unwrap_err());
        }
    }
}
