//! Rasa, by its REST channel or its callback channel, and by the HTTP interface to its trackers.
//!
//! One sender of Rasa's stands for a conversation, over all of its stretches. While people have it
//! the tracker is paused, and when the bot gets it back the tracker goes on, with what people said
//! in it. What the tracker knows goes into the packet after every answer, so that it is there
//! however control leaves the bot.

mod answer;
mod talk;
mod tracker;
mod trackers;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::config::{BadConfig, Config, below};
use super::exchange::{UnderWay, Way};
use super::{Book, Broken, Connector, Ears, Later, Mouth, News, Stretch};
use talk::Talk;
use trackers::Trackers;

/// An answer or a tracker has so many bytes at most.
const LONGEST: usize = 2 * 1024 * 1024;

/// A bot of Rasa.
pub struct Rasa {
    webhook: Url,
    trackers: Url,
    token: Option<SecretString>,
    limit: Duration,
    /// Whether what it says comes to the door, and not as the answer to what it is told.
    calls_back: bool,
    /// The conversations whose stretches were held since Baton began: these pause at their end.
    held: Mutex<BTreeSet<String>>,
}

impl Rasa {
    /// A bot of these settings.
    ///
    /// # Errors
    /// When they are none.
    pub fn new(config: &Config, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let url = config.address()?;
        let channel = match config.callback {
            true => "webhooks/callback/webhook",
            false => "webhooks/rest/webhook",
        };
        if let Some(key) = &key
            && key.expose_secret().chars().any(char::is_control)
        {
            return Err(BadConfig::Key);
        }
        Ok(Self {
            webhook: below(&url, channel),
            trackers: below(&url, "conversations"),
            token: key,
            limit: Duration::from_secs(u64::from(config.limit_s())),
            calls_back: config.callback,
            held: Mutex::default(),
        })
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wire<'a>(&self, book: &'a dyn Book, under_way: &'a UnderWay) -> Way<'a> {
        Way {
            book,
            under_way,
            headers: &[],
            limit: self.limit,
            longest: LONGEST,
        }
    }

    fn trackers<'a>(
        &'a self,
        conversation: &str,
        book: &'a dyn Book,
        under_way: &'a UnderWay,
    ) -> Trackers<'a> {
        Trackers {
            url: below(&self.trackers, conversation),
            token: self.token.as_ref(),
            wire: self.wire(book, under_way),
        }
    }
}

impl Connector for Rasa {
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            self.held().insert(stretch.conversation.clone());
            let talk = Talk::new(self, stretch, mouth);
            let held = talk.hold(ears).await;
            talk.under_way.give_up(mouth.book.as_ref()).await;
            held
        })
    }

    fn follows(&self) -> bool {
        true
    }

    fn learns<'a>(
        &'a self,
        conversation: &'a str,
        news: News,
        book: &'a dyn Book,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            match news {
                News::Taken => {
                    // One that was not held since a restart has nobody else who pauses it.
                    let held = self.held().contains(conversation);
                    let awake = |kept: Known| !kept.paused;
                    if !held && Known::read(book.kept().await).is_some_and(awake) {
                        let under_way = UnderWay::default();
                        let trackers = self.trackers(conversation, book, &under_way);
                        let sleeps = trackers.read().await?.is_some_and(|tracker| tracker.paused);
                        if !sleeps {
                            trackers.pause().await?;
                        }
                        Known { paused: true }.keep(book).await;
                    }
                    Ok(())
                }
                News::Ended { closed: true, .. } => {
                    self.held().remove(conversation);
                    book.keep(None).await;
                    Ok(())
                }
                News::Ended { closed: false, .. } => Ok(()),
            }
        })
    }
}

/// What is known of a conversation at Rasa after a restart, too.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    /// Whether its tracker sleeps.
    paused: bool,
}

impl Known {
    /// What was kept; none when the bot was told nothing.
    fn read(kept: Option<Value>) -> Option<Self> {
        serde_json::from_value(kept?).ok()
    }

    async fn keep(&self, book: &dyn Book) {
        book.keep(serde_json::to_value(self).ok()).await;
    }
}
