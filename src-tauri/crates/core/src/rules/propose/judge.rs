//! Which cases a ruleset brings to people, and which it would bring with lines of it changed.

use std::collections::BTreeSet;

use super::{Case, CasePoint};
use crate::rules::{
    ControlTarget, Fact, Rule, Ruleset, Status, Truth,
    eval::View,
    plan::{Atom, Row},
};

/// A ruleset over cases.
pub(super) struct Judge<'r> {
    pub(super) ruleset: &'r Ruleset,
    pub(super) cases: &'r [Case],
    /// The rules that bring people in, by number.
    handing: Vec<usize>,
    /// Per case and point, which of them match.
    matches: Vec<Vec<Vec<bool>>>,
}

/// A line of a rule that brings people in: the number of the rule, and of the line in it.
pub(super) type Place = (usize, u16);

impl<'r> Judge<'r> {
    pub(super) fn new(ruleset: &'r Ruleset, cases: &'r [Case]) -> Self {
        let handing: Vec<usize> = ruleset
            .rules()
            .iter()
            .enumerate()
            .filter(|(_, rule)| hands_over(rule))
            .map(|(number, _)| number)
            .collect();
        let mut judge = Self {
            ruleset,
            cases,
            handing,
            matches: Vec::new(),
        };
        judge.matches = cases
            .iter()
            .map(|case| {
                let points = case.points.iter();
                points
                    .map(|point| {
                        let look = Look::new(ruleset, point);
                        let rules = judge.handing.iter();
                        rules
                            .map(|rule| look.matches(*rule, &|_, _| None))
                            .collect()
                    })
                    .collect()
            })
            .collect();
        judge
    }

    /// The rules that bring people in.
    pub(super) fn handing(&self) -> impl Iterator<Item = (usize, &'r Rule)> + '_ {
        let rules = self.ruleset.rules();
        let handing = self.handing.iter();
        handing.filter_map(|number| Some((*number, rules.get(*number)?)))
    }

    /// The atom of a line.
    pub(super) fn atom(&self, place: Place) -> Option<&'r Atom> {
        let row = self.row(place)?;
        self.ruleset.atoms().get(usize::from(row.atom))
    }

    pub(super) fn row(&self, (rule, row): Place) -> Option<&'r Row> {
        let rule = self.ruleset.rules().get(rule)?;
        rule.when.rows.get(usize::from(row))
    }

    /// Per case, whether a rule brings people in.
    pub(super) fn caught(&self) -> Vec<bool> {
        let any = |points: &Vec<Vec<bool>>| points.iter().flatten().any(|matches| *matches);
        self.matches.iter().map(any).collect()
    }

    /// The points of a case at which lines decide: `decides` is told each point at which people
    /// come in when the atoms of the lines are true (or, as `wanted` says, false) and not otherwise,
    /// with whether they came in as things are.
    /// The answer is `false` when they come in whatever the lines say.
    pub(super) fn hangs_on(
        &self,
        case: usize,
        places: &BTreeSet<Place>,
        wanted: bool,
        mut decides: impl FnMut(&Look<'_, '_>, bool),
    ) -> bool {
        let (Some(known), Some(matches)) = (self.cases.get(case), self.matches.get(case)) else {
            return true;
        };
        let touched: BTreeSet<usize> = places.iter().map(|(rule, _)| *rule).collect();
        for (point, matches) in known.points.iter().zip(matches) {
            let elsewhere = self
                .handing
                .iter()
                .zip(matches)
                .any(|(rule, matches)| *matches && !touched.contains(rule));
            if elsewhere {
                return false;
            }
            let look = Look::new(self.ruleset, point);
            let with = |truth: Truth| {
                touched.iter().any(|rule| {
                    look.matches(*rule, &|rule, row| {
                        places.contains(&(rule, row)).then_some(truth)
                    })
                })
            };
            if with(Truth::from(!wanted)) {
                return false;
            }
            if with(Truth::from(wanted)) {
                decides(&look, matches.iter().any(|matches| *matches));
            }
        }
        true
    }
}

/// Whether a rule brings people in when it matches.
fn hands_over(rule: &Rule) -> bool {
    let acts = matches!(rule.status, Status::Live | Status::Canary(_));
    let to_people = matches!(
        rule.effects.control,
        Some(ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_))
    );
    acts && to_people
}

/// One point, seen through a ruleset.
pub(super) struct Look<'r, 'p> {
    ruleset: &'r Ruleset,
    point: &'p CasePoint,
    view: View<'p>,
    /// Whether people have it already: then nothing brings them in.
    taken: bool,
}

impl<'r: 'p, 'p> Look<'r, 'p> {
    fn new(ruleset: &'r Ruleset, point: &'p CasePoint) -> Self {
        let holder = point.facts.text(Fact::CONV_CONTROL);
        Self {
            ruleset,
            point,
            view: View::new(ruleset, &point.facts),
            taken: matches!(holder, Some("queue" | "agent")),
        }
    }

    /// What the fact of an atom was, as a number; none where it was unknown.
    pub(super) fn number(&self, atom: &Atom) -> Option<f64> {
        use crate::rules::eval::Reading;
        #[allow(
            clippy::cast_precision_loss,
            reason = "lengths of time and counts are far below 2^53"
        )]
        match self.view.read(atom.operand, self.point.at) {
            Reading::Number(number) => Some(number as f64),
            Reading::Decimal(number) => Some(number),
            _ => None,
        }
    }

    /// What the customer wrote, where that is at hand.
    pub(super) fn text(&self) -> Option<&'p str> {
        self.point.facts.text(Fact::MSG_TEXT)
    }

    /// Whether a rule matches, with lines that are said to be something else than they were.
    fn matches(&self, rule: usize, instead: &dyn Fn(usize, u16) -> Option<Truth>) -> bool {
        let Some(known) = self.ruleset.rules().get(rule) else {
            return false;
        };
        if self.taken || !known.runs_on(self.point.event) {
            return false;
        }
        let truth = known.when.cond.truth(&|number| {
            let Some(row) = known.when.rows.get(usize::from(number)) else {
                return Truth::Unknown;
            };
            let atom = instead(rule, number).unwrap_or_else(|| {
                let atom = self.ruleset.atoms().get(usize::from(row.atom));
                atom.map_or(Truth::Unknown, |atom| self.view.truth(atom, self.point.at))
            });
            row.truth(atom)
        });
        truth.matches(known.unknown_matches)
    }
}
