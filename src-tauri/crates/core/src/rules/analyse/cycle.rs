//! Rules that hand control round in a circle: an abstract machine of who has control, in which only
//! what rules change, and time, goes on.

use std::{collections::BTreeSet, sync::Arc};

use batsat::Lit;

use super::{
    Found, Study, Weight,
    gates::Gates,
    line::LineKey,
    space::{Ask, Space},
    witness::Stand,
};
use crate::{
    rules::{
        facts::{Fact, FactType},
        memory::Once,
        outcome::{ControlTarget, EventKind},
        plan::{Operand, PriorityEffect, Rule, Ruleset},
    },
    status::Priority,
};

/// Rules in one circle.
const LONGEST: usize = 4;
/// Circles that are looked for, and that are reported.
const MOST_TRIED: usize = 2_000;
const MOST_FOUND: usize = 20;

/// Whether a rule may not give control as it wants: people come first.
pub(super) fn refused(rule: &Rule, space: &Space, gates: &mut Gates, doubt: bool) -> Lit {
    let agent = space.control("agent", gates);
    match &rule.effects.control {
        None | Some(ControlTarget::Closed) => gates.no(),
        Some(ControlTarget::Bot) => {
            let fresh = |kind: &EventKind| {
                matches!(
                    kind,
                    EventKind::CustomerMessage | EventKind::ConversationOpened
                )
            };
            let sometimes = rule.on.iter().any(fresh);
            let always = rule.on.iter().all(fresh);
            let closed = if always || sometimes && !doubt {
                gates.no()
            } else {
                space.control("closed", gates)
            };
            let has_bot = Ask::True(Operand::Builtin(Fact::CHANNEL_HAS_BOT));
            let bot = space.asked.get(&has_bot).copied().unwrap_or(gates.yes());
            gates.any([agent, closed, !bot])
        }
        Some(ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_)) => {
            if rule.take_over { gates.no() } else { agent }
        }
    }
}

const fn holder(target: &ControlTarget) -> &'static str {
    match target {
        ControlTarget::Bot => "bot",
        ControlTarget::Queue | ControlTarget::Team(_) => "queue",
        ControlTarget::Agent(_) => "agent",
        ControlTarget::Closed => "closed",
    }
}

/// Whether control is already where a rule wants it.
fn is_there(target: &ControlTarget, space: &Space, gates: &mut Gates) -> Lit {
    let there = space.control(holder(target), gates);
    match target {
        ControlTarget::Bot | ControlTarget::Queue | ControlTarget::Closed => there,
        ControlTarget::Team(team) => {
            let queue = space
                .choices
                .get(&Operand::Builtin(Fact::CONV_QUEUE))
                .and_then(|queues| queues.words.get(team).copied())
                .unwrap_or(gates.no());
            gates.all([there, queue])
        }
        ControlTarget::Agent(_) => gates.no(),
    }
}

impl Space {
    /// The conversation after a rule has acted, when nothing else happens; `later` when time goes
    /// on until the next rule acts.
    pub(super) fn after(
        &self,
        ruleset: &Ruleset,
        moments: &super::Moments,
        rule: &Rule,
        later: bool,
        gates: &mut Gates,
    ) -> Self {
        let mut next = self.clone();
        let effects = &rule.effects;
        if let Some(target) = &effects.control {
            next.say(ruleset, Fact::CONV_CONTROL, holder(target), gates);
            let queue: &str = match target {
                ControlTarget::Team(team) => team,
                _ => "",
            };
            next.say(ruleset, Fact::CONV_QUEUE, queue, gates);
            next.say(ruleset, Fact::CONV_CHANGED_BY, "rule", gates);
            if *target == ControlTarget::Closed {
                next.say(ruleset, Fact::CONV_STATUS, "solved", gates);
            }
            for fact in [Fact::AGENT_AVAILABLE, Fact::AGENT_LOAD, Fact::AGENT_IDLE] {
                next.forget(Operand::Builtin(fact), gates);
            }
            next.forget(Operand::Builtin(Fact::CONV_CONTROL_EPOCH), gates);
            next.restart(Fact::CONV_IN_CONTROL, later, gates);
        }
        match effects.priority {
            Some(PriorityEffect::Set(level)) => {
                let word = match level {
                    Priority::Low => "low",
                    Priority::Normal => "normal",
                    Priority::High => "high",
                    Priority::Urgent => "urgent",
                };
                next.say(ruleset, Fact::CONV_PRIORITY, word, gates);
            }
            Some(PriorityEffect::Raise(_)) => {
                next.forget(Operand::Builtin(Fact::CONV_PRIORITY), gates);
            }
            None => {}
        }
        for (tags, there) in [(&effects.untag, false), (&effects.tag, true)] {
            for tag in tags {
                let ask = Ask::Has(Operand::Builtin(Fact::CONV_TAGS), Arc::clone(tag));
                next.answer(ask, there, gates);
            }
        }
        if let Some(sla) = &effects.sla {
            next.say(ruleset, Fact::CONV_SLA, sla, gates);
        }
        if let Some(ladder) = &effects.ladder {
            next.say(ruleset, Fact::CONV_LADDER, ladder, gates);
            next.answer(
                Ask::True(Operand::Builtin(Fact::CONV_ESCALATED)),
                true,
                gates,
            );
        }
        if effects.snooze.is_some() {
            next.say(ruleset, Fact::CONV_STATUS, "snoozed", gates);
            next.answer(Ask::True(Operand::Builtin(Fact::CONV_SNOOZED)), true, gates);
        }
        if later {
            next.go_on(self, moments, gates);
        }
        next
    }

