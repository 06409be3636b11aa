//! A small HTTP client: one request, one answer that is read piece by piece, no redirects.
//! Certificates are checked as the operating system does.

use std::io;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, crypto};
use tokio_util::task::AbortOnDropHandle;
use url::{Host, Url};

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The host cannot be reached.
    #[error("the address cannot be reached: {0}")]
    Unreachable(io::Error),
    /// The encryption failed.
    #[error("no secure connection: {0}")]
    Insecure(io::Error),
    /// The connection broke, or what came back was no HTTP.
    #[error("the connection broke: {0}")]
    Broke(#[from] hyper::Error),
    /// The answer has no end.
    #[error("the answer is too long")]
    TooLong,
    /// The request cannot be written, or the machine has no certificates.
    #[error("the request cannot be made")]
    Unwritable,
}

/// Anything that bytes go through.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Connects to where an address points, encrypted where it says so.
///
/// # Errors
/// Why that is not possible.
pub async fn connect(url: &Url) -> Result<Box<dyn Wire>, NoAnswer> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(NoAnswer::Unwritable);
    };
    let socket = match host {
        Host::Domain(name) => TcpStream::connect((name, port)).await,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await,
    };
    secure(url, socket.map_err(NoAnswer::Unreachable)?).await
}

/// Encrypts a connection where the address says so.
///
/// # Errors
/// Why that is not possible.
pub async fn secure(url: &Url, socket: TcpStream) -> Result<Box<dyn Wire>, NoAnswer> {
    let host = url.host().ok_or(NoAnswer::Unwritable)?;
    // What is said goes out at once.
    socket.set_nodelay(true).map_err(NoAnswer::Unreachable)?;
    if matches!(url.scheme(), "http" | "ws") {
        return Ok(Box::new(socket));
    }
    let name = match host {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::IpAddress(std::net::IpAddr::V4(address).into())),
        Host::Ipv6(address) => Some(ServerName::IpAddress(std::net::IpAddr::V6(address).into())),
    };
    let (Some(name), Some(config)) = (name, tls()) else {
        return Err(NoAnswer::Unwritable);
    };
    let connector = TlsConnector::from(Arc::new(config));
    let socket = connector.connect(name, socket).await;
    Ok(Box::new(socket.map_err(NoAnswer::Insecure)?))
}

fn tls() -> Option<ClientConfig> {
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_platform_verifier()
        .ok()?
        .with_no_client_auth();
    Some(config)
}

/// One request.
#[derive(Debug)]
pub struct Asking<'a> {
    /// How.
    pub method: Method,
    /// Where.
    pub url: &'a Url,
    /// Headers besides the usual ones.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body, as JSON; empty for none.
    pub body: String,
}

/// The host and port of an address, as a `Host` header has them.
#[must_use]
pub fn authority(url: &Url) -> Option<String> {
    let host = url.host()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    })
}

/// Asks, and waits for the head of the answer.
///
/// # Errors
/// Why there is none.
pub async fn ask(asking: Asking<'_>) -> Result<Reply, NoAnswer> {
    let socket = connect(asking.url).await?;
    ask_over(socket, asking).await
}

/// Asks over a connection that is there already, and waits for the head of the answer.
///
/// # Errors
/// Why there is none.
pub async fn ask_over(socket: Box<dyn Wire>, asking: Asking<'_>) -> Result<Reply, NoAnswer> {
    let url = asking.url;
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let host = authority(url).ok_or(NoAnswer::Unwritable)?;
    let mut request = Request::builder()
        .method(asking.method)
        .uri(target)
        .header(HOST, host)
        .header(USER_AGENT, concat!("Baton/", env!("CARGO_PKG_VERSION")));
    if !asking.body.is_empty() {
        request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in asking.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(asking.body)))
        .map_err(|_| NoAnswer::Unwritable)?;
    let socket = TokioIo::new(socket);
    let (mut sender, connection) = http1::handshake(socket).await?;
    // The connection lives as long as its answer is read.
    let driven = AbortOnDropHandle::new(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok(Reply {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
        _driven: driven,
    })
}

/// An answer whose body is still to be read.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    body: Incoming,
    _driven: AbortOnDropHandle<()>,
}

impl Reply {
    /// Whether a body is of that type.
    #[must_use]
    pub fn is_of(&self, mime: &str) -> bool {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().starts_with(mime))
    }

    /// The next piece of the body; none at its end.
    ///
    /// # Errors
    /// When the connection broke.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, NoAnswer> {
        loop {
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// When the connection broke, or it has more than so many bytes.
    pub async fn whole(mut self, most: usize) -> Result<Vec<u8>, NoAnswer> {
        let mut all = Vec::new();
        while let Some(piece) = self.piece().await? {
            if all.len().saturating_add(piece.len()) > most {
                return Err(NoAnswer::TooLong);
            }
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }
}
