//! Start at login, as the settings say.

use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt as _;

/// Makes the system start Baton at login, or not.
pub(crate) fn follow(app: &AppHandle, wanted: bool) {
    let entry = app.autolaunch();
    if entry.is_enabled().unwrap_or(false) == wanted {
        return;
    }
    let done = if wanted {
        entry.enable()
    } else {
        entry.disable()
    };
    if let Err(error) = done {
        tracing::warn!(%error, wanted, "Start at login cannot be changed.");
    }
}
