//! The limit of one line, where a form or a proposal moves it.

use super::{Conditioned, EditError, leaves};
use crate::rules::{
    problem::Span,
    text::{self, Expr, ExprKind},
};

/// Where the limit of a line stands in its condition, and what is to stand there.
pub(super) fn limit_for(
    of: &Conditioned,
    written: &str,
    line: usize,
    limit: &str,
) -> Result<(Span, String), EditError> {
    let new = text::parse(limit)?;
    if !is_constant(&new) {
        return Err(EditError::ManyLines(limit.to_owned()));
    }
    let expr = text::parse(written)?;
    let mut parts = Vec::new();
    leaves(&expr, &mut parts);
    let Some(leaf) = parts.get(line) else {
        let (Conditioned::Rule(name) | Conditioned::Define(name)) = of;
        return Err(EditError::NoLine {
            rule: name.clone(),
            line,
        });
    };
    let constant = constant(leaf).ok_or_else(|| EditError::NoLimit(leaf.to_string()))?;
    Ok((constant.span, limit.trim().to_owned()))
}

/// What a line compares its fact with.
fn constant(leaf: &Expr) -> Option<&Expr> {
    match &leaf.kind {
        ExprKind::Binary(_, left, right) => {
            let mut sides = [&**right, &**left].into_iter();
            sides.find(|side| is_constant(side))
        }
        ExprKind::Method(_, _, args) => args.first().filter(|arg| is_constant(arg)),
        _ => None,
    }
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) => true,
        ExprKind::List(list) => list.iter().all(is_constant),
        ExprKind::Negate(inner) => is_constant(inner),
        ExprKind::Call(name, args) => {
            matches!(name.as_str(), "duration" | "timestamp") && args.iter().all(is_constant)
        }
        _ => false,
    }
}