    /// A text fact is now this.
    fn say(&mut self, ruleset: &Ruleset, fact: Fact, word: &str, gates: &Gates) {
        let operand = Operand::Builtin(fact);
        if let Some(choices) = self.choices.get_mut(&operand) {
            for (known, lit) in &mut choices.words {
                *lit = gates.constant(**known == *word);
            }
        }
        for (ask, lit) in &mut self.asked {
            if ask.text_of() == Some(operand) {
                *lit = gates.constant(ask.is_met_by(ruleset, word));
            }
        }
        self.missing.remove(&operand);
    }

    fn answer(&mut self, ask: Ask, value: bool, gates: &Gates) {
        if let Some(lit) = self.asked.get_mut(&ask) {
            *lit = gates.constant(value);
        }
    }

    /// A fact can now be anything.
    fn forget(&mut self, operand: Operand, gates: &mut Gates) {
        if let Some(line) = self.lines.get_mut(&LineKey::Operand(operand)) {
            line.draw(gates);
        }
        if let Some(choices) = self.choices.get_mut(&operand) {
            choices.draw(gates);
        }
        for (ask, lit) in &mut self.asked {
            if matches!(ask, Ask::True(of) if *of == operand) {
                *lit = gates.fresh(false);
            }
        }
        if let Some(missing) = self.missing.get_mut(&operand) {
            *missing = gates.fresh(false);
        }
    }

    /// A running time begins again.
    fn restart(&mut self, fact: Fact, later: bool, gates: &mut Gates) {
        for (key, line) in &mut self.lines {
            let of = match key {
                LineKey::Operand(Operand::Builtin(of) | Operand::Business(_, of)) => *of,
                _ => continue,
            };
            if of != fact {
                continue;
            }
            if later {
                line.draw(gates);
            } else {
                for (cut, lit) in &mut line.cuts {
                    *lit = gates.constant(*cut > 0);
                }
            }
        }
        self.relate_lines(gates);
    }

    /// Time goes on: what has lasted lasts longer, and it is any time of the week.
    fn go_on(&mut self, before: &Self, moments: &super::Moments, gates: &mut Gates) {
        for (key, line) in &mut self.lines {
            let runs = match key {
                LineKey::Operand(Operand::Builtin(fact)) => {
                    fact.def().kind == FactType::Duration && *fact != Fact::AGENT_IDLE
                }
                LineKey::Operand(Operand::Business(..)) | LineKey::Since(_) => true,
                LineKey::Operand(_) => false,
            };
            let restarted = matches!(
                key,
                LineKey::Operand(
                    Operand::Builtin(Fact::CONV_IN_CONTROL)
                        | Operand::Business(_, Fact::CONV_IN_CONTROL)
                )
            );
            if !runs || restarted {
                continue;
            }
            line.draw(gates);
            let old = before.lines.get(key);
            for (cut, old) in old.into_iter().flat_map(|line| &line.cuts) {
                if let Some(new) = line.cuts.get(cut) {
                    gates.claim(&[!*new, *old]);
                }
            }
        }
        self.relate_lines(gates);
        self.draw_moments(moments, gates);
    }
}

/// Rules that can act one after the other, each making way for the next.
struct Circle<'a> {
    rules: Vec<&'a Rule>,
}

impl<'a> Study<'a> {
    /// Rules that can hand control round in a circle while nobody writes.
    pub(super) fn cycles(&mut self) {
        let nodes: Vec<usize> = (0..self.subjects.len())
            .filter(|index| {
                self.subjects.get(*index).is_some_and(|subject| {
                    let rule = subject.rule;
                    let again = matches!(rule.once, Once::UntilFalse | Once::PerControl);
                    let alone =
                        rule.runs_on(EventKind::Time) || rule.runs_on(EventKind::ControlChanged);
                    rule.effects.control.is_some() && again && alone
                })
            })
            .collect();
        let prints: Vec<_> = nodes
            .iter()
            .filter_map(|index| self.subjects.get(*index))
            .map(|subject| subject.print)
            .collect();
        if nodes.len() > 1 {
            self.ask("cycles", &prints, |study| study.circles(&nodes));
        }
    }

