//! What is sent to connected bots, noted before it is sent; and the budget, held in the same turn.

use baton_bots::connector::{Book, Broken, Later, Noted, Sending};
use baton_core::ids::{ConversationId, Id as _};
use baton_core::time::DAY;
use baton_store::KnowledgeKind;
use serde_json::{Value, json};

use super::sent_tag;
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;

/// Where it is noted what is sent to a bot of a conversation.
#[derive(Clone)]
pub(super) struct Ledger {
    pub(super) engine: Engine,
    pub(super) bot: String,
    pub(super) conversation: ConversationId,
    /// The control epoch of the stretch.
    pub(super) epoch: u64,
    pub(super) requests_a_day: u64,
    pub(super) tokens_a_day: u64,
}

impl Ledger {
    /// Notes it, when the budget has room for the most that it can cost.
    fn note(
        &self,
        turn: &mut Turn<'_, '_>,
        sending: &Sending,
    ) -> Result<Result<Noted, Broken>, EngineError> {
        let (requests, tokens) = turn.tx.bot_spent(&self.bot, turn.now.plus(-DAY))?;
        let room =
            |limit: u64, spent: u64, more: u64| limit == 0 || spent.saturating_add(more) <= limit;
        if !room(self.requests_a_day, requests, 1)
            || !room(self.tokens_a_day, tokens, sending.most_tokens)
        {
            return Ok(Err(Broken::BudgetSpent));
        }
        // Erased since it was looked up: it is not sent, and looked up anew.
        for quoted in &sending.quotes {
            let kind = KnowledgeKind::Conversation;
            if turn.tx.knowledge_source_named(kind, quoted)?.is_none() {
                let why = "what it quotes is not there any more";
                return Ok(Err(Broken::BrokeOff(why.to_owned())));
            }
        }
        let record = turn.put_json(&json!({
            "bot": self.bot,
            "conversation": self.conversation.to_string(),
            "at": turn.now.0,
            "to": sending.to,
            "body": sending.body,
        }))?;
        let n = turn.tx.begin_bot_sent(
            &self.bot,
            self.conversation,
            record,
            sending.most_tokens,
            turn.now,
        )?;
        // What is erased there is erased here as well.
        for quoted in sending
            .quotes
            .iter()
            .filter_map(|one| ConversationId::parse(one))
        {
            turn.tx.bot_sent_quotes(n, quoted)?;
        }
        turn.touch(sent_tag(&self.bot));
        Ok(Ok(Noted(n)))
    }
}

impl Book for Ledger {
    fn begin(&self, sending: Sending) -> Later<'_, Result<Noted, Broken>> {
        let ledger = self.clone();
        Box::pin(async move {
            let desk = self.engine.desk();
            let noted = desk.turn(move |turn| ledger.note(turn, &sending)).await;
            noted.unwrap_or_else(|error| {
                tracing::error!(%error, "It could not be noted what is sent to a bot.");
                Err(Broken::NotNoted)
            })
        })
    }

    fn end(&self, noted: Noted, tokens: Option<u64>, ended: &'static str) -> Later<'_, ()> {
        let bot = self.bot.clone();
        Box::pin(async move {
            let kept = self.engine.desk().turn(move |turn| {
                turn.tx.end_bot_sent(noted.0, tokens, ended, turn.now)?;
                turn.touch(sent_tag(&bot));
                Ok(())
            });
            if let Err(error) = kept.await {
                tracing::error!(%error, "It could not be noted what came of asking a bot.");
            }
        })
    }

    fn kept(&self) -> Later<'_, Option<Value>> {
        let (bot, which) = (self.bot.clone(), self.conversation);
        Box::pin(async move {
            let kept = self
                .engine
                .read(move |reader, _| Ok(reader.bot_link(&bot, which)?));
            kept.await.unwrap_or_else(|error| {
                tracing::error!(%error, "It cannot be read where a conversation with a bot stood.");
                None
            })
        })
    }

    fn keep(&self, known: Option<Value>) -> Later<'_, ()> {
        let (bot, which, epoch) = (self.bot.clone(), self.conversation, self.epoch);
        Box::pin(async move {
            let kept = self.engine.desk().turn(move |turn| {
                // What was erased here meanwhile is not to be known again.
                let there = turn.roster.connectors.contains_key(&bot)
                    && turn.conversation(which)?.is_some();
                match known.filter(|_| there) {
                    Some(known) => turn.tx.save_bot_link(&bot, which, epoch, &known)?,
                    None => turn.tx.drop_bot_link(&bot, which)?,
                }
                Ok(())
            });
            if let Err(error) = kept.await {
                tracing::error!(%error, "It could not be kept where a conversation with a bot stands.");
            }
        })
    }
}
