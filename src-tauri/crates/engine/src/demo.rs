//! Plays the demo: a lively hour in two minutes, through the same doors as everything else. The
//! people and the bot of the script are refused like anybody when they lack control.

mod known;
mod player;
mod shop;
mod spoken;

use std::time::Duration;

use baton_channels::demo::{self, Hour};
use baton_core::ids::{ChannelId, MessageId};
use baton_core::time::SECOND;

use self::player::Player;
use crate::desk::derived;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::kind;
use crate::{open, rulesfile};

/// The identity kind of the demo's people.
const IDENTITY: &str = kind::EMAIL;
/// The address of the shop.
const SHOP: &str = "hello@nordlicht.example";
/// The address of the shop's chat.
const CHAT: &str = "chat@nordlicht.example";

fn chat() -> ChannelId {
    derived("demo channel", &[b"chat"])
}

fn post() -> ChannelId {
    derived("demo channel", &[b"mail"])
}

/// How long a minute of the hour takes, in milliseconds.
pub const MINUTE_TAKES_MS: i64 = 2 * SECOND;

impl Engine {
    /// Opens a demo workspace: the shop's rules, people and channels, and what happened before.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_demo(options: open::OpenOptions) -> Result<Self, EngineError> {
        let file = rulesfile::path(&options.folder);
        if !file.exists() {
            baton_store::make_private_folder(&options.folder)
                .and_then(|()| std::fs::write(&file, demo::RULES))
                .map_err(|error| {
                    EngineError::bad(
                        "no_folder",
                        format!("The demo's folder cannot be written: {error}."),
                        "Choose another one with --workspace.",
                    )
                })?;
        }
        let engine = Self::open(options).await?;
        if !engine.roster().demo {
            engine.furnish().await?;
        }
        Ok(engine)
    }

    /// Plays the hour; each line at its time.
    pub fn play_demo(&self) {
        self.play_demo_at(MINUTE_TAKES_MS);
    }

    /// Plays the hour at another speed: a minute of it takes `minute_ms`.
    pub fn play_demo_at(&self, minute_ms: i64) {
        let engine = self.clone();
        self.inner.tasks.spawn(async move {
            let result = engine.perform(minute_ms).await;
            if let Err(error) = result {
                tracing::warn!(%error, "The demo ended early.");
            }
        });
    }

    async fn perform(&self, minute_ms: i64) -> Result<(), EngineError> {
        let hour = read_hour()?;
        let begin = self.inner.clock.boot_ms();
        let mut player = Player::new(self.inner.mint.id::<MessageId>(self.now()).to_string());
        for line in &hour.lines {
            let due = (line.at * minute_ms as f64) as i64;
            let wait = due.saturating_sub(self.inner.clock.boot_ms().saturating_sub(begin));
            tokio::select! {
                () = self.inner.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(Duration::from_millis(wait.max(0).unsigned_abs())) => {}
            }
            let (hour, line) = (hour.clone(), line.clone());
            player = self
                .inner
                .desk
                .run(move |desk| {
                    let mut player = player;
                    let played = desk.turn(|turn| player.play(turn, &hour, &line));
                    match played {
                        // Somebody else has the conversation: that is what control is for.
                        Ok(()) | Err(EngineError::Refused(_)) => Ok(player),
                        Err(error) => Err(error),
                    }
                })
                .await?;
        }
        Ok(())
    }
}

fn read_hour() -> Result<Hour, EngineError> {
    demo::hour().map_err(|error| EngineError::bad("demo_script", error.to_string(), ""))
}
