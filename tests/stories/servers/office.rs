//! A post office: a real server with one mailbox connected to a live engine, and a sink for what
//! goes out.

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_engine::Engine;
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use baton_tests::mail::Mail;
use baton_tests::post::{connect, conversations, live, mailbox, reopened, said, until};
use tempfile::TempDir;

/// The customer of the stories.
pub(super) const CARLA: &str = "Carla Stone <carla@customer.test>";
/// The team's address.
pub(super) const SUPPORT: &str = "support@baton.test";

/// A post office with one mailbox connected; what goes out lands in the sink.
pub(super) struct Office {
    pub(super) server: MailServer,
    pub(super) sink: SmtpSink,
    pub(super) engine: Engine,
    pub(super) channel: String,
    folder: TempDir,
}

impl Office {
    /// Opens it; none where the machine has no servers.
    pub(super) async fn open() -> Option<Self> {
        Self::with(&ServerOptions::default()).await
    }

    /// Opens it with a server that is set up otherwise.
    pub(super) async fn with(options: &ServerOptions) -> Option<Self> {
        let server = MailServer::start_or_skip(options)?;
        let sink = SmtpSink::start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let engine = live(folder.path()).await;
        let config = mailbox(&server, SUPPORT, Some(sink.port()));
        let channel = connect(&engine, config).await;
        Some(Self {
            server,
            sink,
            engine,
            channel,
            folder,
        })
    }

    /// Opens the workspace again after its engine was stopped.
    pub(super) async fn reopened(self) -> Self {
        let Self {
            engine,
            folder,
            server,
            sink,
            channel,
        } = self;
        drop(engine);
        let engine = reopened(folder.path()).await;
        Self {
            server,
            sink,
            engine,
            channel,
            folder,
        }
    }

    /// The same, with the conversation in which Carla asks for her lamp.
    pub(super) async fn asked() -> Option<(Self, String)> {
        let office = Self::open().await?;
        office.deliver(&Mail::from(CARLA, "1", "Where is my lamp?"));
        let id = office.conversation("The lamp", 1).await;
        Some((office, id))
    }

    /// A mail arrives at the server.
    pub(super) fn deliver(&self, mail: &Mail) {
        self.server.deliver(SUPPORT, &mail.raw()).unwrap();
    }

    /// Waits for a conversation with so many messages.
    pub(super) async fn conversation(&self, subject: &str, messages: u32) -> String {
        until("the conversation is there", || async {
            let rows = conversations(&self.engine).await;
            let found = rows.into_iter().find(|row| row.subject == subject);
            found
                .filter(|row| row.messages >= messages)
                .map(|row| row.id)
        })
        .await
    }

    /// What waits to be sent in a conversation, or is not settled.
    pub(super) async fn outbox(&self, conversation: &str) -> Vec<co::OutgoingView> {
        let asked = baton_api::conversations::ConversationGet {
            id: conversation.to_owned(),
        };
        self.engine.conversation_get(asked).await.unwrap().outbox
    }

    /// Waits until the message on its way is in a state.
    pub(super) async fn on_its_way(&self, conversation: &str, state: &str) -> co::OutgoingView {
        until("the message is in its state", || async {
            let entry = self.outbox(conversation).await.into_iter().next();
            entry.filter(|one| one.state == state)
        })
        .await
    }

    /// Waits until nothing is on its way any more.
    pub(super) async fn settled(&self, conversation: &str) {
        until("the sending is settled", || async {
            self.outbox(conversation).await.is_empty().then_some(())
        })
        .await;
    }

    /// Waits until so many messages have left.
    pub(super) async fn left(&self, count: usize) {
        until("it left", || async {
            (self.sink.received().len() == count).then_some(())
        })
        .await;
    }

    /// How many messages of ours a conversation shows.
    pub(super) async fn outbound(&self, conversation: &str) -> usize {
        let said = said(&self.engine, conversation).await;
        said.iter()
            .filter(|one| one.direction == "outbound")
            .count()
    }

    /// Has the mailbox looked at now.
    pub(super) async fn look(&self) {
        let retry = baton_api::channels::ChannelOnly {
            channel: self.channel.clone(),
        };
        self.engine.channel_retry(retry).await.unwrap();
    }

    /// The provider files a copy of what it sent.
    pub(super) fn file_in_sent(&self, data: &[u8]) {
        // The folder exists once something has looked at it.
        self.server
            .doveadm(&["mailbox", "create", "-u", SUPPORT, "Sent"])
            .ok();
        self.save("Sent", data);
    }

    /// Puts a file into a folder as another client would; the inbox has no name.
    pub(super) fn save(&self, folder: &str, raw: &[u8]) {
        let maildir = self.server.maildir(SUPPORT).join("Maildir");
        let place = match folder {
            "" => maildir.clone(),
            folder => maildir.join(format!(".{folder}")),
        };
        let name = place.join("cur/1795424400.M1P1.phone:2,S");
        std::fs::write(&name, raw).unwrap();
        let owner = std::fs::metadata(&maildir).unwrap();
        use std::os::unix::fs::MetadataExt as _;
        std::os::unix::fs::chown(&name, Some(owner.uid()), Some(owner.gid())).unwrap();
    }

    /// Ends it.
    pub(super) async fn close(self) {
        self.engine.stop().await;
    }
}
