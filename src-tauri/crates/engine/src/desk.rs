//! The one write path. A single thread owns the writing connection; whoever wants to change
//! something hands it a job and waits for the answer. Everything a turn does happens or none of it
//! does, and nobody hears of it before it is on the disk.

pub(crate) mod counts;
mod handle;
mod keep;
pub(crate) mod log;
mod shift;
mod unread;

pub use handle::DeskHandle;
pub use shift::Shift;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton_core::command::{Command, Order};
use baton_core::conversation::Conversation;
use baton_core::decide::{Outcome, Refusal, decide};
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::ids::{AgentName, ChannelId, ContactId, ConversationId, Id};
use baton_core::log::Chain;
use baton_core::team::Team;
use baton_core::time::Timestamp;
use baton_core::world::{ContactFacts, World};
use baton_store::{Durability, Place, Reader, Tx, Writer};
use tokio::sync::{Notify, oneshot};

use crate::alarm::Alarm;
use crate::briefing;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::elsewhere;
use crate::error::EngineError;
use crate::intake::{TookPlace, Verification};
use crate::mint::Mint;
use crate::people::Whole;
use crate::roster::{Roster, RosterCell};
use crate::rulesfile::Written;

/// Conversations kept folded in memory, so that a lively one is not read from disk each time.
const CACHED: usize = 2_000;

/// What wakes the workers after a commit.
#[derive(Debug, Default)]
pub struct Wake {
    /// A deadline changed.
    pub deadlines: Alarm,
    /// Effects were added.
    pub effects: Alarm,
    /// Alerts were raised or withdrawn.
    pub alerts: Notify,
    /// A bot is to be told what happens, or is told again.
    pub webhooks: Notify,
    /// Something happened in conversations that connected bots hold or held.
    pub bots: crate::connector::Stirred,
}

/// The desk: the writer and what it must know.
pub struct Desk {
    /// The writing connection.
    pub writer: Writer,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub mint: Mint,
    /// The workspace around the conversations.
    pub roster: RosterCell,
    /// The stream of changes.
    pub changes: Changes,
    /// The workers.
    pub wake: Arc<Wake>,
    /// This device's hash chain.
    pub chain: Chain,
    /// Folded conversations.
    cache: BTreeMap<ConversationId, Conversation>,
    /// Who waits for the desk to close, once it was asked to.
    closing: Option<oneshot::Sender<()>>,
}

impl Desk {
    /// A desk over a writer.
    pub fn new(
        writer: Writer,
        clock: Arc<dyn Clock>,
        roster: RosterCell,
        changes: Changes,
        wake: Arc<Wake>,
        chain: Chain,
    ) -> Self {
        Self {
            writer,
            clock,
            mint: Mint,
            roster,
            changes,
            wake,
            chain,
            cache: BTreeMap::new(),
            closing: None,
        }
    }

