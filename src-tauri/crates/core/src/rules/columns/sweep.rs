//! Rules over frames, with what was found before.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    atom,
    bits::{Bits, Truths},
    frame::Frame,
    key::Keys,
};
use crate::{
    hash::Hash,
    rules::plan::{Cond, Rule, Ruleset, Status},
};

/// What a ruleset found in one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Per rule, in the order of the file, the points at which it matches; nowhere when it is off.
    pub matches: Vec<Arc<Bits>>,
}

/// Evaluates rulesets over frames and remembers what each rule found.
///
/// A frame is known by a number of the caller's, which must stand for the same points as long as
/// the sweep lives.
#[derive(Debug, Default)]
pub struct Sweep {
    rules: BTreeMap<(u64, Hash), Arc<Bits>>,
    atoms: BTreeMap<(u64, Hash), Arc<Truths>>,
    /// Bytes that truths of single conditions may take.
    budget: usize,
    taken: usize,
    evaluated: u64,
}

impl Sweep {
    /// A sweep that keeps the truths of single conditions as long as they fit into so many bytes.
    /// What rules found is always kept.
    #[must_use]
    pub fn new(budget: usize) -> Self {
        Self {
            budget,
            ..Self::default()
        }
    }

    /// Conditions that were evaluated over a frame so far.
    #[must_use]
    pub const fn evaluated(&self) -> u64 {
        self.evaluated
    }

    /// Where each rule of a ruleset matches in a frame.
    pub fn sweep(&mut self, ruleset: &Ruleset, number: u64, frame: &Frame) -> Swept {
        self.sweep_with(ruleset, &Keys::of(ruleset), number, frame)
    }

    /// The same for all frames, numbered from 0.
    pub fn sweep_all(&mut self, ruleset: &Ruleset, frames: &[Frame]) -> Vec<Swept> {
        let keys = Keys::of(ruleset);
        (0..)
            .zip(frames)
            .map(|(number, frame)| self.sweep_with(ruleset, &keys, number, frame))
            .collect()
    }

    /// Forgets what is found by no rule of these rulesets.
    pub fn keep(&mut self, rulesets: &[&Ruleset]) {
        let keys: Vec<Keys> = rulesets.iter().map(|ruleset| Keys::of(ruleset)).collect();
        let rules: BTreeSet<Hash> = keys
            .iter()
            .flat_map(|keys| keys.rules.iter().copied())
            .collect();
        let atoms: BTreeSet<Hash> = keys
            .iter()
            .flat_map(|keys| keys.atoms.iter().copied())
            .collect();
        self.rules.retain(|(_, key), _| rules.contains(key));
        self.atoms.retain(|(_, key), _| atoms.contains(key));
        self.taken = self.atoms.values().map(|truths| size(truths)).sum();
    }

    fn sweep_with(&mut self, ruleset: &Ruleset, keys: &Keys, number: u64, frame: &Frame) -> Swept {
        let mut here: Vec<Option<Arc<Truths>>> = vec![None; ruleset.atoms.len()];
        let matches = ruleset
            .rules
            .iter()
            .zip(&keys.rules)
            .map(|(rule, key)| {
                if rule.status == Status::Off {
                    return Arc::new(Bits::none(frame.count));
                }
                if let Some(known) = self.rules.get(&(number, *key)) {
                    return Arc::clone(known);
                }
                let mut look = Look {
                    sweep: self,
                    ruleset,
                    keys,
                    number,
                    frame,
                    here: &mut here,
                };
                let found = Arc::new(look.rule(rule));
                self.rules.insert((number, *key), Arc::clone(&found));
                found
            })
            .collect();
        Swept { matches }
    }
}

fn size(truths: &Truths) -> usize {
    truths.yes.size() + truths.no.size()
}

/// One ruleset over one frame.
struct Look<'l> {
    sweep: &'l mut Sweep,
    ruleset: &'l Ruleset,
    keys: &'l Keys,
    number: u64,
    frame: &'l Frame,
    /// The truths of this frame, by the number of the atom.
    here: &'l mut Vec<Option<Arc<Truths>>>,
}

impl Look<'_> {
    fn rule(&mut self, rule: &Rule) -> Bits {
        let truths = self.cond(rule, &rule.when.cond);
        let mut matches = if rule.unknown_matches {
            let mut all = Bits::all(self.frame.count);
            all.and_not(&truths.no);
            all
        } else {
            truths.yes
        };
        let mut asked = Bits::none(self.frame.count);
        for kind in &rule.on {
            if let Some(points) = self.frame.events.get(kind) {
                asked.or(points);
            }
        }
        matches.and(&asked);
        matches
    }

    fn cond(&mut self, rule: &Rule, cond: &Cond) -> Truths {
        let count = self.frame.count;
        match cond {
            Cond::Const(value) => Truths::constant(*value, count),
            Cond::Row(number) => {
                let Some(row) = rule.when.rows.get(usize::from(*number)) else {
                    return Truths::unknown(count);
                };
                let truths = Truths::clone(&self.atom(row.atom));
                if row.negated { truths.denied() } else { truths }
            }
            Cond::Not(inner) => self.cond(rule, inner).denied(),
            Cond::All(parts) => {
                let mut all = Truths::constant(true, count);
                for part in parts {
                    self.join(rule, part, &mut all, Truths::and);
                }
                all
            }
            Cond::Any(parts) => {
                let mut any = Truths::constant(false, count);
                for part in parts {
                    self.join(rule, part, &mut any, Truths::or);
                }
                any
            }
        }
    }

    /// Joins a part to others; lines that stand as they are need not be copied.
    fn join(&mut self, rule: &Rule, part: &Cond, to: &mut Truths, with: fn(&mut Truths, &Truths)) {
        if let Cond::Row(number) = part
            && let Some(row) = rule.when.rows.get(usize::from(*number))
            && !row.negated
        {
            with(to, &self.atom(row.atom));
            return;
        }
        with(to, &self.cond(rule, part));
    }

    fn atom(&mut self, number: u16) -> Arc<Truths> {
        let index = usize::from(number);
        if let Some(Some(known)) = self.here.get(index) {
            return Arc::clone(known);
        }
        let (Some(atom), Some(key)) = (self.ruleset.atoms.get(index), self.keys.atoms.get(index))
        else {
            return Arc::new(Truths::unknown(self.frame.count));
        };
        let key = (self.number, *key);
        let truths = match self.sweep.atoms.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                self.sweep.evaluated += 1;
                let truths = Arc::new(atom::truths(self.ruleset, atom, self.frame));
                let size = size(&truths);
                if self.sweep.taken + size <= self.sweep.budget {
                    self.sweep.taken += size;
                    self.sweep.atoms.insert(key, Arc::clone(&truths));
                }
                truths
            }
        };
        if let Some(place) = self.here.get_mut(index) {
            *place = Some(Arc::clone(&truths));
        }
        truths
    }
}
