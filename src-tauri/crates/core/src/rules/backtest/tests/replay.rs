//! The first level against a plain reference: every point decided by both, one after the other.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;

use super::{Event, metric, record, test};
use crate::{
    ids::{ConversationId, Id as _},
    rules::{
        EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value,
        backtest::{
            Backtest, Window,
            compare::{PARTING, differing, hands_over},
        },
        eval::tests::{LINES, START, condition, facts},
    },
    time::{MINUTE, Timestamp},
};

const KINDS: [EventKind; 6] = [
    EventKind::CustomerMessage,
    EventKind::BotMessage,
    EventKind::Draft,
    EventKind::ControlChanged,
    EventKind::AgentMessage,
    EventKind::Time,
];

const HEAD: &str = "baton = 1\nzone = 'Europe/Berlin'\ndefault = { control = 'bot' }\n\
    [facts]\n'attr.seats' = { type = 'int' }\n[words]\nlegal = ['lawyer', 'court']\n\
    [ladder.calm]\nclock = 'always'\nstep = [ { after = '1m', notify = ['team:a'] } ]\n\
    [ladder.loud]\nclock = 'always'\nstep = [ { after = '0s', notify = ['team:a'] } ]\n";

fn rule() -> impl Strategy<Value = String> {
    rule_of(LINES)
}

/// A rule whose condition is made of some lines.
pub(super) fn rule_of(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    let pick = |list: &'static [&'static str]| prop::sample::select(list.to_vec());
    (
        condition(lines),
        pick(&[
            "'customer.message'",
            "'draft', 'customer.message'",
            "'bot.message', 'control.changed'",
            "'time', 'customer.message'",
            "'draft'",
        ]),
        pick(&[
            "control = 'queue'",
            "control = 'team:a', tag = 'seen'",
            "control = 'bot'",
            "control = 'closed'",
            "tag = 'seen', priority = '+1'",
            "priority = 'high', ladder = 'calm'",
            "ladder = 'loud', notify = ['team:b']",
            "review = 'required'",
            "review = { sample = 0.5 }",
            "macro = 'hello'",
        ]),
        pick(&[
            "until-false",
            "per-message",
            "per-episode",
            "per-conversation",
        ]),
        pick(&["no", "yes"]),
        pick(&["live", "live", "live", "shadow", "off"]),
    )
        .prop_map(|(when, on, does, once, unknown, status)| {
            format!(
                "reason = 'r'\non = [{on}]\nwhen = '''{when}'''\ndo = {{ {does} }}\n\
                 once = '{once}'\nunknown = '{unknown}'\nstatus = '{status}'\n"
            )
        })
}

pub(super) fn parsed(rules: &[(usize, String)]) -> Option<Arc<Ruleset>> {
    let body: String = rules
        .iter()
        .map(|(id, rule)| format!("[[rule]]\nid = 'r{id}'\n{rule}"))
        .collect();
    // A random rule may be one that the checker refuses, such as a review on a message.
    Ruleset::parse(&format!("{HEAD}{body}")).ok().map(Arc::new)
}

pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (
        0_u128..5,
        prop::sample::select(KINDS.to_vec()),
        facts(),
        prop::sample::select(vec!["agent", "rule", "customer"]),
        0_i64..3,
        any::<bool>(),
    );
    prop::collection::vec(event, 1..70).prop_map(|list| {
        list.into_iter()
            .zip(0_i64..)
            .map(|((conversation, kind, mut facts, by, epoch, bot), index)| {
                facts
                    .set(Fact::CONV_CHANGED_BY, by)
                    .set(Fact::CONV_CONTROL_EPOCH, epoch)
                    .set(Fact::CONV_EPISODE, 1_i64)
                    .set(Fact::CONV_MESSAGE_COUNT, index)
                    .set(Fact::CHANNEL_HAS_BOT, bot)
                    .set(Fact::DRAFT_ID, format!("d{index}").as_str());
                Event {
                    conversation,
                    kind,
                    at: START + index * 5 * MINUTE,
                    facts,
                }
            })
            .collect()
    })
}

/// What a plain reference counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    points: u64,
    differences: u64,
    differing: u64,
    parted: u64,
    handed: [u64; 2],
    reviews: [u64; 2],
    matched: [BTreeMap<String, (u64, u64)>; 2],
}

