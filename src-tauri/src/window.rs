//! The one window: what it shows, where it may go, and what closing it means.

use baton_engine::Engine;
use tauri::webview::{DownloadEvent, NewWindowResponse};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};

use crate::tray::Tray;
use crate::{frames, outside};

/// The name of the window.
pub(crate) const LABEL: &str = "main";

/// Opens the window, on a conversation when one is named.
pub(crate) fn open(app: &AppHandle, conversation: Option<&str>) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let Some(mut config) = windows.iter().find(|one| one.label == LABEL).cloned() else {
        return Err(tauri::Error::WindowNotFound);
    };
    if let Some(id) = conversation {
        config.url = WebviewUrl::App(format!("index.html#/c/{id}").into());
    }
    WebviewWindowBuilder::from_config(app, &config)?
        .on_navigation(may_show)
        .on_new_window(|url, _| {
            // Refused or not, nothing opens within Baton.
            let _ = outside::open(&url);
            NewWindowResponse::Deny
        })
        .on_download(|_, event| match event {
            DownloadEvent::Requested { url, .. } => url.scheme() == "blob",
            _ => true,
        })
        .devtools(cfg!(debug_assertions))
        .build()?;
    Ok(())
}

/// Brings the window to the front, from wherever it is.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "The window cannot be brought to the front.");
    }
}

/// Whether something may be shown in the window: our own pages, mail in its frame, and files of
/// our own making on their way to the disk. WebKit asks for frames as for the window itself; mail
/// shown as a whole page would still be without origin, scripts and network.
fn may_show(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "tauri" | frames::SCHEME => host == "localhost",
        "http" | "https" if cfg!(windows) => {
            host == "tauri.localhost" || host == "baton-mail.localhost"
        }
        // The server that the developer runs beside an app without its own pages.
        "http" if tauri::is_dev() => host == "127.0.0.1" && url.port() == Some(5173),
        "blob" => url.path().starts_with("tauri://localhost/"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

/// Closing keeps Baton in the tray where there is one and the user likes it; otherwise it quits.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    let stays = window
        .try_state::<Engine>()
        .is_some_and(|engine| engine.roster().settings.close_to_tray);
    if stays && window.state::<Tray>().is_shown() && window.hide().is_ok() {
        api.prevent_close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(windows))]
    fn only_our_own_pages_are_shown() {
        let may = |text: &str| may_show(&Url::parse(text).expect(text));
        for ours in [
            "tauri://localhost/",
            "tauri://localhost/index.html#/c/cnv_1",
            "baton-mail://localhost/0123",
            "blob:tauri://localhost/7d5f",
        ] {
            assert!(may(ours), "{ours}");
        }
        for other in [
            "https://example.com/",
            "tauri://example.com/",
            "blob:https://example.com/7d5f",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "baton-mail://example.com/0123",
        ] {
            assert!(!may(other), "{other}");
        }
    }
}
