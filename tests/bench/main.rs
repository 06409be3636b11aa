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
mod door;
mod floor;
mod handoff;
mod history;
mod intake;
mod measure;
mod policy;
mod post;
mod reading;
#[path = "../window/stage.rs"]
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "shared with the stories"
)]
mod stage;
#[path = "../window/webdriver.rs"]
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::panic,
    reason = "shared with the stories"
)]
mod webdriver;
mod window;

use std::path::Path;
use std::process::ExitCode;

use baton_tests::parts::{needs_mails, parts};
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
        ["all", baton, folder, mails] => {
            let mails = mails.parse().unwrap();
            let place = Place {
                baton: Path::new(baton),
                folder: Path::new(folder),
                mails,
                pairs: number("BENCH_PAIRS").map_or(3, |pairs| pairs as usize),
                conversations: number("BENCH_CONVERSATIONS").unwrap_or(mails * 5),
            };
            let only = std::env::var("BENCH_ONLY").unwrap_or_default();
            match parts(&only, place.workspace().join("baton.db").exists()) {
                Ok(wanted) => all(&place, &wanted),
                Err(why) => {
                    eprintln!("{why}");
                    return ExitCode::from(2);
                }
            }
        }
        _ => {
            eprintln!("bench corpus FOLDER MAILS | floor MAILDIR FILE | all BATON FOLDER MAILS");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn all(place: &Place<'_>, wanted: &[&str]) {
    if wanted.iter().any(|part| needs_mails(part)) {
        let bytes = corpus::write(&place.maildir(), place.mails).unwrap();
        println!("{} mails, {:.1} MB\n", place.mails, bytes as f64 / 1e6);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    measure::head();
    for part in wanted.iter().copied() {
        match part {
            "import" => intake::import(place),
            "search" => reading::search(place),
            "commands" => runtime.block_on(reading::commands(place)),
            "decision" => deciding::decide(),
            "rules" => {
                let points = number("BENCH_POINTS").unwrap_or(1_000_000);
                runtime.block_on(history::whole(points));
                history::peers(&place.baton.with_file_name("peers"));
                history::live();
                history::analysis();
            }
            "serve" => intake::serve(place),
            "door" => runtime.block_on(door::talk(place)),
            "mail" => {
                runtime.block_on(post::notice(place));
                runtime.block_on(post::sync(place));
            }
            _ => {
                window::starts(place);
                window::notification(place);
                runtime.block_on(handoff::notification(place));
            }
        }
    }
}
