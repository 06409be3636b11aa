//! `/bots/v1/…`: the door for bots, on loopback beside the user interface. Its addresses and words
//! are those of [`baton_bots`]; here is only what HTTP adds: tokens, limits, waiting, streams.

mod dialect;
mod follow;
mod signed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baton_bots::dialect::Dialect;
use baton_bots::lan::{not_yours, unsigned};
use baton_bots::route::{self, LARGEST_BODY};
use baton_bots::{Answer, Call, Caller, DoorError, IdempotencyKey, Reach, openapi};
use baton_core::hash::Hash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::calls;
use super::guard::{Found, bearer};
use super::limits::Limits;
use super::refusal::Refusal;
use super::{Shared, State as Served};
use crate::host::Host;
pub(super) use signed::Signed;

/// What the addresses of the door begin with.
pub(super) const BEGINNING: &str = "/bots/v1";
/// The description of the door, for everybody who reaches it: it says nothing that is not in the
/// source.
const DESCRIPTION: &str = "/bots/v1/openapi.json";

/// The bots that come, and how much each may ask.
pub(super) struct Visitors {
    rate: f64,
    known: Mutex<BTreeMap<Caller, Visitor>>,
    /// How many may follow what happens at one time, and how many times one of them may.
    followers: Arc<Semaphore>,
    each: usize,
}

/// What a bot may still ask, as of an instant.
struct Visitor {
    requests: f64,
    at: Instant,
    following: Arc<Semaphore>,
}

/// A place among those who follow what happens, given back when it is dropped.
struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_one: OwnedSemaphorePermit,
}

/// Why there is no place.
enum NoPlace {
    /// Others have them all.
    ForAnybody,
    /// The bot has as many as one may have.
    ForThisOne,
}

impl Visitors {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            rate: f64::from(limits.bot_rate),
            known: Mutex::default(),
            followers: Arc::new(Semaphore::new(limits.bot_streams)),
            each: limits.bot_streams_each,
        }
    }

    fn with<T>(&self, caller: &Caller, act: impl FnOnce(&mut Visitor) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        act(known.entry(caller.clone()).or_insert_with(|| Visitor {
            requests: self.rate,
            at: Instant::now(),
            following: Arc::new(Semaphore::new(self.each)),
        }))
    }

    /// Whether a bot may ask once more now.
    fn may_ask(&self, caller: &Caller) -> bool {
        self.with(caller, |visitor| {
            let now = Instant::now();
            let since = now.duration_since(visitor.at).as_secs_f64();
            visitor.requests = since.mul_add(self.rate, visitor.requests).min(self.rate);
            visitor.at = now;
            let may = visitor.requests >= 1.0;
            if may {
                visitor.requests -= 1.0;
            }
            may
        })
    }

    /// A place for a bot to follow what happens.
    fn place(&self, caller: &Caller) -> Result<Place, NoPlace> {
        let following = self.with(caller, |visitor| Arc::clone(&visitor.following));
        let of_one = following.try_acquire_owned();
        let of_one = of_one.map_err(|_| NoPlace::ForThisOne)?;
        let of_all = Arc::clone(&self.followers).try_acquire_owned();
        Ok(Place {
            _of_all: of_all.map_err(|_| NoPlace::ForAnybody)?,
            _of_one: of_one,
        })
    }
}

/// What stands at an address of the door, and who may ask.
pub(super) fn target<H: Host>(shared: &Shared<H>, request: &Request) -> Result<Found, Refusal> {
    let headers = request.headers();
    // No page has any business at the door, not even ours.
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err(Refusal::forbidden("The door is not for browsers."));
    }
    let path = request.uri().path();
    if path == DESCRIPTION {
        return match *request.method() {
            Method::OPTIONS => Ok(Found::Options("GET, OPTIONS")),
            Method::GET => Ok(Found::Open),
            _ => Err(Refusal::method("GET, OPTIONS")),
        };
    }
    let (dialect, methods) = methods(path);
    let knows = |method| methods.contains(&method);
    let allow = match (
        knows(route::Method::Get),
        knows(route::Method::Post),
        knows(route::Method::Put),
    ) {
        (true, true, _) => "GET, POST, OPTIONS",
        (true, _, true) => "GET, PUT, OPTIONS",
        (true, ..) => "GET, OPTIONS",
        (_, true, _) => "POST, OPTIONS",
        _ => return Err(Refusal::not_found()),
    };
    if request.method() == Method::OPTIONS {
        return Ok(Found::Options(allow));
    }
    let found = who(shared, dialect, request)?;
    if !allow
        .split(", ")
        .any(|known| known == request.method().as_str())
    {
        return Err(Refusal::method(allow));
    }
    Ok(found)
}

