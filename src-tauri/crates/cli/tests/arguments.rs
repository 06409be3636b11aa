//! The arguments and exit codes.

use baton_api::ApiError;
use baton_cli::arguments::{Arguments, Command};
use baton_cli::import::Format;
use baton_cli::output::{Failure, plain};
use clap::{CommandFactory as _, Parser as _};

#[test]
fn the_arguments_fit_together() {
    Arguments::command().debug_assert();
}

#[test]
fn an_import_names_a_format_and_paths() {
    let line = [
        "baton",
        "import",
        "--format",
        "mbox",
        "a",
        "b",
        "--json",
        "--workspace",
        "w",
    ];
    let arguments = Arguments::try_parse_from(line).unwrap();
    assert!(arguments.json);
    let Command::Import(what) = arguments.command else {
        panic!("no import");
    };
    assert_eq!((what.format, what.paths.len()), (Format::Mbox, 2));
    for wrong in [
        vec!["baton"],
        vec!["baton", "import", "a"],
        vec!["baton", "import", "--format", "pst", "a"],
        vec!["baton", "import", "--format", "eml"],
        vec!["baton", "serve", "--port", "70000"],
        vec!["baton", "rules"],
    ] {
        assert!(Arguments::try_parse_from(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn each_failure_has_its_exit_code() {
    let said = |code: &str| Failure::Said(ApiError::new(code, "", "")).code();
    assert_eq!(said("workspace_in_use"), 3);
    assert_eq!(said("not_found"), 4);
    assert_eq!(said("internal"), 70);
    assert_eq!(said("anything_else"), 1);
    assert_eq!(Failure::Found.code(), 1);
    assert_eq!(Failure::Interrupted.code(), 130);
    let broken = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    assert_eq!(Failure::Write(broken).code(), 0);
}

#[test]
fn words_of_a_customer_cannot_drive_the_terminal() {
    assert_eq!(
        plain("a\u{1b}[2Jb\u{202e}c\r\n"),
        "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\n"
    );
}
