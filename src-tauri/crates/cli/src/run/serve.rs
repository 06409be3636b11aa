//! `baton serve` and `baton demo`.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;

use super::stop_signal;
use crate::arguments::ServeArguments;
use crate::node::{Node, Place};
use crate::output::{Failure, Output};
use crate::server::Server;
use crate::server::assets::Assets;
use crate::server::limits::Limits;

/// Serves until told to stop.
pub(super) async fn serve<N: Node>(
    place: Place,
    how: ServeArguments,
    output: &Output,
) -> Result<(), Failure> {
    let assets = match &how.ui {
        Some(folder) => Assets::from_folder(folder).map_err(|error| {
            Failure::said(
                "no_ui",
                format!(
                    "The user interface cannot be read from {}: {error}.",
                    folder.display()
                ),
                "Build it with npm run build in ui, then name ui/dist.",
            )
        })?,
        None => Assets::embedded(),
    };
    let stop = stop_signal();
    let node = N::open(place).await?;
    let ended = listen(&node, assets, &how, output, stop).await;
    node.close().await;
    ended
}

async fn listen<N: Node>(
    node: &Arc<N>,
    assets: Assets,
    how: &ServeArguments,
    output: &Output,
    stop: tokio_util::sync::CancellationToken,
) -> Result<(), Failure> {
    let bare = assets.is_empty();
    let server = Server::bind(Arc::clone(node), how.port, assets, Limits::default())
        .await
        .map_err(|error| {
            Failure::said(
                "port",
                format!("Port {} on 127.0.0.1 cannot be used: {error}.", how.port),
                "Choose another with --port, or leave it out for any free one.",
            )
        })?;
    let office = match how.lan {
        Some(address) => {
            let at = SocketAddr::new(address, server.address().port());
            let bound = Server::bind_lan(Arc::clone(node), at, Limits::default()).await;
            Some(bound.map_err(|error| {
                Failure::said(
                    "lan",
                    format!("{at} cannot be used: {error}."),
                    "Name an address of this machine with --lan, and a free port with --port.",
                )
            })?)
        }
        None => None,
    };
    if let Some(file) = &how.token_file {
        write_secret(file, server.token().reveal()).map_err(|error| {
            Failure::said(
                "token_file",
                format!(
                    "The token cannot be written to {}: {error}.",
                    file.display()
                ),
                "Name a file in a folder that can be written to.",
            )
        })?;
    }
    let address = match how.token_file {
        Some(_) => format!("http://{}/", server.address()),
        None => server.link(),
    };
    if bare {
        tracing::warn!("There is no user interface in this build; name one with --ui.");
    }
    output.tell(&json!({ "address": address }), &address)?;
    if how.open && !server.entrance().is_ok_and(|once| open(&once)) {
        tracing::warn!("No browser could be opened; open the address by hand.");
    }
    match office {
        Some(office) => {
            tokio::join!(server.run(stop.clone()), office.run(stop));
        }
        None => server.run(stop).await,
    }
    Ok(())
}

/// Writes a file that nobody else can read, in place of whatever stood there.
fn write_secret(path: &Path, secret: &str) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    baton_engine::make_private_file(path, format!("{secret}\n").as_bytes())
}

/// Starts the browser. Its arguments can be read by every user of the machine.
fn open(address: &str) -> bool {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}
