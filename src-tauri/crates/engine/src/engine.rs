//! The engine: everything put together, behind one handle.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use baton_api::{ApiError, Change};
use baton_core::ids::{Id, MessageId};
use baton_core::rules::Analyst;
use baton_core::time::Timestamp;
use baton_store::{Reader, Readers};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::alerts::{self, Shown};
use crate::backtest::Backtests;
use crate::changes::Changes;
use crate::clock::{Clock, JumpDetector};
use crate::commands::Proposed;
use crate::connector::standing::Posts;
use crate::desk::{DeskHandle, Wake};
use crate::door::dialect::Told;
use crate::door::lan::Signers;
use crate::door::standing::DoorPost;
use crate::error::EngineError;
use crate::mint::Mint;
use crate::notices::Notices;
use crate::roster::{Roster, RosterCell};
use crate::signin::Flows;
use crate::supervise::Supervisor;
use crate::{outbox, timers, webhooks};

/// A running Baton. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) folder: PathBuf,
    pub(crate) desk: DeskHandle,
    pub(crate) readers: Arc<Readers>,
    pub(crate) roster: RosterCell,
    pub(crate) changes: Changes,
    pub(crate) notices: Notices,
    pub(crate) shown: Shown,
    pub(crate) clock: Arc<dyn Clock>,
    /// Compares the clocks; whoever looks first sees a jump.
    pub(crate) jumps: Mutex<JumpDetector>,
    pub(crate) mint: Mint,
    pub(crate) wake: Arc<Wake>,
    pub(crate) supervisor: Supervisor,
    pub(crate) door: DoorPost,
    pub(crate) signers: Signers,
    pub(crate) told: Arc<Told>,
    pub(crate) posts: Posts,
    pub(crate) flows: Flows,
    pub(crate) backtests: Backtests,
    pub(crate) proposed: Arc<Mutex<Proposed>>,
    pub(crate) desktop: bool,
    pub(crate) reply_key: [u8; 32],
    /// Remembers what the last analysis of rules found, so that the next one asks only for what an
    /// edit has changed.
    pub(crate) analyst: Arc<Mutex<Analyst>>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Engine {
    /// The folder of the workspace.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The workspace around the conversations, as it is now.
    #[must_use]
    pub fn roster(&self) -> Arc<Roster> {
        self.inner.roster.get()
    }

    /// The one write path.
    #[must_use]
    pub fn desk(&self) -> &DeskHandle {
        &self.inner.desk
    }

    /// Why nothing can be changed: the workspace is damaged, or lies where nobody may write. None
    /// when all is well.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.inner.desk.read_only()
    }

    /// Notifications to be shown or withdrawn, for the host that can show them.
    #[must_use]
    pub fn notices(&self) -> &Notices {
        &self.inner.notices
    }

    /// Does everything that is due by now: deadlines, errands, then notices. A live engine does so
    /// by itself; one that is not can be led through time step by step.
    ///
    /// # Errors
    /// What the store or the core says.
    pub async fn settle(&self) -> Result<(), EngineError> {
        timers::compare_clocks(self).await?;
        timers::tick_all(self).await?;
        outbox::work(self).await?;
        webhooks::work(self).await?;
        alerts::show(self).await
    }

    /// Asks the UI to open a conversation: a notification or a link was clicked.
    pub fn open_conversation(&self, conversation: &str) {
        self.inner.changes.send(Change::Open {
            conversation: conversation.to_owned(),
        });
    }

    /// Reads, off the async threads.
    ///
    /// # Errors
    /// What the read returns.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader<'_>, &Roster) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let readers = Arc::clone(&self.inner.readers);
        let roster = self.roster();
        tokio::task::spawn_blocking(move || readers.read(|reader| read(reader, &roster)))
            .await
            .map_err(|_| EngineError::Stopped)?
    }

    /// Stops every task, finishes what is half done and lets go of the workspace.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.desk.close().await;
    }
}

impl baton_api::Changes for Engine {
    fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }
}

/// Reads an identifier from the wire.
pub(crate) fn parse<T: Id>(text: &str, what: &str) -> Result<T, ApiError> {
    T::parse(text).ok_or_else(|| {
        ApiError::new(
            "bad_request",
            format!("That is no {what}: its id is malformed."),
            "Copy the id whole, as the export and the address of its page have it.",
        )
    })
}

/// Reads a message identifier from the wire.
pub(crate) fn message_id(text: &str) -> Result<MessageId, ApiError> {
    parse(text, "message")
}
