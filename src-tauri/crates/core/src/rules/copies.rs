//! Rules that are tried in the place of others: an edit of a rule that acts, watched beside the
//! rule as it is. Never both act, so nothing that is said of rules in each other's way is said of
//! those two.

use super::{
    check,
    outcome::{EventKind, RuleId},
    plan::{Rule, Ruleset, Status},
};

/// Every rule that is tried in the place of another, and that one, by their numbers.
pub(super) fn copies(rules: &[Rule]) -> Vec<(u16, u16)> {
    let numbered = || (0_u16..).zip(rules);
    numbered()
        .filter_map(|(copy, rule)| {
            let original = rule
                .replaces
                .as_ref()
                .filter(|_| rule.status != Status::Off)?;
            let (number, _) = numbered().find(|(_, known)| known.id == *original)?;
            Some((copy, number))
        })
        .collect()
}

impl Ruleset {
    /// The rules in their places, with those that are only tried left out; with `copy`, that one
    /// stands where the rule stands that it is to replace, and acts as that one does.
    pub(super) fn arranged(&self, copy: Option<&RuleId>) -> Self {
        let mut arranged = self.clone();
        let tried = copy.and_then(|copy| self.rule(copy.as_str()));
        (arranged.rules, arranged.spans) = self
            .rules
            .iter()
            .zip(&self.spans)
            .filter(|(rule, _)| rule.replaces.is_none())
            .map(|(rule, span)| match tried {
                Some(tried) if tried.replaces.as_ref() == Some(&rule.id) => {
                    let mut tried = tried.clone();
                    tried.status = rule.status;
                    (tried, *span)
                }
                _ => (rule.clone(), *span),
            })
            .unzip();
        arranged.events = check::events(&arranged.rules);
        arranged.copies = Vec::new();
        arranged.meanings = std::sync::OnceLock::new();
        arranged
    }

    /// The rules that an event of a kind has something to say of: those that it runs, and those
    /// that are tried in the place of such a rule and would not run.
    pub(super) fn looked_at(&self, kind: EventKind) -> impl Iterator<Item = u16> {
        let run = &self.event(kind).rules;
        let others = self
            .copies
            .iter()
            .filter(|(copy, original)| run.contains(original) && !run.contains(copy));
        run.iter().copied().chain(others.map(|(copy, _)| *copy))
    }
}
