//! The supervised task of one account: it connects, catches up, stays live, and says how it is.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::clock::{Clocks, ReadClocks, SleepWatch, now_ms};
use super::error::{MailError, SinkError};
use super::imap::folders::Glance;
use super::imap::{Folder, Imap, Role, Woken};
use super::login::Login;
use super::sync::{Cursor, FolderSync, Limits, MailSink, Suspects};

/// How an account is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AccountState {
    /// The first connection is being made.
    Connecting,
    /// Stored mail is being compared with the server's.
    CatchingUp {
        /// The folder being read, as people call it.
        folder: String,
        /// Messages read.
        done: u64,
        /// Messages to be read, as far as known.
        total: u64,
    },
    /// New mail is seen as it arrives.
    Live {
        /// Chosen folders that are not on the server any more.
        missing_folders: Vec<String>,
    },
    /// There is no connection; it is being tried again.
    Stale {
        /// Since when, in milliseconds since 1970.
        since_ms: i64,
        /// Why, as a code of [`MailError`].
        code: String,
    },
    /// Nothing will get better without a person.
    NeedsAttention {
        /// Since when, in milliseconds since 1970.
        since_ms: i64,
        /// Why, as a code of [`MailError`].
        code: String,
        /// Why, as a sentence.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The task has ended because it was asked to.
    Stopped,
}

/// The waiting times of an account's task.
#[derive(Clone)]
pub struct Timing {
    /// How long IDLE lasts before it is renewed; address translators forget silent connections.
    pub idle: Duration,
    /// How often folders other than the inbox are looked at.
    pub poll: Duration,
    /// How long a server may be silent while it owes an answer.
    pub answer: Duration,
    /// The first pause after a failure.
    pub first_pause: Duration,
    /// The longest pause between attempts.
    pub longest_pause: Duration,
    /// How long to wait before trying again what needs a person.
    pub attention_pause: Duration,
    /// How often the clocks are compared to notice sleep.
    pub tick: Duration,
    /// The clocks.
    pub clocks: ReadClocks,
}

impl std::fmt::Debug for Timing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timing")
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(5 * 60),
            poll: Duration::from_secs(60),
            answer: Duration::from_secs(60),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(5 * 60),
            attention_pause: Duration::from_secs(60 * 60),
            tick: Duration::from_secs(5),
            clocks: Arc::new(Clocks::now),
        }
    }
}

/// What an account's task works with.
#[derive(Debug)]
pub struct AccountTask<S> {
    /// The account.
    pub account: Account,
    /// How it logs in.
    pub login: Login,
    /// Where its mail goes.
    pub sink: Arc<S>,
    /// Where its state is shown.
    pub state: watch::Sender<AccountState>,
    /// Ends the task.
    pub stop: CancellationToken,
    /// Wakes the task: look now, or try again now.
    pub nudge: Arc<Notify>,
    /// The waiting times.
    pub timing: Timing,
    /// How much is read at a time.
    pub limits: Limits,
}

/// Why a live connection was left.
enum Left {
    Stopped,
    Slept,
}

/// Keeps an account live until it is stopped.
pub async fn run_account<S: MailSink>(task: AccountTask<S>) {
    let mut run = Run {
        pauses: pauses(&task.timing),
        sleep: SleepWatch::new(Arc::clone(&task.timing.clocks)),
        stale_since: None,
        was_live: false,
        suspects: Suspects::default(),
        task,
    };
    // A commit that is interrupted is the sink's to finish or not; its cursor goes with it.
    run.forever().await;
    run.show(AccountState::Stopped);
}

struct Run<S> {
    task: AccountTask<S>,
    pauses: Box<dyn Iterator<Item = Duration> + Send + Sync>,
    sleep: SleepWatch,
    stale_since: Option<i64>,
    was_live: bool,
    suspects: Suspects,
}

impl<S: MailSink> Run<S> {
    async fn forever(&mut self) {
        let stop = self.task.stop.clone();
        while !stop.is_cancelled() {
            if self.stale_since.is_none() {
                self.show(AccountState::Connecting);
            }
            self.was_live = false;
            let session = Box::pin(self.session());
            let ended = tokio::select! {
                () = stop.cancelled() => return,
                ended = session => ended,
            };
            let error = match ended {
                Ok(Left::Stopped) => return,
                Ok(Left::Slept) => {
                    // The old connection is dead whatever it looks like; no pause is due.
                    tracing::info!("The computer slept; connecting again.");
                    continue;
                }
                Err(MailError::Sink(SinkError::Closed)) => return,
                Err(error) => error,
            };
            tracing::warn!(account = %self.task.account.id, code = error.code(), "The connection to the mail server ended.");
            let pause = self.after(&error);
            let nudge = Arc::clone(&self.task.nudge);
            let woke = self.pause(pause, &nudge);
            tokio::select! {
                () = stop.cancelled() => return,
                () = woke => {}
            }
        }
    }

