//! Webhooks, carried out: each bot that wants it is told at an address of its own what it would
//! hear at the door. The log is the queue: there is a place up to which a bot was told, and what
//! comes after it is read when it is sent, so nothing is lost, nothing is kept twice, and what was
//! erased is not told any more. Each bot has a worker of its own; a receiver that hangs holds up
//! nobody else.

mod lanes;

use std::time::{Duration, Instant};

use baton_api::Change;
use baton_bots::dialect::Dialect;
use baton_bots::webhook::post::{Parcel, post};
use baton_bots::webhook::schedule::{Attempt, Next, Stop, next};
use baton_bots::webhook::signature::WebhookSecret;
use baton_bots::webhook::target;
use baton_bots::wire::event::BotEvent;
use baton_core::hash::Hash;
use baton_core::time::{DAY, Timestamp};
use baton_store::{BotDelivery, DeliveryEnd, StoredWebhook};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::door::dialect::in_words;
use crate::engine::Engine;
use crate::error::EngineError;
use lanes::{Lanes, Told};

/// A receiver has so long to answer.
const LIMIT: Duration = Duration::from_secs(15);
/// How often is looked when nothing wakes the loop.
const NAP: Duration = Duration::from_secs(60);
/// How each delivery went is kept for so long.
pub(crate) const KEEP_MS: i64 = 30 * DAY;
/// Events that a worker delivers before it lets others have a look.
const IN_A_ROW: usize = 200;

/// The name under which the secret of a bot's webhook is kept.
pub(crate) fn secret_key(bot: &str) -> String {
    format!("bots/{bot}/webhook")
}

/// The tag of how the deliveries to a bot go.
pub(crate) fn deliveries_tag(bot: &str) -> String {
    format!("deliveries:{bot}")
}

/// Delivers whatever happens, until the engine stops.
pub(crate) async fn run(engine: Engine) {
    let mut lanes = Lanes::default();
    let mut changes = engine.inner.changes.subscribe();
    loop {
        let nap = match pass(&engine, &mut lanes).await {
            // What changes matters to nobody here.
            Ok(Ahead::Nobody) => None,
            Ok(Ahead::News) => Some(NAP),
            Ok(Ahead::Due(due)) => {
                let left = due.since(engine.now()).max(0).unsigned_abs();
                Some(NAP.min(Duration::from_millis(left.saturating_add(1))))
            }
            Err(EngineError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "It cannot be seen who is to be told what happens.");
                Some(NAP)
            }
        };
        tokio::select! {
            () = engine.inner.stop.cancelled() => break,
            () = lanes.one_is_free() => {}
            () = engine.inner.wake.webhooks.notified() => lanes.look_again(),
            alive = news(&mut changes), if nap.is_some() => {
                if !alive {
                    break;
                }
                lanes.look_again();
            }
            () = tokio::time::sleep(nap.unwrap_or(NAP)) => lanes.look_again(),
        }
    }
    while lanes.works() {
        lanes.one_is_free().await;
    }
}

/// What there is to wait for.
enum Ahead {
    /// Nobody wants to be told.
    Nobody,
    /// Something may happen.
    News,
    /// A receiver is tried again then.
    Due(Timestamp),
}

/// Waits until something happened that a bot may want to know; whether the engine still lives.
async fn news(changes: &mut Receiver<Change>) -> bool {
    // That something was delivered is no news to those who are told.
    let ours = |change: &Change| match change {
        Change::Touched { tags } => tags.iter().all(|tag| tag.starts_with("deliveries:")),
        _ => false,
    };
    loop {
        match changes.recv().await {
            Err(RecvError::Closed) => return false,
            Ok(change) if ours(&change) => {}
            Ok(_) | Err(RecvError::Lagged(_)) => break,
        }
    }
    // One look answers all that came together.
    while !matches!(
        changes.try_recv(),
        Err(TryRecvError::Empty | TryRecvError::Closed)
    ) {}
    true
}

/// Delivers everything that is due now, as one that is led through time step by step does.
pub(crate) async fn work(engine: &Engine) -> Result<(), EngineError> {
    let mut lanes = Lanes::default();
    loop {
        pass(engine, &mut lanes).await?;
        if !lanes.works() {
            return Ok(());
        }
        lanes.one_is_free().await;
    }
}

