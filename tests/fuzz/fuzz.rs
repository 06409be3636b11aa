//! Fuzzing without instrumentation: seeds of our own, damaged at random, given to every reader of
//! what strangers write. A case that panics, hangs or breaks a promise is kept and fails the run.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool for the people who build Baton"
)]

mod damage;
mod targets;

use std::hash::{BuildHasher as _, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use damage::Dice;
use targets::{TARGETS, Target};

/// One case may take so long; ordinary ones take a thousandth of it.
const PATIENCE: Duration = Duration::from_secs(20);

/// `fuzz SECONDS` hunts; `fuzz TARGET FILE` runs one kept input again and says how long it took.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, file] = &arguments[..] {
        let target = TARGETS.iter().find(|one| one.name == name);
        let input = std::fs::read(file).expect("the kept input can be read");
        let begun = Instant::now();
        (target.expect("a target of that name").run)(&input);
        println!("{name} took {:?}", begun.elapsed());
        return ExitCode::SUCCESS;
    }
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(60));
    let seed = std::env::var("FUZZ_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = seed
        .unwrap_or_else(|| RandomState::new().hash_one(0))
        .max(1);
    println!("FUZZ_SEED={seed}");
    let mut sound = true;
    for target in TARGETS {
        match hunt(target, seed, time) {
            Ok(cases) => println!("{:<10} {cases} cases, all well", target.name),
            Err((why, input)) => {
                sound = false;
                println!(
                    "{:<10} {why}; the input is in {}",
                    target.name,
                    keep(target, &input)
                );
            }
        }
    }
    if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Gives a target damaged input until its time is over, or it fails.
fn hunt(target: &'static Target, seed: u64, time: Duration) -> Result<u64, (String, Vec<u8>)> {
    let current: Arc<Mutex<(Instant, Vec<u8>)>> =
        Arc::new(Mutex::new((Instant::now(), Vec::new())));
    let (tell, told) = mpsc::channel();
    let watched = Arc::clone(&current);
    std::thread::Builder::new()
        // What a server's worker has, so that deep nesting shows.
        .stack_size(2 << 20)
        .spawn(move || {
            let mut dice = Dice(seed);
            let begun = Instant::now();
            let mut cases = 0_u64;
            while begun.elapsed() < time {
                let input = damage::damaged(&mut dice, target.seeds, target.words);
                *watched.lock().unwrap() = (Instant::now(), input.clone());
                let run = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
                if run.is_err() {
                    let _ = tell.send(Err(("a panic or a broken promise".to_owned(), input)));
                    return;
                }
                cases += 1;
            }
            let _ = tell.send(Ok(cases));
        })
        .unwrap();
    loop {
        match told.recv_timeout(Duration::from_millis(500)) {
            Ok(end) => return end,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let input = current.lock().map(|now| now.1.clone()).unwrap_or_default();
                return Err(("the thread died".to_owned(), input));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let now = current.lock().unwrap();
                if now.0.elapsed() > PATIENCE {
                    return Err((
                        format!("a case takes more than {PATIENCE:?}"),
                        now.1.clone(),
                    ));
                }
            }
        }
    }
}

fn keep(target: &Target, input: &[u8]) -> String {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/out"));
    let file = folder.join(format!("fuzz-{}", target.name));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, input));
    written.map_or_else(|why| why.to_string(), |()| file.display().to_string())
}
