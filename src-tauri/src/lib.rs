//! The desktop shell of Baton: one window, a tray icon and notifications over the engine.
//!
//! The shell decides nothing. It opens a workspace, hands the calls of the window to the one
//! command list, passes on what changed, and shows what the engine asks to be shown. One instance
//! runs for each workspace: a second start hands its arguments to the first and ends.

mod arguments;
mod call;
mod changes;
mod failure;
mod frames;
mod link;
mod login;
mod logs;
mod notify;
mod outside;
mod tray;
mod window;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use baton_cli::server::standing::keep_door;
use baton_engine::{Engine, OpenOptions, secrets};
use tauri::{App, AppHandle, Manager as _, RunEvent};
use tokio_util::sync::CancellationToken;

use crate::arguments::{Arguments, Asked};
use crate::failure::Failure;
use crate::frames::Frames;
use crate::tray::Tray;

/// How long half-done work may take to finish when the app ends.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Runs the app until it is quit: 0 when all went well, 1 when it could not start, 2 when the
/// arguments make no sense, 3 when another process has the workspace.
#[expect(
    clippy::print_stderr,
    reason = "whoever started it from a shell must see why it ended"
)]
#[expect(clippy::print_stdout, reason = "help was asked for")]
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(Asked::Run(arguments)) => arguments,
        Ok(Asked::Text(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => {
            eprintln!("baton-desktop: {failure}");
            return failure.exit_code();
        }
    };
    match start(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("baton-desktop: {failure}");
            failure.exit_code()
        }
    }
}

fn start(arguments: Arguments) -> Result<u8, Failure> {
    let folder = arguments.folder()?;
    let usual = arguments.is_usual_workspace();
    let app = build(&folder.instance(usual))?;
    let path = folder.path().to_owned();
    let engine = tauri::async_runtime::block_on(open(&path, arguments.demo))?;
    // From here on the folder is ours to write into.
    let _writing = logs::begin(&path)?;
    app.manage(engine.clone());
    let stop = CancellationToken::new();
    let door = tauri::async_runtime::spawn(keep_door(engine.clone(), stop.clone()));

    let first = arguments.link;
    let code = app.run_return(move |app, event| match event {
        RunEvent::Ready => ready(app, first.as_deref(), usual),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                follow_link(app, link::conversation(url.as_str()));
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app),
        _ => {}
    });
    stop.cancel();
    let stopping = async {
        let last = async {
            // A door that broke off is closed as well.
            let _ = door.await;
            engine.stop().await;
        };
        tokio::time::timeout(LAST_WORK, last).await
    };
    if tauri::async_runtime::block_on(stopping).is_err() {
        tracing::warn!("Some work did not finish in time; it goes on at the next start.");
    }
    Ok(u8::try_from(code).unwrap_or(1))
}

/// Puts the app together. Ends the process when another instance has the workspace's name.
fn build(instance: &str) -> Result<App, Failure> {
    let single = tauri_plugin_single_instance::Builder::new()
        .dbus_id(instance)
        .callback(|app, arguments, _| second_start(app, arguments));
    let place = tauri_plugin_window_state::StateFlags::SIZE
        | tauri_plugin_window_state::StateFlags::POSITION
        | tauri_plugin_window_state::StateFlags::MAXIMIZED;
    tauri::Builder::default()
        .plugin(single.build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(place)
                .build(),
        )
        .plugin(tauri_plugin_autostart::Builder::new().build())
        .manage(Frames::default())
        .manage(Tray::default())
        .register_uri_scheme_protocol(frames::SCHEME, |context, request| {
            frames::answer(&context, &request)
        })
        .invoke_handler(tauri::generate_handler![
            call::call,
            call::message_frame,
            outside::open_external,
        ])
        .on_window_event(window::on_event)
        .build(tauri::generate_context!())
        .map_err(|error| Failure::Start(error.to_string()))
}

async fn open(folder: &std::path::Path, demo: bool) -> Result<Engine, Failure> {
    let mut options = OpenOptions::live(folder.to_owned(), secrets::of_workspace(folder));
    options.desktop = true;
    let engine = if demo {
        Engine::open_demo(options).await?
    } else {
        Engine::open(options).await?
    };
    Ok(engine)
}

fn ready(app: &AppHandle, first: Option<&str>, usual: bool) {
    let Some(engine) = app.try_state::<Engine>() else {
        return;
    };
    let engine = engine.inner().clone();
    if let Err(error) = window::open(app, first) {
        tracing::error!(%error, "The window cannot be opened.");
        app.exit(1);
        return;
    }
    // Whoever shows things listens before the first thing happens.
    notify::start(app, &engine);
    changes::start(app, &engine, usual);
    tray::start(app, &engine);
    #[cfg(unix)]
    quit_when_told(app);
    if engine.roster().demo {
        let _within = tauri::async_runtime::handle().inner().enter();
        engine.play_demo();
    }
}

/// Does what a second start asked for: it opened a link, or wants to see the window.
fn second_start(app: &AppHandle, arguments: Vec<String>) {
    let asked = Arguments::read(arguments.into_iter().skip(1).map(OsString::from));
    let link = match asked {
        Ok(Asked::Run(arguments)) => arguments.link,
        Ok(Asked::Text(_)) | Err(_) => None,
    };
    follow_link(app, link);
}

fn follow_link(app: &AppHandle, conversation: Option<String>) {
    match (conversation, app.try_state::<Engine>()) {
        (Some(conversation), Some(engine)) => engine.open_conversation(&conversation),
        _ => window::show(app),
    }
}

/// Ends like Quit does when the system asks for it.
#[cfg(unix)]
fn quit_when_told(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        app.exit(0);
    });
}
