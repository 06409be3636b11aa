//! A TCP proxy that can be told to lose its connections in the ways networks do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::StageError;

/// How the proxy treats what passes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Everything passes.
    Fair,
    /// Everything passes after a pause.
    Slow(Duration),
    /// Connections stay open and nothing passes: a laptop that slept, a lost route.
    Stalled,
    /// Open connections end at once and new ones are refused.
    Down,
}

/// A proxy in front of one server.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<(u64, Weather)>,
    accepted: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Proxy {
    /// Listens on a free port and passes connections on to `target` on loopback.
    pub async fn start(target: u16) -> Result<Self, StageError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (weather, watching) = watch::channel((0, Weather::Fair));
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if watching.borrow().1 == Weather::Down {
                    continue;
                }
                counter.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(pass(client, target, watching.clone()));
            }
        })
        .abort_handle();
        Ok(Self {
            address,
            weather,
            accepted,
            task,
        })
    }

    /// The port to connect to instead of the server's.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were passed on so far.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Ends the open connections without a word; new ones pass as before.
    pub fn cut(&self) {
        self.weather.send_modify(|w| w.0 += 1);
    }

    /// Changes the weather for open and new connections.
    pub fn set(&self, weather: Weather) {
        self.weather.send_modify(|w| w.1 = weather);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: TcpStream, target: u16, mut weather: watch::Receiver<(u64, Weather)>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await else {
        return;
    };
    let born = weather.borrow().0;
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let up = tokio::spawn(copy(client_in, server_out, weather.clone()));
    let down = tokio::spawn(copy(server_in, client_out, weather.clone()));
    let ended = async {
        loop {
            let now = *weather.borrow_and_update();
            if now.0 != born || now.1 == Weather::Down || weather.changed().await.is_err() {
                return;
            }
        }
    };
    let (stop_up, stop_down) = (up.abort_handle(), down.abort_handle());
    tokio::select! {
        () = ended => {}
        _ = async { tokio::join!(up, down) } => {}
    }
    stop_up.abort();
    stop_down.abort();
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut weather: watch::Receiver<(u64, Weather)>,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        loop {
            let now = weather.borrow_and_update().1;
            match now {
                Weather::Fair | Weather::Down => break,
                Weather::Slow(pause) => {
                    tokio::time::sleep(pause).await;
                    break;
                }
                Weather::Stalled => {
                    if weather.changed().await.is_err() {
                        return;
                    }
                }
            }
        }
        let Some(bytes) = buffer.get(..read) else {
            break;
        };
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
}
