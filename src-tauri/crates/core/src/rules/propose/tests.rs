//! A planted optimum is found, nothing is proposed without evidence, and the same cases always give
//! the same proposals.

use proptest::prelude::*;

use super::{Case, CasePoint, Change, Costs, FOLDS, Proposal};
use crate::rules::{EventKind, Fact, Facts, Ruleset};
use crate::time::{MINUTE, Timestamp};

const RULES: &str = r#"
baton  = 1
policy = "propose"
zone   = "UTC"

[words]
human = ["human", "real person"]

[define]
unsure = 'bot.confidence < 0.3'   # a guess of the first week

[[rule]]
id     = "stuck"
on     = ["bot.message"]
when   = 'conv.control == "bot" && bot.failures >= 4'
do     = { control = "queue" }
reason = "the bot is stuck"

[[rule]]
id     = "unsure"
on     = ["bot.message"]
when   = 'conv.control == "bot" && unsure'
do     = { control = "queue" }
reason = "the bot is unsure"

[[rule]]
id     = "asked"
on     = ["customer.message"]
when   = 'msg.words.human && conv.control == "bot"'
do     = { control = "queue" }
reason = "asked for a person"

[[rule]]
id     = "long"
on     = ["time"]
when   = 'conv.control == "bot" && conv.waiting > duration("30m")'
do     = { control = "queue" }
reason = "waits long"
"#;

fn rules() -> Ruleset {
    Ruleset::parse(RULES).unwrap()
}

fn point(event: EventKind, set: impl FnOnce(&mut Facts)) -> CasePoint {
    let mut facts = Facts::new();
    facts.set(Fact::CONV_CONTROL, "bot");
    set(&mut facts);
    CasePoint {
        event,
        at: Timestamp(1_795_424_400_000),
        facts,
    }
}

fn case(needed: bool, points: Vec<CasePoint>) -> Case {
    Case {
        key: 0,
        needed,
        weight: 1.0,
        points,
    }
}

/// Proposes for cases that are each of a conversation of their own.
fn propose(rules: &Ruleset, cases: &[Case], costs: Costs) -> Vec<Proposal> {
    let keyed = (0..).zip(cases).map(|(key, case)| Case {
        key,
        ..case.clone()
    });
    super::propose(rules, &keyed.collect::<Vec<_>>(), costs)
}

/// A bot that failed so often, the last time so unsure.
fn failed(needed: bool, failures: i64, confidence: f64) -> Case {
    let one = |failures: i64| {
        point(EventKind::BotMessage, |facts| {
            facts
                .set(Fact::BOT_FAILURES, failures)
                .set(Fact::BOT_CONFIDENCE, confidence);
        })
    };
    case(needed, (0..=failures).map(one).collect())
}

fn wrote(needed: bool, text: &str) -> Case {
    let said = point(EventKind::CustomerMessage, |facts| {
        facts.set(Fact::MSG_TEXT, text);
    });
    case(needed, vec![said])
}

/// Twelve people who needed one after the bot had failed twice, and as many who had not after it
/// had failed once.
fn planted() -> Vec<Case> {
    (0..12)
        .flat_map(|_| [failed(true, 2, 0.9), failed(false, 1, 0.9)])
        .collect()
}

fn only(found: &[Proposal]) -> &Proposal {
    assert_eq!(found.len(), 1, "{found:#?}");
    &found[0]
}

#[test]
fn a_planted_limit_is_found_and_the_rest_of_the_file_stays_as_it_is() {
    let found = propose(&rules(), &planted(), Costs::default());
    let proposal = only(&found);
    let Change::Limit { line, from, to, .. } = &proposal.change else {
        panic!("{:?}", proposal.change);
    };
    assert_eq!(
        (line.as_str(), from.as_str(), to.as_str()),
        ("bot.failures >= 4", "4", "2")
    );
    assert_eq!(proposal.rules, ["stuck"]);
    assert_eq!(
        proposal.text,
        RULES.replace("bot.failures >= 4", "bot.failures >= 2")
    );
    assert_eq!((proposal.before.missed, proposal.after.missed), (12, 0));
    assert_eq!(proposal.after.false_handoffs, 0);
    assert_eq!((proposal.labels, proposal.changed), (24, 12));
    assert!((proposal.saving.rate - 48.0).abs() < 1e-9);
    assert!(proposal.saving.low > 0.0);
    // The curve tells the price of every limit, also of those that were not chosen.
    let cost = |written: &str| {
        let found = proposal.curve.iter().find(|at| at.written == written);
        found.unwrap().outcome.cost
    };
    assert!((cost("2") - 12.0).abs() < 1e-9);
    assert!((cost("1") - 24.0).abs() < 1e-9);
    assert!((cost("4") - 60.0).abs() < 1e-9);
}

