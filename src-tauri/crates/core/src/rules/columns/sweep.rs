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
    rules::{
        outcome::EventKind,
        plan::{Cond, Rule, Ruleset, Status},
    },
};

/// What a ruleset found in one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Per rule, in the order of the file, the points at which it matches; nowhere when it is off.
    pub matches: Vec<Arc<Bits>>,
    /// Per rule that runs on time, the points at which its condition holds, whatever happened:
    /// such a rule is armed again by anything that makes its condition false.
    pub holds: Vec<Option<Arc<Bits>>>,
}

/// What one rule found in one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The points at which it matches.
    pub matches: Arc<Bits>,
    /// The points at which its condition holds, for a rule that runs on time.
    pub holds: Option<Arc<Bits>>,
}

impl Found {
    /// What was found, as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.matches.to_bytes();
        if let Some(holds) = &self.holds {
            out.extend(holds.to_bytes());
        }
        out
    }

    /// What was found over so many points, from bytes; none when they are not that.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], count: usize) -> Option<Self> {
        let one = Bits::none(count).size();
        let (matches, holds) = bytes.split_at_checked(one)?;
        Some(Self {
            matches: Arc::new(Bits::from_bytes(matches, count)?),
            holds: match holds {
                [] => None,
                holds => Some(Arc::new(Bits::from_bytes(holds, count)?)),
            },
        })
    }
}

/// Evaluates rulesets over frames and remembers what each rule found.
///
/// A frame is known by a number of the caller's, which must stand for the same points as long as
/// the sweep lives.
#[derive(Debug, Default)]
pub struct Sweep {
    frames: BTreeMap<u64, Seen>,
    /// The rules and the conditions of which something may be remembered.
    rules: BTreeSet<Hash>,
    atoms: BTreeSet<Hash>,
    /// Bytes that truths of single conditions may take.
    budget: usize,
    taken: usize,
    evaluated: u64,
}

/// What was found in one frame.
#[derive(Debug, Default)]
struct Seen {
    rules: BTreeMap<Hash, Found>,
    atoms: BTreeMap<Hash, Arc<Truths>>,
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
        let lost = |known: &BTreeSet<Hash>, kept: &BTreeSet<Hash>| -> Vec<Hash> {
            known.difference(kept).copied().collect()
        };
        let (lost_rules, lost_atoms) = (lost(&self.rules, &rules), lost(&self.atoms, &atoms));
        for seen in self.frames.values_mut() {
            for key in &lost_rules {
                seen.rules.remove(key);
            }
            for key in &lost_atoms {
                let truths = seen.atoms.remove(key);
                self.taken -= truths.map_or(0, |truths| size(&truths));
            }
        }
        self.rules.retain(|key| rules.contains(key));
        self.atoms.retain(|key| atoms.contains(key));
    }

    /// What a rule, by what it says, found in a frame before.
    #[must_use]
    pub fn found(&self, number: u64, rule: &Hash) -> Option<&Found> {
        self.frames.get(&number)?.rules.get(rule)
    }

    /// Takes over what a rule found in a frame at another time.
    pub fn recall(&mut self, number: u64, rule: Hash, found: Found) {
        self.rules.insert(rule);
        self.frames
            .entry(number)
            .or_default()
            .rules
            .insert(rule, found);
    }

    /// Forgets what was found in a frame.
    pub fn forget(&mut self, number: u64) {
        let seen = self.frames.remove(&number).unwrap_or_default();
        let freed: usize = seen.atoms.values().map(|truths| size(truths)).sum();
        self.taken -= freed;
    }

    pub(in crate::rules) fn sweep_with(
        &mut self,
        ruleset: &Ruleset,
        keys: &Keys,
        number: u64,
        frame: &Frame,
    ) -> Swept {
        self.sweep_some(ruleset, keys, &[], number, frame)
    }

    /// The same for the rules that are asked for, by their numbers; the others find nothing.
    pub(in crate::rules) fn sweep_some(
        &mut self,
        ruleset: &Ruleset,
        keys: &Keys,
        asked: &[bool],
        number: u64,
        frame: &Frame,
    ) -> Swept {
        let nothing = Arc::new(Bits::none(frame.count));
        let mut asked = asked.iter().copied().chain(std::iter::repeat(true));
        let mut here: Vec<Option<Arc<Truths>>> = vec![None; ruleset.atoms.len()];
        let mut swept = Swept {
            matches: Vec::with_capacity(ruleset.rules.len()),
            holds: Vec::with_capacity(ruleset.rules.len()),
        };
        for (rule, key) in ruleset.rules.iter().zip(&keys.rules) {
            if asked.next() == Some(false) || rule.status == Status::Off {
                swept.matches.push(Arc::clone(&nothing));
                swept.holds.push(None);
                continue;
            }
            let found = match self.found(number, key) {
                Some(known) => known.clone(),
                None => {
                    let mut look = Look {
                        sweep: self,
                        ruleset,
                        keys,
                        number,
                        frame,
                        here: &mut here,
                        supposed: None,
                    };
                    let found = look.rule(rule);
                    self.recall(number, *key, found.clone());
                    found
                }
            };
            swept.matches.push(found.matches);
            swept.holds.push(found.holds);
        }
        swept
    }

    /// Where a rule would match in a frame if one line of its condition were true, or false.
    #[must_use]
    pub fn suppose(
        &mut self,
        (ruleset, keys): (&Ruleset, &Keys),
        rule: &Rule,
        (row, truth): (u16, bool),
        number: u64,
        frame: &Frame,
    ) -> Bits {
        let mut look = Look {
            sweep: self,
            ruleset,
            keys,
            number,
            frame,
            here: &mut vec![None; ruleset.atoms.len()],
            supposed: Some((row, truth)),
        };
        Bits::clone(&look.rule(rule).matches)
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
    /// A line of the rule that is taken to be true or false.
    supposed: Option<(u16, bool)>,
}

impl Look<'_> {
    fn rule(&mut self, rule: &Rule) -> Found {
        let truths = self.cond(rule, &rule.when.cond);
        let holds = if rule.unknown_matches {
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
        let mut matches = holds.clone();
        matches.and(&asked);
        Found {
            matches: Arc::new(matches),
            holds: rule.runs_on(EventKind::Time).then(|| Arc::new(holds)),
        }
    }

    fn cond(&mut self, rule: &Rule, cond: &Cond) -> Truths {
        let count = self.frame.count;
        match cond {
            Cond::Const(value) => Truths::constant(*value, count),
            Cond::Row(number) => {
                let Some(row) = rule.when.rows.get(usize::from(*number)) else {
                    return Truths::unknown(count);
                };
                if let Some((supposed, truth)) = self.supposed
                    && supposed == *number
                {
                    return Truths::constant(truth, count);
                }
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
            && self.supposed.is_none()
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
        let seen = self.sweep.frames.entry(self.number).or_default();
        let truths = match seen.atoms.get(key) {
            Some(known) => Arc::clone(known),
            None => {
                self.sweep.evaluated += 1;
                let truths = Arc::new(atom::truths(self.ruleset, atom, self.frame));
                let size = size(&truths);
                let lasts = !atom::looks_for_words(atom);
                if lasts && self.sweep.taken + size <= self.sweep.budget {
                    self.sweep.taken += size;
                    self.sweep.atoms.insert(*key);
                    seen.atoms.insert(*key, Arc::clone(&truths));
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