    /// Shows the failure and says how long to wait.
    fn after(&mut self, error: &MailError) -> Duration {
        let since_ms = *self.stale_since.get_or_insert_with(now_ms);
        let code = error.code().to_owned();
        if self.was_live || self.suspects.searching() {
            self.pauses = pauses(&self.task.timing);
        }
        let disk_full = *error == MailError::Sink(SinkError::Full);
        if error.needs_attention() || disk_full {
            self.show(AccountState::NeedsAttention {
                since_ms,
                code,
                message: error.to_string(),
                hint: error.hint().to_owned(),
            });
            if error.needs_attention() {
                return self.task.timing.attention_pause;
            }
        } else {
            self.show(AccountState::Stale { since_ms, code });
        }
        self.pauses.next().unwrap_or(self.task.timing.longest_pause)
    }

    /// Waits for the pause, a nudge, or the end of sleep.
    async fn pause(&mut self, pause: Duration, nudge: &Notify) {
        let until = Instant::now() + pause;
        loop {
            let tick = self
                .task
                .timing
                .tick
                .min(until.saturating_duration_since(Instant::now()));
            tokio::select! {
                () = nudge.notified() => return,
                () = tokio::time::sleep(tick) => {}
            }
            if Instant::now() >= until || self.sleep.slept().is_some() {
                return;
            }
        }
    }

    /// One connection, from login to its end.
    async fn session(&mut self) -> Result<Left, MailError> {
        let account = &self.task.account;
        let mut imap = Imap::connect(
            &account.imap,
            &account.trust,
            &account.user,
            &self.task.login,
        )
        .await?;
        imap.set_answer_time(self.task.timing.answer);
        let folders = imap.folders().await?;
        let (watched, mut missing) = choose(&folders, &account.folders);
        let mut others: Vec<(Folder, Cursor)> = Vec::new();
        let inbox = inbox(&folders);
        let mut cursor = self.catch_up(&mut imap, &inbox).await?;
        for folder in watched {
            match self.catch_up(&mut imap, &folder).await {
                Ok(cursor) => others.push((folder, cursor)),
                Err(MailError::NoFolder) => missing.push(folder.title),
                Err(other) => return Err(other),
            }
        }
        if !others.is_empty() {
            cursor = self.catch_up(&mut imap, &inbox).await?;
        }
        self.live(&mut imap, inbox, cursor, others, missing).await
    }

    async fn live(
        &mut self,
        imap: &mut Imap,
        inbox: Folder,
        mut cursor: Cursor,
        mut others: Vec<(Folder, Cursor)>,
        mut missing: Vec<String>,
    ) -> Result<Left, MailError> {
        self.was_live = true;
        self.stale_since = None;
        self.show(AccountState::Live {
            missing_folders: missing.clone(),
        });
        let mut next_poll = Instant::now() + self.task.timing.poll;
        loop {
            let mut slept = false;
            let woken = {
                let timing = self.task.timing.clone();
                let (stop, nudge) = (self.task.stop.clone(), Arc::clone(&self.task.nudge));
                let sleep = &mut self.sleep;
                let limit = timing
                    .idle
                    .min(next_poll.saturating_duration_since(Instant::now()));
                imap.wait(limit.max(Duration::from_millis(1)), async {
                    loop {
                        tokio::select! {
                            () = stop.cancelled() => return,
                            () = nudge.notified() => return,
                            () = tokio::time::sleep(timing.tick) => {}
                        }
                        if sleep.slept().is_some() {
                            slept = true;
                            return;
                        }
                    }
                })
                .await
            };
            if slept {
                return Ok(Left::Slept);
            }
            if self.task.stop.is_cancelled() {
                return Ok(Left::Stopped);
            }
            let woken = woken?;
            let look = woken == Woken::Interrupted || Instant::now() >= next_poll;
            cursor = self.sync_of(&inbox).refresh(imap, cursor, look).await?;
            if look {
                next_poll = Instant::now() + self.task.timing.poll;
                let before = missing.len();
                let opened = self.poll(imap, &mut others, &mut missing).await?;
                if missing.len() != before {
                    self.show(AccountState::Live {
                        missing_folders: missing.clone(),
                    });
                }
                if opened {
                    cursor = self.sync_of(&inbox).catch_up(imap, &mut |_| {}).await?;
                }
            }
        }
    }

