//! Bots on other machines of the office: who may sign, and with what. The secret is in the keyring,
//! for unlike a token it is needed to check what comes; that there is one is noted in the workspace.

use std::collections::{BTreeMap, BTreeSet};

use baton_bots::lan::once::Once;
use baton_bots::lan::{LanSecret, Signature, not_yours};
use baton_bots::{Caller, DoorError};
use baton_core::time::{SECOND, Timestamp};
use baton_store::Reader;
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::unreadable;

/// The setting with the names of the bots that have a secret.
const KEY: &str = "door_lan";

/// The name under which the secret of a bot on another machine is kept.
pub(crate) fn secret_key(bot: &str) -> String {
    format!("bots/{bot}/lan")
}

/// The bots that have a secret, by name.
///
/// # Errors
/// When the workspace cannot be read.
pub(crate) fn signers(reader: &Reader<'_>) -> Result<BTreeSet<String>, EngineError> {
    Ok(reader.setting(KEY)?.unwrap_or_default())
}

/// What is known of those who sign.
#[derive(Debug)]
pub(crate) struct Signers {
    since_s: i64,
    /// By name; none for a bot that has no secret, so that the keyring is not asked for each
    /// stranger.
    known: Mutex<BTreeMap<String, Option<(LanSecret, Once)>>>,
}

impl Signers {
    /// Nobody was here yet; the engine opened at that time.
    pub(crate) fn since(opened: Timestamp) -> Self {
        Self {
            since_s: seconds(opened),
            known: Mutex::default(),
        }
    }
}

const fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(SECOND)
}

impl Engine {
    pub(super) async fn admit_signature(
        &self,
        signature: &Signature,
        method: &str,
        target: &str,
    ) -> Result<Caller, DoorError> {
        let Signature { bot, .. } = signature;
        if !self.roster().door.contains_key(bot) {
            return Err(not_yours());
        }
        let signers = &self.inner.signers;
        let mut known = signers.known.lock().await;
        if !known.contains_key(bot) {
            let secret = self.lan_secret(bot).await?;
            let known_now = secret.map(|secret| (secret, Once::since(signers.since_s)));
            known.insert(bot.clone(), known_now);
        }
        let Some(Some((secret, once))) = known.get_mut(bot) else {
            return Err(not_yours());
        };
        if !signature.holds(secret, method, target) {
            return Err(not_yours());
        }
        // Only what holds is remembered, so strangers cannot fill the memory.
        once.take(signature.time_s, &signature.nonce, seconds(self.now()))?;
        Ok(Caller { bot: bot.clone() })
    }

    async fn lan_secret(&self, bot: &str) -> Result<Option<LanSecret>, DoorError> {
        let kept = self.inner.supervisor.secrets.get(&secret_key(bot)).await;
        match kept {
            Ok(words) => Ok(words.and_then(|words| LanSecret::read(words.expose_secret()))),
            Err(error) => {
                tracing::warn!(%bot, %error, "The secret of a bot cannot be read.");
                Err(DoorError::new(
                    503,
                    "unavailable",
                    "Baton cannot read the secret of this bot now.",
                    "Unlock the keyring of the machine that Baton runs on.",
                ))
            }
        }
    }

    /// Reads the secret of a bot anew when it next asks.
    pub(crate) async fn signs_anew(&self, bot: &str) {
        self.inner.signers.known.lock().await.remove(bot);
    }

    /// Takes the secret of a bot away, from memory first.
    pub(crate) async fn forget_signer(&self, bot: &str) -> Result<(), EngineError> {
        self.inner
            .signers
            .known
            .lock()
            .await
            .insert(bot.to_owned(), None);
        let gone = self.inner.supervisor.secrets.remove(&secret_key(bot)).await;
        gone.map_err(unreadable)
    }
}

impl Turn<'_, '_> {
    /// Notes whether a bot has a secret to sign with.
    pub(crate) fn note_signer(&mut self, bot: &str, signs: bool) -> Result<(), EngineError> {
        let mut signers = signers(self.tx)?;
        let changed = if signs {
            signers.insert(bot.to_owned())
        } else {
            signers.remove(bot)
        };
        if changed {
            self.tx.set_setting(KEY, &signers)?;
        }
        self.touch("bots");
        Ok(())
    }
}
