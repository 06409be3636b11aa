//! A Pratt parser for conditions. It reads more of CEL than a condition may hold, so that the
//! check can name what it refuses.

use super::{
    expr::{Binary, Expr, ExprKind},
    lexer::{Token, tokens},
};
use crate::rules::problem::{Problem, Span};

/// Longest condition, in bytes.
pub const MAX_TEXT: usize = 4_096;
/// Deepest nesting that is read at all; the check allows less.
const MAX_DEPTH: u32 = 40;

/// Reads a condition. Places in the result and in the problem count from the start of `text`.
///
/// # Errors
/// The first problem that keeps the text from being a condition.
pub fn parse(text: &str) -> Result<Expr, Problem> {
    if text.len() > MAX_TEXT {
        let span = Span::new(0, text.len());
        let message = format!(
            "a condition of {} bytes; at most {MAX_TEXT} are read",
            text.len()
        );
        return Err(Problem::error("too-long", span, message)
            .repair("move word lists to [words] and shared parts to [define]"));
    }
    let tokens = tokens(text)?;
    if tokens.len() == 1 {
        let span = Span::new(0, text.len());
        return Err(Problem::error("empty", span, "this condition is empty")
            .repair("write `true` for a rule that always holds"));
    }
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let expr = parser.expr(0)?;
    let (token, span) = parser.peek();
    if *token == Token::End {
        return Ok(expr);
    }
    Err(unexpected(
        &token.clone(),
        span,
        "here the condition should have ended",
    ))
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: u32,
}

fn unexpected(token: &Token, span: Span, message: &str) -> Problem {
    let problem = Problem::error("unexpected", span, message);
    let swap =
        |meant: &str, problem: Problem| problem.repair(format!("write {meant}")).fix(span, meant);
    match token {
        Token::Sign("=") => swap("==", problem),
        Token::Name(name) => match name.to_ascii_lowercase().as_str() {
            "and" => swap("&&", problem),
            "or" => swap("||", problem),
            "not" => swap("!", problem),
            "is" => swap("==", problem),
            _ => problem.repair("join two conditions with && (both) or || (one of them)"),
        },
        Token::Text(_) | Token::Int(_) | Token::Decimal(_) => {
            problem.repair("an operator such as == is missing before this")
        }
        Token::Sign(sign) => problem.repair(format!("`{sign}` does not fit here")),
        Token::End => problem.repair("something is missing at the end"),
    }
}

/// How strongly an operator binds; `None` for what is no operator.
fn strength(token: &Token) -> Option<(u8, &'static str)> {
    let strength = match token {
        Token::Sign("?") => (1, "?"),
        Token::Sign("||") => (2, "||"),
        Token::Sign("&&") => (3, "&&"),
        Token::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => (4, *sign),
        Token::Name(name) if name == "in" => (4, "in"),
        Token::Sign(sign @ ("+" | "-")) => (5, *sign),
        Token::Sign(sign @ ("*" | "/" | "%")) => (6, *sign),
        _ => return None,
    };
    Some(strength)
}

fn binary(sign: &str) -> Option<Binary> {
    Some(match sign {
        "==" => Binary::Equal,
        "!=" => Binary::NotEqual,
        "<" => Binary::Less,
        "<=" => Binary::AtMost,
        ">" => Binary::More,
        ">=" => Binary::AtLeast,
        "in" => Binary::In,
        "+" => Binary::Add,
        "-" => Binary::Subtract,
        "*" => Binary::Multiply,
        "/" => Binary::Divide,
        "%" => Binary::Remainder,
        _ => return None,
    })
}

impl Parser {
    fn peek(&self) -> (&Token, Span) {
        self.tokens
            .get(self.at)
            .map_or((&Token::End, Span::default()), |(token, span)| {
                (token, *span)
            })
    }

    fn advance(&mut self) -> (Token, Span) {
        let (token, span) = self.peek();
        let taken = (token.clone(), span);
        if taken.0 != Token::End {
            self.at += 1;
        }
        taken
    }

    fn eat(&mut self, sign: &str) -> Option<Span> {
        let (token, span) = self.peek();
        let found = matches!(token, Token::Sign(found) if *found == sign);
        found.then(|| {
            self.at += 1;
            span
        })
    }

    fn expect(&mut self, sign: &str, open: Span) -> Result<Span, Problem> {
        if let Some(span) = self.eat(sign) {
            return Ok(span);
        }
        let (token, span) = self.peek();
        if *token == Token::End {
            return Err(
                Problem::error("open-bracket", open, "this bracket is never closed")
                    .repair(format!("close it with {sign}")),
            );
        }
        Err(unexpected(
            token,
            span,
            &format!("here a {sign} should stand"),
        ))
    }