    /// Looks at the other folders and reads those that changed. True when one was opened.
    async fn poll(
        &self,
        imap: &mut Imap,
        others: &mut Vec<(Folder, Cursor)>,
        missing: &mut Vec<String>,
    ) -> Result<bool, MailError> {
        let mut opened = false;
        let mut gone = Vec::new();
        for (folder, cursor) in others.iter_mut() {
            let result = match imap.glance(&folder.name).await {
                Ok(glance) if unchanged(&glance, cursor) => continue,
                Ok(_) => {
                    opened = true;
                    self.sync_of(folder).catch_up(imap, &mut |_| {}).await
                }
                Err(error) => Err(error),
            };
            match result {
                Ok(at) => *cursor = at,
                Err(MailError::NoFolder) => {
                    opened = true;
                    gone.push(folder.name.clone());
                    missing.push(folder.title.clone());
                }
                Err(other) => return Err(other),
            }
        }
        others.retain(|(folder, _)| !gone.contains(&folder.name));
        Ok(opened)
    }

    async fn catch_up(&self, imap: &mut Imap, folder: &Folder) -> Result<Cursor, MailError> {
        let shown = self.stale_since.is_none();
        self.sync_of(folder)
            .catch_up(imap, &mut |at| {
                // A long read is worth showing even when the account was stale before.
                if shown || at.total > 100 {
                    self.show(AccountState::CatchingUp {
                        folder: folder.title.clone(),
                        done: at.done,
                        total: at.total,
                    });
                }
            })
            .await
    }

    fn sync_of<'a>(&'a self, folder: &'a Folder) -> FolderSync<'a, S> {
        let day_ms = 86_400_000_i64;
        FolderSync {
            folder: &folder.name,
            role: folder.role,
            sink: self.task.sink.as_ref(),
            limits: self.task.limits,
            suspects: &self.suspects,
            not_before_ms: self
                .task
                .account
                .history_days
                .map(|days| now_ms().saturating_sub(i64::from(days).saturating_mul(day_ms))),
        }
    }

    fn show(&self, state: AccountState) {
        self.task.state.send_if_modified(|shown| {
            let new = *shown != state;
            *shown = state;
            new
        });
    }
}

fn pauses(timing: &Timing) -> Box<dyn Iterator<Item = Duration> + Send + Sync> {
    Box::new(
        ExponentialBuilder::default()
            .with_min_delay(timing.first_pause)
            .with_max_delay(timing.longest_pause)
            .with_jitter()
            .without_max_times()
            .build(),
    )
}

/// True when a glance shows what the cursor knows.
fn unchanged(glance: &Glance, cursor: &Cursor) -> bool {
    glance.uid_validity == Some(cursor.uid_validity)
        && glance.uid_next.is_some_and(|next| next <= cursor.high.saturating_add(1))
        // Without change numbers only a look inside tells about flags and removals.
        && glance.mod_seq.is_some()
        && glance.mod_seq <= cursor.mod_seq
}

fn inbox(folders: &[Folder]) -> Folder {
    folders
        .iter()
        .find(|folder| folder.role == Role::Inbox)
        .cloned()
        .unwrap_or_else(|| Folder {
            name: "INBOX".to_owned(),
            title: "INBOX".to_owned(),
            delimiter: None,
            role: Role::Inbox,
            selectable: true,
        })
}

/// The folders to read besides the inbox: the chosen ones and the one for sent mail, so that
/// answers written in other programs join their conversations. Also the chosen ones not found.
fn choose(folders: &[Folder], chosen: &[String]) -> (Vec<Folder>, Vec<String>) {
    let watched = folders
        .iter()
        .filter(|folder| folder.selectable && folder.role != Role::Inbox)
        .filter(|folder| folder.role == Role::Sent || chosen.contains(&folder.name))
        .cloned()
        .collect();
    let missing = chosen
        .iter()
        .filter(|name| {
            !folders
                .iter()
                .any(|folder| folder.selectable && folder.name == **name)
        })
        .map(|name| super::imap::names::decode(name))
        .collect();
    (watched, missing)
}
