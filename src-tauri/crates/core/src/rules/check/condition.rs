//! The typed check of a condition, and its lowering to atoms.

mod asks;
mod comparison;

use std::{collections::BTreeMap, sync::Arc};

use super::{
    constant::Constant,
    names::{Names, Resolved},
    refusal::{METHODS, is_refused, refusal, unknown_function},
};
use crate::rules::{
    facts::FactType,
    plan::{Atom, Cond, Condition, Operand, Row, Test},
    problem::{Problem, Span},
    text::{Binary, Expr, ExprKind},
};

/// Most rows in one condition.
pub(super) const MAX_ATOMS: usize = 64;
/// Most parts of one condition, definitions unfolded.
const MAX_PARTS: usize = 1_000;
/// Most definitions within definitions.
const MAX_DEFINITIONS: usize = 16;
/// Deepest nesting of one condition.
const MAX_DEPTH: usize = 8;

/// All distinct atoms of a ruleset.
#[derive(Default)]
pub(super) struct Atoms {
    pub(super) list: Vec<Atom>,
    index: BTreeMap<Arc<str>, u16>,
}

impl Atoms {
    fn number(&mut self, text: &Arc<str>, atom: Atom) -> u16 {
        if let Some(number) = self.index.get(text) {
            return *number;
        }
        let number = u16::try_from(self.list.len()).unwrap_or(u16::MAX);
        self.list.push(atom);
        self.index.insert(Arc::clone(text), number);
        number
    }
}

/// Checks one condition and lowers it. Problems go to `problems`; `None` when there were errors.
pub(super) fn lower(
    expr: &Expr,
    names: &Names<'_>,
    atoms: &mut Atoms,
    problems: &mut Vec<Problem>,
) -> Option<Condition> {
    let before = problems.len();
    let mut lowering = Lowering {
        names,
        atoms,
        problems,
        rows: Vec::new(),
        via: Vec::new(),
        use_site: None,
        parts: 0,
    };
    let cond = lowering.cond(expr, 1);
    let rows = std::mem::take(&mut lowering.rows);
    if rows.len() > MAX_ATOMS {
        let message = format!(
            "{} comparisons in one condition; at most {MAX_ATOMS}",
            rows.len()
        );
        problems.push(
            Problem::error("too-many", expr.span, message)
                .repair("split the rule, or use a word set or `in [...]`"),
        );
    }
    if problems
        .iter()
        .skip(before)
        .any(|p| p.severity == crate::rules::Severity::Error)
    {
        return None;
    }
    Some(Condition {
        rows,
        cond: cond?,
        text: expr.to_string().into(),
    })
}

struct Lowering<'a, 'n> {
    names: &'a Names<'n>,
    atoms: &'a mut Atoms,
    problems: &'a mut Vec<Problem>,
    rows: Vec<Row>,
    /// Definitions being unfolded, outermost first.
    via: Vec<Arc<str>>,
    /// Where the outermost definition is used.
    use_site: Option<Span>,
    /// Parts looked at; definitions in definitions could multiply without end.
    parts: usize,
}

impl Lowering<'_, '_> {
    fn error(&mut self, problem: Problem) -> Option<Cond> {
        self.problems.push(problem);
        None
    }

