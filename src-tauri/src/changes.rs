//! Passes on what changed: to the page, to the tray, and to the system's login entries.

use baton_api::{Change, Changes as _};
use baton_engine::Engine;
use tauri::{AppHandle, Emitter as _, Manager as _};
use tokio::sync::broadcast::error::RecvError;

use crate::tray::Tray;
use crate::{login, window};

/// The event that the page listens to.
const EVENT: &str = "changes";

/// Begins to pass on changes. Only the usual workspace has a say in what starts at login.
pub(crate) fn start(app: &AppHandle, engine: &Engine, usual: bool) {
    let (app, engine) = (app.clone(), engine.clone());
    let mut stream = engine.subscribe();
    tauri::async_runtime::spawn(async move {
        if usual {
            login::follow(&app, engine.roster().settings.autostart);
        }
        loop {
            let change = match stream.recv().await {
                Ok(change) => change,
                Err(RecvError::Lagged(missed)) => Change::Overflow { missed },
                Err(RecvError::Closed) => return,
            };
            match &change {
                Change::Open { .. } => window::show(&app),
                Change::Touched { tags } => {
                    let touched = |tag: &str| tags.iter().any(|one| one == tag);
                    if touched("views") || touched("alerts") {
                        app.state::<Tray>().count_again();
                    }
                    if usual && touched("settings") {
                        login::follow(&app, engine.roster().settings.autostart);
                    }
                }
                Change::Overflow { .. } => app.state::<Tray>().count_again(),
            }
            if let Err(error) = app.emit(EVENT, &change) {
                tracing::warn!(%error, "The page did not hear of a change.");
            }
        }
    });
}
