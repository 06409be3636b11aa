//! What the server needs of whoever carries out the commands.

use std::future::Future;

use baton_api::{ApiError, Change, Changes, Commands, call};
use serde_json::Value;
use tokio::sync::broadcast;

/// Whoever carries out commands and tells what changed; the engine is one.
pub trait Host: Send + Sync + 'static {
    /// Carries out one command, named as on the wire.
    fn answer(
        &self,
        command: &str,
        payload: Value,
    ) -> impl Future<Output = Result<Value, ApiError>> + Send;

    /// A bounded stream of what changes from now on.
    fn changes(&self) -> broadcast::Receiver<Change>;
}

impl<T: Commands + Changes + Send + Sync + 'static> Host for T {
    async fn answer(&self, command: &str, payload: Value) -> Result<Value, ApiError> {
        call(self, command, payload).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.subscribe()
    }
}
