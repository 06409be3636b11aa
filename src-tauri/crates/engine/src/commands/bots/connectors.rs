//! Bots that Baton itself talks with: how, on what terms, and what was sent.

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_api::connectors as cn;
use baton_bots::connector::config::{Config, Kind, Knowledge};
use baton_bots::token::BotToken;
use baton_core::hash::Hash;
use baton_core::ids::ChannelId;
use baton_store::{StoredBot, StoredConnector};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{fits, random, view as bot_view, within_ms};
use crate::connector::standing::Post;
use crate::connector::{KEYED, key_name};
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::kind;
use crate::secret::keep;

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
        let before = self.roster().connectors.get(&add.name).cloned();
        let config = config(&asked, protocol, before.as_ref())?;
        let given = asked.key.clone().filter(|key| !key.trim().is_empty());
        baton_bots::connector::open(protocol, &config, given.map(SecretString::from)).map_err(
            |error| {
                ApiError::new(
                    "bad_connector",
                    format!("The bot cannot be connected so: {error}."),
                    "An address is https, or http://127.0.0.1:PORT/… for a bot on this machine.",
                )
            },
        )?;
        let name = add.name.clone();
        let key = match asked.key.take() {
            None => Key::AsItIs,
            Some(key) if key.trim().is_empty() => Key::None,
            Some(key) => Key::New(self.keep_key(&name, key).await?),
        };
        let mut bits = [0_u8; 32];
        random(&mut bits)?;
        let token = BotToken::of(bits);
        let digest = token.digest();
        let given = key.clone();
        let made = self
            .inner
            .desk
            .turn(move |turn| {
                let known = turn.roster.connectors.get(&add.name).cloned();
                let before = match &known {
                    Some(_) => Some(turn.bot_named(&add.name)?),
                    None => None,
                };
                let keyed = given.of(known.as_ref(), protocol, &config)?;
                let connector = StoredConnector {
                    bot: add.name.clone(),
                    kind: protocol.name().to_owned(),
                    config: stored(&config, keyed.clone())?,
                    asked: known.as_ref().is_some_and(|known| known.asked),
                    // By this it is seen that it was set up anew, so no two are the same.
                    set_at: known
                        .as_ref()
                        .map_or(turn.now, |known| turn.now.max(known.set_at.plus(1))),
                };
                let bot = match before {
                    Some(bot) => {
                        // Another server knows nothing of its conversations.
                        if known
                            .as_ref()
                            .is_some_and(|known| !is_same_place(known, protocol, &config))
                        {
                            turn.tx.drop_bot_links(&add.name)?;
                        }
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
                let brings =
                    known.is_none() && (config.callback || turn.brings_customers(bot.channel));
                // The key that it had until now.
                let before = known
                    .filter(|known| known.config.get(KEYED) != keyed.as_ref())
                    .and_then(|known| key_name(&known.bot, &known.config));
                Ok((turn.connected_view(&bot)?, brings, before))
            })
            .await;
        let (bot, brings) = match made {
            Ok((bot, brings, before)) => {
                self.drop_key(before).await;
                (bot, brings)
            }
            Err(error) => {
                self.drop_key(key.fresh(&name)).await;
                return Err(error.into());
            }
        };
        self.inner.posts.forget(&name);
        self.inner.wake.bots.everything();
        Ok(cn::BotConnected {
            bot,
            token: brings.then(|| token.reveal().to_owned()),
        })
    }

    /// Keeps a key under a name of its own, and says which.
    async fn keep_key(&self, bot: &str, key: String) -> Result<Value, ApiError> {
        let mut bits = [0_u8; 32];
        random(&mut bits)?;
        let own = Value::from(Hash::of(&bits).to_string());
        let settings = json!({ KEYED: own });
        if let Some(name) = key_name(bot, &settings) {
            keep(self, &name, SecretString::from(key)).await?;
        }
        Ok(own)
    }

    /// Forgets a key that is no bot's any more.
    async fn drop_key(&self, name: Option<String>) {
        let Some(name) = name else {
            return;
        };
        if let Err(error) = self.inner.supervisor.secrets.remove(&name).await {
            tracing::warn!(%error, "The key of a bot that has another one is still kept.");
        }
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

/// The key that a bot is to have.
#[derive(Clone)]
enum Key {
    /// The one it has, if any.
    AsItIs,
    /// None.
    None,
    /// A new one, by its own name.
    New(Value),
}

impl Key {
    /// Which key it is, for the settings. One that is kept does not go along to another server.
    fn of(
        &self,
        known: Option<&StoredConnector>,
        protocol: Kind,
        config: &Config,
    ) -> Result<Option<Value>, EngineError> {
        match self {
            Self::None => Ok(None),
            Self::New(own) => Ok(Some(own.clone())),
            Self::AsItIs => {
                let Some(known) = known else {
                    return Ok(None);
                };
                let Some(own) = known.config.get(KEYED) else {
                    return Ok(None);
                };
                if !is_same_place(known, protocol, config) {
                    let before: Config =
                        serde_json::from_value(known.config.clone()).unwrap_or_default();
                    return Err(EngineError::bad(
                        "key_needed",
                        format!("The key was given for {}.", before.url),
                        "Give the key for the new address, or an empty one for none.",
                    ));
                }
                Ok(Some(own.clone()))
            }
        }
    }

    /// The name of one that was kept for these settings.
    fn fresh(&self, bot: &str) -> Option<String> {
        match self {
            Self::New(own) => key_name(bot, &json!({ KEYED: own })),
            Self::AsItIs | Self::None => None,
        }
    }
}

/// Whether a bot is where it was, and speaks the same protocol.
fn is_same_place(known: &StoredConnector, protocol: Kind, config: &Config) -> bool {
    let before: Config = serde_json::from_value(known.config.clone()).unwrap_or_default();
    known.kind == protocol.name() && config.is_where(&before)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn config(
    asked: &cn::BotConnect,
    protocol: Kind,
    before: Option<&StoredConnector>,
) -> Result<Config, ApiError> {
    let knowledge = match &asked.knowledge {
        _ if !protocol.reads_passages() => Knowledge::None,
        Some(name) => Knowledge::read(name).ok_or_else(|| {
            let known = Knowledge::EVERY.map(Knowledge::name).join(", ");
            let message = format!("{name:?} is no part of the team's knowledge.");
            ApiError::new(
                "no_such_knowledge",
                message,
                format!("Choose one of: {known}."),
            )
        })?,
        // As it was; a new one answers from what the team has written.
        None => before.map_or(Knowledge::Written, |known| {
            serde_json::from_value(known.config.clone())
                .map_or(Knowledge::None, |config: Config| config.knowledge)
        }),
    };
    Ok(Config {
        url: asked.url.trim().to_owned(),
        model: asked.model.trim().to_owned(),
        instructions: asked.instructions.clone(),
        answer_tokens: asked.answer_tokens,
        // Whoever waits for it waits no longer than this.
        limit_s: u32::try_from(within_ms(asked.answer_within_s) / 1_000).unwrap_or(u32::MAX),
        callback: asked.callback,
        redact: asked.redact.clone(),
        requests_a_day: u64::from(asked.requests_a_day),
        tokens_a_day: u64::from(asked.tokens_a_day),
        knowledge,
        shows_sources: asked.shows_sources,
    })
}

/// Settings as they are stored; the key itself is kept elsewhere.
fn stored(config: &Config, key: Option<Value>) -> Result<Value, EngineError> {
    let mut stored = serde_json::to_value(config)?;
    if let (Some(key), Some(fields)) = (key, stored.as_object_mut()) {
        fields.insert(KEYED.to_owned(), key);
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
        answer_tokens: config.answer_tokens,
        callback: config.callback,
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
        knowledge: config.knowledge.name().to_owned(),
        shows_sources: config.shows_sources,
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
