//! Opening a workspace: from a folder to a running engine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use baton_bots::dialect::Dialect;
use baton_channels::secrets::Secrets;
use baton_core::control::Controller;
use baton_core::event::Envelope;
use baton_core::ids::{AgentName, BotName, DeviceId, QueueName};
use baton_core::log::Chain;
use baton_core::team::{Agent, Team};
use baton_core::time::Timestamp;
use baton_core::world::{BotLink, ChannelInfo, Delivery, Settings as Times};
use baton_store::{Access, Channel, Options, Reader, Store, StoredBot, StoredConnector, Writer};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::alerts::Shown;
use crate::backtest::Backtests;
use crate::changes::Changes;
use crate::clock::{Clock, JumpDetector, SystemClock};
use crate::commands::WRAP_UP;
use crate::connector::standing::Posts;
use crate::desk::log::Ledger;
use crate::desk::{Desk, DeskHandle, Wake};
use crate::door::dialect::Told;
use crate::door::lan::Signers;
use crate::door::standing::DoorPost;
use crate::engine::{Engine, Inner};
use crate::error::EngineError;
use crate::mint::Mint;
use crate::notices::Notices;
use crate::recipients::normal;
use crate::roster::{KnownChannel, Roster, RosterCell, kind};
use crate::signin::Flows;
use crate::supervise::Supervisor;
use crate::{alerts, connector, knowledge, outbox, rulesfile, settings, timers, webhooks};

/// The setting that holds the people of the team.
pub const TEAM: &str = "team";
/// The setting with the digests of the tokens of people who only read drafts.
pub const REVIEWERS: &str = "reviewers";
const ME: &str = "me";
const NAME: &str = "name";
/// What each entry of the log names as its team.
const LOG: &str = "log";
/// Further addresses of the team on a channel.
pub(crate) const OWN: &str = "own";
const DEVICE: &str = "device";
const REPLY_KEY: &str = "reply_key";
const DEMO: &str = "demo";
pub(crate) const MACROS: &str = "macros";

/// How an engine is opened.
#[derive(Clone)]
pub struct OpenOptions {
    /// The folder of the workspace; made when there is none.
    pub folder: PathBuf,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Where secrets are kept.
    pub secrets: Secrets,
    /// Whether this is the desktop app.
    pub desktop: bool,
    /// Whether channels and timers run; an import or export needs neither.
    pub live: bool,
}

impl OpenOptions {
    /// A live engine on this machine's clocks.
    pub fn live(folder: PathBuf, secrets: Secrets) -> Self {
        Self {
            folder,
            clock: Arc::new(SystemClock),
            secrets,
            desktop: false,
            live: true,
        }
    }
}

