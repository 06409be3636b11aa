//! What is seldom meant: limits without room between them, words that no rule has thought of, and
//! rules that are always too late.

use std::{collections::BTreeSet, sync::Arc};

use batsat::Lit;

use super::{Found, Study, Weight};
use crate::rules::{
    facts::{Fact, FactType},
    outcome::{ControlTarget, EventKind, Slot},
    plan::{Atom, Compare, Cond, Operand, Rule, Status, Test},
    text::duration::spell_duration,
};

/// The least distance of two limits, as a share of the larger.
const ROOM: f64 = 0.10;

/// A limit as a rule has it: from above or below, and the number.
struct Limit {
    operand: Operand,
    /// Whether the rule wants more than the limit.
    above: bool,
    number: f64,
    text: Arc<str>,
}

#[allow(clippy::cast_precision_loss, reason = "compared by shares")]
fn limit(atom: &Atom, negated: bool, text: &Arc<str>) -> Option<Limit> {
    let (compare, number) = match atom.test {
        Test::Number(compare, number) if atom.kind != FactType::Time => (compare, number as f64),
        Test::Decimal(compare, number) => (compare, number),
        _ => return None,
    };
    let above = match compare {
        Compare::More | Compare::AtLeast => true,
        Compare::Less | Compare::AtMost => false,
        Compare::Equal | Compare::NotEqual => return None,
    };
    Some(Limit {
        operand: atom.operand,
        above: above != negated,
        number,
        text: Arc::clone(text),
    })
}

const fn is_person(target: &ControlTarget) -> bool {
    matches!(
        target,
        ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_)
    )
}

impl<'a> Study<'a> {
    fn limits(&self, rule: &Rule) -> Vec<Limit> {
        let rows = rule.when.rows.iter().filter_map(|row| {
            let atom = self.ruleset.atoms.get(usize::from(row.atom))?;
            // What time moves goes one way only.
            let wavers = !atom.is_timed();
            limit(atom, row.negated, &row.text).filter(|_| wavers)
        });
        rows.collect()
    }

