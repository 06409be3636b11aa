//! The HTTP interface to the tracker of one conversation.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::tracker::Tracker;
use crate::connector::Broken;
use crate::connector::config::below;
use crate::connector::exchange::Way;

/// A tracker is waited for so long and not as long as an answer: the bot does without it.
const READ: Duration = Duration::from_secs(5);

/// The way to a tracker.
pub(super) struct Trackers<'a> {
    /// The conversation at the interface.
    pub(super) url: Url,
    /// The token of the interface.
    pub(super) token: Option<&'a SecretString>,
    /// How it is asked.
    pub(super) wire: Way<'a>,
}

impl Trackers<'_> {
    /// Writes into the tracker. A server whose interface is shut has none to write into.
    pub(super) async fn record(&self, events: Vec<Value>) -> Result<(), Broken> {
        let shown = below(&self.url, "tracker/events");
        let url = self.keyed(shown.clone());
        match self.wire.post(&shown, &url, &events).await {
            Ok(_) | Err(Broken::Refused(404 | 405)) => Ok(()),
            Err(broken) => Err(broken),
        }
    }

    /// Has the bot be silent.
    pub(super) async fn pause(&self) -> Result<(), Broken> {
        self.record(vec![json!({ "event": "pause" })]).await
    }

    /// The tracker; none where it cannot be read, or not in time. A wrong key is told, since it would never be.
    pub(super) async fn read(&self) -> Result<Option<Tracker>, Broken> {
        let url = self.keyed(below(&self.url, "tracker"));
        match tokio::time::timeout(READ, self.wire.get(&url)).await {
            Ok(Ok(bytes)) => Ok(serde_json::from_slice(&bytes).ok()),
            Ok(Err(Broken::KeyRefused)) => Err(Broken::KeyRefused),
            Ok(Err(_)) | Err(_) => Ok(None),
        }
    }

    /// As Rasa wants it, the key goes along in the address.
    fn keyed(&self, mut url: Url) -> Url {
        if let Some(token) = self.token {
            let token = token.expose_secret().trim();
            url.query_pairs_mut().append_pair("token", token);
        }
        url
    }
}
