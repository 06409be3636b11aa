//! Passwords and tokens: kept by the operating system's keyring, or, where there is none and a
//! person asked for it, in an encrypted file.

pub mod keyring;
pub mod vault;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::oneshot;

/// So many calls may hang at once; one more is not begun.
const HANGING: usize = 8;

/// A place that keeps secrets. Calls may block, even for a person to unlock something.
pub trait SecretStore: Send + Sync + 'static {
    /// The secret under a name, when there is one.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;

    /// Keeps a secret under a name, in place of any earlier one.
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;

    /// Forgets the secret under a name; forgetting what is not there is fine.
    fn remove(&self, name: &str) -> Result<(), SecretError>;

    /// What the place is and what it protects against, for the person to read.
    fn describe(&self) -> &'static str;
}

/// Why a secret could not be had or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The place is not there: no keyring runs in this session.
    #[error("no keyring is available in this session")]
    Unavailable,
    /// The place is locked, or access was denied.
    #[error("the keyring is locked or refused access")]
    Locked,
    /// The place did not answer in time; it may be waiting for a person.
    #[error("the keyring did not answer; it may be asking for its password")]
    TimedOut,
    /// The passphrase is wrong, or the file was changed by somebody else.
    #[error("the passphrase is wrong or the file is damaged")]
    WrongPassphrase,
    /// The file is not one of ours.
    #[error("the file with secrets cannot be read")]
    Damaged,
    /// The file could not be written.
    #[error("the file with secrets cannot be written")]
    NotWritten,
    /// The place refused what was asked.
    #[error("the keyring refused the entry")]
    Refused,
}

impl SecretError {
    /// A stable code, on which a caller may branch.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "keyring_unavailable",
            Self::Locked => "keyring_locked",
            Self::TimedOut => "keyring_timed_out",
            Self::WrongPassphrase => "vault_wrong_passphrase",
            Self::Damaged => "vault_damaged",
            Self::NotWritten => "vault_not_written",
            Self::Refused => "keyring_refused",
        }
    }

    /// What the person can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Unavailable => {
                "Start a keyring, such as GNOME Keyring or KWallet, or choose the encrypted file."
            }
            Self::Locked | Self::TimedOut => "Unlock the keyring and try again.",
            Self::WrongPassphrase => "Enter the passphrase again.",
            Self::Damaged => "Restore the file from a backup, or enter the passwords again.",
            Self::NotWritten => "Check free space and the rights on the workspace folder.",
            Self::Refused => "Unlock the keyring and try again, or choose the encrypted file.",
        }
    }
}

/// A store used from asynchronous code: calls run aside and end in time.
#[derive(Clone)]
pub struct Secrets {
    store: Arc<dyn SecretStore>,
    limit: Duration,
    /// Calls that have not come back.
    under_way: Arc<AtomicUsize>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Uses a store. A person may take `limit` to unlock it.
    pub fn new(store: Arc<dyn SecretStore>, limit: Duration) -> Self {
        Self {
            store,
            limit,
            under_way: Arc::default(),
        }
    }

    /// The secret under a name, when there is one.
    pub async fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        let name = name.to_owned();
        self.aside(move |store| store.get(&name)).await
    }

    /// Keeps a secret under a name, in place of any earlier one.
    pub async fn put(&self, name: &str, secret: SecretString) -> Result<(), SecretError> {
        let name = name.to_owned();
        self.aside(move |store| store.put(&name, &secret)).await
    }

    /// Forgets the secret under a name.
    pub async fn remove(&self, name: &str) -> Result<(), SecretError> {
        let name = name.to_owned();
        self.aside(move |store| store.remove(&name)).await
    }

    /// What the place is and what it protects against, for the person to read.
    pub fn describe(&self) -> &'static str {
        self.store.describe()
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let call = Call::begin(&self.under_way)?;
        let store = Arc::clone(&self.store);
        let (tell, told) = oneshot::channel();
        // A thread of its own: one that hangs for ever would hold up the end of the program if it
        // were the runtime's, and take the place of reading from the database.
        std::thread::Builder::new()
            .name("secrets".to_owned())
            .spawn(move || {
                let answer = work(store.as_ref());
                drop(call);
                // Nobody may be waiting any more.
                let _ = tell.send(answer);
            })
            .map_err(|_| SecretError::Unavailable)?;
        match tokio::time::timeout(self.limit, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(SecretError::Refused),
            Err(_) => Err(SecretError::TimedOut),
        }
    }
}

/// A call of the store that has not come back.
struct Call(Arc<AtomicUsize>);

impl Call {
    /// Begins a call, unless so many hang already that another would hang too.
    fn begin(under_way: &Arc<AtomicUsize>) -> Result<Self, SecretError> {
        let call = Self(Arc::clone(under_way));
        if under_way.fetch_add(1, Ordering::Relaxed) < HANGING {
            Ok(call)
        } else {
            Err(SecretError::TimedOut)
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    /// Asks a person, who takes as long as they like.
    struct Asking {
        person: Mutex<mpsc::Receiver<()>>,
    }

    impl SecretStore for Asking {
        fn get(&self, _name: &str) -> Result<Option<SecretString>, SecretError> {
            self.person.lock().unwrap().recv().ok();
            Ok(None)
        }
        fn put(&self, _name: &str, _secret: &SecretString) -> Result<(), SecretError> {
            Ok(())
        }
        fn remove(&self, _name: &str) -> Result<(), SecretError> {
            Ok(())
        }
        fn describe(&self) -> &'static str {
            "asks a person"
        }
    }

    #[test]
    fn a_keyring_that_waits_for_a_person_does_not_hold_us_up() {
        let (person, asked) = mpsc::channel();
        let asking = Asking {
            person: Mutex::new(asked),
        };
        let secrets = Secrets::new(Arc::new(asking), Duration::from_millis(30));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            for _ in 0..HANGING {
                assert_eq!(secrets.get("a").await.unwrap_err(), SecretError::TimedOut);
            }
            // When that many hang, one more is told so at once, and costs no thread.
            let begun = std::time::Instant::now();
            assert_eq!(
                secrets.put("a", "b".to_owned().into()).await.unwrap_err(),
                SecretError::TimedOut
            );
            assert!(begun.elapsed() < Duration::from_millis(30));
        });
        // The end of the program waits for none of them.
        drop(runtime);

        // The person is back: what hung ends, and everything works again.
        for _ in 0..HANGING {
            person.send(()).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            while secrets.put("a", "b".to_owned().into()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
}
