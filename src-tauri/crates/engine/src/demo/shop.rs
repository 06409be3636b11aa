//! The shop of the demo before the hour begins: its people, channels, customers and history.

use baton_bots::token::BotToken;
use baton_channels::demo::{Customer, Hour, Past};
use baton_core::event::Actor;
use baton_core::ids::{AgentName, MessageId};
use baton_core::message::{Address, Author};
use baton_core::team::{Agent, Team};
use baton_core::time::{MINUTE, SECOND, Timestamp};
use baton_store::{Channel, Contact, StoredBot};
use serde_json::json;

use super::known;
use super::spoken::{Spoken, spoken};
use super::{CHAT, IDENTITY, SHOP, chat, post, read_hour};
use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::Verification;
use crate::knowledge;
use crate::open::{DEMO_KEYS, MACROS, TEAM};
use crate::roster::kind;

/// So long the bot of the shop writes an answer, before the hour begins.
const BOT_WRITES: i64 = 4 * SECOND;

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

impl Engine {
    /// Sets up the shop.
    pub(super) async fn furnish(&self) -> Result<(), EngineError> {
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
                knowledge::keep_answers(turn.tx, &roster.macros, turn.now)?;
                known::furnish(turn, &hour)?;
                turn.change_roster(|known| *known = roster);
                for channel in shop_channels(&hour, turn.now) {
                    turn.keep_channel(&channel, Actor::system())?;
                }
                turn.keep_bot(&scripted_bot(&hour, turn.mint.bytes(), turn.now))?;
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
                for (index, said) in past.say.iter().enumerate() {
                    let (who, text) = said.split_once(": ").unwrap_or(("customer", said));
                    let (author, name) = match who.split_once(' ') {
                        Some(("agent", name)) => (Author::Agent, name.to_owned()),
                        _ if who == "bot" => (Author::Bot, hour.bot.clone()),
                        _ => (Author::Customer, String::new()),
                    };
                    let by_chat = past.by == "chat";
                    turn.take_in(spoken(Spoken {
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
                    let next = past.say.get(index.saturating_add(1));
                    let by_bot = next.is_some_and(|next| next.starts_with("bot: "));
                    at = at.plus(if by_bot { BOT_WRITES } else { 9 * MINUTE });
                }
                Ok(())
            })
            .await
    }
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
            json!({ "queue": "support", "address": SHOP, "display_name": hour.shop,
                    "shown_as": kind::EMAIL }),
        ),
    ]
}

/// The bot of the script. Nobody has the token of it, so nobody comes to the door in its name.
fn scripted_bot(hour: &Hour, bits: [u8; 32], now: Timestamp) -> StoredBot {
    let oldest = hour.past.iter().map(|past| past.ago).max();
    StoredBot {
        name: hour.bot.clone(),
        channel: chat(),
        token: BotToken::of(bits).digest(),
        answer_within_ms: 30 * SECOND,
        added_at: now.plus(-oldest.unwrap_or(0).saturating_mul(MINUTE)),
        removed_at: None,
        seen_at: None,
        failed_at: None,
        failure: String::new(),
    }
}

fn furnish_contact(turn: &mut Turn<'_, '_>, customer: &Customer) -> Result<(), EngineError> {
    let party = Address {
        name: customer.name.clone(),
        address: customer.address.clone(),
    };
    let now = turn.now;
    let heard = Some(Verification::Seen);
    let contact = turn.contact_for(IDENTITY, &party, heard, now, MessageId::default())?;
    if !customer.tier.is_empty() {
        let mut attributes = serde_json::Map::new();
        attributes.insert("tier".to_owned(), customer.tier.clone().into());
        turn.tx.save_contact(&Contact {
            id: contact,
            name: customer.name.clone(),
            attributes,
            created_at: now,
        })?;
    }
    Ok(())
}
