//! The door alone, for a host that shows its own window: opened and closed as a person wants it.

use std::sync::Arc;
use std::time::Duration;

use baton_api::{Change, Changes as _};
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

/// A door that is open.
struct Opened {
    wanted: DoorWanted,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Opened {
    async fn close(self) {
        self.stop.cancel();
        // It lets answers under way finish; one that panicked is closed too.
        let _ = self.serving.await;
    }
}

/// Opens and closes the door as is wanted, until `stop` is cancelled.
pub async fn keep_door(engine: Engine, stop: CancellationToken) {
    let mut changes = engine.subscribe();
    let mut open: Option<Opened> = None;
    loop {
        let wanted = match engine.door_wanted().await {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::error!(%error, "It cannot be read whether the door is to be open.");
                DoorWanted::default()
            }
        };
        if open.as_ref().is_some_and(|open| open.wanted != wanted)
            && let Some(open) = open.take()
        {
            open.close().await;
        }
        if wanted.open && open.is_none() {
            open = begin(&engine, wanted, &stop).await;
        } else if !wanted.open {
            engine.door_stands(DoorStanding::Closed);
        }
        let shut = wanted.open && open.is_none();
        tokio::select! {
            () = stop.cancelled() => break,
            alive = wanted_otherwise(&mut changes) => if !alive { break },
            () = tokio::time::sleep(AGAIN), if shut => {}
        }
    }
    if let Some(open) = open {
        open.close().await;
    }
}

async fn begin(engine: &Engine, wanted: DoorWanted, stop: &CancellationToken) -> Option<Opened> {
    let host = Arc::new(engine.clone());
    match Server::bind_door(host, wanted.port, Limits::default()).await {
        Ok(server) => {
            let stop = stop.child_token();
            let serving = tokio::spawn(server.run(stop.clone()));
            Some(Opened {
                wanted,
                stop,
                serving,
            })
        }
        Err(error) => {
            let port = wanted.port;
            let why = format!("Port {port} on this machine cannot be used: {error}.");
            engine.door_stands(DoorStanding::Failed(why));
            None
        }
    }
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
