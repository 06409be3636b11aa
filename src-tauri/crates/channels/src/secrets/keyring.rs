//! The operating system's keyring: Secret Service, Keychain or Credential Manager.

use ::keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::{SecretError, SecretStore};

/// The keyring of the person who runs Baton. Entries belong to a workspace, so that two
/// workspaces of one person do not share accounts by accident.
#[derive(Debug, Clone)]
pub struct Keyring {
    service: String,
}

impl Keyring {
    /// The keyring, with entries for a workspace; an error when the session has none.
    pub fn open(workspace: &str) -> Result<Self, SecretError> {
        // The client of the Secret Service runs its own executor, which cannot start on a thread
        // that already drives one.
        match std::thread::spawn(|| Entry::store_status().is_ok()).join() {
            Ok(true) => Ok(Self {
                service: format!("baton:{workspace}"),
            }),
            Ok(false) | Err(_) => Err(SecretError::Unavailable),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry, SecretError> {
        Entry::new(&self.service, name).map_err(|error| told(&error))
    }
}

impl SecretStore for Keyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match self.entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.entry(name)?
            .set_password(secret.expose_secret())
            .map_err(|error| told(&error))
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }

    fn describe(&self) -> &'static str {
        "The keyring of this computer. Secrets are encrypted and open with your login; other \
         programs that you run can ask for them."
    }
}

/// The keyring's errors may hold the secret itself; only their kind goes on.
fn told(error: &Error) -> SecretError {
    match error {
        Error::NoStorageAccess(_) => SecretError::Locked,
        Error::NoDefaultStore | Error::PlatformFailure(_) => SecretError::Unavailable,
        _ => SecretError::Refused,
    }
}
