//! Letting bots in at the door, and shutting them out; how they do.

mod connectors;
mod doing;
mod lan;
mod trial;
mod webhooks;

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_api::session::Done;
use baton_bots::lan::address;
use baton_bots::token::BotToken;
use baton_core::command::Command;
use baton_core::control::Controller;
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::ids::{BotName, ChannelId, Id as _};
use baton_core::time::{DAY, SECOND};
use baton_store::{Channel, ListQuery, Place, StoredBot};
use serde_json::json;

use crate::desk::Turn;
use crate::door::lan::signers;
use crate::door::standing::DoorWanted;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::{Roster, kind};

/// How long a bot may take to answer, unless said otherwise.
const USUAL_WAIT_S: u32 = 30;
/// A customer is not left alone with a silent bot for longer than this.
const LONGEST_WAIT_S: u32 = 600;
/// Conversations looked at once.
const PAGE: usize = 200;
/// Lower ports belong to the system.
const FIRST_PORT: u16 = 1024;

impl Engine {
    pub(super) async fn bot_list(&self, _: bo::BotList) -> Result<bo::Bots, ApiError> {
        let (engine, now) = (self.clone(), self.now());
        let door = self.door_view(self.door_wanted().await?);
        Ok(self
            .read(move |reader, roster| {
                let mut bots = Vec::new();
                let signers = signers(reader)?;
                for bot in &reader.bots()? {
                    if bot.removed_at.is_some() {
                        continue;
                    }
                    let mut seen = view(roster, bot);
                    seen.signs = signers.contains(&bot.name);
                    if let Some(connector) = roster.connectors.get(&bot.name) {
                        let spent = reader.bot_spent(&bot.name, now.plus(-DAY))?;
                        let post = engine.inner.posts.of(&bot.name);
                        seen.connector = Some(connectors::view(connector, &post, spent));
                    }
                    let held = reader.count(&Place::Bot(BotName::new(bot.name.as_str())))?;
                    seen.holds = u32::try_from(held.conversations).unwrap_or(u32::MAX);
                    let doing = doing::doing(reader, bot, now)?;
                    (seen.ended, seen.contained) = (doing.ended, doing.contained);
                    (seen.answers, seen.usual_ms) = (doing.answers, doing.usual_ms);
                    if let Some(webhook) = reader.bot_webhook(&bot.name)? {
                        let last = reader.bot_deliveries(&bot.name, 1)?;
                        seen.webhook = Some(webhooks::view(&webhook, last.first()));
                    }
                    bots.push(seen);
                }
                Ok(bo::Bots { bots, door })
            })
            .await?)
    }

    pub(super) async fn door_set(&self, asked: bo::DoorSet) -> Result<bo::DoorView, ApiError> {
        if !self.inner.desktop {
            return Err(ApiError::new(
                "not_here",
                "The door is open as long as the server runs.",
                "Only the desktop app opens and closes it.",
            ));
        }
        if asked.open && asked.port < FIRST_PORT {
            return Err(ApiError::bad_request(format!(
                "The port must be {FIRST_PORT} or above."
            )));
        }
        let lan = match asked.lan.trim() {
            "" => None,
            given => Some(address(given).map_err(|error| {
                ApiError::new(
                    "bad_lan",
                    format!("That address will not do: {error}."),
                    "Give the address of this machine in the office network, such as 192.168.1.5.",
                )
            })?),
        };
        let wanted = DoorWanted {
            open: asked.open,
            port: asked.port,
            lan,
        };
        self.inner
            .desk
            .turn(move |turn| turn.want_door(wanted))
            .await?;
        Ok(self.door_view(wanted))
    }

    pub(super) async fn bot_add(&self, asked: bo::BotAdd) -> Result<bo::BotAdded, ApiError> {
        fits(&asked)?;
        let mut bits = [0_u8; 32];
        random(&mut bits)?;
        let token = BotToken::of(bits);
        let digest = token.digest();
        let bot = self
            .inner
            .desk
            .turn(move |turn| {
                let bot = turn.let_in(&asked, digest)?;
                Ok(view(&turn.roster, &bot))
            })
            .await?;
        Ok(bo::BotAdded {
            bot,
            token: token.reveal().to_owned(),
        })
    }

