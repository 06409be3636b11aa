//! Events about the workspace itself, beside those that the core decides about conversations: they
//! stand in the same log and chain, in the transaction of the rows they tell of.

use baton_core::decide::Happened;
use baton_core::event::body::ChannelChanged;
use baton_core::event::{Actor, Event};
use baton_core::ids::{CommandId, ConversationId, DeviceId};
use baton_core::log::Chain;
use baton_core::time::Timestamp;
use baton_store::{Channel, SealedEvent, Tx};

use super::Turn;
use crate::error::EngineError;
use crate::mint::Mint;

/// What an event is written with: the transaction, and the chain of the device that writes.
pub(crate) struct Ledger<'l, 't> {
    /// The transaction.
    pub(crate) tx: &'l mut Tx<'t>,
    /// The chain.
    pub(crate) chain: &'l mut Chain,
    /// The device.
    pub(crate) device: DeviceId,
    /// The time.
    pub(crate) now: Timestamp,
}

impl Ledger<'_, '_> {
    /// Seals an event as the next of the device's chain and appends it.
    ///
    /// # Errors
    /// When it cannot be sealed or written.
    pub(crate) fn append(
        &mut self,
        event: Event,
        actor: Actor,
        conversation: Option<ConversationId>,
    ) -> Result<(), EngineError> {
        let prev = self.chain.head();
        let cause: CommandId = Mint.id(self.now);
        let happened = Happened {
            id: Mint.id(self.now),
            at: self.now,
            occurred_at: None,
            actor,
            event,
        };
        let sealed = self.chain.seal(&happened, conversation, cause, self.now)?;
        self.tx.append(&SealedEvent {
            id: happened.id,
            conversation,
            device: self.device,
            prev,
            kind: happened.event.kind(),
            at: self.now,
            shown_at: self.now,
            hash: sealed.hash,
            bytes: &sealed.bytes,
        })?;
        Ok(())
    }
}

impl<'t> Turn<'_, 't> {
    /// What events are written with.
    pub(crate) fn ledger(&mut self) -> Ledger<'_, 't> {
        Ledger {
            tx: self.tx,
            chain: self.chain,
            device: self.roster.device,
            now: self.now,
        }
    }
}

impl Turn<'_, '_> {
    /// Writes an event that changes no conversation's state.
    ///
    /// # Errors
    /// When it cannot be sealed or written.
    pub(crate) fn record(
        &mut self,
        event: Event,
        actor: Actor,
        conversation: Option<ConversationId>,
    ) -> Result<(), EngineError> {
        self.ledger().append(event, actor, conversation)
    }

    /// Saves a channel, says so in the log and lets the workspace know it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep_channel(
        &mut self,
        channel: &Channel,
        actor: Actor,
    ) -> Result<(), EngineError> {
        let before = self.tx.channel(channel.id)?;
        let what = match (&before, channel.removed_at) {
            (Some(_), Some(_)) => "removed",
            (Some(old), None) if old.removed_at.is_none() => "changed",
            _ => "added",
        };
        // When it was first connected is not saved again.
        let same = before.is_some_and(|old| {
            let added_at = old.added_at;
            old == Channel {
                added_at,
                ..channel.clone()
            }
        });
        if !same {
            self.tx.save_channel(channel)?;
            let event = Event::ChannelChanged(ChannelChanged {
                channel: channel.id,
                kind: channel.kind.clone(),
                what: what.to_owned(),
            });
            self.record(event, actor, None)?;
        }
        let channels = crate::open::channels(self.tx)?;
        self.change_roster(|roster| roster.channels = channels);
        for tag in ["channels", "health", "session"] {
            self.touch(tag);
        }
        Ok(())
    }
}
