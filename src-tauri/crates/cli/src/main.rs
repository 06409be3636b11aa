//! `baton` on the command line.

use std::process::ExitCode;

use baton_engine::Engine;

fn main() -> ExitCode {
    baton_cli::run::<Engine>(std::env::args_os())
}