    /// Runs a job in one transaction, then tells whoever waits for changes.
    ///
    /// # Errors
    /// What the job returns, or the store when the transaction cannot be committed. Nothing has
    /// changed then.
    pub fn turn<T>(
        &mut self,
        job: impl FnOnce(&mut Turn<'_, '_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        self.turn_as(Durability::EveryCommit, job)
    }

    /// The same, committed as safely as is said.
    ///
    /// # Errors
    /// What the job returns, or the store when the transaction cannot be committed.
    pub(crate) fn turn_as<T>(
        &mut self,
        durability: Durability,
        job: impl FnOnce(&mut Turn<'_, '_>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        self.shift(durability, |shift| shift.turn(job))
    }

    /// Forgets the states kept in memory, because those in the database were made anew.
    pub(crate) fn forget_states(&mut self) {
        self.cache.clear();
    }
}

/// Which workers a turn has work for.
#[derive(Debug, Default)]
pub struct Stirred {
    /// The nearest deadline of those that were set.
    pub(crate) deadlines: Option<Timestamp>,
    /// When the first of the new effects can be done.
    pub(crate) effects: Option<Timestamp>,
    pub(crate) alerts: bool,
    /// The conversations of which connected bots are to be told.
    pub(crate) bots: BTreeSet<ConversationId>,
    /// What connected bots said at the door.
    pub(crate) called_back: Vec<crate::connector::CalledBack>,
    /// The conversations of which something was erased that connected bots may hold in memory.
    pub(crate) erased: BTreeSet<ConversationId>,
    /// The file of the rules, where the turn has written it.
    pub(crate) rules_file: Option<Written>,
}

/// One transaction at the desk.
pub struct Turn<'d, 't> {
    /// The transaction.
    pub tx: &'d mut Tx<'t>,
    /// The time of the turn.
    pub now: Timestamp,
    /// New identifiers.
    pub mint: Mint,
    /// The workspace around the conversations.
    pub roster: Arc<Roster>,
    pub(crate) chain: &'d mut Chain,
    pub(crate) touched: &'d mut BTreeSet<String>,
    pub(crate) stirred: &'d mut Stirred,
    cache: &'d BTreeMap<ConversationId, Conversation>,
    fresh: &'d mut BTreeMap<ConversationId, Conversation>,
}

impl Turn<'_, '_> {
    /// The folded state of a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversation(&self, which: ConversationId) -> Result<Option<Conversation>, EngineError> {
        if let Some(known) = self.fresh.get(&which).or_else(|| self.cache.get(&which)) {
            return Ok(Some(known.clone()));
        }
        Ok(self.stored(which)?.map(|(state, _)| state))
    }

    /// The state as stored or, where that is damaged, as the log says; and whether it was damaged.
    fn stored(&self, which: ConversationId) -> Result<Option<(Conversation, bool)>, EngineError> {
        match self.tx.conversation(which) {
            Ok(state) => Ok(state.map(|state| (state, false))),
            Err(error) if error.is_of_one() => match self.state_from_log(which)? {
                Some(state) => Ok(Some((state, true))),
                None => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Changes what is known around the conversations. The rest of the turn sees the change;
    /// everybody else does once it is committed, and nobody when it is not.
    pub fn change_roster(&mut self, change: impl FnOnce(&mut Roster)) {
        change(Arc::make_mut(&mut self.roster));
    }

    /// Says that something changed.
    pub fn touch(&mut self, tag: impl Into<String>) {
        self.touched.insert(tag.into());
    }

    /// An order of somebody, with a new identifier.
    #[must_use]
    pub fn new_order(&self, conversation: ConversationId, actor: Actor, command: Command) -> Order {
        Order {
            id: self.mint.id(self.now),
            conversation,
            actor,
            seen_epoch: None,
            command,
        }
    }

    /// Decides an order and keeps what came of it.
    ///
    /// # Errors
    /// The refusal of the core, or the store.
    pub fn order(&mut self, order: &Order) -> Result<Outcome, EngineError> {
        self.decide_and_keep(order, None, None)
    }

    /// The same for words that may begin a conversation: then they begin it on this channel.
    ///
    /// # Errors
    /// The refusal of the core, or the store.
    pub fn order_on(&mut self, order: &Order, channel: ChannelId) -> Result<Outcome, EngineError> {
        self.decide_and_keep(order, Some(channel), None)
    }

    /// The same, for history that took place elsewhere than where it stands now.
    ///
    /// # Errors
    /// The refusal of the core, or the store.
    pub fn order_as_of(
        &mut self,
        order: &Order,
        took_place: Option<&TookPlace>,
    ) -> Result<Outcome, EngineError> {
        self.decide_and_keep(order, None, took_place)
    }

    fn decide_and_keep(
        &mut self,
        order: &Order,
        begins_on: Option<ChannelId>,
        took_place: Option<&TookPlace>,
    ) -> Result<Outcome, EngineError> {
        let state = self.sound(order.conversation)?;
        let (channel, contact) = match (&state, &order.command, begins_on) {
            // What is decided is decided where the conversation goes on.
            (Some(state), Command::Move(input), _) => (input.to.channel.id, state.contact),
            (Some(state), Command::Record(input), _) if state.comes_back_by(input.channel) => {
                (input.channel, state.contact)
            }
            (Some(state), _, _) => (state.channel, state.contact),
            (None, Command::Record(input), _) => (input.channel, input.contact),
            (None, Command::Reply(input), Some(channel)) => (channel, input.contact),
            (None, _, _) => return Err(Refusal::NoSuchConversation.into()),
        };
        let Some(known) = self.roster.channels.get(&channel) else {
            return Err(EngineError::Missing("channel"));
        };
        let opened_at = match (&state, &order.command) {
            (Some(state), _) => state.opened_at,
            (None, Command::Record(input)) => input.received_at.min(self.now),
            (None, _) => self.now,
        };
        let facts = contact_facts(self.tx, contact, order.conversation, opened_at)?;
        let then = took_place.map(|place| place.instead_of(&known.info));
        let places = elsewhere::unread(&self.roster.ruleset, state.as_ref());
        let team = self.team_now(order)?;
        let world = World {
            ruleset: &self.roster.ruleset,
            team: &team,
            channel: then.as_ref().unwrap_or(&known.info),
            contact: &facts,
            settings: &self.roster.times,
            elsewhere: places.as_ref(),
            briefing: None,
        };
        let mut outcome = decide(state.as_ref(), order, &world, self.now)?;
        // Few orders move anything, and to know where to takes reading what the customer wrote.
        let mut found = None;
        if let Some(state) = state.as_ref().filter(|_| elsewhere::is_asked_for(&outcome)) {
            found = Some(elsewhere::for_rules(self.tx, &self.roster, state)?);
            let elsewhere = found.as_ref();
            let world = World { elsewhere, ..world };
            outcome = decide(Some(state), order, &world, self.now)?;
        }
        // Few make a packet, and only whoever gets one is told what is known.
        if let Some(known) =
            briefing::for_packets(self.tx, state.as_ref(), order, &outcome, self.now)?
        {
            let world = World {
                elsewhere: found.as_ref().or(world.elsewhere),
                briefing: Some(&known),
                ..world
            };
            outcome = decide(state.as_ref(), order, &world, self.now)?;
        }
        self.keep(order, &outcome)?;
        self.fresh.insert(outcome.state.id, outcome.state.clone());
        Ok(outcome)
    }

    /// Keeps the state of a conversation that an event has changed which no order asked for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep_state(&mut self, state: Conversation) -> Result<(), EngineError> {
        self.tx.save_conversation(&state)?;
        self.fresh.insert(state.id, state);
        Ok(())
    }

    /// The state to decide on; says so when it had to be made anew.
    fn sound(&mut self, which: ConversationId) -> Result<Option<Conversation>, EngineError> {
        if let Some(known) = self.fresh.get(&which).or_else(|| self.cache.get(&which)) {
            return Ok(Some(known.clone()));
        }
        let Some((state, was_damaged)) = self.stored(which)? else {
            return Ok(None);
        };
        if was_damaged {
            self.note_damage(which, true)?;
        }
        Ok(Some(state))
    }

    /// The people with what each of them holds now. History knows nothing of it.
    fn team_now(&self, order: &Order) -> Result<Cow<'_, Team>, EngineError> {
        if matches!(&order.command, Command::Record(input) if input.imported) {
            return Ok(Cow::Borrowed(&self.roster.team));
        }
        let mut team = self.roster.team.clone();
        for (name, agent) in &mut team.agents {
            agent.load = load(self.tx, name)?;
        }
        Ok(Cow::Owned(team))
    }

    /// Keeps a value as content under the hash of its JSON.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_json<T: serde::Serialize>(&mut self, value: &T) -> Result<Hash, EngineError> {
        let bytes = serde_json::to_vec(value)?;
        let hash = Hash::of(&bytes);
        self.tx.put_content(hash, &bytes)?;
        Ok(hash)
    }
}

/// The identifier that follows from a kind of thing and its key.
#[must_use]
pub fn derived<T: Id>(kind: &str, parts: &[&[u8]]) -> T {
    let mut all: Vec<&[u8]> = vec![kind.as_bytes()];
    all.extend_from_slice(parts);
    T::derived(&all)
}

/// How many open conversations a person holds.
///
/// # Errors
/// When the database cannot be read.
pub fn load(reader: &Reader<'_>, agent: &AgentName) -> Result<u32, EngineError> {
    let held = reader.count(&Place::Agent(agent.clone()))?.conversations;
    Ok(u32::try_from(held).unwrap_or(u32::MAX))
}

/// What the rules may know of a contact in a conversation that was opened at an instant.
///
/// # Errors
/// When the database cannot be read.
pub fn contact_facts(
    reader: &Reader<'_>,
    contact: ContactId,
    conversation: ConversationId,
    opened_at: Timestamp,
) -> Result<ContactFacts, EngineError> {
    let Some(whole) = Whole::of(reader, contact)? else {
        return Ok(ContactFacts::default());
    };
    let known = whole.attributes();
    let text = |key: &str| {
        known
            .get(key)
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
    };
    // How sure it is who writes here is told by the addresses they write from here.
    let own = whole.identities.iter().filter(|one| one.contact == contact);
    let newest = own.max_by_key(|one| one.last_seen_at);
    let mut before = 0_u64;
    for &one in &whole.person.contacts {
        let some = reader.conversations_before(one, conversation, opened_at)?;
        before = before.saturating_add(some);
    }
    Ok(ContactFacts {
        tier: text("tier").filter(|tier| !tier.is_empty()),
        value_at_risk: known
            .get("value_at_risk")
            .and_then(serde_json::Value::as_f64),
        verified_by: newest
            .map(|one| one.verification.clone())
            .filter(|level| level == Verification::Verified.word())
            .unwrap_or_default(),
        known_conversations: u32::try_from(before).unwrap_or(u32::MAX),
        address_domain: newest
            .and_then(|one| one.address.rsplit_once('@'))
            .map(|(_, domain)| domain.to_lowercase())
            .unwrap_or_default(),
        language: text("language").unwrap_or_default(),
        tags: known
            .get("tags")
            .and_then(serde_json::Value::as_array)
            .map(|tags| {
                tags.iter()
                    .filter_map(|tag| tag.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default(),
        attributes: known
            .iter()
            .filter(|(key, _)| {
                !matches!(key.as_str(), "tier" | "value_at_risk" | "language" | "tags")
            })
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    })
}
