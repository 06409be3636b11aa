//! Figures beside peers and floors, in one run. `docs/bench.md` tells what each row compares.
//!
//! `bench corpus FOLDER MAILS` writes the Maildir, `bench floor MAILDIR FILE` runs the floor,
//! `bench all BATON FOLDER MAILS` prints the table.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has failed"
)]

mod corpus;
mod deciding;
mod floor;
mod intake;
mod measure;
mod post;
mod reading;

use std::path::Path;
use std::process::ExitCode;

use intake::Place;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["corpus", folder, mails] => {
            let bytes = corpus::write(Path::new(folder), mails.parse().unwrap()).unwrap();
            println!("{mails} mails, {bytes} bytes");
        }
        ["floor", maildir, file] => floor::take_in(Path::new(maildir), Path::new(file)),
        ["all", baton, folder, mails] => all(&Place {
            baton: Path::new(baton),
            folder: Path::new(folder),
            mails: mails.parse().unwrap(),
        }),
        _ => {
            eprintln!("bench corpus FOLDER MAILS | floor MAILDIR FILE | all BATON FOLDER MAILS");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn all(place: &Place<'_>) {
    let bytes = corpus::write(&place.maildir(), place.mails).unwrap();
    println!("{} mails, {:.1} MB\n", place.mails, bytes as f64 / 1e6);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    measure::head();
    intake::import(place);
    reading::search(place);
    runtime.block_on(reading::commands(place));
    deciding::decide();
    intake::serve(place);
    for missing in [
        "search beside notmuch in process",
        "first sync beside mbsync and notmuch together",
        "window shown and settled memory beside Geary",
    ] {
        measure::row(missing, "not measured", "-", None, "-");
    }
    runtime.block_on(post::notice(place));
    runtime.block_on(post::sync(place));
}
