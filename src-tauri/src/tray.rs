//! The tray icon: how much waits, the way back to the window, and the way out.

mod place;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::conversations::ViewsGet;
use baton_engine::Engine;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};
use tokio::sync::Notify;

use crate::{window, words};

const ICON: &str = "baton";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Counting again more often than this tells nobody anything.
const PAUSE: Duration = Duration::from_millis(300);

/// What is known of the tray.
#[derive(Default)]
pub(crate) struct Tray {
    shown: AtomicBool,
    stale: Notify,
    status: Mutex<Option<MenuItem<Wry>>>,
}

impl Tray {
    /// Whether the icon can be seen, so that the window may hide behind it.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Acquire)
    }

    /// Says that the counts may have changed.
    pub(crate) fn count_again(&self) {
        self.stale.notify_one();
    }
}

/// Shows the icon wherever there is a place for it, and keeps its counts right.
pub(crate) fn start(app: &AppHandle, engine: &Engine) {
    let following = app.clone();
    tauri::async_runtime::spawn(place::follow(move |there| place_changed(&following, there)));
    let (app, engine) = (app.clone(), engine.clone());
    tauri::async_runtime::spawn(async move {
        loop {
            app.state::<Tray>().stale.notified().await;
            count(&app, &engine).await;
            tokio::time::sleep(PAUSE).await;
        }
    });
}

/// The icon comes when the panel has a place for it. When the place goes, the window comes back.
fn place_changed(app: &AppHandle, there: bool) {
    let app = app.clone();
    let on_main = app.clone();
    let asked = app.run_on_main_thread(move || {
        let tray = on_main.state::<Tray>();
        if !there {
            if tray.shown.swap(false, Ordering::AcqRel) {
                window::show(&on_main);
            }
            return;
        }
        let has_icon = on_main.tray_by_id(ICON).is_some();
        // The library behind the icon is loaded late and panics when it is not installed.
        let built = has_icon
            || match catch_unwind(AssertUnwindSafe(|| build(&on_main))) {
                Ok(Ok(())) => true,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "There is no tray icon.");
                    false
                }
                Err(_) => {
                    tracing::warn!("There is no tray icon: its library is not installed.");
                    false
                }
            };
        tray.shown.store(built, Ordering::Release);
        tray.count_again();
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "The tray icon could not be changed.");
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let status = MenuItem::new(app, words::counts(0, 0), false, None::<&str>)?;
    let open = MenuItem::with_id(app, OPEN, "Open Baton", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&status, &open, &quit])?;
    let mut builder = TrayIconBuilder::with_id(ICON)
        .tooltip("Baton")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::show(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(icon.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder.build(app)?;
    let tray = app.state::<Tray>();
    *tray.status.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
    Ok(())
}

async fn count(app: &AppHandle, engine: &Engine) {
    if !app.state::<Tray>().is_shown() {
        return;
    }
    let views = match engine.views_get(ViewsGet {}).await {
        Ok(views) => views,
        Err(error) => {
            tracing::warn!(%error, "The tray cannot count.");
            return;
        }
    };
    let view = |key: &str| views.builtin.iter().find(|view| view.key == key);
    let unread = view("all").map_or(0, |view| view.unread);
    let escalated = view("escalated").map_or(0, |view| view.total);
    if let Err(error) = tell(app, unread, escalated) {
        tracing::warn!(%error, "The tray shows old counts.");
    }
}

fn tell(app: &AppHandle, unread: u32, escalated: u32) -> tauri::Result<()> {
    let text = words::counts(unread, escalated);
    let tray = app.state::<Tray>();
    let status = tray.status.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(status) = status.as_ref() {
        status.set_text(&text)?;
    }
    if let Some(icon) = app.tray_by_id(ICON) {
        icon.set_tooltip(Some(format!("Baton: {text}")))?;
        icon.set_title((escalated > 0).then(|| escalated.to_string()))?;
    }
    Ok(())
}
