//! Evaluation against a plain reference, on random rules and facts.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    rules::{
        DecisionRecord, EventKind, Once, Pass, RuleMemory,
        memory::Standing,
        text::{Binary, Expr, ExprKind, duration::parse_duration, parse},
    },
    time::{DAY, MINUTE, SECOND},
};

pub(in crate::rules) const START: i64 = 1_795_400_000_000; // Monday 23 November 2026, late morning in Berlin

/// Lines that a random condition is made of.
pub(in crate::rules) const LINES: &[&str] = &[
    "conv.control == \"bot\"",
    "conv.control != \"agent\"",
    "conv.channel in [\"chat\", \"email\"]",
    "\"vip\" in conv.tags",
    "bot.failures >= 2",
    "bot.failures in [0, 3]",
    "bot.confidence < 0.5",
    "msg.first",
    "!msg.has_attachment",
    "msg.words.legal",
    "msg.text.contains(\"you\")",
    "msg.text.startsWith(\"my\")",
    "msg.text.matches(\"[0-9]+\")",
    "has(customer.tier)",
    "customer.tier == \"gold\"",
    "attr.seats > 10",
];

/// Lines that hang on time.
pub(in crate::rules) const TIMED: &[&str] = &[
    "conv.waiting > duration(\"15m\")",
    "conv.waiting <= duration(\"40m\")",
    "conv.silent >= duration(\"1h\")",
    "conv.silent < duration(\"90m\")",
    "office.waiting > duration(\"20m\")",
    "office.silent < duration(\"2h\")",
    "office.open",
    "night.open",
    "sla.due.until <= duration(\"30m\")",
    "sla.due.since > duration(\"10m\")",
    "now.hour == 13",
    "now.weekday in [\"mon\", \"sun\"]",
    "now >= timestamp(\"2026-11-23T14:00:00Z\")",
];

pub(in crate::rules) fn file(conditions: &[String], on: &str) -> String {
    let mut file = String::from(
        "baton = 1\nzone = 'Europe/Berlin'\n\
         [hours.office]\nmon-fri = ['09:00-12:30', '13:30-17:30']\nholidays = ['2026-11-25']\n\
         [hours.night]\nmon-sun = ['22:00-06:00']\nzone = 'America/New_York'\n\
         [facts]\n'attr.seats' = { type = 'int' }\n\
         [words]\nlegal = ['lawyer', 'court']\n",
    );
    for (number, when) in conditions.iter().enumerate() {
        let unknown = if number % 3 == 1 { "yes" } else { "no" };
        file += &format!(
            "[[rule]]\nid = 'r{number}'\nreason = 'r'\non = ['{on}', 'customer.message']\nwhen = '''{when}'''\n\
             do = {{ tag = 't{number}' }}\nunknown = '{unknown}'\n"
        );
    }
    file
}

pub(in crate::rules) fn condition(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(lines.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(|list| format!("({})", list.join(" && "))),
            parts().prop_map(|list| format!("({})", list.join(" || "))),
            inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
}

fn maybe<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.75, prop::sample::select(values))
}

prop_compose! {
    pub(in crate::rules) fn facts()(
        control in maybe(vec!["bot", "queue", "agent"]),
        channel in maybe(vec!["chat", "email", "sms"]),
        tags in maybe(vec![vec![], vec!["vip"], vec!["x", "vip"]]),
        failures in maybe(vec![0_i64, 1, 2, 3]),
        confidence in maybe(vec![0.3, 0.5, 0.9]),
        first in maybe(vec![true, false]),
        attachment in maybe(vec![true, false]),
        text in maybe(vec!["my lawyer", "see you in court 7", "hello"]),
        tier in maybe(vec!["gold", "none"]),
        seats in maybe(vec![5_i64, 50]),
        waiting in prop::option::weighted(0.8, 0_i64..300),
        silent in prop::option::weighted(0.8, 0_i64..300),
        due in prop::option::weighted(0.8, -120_i64..300),
    ) -> Facts {
        let now = Timestamp(START);
        let mut facts = Facts::new();
        facts
            .set(Fact::CONV_CONTROL, control)
            .set(Fact::CONV_CHANNEL, channel)
            .set(Fact::CONV_TAGS, tags.map_or(Value::Unknown, Value::texts))
            .set(Fact::BOT_FAILURES, failures)
            .set(Fact::BOT_CONFIDENCE, confidence)
            .set(Fact::MSG_FIRST, first)
            .set(Fact::MSG_HAS_ATTACHMENT, attachment)
            .set(Fact::MSG_TEXT, text)
            .set(Fact::CUSTOMER_TIER, tier)
            .set(Fact::CONV_WAITING, waiting.map_or(Value::Unknown, |m| Value::Since(now.plus(-m * MINUTE))))
            .set(Fact::CONV_SILENT, silent.map_or(Value::Unknown, |m| Value::Since(now.plus(-m * MINUTE - 777))))
            .set(Fact::SLA_DUE, due.map_or(Value::Unknown, |m| Value::Time(now.plus(m * MINUTE + 333))))
            .set_custom("attr.seats", seats);
        facts
    }
}