fn reference(old: &Ruleset, new: &Ruleset, events: &[Event], since: i64) -> Counted {
    let mut counted = Counted::default();
    let mut memory: BTreeMap<u128, [RuleMemory; 2]> = BTreeMap::new();
    let mut differing_in: BTreeMap<u128, bool> = BTreeMap::new();
    let mut handed: BTreeMap<u128, [bool; 2]> = BTreeMap::new();
    let mut begun: BTreeMap<u128, bool> = BTreeMap::new();
    for event in events {
        let id = ConversationId::from_bits(event.conversation);
        let memories = memory.entry(event.conversation).or_default();
        let counts = event.at >= since;
        if counts && !std::mem::replace(begun.entry(event.conversation).or_default(), true) {
            memories[1] = memories[0].clone();
        }
        let mut slots = Vec::new();
        for (side, rules) in [old, new].into_iter().enumerate() {
            let verdict = rules.decide(&Pass {
                event: event.kind,
                facts: &event.facts,
                now: Timestamp(event.at),
                memory: &memories[side],
                conversation_key: &id.bits().to_be_bytes(),
            });
            memories[side] = verdict.memory_after.clone();
            slots.push(verdict.slots.clone());
            if !counts {
                continue;
            }
            let control = event.facts.text(Fact::CONV_CONTROL);
            handed.entry(event.conversation).or_default()[side] |=
                hands_over(&verdict.slots, control);
            let review = verdict.slots.review.as_ref();
            counted.reviews[side] += u64::from(review.is_some_and(|review| review.value.required));
            for (number, mark) in &verdict.record.marks {
                let id = rules.rules()[usize::from(*number)].id.to_string();
                let tally = counted.matched[side].entry(id).or_default();
                tally.0 += 1;
                tally.1 += u64::from(mark & 1);
            }
        }
        if !counts {
            continue;
        }
        counted.points += 1;
        let differs = differing(&slots[0], &slots[1]);
        if !differs.is_empty() {
            counted.differences += 1;
            let parted = differing_in.entry(event.conversation).or_default();
            *parted |= differs.iter().any(|one| PARTING.contains(&one.slot));
        }
    }
    counted.differing = differing_in.len() as u64;
    counted.parted = differing_in.values().filter(|parted| **parted).count() as u64;
    for side in 0..2 {
        counted.handed[side] = handed.values().filter(|handed| handed[side]).count() as u64;
    }
    counted
}

fn found(report: &crate::rules::backtest::Report) -> Counted {
    let count = |name: &str| {
        let metric = metric(report, name);
        [metric.old.unwrap() as u64, metric.new.unwrap() as u64]
    };
    let tallies =
        |pick: fn(&crate::rules::backtest::RuleEffect) -> Option<super::super::RuleTally>| {
            report
                .rules
                .iter()
                .filter_map(|rule| pick(rule).map(|tally| (rule.rule.clone(), tally)))
                .filter(|(_, tally)| tally.matched > 0)
                .map(|(rule, tally)| (rule, (tally.matched, tally.acted)))
                .collect()
        };
    Counted {
        points: report.points,
        differences: report.differences,
        differing: report.differing,
        parted: report.diverged,
        handed: count("handoffs"),
        reviews: count("review_items"),
        matched: [tallies(|rule| rule.old), tallies(|rule| rule.new)],
    }
}

