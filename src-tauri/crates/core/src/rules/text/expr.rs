//! The tree of a condition as written: everything that can be parsed, also what the check will
//! refuse with a reason.

use crate::rules::problem::Span;

/// A part of a condition, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
    /// Whether it stands in brackets of its own.
    pub bracketed: bool,
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Decimal(f64),
    /// A text in quotes.
    Text(String),
    /// A name with its points: a fact or a definition.
    Path(String),
    /// A list in square brackets.
    List(Vec<Expr>),
    /// All of them, two or more.
    And(Vec<Expr>),
    /// Any of them, two or more.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// Minus this.
    Negate(Box<Expr>),
    /// Two sides of an operator.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `name(arguments)`.
    Call(String, Vec<Expr>),
    /// `target.name(arguments)`.
    Method(Box<Expr>, String, Vec<Expr>),
    /// `condition ? one : other`, which is refused.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `target[index]`, which is refused.
    Index(Box<Expr>, Box<Expr>),
    /// `{…}`, which is refused.
    Map(Vec<(Expr, Expr)>),
}

/// Operators between two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Binary {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `+`, refused
    Add,
    /// `-`, refused
    Subtract,
    /// `*`, refused
    Multiply,
    /// `/`, refused
    Divide,
    /// `%`, refused
    Remainder,
}

impl Binary {
    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    /// Whether it computes rather than compares.
    #[must_use]
    pub const fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder
        )
    }

    /// The operator that says the same with the sides swapped.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            other => other,
        }
    }
}

impl Expr {
    /// The same tree without places and brackets, for comparing meanings.
    #[must_use]
    pub fn bare(&self) -> Self {
        let all = |list: &[Self]| list.iter().map(Self::bare).collect::<Vec<_>>();
        let one = |expr: &Self| Box::new(expr.bare());
        let kind = match &self.kind {
            ExprKind::List(list) => ExprKind::List(all(list)),
            ExprKind::And(list) => ExprKind::And(all(list)),
            ExprKind::Or(list) => ExprKind::Or(all(list)),
            ExprKind::Not(inner) => ExprKind::Not(one(inner)),
            ExprKind::Negate(inner) => ExprKind::Negate(one(inner)),
            ExprKind::Binary(op, left, right) => ExprKind::Binary(*op, one(left), one(right)),
            ExprKind::Call(name, args) => ExprKind::Call(name.clone(), all(args)),
            ExprKind::Method(target, name, args) => {
                ExprKind::Method(one(target), name.clone(), all(args))
            }
            ExprKind::Choice(a, b, c) => ExprKind::Choice(one(a), one(b), one(c)),
            ExprKind::Index(target, index) => ExprKind::Index(one(target), one(index)),
            ExprKind::Map(pairs) => ExprKind::Map(
                pairs
                    .iter()
                    .map(|(key, value)| (key.bare(), value.bare()))
                    .collect(),
            ),
            leaf => leaf.clone(),
        };
        Self {
            kind,
            span: Span::default(),
            bracketed: false,
        }
    }

    /// Moves every place by a mapping of offsets.
    pub fn relocate(&mut self, map: &dyn Fn(Span) -> Span) {
        self.span = map(self.span);
        match &mut self.kind {
            ExprKind::List(list)
            | ExprKind::And(list)
            | ExprKind::Or(list)
            | ExprKind::Call(_, list) => {
                list.iter_mut().for_each(|expr| expr.relocate(map));
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.relocate(map),
            ExprKind::Binary(_, left, right) | ExprKind::Index(left, right) => {
                left.relocate(map);
                right.relocate(map);
            }
            ExprKind::Method(target, _, args) => {
                target.relocate(map);
                args.iter_mut().for_each(|expr| expr.relocate(map));
            }
            ExprKind::Choice(a, b, c) => [a, b, c].into_iter().for_each(|expr| expr.relocate(map)),
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    key.relocate(map);
                    value.relocate(map);
                }
            }
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Text(_)
            | ExprKind::Path(_) => {}
        }
    }
}
