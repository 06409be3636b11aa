//! The few HTTP requests that e-mail needs: tokens and set-up files.
//!
//! Only https, except to this machine; no redirects, small answers, a time limit.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use url::Url;

use super::account::{Endpoint, Security, Trust};
use super::error::MailError;
use super::wire::Wire;

const LIMIT: Duration = Duration::from_secs(30);
const MOST: usize = 256 * 1024;

/// An answer.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Bodies hold tokens.
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Fetches a page.
pub async fn get(url: &Url, trust: &Trust) -> Result<Answer, MailError> {
    in_time(url, trust, Method::GET, Vec::new()).await
}

/// Sends a form.
pub async fn post_form(
    url: &Url,
    trust: &Trust,
    fields: &[(&str, &str)],
) -> Result<Answer, MailError> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    in_time(url, trust, Method::POST, body.into_bytes()).await
}

async fn in_time(
    url: &Url,
    trust: &Trust,
    method: Method,
    body: Vec<u8>,
) -> Result<Answer, MailError> {
    tokio::time::timeout(LIMIT, exchange(url, trust, method, body))
        .await
        .map_err(|_| MailError::TimedOut)?
}

async fn exchange(
    url: &Url,
    trust: &Trust,
    method: Method,
    body: Vec<u8>,
) -> Result<Answer, MailError> {
    let host = url.host_str().ok_or(MailError::Protocol)?;
    let security = match url.scheme() {
        "https" => Security::Tls,
        // Refused further down unless the host is this machine.
        _ => Security::Plain,
    };
    let port = url.port_or_known_default().ok_or(MailError::Protocol)?;
    let endpoint = Endpoint {
        host: host.to_owned(),
        port,
        security,
    };
    let wire = Wire::connect(&endpoint, trust).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(wire))
        .await
        .map_err(|_| MailError::ConnectionLost)?;
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let name = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header(HOST, name)
        .header(
            ACCEPT,
            HeaderValue::from_static("application/json, text/xml, */*"),
        )
        .header(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        )
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| MailError::Protocol)?;
    let answered = async {
        let answer = sender
            .send_request(request)
            .await
            .map_err(|_| MailError::ConnectionLost)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MOST)
            .collect()
            .await
            .map_err(|_| MailError::Protocol)?
            .to_bytes();
        Ok(Answer {
            status,
            body: body.to_vec(),
        })
    };
    // The connection is driven by the same task and ends with it.
    tokio::pin!(answered);
    tokio::select! {
        answer = &mut answered => answer,
        _ = connection => answered.await,
    }
}
