//! The channels at work: one supervised task each, its state for everybody to see.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baton_api::ApiError;
use baton_api::channels::MailConfig;
use baton_channels::email::login::Login;
use baton_channels::email::oauth::TokenKeeper;
use baton_channels::email::sync::Limits;
use baton_channels::email::watch::{AccountState, AccountTask, Timing, run_account};
use baton_channels::secrets::Secrets;
use baton_core::command::SendEnd;
use baton_core::ids::ChannelId;
use baton_core::time::Timestamp;
use serde::Deserialize as _;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mailbox::{MailboxSink, account};
use crate::mailsend::smtp_send;
use crate::outbox::Letter;
use crate::roster::{KnownChannel, kind};
use crate::secret::{LEFT_SECRETS, forget_secrets, login_of};

/// A password that could not be read is looked for again after so long.
const FIRST_LOOK_AGAIN: Duration = Duration::from_secs(5 * 60);
/// The longest time between two looks.
const LAST_LOOK_AGAIN: Duration = Duration::from_secs(60 * 60);

/// The channels that run.
pub struct Supervisor {
    running: Mutex<BTreeMap<ChannelId, Running>>,
    /// The tokens of the channels that have some: one keeper each, for reading and for sending.
    keepers: Mutex<BTreeMap<ChannelId, Arc<TokenKeeper>>>,
    pub(crate) secrets: Secrets,
}

/// One channel's task.
struct Running {
    stop: CancellationToken,
    nudge: Arc<Notify>,
    state: watch::Receiver<AccountState>,
    since: Arc<Mutex<Timestamp>>,
}

/// How a channel is doing, for the UI.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelState {
    /// `connecting`, `catching_up`, `live`, `stale`, `needs_attention`, `off`.
    pub state: String,
    /// Since when.
    pub since: Timestamp,
    /// What is wrong; empty when nothing is.
    pub detail: String,
    /// What to do about it.
    pub hint: String,
    /// Messages done while catching up.
    pub done: u32,
    /// Messages to do while catching up.
    pub total: u32,
}

impl Supervisor {
    /// Nothing runs yet.
    pub fn new(secrets: Secrets) -> Self {
        Self {
            running: Mutex::default(),
            keepers: Mutex::default(),
            secrets,
        }
    }

