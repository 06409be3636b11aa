//! A test made of something that happened: the facts that the rules looked at then, told as a test
//! tells them, and what the rules make of them.

use crate::{
    rules::{
        edit::Written,
        eval::record::DecisionRecord,
        facts::{Fact, Facts, Value},
        outcome::RuleId,
        plan::{Operand, Ruleset, Source},
    },
    time::{HOUR, MINUTE, SECOND, Timestamp},
};

/// Says of a fact that it is missing.
const UNKNOWN: &str = "unknown!";
/// Characters of what a customer wrote that a test holds at most.
const MOST_TEXT: usize = 500;

impl Ruleset {
    /// The keys of a `[[test]]` about a decision: what these rules read at such an event, as it was
    /// known then, and what they decide of it. What the customer wrote is a part of it only where a
    /// rule looks into the text itself; which words it held is told without it.
    #[must_use]
    pub fn test_of(
        &self,
        record: &DecisionRecord,
        facts: &Facts,
        conversation_key: &[u8],
    ) -> Vec<(String, Written)> {
        let text = |text: &str| Written::Text(text.to_owned());
        let decided = self.decide_again(facts, record.event, record.at, conversation_key);
        let control = decided.slots.control.as_ref();
        let mut want = Vec::new();
        if let Some(control) = control {
            want.push(("control".to_owned(), text(&control.value.to_string())));
        }
        let tagged = decided.slots.tags_add.first().map(|tag| &tag.by);
        let acts = decided.slots.decider().or(tagged);
        let by = acts.map_or(RuleId::DEFAULT, RuleId::as_str);
        want.push(("by".to_owned(), text(by)));
        let tags: Vec<String> = decided
            .slots
            .tags_add
            .iter()
            .map(|tag| tag.value.to_string())
            .collect();
        if !tags.is_empty() {
            want.push(("tag".to_owned(), Written::Texts(tags)));
        }
        let event = record.event.name();
        let name = self.name_of_test(event, by);
        vec![
            ("name".to_owned(), text(&name)),
            ("start".to_owned(), text(&instant(record.at))),
            (
                "given".to_owned(),
                Written::Table(self.given(record, facts)),
            ),
            ("event".to_owned(), text(event)),
            ("want".to_owned(), Written::Table(want)),
        ]
    }

    /// A name that no test of the file has.
    fn name_of_test(&self, event: &str, by: &str) -> String {
        let said = match self.rule(by) {
            Some(rule) => rule.reason.to_string(),
            None => "no rule acts".to_owned(),
        };
        let base = format!("as it happened, on {event}: {said}");
        let taken = |name: &str| self.scripts.iter().any(|script| &*script.name == name);
        let numbered = (2..).map(|number| format!("{base} ({number})"));
        std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| !taken(name))
            .unwrap_or(base)
    }

    fn given(&self, record: &DecisionRecord, facts: &Facts) -> Vec<(String, Written)> {
        let at = record.at;
        let mut given: Vec<(String, Written)> = Vec::new();
        let mut tell = |name: &str, value: Option<Written>| {
            if let (false, Some(value)) = (given.iter().any(|(known, _)| known == name), value) {
                given.push((name.to_owned(), value));
            }
        };
        let builtin = |fact: Fact| told(facts.get(fact), at);
        // Who may be given control hangs on who has it.
        for fact in [Fact::CONV_CONTROL, Fact::CHANNEL_HAS_BOT] {
            tell(fact.def().name, builtin(fact));
        }
        for number in &self.event(record.event).atoms {
            let Some(atom) = self.atoms.get(usize::from(*number)) else {
                continue;
            };
            match atom.operand {
                Operand::Builtin(Fact::MSG_TEXT) => {
                    let said = facts.text(Fact::MSG_TEXT);
                    let said = said.map(|said| said.chars().take(MOST_TEXT).collect());
                    tell(&atom.fact, said.map(Written::Text));
                }
                Operand::Builtin(fact)
                | Operand::Business(_, fact)
                | Operand::Since(Source::Builtin(fact))
                | Operand::Until(Source::Builtin(fact)) => tell(fact.def().name, builtin(fact)),
                Operand::Custom(number)
                | Operand::Since(Source::Custom(number))
                | Operand::Until(Source::Custom(number)) => {
                    if let Some(custom) = self.custom.get(usize::from(number)) {
                        tell(&custom.name, told(facts.custom(&custom.name), at));
                    }
                }
                Operand::Words(number) => {
                    let set = self.words.sets().get(usize::from(number));
                    let found = set.and_then(|set| facts.words(set.key));
                    tell(&atom.fact, found.map(Written::Bool));
                }
                Operand::Open(_) | Operand::Now | Operand::Hour | Operand::Weekday => {}
            }
        }
        given
    }
}