/// The meaning of a condition, straight from its text: no atoms, no sharing, no plan.
fn meaning(expr: &Expr, rules: &Ruleset, facts: &Facts, now: Timestamp) -> Option<bool> {
    let of = |expr: &Expr| meaning(expr, rules, facts, now);
    match &expr.kind {
        ExprKind::Bool(value) => Some(*value),
        ExprKind::Not(inner) => of(inner).map(|value| !value),
        ExprKind::And(list) => {
            let values: Vec<Option<bool>> = list.iter().map(of).collect();
            if values.contains(&Some(false)) {
                Some(false)
            } else if values.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        ExprKind::Or(list) => {
            let values: Vec<Option<bool>> = list.iter().map(of).collect();
            if values.contains(&Some(true)) {
                Some(true)
            } else if values.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        ExprKind::Path(path) => match lookup(path, rules, facts, now) {
            Value::Bool(value) => Some(value),
            _ => None,
        },
        ExprKind::Call(_, args) => {
            let ExprKind::Path(path) = &args[0].kind else {
                panic!("has(fact)")
            };
            Some(lookup(path, rules, facts, now) != Value::Unknown)
        }
        ExprKind::Method(target, name, args) => {
            let ExprKind::Path(path) = &target.kind else {
                panic!("fact.method()")
            };
            let Value::Text(text) = lookup(path, rules, facts, now) else {
                return None;
            };
            let ExprKind::Text(part) = &args[0].kind else {
                panic!("a text")
            };
            Some(match name.as_str() {
                "contains" => text.contains(part.as_str()),
                "startsWith" => text.starts_with(part.as_str()),
                _ => text.chars().any(|c| c.is_ascii_digit()),
            })
        }
        ExprKind::Binary(Binary::In, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Text(member), ExprKind::Path(path)) => {
                match lookup(path, rules, facts, now) {
                    Value::Texts(set) => Some(set.iter().any(|one| **one == **member)),
                    _ => None,
                }
            }
            (ExprKind::Path(path), ExprKind::List(list)) => {
                let value = lookup(path, rules, facts, now);
                (value != Value::Unknown).then(|| list.iter().any(|item| constant(item) == value))
            }
            _ => panic!("in"),
        },
        ExprKind::Binary(op, left, right) => {
            let ExprKind::Path(path) = &left.kind else {
                panic!("fact first")
            };
            let limit = constant(right);
            let ordering = match (lookup(path, rules, facts, now), limit) {
                (Value::Unknown, _) => return None,
                (Value::Int(a), Value::Int(b)) | (Value::Duration(a), Value::Duration(b)) => {
                    a.partial_cmp(&b)
                }
                (Value::Time(a), Value::Time(b)) => a.partial_cmp(&b),
                (Value::Decimal(a), Value::Decimal(b)) => a.partial_cmp(&b),
                (Value::Text(a), Value::Text(b)) => a.partial_cmp(&b),
                other => panic!("{other:?}"),
            }?;
            Some(match op {
                Binary::Equal => ordering.is_eq(),
                Binary::NotEqual => ordering.is_ne(),
                Binary::Less => ordering.is_lt(),
                Binary::AtMost => ordering.is_le(),
                Binary::More => ordering.is_gt(),
                _ => ordering.is_ge(),
            })
        }
        _ => panic!("{expr}"),
    }
}

fn constant(expr: &Expr) -> Value {
    match &expr.kind {
        ExprKind::Int(value) => Value::Int(*value),
        ExprKind::Decimal(value) => Value::Decimal(*value),
        ExprKind::Text(text) => Value::text(text.as_str()),
        ExprKind::Call(name, args) => {
            let ExprKind::Text(text) = &args[0].kind else {
                panic!("a text")
            };
            if name == "duration" {
                Value::Duration(parse_duration(text, false).unwrap())
            } else {
                let at: jiff::Timestamp = text.parse().unwrap();
                Value::Time(Timestamp(at.as_millisecond()))
            }
        }
        _ => panic!("{expr}"),
    }
}

/// A fact by its name, with the civil time that the zone database itself gives.
fn lookup(path: &str, rules: &Ruleset, facts: &Facts, now: Timestamp) -> Value {
    let zoned = || {
        jiff::Timestamp::from_millisecond(now.0)
            .unwrap()
            .in_tz("Europe/Berlin")
            .unwrap()
    };
    let time = |fact: Fact| match facts.get(fact) {
        Value::Time(at) => Some(*at),
        _ => None,
    };
    let running = |fact: Fact, calendar: &str| match facts.get(fact) {
        Value::Since(at) => Value::Duration(rules.calendar(calendar).unwrap().elapsed(*at, now)),
        _ => Value::Unknown,
    };
    match path {
        "conv.waiting" => running(Fact::CONV_WAITING, "always"),
        "conv.silent" => running(Fact::CONV_SILENT, "always"),
        "office.waiting" => running(Fact::CONV_WAITING, "office"),
        "office.silent" => running(Fact::CONV_SILENT, "office"),
        "office.open" => rules.calendar("office").unwrap().is_open(now).into(),
        "night.open" => rules.calendar("night").unwrap().is_open(now).into(),
        "sla.due.until" => {
            time(Fact::SLA_DUE).map_or(Value::Unknown, |at| Value::Duration(at.since(now)))
        }
        "sla.due.since" => {
            time(Fact::SLA_DUE).map_or(Value::Unknown, |at| Value::Duration(now.since(at)))
        }
        "now" => Value::Time(now),
        "now.hour" => Value::Int(zoned().hour().into()),
        "now.weekday" => {
            let day = zoned().weekday().to_monday_zero_offset();
            Value::text(
                ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][usize::try_from(day).unwrap()],
            )
        }
        "msg.words.legal" => match facts.text(Fact::MSG_TEXT) {
            Some(text) => (text.contains("lawyer") || text.contains("court")).into(),
            None => Value::Unknown,
        },
        "attr.seats" => facts.custom(path).clone(),
        _ => facts.get(Fact::find(path).unwrap()).clone(),
    }
}

