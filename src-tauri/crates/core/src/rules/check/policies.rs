//! Service level policies and ladders.

use std::sync::Arc;

use super::{
    Checker,
    effects::{duration, flag, priority, share, targets},
    sections::table,
    unknown_name,
};
use crate::{
    calendar::Calendar,
    rules::{
        plan::{LadderPlan, SlaPolicy, Step},
        problem::Problem,
        text::tree::{Entry, Fields, Node, NodeKind, wrong},
    },
};

impl Checker<'_> {
    /// The calendar that a policy or ladder names; `always` when it names none.
    fn hours(&mut self, entry: Option<&Entry>) -> Option<(Arc<str>, Calendar)> {
        let Some(entry) = entry else {
            return Some(("always".into(), Calendar::always()));
        };
        let name = entry.value.as_text()?;
        if name == "always" {
            return Some((name.into(), Calendar::always()));
        }
        let named = self
            .names
            .calendars
            .iter()
            .find(|named| &*named.name == name);
        if named.is_none() {
            let mut known: Vec<&str> = self
                .names
                .calendars
                .iter()
                .map(|named| &*named.name)
                .collect();
            known.push("always");
            self.problems
                .push(unknown_name("hours", name, &known, entry.value.span));
        }
        named.map(|named| (Arc::clone(&named.name), named.calendar.clone()))
    }

    /// `[sla.<name>]`.
    pub(super) fn slas(&mut self, entry: Option<&Entry>) -> Vec<SlaPolicy> {
        let mut out = Vec::new();
        for entry in table(entry, "[sla]", self.problems) {
            let what = format!("[sla.{}]", entry.key);
            let Some(mut fields) = Fields::of(&entry.value, &what, self.problems) else {
                continue;
            };
            let hours = fields.text("hours", self.problems);
            let hours = self.hours(hours);
            let problems_before = self.problems.len();
            let mut target = |key, problems: &mut Vec<Problem>| {
                let entry = fields.get(key)?;
                duration(&entry.value, &format!("`{key}`"), problems)
            };
            let first_reply = target("first_reply", self.problems);
            let next_reply = target("next_reply", self.problems);
            let resolve = target("resolve", self.problems);
            let promises = [first_reply, next_reply, resolve]
                .iter()
                .any(Option::is_some);
            if !promises && self.problems.len() == problems_before {
                self.problems.push(
                    Problem::warning(
                        "no-target",
                        entry.key_span,
                        format!("{what} promises nothing"),
                    )
                    .repair("add first_reply, next_reply or resolve"),
                );
            }
            let warn_at = fields.get("warn_at").map_or(Some(0.75), |entry| {
                let found = share(&entry.value);
                if found.is_none() {
                    self.problems.push(
                        Problem::error(
                            "bad-share",
                            entry.value.span,
                            "`warn_at` is a share of the target",
                        )
                        .repair("write a number from 0 to 1, such as 0.75"),
                    );
                }
                found
            });
            let pause_when = fields
                .get("pause_when")
                .and_then(|entry| self.untimed(&entry.value, "`pause_when`"));
            fields.finish(&what, self.problems);
            if let (Some((hours, calendar)), Some(warn_at)) = (hours, warn_at) {
                let name = entry.key.as_str().into();
                out.push(SlaPolicy {
                    name,
                    hours,
                    calendar,
                    first_reply,
                    next_reply,
                    resolve,
                    warn_at,
                    pause_when,
                });
            }
        }
        out
    }

    /// `[ladder.<name>]`.
    pub(super) fn ladders(&mut self, entry: Option<&Entry>) -> Vec<LadderPlan> {
        let mut out = Vec::new();
        for entry in table(entry, "[ladder]", self.problems) {
            let what = format!("[ladder.{}]", entry.key);
            let Some(mut fields) = Fields::of(&entry.value, &what, self.problems) else {
                continue;
            };
            let clock = fields.text("clock", self.problems);
            let clock = self.hours(clock);
            let steps = match fields.get("step").map(|entry| &entry.value) {
                Some(Node {
                    kind: NodeKind::List(list),
                    ..
                }) => self.steps(list),
                Some(node) => {
                    self.problems.push(wrong(node, "`step`", "a list of steps"));
                    Vec::new()
                }
                None => {
                    let problem =
                        Problem::error("no-steps", entry.key_span, format!("{what} has no step"));
                    self.problems.push(
                        problem.repair(
                            "add step = [ { after = \"10m\", notify = [\"team:support\"] } ]",
                        ),
                    );
                    Vec::new()
                }
            };
            let stop_when = fields
                .get("stop_when")
                .and_then(|entry| self.untimed(&entry.value, "`stop_when`"));
            fields.finish(&what, self.problems);
            if let Some((clock, calendar)) = clock {
                let name = entry.key.as_str().into();
                out.push(LadderPlan {
                    name,
                    clock,
                    calendar,
                    steps,
                    stop_when,
                });
            }
        }
        out
    }

    fn steps(&mut self, list: &[Node]) -> Vec<Step> {
        let mut out: Vec<Step> = Vec::new();
        let problems = &mut *self.problems;
        for node in list {
            let Some(mut fields) = Fields::of(node, "a step", problems) else {
                continue;
            };
            let after = match fields.get("after") {
                Some(entry) => duration(&entry.value, "`after`", problems),
                None => {
                    let problem =
                        Problem::error("no-after", node.span, "this step does not say when");
                    problems.push(problem.repair("add after = \"10m\""));
                    None
                }
            };
            let notify = fields
                .get("notify")
                .map(|entry| targets(&entry.value, "`notify`", problems))
                .unwrap_or_default();
            let offer = fields.get("offer").and_then(|entry| {
                targets(&entry.value, "`offer`", problems)
                    .into_iter()
                    .next()
            });
            let raise = fields
                .get("priority")
                .and_then(|entry| priority(&entry.value, problems));
            let sound = flag(fields.get("sound"), problems);
            let repeat = fields
                .get("repeat")
                .and_then(|entry| duration(&entry.value, "`repeat`", problems))
                .filter(|length| *length > 0);
            let at_most = fields
                .get("at_most")
                .and_then(|entry| match entry.value.kind {
                    NodeKind::Int(count @ 1..=1_000) => u32::try_from(count).ok(),
                    _ => {
                        problems.push(wrong(&entry.value, "`at_most`", "a number from 1 to 1000"));
                        None
                    }
                });
            fields.finish("a step", problems);
            let Some(after) = after else { continue };
            if out.last().is_some_and(|before| before.after > after) {
                problems.push(
                    Problem::error(
                        "step-order",
                        node.span,
                        "this step comes before the one above it",
                    )
                    .repair("write the steps in the order of their time"),
                );
            }
            let asks =
                |entry: &Entry| ["notify", "offer", "priority"].contains(&entry.key.as_str());
            if !matches!(&node.kind, NodeKind::Table(entries) if entries.iter().any(asks)) {
                problems.push(
                    Problem::error("does-nothing", node.span, "this step does nothing")
                        .repair("add notify, offer or priority"),
                );
            }
            out.push(Step {
                after,
                notify,
                offer,
                priority: raise,
                sound,
                repeat,
                at_most,
            });
        }
        out
    }
}
