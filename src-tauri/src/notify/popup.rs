//! One notification on the screen, by way of the system.

use notify_rust::Notification;
use tokio::sync::mpsc;

use super::Answer;

/// Clicked anywhere.
pub(super) const DEFAULT: &str = "default";
/// Look at it.
pub(super) const OPEN: &str = "open";
/// Take it.
pub(super) const TAKE: &str = "take";

/// What a notification says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Popup {
    /// The headline.
    pub(super) summary: String,
    /// The lines under it.
    pub(super) lines: Vec<String>,
    /// Whether it can be taken from here.
    pub(super) can_take: bool,
    /// Whether it stays until somebody acts.
    pub(super) urgent: bool,
    /// Whether it sounds.
    pub(super) sound: bool,
}

#[cfg(target_os = "linux")]
pub(super) use linux::Shown;
#[cfg(not(target_os = "linux"))]
pub(super) use other::Shown;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Arc;

    use notify_rust::{Hint, NotificationHandle, NotificationResponse, Timeout, Urgency};
    use tauri::async_runtime::{JoinHandle, spawn, spawn_blocking};

    use super::{Answer, DEFAULT, Notification, OPEN, Popup, TAKE, mpsc};
    use crate::words;

    /// A notification that is shown and listened to.
    pub(in crate::notify) struct Shown {
        handle: Arc<NotificationHandle>,
        listening: JoinHandle<()>,
    }

    impl Shown {
        /// Takes it away.
        pub(in crate::notify) async fn close(self) {
            self.listening.abort();
            self.handle.close_async().await;
        }
    }

    impl Popup {
        /// Shows it, in place of the one before, and sends the answer when there is one.
        pub(in crate::notify) async fn show(
            self,
            before: Option<Shown>,
            answer: impl FnOnce(&str) -> Answer + Send + 'static,
            answers: mpsc::Sender<Answer>,
        ) -> Result<Shown, notify_rust::error::Error> {
            let can = capabilities().await;
            let mut notification = self.notification(&can);
            if let Some(before) = before {
                before.listening.abort();
                notification.id(before.handle.id());
            }
            let handle = Arc::new(notification.show_async().await?);
            let heard = Arc::clone(&handle);
            let listening = spawn(async move {
                let mut said = None;
                heard
                    .wait_for_action_async(|response: &NotificationResponse| {
                        said = Some(match response {
                            NotificationResponse::Default => answer(DEFAULT),
                            NotificationResponse::Action(action) => answer(action),
                            _ => answer("closed"),
                        });
                    })
                    .await;
                if let Some(answer) = said {
                    // Nobody listens only when the app ends.
                    let _ = answers.send(answer).await;
                }
            });
            Ok(Shown { handle, listening })
        }

        fn notification(&self, can: &Capabilities) -> Notification {
            let body = self.lines.join("\n");
            let mut notification = Notification::new();
            notification
                .appname("Baton")
                .summary(&self.summary)
                .body(&if can.markup {
                    words::escaped(&body)
                } else {
                    body
                })
                .icon("baton-desktop")
                .hint(Hint::Category("im.received".to_owned()))
                .hint(Hint::DesktopEntry("Baton".to_owned()));
            if can.actions {
                notification.action(DEFAULT, "Open").action(OPEN, "Open");
                if self.can_take {
                    notification.action(TAKE, "Take");
                }
            }
            if self.urgent {
                notification
                    .urgency(Urgency::Critical)
                    .timeout(Timeout::Never);
            }
            notification.hint(if self.sound {
                Hint::SoundName("message-new-instant".to_owned())
            } else {
                Hint::SuppressSound(true)
            });
            notification
        }
    }

    /// What the notification daemon can do.
    #[derive(Default)]
    struct Capabilities {
        actions: bool,
        markup: bool,
    }

    /// Asked each time: daemons are replaced while we run.
    async fn capabilities() -> Capabilities {
        let asked = spawn_blocking(notify_rust::get_capabilities).await;
        let Ok(Ok(names)) = asked else {
            return Capabilities::default();
        };
        let can = |name: &str| names.iter().any(|one| one == name);
        Capabilities {
            actions: can("actions"),
            markup: can("body-markup"),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn popup() -> Popup {
            Popup {
                summary: "Mia".to_owned(),
                lines: vec!["a <b> & c".to_owned()],
                can_take: true,
                ..Popup::default()
            }
        }

        #[test]
        fn markup_is_escaped_where_it_would_be_read() {
            let plain = popup().notification(&Capabilities::default());
            assert_eq!(plain.body, "a <b> & c");
            let marked = popup().notification(&Capabilities {
                markup: true,
                actions: false,
            });
            assert_eq!(marked.body, "a &lt;b&gt; &amp; c");
        }

        #[test]
        fn buttons_stand_only_where_they_can_be_pressed() {
            let none = popup().notification(&Capabilities::default());
            assert!(none.actions.is_empty());
            let all = popup().notification(&Capabilities {
                actions: true,
                markup: false,
            });
            assert_eq!(
                all.actions,
                ["default", "Open", "open", "Open", "take", "Take"]
            );
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use super::{Answer, Notification, Popup, mpsc};

    /// A notification that was handed to the system, which shows it without buttons.
    pub(in crate::notify) struct Shown;

    impl Shown {
        /// The system takes it away by itself.
        pub(in crate::notify) async fn close(self) {}
    }

    impl Popup {
        /// Shows it.
        pub(in crate::notify) async fn show(
            self,
            _before: Option<Shown>,
            _answer: impl FnOnce(&str) -> Answer + Send + 'static,
            _answers: mpsc::Sender<Answer>,
        ) -> Result<Shown, notify_rust::error::Error> {
            Notification::new()
                .appname("Baton")
                .summary(&self.summary)
                .body(&self.lines.join("\n"))
                .show()
                .map(|_| Shown)
        }
    }
}
