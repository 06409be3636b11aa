//! What every request must pass before anything of ours sees it, and what every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use baton_bots::Caller;

use super::door::Signed;
use super::refusal::Refusal;
use super::{Shared, door, entrance, headers};
use crate::host::Host;

const API: &str = "/api/";
const BOTS: &str = "/bots/";

/// Checks a request, passes it on, and dresses the answer.
pub(super) async fn watch<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let api = path.starts_with(API) || path.starts_with(BOTS);
    let mut response = match check(&shared, &request) {
        Pass::On => next.run(request).await,
        Pass::Bot(caller) => {
            // Known by its token here, once; whoever answers finds it with the request.
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Pass::Signed(signed) => match signed.admit(&shared).await {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                request.extensions_mut().insert(*signed);
                next.run(request).await
            }
            Err(refusal) => refusal.into_response(),
        },
        Pass::Answer(response) => response,
    };
    let failed = !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED;
    let kind = if api || failed {
        headers::DATA
    } else {
        headers::PAGE
    };
    headers::fill(response.headers_mut(), kind);
    headers::fill(response.headers_mut(), headers::EVERYWHERE);
    response
}

enum Pass {
    On,
    Bot(Caller),
    Signed(Box<Signed>),
    Answer(Response),
}

fn check<H: Host>(shared: &Shared<H>, request: &Request) -> Pass {
    let refusal = names(&shared.names, request.uri(), request.headers())
        .and_then(|host| origin(host, request.headers()))
        .and_then(|()| target(shared, request));
    match refusal {
        Err(refusal) => Pass::Answer(refusal.into_response()),
        Ok(Found::Options(allow)) => {
            let allow = [(header::ALLOW, HeaderValue::from_static(allow))];
            Pass::Answer((StatusCode::NO_CONTENT, allow).into_response())
        }
        Ok(Found::Open) => Pass::On,
        Ok(Found::Bot(caller)) => Pass::Bot(caller),
        Ok(Found::Signed(signed)) => Pass::Signed(signed),
    }
}

/// The name we were called by; only our own will do, or a foreign name that was pointed at this
/// machine (DNS rebinding) would make us same-origin with a foreign page.
fn names<'a>(own: &'a [String], uri: &Uri, headers: &HeaderMap) -> Result<&'a String, Refusal> {
    let misdirected = || {
        Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected",
            "This server does not answer to that name.",
            "Use the address that it printed.",
        )
    };
    let called = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .map(str::to_ascii_lowercase)
        .ok_or_else(misdirected)?;
    if let Some(authority) = uri.authority() {
        let plain = uri.scheme_str() == Some("http");
        if !plain || authority.as_str().to_ascii_lowercase() != called {
            return Err(misdirected());
        }
    }
    own.iter()
        .find(|name| **name == called)
        .ok_or_else(misdirected)
}

/// A page of another origin has no business here, whatever it asks for.
fn origin(host: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let own = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if !own {
            return Err(Refusal::forbidden("The request comes from another origin."));
        }
    }
    for site in headers.get_all("sec-fetch-site") {
        if site != "same-origin" && site != "none" {
            return Err(Refusal::forbidden("The request comes from another site."));
        }
    }
    let socket = headers
        .get_all("sec-fetch-mode")
        .iter()
        .any(|mode| mode == "websocket");
    if socket && !headers.contains_key(header::ORIGIN) {
        return Err(Refusal::forbidden("A browser must say its origin."));
    }
    Ok(())
}

/// What a request that may be answered has found at its address.
pub(super) enum Found {
    /// It asks which methods the address knows.
    Options(&'static str),
    /// Who asks is settled, or does not matter.
    Open,
    /// The door, and which bot knocks.
    Bot(Caller),
    /// The door, and a request that says to be signed.
    Signed(Box<Signed>),
}

/// What stands at an address, and who may ask.
fn target<H: Host>(shared: &Shared<H>, request: &Request) -> Result<Found, Refusal> {
    let path = request.uri().path();
    if path.starts_with(BOTS) {
        return door::target(shared, request);
    }
    if shared.door_alone {
        return Err(Refusal::not_found());
    }
    let (allow, open) = match path.strip_prefix(API) {
        // The stream checks the token in its first message, the view has its ticket.
        Some("v1/events") => ("GET, OPTIONS", true),
        Some(rest) if rest.starts_with("v1/message/") && rest.ends_with("/view") => {
            ("GET, HEAD, OPTIONS", true)
        }
        Some(_) => ("POST, OPTIONS", false),
        None if path == "*" => ("GET, HEAD, POST, OPTIONS", true),
        // The code is checked behind it.
        None if path.starts_with(entrance::PATH) => ("GET, OPTIONS", true),
        None if shared.assets.get(path).is_none() => return Err(Refusal::not_found()),
        None => ("GET, HEAD, OPTIONS", true),
    };
    let method = request.method();
    if method == Method::OPTIONS {
        return Ok(Found::Options(allow));
    }
    if !open && !authorized(shared, request.headers()) {
        return Err(Refusal::no_token());
    }
    if !allow.split(", ").any(|known| known == method.as_str()) {
        return Err(Refusal::method(allow));
    }
    Ok(Found::Open)
}

fn authorized<H: Host>(shared: &Shared<H>, headers: &HeaderMap) -> bool {
    bearer(headers)
        .is_some_and(|token| shared.token.matches(token) || shared.host.reviewer(token).is_some())
}

/// The person from outside the team who asks; none when it is somebody who may do everything.
pub(super) fn reviewer<H: Host>(shared: &Shared<H>, headers: &HeaderMap) -> Option<String> {
    let token = bearer(headers).filter(|token| !shared.token.matches(token))?;
    shared.host.reviewer(token)
}

/// The token that a request carries.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .as_bytes()
        .split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
}
