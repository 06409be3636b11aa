//! A desk on a temporary workspace with a clock that obeys: the real engine, the real database, no
//! servers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_api::contacts::AddressView;
use baton_api::conversations as cv;
use baton_api::rules as ru;
use baton_api::timeline as tl;
use baton_channels::mail as reader;
use baton_core::command::Command;
use baton_core::conversation::Conversation;
use baton_core::event::Actor;
use baton_core::ids::{AgentName, ChannelId, ConversationId, Id as _};
use baton_core::team::{Agent, Team};
use baton_core::time::Timestamp;
use baton_engine::clock::Clock as _;
use baton_engine::intake::{Placed, Verification, mail as letter};
use baton_engine::{Engine, EngineError, OpenOptions, rulesfile};
use baton_store::{Channel, Options, Store, StoreError};
use serde_json::json;
use tempfile::TempDir;

use crate::clock::{FakeClock, MONDAY};
use crate::mail::Mail;
use crate::secrets::Pocket;

/// The rules of the desk: promises that run day and night, and one word that wakes everybody.
pub const RULES: &str = r#"
baton   = 1
policy  = "desk"
zone    = "UTC"
default = { control = "bot", review = "none", priority = "normal", sla = "standard" }

[words]
legal = ["lawyer", "attorney"]

[[rule]]
id     = "legal"
why    = "Legal wording is seen by a lead at once."
on     = ["customer.message"]
when   = 'msg.words.legal && conv.control != "agent"'
do     = { control = "queue", priority = "urgent", ladder = "urgent", tag = ["legal"] }
reason = "legal wording"

[sla.standard]
hours       = "always"
first_reply = "1h"
next_reply  = "2h"
resolve     = "3d"
warn_at     = 0.75
pause_when  = 'conv.control == "closed" || conv.snoozed'

[ladder.urgent]
clock     = "always"
step      = [ { after = "0s",  notify = ["team:support"], sound = true },
              { after = "5m",  offer = "any-available" },
              { after = "20m", notify = ["role:lead"], repeat = "15m", at_most = 3 } ]
stop_when = 'conv.control == "agent" || conv.control == "closed"'
"#;

/// A desk at which Anna, a lead, sits; Ben and Cleo are her colleagues.
pub struct Desk {
    /// The engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: FakeClock,
    /// Its one channel.
    pub channel: ChannelId,
    /// Its keyring.
    pub secrets: Pocket,
    running: Running,
    folder: Arc<TempDir>,
}

/// The team of the stories.
#[must_use]
pub fn team() -> Team {
    let person = |name: &str, roles: &[&str]| Agent {
        display_name: name.to_owned(),
        roles: roles.iter().map(ToString::to_string).collect(),
        teams: BTreeSet::from(["support".to_owned()]),
        available: true,
        ..Agent::default()
    };
    Team {
        agents: BTreeMap::from([
            (AgentName::new("anna"), person("Anna", &["lead", "agent"])),
            (AgentName::new("ben"), person("Ben", &["agent"])),
            (AgentName::new("cleo"), person("Cleo", &["owner", "agent"])),
        ]),
    }
}

impl Desk {
    /// Opens a new desk on Monday at nine.
    pub async fn open() -> Self {
        Self::begin(Running::Led).await
    }

    /// The same, as the desktop app has it.
    pub async fn on_desktop() -> Self {
        Self::begin(Running::LedOnDesktop).await
    }

    /// The same, with everything that runs by itself; time is led all the same.
    pub async fn alive() -> Self {
        Self::begin(Running::Alive).await
    }

