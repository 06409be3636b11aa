//! The canonical spelling of a condition: one way to write each meaning.

use std::fmt::{self, Display, Write as _};

use super::expr::{Expr, ExprKind};

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Int(value) => write!(f, "{value}"),
            // `{:?}` keeps the point, so that a decimal stays one.
            ExprKind::Decimal(value) => write!(f, "{value:?}"),
            ExprKind::Text(value) => quoted(f, value),
            ExprKind::Path(path) => f.write_str(path),
            ExprKind::List(list) => {
                f.write_str("[")?;
                commas(f, list)?;
                f.write_str("]")
            }
            ExprKind::And(list) => joined(f, list, " && "),
            ExprKind::Or(list) => joined(f, list, " || "),
            ExprKind::Not(inner) => {
                f.write_str("!")?;
                operand(f, inner)
            }
            ExprKind::Negate(inner) => {
                f.write_str("-")?;
                operand(f, inner)
            }
            ExprKind::Binary(op, left, right) => {
                operand(f, left)?;
                write!(f, " {} ", op.sign())?;
                operand(f, right)
            }
            ExprKind::Call(name, args) => {
                write!(f, "{name}(")?;
                commas(f, args)?;
                f.write_str(")")
            }
            ExprKind::Method(target, name, args) => {
                target_of(f, target)?;
                write!(f, ".{name}(")?;
                commas(f, args)?;
                f.write_str(")")
            }
            ExprKind::Choice(a, b, c) => {
                operand(f, a)?;
                f.write_str(" ? ")?;
                operand(f, b)?;
                f.write_str(" : ")?;
                operand(f, c)
            }
            ExprKind::Index(target, index) => {
                target_of(f, target)?;
                write!(f, "[{index}]")
            }
            ExprKind::Map(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    f.write_str(if index > 0 { ", " } else { "" })?;
                    operand(f, key)?;
                    f.write_str(": ")?;
                    operand(f, value)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A side of an operator, in brackets when it is made of parts itself.
fn operand(f: &mut fmt::Formatter<'_>, expr: &Expr) -> fmt::Result {
    match expr.kind {
        ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Binary(..)
        | ExprKind::Choice(..)
        | ExprKind::Not(_)
        | ExprKind::Negate(_) => write!(f, "({expr})"),
        _ => write!(f, "{expr}"),
    }
}

/// What a method or index belongs to: a minus sign would otherwise take the whole call.
fn target_of(f: &mut fmt::Formatter<'_>, expr: &Expr) -> fmt::Result {
    match expr.kind {
        ExprKind::Int(_) | ExprKind::Decimal(_) => write!(f, "({expr})"),
        _ => operand(f, expr),
    }
}

fn joined(f: &mut fmt::Formatter<'_>, list: &[Expr], with: &str) -> fmt::Result {
    for (index, expr) in list.iter().enumerate() {
        f.write_str(if index > 0 { with } else { "" })?;
        match expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Choice(..) => write!(f, "({expr})")?,
            _ => write!(f, "{expr}")?,
        }
    }
    Ok(())
}

fn commas(f: &mut fmt::Formatter<'_>, list: &[Expr]) -> fmt::Result {
    for (index, expr) in list.iter().enumerate() {
        f.write_str(if index > 0 { ", " } else { "" })?;
        write!(f, "{expr}")?;
    }
    Ok(())
}

/// A text in double quotes.
fn quoted(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in value.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
