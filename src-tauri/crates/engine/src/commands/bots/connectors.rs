//! Bots that Baton itself talks with: how, on what terms, and what was sent.

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_api::connectors as cn;
use baton_bots::connector::config::{Config, Kind};
use baton_bots::token::BotToken;
use baton_core::ids::ChannelId;
use baton_store::{StoredBot, StoredConnector};
use secrecy::SecretString;
use serde_json::Value;

use super::{fits, random, view as bot_view, within_ms};
use crate::connector::standing::Post;
use crate::connector::{KEYED, secret_key};
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::kind;
use crate::secret::unreadable;

/// So much of what was sent is shown.
const SHOWN: usize = 100;

impl Engine {
    pub(in crate::commands) async fn bot_connect(
        &self,
        mut asked: cn::BotConnect,
    ) -> Result<cn::BotConnected, ApiError> {
        let Some(protocol) = Kind::read(&asked.kind) else {
            let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            return Err(ApiError::new(
                "no_such_kind",
                format!("There is no protocol {:?}.", asked.kind),
                format!("Choose one of: {}.", known.join(", ")),
            ));
        };
        let add = bo::BotAdd {
            name: asked.name.trim().to_owned(),
            channel: asked.channel.take(),
            queue: std::mem::take(&mut asked.queue),
            answer_within_s: asked.answer_within_s,
        };
        fits(&add)?;
        let config = config(&asked);
        config.check(protocol).map_err(|error| {
            ApiError::new(
                "bad_connector",
                format!("The bot cannot be connected so: {error}."),
                "An address is https, or http://127.0.0.1:PORT/… for a bot on this machine.",
            )
        })?;
        let key = asked.key.filter(|key| !key.trim().is_empty());
        let has_key = key.is_some();
        if let Some(key) = key {
            // The key first: a bot without one could be asked nothing.
            let secrets = &self.inner.supervisor.secrets;
            let kept = secrets
                .put(&secret_key(&add.name), SecretString::from(key))
                .await;
            kept.map_err(unreadable)?;
        }
        let mut bits = [0_u8; 32];
        random(&mut bits)?;
        let token = BotToken::of(bits);
        let digest = token.digest();
        let name = add.name.clone();
        let (bot, brings) = self
            .inner
            .desk
            .turn(move |turn| {
                let known = turn.roster.connectors.get(&add.name).cloned();
                let before = match &known {
                    Some(_) => Some(turn.bot_named(&add.name)?),
                    None => None,
                };
                let keyed = has_key
                    || known
                        .as_ref()
                        .is_some_and(|known| known.config.get(KEYED).is_some());
                let connector = StoredConnector {
                    bot: add.name.clone(),
                    kind: protocol.name().to_owned(),
                    config: stored(&config, keyed)?,
                    asked: known.as_ref().is_some_and(|known| known.asked),
                    set_at: turn.now,
                };
                let bot = match before {
                    Some(bot) => {
                        turn.tx.save_bot_connector(&connector)?;
                        let bot = StoredBot {
                            answer_within_ms: within_ms(add.answer_within_s),
                            ..bot
                        };
                        turn.keep_bot(&bot)?;
                        bot
                    }
                    None => {
                        let bot = turn.let_in(&add, digest)?;
                        turn.tx.save_bot_connector(&connector)?;
                        // It is off, so it is not there for its channel yet.
                        turn.keep_bot(&bot)?;
                        bot
                    }
                };
                let brings = known.is_none() && turn.brings_customers(bot.channel);
                Ok((turn.connected_view(&bot)?, brings))
            })
            .await?;
        self.inner.posts.forget(&name);
        self.inner.wake.bots.everything();
        Ok(cn::BotConnected {
            bot,
            token: brings.then(|| token.reveal().to_owned()),
        })
    }

    pub(in crate::commands) async fn bot_switch(
        &self,
        asked: cn::BotSwitch,
    ) -> Result<bo::BotView, ApiError> {
        let name = asked.name.clone();
        let seen = self
            .inner
            .desk
            .turn(move |turn| {
                let bot = turn.bot_named(&asked.name)?;
                let Some(connector) = turn.roster.connectors.get(&asked.name).cloned() else {
                    return Err(EngineError::bad(
                        "not_connected",
                        "This bot comes to the door by itself.",
                        "Remove it to shut it out.",
                    ));
                };
                turn.tx.save_bot_connector(&StoredConnector {
                    asked: asked.on,
                    set_at: turn.now,
                    ..connector
                })?;
                turn.keep_bot(&bot)?;
                if !asked.on {
                    let text = "the bot was switched off";
                    turn.free_what_is_held_by(&asked.name, "switched_off", text)?;
                }
                turn.connected_view(&bot)
            })
            .await?;
        self.inner.posts.forget(&name);
        self.inner.wake.bots.everything();
        Ok(seen)
    }

