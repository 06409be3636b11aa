//! Rules that get in each other's way, as far as that can be seen without a solver: two rules may
//! meet unless some fact would need two values at once.

use std::{collections::BTreeMap, sync::Arc};

use crate::rules::{
    plan::{Atom, Cond, Condition, Rule, Test},
    problem::{Problem, Span},
};

pub(super) fn check(rules: &[(Rule, Span)], atoms: &[Atom], problems: &mut Vec<Problem>) {
    let mut removed: BTreeMap<&Arc<str>, Vec<&(Rule, Span)>> = BTreeMap::new();
    for rule in rules {
        for tag in &rule.0.effects.untag {
            removed.entry(tag).or_default().push(rule);
        }
    }
    for (adds, span) in rules {
        for tag in &adds.effects.tag {
            for (removes, _) in removed.get(tag).into_iter().flatten() {
                if !adds.stands_for(removes) && may_meet(adds, removes, atoms) {
                    let message = format!(
                        "`{}` adds the tag \"{tag}\" and `{}` removes it on the same event",
                        adds.id, removes.id
                    );
                    let mut problem = Problem::warning("tag-conflict", *span, message)
                        .repair("let their conditions exclude each other");
                    problem.rule = Some(adds.id.to_string());
                    problems.push(problem);
                }
            }
        }
    }
}

/// Whether one event could make both conditions true.
fn may_meet(a: &Rule, b: &Rule, atoms: &[Atom]) -> bool {
    let same_event = a.on.iter().any(|kind| b.runs_on(*kind));
    let (a, b) = (fixed(&a.when, atoms), fixed(&b.when, atoms));
    let excluded = a
        .iter()
        .any(|(fact, value)| b.get(fact).is_some_and(|other| other != value));
    same_event && !excluded
}

/// Facts that a condition ties to one value: the rows that must all be true.
fn fixed<'a>(condition: &'a Condition, atoms: &'a [Atom]) -> BTreeMap<&'a str, String> {
    let mut out = BTreeMap::new();
    let single = std::slice::from_ref(&condition.cond);
    let parts = match &condition.cond {
        Cond::All(parts) => parts.as_slice(),
        _ => single,
    };
    for part in parts {
        let Cond::Row(number) = part else { continue };
        let Some(row) = condition.rows.get(usize::from(*number)) else {
            continue;
        };
        let Some(atom) = atoms.get(usize::from(row.atom)) else {
            continue;
        };
        match &atom.test {
            Test::Text(true, value) if !row.negated => {
                out.insert(&*atom.fact, value.to_string());
            }
            Test::IsTrue => {
                out.insert(&*atom.fact, (!row.negated).to_string());
            }
            _ => {}
        }
    }
    out
}