    fn expr(&mut self, least: u8) -> Result<Expr, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let (_, span) = self.peek();
            return Err(
                Problem::error("too-deep", span, "this condition is nested too deeply")
                    .repair("name its parts in [define]"),
            );
        }
        let mut left = self.prefix()?;
        while let Some((strength, sign)) = strength(self.peek().0) {
            if strength < least.max(1) {
                break;
            }
            self.at += 1;
            left = self.infix(left, strength, sign)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn infix(&mut self, left: Expr, strength: u8, sign: &str) -> Result<Expr, Problem> {
        if sign == "?" {
            let yes = self.expr(2)?;
            self.expect(":", left.span)?;
            let no = self.expr(1)?;
            let span = left.span.join(no.span);
            return Ok(node(
                ExprKind::Choice(left.into(), yes.into(), no.into()),
                span,
            ));
        }
        let right = self.expr(strength + 1)?;
        let span = left.span.join(right.span);
        let kind = match (sign, binary(sign)) {
            ("&&", _) => ExprKind::And(flatten(left, right, |kind| match kind {
                ExprKind::And(list) => Ok(list),
                other => Err(other),
            })),
            ("||", _) => ExprKind::Or(flatten(left, right, |kind| match kind {
                ExprKind::Or(list) => Ok(list),
                other => Err(other),
            })),
            (_, Some(op)) => ExprKind::Binary(op, left.into(), right.into()),
            (_, None) => {
                return Err(Problem::error(
                    "unexpected",
                    span,
                    "this operator is unknown",
                ));
            }
        };
        Ok(node(kind, span))
    }

    fn prefix(&mut self) -> Result<Expr, Problem> {
        let (token, span) = self.advance();
        let expr = match token {
            Token::Sign("!") => {
                let inner = self.expr(7)?;
                let span = span.join(inner.span);
                return Ok(node(ExprKind::Not(inner.into()), span));
            }
            Token::Sign("-") => {
                let inner = self.expr(7)?;
                let span = span.join(inner.span);
                let kind = match inner.kind {
                    ExprKind::Int(value) => ExprKind::Int(-value),
                    ExprKind::Decimal(value) => ExprKind::Decimal(-value),
                    _ => ExprKind::Negate(inner.into()),
                };
                return Ok(node(kind, span));
            }
            Token::Sign("(") => {
                let mut inner = self.expr(0)?;
                let close = self.expect(")", span)?;
                inner.span = span.join(close);
                inner.bracketed = true;
                inner
            }
            Token::Sign("[") => {
                let (list, close) = self.list("]", span)?;
                node(ExprKind::List(list), span.join(close))
            }
            Token::Sign("{") => {
                let (pairs, close) = self.pairs(span)?;
                node(ExprKind::Map(pairs), span.join(close))
            }
            Token::Name(name) => match name.as_str() {
                "true" => node(ExprKind::Bool(true), span),
                "false" => node(ExprKind::Bool(false), span),
                "not" => return Err(unexpected(&Token::Name(name), span, "`not` is written !")),
                _ => self.name(name, span)?,
            },
            Token::Text(value) => node(ExprKind::Text(value), span),
            Token::Int(value) => node(ExprKind::Int(value), span),
            Token::Decimal(value) => node(ExprKind::Decimal(value), span),
            other => {
                return Err(unexpected(
                    &other,
                    span,
                    "here a condition or value should stand",
                ));
            }
        };
        self.suffix(expr)
    }

    /// A name: a path of names, or a call of a function.
    fn name(&mut self, name: String, span: Span) -> Result<Expr, Problem> {
        if let Some(open) = self.eat("(") {
            let (args, close) = self.list(")", open)?;
            return Ok(node(ExprKind::Call(name, args), span.join(close)));
        }
        Ok(node(ExprKind::Path(name), span))
    }

    /// Points, calls of methods and indexes after a value.
    fn suffix(&mut self, mut expr: Expr) -> Result<Expr, Problem> {
        loop {
            if self.eat(".").is_some() {
                let (token, span) = self.advance();
                let Token::Name(name) = token else {
                    return Err(unexpected(
                        &token,
                        span,
                        "after a point a name should stand",
                    ));
                };
                if let Some(open) = self.eat("(") {
                    let (args, close) = self.list(")", open)?;
                    let whole = expr.span.join(close);
                    expr = node(ExprKind::Method(expr.into(), name, args), whole);
                    continue;
                }
                let whole = expr.span.join(span);
                expr = match (expr.kind, expr.bracketed) {
                    (ExprKind::Path(path), false) => {
                        node(ExprKind::Path(format!("{path}.{name}")), whole)
                    }
                    _ => {
                        return Err(Problem::error("no-field", whole, "only facts have parts")
                            .repair("write the fact by its full name, such as conv.channel"));
                    }
                };
            } else if let Some(open) = self.eat("[") {
                let index = self.expr(0)?;
                let close = self.expect("]", open)?;
                let whole = expr.span.join(close);
                expr = node(ExprKind::Index(expr.into(), index.into()), whole);
            } else {
                return Ok(expr);
            }
        }
    }

    fn list(&mut self, close: &str, open: Span) -> Result<(Vec<Expr>, Span), Problem> {
        let mut list = Vec::new();
        loop {
            if let Some(end) = self.eat(close) {
                return Ok((list, end));
            }
            if !list.is_empty() && self.eat(",").is_none() {
                return Err(match self.expect(close, open) {
                    Err(problem) => problem,
                    Ok(end) => return Ok((list, end)),
                });
            }
            if let Some(end) = self.eat(close) {
                return Ok((list, end));
            }
            list.push(self.expr(0)?);
        }
    }

    fn pairs(&mut self, open: Span) -> Result<(Vec<(Expr, Expr)>, Span), Problem> {
        let mut pairs = Vec::new();
        loop {
            if let Some(end) = self.eat("}") {
                return Ok((pairs, end));
            }
            let key = self.expr(2)?;
            self.expect(":", open)?;
            pairs.push((key, self.expr(2)?));
            if self.eat(",").is_none() {
                let end = self.expect("}", open)?;
                return Ok((pairs, end));
            }
        }
    }
}

fn node(kind: ExprKind, span: Span) -> Expr {
    Expr {
        kind,
        span,
        bracketed: false,
    }
}

/// Joins two sides of `&&` (or `||`) into one flat list; brackets around the same operator say
/// nothing.
fn flatten(
    left: Expr,
    right: Expr,
    open: impl Fn(ExprKind) -> Result<Vec<Expr>, ExprKind>,
) -> Vec<Expr> {
    let mut list = Vec::new();
    for side in [left, right] {
        match open(side.kind) {
            Ok(inner) => list.extend(inner),
            Err(kind) => list.push(Expr { kind, ..side }),
        }
    }
    list
}
