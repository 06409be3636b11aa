//! Notifications: one for each conversation that needs somebody, with the acts Open and Take.
//!
//! The engine decides what is shown and when; here it is shown, replaced when it comes again,
//! taken away when somebody else has it, and listened to. A session without notifications is fine.

mod popup;

use std::collections::BTreeMap;

use baton_engine::{Engine, Escalation, Notice};
use serde_json::{Value, json};
use tauri::AppHandle;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use crate::{window, words};
use popup::{Popup, Shown};

/// Answers that may wait to be heard; nobody clicks faster.
const ANSWERS: usize = 32;

/// The place of the summary among the notifications; no conversation has an empty name.
const SUMMARY: &str = "";

/// What a person did with a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Look at the conversation.
    Open,
    /// Take it, then look at it.
    Take,
    /// Nothing: it was put away or ran out.
    Close,
}

impl Act {
    fn of(action: &str) -> Self {
        match action {
            popup::TAKE => Self::Take,
            popup::OPEN | popup::DEFAULT => Self::Open,
            _ => Self::Close,
        }
    }
}

/// An answer to one showing of a notification.
struct Answer {
    key: String,
    showing: u64,
    act: Act,
}

/// Begins to show notices.
pub(crate) fn start(app: &AppHandle, engine: &Engine) {
    let mut notices = engine.notices().subscribe();
    let (sender, mut answers) = mpsc::channel(ANSWERS);
    let mut board = Board {
        app: app.clone(),
        engine: engine.clone(),
        shown: BTreeMap::new(),
        showings: 0,
        sender,
    };
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(notice) => board.take_in(notice).await,
                    Err(RecvError::Lagged(missed)) => {
                        tracing::warn!(missed, "Notices came faster than they can be shown.");
                    }
                    Err(RecvError::Closed) => return,
                },
                Some(answer) = answers.recv() => board.hear(answer).await,
            }
        }
    });
}

/// What is shown now.
struct Board {
    app: AppHandle,
    engine: Engine,
    shown: BTreeMap<String, OnBoard>,
    showings: u64,
    sender: mpsc::Sender<Answer>,
}

struct OnBoard {
    popup: Shown,
    showing: u64,
    opens: Opens,
}

/// The conversation that a notification leads to, and what was known of it when it was shown.
struct Opens {
    conversation: String,
    seen_epoch: Option<u64>,
}

impl Opens {
    /// The order to take it, unless somebody has since.
    fn to_take(&self) -> Value {
        match self.seen_epoch {
            Some(seen) => json!({ "conversation": self.conversation, "seen_epoch": seen }),
            None => json!({ "conversation": self.conversation }),
        }
    }
}

impl Board {
    async fn take_in(&mut self, notice: Notice) {
        match notice {
            Notice::Escalation(escalation) => {
                let popup = escalation_popup(&escalation, self.engine.now().0);
                let key = escalation.conversation.clone();
                let opens = Opens {
                    conversation: escalation.conversation,
                    seen_epoch: Some(escalation.epoch),
                };
                self.show(key, opens, popup).await;
            }
            Notice::Summary {
                conversations,
                first,
                names,
            } => {
                let popup = Popup {
                    summary: words::several(conversations),
                    lines: vec![words::among(&names, conversations)],
                    ..Popup::default()
                };
                let opens = Opens {
                    conversation: first,
                    seen_epoch: None,
                };
                self.show(SUMMARY.to_owned(), opens, popup).await;
            }
            Notice::Withdraw { conversation } => {
                if let Some(gone) = self.shown.remove(&conversation) {
                    gone.popup.close().await;
                }
                let leads_there = |one: &OnBoard| one.opens.conversation == conversation;
                if self.shown.get(SUMMARY).is_some_and(leads_there)
                    && let Some(gone) = self.shown.remove(SUMMARY)
                {
                    gone.popup.close().await;
                }
            }
        }
    }

