//! The local server: the same commands and the same user interface as the window, on loopback.
//!
//! Whoever can open a socket on this machine can reach it, and so can every web page the user
//! visits. Hence: a token that only the starter knows, the exact Host and Origin on every request
//! (which defeats DNS rebinding and foreign pages), limits on everything, one request a connection
//! (which leaves nothing to smuggle), and files that were read at the start and are looked up by
//! their exact name (which leaves nothing to traverse).
//!
//! Beside it, on addresses and with tokens of its own, stands the door for bots (`door`). A bot's
//! token opens nothing else, and the token of the user interface does not open the door. When a
//! person wants it, the door alone stands at an address of the office network too; there each
//! request is signed, and no token is enough.

pub mod assets;
mod calls;
mod door;
mod entrance;
mod events;
mod guard;
mod head;
mod headers;
pub mod limits;
mod link;
mod refusal;
pub mod standing;
pub mod token;
mod views;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use baton_bots::Reach;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::host::Host;
use assets::Assets;
use door::Visitors;
use entrance::Entrance;
use limits::Limits;
use link::Link;
use refusal::Refusal;
use token::Token;
use views::Views;

/// What all requests share.
struct Shared<H> {
    host: Arc<H>,
    token: Token,
    assets: Assets,
    views: Views,
    door: Visitors,
    limits: Limits,
    /// Whether there is nothing here but the door.
    door_alone: bool,
    /// Who can reach us; beyond this machine everybody signs.
    reach: Reach,
    /// The only names we answer to, in lower case.
    names: Vec<String>,
    streams: Arc<Semaphore>,
    entrance: Entrance,
    stop: CancellationToken,
}

type State<H> = axum::extract::State<Arc<Shared<H>>>;

/// A server that has its port and waits to be run.
pub struct Server<H> {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared<H>>,
}

impl<H: Host> Server<H> {
    /// Takes a port on 127.0.0.1; 0 for any free one.
    ///
    /// # Errors
    /// When the port is taken, or the system has no randomness for a token.
    pub async fn bind(host: Arc<H>, port: u16, assets: Assets, limits: Limits) -> io::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self::listen(host, address, assets, limits, false).await
    }

    /// The same for the door alone: everything else is not found.
    ///
    /// # Errors
    /// When the port is taken, or the system has no randomness for a token.
    pub async fn bind_door(host: Arc<H>, port: u16, limits: Limits) -> io::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self::listen(host, address, Assets::default(), limits, true).await
    }

    /// The door alone once more, at an address that other machines of the office reach: there each
    /// request is signed, and no token opens anything.
    ///
    /// # Errors
    /// When the address is not one of this machine or its port is taken, or the system has no
    /// randomness for a token.
    pub async fn bind_lan(host: Arc<H>, address: SocketAddr, limits: Limits) -> io::Result<Self> {
        Self::listen(host, address, Assets::default(), limits, true).await
    }

    async fn listen(
        host: Arc<H>,
        address: SocketAddr,
        assets: Assets,
        limits: Limits,
        door_alone: bool,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let port = address.port();
        let (reach, names) = if address.ip().is_loopback() {
            let own = ["127.0.0.1", "localhost", "[::1]"];
            let names = own.map(|name| format!("{name}:{port}"));
            (Reach::ThisMachine, names.to_vec())
        } else {
            (Reach::Office, vec![address.to_string()])
        };
        let shared = Shared {
            host,
            token: Token::fresh()?,
            assets,
            views: Views::default(),
            door: Visitors::new(&limits),
            limits,
            door_alone,
            reach,
            names,
            streams: Arc::new(Semaphore::new(limits.streams)),
            entrance: Entrance::default(),
            stop: CancellationToken::new(),
        };
        Ok(Self {
            listener,
            address,
            shared: Arc::new(shared),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secret of its callers.
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.shared.token
    }

    /// The address to open in a browser. The token is behind the `#`, which no browser sends on.
    #[must_use]
    pub fn link(&self) -> String {
        format!(
            "http://{}/#token={}",
            self.address,
            self.shared.token.reveal()
        )
    }

    /// An address for the browser to be started. It holds no secret that lasts: it opens once, for
    /// a minute, and an earlier one opens no more.
    ///
    /// # Errors
    /// When the system has no randomness for it.
    pub fn entrance(&self) -> io::Result<String> {
        let code = self
            .shared
            .entrance
            .code(Instant::now() + entrance::OPENS_FOR)?;
        Ok(format!(
            "http://{}{}{}",
            self.address,
            entrance::PATH,
            code.reveal()
        ))
    }

    /// Serves until `stop` is cancelled, then lets answers under way finish for two seconds.
    pub async fn run(self, stop: CancellationToken) {
        let Self {
            listener,
            address,
            shared,
        } = self;
        let door = format!("http://{address}{}", door::BEGINNING);
        shared.host.door_stands(shared.reach, Some(&door));
        let room = Arc::new(Semaphore::new(shared.limits.connections));
        let router = router(Arc::clone(&shared));
        let tasks = TaskTracker::new();
        let turned_away = Arc::new(Semaphore::new(64));
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((socket, _)) = accepted else {
                // Out of file descriptors, most likely: let some be closed.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            if let Ok(permit) = Arc::clone(&room).try_acquire_owned() {
                let work = connection(socket, router.clone(), shared.limits, permit);
                tasks.spawn(work);
            } else if let Ok(permit) = Arc::clone(&turned_away).try_acquire_owned() {
                tasks.spawn(async move {
                    let _room = permit;
                    say(socket, &Refusal::busy(), Duration::from_millis(200)).await;
                });
            }
        }
        // From here on callers are refused by the system, not left waiting.
        drop(listener);
        shared.host.door_stands(shared.reach, None);
        shared.stop.cancel();
        tasks.close();
        let _ = timeout(Duration::from_secs(2), tasks.wait()).await;
    }
}

fn router<H: Host>(shared: Arc<Shared<H>>) -> Router {
    // The guard has already settled which methods each address knows.
    Router::new()
        .route("/api/v1/events", any(events::follow::<H>))
        .route("/api/v1/message/{id}/view", any(views::show::<H>))
        .route("/api/v1/{command}", any(calls::answer::<H>))
        .route("/bots/{*rest}", any(door::answer::<H>))
        .route("/open/{code}", any(entrance::enter::<H>))
        .fallback(assets::serve::<H>)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&shared),
            guard::watch::<H>,
        ))
        .with_state(shared)
}

async fn connection(
    mut socket: TcpStream,
    router: Router,
    limits: Limits,
    permit: OwnedSemaphorePermit,
) {
    let _room = permit;
    let _ = socket.set_nodelay(true);
    let head = match head::read(&mut socket, &limits).await {
        head::Head::Read(head) => head,
        head::Head::Refused(refusal) => return say(socket, &refusal, limits.linger).await,
        head::Head::Silent => return,
    };
    let link = TokioIo::new(Link::new(socket, head, &limits));
    let served = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .half_close(true)
        .header_read_timeout(None)
        .max_headers(128)
        .serve_connection(link, TowerToHyperService::new(router))
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "A connection ended early.");
    }
}

/// Answers a caller with whom no HTTP was possible.
async fn say(socket: TcpStream, refusal: &Refusal, linger: Duration) {
    let limits = Limits {
        linger,
        ..Limits::default()
    };
    let mut link = Link::new(socket, Vec::new(), &limits);
    if link.write_all(&refusal.to_bytes()).await.is_ok() {
        let _ = link.shutdown().await;
    }
}
