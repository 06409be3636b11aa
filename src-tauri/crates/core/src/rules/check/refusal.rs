//! What CEL has and conditions do not, each with its reason.

use crate::rules::{
    problem::{Problem, Span, did_you_mean},
    text::{Expr, ExprKind},
};

/// The methods that text facts have.
pub(super) const METHODS: [&str; 3] = ["contains", "matches", "startsWith"];

/// Whether CEL has it and conditions do not.
pub(super) fn is_refused(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(op, ..) => op.is_arithmetic(),
        ExprKind::Method(_, name, _) => !METHODS.contains(&name.as_str()),
        ExprKind::Choice(..) | ExprKind::Index(..) | ExprKind::Map(_) | ExprKind::Negate(_) => true,
        _ => false,
    }
}

/// A function that is not known.
pub(super) fn unknown_function(name: &str, known: &[&str], span: Span) -> Problem {
    const LOOPS: [&str; 6] = ["exists", "all", "exists_one", "map", "filter", "size"];
    if LOOPS.contains(&name) {
        return Problem::error(
            "loop",
            span,
            format!("{name}() walks over lists, which conditions do not"),
        )
        .repair("write \"text\" in fact, or use a word set");
    }
    let problem = Problem::error(
        "unknown-function",
        span,
        format!("there is no function {name}()"),
    );
    match did_you_mean(name, known.iter().copied()) {
        Some(meant) => problem.repair(format!("did you mean {meant}()?")),
        None => problem.repair(format!("known are {}", known.join("(), ") + "()")),
    }
}

/// Why something that CEL has is no part of a condition.
pub(super) fn refusal(expr: &Expr) -> Problem {
    let (code, message, repair) = match &expr.kind {
        ExprKind::Method(_, name, _) => return unknown_function(name, &METHODS, expr.span),
        ExprKind::Binary(op, ..) if op.is_arithmetic() => (
            "arithmetic",
            format!("conditions do not compute: `{}`", op.sign()),
            "compare one fact with one constant, or ask for a fact that holds the result",
        ),
        ExprKind::Negate(_) => (
            "arithmetic",
            "only numbers can be negative".to_owned(),
            "deny a condition with !",
        ),
        ExprKind::Choice(..) => (
            "choice",
            "`? :` chooses between values; a condition is only true or false".to_owned(),
            "write (condition && one) || (!condition && other)",
        ),
        ExprKind::Index(..) => (
            "index",
            "facts have no numbered parts".to_owned(),
            "write \"text\" in fact",
        ),
        ExprKind::Map(_) => (
            "map",
            "conditions have no maps".to_owned(),
            "compare the facts one by one",
        ),
        ExprKind::List(_) => (
            "bad-list",
            "a list is no condition".to_owned(),
            "write fact in [\"a\", \"b\"]",
        ),
        _ => (
            "not-a-condition",
            format!("`{expr}` is a value, not a condition"),
            "compare a fact with it",
        ),
    };
    Problem::error(code, expr.span, message).repair(repair)
}
