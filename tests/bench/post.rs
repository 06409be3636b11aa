//! Real servers: the first and the idle sync of a mailbox over TLS beside `mbsync`, and the way
//! from an accepted mail to its notice.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use baton_core::ids::AgentName;
use baton_core::time::Timestamp;
use baton_engine::{Engine, EngineError, Notice, OpenOptions, open, rulesfile};
use baton_store::{Options, Store, StoreError};
use baton_testkit::{MailServer, ServerOptions};
use baton_tests::desk::{RULES, team};
use baton_tests::mail::Mail;
use baton_tests::post::{connect, is_live, mailbox};
use baton_tests::secrets::OneKey;

use crate::corpus::Corpus;
use crate::intake::{Place, has, notmuch};
use crate::measure::{Cost, median, millis, own_cpu, row, run, seconds};

const SUPPORT: &str = "support@baton.test";

async fn live(folder: &Path) -> Engine {
    let options = OpenOptions::live(folder.to_owned(), OneKey::secrets());
    // A workspace that was just left is let go a moment later.
    loop {
        match Engine::open(options.clone()).await {
            Err(EngineError::Store(StoreError::WorkspaceInUse { .. })) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            opened => return opened.unwrap(),
        }
    }
}

async fn has_all(engine: &Engine, mails: u64) {
    loop {
        let stats = engine.read(|reader, _| Ok(reader.stats()?)).await.unwrap();
        if stats.messages >= mails {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn mbsync(server: &MailServer, folder: &Path) -> Cost {
    std::fs::create_dir_all(folder.join("mail")).unwrap();
    let config = folder.join("mbsyncrc");
    let text = format!(
        "FSync no\nIMAPAccount a\nHost localhost\nPort {}\nUser {SUPPORT}\nPass secret\n\
         SSLType IMAPS\nCertificateFile {}\n\nIMAPStore far\nAccount a\n\n\
         MaildirStore near\nPath {path}/\nInbox {path}/INBOX\n\n\
         Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
        server.ports().imaps,
        // Pinned: OpenSSL takes a certificate whose issuer has its own name for a self-signed one.
        server.ca().with_file_name("server.pem").display(),
        path = folder.join("mail").display()
    );
    std::fs::write(&config, text).unwrap();
    run(Command::new("mbsync")
        .arg("-q")
        .arg("-c")
        .arg(&config)
        .arg("c"))
}

async fn first(server: &MailServer, folder: &Path, mails: u64) -> Cost {
    let engine = live(folder).await;
    let (cpu, start) = (own_cpu(), Instant::now());
    connect(&engine, mailbox(server, SUPPORT, None)).await;
    has_all(&engine, mails).await;
    let cost = Cost {
        cpu: own_cpu() - cpu,
        wall: start.elapsed().as_secs_f64(),
    };
    engine.stop().await;
    cost
}

async fn idle(folder: &Path) -> Cost {
    let (cpu, start) = (own_cpu(), Instant::now());
    let engine = live(folder).await;
    let list = baton_api::Commands::channel_list(&engine, baton_api::channels::ChannelList {});
    let id = list.await.unwrap().channels.pop().unwrap().id;
    is_live(&engine, &id).await;
    let cost = Cost {
        cpu: own_cpu() - cpu,
        wall: start.elapsed().as_secs_f64(),
    };
    engine.stop().await;
    cost
}

/// The first and the idle sync, in turn with `mbsync`.
pub(crate) async fn sync(place: &Place<'_>) {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return row(
            "IMAP, first sync over TLS",
            "-",
            "no Dovecot",
            None,
            "<= 4 times the wall",
        );
    };
    if !has("mbsync") {
        return row(
            "IMAP, first sync over TLS",
            "-",
            "no mbsync",
            None,
            "<= 4 times the wall",
        );
    }
    server.fill(SUPPORT, Corpus::of(place.mails)).unwrap();
    // The server builds its index on the first visit; nobody is to pay for it.
    mbsync(&server, &place.folder.join("warm"));
    let mut pairs = Vec::new();
    let mut quiet = Vec::new();
    let mut indexed = Vec::new();
    for turn in 0..place.pairs {
        let (ours, theirs) = (
            place.folder.join(format!("sync{turn}")),
            place.folder.join(format!("mbsync{turn}")),
        );
        std::fs::create_dir_all(&ours).unwrap();
        let pair = (
            first(&server, &ours, place.mails).await,
            mbsync(&server, &theirs),
        );
        pairs.push(pair);
        if has("notmuch") {
            let index = notmuch(&theirs.join("mail/INBOX"), &theirs.join("notmuch"));
            let both = Cost {
                cpu: pair.1.cpu + index.cpu,
                wall: pair.1.wall + index.wall,
            };
            indexed.push((pair.0, both));
        }
        quiet.push((idle(&ours).await, mbsync(&server, &theirs)));
        let _ = std::fs::remove_dir_all(&ours);
        let _ = std::fs::remove_dir_all(&theirs);
    }
    let tell = |name: &str, pairs: &[(Cost, Cost)], of: fn(&Cost) -> f64, aim: &str| {
        row(
            name,
            &seconds(median(pairs.iter().map(|pair| of(&pair.0)))),
            &seconds(median(pairs.iter().map(|pair| of(&pair.1)))),
            Some(median(
                pairs.iter().map(|pair| of(&pair.0) / of(&pair.1).max(0.01)),
            )),
            aim,
        );
    };
    tell(
        &format!("IMAP/TLS, first sync of {}, wall; mbsync", place.mails),
        &pairs,
        |one| one.wall,
        "<= 4 times",
    );
    tell(
        "the same, CPU of the client",
        &pairs,
        |one| one.cpu,
        "for reading on",
    );
    if indexed.is_empty() {
        row(
            "IMAP/TLS, first sync; mbsync and notmuch",
            "-",
            "no notmuch",
            None,
            "<= 0.2 of the wall",
        );
    } else {
        tell(
            "IMAP/TLS, first sync, wall; mbsync and notmuch",
            &indexed,
            |one| one.wall,
            "<= 0.2",
        );
        tell(
            "the same, CPU of the clients",
            &indexed,
            |one| one.cpu,
            "<= 0.2",
        );
    }
    tell(
        "IMAP/TLS, nothing new, until live, wall; mbsync",
        &quiet,
        |one| one.wall,
        "for reading on",
    );
    tell(
        "the same, CPU of the client",
        &quiet,
        |one| one.cpu,
        "<= 2 times",
    );
}

/// A client that only listens: how soon the server itself says that there is mail.
pub(crate) struct Listener {
    reader: BufReader<TcpStream>,
}

impl Listener {
    /// Logs in and begins to listen.
    pub(crate) fn open(server: &MailServer, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.ports().imap)).unwrap();
        let mut writer = stream.try_clone().unwrap();
        let mut listener = Self {
            reader: BufReader::new(stream),
        };
        listener.until(|line| line.starts_with("* OK"));
        for (command, end) in [
            (format!("a LOGIN {user} secret"), "a OK"),
            ("b SELECT INBOX".to_owned(), "b OK"),
            ("c IDLE".to_owned(), "+"),
        ] {
            write!(writer, "{command}\r\n").unwrap();
            listener.until(|line| line.starts_with(end));
        }
        listener
    }

    /// Waits until the server says that the mailbox has grown.
    pub(crate) fn hears(&mut self) {
        self.until(|line| line.trim_end().ends_with("EXISTS"));
    }

    fn until(&mut self, wanted: impl Fn(&str) -> bool) {
        let mut line = String::new();
        while !wanted(&line) {
            line.clear();
            assert!(self.reader.read_line(&mut line).unwrap() > 0, "it hung up");
        }
    }
}