    /// What secrets are kept in, in words.
    #[must_use]
    pub fn secrets_kind(&self) -> String {
        self.secrets.describe().to_owned()
    }

    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<ChannelId, Running>) -> T) -> T {
        look(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How a channel is doing; none when it does not run.
    #[must_use]
    pub fn state(&self, channel: ChannelId) -> Option<ChannelState> {
        self.with(|running| {
            running.get(&channel).map(|one| {
                let since = *one.since.lock().unwrap_or_else(PoisonError::into_inner);
                in_words(&one.state.borrow(), since)
            })
        })
    }

    /// Connects a channel again at once.
    pub fn nudge(&self, channel: ChannelId) {
        self.with(|running| {
            if let Some(one) = running.get(&channel) {
                one.nudge.notify_one();
            }
        });
    }

    /// The keeper of a channel's tokens: the one there is, or else this one. Settings that are
    /// only being tried, with other certificates, do not replace it.
    pub(crate) fn keeper(&self, channel: ChannelId, new: TokenKeeper) -> Arc<TokenKeeper> {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        match keepers.get(&channel) {
            Some(known) if known.trust() == new.trust() => Arc::clone(known),
            Some(_) => Arc::new(new),
            None => {
                let new = Arc::new(new);
                keepers.insert(channel, Arc::clone(&new));
                new
            }
        }
    }

    /// Has the next login of a channel read its tokens and its application anew.
    pub(crate) fn forget_keeper(&self, channel: ChannelId) {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        keepers.remove(&channel);
    }

    /// Stops a channel's task.
    pub fn stop(&self, channel: ChannelId) {
        self.with(|running| {
            if let Some(one) = running.remove(&channel) {
                one.stop.cancel();
            }
        });
    }
}

fn in_words(state: &AccountState, since: Timestamp) -> ChannelState {
    let count = |count: &u64| u32::try_from(*count).unwrap_or(u32::MAX);
    let plain = |word: &str| ChannelState {
        state: word.to_owned(),
        since,
        ..ChannelState::default()
    };
    match state {
        AccountState::Connecting => plain("connecting"),
        AccountState::CatchingUp { done, total, .. } => ChannelState {
            done: count(done),
            total: count(total),
            ..plain("catching_up")
        },
        AccountState::Live { missing_folders } if missing_folders.is_empty() => plain("live"),
        AccountState::Live { missing_folders } => ChannelState {
            detail: format!(
                "Folders that are not on the server any more: {}.",
                missing_folders.join(", ")
            ),
            hint: "Choose the folders again.".to_owned(),
            ..plain("live")
        },
        AccountState::Stale { since_ms, code } => ChannelState {
            since: Timestamp(*since_ms),
            detail: format!("There is no connection ({}).", code.replace('_', " ")),
            hint: "It is tried again by itself.".to_owned(),
            ..plain("stale")
        },
        AccountState::NeedsAttention {
            since_ms,
            message,
            hint,
            ..
        } => ChannelState {
            since: Timestamp(*since_ms),
            detail: message.clone(),
            hint: hint.clone(),
            ..plain("needs_attention")
        },
        AccountState::Stopped => plain("off"),
    }
}

impl Engine {
    /// Starts every channel that is connected, and forgets what is still kept for removed ones.
    pub(crate) fn start_channels(&self) {
        for known in self.roster().channels.values() {
            self.start_channel(known.clone());
            if known.stored.removed_at.is_some() && known.stored.config.get(LEFT_SECRETS).is_some()
            {
                let (engine, channel) = (self.clone(), known.stored.id);
                self.inner.tasks.spawn(async move {
                    if let Err(error) = forget_secrets(&engine, channel).await {
                        tracing::warn!(%channel, %error, "The secrets of a removed mailbox are still kept.");
                    }
                });
            }
        }
    }

    /// Starts one channel, replacing a task that runs already.
    pub(crate) fn start_channel(&self, known: KnownChannel) {
        if known.stored.removed_at.is_some() || known.info.kind != kind::EMAIL {
            return;
        }
        let engine = self.clone();
        self.inner.supervisor.stop(known.stored.id);
        let (state, seen) = watch::channel(AccountState::Connecting);
        let running = Running {
            stop: self.inner.stop.child_token(),
            nudge: Arc::new(Notify::new()),
            state: seen.clone(),
            since: Arc::new(Mutex::new(self.now())),
        };
        let (stop, nudge, since) = (
            running.stop.clone(),
            Arc::clone(&running.nudge),
            Arc::clone(&running.since),
        );
        self.inner
            .supervisor
            .with(|all| all.insert(known.stored.id, running));
        self.inner.tasks.spawn(tell_states(
            self.clone(),
            known.stored.id,
            seen,
            since,
            stop.clone(),
        ));
        self.inner
            .tasks
            .spawn(watch_mailbox(engine, known, state, stop, nudge));
    }

    /// Hands a message to its channel; never more than once for one attempt.
    pub(crate) async fn hand_over(&self, letter: Letter, deadline: Timestamp) -> SendEnd {
        let roster = self.roster();
        let known = roster.channels.get(&letter.channel);
        let Some(known) = known.filter(|known| known.stored.removed_at.is_none()) else {
            return SendEnd::Rejected {
                text: "The channel was removed.".to_owned(),
            };
        };
        match known.info.kind.as_str() {
            kind::EMAIL => smtp_send(self, known, letter, deadline).await,
            // The people of the demo read everything at once.
            kind::DEMO => SendEnd::Sent {
                refused: Vec::new(),
                put_off: Vec::new(),
            },
            _ => SendEnd::Rejected {
                text: "Nothing can be sent on this channel.".to_owned(),
            },
        }
    }
}

/// Watches one mailbox until it is stopped. Without its settings or its password there is nothing
/// to connect to; they are looked for again when a person asks, and now and then by itself.
async fn watch_mailbox(
    engine: Engine,
    known: KnownChannel,
    state: watch::Sender<AccountState>,
    stop: CancellationToken,
    nudge: Arc<Notify>,
) {
    let channel = known.stored.id;
    let mut pause = FIRST_LOOK_AGAIN;
    let (config, login) = loop {
        let found = tokio::select! {
            () = stop.cancelled() => return,
            found = way_in(&engine, &known) => found,
        };
        match found {
            Ok(found) => break found,
            // Fails only when nobody looks any more.
            Err(wanting) => drop(state.send(wanting)),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = nudge.notified() => pause = FIRST_LOOK_AGAIN,
            // Each look may ask a person for the keyring's password, so they become rare.
            () = tokio::time::sleep(pause) => {
                pause = pause.saturating_mul(2).min(LAST_LOOK_AGAIN);
            }
        }
        drop(state.send(AccountState::Connecting));
    };
    let sink = MailboxSink {
        engine,
        channel,
        connected_at: known.stored.added_at,
        singly: Arc::default(),
    };
    run_account(AccountTask {
        account: account(channel, &config),
        login,
        sink: Arc::new(sink),
        state,
        stop,
        nudge,
        timing: Timing::default(),
        limits: Limits::default(),
    })
    .await;
}

/// The settings of a mailbox and its login, or what a person has to see to.
async fn way_in(
    engine: &Engine,
    known: &KnownChannel,
) -> Result<(MailConfig, Login), AccountState> {
    let wanting = |error: ApiError| AccountState::NeedsAttention {
        since_ms: engine.now().0,
        code: error.code,
        message: error.message,
        hint: error.hint,
    };
    let stored = &known.stored;
    let config = MailConfig::deserialize(&stored.config).map_err(|_| {
        wanting(ApiError::new(
            "bad_config",
            "The settings of this mailbox cannot be read.",
            "Set it up again.",
        ))
    })?;
    // It says itself what is wrong, be it the keyring or a password that was never kept.
    match login_of(engine, stored.id, &stored.config, &config).await {
        Ok(login) => Ok((config, login)),
        Err(error) => Err(wanting(error.into())),
    }
}

/// Tells the UI when a channel's state changes, at most a few times a second while it catches up.
async fn tell_states(
    engine: Engine,
    channel: ChannelId,
    mut state: watch::Receiver<AccountState>,
    since: Arc<Mutex<Timestamp>>,
    stop: CancellationToken,
) {
    let mut last = String::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = state.changed() => if changed.is_err() { return; },
        }
        let word = in_words(&state.borrow_and_update(), Timestamp(0)).state;
        let moved = word != last;
        if moved {
            *since.lock().unwrap_or_else(PoisonError::into_inner) = engine.now();
            last.clone_from(&word);
        }
        let tags = ["channels", "health"].map(str::to_owned);
        engine.inner.changes.touched(tags.into());
        if moved {
            let kept = engine
                .inner
                .desk
                .turn(move |turn| Ok(turn.tx.set_channel_health(channel, &word, "", turn.now)?))
                .await;
            if let Err(EngineError::Stopped) = kept {
                return;
            }
        } else {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}
