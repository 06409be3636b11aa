//! Whether the door is open, and where. The server opens it as long as it runs; the desktop app
//! when a person wants it, and says here what came of that. For other machines of the office it is
//! opened only when a person says at which address.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use baton_api::bots as bo;
use baton_bots::Reach;
use serde::{Deserialize, Serialize};

use crate::desk::Turn;
use crate::engine::Engine;
use crate::error::EngineError;

/// The setting that says whether the desktop app opens the door.
const KEY: &str = "door";
/// The port that is proposed.
const USUAL_PORT: u16 = 8421;

/// Whether the desktop app is to open the door, and on which port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorWanted {
    /// Whether it is.
    pub open: bool,
    /// The port on this machine.
    pub port: u16,
    /// The address at which other machines of the office reach it; none when they do not.
    #[serde(default)]
    pub lan: Option<IpAddr>,
}

impl Default for DoorWanted {
    fn default() -> Self {
        Self {
            open: false,
            port: USUAL_PORT,
            lan: None,
        }
    }
}

/// What became of opening the door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DoorStanding {
    /// It is closed.
    #[default]
    Closed,
    /// It is open at this address.
    Open(String),
    /// It could not be opened, and why.
    Failed(String),
}

/// How the door stands now.
#[derive(Debug, Default)]
pub(crate) struct DoorPost(Mutex<Standings>);

#[derive(Debug, Default)]
struct Standings {
    here: DoorStanding,
    office: DoorStanding,
}

impl Engine {
    /// Whether the desktop app is to open the door.
    ///
    /// # Errors
    /// When the workspace cannot be read.
    pub async fn door_wanted(&self) -> Result<DoorWanted, EngineError> {
        self.read(|reader, _| Ok(reader.setting(KEY)?.unwrap_or_default()))
            .await
    }

    /// Says how the door stands; whoever opens and closes it does.
    pub fn door_stands(&self, reach: Reach, standing: DoorStanding) {
        {
            let mut all = self.door();
            match reach {
                Reach::ThisMachine => all.here = standing,
                Reach::Office => all.office = standing,
            }
        }
        let tags = ["bots", "health"].map(str::to_owned);
        self.inner.changes.touched(tags.into());
    }

    fn door(&self) -> std::sync::MutexGuard<'_, Standings> {
        let DoorPost(standings) = &self.inner.door;
        standings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn door_view(&self, wanted: DoorWanted) -> bo::DoorView {
        let (here, office) = {
            let all = self.door();
            (in_words(&all.here), in_words(&all.office))
        };
        bo::DoorView {
            state: here.state,
            address: here.address,
            problem: here.problem,
            switchable: self.inner.desktop,
            wanted: wanted.open,
            port: wanted.port,
            lan: bo::LanDoorView {
                wanted: wanted.lan.map(|at| at.to_string()).unwrap_or_default(),
                ..office
            },
        }
    }
}

fn in_words(standing: &DoorStanding) -> bo::LanDoorView {
    let (state, address, problem) = match standing {
        DoorStanding::Closed => ("closed", "", ""),
        DoorStanding::Open(address) => ("open", address.as_str(), ""),
        DoorStanding::Failed(why) => ("failed", "", why.as_str()),
    };
    bo::LanDoorView {
        state: state.to_owned(),
        address: address.to_owned(),
        problem: problem.to_owned(),
        wanted: String::new(),
    }
}

impl Turn<'_, '_> {
    /// Notes whether the desktop app is to open the door.
    pub(crate) fn want_door(&mut self, wanted: DoorWanted) -> Result<(), EngineError> {
        self.tx.set_setting(KEY, &wanted)?;
        self.touch("bots");
        self.touch("door");
        Ok(())
    }
}
