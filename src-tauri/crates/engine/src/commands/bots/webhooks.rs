//! Telling bots what happens at addresses of their own, and how that goes.

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_api::session::Done;
use baton_bots::dialect::Dialect;
use baton_bots::webhook::signature::WebhookSecret;
use baton_bots::webhook::target;
use baton_core::hash::Hash;
use baton_store::{BotDelivery, DeliveryEnd, StoredWebhook};
use secrecy::SecretString;
use serde_json::json;

use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::{keep, unreadable};
use crate::webhooks::{attempt, deliveries_tag, secret_key};

/// So many of the newest deliveries are shown.
const SHOWN: usize = 100;

impl Engine {
    pub(in crate::commands) async fn bot_webhook_set(
        &self,
        asked: bo::BotWebhookSet,
    ) -> Result<bo::BotWebhookMade, ApiError> {
        let url = target(&asked.url).map_err(|error| {
            ApiError::new(
                "bad_webhook",
                format!("That address will not do: {error}."),
                "Give an https address, or http://127.0.0.1:PORT/… for a bot on this machine.",
            )
        })?;
        let dialect = match asked.dialect.as_str() {
            "" => Dialect::Own,
            word => Dialect::named(word).ok_or_else(|| {
                let known = Dialect::ALL.map(Dialect::word).join(", ");
                ApiError::new(
                    "bad_dialect",
                    format!("Nobody is told anything in {word:?}."),
                    format!("It is one of {known}."),
                )
            })?,
        };
        self.knows_bot(&asked.name)?;
        let mut bits = [0_u8; 32];
        super::random(&mut bits)?;
        let secret = WebhookSecret::of(bits);
        // The secret first: an address without one could be told nothing.
        let words = SecretString::from(secret.reveal());
        keep(self, &secret_key(&asked.name), words).await?;
        let webhook = self
            .inner
            .desk
            .turn(move |turn| {
                if !turn.roster.door.contains_key(&asked.name) {
                    return Err(EngineError::Missing("bot"));
                }
                let webhook = StoredWebhook {
                    bot: asked.name,
                    url: url.into(),
                    dialect: dialect.word().to_owned(),
                    // What was said before is there to be read at the door.
                    after: turn.tx.last_seq()?,
                    attempts: 0,
                    refusals: 0,
                    failing_since: None,
                    due_at: turn.now,
                    stopped: String::new(),
                    set_at: turn.now,
                };
                turn.keep_webhook(&webhook)?;
                Ok(webhook)
            })
            .await?;
        self.inner.wake.webhooks.notify_one();
        Ok(bo::BotWebhookMade {
            webhook: view(&webhook, None),
            secret: secret.reveal(),
        })
    }

    pub(in crate::commands) async fn bot_webhook_remove(
        &self,
        asked: bo::BotOnly,
    ) -> Result<Done, ApiError> {
        let name = asked.name.clone();
        self.inner
            .desk
            .turn(move |turn| {
                if !turn.tx.drop_bot_webhook(&name)? {
                    return Err(EngineError::Missing("webhook"));
                }
                turn.webhooks_changed()
            })
            .await?;
        let secrets = &self.inner.supervisor.secrets;
        let gone = secrets.remove(&secret_key(&asked.name)).await;
        gone.map_err(unreadable)?;
        Ok(Done {})
    }

    /// Goes on where it was, at once.
    pub(in crate::commands) async fn bot_webhook_resume(
        &self,
        asked: bo::BotOnly,
    ) -> Result<bo::WebhookView, ApiError> {
        let webhook = self
            .inner
            .desk
            .turn(move |turn| {
                let Some(webhook) = turn.tx.bot_webhook(&asked.name)? else {
                    return Err(EngineError::Missing("webhook"));
                };
                let webhook = StoredWebhook {
                    attempts: 0,
                    refusals: 0,
                    failing_since: None,
                    due_at: turn.now,
                    stopped: String::new(),
                    ..webhook
                };
                turn.keep_webhook(&webhook)?;
                Ok(webhook)
            })
            .await?;
        self.inner.wake.webhooks.notify_one();
        Ok(view(&webhook, None))
    }

