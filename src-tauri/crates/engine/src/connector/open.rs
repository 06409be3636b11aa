//! A connected bot, ready to be asked.

use std::sync::Arc;

use baton_bots::connector::config::{Config, Kind, Knowledge};
use baton_bots::connector::redact::Redaction;
use baton_bots::connector::{self, Connector, Line, Returned, Stretch, Voice};
use baton_bots::wire::customer::MessageView;
use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;
use serde_json::Value;

use super::book::Ledger;
use super::library::Shelf;
use super::look::{Asked, TEAM};
use crate::engine::Engine;

/// A connected bot with its settings.
pub(super) struct Opened {
    pub(super) set_at: Timestamp,
    pub(super) connector: Arc<dyn Connector>,
    bot: String,
    redaction: Redaction,
    requests_a_day: u64,
    tokens_a_day: u64,
    knowledge: Knowledge,
}

/// Reads how a bot is talked with, and its key.
///
/// # Errors
/// Why it cannot be talked with, in words.
pub(super) async fn open(engine: &Engine, bot: &str) -> Result<Opened, String> {
    let roster = engine.roster();
    let stored = roster
        .connectors
        .get(bot)
        .ok_or("the bot is not connected")?;
    let kind = Kind::read(&stored.kind).ok_or("its protocol is not known to this version")?;
    let config: Config = serde_json::from_value(stored.config.clone())
        .map_err(|_| "its settings cannot be read".to_owned())?;
    let key = match key_name(bot, &stored.config) {
        None => None,
        Some(name) => {
            let secrets = &engine.inner.supervisor.secrets;
            let key = secrets.get(&name).await;
            let key = key.map_err(|error| format!("its key cannot be read: {error}"))?;
            Some(key.ok_or("its key is not there any more; connect it again")?)
        }
    };
    Ok(Opened {
        set_at: stored.set_at,
        connector: connector::open(kind, &config, key).map_err(|error| error.to_string())?,
        bot: bot.to_owned(),
        redaction: Redaction::read(&config.redact).map_err(|error| error.to_string())?,
        requests_a_day: config.requests_a_day,
        tokens_a_day: config.tokens_a_day,
        knowledge: config.knowledge,
    })
}

/// The field of a connector's settings that says which key is its. Each key has a name of its own,
/// so that settings that come to nothing change no key.
pub(crate) const KEYED: &str = "keyed";

/// The name under which the key of a connected bot is kept, by its settings; none without a key.
pub(crate) fn key_name(bot: &str, config: &Value) -> Option<String> {
    match config.get(KEYED)? {
        Value::String(own) => Some(format!("bots/{bot}/connector/{own}")),
        // Before keys had names of their own.
        _ => Some(format!("bots/{bot}/connector")),
    }
}

impl Opened {
    /// What was said, as the bot may know it.
    pub(super) fn line(&self, line: &MessageView) -> Line {
        Line {
            id: line.message.clone(),
            voice: match line.author.as_str() {
                "customer" => Voice::Customer,
                "bot" => Voice::Bot,
                "agent" => Voice::Agent,
                TEAM => Voice::Team,
                _ => Voice::System,
            },
            text: self.redaction.apply(&line.text),
            at: line.at,
        }
    }

    /// A stretch of a conversation.
    pub(super) fn stretch(&self, which: ConversationId, epoch: u64, asked: &Asked) -> Stretch {
        Stretch {
            conversation: which.to_string(),
            epoch,
            before: asked.before().iter().map(|line| self.line(line)).collect(),
            returned: asked.returned.as_ref().map(|returned| Returned {
                summary: self.redaction.apply(&returned.summary),
                allowed: returned
                    .allowed
                    .iter()
                    .map(|topic| self.redaction.apply(topic))
                    .collect(),
            }),
        }
    }

    /// What of the team's knowledge it may read.
    pub(super) fn library(&self, engine: &Engine, which: ConversationId) -> Shelf {
        Shelf {
            engine: engine.clone(),
            redaction: self.redaction.clone(),
            knowledge: self.knowledge,
            about: which,
        }
    }

    /// Where it is noted what is sent of a conversation.
    pub(super) fn book(&self, engine: &Engine, which: ConversationId, epoch: u64) -> Ledger {
        Ledger {
            engine: engine.clone(),
            bot: self.bot.clone(),
            conversation: which,
            epoch,
            requests_a_day: self.requests_a_day,
            tokens_a_day: self.tokens_a_day,
        }
    }
}
