//! How the connected bots do, as of the last time they were asked.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use baton_core::time::Timestamp;

/// A bot that broke off so often in a row is down: nobody waits for another try.
const DOWN_AFTER: u32 = 5;

/// How a bot does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Post {
    /// How often it broke off since it last answered.
    pub(crate) failures: u32,
    /// Since when; none while it answers.
    pub(crate) failing_since: Option<Timestamp>,
    /// What was wrong last.
    pub(crate) error: String,
    /// When it last answered.
    pub(crate) answered_at: Option<Timestamp>,
}

/// How each of them does.
#[derive(Debug, Default)]
pub(crate) struct Posts(Mutex<BTreeMap<String, Post>>);

impl Posts {
    fn with<T>(&self, bot: &str, look: impl FnOnce(&mut Post) -> T) -> T {
        let mut posts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(posts.entry(bot.to_owned()).or_default())
    }

    /// How a bot does.
    pub(crate) fn of(&self, bot: &str) -> Post {
        self.with(bot, |post| post.clone())
    }

    /// It answered.
    pub(crate) fn answered(&self, bot: &str, now: Timestamp) {
        self.with(bot, |post| {
            *post = Post {
                answered_at: Some(now),
                ..Post::default()
            };
        });
    }

    /// It broke off; whether it counts as down.
    pub(crate) fn failed(&self, bot: &str, now: Timestamp, error: &str) -> bool {
        self.with(bot, |post| {
            let down = post.failures >= DOWN_AFTER;
            post.failures = post.failures.saturating_add(1);
            post.failing_since.get_or_insert(now);
            error.clone_into(&mut post.error);
            down
        })
    }

    /// It was set up anew: what was before says nothing of it.
    pub(crate) fn forget(&self, bot: &str) {
        self.with(bot, |post| *post = Post::default());
    }
}
