//! Formulas as clauses, and one incremental solver that is asked many questions.

use batsat::{BasicSolver, Lit, SolverInterface as _, lbool};

/// A solver with gates: every formula gets a literal that is equal to it.
pub(super) struct Gates {
    solver: BasicSolver,
    yes: Lit,
    clause: Vec<Lit>,
    questions: u64,
}

impl Gates {
    pub(super) fn new() -> Self {
        let mut solver = BasicSolver::default();
        let yes = Lit::new(solver.new_var_default(), true);
        solver.add_clause_reuse(&mut vec![yes]);
        Self {
            solver,
            yes,
            clause: Vec::new(),
            questions: 0,
        }
    }

    /// What is always so.
    pub(super) const fn yes(&self) -> Lit {
        self.yes
    }

    /// What is never so.
    pub(super) fn no(&self) -> Lit {
        !self.yes
    }

    /// A constant.
    pub(super) fn constant(&self, value: bool) -> Lit {
        if value { self.yes } else { !self.yes }
    }

    /// Something that may be either way, and is tried one way first.
    pub(super) fn fresh(&mut self, first: bool) -> Lit {
        Lit::new(self.solver.new_var(lbool::new(first), true), true)
    }

    /// At least one of them is so.
    pub(super) fn claim(&mut self, lits: &[Lit]) {
        self.clause.clear();
        self.clause.extend_from_slice(lits);
        self.solver.add_clause_reuse(&mut self.clause);
    }

    /// All of them.
    pub(super) fn all(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        let mut parts: Vec<Lit> = Vec::new();
        for lit in lits {
            if lit == self.no() || parts.contains(&!lit) {
                return self.no();
            }
            if lit != self.yes && !parts.contains(&lit) {
                parts.push(lit);
            }
        }
        match parts.as_slice() {
            [] => self.yes,
            [one] => *one,
            _ => {
                let whole = self.fresh(false);
                for part in &parts {
                    self.claim(&[!whole, *part]);
                }
                let mut back: Vec<Lit> = parts.iter().map(|part| !*part).collect();
                back.push(whole);
                self.claim(&back);
                whole
            }
        }
    }

    /// Any of them.
    pub(super) fn any(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        !self.all(lits.into_iter().map(|lit| !lit))
    }

    /// Whether all of them can be so at once. If they can, [`Gates::value`] says how.
    pub(super) fn can(&mut self, lits: &[Lit]) -> bool {
        self.questions += 1;
        self.solver.solve_limited(lits) == lbool::TRUE
    }

    /// Whether the last question had no answer because of this literal, among others.
    pub(super) fn is_to_blame(&self, lit: Lit) -> bool {
        self.solver.unsat_core_contains_lit(!lit)
    }

    /// How a literal is in the answer to the last question.
    pub(super) fn value(&self, lit: Lit) -> bool {
        self.solver.value_lit(lit) == lbool::TRUE
    }

    /// Questions asked so far.
    pub(super) const fn questions(&self) -> u64 {
        self.questions
    }
}
