//! Which rules of two files do the same, so that only the others need to be looked at.

use std::collections::BTreeMap;

use crate::rules::{
    columns::Keys,
    memory::{Memory, Once},
    outcome::EventKind,
    plan::{Rule, Ruleset, Status},
};

/// What two files have in common.
#[derive(Debug)]
pub(super) struct Pairing {
    /// Per rule of the old file, the rule of the new one that does the same in the same place.
    pub(super) same: Vec<Option<u16>>,
    /// Per rule of the old file, the rule of the new one that is called the same.
    pub(super) namesakes: Vec<Option<u16>>,
    /// Per rule of the old file, the rule of the new one of that name that does the same when it
    /// acts, in the same place; when it acts may differ.
    likes: Vec<Option<u16>>,
    /// Per rule of the new file, the one of the old of which it is the [`Self::same`], and the one
    /// that it is like.
    back: Vec<[Option<u16>; 2]>,
    /// Per rule of both files, whether it matters later that it acted once: some rule of that name
    /// asks for it.
    pub(super) lasting: [Vec<bool>; 2],
    /// Per rule of the new file, whether there is no such rule in the old one.
    pub(super) fresh: Vec<bool>,
    /// Whether a rule that runs on time is not the same in both.
    pub(super) time_differs: bool,
    /// Whether a draft that no rule speaks of is treated otherwise.
    pub(super) review_differs: bool,
}

impl Pairing {
    pub(super) fn of(old: (&Ruleset, &Keys), new: (&Ruleset, &Keys)) -> Self {
        let ladders = |ruleset: &Ruleset| -> Vec<_> {
            let names = ruleset.ladders.iter().map(|ladder| ladder.name.clone());
            names.collect()
        };
        let same_ladders = ladders(old.0) == ladders(new.0);
        let places: BTreeMap<&str, usize> = new
            .0
            .rules
            .iter()
            .enumerate()
            .map(|(place, rule)| (rule.id.as_str(), place))
            .collect();
        let namesakes: Vec<Option<u16>> = old
            .0
            .rules
            .iter()
            .map(|rule| {
                let place = *places.get(rule.id.as_str())?;
                u16::try_from(place).ok()
            })
            .collect();
        // The rules of one name that are one by some measure, each as its places in both files.
        let twins = |is_one: &dyn Fn(usize, &Rule, usize, &Rule) -> bool| -> Vec<(usize, usize)> {
            let twin = |(place, rule): (usize, &Rule)| {
                let twin = *places.get(rule.id.as_str())?;
                let ladders = same_ladders || rule.effects.ladder.is_none();
                let is_one = ladders && is_one(place, rule, twin, new.0.rules.get(twin)?);
                is_one.then_some((place, twin))
            };
            old.0.rules.iter().enumerate().filter_map(twin).collect()
        };
        let pairs = twins(&|place, rule, twin, twin_rule| {
            old.1.rules.get(place) == new.1.rules.get(twin) && does_the_same(rule, twin_rule)
        });
        let mut same = vec![None; old.0.rules.len()];
        let mut fresh = vec![true; new.0.rules.len()];
        for (place, twin) in in_order(&pairs) {
            if let (Some(known), Some(new)) = (same.get_mut(place), fresh.get_mut(twin)) {
                *known = u16::try_from(twin).ok();
                *new = false;
            }
        }
        let alike = twins(&|_, rule, _, twin_rule| {
            rule.take_over == twin_rule.take_over && rule.effects == twin_rule.effects
        });
        let mut likes = vec![None; old.0.rules.len()];
        for (place, twin) in in_order(&alike) {
            if let Some(like) = likes.get_mut(place) {
                *like = u16::try_from(twin).ok();
            }
        }
        let mut back = vec![[None; 2]; new.0.rules.len()];
        for (kind, list) in [&same, &likes].into_iter().enumerate() {
            for (place, twin) in (0_u16..).zip(list) {
                let twin = twin.and_then(|twin| back.get_mut(usize::from(twin)));
                if let Some(known) = twin.and_then(|twin| twin.get_mut(kind)) {
                    *known = Some(place);
                }
            }
        }
        let timed = |rule: &Rule| rule.status != Status::Off && rule.runs_on(EventKind::Time);
        let lost = old.0.rules.iter().zip(&same);
        let come = new.0.rules.iter().zip(&fresh);
        Self {
            time_differs: lost
                .filter(|(_, twin)| twin.is_none())
                .any(|(rule, _)| timed(rule))
                || come
                    .filter(|(_, fresh)| **fresh)
                    .any(|(rule, _)| timed(rule)),
            lasting: lasting([old.0, new.0], &namesakes),
            namesakes,
            same,
            likes,
            back,
            fresh,
            review_differs: old.0.defaults.review != new.0.defaults.review,
        }
    }
}

