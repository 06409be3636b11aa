//! Taking history in: recorded and decided like everything else, but nobody is notified and
//! nothing is sent.

use std::collections::BTreeSet;

use baton_channels::{mail, sentiment};
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::ids::ChannelId;
use baton_core::message::{Address, Author, Direction, MessageDocument};
use baton_core::rules::facts::schema::CHANNELS;
use baton_core::time::{SECOND, Timestamp};
use baton_store::{Channel, Durability};
use serde_json::json;

use crate::desk::{Turn, derived};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::own::{Lies, is_own};
use crate::intake::{Arrival, Placed, TookPlace, Verification, mail as letter};
use crate::open::OWN;
use crate::recipients::normal;
use crate::roster::kind;

/// Something to take in.
pub enum Import {
    /// A mail, byte for byte.
    Mail {
        /// The bytes.
        raw: Vec<u8>,
        /// The file it was read from.
        source: String,
    },
    /// A dialog.
    Dialog {
        /// Its name where it took place.
        name: String,
        /// The kind of channel it took place on.
        channel: String,
        /// What was said, in order: who, what and, where known, when.
        said: Vec<(Author, String, Option<Timestamp>)>,
        /// The file it was read from.
        source: String,
    },
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in the workspace now.
    New,
    /// It was there already.
    Known,
}

/// The channel that imported history stands in.
fn history() -> ChannelId {
    derived("import channel", &[])
}

impl Engine {
    /// Takes items in, all of them or, on an error, none.
    ///
    /// # Errors
    /// The store.
    pub async fn import(&self, items: Vec<Import>) -> Result<Vec<Taken>, EngineError> {
        self.import_channel().await?;
        let context = letter::context(&self.roster());
        let now = self.now();
        let own = self.roster().own_addresses();
        let ready: Vec<Vec<Arrival>> = tokio::task::spawn_blocking(move || {
            items
                .into_iter()
                .map(|item| match item {
                    Import::Mail { raw, source } => {
                        let read = mail::decode(&raw, &context);
                        let at = read.document.date.filter(|date| *date <= now && date.0 > 0);
                        let ours = is_own(&read, &own, Lies::Archived);
                        let mut arrival = letter::arrival(
                            history(),
                            raw,
                            read,
                            at.unwrap_or(now),
                            Verification::Claimed,
                        );
                        arrival.imported = true;
                        arrival.source = source;
                        arrival.took_place = Some(TookPlace {
                            kind: kind_of(kind::EMAIL),
                            bot: false,
                        });
                        if ours {
                            arrival.direction = Direction::Outbound;
                            arrival.author = Author::Agent;
                        } else {
                            arrival.doubt_own_address(&own);
                        }
                        vec![arrival]
                    }
                    Import::Dialog {
                        name,
                        channel,
                        said,
                        source,
                    } => {
                        let mut arrivals = dialog(&name, &channel, said, &source, now);
                        for arrival in &mut arrivals {
                            sentiment::note(&mut arrival.document);
                        }
                        arrivals
                    }
                })
                .collect()
        })
        .await
        .map_err(|_| EngineError::Stopped)?;
        // An import resumes where the database says it is, so losing its last batch with the power
        // costs nothing. What the desk does before and after it stays as safe as ever.
        let take_all = move |turn: &mut Turn<'_, '_>| {
            let mut taken = Vec::with_capacity(ready.len());
            for mut arrivals in ready {
                tell_apart(turn, &mut arrivals)?;
                let mut new = false;
                for arrival in arrivals {
                    new |= matches!(turn.take_in(arrival)?, Placed::New { .. });
                }
                taken.push(if new { Taken::New } else { Taken::Known });
            }
            Ok(taken)
        };
        self.desk()
            .run(move |desk| desk.turn_as(Durability::Checkpoints, take_all))
            .await
    }

    /// Notes addresses under which the team wrote what is imported: of mailboxes that are not
    /// connected, nothing else says whose mail is the team's own.
    ///
    /// # Errors
    /// The store.
    pub async fn team_wrote_as(&self, addresses: Vec<String>) -> Result<(), EngineError> {
        self.keep_import_channel(addresses.iter().map(|one| normal(one)).collect())
            .await
    }

    /// Makes the channel of imported history, once.
    async fn import_channel(&self) -> Result<(), EngineError> {
        if self.roster().channels.contains_key(&history()) {
            return Ok(());
        }
        self.keep_import_channel(BTreeSet::new()).await
    }

