//! Carries out what the arguments say.

mod apply;
mod backtest;
mod bots;
mod contacts;
mod explain;
mod import;
mod knowledge;
mod look;
mod propose;
mod reviewers;
mod rules;
mod running;
mod serve;

use std::ffi::OsString;
use std::future::Future;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use clap::error::ErrorKind;
use etcetera::BaseStrategy as _;
use tokio_util::sync::CancellationToken;

use crate::arguments::{
    Arguments, AuditCommand, BotsCommand, Command, ContactsCommand, KnowledgeCommand,
    ReviewersArguments, ReviewersCommand, RulesCommand,
};
use crate::export;
use crate::node::{Node, Place, Purpose};
use crate::output::{Failure, Output};

/// Runs the program with an engine of kind `N`.
#[must_use]
pub fn run<N: Node>(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help is a result; anything else is a complaint. A closed pipe is neither.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(2),
            };
        }
    };
    trace(arguments.verbose);
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return output.end(Err(Failure::Write(error))),
    };
    let ended = runtime.block_on(carry_out::<N>(arguments, &output));
    // A reader thread may still wait for a slow disk.
    runtime.shutdown_background();
    output.end(ended)
}

fn trace(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    // Only one subscriber can be set; a second run within a test keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(level))
        .with_writer(io::stderr)
        .try_init();
}

async fn carry_out<N: Node>(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let name = match arguments.command {
        Command::Demo(_) => "baton-demo",
        _ => "baton",
    };
    let folder = match arguments.workspace {
        Some(folder) => folder,
        None => data_folder()?.join(name),
    };
    let quiet = || Place {
        folder: folder.clone(),
        purpose: Purpose::Quiet,
    };
    match arguments.command {
        Command::Demo(how) => serve::serve::<N>(place(folder, Purpose::Demo), how, output).await,
        Command::Serve(how) => serve::serve::<N>(place(folder, Purpose::Serve), how, output).await,
        Command::Import(what) => {
            with(quiet(), output, |node: Arc<N>| async move {
                import::import(&*node, what, output, stop_signal()).await
            })
            .await
        }
        Command::Contacts(ContactsCommand::Import { file, dry_run }) => {
            with(quiet(), output, |node: Arc<N>| async move {
                contacts::import(&*node, &file, dry_run, output, stop_signal()).await
            })
            .await
        }
        Command::Bots(what) => {
            let place = match what {
                BotsCommand::Add { .. } | BotsCommand::Connect(_) => quiet(),
                BotsCommand::List
                | BotsCommand::Lan { .. }
                | BotsCommand::Switch { .. }
                | BotsCommand::Sent { .. }
                | BotsCommand::Webhook { .. }
                | BotsCommand::Deliveries { .. }
                | BotsCommand::Remove { .. } => existing(quiet())?,
            };
            with(place, output, |node: Arc<N>| async move {
                bots::bots(&*node, what, output).await
            })
            .await
        }
        Command::Reviewers(ReviewersArguments { what, running }) => {
            if let Some(host) = running::host(&running)? {
                return reviewers::reviewers(&host, what, output).await;
            }
            let place = match what {
                ReviewersCommand::Add { .. } => quiet(),
                ReviewersCommand::List | ReviewersCommand::Remove { .. } => existing(quiet())?,
            };
            with(place, output, |node: Arc<N>| async move {
                reviewers::reviewers(&*node, what, output).await
            })
            .await
            .map_err(running::or_ask_it)
        }
        Command::Knowledge(what) => {
            let place = match what {
                KnowledgeCommand::Add { .. } => quiet(),
                KnowledgeCommand::List
                | KnowledgeCommand::Refresh { .. }
                | KnowledgeCommand::Remove { .. } => existing(quiet())?,
            };
            with(place, output, |node: Arc<N>| async move {
                knowledge::knowledge(&*node, what, output).await
            })
            .await
        }
        Command::Export(_) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                export(&*node, output).await
            })
            .await
        }
        Command::Rules(RulesCommand::Check { file }) => {
            rules::check::<N>(&rule_file(file, &folder), output)
        }
        Command::Rules(RulesCommand::Test { file, junit }) => {
            rules::test(&rule_file(file, &folder), junit.as_deref(), output)
        }
        Command::Rules(RulesCommand::Analyse { file, strict }) => {
            rules::analyse(&rule_file(file, &folder), strict, output)
        }
        Command::Rules(RulesCommand::Backtest(what)) => {
            let file = rule_file(what.file.clone(), &folder);
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                backtest::backtest(&*node, file, what, output, stop_signal()).await
            })
            .await
        }
        Command::Rules(RulesCommand::Apply {
            file,
            reason,
            beside,
            overrode,
        }) => {
            let asked = apply::Asked {
                file: rule_file(file, &folder),
                reason,
                beside,
                overrode,
            };
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                apply::apply(&*node, asked, output).await
            })
            .await
        }
        Command::Rules(RulesCommand::Facts { file }) => {
            let named = file.is_some();
            rules::facts(&rule_file(file, &folder), named, output)
        }
        Command::Rules(RulesCommand::Propose { miss_cost }) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                propose::propose(&*node, miss_cost, output).await
            })
            .await
        }
        Command::Rules(RulesCommand::Explain {
            conversation,
            with: file,
            proof,
        }) => {
            let asked = explain::Asked {
                conversation,
                with: file,
                proof,
            };
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                explain::explain(&*node, asked, output).await
            })
            .await
        }
        Command::Audit(AuditCommand::Verify) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                look::audit(&*node, output).await
            })
            .await
        }
        Command::Erase(whom) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                look::erase(&*node, whom, output).await
            })
            .await
        }
        Command::Backup(what) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                look::backup(&*node, what.file, output).await
            })
            .await
        }
        Command::Doctor(what) => {
            with(existing(quiet())?, output, |node: Arc<N>| async move {
                look::doctor(&*node, what, output).await
            })
            .await
        }
    }
}

