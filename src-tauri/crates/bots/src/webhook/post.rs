//! One signed POST: nothing read but the head of the answer, and a time limit.

use std::time::Duration;

use hyper::Method;
use hyper::header::{HeaderName, HeaderValue, RETRY_AFTER};
use url::Url;

use super::schedule::Attempt;
use super::signature::WebhookSecret;
use crate::http::{Asking, NoAnswer, ask};

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The request did not get through.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs())]
    TooSlow(Duration),
}

/// One message to a receiver.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its identifier; the same at each attempt.
    pub id: String,
    /// When it is sent, in seconds since 1970.
    pub at_s: i64,
    /// The body, as JSON.
    pub body: String,
}

/// Sends a message and waits for the status.
///
/// # Errors
/// Why there was none.
pub async fn post(
    url: &Url,
    secret: &WebhookSecret,
    parcel: Parcel,
    limit: Duration,
) -> Result<Attempt, Unanswered> {
    let asking = Asking {
        method: Method::POST,
        url,
        headers: headers(secret, &parcel).ok_or(NoAnswer::Unwritable)?,
        body: parcel.body,
    };
    let reply = tokio::time::timeout(limit, ask(asking))
        .await
        .map_err(|_| Unanswered::TooSlow(limit))??;
    let after_s = reply
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    // What it says besides is of no interest, and may be endless: it is not read.
    Ok(Attempt::Answered {
        status: reply.status,
        after_s,
    })
}

fn headers(secret: &WebhookSecret, parcel: &Parcel) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let signature = secret.sign(&parcel.id, parcel.at_s, parcel.body.as_bytes());
    let written = |text: &str| HeaderValue::from_str(text).ok();
    Some(vec![
        (HeaderName::from_static("webhook-id"), written(&parcel.id)?),
        (
            HeaderName::from_static("webhook-timestamp"),
            HeaderValue::from(parcel.at_s),
        ),
        (
            HeaderName::from_static("webhook-signature"),
            written(&signature)?,
        ),
    ])
}
