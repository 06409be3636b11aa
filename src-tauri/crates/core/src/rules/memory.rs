//! What the rules remember about one conversation between passes. It is kept by rule id, so an
//! edit of the file neither forgets nor repeats what the other rules have done.

mod states;

use std::{borrow::Borrow, sync::Arc};

use serde::{Deserialize, Serialize};

use super::plan::{Rule, Ruleset};
use crate::time::{HOUR, Timestamp};

use states::States;

/// Changes of control that rules may make in one conversation within an hour.
pub const CONTROL_CHANGES_PER_HOUR: usize = 3;
/// Passes in one chain of causes: the event and the follow-ups of its effects.
pub const CHAIN_DEPTH: u8 = 3;

/// How often a rule may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Once {
    /// Each time its condition becomes true.
    #[default]
    UntilFalse,
    /// Once for each message.
    PerMessage,
    /// Once while one controller has it.
    PerControl,
    /// Once in each episode.
    PerEpisode,
    /// Once ever.
    PerConversation,
}

impl Once {
    /// Every mode with its name in rule files.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("until-false", Self::UntilFalse),
        ("per-message", Self::PerMessage),
        ("per-control", Self::PerControl),
        ("per-episode", Self::PerEpisode),
        ("per-conversation", Self::PerConversation),
    ];

    /// Its name in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UntilFalse => "until-false",
            Self::PerMessage => "per-message",
            Self::PerControl => "per-control",
            Self::PerEpisode => "per-episode",
            Self::PerConversation => "per-conversation",
        }
    }
}

/// Where a conversation stands, as far as `once` counts it; unknown counts are equal to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Number of messages.
    #[serde(rename = "m", skip_serializing_if = "Option::is_none", default)]
    pub message: Option<i64>,
    /// Number of changes of control.
    #[serde(rename = "c", skip_serializing_if = "Option::is_none", default)]
    pub control: Option<i64>,
    /// Number of the episode.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none", default)]
    pub episode: Option<i64>,
}

/// What the rules remember about one conversation, by their ids.
pub type RuleMemory = Memory<Arc<str>>;

/// By what a memory knows a rule: by its id where it lasts, by its number where one version of the
/// rules goes through a whole history.
pub(in crate::rules) trait Known: Clone + Ord {
    /// Of a rule, whose number is given.
    fn of(number: u16, rule: &Rule) -> Self;

    /// The number of the rule in a set; none when it is not there.
    fn number(&self, ruleset: &Ruleset) -> Option<u16>;
}

impl Known for Arc<str> {
    fn of(_: u16, rule: &Rule) -> Self {
        Self::clone(&rule.id.0)
    }

    fn number(&self, ruleset: &Ruleset) -> Option<u16> {
        ruleset.number(self)
    }
}

impl Known for u16 {
    fn of(number: u16, _: &Rule) -> Self {
        number
    }

    fn number(&self, _: &Ruleset) -> Option<u16> {
        Some(*self)
    }
}

/// What the rules remember about one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory<K: Ord> {
    #[serde(skip_serializing_if = "States::is_empty", default = "States::none")]
    rules: States<K>,
    /// When rules changed control within the last hour.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    control_changes: Vec<Timestamp>,
    /// Whether the loop guard has taken control from the rules.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    guarded: bool,
    /// Passes in the present chain of causes.
    #[serde(skip_serializing_if = "is_zero", default)]
    depth: u8,
    /// Rules that have acted in it.
    #[serde(skip_serializing_if = "Vec::is_empty", default = "Vec::new")]
    chain: Vec<K>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_zero(depth: &u8) -> bool {
    *depth == 0
}

impl<K: Ord> Default for Memory<K> {
    fn default() -> Self {
        Self {
            rules: States::none(),
            control_changes: Vec::new(),
            guarded: false,
            depth: 0,
            chain: Vec::new(),
        }
    }
}

impl<K: Ord + Clone> Memory<K> {
    /// Whether a rule's condition held when it was last evaluated.
    #[must_use]
    pub fn held<Q: Ord + ?Sized>(&self, rule: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.rules.get(rule).is_some_and(|state| state.holds)
    }

    /// Whether a rule whose condition holds now may act.
    #[must_use]
    pub fn may_act<Q: Ord + ?Sized>(&self, rule: &Q, once: Once, now: &Standing) -> bool
    where
        K: Borrow<Q>,
    {
        let Some(state) = self.rules.get(rule) else {
            return true;
        };
        let differs = |count: fn(&Standing) -> Option<i64>| {
            state
                .acted
                .as_ref()
                .is_none_or(|then| match (count(then), count(now)) {
                    (Some(then), Some(now)) => then != now,
                    // Without counts the edge decides, as if nothing were said.
                    _ => !state.holds,
                })
        };
        match once {
            Once::UntilFalse => !state.holds,
            Once::PerMessage => differs(|standing| standing.message),
            Once::PerControl => differs(|standing| standing.control),
            Once::PerEpisode => differs(|standing| standing.episode),
            Once::PerConversation => state.acted.is_none(),
        }
    }

    /// Whether a rule can never act again while the conversation stands as it does.
    #[must_use]
    pub fn is_spent<Q: Ord + ?Sized>(&self, rule: &Q, once: Once, now: &Standing) -> bool
    where
        K: Borrow<Q>,
    {
        match once {
            Once::UntilFalse | Once::PerMessage => false,
            Once::PerControl | Once::PerEpisode | Once::PerConversation => {
                let acted = self
                    .rules
                    .get(rule)
                    .is_some_and(|state| state.acted.is_some());
                acted && !self.may_act(rule, once, now)
            }
        }
    }