    async fn show(&mut self, key: String, opens: Opens, popup: Popup) {
        self.showings = self.showings.wrapping_add(1);
        let showing = self.showings;
        let before = self.shown.remove(&key).map(|one| one.popup);
        let (sender, answered) = (self.sender.clone(), key.clone());
        let shown = popup
            .show(
                before,
                move |action| Answer {
                    key: answered,
                    showing,
                    act: Act::of(action),
                },
                sender,
            )
            .await;
        match shown {
            Ok(popup) => {
                tracing::info!(conversation = %opens.conversation, "A notification is shown.");
                let on_board = OnBoard {
                    popup,
                    showing,
                    opens,
                };
                self.shown.insert(key, on_board);
            }
            // The alert stays visible in the window and the tray.
            Err(error) => tracing::warn!(%error, "A notification could not be shown."),
        }
    }

    async fn hear(&mut self, answer: Answer) {
        // An answer to a showing that was replaced or withdrawn meanwhile answers nothing.
        let current = |one: &OnBoard| one.showing == answer.showing;
        if !self.shown.get(&answer.key).is_some_and(current) {
            return;
        }
        let Some(gone) = self.shown.remove(&answer.key) else {
            return;
        };
        if answer.act == Act::Close {
            return;
        }
        // Some daemons leave it standing after a button was pressed.
        gone.popup.close().await;
        let (app, engine) = (self.app.clone(), self.engine.clone());
        tauri::async_runtime::spawn(act(app, engine, answer.act, gone.opens));
    }
}

/// Does what a person asked for from a notification.
async fn act(app: AppHandle, engine: Engine, act: Act, opens: Opens) {
    let conversation = &opens.conversation;
    if act == Act::Take {
        // When somebody was faster it stays with them; the conversation, which opens, says who.
        if let Err(error) = baton_api::call(&engine, "take", opens.to_take()).await {
            tracing::info!(%conversation, code = %error.code, "It was not taken.");
        }
    }
    if conversation.is_empty() {
        window::show(&app);
    } else {
        engine.open_conversation(conversation);
    }
}

fn escalation_popup(escalation: &Escalation, now: i64) -> Popup {
    let why = words::plain(&escalation.why);
    let due = escalation.due_at.map(|due| words::time_left(due, now));
    let reason = match due {
        Some(left) if !why.is_empty() => format!("{why} · {left}"),
        Some(left) => left,
        None => why,
    };
    let who = words::plain(&escalation.who);
    Popup {
        summary: if who.is_empty() {
            "Somebody without a name".to_owned()
        } else {
            who
        },
        lines: std::iter::once(reason)
            .chain(escalation.text.as_deref().map(words::plain))
            .filter(|line| !line.is_empty())
            .collect(),
        can_take: true,
        urgent: escalation.urgent,
        sound: escalation.sound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escalation() -> Escalation {
        Escalation {
            conversation: "cnv_1".to_owned(),
            epoch: 3,
            who: "Mia Torres".to_owned(),
            why: "the bot is stuck".to_owned(),
            due_at: Some(4 * 60_000),
            text: None,
            urgent: false,
            sound: false,
        }
    }

    #[test]
    fn it_says_who_why_and_how_long_is_left() {
        let popup = escalation_popup(&escalation(), 0);
        assert_eq!(popup.summary, "Mia Torres");
        assert_eq!(popup.lines, ["the bot is stuck · 4 min left"]);
    }

    #[test]
    fn words_of_the_message_stand_below_when_they_may() {
        let mut allowed = escalation();
        allowed.text = Some("my\nlawyer".to_owned());
        let popup = escalation_popup(&allowed, 0);
        assert_eq!(popup.lines.last().map(String::as_str), Some("my lawyer"));
    }

    #[test]
    fn it_is_taken_as_it_was_shown() {
        let shown = Opens {
            conversation: "cnv_1".to_owned(),
            seen_epoch: Some(3),
        };
        let order = json!({ "conversation": "cnv_1", "seen_epoch": 3 });
        assert_eq!(shown.to_take(), order);
    }

    #[test]
    fn an_unknown_answer_does_nothing() {
        assert_eq!(Act::of("take"), Act::Take);
        assert_eq!(Act::of("default"), Act::Open);
        assert_eq!(Act::of("__closed"), Act::Close);
        assert_eq!(Act::of("format-the-disk"), Act::Close);
    }
}