    /// Limits to people and back to the bot that leave no room between them: a value that wavers
    /// moves the conversation to and fro.
    pub(super) fn hysteresis(&mut self) {
        let controls: Vec<(&'a Rule, Lit)> = self
            .subjects
            .iter()
            .filter(|subject| subject.rule.effects.control.is_some())
            .map(|subject| (subject.rule, subject.matches))
            .collect();
        for (people, _) in &controls {
            for (back, matches) in &controls {
                let to_people = people.effects.control.as_ref().is_some_and(is_person);
                if !to_people || back.effects.control != Some(ControlTarget::Bot) {
                    continue;
                }
                let close = self.limits(people).into_iter().find_map(|one| {
                    let mut others = self.limits(back).into_iter();
                    let two = others.find(|two| {
                        let gap = if one.above {
                            one.number - two.number
                        } else {
                            two.number - one.number
                        };
                        let scale = one
                            .number
                            .abs()
                            .max(two.number.abs())
                            .max(f64::MIN_POSITIVE);
                        one.operand == two.operand
                            && one.above != two.above
                            && gap >= 0.0
                            && gap / scale < ROOM
                    })?;
                    Some((one, two))
                });
                let Some((one, two)) = close else { continue };
                if !self.gates.can(&[*matches]) {
                    continue;
                }
                let witness = self.witness(&[(back, true)]);
                self.found.push(Arc::new(Found {
                    weight: Weight::Warning,
                    code: "no-hysteresis",
                    message: format!(
                        "`{}` gives to people at `{}`, and `{}` back to the bot at `{}`: a value that wavers there moves the conversation to and fro",
                        people.id, one.text, back.id, two.text
                    ),
                    repair: "leave a tenth of the limit or more between the two".to_owned(),
                    rules: vec![back.id.clone(), people.id.clone()],
                    slot: Some(Slot::Control),
                    witness,
                }));
            }
        }
    }

    /// Words that a fact can be and that no rule has thought of, where most others are named.
    pub(super) fn unused_words(&mut self) {
        let mut operands: BTreeSet<Operand> = BTreeSet::new();
        for atom in &self.ruleset.atoms {
            if matches!(atom.test, Test::Text(..) | Test::TextIn(_)) {
                operands.insert(atom.operand);
            }
        }
        for operand in operands {
            let all = super::space::words_of(self.ruleset, operand);
            let mut named: BTreeSet<&str> = BTreeSet::new();
            let mut others = false;
            let mut rules = Vec::new();
            let mut fact: Option<Arc<str>> = None;
            for subject in &self.subjects {
                for row in &subject.rule.when.rows {
                    let Some(atom) = self.ruleset.atoms.get(usize::from(row.atom)) else {
                        continue;
                    };
                    if atom.operand != operand {
                        continue;
                    }
                    fact = Some(Arc::clone(&atom.fact));
                    if !rules.contains(&subject.rule.id) {
                        rules.push(subject.rule.id.clone());
                    }
                    match &atom.test {
                        Test::Text(equal, word) => {
                            named.insert(word);
                            // "Anything but this" speaks of every other word.
                            others |= *equal == row.negated;
                        }
                        Test::TextIn(words) => {
                            named.extend(words.iter().map(|word| &**word));
                            others |= row.negated;
                        }
                        _ => {}
                    }
                }
            }
            let unused: Vec<&str> = all
                .iter()
                .map(|word| &**word)
                .filter(|word| !named.contains(word))
                .collect();
            let Some(fact) = fact else { continue };
            if others || unused.is_empty() || unused.len() >= named.len() {
                continue;
            }
            let list: Vec<String> = unused.iter().map(|word| format!("\"{word}\"")).collect();
            self.found.push(Arc::new(Found {
                weight: Weight::Hint,
                code: "never-mentioned",
                message: format!(
                    "`{fact}` can also be {}, of which no rule speaks",
                    list.join(" or ")
                ),
                repair: "check that the default is meant for it".to_owned(),
                rules,
                slot: None,
                witness: None,
            }));
        }
    }

    /// Rules that wait longer for the same than another that ends what they wait for.
    pub(super) fn too_late(&mut self) {
        let timed: Vec<(&'a Rule, Limit)> = self
            .subjects
            .iter()
            .filter(|subject| subject.rule.on == [EventKind::Time])
            .filter_map(|subject| Some((subject.rule, self.wait(subject.rule)?)))
            .collect();
        for (late, long) in &timed {
            for (early, short) in &timed {
                let ends = early.effects.control.is_some() && early.status == Status::Live;
                if !ends || long.operand != short.operand || short.number >= long.number {
                    continue;
                }
                let Some(found) = self.comes_too_late(late, long, early, short) else {
                    continue;
                };
                self.found.push(Arc::new(found));
            }
        }
    }

    /// The one running time that a rule waits for.
    fn wait(&self, rule: &Rule) -> Option<Limit> {
        let mut timed = rule.when.rows.iter().filter_map(|row| {
            let atom = self.ruleset.atoms.get(usize::from(row.atom))?;
            atom.is_timed().then_some((atom, row))
        });
        let (atom, row) = timed.next()?;
        let only = timed.next().is_none();
        let waits = matches!(
            atom.operand,
            Operand::Builtin(Fact::CONV_WAITING | Fact::CONV_SILENT | Fact::CONV_IN_CONTROL)
        );
        let limit = limit(atom, row.negated, &row.text)?;
        (only && waits && limit.above && !rule.unknown_matches).then_some(limit)
    }

    fn comes_too_late(
        &mut self,
        late: &'a Rule,
        long: &Limit,
        early: &'a Rule,
        short: &Limit,
    ) -> Option<Found> {
        let late_rest = self.rest(late)?;
        let early_rest = self.rest(early)?;
        // Whenever only time is missing to the late one, only time is missing to the early one.
        if self.gates.can(&[late_rest, !early_rest]) {
            return None;
        }
        let moved = self
            .space
            .after(self.ruleset, &self.moments, early, false, &mut self.gates);
        let parts = rest_of(late, &self.ruleset.atoms)?;
        let lits: Vec<Lit> = parts
            .iter()
            .map(|part| {
                moved
                    .cond(self.ruleset, &late.when, part, &mut self.gates)
                    .0
            })
            .collect();
        let still = self.gates.all(lits);
        let refused = super::cycle::refused(early, &self.space, &mut self.gates, true);
        // Where the early one has acted the late one no longer holds, and it may always act.
        if self.gates.can(&[early_rest, late_rest, still]) || self.gates.can(&[late_rest, refused])
        {
            return None;
        }
        if !self.gates.can(&[late_rest]) {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "limits of whole milliseconds"
        )]
        let said = |limit: &Limit| spell_duration(limit.number as i64);
        Some(Found {
            weight: Weight::Hint,
            code: "too-late",
            message: format!(
                "`{}` waits for {}, but `{}` ends what it waits for after {}",
                late.id,
                said(long),
                early.id,
                said(short)
            ),
            repair: format!("let `{}` wait less, or `{}` longer", late.id, early.id),
            rules: vec![late.id.clone(), early.id.clone()],
            slot: None,
            witness: None,
        })
    }

    /// Everything a rule wants besides that time passes.
    fn rest(&mut self, rule: &Rule) -> Option<Lit> {
        let parts = rest_of(rule, &self.ruleset.atoms)?;
        let lits: Vec<Lit> = parts
            .iter()
            .map(|part| {
                self.space
                    .cond(self.ruleset, &rule.when, part, &mut self.gates)
                    .0
            })
            .collect();
        Some(self.gates.all(lits))
    }
}

/// The parts of a condition without the one line that time makes true.
fn rest_of(rule: &Rule, atoms: &[Atom]) -> Option<Vec<Cond>> {
    let single = std::slice::from_ref(&rule.when.cond);
    let parts = match &rule.when.cond {
        Cond::All(parts) => parts.as_slice(),
        _ => single,
    };
    let is_time = |cond: &Cond| match cond {
        Cond::Row(number) => rule
            .when
            .rows
            .get(usize::from(*number))
            .and_then(|row| atoms.get(usize::from(row.atom)))
            .is_some_and(Atom::is_timed),
        _ => false,
    };
    let rest: Vec<Cond> = parts
        .iter()
        .filter(|part| !is_time(part))
        .cloned()
        .collect();
    (rest.len() + 1 == parts.len()).then_some(rest)
}
