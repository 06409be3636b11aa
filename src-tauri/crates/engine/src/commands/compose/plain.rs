//! A message as an agent asked for it, on its way into the outbox.

use std::sync::Arc;

use baton_api::compose as co;
use baton_api::compose::ReplyMode;
use baton_channels::mail;
use baton_core::command::{Command, ReplyInput};
use baton_core::event::Actor;
use baton_core::ids::{ChannelId, ConversationId, MessageId};
use baton_core::message::{Address, MessageDocument};
use baton_store::{DraftKind, MessageRow};

use super::sending::sent_draft_key;
use super::{answered, cannot_write};
use crate::compose::{Letterhead, Machine, write};
use crate::desk::{Turn, derived};
use crate::error::EngineError;
use crate::roster::kind;

/// A reply as asked for, decoded and checked.
pub(super) struct Plain {
    pub(super) conversation: Option<ConversationId>,
    pub(super) channel: Option<ChannelId>,
    pub(super) named: Option<MessageId>,
    pub(super) mode: ReplyMode,
    pub(super) to: Vec<Address>,
    pub(super) cc: Vec<Address>,
    pub(super) bcc: Vec<Address>,
    pub(super) subject: String,
    pub(super) text: String,
    /// What stands below the text of a letter: signature and quote.
    pub(super) below: String,
    pub(super) files: Vec<(String, String, Vec<u8>)>,
    pub(super) forward: Vec<u32>,
    pub(super) resolve: bool,
    pub(super) undo_ms: i64,
    pub(super) key: [u8; 32],
    /// What was written, as it is given back when it is taken back.
    pub(super) draft: co::Draft,
}

impl Plain {
    pub(super) fn queue(mut self, turn: &mut Turn<'_, '_>) -> Result<co::Queued, EngineError> {
        let me = turn.roster.me.as_str().to_owned();
        let (conversation, channel) = self.place(turn)?;
        if let Some(why) = cannot_write(&turn.roster, channel) {
            return Err(EngineError::bad(
                "cannot_write",
                "This conversation cannot be answered from here.",
                if why == "channel_import" {
                    "It was imported; write a new message instead."
                } else {
                    "Its channel was removed; connect it again."
                },
            ));
        }
        let is_mail = turn
            .roster
            .channels
            .get(&channel)
            .is_some_and(|known| known.info.kind == kind::EMAIL);
        if is_mail && self.to.is_empty() && self.cc.is_empty() && self.bcc.is_empty() {
            return Err(EngineError::bad(
                "no_recipient",
                "There is nobody to send it to.",
                "Add a recipient.",
            ));
        }
        let answers = match self.mode {
            ReplyMode::New => None,
            _ => answered(turn.tx, conversation, self.named)?,
        };
        if let Some((row, document)) = &answers {
            self.take_along(turn, row, document)?;
        }
        let answers = answers
            .filter(|_| self.mode != ReplyMode::Forward)
            .map(|(_, document)| document);
        let words = self.text.clone();
        if !turn.roster.is_chat(channel) {
            self.text.push_str(&self.below);
        }
        let letter = Letterhead {
            to: self.to,
            cc: self.cc,
            bcc: self.bcc,
            subject: self.subject,
            text: self.text,
            files: self.files,
            answers,
            grounds: None,
        };
        let written = write(turn, channel, conversation, letter, &self.key, Machine::No)?;
        let (outbox, message) = (written.outbox, written.message);
        let command = Command::Reply(ReplyInput {
            outbox,
            message,
            document: Arc::new(written.document),
            document_hash: written.document_hash,
            contact: written.contact,
            undo_ms: self.undo_ms,
            resolve: self.resolve,
            report: None,
        });
        // While it can be taken back, what was written is kept beside it: as it was sent, and not as
        // it was when the draft was last saved.
        self.draft.saved_at = turn.now.0;
        let body = serde_json::to_value(&self.draft)?;
        turn.tx.set_setting(&sent_draft_key(outbox), &body)?;
        let order = turn.new_order(conversation, Actor::agent(me.clone()), command);
        let outcome = turn.order_on(&order, channel)?;
        // What is forwarded or begun is said to others, or to somebody who has said nothing yet.
        if matches!(self.mode, ReplyMode::Reply | ReplyMode::ReplyAll) {
            turn.note_asked_again(conversation, message, &words)?;
        }
        for draft in turn.tx.drafts_in(conversation)? {
            if draft.author == me && draft.kind != DraftKind::Note {
                turn.tx.drop_draft(conversation, &me, draft.kind)?;
            }
        }
        turn.touch("drafts");
        Ok(co::Queued {
            conversation: conversation.to_string(),
            outbox: outbox.to_string(),
            undo_until: outcome
                .state
                .outbox
                .get(&outbox)
                .map_or(turn.now, |out| out.undo_until)
                .0,
            held: outcome.state.drafts.contains_key(&message),
        })
    }

    /// The conversation and channel to write in; a new message opens a conversation of its own.
    fn place(&self, turn: &mut Turn<'_, '_>) -> Result<(ConversationId, ChannelId), EngineError> {
        if let Some(conversation) = self.conversation {
            return match turn.conversation(conversation)? {
                Some(state) => Ok((conversation, state.channel)),
                None => Err(EngineError::Missing("conversation")),
            };
        }
        let mails = || {
            turn.roster
                .channels
                .values()
                .find(|known| known.info.kind == kind::EMAIL && known.stored.removed_at.is_none())
                .map(|known| known.stored.id)
        };
        let Some(channel) = self.channel.or_else(mails) else {
            return Err(EngineError::bad(
                "no_channel",
                "There is no mailbox to send from.",
                "Connect one under Channels.",
            ));
        };
        let seed: MessageId = turn.mint.id(turn.now);
        let conversation = derived("conversation", &[seed.to_string().as_bytes()]);
        Ok((conversation, channel))
    }

    /// Files of the answered message that are forwarded.
    fn take_along(
        &mut self,
        turn: &Turn<'_, '_>,
        row: &MessageRow,
        document: &MessageDocument,
    ) -> Result<(), EngineError> {
        let Some(raw) = row.raw else {
            return Ok(());
        };
        if self.forward.is_empty() {
            return Ok(());
        }
        let Some(raw) = turn.tx.content(raw)? else {
            return Ok(());
        };
        for file in &document.attachments {
            if self.forward.contains(&file.index)
                && let Some(bytes) = mail::attachment(&raw, file.index)
            {
                self.files
                    .push((file.saved_name.clone(), file.media_type.clone(), bytes));
            }
        }
        Ok(())
    }
}
