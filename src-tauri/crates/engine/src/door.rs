//! The door for bots, carried out: what a bot asks is an order like everybody's, given in its name
//! and with the epoch it has seen, in one turn of the desk. Nothing a bot asks goes around the
//! core, so nothing it says reaches a customer while somebody else has control.

pub(crate) mod dialect;
mod events;
mod hear;
pub(crate) mod lan;
pub(crate) mod promise;
mod say;
pub mod standing;
mod views;

use std::sync::Arc;

use baton_bots::command::Verb;
use baton_bots::dialect::Kept;
use baton_bots::lan::{Signature, Signed};
use baton_bots::token::{digest_of, same};
use baton_bots::wire::control::ConversationView;
use baton_bots::wire::packet::{GivenPacket, PacketKept, PacketRead};
use baton_bots::wire::report::ReportMade;
use baton_bots::{Answer, Call, Caller, Door, DoorError, IdempotencyKey, Reach, command};
use baton_core::command::{Command, Order};
use baton_core::control::{Controller, Target};
use baton_core::conversation::Conversation;
use baton_core::event::Actor;
use baton_core::ids::ConversationId;
use baton_core::packet::Packet;
use baton_core::time::MINUTE;
use baton_store::{BotAnswer, Reader, StoredBot};
use serde::Serialize;

pub(crate) use self::events::next as next_event;
pub(crate) use self::views::messages as newest_messages;

use self::standing::DoorStanding;
use crate::connector::CalledBack;
use crate::desk::{Shift, Turn};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::Roster;

/// What a bot says it knows may weigh so much, so that with what Baton adds it is still a packet.
const LARGEST_TOLD: usize = 48 * 1024;
/// A message has so many bytes at most.
const LONGEST_TEXT: usize = 64 * 1024;
/// That a bot was at the door is noted so often.
const SEEN_EVERY_MS: i64 = MINUTE;

impl Door for Engine {
    fn admit(&self, token: &[u8]) -> Option<Caller> {
        let offered = digest_of(token);
        let roster = self.roster();
        roster
            .door
            .values()
            .filter(|bot| same(&bot.token, &offered))
            .fold(None, |_, bot| {
                Some(Caller {
                    bot: bot.name.clone(),
                })
            })
    }

    async fn admit_signed(
        &self,
        signature: &Signature,
        signed: Signed<'_>,
    ) -> Result<Caller, DoorError> {
        self.admit_signature(signature, signed).await
    }

    async fn still_signed(&self, signature: &Signature, signed: Signed<'_>) -> bool {
        self.signature_stands(signature, signed).await
    }

    fn stands(&self, reach: Reach, address: Option<&str>) {
        let standing = match address {
            Some(address) => DoorStanding::Open(address.to_owned()),
            None => DoorStanding::Closed,
        };
        self.door_stands(reach, standing);
    }

    async fn knock(&self, caller: &Caller, call: Call, key: Option<IdempotencyKey>) -> Answer {
        let bot = caller.bot.clone();
        if let Err(error) = self.see(&bot).await {
            tracing::warn!(%error, "It could not be noted that a bot was at the door.");
        }
        if call.writes() {
            let (which, moved) = (call.conversation(), matches!(call, Call::Move(..)));
            let answered = self.carry_for_bot(&bot, call, key).await;
            let answer = answered.unwrap_or_else(|error| Answer::from(in_words(error)));
            self.inner.told.did(&bot, moved, which, &answer);
            return answer;
        }
        let answered = self.look(bot, call).await;
        answered.unwrap_or_else(|error| Answer::from(in_words(error)))
    }
}

/// What went wrong, as a bot may know it.
fn in_words(error: EngineError) -> DoorError {
    match error {
        EngineError::Refused(refusal) => DoorError::from(&refusal),
        EngineError::Door(told) => *told,
        EngineError::Missing(what) => DoorError::not_found(what),
        EngineError::Bad {
            code,
            message,
            hint,
        } => DoorError::new(422, code, message, hint),
        EngineError::Stopped | EngineError::ReadOnly(_) => DoorError::new(
            503,
            "unavailable",
            "Baton cannot take this now.",
            "Try again with the same Idempotency-Key.",
        ),
        other => {
            tracing::error!(error = %other, "What a bot asked could not be done.");
            DoorError::internal()
        }
    }
}

impl Engine {
    /// Carries out what a bot wants changed, under its key once. A no of the core is an answer; only
    /// what is wrong on this side is an error.
    pub(crate) async fn carry_for_bot(
        &self,
        bot: &str,
        call: Call,
        key: Option<IdempotencyKey>,
    ) -> Result<Answer, EngineError> {
        let (bot, reply_key) = (bot.to_owned(), self.inner.reply_key);
        let answered = self
            .inner
            .desk
            .share(move |shift| shift.at_door(&bot, call, key, &reply_key))
            .await;
        match answered {
            Err(
                error @ (EngineError::Refused(_)
                | EngineError::Door(_)
                | EngineError::Missing(_)
                | EngineError::Bad { .. }),
            ) => Ok(Answer::from(in_words(error))),
            answered => answered,
        }
    }

