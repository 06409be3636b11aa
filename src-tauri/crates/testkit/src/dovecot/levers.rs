//! What a test can do to the server and its mailboxes while a client is connected.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::MailServer;
use crate::StageError;

impl MailServer {
    /// Delivers one message by LMTP, exactly these bytes (line ends are sent as CRLF).
    pub fn deliver(&self, user: &str, raw: &[u8]) -> Result<(), StageError> {
        self.deliver_from("customer@customer.test", user, raw)
    }

    /// Delivers one message by LMTP with the given envelope sender.
    pub fn deliver_from(&self, sender: &str, user: &str, raw: &[u8]) -> Result<(), StageError> {
        let stream = TcpStream::connect(("127.0.0.1", self.ports.lmtp))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        expect(&mut reader, '2')?;
        writer.write_all(b"LHLO rehearsal\r\n")?;
        expect(&mut reader, '2')?;
        write!(writer, "MAIL FROM:<{sender}>\r\n")?;
        expect(&mut reader, '2')?;
        write!(writer, "RCPT TO:<{user}>\r\n")?;
        expect(&mut reader, '2')?;
        writer.write_all(b"DATA\r\n")?;
        expect(&mut reader, '3')?;
        writer.write_all(&wire(raw))?;
        writer.write_all(b".\r\n")?;
        expect(&mut reader, '2')?;
        writer.write_all(b"QUIT\r\n")?;
        Ok(())
    }

    /// Puts many messages into a folder at once, as files, for mailboxes too big to deliver to.
    pub fn fill(
        &self,
        user: &str,
        messages: impl Iterator<Item = Vec<u8>>,
    ) -> Result<(), StageError> {
        let home = self.maildir(user);
        let maildir = home.join("Maildir");
        for folder in [&home, &maildir] {
            make_dir(folder, self.owner)?;
        }
        for part in ["cur", "new", "tmp"] {
            make_dir(&maildir.join(part), self.owner)?;
        }
        for (n, raw) in messages.enumerate() {
            let path = maildir
                .join("cur")
                .join(format!("{}.M{n}P1.rehearsal:2,", 1_700_000_000 + n));
            fs::write(&path, raw)?;
            chown(&path, Some(self.owner.0), Some(self.owner.1))?;
        }
        Ok(())
    }

    /// Runs `doveadm` against this server and returns what it printed.
    pub fn doveadm(&self, args: &[&str]) -> Result<String, StageError> {
        let output = Command::new("/usr/bin/doveadm")
            .arg("-c")
            .arg(self.conf())
            .args(args)
            .output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(StageError::Command {
            command: format!("doveadm {}", args.join(" ")),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Throws a user's connections out; each sees `* BYE`.
    pub fn kick(&self, user: &str) -> Result<(), StageError> {
        self.doveadm(&["kick", user]).map(drop)
    }

    /// Removes messages as another client would; `query` is in doveadm's search language.
    pub fn expunge(&self, user: &str, folder: &str, query: &[&str]) -> Result<(), StageError> {
        let mut args = vec!["expunge", "-u", user, "mailbox", folder];
        args.extend_from_slice(query);
        self.doveadm(&args).map(drop)
    }

    /// Moves messages between folders as another client would.
    pub fn move_to(
        &self,
        user: &str,
        from: &str,
        to: &str,
        query: &[&str],
    ) -> Result<(), StageError> {
        let mut args = vec!["move", "-u", user, to, "mailbox", from];
        args.extend_from_slice(query);
        self.doveadm(&args).map(drop)
    }

    /// Adds a flag as another client would.
    pub fn flag(&self, user: &str, folder: &str, flag: &str, uid: u32) -> Result<(), StageError> {
        let uid = uid.to_string();
        self.doveadm(&[
            "flags", "add", "-u", user, flag, "mailbox", folder, "uid", &uid,
        ])
        .map(drop)
    }

    /// Gives a folder another UIDVALIDITY while its messages keep their UIDs.
    pub fn set_uid_validity(&self, user: &str, folder: &str, value: u32) -> Result<(), StageError> {
        let value = value.to_string();
        self.doveadm(&[
            "mailbox",
            "update",
            "--uid-validity",
            &value,
            "-u",
            user,
            folder,
        ])
        .map(drop)
    }

    /// Forgets all UIDs of the inbox, so that validity and numbers are made anew.
    pub fn renumber(&self, user: &str) -> Result<(), StageError> {
        let maildir = self.maildir(user).join("Maildir");
        for entry in fs::read_dir(&maildir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("dovecot-uidlist") || name.starts_with("dovecot.index") {
                fs::remove_file(entry.path())?;
            }
        }
        // The server would make a validity of the time in seconds, which may be the old one.
        static NEXT: AtomicU32 = AtomicU32::new(2_000_000_000);
        self.set_uid_validity(user, "INBOX", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Kills the processes that serve a user's IMAP connections: the client sees the stream end
    /// without a word of farewell. Returns how many there were.
    pub fn kill_imap(&self, user: &str) -> Result<usize, StageError> {
        let listed = self.doveadm(&["-f", "tab", "who", "-1", user])?;
        let mut killed = 0;
        for line in listed.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let (Some(service), Some(pid)) = (fields.get(1), fields.get(2)) else {
                continue;
            };
            let (true, Ok(pid)) = (*service == "imap", pid.parse::<i32>()) else {
                continue;
            };
            if let Some(pid) = rustix::process::Pid::from_raw(pid)
                && rustix::process::kill_process(pid, rustix::process::Signal::KILL).is_ok()
            {
                killed += 1;
            }
        }
        Ok(killed)
    }

    /// Installs a Sieve script for a user, such as a vacation responder.
    pub fn sieve(&self, user: &str, script: &str) -> Result<(), StageError> {
        let home = self.maildir(user);
        make_dir(&home, self.owner)?;
        let path = home.join(".dovecot.sieve");
        fs::write(&path, script)?;
        chown(&path, Some(self.owner.0), Some(self.owner.1))?;
        Ok(())
    }

    /// How many messages a folder holds.
    pub fn count(&self, user: &str, folder: &str) -> Result<usize, StageError> {
        let listed = self.doveadm(&["search", "-u", user, "mailbox", folder, "all"])?;
        Ok(listed.lines().filter(|l| !l.trim().is_empty()).count())
    }

    /// All messages of a folder as text.
    pub fn texts(&self, user: &str, folder: &str) -> Result<String, StageError> {
        self.doveadm(&["fetch", "-u", user, "text", "mailbox", folder])
    }
}

fn make_dir(path: &Path, owner: (u32, u32)) -> Result<(), StageError> {
    if !path.exists() {
        fs::create_dir_all(path)?;
        chown(path, Some(owner.0), Some(owner.1))?;
    }
    Ok(())
}

/// The message with CRLF line ends, dots doubled, and a line end at the end.
fn wire(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32 + 2);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        out.extend_from_slice(body.strip_suffix(b"\r").unwrap_or(body));
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn expect(reader: &mut BufReader<TcpStream>, first: char) -> Result<(), StageError> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.chars().nth(3) == Some('-') {
            continue;
        }
        if line.starts_with(first) {
            return Ok(());
        }
        return Err(StageError::Refused(line));
    }
}
