//! The log of the app: one file a day in the workspace, fourteen kept.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// The variable that asks for more or less than usual.
const LEVEL: &str = "BATON_LOG";

/// How many days are kept.
const KEPT: usize = 14;

/// Begins to log; what is written last reaches the disk when the guard is dropped.
pub(crate) fn begin(workspace: &Path) -> Result<WorkerGuard, Failure> {
    let folder = workspace.join("logs");
    let unwritable = |error: &dyn std::fmt::Display| {
        Failure::Start(format!("The log cannot be written: {error}."))
    };
    std::fs::create_dir_all(&folder).map_err(|error| unwritable(&error))?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("baton")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .map_err(|error| unwritable(&error))?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let filter = EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new("info"));
    let set = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(writer)
        .try_init();
    match set {
        Ok(()) => Ok(guard),
        Err(error) => Err(Failure::Start(format!("The log cannot begin: {error}."))),
    }
}
