//! An encrypted file for secrets, where no keyring runs and a person asked for it.
//!
//! XChaCha20-Poly1305 under a key that Argon2id makes of the passphrase. The file is replaced as
//! a whole, and its beginning, with the cost of the key, is authenticated with the rest.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{SecretError, SecretStore};

const MAGIC: &[u8; 8] = b"BATONSV1";
const SALT: usize = 16;
const NONCE: usize = 24;
/// The magic, memory, passes, lanes, salt.
const HEAD: usize = MAGIC.len() + 12 + SALT;

/// How expensive each guess at the passphrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        // About a fifth of a second on a small computer of today.
        Self {
            memory: 64 * 1024,
            passes: 3,
        }
    }
}

/// An opened file of secrets.
pub struct Vault {
    path: PathBuf,
    head: [u8; HEAD],
    cipher: XChaCha20Poly1305,
    entries: Mutex<BTreeMap<String, SecretString>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the file, or makes it when it is not there.
    pub fn open(path: &Path, passphrase: &SecretString) -> Result<Self, SecretError> {
        Self::open_with(path, passphrase, Cost::default())
    }

    /// Opens the file, or makes it with the given cost when it is not there.
    pub fn open_with(
        path: &Path,
        passphrase: &SecretString,
        cost: Cost,
    ) -> Result<Self, SecretError> {
        match fs::read(path) {
            Ok(bytes) => Self::unlock(path, passphrase, &bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let vault = Self::create(path, passphrase, cost)?;
                vault.write(&BTreeMap::new())?;
                Ok(vault)
            }
            Err(_) => Err(SecretError::Damaged),
        }
    }

    fn create(path: &Path, passphrase: &SecretString, cost: Cost) -> Result<Self, SecretError> {
        let mut salt = [0_u8; SALT];
        getrandom::fill(&mut salt).map_err(|_| SecretError::NotWritten)?;
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC);
        for number in [cost.memory, cost.passes, 1] {
            head.extend_from_slice(&number.to_be_bytes());
        }
        head.extend_from_slice(&salt);
        let head: [u8; HEAD] = head.try_into().map_err(|_| SecretError::NotWritten)?;
        let cipher = cipher(passphrase, &head)?;
        Ok(Self {
            path: path.to_owned(),
            head,
            cipher,
            entries: Mutex::default(),
        })
    }

    fn unlock(path: &Path, passphrase: &SecretString, bytes: &[u8]) -> Result<Self, SecretError> {
        let (head, rest) = bytes
            .split_first_chunk::<HEAD>()
            .ok_or(SecretError::Damaged)?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(SecretError::Damaged)?;
        if !head.starts_with(MAGIC) {
            return Err(SecretError::Damaged);
        }
        let cipher = cipher(passphrase, head)?;
        let open = cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: head,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| SecretError::WrongPassphrase)?;
        let plain: BTreeMap<String, String> =
            serde_json::from_slice(&open).map_err(|_| SecretError::Damaged)?;
        let entries = plain
            .into_iter()
            .map(|(name, secret)| (name, secret.into()))
            .collect();
        Ok(Self {
            path: path.to_owned(),
            head: *head,
            cipher,
            entries: Mutex::new(entries),
        })
    }

    fn change(
        &self,
        work: impl FnOnce(&mut BTreeMap<String, SecretString>),
    ) -> Result<(), SecretError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = entries.clone();
        work(&mut changed);
        self.write(&changed)?;
        *entries = changed;
        Ok(())
    }

    /// Replaces the file as a whole; after a crash it is the old one or the new one.
    fn write(&self, entries: &BTreeMap<String, SecretString>) -> Result<(), SecretError> {
        let plain: BTreeMap<&str, &str> = entries
            .iter()
            .map(|(name, s)| (name.as_str(), s.expose_secret()))
            .collect();
        let plain =
            Zeroizing::new(serde_json::to_vec(&plain).map_err(|_| SecretError::NotWritten)?);
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SecretError::NotWritten)?;
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &plain,
                    aad: &self.head,
                },
            )
            .map_err(|_| SecretError::NotWritten)?;
        let beside = self.path.with_extension("new");
        let written = (|| {
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            let mut file = options.open(&beside)?;
            file.write_all(&self.head)?;
            file.write_all(&nonce)?;
            file.write_all(&sealed)?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)?;
            #[cfg(unix)]
            if let Some(folder) = self.path.parent().filter(|f| !f.as_os_str().is_empty()) {
                fs::File::open(folder)?.sync_all()?;
            }
            Ok::<(), std::io::Error>(())
        })();
        written.map_err(|_| SecretError::NotWritten)
    }
}

