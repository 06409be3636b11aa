//! Membership, functions and methods.

use std::sync::Arc;

use regex::RegexBuilder;

use super::{Constant, Lowering, METHODS, unknown_function};
use crate::rules::{
    facts::FactType,
    plan::{Cond, Test},
    problem::Problem,
    text::{Expr, ExprKind},
};

/// Largest compiled regular expression, in bytes.
const MAX_REGEX: usize = 1 << 20;

impl Lowering<'_, '_> {
    /// `fact in [constants]` or `"text" in set`.
    pub(super) fn membership(&mut self, left: &Expr, right: &Expr, expr: &Expr) -> Option<Cond> {
        match (&left.kind, &right.kind) {
            (ExprKind::Text(member), ExprKind::Path(path)) => {
                let fact = self.resolve(path, right.span)?;
                if fact.kind != FactType::Texts {
                    let problem = Problem::error(
                        "not-a-set",
                        right.span,
                        format!("`{path}` is {}, not a set", fact.kind.what()),
                    )
                    .repair(format!(
                        "write {path} == \"{member}\" or {path}.contains(\"{member}\")"
                    ));
                    return self.error(problem);
                }
                self.row(expr, &fact, Test::Has(member.as_str().into()), false)
            }
            (ExprKind::Path(path), ExprKind::List(list)) => {
                let fact = self.resolve(path, left.span)?;
                if list.is_empty() {
                    let problem =
                        Problem::error("empty-list", right.span, "nothing is in an empty list")
                            .repair("name at least one value");
                    return self.error(problem);
                }
                let mut texts: Vec<Arc<str>> = Vec::new();
                let mut numbers = Vec::new();
                for item in list {
                    match (self.constant(item)?, fact.kind) {
                        (Constant::Text(text), FactType::Text | FactType::Choice(_)) => {
                            self.check_word(&fact, &text, item)?;
                            texts.push(text.into());
                        }
                        (Constant::Int(number), FactType::Int) => numbers.push(number),
                        (value, kind) => {
                            let message = format!(
                                "`{path}` is {}, `{item}` is {}",
                                kind.what(),
                                value.what()
                            );
                            let problem = Problem::error("wrong-type", item.span, message)
                                .repair("lists hold texts for text facts and whole numbers for whole numbers");
                            return self.error(problem);
                        }
                    }
                }
                let test = if numbers.is_empty() {
                    Test::TextIn(texts)
                } else {
                    Test::NumberIn(numbers)
                };
                self.row(expr, &fact, test, false)
            }
            _ => {
                let problem = Problem::error("bad-in", expr.span, "`in` needs a fact on one side")
                    .repair("write conv.channel in [\"chat\", \"email\"] or \"vip\" in conv.tags");
                self.error(problem)
            }
        }
    }

    pub(super) fn call(&mut self, name: &str, args: &[Expr], expr: &Expr) -> Option<Cond> {
        match (name, args) {
            (
                "has",
                [
                    Expr {
                        kind: ExprKind::Path(path),
                        span,
                        ..
                    },
                ],
            ) => {
                let fact = self.resolve(path, *span)?;
                self.row(expr, &fact, Test::Known, false)
            }
            ("has", _) => {
                let problem =
                    Problem::error("bad-has", expr.span, "has() takes the name of one fact")
                        .repair("write has(customer.tier)");
                self.error(problem)
            }
            ("duration" | "timestamp", _) => {
                let problem = Problem::error(
                    "not-a-condition",
                    expr.span,
                    format!("`{expr}` is no condition"),
                )
                .repair("compare a fact with it");
                self.error(problem)
            }
            _ => {
                let problem = unknown_function(name, &["has", "duration", "timestamp"], expr.span);
                self.error(problem)
            }
        }
    }

    pub(super) fn method(
        &mut self,
        target: &Expr,
        name: &str,
        args: &[Expr],
        expr: &Expr,
    ) -> Option<Cond> {
        if !METHODS.contains(&name) {
            let problem = unknown_function(name, &METHODS, expr.span);
            return self.error(problem);
        }
        let ExprKind::Path(path) = &target.kind else {
            let problem = Problem::error(
                "no-fact",
                target.span,
                format!("{name}() belongs to a text fact"),
            )
            .repair(format!("write msg.text.{name}(\"…\")"));
            return self.error(problem);
        };
        let fact = self.resolve(path, target.span)?;
        if fact.kind != FactType::Text {
            let repair = match fact.kind {
                FactType::Texts => format!("write \"…\" in {path}"),
                FactType::Choice(_) => format!("write {path} == \"…\" or {path} in [\"…\"]"),
                FactType::Bool => format!("write {path} or !{path}"),
                _ => format!("compare {path} with ==, <, <=, > or >="),
            };
            let problem = Problem::error(
                "wrong-type",
                target.span,
                format!("{name}() asks a text, `{path}` is {}", fact.kind.what()),
            );
            return self.error(problem.repair(repair));
        }
        let [
            Expr {
                kind: ExprKind::Text(value),
                span,
                ..
            },
        ] = args
        else {
            let problem = Problem::error(
                "bad-arguments",
                expr.span,
                format!("{name}() takes one text"),
            )
            .repair(format!("write {path}.{name}(\"…\")"));
            return self.error(problem);
        };
        let test = match name {
            "contains" => Test::Contains(value.as_str().into()),
            "startsWith" => Test::StartsWith(value.as_str().into()),
            _ => {
                let built = RegexBuilder::new(value)
                    .size_limit(MAX_REGEX)
                    .dfa_size_limit(MAX_REGEX)
                    .build();
                match built {
                    Ok(regex) => Test::Matches(regex.into()),
                    Err(error) => {
                        let problem = match error {
                            regex::Error::CompiledTooBig(_) => Problem::error(
                                "regex-too-big",
                                *span,
                                "this regular expression becomes larger than 1 MiB",
                            )
                            .repair("use smaller repetitions, or a word set"),
                            other => {
                                let text = other.to_string();
                                let cause = text.lines().last().unwrap_or_default().trim();
                                let cause = cause.strip_prefix("error: ").unwrap_or(cause);
                                Problem::error(
                                    "bad-regex",
                                    *span,
                                    format!("this is no regular expression: {cause}"),
                                )
                                .repair("look-around and back-references are not known; escape signs with \\\\")
                            }
                        };
                        return self.error(problem);
                    }
                }
            }
        };
        self.row(expr, &fact, test, false)
    }
}
