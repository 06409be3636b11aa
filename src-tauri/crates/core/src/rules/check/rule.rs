//! `[[rule]]`: one rule with its condition, effects and manners.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Checker, asks_for_absence,
    condition::reads,
    effects::{flag, share},
    gate::count,
    sections::{sections, texts},
};
use crate::rules::{
    facts::Fact,
    memory::Once,
    outcome::{EventKind, RuleId},
    plan::{Condition, LadderPlan, Operand, Rule, SlaPolicy, Status},
    problem::{Problem, Severity, Span, did_you_mean},
    text::tree::{Entry, Fields, Node, NodeKind},
};

/// The identifier of a rule as it is written.
fn id_of(node: &Node) -> Option<&str> {
    let NodeKind::Table(keys) = &node.kind else {
        return None;
    };
    let id = keys.iter().find(|entry| entry.key == "id")?;
    id.value.as_text()
}

/// Where a rule says in whose place it is tried.
fn replaced_in(node: &Node) -> Option<Span> {
    let NodeKind::Table(keys) = &node.kind else {
        return None;
    };
    let entry = keys.iter().find(|entry| entry.key == "replaces")?;
    Some(entry.value.span)
}

impl Checker<'_> {
    /// Every `[[rule]]`, with the place of its identifier.
    pub(super) fn rules(
        &mut self,
        entry: Option<&Entry>,
        slas: &[SlaPolicy],
        ladders: &[LadderPlan],
    ) -> Vec<(Rule, Span)> {
        let list = sections(entry, "rule", self.problems);
        let mut out: Vec<(Rule, Span)> = Vec::new();
        let mut before: Vec<(String, Span)> = Vec::new();
        for node in list {
            let first_problem = self.problems.len();
            let rule = self.rule(node, slas, ladders, &mut before);
            if let Some((rule, span)) = &rule
                && out.iter().any(|(known, _)| known.id == rule.id)
            {
                let message = format!("there are two rules `{}`", rule.id);
                self.problems.push(
                    Problem::error("same-id", *span, message).repair("give one of them another id"),
                );
            }
            // A rule that cannot be read has its name all the same.
            if let Some(id) = id_of(node) {
                for problem in self.problems.iter_mut().skip(first_problem) {
                    problem.rule.get_or_insert_with(|| id.to_owned());
                }
            }
            out.extend(rule);
        }
        let ids: BTreeSet<String> = out.iter().map(|(rule, _)| rule.id.to_string()).collect();
        for (name, span) in before {
            if !ids.contains(&name) {
                let problem =
                    Problem::error("unknown-rule", span, format!("there is no rule `{name}`"));
                self.problems
                    .push(match did_you_mean(&name, ids.iter().map(String::as_str)) {
                        Some(meant) => problem.repair(format!("did you mean \"{meant}\"?")),
                        None => problem.repair("name a rule of this file"),
                    });
            }
        }
        self.check_copies(list, &out);
        out
    }

    /// Whether each rule that is tried in the place of another names one that stands by itself.
    fn check_copies(&mut self, list: &[Node], rules: &[(Rule, Span)]) {
        for (rule, id_span) in rules {
            let Some(original) = &rule.replaces else {
                continue;
            };
            let name = original.as_str();
            let found = rules.iter().find(|(known, _)| known.id == *original);
            let (message, repair) = match found {
                Some((known, _)) if known.id == rule.id => (
                    format!("`{name}` cannot be tried in its own place"),
                    "name the rule in whose place it is tried".to_owned(),
                ),
                Some((known, _)) if known.replaces.is_some() => (
                    format!("`{name}` is itself only tried in the place of another"),
                    "name the rule that acts".to_owned(),
                ),
                Some(_) => continue,
                None => {
                    let mut ids = rules.iter().map(|(rule, _)| rule.id.as_str());
                    let known = ids.by_ref().filter(|id| *id != rule.id.as_str());
                    let repair = match did_you_mean(name, known) {
                        Some(meant) => format!("did you mean \"{meant}\"?"),
                        None => "take `replaces` away, or the rule".to_owned(),
                    };
                    // A rule that cannot be read is there all the same.
                    if list.iter().any(|node| id_of(node) == Some(name)) {
                        continue;
                    }
                    (format!("there is no rule `{name}`"), repair)
                }
            };
            let span = list
                .iter()
                .find(|node| id_of(node) == Some(rule.id.as_str()))
                .and_then(replaced_in)
                .unwrap_or(*id_span);
            let code = if found.is_some() {
                "bad-copy"
            } else {
                "unknown-rule"
            };
            let mut problem = Problem::error(code, span, message).repair(repair);
            problem.rule = Some(rule.id.to_string());
            self.problems.push(problem);
        }
    }

    fn rule(
        &mut self,
        node: &Node,
        slas: &[SlaPolicy],
        ladders: &[LadderPlan],
        before: &mut Vec<(String, Span)>,
    ) -> Option<(Rule, Span)> {
        let mut fields = Fields::of(node, "a rule", self.problems)?;
        let errors_before = self.errors();
        let id = fields.text("id", self.problems).map(|entry| &entry.value);
        let (id, id_span) = match id {
            Some(node) => (node.as_text().unwrap_or_default(), node.span),
            None => {
                let problem = Problem::error("no-id", node.span, "this rule has no id");
                self.problems
                    .push(problem.repair("add id = \"short-name\""));
                ("", node.span)
            }
        };
        let fits = !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && ![RuleId::DEFAULT, RuleId::LOOP_GUARD].contains(&id);
        if !fits && id_span != node.span {
            let message = format!("a rule cannot be called \"{id}\"");
            self.problems.push(
                Problem::error("bad-name", id_span, message).repair("use letters, digits, - and _"),
            );
        }
        let why = fields
            .text("why", self.problems)
            .and_then(|entry| entry.value.as_text());
        let reason = fields
            .text("reason", self.problems)
            .and_then(|entry| entry.value.as_text());
        let owner = fields
            .text("owner", self.problems)
            .and_then(|entry| entry.value.as_text());
        if reason.is_none() && why.is_none() && fits {
            let message = format!("nobody will know why `{id}` acted");
            self.problems.push(
                Problem::warning("no-reason", id_span, message)
                    .repair("add reason = \"…\": it stands in every explanation"),
            );
        }
        let on = self.on(fields.get("on"), node.span);
        let when = match fields.get("when") {
            Some(entry) => self.condition(&entry.value, "`when`"),
            None => {
                let problem =
                    Problem::error("no-condition", node.span, "this rule has no condition");
                self.problems
                    .push(problem.repair("add when = '…', or when = 'true'"));
                None
            }
        };
        let effects = match fields.get("do") {
            Some(entry) => self.effects(&entry.value, slas, ladders),
            None => {
                let problem = Problem::error("does-nothing", node.span, "this rule does nothing");
                self.problems
                    .push(problem.repair("add do = { control = \"queue\" }"));
                None
            }
        };
        let unknown = self.word(fields.get("unknown"), &[("no", false), ("yes", true)]);
        let once = self.word(fields.get("once"), &Once::NAMES);
        let status = self.status(fields.get("status"), fields.get("canary"));
        let take_over_entry = fields.get("take_over");
        let take_over = flag(take_over_entry, self.problems);
        let earlier = fields.get("before");
        let earlier: Vec<&str> = earlier
            .map(|entry| texts(&entry.value, "`before`", self.problems))
            .unwrap_or_default();
        let before_span = fields
            .get("before")
            .map_or(node.span, |entry| entry.value.span);
        before.extend(earlier.iter().map(|name| ((*name).to_owned(), before_span)));
        let ceiling = fields.get("ceiling");
        let ceiling = ceiling.and_then(|entry| count(entry, self.problems));
        let replaces = fields.text("replaces", self.problems);
        let replaces = replaces.map(|entry| (entry.value.as_text().unwrap_or_default(), entry));
        if let (Some((_, entry)), Some(Status::Live | Status::Canary(_)) | None) =
            (replaces, status)
        {
            let message =
                "what is tried in the place of another rule is watched, and never acts beside it";
            self.problems.push(
                Problem::error("copy-acts", entry.key_span, message)
                    .repair("write status = \"shadow\", or take `replaces` away"),
            );
        }
        fields.finish("a rule", self.problems);
        let (when, effects) = (when?, effects?);
        if take_over && !asks_for_absence(&when, &self.atoms.list) {
            let span = take_over_entry.map_or(id_span, |entry| entry.key_span);
            self.problems.push(
                Problem::error(
                    "take-over",
                    span,
                    "a conversation is taken from a person only when nobody is there",
                )
                .repair(
                    "ask in `when` for agent.available, agent.idle, conv.silent or conv.waiting",
                ),
            );
        }
        if effects.review.is_some() && !on.contains(&EventKind::Draft) {
            self.problems.push(
                Problem::error(
                    "review-without-draft",
                    id_span,
                    "a review is decided when there is a draft",
                )
                .repair("write on = [\"draft\"]"),
            );
        }
        self.warn_about_events(&on, &when, id_span);
        if self.errors() > errors_before {
            return None;
        }
        let rule = Rule {
            id: id.into(),
            why: why.unwrap_or_default().into(),
            reason: reason.or(why).unwrap_or(id).into(),
            owner: owner.map(Arc::from),
            on,
            when,
            effects,
            unknown_matches: unknown.unwrap_or(false),
            once: once.unwrap_or_default(),
            status: status.unwrap_or(Status::Live),
            take_over,
            before: earlier.into_iter().map(RuleId::from).collect(),
            ceiling,
            replaces: replaces.map(|(name, _)| name.into()),
        };
        Some((rule, id_span))
    }

    fn errors(&self) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count()
    }

    fn on(&mut self, entry: Option<&Entry>, rule: Span) -> Vec<EventKind> {
        let Some(entry) = entry else {
            let problem =
                Problem::error("no-event", rule, "this rule does not say what makes it run");
            self.problems
                .push(problem.repair("add on = [\"customer.message\"]"));
            return Vec::new();
        };
        let mut kinds = BTreeSet::new();
        for name in texts(&entry.value, "`on`", self.problems) {
            if let Some(kind) = EventKind::find(name) {
                kinds.insert(kind);
                continue;
            }
            let known = EventKind::ALL.map(EventKind::name);
            let problem = Problem::error(
                "unknown-event",
                entry.value.span,
                format!("nothing is called \"{name}\" that could make a rule run"),
            );
            self.problems.push(match did_you_mean(name, known) {
                Some(meant) => problem.repair(format!("did you mean \"{meant}\"?")),
                None => problem.repair(format!("known are {}", known.join(", "))),
            });
        }
        if kinds.is_empty() && matches!(&entry.value.kind, NodeKind::List(list) if list.is_empty())
        {
            let problem =
                Problem::error("no-event", entry.value.span, "nothing makes this rule run");
            self.problems
                .push(problem.repair("name an event, such as \"customer.message\""));
        }
        kinds.into_iter().collect()
    }

    /// One of a few words.
    fn word<T: Copy>(&mut self, entry: Option<&Entry>, known: &[(&str, T)]) -> Option<T> {
        let entry = entry?;
        let text = entry.value.as_text().unwrap_or_default();
        let found = known
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let message = format!("`{}` is never this", entry.key);
            let problem = Problem::error("unknown-word", entry.value.span, message);
            self.problems
                .push(problem.repair(format!("known are {}", names.join(", "))));
        }
        found
    }

    fn status(&mut self, status: Option<&Entry>, canary: Option<&Entry>) -> Option<Status> {
        let share = match canary {
            Some(entry) => {
                let found = share(&entry.value);
                if found.is_none() {
                    let problem = Problem::error(
                        "bad-share",
                        entry.value.span,
                        "`canary` is a share of conversations",
                    );
                    self.problems
                        .push(problem.repair("write a number from 0 to 1, such as 0.1"));
                }
                found
            }
            None => Some(0.1),
        };
        let known = [
            ("live", Status::Live),
            ("shadow", Status::Shadow),
            ("canary", Status::Canary(share?)),
            ("off", Status::Off),
        ];
        self.word(status, &known)
    }

    /// Conditions that the events of the rule leave unknown, or never let change.
    fn warn_about_events(&mut self, on: &[EventKind], when: &Condition, span: Span) {
        let atoms = &self.atoms.list;
        let timed = when.rows.iter().any(|row| {
            atoms
                .get(usize::from(row.atom))
                .is_some_and(crate::rules::plan::Atom::is_timed)
        });
        let draft = reads(when, atoms, |operand| {
            matches!(operand, Operand::Builtin(fact) if [
                Fact::DRAFT_AUTHOR, Fact::DRAFT_ID, Fact::DRAFT_LENGTH, Fact::DRAFT_MENTIONS_MONEY,
                Fact::DRAFT_UNSUPPORTED,
            ].contains(fact))
        });
        if on.contains(&EventKind::Time) && !timed {
            self.problems.push(
                Problem::warning(
                    "no-time",
                    span,
                    "time passing changes nothing in this condition",
                )
                .repair("leave \"time\" out of `on`"),
            );
        }
        if draft && on.iter().any(|kind| *kind != EventKind::Draft) {
            self.problems.push(
                Problem::warning(
                    "no-draft",
                    span,
                    "draft facts are known only when there is a draft",
                )
                .repair("write on = [\"draft\"]"),
            );
        }
    }
}