    /// Sends a trial now, and says how that went.
    pub(in crate::commands) async fn bot_webhook_try(
        &self,
        asked: bo::BotOnly,
    ) -> Result<bo::DeliveryView, ApiError> {
        let name = asked.name.clone();
        let webhook = self
            .read(move |reader, _| {
                let webhook = reader.bot_webhook(&name)?;
                webhook.ok_or(EngineError::Missing("webhook"))
            })
            .await?;
        let mut bits = [0_u8; 32];
        super::random(&mut bits)?;
        let mut id = format!("try_{}", Hash(bits));
        id.truncate(36);
        let body = json!({ "type": "try", "at": self.now().0, "bot": asked.name });
        let made = attempt(self, &webhook, id, &body).await;
        let ended = if made.taken() {
            DeliveryEnd::Delivered
        } else {
            DeliveryEnd::Failed
        };
        let delivery = made.delivery(0, 1, ended);
        let kept = delivery.clone();
        self.inner
            .desk
            .turn(move |turn| {
                turn.tx.note_bot_delivery(&asked.name, &kept)?;
                turn.touch(deliveries_tag(&asked.name));
                Ok(())
            })
            .await?;
        Ok(delivery_view(&delivery))
    }

    pub(in crate::commands) async fn bot_deliveries(
        &self,
        asked: bo::BotOnly,
    ) -> Result<bo::Deliveries, ApiError> {
        self.knows_bot(&asked.name)?;
        let deliveries = self
            .read(move |reader, _| Ok(reader.bot_deliveries(&asked.name, SHOWN)?))
            .await?;
        Ok(bo::Deliveries {
            deliveries: deliveries.iter().map(delivery_view).collect(),
        })
    }

    pub(super) fn knows_bot(&self, name: &str) -> Result<(), EngineError> {
        match self.roster().door.contains_key(name) {
            true => Ok(()),
            false => Err(EngineError::Missing("bot")),
        }
    }
}

impl Turn<'_, '_> {
    fn keep_webhook(&mut self, webhook: &StoredWebhook) -> Result<(), EngineError> {
        self.tx.save_bot_webhook(webhook)?;
        self.webhooks_changed()
    }

    /// Lets everybody know in whose words bots are told what happens now.
    pub(super) fn webhooks_changed(&mut self) -> Result<(), EngineError> {
        let deaf = crate::open::deaf(self.tx)?;
        self.change_roster(|roster| roster.deaf = deaf);
        for tag in ["bots", "health", "session"] {
            self.touch(tag);
        }
        Ok(())
    }
}

/// How a webhook stands, with its last attempt.
pub(super) fn view(webhook: &StoredWebhook, last: Option<&BotDelivery>) -> bo::WebhookView {
    let stopped = !webhook.stopped.is_empty();
    let state = match webhook.failing_since {
        _ if stopped => "stopped",
        Some(_) => "failing",
        None => "ok",
    };
    bo::WebhookView {
        url: webhook.url.clone(),
        dialect: webhook.dialect.clone(),
        state: state.to_owned(),
        failing_since: webhook.failing_since.map(|at| at.0),
        next_at: (state == "failing").then_some(webhook.due_at.0),
        stopped: webhook.stopped.clone(),
        last: last.map(delivery_view),
    }
}

fn delivery_view(made: &BotDelivery) -> bo::DeliveryView {
    bo::DeliveryView {
        id: made.id.clone(),
        seq: made.seq,
        kind: made.kind.clone(),
        attempt: made.attempt,
        at: made.at.0,
        took_ms: made.took_ms,
        status: made.status,
        ended: made.ended.as_str().to_owned(),
        error: made.error.clone(),
    }
}