#[test]
fn a_limit_that_catches_too_much_is_raised() {
    let cases: Vec<Case> = (0..20)
        .map(|n| failed(n % 4 == 0, 4 + i64::from(n % 4 == 0) * 3, 0.9))
        .collect();
    let found = propose(&rules(), &cases, Costs::default());
    let proposal = only(&found);
    assert!(
        proposal.says().contains("bot.failures >= 4"),
        "{}",
        proposal.says()
    );
    assert_eq!(
        (
            proposal.before.false_handoffs,
            proposal.after.false_handoffs
        ),
        (15, 0)
    );
    assert_eq!(proposal.after.missed, 0);
}

#[test]
fn a_named_condition_is_moved_where_it_is_defined() {
    let cases: Vec<Case> = (0..15)
        .flat_map(|_| [failed(true, 0, 0.45), failed(false, 0, 0.8)])
        .collect();
    let found = propose(&rules(), &cases, Costs::default());
    let proposal = only(&found);
    assert_eq!(proposal.rules, ["unsure"]);
    let comment = "'bot.confidence < 0.6'   # a guess of the first week";
    assert!(proposal.text.contains(comment), "{}", proposal.text);
}

#[test]
fn lengths_of_time_are_proposed_as_people_write_them() {
    let waits = |needed: bool, minutes: i64| {
        let timer = point(EventKind::Time, |facts| {
            facts.set(
                Fact::CONV_WAITING,
                crate::rules::Value::Duration(minutes * MINUTE),
            );
        });
        case(needed, vec![timer])
    };
    let cases: Vec<Case> = (0..12)
        .flat_map(|n| [waits(true, 12 + n), waits(false, 3)])
        .collect();
    let found = propose(&rules(), &cases, Costs::default());
    let Change::Limit { to, .. } = &only(&found).change else {
        panic!("a limit");
    };
    assert_eq!(to, "duration(\"10m\")");
}

#[test]
fn planted_words_are_found_and_words_that_stand_everywhere_are_not() {
    let mut cases = Vec::new();
    for n in 0..15 {
        cases.push(wrote(
            true,
            &format!("Hello, I want a refund for order {n}, please"),
        ));
        cases.push(wrote(
            false,
            &format!("Hello, where is my order {n}, please?"),
        ));
        cases.push(wrote(true, "Give me a human"));
    }
    let found = propose(&rules(), &cases, Costs::default());
    let proposal = only(&found);
    let Change::Words { set, add } = &proposal.change else {
        panic!("{:?}", proposal.change);
    };
    assert_eq!(set, "human");
    let words: Vec<&str> = add.iter().map(|term| term.text.as_str()).collect();
    assert_eq!(words.len(), 1, "one word does it: {words:?}");
    assert_eq!(words[0], "refund");
    assert_eq!((add[0].needed, add[0].others), (15, 0));
    assert!(add[0].low > 0.0);
    assert_eq!((proposal.before.missed, proposal.after.missed), (15, 0));
    let after = Ruleset::parse(&proposal.text).unwrap();
    assert_eq!(after.words().sets()[0].words.len(), 3);
}

#[test]
fn without_evidence_nothing_is_proposed() {
    let nothing = |cases: &[Case]| {
        let found = propose(&rules(), cases, Costs::default());
        assert!(found.is_empty(), "{found:#?}");
    };
    nothing(&[]);
    nothing(&planted()[..8]);
    // The rules are right already.
    let right: Vec<Case> = (0..20)
        .map(|n| failed(n % 2 == 0, if n % 2 == 0 { 5 } else { 0 }, 0.9))
        .collect();
    nothing(&right);
    // Two of many are chance.
    let mut chance: Vec<Case> = (0..40).map(|_| failed(false, 0, 0.9)).collect();
    chance.extend([failed(true, 2, 0.9), failed(true, 2, 0.9)]);
    nothing(&chance);
    // What people have already is not brought to them.
    let mut taken = planted();
    for case in &mut taken {
        for point in &mut case.points {
            point.facts.set(Fact::CONV_CONTROL, "agent");
        }
    }
    nothing(&taken);
}

