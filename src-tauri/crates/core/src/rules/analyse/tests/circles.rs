//! Circles of control against walking from every state of a small world.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{NOW, found, parsed, rule, truth};
use crate::{
    rules::{
        Fact, Facts, Value, Weight,
        eval::Truth,
        outcome::ControlTarget,
        plan::{PriorityEffect, Rule, Ruleset},
    },
    status::Priority,
};

#[test]
fn a_circle_of_control_is_an_error_and_what_breaks_it_is_seen() {
    let to_queue = |more: &str| {
        rule(
            "up",
            "\"time\"",
            "conv.control == \"bot\" && conv.waiting > duration(\"5m\")",
            "control = \"queue\"",
            more,
        )
    };
    let to_bot = |when: &str, on: &str| {
        rule(
            "down",
            on,
            &format!("conv.control == \"queue\" && {when}"),
            "control = \"bot\"",
            "",
        )
    };
    let long = "conv.waiting > duration(\"10m\")";
    assert_eq!(
        found(&[to_queue(""), to_bot(long, "\"time\"")]),
        ["control-cycle up down"]
    );
    assert_eq!(
        found(&[
            to_queue(""),
            to_bot("conv.changed_by == \"rule\"", "\"control.changed\"")
        ]),
        ["control-cycle up down"]
    );
    // A new message breaks it; so does acting once, or leaving what the other decides.
    assert_eq!(
        found(&[to_queue(""), to_bot(long, "\"customer.message\"")]),
        Vec::<String>::new()
    );
    assert_eq!(
        found(&[to_queue("once = \"per-episode\""), to_bot(long, "\"time\"")]),
        Vec::<String>::new()
    );
    assert_eq!(
        found(&[
            to_queue(""),
            to_bot("conv.waiting < duration(\"5m\")", "\"time\"")
        ]),
        Vec::<String>::new()
    );
    assert_eq!(
        found(&[
            to_queue(""),
            to_bot("conv.changed_by == \"agent\"", "\"control.changed\"")
        ]),
        Vec::<String>::new()
    );
    // Round three corners, by a tag that the rules hand on.
    let step = |id: &str, when: &str, effects: &str| rule(id, "\"time\"", when, effects, "");
    let three = [
        step(
            "one",
            "conv.control == \"bot\" && conv.silent > duration(\"1m\")",
            "control = \"team:a\", tag = \"x\"",
        ),
        step(
            "two",
            "conv.control == \"queue\" && \"x\" in conv.tags && conv.queue == \"a\"",
            "control = \"team:b\", untag = \"x\"",
        ),
        step(
            "three",
            "conv.control == \"queue\" && !(\"x\" in conv.tags) && conv.queue == \"b\"",
            "control = \"bot\"",
        ),
    ];
    let ruleset = parsed(&three);
    let analysis = ruleset.analyse();
    let cycle: Vec<_> = analysis
        .findings
        .iter()
        .filter(|f| f.code == "control-cycle")
        .collect();
    assert_eq!(cycle.len(), 1);
    assert_eq!((cycle[0].weight, cycle[0].rules.len()), (Weight::Error, 3));
    assert!(
        cycle[0]
            .message
            .contains("`three` gives it to bot, and so on")
    );
}

