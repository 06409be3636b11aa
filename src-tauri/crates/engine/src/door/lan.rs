//! Bots on other machines of the office: who may sign, and with what. The secret is in the keyring,
//! for unlike a token it is needed to check what comes; that there is one is noted in the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use baton_bots::lan::once::Once;
use baton_bots::lan::{LanSecret, Signature, Signed, not_yours};
use baton_bots::{Caller, DoorError};
use baton_core::time::{SECOND, Timestamp};
use baton_store::Reader;
use secrecy::ExposeSecret as _;

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
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// By name; none for a bot that has no secret, so that the keyring is not asked for each
    /// stranger.
    bots: BTreeMap<String, Option<(LanSecret, Once)>>,
    /// How often a secret was replaced or taken away: what was read of the keyring before that is
    /// worth nothing after it.
    changes: u64,
}

impl Signers {
    /// Nobody was here yet; the engine opened at that time.
    pub(crate) fn since(opened: Timestamp) -> Self {
        Self {
            since_s: seconds(opened),
            known: Mutex::default(),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    /// What came of a bot before, for one that made this signature.
    fn signer(
        &mut self,
        signature: &Signature,
        signed: Signed<'_>,
    ) -> Result<&mut Once, DoorError> {
        match self.bots.get_mut(&signature.bot) {
            Some(Some((secret, once))) if signature.holds(secret, signed) => Ok(once),
            _ => Err(not_yours()),
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
        signed: Signed<'_>,
    ) -> Result<Caller, DoorError> {
        let Signature { bot, .. } = signature;
        if !self.roster().door.contains_key(bot) {
            return Err(not_yours());
        }
        self.know_signer(bot).await?;
        let now_s = seconds(self.now());
        // Only what holds is remembered, so strangers cannot fill the memory.
        self.inner.signers.with(|known| {
            let once = known.signer(signature, signed)?;
            once.take(signature.time_s, &signature.nonce, now_s)
        })?;
        Ok(Caller { bot: bot.clone() })
    }

    pub(super) async fn signature_stands(&self, signature: &Signature, signed: Signed<'_>) -> bool {
        let known = self.know_signer(&signature.bot).await;
        let holds = |known: &mut Known| known.signer(signature, signed).is_ok();
        known.is_ok() && self.inner.signers.with(holds)
    }

    /// Reads the secret of a bot, unless it is known. Nobody else waits meanwhile: a keyring may ask
    /// a person first.
    async fn know_signer(&self, bot: &str) -> Result<(), DoorError> {
        let signers = &self.inner.signers;
        loop {
            let before =
                signers.with(|known| (!known.bots.contains_key(bot)).then_some(known.changes));
            let Some(changes) = before else {
                return Ok(());
            };
            let secret = self.lan_secret(bot).await?;
            signers.with(|known| {
                if known.changes == changes {
                    let fresh = secret.map(|secret| (secret, Once::since(signers.since_s)));
                    // Whoever was faster may have been heard already.
                    known.bots.entry(bot.to_owned()).or_insert(fresh);
                }
            });
        }
    }

    /// The secret of a bot that may sign. One that was left behind in the keyring when it was taken
    /// away is none.
    async fn lan_secret(&self, bot: &str) -> Result<Option<LanSecret>, DoorError> {
        let name = bot.to_owned();
        let signs = self
            .read(move |reader, _| Ok(signers(reader)?.contains(&name)))
            .await;
        match signs {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => {
                tracing::error!(%bot, %error, "It cannot be read who may sign.");
                return Err(DoorError::internal());
            }
        }
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
    pub(crate) fn signs_anew(&self, bot: &str) {
        self.signer_changed(|bots| {
            bots.remove(bot);
        });
    }

    /// Takes the secret of a bot away, from memory first.
    pub(crate) async fn forget_signer(&self, bot: &str) -> Result<(), EngineError> {
        self.signer_changed(|bots| {
            bots.insert(bot.to_owned(), None);
        });
        let gone = self.inner.supervisor.secrets.remove(&secret_key(bot)).await;
        gone.map_err(unreadable)
    }

    fn signer_changed(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, Option<(LanSecret, Once)>>),
    ) {
        self.inner.signers.with(|known| {
            known.changes = known.changes.wrapping_add(1);
            change(&mut known.bots);
        });
        // Whoever reads on by the old secret looks up, and finds it void.
        self.inner.changes.touched(["bots".to_owned()].into());
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
