//! Deadlines: one wake-up for the nearest instant, never a poll over conversations. What was
//! missed in sleep is done on waking, in order, each thing at its own logical instant.

use std::time::Duration;

use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::time::Timestamp;

use crate::clock::JumpDetector;
use crate::engine::Engine;
use crate::error::EngineError;

/// The longest nap: a timer of the system stands still in suspend, so waking is noticed by looking
/// at the clocks at least this often.
const NAP: Duration = Duration::from_secs(5);

/// Conversations ticked in one transaction.
const BATCH: usize = 100;

/// Does what is due, and sleeps until the next thing is.
pub(crate) async fn run(engine: Engine) {
    let mut jumps = JumpDetector::new(&*engine.inner.clock);
    loop {
        if let Some(jump) = jumps.jump(&*engine.inner.clock) {
            tracing::info!(
                jump_ms = jump,
                "The clock jumped; deadlines are looked at anew."
            );
        }
        let due = tick_all(&engine).await;
        let nap = match due {
            Ok(Some(next)) => {
                let left = next.since(engine.now()).max(0);
                NAP.min(Duration::from_millis(left.unsigned_abs().saturating_add(1)))
            }
            Ok(None) => NAP,
            Err(EngineError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "Deadlines could not be worked through.");
                NAP
            }
        };
        tokio::select! {
            () = engine.inner.stop.cancelled() => return,
            () = engine.inner.wake.deadlines.notified() => {}
            () = tokio::time::sleep(nap) => {}
        }
    }
}

/// Ticks every conversation that is due; returns when the next one will be.
pub(crate) async fn tick_all(engine: &Engine) -> Result<Option<Timestamp>, EngineError> {
    loop {
        let (ticked, next) = engine
            .inner
            .desk
            .turn(|turn| {
                let due = turn.tx.due(turn.now, BATCH)?;
                for &(conversation, at) in &due {
                    let order = turn.new_order(conversation, Actor::system(), Command::Tick);
                    turn.order(&order)?;
                    // A conversation whose deadline does not move on would be ticked for ever.
                    if turn.tx.deadline(conversation)?.is_some_and(|next| next <= at) {
                        tracing::error!(%conversation, "A deadline did not move on; it is dropped.");
                        turn.tx.set_deadline(conversation, None)?;
                    }
                }
                Ok((due.len(), turn.tx.next_deadline()?))
            })
            .await?;
        if ticked < BATCH {
            return Ok(next);
        }
    }
}
