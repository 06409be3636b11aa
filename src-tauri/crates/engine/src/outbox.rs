//! Effects: what the world is asked to do, taken from the database in order, done at most once,
//! and what came of it told to the core. Each channel sends by itself.

mod lanes;

use std::collections::{BTreeMap, BTreeSet};

use baton_core::command::{Command, SendEnd};
use baton_core::conversation::OutgoingState;
use baton_core::decide::Refusal;
use baton_core::effect::Effect;
use baton_core::event::Actor;
use baton_core::ids::{ChannelId, ConversationId, EffectId, OutboxId};
use baton_core::message::MessageDocument;
use baton_core::time::{DAY, SECOND, Timestamp};
use baton_store::{EffectEnd, StoredEffect};

use crate::desk::{Shift, Turn};
use crate::door::promise;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::outbox::lanes::Lanes;
use crate::{bot, connector, macros, timers, webhooks};

/// An attempt may commit within this time, and within what its bytes take on a slow line; later
/// it is dropped before the last byte.
const COMMIT_WITHIN_MS: i64 = 90 * SECOND;

/// The slowest line on which a message of any size still leaves, in bytes a second.
const SLOW_LINE: i64 = 16 * 1024;

/// What is settled is kept this long: nothing repeats a command after so many days.
const KEEP_SETTLED_MS: i64 = 30 * DAY;
/// What a bot was answered under a key of its own is kept this long.
const KEEP_ANSWERS_MS: i64 = 2 * DAY;
/// An effect that could not be carried out, by a fault of this side, is tried again after so long.
const AFTER_FAULT_MS: i64 = 60 * SECOND;

/// Effects taken at once.
const BATCH: usize = 20;

/// Carries out effects as they become due.
pub(crate) async fn run(engine: Engine) {
    let mut lanes = Lanes::after_a_start();
    let mut tidied: Option<Timestamp> = None;
    let alarm = &engine.inner.wake.effects;
    loop {
        alarm.is_looking();
        if tidied.is_none_or(|at| engine.now().since(at) >= DAY) {
            tidied = Some(engine.now());
            if let Err(error) = forget_settled(&engine).await {
                tracing::warn!(%error, "Settled errands could not be forgotten.");
            }
        }
        let passed = match timers::compare_clocks(&engine).await {
            Ok(()) => pass(&engine, &mut lanes).await,
            Err(error) => Err(error),
        };
        let next = match passed {
            Ok(next) => next,
            Err(EngineError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "The outbox could not be worked through.");
                None
            }
        };
        tokio::select! {
            () = engine.inner.stop.cancelled() => break,
            () = lanes.one_is_free() => {}
            () = alarm.nap(engine.now(), next) => {}
        }
    }
    // What is half sent is finished, so that it is known what became of it.
    while lanes.any_busy() {
        lanes.one_is_free().await;
    }
}

/// Gives everything that is due to its worker, and does what needs none; returns when the next
/// effect will be due.
async fn pass(engine: &Engine, lanes: &mut Lanes) -> Result<Option<Timestamp>, EngineError> {
    if lanes.broken_off {
        recover(engine, lanes.busy()).await?;
        lanes.broken_off = false;
    }
    loop {
        let busy = lanes.busy();
        let taken = engine
            .inner
            .desk
            .share(move |shift| take_up(shift, &busy))
            .await
            .inspect_err(|_| lanes.broken_off = true)?;
        if taken.count == 0 {
            let busy = lanes.busy();
            return engine
                .read(move |reader, _| Ok(reader.next_effect_at(&busy)?))
                .await;
        }
        let mut letters: BTreeMap<ChannelId, Vec<StoredEffect>> = BTreeMap::new();
        let mut others = Vec::new();
        for effect in taken.left {
            match (&effect.effect, effect.channel) {
                (Effect::Send { .. }, Some(channel)) => {
                    letters.entry(channel).or_default().push(effect);
                }
                _ => others.push(effect),
            }
        }
        for (channel, letters) in letters {
            let engine = engine.clone();
            lanes.work(channel, async move {
                for letter in letters {
                    settle(&engine, letter).await?;
                }
                Ok(())
            });
        }
        for effect in others {
            let settled = settle(engine, effect).await;
            settled.inspect_err(|_| lanes.broken_off = true)?;
        }
    }
}