impl Pairing {
    /// The rule of the new file that does the same as one of the old when it acts.
    pub(super) fn like(&self, old: u16) -> Option<u16> {
        self.likes.get(usize::from(old)).copied().flatten()
    }

    /// Whether there is a rule in the old file that does the same as one of the new when it acts.
    pub(super) fn is_like(&self, new: u16) -> bool {
        let back = self.back.get(usize::from(new));
        back.is_some_and(|[_, like]| like.is_some())
    }

    /// The rule of the old file that acts when one of the new does.
    pub(super) fn twin_of(&self, new: u16) -> Option<u16> {
        let [same, _] = self.back.get(usize::from(new))?;
        *same
    }

    /// The rule of the old file that is called as one of the new.
    pub(super) fn namesake_of(&self, new: u16) -> Option<u16> {
        let found = self.namesakes.iter().position(|known| *known == Some(new));
        found.and_then(|place| u16::try_from(place).ok())
    }

    /// What the old rules remember, as the new ones take it over: by the names of the rules.
    pub(super) fn taken_over(&self, memory: &Memory<u16>) -> Memory<u16> {
        memory.renamed(|rule| self.namesakes.get(usize::from(*rule)).copied().flatten())
    }

    /// Whether the rules of two lists, one of either file, are the same ones that do the same.
    pub(super) fn alike(&self, old: &[u16], new: &[u16]) -> bool {
        let twin = |rule: &u16| self.same.get(usize::from(*rule)).copied().flatten();
        old.len() == new.len()
            && old
                .iter()
                .zip(new)
                .all(|(old, new)| twin(old) == Some(*new))
    }
}

fn lasting(rulesets: [&Ruleset; 2], namesakes: &[Option<u16>]) -> [Vec<bool>; 2] {
    let [mut old, mut new] = rulesets.map(|ruleset| -> Vec<bool> {
        let rules = ruleset.rules.iter();
        rules.map(|rule| rule.once != Once::UntilFalse).collect()
    });
    for (place, namesake) in namesakes.iter().enumerate() {
        let twin = namesake.and_then(|twin| new.get_mut(usize::from(twin)));
        if let (Some(old), Some(new)) = (old.get_mut(place), twin) {
            *old |= *new;
            *new = *old;
        }
    }
    [old, new]
}

fn does_the_same(one: &Rule, two: &Rule) -> bool {
    one.once == two.once
        && one.status == two.status
        && one.take_over == two.take_over
        && one.effects == two.effects
}

/// The most pairs that stand in the same order in both files; the others were moved.
fn in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Per length, the pair with which the best run of that length ends; and before each, its own.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, twin)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs.get(*end).is_some_and(|end| end.1 < *twin));
        before.push(length.checked_sub(1).and_then(|at| ends.get(at)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut run = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        run.extend(pairs.get(index));
        at = before.get(index).copied().flatten();
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_rules_that_were_moved_the_fewest_count_as_moved() {
        let order = [3, 0, 1, 2, 5, 4];
        let pairs: Vec<(usize, usize)> = order.into_iter().enumerate().collect();
        let kept: Vec<usize> = in_order(&pairs).into_iter().map(|pair| pair.1).collect();
        assert_eq!(kept, [0, 1, 2, 4]);
        assert_eq!(in_order(&[]), []);
    }
}