    pub(super) async fn bot_remove(&self, asked: bo::BotOnly) -> Result<Done, ApiError> {
        let name = asked.name.clone();
        let (told, connected, signed) = self
            .inner
            .desk
            .turn(move |turn| {
                let bot = turn.bot_named(&asked.name)?;
                let connected = turn.roster.connectors.get(&asked.name).cloned();
                turn.tx.drop_bot_connector(&asked.name)?;
                turn.keep_bot(&StoredBot {
                    removed_at: Some(turn.now),
                    ..bot
                })?;
                turn.free_what_is_held_by(&asked.name, "removed", "the bot was removed")?;
                // Another bot of its name asks under keys of its own.
                turn.tx.forget_answers_to(&asked.name)?;
                let signed = signers(turn.tx)?.contains(&asked.name);
                turn.note_signer(&asked.name, false)?;
                let told = turn.tx.drop_bot_webhook(&asked.name)?;
                turn.webhooks_changed()?;
                Ok((told, connected, signed))
            })
            .await?;
        // The bot is out in any case; a secret that nothing is done with does no harm.
        let webhook = told.then(|| crate::webhooks::secret_key(&name));
        let connector = connected.and_then(|one| crate::connector::key_name(&name, &one.config));
        for key in webhook.into_iter().chain(connector) {
            if let Err(error) = self.inner.supervisor.secrets.remove(&key).await {
                tracing::warn!(%error, "The secret of a bot that was removed is still kept.");
            }
        }
        if signed && let Err(error) = self.forget_signer(&name).await {
            tracing::warn!(%error, "The secret of a bot that was removed is still kept.");
        }
        self.inner.wake.bots.everything();
        Ok(Done {})
    }
}

fn random(bits: &mut [u8]) -> Result<(), ApiError> {
    getrandom::fill(bits).map_err(|error| {
        ApiError::new(
            "no_randomness",
            format!("The system gives no randomness: {error}."),
            "Try again.",
        )
    })
}

fn view(roster: &Roster, bot: &StoredBot) -> bo::BotView {
    let channel = roster.channels.get(&bot.channel);
    bo::BotView {
        name: bot.name.clone(),
        channel: bot.channel.to_string(),
        channel_name: channel
            .map(|known| known.info.name.clone())
            .unwrap_or_default(),
        brings_customers: roster.is_chat(bot.channel),
        answer_within_s: u32::try_from(bot.answer_within_ms / SECOND).unwrap_or(u32::MAX),
        added_at: bot.added_at.0,
        seen_at: bot.seen_at.map(|at| at.0),
        holds: 0,
        ended: 0,
        contained: 0,
        answers: 0,
        usual_ms: None,
        failed_at: bot.failed_at.map(|at| at.0),
        failure: bot.failure.clone(),
        webhook: None,
        connector: None,
        signs: false,
    }
}

/// Whether a bot may be called that and be silent for that long.
fn fits(asked: &bo::BotAdd) -> Result<(), ApiError> {
    let name = asked.name.trim();
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
        });
    if !fits {
        return Err(ApiError::new(
            "bad_name",
            "That is no name for a bot.",
            "Use 1 to 40 small letters, digits, - and _.",
        ));
    }
    if asked.answer_within_s > LONGEST_WAIT_S {
        return Err(ApiError::bad_request(format!(
            "A bot may take {LONGEST_WAIT_S} seconds to answer at most."
        )));
    }
    Ok(())
}

/// How long a bot may be silent, in milliseconds.
fn within_ms(answer_within_s: u32) -> i64 {
    let within = match answer_within_s {
        0 => USUAL_WAIT_S,
        seconds => seconds,
    };
    i64::from(within).saturating_mul(SECOND)
}

