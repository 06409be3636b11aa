//! What is remembered of each rule, in the order of their names. A conversation has a handful of
//! rules that say anything, so a sorted list is smaller and faster than a tree; it is written as a
//! map.

use std::{borrow::Borrow, collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Standing;

/// What is remembered of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct RuleState {
    /// Whether its condition held when it was last evaluated.
    #[serde(rename = "h", skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) holds: bool,
    /// Where the conversation stood when it last acted.
    #[serde(rename = "a", skip_serializing_if = "Option::is_none", default)]
    pub(super) acted: Option<Box<Standing>>,
}

impl RuleState {
    /// Whether it says nothing.
    const fn is_nothing(&self) -> bool {
        !self.holds && self.acted.is_none()
    }
}

/// States by the name of the rule; none that says nothing.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct States<K>(Vec<(K, RuleState)>);

impl<K> States<K> {
    /// Nothing is remembered of any rule.
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether nothing is remembered.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord + Clone> States<K> {
    fn place<Q: Ord + ?Sized>(&self, rule: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0
            .binary_search_by(|(known, _)| known.borrow().cmp(rule))
    }

    /// What is remembered of a rule.
    pub(super) fn get<Q: Ord + ?Sized>(&self, rule: &Q) -> Option<&RuleState>
    where
        K: Borrow<Q>,
    {
        let place = self.place(rule).ok()?;
        self.0.get(place).map(|(_, state)| state)
    }

    /// Notes whether a rule holds and, when it acted, where.
    pub(super) fn set(&mut self, rule: &K, holds: bool, acted: Option<Box<Standing>>) {
        match self.place(rule) {
            Err(place) => {
                let state = RuleState { holds, acted };
                if !state.is_nothing() {
                    self.0.insert(place, (rule.clone(), state));
                }
            }
            Ok(place) => {
                let Some((_, state)) = self.0.get_mut(place) else {
                    return;
                };
                state.holds = holds;
                if acted.is_some() {
                    state.acted = acted;
                }
                if state.is_nothing() {
                    self.0.remove(place);
                }
            }
        }
    }

    /// Changes each state, and forgets what says nothing then.
    pub(super) fn retain(&mut self, mut change: impl FnMut(&K, &mut RuleState)) {
        self.0.retain_mut(|(rule, state)| {
            change(rule, state);
            !state.is_nothing()
        });
    }

    /// The same states under other names.
    pub(super) fn renamed<N: Ord + Clone>(&self, name: &impl Fn(&K) -> Option<N>) -> States<N> {
        let states = self.0.iter();
        let mut renamed: Vec<(N, RuleState)> = states
            .filter_map(|(rule, state)| Some((name(rule)?, state.clone())))
            .collect();
        renamed.sort_by(|one, other| one.0.cmp(&other.0));
        States(renamed)
    }
}

impl<K: fmt::Debug> fmt::Debug for States<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = self.0.iter().map(|(rule, state)| (rule, state));
        f.debug_map().entries(states).finish()
    }
}

impl<K: Serialize> Serialize for States<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(rule, state)| (rule, state)))
    }
}

impl<'de, K: Deserialize<'de> + Ord> Deserialize<'de> for States<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let states = BTreeMap::<K, RuleState>::deserialize(deserializer)?;
        Ok(Self(states.into_iter().collect()))
    }
}
