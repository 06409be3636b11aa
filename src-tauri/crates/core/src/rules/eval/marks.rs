//! What a decision says of each rule: for counting, without unpacking records.

use super::{pass::in_shadow, record::DecisionRecord};
use crate::rules::{
    facts::{Fact, Facts},
    outcome::{ControlTarget, Decided, RuleId, Slots},
    plan::{Rule, Ruleset},
};

/// How one rule did in one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleMark {
    /// Whether its condition held.
    pub matched: bool,
    /// Whether it acted or, in shadow, would have.
    pub acted: bool,
    /// Whether it was only watched.
    pub shadow: bool,
    /// Whether something else would have been decided had it been live.
    pub differs: bool,
    /// Handoffs to people that it would have added; −1 when it would have spared one.
    pub handoff: i8,
}

impl Ruleset {
    /// The rules that a decision has something to say of: those that matched, and those that were
    /// watched.
    #[must_use]
    pub fn marks(
        &self,
        record: &DecisionRecord,
        facts: &Facts,
        conversation_key: &[u8],
    ) -> Vec<(&Rule, RuleMark)> {
        let from_bot = facts.text(Fact::CONV_CONTROL) == Some("bot");
        let mut out = Vec::new();
        for number in self.looked_at(record.event) {
            let Some(rule) = self.rules.get(usize::from(number)) else {
                continue;
            };
            let shadow = in_shadow(rule, conversation_key);
            let mark = record.marks.iter().find(|(marked, _)| *marked == number);
            if mark.is_none() && !shadow {
                continue;
            }
            let would = record.would.iter().find(|would| would.rule == rule.id);
            let handoff = would.filter(|_| from_bot).map_or(0, |would| {
                to_people(&would.slots) - to_people(&record.slots)
            });
            out.push((
                rule,
                RuleMark {
                    matched: mark.is_some(),
                    acted: mark.is_some_and(|(_, mark)| mark & 1 == 1),
                    shadow,
                    differs: would.is_some(),
                    handoff,
                },
            ));
        }
        out
    }
}

/// 1 when control goes to people.
fn to_people(slots: &Slots) -> i8 {
    let people = slots.control.as_ref().is_some_and(|control| {
        matches!(
            control.value,
            ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_)
        )
    });
    i8::from(people)
}