    /// Notes that a bot was at the door, once a minute.
    async fn see(&self, bot: &str) -> Result<(), EngineError> {
        let now = self.now();
        let of_late = |roster: &Roster| {
            let seen = roster.door.get(bot).and_then(|known| known.seen_at);
            seen.is_some_and(|at| now.since(at) < SEEN_EVERY_MS)
        };
        if of_late(&self.roster()) {
            return Ok(());
        }
        let bot = bot.to_owned();
        self.inner
            .desk
            .turn(move |turn| {
                turn.tx.note_bot_seen(&bot, now)?;
                turn.change_roster(|roster| {
                    if let Some(known) = roster.door.get_mut(&bot) {
                        known.seen_at = Some(now);
                    }
                });
                turn.touch("bots");
                Ok(())
            })
            .await
    }

    /// Answers what changes nothing.
    async fn look(&self, bot: String, call: Call) -> Result<Answer, EngineError> {
        let (told, now) = (Arc::clone(&self.inner.told), self.now());
        self.read(move |reader, roster| {
            let bot = known(roster, &bot)?;
            let answer = match call {
                Call::Events { after } => events::page(reader, roster, bot, after)?,
                Call::Find { key } => {
                    let which = hear::of_key(bot, &key);
                    done(&view(reader, bot, &served(reader, bot, which)?)?)?
                }
                Call::Look(which) => done(&view(reader, bot, &served(reader, bot, which)?)?)?,
                Call::Messages(which) => {
                    served(reader, bot, which)?;
                    done(&views::messages(reader, bot.channel, which)?)?
                }
                Call::Stand(which) => {
                    done(&dialect::asked(reader, roster, bot, which, &told, now)?)?
                }
                Call::ReadPacket(which) => {
                    let state = served(reader, bot, which)?;
                    done(&packet(reader, &state)?)?
                }
                _ => return Err(DoorError::method().into()),
            };
            Ok(answer)
        })
        .await
    }
}

/// Whether words for or from a customer are as long as a message may be.
fn fits(text: &str) -> Result<(), DoorError> {
    if text.trim().is_empty() || text.len() > LONGEST_TEXT {
        return Err(DoorError::bad_request(
            "`text` must have 1 to 65,536 bytes.",
        ));
    }
    Ok(())
}

fn done(body: &impl Serialize) -> Result<Answer, EngineError> {
    Ok(Answer::done(body)?)
}

fn known<'r>(roster: &'r Roster, bot: &str) -> Result<&'r StoredBot, EngineError> {
    let gone = || DoorError::new(401, "unauthorized", "The bot was removed.", "");
    roster.door.get(bot).ok_or_else(|| gone().into())
}

/// Whether a conversation is one of the bot's channel, or was: one that goes on elsewhere is still
/// there for it to look at, though it has no voice in it.
fn is_served(bot: &StoredBot, state: &Conversation) -> bool {
    let moved = state.moved.as_ref();
    let was_here = moved.is_some_and(|moved| moved.home == bot.channel);
    state.channel == bot.channel || was_here
}

/// A conversation, when the bot serves its channel; otherwise it is not there for the bot.
fn served(
    reader: &Reader<'_>,
    bot: &StoredBot,
    which: ConversationId,
) -> Result<Conversation, EngineError> {
    reader
        .conversation(which)?
        .filter(|state| is_served(bot, state))
        .ok_or_else(|| DoorError::not_found("conversation").into())
}

fn view(
    reader: &Reader<'_>,
    bot: &StoredBot,
    state: &Conversation,
) -> Result<ConversationView, EngineError> {
    let key = reader.bot_thread(state.id)?;
    views::conversation(reader, state, key, bot)
}

fn packet(reader: &Reader<'_>, state: &Conversation) -> Result<PacketRead, EngineError> {
    let packet = match state.control.packet {
        Some(hash) => events::packet_content(reader, hash)?,
        None => None,
    };
    Ok(PacketRead {
        packet,
        packet_hash: state.control.packet.map(|hash| hash.to_string()),
    })
}

fn not_in_control(state: &Conversation) -> EngineError {
    baton_core::decide::Refusal::NotInControl {
        holder: state.control.controller.clone(),
        epoch: state.control.epoch,
    }
    .into()
}

