//! The settings of a desk and their usual values.

use std::collections::BTreeMap;

use baton_api::session::Settings;

/// The key under which the store keeps the settings.
pub const KEY: &str = "settings";

/// The settings of a new desk.
#[must_use]
pub fn usual() -> Settings {
    Settings {
        theme: "system".to_owned(),
        density: "comfortable".to_owned(),
        keys: BTreeMap::new(),
        notify: true,
        notify_text: false,
        sound: true,
        focus: false,
        quiet_from: String::new(),
        quiet_to: String::new(),
        autostart: false,
        close_to_tray: true,
        undo_seconds: 10,
        signature: String::new(),
        remote_images_from: Vec::new(),
        language: "en".to_owned(),
    }
}