impl Turn<'_, '_> {
    /// Lets a new bot in, with a token of that digest.
    fn let_in(&mut self, asked: &bo::BotAdd, token: Hash) -> Result<StoredBot, EngineError> {
        let name = asked.name.trim().to_owned();
        if self.roster.bots().contains(&name) {
            return Err(EngineError::bad(
                "bot_exists",
                format!("There is a bot {name} already."),
                "Choose another name, or remove that one first.",
            ));
        }
        let bot = StoredBot {
            channel: self.channel_for(&name, asked)?,
            name,
            token,
            answer_within_ms: within_ms(asked.answer_within_s),
            added_at: self.now,
            removed_at: None,
            seen_at: None,
            failed_at: None,
            failure: String::new(),
        };
        self.keep_bot(&bot)?;
        Ok(bot)
    }

    /// A bot that was not removed, also one that is switched off.
    fn bot_named(&self, name: &str) -> Result<StoredBot, EngineError> {
        let all = self.tx.bots()?;
        all.into_iter()
            .find(|bot| bot.name == name && bot.removed_at.is_none())
            .ok_or(EngineError::Missing("bot"))
    }

    /// The channel that a new bot serves: one that is there, or one of its own.
    fn channel_for(&mut self, name: &str, asked: &bo::BotAdd) -> Result<ChannelId, EngineError> {
        if let Some(wanted) = &asked.channel {
            let id = ChannelId::parse(wanted);
            return self
                .roster
                .channels
                .values()
                .find(|known| {
                    known.stored.removed_at.is_none()
                        && (Some(known.stored.id) == id || known.info.name == *wanted)
                })
                .map(|known| known.stored.id)
                .ok_or(EngineError::Missing("channel"));
        }
        let queue = match asked.queue.trim() {
            "" => "support",
            queue => queue,
        };
        let position = self.roster.channels.len();
        let channel = Channel {
            id: self.mint.id(self.now),
            kind: kind::BOT.to_owned(),
            name: name.to_owned(),
            config: json!({ "queue": queue }),
            position: u32::try_from(position).unwrap_or(u32::MAX),
            added_at: self.now,
            removed_at: None,
        };
        let me = Actor::agent(self.roster.me.as_str());
        self.keep_channel(&channel, me)?;
        Ok(channel.id)
    }

    /// Keeps a bot, and lets everybody know who begins and who is asked on which channel now.
    pub(crate) fn keep_bot(&mut self, bot: &StoredBot) -> Result<(), EngineError> {
        self.tx.save_bot(bot)?;
        let door = crate::open::door(self.tx)?;
        let channels = crate::open::channels(self.tx)?;
        let connectors = crate::open::connectors(self.tx)?;
        self.change_roster(|roster| {
            roster.connectors = connectors;
            roster.door = door;
            roster.channels = channels;
        });
        for tag in ["bots", "channels", "health", "session"] {
            self.touch(tag);
        }
        Ok(())
    }

    /// What a bot holds that is gone falls to people at once.
    fn free_what_is_held_by(
        &mut self,
        bot: &str,
        code: &str,
        text: &str,
    ) -> Result<(), EngineError> {
        loop {
            let page = self.tx.list(&ListQuery {
                limit: PAGE,
                ..ListQuery::of(Place::Bot(BotName::new(bot)))
            })?;
            let mut freed = 0_usize;
            for conversation in page.rows.iter().map(|row| row.id) {
                let holds = self.conversation(conversation)?.is_some_and(|state| {
                    state.control.controller == Controller::Bot(BotName::new(bot))
                });
                if holds {
                    let command = Command::Fail {
                        code: code.to_owned(),
                        text: text.to_owned(),
                    };
                    let order = self.new_order(conversation, Actor::system(), command);
                    self.order(&order)?;
                    freed = freed.saturating_add(1);
                }
            }
            if freed == 0 {
                return Ok(());
            }
        }
    }
}
