//! Times that the workspace chooses. They are the workspace's, because what becomes of a customer's
//! next message must not hang on whose desk decides it.

use baton_api::ApiError;
use baton_api::times::{Times, TimesGet, TimesSet};
use baton_core::time::MINUTE;

use crate::engine::Engine;
use crate::error::EngineError;

/// The setting with the length of after-work, in milliseconds.
pub(crate) const WRAP_UP: &str = "wrap_up_ms";
/// After-work lasts at most so many minutes.
const MOST: u32 = 8 * 60;

impl Engine {
    pub(super) async fn times_get(&self, _: TimesGet) -> Result<Times, ApiError> {
        let minutes = self.roster().times.wrap_up_ms / MINUTE;
        Ok(Times {
            wrap_up_minutes: u32::try_from(minutes).unwrap_or(0),
            wrap_up_most: MOST,
        })
    }

    pub(super) async fn times_set(&self, asked: TimesSet) -> Result<Times, ApiError> {
        if asked.wrap_up_minutes > MOST {
            return Err(ApiError::new(
                "bad_time",
                format!("After-work lasts at most {} hours.", MOST / 60),
                "Choose as long as a customer usually takes to write once more.",
            ));
        }
        let length = i64::from(asked.wrap_up_minutes) * MINUTE;
        self.inner
            .desk
            .turn(move |turn| {
                turn.tx.set_setting(WRAP_UP, &length)?;
                turn.change_roster(|roster| roster.times.wrap_up_ms = length);
                turn.touch("settings");
                Ok::<_, EngineError>(())
            })
            .await?;
        self.times_get(TimesGet {}).await
    }
}
