//! `GET /bots/v1/events`: at once, by long poll, or as a stream of server-sent events. All three
//! read the same log after a place in it, so a bot that was away misses nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use baton_bots::lan::not_yours;
use baton_bots::route::number;
use baton_bots::wire::event::Events;
use baton_bots::{Answer, Call, Caller};
use hyper::body::{Body as HttpBody, Bytes, Frame};
use serde::Deserialize as _;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::{NoPlace, Signed, knock, said, too_many};
use crate::host::Host;
use crate::server::Shared;
use crate::server::refusal::Refusal;

/// A long poll waits so long at most.
const LONGEST_WAIT: i64 = 30;

/// A bot that reads what happens.
pub(super) struct Reader {
    pub(super) caller: Caller,
    /// The request with which it asked, where that was signed.
    pub(super) signed: Option<Signed>,
}

impl Reader {
    /// What comes after a place. A secret that was replaced or taken away while the bot waited opens
    /// nothing more.
    async fn page<H: Host>(&self, shared: &Arc<Shared<H>>, after: i64) -> Result<Answer, Refusal> {
        if let Some(signed) = &self.signed
            && !signed.stands(shared).await
        {
            return Err(Refusal::at_door(&not_yours()));
        }
        knock(shared, self.caller.clone(), Call::Events { after }, None).await
    }
}

/// Answers with events, now or when there are some.
pub(super) async fn events<H: Host>(
    shared: &Arc<Shared<H>>,
    reader: Reader,
    headers: &HeaderMap,
    query: &str,
    after: i64,
) -> Result<Response, Refusal> {
    let wait = match number(query, "wait") {
        Ok(wait) => wait.unwrap_or(0).min(LONGEST_WAIT),
        Err(error) => return Ok(said(&error.into())),
    };
    let streamed = headers
        .get(header::ACCEPT)
        .and_then(|kinds| kinds.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/event-stream"));
    if !streamed && wait == 0 {
        return reader.page(shared, after).await.map(|answer| said(&answer));
    }
    let place = match shared.door.place(&reader.caller) {
        Ok(place) => place,
        Err(NoPlace::ForAnybody) => return Err(Refusal::busy()),
        Err(NoPlace::ForThisOne) => {
            return Ok(too_many(
                &format!(
                    "This bot waits for events as often as one may: {}.",
                    shared.limits.bot_streams_each
                ),
                "Read them in one place, and hand them on from there.",
            ));
        }
    };
    if streamed {
        // A reader that was cut off says where it was.
        let after = headers
            .get("last-event-id")
            .and_then(|id| id.to_str().ok()?.parse::<i64>().ok())
            .unwrap_or(after);
        let (lines, body) = mpsc::channel(16);
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            let _place = place;
            stream(&shared, &reader, after, &lines).await;
        });
        let mut response = Response::new(Body::new(Lines(body)));
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        );
        return Ok(response);
    }
    let _place = place;
    let end = Instant::now() + Duration::from_secs(wait.unsigned_abs());
    long_poll(shared, &reader, after, end).await
}

async fn long_poll<H: Host>(
    shared: &Arc<Shared<H>>,
    reader: &Reader,
    mut after: i64,
    end: Instant,
) -> Result<Response, Refusal> {
    let mut changes = shared.host.changes();
    loop {
        let answer = reader.page(shared, after).await?;
        let page = Events::deserialize(&answer.body).ok();
        let Some(page) = page.filter(|page| page.events.is_empty()) else {
            return Ok(said(&answer));
        };
        // There may be more to look through before there is anything to wait for.
        let went_on = page.after > after;
        after = page.after;
        if went_on {
            continue;
        }
        let waited = tokio::select! {
            () = shared.stop.cancelled() => false,
            waited = timeout_at(end, changed(&mut changes)) => waited.unwrap_or(false),
        };
        if !waited {
            return Ok(said(&answer));
        }
    }
}

/// Waits until something changed; whether the host still lives.
async fn changed<T: Clone>(changes: &mut Receiver<T>) -> bool {
    !matches!(changes.recv().await, Err(RecvError::Closed))
}

/// Writes events as they come, and a sign of life where none come, until somebody goes.
async fn stream<H: Host>(
    shared: &Arc<Shared<H>>,
    reader: &Reader,
    mut after: i64,
    lines: &mpsc::Sender<Bytes>,
) {
    let mut changes = shared.host.changes();
    let mut alive_until = Instant::now() + shared.limits.ping;
    loop {
        // A bot that was removed meanwhile is told nothing more.
        let Ok(answer) = reader.page(shared, after).await else {
            return;
        };
        let Ok(page) = serde_json::from_value::<Events>(answer.body) else {
            return;
        };
        for event in &page.events {
            let data = serde_json::to_string(event).unwrap_or_default();
            let line = format!("id: {}\ndata: {data}\n\n", event.seq);
            if !put(shared, lines, line).await {
                return;
            }
            alive_until = Instant::now() + shared.limits.ping;
        }
        let went_on = page.after > after;
        after = page.after;
        if went_on {
            continue;
        }
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = lines.closed() => return,
            lives = changed(&mut changes) => if !lives { return },
            () = sleep_until(alive_until) => {
                if !put(shared, lines, ": still here\n\n".to_owned()).await {
                    return;
                }
                alive_until = Instant::now() + shared.limits.ping;
            }
        }
    }
}

/// Hands on a line; whether the reader took it in time.
async fn put<H>(shared: &Shared<H>, lines: &mpsc::Sender<Bytes>, line: String) -> bool {
    let sent = lines.send(Bytes::from(line));
    matches!(timeout(shared.limits.write_pause, sent).await, Ok(Ok(())))
}

/// A body whose lines come as they happen.
struct Lines(mpsc::Receiver<Bytes>);

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
