//! Other limits: for each line that compares a number, the recorded values say at which limit each
//! case would reach people, and one walk over them in order gives the cost of every limit.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Case, Change, Costs, CurvePoint, Draft, FEWEST_CHANGED, Proposal,
    held_out::HeldOut,
    judge::{Judge, Place},
    made, owner, round,
    weigh::{cost, outcome, saving},
};
use crate::rules::{
    FactType,
    edit::{Conditioned, Edit, form::forms, lines},
    plan::{Atom, Compare, Cond, Operand, Test},
};

/// Points of a curve at most.
const CURVE: usize = 61;

/// A limit of the file, and every line of a rule that it stands in.
struct Limit<'r> {
    of: Conditioned,
    line: usize,
    text: String,
    places: BTreeSet<Place>,
    atom: &'r Atom,
    compare: Compare,
    now: f64,
    /// Whether a rule matches when the line is true, and not when it is false.
    wanted: bool,
}

/// What it takes for a case to reach people.
#[derive(Clone, Copy)]
enum Reach {
    /// It does, whatever the limit.
    Always,
    /// It does not, whatever the limit.
    Never,
    /// It does when this value passes the limit.
    At(f64),
}

/// Proposes other limits.
pub(super) fn propose(judge: &Judge<'_>, costs: Costs) -> Vec<Draft> {
    let limits = find(judge);
    limits
        .iter()
        .filter_map(|limit| better(judge, limit, costs))
        .collect()
}

/// The limits of the file that can be moved by an edit.
fn find<'r>(judge: &Judge<'r>) -> Vec<Limit<'r>> {
    let mut places: BTreeMap<(bool, String, String), BTreeSet<Place>> = BTreeMap::new();
    for (number, rule) in judge.handing() {
        for (row, line) in (0_u16..).zip(&rule.when.rows) {
            let name = line.via.as_deref().unwrap_or(rule.id.as_str()).to_owned();
            let key = (line.via.is_some(), name, line.text.to_string());
            places.entry(key).or_default().insert((number, row));
        }
    }
    let Ok(forms) = forms(judge.ruleset.source()) else {
        return Vec::new();
    };
    let written = |named: bool, name: &str| {
        let shape = if named {
            &forms.defines.iter().find(|one| one.name == name)?.when
        } else {
            &forms.rules.iter().find(|one| one.id == name)?.when
        };
        lines(&shape.write().ok()?).ok()
    };
    let limit = |((named, name, text), places): ((bool, String, String), BTreeSet<Place>)| {
        // A line that stands there twice cannot be told apart.
        let known = written(named, &name)?;
        let mut found = (0..).zip(&known).filter(|(_, line)| *line.1 == *text);
        let (Some((line, _)), None) = (found.next(), found.next()) else {
            return None;
        };
        let atom = judge.atom(*places.first()?)?;
        let (compare, now) = compared(atom)?;
        let wanted: BTreeSet<bool> = places
            .iter()
            .filter_map(|place| wanted(judge, *place))
            .collect();
        let (Some(wanted), 1) = (wanted.first().copied(), wanted.len()) else {
            return None;
        };
        Some(Limit {
            of: match named {
                true => Conditioned::Define(name),
                false => Conditioned::Rule(name),
            },
            line,
            text,
            places,
            atom,
            compare,
            now,
            wanted,
        })
    };
    places.into_iter().filter_map(limit).collect()
}

/// The limit of an atom that compares a number which can be more or less.
fn compared(atom: &Atom) -> Option<(Compare, f64)> {
    if matches!(atom.operand, Operand::Now | Operand::Hour) || atom.kind == FactType::Time {
        return None;
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "lengths of time and counts are far below 2^53"
    )]
    let (compare, limit) = match atom.test {
        Test::Number(compare, limit) => (compare, limit as f64),
        Test::Decimal(compare, limit) => (compare, limit),
        _ => return None,
    };
    let ordered = !matches!(compare, Compare::Equal | Compare::NotEqual);
    ordered.then_some((compare, limit))
}

/// Whether a rule matches rather when a line's atom is true (`Some(true)`) or when it is false.
pub(super) fn wanted(judge: &Judge<'_>, (rule, row): Place) -> Option<bool> {
    fn side(cond: &Cond, row: u16, up: bool) -> Option<bool> {
        match cond {
            Cond::Const(_) => None,
            Cond::Row(number) => (*number == row).then_some(up),
            Cond::Not(inner) => side(inner, row, !up),
            Cond::All(parts) | Cond::Any(parts) => {
                parts.iter().find_map(|part| side(part, row, up))
            }
        }
    }
    let known = judge.ruleset.rules().get(rule)?;
    let line = judge.row((rule, row))?;
    side(&known.when.cond, row, !line.negated)
}

