//! Notifications: what to show, when to hold back, what to take away. Showing is for the host.

use std::collections::BTreeSet;

use baton_api::session::Settings;
use tokio::sync::broadcast;

/// How many notices may wait for a host.
const CAPACITY: usize = 256;

/// Something for the host to show or to take away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Show one escalation.
    Escalation(Escalation),
    /// Show that several things happened while nobody could be told.
    Summary {
        /// How many conversations.
        conversations: usize,
        /// The most pressing one, to be opened.
        first: String,
        /// The names of the first few contacts.
        names: Vec<String>,
    },
    /// Take away what is shown about a conversation: somebody has it.
    Withdraw {
        /// Which.
        conversation: String,
    },
}

/// One escalation as a notification shows it. It holds words of the message only when the
/// settings allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Which conversation.
    pub conversation: String,
    /// The control epoch it is shown at: who takes it from the notice has seen no later hand.
    pub epoch: u64,
    /// Who writes.
    pub who: String,
    /// Why it escalated.
    pub why: String,
    /// When the nearest clock runs out, in milliseconds UTC.
    pub due_at: Option<i64>,
    /// Words of the message, when allowed.
    pub text: Option<String>,
    /// Whether it may break quiet hours.
    pub urgent: bool,
    /// Whether to make a sound.
    pub sound: bool,
}

/// The stream of notices.
#[derive(Debug, Clone)]
pub struct Notices {
    sender: broadcast::Sender<Notice>,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(CAPACITY).0,
        }
    }
}

impl Notices {
    /// A host that shows notices, from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }

    /// Whether any host shows notices.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Sends a notice to whoever shows notices.
    pub fn send(&self, notice: Notice) {
        let _ = self.sender.send(notice);
    }
}

/// Whether a notice must wait: notifications are off, the agent is in focus, or it is quiet time.
/// Urgent ones break focus and quiet hours, but not the switch.
#[must_use]
pub fn held_back(settings: &Settings, urgent: bool, minute_of_day: u32) -> bool {
    if !settings.notify {
        return true;
    }
    if urgent {
        return false;
    }
    settings.focus || is_quiet(settings, minute_of_day)
}

fn is_quiet(settings: &Settings, minute_of_day: u32) -> bool {
    let (Some(from), Some(to)) = (minutes(&settings.quiet_from), minutes(&settings.quiet_to))
    else {
        return false;
    };
    if from <= to {
        (from..to).contains(&minute_of_day)
    } else {
        minute_of_day >= from || minute_of_day < to
    }
}

fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| hours.saturating_mul(60).saturating_add(minutes))
}

/// Names for a summary: the first three, each once.
#[must_use]
pub fn first_names(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.filter(|name| seen.insert(name.clone()))
        .take(3)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(from: &str, to: &str) -> Settings {
        Settings {
            quiet_from: from.to_owned(),
            quiet_to: to.to_owned(),
            ..crate::settings::usual()
        }
    }

    #[test]
    fn quiet_hours_may_span_midnight() {
        let night = settings("22:00", "07:30");
        assert!(held_back(&night, false, 23 * 60));
        assert!(held_back(&night, false, 7 * 60 + 29));
        assert!(!held_back(&night, false, 7 * 60 + 30));
        assert!(!held_back(&night, true, 23 * 60));
    }

    #[test]
    fn unreadable_quiet_hours_are_none() {
        assert!(!held_back(&settings("25:00", "07:00"), false, 0));
    }

    #[test]
    fn the_switch_holds_even_urgent_ones() {
        let mut off = settings("", "");
        off.notify = false;
        assert!(held_back(&off, true, 12 * 60));
    }
}
