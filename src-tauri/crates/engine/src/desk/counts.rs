//! How the rules do, counted while it happens: what matched, what acted, what a person decided
//! otherwise soon after; and the ceiling of each rule, over which it is put into shadow.

use std::collections::BTreeSet;
use std::sync::Arc;

use baton_core::control::{Controller, Reason, ReasonCode};
use baton_core::decide::{DecisionRow, Happened};
use baton_core::effect::Alert;
use baton_core::event::body::{RuleHeldBack, RuleStatusChanged};
use baton_core::event::{Actor, ActorKind, Event};
use baton_core::ids::{AgentName, ConversationId};
use baton_core::rules::edit::{Edit, Written, edit};
use baton_core::rules::{ControlTarget, Rule, Ruleset, Slots};
use baton_core::status::Priority;
use baton_core::time::{HOUR, MINUTE, Timestamp};
use baton_store::RuleAct;

use super::Turn;
use crate::error::EngineError;
use crate::rulesfile::{Change, Origin, save_as_ever};

/// How soon a person must decide otherwise for a rule to count as overridden.
const SOON: i64 = 10 * MINUTE;

impl Turn<'_, '_> {
    /// Counts what a decision says of each rule, and keeps each act.
    pub(super) fn count_decision(
        &mut self,
        conversation: ConversationId,
        row: &DecisionRow,
        seq: i64,
    ) -> Result<(), EngineError> {
        for marked in &row.marks {
            let rule = marked.rule.as_str();
            self.tx
                .count_rule(rule, marked.meaning, &marked.mark, row.at)?;
            if marked.mark.acted && !marked.mark.shadow {
                let act = RuleAct {
                    seq,
                    rule: rule.to_owned(),
                    meaning: marked.meaning,
                    at: row.at,
                    slots: marked.slots.clone(),
                };
                self.tx.record_act(conversation, &act)?;
            }
        }
        if !row.marks.is_empty() {
            self.touch("rules");
        }
        Ok(())
    }

    /// Sees whether a person decides otherwise than a rule did a moment ago.
    pub(super) fn see_override(
        &mut self,
        conversation: ConversationId,
        happened: &Happened,
    ) -> Result<(), EngineError> {
        let telling = matches!(
            happened.event,
            Event::ControlChanged(_) | Event::PriorityChanged(_) | Event::TagsChanged(_)
        );
        if happened.actor.kind != ActorKind::Agent || !telling {
            return Ok(());
        }
        for act in self.tx.acts_since(conversation, happened.at.plus(-SOON))? {
            if overrides(&happened.event, &act.slots) {
                self.tx.override_act(conversation, &act)?;
                self.touch("rules");
            }
        }
        Ok(())
    }

    /// Whether a rule may send one more text. The first that would be too many puts the rule into
    /// shadow and tells its owner.
    pub(super) fn may_send(
        &mut self,
        conversation: ConversationId,
        rule: &str,
    ) -> Result<bool, EngineError> {
        let ruleset = Arc::clone(&self.roster.ruleset);
        let Some(known) = ruleset.rule(rule) else {
            return Ok(true);
        };
        let ceiling = ruleset.ceiling_of(known);
        let since = self.now.plus(-HOUR);
        let sent = self.tx.texts_sent(rule, since, ceiling.saturating_add(1))?;
        if sent <= ceiling {
            return Ok(true);
        }
        self.hold_back(conversation, &ruleset, known, ceiling)?;
        Ok(false)
    }

    fn hold_back(
        &mut self,
        conversation: ConversationId,
        ruleset: &Ruleset,
        rule: &Rule,
        ceiling: u32,
    ) -> Result<(), EngineError> {
        let id = rule.id.to_string();
        let why = format!("it wanted to send more than {ceiling} texts within an hour");
        let owner = rule.owner.as_deref().unwrap_or_default().to_owned();
        let held = Event::RuleHeldBack(RuleHeldBack {
            rule: id.clone(),
            ceiling,
            owner: owner.clone(),
        });
        self.record(held, Actor::system(), None)?;
        let status = Edit::Key {
            rule: id.clone(),
            key: "status".to_owned(),
            value: Some(Written::Text("shadow".to_owned())),
        };
        let text = edit(ruleset.source(), &[status]).ok();
        let shadowed = text.and_then(|text| Ruleset::parse(&text).ok());
        if let Some(shadowed) = shadowed {
            let change = Change {
                ruleset: Arc::new(shadowed),
                origin: Origin::Ceiling,
                actor: Actor::system(),
                why: why.clone(),
                overrode: None,
                status: Some(RuleStatusChanged {
                    rule: id.clone(),
                    copy: None,
                    from: rule.status.name().to_owned(),
                    to: "shadow".to_owned(),
                    share: None,
                    approver: String::new(),
                    gate: Vec::new(),
                }),
            };
            save_as_ever(self, change)?;
        }
        // Whoever is being called to the customer at this moment must still read why; the rules
        // page and the log tell of the rule too.
        let called = self.tx.alerts_about(conversation)?;
        let mut agents = self.who_answers_for(&owner);
        agents.retain(|agent| called.iter().all(|alert| alert.agent != *agent));
        let alert = Alert {
            agents,
            reason: Reason::new(
                ReasonCode::LoopGuard,
                format!("the rule {id} was put into shadow: {why}"),
            ),
            rule: Some(id),
            rung: None,
            urgent: false,
            sound: false,
            raised_at: self.now,
            due_at: None,
            priority: Priority::Normal,
        };
        self.tx.raise_alert(conversation, &alert, self.now)?;
        self.stirred.alerts = true;
        self.touch("alerts");
        Ok(())
    }

    /// The owner of a rule; who leads the team, where the owner is not of it.
    fn who_answers_for(&self, owner: &str) -> BTreeSet<String> {
        let agents = &self.roster.team.agents;
        if agents.contains_key(&AgentName::new(owner)) {
            return BTreeSet::from([owner.to_owned()]);
        }
        let leads = agents
            .iter()
            .filter(|(_, agent)| agent.roles.contains("lead") || agent.roles.contains("owner"));
        leads.map(|(name, _)| name.to_string()).collect()
    }
}

/// Whether what a person did is otherwise than what a rule had decided.
fn overrides(event: &Event, decided: &Slots) -> bool {
    match event {
        // Taking what a rule has put before people is what the rule was for.
        Event::ControlChanged(changed) => match (&decided.control, &changed.to) {
            (None, _) | (_, Controller::Nobody) => false,
            (Some(rule), to) => match (&rule.value, to) {
                (ControlTarget::Bot, Controller::Bot(_)) => false,
                (ControlTarget::Bot | ControlTarget::Closed, _) => true,
                (_, Controller::Bot(_)) => true,
                (ControlTarget::Team(team), Controller::Queue(queue)) => **team != *queue.as_str(),
                (ControlTarget::Agent(agent), Controller::Agent(other)) => {
                    **agent != *other.as_str()
                }
                (_, _) => false,
            },
        },
        Event::PriorityChanged(_) => decided.priority.is_some(),
        Event::TagsChanged(changed) => {
            let added = decided.tags_add.iter();
            let removed = decided.tags_remove.iter();
            added
                .map(|tag| &tag.value)
                .any(|tag| changed.remove.contains(&**tag))
                || removed
                    .map(|tag| &tag.value)
                    .any(|tag| changed.add.contains(&**tag))
        }
        _ => false,
    }
}

/// Since when something counts as lately for the counts that the page shows.
pub(crate) const fn lately(now: Timestamp) -> Timestamp {
    now.plus(-28 * baton_core::time::DAY)
}
