//! TCP and TLS connections to mail servers.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, Error as RustlsError, RootCertStore, crypto,
};

use super::account::{Endpoint, Security, Trust};
use super::error::{MailError, TlsFault};

/// How long a connection may take to be established.
const CONNECT: Duration = Duration::from_secs(20);

/// A connection to a server, encrypted or not.
pub enum Wire {
    /// In the clear.
    Plain(TcpStream),
    /// Encrypted.
    Tls(Box<TlsStream<TcpStream>>),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Wire::Plain",
            Self::Tls(_) => "Wire::Tls",
        })
    }
}

impl Wire {
    /// The other side's address.
    pub fn peer(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(stream) => stream.peer_addr(),
            Self::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }

    /// Connects; with [`Security::Tls`] the result is encrypted, with [`Security::StartTls`] the
    /// caller must go on to [`Wire::encrypt`] before anything secret is said.
    pub async fn connect(endpoint: &Endpoint, trust: &Trust) -> Result<Self, MailError> {
        if endpoint.security == Security::Plain && !endpoint.is_local() {
            return Err(MailError::NotEncrypted {
                host: endpoint.host.clone(),
            });
        }
        let host = || endpoint.host.clone();
        let addresses: Vec<SocketAddr> = tokio::time::timeout(
            CONNECT,
            tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port)),
        )
        .await
        .map_err(|_| MailError::UnknownHost { host: host() })?
        .map_err(|_| MailError::UnknownHost { host: host() })?
        .collect();
        if addresses.is_empty() {
            return Err(MailError::UnknownHost { host: host() });
        }
        let mut stream = None;
        for address in addresses {
            if let Ok(Ok(made)) = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                stream = Some(made);
                break;
            }
        }
        let stream = stream.ok_or_else(|| MailError::Unreachable { host: host() })?;
        // Small commands must not wait for one another.
        stream.set_nodelay(true).map_err(MailError::from)?;
        let plain = Self::Plain(stream);
        match endpoint.security {
            Security::Tls => plain.encrypt(&endpoint.host, trust).await,
            Security::StartTls | Security::Plain => Ok(plain),
        }
    }

    /// Encrypts the connection and checks that the server is `host`.
    pub async fn encrypt(self, host: &str, trust: &Trust) -> Result<Self, MailError> {
        let Self::Plain(stream) = self else {
            return Ok(self);
        };
        let fail = |fault| MailError::Tls {
            host: host.to_owned(),
            fault,
        };
        let name = ServerName::try_from(host.to_owned()).map_err(|_| fail(TlsFault::WrongName))?;
        let connector = TlsConnector::from(tls_config(trust)?);
        let made = tokio::time::timeout(CONNECT, connector.connect(name, stream))
            .await
            .map_err(|_| MailError::TimedOut)?
            .map_err(|error| fail(fault(&error)))?;
        Ok(Self::Tls(Box::new(made)))
    }
}

/// The TLS settings for a trust choice.
pub fn tls_config(trust: &Trust) -> Result<Arc<ClientConfig>, MailError> {
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| MailError::BadCertificateFile)?;
    let config = match trust {
        Trust::System => builder
            .with_platform_verifier()
            .map_err(|_| MailError::BadCertificateFile)?
            .with_no_client_auth(),
        Trust::Pinned(path) => {
            let mut roots = RootCertStore::empty();
            let found =
                CertificateDer::pem_file_iter(path).map_err(|_| MailError::BadCertificateFile)?;
            for certificate in found {
                let certificate = certificate.map_err(|_| MailError::BadCertificateFile)?;
                roots
                    .add(certificate)
                    .map_err(|_| MailError::BadCertificateFile)?;
            }
            if roots.is_empty() {
                return Err(MailError::BadCertificateFile);
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

fn fault(error: &io::Error) -> TlsFault {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<RustlsError>());
    match inner {
        Some(RustlsError::InvalidCertificate(why)) => match why {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFault::WrongName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => TlsFault::Expired,
            _ => TlsFault::Untrusted,
        },
        _ => TlsFault::Handshake,
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
