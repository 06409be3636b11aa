//! Taking back the last act of the same person. The epoch grows all the same: what others saw in
//! between stays seen.

use std::collections::BTreeSet;

use crate::control::{Reason, Verb};
use crate::conversation::UndoPoint;
use crate::decide::Refusal;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::event::ActorKind;
use crate::event::body::OfferEnd;
use crate::ids::CommandId;
use crate::status::WorkStatus;

impl Work<'_> {
    /// Restores control, status, snooze, priority and tags as they were before an act.
    pub(super) fn undo(&mut self, of: CommandId) -> Result<(), Refusal> {
        let point = self
            .state
            .undo
            .clone()
            .filter(|point| {
                point.of == of && self.actor.kind == ActorKind::Agent && point.by == self.actor.id
            })
            .ok_or(Refusal::NothingToUndo)?;
        let before = self.mark();
        self.go_back_to(&point)?;
        if self.mark() == before {
            return Err(Refusal::NothingToUndo);
        }
        Ok(())
    }

    /// Restores what an act had changed.
    pub(super) fn go_back_to(&mut self, point: &UndoPoint) -> Result<(), Refusal> {
        let resting = point.control.resting_state();
        let now = &self.state.control;
        if now.controller != point.control.controller || now.resting_state() != resting {
            let reason = Reason {
                text: String::new(),
                words: None,
                ..point.control.reason.clone()
            };
            self.hand(Move {
                state: Some(resting),
                wrapping_until: point.control.wrapping_until,
                ..Move::to(point.control.controller.clone(), Verb::Undo, reason)
            })?;
        } else if point.control.offer.is_none() {
            self.end_offer(OfferEnd::Rescinded, "");
        }

        match point.snoozed_until {
            Some(until) if until <= self.now => self.become_status(WorkStatus::Open, None),
            until => self.become_status(point.status, until),
        }
        self.become_priority(point.priority);
        let missing: BTreeSet<String> = point.tags.difference(&self.state.tags).cloned().collect();
        let added: BTreeSet<String> = self.state.tags.difference(&point.tags).cloned().collect();
        self.tag(&missing, &added);
        self.restore_labels(&point.labels);
        // Where it was comes before what waits there.
        self.move_back(point)?;
        self.hold_again(&point.unread);
        Ok(())
    }
}
