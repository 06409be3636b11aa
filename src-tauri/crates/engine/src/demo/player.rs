//! A performance: what each line of the script does.

use std::collections::BTreeMap;
use std::sync::Arc;

use baton_channels::demo::{Customer, Hour, Line, letters};
use baton_channels::mail;
use baton_core::command::{Command, ReplyInput};
use baton_core::control::{Controller, Reason};
use baton_core::event::Actor;
use baton_core::event::body::BotReported;
use baton_core::ids::{ChannelId, ConversationId};
use baton_core::knowledge::ground::Grounds;
use baton_core::message::{Author, Direction};

use super::known;
use super::spoken::{Spoken, spoken};
use super::{IDENTITY, SHOP, chat, post};
use crate::commands::note;
use crate::compose::{Machine, outgoing};
use crate::desk::Turn;
use crate::error::EngineError;
use crate::intake::{Placed, Verification};

/// Where a conversation of the script has got to.
struct Place {
    conversation: ConversationId,
    channel: ChannelId,
    customer: Customer,
    subject: String,
    by_mail: bool,
}

/// One performance of the hour.
pub(super) struct Player {
    run: String,
    places: BTreeMap<String, Place>,
    count: usize,
}

impl Player {
    /// Ready to begin; a performance has a name of its own, so that it can be given again.
    pub(super) fn new(run: String) -> Self {
        Self {
            run,
            places: BTreeMap::new(),
            count: 0,
        }
    }

    /// Plays one line.
    pub(super) fn play(
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
        let Some(customer) = customer_of(known, hour, line) else {
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
        let Some(customer) = customer_of(place, hour, line) else {
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
        let mut arrival =
            crate::intake::mail::arrival(channel, raw, read, turn.now, Verification::Seen);
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

/// The customer of a conversation that has begun or, of a new one, the one its first line names.
fn customer_of(place: Option<&Place>, hour: &Hour, line: &Line) -> Option<Customer> {
    match place {
        Some(place) => Some(place.customer.clone()),
        None => hour
            .customers
            .iter()
            .find(|one| one.key == line.with)
            .cloned(),
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
    turn.tx.note_bot_seen(&hour.bot, turn.now)?;
    turn.touch("bots");
    Ok(())
}

fn bot_answers(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    hour: &Hour,
    line: &Line,
) -> Result<(), EngineError> {
    let (text, grounds) = known::grounded(turn, line)?;
    if let Some(reply) = reply(turn, conversation, &text, grounds, Machine::Yes, false)? {
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
    if let Some(command) = reply(
        turn,
        conversation,
        &line.reply,
        None,
        Machine::No,
        line.resolve,
    )? {
        let order = turn.new_order(conversation, actor, command);
        turn.order(&order)?;
    }
    Ok(())
}

fn reply(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    text: &str,
    grounds: Option<Grounds>,
    machine: Machine,
    resolve: bool,
) -> Result<Option<Command>, EngineError> {
    let key = [0_u8; 32];
    Ok(
        outgoing(turn, conversation, text, grounds, &key, machine)?.map(|written| {
            Command::Reply(ReplyInput {
                outbox: written.outbox,
                message: written.message,
                document: Arc::new(written.document),
                document_hash: written.document_hash,
                contact: written.contact,
                undo_ms: 0,
                resolve,
                report: None,
            })
        }),
    )
}
