//! From live alerts to notices: who is at this desk, what may interrupt now, and one summary
//! instead of a flood after sleep.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use baton_core::ids::ConversationId;
use baton_core::time::{MINUTE, Timestamp};
use baton_store::LiveAlert;
use baton_store::MessageRow;

use crate::commands::why_alerted;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::notices::{Escalation, Notice, first_names, held_back};
use crate::view::row::contact_brief;

/// More alerts than this that could not be shown in time become one summary.
const SUMMARISE_FROM: usize = 3;

/// An alert about something this long ago is history: it belongs into a summary.
const STALE_MS: i64 = 5 * MINUTE;

/// More alerts than this at one moment are a flood, however fresh they are: a mailbox that was
/// away for a night brings them all at once.
const AT_ONCE: usize = 6;

/// How often alerts that were held back are looked at again.
const LOOK: Duration = Duration::from_secs(20);

/// How long a look waits for deadlines that are due already, so that all that was missed in sleep
/// is told together; and how often it asks.
const OVERDUE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_millis(50));

/// The conversations about which something is shown, to be taken away when somebody has them.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<BTreeSet<ConversationId>>);

impl Shown {
    fn with<T>(&self, look: impl FnOnce(&mut BTreeSet<ConversationId>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Shows what is to be shown whenever alerts change.
pub(crate) async fn run(engine: Engine) {
    loop {
        let shown = match deadlines_first(&engine).await {
            Ok(()) => show(&engine).await,
            Err(error) => Err(error),
        };
        if let Err(error) = shown {
            if matches!(error, EngineError::Stopped) {
                return;
            }
            tracing::error!(%error, "Alerts could not be read.");
        }
        tokio::select! {
            () = engine.inner.stop.cancelled() => return,
            () = engine.inner.wake.alerts.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Lets the deadlines that are due be met, but does not wait for ever: one may be stuck.
async fn deadlines_first(engine: &Engine) -> Result<(), EngineError> {
    let (patience, pause) = OVERDUE;
    let waiting = async {
        loop {
            let next = engine.read(|reader, _| Ok(reader.next_deadline()?)).await?;
            if next.is_none_or(|next| next > engine.now()) {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::time::timeout(patience, waiting)
        .await
        .unwrap_or(Ok(()))
}

/// Shows what is to be shown now, and takes away what somebody has by now.
pub(crate) async fn show(engine: &Engine) -> Result<(), EngineError> {
    let live: Vec<(LiveAlert, Escalation)> = engine
        .read(|reader, roster| {
            let mut out = Vec::new();
            for live in reader.alerts_for(roster.me.as_str())? {
                let Some(row) = reader.conversation_row(live.conversation)? else {
                    continue;
                };
                let who = contact_brief(&row).name;
                let text = roster
                    .settings
                    .notify_text
                    .then(|| reader.last_message_of(live.conversation))
                    .transpose()?
                    .flatten()
                    .map(|message| reader.message(message))
                    .transpose()?
                    .flatten()
                    .map(|message: MessageRow| message.snippet);
                let escalation = Escalation {
                    conversation: live.conversation.to_string(),
                    epoch: row.epoch,
                    who,
                    why: why_alerted(reader, &live)?,
                    due_at: live.alert.due_at.map(|at| at.0),
                    text,
                    urgent: live.alert.urgent,
                    sound: live.alert.sound && roster.settings.sound,
                };
                out.push((live, escalation));
            }
            Ok(out)
        })
        .await?;
    withdraw_gone(engine, &live);
    let settings = engine.roster().settings.clone();
    let now = engine.now();
    let minute = local_minute(now);
    let due: Vec<&(LiveAlert, Escalation)> = live
        .iter()
        .filter(|(alert, _)| alert.shown_at.is_none())
        .filter(|(alert, _)| !held_back(&settings, alert.alert.urgent, minute))
        .collect();
    if due.is_empty() || !engine.inner.notices.is_heard() {
        return Ok(());
    }
    let stale = due
        .iter()
        .filter(|(alert, _)| now.since(alert.alert.raised_at) > STALE_MS)
        .count();
    if stale >= SUMMARISE_FROM || due.len() > AT_ONCE {
        let mut pressing: Vec<_> = due.iter().map(|(_, escalation)| escalation).collect();
        pressing.sort_by_key(|one| (!one.urgent, one.due_at.unwrap_or(i64::MAX)));
        engine.inner.notices.send(Notice::Summary {
            conversations: due.len(),
            first: pressing
                .first()
                .map(|one| one.conversation.clone())
                .unwrap_or_default(),
            names: first_names(pressing.iter().map(|one| one.who.clone())),
        });
    } else {
        for (_, escalation) in &due {
            engine
                .inner
                .notices
                .send(Notice::Escalation(escalation.clone()));
        }
    }
    let done: Vec<(ConversationId, u32)> = due
        .iter()
        .map(|(alert, _)| (alert.conversation, alert.times))
        .collect();
    engine.inner.shown.with(|shown| {
        shown.extend(done.iter().map(|&(conversation, _)| conversation));
    });
    engine
        .inner
        .desk
        .turn(move |turn| {
            let me = turn.roster.me.as_str().to_owned();
            for (conversation, times) in done {
                turn.tx.alert_shown(conversation, &me, times, turn.now)?;
            }
            Ok(())
        })
        .await
}

/// Takes away what is shown about conversations that somebody has by now.
fn withdraw_gone(engine: &Engine, live: &[(LiveAlert, Escalation)]) {
    let alerted: BTreeSet<ConversationId> =
        live.iter().map(|(alert, _)| alert.conversation).collect();
    let gone: Vec<ConversationId> = engine.inner.shown.with(|shown| {
        let gone = shown.difference(&alerted).copied().collect();
        shown.retain(|conversation| alerted.contains(conversation));
        gone
    });
    for conversation in gone {
        engine.inner.notices.send(Notice::Withdraw {
            conversation: conversation.to_string(),
        });
    }
}

/// The minute of the local day, for quiet hours.
fn local_minute(now: Timestamp) -> u32 {
    crate::local::minute_of_day(now)
}
