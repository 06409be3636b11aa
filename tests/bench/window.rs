//! The app on a desktop of its own: the start of the window and the memory of everything that
//! belongs to it, beside other mail programs, and the way from an accepted mail to the
//! notification on the screen.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use baton_testkit::{MailServer, ServerOptions};
use baton_tests::mail::Mail;
use serde_json::json;

use crate::intake::{Place, has};
use crate::measure::{median, millis, row};
use crate::stage::{Stage, until};

const SUPPORT: &str = "support@baton.test";

/// How long a program is given until its memory counts as settled.
const SETTLE: Duration = Duration::from_secs(20);

/// Longer than any of them takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The parts of the desktop that belong to no program under test.
const FURNITURE: [&str; 5] = ["Xvfb", "dbus-daemon", "dunst", "sh", "xdotool"];

/// How one start went.
#[derive(Clone, Copy)]
struct Start {
    /// Milliseconds until a window stood on the screen.
    shown: f64,
    /// Proportional set size of all processes, in MiB.
    memory: f64,
}

/// Memory of everything that lives on a desktop, shared pages counted by share.
fn memory(stage: &Stage) -> f64 {
    let mark = stage.path("run").to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").unwrap();
    let kib: u64 = processes
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let read = |name: &str| std::fs::read(entry.path().join(name)).ok();
            let environment = read("environ")?;
            if !String::from_utf8_lossy(&environment).contains(&mark) {
                return None;
            }
            let name = String::from_utf8(read("comm")?).ok()?;
            if FURNITURE.contains(&name.trim()) {
                return None;
            }
            let rollup = String::from_utf8(read("smaps_rollup")?).ok()?;
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim()
                .trim_end_matches(" kB")
                .trim()
                .parse::<u64>()
                .ok()
        })
        .sum();
    kib as f64 / 1024.0
}

fn window_stands(stage: &Stage) -> bool {
    let asked = stage
        .command("xdotool")
        .args(["search", "--onlyvisible", "--name", "."])
        .stderr(Stdio::null())
        .output();
    asked.is_ok_and(|found| !found.stdout.is_empty())
}

