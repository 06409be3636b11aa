//! Columns find what the evaluator of single decisions finds, and an edit costs only what it changed.

use proptest::prelude::*;

use super::{Bits, Frame, Point, Sweep};
use crate::{
    ids::{ConversationId, Id as _},
    rules::{
        EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value,
        eval::tests::{START, all_lines, condition, facts, file},
        facts::chunk::{ChunkBuilder, Point as Recorded},
    },
    time::{MINUTE, Timestamp},
};

const EVENTS: [EventKind; 3] = [
    EventKind::Draft,
    EventKind::CustomerMessage,
    EventKind::BotMessage,
];

/// The rules that match a point, by the evaluator of single decisions.
fn decided(rules: &Ruleset, point: &Point<'_>) -> Vec<bool> {
    let verdict = rules.decide(&Pass {
        event: point.event,
        facts: point.facts,
        now: point.at,
        memory: &RuleMemory::default(),
        conversation_key: b"c",
    });
    rules
        .rules()
        .iter()
        .map(|rule| verdict.fired.contains(&rule.id))
        .collect()
}

fn points(facts: &[Facts], later: i64) -> Vec<Point<'_>> {
    facts
        .iter()
        .enumerate()
        .map(|(index, facts)| Point {
            event: EVENTS[index % EVENTS.len()],
            at: Timestamp(START + (later + 7 * i64::try_from(index).unwrap()) * MINUTE),
            facts,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn columns_find_what_single_decisions_find(
        conditions in prop::collection::vec(condition(all_lines()), 1..6),
        facts in prop::collection::vec(facts(), 1..90),
        later in 0_i64..2_880,
    ) {
        let rules = Ruleset::parse(&file(&conditions, "draft")).unwrap();
        let points = points(&facts, later);
        let swept = Sweep::new(1 << 20).sweep(&rules, 0, &Frame::of(&points));
        for (index, point) in points.iter().enumerate() {
            let found: Vec<bool> = swept.matches.iter().map(|bits| bits.get(index)).collect();
            prop_assert_eq!(found, decided(&rules, point), "{:?}", point);
        }
    }

    #[test]
    fn a_chunk_of_the_history_is_read_as_it_was_recorded(
        conditions in prop::collection::vec(condition(all_lines()), 1..6),
        facts in prop::collection::vec(facts(), 1..40),
        later in 0_i64..2_880,
    ) {
        let rules = Ruleset::parse(&file(&conditions, "draft")).unwrap();
        let points = points(&facts, later);
        let mut builder = ChunkBuilder::default();
        for (point, seq) in points.iter().zip(1..) {
            let mut facts = point.facts.clone();
            if let Some(text) = point.facts.text(Fact::MSG_TEXT) {
                rules.words().record(text, &mut facts);
            }
            let verdict = rules.decide(&Pass {
                event: point.event,
                facts: &facts,
                now: point.at,
                memory: &RuleMemory::default(),
                conversation_key: b"c",
            });
            builder.push(&Recorded {
                seq,
                conversation: ConversationId::from_bits(7),
                at: point.at,
                event: point.event,
                message: None,
                record: &verdict.record.to_bytes(),
            });
        }
        let mut frame = Frame::read(&builder.finish());
        let texts = points.iter().enumerate().filter_map(|(index, point)| {
            point.facts.text(Fact::MSG_TEXT).map(|text| (index, text.into()))
        });
        frame.set_texts(Fact::MSG_TEXT, texts);
        let read = Sweep::default().sweep(&rules, 0, &frame);
        prop_assert_eq!(read, Sweep::default().sweep(&rules, 0, &Frame::of(&points)));
    }

    #[test]
    fn what_is_remembered_is_what_would_be_found(
        first in prop::collection::vec(condition(all_lines()), 3),
        edited in condition(all_lines()),
        facts in prop::collection::vec(facts(), 1..70),
        budget in prop::sample::select(vec![0_usize, 100, 1 << 20]),
    ) {
        let mut second = first.clone();
        second[1] = edited;
        let (old, new) = (
            Ruleset::parse(&file(&first, "draft")).unwrap(),
            Ruleset::parse(&file(&second, "draft")).unwrap(),
        );
        let points = points(&facts, 0);
        let frames: Vec<Frame> = points.chunks(32).map(Frame::of).collect();
        let mut sweep = Sweep::new(budget);
        let before = sweep.sweep_all(&old, &frames);
        let after = sweep.sweep_all(&new, &frames);
        prop_assert_eq!(&after, &Sweep::default().sweep_all(&new, &frames));
        prop_assert_eq!(&sweep.sweep_all(&old, &frames), &before);
        sweep.keep(&[&new]);
        prop_assert_eq!(&sweep.sweep_all(&new, &frames), &after);
    }
}

#[test]
fn an_edit_of_one_rule_evaluates_that_rule_alone() {
    let conditions: Vec<String> = (0..20)
        .map(|number| format!("bot.failures >= {number}"))
        .collect();
    let mut edited = conditions.clone();
    edited[4] = "bot.failures >= 3 && msg.first && conv.control == \"bot\"".to_owned();
    let rules = |list: &[String]| Ruleset::parse(&file(list, "draft")).unwrap();
    let mut facts = Facts::new();
    facts
        .set(Fact::BOT_FAILURES, 3_i64)
        .set(Fact::MSG_FIRST, true)
        .set(Fact::CONV_CONTROL, "bot");
    let point = Point {
        event: EventKind::Draft,
        at: Timestamp(START),
        facts: &facts,
    };
    let frame = Frame::of(&[point]);
    let mut sweep = Sweep::default();
    sweep.sweep(&rules(&conditions), 0, &frame);
    assert_eq!(sweep.evaluated(), 20);
    let swept = sweep.sweep(&rules(&edited), 0, &frame);
    assert_eq!(sweep.evaluated(), 23);
    assert_eq!(swept.matches.iter().filter(|bits| bits.get(0)).count(), 5);
}

/// Facts of a type that the schema does not know are unknown in both evaluators.
#[test]
fn a_value_of_another_type_is_as_good_as_none() {
    let rules = Ruleset::parse(&file(
        &[
            "bot.failures >= 2".to_owned(),
            "has(bot.failures)".to_owned(),
            "!msg.first".to_owned(),
        ],
        "draft",
    ))
    .unwrap();
    let odd: Vec<Facts> = [
        Value::text("3"),
        Value::Int(3),
        Value::Unknown,
        Value::Decimal(3.0),
    ]
    .into_iter()
    .map(|value| {
        let mut facts = Facts::new();
        facts
            .set(Fact::BOT_FAILURES, value.clone())
            .set(Fact::MSG_FIRST, value);
        facts
    })
    .collect();
    let points: Vec<Point<'_>> = odd
        .iter()
        .map(|facts| Point {
            event: EventKind::Draft,
            at: Timestamp(START),
            facts,
        })
        .collect();
    let swept = Sweep::default().sweep(&rules, 0, &Frame::of(&points));
    for (index, point) in points.iter().enumerate() {
        let found: Vec<bool> = swept.matches.iter().map(|bits| bits.get(index)).collect();
        assert_eq!(found, decided(&rules, point), "{point:?}");
    }
    assert_eq!(Frame::of(&points).event(EventKind::Draft), Bits::all(4));
}

#[test]
fn where_no_words_are_at_hand_nothing_is_known_of_them() {
    let conditions = ["has(msg.text) && conv.turns >= 1".to_owned()];
    let rules = Ruleset::parse(&file(&conditions, "draft")).unwrap();
    let mut facts = Facts::new();
    facts.set(Fact::CONV_TURNS, 3_i64);
    let facts = vec![facts; 3];
    let mut frame = Frame::of(&points(&facts, 0));
    let nowhere = Sweep::default().sweep(&rules, 0, &frame);
    frame.set_texts(Fact::MSG_TEXT, []);
    assert_eq!(Sweep::default().sweep(&rules, 0, &frame), nowhere);
    assert!(nowhere.matches.iter().all(|matches| matches.is_none()));
    frame.set_texts(Fact::MSG_TEXT, [(0, "words".into())]);
    let here = Sweep::default().sweep(&rules, 0, &frame);
    assert_eq!(here.matches[0].ones().collect::<Vec<_>>(), [0]);
}