/// From the server's yes to a mail until the notice is sent to the host.
pub(crate) async fn notice(place: &Place<'_>) {
    const WHAT: &str = "mail accepted until notice, median / most, wall";
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return row(WHAT, "-", "no Dovecot", None, "median < 300 ms");
    };
    let folder = place.folder.join("notice");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(rulesfile::path(&folder), RULES).unwrap();
    let mut store = Store::open(&folder, Options::at(Timestamp(1_795_000_000_000))).unwrap();
    let mut writer = store.take_writer().unwrap();
    let set = writer.write(|tx| -> Result<(), StoreError> {
        tx.set_setting(open::TEAM, &team())?;
        tx.set_setting("me", &AgentName::new("anna"))
    });
    set.unwrap();
    drop((writer, store));
    let engine = live(&folder).await;
    connect(&engine, mailbox(&server, SUPPORT, None)).await;
    let mut notices = engine.notices().subscribe();
    let mut times = Vec::new();
    for number in 0..11 {
        // No two arrive as one burst.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mail = Mail::from(
            &format!("customer{number}@customer.test"),
            &format!("n{number}"),
            "My lawyer will write to you.",
        )
        .about(&format!("Matter number {number}"));
        server.deliver(SUPPORT, &mail.raw()).unwrap();
        let start = Instant::now();
        let heard = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                if matches!(
                    notices.recv().await,
                    Ok(Notice::Escalation(_) | Notice::Summary { .. })
                ) {
                    return;
                }
            }
        });
        match heard.await {
            Ok(()) => times.push(millis(start.elapsed())),
            Err(_) => eprintln!("mail {number}: no notice within 20 s, not counted"),
        }
    }
    engine.stop().await;
    if times.is_empty() {
        return row(WHAT, "none heard", "-", None, "median < 300 ms");
    }
    let (middle, most) = (
        median(times.clone()),
        times.iter().copied().fold(0.0, f64::max),
    );
    row(
        WHAT,
        &format!("{middle:.0} / {most:.0} ms"),
        "-",
        None,
        "median < 300 ms",
    );
}
