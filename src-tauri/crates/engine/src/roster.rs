//! What the engine knows of the workspace around the conversations: people, channels, rules and
//! settings. Readers hold a snapshot; only the desk replaces it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use baton_api::session::{AgentView, Settings};
use baton_core::control::Controller;
use baton_core::hash::Hash;
use baton_core::ids::{AgentName, ChannelId, ConversationId, DeviceId, Id};
use baton_core::rules::Ruleset;
use baton_core::team::{Agent, Team};
use baton_core::world::{ChannelInfo, Delivery, Settings as Times};
use baton_store::{Channel, StoredBot, StoredConnector};

use crate::rulesfile::Standing;

/// The snapshot.
#[derive(Clone)]
pub struct Roster {
    /// The name of the workspace; also the team's name in the log.
    pub workspace: String,
    /// The folder of the workspace.
    pub folder: PathBuf,
    /// Whether it is the demo.
    pub demo: bool,
    /// This device.
    pub device: DeviceId,
    /// The agent at this desk.
    pub me: AgentName,
    /// Everybody.
    pub team: Team,
    /// The channels, removed ones too, for their conversations stay.
    pub channels: BTreeMap<ChannelId, KnownChannel>,
    /// The bots that may knock at the door, by name.
    pub door: BTreeMap<String, StoredBot>,
    /// How Baton itself talks with bots, by name; also with those that are switched off.
    pub connectors: BTreeMap<String, StoredConnector>,
    /// The bots that are told what happens in words that have none for a whisper, by name.
    pub deaf: BTreeSet<String>,
    /// The tokens of people who only read drafts, by name, as digests.
    pub reviewers: BTreeMap<String, Hash>,
    /// The rules in force.
    pub ruleset: Arc<Ruleset>,
    /// How they came to be in force, and what their file says.
    pub rules: Standing,
    /// The settings of this desk.
    pub settings: Settings,
    /// Times that the workspace chooses.
    pub times: Times,
    /// The texts of macros, by name.
    pub macros: BTreeMap<String, String>,
}

/// A channel with what decisions need of it.
#[derive(Clone)]
pub struct KnownChannel {
    /// As stored.
    pub stored: Channel,
    /// As the core is told.
    pub info: ChannelInfo,
    /// The team's own addresses on it, in normal form.
    pub own: BTreeSet<String>,
}

impl KnownChannel {
    /// The kind that people see: the demo plays a mailbox, too.
    #[must_use]
    pub fn shown_kind(&self) -> &str {
        self.stored
            .config
            .get("shown_as")
            .and_then(serde_json::Value::as_str)
            .unwrap_or(&self.info.kind)
    }
}

impl Roster {
    /// The name shown for an agent.
    #[must_use]
    pub fn display(&self, agent: &str) -> String {
        self.team
            .agents
            .get(&AgentName::new(agent))
            .map(|known| known.display_name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| agent.to_owned())
    }

    /// The name shown for a controller.
    #[must_use]
    pub fn controller_display(&self, controller: &Controller) -> String {
        match controller {
            Controller::Agent(name) => self.display(name.as_str()),
            other => other.name().to_owned(),
        }
    }

    /// Every address of the team on any channel, in normal form.
    #[must_use]
    pub fn own_addresses(&self) -> BTreeSet<String> {
        self.channels
            .values()
            .flat_map(|channel| channel.own.iter().cloned())
            .collect()
    }

    /// The bots that begin conversations on some channel, and those that may knock at the door.
    #[must_use]
    pub fn bots(&self) -> BTreeSet<String> {
        self.channels
            .values()
            .filter_map(|channel| match &channel.info.default_controller {
                Controller::Bot(name) => Some(name.as_str().to_owned()),
                _ => None,
            })
            .chain(self.door.keys().cloned())
            .chain(self.connectors.keys().cloned())
            .collect()
    }

