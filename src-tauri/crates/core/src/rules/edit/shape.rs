//! A condition as a form shows it: all, any and not over lines of one fact, one operator and one
//! limit. A form writes the same text that a person would.

use super::EditError;
use crate::rules::text::{self, Binary, Expr, ExprKind};

/// A condition as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// All of them.
    All(Vec<Shape>),
    /// Any of them.
    Any(Vec<Shape>),
    /// The opposite.
    Not(Box<Shape>),
    /// One fact, one operator, one limit.
    Row(ShapeRow),
    /// A name that may be a definition of `[define]` or a fact that is true or false.
    Named(String),
    /// Always the same.
    Const(bool),
}

/// One fact, one operator, one limit, each in the spelling of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeRow {
    /// The fact; where it is empty, `text` alone counts.
    pub fact: String,
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `has` (a set has this member), `known`, or the name
    /// of a method such as `contains`.
    pub op: String,
    /// The limit, such as `0.45`, `"chat"` or `duration("15m")`; empty where the operator has none.
    pub limit: String,
    /// The whole line.
    pub text: String,
}

impl Shape {
    /// The shape of a condition.
    ///
    /// # Errors
    /// When the text is no condition.
    pub fn read(condition: &str) -> Result<Self, EditError> {
        Ok(Self::of(&text::parse(condition)?))
    }

    pub(super) fn of(expr: &Expr) -> Self {
        match &expr.kind {
            ExprKind::Bool(value) => Self::Const(*value),
            ExprKind::And(list) => Self::All(list.iter().map(Self::of).collect()),
            ExprKind::Or(list) => Self::Any(list.iter().map(Self::of).collect()),
            ExprKind::Not(inner) => Self::Not(Box::new(Self::of(inner))),
            ExprKind::Path(path) => Self::Named(path.clone()),
            _ => Self::Row(row(expr)),
        }
    }

    /// The condition as text, in its canonical spelling.
    ///
    /// # Errors
    /// When a line is no comparison by itself.
    pub fn write(&self) -> Result<String, EditError> {
        Ok(match self {
            Self::Const(value) => value.to_string(),
            Self::Named(name) => single(name.clone())?,
            Self::Row(row) => single(row.write())?,
            Self::Not(inner) => match inner.simple() {
                Self::Named(_) => format!("!{}", inner.write()?),
                Self::Row(row) if !row.compares() => format!("!{}", inner.write()?),
                _ => format!("!({})", inner.write()?),
            },
            Self::All(parts) => joined(parts, " && ", "true")?,
            Self::Any(parts) => joined(parts, " || ", "false")?,
        })
    }

    /// The same without a group that holds one part only.
    fn simple(&self) -> &Self {
        match self {
            Self::All(parts) | Self::Any(parts) => match parts.as_slice() {
                [one] => one.simple(),
                _ => self,
            },
            _ => self,
        }
    }
}

impl ShapeRow {
    /// Whether it is written with an operator between two sides.
    fn compares(&self) -> bool {
        match self.op.as_str() {
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "has" => true,
            _ => self.fact.is_empty(),
        }
    }

    /// The line as text.
    fn write(&self) -> String {
        let (fact, op, limit) = (&self.fact, &self.op, &self.limit);
        match op.as_str() {
            _ if fact.is_empty() => self.text.clone(),
            "has" => format!("{limit} in {fact}"),
            "known" => format!("has({fact})"),
            "" => fact.clone(),
            _ if self.compares() => format!("{fact} {op} {limit}"),
            method => format!("{fact}.{method}({limit})"),
        }
    }
}

