//! From live alerts to notices: who is at this desk, what may interrupt now, and one summary
//! instead of a flood after sleep.

use std::collections::BTreeMap;
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

/// An alert that waited this long is history: it belongs into a summary.
const STALE_MS: i64 = 5 * MINUTE;

/// How often alerts that were held back are looked at again.
const LOOK: Duration = Duration::from_secs(20);

/// Shows what is to be shown whenever alerts change.
pub async fn run(engine: Engine) {
    let mut shown: BTreeMap<ConversationId, Timestamp> = BTreeMap::new();
    loop {
        if let Err(error) = show(&engine, &mut shown).await {
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

async fn show(
    engine: &Engine,
    shown: &mut BTreeMap<ConversationId, Timestamp>,
) -> Result<(), EngineError> {
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
    withdraw_gone(engine, shown, &live);
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
        .filter(|(alert, _)| now.since(alert.raised_at) > STALE_MS)
        .count();
    if stale >= SUMMARISE_FROM {
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
    let done: Vec<ConversationId> = due.iter().map(|(alert, _)| alert.conversation).collect();
    for &conversation in &done {
        shown.insert(conversation, now);
    }
    engine
        .inner
        .desk
        .turn(move |turn| {
            let me = turn.roster.me.as_str().to_owned();
            for conversation in done {
                turn.tx.alert_shown(conversation, &me, turn.now)?;
            }
            Ok(())
        })
        .await
}

/// Takes away what is shown about conversations that somebody has by now.
fn withdraw_gone(
    engine: &Engine,
    shown: &mut BTreeMap<ConversationId, Timestamp>,
    live: &[(LiveAlert, Escalation)],
) {
    let gone: Vec<ConversationId> = shown
        .keys()
        .filter(|&&conversation| {
            !live
                .iter()
                .any(|(alert, _)| alert.conversation == conversation)
        })
        .copied()
        .collect();
    for conversation in gone {
        shown.remove(&conversation);
        engine.inner.notices.send(Notice::Withdraw {
            conversation: conversation.to_string(),
        });
    }
}

/// The minute of the local day, for quiet hours.
fn local_minute(now: Timestamp) -> u32 {
    crate::local::minute_of_day(now)
}
