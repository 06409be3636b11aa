//! How the rules learn from people: the size of the daily sample and the worth of a miss. Both are
//! the workspace's, so that all its desks draw the same lots.

use baton_api::ApiError;
use baton_api::learning::{Learning, LearningGet, LearningSet};
use baton_core::rules::propose::Costs;
use baton_store::{Reader, StoreError};

use crate::engine::Engine;
use crate::error::EngineError;

/// The setting that says how many conversations are drawn a day.
const AUDIT_SIZE: &str = "audit_sample";
/// Drawn a day when nobody says otherwise.
const AUDIT_DEFAULT: u32 = 10;
/// Drawn a day at most.
const AUDIT_MOST: u32 = 200;
/// The setting with the worth of a miss, in handoffs.
const MISS_COST: &str = "miss_cost";
/// A miss is worth at most so many handoffs.
const MISS_MOST: f64 = 1_000.0;

/// How many conversations are drawn a day.
pub(super) fn audit_size(reader: &Reader<'_>) -> Result<u32, StoreError> {
    let size: Option<u32> = reader.setting(AUDIT_SIZE)?;
    Ok(size.unwrap_or(AUDIT_DEFAULT).min(AUDIT_MOST))
}

/// What handoffs and misses cost: what is asked, else what the workspace has set.
pub(super) fn costs(reader: &Reader<'_>, asked: Option<f64>) -> Result<Costs, EngineError> {
    let known = Costs::default();
    let miss = match asked {
        Some(miss) => miss,
        None => reader.setting(MISS_COST)?.unwrap_or(known.miss),
    };
    let miss = a_cost(miss)?;
    Ok(Costs { miss, ..known })
}

fn a_cost(miss: f64) -> Result<f64, EngineError> {
    if (0.0..=MISS_MOST).contains(&miss) {
        return Ok(miss);
    }
    Err(EngineError::bad(
        "bad_cost",
        "A miss costs between 0 and 1,000 handoffs.",
        "Say how many handoffs one missed conversation is worth.",
    ))
}

impl Engine {
    pub(super) async fn learning_get(&self, _: LearningGet) -> Result<Learning, ApiError> {
        Ok(self
            .read(|reader, _| {
                Ok::<_, EngineError>(Learning {
                    audit_sample: audit_size(reader)?,
                    audit_most: AUDIT_MOST,
                    miss_cost: costs(reader, None)?.miss,
                    miss_most: MISS_MOST,
                })
            })
            .await?)
    }

    pub(super) async fn learning_set(&self, asked: LearningSet) -> Result<Learning, ApiError> {
        if asked.audit_sample > AUDIT_MOST {
            return Err(ApiError::new(
                "bad_sample",
                format!("At most {AUDIT_MOST} conversations can be drawn a day."),
                "Draw as many as somebody will really look at.",
            ));
        }
        a_cost(asked.miss_cost)?;
        self.inner
            .desk
            .turn(move |turn| {
                turn.tx.set_setting(AUDIT_SIZE, &asked.audit_sample)?;
                turn.tx.set_setting(MISS_COST, &asked.miss_cost)?;
                for tag in ["settings", "labels", "proposals"] {
                    turn.touch(tag);
                }
                Ok::<_, EngineError>(())
            })
            .await?;
        self.learning_get(LearningGet {}).await
    }
}