#[test]
fn a_test_that_asserts_that_there_is_no_circle_fails_when_there_is_one() {
    let test = "[[test]]\nname = \"calm\"\nassert = \"no-control-cycle\"\n".to_owned();
    let up = rule(
        "up",
        "\"time\"",
        "conv.control == \"bot\" && conv.age > duration(\"5m\")",
        "control = \"queue\"",
        "",
    );
    let down = rule(
        "down",
        "\"time\"",
        "conv.control == \"queue\" && conv.age > duration(\"5m\")",
        "control = \"bot\"",
        "",
    );
    let calm = parsed(&[up.clone(), test.clone()]).rehearse();
    assert_eq!(calm.failed(), 0);
    let wild = parsed(&[up, down, test]).rehearse();
    assert_eq!(wild.failed(), 1);
    assert!(
        wild.tests[0].misses[0]
            .found
            .contains("`up` gives it to queue, then `down` gives it to bot")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn circles_are_those_that_walking_every_conversation_finds(rules in walkers()) {
        let ruleset = parsed(&rules);
        let analysis = ruleset.analyse();
        let found: BTreeSet<String> = analysis
            .findings
            .iter()
            .filter(|finding| finding.code == "control-cycle")
            .map(|finding| {
                let ids: Vec<&str> = finding.rules.iter().map(|named| named.rule.as_str()).collect();
                ids.join(" ")
            })
            .collect();
        prop_assert_eq!(found, walked(&ruleset), "{}", ruleset.source());
    }
}

/// Rules that hand control on by themselves.
fn walkers() -> impl Strategy<Value = Vec<String>> {
    let line = prop::sample::select(vec![
        "conv.control == \"bot\"",
        "conv.control == \"queue\"",
        "conv.control != \"queue\"",
        "conv.queue == \"a\"",
        "\"x\" in conv.tags",
        "!(\"x\" in conv.tags)",
        "bot.failures > 1",
        "conv.priority == \"high\"",
    ]);
    let effects = prop::sample::select(vec![
        "control = \"bot\"",
        "control = \"queue\"",
        "control = \"team:a\"",
        "control = \"team:a\", tag = \"x\"",
        "control = \"bot\", untag = \"x\"",
        "control = \"queue\", priority = \"high\"",
        "control = \"bot\", priority = \"low\"",
    ]);
    let one = (prop::collection::vec(line, 1..3), prop::bool::ANY, effects);
    prop::collection::vec(one, 2..5).prop_map(|rules| {
        let written = |(number, (lines, any, effects)): (usize, &(Vec<&str>, bool, &str))| {
            let when = lines.join(if *any { " || " } else { " && " });
            rule(&format!("r{number}"), "\"time\"", &when, effects, "")
        };
        rules.iter().enumerate().map(written).collect()
    })
}

#[derive(Clone, Copy, PartialEq)]
struct State {
    control: &'static str,
    queue: &'static str,
    tagged: bool,
    failures: i64,
    priority: &'static str,
}

impl State {
    fn all() -> Vec<Self> {
        let mut out = Vec::new();
        for control in ["bot", "queue", "agent", "nobody", "closed"] {
            for queue in ["", "a", "other"] {
                for tagged in [false, true] {
                    for failures in [0, 2] {
                        for priority in ["low", "high", "urgent"] {
                            out.push(Self {
                                control,
                                queue,
                                tagged,
                                failures,
                                priority,
                            });
                        }
                    }
                }
            }
        }
        out
    }

    fn matches(&self, ruleset: &Ruleset, rule: &Rule) -> bool {
        let mut facts = Facts::new();
        let tags: &[&str] = if self.tagged { &["x"] } else { &[] };
        facts
            .set(Fact::CONV_CONTROL, self.control)
            .set(Fact::CONV_QUEUE, self.queue)
            .set(Fact::CONV_TAGS, Value::texts(tags.iter().copied()))
            .set(Fact::BOT_FAILURES, self.failures)
            .set(Fact::CONV_PRIORITY, self.priority);
        truth(ruleset, &rule.when, &facts, NOW) == Truth::True
    }

    fn acts(&self, ruleset: &Ruleset, rule: &Rule) -> bool {
        let moves = match rule.effects.control.as_ref().unwrap() {
            ControlTarget::Bot => !["bot", "agent", "closed"].contains(&self.control),
            ControlTarget::Queue => !["queue", "agent"].contains(&self.control),
            _ => self.control != "agent" && !(self.control == "queue" && self.queue == "a"),
        };
        moves && self.matches(ruleset, rule)
    }

    fn after(mut self, rule: &Rule) -> Self {
        (self.control, self.queue) = match rule.effects.control.as_ref().unwrap() {
            ControlTarget::Bot => ("bot", ""),
            ControlTarget::Queue => ("queue", ""),
            _ => ("queue", "a"),
        };
        self.tagged =
            (self.tagged || !rule.effects.tag.is_empty()) && rule.effects.untag.is_empty();
        if let Some(PriorityEffect::Set(level)) = rule.effects.priority {
            self.priority = if level == Priority::High {
                "high"
            } else {
                "low"
            };
        }
        self
    }
}

/// Circles of up to four rules, by walking from every state.
fn walked(ruleset: &Ruleset) -> BTreeSet<String> {
    let rules = ruleset.rules();
    let mut out = BTreeSet::new();
    for start in 0..rules.len() {
        let mut paths = vec![vec![start]];
        while let Some(path) = paths.pop() {
            if path.len() > 1
                && State::all()
                    .into_iter()
                    .any(|state| turns(ruleset, &path, state))
            {
                let ids: Vec<&str> = path.iter().map(|index| rules[*index].id.as_str()).collect();
                out.insert(ids.join(" "));
            }
            for next in start + 1..rules.len() {
                if path.len() < 4 && !path.contains(&next) {
                    let mut longer = path.clone();
                    longer.push(next);
                    paths.push(longer);
                }
            }
        }
    }
    out
}

fn turns(ruleset: &Ruleset, path: &[usize], start: State) -> bool {
    let rules = ruleset.rules();
    let mut states = vec![start];
    for index in path {
        let state = *states.last().unwrap();
        if !state.acts(ruleset, &rules[*index]) {
            return false;
        }
        states.push(state.after(&rules[*index]));
    }
    let again = states.last().unwrap().acts(ruleset, &rules[path[0]]);
    again
        && path.iter().enumerate().all(|(turn, index)| {
            states.iter().enumerate().any(|(step, state)| {
                step % path.len() != turn && !state.matches(ruleset, &rules[*index])
            })
        })
}