/// Tags are not read here, so that what is recorded is all there is to know.
fn untagged(rules: &[String]) -> bool {
    rules.iter().all(|rule| !rule.contains("conv.tags"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn it_counts_what_deciding_every_point_counts(
        first in prop::collection::vec(rule(), 1..6),
        edits in prop::collection::vec((0_usize..6, rule()), 0..3),
        swap in any::<bool>(),
        drop in prop::option::of(0_usize..6),
        events in events(),
        rows in 3_usize..40,
        from in 0_i64..20,
    ) {
        let old_rules: Vec<(usize, String)> = first.iter().cloned().enumerate().collect();
        let mut new_rules = old_rules.clone();
        for (place, rule) in edits {
            let place = place % (new_rules.len() + 1);
            match new_rules.get_mut(place) {
                Some(known) => known.1 = rule,
                None => new_rules.push((place + 10, rule)),
            }
        }
        if swap {
            new_rules.reverse();
        }
        if let Some(drop) = drop
            && drop < new_rules.len()
            && new_rules.len() > 1
        {
            new_rules.remove(drop);
        }
        prop_assume!(untagged(&first));
        prop_assume!(new_rules.iter().all(|(_, rule)| !rule.contains("conv.tags")));
        let (Some(old), Some(new)) = (parsed(&old_rules), parsed(&new_rules)) else {
            return Err(TestCaseError::reject("refused by the checker"));
        };
        // Between the points nothing is asked here.
        let probe = Backtest::new(Arc::clone(&old), Arc::clone(&new), Window::default());
        prop_assume!(!probe.looks_between());
        let chunks = record(&old, &events, rows);
        let window = Window { since: START + from * 5 * MINUTE, ..Window::default() };
        let report = test(&old, &new, &chunks, &events, window);
        let wanted = reference(&old, &new, &events, window.since);
        prop_assert_eq!(found(&report), wanted);
        prop_assert_eq!(report.faithful, report.recorded);
        prop_assert_eq!(report.recorded, report.points);
        let listed: u64 = report.list.iter().map(|one| one.differences).sum();
        prop_assert_eq!(listed, report.differences);
    }

    #[test]
    fn rules_against_themselves_differ_nowhere_and_decide_as_was_recorded(
        first in prop::collection::vec(rule(), 1..6),
        events in events(),
        rows in 3_usize..40,
    ) {
        let numbered: Vec<(usize, String)> = first.into_iter().enumerate().collect();
        let Some(rules) = parsed(&numbered) else {
            return Err(TestCaseError::reject("refused by the checker"));
        };
        let chunks = record(&rules, &events, rows);
        // The same rules as another file: nothing is the same object, and everything is the same.
        let twin = Ruleset::parse(&format!("# a remark\n{}", rules.source())).unwrap();
        for other in [Arc::clone(&rules), Arc::new(twin)] {
            let report = test(&rules, &other, &chunks, &events, Window::default());
            let counts = (report.differences, report.other_reason, report.differing);
            prop_assert_eq!(counts, (0, 0, 0));
            prop_assert_eq!((report.diverged, report.list.len()), (0, 0));
            prop_assert_eq!((report.recorded, report.faithful), (report.points, report.points));
            for metric in &report.metrics {
                prop_assert_eq!(metric.old, metric.new, "{}", metric.name);
            }
        }
    }
}

#[test]
fn words_that_nobody_looked_for_then_are_looked_for_in_the_messages() {
    let file = |word: &str| {
        let text = format!(
            "baton = 1\n[words]\nasked = ['{word}']\n[[rule]]\nid = 'a'\nreason = 'r'\n\
             on = ['customer.message']\nwhen = 'msg.words.asked'\ndo = {{ control = 'queue' }}\n"
        );
        Arc::new(Ruleset::parse(&text).unwrap())
    };
    let (old, new) = (file("lawyer"), file("court"));
    let events: Vec<Event> = ["my lawyer", "see you in court", "hello"]
        .into_iter()
        .zip(1_u128..)
        .map(|(text, conversation)| {
            let mut facts = Facts::new();
            facts
                .set(Fact::CONV_CONTROL, "bot")
                .set(Fact::MSG_TEXT, text)
                .set(Fact::CONV_TAGS, Value::texts(["x"]));
            old.words().record(text, &mut facts);
            Event {
                conversation,
                kind: EventKind::CustomerMessage,
                at: START,
                facts,
            }
        })
        .collect();
    let report = test(
        &old,
        &new,
        &record(&old, &events, 2),
        &events,
        Window::default(),
    );
    let handoffs = metric(&report, "handoffs");
    assert_eq!((handoffs.old, handoffs.new), (Some(1.0), Some(1.0)));
    assert_eq!((report.differences, report.diverged), (2, 2));
    assert_eq!(handoffs.delta, Some(0.0));
    // One conversation gained and one lost: by chance as likely as not.
    assert_eq!(handoffs.p, Some(1.0));
}

#[test]
fn the_line_that_alone_kept_a_changed_rule_from_matching_is_counted() {
    let file = |limit: i64| {
        let text = format!(
            "baton = 1\n[[rule]]\nid = 'a'\nreason = 'r'\non = ['bot.message']\n\
             when = 'bot.failures >= {limit} && !msg.first'\ndo = {{ tag = 'x' }}\n"
        );
        Arc::new(Ruleset::parse(&text).unwrap())
    };
    let events: Vec<Event> = [(3_i64, false), (1, false), (1, true), (5, true), (2, false)]
        .into_iter()
        .map(|(failures, first)| {
            let mut facts = Facts::new();
            facts
                .set(Fact::BOT_FAILURES, failures)
                .set(Fact::MSG_FIRST, first);
            Event {
                conversation: 1,
                kind: EventKind::BotMessage,
                at: START,
                facts,
            }
        })
        .collect();
    let (old, new) = (file(2), file(3));
    let chunks = record(&old, &events, 3);
    let report = test(&old, &new, &chunks, &events, Window::default());
    let near: Vec<(&str, u64)> = report.rules[0]
        .near
        .iter()
        .map(|near| (near.text.as_str(), near.points))
        .collect();
    assert_eq!(near, [("bot.failures >= 3", 2), ("!msg.first", 1)]);
}
