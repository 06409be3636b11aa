//! A person's words that are read before they are sent: while they wait they are in no composer, and
//! when nobody has let them go they are their author's again.

use baton_core::event::body::DraftSettled;
use baton_core::event::{Envelope, Event};
use baton_core::ids::{ConversationId, MessageId, OutboxId};
use baton_core::message::Author;
use baton_core::review::{HeldDraft, ReviewEnd};
use baton_store::{Draft, DraftKind};
use serde_json::Value;

use super::Turn;
use crate::commands::sent_draft_key;
use crate::error::EngineError;

impl Turn<'_, '_> {
    /// Words that wait again, because the act that had ended their waiting was undone, leave the
    /// composer to which they had gone back.
    pub(super) fn leave_composer(
        &mut self,
        conversation: ConversationId,
        draft: &HeldDraft,
    ) -> Result<(), EngineError> {
        if draft.author != Author::Agent {
            return Ok(());
        }
        let kept: Option<Value> = self.tx.setting(&sent_draft_key(draft.outbox))?;
        let Some(kept) = kept else {
            return Ok(());
        };
        for begun in self.tx.drafts_in(conversation)? {
            if begun.author == draft.author_name && begun.body == kept {
                self.tx
                    .drop_draft(conversation, &begun.author, begun.kind)?;
                self.touch("drafts");
            }
        }
        Ok(())
    }

    /// Words that nobody has read in time, or that control has left behind, go back to their author.
    pub(super) fn come_back(
        &mut self,
        conversation: ConversationId,
        settled: &DraftSettled,
    ) -> Result<(), EngineError> {
        if !matches!(settled.how, ReviewEnd::Expired | ReviewEnd::Withdrawn) {
            return Ok(());
        }
        let row = self.tx.review(settled.draft)?;
        let Some(row) = row.filter(|row| row.author == Author::Agent) else {
            return Ok(());
        };
        match self.held_as(conversation, settled.draft)? {
            Some(outbox) => self.back_to_composer(conversation, &row.author_name, outbox),
            None => Ok(()),
        }
    }

    /// Puts what was kept beside words that were to be sent into the composer of their author,
    /// unless they have begun another answer.
    pub(crate) fn back_to_composer(
        &mut self,
        conversation: ConversationId,
        author: &str,
        outbox: OutboxId,
    ) -> Result<(), EngineError> {
        let begun = self.tx.drafts_in(conversation)?;
        let busy = begun
            .iter()
            .any(|one| one.author == author && one.kind != DraftKind::Note);
        let body: Option<Value> = self.tx.setting(&sent_draft_key(outbox))?;
        let Some(body) = body.filter(|_| !busy) else {
            return Ok(());
        };
        self.tx.save_draft(&Draft {
            conversation,
            author: author.to_owned(),
            kind: DraftKind::Reply,
            body,
            changed_at: self.now,
        })?;
        self.touch("drafts");
        Ok(())
    }

    /// The outbox entry by which a draft was to leave.
    fn held_as(
        &self,
        conversation: ConversationId,
        draft: MessageId,
    ) -> Result<Option<OutboxId>, EngineError> {
        for logged in self.tx.events_of(conversation)?.into_iter().rev() {
            let envelope: Option<Envelope> = serde_json::from_slice(&logged.bytes).ok();
            if let Some(Event::DraftHeld(held)) = envelope.and_then(|envelope| envelope.event())
                && held.draft.id == draft
            {
                return Ok(Some(held.draft.outbox));
            }
        }
        Ok(None)
    }
}