fn cipher(passphrase: &SecretString, head: &[u8; HEAD]) -> Result<XChaCha20Poly1305, SecretError> {
    let number = |at: usize| {
        head.get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_be_bytes)
            .ok_or(SecretError::Damaged)
    };
    let (memory, passes, lanes) = (number(8)?, number(12)?, number(16)?);
    // A planted file must not be able to eat the computer's memory.
    if memory > 1024 * 1024 || passes > 64 || lanes > 16 {
        return Err(SecretError::Damaged);
    }
    let salt = head.last_chunk::<SALT>().ok_or(SecretError::Damaged)?;
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| SecretError::Damaged)?;
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut())
        .map_err(|_| SecretError::Damaged)?;
    Ok(XChaCha20Poly1305::new(&(*key).into()))
}

impl SecretStore for Vault {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(self
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned())
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.change(|entries| {
            entries.insert(name.to_owned(), secret.clone());
        })
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.change(|entries| {
            entries.remove(name);
        })
    }

    fn describe(&self) -> &'static str {
        "An encrypted file in the workspace. Whoever has the file and guesses the passphrase can \
         read the passwords in it; while Baton runs, they are in its memory. A keyring is safer."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory: 64,
        passes: 1,
    };

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    fn shown(found: Option<SecretString>) -> Option<String> {
        found.map(|s| s.expose_secret().to_owned())
    }

    #[test]
    fn what_is_put_in_is_there_after_a_restart_and_nowhere_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.vault");
        let vault = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap();
        vault.put("a@b.test", &secret("hunter-seven")).unwrap();
        vault.put("c@d.test", &secret("x")).unwrap();
        vault.remove("c@d.test").unwrap();
        vault.remove("never was").unwrap();
        drop(vault);
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("hunter") && !text.contains("a@b.test"));
        let vault = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap();
        assert_eq!(
            shown(vault.get("a@b.test").unwrap()).as_deref(),
            Some("hunter-seven")
        );
        assert_eq!(shown(vault.get("c@d.test").unwrap()), None);
        assert!(!format!("{vault:?}").contains("hunter"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn a_wrong_passphrase_and_every_changed_byte_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.vault");
        let vault = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap();
        vault.put("a", &secret("b")).unwrap();
        let wrong = Vault::open_with(&path, &secret("Pass"), CHEAP).unwrap_err();
        assert_eq!(wrong, SecretError::WrongPassphrase);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 1;
            fs::write(&path, &bent).unwrap();
            assert!(
                Vault::open_with(&path, &secret("pass"), CHEAP).is_err(),
                "byte {at}"
            );
        }
        fs::write(&path, &whole[..HEAD]).unwrap();
        let short = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap_err();
        assert_eq!(short, SecretError::Damaged);
    }

    #[test]
    fn a_planted_cost_is_refused_before_it_is_paid() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.vault");
        drop(Vault::open_with(&path, &secret("pass"), CHEAP).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        bytes[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
        fs::write(&path, bytes).unwrap();
        let refused = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap_err();
        assert_eq!(refused, SecretError::Damaged);
    }

    #[test]
    fn a_write_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.vault");
        let vault = Vault::open_with(&path, &secret("pass"), CHEAP).unwrap();
        vault.put("a", &secret("old")).unwrap();
        // A folder stands where the new file is to be written.
        fs::create_dir(path.with_extension("new")).unwrap();
        assert_eq!(vault.put("a", &secret("new")), Err(SecretError::NotWritten));
        assert_eq!(shown(vault.get("a").unwrap()).as_deref(), Some("old"));
    }
}
