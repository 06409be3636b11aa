//! The entrance for the browser that `--open` starts. The address handed to it stands among the
//! arguments of a process, which every user of the machine may read; so it names no token, but a
//! code that opens once, for a short time, and then leads on to the address with the token.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::Shared;
use super::refusal::Refusal;
use super::token::Token;
use crate::host::Host;

/// What its addresses begin with.
pub(super) const PATH: &str = "/open/";

/// How long a browser may take to start and ask.
pub(super) const OPENS_FOR: Duration = Duration::from_secs(60);

/// The codes that have been handed out: one at most that still opens, and one that no longer does.
#[derive(Debug, Default)]
pub(super) struct Entrance(Mutex<Code>);

#[derive(Debug, Default)]
enum Code {
    /// Nobody was given a code.
    #[default]
    Closed,
    /// Whoever says the code until then is let in.
    Waiting(Token, Instant),
    /// The code has been said.
    Used(Token),
}

impl Entrance {
    /// Makes a code that opens once, until `until`.
    pub(super) fn code(&self, until: Instant) -> std::io::Result<Token> {
        let code = Token::fresh()?;
        *self.lock() = Code::Waiting(code.clone(), until);
        Ok(code)
    }

    /// Lets whoever says the code in, and nobody after.
    fn enter(&self, said: &str, now: Instant) -> Result<(), Refusal> {
        let mut state = self.lock();
        match &*state {
            Code::Waiting(code, until) if code.matches(said.as_bytes()) => {
                let in_time = now < *until;
                *state = Code::Used(code.clone());
                if in_time { Ok(()) } else { Err(too_late()) }
            }
            Code::Used(code) if code.matches(said.as_bytes()) => {
                tracing::warn!(
                    "The address that opens Baton once was asked for again. If Baton did not open \
                     for you, somebody else was faster: stop it and start it anew."
                );
                Err(too_late())
            }
            _ => Err(Refusal::not_found()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Code> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leads the browser on. The token is behind the `#` of where it is led, which no browser sends on.
pub(super) async fn enter<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(code): Path<String>,
) -> Response {
    if let Err(refusal) = shared.entrance.enter(&code, Instant::now()) {
        return refusal.into_response();
    }
    match HeaderValue::from_str(&format!("/#token={}", shared.token.reveal())) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(_) => Refusal::internal().into_response(),
    }
}

fn too_late() -> Refusal {
    Refusal::new(
        StatusCode::GONE,
        "gone",
        "This address opens Baton once, shortly after it was started.",
        "Open the address that was printed; or stop Baton and start it again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_opens_once_and_not_for_long() {
        let entrance = Entrance::default();
        let now = Instant::now();
        let until = now + OPENS_FOR;
        let status = |ended: Result<(), Refusal>| {
            ended.err().map(|refusal| refusal.into_response().status())
        };
        assert_eq!(
            status(entrance.enter("", now)),
            Some(StatusCode::NOT_FOUND),
            "nobody has a code"
        );
        let code = entrance.code(until).unwrap();
        let digits = code.reveal();
        assert_eq!(
            status(entrance.enter("0", now)),
            Some(StatusCode::NOT_FOUND)
        );
        assert_eq!(status(entrance.enter(digits, now)), None);
        assert_eq!(status(entrance.enter(digits, now)), Some(StatusCode::GONE));

        let late = entrance.code(until).unwrap();
        assert_ne!(late.reveal(), digits);
        assert_eq!(
            status(entrance.enter(digits, now)),
            Some(StatusCode::NOT_FOUND)
        );
        assert_eq!(
            status(entrance.enter(late.reveal(), until)),
            Some(StatusCode::GONE)
        );
    }
}
