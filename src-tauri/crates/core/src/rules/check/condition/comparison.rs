//! A fact compared with a constant.

use std::sync::Arc;

use super::{Constant, Lowering, Resolved};
use crate::rules::{
    facts::FactType,
    plan::{Compare, Cond, Test},
    problem::{Problem, did_you_mean},
    text::{Binary, Expr},
};

impl Lowering<'_, '_> {
    pub(super) fn comparison(
        &mut self,
        op: Binary,
        fact: &Resolved,
        value: Constant,
        at: &Expr,
        expr: &Expr,
    ) -> Option<Cond> {
        let compare = match op {
            Binary::Equal => Compare::Equal,
            Binary::NotEqual => Compare::NotEqual,
            Binary::Less => Compare::Less,
            Binary::AtMost => Compare::AtMost,
            Binary::More => Compare::More,
            _ => Compare::AtLeast,
        };
        let equality = matches!(compare, Compare::Equal | Compare::NotEqual);
        let name = Arc::clone(&fact.name);
        let ordered = |kind: &str| {
            Problem::error(
                "no-order",
                expr.span,
                format!("`{name}` is {kind}; it has no order"),
            )
            .repair("compare it with == or !=, or write `in [...]`")
        };
        let test = match (fact.kind, value) {
            (FactType::Bool, Constant::Bool(value)) if equality => {
                let denied = value == (compare == Compare::NotEqual);
                return self.row(expr, fact, Test::IsTrue, denied);
            }
            (FactType::Bool, Constant::Bool(_)) => return self.error(ordered("true or false")),
            (FactType::Int, Constant::Int(limit)) => {
                self.check_range(fact, limit, at)?;
                Test::Number(compare, limit)
            }
            (FactType::Int, Constant::Decimal(limit)) => {
                let problem = Problem::error(
                    "not-whole",
                    at.span,
                    format!("`{name}` is a whole number, {limit:?} is not"),
                )
                .repair(format!("write {} or {}", limit.floor(), limit.ceil()));
                return self.error(problem);
            }
            (FactType::Decimal, Constant::Int(_) | Constant::Decimal(_)) if equality => {
                let problem = Problem::error(
                    "decimal-equality",
                    expr.span,
                    format!("`{name}` is a decimal; two decimals are hardly ever exactly equal"),
                )
                .repair("compare it with <, <=, > or >=");
                return self.error(problem);
            }
            #[allow(clippy::cast_precision_loss, reason = "limits are written by people")]
            (FactType::Decimal, Constant::Int(limit)) => Test::Decimal(compare, limit as f64),
            (FactType::Decimal, Constant::Decimal(limit)) => Test::Decimal(compare, limit),
            (FactType::Duration, Constant::Duration(_)) if equality => {
                let problem = Problem::error(
                    "duration-equality",
                    expr.span,
                    format!("`{name}` is running; it is exactly this long for a millisecond only"),
                )
                .repair("compare it with <, <=, > or >=");
                return self.error(problem);
            }
            (FactType::Duration, Constant::Duration(limit)) => Test::Number(compare, limit),
            (FactType::Duration, Constant::Int(number)) => {
                let problem = Problem::error(
                    "wrong-type",
                    at.span,
                    format!("`{name}` is a duration, {number} is a number"),
                )
                .repair(format!(
                    "write duration(\"{number}s\") or duration(\"{number}m\")"
                ));
                return self.error(problem);
            }
            (FactType::Time, Constant::Time(limit)) => Test::Number(compare, limit),
            (FactType::Text, Constant::Text(value)) if equality => {
                self.check_word(fact, &value, at)?;
                Test::Text(compare == Compare::Equal, value.into())
            }
            (FactType::Choice(_), Constant::Text(value)) if equality => {
                self.check_word(fact, &value, at)?;
                Test::Text(compare == Compare::Equal, value.into())
            }
            (FactType::Text | FactType::Choice(_), Constant::Text(_)) => {
                return self.error(ordered("a text"));
            }
            (FactType::Texts, Constant::Text(value)) => {
                let problem = Problem::error(
                    "set-comparison",
                    expr.span,
                    format!("`{name}` is a set of texts"),
                )
                .repair(format!("write \"{value}\" in {name}"));
                return self.error(problem);
            }
            (kind, value) => {
                let message = format!("`{name}` is {}, `{at}` is {}", kind.what(), value.what());
                let problem = Problem::error("wrong-type", at.span, message);
                let problem = match kind {
                    FactType::Time => problem.repair("write timestamp(\"2026-12-31T00:00:00Z\")"),
                    FactType::Text | FactType::Choice(_) => {
                        problem.repair(format!("write \"{at}\" in quotes"))
                    }
                    FactType::Duration => problem.repair("write duration(\"10m\")"),
                    FactType::Bool => problem.repair(format!("write {name} or !{name}")),
                    _ => problem.repair("write a number without quotes"),
                };
                return self.error(problem);
            }
        };
        self.row(expr, fact, test, false)
    }

    /// A word that the fact can never be.
    pub(super) fn check_word(&mut self, fact: &Resolved, value: &str, at: &Expr) -> Option<()> {
        let known = fact.choices();
        if known.is_empty() || known.contains(&value) {
            return Some(());
        }
        let problem = Problem::error(
            "never-that",
            at.span,
            format!("`{}` is never \"{value}\"", fact.name),
        );
        let list = known
            .iter()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let problem = match did_you_mean(value, known.iter().copied()) {
            Some(meant) => problem
                .repair(format!("it is one of [{list}]; did you mean \"{meant}\"?"))
                .fix(at.span, format!("\"{meant}\"")),
            None => problem.repair(format!("it is one of [{list}]")),
        };
        self.problems.push(problem);
        None
    }

    /// A limit outside of what a custom fact can be.
    fn check_range(&mut self, fact: &Resolved, limit: i64, at: &Expr) -> Option<()> {
        #[allow(clippy::cast_precision_loss, reason = "limits are written by people")]
        let value = limit as f64;
        let (min, max) = fact.range;
        if min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max) {
            return Some(());
        }
        let problem = Problem::error(
            "out-of-range",
            at.span,
            format!("`{}` is never {limit}: [facts] gives its range", fact.name),
        );
        let range = match (min, max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("of {min} or more"),
            (None, Some(max)) => format!("of {max} or less"),
            (None, None) => "of its range".to_owned(),
        };
        let problem = problem.repair(format!(
            "write a number {range}, or change the range in [facts]"
        ));
        self.problems.push(problem);
        None
    }
}
