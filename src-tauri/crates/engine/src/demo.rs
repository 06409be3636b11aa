//! Plays the demo: a lively hour in two minutes, through the same doors as everything else. The
//! people and the bot of the script are refused like anybody when they lack control.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baton_channels::demo::{self, Customer, Hour, Line, Past, letters};
use baton_channels::mail;
use baton_core::command::{Command, ReplyInput};
use baton_core::control::{Controller, Reason};
use baton_core::event::Actor;
use baton_core::event::body::BotReported;
use baton_core::ids::{AgentName, ChannelId, ConversationId, MessageId};
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_core::team::{Agent, Team};
use baton_core::time::{MINUTE, SECOND, Timestamp};
use baton_store::{Channel, Contact};
use serde_json::json;

use crate::commands::note;
use crate::compose::{Machine, outgoing};
use crate::desk::{Turn, derived};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Arrival, Placed};
use crate::open::{DEMO_KEYS, MACROS, TEAM, channels};
use crate::roster::kind;
use crate::{open, rulesfile};

/// The identity kind of the demo's people.
const IDENTITY: &str = kind::EMAIL;
/// The address of the shop.
const SHOP: &str = "hello@nordlicht.example";
/// The address of the shop's chat.
const CHAT: &str = "chat@nordlicht.example";

/// The macros of the shop.
const MACRO_TEXTS: [(&str, &str); 4] = [
    (
        "ask for the order number",
        "Hello {first_name},\n\ncould you send me the number of your order? It begins with 4 and stands at the top of the receipt.\n\nBest wishes\n{me}",
    ),
    (
        "handing-over",
        "A colleague takes over and will answer you here in a moment.",
    ),
    (
        "parcel not arrived",
        "Hello {first_name},\n\nI am sorry that your parcel has not arrived. I have asked the carrier to look for it. If it is not found by tomorrow noon, a new one leaves our warehouse the same day.\n\nBest wishes\n{me}",
    ),
    (
        "refund is on its way",
        "Hello {first_name},\n\nthe refund is on its way. It takes up to three working days until it is on your account.\n\nBest wishes\n{me}",
    ),
];

fn chat() -> ChannelId {
    derived("demo channel", &[b"chat"])
}

fn post() -> ChannelId {
    derived("demo channel", &[b"mail"])
}

/// How long a minute of the hour takes, in milliseconds.
pub const MINUTE_TAKES_MS: i64 = 2 * SECOND;

