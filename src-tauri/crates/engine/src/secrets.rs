//! Where the secrets of a workspace are kept: the system's keyring or, only when a person asked
//! for it, an encrypted file beside the workspace.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use baton_channels::secrets::keyring::Keyring;
use baton_channels::secrets::vault::Vault;
use baton_channels::secrets::{SecretError, SecretStore, Secrets};
use secrecy::SecretString;

/// The environment variable that names a file with the passphrase of the encrypted file. Setting
/// it is how a person asks for the file instead of the keyring.
pub const PASSPHRASE_FILE: &str = "BATON_SECRETS_PASSPHRASE_FILE";

/// How long a person may take to unlock a keyring.
const LIMIT: Duration = Duration::from_secs(60);

/// The secrets of a workspace.
#[must_use]
pub fn of_workspace(folder: &Path) -> Secrets {
    let store: Arc<dyn SecretStore> = match std::env::var_os(PASSPHRASE_FILE) {
        Some(file) => match vault(folder, Path::new(&file)) {
            Ok(vault) => Arc::new(vault),
            Err(why) => Arc::new(Nowhere { why }),
        },
        None => match Keyring::open(&folder.to_string_lossy()) {
            Ok(keyring) => Arc::new(keyring),
            Err(why) => Arc::new(Nowhere { why }),
        },
    };
    Secrets::new(store, LIMIT)
}

fn vault(folder: &Path, passphrase: &Path) -> Result<Vault, SecretError> {
    let text = std::fs::read_to_string(passphrase).map_err(|_| SecretError::Unavailable)?;
    let passphrase = SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned());
    baton_store::make_private_folder(folder).map_err(|_| SecretError::NotWritten)?;
    Vault::open(&folder.join("secrets.vault"), &passphrase)
}

/// No place for secrets: everything but connecting a mailbox works.
struct Nowhere {
    why: SecretError,
}

impl SecretStore for Nowhere {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        Err(self.why)
    }

    fn put(&self, _: &str, _: &SecretString) -> Result<(), SecretError> {
        Err(self.why)
    }

    fn remove(&self, _: &str) -> Result<(), SecretError> {
        Err(self.why)
    }

    fn describe(&self) -> &'static str {
        match self.why {
            SecretError::WrongPassphrase => {
                "Nothing: the passphrase of the encrypted file is wrong, so no mailbox can be \
                 connected."
            }
            SecretError::Damaged => {
                "Nothing: the encrypted file cannot be read, so no mailbox can be connected."
            }
            SecretError::NotWritten => {
                "Nothing: the encrypted file cannot be written, so no mailbox can be connected."
            }
            SecretError::Unavailable
            | SecretError::Locked
            | SecretError::TimedOut
            | SecretError::Refused => {
                "Nothing: no keyring runs in this session, so no mailbox can be connected."
            }
        }
    }
}
