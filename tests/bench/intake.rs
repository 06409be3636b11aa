//! Taking in: the import beside `notmuch` and beside the floor, and the start of `baton serve`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use baton_core::time::Timestamp;
use baton_store::{Options, Store};

use crate::corpus;
use crate::measure::{Cost, median, millis, row, run, seconds};

/// Where everything of one run lies.
pub(crate) struct Place<'a> {
    /// The `baton` program.
    pub(crate) baton: &'a Path,
    /// The folder of the run.
    pub(crate) folder: &'a Path,
    /// How many mails.
    pub(crate) mails: u64,
    /// How many pairs of runs a row is the median of.
    pub(crate) pairs: usize,
    /// How many conversations the large workspace has.
    pub(crate) conversations: u64,
}

impl Place<'_> {
    /// The Maildir.
    pub(crate) fn maildir(&self) -> PathBuf {
        self.folder.join("maildir")
    }

    /// The workspace that the last import left.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    /// The database that the last run of the floor left.
    pub(crate) fn floor(&self) -> PathBuf {
        self.folder.join("floor.db")
    }

    /// The large workspace, or, where there is none, the one of the last import.
    pub(crate) fn large(&self) -> PathBuf {
        let large = self.folder.join("five-workspace");
        if large.exists() {
            large
        } else {
            self.workspace()
        }
    }

    fn import(&self, maildir: &Path, workspace: &Path) -> Cost {
        let _ = std::fs::remove_dir_all(workspace);
        self.add(maildir, workspace)
    }

    fn add(&self, maildir: &Path, workspace: &Path) -> Cost {
        run(Command::new(self.baton)
            .arg("--workspace")
            .arg(workspace)
            .args(["import", "--format", "maildir"])
            .arg(maildir))
    }

    fn run_floor(&self) -> Cost {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.floor().display()));
        }
        run(Command::new(std::env::current_exe().unwrap())
            .arg("floor")
            .arg(self.maildir())
            .arg(self.floor()))
    }

    fn notmuch(&self) -> Cost {
        notmuch(&self.maildir(), &self.folder.join("notmuch"))
    }
}

/// Indexes a Maildir with `notmuch` into a new database, whose configuration stands beside it.
pub(crate) fn notmuch(maildir: &Path, index: &Path) -> Cost {
    let _ = std::fs::remove_dir_all(index);
    std::fs::create_dir_all(index).unwrap();
    let config = index.with_extension("conf");
    let text = format!(
        "[database]\npath={}\nmail_root={}\n[user]\nname=Bench\nprimary_email=bench@baton.test\n\
         [new]\ntags=new\n[maildir]\nsynchronize_flags=false\n",
        index.display(),
        maildir.display()
    );
    std::fs::write(&config, text).unwrap();
    run(Command::new("notmuch")
        .env("NOTMUCH_CONFIG", &config)
        .args(["new", "--quiet", "--no-hooks"]))
}

/// Whether a program is on this machine.
pub(crate) fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Import, in turn with the floor and with `notmuch`.
pub(crate) fn import(place: &Place<'_>) {
    let (mut baton, mut floor, mut notmuch) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..place.pairs {
        baton.push(place.import(&place.maildir(), &place.workspace()));
        floor.push(place.run_floor());
        if has("notmuch") {
            notmuch.push(place.notmuch());
        }
    }
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.cpu));
    let ratio = |peer: &[Cost]| {
        median(
            peer.iter()
                .zip(&baton)
                .map(|(peer, own)| peer.cpu / own.cpu),
        )
    };
    let own = seconds(cpu(&baton));
    let name = format!("import of {} mails, CPU, beside", place.mails);
    match notmuch.is_empty() {
        true => row(
            &format!("{name} notmuch"),
            &own,
            "not installed",
            None,
            ">= 8 times",
        ),
        false => row(
            &format!("{name} notmuch"),
            &own,
            &seconds(cpu(&notmuch)),
            Some(ratio(&notmuch)),
            ">= 8 times",
        ),
    }
    row(
        &format!("{name} floor"),
        &own,
        &seconds(cpu(&floor)),
        Some(1.0 / ratio(&floor)),
        "<= 1.4 of its CPU",
    );
    let wall = median(baton.iter().map(|cost| cost.wall));
    row(
        "import, mails per CPU second; wall",
        &format!("{:.0}/s", place.mails as f64 / cpu(&baton)),
        &seconds(wall),
        None,
        "for reading on",
    );
    let file = |path: PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len()) as f64 / 1e6;
    let (own, bare) = (
        file(place.workspace().join("baton.db")),
        file(place.floor()),
    );
    row(
        "size of the database, raw mail in it",
        &format!("{own:.1} MB"),
        &format!("{bare:.1} MB"),
        Some(own / bare),
        "for reading on",
    );
    let base = median(baton.iter().map(|cost| cost.cpu)) / place.mails as f64;
    five_times(place, base);
}

fn five_times(place: &Place<'_>, base: f64) {
    let (maildir, workspace) = (
        place.folder.join("five"),
        place.folder.join("five-workspace"),
    );
    let mails = place.mails * 5;
    corpus::write(&maildir, mails).unwrap();
    let cost = place.import(&maildir, &workspace);
    let _ = std::fs::remove_dir_all(&maildir);
    let each = cost.cpu / mails as f64;
    row(
        &format!("rate at {mails} mails against {} (one run)", place.mails),
        &format!("{:.0}/s", 1.0 / each),
        &format!("{:.0}/s", 1.0 / base),
        Some(base / each),
        ">= 0.85",
    );
    // A thread is one conversation, so more of them are needed than the mails make.
    let store = Store::open(&workspace, Options::at(Timestamp(1_795_000_000_000))).unwrap();
    let all = |reader: &baton_store::Reader<'_>| reader.count(&baton_store::Place::All);
    let have = store.readers().read(all).unwrap().conversations;
    drop(store);
    let missing = place.conversations.saturating_sub(have);
    if missing > 0 {
        corpus::write_short(&maildir, missing).unwrap();
        place.add(&maildir, &workspace);
        let _ = std::fs::remove_dir_all(&maildir);
    }
}

/// From the start of `baton serve` until it has answered a request.
pub(crate) fn serve(place: &Place<'_>) {
    let workspace = place.large();
    let times = (0..5).map(|_| {
        let start = Instant::now();
        let mut child = Command::new(place.baton)
            .arg("--workspace")
            .arg(&workspace)
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let host = line.split('/').nth(2).unwrap_or_default().trim().to_owned();
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        let took = millis(start.elapsed());
        child.kill().unwrap();
        child.wait().unwrap();
        took
    });
    let took = median(times);
    row(
        "start of baton serve until it answers, wall",
        &format!("{took:.0} ms"),
        "-",
        None,
        "< 200 ms",
    );
}