    fn cond(&mut self, expr: &Expr, depth: usize) -> Option<Cond> {
        if depth > MAX_DEPTH {
            let problem =
                Problem::error("too-deep", expr.span, "this condition is nested too deeply")
                    .repair(format!(
                        "at most {MAX_DEPTH} levels; name its parts in [define]"
                    ));
            return self.error(problem);
        }
        self.parts += 1;
        if self.parts > MAX_PARTS {
            if self.parts == MAX_PARTS + 1 {
                let span = self.use_site.unwrap_or(expr.span);
                let problem = Problem::error("too-many", span, "this condition has too many parts")
                    .repair("split the rule");
                return self.error(problem);
            }
            return None;
        }
        match &expr.kind {
            ExprKind::Bool(value) => Some(Cond::Const(*value)),
            ExprKind::And(list) => Some(Cond::All(self.all(list, depth)?)),
            ExprKind::Or(list) => {
                self.warn_mixed(list);
                Some(Cond::Any(self.all(list, depth)?))
            }
            ExprKind::Not(inner) => match (&inner.kind, self.cond(inner, depth + 1)?) {
                // A single line that is denied is shown as one line.
                (
                    ExprKind::Path(_) | ExprKind::Call(..) | ExprKind::Method(..),
                    Cond::Row(number),
                ) => {
                    let row = self.rows.get_mut(usize::from(number))?;
                    if row.via.as_ref() == self.via.first() {
                        row.negated = !row.negated;
                        row.text = format!("!{}", row.text).into();
                        return Some(Cond::Row(number));
                    }
                    Some(Cond::Not(Cond::Row(number).into()))
                }
                (_, cond) => Some(Cond::Not(cond.into())),
            },
            ExprKind::Path(path) => self.path(path, expr, depth),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, expr),
            ExprKind::Call(name, args) => self.call(name, args, expr),
            ExprKind::Method(target, name, args) => self.method(target, name, args, expr),
            _ => {
                let problem = refusal(expr);
                self.error(problem)
            }
        }
    }

    fn all(&mut self, list: &[Expr], depth: usize) -> Option<Vec<Cond>> {
        // Every part is looked at, so that one run names every problem.
        let parts: Vec<Option<Cond>> = list.iter().map(|expr| self.cond(expr, depth + 1)).collect();
        parts.into_iter().collect()
    }

    /// `a && b || c` says what it means only to those who know which binds first.
    fn warn_mixed(&mut self, list: &[Expr]) {
        if self.use_site.is_some() {
            return;
        }
        for part in list {
            if matches!(part.kind, ExprKind::And(_)) && !part.bracketed {
                let problem = Problem::warning(
                    "mixed-and-or",
                    part.span,
                    "&& and || stand side by side without brackets",
                );
                let written = format!("({part})");
                let problem = problem
                    .repair(format!("write {written}"))
                    .fix(part.span, written);
                self.problems.push(problem);
            }
        }
    }

    fn path(&mut self, path: &str, expr: &Expr, depth: usize) -> Option<Cond> {
        if let Some(definition) = self.names.defines.get(path) {
            let name: Arc<str> = path.into();
            if self.via.contains(&name) || self.via.len() >= MAX_DEFINITIONS {
                let message = format!("`{path}` is defined by itself, or too many times removed");
                let problem = Problem::error("circular", expr.span, message)
                    .repair("definitions may use others, up to 16 deep, and never themselves");
                return self.error(problem);
            }
            self.via.push(name);
            let outer = self.use_site;
            self.use_site.get_or_insert(expr.span);
            let cond = self.cond(definition, depth);
            self.use_site = outer;
            self.via.pop();
            return cond;
        }
        let resolved = self.resolve(path, expr.span)?;
        if resolved.kind != FactType::Bool {
            let message = format!("`{path}` is {}, not a condition", resolved.kind.what());
            let example = match resolved.kind {
                FactType::Duration => format!("{path} > duration(\"10m\")"),
                FactType::Int | FactType::Decimal => format!("{path} >= 1"),
                FactType::Texts => format!("\"…\" in {path}"),
                _ => format!("{path} == \"…\""),
            };
            let problem = Problem::error("not-a-condition", expr.span, message)
                .repair(format!("compare it, such as {example}, or ask has({path})"));
            return self.error(problem);
        }
        self.row(expr, &resolved, Test::IsTrue, false)
    }

    fn resolve(&mut self, path: &str, span: Span) -> Option<Resolved> {
        match self.names.resolve(path, span) {
            Ok(resolved) => Some(resolved),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    fn row(&mut self, expr: &Expr, fact: &Resolved, test: Test, negated: bool) -> Option<Cond> {
        let text: Arc<str> = expr.to_string().into();
        let atom = Atom {
            operand: fact.operand,
            test,
            fact: Arc::clone(&fact.name),
            kind: fact.kind,
        };
        let number = self.atoms.number(&text, atom);
        let row = u16::try_from(self.rows.len()).ok()?;
        self.rows.push(Row {
            atom: number,
            negated,
            text,
            via: self.via.first().cloned(),
        });
        Some(Cond::Row(row))
    }

    fn binary(&mut self, op: Binary, left: &Expr, right: &Expr, expr: &Expr) -> Option<Cond> {
        if op.is_arithmetic() {
            let problem = refusal(expr);
            return self.error(problem);
        }
        if op == Binary::In {
            return self.membership(left, right, expr);
        }
        // A constant on the left says the same with the operator mirrored.
        let (op, fact, constant) = match (&left.kind, &right.kind) {
            (ExprKind::Path(_), ExprKind::Path(_)) => {
                let problem = Problem::error(
                    "two-facts",
                    expr.span,
                    format!(
                        "`{left}` and `{right}` are both facts; a fact is compared with a constant"
                    ),
                )
                .repair("write a text in quotes, or ask for a fact that holds the comparison");
                return self.error(problem);
            }
            (ExprKind::Path(path), _) => (op, (path, left), right),
            (_, ExprKind::Path(path)) => (op.mirrored(), (path, right), left),
            _ => {
                let refused = [left, right].into_iter().find(|side| is_refused(side));
                let problem = refused.map_or_else(
                    || {
                        Problem::error("no-fact", expr.span, "this comparison reads no fact")
                            .repair("one side must be a fact, such as conv.channel")
                    },
                    refusal,
                );
                return self.error(problem);
            }
        };
        let (path, path_expr) = fact;
        if self.names.defines.contains_key(path) {
            let problem = Problem::error(
                "not-a-fact",
                path_expr.span,
                format!("`{path}` is a condition; it is true or false by itself"),
            )
            .repair(format!("write {path} or !{path}"));
            return self.error(problem);
        }
        let resolved = self.resolve(path, path_expr.span)?;
        let value = self.constant(constant)?;
        self.comparison(op, &resolved, value, constant, expr)
    }

    fn constant(&mut self, expr: &Expr) -> Option<Constant> {
        match Constant::read(expr) {
            Ok(constant) => Some(constant),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}

/// Whether a condition reads one of some facts.
pub(super) fn reads(
    condition: &Condition,
    atoms: &[Atom],
    wanted: impl Fn(&Operand) -> bool,
) -> bool {
    condition
        .rows
        .iter()
        .filter_map(|row| atoms.get(usize::from(row.atom)))
        .any(|atom| wanted(&atom.operand))
}