    pub(in crate::commands) async fn bot_sent(
        &self,
        asked: bo::BotOnly,
    ) -> Result<cn::BotSent, ApiError> {
        Ok(self
            .read(move |reader, roster| {
                if !roster.connectors.contains_key(&asked.name) {
                    return Err(EngineError::Missing("connected bot"));
                }
                let mut sent = Vec::new();
                for one in reader.bot_sent(&asked.name, SHOWN)? {
                    let record: Value = match reader.content(one.record)? {
                        Some(bytes) => serde_json::from_slice(&bytes)?,
                        None => Value::Null,
                    };
                    let text =
                        |field: &str| record.get(field).and_then(Value::as_str).map(str::to_owned);
                    sent.push(cn::SentView {
                        id: one.n.to_string(),
                        conversation: one.conversation.to_string(),
                        at: one.at.0,
                        to: text("to").unwrap_or_default(),
                        body: text("body"),
                        record: one.record.to_string(),
                        tokens: small(one.tokens),
                        took_ms: one.took_ms.map(|ms| small(ms.max(0).unsigned_abs())),
                        ended: one.ended,
                    });
                }
                Ok(cn::BotSent { sent })
            })
            .await?)
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn config(asked: &cn::BotConnect) -> Config {
    Config {
        url: asked.url.trim().to_owned(),
        model: asked.model.trim().to_owned(),
        instructions: asked.instructions.clone(),
        answer_tokens: asked.answer_tokens,
        // Whoever waits for it waits no longer than this.
        limit_s: u32::try_from(within_ms(asked.answer_within_s) / 1_000).unwrap_or(u32::MAX),
        redact: asked.redact.clone(),
        requests_a_day: u64::from(asked.requests_a_day),
        tokens_a_day: u64::from(asked.tokens_a_day),
    }
}

/// Settings as they are stored; the key itself is kept elsewhere.
fn stored(config: &Config, keyed: bool) -> Result<Value, EngineError> {
    let mut stored = serde_json::to_value(config)?;
    if let (true, Some(fields)) = (keyed, stored.as_object_mut()) {
        fields.insert(KEYED.to_owned(), Value::Bool(true));
    }
    Ok(stored)
}

/// How Baton talks with a bot, and what that has cost.
pub(super) fn view(
    connector: &StoredConnector,
    post: &Post,
    (requests, tokens): (u64, u64),
) -> cn::ConnectorView {
    let config: Config = serde_json::from_value(connector.config.clone()).unwrap_or_default();
    cn::ConnectorView {
        kind: connector.kind.clone(),
        url: config.url,
        model: config.model,
        instructions: config.instructions,
        redact: config.redact,
        has_key: connector.config.get(KEYED).is_some(),
        state: match (connector.asked, post.failing_since) {
            (false, _) => "off",
            (true, None) => "on",
            (true, Some(_)) => "failing",
        }
        .to_owned(),
        problem: post.error.clone(),
        failing_since: post.failing_since.map(|at| at.0),
        answered_at: post.answered_at.map(|at| at.0),
        requests: small(requests),
        requests_a_day: small(config.requests_a_day),
        tokens: small(tokens),
        tokens_a_day: small(config.tokens_a_day),
    }
}

impl Turn<'_, '_> {
    fn brings_customers(&self, channel: ChannelId) -> bool {
        self.roster
            .channels
            .get(&channel)
            .is_some_and(|known| known.info.kind == kind::BOT)
    }

    fn connected_view(&self, bot: &StoredBot) -> Result<bo::BotView, EngineError> {
        let mut seen = bot_view(&self.roster, bot);
        if let Some(connector) = self.roster.connectors.get(&bot.name) {
            let day = self.now.plus(-baton_core::time::DAY);
            let spent = self.tx.bot_spent(&bot.name, day)?;
            seen.connector = Some(view(connector, &Post::default(), spent));
        }
        Ok(seen)
    }
}
