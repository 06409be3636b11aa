//! Findings against trying every conversation of a small world.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{NOW, confirm, parsed, rule, truth};
use crate::rules::{
    Fact, Facts, Value,
    analyse::{Analysis, Analyst, Finding},
    outcome::ControlTarget,
    plan::{Rule, Ruleset},
};

/// Lines over facts of few values, all of which a test can try.
const LINES: &[&str] = &[
    "conv.control == \"bot\"",
    "conv.control != \"agent\"",
    "conv.control in [\"queue\", \"closed\"]",
    "\"vip\" in conv.tags",
    "bot.failures >= 2",
    "bot.failures in [0, 3]",
    "bot.failures < 1",
    "bot.confidence < 0.5",
    "bot.confidence >= 0.25",
    "msg.first",
    "has(customer.tier)",
    "customer.tier == \"gold\"",
    "customer.tier.startsWith(\"go\")",
    "attr.seats > 2",
    "attr.seats == 3",
    "true",
];

const EFFECTS: &[&str] = &[
    "control = \"queue\"",
    "control = \"bot\"",
    "control = \"team:a\"",
    "sla = \"vip\"",
    "sla = \"standard\"",
    "sla = \"vip\", control = \"queue\"",
    "tag = \"x\"",
    "untag = \"x\"",
];

const EVENTS: &[&str] = &[
    "\"customer.message\"",
    "\"bot.message\"",
    "\"customer.message\", \"bot.message\"",
];

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LINES.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(3, 10, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(|list| format!("({})", list.join(" && "))),
            parts().prop_map(|list| format!("({})", list.join(" || "))),
            inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
}

type Parts = (String, &'static str, &'static str, bool);

fn rules() -> impl Strategy<Value = Vec<Parts>> {
    let one = (
        condition(),
        prop::sample::select(EFFECTS.to_vec()),
        prop::sample::select(EVENTS.to_vec()),
        prop::bool::weighted(0.3),
    );
    prop::collection::vec(one, 1..6)
}

fn written(rules: &[Parts]) -> Vec<String> {
    let line = |(number, (when, effects, on, doubt)): (usize, &Parts)| {
        let more = if *doubt { "unknown = \"yes\"" } else { "" };
        rule(&format!("r{number}"), on, when, effects, more)
    };
    rules.iter().enumerate().map(line).collect()
}

/// Every conversation that the lines can tell apart.
fn conversations() -> Vec<Facts> {
    let mut out = Vec::new();
    for control in ["bot", "queue", "agent", "nobody", "closed"] {
        for vip in [false, true] {
            for failures in 0..5_i64 {
                for confidence in [None, Some(0.0), Some(0.25), Some(0.5)] {
                    for first in [None, Some(false), Some(true)] {
                        for tier in [None, Some("gold"), Some("gossip"), Some("silver")] {
                            for seats in [None, Some(2_i64), Some(3), Some(4)] {
                                let tags: &[&str] = if vip { &["vip"] } else { &[] };
                                let mut facts = Facts::new();
                                facts
                                    .set(Fact::CONV_CONTROL, control)
                                    .set(Fact::CONV_TAGS, Value::texts(tags.iter().copied()))
                                    .set(Fact::BOT_FAILURES, failures)
                                    .set(Fact::BOT_CONFIDENCE, confidence)
                                    .set(Fact::MSG_FIRST, first)
                                    .set(Fact::CUSTOMER_TIER, tier)
                                    .set_custom("attr.seats", seats);
                                out.push(facts);
                            }
                        }
                    }
                }
            }
        }
    }
    out
}

/// What each rule does with one conversation: whether it matches, and whether it may control.
#[derive(Clone, Copy)]
struct Seen {
    matches: bool,
    may: bool,
    surely: bool,
}

fn look(ruleset: &Ruleset, facts: &Facts) -> Vec<Seen> {
    let control = facts.text(Fact::CONV_CONTROL).unwrap();
    let see = |rule: &Rule| {
        let matches = truth(ruleset, &rule.when, facts, NOW).matches(rule.unknown_matches);
        let fresh = rule
            .on
            .iter()
            .filter(|kind| kind.name() == "customer.message")
            .count();
        let (always, sometimes) = (fresh == rule.on.len(), fresh > 0);
        let (may, surely) = match &rule.effects.control {
            Some(ControlTarget::Bot) => (
                control != "agent" && (control != "closed" || sometimes),
                control != "agent" && (control != "closed" || always),
            ),
            Some(ControlTarget::Closed) | None => (true, true),
            Some(_) => (control != "agent", control != "agent"),
        };
        Seen {
            matches,
            may: matches && may,
            surely: matches && surely,
        }
    };
    ruleset.rules().iter().map(see).collect()
}

fn wish(rule: &Rule, slot: &str) -> Option<String> {
    match slot {
        "control" => rule.effects.control.as_ref().map(ToString::to_string),
        _ => rule.effects.sla.as_ref().map(ToString::to_string),
    }
}