/// The rule file that was named, or that of the workspace.
fn rule_file(named: Option<PathBuf>, folder: &Path) -> PathBuf {
    named.unwrap_or_else(|| folder.join("handoff.baton.toml"))
}

fn place(folder: PathBuf, purpose: Purpose) -> Place {
    Place { folder, purpose }
}

/// Opens a workspace, does something with it and closes it, however that ends.
async fn with<N: Node, F: Future<Output = Result<(), Failure>>>(
    place: Place,
    output: &Output,
    work: impl FnOnce(Arc<N>) -> F,
) -> Result<(), Failure> {
    let node = N::open(place).await?;
    if let Some(why) = node.read_only() {
        output.warn(
            "read_only",
            format!("The workspace can only be read: {why}."),
            "What follows is what is left of it.",
        );
    }
    let ended = work(Arc::clone(&node)).await;
    node.close().await;
    ended
}

/// Looking at a workspace that is not there must not make one.
fn existing(place: Place) -> Result<Place, Failure> {
    if place.folder.is_dir() {
        return Ok(place);
    }
    Err(Failure::said(
        "not_found",
        format!("There is no workspace in {}.", place.folder.display()),
        "Name it with --workspace, or begin one with baton serve or baton import.",
    ))
}

fn data_folder() -> Result<PathBuf, Failure> {
    etcetera::choose_base_strategy()
        .map(|base| base.data_dir())
        .map_err(|error| {
            Failure::said(
                "no_home",
                format!("The user's data folder cannot be found: {error}."),
                "Name the workspace with --workspace.",
            )
        })
}

/// Cancelled when the user or the system asks the program to stop.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
                return told.cancel();
            }
        }
        let _ = tokio::signal::ctrl_c().await;
        told.cancel();
    });
    stop
}

/// Writes what can be read, whatever is damaged, and tells at the end what is missing.
async fn export<N: Node>(node: &N, output: &Output) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout());
    let mut from = 0;
    let (mut damaged, mut lost) = (0_usize, 0_usize);
    loop {
        let page = node.export(from).await?;
        for record in &page.records {
            if !record.damaged.is_empty() {
                damaged += 1;
                output.warn(
                    "damaged",
                    format!(
                        "The message {} is damaged: {}.",
                        record.id,
                        record.damaged.join(" and ")
                    ),
                    "",
                );
            }
            export::write(&mut out, record)?;
        }
        lost += page.lost;
        match page.next {
            Some(next) => from = next,
            None => break,
        }
    }
    out.flush()?;
    if damaged + lost == 0 {
        return Ok(());
    }
    output.warn(
        "damaged",
        format!(
            "{damaged} messages are damaged, and {lost} entries of the log cannot be read at all; \
             everything else is written."
        ),
        "`baton audit verify` says where the damage is; a backup may have what is missing.",
    );
    Err(Failure::Found)
}