/// The words that are spoken at an address, and the methods that it knows.
fn methods(path: &str) -> (Dialect, Vec<route::Method>) {
    if let Some((dialect, inner)) = Dialect::at(path) {
        return (dialect, dialect.methods(inner).to_vec());
    }
    let routes = route::at(path).map(|(routes, _)| routes);
    let known = routes.into_iter().flatten().map(|route| route.method);
    (Dialect::Own, known.collect())
}

/// Who knocks: a bot with its token, where only this machine hears it, or one that signs.
fn who<H: Host>(shared: &Shared<H>, dialect: Dialect, request: &Request) -> Result<Found, Refusal> {
    if let Some(signed) = Signed::read(request)? {
        return Ok(Found::Signed(Box::new(signed)));
    }
    if shared.reach == Reach::Office {
        return Err(Refusal::at_door(&unsigned()));
    }
    let headers = request.headers();
    let bearer = || bearer(headers).and_then(|token| shared.host.admit(token));
    let caller = dialect::admit(shared, dialect, headers).or_else(bearer);
    caller.map(Found::Bot).ok_or_else(Refusal::no_bot_token)
}

/// Answers a request at the door. The guard has settled who asks and that the address knows the
/// method.
pub(super) async fn answer<H: Host>(State(shared): Served<H>, request: Request) -> Response {
    if request.uri().path() == DESCRIPTION {
        let document = openapi::document(env!("CARGO_PKG_VERSION"));
        return said(&Answer {
            status: 200,
            body: document,
        });
    }
    match carry_out(&shared, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn carry_out<H: Host>(
    shared: &Arc<Shared<H>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (mut head, body) = request.into_parts();
    let Some(caller) = head.extensions.remove::<Caller>() else {
        return Err(Refusal::no_bot_token());
    };
    if !shared.door.may_ask(&caller) {
        return Ok(too_many(
            "That is more than one bot may ask at once.",
            "Wait a second, then go on.",
        ));
    }
    let signed = head.extensions.remove::<Signed>();
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let method = route::Method::read(head.method.as_str());
    let foreign = Dialect::at(path);
    let kind = head.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let bytes = match method {
        Some(route::Method::Get) => Vec::new(),
        _ => {
            if !foreign.is_some_and(|(dialect, _)| dialect.takes(kind)) {
                calls::plain_json(&head.headers)?;
            }
            let limits = Limits {
                body_bytes: LARGEST_BODY,
                ..shared.limits
            };
            calls::whole(body, &head.headers, &limits).await?
        }
    };
    if let Some(signed) = &signed
        && signed.body() != Hash::of(&bytes)
    {
        return Ok(said(&not_yours().into()));
    }
    let key = match head.headers.get("idempotency-key") {
        Some(key) if method != Some(route::Method::Get) => {
            let request = Hash::of_parts(&[
                head.method.as_str().as_bytes(),
                path.as_bytes(),
                query.as_bytes(),
                &bytes,
            ]);
            match IdempotencyKey::read(key.as_bytes(), request) {
                Ok(key) => Some(key),
                Err(error) => return Ok(said(&error.into())),
            }
        }
        _ => None,
    };
    if let (Some((dialect, path)), Some(method)) = (foreign, method) {
        let asking = dialect::Asking {
            dialect,
            method,
            path,
            kind,
            body: bytes,
            key,
        };
        return dialect::carry_out(shared, caller, asking).await;
    }
    let call = match route::read(method, path, query, &bytes) {
        Ok(call) => call,
        Err(error) => return Ok(said(&error.into())),
    };
    if let Call::Events { after } = call {
        let reader = follow::Reader { caller, signed };
        return follow::events(shared, reader, &head.headers, query, after).await;
    }
    knock(shared, caller, call, key)
        .await
        .map(|answer| said(&answer))
}

/// Knocks in a task of its own: a caller who hangs up does not cut an order in half, and a panic
/// is an error of this one request.
async fn knock<H: Host>(
    shared: &Arc<Shared<H>>,
    caller: Caller,
    call: Call,
    key: Option<IdempotencyKey>,
) -> Result<Answer, Refusal> {
    let host = Arc::clone(&shared.host);
    let asked = tokio::spawn(async move { host.knock(&caller, call, key).await });
    asked.await.map_err(|error| {
        tracing::error!(
            panicked = error.is_panic(),
            "A bot's request ended without an answer."
        );
        Refusal::internal()
    })
}

fn too_many(message: &str, hint: &str) -> Response {
    let error = DoorError::new(429, "too_many", message, hint);
    let mut response = said(&error.into());
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn said(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
