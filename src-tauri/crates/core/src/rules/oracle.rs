//! The claim that conditions are CEL, held by an implementation of CEL that is not ours.

use std::collections::BTreeMap;

use cel::{Context, Program, Value as Cel, objects::Key};
use proptest::prelude::*;

use super::{
    EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value,
    columns::{Frame, Point, Sweep},
    eval::{
        Reading, View,
        tests::{LINES, START, TIMED, condition, facts, file},
    },
    facts::FactType,
};
use crate::time::{MINUTE, Timestamp};

mod conformance;

/// The value of an expression without variables.
pub(super) fn value(text: &str) -> Cel {
    let program = Program::compile(text).unwrap();
    program.execute(&Context::default()).unwrap()
}

/// What is known of a name: a value, or names below it.
enum Tree {
    Leaf(Cel),
    Branch(BTreeMap<String, Tree>),
}

impl Tree {
    fn put(&mut self, path: &str, value: Cel) {
        let Self::Branch(below) = self else {
            panic!("{path} is below a value")
        };
        match path.split_once('.') {
            None => {
                below.insert(path.to_owned(), Self::Leaf(value));
            }
            Some((head, rest)) => below
                .entry(head.to_owned())
                .or_insert_with(|| Self::Branch(BTreeMap::new()))
                .put(rest, value),
        }
    }

    fn into_value(self) -> Cel {
        match self {
            Self::Leaf(value) => value,
            Self::Branch(below) => {
                let below: std::collections::HashMap<Key, Cel> = below
                    .into_iter()
                    .map(|(name, tree)| (Key::from(name), tree.into_value()))
                    .collect();
                below.into()
            }
        }
    }
}

/// What a ruleset reads of facts, as variables; `None` when something it reads is unknown.
pub(super) fn context(
    rules: &Ruleset,
    facts: &Facts,
    now: Timestamp,
) -> Option<Context<'static, 'static>> {
    let view = View::new(rules, facts);
    let mut tree = Tree::Branch(BTreeMap::new());
    for atom in rules.atoms() {
        let found = match view.read(atom.operand, now) {
            Reading::Unknown => return None,
            Reading::Bool(value) => Cel::Bool(value),
            Reading::Number(number) => match atom.kind {
                FactType::Duration => value(&format!("duration(\"{number}ms\")")),
                FactType::Time => {
                    let at = jiff::Timestamp::from_millisecond(number).unwrap();
                    value(&format!("timestamp(\"{at}\")"))
                }
                _ => Cel::Int(number),
            },
            Reading::Decimal(number) => Cel::Float(number),
            Reading::Text(text) => text.into(),
            Reading::Texts(set) => {
                let list: Vec<Cel> = set.iter().map(|text| (&**text).into()).collect();
                list.into()
            }
        };
        tree.put(&atom.fact, found);
    }
    let Tree::Branch(names) = tree else {
        return None;
    };
    let mut context = Context::default();
    for (name, below) in names {
        context.add_variable_from_value(name, below.into_value());
    }
    Some(context)
}

/// What CEL says of a condition.
pub(super) fn says(text: &str, context: &Context<'_, '_>) -> Result<bool, String> {
    let program = Program::compile(text).map_err(|error| error.to_string())?;
    match program.execute(context) {
        Ok(Cel::Bool(value)) => Ok(value),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Facts of which everything is known that the lines ask for.
fn known(mut facts: Facts) -> Facts {
    let now = Timestamp(START);
    let rest: [(Fact, Value); 12] = [
        (Fact::CONV_CONTROL, "bot".into()),
        (Fact::CONV_CHANNEL, "sms".into()),
        (Fact::CONV_TAGS, Value::texts(["x"])),
        (Fact::BOT_FAILURES, Value::Int(2)),
        (Fact::BOT_CONFIDENCE, Value::Decimal(0.5)),
        (Fact::MSG_FIRST, Value::Bool(true)),
        (Fact::MSG_HAS_ATTACHMENT, Value::Bool(false)),
        (Fact::MSG_TEXT, "my 3 courts".into()),
        (Fact::CUSTOMER_TIER, "silver".into()),
        (Fact::CONV_WAITING, Value::Since(now)),
        (Fact::CONV_SILENT, Value::Since(now.plus(-MINUTE))),
        (Fact::SLA_DUE, Value::Time(now)),
    ];
    for (fact, value) in rest {
        if *facts.get(fact) == Value::Unknown {
            facts.set(fact, value);
        }
    }
    if *facts.custom("attr.seats") == Value::Unknown {
        facts.set_custom("attr.seats", 11_i64);
    }
    facts
}

/// Every line but `now` itself, which in CEL cannot be an instant and have parts.
fn lines() -> &'static [&'static str] {
    static ALL: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let timed = TIMED.iter().filter(|line| !line.starts_with("now >="));
        LINES.iter().chain(timed).copied().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_row_evaluator_the_columns_and_cel_agree(
        conditions in prop::collection::vec(condition(lines()), 1..5),
        facts in facts(),
        later in 0_i64..2_880,
    ) {
        let facts = known(facts);
        let rules = Ruleset::parse(&file(&conditions, "draft")).unwrap();
        let now = Timestamp(START + later * MINUTE);
        let context = context(&rules, &facts, now).unwrap();
        let point = Point { event: EventKind::Draft, at: now, facts: &facts };
        let swept = Sweep::default().sweep(&rules, 0, &Frame::of(&[point]));
        let verdict = rules.decide(&Pass {
            event: EventKind::Draft,
            facts: &facts,
            now,
            memory: &RuleMemory::default(),
            conversation_key: b"c",
        });
        for ((rule, written), columns) in rules.rules().iter().zip(&conditions).zip(&swept.matches) {
            let row = verdict.fired.contains(&rule.id);
            prop_assert_eq!(columns.get(0), row, "columns of {}", written);
            // As it was written, and in the canonical spelling.
            for text in [written.as_str(), &*rule.when.text] {
                prop_assert_eq!(says(text, &context), Ok(row), "{}", text);
            }
        }
    }
}

#[test]
fn a_text_that_cel_refuses_is_refused_by_us() {
    for text in [
        "conv.control = \"bot\"",
        "msg.first and msg.first",
        "msg.first &&",
        "(msg.first",
        "\"a",
    ] {
        assert!(Program::compile(text).is_err(), "{text}");
        assert!(super::text::parse(text).is_err(), "{text}");
    }
}
