//! What a condition and a rule say, as a hash: the same in every version of a ruleset.

use super::atom;
use crate::{
    hash::Hash,
    rules::plan::{Rule, Ruleset},
};

/// The keys of a ruleset.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Of each atom, by its number.
    pub(super) atoms: Vec<Hash>,
    /// Of each rule, by its number: what it matches, not what it does.
    pub rules: Vec<Hash>,
}

impl Keys {
    /// The keys of what a ruleset says.
    #[must_use]
    pub fn of(ruleset: &Ruleset) -> Self {
        let atoms: Vec<Hash> = ruleset
            .atoms
            .iter()
            .map(|atom| Hash::of(atom::identity(ruleset, atom).as_bytes()))
            .collect();
        let rules = ruleset.rules.iter().map(|rule| key(rule, &atoms)).collect();
        Self { atoms, rules }
    }
}

fn key(rule: &Rule, atoms: &[Hash]) -> Hash {
    let shape = format!(
        "{:?}\n{:?}\n{:?}",
        rule.when.cond, rule.on, rule.unknown_matches
    );
    let signs: Vec<u8> = rule
        .when
        .rows
        .iter()
        .map(|row| u8::from(row.negated))
        .collect();
    let mut parts: Vec<&[u8]> = vec![shape.as_bytes(), &signs];
    let read = rule
        .when
        .rows
        .iter()
        .filter_map(|row| atoms.get(usize::from(row.atom)));
    parts.extend(read.map(|atom| atom.0.as_slice()));
    Hash::of_parts(&parts)
}
