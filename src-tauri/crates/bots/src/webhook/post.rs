//! One signed POST. No redirects, nothing read but the head of the answer, a time limit; certificates are checked by the
//! operating system.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, crypto};
use url::{Host, Url};

use super::schedule::Attempt;
use super::signature::WebhookSecret;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The host cannot be reached.
    #[error("the address cannot be reached: {0}")]
    Unreachable(io::Error),
    /// The encryption failed.
    #[error("no secure connection: {0}")]
    Insecure(io::Error),
    /// The connection broke, or what came back was no HTTP.
    #[error("the connection broke: {0}")]
    Broke(hyper::Error),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// The request cannot be written, or the machine has no certificates.
    #[error("the request cannot be made")]
    Unwritable,
}

/// One message to a receiver.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its identifier; the same at each attempt.
    pub id: String,
    /// When it is sent, in seconds since 1970.
    pub at_s: i64,
    /// The body, as JSON.
    pub body: Vec<u8>,
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
    tokio::time::timeout(limit, exchange(url, secret, parcel))
        .await
        .map_err(|_| Unanswered::TooSlow(limit))?
}

async fn exchange(
    url: &Url,
    secret: &WebhookSecret,
    parcel: Parcel,
) -> Result<Attempt, Unanswered> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(Unanswered::Unwritable);
    };
    let socket = match host {
        Host::Domain(name) => TcpStream::connect((name, port)).await,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await,
    };
    let socket = socket.map_err(Unanswered::Unreachable)?;
    let request = request(url, &host, secret, parcel).ok_or(Unanswered::Unwritable)?;
    if url.scheme() != "https" {
        return talk(TokioIo::new(socket), request).await;
    }
    let name = match host {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::IpAddress(std::net::IpAddr::V4(address).into())),
        Host::Ipv6(address) => Some(ServerName::IpAddress(std::net::IpAddr::V6(address).into())),
    };
    let (Some(name), Some(config)) = (name, config()) else {
        return Err(Unanswered::Unwritable);
    };
    let connector = TlsConnector::from(Arc::new(config));
    let socket = connector.connect(name, socket).await;
    let socket = socket.map_err(Unanswered::Insecure)?;
    talk(TokioIo::new(socket), request).await
}

fn config() -> Option<ClientConfig> {
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_platform_verifier()
        .ok()?
        .with_no_client_auth();
    Some(config)
}

fn request(
    url: &Url,
    host: &Host<&str>,
    secret: &WebhookSecret,
    parcel: Parcel,
) -> Option<Request<Full<Bytes>>> {
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let name = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    };
    let signature = secret.sign(&parcel.id, parcel.at_s, &parcel.body);
    Request::builder()
        .method(Method::POST)
        .uri(target)
        .header(HOST, name)
        .header(USER_AGENT, concat!("Baton/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header("webhook-id", parcel.id)
        .header("webhook-timestamp", parcel.at_s)
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(parcel.body)))
        .ok()
}

async fn talk<S: Read + Write + Unpin + Send + 'static>(
    socket: S,
    request: Request<Full<Bytes>>,
) -> Result<Attempt, Unanswered> {
    let (mut sender, connection) = http1::handshake(socket).await.map_err(Unanswered::Broke)?;
    let answered = async {
        let answer = sender
            .send_request(request)
            .await
            .map_err(Unanswered::Broke)?;
        let status = answer.status().as_u16();
        let after_s = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok());
        // What it says besides is of no interest, and may be endless: it is not read.
        Ok(Attempt::Answered { status, after_s })
    };
    // The connection is driven by the same task and ends with it.
    tokio::pin!(answered);
    tokio::select! {
        answer = &mut answered => answer,
        _ = connection => answered.await,
    }
}