/// What should be found, by trying every conversation.
fn expected(ruleset: &Ruleset) -> BTreeSet<String> {
    let all: Vec<Vec<Seen>> = conversations()
        .iter()
        .map(|facts| look(ruleset, facts))
        .collect();
    let rules = ruleset.rules();
    let mut out = BTreeSet::new();
    let mut dead = BTreeSet::new();
    let mut hidden: BTreeSet<(usize, &str)> = BTreeSet::new();
    for (i, rule) in rules.iter().enumerate() {
        if !all.iter().any(|seen| seen[i].matches) {
            out.insert(format!("never-true {}", rule.id));
            dead.insert(i);
            continue;
        }
        if rule.effects.control.is_some() && !all.iter().any(|seen| seen[i].may) {
            out.insert(format!("never-allowed {}", rule.id));
            continue;
        }
        for slot in ["control", "sla"] {
            if wish(rule, slot).is_none() {
                continue;
            }
            let me = |seen: &[Seen]| {
                if slot == "control" {
                    seen[i].may
                } else {
                    seen[i].matches
                }
            };
            let covers = |seen: &[Seen], j: usize| {
                if slot == "control" {
                    seen[j].surely
                } else {
                    seen[j].matches
                }
            };
            let covered = rule.on.iter().all(|kind| {
                let before: Vec<usize> = (0..i)
                    .filter(|j| wish(&rules[*j], slot).is_some() && rules[*j].runs_on(*kind))
                    .collect();
                !before.is_empty()
                    && all
                        .iter()
                        .all(|seen| !me(seen) || before.iter().any(|j| covers(seen, *j)))
            });
            if covered {
                hidden.insert((i, slot));
            }
        }
    }
    for (i, _) in &hidden {
        out.insert(format!("shadowed {}", rules[*i].id));
    }
    for b in 0..rules.len() {
        for a in 0..b {
            let (first, second) = (&rules[a], &rules[b]);
            if !first.on.iter().any(|kind| second.runs_on(*kind)) {
                continue;
            }
            let name =
                |code: &str, x: usize, y: usize| format!("{code} {} {}", rules[x].id, rules[y].id);
            let clash = ["control", "sla"].into_iter().any(|slot| {
                let differ = wish(first, slot)
                    .zip(wish(second, slot))
                    .is_some_and(|(x, y)| x != y);
                differ
                    && !hidden.contains(&(b, slot))
                    && all.iter().any(|seen| {
                        if slot == "control" {
                            seen[a].may && seen[b].may
                        } else {
                            seen[a].matches && seen[b].matches
                        }
                    })
            });
            if clash {
                out.insert(name("conflict", a, b));
            }
            let both = all.iter().any(|seen| seen[a].matches && seen[b].matches);
            for (x, y) in [(a, b), (b, a)] {
                if both && !rules[x].effects.tag.is_empty() && !rules[y].effects.untag.is_empty() {
                    out.insert(name("tag-conflict", x, y));
                }
            }
            let mut said = false;
            for (inner, outer) in [(b, a), (a, b)] {
                let (x, y) = (&rules[inner], &rules[outer]);
                let within = |slot: &str| wish(x, slot).is_none() || wish(x, slot) == wish(y, slot);
                let same = x.effects.tag.iter().all(|tag| y.effects.tag.contains(tag))
                    && x.effects
                        .untag
                        .iter()
                        .all(|tag| y.effects.untag.contains(tag));
                let more = within("control")
                    && within("sla")
                    && same
                    && x.on.iter().all(|kind| y.runs_on(*kind));
                let implies = all
                    .iter()
                    .all(|seen| !seen[inner].matches || seen[outer].matches);
                if more && implies && !dead.contains(&inner) && !said {
                    out.insert(name("implied", inner, outer));
                    said = true;
                }
            }
        }
    }
    out
}

/// What was found of what the trial looks for; of a hidden rule, without those that hide it.
fn reported(analysis: &Analysis) -> BTreeSet<String> {
    const TRIED: [&str; 6] = [
        "never-true",
        "never-allowed",
        "shadowed",
        "conflict",
        "tag-conflict",
        "implied",
    ];
    let findings = analysis
        .findings
        .iter()
        .filter(|finding| TRIED.contains(&finding.code));
    let line = |finding: &Finding| {
        let count = if finding.code == "shadowed" { 1 } else { 2 };
        let rules: Vec<&str> = finding
            .rules
            .iter()
            .take(count)
            .map(|named| named.rule.as_str())
            .collect();
        format!("{} {}", finding.code, rules.join(" "))
    };
    findings.map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_found_is_what_trying_every_conversation_finds(rules in rules()) {
        let ruleset = parsed(&written(&rules));
        let analysis = ruleset.analyse();
        prop_assert_eq!(reported(&analysis), expected(&ruleset), "{}", ruleset.source());
        for finding in &analysis.findings {
            confirm(&ruleset, finding);
            if finding.code == "conflict" {
                let witness = finding.witness.as_ref().unwrap();
                prop_assert_eq!(witness.matches.len(), 2);
            }
        }
    }

    #[test]
    fn remembering_changes_nothing(first in rules(), second in rules()) {
        let mut both = first.clone();
        both.truncate(3);
        both.extend(second);
        let mut analyst = Analyst::default();
        for rules in [&first, &both, &first] {
            let ruleset = parsed(&written(rules));
            prop_assert_eq!(reported(&analyst.analyse(&ruleset)), reported(&ruleset.analyse()));
        }
    }
}