impl Shift<'_, '_> {
    /// Carries out what changes something, once for each key.
    fn at_door(
        &mut self,
        bot: &str,
        call: Call,
        key: Option<IdempotencyKey>,
        reply_key: &[u8; 32],
    ) -> Result<Answer, EngineError> {
        let Some(key) = key else {
            return self.turn(|turn| turn.at_door(bot, call, reply_key));
        };
        let about = about(self.roster(), bot, &call);
        let done = self.turn(|turn| {
            if let Some(known) = turn.tx.bot_answer(bot, key.name())? {
                return replayed(&key, &known);
            }
            let answer = turn.at_door(bot, call, reply_key)?;
            turn.keep_answer(bot, &key, &answer, about)?;
            Ok(answer)
        });
        // A no is an answer like any other and stays one, whatever happens later; but not that the
        // bot is not known, for another of its name may be let in. Nothing of the refused turn was
        // kept, so it stands in a turn of its own; the desk does nothing between.
        match done {
            Err(error) => {
                let told = in_words(error);
                let stays = told.status < 500 && told.status != 401;
                let answer = Answer::from(told);
                if stays {
                    self.turn(|turn| turn.keep_answer(bot, &key, &answer, about))?;
                }
                Ok(answer)
            }
            done => done,
        }
    }
}

/// The conversation that a call is about, with which its answer is erased.
fn about(roster: &Roster, bot: &str, call: &Call) -> Option<ConversationId> {
    match call {
        Call::Hear(asked) => Some(hear::of_key(roster.door.get(bot)?, &asked.key)),
        call => call.conversation(),
    }
}

fn replayed(key: &IdempotencyKey, known: &BotAnswer) -> Result<Answer, EngineError> {
    if known.request != key.request() {
        return Ok(Answer::from(DoorError::new(
            422,
            "key_reused",
            "This Idempotency-Key stood for another request.",
            "Use a new key for each request.",
        )));
    }
    Ok(Answer {
        status: known.status,
        body: serde_json::from_str(&known.body)?,
    })
}

impl Turn<'_, '_> {
    fn at_door(
        &mut self,
        bot: &str,
        call: Call,
        reply_key: &[u8; 32],
    ) -> Result<Answer, EngineError> {
        let bot = known(&self.roster, bot)?.clone();
        match call {
            Call::Hear(asked) => done(&self.hear(&bot, asked)?),
            Call::Say(which, asked) => done(&self.say(&bot, which, asked, reply_key)?),
            Call::Note(which, asked) => done(&self.bot_note(&bot, which, asked)?),
            Call::Move(which, verb) => {
                let state = self.move_control(&bot, which, verb)?;
                done(&view(self.tx, &bot, &state)?)
            }
            Call::Report(which, asked) => {
                let state = self.take_report(&bot, which, asked)?;
                done(&view(self.tx, &bot, &state)?)
            }
            Call::KeepPacket(which, asked) => {
                let state = self.keep_told(&bot, which, asked)?;
                done(&view(self.tx, &bot, &state)?)
            }
            Call::KeepBeside(which, epoch, kept) => {
                let state = self.keep_beside(&bot, which, epoch, kept)?;
                done(&view(self.tx, &bot, &state)?)
            }
            Call::Typing(which, asked) => {
                let state = self.holds(&bot, which, asked.epoch)?;
                self.touch(typing_tag(which, asked.on));
                done(&view(self.tx, &bot, &state)?)
            }
            Call::CallBack(which, body) => {
                let state = self.may_speak(&bot, which)?;
                // Only who is asked can answer.
                if !self.roster.connectors.contains_key(&bot.name) {
                    return Err(DoorError::not_found("conversation").into());
                }
                self.stirred.called_back.push(CalledBack {
                    bot: bot.name.clone(),
                    conversation: which,
                    body,
                });
                done(&view(self.tx, &bot, &state)?)
            }
            Call::Events { .. }
            | Call::Find { .. }
            | Call::Look(_)
            | Call::Messages(_)
            | Call::ReadPacket(_)
            | Call::Stand(_) => Err(DoorError::method().into()),
        }
    }

    fn keep_answer(
        &mut self,
        bot: &str,
        key: &IdempotencyKey,
        answer: &Answer,
        about: Option<ConversationId>,
    ) -> Result<(), EngineError> {
        let kept = BotAnswer {
            request: key.request(),
            status: answer.status,
            body: answer.body.to_string(),
        };
        Ok(self
            .tx
            .keep_bot_answer(bot, key.name(), &kept, about, self.now)?)
    }

    /// A conversation that the bot serves.
    fn served(&self, bot: &StoredBot, which: ConversationId) -> Result<Conversation, EngineError> {
        self.conversation(which)?
            .filter(|state| is_served(bot, state))
            .ok_or_else(|| DoorError::not_found("conversation").into())
    }

    /// A conversation in which the bot may speak now, under the epoch it has seen.
    fn holds(
        &self,
        bot: &StoredBot,
        which: ConversationId,
        epoch: u64,
    ) -> Result<Conversation, EngineError> {
        let state = self.may_speak(bot, which)?;
        if state.control.epoch == epoch {
            return Ok(state);
        }
        Err(not_in_control(&state))
    }

