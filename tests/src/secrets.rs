//! A place for secrets that lasts as long as the test, or as its folder.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_channels::secrets::{SecretError, SecretStore, Secrets};
use secrecy::{ExposeSecret as _, SecretString};

/// Secrets in memory.
#[derive(Default)]
pub struct Pocket {
    kept: Mutex<BTreeMap<String, SecretString>>,
}

impl Pocket {
    /// An empty pocket.
    #[must_use]
    pub fn secrets() -> Secrets {
        Secrets::new(Arc::new(Self::default()), Duration::from_secs(5))
    }
}

impl SecretStore for Pocket {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        let kept = self.kept.lock().unwrap();
        let found = kept.get(name);
        Ok(found.map(|secret| SecretString::from(secret.expose_secret().to_owned())))
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let secret = SecretString::from(secret.expose_secret().to_owned());
        self.kept.lock().unwrap().insert(name.to_owned(), secret);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
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