impl Engine {
    /// Opens a workspace and, when asked, starts its channels, timers and outbox.
    ///
    /// A workspace that is damaged in parts, or lies where nobody may write, opens too where nothing
    /// is to run: it can be read, exported and copied, and refuses every change; see
    /// [`Engine::read_only`].
    ///
    /// Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When the workspace is in use, too new, damaged beyond reading, or can only be read although
    /// it is to run.
    pub async fn open(options: OpenOptions) -> Result<Self, EngineError> {
        let now = options.clock.now();
        let folder = options.folder.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&folder, Options::at(now)))
            .await
            .map_err(|_| EngineError::Stopped)??;
        Self::over(store, options).await
    }

    async fn over(mut store: Store, options: OpenOptions) -> Result<Self, EngineError> {
        let now = options.clock.now();
        let readers = store.readers();
        let changes = Changes::default();
        let wake = Arc::new(Wake::default());
        let prepared = match (store.access().clone(), store.take_writer()) {
            (Access::Full, Some(mut writer)) => match prepare(&mut writer, &options, now) {
                Ok((roster, chain, reply_key)) => Ok((writer, roster, chain, reply_key)),
                Err(error) if error.leaves_reading() => Err(error.to_string()),
                Err(error) => return Err(error),
            },
            (Access::ReadOnly { why }, _) => Err(why),
            (Access::Full, None) => return Err(EngineError::Stopped),
        };
        let (cell, desk, reply_key) = match prepared {
            Ok((writer, roster, chain, reply_key)) => {
                let cell = RosterCell::new(roster);
                let desk = Desk::new(
                    writer,
                    Arc::clone(&options.clock),
                    cell.clone(),
                    changes.clone(),
                    Arc::clone(&wake),
                    chain,
                );
                let desk = DeskHandle::start(desk)
                    .map_err(|error| EngineError::bad("no_thread", error.to_string(), ""))?;
                (cell, desk, reply_key)
            }
            Err(why) if options.live => return Err(EngineError::ReadOnly(why)),
            Err(why) => {
                tracing::warn!(why, "The workspace can only be read.");
                let (roster, reply_key) =
                    readers.read(|reader| glance(reader, &options.folder, now))?;
                (
                    RosterCell::new(roster),
                    DeskHandle::refusing(&why),
                    reply_key,
                )
            }
        };
        let engine = Self {
            inner: Arc::new(Inner {
                folder: options.folder.clone(),
                desk,
                readers,
                roster: cell,
                changes,
                notices: Notices::default(),
                shown: Shown::default(),
                jumps: Mutex::new(JumpDetector::new(&*options.clock)),
                clock: options.clock,
                mint: Mint,
                wake,
                supervisor: Supervisor::new(options.secrets),
                door: DoorPost::default(),
                signers: Signers::since(now),
                told: Arc::new(Told::since(now)),
                posts: Posts::default(),
                flows: Flows::default(),
                backtests: Backtests::default(),
                proposed: Arc::default(),
                desktop: options.desktop,
                reply_key,
                analyst: Arc::default(),
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
            }),
        };
        if options.live {
            engine.start();
        }
        Ok(engine)
    }

    /// Starts what runs by itself.
    fn start(&self) {
        let tasks = &self.inner.tasks;
        tasks.spawn(timers::run(self.clone()));
        tasks.spawn(outbox::run(self.clone()));
        tasks.spawn(webhooks::run(self.clone()));
        tasks.spawn(connector::run(self.clone()));
        tasks.spawn(alerts::run(self.clone()));
        tasks.spawn(rulesfile::watch(self.clone()));
        self.start_channels();
    }
}

/// Reads the workspace's own settings, making them the first time.
fn prepare(
    writer: &mut Writer,
    options: &OpenOptions,
    now: Timestamp,
) -> Result<(Roster, Chain, [u8; 32]), EngineError> {
    let folder_name = folder_name(&options.folder);
    writer.write(|tx| {
        let mint = Mint;
        let device: DeviceId = match tx.setting::<DeviceId>(DEVICE)? {
            Some(device) => device,
            None => {
                let device = mint.id(now);
                tx.set_setting(DEVICE, &device)?;
                device
            }
        };
        let reply_key: [u8; 32] = match tx.setting::<[u8; 32]>(REPLY_KEY)? {
            Some(key) => key,
            None => {
                let key = mint.bytes();
                tx.set_setting(REPLY_KEY, &key)?;
                key
            }
        };
        let me = match tx.setting::<AgentName>(ME)? {
            Some(me) => me,
            None => {
                let me = AgentName::new("me");
                tx.set_setting(ME, &me)?;
                me
            }
        };
        let team = match tx.setting::<Team>(TEAM)? {
            Some(team) => team,
            None => {
                let team = team_of_one(&me);
                tx.set_setting(TEAM, &team)?;
                team
            }
        };
        let workspace = tx.setting(NAME)?.unwrap_or(folder_name);
        let newest = newest(tx)?;
        // What the log calls its team is sealed in it, and outlives the name of a folder.
        let log: String = match tx.setting(LOG)? {
            Some(log) => log,
            None => {
                let sealed = newest.as_ref().map(|envelope| envelope.team.clone());
                let log = sealed.unwrap_or_else(|| workspace.clone());
                tx.set_setting(LOG, &log)?;
                log
            }
        };
        let last_hlc = newest.map_or(0, |envelope| envelope.hlc);
        let mut chain = Chain::new(device, log, tx.head(device)?, last_hlc);
        let mut ledger = Ledger {
            tx,
            chain: &mut chain,
            device,
            now,
        };
        let rules = rulesfile::load(&mut ledger, &options.folder)?;
        let roster = Roster {
            folder: options.folder.clone(),
            demo: tx.setting(DEMO)?.unwrap_or(false),
            device,
            me,
            team,
            channels: channels(tx)?,
            door: door(tx)?,
            connectors: connectors(tx)?,
            deaf: deaf(tx)?,
            reviewers: tx.setting(REVIEWERS)?.unwrap_or_default(),
            ruleset: rules.ruleset,
            rules: rules.standing,
            settings: tx.setting(settings::KEY)?.unwrap_or_else(settings::usual),
            times: times(tx.setting(WRAP_UP)?),
            macros: tx.setting(MACROS)?.unwrap_or_default(),
            workspace,
        };
        if knowledge::out_of_step(tx, &roster.macros)? {
            knowledge::keep_answers(tx, &roster.macros, now)?;
        }
        Ok((roster, chain, reply_key))
    })
}

