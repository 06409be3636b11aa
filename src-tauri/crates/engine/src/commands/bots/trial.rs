//! A sample conversation: a person speaks to a bot as a customer would, and sees what it does.

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_bots::wire::control::ControllerView;
use baton_bots::wire::customer::{CustomerGiven, CustomerMessage};
use baton_core::ids::ConversationId;
use baton_core::status::WorkStatus;

use crate::door::newest_messages;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::word;

/// What the name of a sample conversation begins with, so that a platform can tell it from others.
const TRIAL: &str = "trial-";

impl Engine {
    pub(in crate::commands) async fn bot_try(
        &self,
        asked: bo::BotTry,
    ) -> Result<bo::BotTried, ApiError> {
        let conversation = asked
            .conversation
            .as_deref()
            .map(|id| parse(id, "conversation"))
            .transpose()?;
        let spoken = self
            .inner
            .desk
            .turn(move |turn| {
                let Some(bot) = turn.roster.door.get(&asked.name).cloned() else {
                    return Err(EngineError::Missing("bot"));
                };
                let fresh: ConversationId = turn.mint.id(turn.now);
                let key = match conversation {
                    None => format!("{TRIAL}{fresh}"),
                    Some(which) => turn
                        .tx
                        .bot_thread(which)?
                        .filter(|key| key.starts_with(TRIAL))
                        .ok_or(EngineError::Missing("sample conversation"))?,
                };
                turn.hear(
                    &bot,
                    CustomerMessage {
                        key,
                        message: fresh.to_string(),
                        text: asked.text,
                        subject: "Sample conversation".to_owned(),
                        customer: CustomerGiven {
                            id: "sample-customer".to_owned(),
                            name: "Sample customer".to_owned(),
                        },
                    },
                )
            })
            .await?;
        Ok(bo::BotTried {
            conversation: spoken.conversation.conversation,
        })
    }

    pub(in crate::commands) async fn bot_trial_get(
        &self,
        asked: bo::BotTrialGet,
    ) -> Result<bo::BotTrial, ApiError> {
        let which: ConversationId = parse(&asked.conversation, "conversation")?;
        Ok(self
            .read(move |reader, roster| {
                let state = reader
                    .conversation(which)?
                    .filter(|state| roster.is_chat(state.channel))
                    .ok_or(EngineError::Missing("sample conversation"))?;
                let holder = ControllerView::of(&state.control.controller);
                let said = newest_messages(reader, state.channel, which)?;
                Ok(bo::BotTrial {
                    messages: said
                        .messages
                        .into_iter()
                        .map(|said| bo::TrialMessage {
                            id: said.message,
                            author: said.author,
                            name: said.name,
                            text: said.text,
                            at: said.at,
                        })
                        .collect(),
                    holder: holder.kind,
                    holder_name: holder.name,
                    reason: word(&state.control.reason.code),
                    reason_text: crate::view::why_said(reader, &state.control.reason)?,
                    closed: state.status == WorkStatus::Solved,
                })
            })
            .await?)
    }
}