/// Which rules match, by their meaning.
fn outcome(rules: &Ruleset, exprs: &[Expr], facts: &Facts, now: Timestamp) -> Vec<bool> {
    rules
        .rules()
        .iter()
        .zip(exprs)
        .map(|(rule, expr)| meaning(expr, rules, facts, now).unwrap_or(rule.unknown_matches))
        .collect()
}

fn texts(rules: &Ruleset) -> Vec<Expr> {
    rules
        .rules()
        .iter()
        .map(|rule| parse(&rule.when.text).unwrap())
        .collect()
}

pub(in crate::rules) fn all_lines() -> &'static [&'static str] {
    static ALL: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| [LINES, TIMED].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_means_what_the_text_says(
        conditions in prop::collection::vec(condition(all_lines()), 1..6),
        facts in facts(),
        later in 0_i64..2_880,
    ) {
        let rules = Ruleset::parse(&file(&conditions, "draft")).unwrap();
        let now = Timestamp(START + later * MINUTE + 123);
        let memory = RuleMemory::default();
        let pass = Pass { event: EventKind::Draft, facts: &facts, now, memory: &memory, conversation_key: b"c" };
        let verdict = rules.decide(&pass);
        let expected: Vec<String> = outcome(&rules, &texts(&rules), &facts, now)
            .into_iter()
            .enumerate()
            .filter(|(_, matches)| *matches)
            .map(|(number, _)| format!("r{number}"))
            .collect();
        let fired: Vec<String> = verdict.fired.iter().map(ToString::to_string).collect();
        prop_assert_eq!(&fired, &expected);

        // Deterministic, and the record says the same after a round trip.
        let again = rules.decide(&pass);
        prop_assert_eq!(again.record.to_bytes(), verdict.record.to_bytes());
        let record = DecisionRecord::from_bytes(&verdict.record.to_bytes()).unwrap();
        prop_assert_eq!(&record, &verdict.record);

        // The explanation agrees with the verdict, from the record and from the facts.
        for explanation in [rules.explain_record(&record, None).unwrap(), rules.explain(&facts, EventKind::Draft, now)] {
            let matched: Vec<String> = explanation.matched.iter().map(|m| m.rule.to_string()).collect();
            prop_assert_eq!(&matched, &expected);
            prop_assert_eq!(&explanation.result, &verdict.slots);
            for matched in &explanation.matched {
                prop_assert!(matched.in_doubt || !matched.because.is_empty() || matched.rows.iter().all(|row| row.truth != Some(true)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_next_flip_is_the_first_that_stepping_finds(
        conditions in prop::collection::vec(condition(TIMED), 1..4),
        facts in facts(),
    ) {
        let rules = Ruleset::parse(&file(&conditions, "time")).unwrap();
        let now = Timestamp(START);
        let memory = RuleMemory::default();
        let verdict = rules.decide(&Pass {
            event: EventKind::Time, facts: &facts, now, memory: &memory, conversation_key: b"c",
        });
        let exprs = texts(&rules);
        let outcome = |at: Timestamp| outcome(&rules, &exprs, &facts, at);
        let before = outcome(now);
        // Every threshold stands on a whole second, 777 or 333 ms of one, or one millisecond more.
        let stepped = (0..10 * 60)
            .flat_map(|minute| {
                let minute = now.plus(minute * MINUTE);
                let seconds = [0, 40 * SECOND];
                seconds.into_iter().flat_map(move |second| {
                    [0, 1, 223, 224, 333, 334].into_iter().map(move |ms| minute.plus(second + ms))
                })
            })
            .filter(|at| *at > now)
            .find(|at| outcome(*at) != before);
        match (verdict.next_flip, stepped) {
            (Some(flip), Some(stepped)) => {
                prop_assert!(flip <= stepped, "{:?} after {:?}", flip, stepped);
                prop_assert!(outcome(flip) != before);
                prop_assert_eq!(outcome(flip.plus(-1)), before);
            }
            // Hours that never decide anything are looked at again after many boundaries, of which
            // the clock alone has one an hour.
            (Some(flip), None) if flip.since(now) > DAY => {}
            (Some(flip), None) => {
                prop_assert!(outcome(flip) != before);
                prop_assert_eq!(outcome(flip.plus(-1)), before);
            }
            (None, stepped) => prop_assert_eq!(stepped, None),
        }
    }
}

#[test]
fn unknown_is_a_value_of_its_own() {
    for (a, and_true, or_true, denied) in [
        (Truth::True, Truth::True, Truth::True, Truth::False),
        (Truth::Unknown, Truth::Unknown, Truth::True, Truth::Unknown),
        (Truth::False, Truth::False, Truth::True, Truth::True),
    ] {
        let row = |number: u16| if number == 0 { a } else { Truth::True };
        let both = || vec![Cond::Row(0), Cond::Row(1)];
        assert_eq!(Cond::All(both()).truth(&row), and_true);
        assert_eq!(Cond::Any(both()).truth(&row), or_true);
        assert_eq!(Cond::Not(Cond::Row(0).into()).truth(&row), denied);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_as_good_as_none() {
    let rules = Ruleset::parse(&file(&["bot.failures >= 2".to_owned()], "draft")).unwrap();
    let mut facts = Facts::new();
    facts.set(Fact::BOT_FAILURES, "many");
    let view = View::new(&rules, &facts);
    assert_eq!(view.truth(&rules.atoms()[0], Timestamp(0)), Truth::Unknown);
}

#[test]
fn a_spent_rule_asks_for_no_deadline() {
    let text = file(
        &["conv.waiting > duration(\"15m\") && office.open".to_owned()],
        "time",
    )
    .replace("unknown = 'no'", "once = 'per-episode'");
    let rules = Ruleset::parse(&text).unwrap();
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_WAITING, Value::Since(Timestamp(START)))
        .set(Fact::CONV_EPISODE, 1_i64);
    let mut memory = RuleMemory::default();
    assert!(rules.next_flip(&facts, Timestamp(START), &memory).is_some());
    let rule: Arc<str> = "r0".into();
    memory.note(
        &rule,
        true,
        Some(Standing {
            episode: Some(1),
            ..Standing::default()
        }),
    );
    assert!(memory.is_spent(
        "r0",
        Once::PerEpisode,
        &Standing {
            episode: Some(1),
            ..Standing::default()
        }
    ));
    assert_eq!(rules.next_flip(&facts, Timestamp(START), &memory), None);
    facts.set(Fact::CONV_EPISODE, 2_i64);
    assert!(rules.next_flip(&facts, Timestamp(START), &memory).is_some());
}
