//! The cases of CEL's own conformance suite that lie within what conditions may say. A condition
//! reads facts, so the constant on the left of a case becomes a fact of that value.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value as Json;

use crate::{
    rules::{
        EventKind, Facts, Pass, RuleMemory, Ruleset, Value,
        text::{Binary, Expr, ExprKind, parse},
    },
    time::Timestamp,
};

/// A case as a condition over facts.
struct Case {
    types: Vec<&'static str>,
    values: Vec<Value>,
}

impl Case {
    fn fact(&mut self, kind: &'static str, value: Value) -> ExprKind {
        self.types.push(kind);
        self.values.push(value);
        ExprKind::Path(format!("attr.f{}", self.values.len() - 1))
    }

    /// Makes facts of the constants that are compared or asked.
    fn read(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::And(list) | ExprKind::Or(list) => {
                list.iter_mut().for_each(|part| self.read(part));
            }
            ExprKind::Not(inner) => self.read(inner),
            ExprKind::Method(target, _, _) => self.constant(target),
            ExprKind::Binary(Binary::In, left, right) => match (&left.kind, &right.kind) {
                (ExprKind::Text(_), ExprKind::List(list))
                    if list.iter().all(|one| matches!(one.kind, ExprKind::Text(_))) =>
                {
                    let texts = list.iter().filter_map(|one| match &one.kind {
                        ExprKind::Text(text) => Some(text.as_str()),
                        _ => None,
                    });
                    let value = Value::texts(texts);
                    right.kind = self.fact("texts", value);
                }
                _ => self.constant(left),
            },
            ExprKind::Binary(op, left, _) if !op.is_arithmetic() => self.constant(left),
            _ => {}
        }
    }

    fn constant(&mut self, expr: &mut Expr) {
        let fact = match &expr.kind {
            ExprKind::Bool(value) => self.fact("bool", Value::Bool(*value)),
            ExprKind::Int(value) => self.fact("int", Value::Int(*value)),
            ExprKind::Decimal(value) => self.fact("decimal", Value::Decimal(*value)),
            ExprKind::Text(value) => self.fact("text", Value::text(value.as_str())),
            _ => return,
        };
        expr.kind = fact;
    }
}

/// What a condition says, or the code of the refusal.
fn ours(text: &str) -> Result<bool, String> {
    let mut expr = parse(text).map_err(|problem| format!("{} (reading)", problem.code))?;
    let mut case = Case {
        types: Vec::new(),
        values: Vec::new(),
    };
    case.read(&mut expr);
    let mut file = String::from("baton = 1\n[facts]\n");
    for (number, kind) in case.types.iter().enumerate() {
        file += &format!("\"attr.f{number}\" = {{ type = \"{kind}\" }}\n");
    }
    let when = toml_edit::Value::from(expr.to_string());
    file += &format!(
        "[[rule]]\nid = 'r'\nreason = 'r'\non = ['draft']\nwhen ={when}\ndo = {{ tag = 't' }}\n"
    );
    let rules = Ruleset::parse(&file).map_err(|problems| problems.list[0].code.to_owned())?;
    let mut facts = Facts::new();
    for (number, value) in case.values.into_iter().enumerate() {
        facts.set_custom(format!("attr.f{number}"), value);
    }
    let verdict = rules.decide(&Pass {
        event: EventKind::Draft,
        facts: &facts,
        now: Timestamp(0),
        memory: &RuleMemory::default(),
        conversation_key: b"c",
    });
    Ok(!verdict.fired.is_empty())
}

fn cases() -> Option<String> {
    let folder = std::env::var_os("BATON_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let path = folder.unwrap_or(beside).join("rules/cel_conformance.jsonl");
    std::fs::read_to_string(path).ok()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the suite is read where it lies")]
fn the_core_cases_of_the_suite_that_conditions_can_say_mean_the_same() {
    let Some(cases) = cases() else {
        println!("skipped: set BATON_DATA to the folder that holds rules/cel_conformance.jsonl");
        return;
    };
    let (mut agree, mut outside) = (0, BTreeMap::<String, u32>::new());
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        if case["core"] != true {
            continue;
        }
        let text = case["expr"].as_str().unwrap();
        let expected = case["value"]["bool_value"].as_bool();
        let reason = match (ours(text), expected) {
            (Ok(found), Some(expected)) if found == expected => {
                agree += 1;
                continue;
            }
            (Ok(found), expected) => {
                wrong.push(format!("{text}: {found}, CEL says {expected:?}"));
                continue;
            }
            (Err(code), Some(_)) => code,
            (Err(code), None) => {
                format!("{code} (and no condition: its value is not true or false)")
            }
        };
        *outside.entry(reason).or_default() += 1;
    }
    println!("{agree} core cases mean the same; outside of what conditions say:");
    for (reason, count) in &outside {
        println!("{count:6}  {reason}");
    }
    assert!(agree > 50, "{agree}");
    assert_eq!(wrong, Vec::<String>::new());
}
