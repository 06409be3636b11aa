//! The door alone, for a host that shows its own window: opened and closed as a person wants it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use baton_api::{Change, Changes as _};
use baton_bots::Reach;
use baton_engine::Engine;
use baton_engine::door::standing::{DoorStanding, DoorWanted};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Server;
use super::limits::Limits;

/// A port that is taken is tried again so often.
const AGAIN: Duration = Duration::from_secs(30);

/// The tag that says that a person wants the door otherwise.
const TAG: &str = "door";

/// The door for those within one reach, opened and closed as is wanted.
struct Leaf {
    reach: Reach,
    open: Option<Opened>,
}

/// A door that is open.
struct Opened {
    at: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Leaf {
    const fn shut(reach: Reach) -> Self {
        Self { reach, open: None }
    }

    async fn close(&mut self) {
        if let Some(open) = self.open.take() {
            open.stop.cancel();
            // It lets answers under way finish; one that panicked is closed too.
            let _ = open.serving.await;
        }
    }

    /// Stands as is wanted; whether it could not be opened.
    async fn stand(
        &mut self,
        engine: &Engine,
        wanted: Option<SocketAddr>,
        stop: &CancellationToken,
    ) -> bool {
        if self
            .open
            .as_ref()
            .is_some_and(|open| Some(open.at) != wanted)
        {
            self.close().await;
        }
        match wanted {
            None => engine.door_stands(self.reach, DoorStanding::Closed),
            Some(at) if self.open.is_none() => self.open = self.begin(engine, at, stop).await,
            Some(_) => {}
        }
        wanted.is_some() && self.open.is_none()
    }

    async fn begin(
        &self,
        engine: &Engine,
        at: SocketAddr,
        stop: &CancellationToken,
    ) -> Option<Opened> {
        let host = Arc::new(engine.clone());
        let limits = Limits::default();
        let bound = match self.reach {
            Reach::ThisMachine => Server::bind_door(host, at.port(), limits).await,
            Reach::Office => Server::bind_lan(host, at, limits).await,
        };
        match bound {
            Ok(server) => {
                let stop = stop.child_token();
                let serving = tokio::spawn(server.run(stop.clone()));
                Some(Opened { at, stop, serving })
            }
            Err(error) => {
                let why = match self.reach {
                    Reach::ThisMachine => {
                        let port = at.port();
                        format!("Port {port} on this machine cannot be used: {error}.")
                    }
                    Reach::Office => format!("{at} on this machine cannot be used: {error}."),
                };
                engine.door_stands(self.reach, DoorStanding::Failed(why));
                None
            }
        }
    }
}

/// Opens and closes the door as is wanted, until `stop` is cancelled.
pub async fn keep_door(engine: Engine, stop: CancellationToken) {
    let mut changes = engine.subscribe();
    let mut here = Leaf::shut(Reach::ThisMachine);
    let mut office = Leaf::shut(Reach::Office);
    loop {
        let wanted = match engine.door_wanted().await {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::error!(%error, "It cannot be read whether the door is to be open.");
                DoorWanted::default()
            }
        };
        let at = |address: IpAddr| wanted.open.then(|| SocketAddr::new(address, wanted.port));
        let own = at(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let shut = here.stand(&engine, own, &stop).await;
        let shut = office.stand(&engine, wanted.lan.and_then(at), &stop).await || shut;
        tokio::select! {
            () = stop.cancelled() => break,
            alive = wanted_otherwise(&mut changes) => if !alive { break },
            () = tokio::time::sleep(AGAIN), if shut => {}
        }
    }
    here.close().await;
    office.close().await;
}

/// Waits until a person may want the door otherwise; whether the engine still lives.
async fn wanted_otherwise(changes: &mut Receiver<Change>) -> bool {
    loop {
        match changes.recv().await {
            Err(RecvError::Closed) => return false,
            Err(RecvError::Lagged(_)) | Ok(Change::Overflow { .. }) => return true,
            Ok(Change::Touched { tags }) if tags.iter().any(|tag| tag == TAG) => return true,
            Ok(_) => {}
        }
    }
}
