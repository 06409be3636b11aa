//! What becomes of messages that are to be sent.

use crate::conversation::{Conversation, Outgoing, OutgoingState};
use crate::event::body::{SendChanged, SendQueued, SendStep};
use crate::ids::CommandId;
use crate::message::Author;
use crate::time::Timestamp;

impl Conversation {
    pub(super) fn send_queued(&mut self, queued: &SendQueued, at: Timestamp, cause: CommandId) {
        // Whoever answers has read what there is; what comes later is unread again.
        if queued.author == Author::Agent {
            self.talk.unread = 0;
        }
        self.outbox.insert(
            queued.outbox,
            Outgoing {
                id: queued.outbox,
                message: queued.message,
                document: queued.document,
                author: queued.author,
                author_name: queued.author_name.clone(),
                epoch: queued.epoch,
                queued_at: at,
                undo_until: queued.undo_until,
                state: OutgoingState::Queued {
                    not_before: queued.undo_until,
                },
                attempts: 0,
                last_error: String::new(),
                resolved_by: queued.resolves.then_some(cause),
                left: Vec::new(),
            },
        );
    }

    pub(super) fn send_changed(&mut self, changed: &SendChanged, at: Timestamp) {
        let Some(entry) = self.outbox.get_mut(&changed.outbox) else {
            return;
        };
        match &changed.step {
            SendStep::Committing { attempt, deadline } => {
                entry.attempts = *attempt;
                entry.state = OutgoingState::Committing {
                    deadline: *deadline,
                };
            }
            SendStep::PartlySent { refused, left, at } => {
                if !refused.is_empty() {
                    let undelivered = self.undelivered.entry(entry.message).or_default();
                    undelivered.refused.extend(refused.iter().cloned());
                }
                entry.left.clone_from(left);
                entry.state = OutgoingState::Queued { not_before: *at };
            }
            SendStep::Retry { at: next, text } => {
                if entry.state == OutgoingState::Failed {
                    entry.queued_at = at;
                }
                entry.state = OutgoingState::Queued { not_before: *next };
                entry.last_error.clone_from(text);
            }
            SendStep::Failed { text } => {
                entry.state = OutgoingState::Failed;
                entry.last_error.clone_from(text);
            }
            SendStep::InDoubt { text, judge_by } => {
                entry.state = OutgoingState::InDoubt {
                    judge_by: *judge_by,
                };
                entry.last_error.clone_from(text);
            }
            SendStep::Judged { sent: false } => {
                // Kept at hand, so that a person can try it again.
                entry.state = OutgoingState::Failed;
            }
            SendStep::Sent { refused } if !refused.is_empty() => {
                let undelivered = self.undelivered.entry(entry.message).or_default();
                undelivered.refused.extend(refused.iter().cloned());
                self.outbox.remove(&changed.outbox);
            }
            SendStep::Sent { .. }
            | SendStep::Judged { sent: true }
            | SendStep::Cancelled
            | SendStep::Superseded => {
                self.outbox.remove(&changed.outbox);
            }
        }
    }
}