fn start(stage: &Stage, mut program: Command) -> Option<Start> {
    let begin = Instant::now();
    let child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.ok()?;
    while !window_stands(stage) {
        if begin.elapsed() > PATIENCE {
            return None;
        }
        sleep(Duration::from_millis(10));
    }
    let shown = millis(begin.elapsed());
    sleep(SETTLE);
    let memory = memory(stage);
    let _ = child.kill();
    let _ = child.wait();
    Some(Start { shown, memory })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// One start of each program on a desktop of its own, in turn; Baton with the mails of the import,
/// the others with nothing.
pub(crate) fn starts(place: &Place<'_>) {
    let Some(app) = std::env::var_os("BATON_DESKTOP") else {
        return row(
            "window shown, settled memory",
            "no app",
            "-",
            None,
            "< 320 MiB",
        );
    };
    let peers: Vec<&str> = ["geary", "thunderbird"]
        .into_iter()
        .filter(|one| has(one))
        .collect();
    let (mut own, mut theirs) = (Vec::new(), vec![Vec::new(); peers.len()]);
    for _ in 0..place.pairs {
        let Some(stage) = Stage::set_up() else {
            return row(
                "window shown, settled memory",
                "no desktop",
                "-",
                None,
                "< 320 MiB",
            );
        };
        copy(&place.workspace(), &stage.path("workspace"));
        std::fs::write(stage.path("passphrase"), "a rehearsal").unwrap();
        let mut baton = stage.command(&app.to_string_lossy());
        baton.args(["--workspace", &stage.workspace()]);
        own.extend(start(&stage, baton));
        drop(stage);
        for (peer, starts) in peers.iter().zip(&mut theirs) {
            if let Some(stage) = Stage::set_up() {
                starts.extend(start(&stage, stage.command(peer)));
            }
        }
    }
    let shown = |starts: &[Start]| median(starts.iter().map(|one| one.shown));
    let memory = |starts: &[Start]| median(starts.iter().map(|one| one.memory));
    if own.is_empty() {
        return row("window shown, wall", "never", "-", None, "< 320 MiB");
    }
    row(
        "memory settled, all processes",
        &format!("{:.0} MiB", memory(&own)),
        "-",
        None,
        "< 320 MiB",
    );
    for (peer, starts) in ["geary", "thunderbird"].iter().map(|peer| {
        let at = peers.iter().position(|one| one == peer);
        (peer, at.and_then(|at| theirs.get(at)))
    }) {
        let Some(starts) = starts.filter(|starts| !starts.is_empty()) else {
            row(
                &format!("window shown, memory; {peer}"),
                "-",
                if has(peer) {
                    "no window"
                } else {
                    "not installed"
                },
                None,
                "for reading on",
            );
            continue;
        };
        row(
            &format!("window shown, wall; {peer}, empty"),
            &format!("{:.0} ms", shown(&own)),
            &format!("{:.0} ms", shown(starts)),
            Some(shown(&own) / shown(starts)),
            "for reading on",
        );
        row(
            &format!("memory settled; {peer}, empty"),
            &format!("{:.0} MiB", memory(&own)),
            &format!("{:.0} MiB", memory(starts)),
            Some(memory(&own) / memory(starts)),
            "for reading on",
        );
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1e3
}

/// From the server's yes to a mail until the notification daemon has it on the screen.
pub(crate) fn notification(_: &Place<'_>) {
    const WHAT: &str = "mail accepted until notification on screen";
    const AIM: &str = "median < 300 ms";
    if std::env::var_os("BATON_DESKTOP").is_none() {
        return row(WHAT, "no app", "-", None, AIM);
    }
    let (Some(mut stage), Some(server)) = (
        Stage::set_up(),
        MailServer::start_or_skip(&ServerOptions::default()),
    ) else {
        return row(WHAT, "no desktop", "-", None, AIM);
    };
    std::fs::write(stage.path("passphrase"), "a rehearsal").unwrap();
    let workspace = stage.workspace();
    let window = stage.open(&["--workspace", &workspace]);
    until("the page", PATIENCE, || window.text("main"));
    let config = baton_tests::post::mailbox(&server, SUPPORT, None);
    let put = json!({ "id": null, "config": config, "secret": "secret", "oauth_flow": null });
    window.call("channel_put", put).unwrap();
    until("the mailbox to be live", PATIENCE, || {
        let listed = window.call("channel_list", json!({})).ok()?;
        listed.to_string().contains("\"live\"").then_some(())
    });
    let mut listener = crate::post::Listener::open(&server, SUPPORT);
    let (mut times, mut words) = (Vec::new(), Vec::new());
    for number in 0..11 {
        // No two arrive as one burst.
        sleep(Duration::from_millis(1_000));
        let who = format!("Customer {number}");
        let mail = Mail::from(
            &format!("{who} <customer{number}@customer.test>"),
            &format!("w{number}"),
            "My lawyer will write to you.",
        )
        .about(&format!("Matter number {number}"));
        server.deliver(SUPPORT, &mail.raw()).unwrap();
        let accepted = now();
        listener.hears();
        words.push(now() - accepted);
        let note = stage.note_about(&who, PATIENCE);
        times.push(note.at as f64 - accepted);
    }
    let most = times.iter().copied().fold(0.0, f64::max);
    let (middle, word) = (median(times), median(words));
    row(WHAT, &format!("{middle:.0} / {most:.0} ms"), "-", None, AIM);
    row(
        "the same; the server's own word of it (IDLE)",
        &format!("{middle:.0} ms"),
        &format!("{word:.0} ms"),
        Some(middle / word),
        "for reading on",
    );
}
