//! A place for secrets that lasts as long as the test, or as its folder.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_channels::secrets::{SecretError, SecretStore, Secrets};
use secrecy::{ExposeSecret as _, SecretString};

/// Secrets in memory. Clones are the same pocket, as a keyring is the same after a restart.
#[derive(Clone, Default)]
pub struct Pocket {
    kept: Arc<Mutex<BTreeMap<String, SecretString>>>,
    locked: Arc<AtomicBool>,
}

impl Pocket {
    /// An empty pocket.
    #[must_use]
    pub fn secrets() -> Secrets {
        Self::default().opened()
    }

    /// This pocket, for an engine to use.
    #[must_use]
    pub fn opened(&self) -> Secrets {
        Secrets::new(Arc::new(self.clone()), Duration::from_secs(5))
    }

    /// Locks it or unlocks it, as a person does with a keyring.
    pub fn lock(&self, locked: bool) {
        self.locked.store(locked, Ordering::SeqCst);
    }

    /// The names of what is in it.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().keys().cloned().collect()
    }

    fn open(&self) -> Result<(), SecretError> {
        match self.locked.load(Ordering::SeqCst) {
            true => Err(SecretError::Locked),
            false => Ok(()),
        }
    }
}

impl SecretStore for Pocket {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        self.open()?;
        let kept = self.kept.lock().unwrap();
        let found = kept.get(name);
        Ok(found.map(|secret| SecretString::from(secret.expose_secret().to_owned())))
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.open()?;
        let secret = SecretString::from(secret.expose_secret().to_owned());
        self.kept.lock().unwrap().insert(name.to_owned(), secret);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.open()?;
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }

    fn describe(&self) -> &'static str {
        "the memory of a test"
    }
}

/// The password of every user of the rehearsal servers, under every name.
pub struct OneKey;

impl OneKey {
    /// A place where every secret is that password.
    #[must_use]
    pub fn secrets() -> Secrets {
        Secrets::new(Arc::new(Self), Duration::from_secs(5))
    }
}

impl SecretStore for OneKey {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(Some(SecretString::from("secret".to_owned())))
    }

    fn put(&self, _: &str, _: &SecretString) -> Result<(), SecretError> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), SecretError> {
        Ok(())
    }

    fn describe(&self) -> &'static str {
        "the one password of the rehearsal"
    }
}