/// Gives every bot that is due its worker; returns what there is to wait for then.
async fn pass(engine: &Engine, lanes: &mut Lanes) -> Result<Ahead, EngineError> {
    let wanted: Vec<StoredWebhook> = engine
        .read(|reader, roster| {
            let mut all = reader.bot_webhooks()?;
            all.retain(|hook| hook.stopped.is_empty() && roster.door.contains_key(&hook.bot));
            Ok(all)
        })
        .await?;
    if wanted.is_empty() {
        return Ok(Ahead::Nobody);
    }
    let now = engine.now();
    let mut due: Option<Timestamp> = None;
    for hook in wanted {
        if hook.due_at > now {
            due = Some(due.map_or(hook.due_at, |due| due.min(hook.due_at)));
        } else if lanes.is_free(&hook.bot) {
            let after = lanes.looked_through(&hook.bot).max(hook.after);
            let engine = engine.clone();
            lanes.send(hook.bot.clone(), async move {
                match deliver(&engine, &hook, after).await {
                    Ok(told) => told,
                    Err(error) => {
                        tracing::error!(bot = %hook.bot, %error, "A bot could not be told.");
                        Told {
                            looked_through: after,
                            all: true,
                        }
                    }
                }
            });
        }
    }
    Ok(due.map_or(Ahead::News, Ahead::Due))
}

/// Tells a bot one thing after the other.
async fn deliver(
    engine: &Engine,
    hook: &StoredWebhook,
    mut after: i64,
) -> Result<Told, EngineError> {
    let dialect = Dialect::named(&hook.dialect).unwrap_or_default();
    for _ in 0..IN_A_ROW {
        let name = hook.bot.clone();
        let page = engine
            .read(move |reader, roster| match roster.door.get(&name) {
                // One at a time, so that each says how the conversation stands when it is sent.
                Some(bot) => {
                    let page = crate::door::next_event(reader, roster, bot, after)?;
                    let body = match page.events.first() {
                        Some(event) => in_words(reader, roster, bot, dialect, event)?,
                        None => None,
                    };
                    Ok(Some((page, body)))
                }
                None => Ok(None),
            })
            .await?;
        let Some((page, body)) = page else { break };
        let Some(event) = page.events.first() else {
            if page.after > after {
                after = page.after;
                continue;
            }
            return Ok(Told {
                looked_through: after,
                all: true,
            });
        };
        let id = identifier(&hook.bot, event);
        let Some(body) = body else {
            // Its dialect has no word for it.
            after = event.seq;
            continue;
        };
        if dialect != Dialect::Own {
            engine.inner.told.note(&hook.bot, event);
        }
        let made = attempt(engine, hook, id, &body).await;
        if !note(engine, hook, event.seq, made).await? || engine.inner.stop.is_cancelled() {
            return Ok(Told {
                looked_through: after,
                all: true,
            });
        }
        after = event.seq;
    }
    Ok(Told {
        looked_through: after,
        all: false,
    })
}

/// The identifier of an event, the same at each attempt and different for each bot and workspace.
fn identifier(bot: &str, event: &BotEvent) -> String {
    let digest = Hash::of_parts(&[
        b"webhook",
        bot.as_bytes(),
        &event.seq.to_be_bytes(),
        &event.at.to_be_bytes(),
        event.conversation.conversation.as_bytes(),
    ]);
    let mut id = format!("evt_{digest}");
    id.truncate(36);
    id
}

/// What came of an attempt.
pub(crate) struct Made {
    id: String,
    kind: String,
    at: Timestamp,
    took_ms: i64,
    /// What the receiver said, and what is wrong with that in words.
    answer: Attempt,
    error: String,
}

impl Made {
    /// As it is kept, for the place in the log and the number of the attempt.
    pub(crate) fn delivery(&self, seq: i64, number: u32, ended: DeliveryEnd) -> BotDelivery {
        BotDelivery {
            id: self.id.clone(),
            seq,
            kind: self.kind.clone(),
            attempt: number,
            at: self.at,
            took_ms: self.took_ms,
            status: match self.answer {
                Attempt::Answered { status, .. } => Some(status),
                Attempt::Silent => None,
            },
            ended,
            error: self.error.clone(),
        }
    }

    /// Whether the receiver took it.
    pub(crate) fn taken(&self) -> bool {
        matches!(self.answer, Attempt::Answered { status, .. } if (200..300).contains(&status))
    }
}

