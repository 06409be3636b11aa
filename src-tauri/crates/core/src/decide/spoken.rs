//! The free words of an order: why somebody passes a conversation on, or rejects a draft. Nothing can
//! be taken out of the chain, so it names them by hash, and erasing the content erases them.

use serde_json::json;

use crate::command::Command;
use crate::decide::work::Work;
use crate::event::{ActorKind, Event};
use crate::hash::Hash;

impl Command {
    /// What its author says in their own words beside what the customer is told; may be empty.
    fn free_words(&self) -> &str {
        match self {
            Self::Take(reason)
            | Self::Pass { reason, .. }
            | Self::Offer { reason, .. }
            | Self::Request(reason)
            | Self::Release(reason)
            | Self::Resolve { reason } => &reason.text,
            Self::Reject { text, .. }
            | Self::RejectDraft { text, .. }
            | Self::Fail { text, .. } => text,
            _ => "",
        }
    }
}

impl Work<'_> {
    /// The event with the free words of the order, where it has them, by hash. What Baton and the
    /// rules say themselves stands in it as it is.
    pub(super) fn with_words_apart(&mut self, mut event: Event) -> Event {
        let said = match self.order.actor.kind {
            ActorKind::Agent | ActorKind::Bot => self.order.command.free_words(),
            ActorKind::Customer | ActorKind::Rule | ActorKind::System => "",
        };
        if said.is_empty() {
            return event;
        }
        let (text, words) = match &mut event {
            Event::ControlChanged(one) => (&mut one.reason.text, &mut one.reason.words),
            Event::OfferMade(one) => (&mut one.offer.reason.text, &mut one.offer.reason.words),
            Event::ControlRequested(one) => (&mut one.reason.text, &mut one.reason.words),
            Event::Alerted(one) => (&mut one.reason.text, &mut one.reason.words),
            Event::OfferEnded(one) => (&mut one.text, &mut one.words),
            Event::DraftSettled(one) => (&mut one.text, &mut one.words),
            _ => return event,
        };
        if text == said {
            text.clear();
            *words = Some(self.keep_words(said));
        }
        event
    }

    /// Keeps words under a hash that nothing else has: what others said in the same words stays
    /// when these are erased.
    fn keep_words(&mut self, said: &str) -> Hash {
        let content = json!({
            "conversation": self.state.id,
            "order": self.order.id,
            "text": said,
        });
        let bytes = content.to_string().into_bytes();
        let hash = Hash::of(&bytes);
        if self.keeps(hash) {
            return hash;
        }
        self.keep(bytes, "application/json")
    }
}

/// The words of a piece of content that was kept for an event; none when it is something else.
#[must_use]
pub fn words_in(content: &[u8]) -> Option<String> {
    let mut content: serde_json::Value = serde_json::from_slice(content).ok()?;
    match content.get_mut("text").map(serde_json::Value::take) {
        Some(serde_json::Value::String(text)) => Some(text),
        _ => None,
    }
}
