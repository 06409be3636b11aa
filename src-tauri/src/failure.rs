//! Why the app could not start.

use std::process::ExitCode;

use baton_api::ApiError;
use baton_engine::EngineError;

/// Why the app could not start.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense.
    Arguments(String),
    /// The engine could not open the workspace.
    Workspace(ApiError),
    /// The window system, the data folder or the log could not be had.
    Start(String),
}

impl Failure {
    /// The exit code that says so to a script.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Arguments(_) => 2,
            Self::Workspace(error) if error.code == "workspace_in_use" => 3,
            Self::Workspace(_) | Self::Start(_) => 1,
        })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Arguments(what) => write!(f, "{what}\nTry --help."),
            Self::Workspace(error) if error.hint.is_empty() => f.write_str(&error.message),
            Self::Workspace(error) => write!(f, "{}\n{}", error.message, error.hint),
            Self::Start(what) => f.write_str(what),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Workspace(error.into())
    }
}
