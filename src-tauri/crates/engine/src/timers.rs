//! Deadlines: one wake-up for the nearest instant, never a poll over conversations. What was
//! missed in sleep is done on waking, in order, each thing at its own logical instant.

use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::ids::ConversationId;
use baton_core::time::{MINUTE, Timestamp};

use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;

/// A conversation that could not be ticked, by a fault of this side, is looked at again after so
/// long.
const AFTER_FAULT_MS: i64 = 10 * MINUTE;

/// Conversations ticked in one transaction.
const BATCH: usize = 100;

/// Does what is due, and sleeps until the next thing is.
pub(crate) async fn run(engine: Engine) {
    let alarm = &engine.inner.wake.deadlines;
    loop {
        alarm.is_looking();
        let due = match compare_clocks(&engine).await {
            Ok(()) => tick_all(&engine).await,
            Err(error) => Err(error),
        };
        let next = match due {
            Ok(next) => next,
            Err(EngineError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "Deadlines could not be worked through.");
                None
            }
        };
        tokio::select! {
            () = engine.inner.stop.cancelled() => return,
            () = alarm.nap(engine.now(), next) => {}
        }
    }
}

/// Notices when the clock on the wall was set. A deadline names an instant and stays where it is:
/// what has happened does not happen again, what is ahead happens at its instant. A message to be
/// sent waits for a length of time, which the setting of a clock neither shortens nor stretches.
pub(crate) async fn compare_clocks(engine: &Engine) -> Result<(), EngineError> {
    let jump = {
        let mut jumps = engine.inner.jumps.lock();
        let jumps = jumps.as_mut().map_err(|_| EngineError::Panicked)?;
        jumps.jump(&*engine.inner.clock)
    };
    let Some(jump) = jump else {
        return Ok(());
    };
    tracing::info!(
        jump_ms = jump,
        "The clock was set; deadlines are looked at anew."
    );
    engine
        .inner
        .desk
        .turn(move |turn| {
            turn.tx.clock_was_set(turn.now, jump)?;
            turn.stirred.effect_due(turn.now);
            Ok(())
        })
        .await
}

/// Ticks every conversation that is due; returns when the next one will be.
pub(crate) async fn tick_all(engine: &Engine) -> Result<Option<Timestamp>, EngineError> {
    loop {
        let desk = &engine.inner.desk;
        let ticked = desk
            .turn(|turn| {
                let due = turn.tx.due(turn.now, BATCH)?;
                for &(conversation, at) in &due {
                    tick(turn, conversation, at)?;
                }
                Ok(due.len())
            })
            .await;
        let ticked = match ticked {
            Ok(ticked) => ticked,
            Err(error) if error.is_of_one() => tick_one_by_one(engine).await?,
            Err(error) => return Err(error),
        };
        if ticked < BATCH {
            return engine.read(|reader, _| Ok(reader.next_deadline()?)).await;
        }
    }
}

fn tick(turn: &mut Turn<'_, '_>, which: ConversationId, at: Timestamp) -> Result<(), EngineError> {
    let order = turn.new_order(which, Actor::system(), Command::Tick);
    turn.order(&order)?;
    // A conversation whose deadline does not move on would be ticked for ever.
    if turn.tx.deadline(which)?.is_some_and(|next| next <= at) {
        tracing::error!(conversation = %which, "A deadline did not move on; it is dropped.");
        turn.tx.set_deadline(which, None)?;
    }
    Ok(())
}

/// Ticks what is due in a turn each. One that cannot be ticked, because its row is damaged, waits:
/// it must not hold up the clocks of all others.
async fn tick_one_by_one(engine: &Engine) -> Result<usize, EngineError> {
    let desk = &engine.inner.desk;
    let due = desk.turn(|turn| Ok(turn.tx.due(turn.now, BATCH)?)).await?;
    for &(conversation, at) in &due {
        let ticked = desk.turn(move |turn| tick(turn, conversation, at)).await;
        match ticked {
            Ok(()) => {}
            Err(error) if error.is_of_one() => {
                tracing::error!(%conversation, %error, "A deadline could not be met; it waits.");
                desk.turn(move |turn| {
                    let later = turn.now.plus(AFTER_FAULT_MS);
                    Ok(turn.tx.set_deadline(conversation, Some(later))?)
                })
                .await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(due.len())
}
