//! The one OpenSMTPD that a machine can run: its spool and control socket have fixed places, so
//! only root can start it, and only one at a time.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::StageError;
use crate::port::free_port;

/// A running OpenSMTPD that hands mail for `baton.test` and `customer.test` to an LMTP port.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    child: Child,
    _folder: TempDir,
    // Released last: the next rehearsal may start only when this relay is gone.
    _lock: fs::File,
}

impl Relay {
    /// A port for a relay that will be started later, so that its clients can be configured.
    pub fn reserve() -> u16 {
        free_port()
    }

    /// Waits for its turn on this machine, then starts the relay on `port`.
    pub fn start(port: u16, lmtp: u16) -> Result<Self, StageError> {
        if !Path::new("/usr/sbin/smtpd").exists() {
            return Err(StageError::Missing("opensmtpd"));
        }
        if !rustix::process::geteuid().is_root() {
            return Err(StageError::Missing("opensmtpd (which needs root)"));
        }
        let lock = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open("/tmp/baton-rehearsal-smtpd.lock")?;
        flock(&lock, FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
        let folder = tempfile::Builder::new().prefix("bt").tempdir_in("/tmp")?;
        let conf = folder.path().join("smtpd.conf");
        fs::write(
            &conf,
            format!(
                "listen on 127.0.0.1 port {port}\n\
                 action \"deliver\" lmtp \"127.0.0.1:{lmtp}\" rcpt-to virtual \
                 {{ \"@baton.test\" = \"mail\", \"@customer.test\" = \"mail\" }}\n\
                 match from any for domain {{ \"baton.test\", \"customer.test\" }} action \"deliver\"\n"
            ),
        )?;
        let log = folder.path().join("log");
        let output = fs::File::create(&log)?;
        let child = Command::new("/usr/sbin/smtpd")
            .arg("-d")
            .arg("-f")
            .arg(&conf)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let mut relay = Self {
            port,
            child,
            _folder: folder,
            _lock: lock,
        };
        let until = Instant::now() + Duration::from_secs(15);
        while Instant::now() < until && relay.child.try_wait()?.is_none() {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(relay);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let log = fs::read_to_string(log).unwrap_or_default();
        Err(StageError::NotReady {
            program: "opensmtpd",
            log,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // Already gone is as good.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
