//! Everything a conversation can be, as far as a ruleset looks at it: one boolean per way in which
//! a condition can tell two conversations apart, and what no conversation can be.

use std::{collections::BTreeMap, sync::Arc};

use batsat::Lit;

use super::{
    gates::Gates,
    line::{Line, LineKey, rank},
    moments::{Moments, is_moment},
};
use crate::rules::{
    facts::{Fact, FactType},
    outcome::ControlTarget,
    plan::{Atom, Compare, Cond, Condition, Operand, Rule, Ruleset, Source, Test},
};

/// A question to a fact that no line and no list of words answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// Whether it is true.
    True(Operand),
    /// Whether it contains a text.
    Contains(Operand, Arc<str>),
    /// Whether it starts with a text.
    StartsWith(Operand, Arc<str>),
    /// Whether it matches a regular expression.
    Matches(Operand, String),
    /// Whether a set has a member.
    Has(Operand, Arc<str>),
}

impl Ask {
    /// The text that it asks.
    pub(super) const fn text_of(&self) -> Option<Operand> {
        match self {
            Self::Contains(operand, _)
            | Self::StartsWith(operand, _)
            | Self::Matches(operand, _) => Some(*operand),
            Self::True(_) | Self::Has(..) => None,
        }
    }

    /// Whether a text is as it asks.
    pub(super) fn is_met_by(&self, ruleset: &Ruleset, text: &str) -> bool {
        match self {
            Self::Contains(_, part) => text.contains(&**part),
            Self::StartsWith(_, part) => text.starts_with(&**part),
            Self::Matches(_, pattern) => ruleset.atoms.iter().any(|atom| {
                matches!(&atom.test, Test::Matches(regex)
                    if regex.as_str() == pattern && regex.is_match(text))
            }),
            Self::True(_) | Self::Has(..) => false,
        }
    }
}

/// The words that a text fact can be.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    /// Each with whether it is that.
    pub(super) words: BTreeMap<Arc<str>, Lit>,
    /// Whether it can be nothing else.
    pub(super) closed: bool,
}

impl Choices {
    /// One word, or where they are not all words another text.
    pub(super) fn draw(&mut self, gates: &mut Gates) {
        let mut lits: Vec<Lit> = Vec::new();
        for lit in self.words.values_mut() {
            *lit = gates.fresh(false);
            for other in &lits {
                gates.claim(&[!*lit, !*other]);
            }
            lits.push(*lit);
        }
        if self.closed {
            gates.claim(&lits);
        }
    }
}

/// One conversation that is not decided yet.
#[derive(Clone)]
pub(super) struct Space {
    pub(super) lines: BTreeMap<LineKey, Line>,
    pub(super) choices: BTreeMap<Operand, Choices>,
    pub(super) asked: BTreeMap<Ask, Lit>,
    /// Whether what an operand reads is missing; operands that are always known are left out.
    pub(super) missing: BTreeMap<Operand, Lit>,
    /// One of them is so; each says how every atom of time is.
    pub(super) moments: Vec<Lit>,
    /// The truth of atoms that hang on nothing but the time.
    pub(super) timed: BTreeMap<u16, Lit>,
}

impl Space {
    /// Everything that a ruleset looks at.
    pub(super) fn of(ruleset: &Ruleset, moments: &Moments, gates: &mut Gates) -> Self {
        let mut space = Self {
            lines: BTreeMap::new(),
            choices: BTreeMap::new(),
            asked: BTreeMap::new(),
            missing: BTreeMap::new(),
            moments: Vec::new(),
            timed: BTreeMap::new(),
        };
        for atom in &ruleset.atoms {
            space.note(ruleset, atom, gates);
        }
        // Who has control is always asked: what a rule may do hangs on it.
        space.note_words(ruleset, Operand::Builtin(Fact::CONV_CONTROL), &[]);
        let teams: Vec<Arc<str>> = ruleset
            .rules
            .iter()
            .filter_map(|rule| match &rule.effects.control {
                Some(ControlTarget::Team(team)) => Some(Arc::clone(team)),
                _ => None,
            })
            .collect();
        space.note_words(ruleset, Operand::Builtin(Fact::CONV_QUEUE), &teams);
        space.share_cuts();
        for line in space.lines.values_mut() {
            line.draw(gates);
        }
        space.relate_lines(gates);
        for choices in space.choices.values_mut() {
            choices.draw(gates);
        }
        space.relate_texts(ruleset, gates);
        space.relate_knowledge(gates);
        space.draw_moments(moments, gates);
        space
    }