/// The times of a workspace; the usual where it has chosen none.
fn times(wrap_up: Option<i64>) -> Times {
    let usual = Times::default();
    Times {
        wrap_up_ms: wrap_up.unwrap_or(usual.wrap_up_ms),
        ..usual
    }
}

/// Reads of a workspace's own settings what can be read, and takes the usual for the rest; for a
/// workspace that cannot be written.
fn glance(
    reader: &Reader<'_>,
    folder: &Path,
    now: Timestamp,
) -> Result<(Roster, [u8; 32]), EngineError> {
    let me = left(reader, ME).unwrap_or_else(|| AgentName::new("me"));
    let rules = rulesfile::glance(reader, folder, now)?;
    let roster = Roster {
        folder: folder.to_owned(),
        demo: left(reader, DEMO).unwrap_or(false),
        device: left(reader, DEVICE).unwrap_or_else(|| Mint.id(now)),
        team: left(reader, TEAM).unwrap_or_else(|| team_of_one(&me)),
        me,
        channels: channels(reader).unwrap_or_default(),
        door: door(reader).unwrap_or_default(),
        connectors: connectors(reader).unwrap_or_default(),
        deaf: deaf(reader).unwrap_or_default(),
        reviewers: left(reader, REVIEWERS).unwrap_or_default(),
        ruleset: rules.ruleset,
        rules: rules.standing,
        settings: left(reader, settings::KEY).unwrap_or_else(settings::usual),
        times: times(left(reader, WRAP_UP)),
        macros: left(reader, MACROS).unwrap_or_default(),
        workspace: left(reader, NAME).unwrap_or_else(|| folder_name(folder)),
    };
    let reply_key = left(reader, REPLY_KEY).unwrap_or_else(|| Mint.bytes());
    Ok((roster, reply_key))
}

/// A setting, where it is there and can be read.
fn left<T: DeserializeOwned>(reader: &Reader<'_>, key: &str) -> Option<T> {
    reader.setting(key).unwrap_or_default()
}

fn folder_name(folder: &Path) -> String {
    folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_else(|| "baton".to_owned())
}

fn team_of_one(me: &AgentName) -> Team {
    let name = std::env::var("USER").unwrap_or_default();
    let agent = Agent {
        display_name: if name.is_empty() {
            "Me".to_owned()
        } else {
            name
        },
        address: String::new(),
        roles: BTreeSet::from(["owner", "lead", "agent"].map(str::to_owned)),
        teams: BTreeSet::from(["support", "lead"].map(str::to_owned)),
        available: true,
        load: 0,
    };
    Team {
        agents: BTreeMap::from([(me.clone(), agent)]),
    }
}

