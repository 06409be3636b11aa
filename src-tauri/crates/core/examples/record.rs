//! Prints what it costs to record a message, in microseconds of wall time: decided by the rules
//! that ship, with its record, and sealed into the chain.
//!
//! `cargo run --release -p baton-core --example record`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::{hint::black_box, sync::Arc, time::Instant};

use baton_core::{
    command::{Command, MessageInput, Order},
    control::Controller,
    conversation::Conversation,
    decide::{Outcome, decide},
    event::{Actor, body::Join},
    hash::Hash,
    ids::{
        BotName, ChannelId, CommandId, ContactId, ConversationId, DeviceId, Id, MessageId,
        QueueName,
    },
    log::Chain,
    message::{Author, Direction, MessageDocument},
    rules::Ruleset,
    team::Team,
    time::{DAY, MINUTE, Timestamp},
    world::{ChannelInfo, ContactFacts, Settings, World},
};

const NOW: Timestamp = Timestamp(1_795_424_400_000);
const ROUNDS: u32 = 20_000;

fn order(number: u32, imported: bool, document: &Arc<MessageDocument>) -> Order {
    let age = if imported { 400 * DAY } else { 0 };
    Order {
        id: CommandId::from_bits(u128::from(number) + 1),
        conversation: ConversationId::from_bits(1),
        actor: Actor::customer(),
        seen_epoch: None,
        command: Command::Record(MessageInput {
            id: MessageId::from_bits(u128::from(number) + 1),
            direction: Direction::Inbound,
            author: Author::Customer,
            author_name: String::new(),
            document: Arc::clone(document),
            document_hash: Hash::default(),
            raw: None,
            channel: ChannelId::from_bits(1),
            contact: ContactId::from_bits(1),
            join: Join::Reference,
            received_at: NOW.plus(i64::from(number) * MINUTE - age),
            outbox: None,
            imported,
            source: String::new(),
        }),
    }
}

fn main() {
    let ruleset = Ruleset::parse(Ruleset::DEFAULT).unwrap();
    let channel = ChannelInfo {
        default_controller: Controller::Bot(BotName::new("helper")),
        fallback_queue: QueueName::new("support"),
        kind: "email".to_owned(),
        ..ChannelInfo::default()
    };
    let world = World {
        ruleset: &ruleset,
        team: &Team::default(),
        channel: &channel,
        contact: &ContactFacts::default(),
        settings: &Settings::default(),
        goal: "",
    };
    let text = "I ordered two weeks ago and nothing has come. ".repeat(20);
    let document = Arc::new(MessageDocument {
        text,
        ..MessageDocument::default()
    });
    for (what, imported, fresh) in [
        ("imported, opens its conversation", true, true),
        ("imported, joins its conversation", true, false),
        ("live, opens its conversation", false, true),
        ("live, joins its conversation", false, false),
    ] {
        let mut state: Option<Conversation> = None;
        let mut chain = Chain::new(DeviceId::from_bits(1), "team", None, 0);
        let (mut deciding, mut sealing, mut events) = (0.0, 0.0, 0);
        for number in 0..ROUNDS {
            let order = order(number, imported, &document);
            let now = if imported {
                NOW
            } else {
                NOW.plus(i64::from(number) * MINUTE)
            };
            let before = if fresh { None } else { state.as_ref() };
            let start = Instant::now();
            let outcome: Outcome = decide(before, &order, &world, now).unwrap();
            deciding += start.elapsed().as_secs_f64();
            let start = Instant::now();
            for happened in &outcome.events {
                let sealed = chain.seal(happened, Some(order.conversation), order.id, now);
                black_box(sealed.unwrap());
            }
            sealing += start.elapsed().as_secs_f64();
            events += outcome.events.len();
            state = Some(outcome.state);
        }
        let each = |seconds: f64| seconds * 1e6 / f64::from(ROUNDS);
        println!(
            "{what}: decide {:.1} µs, seal {:.1} µs, {:.1} events",
            each(deciding),
            each(sealing),
            events as f64 / f64::from(ROUNDS)
        );
    }
}
