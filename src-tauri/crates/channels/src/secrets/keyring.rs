//! The operating system's keyring: Secret Service, Keychain or Credential Manager.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use ::keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::{SecretError, SecretStore};

/// How long the session may take to say whether it has a keyring.
const PATIENCE: Duration = Duration::from_secs(3);

/// The keyring of the person who runs Baton. Entries belong to a workspace, so that two
/// workspaces of one person do not share accounts by accident.
#[derive(Debug, Clone)]
pub struct Keyring {
    service: String,
}

impl Keyring {
    /// The keyring, with entries for a workspace; an error when the session has none. One that
    /// does not answer in time is there, and each call of it will say how it is.
    pub fn open(workspace: &str) -> Result<Self, SecretError> {
        let (tell, told) = mpsc::channel();
        // The client of the Secret Service runs its own executor, which cannot start on a thread
        // that already drives one; and it waits without end for a service that hangs.
        let asking = std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || tell.send(Entry::store_status().is_ok()));
        if asking.is_err() {
            return Err(SecretError::Unavailable);
        }
        match told.recv_timeout(PATIENCE) {
            Ok(true) | Err(RecvTimeoutError::Timeout) => Ok(Self {
                service: format!("baton:{workspace}"),
            }),
            Ok(false) | Err(RecvTimeoutError::Disconnected) => Err(SecretError::Unavailable),
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