    /// The bots that answer on a channel.
    #[must_use]
    pub fn bots_on(&self, channel: ChannelId) -> BTreeSet<String> {
        let first = self.channels.get(&channel).map(|known| &known.info);
        let own = first.and_then(|info| match &info.default_controller {
            Controller::Bot(name) => Some(name.as_str().to_owned()),
            _ => None,
        });
        let serving = self.door.values().filter(|bot| bot.channel == channel);
        own.into_iter()
            .chain(serving.map(|bot| bot.name.clone()))
            .collect()
    }

    /// The bot of that name that serves that channel.
    #[must_use]
    pub fn serving(&self, bot: &str, channel: ChannelId) -> Option<&StoredBot> {
        self.door.get(bot).filter(|known| known.channel == channel)
    }

    /// Whether a bot of a chat brings what is said there to the customers. One does, however many
    /// share the chat: the first that came to it, for it brought the chat along.
    #[must_use]
    pub fn delivers(&self, bot: &StoredBot) -> bool {
        let rank = |one: &StoredBot| (one.added_at, one.name.clone());
        let own = rank(bot);
        let mut others = self.door.values().filter(|one| one.channel == bot.channel);
        self.is_chat(bot.channel) && others.all(|other| rank(other) >= own)
    }

    /// Whether a channel is a chat whose customers a bot platform brings along: what is said there
    /// goes out by the log alone, without letters and addresses.
    #[must_use]
    pub fn is_chat(&self, channel: ChannelId) -> bool {
        self.channels
            .get(&channel)
            .is_some_and(|known| known.info.delivery == Delivery::Immediate)
    }

    /// The queues of channels and people.
    #[must_use]
    pub fn queues(&self) -> BTreeSet<String> {
        let of_channels = self
            .channels
            .values()
            .map(|channel| channel.info.fallback_queue.as_str().to_owned());
        let of_people = self
            .team
            .agents
            .values()
            .flat_map(|agent| agent.teams.iter().cloned());
        of_channels
            .chain(of_people)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// An agent as the UI sees them.
    #[must_use]
    pub fn agent_view(&self, name: &AgentName, agent: &Agent) -> AgentView {
        AgentView {
            name: name.as_str().to_owned(),
            display_name: self.display(name.as_str()),
            address: agent.address.clone(),
            roles: agent.roles.iter().cloned().collect(),
            teams: agent.teams.iter().cloned().collect(),
            available: agent.available,
            load: agent.load,
        }
    }
}

/// The place where the newest snapshot lies.
#[derive(Clone)]
pub struct RosterCell(Arc<RwLock<Arc<Roster>>>);

impl RosterCell {
    /// A place with a first snapshot.
    #[must_use]
    pub fn new(roster: Roster) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(roster))))
    }

    /// The newest snapshot.
    #[must_use]
    pub fn get(&self) -> Arc<Roster> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the snapshot; the desk does so, in the order of its turns.
    pub(crate) fn replace(&self, roster: Arc<Roster>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = roster;
    }
}

/// The channel kinds that Baton has.
pub mod kind {
    /// A mailbox.
    pub const EMAIL: &str = "email";
    /// Conversations that a bot platform brings along through the door.
    pub const BOT: &str = "bot";
    /// Website chat of the demo.
    pub const DEMO: &str = "demo";
    /// History that was imported.
    pub const IMPORT: &str = "import";

    /// The kind of identity that a bot platform's customers have: its names for people mean
    /// something within its channel only.
    #[must_use]
    pub fn of_bot(channel: baton_core::ids::ChannelId) -> String {
        format!("{BOT}:{channel}")
    }
}

/// The draft key of a conversation that does not exist yet.
#[must_use]
pub fn new_conversation_draft() -> ConversationId {
    ConversationId::default()
}

/// The draft key of the rules; no conversation was ever made in the first millisecond of time.
#[must_use]
pub fn rules_draft() -> ConversationId {
    ConversationId::from_bits(1)
}
