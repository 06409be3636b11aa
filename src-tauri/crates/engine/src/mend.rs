//! The log is the truth: what follows from it can be made anew, of one conversation whose stored
//! state is damaged, or of all.

use baton_core::conversation::Conversation;
use baton_core::event::body::MessageRecorded;
use baton_core::event::{Envelope, Event};
use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::time::{DAY, Timestamp};
use baton_store::{ContentState, LoggedEvent, NewMessage, Tx};
use serde::{Deserialize, Serialize};

use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::people;

/// The setting that remembers what was found damaged.
pub(crate) const KEY: &str = "damage";
/// What was mended is told for so long.
const TELL_MENDED_MS: i64 = 7 * DAY;
/// Damage remembered at most; a check of everything finds the rest.
const REMEMBERED: usize = 100;

/// A conversation that was found damaged while somebody worked on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Damage {
    /// Which.
    pub(crate) conversation: ConversationId,
    /// When.
    pub(crate) at: Timestamp,
    /// Whether it could be made anew from the log.
    pub(crate) mended: bool,
}

impl Turn<'_, '_> {
    /// The state of a conversation as its events say, whatever the stored state says; none when
    /// the log does not hold all of it unharmed.
    pub(crate) fn state_from_log(
        &self,
        which: ConversationId,
    ) -> Result<Option<Conversation>, EngineError> {
        let mut state = None;
        for logged in self.tx.events_of(which)? {
            if Hash::of(&logged.bytes) != logged.hash {
                return Ok(None);
            }
            let Ok(envelope) = serde_json::from_slice::<Envelope>(&logged.bytes) else {
                return Ok(None);
            };
            if let Some(event) = envelope.event() {
                step(&mut state, which, &envelope, &event);
            }
        }
        Ok(state)
    }

    /// Remembers that a conversation was found damaged, for the health page.
    pub(crate) fn note_damage(
        &mut self,
        conversation: ConversationId,
        mended: bool,
    ) -> Result<(), EngineError> {
        if mended {
            tracing::warn!(%conversation, "A damaged conversation was made anew from the log.");
        } else {
            tracing::error!(%conversation, "A conversation is damaged, and so is its log.");
        }
        let now = self.now;
        let mut known: Vec<Damage> = self.tx.setting(KEY)?.unwrap_or_default();
        known.retain(|one| one.conversation != conversation && is_told(one, now));
        known.truncate(REMEMBERED.saturating_sub(1));
        known.push(Damage {
            conversation,
            at: now,
            mended,
        });
        self.tx.set_setting(KEY, &known)?;
        self.touch("health");
        Ok(())
    }
}

/// Whether damage is still told of.
pub(crate) fn is_told(damage: &Damage, now: Timestamp) -> bool {
    !damage.mended || now.since(damage.at) < TELL_MENDED_MS
}

impl Engine {
    /// Makes every list, row and the search anew from the log; returns how many events there were.
    ///
    /// # Errors
    /// When the database cannot be read or written; nothing has changed then.
    pub async fn mend(&self) -> Result<u64, EngineError> {
        self.desk()
            .run(|desk| {
                let events = desk.writer.rebuild(fold)?;
                desk.writer.verify_search()?;
                desk.forget_states();
                desk.turn(|turn| {
                    turn.tx.clear_setting(KEY)?;
                    for tag in ["views", "health", "drafts", "alerts", "reviews"] {
                        turn.touch(tag);
                    }
                    turn.stirred.deadline_due(turn.now);
                    Ok(())
                })?;
                Ok(events)
            })
            .await
    }
}

/// Takes one event into a state that may not exist yet.
fn step(
    state: &mut Option<Conversation>,
    which: ConversationId,
    envelope: &Envelope,
    event: &Event,
) {
    if let (None, Event::ConversationOpened(opened)) = (&state, event) {
        *state = Some(Conversation::open(which, opened, envelope.at));
    }
    if let Some(state) = state {
        state.apply(event, envelope.at, &envelope.actor, envelope.cause);
    }
}

/// Writes what follows from one event of the log.
fn fold(tx: &mut Tx<'_>, logged: &LoggedEvent) -> Result<(), EngineError> {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&logged.bytes) else {
        return Ok(());
    };
    let Some(event) = envelope.event() else {
        return Ok(());
    };
    let Some(which) = envelope.conv else {
        return people::fold(tx, &event, envelope.at, &envelope.actor);
    };
    let mut state = tx.conversation(which)?;
    step(&mut state, which, &envelope, &event);
    let Some(state) = state else {
        return Ok(());
    };
    tx.save_conversation(&state)?;
    if let Event::MessageRecorded(recorded) = &event {
        record(tx, &state, recorded, logged.seq, envelope.at)?;
    }
    tx.note_review(which, &event, envelope.at, &envelope.actor)?;
    tx.set_deadline(which, state.next_due())?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    state: &Conversation,
    recorded: &MessageRecorded,
    seq: i64,
    at: Timestamp,
) -> Result<(), EngineError> {
    let erased = matches!(
        tx.content_state(recorded.document)?,
        ContentState::Erased { .. }
    );
    let document = tx.document(recorded.document)?;
    let mut message = NewMessage::recorded(recorded, state, seq, at, document.as_ref());
    if erased {
        message.raw = None;
        message.source = "";
    }
    tx.record_message(&message)?;
    Ok(())
}