/// What stands on both sides of a line.
fn row(expr: &Expr) -> ShapeRow {
    let text = expr.to_string();
    let of = |fact: &Expr, op: &str, limit: String| ShapeRow {
        fact: fact.to_string(),
        op: op.to_owned(),
        limit,
        text: text.clone(),
    };
    match &expr.kind {
        ExprKind::Binary(Binary::In, left, right) if matches!(right.kind, ExprKind::Path(_)) => {
            of(right, "has", left.to_string())
        }
        ExprKind::Binary(op, left, right) if matches!(left.kind, ExprKind::Path(_)) => {
            of(left, op.sign(), right.to_string())
        }
        ExprKind::Binary(op, left, right) => of(right, op.mirrored().sign(), left.to_string()),
        ExprKind::Call(name, args) if name == "has" => match args.as_slice() {
            [fact] => of(fact, "known", String::new()),
            _ => whole(text),
        },
        ExprKind::Method(target, name, args) => match args.as_slice() {
            [limit] => of(target, name, limit.to_string()),
            _ => whole(text),
        },
        _ => whole(text),
    }
}

/// A line that is no comparison: the check of the file says why.
const fn whole(text: String) -> ShapeRow {
    ShapeRow {
        fact: String::new(),
        op: String::new(),
        limit: String::new(),
        text,
    }
}

/// A line must stay one line wherever it is put.
fn single(line: String) -> Result<String, EditError> {
    let expr = text::parse(&line)?;
    match expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => Err(EditError::ManyLines(line)),
        _ => Ok(line),
    }
}

fn joined(parts: &[Shape], with: &str, nothing: &str) -> Result<String, EditError> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        let part = part.simple();
        let text = part.write()?;
        // Groups of the same kind are one group, as the parser reads them.
        let other = match part {
            Shape::All(inner) => with == " || " && !inner.is_empty(),
            Shape::Any(inner) => with == " && " && !inner.is_empty(),
            _ => false,
        };
        let other = other && parts.len() > 1;
        out.push(if other { format!("({text})") } else { text });
    }
    Ok(match out.is_empty() {
        true => nothing.to_owned(),
        false => out.join(with),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(condition: &str) -> String {
        Shape::read(condition).unwrap().write().unwrap()
    }

    #[test]
    fn a_condition_comes_back_as_it_was_written() {
        for condition in [
            "true",
            "with_bot && (msg.words.human || (bot.intent == \"human\" && bot.confidence >= 0.5))",
            "!office.open && !(conv.control == \"agent\")",
            "has(customer.tier) && !has(attr.seats)",
            "\"vip\" in conv.tags && conv.channel in [\"chat\", \"email\"]",
            "msg.subject.contains(\"invoice\") || !msg.subject.startsWith(\"Re:\")",
            "conv.waiting > duration(\"15m\") && msg.sentiment < -0.4",
            "!(a && b) || !(c || !d)",
        ] {
            assert_eq!(there_and_back(condition), condition);
        }
    }

    #[test]
    fn a_limit_on_the_left_is_shown_on_the_right() {
        let shape = Shape::read("2 <= bot.failures").unwrap();
        let Shape::Row(row) = shape else {
            panic!("{shape:?}")
        };
        assert_eq!(
            (&*row.fact, &*row.op, &*row.limit),
            ("bot.failures", ">=", "2")
        );
    }

    #[test]
    fn a_limit_that_would_be_two_lines_is_refused() {
        let row = ShapeRow {
            fact: "bot.failures".to_owned(),
            op: ">=".to_owned(),
            limit: "2 || true".to_owned(),
            text: String::new(),
        };
        let refused = Shape::Row(row).write().unwrap_err();
        assert!(matches!(refused, EditError::ManyLines(_)), "{refused:?}");
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        let leaf = prop_oneof![
            Just(Shape::Named("with_bot".to_owned())),
            Just(Shape::Const(true)),
            Just(Shape::read("bot.failures >= 2").unwrap()),
            Just(Shape::read("\"vip\" in conv.tags").unwrap()),
            Just(Shape::read("has(customer.tier)").unwrap()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::All),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::Any),
                inner.prop_map(|shape| Shape::Not(Box::new(shape))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_a_form_writes_it_reads_again(shape in shapes()) {
            let text = shape.write().unwrap();
            prop_assert_eq!(there_and_back(&text), text);
        }
    }
}
