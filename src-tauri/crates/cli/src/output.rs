//! Results on standard output, errors on standard error, and the exit code that fits.

use std::io::{self, Write};
use std::process::ExitCode;

use baton_api::ApiError;
use serde::Serialize;
use thiserror::Error;

/// How a run ended, other than well.
#[derive(Debug, Error)]
pub enum Failure {
    /// The engine or the program itself said no.
    #[error("{0}")]
    Said(ApiError),
    /// A problem was found; what it is has been written as a result.
    #[error("a problem was found")]
    Found,
    /// The user interrupted.
    #[error("interrupted")]
    Interrupted,
    /// Something could not be written; a reader that went away is no failure.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Said(error)
    }
}

impl Failure {
    /// A failure of the program's own.
    pub(crate) fn said(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self::Said(ApiError::new(code, message, hint))
    }

    /// The exit code, as `--help` lists them.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Said(error) => match error.code.as_str() {
                "workspace_in_use" => 3,
                "not_found" => 4,
                "internal" => 70,
                _ => 1,
            },
            Self::Found => 1,
            Self::Interrupted => 130,
            Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Write(_) => 1,
        }
    }
}

/// Where results go.
pub struct Output {
    json: bool,
}

impl Output {
    /// Writes for people or, with `json`, for programs.
    #[must_use]
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether programs read it.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a result: as one line of JSON, or as the text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(&self, value: &impl Serialize, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}", text.trim_end())?;
        }
        out.flush()?;
        Ok(())
    }

    /// Says how the run ended, on standard error when it failed.
    #[must_use]
    pub fn end(&self, ended: Result<(), Failure>) -> ExitCode {
        let Err(failure) = ended else {
            return ExitCode::SUCCESS;
        };
        let error = match &failure {
            Failure::Said(error) => Some(error.clone()),
            Failure::Write(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Some(ApiError::new("io", failure.to_string(), ""))
            }
            _ => None,
        };
        if let Some(error) = error {
            // There is nowhere left to complain to when this fails.
            let _ = self.complain(&error);
        }
        ExitCode::from(failure.code())
    }

    /// Says on standard error what people should know beside the result.
    pub(crate) fn warn(&self, code: &str, message: impl Into<String>, hint: &str) {
        // There is nowhere left to complain to when this fails.
        let _ = self.complain_as("warning", &ApiError::new(code, message, hint));
    }

    fn complain(&self, error: &ApiError) -> io::Result<()> {
        self.complain_as("error", error)
    }

    fn complain_as(&self, word: &str, error: &ApiError) -> io::Result<()> {
        let mut out = io::stderr().lock();
        if self.json {
            serde_json::to_writer(&mut out, error)?;
            return writeln!(out);
        }
        writeln!(out, "{word}: {}", plain(&error.message))?;
        if !error.hint.is_empty() {
            writeln!(out, "hint: {}", plain(&error.hint))?;
        }
        Ok(())
    }
}

/// Text that cannot move the cursor or recolour a terminal; it may hold words of a customer.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                '\u{fffd}'
            }
            c => c,
        })
        .collect()
}