/// After a crash: an effect that was under way may have happened; what is under way on a channel
/// that is busy now is not over. A send whose attempt had begun
/// is never repeated by the machine (the core finds it in doubt at its deadline); one that was
/// only taken up, and everything else, is safe to repeat.
async fn recover(engine: &Engine, busy: BTreeSet<ChannelId>) -> Result<(), EngineError> {
    engine
        .inner
        .desk
        .turn(move |turn| {
            let running = turn.tx.effects_running()?;
            let sends = |effect: &StoredEffect| matches!(effect.effect, Effect::Send { .. });
            let goes_on = |effect: &StoredEffect| {
                sends(effect)
                    && effect
                        .channel
                        .is_some_and(|channel| busy.contains(&channel))
            };
            for effect in running.into_iter().filter(|effect| !goes_on(effect)) {
                let end = end_of_broken(turn, &effect, 0, "interrupted")?;
                turn.tx.end_effect(effect.n, &end, turn.now)?;
            }
            Ok(())
        })
        .await
}

/// Forgets what was settled long ago, so that the list of errands does not grow for ever.
async fn forget_settled(engine: &Engine) -> Result<usize, EngineError> {
    engine
        .inner
        .desk
        .turn(|turn| {
            turn.tx
                .forget_bot_answers(turn.now.plus(-KEEP_ANSWERS_MS))?;
            turn.tx
                .forget_bot_deliveries(turn.now.plus(-webhooks::KEEP_MS))?;
            turn.tx
                .forget_bot_sent(turn.now.plus(-connector::KEEP_MS), turn.now)?;
            Ok(turn.tx.forget_effects(turn.now.plus(-KEEP_SETTLED_MS))?)
        })
        .await
}

/// What becomes of an effect whose carrying out broke off.
fn end_of_broken(
    turn: &Turn<'_, '_>,
    effect: &StoredEffect,
    wait_ms: i64,
    error: &str,
) -> Result<EffectEnd, EngineError> {
    let begun = match effect.effect {
        Effect::Send { outbox, .. } => match turn.conversation(effect.conversation) {
            Ok(state) => state
                .and_then(|state| state.outbox.get(&outbox).map(|out| out.state))
                .is_none_or(|state| !matches!(state, OutgoingState::Queued { .. })),
            // No attempt begins on a state that cannot be read, so asking again later is safe.
            Err(error) if error.is_of_one() => false,
            Err(error) => return Err(error),
        },
        _ => false,
    };
    Ok(if begun {
        EffectEnd::Done
    } else {
        EffectEnd::Again {
            not_before: turn.now.plus(wait_ms),
            error: error.to_owned(),
        }
    })
}

/// Does everything that is due; returns when the next effect will be.
pub(crate) async fn work(engine: &Engine) -> Result<Option<Timestamp>, EngineError> {
    let mut lanes = Lanes::whole();
    loop {
        let next = pass(engine, &mut lanes).await?;
        if !lanes.any_busy() {
            return Ok(next);
        }
        lanes.one_is_free().await;
    }
}

/// Carries one effect out and notes how that ended. One that cannot be done must not keep the
/// others from being done.
async fn settle(engine: &Engine, effect: StoredEffect) -> Result<(), EngineError> {
    let end = match carry_out(engine, &effect).await {
        Err(EngineError::Stopped) => return Err(EngineError::Stopped),
        done => done,
    };
    engine
        .inner
        .desk
        .turn(move |turn| end_as(turn, &effect, end))
        .await
}

/// Notes how an effect ended.
fn end_as(
    turn: &mut Turn<'_, '_>,
    effect: &StoredEffect,
    end: Result<EffectEnd, EngineError>,
) -> Result<(), EngineError> {
    let end = match end {
        Ok(end) => end,
        Err(error) => {
            let conversation = effect.conversation;
            tracing::error!(%conversation, %error, "An errand could not be done.");
            end_of_broken(turn, effect, AFTER_FAULT_MS, &error.to_string())?
        }
    };
    turn.tx.end_effect(effect.n, &end, turn.now)?;
    Ok(())
}