    async fn begin(running: Running) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("baton-story")
            .tempdir()
            .unwrap();
        let clock = FakeClock::default();
        let channel = ChannelId::derived(&[b"desk"]);
        std::fs::write(rulesfile::path(folder.path()), RULES).unwrap();
        let mut store = Store::open(folder.path(), Options::at(MONDAY)).unwrap();
        let mut writer = store.take_writer().unwrap();
        writer
            .write(|tx| -> Result<(), StoreError> {
                tx.set_setting(baton_engine::open::TEAM, &team())?;
                tx.set_setting("me", &AgentName::new("anna"))?;
                tx.save_channel(&Channel {
                    id: channel,
                    kind: "demo".to_owned(),
                    name: "Support".to_owned(),
                    config: json!({ "queue": "support", "address": "support@baton.test" }),
                    position: 0,
                    added_at: MONDAY,
                    removed_at: None,
                })
            })
            .unwrap();
        drop((writer, store));
        let secrets = Pocket::default();
        let engine = reopen(folder.path(), &clock, &secrets, running).await;
        Self {
            engine,
            clock,
            channel,
            secrets,
            running,
            folder: Arc::new(folder),
        }
    }

    /// The folder of the workspace.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Closes the engine, lets somebody touch the files, and opens it again.
    pub async fn reopened(self, between: impl FnOnce(&Path)) -> Self {
        let Self {
            engine,
            clock,
            channel,
            secrets,
            running,
            folder,
        } = self;
        engine.stop().await;
        drop(engine);
        // The writing connection closes on its own thread; the lock tells when it has.
        loop {
            match Store::open(folder.path(), Options::at(clock.now())) {
                Ok(store) => break drop(store),
                Err(StoreError::WorkspaceInUse { .. }) => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Err(error) => panic!("the workspace cannot be opened: {error}"),
            }
        }
        between(folder.path());
        let engine = reopen(folder.path(), &clock, &secrets, running).await;
        Self {
            engine,
            clock,
            channel,
            secrets,
            running,
            folder,
        }
    }

    /// A mail arrives now; its conversation.
    pub async fn mail(&self, mail: &Mail) -> ConversationId {
        self.raw(mail.raw()).await
    }

    /// Puts rules in force, whatever they let act.
    pub async fn put_rules(&self, text: &str) {
        let base = self.engine.rules_get(ru::RulesGet {}).await.unwrap();
        let asked = ru::RulesSave {
            text: text.to_owned(),
            base: base.ruleset,
            reason: "the story begins so".to_owned(),
            r#override: Some("nothing was written before".to_owned()),
            beside: false,
        };
        self.engine.rules_save(asked).await.unwrap();
    }

    /// Bytes arrive now; their conversation.
    pub async fn raw(&self, raw: Vec<u8>) -> ConversationId {
        self.raw_from(raw, self.clock.now()).await
    }

    /// Bytes arrive now that their server says it received at an instant; their conversation.
    pub async fn raw_from(&self, raw: Vec<u8>, at: Timestamp) -> ConversationId {
        let channel = self.channel;
        let mail = reader::decode(&raw, &letter::context(&self.engine.roster()));
        let key: [u8; 32] = self.reply_key().await;
        let token = letter::token_conversation(&mail.reply_tokens, &key);
        let placed = self
            .engine
            .desk()
            .turn(move |turn| {
                let mut arrival = letter::arrival(channel, raw, mail, at, Verification::Seen);
                arrival.token = token;
                turn.take_in(arrival)
            })
            .await
            .unwrap();
        self.engine.settle().await.unwrap();
        match placed {
            Placed::New { conversation, .. } => conversation,
            Placed::Known { message } => panic!("{message} was known already"),
        }
    }

    async fn reply_key(&self) -> [u8; 32] {
        let key = self
            .engine
            .read(|reader, _| Ok(reader.setting("reply_key")?));
        key.await.unwrap().unwrap()
    }

    /// Time passes, and what is due is done when it has.
    pub async fn wait(&self, millis: i64) {
        self.clock.pass(millis);
        self.engine.settle().await.unwrap();
    }

    /// The time on the wall, in milliseconds.
    #[must_use]
    pub fn clock_now(&self) -> i64 {
        self.clock.now().0
    }

    /// The state of a conversation.
    pub async fn state(&self, which: ConversationId) -> Conversation {
        let state = self
            .engine
            .read(move |reader, _| Ok(reader.conversation(which)?));
        state.await.unwrap().unwrap()
    }

    /// The head of a conversation, as the UI shows it.
    pub async fn head(&self, which: ConversationId) -> cv::ConversationHead {
        let asked = cv::ConversationGet {
            id: which.to_string(),
        };
        self.engine.conversation_get(asked).await.unwrap()
    }

    /// The stream of a conversation, oldest first.
    pub async fn stream(&self, which: ConversationId) -> Vec<tl::Entry> {
        let asked = tl::TimelineGet {
            conversation: which.to_string(),
            before: None,
            after: None,
            limit: 200,
        };
        self.engine.timeline_get(asked).await.unwrap().entries
    }

    /// The messages of a conversation, oldest first.
    pub async fn messages(&self, which: ConversationId) -> Vec<tl::MessageView> {
        messages(self.stream(which).await)
    }

    /// Another person of the team acts.
    pub async fn colleague(
        &self,
        name: &str,
        which: ConversationId,
        command: Command,
    ) -> Result<Conversation, EngineError> {
        let actor = Actor::agent(name);
        self.engine
            .desk()
            .turn(move |turn| {
                let order = turn.new_order(which, actor, command);
                Ok(turn.order(&order)?.state)
            })
            .await
    }

    /// Anna answers the customer.
    pub async fn answer(&self, which: ConversationId, text: &str) -> co::Queued {
        answer(&self.engine, &which.to_string(), text).await
    }
}

/// The messages among the entries of a stream.
#[must_use]
pub fn messages(entries: Vec<tl::Entry>) -> Vec<tl::MessageView> {
    let message = |entry: tl::Entry| match entry.what {
        tl::What::Message(message) => Some(message),
        _ => None,
    };
    entries.into_iter().filter_map(message).collect()
}

/// Answers a conversation with honest recipients, as the composer does.
pub async fn answer(engine: &Engine, conversation: &str, text: &str) -> co::Queued {
    let plan = engine
        .reply_prepare(co::ReplyPrepare {
            conversation: conversation.to_owned(),
            mode: co::ReplyMode::Reply,
            message: None,
        })
        .await
        .unwrap();
    let to: Vec<AddressView> = plan.to;
    engine
        .reply_send(co::ReplySend {
            conversation: Some(conversation.to_owned()),
            channel: None,
            mode: co::ReplyMode::Reply,
            message: plan.message,
            to,
            cc: plan.cc,
            bcc: Vec::new(),
            subject: plan.subject,
            text: text.to_owned(),
            quote: plan.quote,
            files: Vec::new(),
            forward: Vec::new(),
            left_out: Vec::new(),
            resolve: false,
        })
        .await
        .unwrap()
}

/// How the engine of a desk runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    /// It is led through time step by step.
    Led,
    /// The same, as the desktop app has it.
    LedOnDesktop,
    /// By itself.
    Alive,
}

async fn reopen(folder: &Path, clock: &FakeClock, secrets: &Pocket, running: Running) -> Engine {
    Engine::open(OpenOptions {
        folder: folder.to_owned(),
        clock: Arc::new(clock.clone()),
        secrets: secrets.opened(),
        desktop: running == Running::LedOnDesktop,
        live: running == Running::Alive,
    })
    .await
    .unwrap()
}
