//! What a step of a test wants.

use super::Reader;
use crate::rules::{
    check::sections::texts,
    outcome::{ControlTarget, RuleId, Slot},
    problem::{Problem, Span, did_you_mean},
    rehearse::script::{Want, WantKind},
    text::{
        duration::parse_duration,
        tree::{Fields, Node},
    },
};

impl Reader<'_, '_> {
    pub(super) fn wants(&mut self, node: &Node) -> Vec<Want> {
        let Some(mut fields) = Fields::of(node, "`want`", self.problems) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for slot in [
            Slot::Control,
            Slot::Review,
            Slot::Priority,
            Slot::Sla,
            Slot::Ladder,
            Slot::Macro,
            Slot::Snooze,
            Slot::Channel,
        ] {
            if let Some(entry) = fields.text(slot.name(), self.problems) {
                let text = entry.value.as_text().unwrap_or_default();
                self.check_wanted(slot, text, entry.value.span);
                out.push(Want {
                    kind: WantKind::Slot(slot, text.to_owned()),
                    span: entry.key_span,
                });
            }
        }
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
        for (key, kind) in [
            (
                "tag",
                (|list| WantKind::Among(Slot::Tag, list)) as fn(Vec<String>) -> WantKind,
            ),
            ("notify", |list| WantKind::Among(Slot::Notify, list)),
            ("untag", WantKind::Untagged),
            ("reviewers", WantKind::Reviewers),
            ("unknown", WantKind::Unknown),
        ] {
            if let Some(entry) = fields.get(key) {
                let list = texts(&entry.value, &format!("`{key}`"), self.problems);
                out.push(Want {
                    kind: kind(owned(list)),
                    span: entry.key_span,
                });
            }
        }
        if let Some(entry) = fields.text("by", self.problems) {
            let name = entry.value.as_text().unwrap_or_default();
            if ![RuleId::DEFAULT, RuleId::LOOP_GUARD].contains(&name) {
                self.check_rule(name, entry.value.span);
            }
            out.push(Want {
                kind: WantKind::By(name.into()),
                span: entry.key_span,
            });
        }
        for (key, kind) in [
            ("fired", WantKind::Fired as fn(Vec<RuleId>) -> WantKind),
            ("also_matched", WantKind::AlsoMatched),
            ("nearly", WantKind::Nearly),
        ] {
            if let Some(entry) = fields.get(key) {
                let list = texts(&entry.value, &format!("`{key}`"), self.problems);
                for name in &list {
                    self.check_rule(name, entry.value.span);
                }
                out.push(Want {
                    kind: kind(list.into_iter().map(RuleId::from).collect()),
                    span: entry.key_span,
                });
            }
        }
        fields.finish("`want`", self.problems);
        out
    }

    /// A value that a part of the outcome can never have would fail every time, and say little.
    fn check_wanted(&mut self, slot: Slot, text: &str, span: Span) {
        let (fits, repair) = match slot {
            Slot::Control => (
                ControlTarget::parse(text).is_some() || ["agent", "nobody"].contains(&text),
                "write \"bot\", \"queue\", \"team:name\", \"agent\", \"agent:name\" or \"closed\"",
            ),
            Slot::Review => (
                ["required", "none"].contains(&text),
                "write \"required\" or \"none\"",
            ),
            Slot::Priority => (
                ["low", "normal", "high", "urgent"].contains(&text),
                "write the priority it ends up with: \"low\", \"normal\", \"high\" or \"urgent\"",
            ),
            Slot::Snooze => (
                parse_duration(text, true).is_some(),
                "write a length of time such as \"2h\"",
            ),
            Slot::Channel => (
                ["email", "none"].contains(&text),
                "write \"email\" or \"none\"",
            ),
            Slot::Sla | Slot::Ladder | Slot::Tag | Slot::Notify | Slot::Macro => (true, ""),
        };
        if !fits {
            let message = format!("`{}` is never \"{text}\"", slot.name());
            self.problems
                .push(Problem::error("never-that", span, message).repair(repair));
        }
    }

    fn check_rule(&mut self, name: &str, span: Span) {
        if self.ids.contains(&name) {
            return;
        }
        let problem = Problem::error("unknown-rule", span, format!("there is no rule `{name}`"));
        self.problems
            .push(match did_you_mean(name, self.ids.iter().copied()) {
                Some(meant) => problem.repair(format!("did you mean \"{meant}\"?")),
                None => problem.repair("name a rule of this file"),
            });
    }
}
