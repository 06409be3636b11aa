//! What the stories share: accounts on a rehearsal server, mails, and waiting with an end.

use std::sync::Arc;
use std::time::Duration;

use baton_channels::email::imap::{Imap, Role};
use baton_channels::email::sync::{Cursor, FolderSync, Limits, Suspects};
use baton_channels::email::watch::{AccountState, AccountTask};
use baton_channels::email::{
    Account, Endpoint, Login, MailError, Security, SentCopy, Timing, Trust, run_account,
};
use baton_testkit::{MailServer, ServerOptions};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::shelf::Shelf;

/// A server, or nothing with a visible line when Dovecot is not installed.
pub(crate) fn server() -> Option<MailServer> {
    MailServer::start_or_skip(&ServerOptions::default())
}

pub(crate) fn server_with(capabilities: &'static str) -> Option<MailServer> {
    MailServer::start_or_skip(&ServerOptions {
        capabilities: Some(capabilities),
        ..ServerOptions::default()
    })
}

pub(crate) fn account(server: &MailServer, user: &str) -> Account {
    let local = |port, security| Endpoint {
        host: "localhost".to_owned(),
        port,
        security,
    };
    Account {
        id: user.to_owned(),
        address: user.to_owned(),
        user: user.to_owned(),
        imap: local(server.ports().imaps, Security::Tls),
        smtp: local(server.ports().submission, Security::StartTls),
        folders: Vec::new(),
        sent_copy: SentCopy::Append,
        trust: Trust::Pinned(server.ca().to_path_buf()),
        history_days: None,
    }
}

pub(crate) fn password() -> Login {
    Login::Password("secret".to_owned().into())
}

pub(crate) async fn connect(account: &Account) -> Result<Imap, MailError> {
    Imap::connect(&account.imap, &account.trust, &account.user, &password()).await
}

/// Brings a folder up to date once.
pub(crate) async fn sync(
    imap: &mut Imap,
    shelf: &Shelf,
    folder: &str,
) -> Result<Cursor, MailError> {
    sync_with(imap, shelf, folder, Limits::default()).await
}

pub(crate) async fn sync_with(
    imap: &mut Imap,
    shelf: &Shelf,
    folder: &str,
    limits: Limits,
) -> Result<Cursor, MailError> {
    sync_suspecting(imap, shelf, folder, limits, &Suspects::default()).await
}

/// Brings a folder up to date, knowing what ended earlier connections.
pub(crate) async fn sync_suspecting(
    imap: &mut Imap,
    shelf: &Shelf,
    folder: &str,
    limits: Limits,
    suspects: &Suspects,
) -> Result<Cursor, MailError> {
    let sync = FolderSync {
        folder,
        role: Role::Inbox,
        sink: shelf,
        limits,
        not_before_ms: None,
        suspects,
    };
    sync.catch_up(imap, &mut |_| {}).await
}

pub(crate) fn mail(n: usize) -> Vec<u8> {
    format!(
        "From: Customer {n} <c{n}@customer.test>\r\nTo: support@baton.test\r\n\
         Subject: mail {n}\r\nMessage-ID: <m{n}@customer.test>\r\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nHello, this is number {n}.\r\n"
    )
    .into_bytes()
}

/// A supervised account, stopped when dropped.
pub(crate) struct Running {
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) state: watch::Receiver<AccountState>,
    pub(crate) stop: CancellationToken,
    pub(crate) nudge: Arc<Notify>,
    _task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Short waiting times, the same behaviour.
pub(crate) fn quick() -> Timing {
    Timing {
        idle: Duration::from_secs(60),
        poll: Duration::from_millis(500),
        answer: Duration::from_secs(10),
        first_pause: Duration::from_millis(50),
        longest_pause: Duration::from_millis(500),
        tick: Duration::from_millis(100),
        ..Timing::default()
    }
}

pub(crate) fn run(account: Account, login: Login, shelf: &Arc<Shelf>, timing: Timing) -> Running {
    let (state_in, state) = watch::channel(AccountState::Stopped);
    let (stop, nudge) = (CancellationToken::new(), Arc::new(Notify::new()));
    let task = AccountTask {
        account,
        login,
        sink: Arc::clone(shelf),
        state: state_in,
        stop: stop.clone(),
        nudge: Arc::clone(&nudge),
        timing,
        limits: Limits::default(),
    };
    let running = tokio::spawn(run_account(task));
    Running {
        shelf: Arc::clone(shelf),
        state,
        stop,
        nudge,
        _task: running,
    }
}

impl Running {
    pub(crate) async fn until(&mut self, what: &str, wanted: impl FnMut(&AccountState) -> bool) {
        let waiting = self.state.wait_for(wanted);
        let found = tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .is_ok();
        assert!(
            found,
            "{what} never came; the state is {:?}",
            *self.state.borrow()
        );
    }

    pub(crate) async fn until_live(&mut self) {
        self.until("live", |s| matches!(s, AccountState::Live { .. }))
            .await;
    }
}

/// Waits until something is true, with an end.
pub(crate) async fn eventually(what: &str, mut check: impl FnMut() -> bool) {
    for _ in 0..400 {
        if check() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} never happened");
}
