//! Messages that are read in parts: whole, cut at the most that is kept, or not at all.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use baton_channels::email::Security;
use baton_channels::email::sync::{Limits, Suspects};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::shelf::Shelf;
use crate::stage::{account, connect, mail, server, sync, sync_suspecting, sync_with};

const USER: &str = "support@baton.test";

#[tokio::test]
async fn a_mail_of_41_megabytes_comes_whole_and_a_larger_one_cut() {
    let Some(server) = server() else { return };
    let mut big = mail(1);
    let line = [b"0123456789abcdef".repeat(4), b"\r\n".to_vec()].concat();
    while big.len() < 41 << 20 {
        big.extend_from_slice(&line);
    }
    server.deliver(USER, &mail(0)).unwrap();
    server.deliver(USER, &big).unwrap();
    server.deliver(USER, &mail(2)).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    let stored = shelf.get("INBOX", 2).unwrap();
    assert_eq!(stored.raw.len(), stored.size as usize);
    assert!(stored.raw.ends_with(&big[big.len() - 4096..]) && !stored.truncated);
    assert_eq!(shelf.count("INBOX"), 3);

    let cut = Shelf::default();
    let limits = Limits {
        message_bytes: 6 << 20,
        ..Limits::default()
    };
    sync_with(&mut imap, &cut, "INBOX", limits).await.unwrap();
    let stored = cut.get("INBOX", 2).unwrap();
    assert_eq!((stored.raw.len(), stored.truncated), (6 << 20, true));
    assert_eq!(cut.count("INBOX"), 3);
}

/// Passes a connection on to a server, and refuses every question for what lies beyond the first
/// part of a message so often.
async fn hiccup(target: u16, times: usize) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let left = Arc::new(AtomicUsize::new(times));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let left = Arc::clone(&left);
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", target)).await?;
                let (asks, mut answers) = client.into_split();
                let (mut from, mut to) = server.into_split();
                let mut asks = BufReader::new(asks).lines();
                let mut piece = vec![0; 65_536];
                loop {
                    tokio::select! {
                        line = asks.next_line() => {
                            let Some(line) = line? else { return Ok(()) };
                            let later = line.contains("BODY.PEEK[]<") && !line.contains("<0.");
                            let one_less = |left: usize| left.checked_sub(1);
                            let refuses = later
                                && left.fetch_update(SeqCst, SeqCst, one_less).is_ok();
                            if refuses {
                                let tag = line.split(' ').next().unwrap_or_default();
                                let no = format!("{tag} NO [SERVERBUG] Try again\r\n");
                                answers.write_all(no.as_bytes()).await?;
                            } else {
                                to.write_all(format!("{line}\r\n").as_bytes()).await?;
                            }
                        }
                        read = from.read(&mut piece) => match read? {
                            0 => return Ok::<(), std::io::Error>(()),
                            n => answers.write_all(&piece[..n]).await?,
                        }
                    }
                }
            });
        }
    });
    port
}

/// A large message between two small ones, by way of a server that refuses its second half so
/// often; what is on the shelf when all is read.
async fn read_with_hiccups(times: usize) -> Option<Shelf> {
    let server = server()?;
    let large = [mail(1), b"0123456789abcdef".repeat(8192)].concat();
    server
        .fill(USER, [mail(0), large, mail(2)].into_iter())
        .unwrap();
    let mut account = account(&server, USER);
    account.imap.security = Security::Plain;
    account.imap.port = hiccup(server.ports().imap, times).await;
    let limits = Limits {
        part_bytes: 50_000,
        ..Limits::default()
    };
    let (shelf, suspects) = (Shelf::default(), Suspects::default());
    for _ in 0..8 {
        let mut imap = connect(&account).await.unwrap();
        let read = sync_suspecting(&mut imap, &shelf, "INBOX", limits, &suspects).await;
        if read.is_ok() {
            return Some(shelf);
        }
    }
    panic!("the folder was never read");
}

#[tokio::test]
async fn a_message_that_breaks_off_in_the_middle_is_read_again_and_never_kept_as_half() {
    let Some(shelf) = read_with_hiccups(1).await else {
        return;
    };
    assert_eq!(shelf.count("INBOX"), 3);
    let large = shelf.get("INBOX", 2).unwrap();
    assert_eq!(large.raw.len(), large.size as usize);
    assert!(!large.truncated);

    // Where it breaks off each time it is told as what the server cannot hand over.
    let Some(shelf) = read_with_hiccups(usize::MAX).await else {
        return;
    };
    assert_eq!(
        (shelf.uids("INBOX"), shelf.unreadable()),
        (vec![1, 3], vec![2])
    );
}