/// The channels as decisions need them.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn channels(
    reader: &Reader<'_>,
) -> Result<BTreeMap<baton_core::ids::ChannelId, KnownChannel>, EngineError> {
    let door = door(reader)?;
    Ok(reader
        .channels()?
        .into_iter()
        .map(|stored| (stored.id, known_channel(stored, &door)))
        .collect())
}

/// The bots that may knock at the door, by name. One that is connected and switched off is none.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn door(reader: &Reader<'_>) -> Result<BTreeMap<String, StoredBot>, EngineError> {
    let connectors = connectors(reader)?;
    let asked = |bot: &StoredBot| connectors.get(&bot.name).is_none_or(|one| one.asked);
    Ok(reader
        .bots()?
        .into_iter()
        .filter(|bot| bot.removed_at.is_none() && asked(bot))
        .map(|bot| (bot.name.clone(), bot))
        .collect())
}

/// How Baton itself talks with bots, by name.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn connectors(
    reader: &Reader<'_>,
) -> Result<BTreeMap<String, StoredConnector>, EngineError> {
    Ok(reader
        .bot_connectors()?
        .into_iter()
        .map(|connector| (connector.bot.clone(), connector))
        .collect())
}

/// The bots that are told what happens in words that have none for a whisper.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn deaf(reader: &Reader<'_>) -> Result<BTreeSet<String>, EngineError> {
    let has_whispers = |word: &str| Dialect::named(word).is_none_or(Dialect::has_whispers);
    Ok(reader
        .bot_webhooks()?
        .into_iter()
        .filter(|webhook| !has_whispers(&webhook.dialect))
        .map(|webhook| webhook.bot)
        .collect())
}

/// What the core is told of a channel, from how it was set up and which bots serve it.
fn known_channel(stored: Channel, door: &BTreeMap<String, StoredBot>) -> KnownChannel {
    let text = |key: &str| {
        stored
            .config
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    // The bot of the demo's script speaks by itself, and makes room for one that is let in.
    let scripted =
        |bot: &StoredBot| stored.kind == kind::DEMO && text("bot") == Some(bot.name.as_str());
    let first = door
        .values()
        .filter(|bot| bot.channel == stored.id)
        .min_by_key(|bot| (scripted(bot), bot.added_at, &bot.name));
    let queue = QueueName::new(text("queue").unwrap_or("support"));
    let begins = first.map(|bot| bot.name.as_str()).or(text("bot"));
    let default_controller = match begins {
        Some(bot) => Controller::Bot(BotName::new(bot)),
        None => Controller::Queue(queue.clone()),
    };
    let bot_link = match (first, stored.kind.as_str()) {
        (Some(bot), _) if !scripted(bot) => BotLink::Asked,
        (Some(_), _) => BotLink::ByItself,
        (None, kind::DEMO) => BotLink::ByItself,
        (None, _) => BotLink::Absent,
    };
    let others = stored.config.get(OWN).and_then(Value::as_array);
    let own = text("address")
        .into_iter()
        .chain(others.into_iter().flatten().filter_map(Value::as_str))
        .map(normal)
        .collect();
    KnownChannel {
        info: ChannelInfo {
            id: stored.id,
            kind: stored.kind.clone(),
            name: stored.name.clone(),
            default_controller,
            fallback_queue: queue,
            bot_link,
            delivery: match stored.kind.as_str() {
                kind::BOT => Delivery::Immediate,
                _ => Delivery::Attempted,
            },
        },
        own,
        stored,
    }
}

/// Makes a workspace the demo: its people, macros and name.
pub(crate) const DEMO_KEYS: (&str, &str, &str) = (DEMO, ME, NAME);

/// The newest envelope of the log; none where there is none, or none that can be read.
fn newest(reader: &Reader<'_>) -> Result<Option<Envelope>, EngineError> {
    let last = reader.last_seq()?;
    let newest = reader.events_after(last.saturating_sub(1), 1)?;
    Ok(newest
        .first()
        .and_then(|event| serde_json::from_slice(&event.bytes).ok()))
}