/// What a look at the outbox found.
struct Taken {
    /// How many effects were due.
    count: usize,
    /// Those that need more than the desk.
    left: Vec<StoredEffect>,
}

/// Takes up what is due, and does what only the desk is needed for, each in a turn of its own.
fn take_up(shift: &mut Shift<'_, '_>, busy: &BTreeSet<ChannelId>) -> Result<Taken, EngineError> {
    let due = shift.turn(|turn| begin(turn, busy))?;
    let mut taken = Taken {
        count: due.len(),
        left: Vec::new(),
    };
    for effect in due {
        let settled = shift.turn(|turn| {
            let end = at_hand(turn, &effect)?;
            if let Some(end) = &end {
                turn.tx.end_effect(effect.n, end, turn.now)?;
            }
            Ok(end.is_some())
        });
        match settled {
            Ok(true) => {}
            Ok(false) => taken.left.push(effect),
            Err(error) if error.is_of_one() => {
                shift.turn(|turn| end_as(turn, &effect, Err(error)))?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// Carries out an effect for which the desk is enough; none that needs more.
fn at_hand(
    turn: &mut Turn<'_, '_>,
    effect: &StoredEffect,
) -> Result<Option<EffectEnd>, EngineError> {
    match (&effect.effect, effect.channel) {
        (Effect::Send { outbox, .. }, Some(channel)) if turn.roster.is_chat(channel) => {
            say(turn, effect.conversation, *outbox).map(Some)
        }
        (Effect::Send { .. } | Effect::Macro { .. }, _) => Ok(None),
        (Effect::AskBot { bot, epoch, .. }, _) => {
            bot::unanswered(turn, effect, bot, *epoch).map(Some)
        }
        (Effect::HoldToWord { bot, epoch }, _) => {
            promise::not_kept(turn, effect, bot, *epoch).map(Some)
        }
        // These are no errands any more: a bot hears at the door, and alerts are rows of their own.
        (Effect::TellBot { .. } | Effect::Notify(_) | Effect::Withdraw, _) => {
            Ok(Some(EffectEnd::Done))
        }
    }
}

/// Takes up what is due.
fn begin(
    turn: &mut Turn<'_, '_>,
    busy: &BTreeSet<ChannelId>,
) -> Result<Vec<StoredEffect>, EngineError> {
    let due = match turn.tx.effects_due(turn.now, busy, BATCH) {
        Err(error) if error.is_of_one() => {
            let given_up = turn.tx.give_up_unreadable_effects(turn.now)?;
            let of = given_up.len();
            tracing::error!(%error, of, "Errands that cannot be read were given up.");
            for conversation in given_up {
                send_all_the_same(turn, conversation)?;
            }
            turn.tx.effects_due(turn.now, busy, BATCH)?
        }
        due => due?,
    };
    let mut begun = Vec::new();
    for effect in due {
        if turn.tx.begin_effect(effect.n, turn.now)? {
            begun.push(effect);
        }
    }
    Ok(begun)
}

/// Whether a letter waits is for the conversation to say; the errand only points at it. One that
/// lost its errand gets another.
fn send_all_the_same(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
) -> Result<(), EngineError> {
    let state = match turn.conversation(conversation) {
        Err(error) if error.is_of_one() => return Ok(()),
        state => state?,
    };
    let asked: BTreeSet<OutboxId> = turn
        .tx
        .effects_of(conversation)?
        .iter()
        .filter_map(|one| match one.effect {
            Effect::Send { outbox, .. } => Some(outbox),
            _ => None,
        })
        .collect();
    for entry in state.iter().flat_map(|state| state.outbox.values()) {
        let OutgoingState::Queued { not_before } = entry.state else {
            continue;
        };
        if asked.contains(&entry.id) {
            continue;
        }
        let outbox = entry.id;
        let effect = Effect::Send { outbox, not_before };
        let name: EffectId = turn.mint.id(turn.now);
        let name = name.to_string();
        turn.tx
            .add_effect(&name, conversation, &effect, not_before, turn.now)?;
    }
    Ok(())
}

async fn carry_out(engine: &Engine, effect: &StoredEffect) -> Result<EffectEnd, EngineError> {
    match &effect.effect {
        Effect::Send { outbox, .. } => send(engine, effect.conversation, *outbox).await,
        Effect::Macro { name, rule, epoch } => {
            macros::write(engine, effect.conversation, name, rule, *epoch).await
        }
        // The desk was enough for these.
        Effect::AskBot { .. }
        | Effect::HoldToWord { .. }
        | Effect::TellBot { .. }
        | Effect::Notify(_)
        | Effect::Withdraw => Ok(EffectEnd::Done),
    }
}

/// Has a chat say what could be taken back until now.
fn say(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    outbox: OutboxId,
) -> Result<EffectEnd, EngineError> {
    let tick = turn.new_order(conversation, Actor::system(), Command::Tick);
    let state = turn.order(&tick)?.state;
    Ok(match state.outbox.get(&outbox).map(|entry| entry.state) {
        Some(OutgoingState::Queued { not_before }) if not_before > turn.now => EffectEnd::Again {
            not_before,
            error: String::new(),
        },
        _ => EffectEnd::Done,
    })
}

/// One attempt to send a letter.
async fn send(
    engine: &Engine,
    conversation: ConversationId,
    outbox: OutboxId,
) -> Result<EffectEnd, EngineError> {
    let letter = letter(engine, conversation, outbox).await?;
    let bytes = letter.as_ref().map_or(0, |letter| letter.raw.len());
    let deadline = engine.now().plus(commit_within_ms(bytes));
    let begun = engine
        .inner
        .desk
        .turn(move |turn| {
            let command = Command::BeginSend { outbox, deadline };
            let order = turn.new_order(conversation, Actor::system(), command);
            match turn.order(&order) {
                Ok(outcome) => Ok(outcome
                    .state
                    .outbox
                    .get(&outbox)
                    .filter(|out| matches!(out.state, OutgoingState::Committing { .. }))
                    .cloned()),
                Err(EngineError::Refused(Refusal::SendNotDue { not_before })) => {
                    Err(EngineError::Refused(Refusal::SendNotDue { not_before }))
                }
                // Taken back, superseded or settled: there is nothing to send any more.
                Err(EngineError::Refused(_)) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await;
    let begun = match begun {
        Err(EngineError::Refused(Refusal::SendNotDue { not_before })) => {
            return Ok(EffectEnd::Again {
                not_before,
                error: String::new(),
            });
        }
        other => other?,
    };
    let Some(out) = begun else {
        return Ok(EffectEnd::Done);
    };
    let end = match letter {
        None => SendEnd::Rejected {
            text: "The message is no longer kept here.".to_owned(),
        },
        Some(letter) => {
            let left = out.left;
            engine.hand_over(Letter { left, ..letter }, deadline).await
        }
    };
    engine
        .inner
        .desk
        .turn(move |turn| {
            let command = Command::EndSend { outbox, end };
            let order = turn.new_order(conversation, Actor::system(), command);
            match turn.order(&order) {
                Ok(_) | Err(EngineError::Refused(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(EffectEnd::Done)
}

/// How long an attempt to send so many bytes may take.
fn commit_within_ms(bytes: usize) -> i64 {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    COMMIT_WITHIN_MS.saturating_add(bytes.saturating_mul(SECOND) / SLOW_LINE)
}

/// A message as it is handed to a channel.
pub(crate) struct Letter {
    /// The channel.
    pub(crate) channel: ChannelId,
    /// What it says, with its recipients.
    pub(crate) document: MessageDocument,
    /// The bytes to send.
    pub(crate) raw: Vec<u8>,
    /// The recipients that are left of an earlier attempt; empty for all.
    pub(crate) left: Vec<String>,
}

async fn letter(
    engine: &Engine,
    conversation: ConversationId,
    outbox: OutboxId,
) -> Result<Option<Letter>, EngineError> {
    engine
        .read(move |reader, _| {
            let Some(state) = reader.conversation(conversation)? else {
                return Ok(None);
            };
            let Some(out) = state.outbox.get(&outbox) else {
                return Ok(None);
            };
            let Some(document) = reader.document(out.document)? else {
                return Ok(None);
            };
            let raw = match document.raw {
                Some(hash) => reader.content(hash)?,
                None => None,
            };
            Ok(raw.map(|raw| Letter {
                channel: state.channel,
                document,
                raw,
                left: out.left.clone(),
            }))
        })
        .await
}