impl Limit<'_> {
    /// Whether a value reaches people under a limit.
    fn passes(&self, value: f64, limit: f64) -> bool {
        self.compare.holds(&value, &limit) == self.wanted
    }

    /// Whether larger values pass sooner.
    fn rises(&self) -> bool {
        matches!(self.compare, Compare::More | Compare::AtLeast) == self.wanted
    }

    fn reach(&self, judge: &Judge<'_>, case: usize) -> Reach {
        let rises = self.rises();
        let mut best: Option<f64> = None;
        let mut doubt = false;
        let hangs = judge.hangs_on(case, &self.places, self.wanted, |look, as_it_is| {
            let Some(value) = look.number(self.atom) else {
                // What is unknown matches or does not, whatever the limit.
                doubt |= as_it_is;
                return;
            };
            best = Some(match best {
                None => value,
                Some(known) if rises => known.max(value),
                Some(known) => known.min(value),
            });
        });
        match (hangs && !doubt, best) {
            (false, _) => Reach::Always,
            (true, None) => Reach::Never,
            (true, Some(value)) => Reach::At(value),
        }
    }

    fn caught(&self, reaches: &[Reach], limit: f64) -> Vec<bool> {
        reaches
            .iter()
            .map(|reach| self.catches(*reach, limit))
            .collect()
    }

    fn catches(&self, reach: Reach, limit: f64) -> bool {
        match reach {
            Reach::Always => true,
            Reach::Never => false,
            Reach::At(value) => self.passes(value, limit),
        }
    }

    /// Every limit that tells some of the values apart, and the present one.
    fn candidates(&self, reaches: impl Iterator<Item = Reach>) -> Vec<f64> {
        let mut values: Vec<f64> = reaches
            .filter_map(|reach| match reach {
                Reach::At(value) => Some(value),
                Reach::Always | Reach::Never => None,
            })
            .collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let mut candidates = round::limits(self.atom.kind, &values);
        candidates.push(self.now);
        candidates.sort_by(f64::total_cmp);
        candidates.dedup();
        candidates
    }

    /// Of two limits with what they cost, the cheaper one, or else the one nearer to the present.
    fn order(&self, a: (f64, f64), b: (f64, f64)) -> std::cmp::Ordering {
        let far = |limit: f64| (limit - self.now).abs();
        let cheapest = a.1.total_cmp(&b.1);
        cheapest.then_with(|| far(a.0).total_cmp(&far(b.0)))
    }

    /// The limit that costs least on some of the cases.
    fn cheapest(
        &self,
        cases: &[Case],
        reaches: &[Reach],
        costs: Costs,
        among: &dyn Fn(usize) -> bool,
    ) -> f64 {
        let some: Vec<(&Case, Reach)> = cases
            .iter()
            .zip(reaches)
            .enumerate()
            .filter(|(case, _)| among(*case))
            .map(|(_, (case, reach))| (case, *reach))
            .collect();
        let costs_at = |limit: f64| -> f64 {
            let each = some.iter();
            each.map(|(case, reach)| cost(case, self.catches(*reach, limit), costs))
                .sum()
        };
        let candidates = self.candidates(some.iter().map(|(_, reach)| *reach));
        let weighed = candidates.into_iter().map(|limit| (limit, costs_at(limit)));
        let best = weighed.min_by(|a, b| self.order(*a, *b));
        best.map_or(self.now, |(limit, _)| limit)
    }
}

/// The limit that costs least, when there is enough that speaks for it.
fn better(judge: &Judge<'_>, limit: &Limit<'_>, costs: Costs) -> Option<Draft> {
    let cases = judge.cases;
    let reaches: Vec<Reach> = (0..cases.len())
        .map(|case| limit.reach(judge, case))
        .collect();
    let now = limit.caught(&reaches, limit.now);
    let kind = limit.atom.kind;
    let candidates = limit.candidates(reaches.iter().copied());
    let curve: Vec<CurvePoint> = candidates
        .into_iter()
        .map(|at| CurvePoint {
            limit: at,
            written: round::written(kind, at),
            outcome: outcome(cases, &limit.caught(&reaches, at), costs),
        })
        .collect();
    let before = outcome(cases, &now, costs);
    let weighed = |point: &CurvePoint| (point.limit, point.outcome.cost);
    let best = curve
        .iter()
        .min_by(|a, b| limit.order(weighed(a), weighed(b)))?;
    let then = limit.caught(&reaches, best.limit);
    let (saving, changed) = saving(cases, &now, &then, costs);
    if changed < FEWEST_CHANGED || saving.low <= 0.0 {
        return None;
    }
    let held_out = HeldOut::of(cases, &now, costs, |among| {
        limit.caught(&reaches, limit.cheapest(cases, &reaches, costs, among))
    });
    if held_out.saving.rate <= 0.0 {
        return None;
    }
    let edit = Edit::Limit {
        of: limit.of.clone(),
        line: limit.line,
        limit: best.written.clone(),
    };
    let (id, text) = made(judge, &edit, &then)?;
    let (to, after, chosen) = (best.written.clone(), best.outcome, best.limit);
    let proposal = Proposal {
        id,
        rules: rules_of(judge, limit),
        change: Change::Limit {
            line: limit.text.clone(),
            fact: limit.atom.fact.to_string(),
            from: round::written(kind, limit.now),
            to,
        },
        text,
        before,
        after,
        saving,
        held_out,
        curve: thinned(curve, &[chosen, limit.now]),
        labels: before.labelled,
        changed,
    };
    Some(Draft {
        proposal,
        edit,
        caught: then,
    })
}

/// The rules that a limit decides for: its own, or all that use its definition.
fn rules_of(judge: &Judge<'_>, limit: &Limit<'_>) -> Vec<String> {
    let rules = judge.ruleset.rules();
    let numbers: BTreeSet<usize> = limit.places.iter().map(|(rule, _)| *rule).collect();
    let named: Vec<String> = numbers
        .into_iter()
        .filter_map(|number| rules.get(number).map(|rule| rule.id.to_string()))
        .collect();
    if named.is_empty() {
        return vec![owner(&limit.of).to_owned()];
    }
    named
}

/// A curve with no more points than can be drawn, and with those that matter.
fn thinned(curve: Vec<CurvePoint>, keep: &[f64]) -> Vec<CurvePoint> {
    let every = curve.len().div_ceil(CURVE).max(1);
    let last = curve.len().saturating_sub(1);
    curve
        .into_iter()
        .enumerate()
        .filter(|(index, point)| {
            index % every == 0 || *index == last || keep.contains(&point.limit)
        })
        .map(|(_, point)| point)
        .collect()
}
