//! A connection shared between the SMTP library and the sender of the message's body.
//!
//! The library writes body and final dot in one go. Whether a message may have been taken hangs
//! on that dot alone, so body and dot are written here, and the library reads the answers.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::email::account::{Endpoint, Security, Trust};
use crate::email::error::MailError;
use crate::email::wire::Wire;

/// One of two handles on the same connection.
#[derive(Clone)]
pub(super) struct Shared {
    wire: Arc<Mutex<Wire>>,
    peer: SocketAddr,
    /// Bytes to be read before those of the connection.
    first: Arc<Mutex<Vec<u8>>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Connects and encrypts, so that the library finds a connection that greets.
    pub(super) async fn connect(
        endpoint: &Endpoint,
        trust: &Trust,
        hello: &str,
    ) -> Result<Self, MailError> {
        let mut wire = Wire::connect(endpoint, trust).await?;
        let mut first = Vec::new();
        if endpoint.security == Security::StartTls {
            let greeting = reply(&mut wire).await?;
            expect(&greeting, b'2')?;
            wire.write_all(format!("EHLO {hello}\r\n").as_bytes())
                .await?;
            expect(&reply(&mut wire).await?, b'2')?;
            wire.write_all(b"STARTTLS\r\n").await?;
            expect(&reply(&mut wire).await?, b'2').map_err(|_| MailError::NotEncrypted {
                host: endpoint.host.clone(),
            })?;
            wire = wire.encrypt(&endpoint.host, trust).await?;
            // A server greets once, and the library waits for a greeting.
            first = greeting;
        }
        let peer = wire.peer()?;
        Ok(Self {
            wire: Arc::new(Mutex::new(wire)),
            peer,
            first: Arc::new(Mutex::new(first)),
        })
    }
}

/// One reply, read byte by byte: nothing sent behind it in the clear may be believed later.
async fn reply(wire: &mut Wire) -> Result<Vec<u8>, MailError> {
    let mut all = Vec::new();
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            line.push(wire.read_u8().await?);
            if all.len() + line.len() > 64 * 1024 {
                return Err(MailError::Protocol);
            }
        }
        let last = line.get(3) != Some(&b'-');
        all.extend_from_slice(&line);
        if last {
            return Ok(all);
        }
    }
}

fn expect(reply: &[u8], class: u8) -> Result<(), MailError> {
    match reply.first() {
        Some(first) if *first == class => Ok(()),
        Some(b'4') => Err(MailError::Busy),
        _ => Err(MailError::Refused { command: "EHLO" }),
    }
}

impl AsyncRead for Shared {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut first = lock(&self.first);
        if !first.is_empty() {
            let take = first.len().min(buf.remaining());
            let rest = first.split_off(take);
            buf.put_slice(&first);
            *first = rest;
            return Poll::Ready(Ok(()));
        }
        drop(first);
        Pin::new(&mut *lock(&self.wire)).poll_read(cx, buf)
    }
}

impl AsyncWrite for Shared {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *lock(&self.wire)).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *lock(&self.wire)).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *lock(&self.wire)).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Shared {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