    fn note(&mut self, ruleset: &Ruleset, atom: &Atom, gates: &mut Gates) {
        let operand = atom.operand;
        if is_moment(operand) {
            return;
        }
        if !is_always_known(operand) && !self.missing.contains_key(&operand) {
            let missing = gates.fresh(false);
            self.missing.insert(operand, missing);
        }
        match &atom.test {
            Test::Known => {}
            Test::IsTrue => self.note_ask(Ask::True(operand), gates),
            Test::Number(_, limit) => self.note_cuts(ruleset, atom, &[*limit]),
            Test::NumberIn(list) => self.note_cuts(ruleset, atom, list),
            Test::Decimal(_, limit) => self.note_cuts(ruleset, atom, &[rank(*limit)]),
            Test::Text(_, word) => self.note_words(ruleset, operand, std::slice::from_ref(word)),
            Test::TextIn(words) => self.note_words(ruleset, operand, words),
            Test::Contains(part) => self.note_ask(Ask::Contains(operand, Arc::clone(part)), gates),
            Test::StartsWith(part) => {
                self.note_ask(Ask::StartsWith(operand, Arc::clone(part)), gates);
            }
            Test::Matches(regex) => {
                self.note_ask(Ask::Matches(operand, regex.as_str().to_owned()), gates);
            }
            Test::Has(member) => self.note_ask(Ask::Has(operand, Arc::clone(member)), gates),
        }
    }

    fn note_ask(&mut self, ask: Ask, gates: &mut Gates) {
        self.asked.entry(ask).or_insert_with(|| gates.fresh(false));
    }

    fn note_cuts(&mut self, ruleset: &Ruleset, atom: &Atom, limits: &[i64]) {
        let (key, turned) = line_of(atom.operand);
        let line = self.lines.entry(key).or_insert_with(|| Line {
            cuts: BTreeMap::new(),
            range: range(ruleset, atom),
        });
        for limit in limits {
            let limit = if turned {
                limit.saturating_neg()
            } else {
                *limit
            };
            // The literals are drawn when all cuts are known.
            let cuts = [Some(limit), limit.checked_add(1)];
            let nothing = Lit::new(batsat::Var::unsafe_from_idx(0), true);
            line.cuts
                .extend(cuts.into_iter().flatten().map(|cut| (cut, nothing)));
        }
    }

    fn note_words(&mut self, ruleset: &Ruleset, operand: Operand, words: &[Arc<str>]) {
        let nothing = Lit::new(batsat::Var::unsafe_from_idx(0), true);
        let choices = self.choices.entry(operand).or_insert_with(|| {
            let all = words_of(ruleset, operand);
            Choices {
                closed: !all.is_empty(),
                words: all.into_iter().map(|word| (word, nothing)).collect(),
            }
        });
        for word in words {
            choices.words.entry(Arc::clone(word)).or_insert(nothing);
        }
    }

    /// Time in office hours is a part of time: both lines have the cuts of both.
    fn share_cuts(&mut self) {
        for (business, whole) in self.business() {
            let cuts: Vec<(i64, Lit)> = [&business, &whole]
                .into_iter()
                .filter_map(|key| self.lines.get(key))
                .flat_map(|line| line.cuts.iter().map(|(cut, lit)| (*cut, *lit)))
                .collect();
            for key in [business, whole] {
                if let Some(line) = self.lines.get_mut(&key) {
                    line.cuts.extend(cuts.iter().copied());
                }
            }
        }
    }

    /// Lines of open time with the lines of the time they are a part of.
    fn business(&self) -> Vec<(LineKey, LineKey)> {
        self.lines
            .keys()
            .filter_map(|key| match key {
                LineKey::Operand(Operand::Business(_, fact)) => {
                    let whole = LineKey::Operand(Operand::Builtin(*fact));
                    self.lines.contains_key(&whole).then_some((*key, whole))
                }
                _ => None,
            })
            .collect()
    }

    pub(super) fn relate_lines(&mut self, gates: &mut Gates) {
        for (business, whole) in self.business() {
            let (Some(part), Some(whole)) = (self.lines.get(&business), self.lines.get(&whole))
            else {
                continue;
            };
            for (cut, lit) in &whole.cuts {
                if let Some(part) = part.cuts.get(cut) {
                    gates.claim(&[!*lit, *part]);
                }
            }
        }
    }