/// A value as a test tells it; one that is missing is told so.
fn told(value: &Value, at: Timestamp) -> Option<Written> {
    let text = |text: String| Some(Written::Text(text));
    match value {
        Value::Unknown => text(UNKNOWN.to_owned()),
        Value::Bool(flag) => Some(Written::Bool(*flag)),
        Value::Int(whole) => Some(Written::Int(*whole)),
        Value::Decimal(decimal) => Some(Written::Decimal(*decimal)),
        Value::Duration(length) => text(length_of(*length)),
        Value::Since(since) => text(length_of(at.since(*since))),
        Value::Time(instant) => {
            let away = instant.since(at);
            let sign = if away < 0 { "-" } else { "+" };
            text(format!("{sign}{}", length_of(away.saturating_abs())))
        }
        Value::Text(said) => text(said.to_string()),
        Value::Texts(list) => {
            let list = list.iter().map(ToString::to_string);
            Some(Written::Texts(list.collect()))
        }
    }
}

/// A length of time to the second, as rule files spell it.
fn length_of(millis: i64) -> String {
    let mut out = String::new();
    let mut rest = millis.max(0);
    for (unit, size) in [("h", HOUR), ("m", MINUTE), ("s", SECOND)] {
        if rest >= size {
            out.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if out.is_empty() {
        out.push_str("0s");
    }
    out
}

/// An instant, to the second.
fn instant(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0 - at.0.rem_euclid(SECOND));
    at.map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{EventKind, Pass, RuleMemory, edit::Edit, edit::edit};

    const RULES: &str = r#"baton = 1
zone = "Europe/Berlin"
[hours.office]
mon-fri = ["09:00-17:00"]
[facts]
"attr.plan" = { type = "text" }
[words]
legal = ["lawyer"]
[[rule]]
id = "legal"
on = ["customer.message"]
when = 'msg.words.legal && office.open && attr.plan != "free" && conv.waiting < duration("2h")'
do = { control = "queue", tag = ["legal"] }
reason = "legal wording"
[[rule]]
id = "long"
on = ["customer.message"]
when = 'has(bot.confidence) && !("vip" in conv.tags) && sla.due.until < duration("10m")'
do = { tag = ["soon"] }
reason = "soon"
"#;

    /// A decision, made on a Monday at noon.
    fn decided(ruleset: &Ruleset, facts: &Facts) -> DecisionRecord {
        let pass = Pass {
            event: EventKind::CustomerMessage,
            facts,
            now: Timestamp(1_795_431_600_000),
            memory: &RuleMemory::default(),
            conversation_key: b"one",
        };
        let record = ruleset.decide(&pass).record;
        DecisionRecord::from_bytes(&record.to_bytes()).unwrap()
    }

    #[test]
    fn what_was_decided_is_decided_again_by_the_test_that_is_made_of_it() {
        let mut text = RULES.to_owned();
        let at = Timestamp(1_795_431_600_000);
        for (held, plan, waited) in [
            (true, "team", 61 * SECOND),
            (true, "free", 0),
            (false, "team", 3 * HOUR),
        ] {
            let ruleset = Ruleset::parse(&text).unwrap();
            let mut facts = Facts::new();
            facts
                .set(Fact::CONV_CONTROL, "bot")
                .set(Fact::CHANNEL_HAS_BOT, true)
                .set(Fact::CONV_TAGS, Value::texts(["new"]))
                .set(Fact::CONV_WAITING, Value::Since(Timestamp(at.0 - waited)))
                .set(Fact::SLA_DUE, Value::Time(at.plus(MINUTE)))
                .set(Fact::MSG_TEXT, "Not a word of this is written down.")
                .set_custom("attr.plan", Value::text(plan))
                .set_words(ruleset.words().sets()[0].key, held);
            let record = decided(&ruleset, &facts);
            let keys = ruleset.test_of(&record, &record.facts().unwrap(), b"one");
            text = edit(&text, &[Edit::AddTest { keys }]).unwrap();
        }
        let ruleset = Ruleset::parse(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        let tests = ruleset.rehearse().tests;
        assert_eq!(tests.len(), 3);
        assert!(
            tests.iter().all(crate::rules::rehearse::Played::passed),
            "{text}"
        );
        assert!(text.contains("by = \"legal\", tag = [\"legal\"]"), "{text}");
        assert!(text.contains("\"bot.confidence\" = \"unknown!\""), "{text}");
        assert!(text.contains("\"conv.waiting\" = \"1m1s\""), "{text}");
        assert!(!text.contains("Not a word"), "{text}");
        // The rules can still be wrong about it later, and then it fails.
        let broken = text.replacen(
            "control = \"queue\", tag = [\"legal\"] }\nreason",
            "tag = [\"legal\"] }\nreason",
            1,
        );
        let broken = Ruleset::parse(&broken).unwrap().rehearse();
        assert!(
            !broken
                .tests
                .iter()
                .all(crate::rules::rehearse::Played::passed)
        );
    }
}
