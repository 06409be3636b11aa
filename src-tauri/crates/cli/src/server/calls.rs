//! `POST /api/v1/{command}`: one command, its request as JSON, its answer as JSON.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baton_api::{ApiError, COMMANDS};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::Arc;
use tokio::time::{Instant, timeout, timeout_at};

use super::Shared;
use super::limits::Limits;
use super::refusal::Refusal;
use super::{guard, views};
use crate::host::Host;

/// Carries out the command that the address names.
pub(super) async fn answer<H: Host>(
    State(shared): super::State<H>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match carry_out(&shared, command, &headers, body).await {
        Ok(answer) => json(&answer),
        Err(refusal) => refusal.into_response(),
    }
}

async fn carry_out<H: Host>(
    shared: &Arc<Shared<H>>,
    command: String,
    headers: &HeaderMap,
    body: Body,
) -> Result<Value, Refusal> {
    let view = command == views::COMMAND;
    if !view && !COMMANDS.iter().any(|known| known.name == command) {
        return Err(Refusal::of(ApiError::new(
            "unknown_command",
            "There is no such command.",
            "Use a user interface of the same version.",
        )));
    }
    plain_json(headers)?;
    let bytes = whole(body, headers, &shared.limits).await?;
    let payload: Value = serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::bad_request(format!("The body is not JSON: {error}.")))?;
    if !payload.is_object() {
        return Err(Refusal::bad_request("The body is not a JSON object."));
    }
    // Looked at again: a token may have been shut out since the guard let it in.
    let full = guard::bearer(headers).is_some_and(|token| shared.token.matches(token));
    match guard::reviewer(shared, headers) {
        _ if full && view => views::issue(shared, payload).await,
        _ if full => ask(&shared.host, None, command, payload).await,
        Some(person) => ask(&shared.host, Some(person), command, payload).await,
        None => Err(Refusal::no_token()),
    }
}

/// Calls the host in a task of its own: a caller who hangs up does not cut a command in half, and
/// a panic is an error of this one call.
pub(super) async fn ask<H: Host>(
    host: &Arc<H>,
    reviewer: Option<String>,
    command: String,
    payload: Value,
) -> Result<Value, Refusal> {
    let host = Arc::clone(host);
    let call = tokio::spawn(async move {
        match reviewer {
            Some(person) => host.answer_reviewer(&person, &command, payload).await,
            None => host.answer(&command, payload).await,
        }
    });
    match call.await {
        Ok(answer) => answer.map_err(Refusal::of),
        Err(error) => {
            // Not what it panicked with: that may hold words of a message.
            tracing::error!(
                panicked = error.is_panic(),
                "A command ended without an answer."
            );
            Err(Refusal::internal())
        }
    }
}

/// JSON only: a form of a foreign page can send other types without asking, JSON it cannot.
pub(super) fn plain_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported = || {
        Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The server takes plain JSON only.",
            "Send the body as application/json.",
        )
    };
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(unsupported)?;
    let mut parts = text.split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
    {
        return Err(unsupported());
    }
    let utf8 = |part: &str| {
        part.eq_ignore_ascii_case("charset=utf-8") || part.eq_ignore_ascii_case("charset=\"utf-8\"")
    };
    if !parts.all(utf8) {
        return Err(unsupported());
    }
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => Err(unsupported()),
        _ => Ok(()),
    }
}

/// Reads a body up to the limits of size, time and pauses; chunked ones too.
pub(super) async fn whole(
    mut body: Body,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Vec<u8>, Refusal> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(Refusal::too_large());
    }
    let end = Instant::now() + limits.body_time;
    let mut bytes = Vec::new();
    loop {
        let step = timeout(limits.body_pause, timeout_at(end, body.frame())).await;
        let Ok(Ok(frame)) = step else {
            return Err(Refusal::timeout("The body took too long."));
        };
        let Some(frame) = frame else {
            return Ok(bytes);
        };
        let frame = frame.map_err(|_| Refusal::malformed("The body is broken off or garbled."))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limits.body_bytes {
                return Err(Refusal::too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
}

fn json(answer: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], answer.to_string()).into_response()
}
