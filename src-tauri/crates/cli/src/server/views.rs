//! Documents of messages, each under an address of its own.
//!
//! A `srcdoc` frame inherits the policy of the page around it, and that page allows no inline
//! style, which mail is full of. So over HTTP a message is shown from its own address with its own
//! policy: inline style yes; scripts, forms, frames, fonts and network no; and `sandbox`, so that it
//! has no origin even if the frame around it forgot to say so. The address is good for one look
//! within a minute and needs a ticket that only the holder of the token can have issued.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::token::Token;
use super::{Shared, calls};
use crate::host::Host;

/// What the server adds to the list of commands: it takes the request of `message_html` and gives
/// its answer with `url` in place of `document`.
pub(super) const COMMAND: &str = "message_view";

const GOOD_FOR: Duration = Duration::from_secs(60);
const MOST: usize = 32;

/// Documents that wait to be fetched.
#[derive(Default)]
pub(super) struct Views(Mutex<VecDeque<Waiting>>);

struct Waiting {
    message: String,
    ticket: Token,
    until: Instant,
    document: String,
    remote: bool,
}

impl Views {
    fn put(&self, waiting: Waiting) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        queue.retain(|other| other.until > now);
        while queue.len() >= MOST {
            queue.pop_front();
        }
        queue.push_back(waiting);
    }

    fn take(&self, message: &str, ticket: &str) -> Option<Waiting> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        queue.retain(|other| other.until > now);
        let place = queue.iter().position(|waiting| {
            waiting.message == message && waiting.ticket.matches(ticket.as_bytes())
        })?;
        queue.remove(place)
    }
}

/// Renders a message and gives the address under which it can be seen once.
pub(super) async fn issue<H: Host>(
    shared: &Arc<Shared<H>>,
    payload: Value,
) -> Result<Value, Refusal> {
    let message = text(&payload, "message");
    let clean = !message.is_empty()
        && message
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !clean {
        return Err(Refusal::bad_request("The message is not named."));
    }
    let remote = payload.get("remote").and_then(Value::as_bool) == Some(true);
    let mut answer = calls::ask(&shared.host, None, "message_html".to_owned(), payload).await?;
    let Some(fields) = answer.as_object_mut() else {
        return Err(Refusal::internal());
    };
    let Some(Value::String(document)) = fields.remove("document") else {
        return Err(Refusal::internal());
    };
    let ticket = Token::fresh().map_err(|_| Refusal::internal())?;
    let url = format!("/api/v1/message/{message}/view?ticket={}", ticket.reveal());
    fields.insert("url".to_owned(), json!(url));
    shared.views.put(Waiting {
        message,
        ticket,
        until: Instant::now() + GOOD_FOR,
        document,
        remote,
    });
    Ok(answer)
}

fn text(payload: &Value, field: &str) -> String {
    let found = payload.get(field).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

/// Shows a document to the holder of its ticket, once.
pub(super) async fn show<H: Host>(
    State(shared): super::State<H>,
    Path(message): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    // Opened anywhere but in a frame of ours, a mail would look like a page of ours.
    let framed = headers
        .get_all("sec-fetch-dest")
        .iter()
        .all(|place| place == "iframe");
    if !framed {
        return Refusal::forbidden("A message is shown within the inbox only.").into_response();
    }
    let ticket = query.unwrap_or_default();
    let ticket = ticket.strip_prefix("ticket=").unwrap_or_default();
    // A look at the headers alone does not use the ticket up, and says nothing about it either.
    if method == Method::HEAD {
        return Refusal::not_found().into_response();
    }
    let Some(waiting) = shared.views.take(&message, ticket) else {
        return Refusal::not_found().into_response();
    };
    // Popups, so that a link a person clicks opens a tab of its own; nothing else can open one,
    // because nothing in the frame can run.
    let policy = if waiting.remote {
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    } else {
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    };
    let dress = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (dress, waiting.document).into_response()
}