    fn circles(&mut self, nodes: &[usize]) -> Vec<Found> {
        let rules: Vec<&'a Rule> = nodes
            .iter()
            .filter_map(|index| self.subjects.get(*index))
            .map(|subject| subject.rule)
            .collect();
        let next = self.followers(&rules, nodes);
        let mut tried = 0;
        let mut found = Vec::new();
        for start in 0..rules.len() {
            let mut paths = vec![vec![start]];
            while let Some(path) = paths.pop() {
                let last = path.last().copied().unwrap_or(start);
                for follower in next.get(last).into_iter().flatten() {
                    if *follower == start && path.len() > 1 {
                        tried += 1;
                        if tried > MOST_TRIED || found.len() >= MOST_FOUND {
                            return found;
                        }
                        let circle = Circle {
                            rules: path
                                .iter()
                                .filter_map(|node| rules.get(*node))
                                .copied()
                                .collect(),
                        };
                        found.extend(self.turns(&circle));
                    } else if *follower > start && !path.contains(follower) && path.len() < LONGEST
                    {
                        let mut longer = path.clone();
                        longer.push(*follower);
                        paths.push(longer);
                    }
                }
            }
        }
        found
    }

    /// Per rule, those that could act when it has given control away.
    fn followers(&mut self, rules: &[&'a Rule], nodes: &[usize]) -> Vec<Vec<usize>> {
        let mut out = Vec::new();
        for rule in rules {
            let Some(target) = &rule.effects.control else {
                out.push(Vec::new());
                continue;
            };
            let there = self.space.control(holder(target), &self.gates);
            let mut list = Vec::new();
            for (index, (other, node)) in rules.iter().zip(nodes).enumerate() {
                let Some(controls) = self.subjects.get(*node).map(|subject| subject.controls)
                else {
                    continue;
                };
                let differs = other.effects.control != rule.effects.control;
                if differs && self.gates.can(&[controls, there]) {
                    list.push(index);
                }
            }
            out.push(list);
        }
        out
    }

    /// Whether a circle of rules really turns: each can act in its turn, and the first again.
    fn turns(&mut self, circle: &Circle<'a>) -> Option<Found> {
        let ruleset = self.ruleset;
        let length = circle.rules.len();
        let mut spaces = vec![self.space.clone()];
        for (step, rule) in circle.rules.iter().enumerate() {
            let follower = circle.rules.get((step + 1) % length)?;
            let before = spaces.last()?;
            let later = follower.runs_on(EventKind::Time);
            let next = before.after(ruleset, &self.moments, rule, later, &mut self.gates);
            spaces.push(next);
        }
        let mut question = Vec::new();
        for (step, space) in spaces.iter().enumerate() {
            let rule = circle.rules.get(step % length)?;
            let target = rule.effects.control.as_ref()?;
            let gates = &mut self.gates;
            let matches = space.matches(ruleset, rule, gates);
            let refused = refused(rule, space, gates, true);
            let there = is_there(target, space, gates);
            question.extend([matches, !refused, !there]);
        }
        for (turn, rule) in circle.rules.iter().enumerate() {
            if rule.once != Once::UntilFalse {
                continue;
            }
            // It acts again only when it has not held in between.
            let others: Vec<Lit> = spaces
                .iter()
                .enumerate()
                .filter(|(step, _)| step % length != turn)
                .map(|(_, space)| !space.matches(ruleset, rule, &mut self.gates))
                .collect();
            question.push(self.gates.any(others));
        }
        if !self.gates.can(&question) {
            return None;
        }
        let stand = Stand {
            ruleset,
            moments: &self.moments,
        };
        // Each step is checked by the evaluator that decides in life.
        let mut first = None;
        for (step, space) in spaces.iter().enumerate() {
            let rule = circle.rules.get(step % length)?;
            let witness = stand.witness(space, &self.gates, &[rule], &[true])?;
            first.get_or_insert(witness);
        }
        let names: Vec<String> = circle
            .rules
            .iter()
            .map(|rule| {
                let to = rule.effects.control.as_ref().map(ToString::to_string);
                format!("`{}` gives it to {}", rule.id, to.unwrap_or_default())
            })
            .collect();
        let holders: BTreeSet<&str> = circle
            .rules
            .iter()
            .filter_map(|rule| rule.effects.control.as_ref().map(holder))
            .collect();
        let bot = holders.contains("bot");
        Some(Found {
            weight: if bot { Weight::Error } else { Weight::Warning },
            code: "control-cycle",
            message: format!(
                "control goes round in a circle while nobody writes: {}, and so on",
                names.join(", then ")
            ),
            repair: "let one of them ask for a new message, act once per episode, or leave what the other decides"
                .to_owned(),
            rules: circle.rules.iter().map(|rule| rule.id.clone()).collect(),
            slot: Some(crate::rules::outcome::Slot::Control),
            witness: first,
        })
    }
}
