//! What becomes of a message on its way: taken back, tried again, judged.

use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::session::Done;
use baton_core::command::Command;
use baton_core::control::{ControlState, Reason, ReasonCode};
use baton_core::event::Actor;
use baton_core::ids::{ConversationId, OutboxId};
use baton_store::{Draft, DraftKind};

use super::acted;
use crate::engine::{Engine, parse};
use crate::roster::new_conversation_draft;

impl Engine {
    pub(in crate::commands) async fn send_cancel(
        &self,
        asked: co::OutboxOnly,
    ) -> Result<co::DraftFound, ApiError> {
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        let outbox: OutboxId = parse(&asked.outbox, "message")?;
        let draft = self
            .inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                let before = turn.conversation(conversation)?;
                let order =
                    |command| turn.new_order(conversation, Actor::agent(me.clone()), command);
                let cancel = order(Command::CancelSend { outbox });
                let close = order(Command::Resolve {
                    reason: Reason {
                        code: ReasonCode::Resolved,
                        text: "taken back before it was sent".to_owned(),
                        words: None,
                    },
                });
                let state = turn.order(&cancel)?.state;
                // What was read before it was sent waits to be read again, and not in a composer.
                if state
                    .drafts
                    .values()
                    .any(|draft| draft.waits() && draft.outbox == outbox)
                {
                    return Ok(None);
                }
                let draft: Option<co::Draft> = turn.tx.setting(&sent_draft_key(outbox))?;
                turn.tx.clear_setting(&sent_draft_key(outbox))?;
                // Nothing was ever said in a conversation that began with what was taken back.
                let begun = draft.as_ref().is_some_and(|draft| draft.mode == "new")
                    && before.is_some_and(|state| state.talk.messages <= 1);
                let open = turn
                    .conversation(conversation)?
                    .is_some_and(|state| state.control.state != ControlState::Closed);
                if begun && open {
                    turn.order(&close)?;
                }
                if let Some(draft) = &draft {
                    turn.tx.save_draft(&Draft {
                        conversation: if begun {
                            new_conversation_draft()
                        } else {
                            conversation
                        },
                        author: me,
                        kind: if draft.mode == "forward" {
                            DraftKind::Forward
                        } else {
                            DraftKind::Reply
                        },
                        body: serde_json::to_value(draft)?,
                        changed_at: turn.now,
                    })?;
                }
                turn.touch("drafts");
                Ok(draft)
            })
            .await?;
        Ok(co::DraftFound { draft, note: None })
    }

    pub(in crate::commands) async fn send_retry(
        &self,
        asked: co::OutboxOnly,
    ) -> Result<Done, ApiError> {
        let outbox = parse(&asked.outbox, "message")?;
        let conversation = parse(&asked.conversation, "conversation")?;
        self.act(conversation, Command::RetrySend { outbox }, None)
            .await?;
        Ok(Done {})
    }

    pub(in crate::commands) async fn send_judge(
        &self,
        asked: co::SendJudge,
    ) -> Result<Done, ApiError> {
        let outbox = parse(&asked.outbox, "message")?;
        let conversation = parse(&asked.conversation, "conversation")?;
        let sent = match asked.verdict.as_str() {
            "sent" => true,
            "resend" => false,
            other => {
                return Err(ApiError::bad_request(format!(
                    "`{other}` is no verdict; write sent or resend."
                )));
            }
        };
        self.act(conversation, Command::JudgeSend { outbox, sent }, None)
            .await?;
        if !sent {
            self.act(conversation, Command::RetrySend { outbox }, None)
                .await
                .or_else(|error| {
                    if error.notice {
                        Ok(acted(conversation))
                    } else {
                        Err(error)
                    }
                })?;
        }
        Ok(Done {})
    }
}

/// What somebody writes, as it goes back to them when they take it back.
pub(super) fn draft_of(asked: &co::ReplySend) -> co::Draft {
    let mode = match asked.mode {
        co::ReplyMode::Reply => "reply",
        co::ReplyMode::ReplyAll => "reply_all",
        co::ReplyMode::Forward => "forward",
        co::ReplyMode::New => "new",
    };
    co::Draft {
        mode: mode.to_owned(),
        message: asked.message.clone(),
        to: asked.to.clone(),
        cc: asked.cc.clone(),
        bcc: asked.bcc.clone(),
        subject: asked.subject.clone(),
        text: asked.text.clone(),
        with_quote: !asked.quote.trim().is_empty(),
        files: asked.files.clone(),
        left_out: asked.left_out.clone(),
        sources: Vec::new(),
        saved_at: 0,
    }
}

/// The setting under which a message in its undo window keeps the draft it was.
pub(crate) fn sent_draft_key(outbox: OutboxId) -> String {
    format!("sent_draft:{outbox}")
}