    /// A conversation in which the bot may speak now.
    fn may_speak(
        &self,
        bot: &StoredBot,
        which: ConversationId,
    ) -> Result<Conversation, EngineError> {
        let state = self.served(bot, which)?;
        let here = state.channel == bot.channel;
        match state.control.speaker() {
            Some(Controller::Bot(name)) if here && name.as_str() == bot.name => Ok(state),
            _ => Err(not_in_control(&state)),
        }
    }

    /// An order of a bot that has seen `epoch`.
    fn order_of(
        &self,
        bot: &StoredBot,
        which: ConversationId,
        epoch: u64,
        command: Command,
    ) -> Order {
        let mut order = self.new_order(which, Actor::bot(bot.name.clone()), command);
        order.seen_epoch = Some(epoch);
        order
    }

    fn move_control(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        verb: Verb,
    ) -> Result<Conversation, EngineError> {
        let state = self.served(bot, which)?;
        let epoch = verb.epoch();
        // The core lets anybody answer an offer and ask for control; at the door these carry the
        // epoch like every write, so that an old request cannot do something new.
        is_now(&state, epoch)?;
        let queue = self
            .roster
            .channels
            .get(&bot.channel)
            .map(|known| known.info.fallback_queue.clone())
            .unwrap_or_default();
        let command = verb.into_command(&queue, self.now)?;
        if let Command::Pass { to, .. } | Command::Offer { to, .. } = &command {
            self.somebody_is_there(bot, to)?;
        }
        let order = self.order_of(bot, which, epoch, command);
        Ok(self.order(&order)?.state)
    }

    /// A bot cannot hand a customer to a name that nobody answers to.
    fn somebody_is_there(&self, bot: &StoredBot, to: &Target) -> Result<(), EngineError> {
        let missing = |code: &str, what: &str, name: &str| {
            let message = format!("There is no {what} {name:?}.");
            Err(DoorError::new(422, code, message, "").into())
        };
        match to {
            Target::Queue(name) if !self.roster.queues().contains(name.as_str()) => {
                missing("no_such_queue", "queue", name.as_str())
            }
            Target::Bot(name) if self.roster.serving(name.as_str(), bot.channel).is_none() => {
                missing("no_such_bot", "bot on this channel named", name.as_str())
            }
            _ => Ok(()),
        }
    }

    fn take_report(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        asked: ReportMade,
    ) -> Result<Conversation, EngineError> {
        self.served(bot, which)?;
        let report = command::reported(&bot.name, asked.report)?;
        let order = self.order_of(bot, which, asked.epoch, Command::BotReport(report));
        Ok(self.order(&order)?.state)
    }

    fn keep_told(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        asked: PacketKept,
    ) -> Result<Conversation, EngineError> {
        let state = self.holds(bot, which, asked.epoch)?;
        let packet = asked.packet.into_packet(self.now);
        self.save_told(bot, &state, &packet)?;
        Ok(state)
    }

    /// Keeps something beside what the bot has told: in one turn, so that of two things that are
    /// told at once neither is lost.
    fn keep_beside(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        epoch: u64,
        kept: Kept,
    ) -> Result<Conversation, EngineError> {
        let state = self.holds(bot, which, epoch)?;
        let told = self.tx.bot_packet(which, &bot.name, epoch)?;
        let mut packet = told.unwrap_or_else(|| GivenPacket::default().into_packet(self.now));
        packet.attributes = kept.beside(packet.attributes);
        self.save_told(bot, &state, &packet)?;
        Ok(state)
    }

    fn save_told(
        &mut self,
        bot: &StoredBot,
        state: &Conversation,
        packet: &Packet,
    ) -> Result<(), EngineError> {
        packet.check().map_err(EngineError::from)?;
        let bytes = serde_json::to_vec(packet)?.len();
        if bytes > LARGEST_TOLD {
            return Err(baton_core::decide::Refusal::PacketTooLarge {
                bytes,
                limit: LARGEST_TOLD,
            }
            .into());
        }
        let epoch = state.control.epoch;
        Ok(self
            .tx
            .save_bot_packet(state.id, &bot.name, epoch, packet)?)
    }
}

/// Whether an epoch is the one of now.
pub(super) fn is_now(state: &Conversation, epoch: u64) -> Result<(), EngineError> {
    if state.control.epoch == epoch {
        return Ok(());
    }
    Err(baton_core::decide::Refusal::StaleEpoch {
        holder: state.control.controller.clone(),
        epoch: state.control.epoch,
    }
    .into())
}

/// The tag that says a bot is writing in a conversation, or has stopped.
fn typing_tag(which: ConversationId, on: bool) -> String {
    format!("typing:{which}:{}", if on { "on" } else { "off" })
}
