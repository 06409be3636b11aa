//! A post office: a real Dovecot for both sides, a sink or a relay for what goes out, and live
//! engines with connected mailboxes.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::conversations as cv;
use baton_api::timeline as tl;
use baton_engine::{Engine, EngineError, OpenOptions};
use baton_store::StoreError;
use baton_testkit::MailServer;

use crate::desk::messages;
use crate::secrets::{OneKey, Pocket};

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Opens a live engine on a folder.
pub async fn live(folder: &Path) -> Engine {
    let engine = Engine::open(OpenOptions::live(folder.to_owned(), Pocket::secrets()));
    let engine = engine.await.unwrap();
    undo_at_once(&engine).await;
    engine
}

/// Opens a live engine on a workspace with mailboxes that another one has just left.
pub async fn reopened(folder: &Path) -> Engine {
    loop {
        let options = OpenOptions::live(folder.to_owned(), OneKey::secrets());
        match Engine::open(options).await {
            Ok(engine) => return engine,
            Err(EngineError::Store(StoreError::WorkspaceInUse { .. })) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("the workspace cannot be opened: {error}"),
        }
    }
}

/// Sends without time to think again.
pub async fn undo_at_once(engine: &Engine) {
    let mut settings = engine
        .session_get(baton_api::session::SessionGet {})
        .await
        .unwrap()
        .settings;
    settings.undo_seconds = 0;
    let set = baton_api::session::SettingsSet { settings };
    engine.settings_set(set).await.unwrap();
}

/// The settings of a mailbox on a server, sending to an SMTP port on loopback; without one, by the
/// server's own submission.
#[must_use]
pub fn mailbox(server: &MailServer, address: &str, smtp: Option<u16>) -> ch::MailConfig {
    let imap = ch::ServerConfig {
        host: "localhost".to_owned(),
        port: server.ports().imaps,
        security: "tls".to_owned(),
        login: address.to_owned(),
    };
    let smtp = match smtp {
        Some(port) => ch::ServerConfig {
            host: "127.0.0.1".to_owned(),
            port,
            security: "plain".to_owned(),
            login: address.to_owned(),
        },
        None => ch::ServerConfig {
            port: server.ports().submission,
            security: "starttls".to_owned(),
            ..imap.clone()
        },
    };
    ch::MailConfig {
        address: address.to_owned(),
        display_name: "Support".to_owned(),
        imap,
        smtp,
        auth: "password".to_owned(),
        oauth_provider: String::new(),
        oauth_client: String::new(),
        folders: vec!["INBOX".to_owned(), "Sent".to_owned()],
        keep_sent: true,
        queue: "support".to_owned(),
        history_days: 0,
        ca_file: Some(server.ca().display().to_string()),
        authserv_id: None,
    }
}

/// Connects a mailbox and waits until it is live.
pub async fn connect(engine: &Engine, config: ch::MailConfig) -> String {
    let put = ch::ChannelPut {
        id: None,
        config,
        secret: Some("secret".to_owned()),
        oauth_flow: None,
    };
    let channel = engine.channel_put(put).await.unwrap().id;
    is_live(engine, &channel).await;
    channel
}

/// Waits until a channel is live.
pub async fn is_live(engine: &Engine, channel: &str) {
    until("the mailbox is live", || async {
        (state(engine, channel).await == "live").then_some(())
    })
    .await;
}

/// The state of a channel.
pub async fn state(engine: &Engine, channel: &str) -> String {
    let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
    let found = list.channels.into_iter().find(|one| one.id == channel);
    found.map(|one| one.state).unwrap_or_default()
}

/// A channel as it is shown.
pub async fn channel_view(engine: &Engine, channel: &str) -> ch::ChannelView {
    let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
    let mut found = list.channels.into_iter();
    found.find(|one| one.id == channel).unwrap()
}

/// Ends this process when the one that began it is gone: nothing is left behind by a test that was
/// broken off.
pub fn end_with_parent() {
    std::thread::spawn(|| {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).ok();
        std::process::exit(0);
    });
}

/// All conversations, the newest first.
pub async fn conversations(engine: &Engine) -> Vec<cv::ConversationRow> {
    let asked = cv::ConversationList {
        view: "all".to_owned(),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 200,
    };
    engine.conversation_list(asked).await.unwrap().rows
}

/// The messages of a conversation, oldest first.
pub async fn said(engine: &Engine, conversation: &str) -> Vec<tl::MessageView> {
    let asked = tl::TimelineGet {
        conversation: conversation.to_owned(),
        before: None,
        after: None,
        limit: 200,
    };
    messages(engine.timeline_get(asked).await.unwrap().entries)
}

/// Waits until a look finds something, or fails with what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
