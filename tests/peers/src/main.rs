//! Evaluates rules over records with other evaluators: `peers FILE` reads both as JSON and writes
//! what each took. A program of its own, so that nothing of theirs is linked into what is measured
//! beside them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on has failed"
)]

use std::hint::black_box;
use std::time::Instant;

use cel::{Context, Program, Value as Cel};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zen_expression::vm::VM;
use zen_expression::{Variable, compile_expression};

/// What is to be evaluated.
#[derive(Deserialize)]
struct Asked {
    /// Each rule in the spelling of either.
    rules: Vec<Rule>,
    /// What is known at each decision point, by name.
    records: Vec<Value>,
}

#[derive(Deserialize)]
struct Rule {
    cel: String,
    zen: String,
}

/// What it took.
#[derive(Serialize)]
struct Took {
    /// Nanoseconds for one rule on one record, the making of the context left out.
    ns: f64,
    /// How many matched.
    matches: u64,
}

#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn took(asked: &Asked, mut all: impl FnMut() -> u64) -> Took {
    let mut best = f64::INFINITY;
    let mut matches = 0;
    for _ in 0..3 {
        let begun = Instant::now();
        matches = black_box(all());
        best = best.min(begun.elapsed().as_secs_f64());
    }
    let evaluations = asked.rules.len() * asked.records.len();
    Took {
        ns: best * 1e9 / evaluations as f64,
        matches,
    }
}

fn cel(asked: &Asked) -> Took {
    let rules: Vec<Program> = asked
        .rules
        .iter()
        .map(|rule| Program::compile(&rule.cel).unwrap())
        .collect();
    let contexts: Vec<Context<'_, '_>> = asked
        .records
        .iter()
        .map(|record| {
            let mut context = Context::default();
            for (name, value) in record.as_object().unwrap() {
                context.add_variable(name.as_str(), value).unwrap();
            }
            context
        })
        .collect();
    took(asked, || {
        let mut matches = 0;
        for context in &contexts {
            for rule in &rules {
                matches += u64::from(rule.execute(context).unwrap() == Cel::Bool(true));
            }
        }
        matches
    })
}

fn zen(asked: &Asked) -> Took {
    let rules: Vec<_> = asked
        .rules
        .iter()
        .map(|rule| compile_expression(&rule.zen).unwrap())
        .collect();
    let records: Vec<Variable> = asked.records.iter().map(Variable::from).collect();
    let mut vm = VM::new();
    took(asked, || {
        let mut matches = 0;
        for record in &records {
            for rule in &rules {
                let found = rule.evaluate_with(record.clone(), &mut vm).unwrap();
                matches += u64::from(matches!(found, Variable::Bool(true)));
            }
        }
        matches
    })
}

fn main() {
    let file = std::env::args().nth(1).unwrap();
    let asked: Asked = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    println!("{}", json!({ "cel": cel(&asked), "zen": zen(&asked) }));
}
