//! What the server needs of whoever carries out the commands.

use std::future::Future;

use baton_api::reviews::Reviewing;
use baton_api::{ApiError, Change, Changes, Commands, call};
use baton_bots::lan::{self, Signature, Signed};
use baton_bots::{Answer, Call, Caller, Door, DoorError, IdempotencyKey, Reach};
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

    /// The person from outside the team that a token belongs to; a host without drafts knows none.
    fn reviewer(&self, _token: &[u8]) -> Option<String> {
        None
    }

    /// Carries out a command of such a person.
    fn answer_reviewer(
        &self,
        _person: &str,
        _command: &str,
        _payload: Value,
    ) -> impl Future<Output = Result<Value, ApiError>> + Send {
        async { Err(ApiError::not_found("draft")) }
    }

    /// The bot that a token belongs to; a host without a door knows none.
    fn admit(&self, _token: &[u8]) -> Option<Caller> {
        None
    }

    /// The bot that signed a request; a host without a door knows none.
    fn admit_signed(
        &self,
        _signature: &Signature,
        _signed: Signed<'_>,
    ) -> impl Future<Output = Result<Caller, DoorError>> + Send {
        async { Err(lan::not_yours()) }
    }

    /// Whether a signature that was taken still holds.
    fn still_signed(
        &self,
        _signature: &Signature,
        _signed: Signed<'_>,
    ) -> impl Future<Output = bool> + Send {
        async { false }
    }

    /// Hears where the door for bots is open; none when it is closed again.
    fn door_stands(&self, _reach: Reach, _address: Option<&str>) {}

    /// Carries out what a bot asks at the door.
    fn knock(
        &self,
        _caller: &Caller,
        _call: Call,
        _key: Option<IdempotencyKey>,
    ) -> impl Future<Output = Answer> + Send {
        async { Answer::from(DoorError::not_found("door")) }
    }
}

impl<T: Commands + Changes + Door + Reviewing + Send + Sync + 'static> Host for T {
    async fn answer(&self, command: &str, payload: Value) -> Result<Value, ApiError> {
        call(self, command, payload).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.subscribe()
    }

    fn reviewer(&self, token: &[u8]) -> Option<String> {
        Reviewing::reviewer(self, token)
    }

    async fn answer_reviewer(
        &self,
        person: &str,
        command: &str,
        payload: Value,
    ) -> Result<Value, ApiError> {
        Reviewing::answer_reviewer(self, person, command, payload).await
    }

    fn admit(&self, token: &[u8]) -> Option<Caller> {
        Door::admit(self, token)
    }

    async fn admit_signed(
        &self,
        signature: &Signature,
        signed: Signed<'_>,
    ) -> Result<Caller, DoorError> {
        Door::admit_signed(self, signature, signed).await
    }

    async fn still_signed(&self, signature: &Signature, signed: Signed<'_>) -> bool {
        Door::still_signed(self, signature, signed).await
    }

    fn door_stands(&self, reach: Reach, address: Option<&str>) {
        Door::stands(self, reach, address);
    }

    async fn knock(&self, caller: &Caller, call: Call, key: Option<IdempotencyKey>) -> Answer {
        Door::knock(self, caller, call, key).await
    }
}