    /// What a text being one word, containing or starting with another says of the rest.
    fn relate_texts(&self, ruleset: &Ruleset, gates: &mut Gates) {
        for (ask, lit) in &self.asked {
            let Some(operand) = ask.text_of() else {
                continue;
            };
            for (word, is_word) in self
                .choices
                .get(&operand)
                .into_iter()
                .flat_map(|c| &c.words)
            {
                let answer = ask.is_met_by(ruleset, word);
                gates.claim(&[!*is_word, if answer { *lit } else { !*lit }]);
            }
            match ask {
                Ask::Contains(_, part) | Ask::StartsWith(_, part) if part.is_empty() => {
                    gates.claim(&[*lit]);
                }
                _ => {}
            }
            for (other, other_lit) in &self.asked {
                match (ask, other) {
                    (Ask::Contains(a, whole), Ask::Contains(b, part))
                    | (Ask::StartsWith(a, whole), Ask::Contains(b, part))
                        if a == b && ask != other && whole.contains(&**part) =>
                    {
                        gates.claim(&[!*lit, *other_lit]);
                    }
                    (Ask::StartsWith(a, one), Ask::StartsWith(b, two)) if a == b && one < two => {
                        if two.starts_with(&**one) {
                            gates.claim(&[!*other_lit, *lit]);
                        } else {
                            gates.claim(&[!*other_lit, !*lit]);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What is known together.
    fn relate_knowledge(&self, gates: &mut Gates) {
        for (operand, lit) in &self.missing {
            let whole = match operand {
                // A message whose text is at hand has been searched.
                Operand::Words(_) => Operand::Builtin(Fact::MSG_TEXT),
                Operand::Since(source) => instant(*source),
                Operand::Until(source) => {
                    // Both sides of an instant, also where it is not asked for itself.
                    if let Some(since) = self.missing.get(&Operand::Since(*source)) {
                        gates.claim(&[!*lit, *since]);
                        gates.claim(&[*lit, !*since]);
                    }
                    instant(*source)
                }
                _ => continue,
            };
            let Some(whole) = self.missing.get(&whole) else {
                continue;
            };
            gates.claim(&[!*lit, *whole]);
            if !matches!(operand, Operand::Words(_)) {
                gates.claim(&[*lit, !*whole]);
            }
        }
    }

    pub(super) fn draw_moments(&mut self, moments: &Moments, gates: &mut Gates) {
        self.moments.clear();
        let timed: Vec<Lit> = moments.atoms.iter().map(|_| gates.fresh(false)).collect();
        for (truths, _) in &moments.kinds {
            let kind = gates.fresh(false);
            for (lit, truth) in timed.iter().zip(truths) {
                gates.claim(&[!kind, if *truth { *lit } else { !*lit }]);
            }
            self.moments.push(kind);
        }
        gates.claim(&self.moments);
        self.timed = moments.atoms.iter().copied().zip(timed).collect();
    }

    /// Whether what an operand reads is known.
    pub(super) fn known(&self, operand: Operand, gates: &Gates) -> Lit {
        self.missing.get(&operand).map_or(gates.yes(), |lit| !*lit)
    }

    /// The truth of an atom, as long as its fact is known.
    fn holds(&self, number: u16, atom: &Atom, gates: &mut Gates) -> Lit {
        if let Some(lit) = self.timed.get(&number) {
            return *lit;
        }
        let operand = atom.operand;
        let ask = |ask: Ask| self.asked.get(&ask).copied();
        let (key, turned) = line_of(operand);
        let line = self.lines.get(&key);
        let word = |word: &Arc<str>| {
            let choices = self.choices.get(&operand)?;
            choices.words.get(word).copied()
        };
        let found = match &atom.test {
            Test::Known => Some(self.known(operand, gates)),
            Test::IsTrue => ask(Ask::True(operand)),
            Test::Number(compare, limit) => line.map(|line| {
                let (compare, limit) = turn(*compare, *limit, turned);
                line.compared(compare, limit, gates)
            }),
            Test::NumberIn(list) => line.map(|line| {
                let each: Vec<Lit> = list
                    .iter()
                    .map(|number| {
                        let (compare, limit) = turn(Compare::Equal, *number, turned);
                        line.compared(compare, limit, gates)
                    })
                    .collect();
                gates.any(each)
            }),
            Test::Decimal(compare, limit) => {
                line.map(|line| line.compared(*compare, rank(*limit), gates))
            }
            Test::Text(equal, value) => word(value).map(|lit| if *equal { lit } else { !lit }),
            Test::TextIn(list) => {
                let each: Vec<Lit> = list.iter().filter_map(word).collect();
                Some(gates.any(each))
            }
            Test::Contains(part) => ask(Ask::Contains(operand, Arc::clone(part))),
            Test::StartsWith(part) => ask(Ask::StartsWith(operand, Arc::clone(part))),
            Test::Matches(regex) => ask(Ask::Matches(operand, regex.as_str().to_owned())),
            Test::Has(member) => ask(Ask::Has(operand, Arc::clone(member))),
        };
        found.unwrap_or(gates.no())
    }

    /// Whether an atom is true, and whether it is false; when its fact is missing it is neither.
    pub(super) fn atom(&self, ruleset: &Ruleset, number: u16, gates: &mut Gates) -> (Lit, Lit) {
        let Some(atom) = ruleset.atoms.get(usize::from(number)) else {
            return (gates.no(), gates.no());
        };
        let holds = self.holds(number, atom, gates);
        if matches!(atom.test, Test::Known) {
            return (holds, !holds);
        }
        let known = self.known(atom.operand, gates);
        (gates.all([known, holds]), gates.all([known, !holds]))
    }

    /// Whether a part of a condition is true, and whether it is false.
    pub(super) fn cond(
        &self,
        ruleset: &Ruleset,
        condition: &Condition,
        cond: &Cond,
        gates: &mut Gates,
    ) -> (Lit, Lit) {
        match cond {
            Cond::Const(value) => (gates.constant(*value), gates.constant(!*value)),
            Cond::Row(number) => {
                let Some(row) = condition.rows.get(usize::from(*number)) else {
                    return (gates.no(), gates.no());
                };
                let (yes, no) = self.atom(ruleset, row.atom, gates);
                if row.negated { (no, yes) } else { (yes, no) }
            }
            Cond::Not(inner) => {
                let (yes, no) = self.cond(ruleset, condition, inner, gates);
                (no, yes)
            }
            Cond::All(parts) | Cond::Any(parts) => {
                let (yes, no): (Vec<Lit>, Vec<Lit>) = parts
                    .iter()
                    .map(|part| self.cond(ruleset, condition, part, gates))
                    .unzip();
                if matches!(cond, Cond::All(_)) {
                    (gates.all(yes), gates.any(no))
                } else {
                    (gates.any(yes), gates.all(no))
                }
            }
        }
    }

    /// Whether a rule matches.
    pub(super) fn matches(&self, ruleset: &Ruleset, rule: &Rule, gates: &mut Gates) -> Lit {
        let (yes, no) = self.cond(ruleset, &rule.when, &rule.when.cond, gates);
        if rule.unknown_matches { !no } else { yes }
    }

    /// Whether who has control is this.
    pub(super) fn control(&self, holder: &str, gates: &Gates) -> Lit {
        self.choices
            .get(&Operand::Builtin(Fact::CONV_CONTROL))
            .and_then(|choices| choices.words.get(holder).copied())
            .unwrap_or(gates.no())
    }
}

/// The line an operand lies on, and whether it lies on it turned round.
pub(super) const fn line_of(operand: Operand) -> (LineKey, bool) {
    match operand {
        Operand::Since(source) => (LineKey::Since(source), false),
        Operand::Until(source) => (LineKey::Since(source), true),
        other => (LineKey::Operand(other), false),
    }
}

/// A comparison with a line turned round.
const fn turn(compare: Compare, limit: i64, turned: bool) -> (Compare, i64) {
    if !turned {
        return (compare, limit);
    }
    let compare = match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::More => Compare::Less,
        Compare::AtLeast => Compare::AtMost,
        same @ (Compare::Equal | Compare::NotEqual) => same,
    };
    (compare, limit.saturating_neg())
}

/// The operand that reads an instant.
pub(super) const fn instant(source: Source) -> Operand {
    match source {
        Source::Builtin(fact) => Operand::Builtin(fact),
        Source::Custom(number) => Operand::Custom(number),
    }
}

fn is_always_known(operand: Operand) -> bool {
    match operand {
        Operand::Builtin(fact) | Operand::Business(_, fact) => fact.is_always_known(),
        Operand::Open(_) | Operand::Now | Operand::Hour | Operand::Weekday => true,
        Operand::Custom(_) | Operand::Words(_) | Operand::Since(_) | Operand::Until(_) => false,
    }
}

/// The words that a text fact can be; empty when it can be any.
pub(super) fn words_of(ruleset: &Ruleset, operand: Operand) -> Vec<Arc<str>> {
    match operand {
        Operand::Builtin(fact) => match fact.def().kind {
            FactType::Choice(words) => words.iter().map(|word| Arc::from(*word)).collect(),
            _ => Vec::new(),
        },
        Operand::Custom(number) => ruleset
            .custom
            .get(usize::from(number))
            .map(|fact| fact.values.clone())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "limits of whole numbers are whole numbers"
)]
fn range(ruleset: &Ruleset, atom: &Atom) -> (i64, i64) {
    let (least, most) = match atom.operand {
        Operand::Builtin(fact) => fact.range(),
        Operand::Business(..) => (Some(0.0), None),
        Operand::Custom(number) => ruleset
            .custom
            .get(usize::from(number))
            .map_or((None, None), |fact| fact.range),
        _ => (None, None),
    };
    if atom.kind == FactType::Decimal {
        let infinite = (rank(f64::NEG_INFINITY), rank(f64::INFINITY));
        return (
            least.map_or(infinite.0, rank),
            most.map_or(infinite.1, rank),
        );
    }
    (
        least.map_or(i64::MIN, |least| least.ceil() as i64),
        most.map_or(i64::MAX, |most| most.floor() as i64),
    )
}
