//! A shift at the desk: turns that reach the disk in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton_core::conversation::Conversation;
use baton_core::ids::ConversationId;
use baton_core::log::Chain;
use baton_core::time::Timestamp;
use baton_store::{Durability, Group};

use super::{CACHED, Desk, Stirred, Turn};
use crate::clock::Clock;
use crate::error::EngineError;
use crate::mint::Mint;
use crate::roster::Roster;
use crate::rulesfile::Written;

/// Turns in one transaction. Each happens or does not, by itself; those after it see what it did,
/// and everybody else does once the shift is on the disk.
pub struct Shift<'d, 'w> {
    group: &'d mut Group<'w>,
    clock: &'d dyn Clock,
    mint: Mint,
    roster: Arc<Roster>,
    chain: &'d mut Chain,
    cache: &'d mut BTreeMap<ConversationId, Conversation>,
    touched: BTreeSet<String>,
    stirred: Stirred,
    /// The file of the rules as the turns have written it, in their order: it knows no
    /// transaction.
    written: Vec<Written>,
}

impl Shift<'_, '_> {
    /// Runs a turn.
    ///
    /// # Errors
    /// What the job returns, or the store; then nothing of the turn was kept.
    pub fn turn<T>(
        &mut self,
        job: impl FnOnce(&mut Turn<'_, '_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let now = self.clock.now();
        let mut chain = self.chain.clone();
        let mut touched = BTreeSet::new();
        let mut fresh = BTreeMap::new();
        let mut stirred = Stirred::default();
        let done = self.group.write(|tx| {
            let mut turn = Turn {
                tx,
                now,
                mint: self.mint,
                roster: Arc::clone(&self.roster),
                chain: &mut chain,
                touched: &mut touched,
                stirred: &mut stirred,
                cache: self.cache,
                fresh: &mut fresh,
            };
            let answer = job(&mut turn)?;
            Ok::<_, EngineError>((answer, turn.roster))
        });
        let (answer, roster) = match done {
            Ok(done) => done,
            Err(error) => {
                if let Some(written) = stirred.rules_file.take() {
                    written.take_back();
                }
                return Err(error);
            }
        };
        *self.chain = chain;
        self.roster = roster;
        self.cache.extend(fresh);
        self.touched.append(&mut touched);
        self.written.extend(stirred.rules_file.take());
        self.stirred.join(stirred);
        Ok(answer)
    }

    /// The workspace as the turns so far have left it.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }
}

impl Desk {
    /// Runs turns in one transaction that is committed as safely as is said, then tells whoever
    /// waits for changes.
    ///
    /// # Errors
    /// What `turns` returns, or the store when the transaction cannot begin or be committed.
    /// Nothing has changed then.
    pub fn shift<T>(
        &mut self,
        durability: Durability,
        turns: impl FnOnce(&mut Shift<'_, '_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let before = (self.roster.get(), self.chain.clone());
        if self.cache.len() > CACHED {
            self.cache.clear();
        }
        let mut written = Vec::new();
        let done = {
            let Self {
                writer,
                clock,
                mint,
                chain,
                cache,
                ..
            } = self;
            writer.together(durability, |group| {
                let mut shift = Shift {
                    group,
                    clock: &**clock,
                    mint: *mint,
                    roster: Arc::clone(&before.0),
                    chain,
                    cache,
                    touched: BTreeSet::new(),
                    stirred: Stirred::default(),
                    written: Vec::new(),
                };
                let answer = turns(&mut shift);
                written = shift.written;
                Ok((answer?, shift.roster, shift.touched, shift.stirred))
            })
        };
        let (answer, roster, touched, stirred) = match done {
            Ok(done) => done,
            Err(error) => {
                self.chain = before.1;
                self.cache.clear();
                for written in written.into_iter().rev() {
                    written.take_back();
                }
                return Err(error);
            }
        };
        if !Arc::ptr_eq(&before.0, &roster) {
            self.roster.replace(roster);
        }
        self.tell(touched, &stirred);
        Ok(answer)
    }

    fn tell(&self, touched: BTreeSet<String>, stirred: &Stirred) {
        if let Some(at) = stirred.deadlines {
            self.wake.deadlines.due_at(at);
        }
        if let Some(at) = stirred.effects {
            self.wake.effects.due_at(at);
        }
        if stirred.alerts {
            self.wake.alerts.notify_one();
        }
        self.wake.bots.some(&stirred.bots);
        self.wake.bots.anew(&stirred.erased);
        self.wake.bots.called_back(&stirred.called_back);
        self.changes.touched(touched);
    }
}

impl Stirred {
    /// Says that a conversation is to be looked at then.
    pub(crate) fn deadline_due(&mut self, at: Timestamp) {
        self.deadlines = Some(self.deadlines.map_or(at, |known| known.min(at)));
    }

    /// Says that an effect can be done from then on.
    pub(crate) fn effect_due(&mut self, at: Timestamp) {
        self.effects = Some(self.effects.map_or(at, |known| known.min(at)));
    }

    /// Takes over what a later turn has work for.
    fn join(&mut self, mut later: Self) {
        if let Some(at) = later.deadlines {
            self.deadline_due(at);
        }
        if let Some(at) = later.effects {
            self.effect_due(at);
        }
        self.alerts |= later.alerts;
        self.bots.append(&mut later.bots);
        self.erased.append(&mut later.erased);
        self.called_back.append(&mut later.called_back);
    }
}
