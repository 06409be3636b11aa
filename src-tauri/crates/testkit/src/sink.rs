//! An SMTP server that takes mail or refuses it, in every way that matters to a sender.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::StageError;

/// How the sink behaves in its next conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Temper {
    /// Takes everything.
    Kind,
    /// Answers every RCPT with 451, as grey-listing does.
    Greylist,
    /// Refuses this one recipient with 550 and takes the others.
    RefuseRecipient(String),
    /// Refuses one recipient with 550, answers 451 for another, and takes the others.
    RefuseAndDefer {
        /// Who is refused.
        refused: String,
        /// Who is put off.
        put_off: String,
    },
    /// Says nothing at all, not even a greeting, and keeps the connection.
    Silent,
    /// Refuses the message with 554 after the final dot.
    RefuseMessage,
    /// Answers 452 after the final dot.
    DeferMessage,
    /// Takes the message, then ends the connection without an answer.
    DropAfterDot,
    /// Ends the connection as soon as DATA was accepted.
    DropBeforeBody,
    /// Takes the message and answers after this long.
    SlowAnswer(Duration),
    /// Lets the sender wait this long before it may send the message, as a slow line does.
    SlowToTake(Duration),
    /// Refuses AUTH with 535.
    RefuseLogin,
    /// Answers the greeting with 421 and hangs up.
    Busy,
}

/// One message as the sink received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The reverse path.
    pub sender: String,
    /// The accepted recipients.
    pub recipients: Vec<String>,
    /// The message, dots undoubled.
    pub data: Vec<u8>,
}

#[derive(Debug, Default)]
struct Shared {
    next: Mutex<VecDeque<Temper>>,
    received: Mutex<Vec<Received>>,
    conversations: std::sync::atomic::AtomicUsize,
}

/// The sink, listening on loopback until dropped.
#[derive(Debug)]
pub struct SmtpSink {
    port: u16,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl SmtpSink {
    /// Starts a kind sink.
    pub async fn start() -> Result<Self, StageError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let temper = {
                    let mut next = serving.next.lock().unwrap_or_else(PoisonError::into_inner);
                    next.pop_front().unwrap_or(Temper::Kind)
                };
                serving
                    .conversations
                    .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let shared = Arc::clone(&serving);
                tokio::spawn(async move { drop(converse(stream, temper, &shared).await) });
            }
        })
        .abort_handle();
        Ok(Self { port, shared, task })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lines up the behaviour of the next conversations; afterwards the sink is kind again.
    pub fn next(&self, tempers: impl IntoIterator<Item = Temper>) {
        self.shared
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(tempers);
    }

    /// Everything received so far, also what was taken without an answer.
    pub fn received(&self) -> Vec<Received> {
        self.shared
            .received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many connections were opened so far.
    pub fn conversations(&self) -> usize {
        self.shared
            .conversations
            .load(std::sync::atomic::Ordering::Relaxed)
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, temper: Temper, shared: &Shared) -> std::io::Result<()> {
    let (reader, mut out) = stream.into_split();
    let mut reader = BufReader::new(reader);
    if temper == Temper::Silent {
        let mut nothing = String::new();
        while reader.read_line(&mut nothing).await? > 0 {}
        return Ok(());
    }
    if temper == Temper::Busy {
        return out.write_all(b"421 4.3.2 too busy\r\n").await;
    }
    out.write_all(b"220 sink ESMTP\r\n").await?;
    let (mut sender, mut recipients) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" => {
                out.write_all(b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 50000000\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n")
                    .await?;
            }
            "AUTH" if temper == Temper::RefuseLogin => {
                out.write_all(b"535 5.7.8 authentication failed\r\n")
                    .await?;
            }
            "AUTH" => out.write_all(b"235 2.7.0 welcome\r\n").await?,
            "MAIL" => {
                sender = address(line);
                recipients.clear();
                out.write_all(b"250 2.1.0 ok\r\n").await?;
            }
            "RCPT" => {
                let to = address(line);
                match &temper {
                    Temper::Greylist => out.write_all(b"451 4.7.1 come back later\r\n").await?,
                    Temper::RefuseRecipient(refused) if *refused == to => {
                        out.write_all(b"550 5.1.1 no such user\r\n").await?;
                    }
                    Temper::RefuseAndDefer { refused, .. } if *refused == to => {
                        out.write_all(b"550 5.1.1 no such user\r\n").await?;
                    }
                    Temper::RefuseAndDefer { put_off, .. } if *put_off == to => {
                        out.write_all(b"451 4.7.1 come back later\r\n").await?;
                    }
                    _ => {
                        recipients.push(to);
                        out.write_all(b"250 2.1.5 ok\r\n").await?;
                    }
                }
            }
            "DATA" if recipients.is_empty() => {
                out.write_all(b"503 5.5.1 no recipients\r\n").await?;
            }
            "DATA" => {
                if let Temper::SlowToTake(pause) = &temper {
                    tokio::time::sleep(*pause).await;
                }
                out.write_all(b"354 go on\r\n").await?;
                if temper == Temper::DropBeforeBody {
                    return Ok(());
                }
                let data = body(&mut reader).await?;
                if temper == Temper::RefuseMessage {
                    out.write_all(b"554 5.6.0 not wanted\r\n").await?;
                    continue;
                }
                if temper == Temper::DeferMessage {
                    out.write_all(b"452 4.3.1 disk is full\r\n").await?;
                    continue;
                }
                shared
                    .received
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(Received {
                        sender: sender.clone(),
                        recipients: recipients.clone(),
                        data,
                    });
                match &temper {
                    Temper::DropAfterDot => return Ok(()),
                    Temper::SlowAnswer(pause) => tokio::time::sleep(*pause).await,
                    _ => {}
                }
                out.write_all(b"250 2.0.0 taken\r\n").await?;
            }
            "RSET" | "NOOP" => out.write_all(b"250 2.0.0 ok\r\n").await?,
            "QUIT" => return out.write_all(b"221 2.0.0 bye\r\n").await,
            _ => out.write_all(b"500 5.5.2 what\r\n").await?,
        }
    }
}

async fn body(reader: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(if line.starts_with(b"..") {
            line.get(1..).unwrap_or_default()
        } else {
            &line
        });
    }
}

fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(inside, _)| inside.to_owned())
        .unwrap_or_default()
}
