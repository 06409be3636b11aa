//! What becomes of drafts that wait for a person.

use crate::control::Controller;
use crate::conversation::{Conversation, OutgoingState};
use crate::event::body::{DraftHeld, DraftMoved, DraftSettled, SendChanged, SendStep};
use crate::ids::CommandId;
use crate::message::Author;
use crate::review::ReviewEnd;
use crate::time::Timestamp;

impl Conversation {
    /// Whether words that a bot has said since an instant are on their way to the customer: a
    /// person reads them first, or they are being sent. Nobody has to ask it for them again.
    #[must_use]
    pub fn has_answer_under_way(&self, bot: &str, since: Timestamp) -> bool {
        let own = |author: Author, name: &str| author == Author::Bot && name == bot;
        let held = self
            .drafts
            .values()
            .any(|draft| own(draft.author, &draft.author_name) && draft.held_at >= since);
        held || self.outbox.values().any(|entry| {
            own(entry.author, &entry.author_name)
                && entry.queued_at >= since
                && match entry.state {
                    OutgoingState::Queued { .. }
                    | OutgoingState::Committing { .. }
                    | OutgoingState::InDoubt { .. } => true,
                    // Whoever was told that it failed has it in hand.
                    OutgoingState::Failed | OutgoingState::Sent | OutgoingState::Cancelled => false,
                }
        })
    }

    pub(super) fn draft_held(&mut self, held: &DraftHeld) {
        self.drafts.insert(held.draft.id, held.draft.clone());
    }

    pub(super) fn draft_moved(&mut self, moved: &DraftMoved) {
        if let Some(draft) = self.drafts.get_mut(&moved.draft) {
            draft.reviewers.clone_from(&moved.reviewers);
        }
    }

    /// One that was approved is kept until it has left, so that it can be taken back; the others
    /// are gone, and an undo of the act that did it brings them back.
    pub(super) fn draft_settled(&mut self, settled: &DraftSettled, cause: CommandId) {
        match settled.how {
            ReviewEnd::Approved | ReviewEnd::Edited => {
                if let Some(draft) = self.drafts.get_mut(&settled.draft) {
                    draft.leaving = settled.outbox;
                }
            }
            ReviewEnd::Rejected | ReviewEnd::Expired | ReviewEnd::Withdrawn => {
                if settled.again {
                    self.bot.again = Some(settled.draft);
                }
                let gone = self.drafts.remove(&settled.draft);
                if let (Some(draft), Some(point)) = (gone, &mut self.undo)
                    && point.of == cause
                {
                    point.unread.push(draft);
                }
            }
        }
        self.nobody_reads();
    }

    /// A draft that was approved leaves, or will not: either way it is no draft any more.
    pub(super) fn draft_leaves(&mut self, changed: &SendChanged) {
        let over = matches!(
            changed.step,
            SendStep::Committing { .. } | SendStep::Cancelled | SendStep::Superseded
        );
        if over {
            self.drafts
                .retain(|_, draft| draft.leaving != Some(changed.outbox));
        }
    }

    /// Once nothing waits to be read, nobody is called about it any more.
    fn nobody_reads(&mut self) {
        let waits = self.drafts.values().any(crate::review::HeldDraft::waits);
        if !waits && !matches!(self.control.controller, Controller::Queue(_)) {
            self.escalated = false;
            self.alerted.clear();
        }
    }
}