    async fn keep_import_channel(&self, mut own: BTreeSet<String>) -> Result<(), EngineError> {
        self.desk()
            .turn(move |turn| {
                if let Some(known) = turn.roster.channels.get(&history()) {
                    own.extend(known.own.iter().cloned());
                }
                let channel = Channel {
                    id: history(),
                    kind: kind::IMPORT.to_owned(),
                    name: "Imported".to_owned(),
                    config: json!({ "queue": "support", OWN: own }),
                    position: 1_000,
                    added_at: turn.now,
                    removed_at: None,
                };
                turn.keep_channel(&channel, Actor::system())
            })
            .await
    }
}

/// The kind of channel in the words of rules, from what a file calls it.
fn kind_of(name: &str) -> &'static str {
    let name = name.trim().to_lowercase();
    if let Some(known) = CHANNELS.iter().find(|known| **known == name) {
        return known;
    }
    match name.as_str() {
        "mail" | "e-mail" => "email",
        "phone" | "call" | "telephone" => "voice",
        chat if chat.contains("web") || chat.contains("chat") || chat.contains("widget") => "chat",
        _ => "api",
    }
}

/// Two files may use one name for two dialogs. One that says something else than what is known
/// under its name, other than by going on, gets a name of its own, the same each time.
fn tell_apart(turn: &Turn<'_, '_>, arrivals: &mut [Arrival]) -> Result<(), EngineError> {
    loop {
        let mut other = None;
        for arrival in arrivals.iter() {
            if arrival.thread.is_some() && turn.key_is_taken(arrival)? {
                other = Some(arrival.raw_hash.to_string());
                break;
            }
        }
        let Some(other) = other else {
            return Ok(());
        };
        let mark: String = other.chars().take(12).collect();
        for (index, arrival) in arrivals.iter_mut().enumerate() {
            // Whoever speaks in it is somebody else as well.
            let document = &mut arrival.document;
            let customer = document.to.first_mut().unwrap_or(&mut document.from);
            customer.address = format!("{}~{mark}", customer.address);
            let name = format!("{}~{mark}", arrival.thread.as_deref().unwrap_or_default());
            arrival.native_key = Some(native_key(&name, index));
            arrival.thread = Some(name);
        }
    }
}

/// The key of a message of a dialog.
fn native_key(dialog: &str, index: usize) -> String {
    format!("{dialog}#{index}")
}

fn dialog(
    name: &str,
    channel: &str,
    said: Vec<(Author, String, Option<Timestamp>)>,
    source: &str,
    now: Timestamp,
) -> Vec<Arrival> {
    let took_place = TookPlace {
        kind: kind_of(channel),
        bot: said.iter().any(|(author, _, _)| *author == Author::Bot),
    };
    let mut clock = said.iter().find_map(|(_, _, at)| *at).unwrap_or(now);
    said.into_iter()
        .enumerate()
        .map(|(index, (author, text, at))| {
            clock = at.unwrap_or_else(|| clock.plus(SECOND)).max(clock);
            let raw = json!({ "conversation_id": name, "channel": channel, "n": index,
                              "author": author, "text": text, "ts": at })
            .to_string()
            .into_bytes();
            let inbound = author == Author::Customer;
            let customer = Address {
                name: format!("Customer {name}"),
                address: format!("{channel}:{name}"),
            };
            Arrival {
                channel: history(),
                identity_kind: kind::IMPORT.to_owned(),
                native_key: Some(native_key(name, index)),
                thread: Some(name.to_owned()),
                token: None,
                raw_hash: Hash::of(&raw),
                raw,
                mime: "application/json",
                document: MessageDocument {
                    from: if inbound {
                        customer.clone()
                    } else {
                        Address::default()
                    },
                    to: if inbound { Vec::new() } else { vec![customer] },
                    visible_text: text.clone(),
                    date: at,
                    text,
                    ..MessageDocument::default()
                },
                direction: if inbound {
                    Direction::Inbound
                } else {
                    Direction::Outbound
                },
                author,
                author_name: match author {
                    Author::Bot => "bot".to_owned(),
                    Author::Agent => "agent".to_owned(),
                    _ => String::new(),
                },
                received_at: clock,
                imported: true,
                source: source.to_owned(),
                verification: Verification::Claimed,
                took_place: Some(took_place.clone()),
            }
        })
        .collect()
}
