//! `baton import`: reads on one thread, takes in on another, in batches of bounded size.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::arguments::ImportArguments;
use crate::import::progress::{Progress, Tally};
use crate::import::{Format, Found, Item, read};
use crate::node::{Node, Outcome};
use crate::output::{Failure, Output, plain};

const BATCH_ITEMS: usize = 512;
const BATCH_BYTES: u64 = 16 * 1024 * 1024;

/// Imports until the end or until told to stop.
pub(super) async fn import<N: Node>(
    node: &N,
    what: ImportArguments,
    output: &Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    for path in &what.paths {
        if let Err(error) = path.symlink_metadata() {
            return Err(Failure::said(
                "not_found",
                format!("{} cannot be read: {error}.", path.display()),
                "Check the path; nothing has been imported.",
            ));
        }
    }
    if !what.own.is_empty() {
        node.team_wrote_as(what.own).await?;
    }
    let mut progress = Progress::new(io::stderr(), io::stderr().is_terminal(), Instant::now());
    let mut tally = Tally::default();
    let mut batches = batches(what.format, what.paths);
    while !stop.is_cancelled() {
        let Some(batch) = batches.recv().await else {
            break;
        };
        let mut items = Vec::with_capacity(batch.len());
        for found in batch {
            match found {
                Ok(item) => items.push(item),
                Err(fault) => {
                    tally.faults += 1;
                    progress.fault(&plain(&fault.to_string()))?;
                }
            }
        }
        take_in(node, items, &mut tally, &mut progress).await?;
        progress.tell(&tally, Instant::now())?;
    }
    let interrupted = stop.is_cancelled();
    progress.end(&tally, Instant::now())?;
    if output.is_json() {
        output.tell(&tally, "")?;
    }
    match (interrupted, tally.faults) {
        (true, _) => Err(Failure::Interrupted),
        (false, 0) => Ok(()),
        (false, _) => Err(Failure::Found),
    }
}

async fn take_in<N: Node>(
    node: &N,
    items: Vec<Item>,
    tally: &mut Tally,
    progress: &mut Progress<io::Stderr>,
) -> Result<(), Failure> {
    if items.is_empty() {
        return Ok(());
    }
    let sources: Vec<_> = items
        .iter()
        .map(|item| (item.source.clone(), item.bytes()))
        .collect();
    let outcomes = node.import(items).await?;
    for ((source, bytes), outcome) in sources.into_iter().zip(outcomes) {
        tally.bytes += bytes;
        match outcome {
            Outcome::New => tally.imported += 1,
            Outcome::Known => tally.known += 1,
            Outcome::Refused(why) => {
                tally.faults += 1;
                progress.fault(&plain(&format!("{source}: {why}")))?;
            }
        }
    }
    Ok(())
}

/// Reads on a thread of its own, at most two batches ahead.
fn batches(format: Format, paths: Vec<PathBuf>) -> mpsc::Receiver<Vec<Found>> {
    let (send, receive) = mpsc::channel(1);
    std::thread::spawn(move || {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for found in read(format, paths) {
            bytes += found.as_ref().map_or(0, Item::bytes);
            batch.push(found);
            if batch.len() >= BATCH_ITEMS || bytes >= BATCH_BYTES {
                bytes = 0;
                if send.blocking_send(std::mem::take(&mut batch)).is_err() {
                    return;
                }
            }
        }
        let _ = send.blocking_send(batch);
    });
    receive
}
