//! What a rule does, in words.

use std::fmt::Display;

use super::{Effects, PriorityEffect, ReviewEffect};
use crate::rules::{
    outcome::{ControlTarget, Target},
    text::duration::spell_duration,
};

impl Effects {
    /// What it does, in one sentence for people.
    #[must_use]
    pub fn says(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(control) = &self.control {
            parts.push(match control {
                ControlTarget::Bot => "gives it to the bot".to_owned(),
                ControlTarget::Queue => "puts it into the queue".to_owned(),
                ControlTarget::Team(name) => format!("gives it to the team {name}"),
                ControlTarget::Agent(name) => format!("gives it to {name}"),
                ControlTarget::Closed => "closes it".to_owned(),
            });
        }
        let readers = match self.reviewers.as_slice() {
            [] => "a person".to_owned(),
            targets => names(targets),
        };
        match self.review {
            Some(ReviewEffect::Required) => {
                parts.push(format!("has drafts read by {readers} first"));
            }
            Some(ReviewEffect::Sample(share)) => {
                let percent = share * 100.0;
                parts.push(format!("has {percent} % of drafts read by {readers} first"));
            }
            Some(ReviewEffect::None) => parts.push("lets drafts go unread".to_owned()),
            None => {}
        }
        match self.priority {
            Some(PriorityEffect::Set(level)) => {
                parts.push(format!("makes the priority at least {}", level.word()));
            }
            Some(PriorityEffect::Raise(step)) if step < 0 => {
                parts.push("lowers the priority".to_owned());
            }
            Some(PriorityEffect::Raise(_)) => parts.push("raises the priority".to_owned()),
            None => {}
        }
        if let Some(sla) = &self.sla {
            parts.push(format!("promises the service level {sla}"));
        }
        if let Some(ladder) = &self.ladder {
            parts.push(format!("starts the ladder {ladder}"));
        }
        if !self.tag.is_empty() {
            parts.push(format!("tags it {}", listed(&self.tag)));
        }
        if !self.untag.is_empty() {
            parts.push(format!("takes away the tag {}", listed(&self.untag)));
        }
        if !self.notify.is_empty() {
            parts.push(format!("alerts {}", names(&self.notify)));
        }
        if let Some(name) = &self.macro_ {
            parts.push(format!("sends the text {name}"));
        }
        if let Some(length) = self.snooze {
            parts.push(format!("puts it aside for {}", spell_duration(length)));
        }
        if let Some(kind) = &self.channel {
            parts.push(format!("goes on by {kind}"));
        }
        let last = parts.pop().unwrap_or_else(|| "does nothing".to_owned());
        let text = match parts.is_empty() {
            true => last,
            false => format!("{} and {last}", parts.join(", ")),
        };
        let mut letters = text.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).chain(['.']).collect()
    }
}

fn names(targets: &[Target]) -> String {
    let names: Vec<String> = targets
        .iter()
        .map(|target| match target {
            Target::Team(name) => format!("the team {name}"),
            Target::Role(name) => format!("every {name}"),
            Target::Agent(name) => name.to_string(),
            Target::AnyAvailable => "anybody who is there".to_owned(),
        })
        .collect();
    listed(&names)
}

fn listed(items: &[impl Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(", ")
}

#[cfg(test)]
mod tests {
    use crate::rules::Ruleset;

    #[test]
    fn what_the_rules_that_ship_do_can_be_said() {
        let ruleset = Ruleset::parse(Ruleset::DEFAULT).unwrap();
        let says = |id: &str| ruleset.rule(id).unwrap().effects.says();
        assert_eq!(
            says("legal-wording"),
            "Puts it into the queue, makes the priority at least urgent, starts the ladder urgent \
             and tags it legal."
        );
        assert_eq!(
            says("money-in-a-draft"),
            "Has drafts read by the team support first."
        );
        assert_eq!(
            says("waiting-too-long"),
            "Raises the priority, starts the ladder normal and tags it waiting."
        );
    }
}
