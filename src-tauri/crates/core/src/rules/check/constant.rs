//! The constants that facts are compared with.

use jiff::Timestamp as Instant;

use super::refusal::{refusal, unknown_function};
use crate::{
    rules::{
        problem::Problem,
        text::{Expr, ExprKind, duration::parse_duration},
    },
    time::HOUR,
};

/// What stands on the other side of a fact.
pub(super) enum Constant {
    Bool(bool),
    Int(i64),
    Decimal(f64),
    Text(String),
    Duration(i64),
    Time(i64),
}

impl Constant {
    /// What it is, in words with an article.
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Decimal(_) => "a number",
            Self::Text(_) => "a text",
            Self::Duration(_) => "a duration",
            Self::Time(_) => "an instant",
        }
    }

    /// Reads a constant.
    pub(super) fn read(expr: &Expr) -> Result<Self, Problem> {
        let problem = match &expr.kind {
            ExprKind::Bool(value) => return Ok(Self::Bool(*value)),
            ExprKind::Int(value) => return Ok(Self::Int(*value)),
            ExprKind::Decimal(value) => return Ok(Self::Decimal(*value)),
            ExprKind::Text(value) => return Ok(Self::Text(value.clone())),
            ExprKind::Call(name, args) => match (name.as_str(), args.as_slice()) {
                (
                    "duration",
                    [
                        Expr {
                            kind: ExprKind::Text(text),
                            span,
                            ..
                        },
                    ],
                ) => {
                    if let Some(millis) = parse_duration(text, false) {
                        return Ok(Self::Duration(millis));
                    }
                    let problem =
                        Problem::error("bad-duration", *span, format!("\"{text}\" is no duration"));
                    match parse_duration(text, true) {
                        Some(millis) => {
                            let hours = millis / HOUR;
                            let fixed = format!("\"{hours}h\"");
                            problem
                                .repair(format!("days are written in hours: duration({fixed})"))
                                .fix(*span, fixed)
                        }
                        None => {
                            problem.repair("write hours, minutes and seconds, such as \"1h30m\"")
                        }
                    }
                }
                (
                    "timestamp",
                    [
                        Expr {
                            kind: ExprKind::Text(text),
                            span,
                            ..
                        },
                    ],
                ) => match text.parse::<Instant>() {
                    Ok(instant) => return Ok(Self::Time(instant.as_millisecond())),
                    Err(_) => {
                        Problem::error("bad-timestamp", *span, format!("\"{text}\" is no instant"))
                            .repair("write it as \"2026-12-31T18:00:00+01:00\"")
                    }
                },
                ("duration" | "timestamp", _) => Problem::error(
                    "bad-arguments",
                    expr.span,
                    format!("{name}() takes one text"),
                )
                .repair(format!("write {name}(\"…\")")),
                _ => unknown_function(name, &["duration", "timestamp"], expr.span),
            },
            ExprKind::List(_) => {
                Problem::error("bad-list", expr.span, "a list stands only after `in`")
                    .repair("write fact in [\"a\", \"b\"]")
            }
            _ => refusal(expr),
        };
        Err(problem)
    }
}