impl Slots {
    /// What one rule decided of it.
    #[must_use]
    pub fn by(&self, rule: &RuleId) -> Self {
        fn one<T: Clone>(slot: &Option<Decided<T>>, rule: &RuleId) -> Option<Decided<T>> {
            slot.clone().filter(|decided| decided.by == *rule)
        }
        fn many<T: Clone>(list: &[Decided<T>], rule: &RuleId) -> Vec<Decided<T>> {
            let mine = list.iter().filter(|decided| decided.by == *rule);
            mine.cloned().collect()
        }
        Self {
            control: one(&self.control, rule),
            review: one(&self.review, rule),
            reviewers: many(&self.reviewers, rule),
            priority: one(&self.priority, rule),
            sla: one(&self.sla, rule),
            ladder: one(&self.ladder, rule),
            tags_add: many(&self.tags_add, rule),
            tags_remove: many(&self.tags_remove, rule),
            notify: many(&self.notify, rule),
            macro_: one(&self.macro_, rule),
            snooze: one(&self.snooze, rule),
            channel: one(&self.channel, rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{DecisionRecord, EventKind, Pass, RuleMemory},
        time::Timestamp,
    };

    const RULES: &str = r#"
baton = 1
[[rule]]
id = "first"
on = ["customer.message"]
when = 'msg.first'
do = { control = "queue", tag = ["new"] }
reason = "it is new"
[[rule]]
id = "same"
on = ["customer.message"]
when = 'msg.first'
do = { control = "queue" }
reason = "somebody else says so already"
status = "shadow"
[[rule]]
id = "sooner"
on = ["customer.message"]
when = 'bot.failures >= 1'
do = { control = "queue" }
reason = "the bot has failed"
status = "shadow"
[[rule]]
id = "never"
on = ["customer.message"]
when = 'bot.failures >= 9'
do = { control = "queue" }
reason = "the bot has failed often"
status = "shadow"
"#;

    fn marks(first: bool, failures: i64) -> Vec<(String, RuleMark)> {
        let ruleset = Ruleset::parse(RULES).unwrap();
        let mut facts = Facts::new();
        facts
            .set(Fact::CONV_CONTROL, "bot")
            .set(Fact::MSG_FIRST, first)
            .set(Fact::BOT_FAILURES, failures);
        let pass = Pass {
            event: EventKind::CustomerMessage,
            facts: &facts,
            now: Timestamp(1_000),
            memory: &RuleMemory::default(),
            conversation_key: b"one",
        };
        let verdict = ruleset.decide(&pass);
        // What is counted can be counted from the stored record as well.
        let record = DecisionRecord::from_bytes(&verdict.record.to_bytes()).unwrap();
        assert_eq!(record, verdict.record);
        let marks = ruleset.marks(&record, &facts, b"one").into_iter();
        marks
            .map(|(rule, mark)| (rule.id.to_string(), mark))
            .collect()
    }

    fn watched(matched: bool) -> RuleMark {
        RuleMark {
            matched,
            acted: matched,
            shadow: true,
            ..RuleMark::default()
        }
    }

    #[test]
    fn a_watched_rule_that_would_change_nothing_differs_in_nothing() {
        let acted = RuleMark {
            matched: true,
            acted: true,
            ..RuleMark::default()
        };
        let expected = [
            ("first".to_owned(), acted),
            ("same".to_owned(), watched(true)),
            ("sooner".to_owned(), watched(false)),
            ("never".to_owned(), watched(false)),
        ];
        assert_eq!(marks(true, 0), expected);
    }

    #[test]
    fn a_watched_rule_that_would_have_called_people_adds_a_handoff() {
        let would = RuleMark {
            differs: true,
            handoff: 1,
            ..watched(true)
        };
        let expected = [
            ("same".to_owned(), watched(false)),
            ("sooner".to_owned(), would),
            ("never".to_owned(), watched(false)),
        ];
        assert_eq!(marks(false, 1), expected);
    }

    const TRIED: &str = r#"
baton = 1
[[rule]]
id = "stuck"
on = ["customer.message"]
when = 'bot.failures >= 2'
do = { control = "queue" }
reason = "the bot has failed"
[[rule]]
id = "later"
on = ["customer.message"]
when = 'bot.failures >= 1'
do = { tag = ["failed"] }
reason = "it is noted"
[[rule]]
id = "stuck-next"
on = ["customer.message"]
when = 'bot.failures >= 3'
do = { control = "queue" }
reason = "the bot has failed"
status = "shadow"
replaces = "stuck"
"#;

    fn tried(text: &str, on: EventKind, failures: i64) -> RuleMark {
        let ruleset = Ruleset::parse(text).unwrap();
        let mut facts = Facts::new();
        facts
            .set(Fact::CONV_CONTROL, "bot")
            .set(Fact::BOT_FAILURES, failures);
        let pass = Pass {
            event: on,
            facts: &facts,
            now: Timestamp(1_000),
            memory: &RuleMemory::default(),
            conversation_key: b"one",
        };
        let verdict = ruleset.decide(&pass);
        let marks = ruleset.marks(&verdict.record, &facts, b"one");
        let found = marks
            .iter()
            .find(|(rule, _)| rule.id.as_str() == "stuck-next");
        found.unwrap().1
    }

    #[test]
    fn an_edit_that_is_tried_is_counted_as_if_it_stood_in_the_place_of_its_rule() {
        let message = EventKind::CustomerMessage;
        assert_eq!(tried(TRIED, message, 1), watched(false), "neither acts");
        let spared = RuleMark {
            differs: true,
            handoff: -1,
            ..watched(false)
        };
        assert_eq!(tried(TRIED, message, 2), spared, "the rule acts alone");
        // Both would act, and what they do is the same.
        assert_eq!(tried(TRIED, message, 3), watched(true));
        // It stands where its rule stands, also when the file is in another order.
        let wider = TRIED.replace("bot.failures >= 3", "bot.failures >= 1");
        let added = RuleMark {
            differs: true,
            handoff: 1,
            ..watched(true)
        };
        assert_eq!(tried(&wider, message, 1), added);
    }

    #[test]
    fn an_edit_that_takes_an_event_away_is_counted_on_that_event_too() {
        let fewer = TRIED.replacen(
            "on = [\"customer.message\"]",
            "on = [\"customer.message\", \"bot.failure\"]",
            1,
        );
        let spared = RuleMark {
            differs: true,
            handoff: -1,
            ..watched(false)
        };
        assert_eq!(tried(&fewer, EventKind::BotFailure, 2), spared);
    }
}