#[test]
fn what_a_miss_costs_decides_where_the_limit_stands() {
    // One in four that failed twice needed somebody.
    let cases: Vec<Case> = (0..80).map(|n| failed(n % 4 == 0, 2, 0.9)).collect();
    let dear = Costs {
        handoff: 1.0,
        miss: 20.0,
    };
    let cheap = Costs {
        handoff: 1.0,
        miss: 2.0,
    };
    assert_eq!(propose(&rules(), &cases, dear).len(), 1);
    assert!(propose(&rules(), &cases, cheap).is_empty());
}

#[test]
fn a_case_that_stands_for_many_weighs_as_many() {
    let mut cases = planted();
    for case in &mut cases {
        if !case.needed {
            case.weight = 10.0;
        }
    }
    let found = propose(&rules(), &cases, Costs::default());
    let light = propose(&rules(), &planted(), Costs::default());
    assert_eq!(found[0].after.handoffs, light[0].after.handoffs);
    let at_one = |found: &[Proposal]| {
        let point = found[0].curve.iter().find(|at| at.written == "1");
        point.unwrap().outcome.cost
    };
    assert!((at_one(&found) - 132.0).abs() < 1e-9);
    assert!((at_one(&light) - 24.0).abs() < 1e-9);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever is proposed saves, does what it says, and is the same in any order of the cases.
    #[test]
    fn what_is_proposed_holds(
        drawn in prop::collection::vec((any::<bool>(), 0_i64..6, 0_u8..10), 10..60),
        miss in 1_u8..12,
        turn in 0_usize..10,
    ) {
        let ruleset = rules();
        let costs = Costs { handoff: 1.0, miss: f64::from(miss) };
        let cases: Vec<Case> = drawn
            .iter()
            .map(|(needed, failures, confidence)| {
                failed(*needed, *failures, f64::from(*confidence) / 10.0)
            })
            .collect();
        let found = propose(&ruleset, &cases, costs);
        let mut turned = cases;
        turned.rotate_left(turn);
        let again = propose(&ruleset, &turned, costs);
        let ids = |found: &[Proposal]| found.iter().map(|one| one.id).collect::<Vec<_>>();
        prop_assert_eq!(ids(&again), ids(&found));
        for proposal in &found {
            prop_assert!(proposal.saving.low > 0.0);
            prop_assert!(proposal.after.cost < proposal.before.cost);
            let saved = proposal.before.cost - proposal.after.cost;
            prop_assert!((saved - proposal.saving.rate).abs() < 1e-6);
            // No limit of the curve is cheaper than the one that is proposed.
            let best = proposal.curve.iter().map(|at| at.outcome.cost).fold(f64::MAX, f64::min);
            prop_assert!((best - proposal.after.cost).abs() < 1e-9);
            prop_assert!(Ruleset::parse(&proposal.text).is_ok());
        }
    }
}

#[test]
fn a_choice_is_judged_on_conversations_it_was_not_made_with() {
    let found = propose(&rules(), &planted(), Costs::default());
    let held = &only(&found).held_out;
    // The pattern is in every part, so what is learned elsewhere holds there.
    assert_eq!(held.outcome, only(&found).after);
    assert_eq!(held.precision.unwrap().rate, 1.0);
    let recall = held.recall.unwrap();
    assert_eq!((recall.rate, recall.high), (1.0, 1.0));
    assert!(recall.low > 0.7 && recall.low < 1.0, "{recall:?}");
}

#[test]
fn what_only_the_conversation_shows_that_it_was_learned_from_is_not_proposed() {
    // One customer writes again and again; nobody else needed people after the bot had failed.
    let mut cases: Vec<Case> = (1..40)
        .map(|key| Case {
            key,
            ..failed(false, 0, 0.9)
        })
        .collect();
    cases.extend((0..12).map(|_| Case {
        key: FOLDS,
        ..failed(true, 2, 0.9)
    }));
    let found = super::propose(&rules(), &cases, Costs::default());
    assert_eq!(found, []);
    // Spread over conversations, the same labels are worth a proposal.
    assert!(!propose(&rules(), &cases, Costs::default()).is_empty());
}
