//! What the view may show of a message, and what it was spared.

use std::collections::{BTreeMap, BTreeSet};

/// Whether things from the network may be shown in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remote {
    /// Nothing is fetched; remote images become placeholders. The default.
    #[default]
    Block,
    /// Remote images of public hosts are shown, because the agent asked for them.
    Allow,
}

/// How one message is to be shown.
#[derive(Debug, Clone, Default)]
pub struct ViewPolicy {
    /// Whether remote images may load.
    pub remote: Remote,
    /// Where the parts named by a content id can be read: content id (without angle brackets) to
    /// a URL of ours. These URLs are trusted, they are never taken from a message.
    pub cid: BTreeMap<String, String>,
}

impl ViewPolicy {
    /// The strict policy: no network, no inline parts.
    pub fn strict() -> Self {
        Self::default()
    }

    /// The local URL of the part with this content id, however it was written.
    pub(crate) fn local(&self, content_id: &str) -> Option<&str> {
        let id = content_id
            .trim()
            .trim_start_matches('<')
            .trim_end_matches('>');
        self.cid.get(id).map(String::as_str)
    }
}

/// HTML that is safe to show, and the account of what was taken out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SafeHtml {
    /// The harmless HTML, a fragment for the body of a page.
    pub html: String,
    /// What was blocked, for the bar above the message.
    pub blocked: Blocked,
    /// Links whose text names another host than the one they lead to.
    pub mismatches: Vec<LinkMismatch>,
    /// The message was too large to show whole; a visible note stands at the cut.
    pub cut: bool,
    /// The message brings its own colours, so it must be shown on light paper also in dark mode.
    pub coloured: bool,
    /// The image URLs that are left in the HTML: the frame's policy is made from them.
    pub images: BTreeSet<String>,
}

/// A link that says one host and leads to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkMismatch {
    /// The host the reader believes to see.
    pub shown: String,
    /// The host the link leads to.
    pub real: String,
}

/// Counts of what was blocked, with the hosts that would have been contacted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocked {
    /// Images that would have been fetched from the network.
    pub remote_images: usize,
    /// Those of them that are invisible and only there to report that the mail was read.
    pub trackers: usize,
    /// Anything else that would have been fetched: frames, media, fonts, backgrounds, objects.
    pub remote_other: usize,
    /// Forms and their fields.
    pub forms: usize,
    /// Scripts, event handlers and script URLs.
    pub scripts: usize,
    /// Style sheets and style declarations that were refused.
    pub styles: usize,
    /// Links that lead elsewhere than http, https or mailto.
    pub links: usize,
    /// Hosts that would have been contacted or run from, at most [`Blocked::HOSTS`] of them.
    pub hosts: BTreeSet<String>,
    /// Further hosts that no longer fitted into the list (may count one twice).
    pub more_hosts: usize,
}

impl Blocked {
    /// How many hosts are named before the rest is only counted.
    pub const HOSTS: usize = 20;

    /// How many things were blocked in all.
    pub fn total(&self) -> usize {
        self.remote_images
            + self.remote_other
            + self.forms
            + self.scripts
            + self.styles
            + self.links
    }

    pub(crate) fn host(&mut self, url: &str) {
        let Some(host) = super::link::host(url) else {
            return;
        };
        if self.hosts.contains(&host) {
            return;
        }
        if self.hosts.len() < Self::HOSTS {
            self.hosts.insert(host);
        } else {
            self.more_hosts += 1;
        }
    }
}
