//! What becomes of a message on its way: taken back, tried again, judged.

use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::session::Done;
use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::ids::{ConversationId, OutboxId};
use baton_store::{Draft, DraftKind};

use super::acted;
use crate::engine::{Engine, parse};
use crate::view::addresses;

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
                let held = turn
                    .conversation(conversation)?
                    .and_then(|state| state.outbox.get(&outbox).cloned());
                let command = Command::CancelSend { outbox };
                let order = turn.new_order(conversation, Actor::agent(me.clone()), command);
                turn.order(&order)?;
                let kept: Option<co::Draft> = turn.tx.setting(&sent_draft_key(outbox))?;
                turn.tx.clear_setting(&sent_draft_key(outbox))?;
                let draft = match (kept, held) {
                    (Some(draft), _) => Some(draft),
                    (None, Some(held)) => {
                        turn.tx.document(held.document)?.map(|document| co::Draft {
                            mode: "reply".to_owned(),
                            message: None,
                            to: addresses(&document.to),
                            cc: addresses(&document.cc),
                            bcc: addresses(&document.bcc),
                            subject: document.subject,
                            text: document.text,
                            with_quote: false,
                            files: Vec::new(),
                            saved_at: turn.now.0,
                        })
                    }
                    (None, None) => None,
                };
                if let Some(draft) = &draft {
                    turn.tx.save_draft(&Draft {
                        conversation,
                        author: me,
                        kind: DraftKind::Reply,
                        body: serde_json::to_value(draft)?,
                        changed_at: turn.now,
                    })?;
                }
                turn.touch("drafts");
                Ok(draft)
            })
            .await?;
        Ok(co::DraftFound { draft })
    }

    pub(in crate::commands) async fn send_retry(
        &self,
        asked: co::OutboxOnly,
    ) -> Result<Done, ApiError> {
        let outbox = parse(&asked.outbox, "message")?;
        let conversation = parse(&asked.conversation, "conversation")?;
        self.act(conversation, Command::RetrySend { outbox })
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
        self.act(conversation, Command::JudgeSend { outbox, sent })
            .await?;
        if !sent {
            self.act(conversation, Command::RetrySend { outbox })
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

/// The setting under which a message in its undo window keeps the draft it was.
pub(in crate::commands) fn sent_draft_key(outbox: OutboxId) -> String {
    format!("sent_draft:{outbox}")
}
