//! `GET /api/v1/events`: a WebSocket that tells what changed, one JSON object a message.
//!
//! A browser cannot put a header on a WebSocket, and an address is no place for a secret. So the
//! first message of the caller carries the token, and until it came nothing is told.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baton_api::Change;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Shared;
use super::refusal::Refusal;
use crate::host::Host;

/// Closed because the token was missing, wrong or late.
const NO_TOKEN: u16 = 4401;
const GOING_AWAY: u16 = 1001;
const LARGEST_MESSAGE: usize = 4096;

/// The first message of a caller.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    token: String,
}

/// Turns the connection into an event stream.
pub(super) async fn follow<H: Host>(
    State(shared): super::State<H>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let refusal = Refusal::new(
            StatusCode::UPGRADE_REQUIRED,
            "upgrade_required",
            "This address speaks WebSocket only.",
            "Open it with a WebSocket of version 13.",
        );
        let mut response = refusal.into_response();
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        );
        return response;
    };
    let Ok(permit) = Arc::clone(&shared.streams).try_acquire_owned() else {
        return Refusal::busy().into_response();
    };
    upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| stream(shared, socket, permit))
}

async fn stream<H: Host>(
    shared: Arc<Shared<H>>,
    mut socket: WebSocket,
    permit: OwnedSemaphorePermit,
) {
    let _room = permit;
    // From before the token is checked, so that nothing falls between.
    let mut changes = shared.host.changes();
    let hello = match timeout(shared.limits.token_time, socket.recv()).await {
        Ok(Some(Ok(Message::Text(text)))) => serde_json::from_str::<Hello>(&text).ok(),
        _ => None,
    };
    let full = |hello: &Hello| shared.token.matches(hello.token.as_bytes());
    let bounded = match &hello {
        Some(hello) if full(hello) => false,
        Some(hello) if shared.host.reviewer(hello.token.as_bytes()).is_some() => true,
        _ => return close(&shared, socket, NO_TOKEN, "token").await,
    };
    let mut ping = interval(shared.limits.ping);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            () = shared.stop.cancelled() => {
                return close(&shared, socket, GOING_AWAY, "stopping").await;
            }
            change = changes.recv() => match change {
                Ok(change) if bounded => match within_bounds(change) {
                    Some(change) => told(&change),
                    None => continue,
                },
                Ok(change) => told(&change),
                Err(RecvError::Lagged(missed)) => told(&Change::Overflow { missed }),
                Err(RecvError::Closed) => {
                    return close(&shared, socket, GOING_AWAY, "stopping").await;
                }
            },
            said = socket.recv() => match said {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                // Nothing but signs of life is expected, and nothing else is acted upon.
                Some(Ok(_)) => { heard = Instant::now(); continue; }
            },
            _ = ping.tick() => {
                if heard.elapsed() > shared.limits.ping * 3 {
                    return;
                }
                Message::Ping(Vec::new().into())
            }
        };
        // A reader that takes nothing is dropped; meanwhile the channel keeps count of what it
        // misses, and says so in an overflow when the reader comes round.
        match timeout(shared.limits.write_pause, socket.send(message)).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
}

/// What somebody who only reads drafts is told: that there are others, and nothing of whom.
fn within_bounds(change: Change) -> Option<Change> {
    match change {
        Change::Touched { tags } => {
            let tags: Vec<_> = tags
                .into_iter()
                .filter(|tag| tag == "reviews" || tag == "session")
                .collect();
            (!tags.is_empty()).then_some(Change::Touched { tags })
        }
        Change::Overflow { .. } => Some(change),
        Change::Open { .. } => None,
    }
}

fn told(change: &Change) -> Message {
    Message::Text(serde_json::to_string(change).unwrap_or_default().into())
}

async fn close<H>(shared: &Shared<H>, mut socket: WebSocket, code: u16, reason: &str) {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    let said = socket.send(Message::Close(Some(frame)));
    if matches!(timeout(shared.limits.linger, said).await, Ok(Ok(()))) {
        let _ = timeout(shared.limits.linger, socket.recv()).await;
    }
}
