//! A real Dovecot in a folder of its own: IMAP, LMTP, submission and Sieve.
//!
//! Every user of `@baton.test` exists and logs in with the password `secret`, or with an access
//! token of the server's own [`TokenServer`]. Works as root and as an ordinary user.

mod config;
mod levers;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::authority::Authority;
use crate::port::free_port;
use crate::{StageError, TokenServer};

/// What a rehearsal may want to be different from an ordinary server.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// Where the submission service relays to; nothing listens there when absent.
    pub relay_port: Option<u16>,
    /// How many IMAP connections one user may have from one address (50 when absent).
    pub max_connections: Option<u16>,
    /// The capabilities to announce instead of the real ones, to play a poorer server.
    pub capabilities: Option<&'static str>,
}

/// The ports the server listens on.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// IMAP in the clear, with STARTTLS.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    /// Local delivery.
    pub lmtp: u16,
    /// Submission with STARTTLS.
    pub submission: u16,
    /// Submission over TLS.
    pub submissions: u16,
}

/// A running Dovecot, stopped and removed when dropped.
#[derive(Debug)]
pub struct MailServer {
    ports: Ports,
    authority: Authority,
    tokens: TokenServer,
    child: Child,
    owner: (u32, u32),
    // Last, so that the folder goes after the process.
    folder: TempDir,
}

impl MailServer {
    /// Starts an ordinary server.
    pub fn start() -> Result<Self, StageError> {
        Self::start_with(&ServerOptions::default())
    }

    /// Starts an ordinary server, or says why this test cannot run and returns nothing.
    #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
    pub fn start_or_skip(options: &ServerOptions) -> Option<Self> {
        match Self::start_with(options) {
            Ok(server) => Some(server),
            Err(StageError::Missing(what)) => {
                eprintln!("skipped: {what} is not installed");
                None
            }
            #[expect(clippy::panic, reason = "a server that is installed must start")]
            Err(other) => panic!("the mail server did not start: {other}"),
        }
    }

    /// Starts a server with the given peculiarities.
    pub fn start_with(options: &ServerOptions) -> Result<Self, StageError> {
        if !Path::new("/usr/sbin/dovecot").exists() {
            return Err(StageError::Missing("dovecot"));
        }
        let mut last = None;
        // Another program may take a port between choice and start; then new ones are chosen.
        for _ in 0..3 {
            match Self::attempt(options) {
                Err(StageError::NotReady { program, log }) => {
                    last = Some(StageError::NotReady { program, log });
                }
                other => return other,
            }
        }
        Err(last.unwrap_or(StageError::Missing("dovecot")))
    }

    fn attempt(options: &ServerOptions) -> Result<Self, StageError> {
        // Short: the path of a socket may not exceed 108 bytes.
        let folder = tempfile::Builder::new().prefix("bt").tempdir_in("/tmp")?;
        let root = folder.path().to_path_buf();
        let euid = rustix::process::geteuid().as_raw();
        let egid = rustix::process::getegid().as_raw();
        let owner = if euid == 0 { (8, 8) } else { (euid, egid) };
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755))?;
        for name in ["mail", "log", "etc", "lib", "run"] {
            fs::create_dir_all(root.join(name))?;
            fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o755))?;
        }
        chown(root.join("mail"), Some(owner.0), Some(owner.1))?;

        let authority = Authority::create(&root.join("ca"), &["localhost", "127.0.0.1"])?;
        let tokens = TokenServer::start()?;
        let ports = Ports {
            imap: free_port(),
            imaps: free_port(),
            lmtp: free_port(),
            submission: free_port(),
            submissions: free_port(),
        };
        let conf = root.join("etc/dovecot.conf");
        fs::write(
            root.join("etc/oauth2.conf"),
            config::oauth2(&tokens, &authority),
        )?;
        fs::write(
            &conf,
            config::dovecot(&root, options, ports, owner, euid == 0, &authority),
        )?;

        let child = Command::new("/usr/sbin/dovecot")
            .arg("-F")
            .arg("-c")
            .arg(&conf)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(root.join("log/stderr"))?)
            .spawn()?;
        let mut server = Self {
            ports,
            authority,
            tokens,
            child,
            owner,
            folder,
        };
        server.wait_ready()?;
        Ok(server)
    }

    fn wait_ready(&mut self) -> Result<(), StageError> {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if self.child.try_wait()?.is_some() {
                break;
            }
            // The master opens all listeners together, so the last one speaks for all.
            let open = [self.ports.imaps, self.ports.lmtp, self.ports.submissions]
                .iter()
                .all(|port| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok());
            if open {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut log = fs::read_to_string(self.root().join("log/stderr")).unwrap_or_default();
        log.push_str(&self.log());
        Err(StageError::NotReady {
            program: "dovecot",
            log,
        })
    }

    /// The ports it listens on, all on `127.0.0.1`.
    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// The authority's certificate that a client has to trust.
    pub fn ca(&self) -> &Path {
        &self.authority.ca
    }

    /// The authorisation server whose access tokens are accepted here.
    pub fn tokens(&self) -> &TokenServer {
        &self.tokens
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.root().join("log/dovecot.log")).unwrap_or_default()
    }

    /// The Maildir of a user.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.root().join("mail").join(user)
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn conf(&self) -> PathBuf {
        self.root().join("etc/dovecot.conf")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // Already gone is as good.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