impl Engine {
    /// Opens a demo workspace: the shop's rules, people and channels, and what happened before.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_demo(options: open::OpenOptions) -> Result<Self, EngineError> {
        let file = rulesfile::path(&options.folder);
        if !file.exists() {
            std::fs::create_dir_all(&options.folder)
                .and_then(|()| std::fs::write(&file, demo::RULES))
                .map_err(|error| {
                    EngineError::bad(
                        "no_folder",
                        format!("The demo's folder cannot be written: {error}."),
                        "Choose another one with --workspace.",
                    )
                })?;
        }
        let engine = Self::open(options).await?;
        if !engine.roster().demo {
            engine.furnish().await?;
        }
        Ok(engine)
    }

    /// Plays the hour; each line at its time.
    pub fn play_demo(&self) {
        self.play_demo_at(MINUTE_TAKES_MS);
    }

    /// Plays the hour at another speed: a minute of it takes `minute_ms`.
    pub fn play_demo_at(&self, minute_ms: i64) {
        let engine = self.clone();
        self.inner.tasks.spawn(async move {
            let result = engine.perform(minute_ms).await;
            if let Err(error) = result {
                tracing::warn!(%error, "The demo ended early.");
            }
        });
    }

    /// Sets up the shop.
    async fn furnish(&self) -> Result<(), EngineError> {
        let hour = read_hour()?;
        self.inner
            .desk
            .turn(move |turn| {
                let mut roster = (*turn.roster).clone();
                let (demo_key, me_key, name_key) = DEMO_KEYS;
                roster.team = team(&hour);
                if let Some(you) = hour.agents.iter().find(|agent| agent.you) {
                    roster.me = AgentName::new(you.name.clone());
                }
                roster.demo = true;
                roster.workspace.clone_from(&hour.shop);
                roster.macros = MACRO_TEXTS
                    .iter()
                    .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                    .collect();
                turn.tx.set_setting(demo_key, &true)?;
                turn.tx.set_setting(me_key, &roster.me)?;
                turn.tx.set_setting(name_key, &roster.workspace)?;
                turn.tx.set_setting(TEAM, &roster.team)?;
                turn.tx.set_setting(MACROS, &roster.macros)?;
                for channel in shop_channels(&hour, turn.now) {
                    turn.tx.save_channel(&channel)?;
                }
                roster.channels = channels(turn.tx)?;
                turn.change_roster(|known| *known = roster);
                for customer in &hour.customers {
                    furnish_contact(turn, customer)?;
                }
                turn.touch("session");
                turn.touch("channels");
                Ok(())
            })
            .await?;
        let hour = read_hour()?;
        let now = self.now();
        for past in &hour.past {
            self.tell_past(&hour, past, now).await?;
        }
        Ok(())
    }

    async fn perform(&self, minute_ms: i64) -> Result<(), EngineError> {
        let hour = read_hour()?;
        let begin = self.inner.clock.boot_ms();
        let mut player = Player {
            run: self.inner.mint.id::<MessageId>(self.now()).to_string(),
            places: BTreeMap::new(),
            count: 0,
        };
        for line in &hour.lines {
            let due = (line.at * minute_ms as f64) as i64;
            let wait = due.saturating_sub(self.inner.clock.boot_ms().saturating_sub(begin));
            tokio::select! {
                () = self.inner.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(Duration::from_millis(wait.max(0).unsigned_abs())) => {}
            }
            let (hour, line) = (hour.clone(), line.clone());
            player = self
                .inner
                .desk
                .run(move |desk| {
                    let mut player = player;
                    let played = desk.turn(|turn| player.play(turn, &hour, &line));
                    match played {
                        // Somebody else has the conversation: that is what control is for.
                        Ok(()) | Err(EngineError::Refused(_)) => Ok(player),
                        Err(error) => Err(error),
                    }
                })
                .await?;
        }
        Ok(())
    }

    async fn tell_past(&self, hour: &Hour, past: &Past, now: Timestamp) -> Result<(), EngineError> {
        let (hour, past) = (hour.clone(), past.clone());
        self.inner
            .desk
            .turn(move |turn| {
                let Some(customer) = hour.customers.iter().find(|one| one.key == past.with) else {
                    return Ok(());
                };
                let thread = format!("past-{}-{}", past.ago, past.with);
                let mut at = now.plus(-past.ago.saturating_mul(MINUTE));
                let mut conversation = None;
                for (index, said) in past.say.iter().enumerate() {
                    let (who, text) = said.split_once(": ").unwrap_or(("customer", said));
                    let (author, name) = match who.split_once(' ') {
                        Some(("agent", name)) => (Author::Agent, name.to_owned()),
                        _ if who == "bot" => (Author::Bot, hour.bot.clone()),
                        _ => (Author::Customer, String::new()),
                    };
                    let by_chat = past.by == "chat";
                    let placed = turn.take_in(spoken(Spoken {
                        channel: if by_chat { chat() } else { post() },
                        thread: thread.clone(),
                        number: index,
                        customer,
                        author,
                        name,
                        subject: &past.subject,
                        text,
                        at,
                        imported: true,
                    }))?;
                    if let Placed::New {
                        conversation: id, ..
                    } = placed
                    {
                        conversation = Some(id);
                    }
                    at = at.plus(9 * MINUTE);
                }
                if let (true, Some(conversation)) = (past.solved, conversation) {
                    let order = turn.new_order(
                        conversation,
                        Actor::agent("lena"),
                        Command::Resolve {
                            reason: Reason::default(),
                        },
                    );
                    match turn.order(&order) {
                        Ok(_) | Err(EngineError::Refused(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(())
            })
            .await
    }
}

fn read_hour() -> Result<Hour, EngineError> {
    demo::hour().map_err(|error| EngineError::bad("demo_script", error.to_string(), ""))
}

fn team(hour: &Hour) -> Team {
    Team {
        agents: hour
            .agents
            .iter()
            .map(|agent| {
                (
                    AgentName::new(agent.name.clone()),
                    Agent {
                        display_name: agent.display.clone(),
                        address: agent.address.clone(),
                        roles: agent.roles.iter().cloned().collect(),
                        teams: agent.teams.iter().cloned().collect(),
                        available: true,
                        load: 0,
                    },
                )
            })
            .collect(),
    }
}

fn shop_channels(hour: &Hour, now: Timestamp) -> [Channel; 2] {
    let channel = |id, name: &str, position, config| Channel {
        id,
        kind: kind::DEMO.to_owned(),
        name: name.to_owned(),
        config,
        position,
        added_at: now,
        removed_at: None,
    };
    [
        channel(
            chat(),
            "Website chat",
            0,
            json!({ "bot": hour.bot, "queue": "support", "address": CHAT,
                    "display_name": hour.shop }),
        ),
        channel(
            post(),
            "Mail",
            1,
            json!({ "queue": "support", "address": SHOP, "display_name": hour.shop }),
        ),
    ]
}

fn furnish_contact(turn: &mut Turn<'_, '_>, customer: &Customer) -> Result<(), EngineError> {
    let party = Address {
        name: customer.name.clone(),
        address: customer.address.clone(),
    };
    let now = turn.now;
    let contact = turn.contact_for(IDENTITY, &party, "seen", now, MessageId::default())?;
    if !customer.tier.is_empty() {
        let mut attributes = serde_json::Map::new();
        attributes.insert("tier".to_owned(), customer.tier.clone().into());
        turn.tx.save_contact(&Contact {
            id: contact,
            name: customer.name.clone(),
            attributes,
            created_at: now,
            merged_into: None,
        })?;
    }
    Ok(())
}

/// Something that is said in the demo.
struct Spoken<'a> {
    channel: ChannelId,
    thread: String,
    number: usize,
    customer: &'a Customer,
    author: Author,
    name: String,
    subject: &'a str,
    text: &'a str,
    at: Timestamp,
    imported: bool,
}

fn spoken(said: Spoken<'_>) -> Arrival {
    let customer = Address {
        name: said.customer.name.clone(),
        address: said.customer.address.clone(),
    };
    let shop = Address {
        name: said.name.clone(),
        address: if said.channel == chat() { CHAT } else { SHOP }.to_owned(),
    };
    let inbound = said.author == Author::Customer;
    let (from, to) = if inbound {
        (customer, vec![shop])
    } else {
        (shop, vec![customer])
    };
    let text = said.text.trim().to_owned();
    let raw = json!({ "thread": said.thread, "number": said.number, "text": text, "at": said.at });
    Arrival {
        channel: said.channel,
        identity_kind: IDENTITY.to_owned(),
        native_key: Some(format!("{}#{}", said.thread, said.number)),
        thread: Some(said.thread),
        token: None,
        raw: raw.to_string().into_bytes(),
        mime: "application/json",
        document: MessageDocument {
            subject: said.subject.to_owned(),
            from,
            to,
            visible_text: text.clone(),
            text,
            ..MessageDocument::default()
        },
        direction: if inbound {
            Direction::Inbound
        } else {
            Direction::Outbound
        },
        author: said.author,
        author_name: said.name,
        received_at: said.at,
        imported: said.imported,
        source: String::new(),
        verification: "seen",
    }
}

/// Where a conversation of the script has got to.
struct Place {
    conversation: ConversationId,
    channel: ChannelId,
    customer: Customer,
    subject: String,
    by_mail: bool,
}

/// One performance of the hour.
struct Player {
    run: String,
    places: BTreeMap<String, Place>,
    count: usize,
}

impl Player {
    fn play(
        &mut self,
        turn: &mut Turn<'_, '_>,
        hour: &Hour,
        line: &Line,
    ) -> Result<(), EngineError> {
        self.count = self.count.saturating_add(1);
        if !line.customer.is_empty() {
            return self.customer_writes(turn, hour, line);
        }
        if !line.mail.is_empty() {
            return self.letter_arrives(turn, hour, line);
        }
        let Some(place) = self.places.get(&line.conversation) else {
            return Ok(());
        };
        let conversation = place.conversation;
        if !line.bot.is_empty() {
            return bot_answers(turn, conversation, hour, line);
        }
        if !line.fail.is_empty() {
            let command = Command::Fail {
                code: line.fail.clone(),
                text: line.fail.replace('_', " "),
            };
            return bot_acts(turn, conversation, hour, command);
        }
        teammate_acts(turn, conversation, line)
    }

    fn customer_writes(
        &mut self,
        turn: &mut Turn<'_, '_>,
        hour: &Hour,
        line: &Line,
    ) -> Result<(), EngineError> {
        let known = self.places.get(&line.conversation);
        let customer = match known {
            Some(place) => Some(place.customer.clone()),
            None => hour
                .customers
                .iter()
                .find(|one| one.key == line.with)
                .cloned(),
        };
        let Some(customer) = customer else {
            return Ok(());
        };
        let by_mail = known.map_or(line.by == "mail", |place| place.by_mail);
        let subject = known.map_or_else(|| line.subject.clone(), |place| place.subject.clone());
        let channel = if by_mail { post() } else { chat() };
        let placed = turn.take_in(spoken(Spoken {
            channel,
            thread: format!("{}-{}", self.run, line.conversation),
            number: self.count,
            customer: &customer,
            author: Author::Customer,
            name: String::new(),
            subject: &subject,
            text: &line.customer,
            at: turn.now,
            imported: false,
        }))?;
        if let Placed::New { conversation, .. } = placed {
            self.places
                .entry(line.conversation.clone())
                .or_insert(Place {
                    conversation,
                    channel,
                    customer,
                    subject,
                    by_mail,
                });
        }
        Ok(())
    }

    /// A letter that has to be real mail, so that it is read by the real reader.
    fn letter_arrives(
        &mut self,
        turn: &mut Turn<'_, '_>,
        hour: &Hour,
        line: &Line,
    ) -> Result<(), EngineError> {
        let place = self.places.get(&line.conversation);
        let customer = match place {
            Some(place) => Some(place.customer.clone()),
            None => hour
                .customers
                .iter()
                .find(|one| one.key == line.with)
                .cloned(),
        };
        let Some(customer) = customer else {
            return Ok(());
        };
        let answers = match place {
            Some(place) => turn
                .tx
                .messages_newest(place.conversation, 20)?
                .into_iter()
                .find(|message| message.direction == Direction::Outbound)
                .map(|message| message.native_id)
                .unwrap_or_default(),
            None => String::new(),
        };
        let number = turn.now.0.unsigned_abs().wrapping_add(self.count as u64);
        let setting = letters::Setting {
            name: customer.name.clone(),
            address: customer.address.clone(),
            shop: SHOP.to_owned(),
            answers,
            subject: place.map(|place| place.subject.clone()).unwrap_or_default(),
            number,
        };
        let Some(raw) = letters::write(&line.mail, &setting) else {
            return Ok(());
        };
        let context = crate::intake::mail::context(&turn.roster);
        let read = mail::decode(&raw, &context);
        let channel = place.map_or_else(post, |place| place.channel);
        let mut arrival = crate::intake::mail::arrival(channel, raw, read, turn.now, "seen");
        arrival.identity_kind = IDENTITY.to_owned();
        let placed = turn.take_in(arrival)?;
        if let Placed::New { conversation, .. } = placed {
            self.places
                .entry(line.conversation.clone())
                .or_insert(Place {
                    conversation,
                    channel,
                    customer,
                    subject: String::new(),
                    by_mail: true,
                });
        }
        Ok(())
    }
}

fn bot_acts(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    hour: &Hour,
    command: Command,
) -> Result<(), EngineError> {
    let Some(state) = turn.conversation(conversation)? else {
        return Ok(());
    };
    let mut order = turn.new_order(conversation, Actor::bot(hour.bot.clone()), command);
    order.seen_epoch = Some(state.control.epoch);
    turn.order(&order)?;
    Ok(())
}

fn bot_answers(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    hour: &Hour,
    line: &Line,
) -> Result<(), EngineError> {
    if let Some(reply) = reply(turn, conversation, &line.bot, Machine::Yes, false)? {
        bot_acts(turn, conversation, hour, reply)?;
    }
    let report = BotReported {
        bot: hour.bot.clone(),
        intent: Some(line.intent.clone()).filter(|intent| !intent.is_empty()),
        confidence: line.confidence,
        failure: Some(line.failure.clone()).filter(|failure| !failure.is_empty()),
        same_answer: line.same_answer,
    };
    bot_acts(turn, conversation, hour, Command::BotReport(report))
}

/// What a teammate of the script does, unless the person at this desk has the conversation.
fn teammate_acts(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    line: &Line,
) -> Result<(), EngineError> {
    let Some(state) = turn.conversation(conversation)? else {
        return Ok(());
    };
    if state.control.controller == Controller::Agent(turn.roster.me.clone()) {
        return Ok(());
    }
    let actor = Actor::agent(line.agent.clone());
    if line.take {
        let order = turn.new_order(conversation, actor, Command::Take(Reason::default()));
        turn.order(&order)?;
        return Ok(());
    }
    if !line.note.is_empty() {
        let id = turn.mint.id(turn.now);
        let input = note(turn, conversation, &line.agent, line.note.clone(), id)?;
        let order = turn.new_order(conversation, actor, Command::Note(input));
        turn.order(&order)?;
        return Ok(());
    }
    if let Some(command) = reply(turn, conversation, &line.reply, Machine::No, line.resolve)? {
        let order = turn.new_order(conversation, actor, command);
        turn.order(&order)?;
    }
    Ok(())
}

fn reply(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    text: &str,
    machine: Machine,
    resolve: bool,
) -> Result<Option<Command>, EngineError> {
    let key = [0_u8; 32];
    Ok(
        outgoing(turn, conversation, text, &key, machine)?.map(|written| {
            Command::Reply(ReplyInput {
                outbox: written.outbox,
                message: written.message,
                document: Arc::new(written.document),
                document_hash: written.document_hash,
                contact: written.contact,
                undo_ms: 0,
                resolve,
            })
        }),
    )
}
