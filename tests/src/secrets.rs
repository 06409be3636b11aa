//! A place for secrets that lasts as long as the test, or as its folder.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
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

/// A keyring that can be made to hang, as one does that waits for somebody to unlock it.
#[derive(Clone, Default)]
pub struct Stuck {
    hangs: Arc<(Mutex<bool>, Condvar)>,
}

impl Stuck {
    /// How long it may take to answer.
    pub const LIMIT: Duration = Duration::from_millis(300);

    /// The secrets it keeps, the one password of the rehearsal, while it does not hang.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets::new(Arc::new(self.clone()), Self::LIMIT)
    }

    /// Makes it hang, or lets everybody who waits go on.
    pub fn hang(&self, hangs: bool) {
        *self.hangs.0.lock().unwrap() = hangs;
        self.hangs.1.notify_all();
    }

    fn wait(&self) {
        let hangs = self.hangs.0.lock().unwrap();
        drop(self.hangs.1.wait_while(hangs, |hangs| *hangs).unwrap());
    }
}

impl SecretStore for Stuck {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        self.wait();
        OneKey.get(name)
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.wait();
        OneKey.put(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.wait();
        OneKey.remove(name)
    }

    fn describe(&self) -> &'static str {
        "a keyring that waits for somebody"
    }
}