    /// Notes how a rule was evaluated, and whether it acted.
    pub fn note(&mut self, rule: &K, holds: bool, acted: Option<Standing>) {
        self.rules.set(rule, holds, acted.map(Box::new));
    }

    /// Notes of every rule that held and no longer does, as `ended` says, that it does not.
    pub(in crate::rules) fn release(&mut self, mut ended: impl FnMut(&K) -> bool) {
        self.rules.retain(|rule, state| {
            if state.holds && ended(rule) {
                state.holds = false;
            }
        });
    }

    /// The same memory under other names; what has no other name is forgotten.
    pub(in crate::rules) fn renamed<N: Ord + Clone>(
        &self,
        name: impl Fn(&K) -> Option<N>,
    ) -> Memory<N> {
        Memory {
            rules: self.rules.renamed(&name),
            control_changes: self.control_changes.clone(),
            guarded: self.guarded,
            depth: self.depth,
            chain: self.chain.iter().filter_map(name).collect(),
        }
    }

    /// Whether it holds nothing that could change what is decided.
    pub(in crate::rules) const fn is_blank(&self) -> bool {
        self.rules.is_empty()
            && self.control_changes.is_empty()
            && self.chain.is_empty()
            && !self.guarded
    }

    /// Begins a pass: a new chain of causes, or one more link of the present one.
    pub fn begin_pass(&mut self, follows_a_rule: bool) {
        if follows_a_rule {
            self.depth = self.depth.saturating_add(1);
        } else {
            self.depth = 1;
            self.chain.clear();
        }
    }

    /// Whether a rule has acted in the present chain of causes.
    #[must_use]
    pub fn acted_in_chain(&self, rule: &K) -> bool {
        self.chain.contains(rule)
    }

    /// Notes which rules have acted in one pass of the present chain of causes.
    pub fn note_in_chain(&mut self, rules: impl IntoIterator<Item = K>) {
        // A pass names no rule twice, so only those of earlier passes have to be looked through.
        let before = self.chain.len();
        for rule in rules {
            if !self.chain.iter().take(before).any(|known| *known == rule) {
                self.chain.push(rule);
            }
        }
    }

    /// Whether the chain of causes is as long as it may be.
    #[must_use]
    pub const fn chain_is_full(&self) -> bool {
        self.depth >= CHAIN_DEPTH
    }

    /// Whether rules have lost control of the conversation until a person acts.
    #[must_use]
    pub const fn is_guarded(&self) -> bool {
        self.guarded
    }

    /// Whether one more change of control by a rule would be one too many.
    #[must_use]
    pub fn would_loop(&self, now: Timestamp) -> bool {
        let recent = self
            .control_changes
            .iter()
            .filter(|at| now.since(**at) < HOUR)
            .count();
        recent >= CONTROL_CHANGES_PER_HOUR
    }

    /// Notes that a rule changed control.
    pub fn note_control_change(&mut self, now: Timestamp) {
        self.control_changes.retain(|at| now.since(*at) < HOUR);
        self.control_changes.push(now);
    }

    /// The loop guard takes control from the rules.
    pub const fn guard(&mut self) {
        self.guarded = true;
    }

    /// A person acted: rules may control the conversation again.
    pub fn person_acted(&mut self) {
        self.guarded = false;
        self.control_changes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(message: i64, episode: i64) -> Standing {
        Standing {
            message: Some(message),
            control: None,
            episode: Some(episode),
        }
    }

    #[test]
    fn a_rule_acts_when_its_condition_becomes_true_and_again_only_after_it_was_false() {
        let mut memory = RuleMemory::default();
        let rule: Arc<str> = "late".into();
        let now = standing(1, 1);
        assert!(memory.may_act("late", Once::UntilFalse, &now));
        memory.note(&rule, true, Some(now));
        assert!(!memory.may_act("late", Once::UntilFalse, &now));
        memory.note(&rule, false, None);
        assert!(memory.may_act("late", Once::UntilFalse, &now));
        assert!(!memory.may_act("late", Once::PerConversation, &now));
        assert!(!memory.may_act("late", Once::PerEpisode, &now));
        assert!(memory.may_act("late", Once::PerEpisode, &standing(5, 2)));
        assert!(memory.may_act("late", Once::PerMessage, &standing(2, 1)));
    }

    #[test]
    fn memory_survives_a_round_trip_and_forgets_what_is_nothing() {
        let mut memory = RuleMemory::default();
        memory.note(&"a".into(), true, Some(standing(3, 1)));
        memory.note(&"b".into(), false, None);
        memory.note_control_change(Timestamp(5));
        let json = serde_json::to_string(&memory).unwrap();
        assert_eq!(
            json,
            r#"{"rules":{"a":{"h":true,"a":{"m":3,"e":1}}},"control_changes":[5]}"#
        );
        assert_eq!(serde_json::from_str::<RuleMemory>(&json).unwrap(), memory);
        assert_eq!(serde_json::to_string(&RuleMemory::default()).unwrap(), "{}");
    }

    #[test]
    fn the_fourth_change_within_an_hour_would_be_a_loop() {
        let mut memory = RuleMemory::default();
        for minute in 0..3 {
            assert!(!memory.would_loop(Timestamp(minute)));
            memory.note_control_change(Timestamp(minute));
        }
        assert!(memory.would_loop(Timestamp(3)));
        assert!(!memory.would_loop(Timestamp(HOUR)));
        memory.person_acted();
        assert!(!memory.would_loop(Timestamp(3)));
    }
}
