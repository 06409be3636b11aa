//! Never two voices: read from the log itself.

use std::collections::BTreeSet;

use baton_core::control::Controller;
use baton_core::event::{Envelope, Event};
use baton_core::ids::{BotName, ConversationId};
use baton_core::message::Author;

use crate::desk::Desk;

impl Desk {
    /// Reads the log of a conversation: every word of a bot stands where that bot had control, and no
    /// message stands twice. How many words of bots there are.
    pub async fn one_voice(&self, which: ConversationId) -> usize {
        let logged = self
            .engine
            .read(move |reader, _| Ok(reader.events_of(which)?))
            .await
            .unwrap();
        let mut holder = Controller::Nobody;
        let mut seen = BTreeSet::new();
        let mut words = 0;
        for event in logged {
            let envelope: Envelope = serde_json::from_slice(&event.bytes).unwrap();
            match envelope.event() {
                Some(Event::ControlChanged(changed)) => holder = changed.to,
                Some(Event::MessageRecorded(said)) => {
                    assert!(seen.insert(said.message), "twice, at {}", event.seq);
                    if said.author == Author::Bot {
                        let own = Controller::Bot(BotName::new(said.author_name));
                        assert_eq!(holder, own, "a second voice at {}", event.seq);
                        words += 1;
                    }
                }
                _ => {}
            }
        }
        words
    }
}
