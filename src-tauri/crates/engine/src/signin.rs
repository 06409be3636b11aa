//! Logins by OAuth under way: the browser shows the provider's page, a loopback redirect brings
//! the tokens back, and they wait here until the mailbox is saved.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baton_channels::email::account::Trust;
use baton_channels::email::error::MailError;
use baton_channels::email::oauth::{OAuthClient, SignIn, Tokens};

/// How long a person may take on the provider's pages.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// How a login is going.
#[derive(Clone)]
pub(crate) enum Going {
    /// The person is on the provider's pages.
    Waiting,
    /// The tokens are here.
    Done(Tokens),
    /// It did not work.
    Failed(String),
}

/// One login under way.
#[derive(Clone)]
pub(crate) struct Flow {
    /// The application as the provider knows it.
    pub(crate) client: OAuthClient,
    /// How it is going.
    pub(crate) going: Going,
}

/// The logins under way, by their key.
#[derive(Clone, Default)]
pub(crate) struct Flows(Arc<Mutex<BTreeMap<String, Flow>>>);

impl Flows {
    /// Begins a login; returns the page to open.
    pub(crate) async fn begin(
        &self,
        key: &str,
        client: OAuthClient,
        address: &str,
    ) -> Result<String, MailError> {
        let sign_in = SignIn::begin(client.clone(), Trust::System, address).await?;
        let page = sign_in.page().to_string();
        self.set(key, client.clone(), Going::Waiting);
        let (flows, key) = (self.clone(), key.to_owned());
        tokio::spawn(async move {
            let going = match sign_in.finish(LIMIT).await {
                Ok(tokens) => Going::Done(tokens),
                Err(error) => Going::Failed(format!("{error}.")),
            };
            flows.set(&key, client, going);
        });
        Ok(page)
    }

    fn set(&self, key: &str, client: OAuthClient, going: Going) {
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flows.insert(key.to_owned(), Flow { client, going });
    }

    /// A login under way.
    pub(crate) fn get(&self, key: &str) -> Option<Flow> {
        let flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flows.get(key).cloned()
    }

    /// Forgets a login.
    pub(crate) fn forget(&self, key: &str) {
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flows.remove(key);
    }
}