/// Sends one body to a bot, and says what came of it.
pub(crate) async fn attempt(
    engine: &Engine,
    hook: &StoredWebhook,
    id: String,
    body: &Value,
) -> Made {
    let at = engine.now();
    let begun = Instant::now();
    let answer = send(engine, hook, &id, at, body).await;
    let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (answer, error) = match answer {
        Ok(answer) => {
            let error = match &answer {
                Attempt::Answered { status, .. } if !(200..300).contains(status) => {
                    format!("the receiver answered {status}")
                }
                _ => String::new(),
            };
            (answer, error)
        }
        Err(error) => (Attempt::Silent, error),
    };
    let kind = ["/type", "/event", "/events/0/type"];
    let kind = kind.iter().find_map(|at| body.pointer(at)?.as_str());
    let kind = kind.unwrap_or_default();
    Made {
        id,
        kind: kind.to_owned(),
        at,
        took_ms,
        answer,
        error,
    }
}

async fn send(
    engine: &Engine,
    hook: &StoredWebhook,
    id: &str,
    at: Timestamp,
    body: &Value,
) -> Result<Attempt, String> {
    let url = target(&hook.url).map_err(|error| error.to_string())?;
    let secrets = &engine.inner.supervisor.secrets;
    let secret = secrets
        .get(&secret_key(&hook.bot))
        .await
        .map_err(|error| format!("the secret cannot be read: {error}"))?
        .and_then(|secret| WebhookSecret::read(secret.expose_secret()))
        .ok_or("the secret is not there any more; set the webhook up again")?;
    let parcel = Parcel {
        id: id.to_owned(),
        at_s: at.0.div_euclid(1_000),
        body: body.to_string(),
    };
    post(&url, &secret, parcel, LIMIT)
        .await
        .map_err(|error| error.to_string())
}

/// Notes what came of an attempt; whether the next event may follow now.
async fn note(
    engine: &Engine,
    hook: &StoredWebhook,
    seq: i64,
    made: Made,
) -> Result<bool, EngineError> {
    let (bot, set_at, url) = (hook.bot.clone(), hook.set_at, hook.url.clone());
    engine
        .inner
        .desk
        .turn(move |turn| {
            let Some(mut hook) = turn.tx.bot_webhook(&bot)? else {
                return Ok(false);
            };
            // Set up anew meanwhile: what was tried before says nothing of it.
            if hook.set_at != set_at || hook.url != url {
                return Ok(false);
            }
            let next = next(
                &made.answer,
                hook.attempts,
                hook.refusals,
                hook.failing_since,
                turn.now,
            );
            let number = hook.attempts.saturating_add(1);
            let was_failing = hook.failing_since.is_some();
            let ended = match next {
                Next::GoOn => DeliveryEnd::Delivered,
                Next::GiveUp => DeliveryEnd::GivenUp,
                Next::Again { .. } | Next::Stop(_) => DeliveryEnd::Failed,
            };
            let went_on = matches!(next, Next::GoOn | Next::GiveUp);
            match next {
                Next::GoOn | Next::GiveUp => {
                    hook.after = seq;
                    hook.attempts = 0;
                    hook.refusals = 0;
                    hook.due_at = turn.now;
                    // It is there, whether it wanted this one or not.
                    hook.failing_since = None;
                }
                Next::Again { pause_ms, refused } => {
                    hook.attempts = number;
                    hook.refusals = hook.refusals.saturating_add(u32::from(refused));
                    hook.due_at = turn.now.plus(pause_ms);
                    hook.failing_since.get_or_insert(turn.now);
                }
                Next::Stop(why) => {
                    hook.attempts = number;
                    hook.failing_since.get_or_insert(turn.now);
                    hook.stopped = match why {
                        Stop::Gone => "the receiver says that it is gone",
                        Stop::Away => "the receiver was away for a day",
                    }
                    .to_owned();
                }
            }
            turn.tx.save_bot_webhook(&hook)?;
            let delivery = made.delivery(seq, number, ended);
            turn.tx.note_bot_delivery(&bot, &delivery)?;
            turn.touch(deliveries_tag(&bot));
            if was_failing != hook.failing_since.is_some() || !hook.stopped.is_empty() {
                turn.touch("bots");
                turn.touch("health");
            }
            Ok(went_on)
        })
        .await
}
