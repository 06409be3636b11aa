//! What goes out by two mailboxes: neither waits for the other's server, and who is put off is
//! tried again without anybody getting a message twice.

use std::sync::Arc;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::compose as co;
use baton_api::contacts::AddressView;
use baton_api::conversations as cv;
use baton_core::ids::{ChannelId, ConversationId, Id as _};
use baton_core::time::{MINUTE, SECOND};
use baton_engine::clock::Clock as _;
use baton_engine::compose::{Letterhead, Machine, outgoing, write};
use baton_engine::intake::{Placed, Verification, mail as letter};
use baton_engine::{Engine, OpenOptions};
use baton_store::Channel;
use baton_testkit::{SmtpSink, Temper};
use baton_tests::clock::{FakeClock, MONDAY};
use baton_tests::desk::answer;
use baton_tests::mail::Mail;
use baton_tests::post::undo_at_once;
use baton_tests::secrets::OneKey;
use tempfile::TempDir;

const CARLA: &str = "Carla Stone <carla@customer.test>";

/// An engine led through time by hand, with a mailbox for each sink.
pub(super) struct Outbox {
    pub(super) engine: Engine,
    pub(super) clock: FakeClock,
    _folder: TempDir,
}

fn channel(n: usize) -> ChannelId {
    ChannelId::derived(&[b"mailbox", &n.to_be_bytes()])
}

fn config(n: usize, port: u16) -> ch::MailConfig {
    let server = |port| ch::ServerConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: "plain".to_owned(),
        login: "support".to_owned(),
    };
    ch::MailConfig {
        address: format!("support{n}@baton.test"),
        display_name: "Support".to_owned(),
        imap: server(1),
        smtp: server(port),
        auth: "password".to_owned(),
        oauth_provider: String::new(),
        oauth_client: String::new(),
        folders: vec!["INBOX".to_owned()],
        keep_sent: false,
        queue: "support".to_owned(),
        history_days: 0,
        ca_file: None,
        authserv_id: None,
    }
}

impl Outbox {
    pub(super) async fn open(sinks: &[&SmtpSink]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FakeClock::default();
        let engine = Engine::open(OpenOptions {
            folder: folder.path().to_owned(),
            clock: Arc::new(clock.clone()),
            secrets: OneKey::secrets(),
            desktop: false,
            live: false,
        })
        .await
        .unwrap();
        undo_at_once(&engine).await;
        for (n, sink) in sinks.iter().enumerate() {
            let stored = Channel {
                id: channel(n),
                kind: "email".to_owned(),
                name: format!("Mailbox {n}"),
                config: serde_json::to_value(config(n, sink.port())).unwrap(),
                position: 0,
                added_at: MONDAY,
                removed_at: None,
            };
            let saved = engine
                .desk()
                .turn(move |turn| Ok(turn.tx.save_channel(&stored)?));
            saved.await.unwrap();
        }
        engine.stop().await;
        drop(engine);
        let engine = loop {
            let again = Engine::open(OpenOptions {
                folder: folder.path().to_owned(),
                clock: Arc::new(clock.clone()),
                secrets: OneKey::secrets(),
                desktop: false,
                live: false,
            });
            match again.await {
                Ok(engine) => break engine,
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        Self {
            engine,
            clock,
            _folder: folder,
        }
    }

    /// A mail arrives in a mailbox; its conversation.
    pub(super) async fn taken_in(&self, mailbox: usize, mail: &Mail) -> ConversationId {
        let raw = mail.raw();
        let read = baton_channels::mail::decode(&raw, &letter::context(&self.engine.roster()));
        let now = self.clock.now();
        let arrival = letter::arrival(channel(mailbox), raw, read, now, Verification::Seen);
        let placed = self.engine.desk().turn(move |turn| turn.take_in(arrival));
        let Placed::New { conversation, .. } = placed.await.unwrap() else {
            panic!("it was known already");
        };
        conversation
    }

    /// A mail arrives in a mailbox and is answered; its conversation.
    pub(super) async fn answered(&self, mailbox: usize, mail: &Mail) -> ConversationId {
        let conversation = self.taken_in(mailbox, mail).await;
        answer(&self.engine, &conversation.to_string(), "On its way.").await;
        conversation
    }

    /// A conversation is answered to these recipients.
    pub(super) async fn write_to(&self, which: ConversationId, recipients: &[&str]) {
        self.write_with(which, recipients, Vec::new()).await;
    }

    /// The same, with files.
    async fn write_with(
        &self,
        which: ConversationId,
        recipients: &[&str],
        files: Vec<co::FileInput>,
    ) {
        let address = |address: &&str| AddressView {
            name: String::new(),
            address: (*address).to_owned(),
        };
        let sent = self.engine.reply_send(co::ReplySend {
            conversation: Some(which.to_string()),
            channel: None,
            mode: co::ReplyMode::ReplyAll,
            message: None,
            to: recipients.iter().map(address).collect(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: "Re: The lamp".to_owned(),
            text: "On its way.".to_owned(),
            quote: String::new(),
            files,
            forward: Vec::new(),
            left_out: Vec::new(),
            resolve: false,
        });
        sent.await.unwrap();
    }

    pub(super) async fn head(&self, which: ConversationId) -> cv::ConversationHead {
        let id = which.to_string();
        let asked = self.engine.conversation_get(cv::ConversationGet { id });
        asked.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_up_no_other_mailbox() {
    let (silent, kind) = (
        SmtpSink::start().await.unwrap(),
        SmtpSink::start().await.unwrap(),
    );
    silent.next(std::iter::repeat_n(Temper::Silent, 9));
    let outbox = Outbox::open(&[&silent, &kind]).await;
    // More of them than are taken up at once.
    for n in 0..25 {
        let mail = Mail::from(CARLA, &format!("s{n}"), "Hello?").about(&format!("Lamp {n}"));
        outbox.answered(0, &mail).await;
    }
    let chair = Mail::from("Dan <dan@customer.test>", "c", "It squeaks.").about("The chair");
    let chair = outbox.answered(1, &chair).await;
    let engine = outbox.engine.clone();
    let working = tokio::spawn(async move { engine.settle().await });
    baton_tests::post::until("the other mailbox's answer has left", || async {
        (kind.received().len() == 1).then_some(())
    })
    .await;
    baton_tests::post::until("and is told as sent", || async {
        outbox.head(chair).await.outbox.is_empty().then_some(())
    })
    .await;
    assert!(
        !working.is_finished(),
        "the silent server is still waited for"
    );
    assert_eq!(silent.conversations(), 1, "by one worker");
    working.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_put_off_gets_it_later_and_who_is_refused_is_named() {
    let sink = SmtpSink::start().await.unwrap();
    let outbox = Outbox::open(&[&sink]).await;
    let lamp = Mail::from(CARLA, "1", "Where is my lamp?");
    let lamp = outbox.taken_in(0, &lamp).await;
    let everybody = [
        "carla@customer.test",
        "dan@customer.test",
        "eve@customer.test",
    ];
    outbox.write_to(lamp, &everybody).await;
    let [carla, dan, eve] = everybody.map(str::to_owned);
    sink.next([Temper::RefuseAndDefer {
        refused: eve.clone(),
        put_off: dan.clone(),
    }]);
    outbox.engine.settle().await.unwrap();
    assert_eq!(sink.received()[0].recipients, [carla]);
    let head = outbox.head(lamp).await;
    assert_eq!(head.outbox[0].state, "queued", "for Dan");
    assert_eq!(head.row.messages, 2, "it has been said");

    // A minute later Dan gets it, nobody gets it twice, and Eve is not asked for again.
    outbox.clock.pass(MINUTE);
    outbox.engine.settle().await.unwrap();
    let received = sink.received();
    assert_eq!((received.len(), &received[1].recipients), (2, &vec![dan]));
    assert_eq!(received[0].data, received[1].data);
    let head = outbox.head(lamp).await;
    assert!(head.outbox.is_empty());
    assert_eq!(head.row.messages, 2);
    let state = outbox
        .engine
        .read(move |reader, _| Ok(reader.conversation(lamp)?));
    let state = state.await.unwrap().unwrap();
    let refused = state
        .undelivered
        .values()
        .next()
        .map(|one| one.refused.clone());
    assert_eq!(refused, Some([eve].into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_by_a_mailbox_that_was_removed() {
    let sink = SmtpSink::start().await.unwrap();
    let outbox = Outbox::open(&[&sink]).await;
    let lamp = Mail::from(CARLA, "1", "Where is my lamp?");
    let lamp = outbox.answered(0, &lamp).await;
    let listed = outbox.engine.channel_list(ch::ChannelList {}).await;
    let waiting: Vec<u32> = listed
        .unwrap()
        .channels
        .iter()
        .map(|one| one.waiting)
        .collect();
    assert_eq!(waiting, [1], "it is said before it is removed");
    let removed = ch::ChannelOnly {
        channel: channel(0).to_string(),
    };
    outbox.engine.channel_remove(removed).await.unwrap();
    outbox.engine.settle().await.unwrap();
    assert_eq!(sink.conversations(), 0);
    let head = outbox.head(lamp).await;
    let waits = &head.outbox[0];
    assert_eq!(waits.state, "failed", "and somebody sees it");
    assert!(waits.error.contains("removed"), "{}", waits.error);
    assert!(
        head.row.waiting_since.is_some(),
        "the customer was not answered"
    );

    // Nothing more is written on it, by people or by rules.
    let again = outbox
        .engine
        .desk()
        .turn(move |turn| {
            let (person, rule) = (Machine::No, Machine::Yes);
            let key = [0; 32];
            let by_rule = outgoing(turn, lamp, "On its way.", None, &key, rule)?;
            assert!(by_rule.is_none());
            write(turn, channel(0), lamp, Letterhead::default(), &key, person)
        })
        .await;
    let refused = again.err().map(|error| error.to_string());
    assert!(refused.is_some_and(|why| why.contains("removed")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_message_has_the_time_that_a_slow_line_needs() {
    let sink = SmtpSink::start().await.unwrap();
    let outbox = Outbox::open(&[&sink]).await;
    let slow = Temper::SlowToTake(Duration::from_secs(3));
    for (number, bytes) in [1_usize << 10, 3 << 20].into_iter().enumerate() {
        let about = format!("Photos {number}");
        let mail = Mail::from(CARLA, &about, "Show me?").about(&about);
        let conversation = outbox.taken_in(0, &mail).await;
        let photo = co::FileInput {
            name: "photo.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            base64: "AAAA".repeat(bytes / 3),
        };
        outbox
            .write_with(conversation, &["carla@customer.test"], vec![photo])
            .await;
        let before = sink.conversations();
        sink.next([slow.clone()]);
        let engine = outbox.engine.clone();
        let working = tokio::spawn(async move { engine.settle().await });
        baton_tests::post::until("it is on its way", || async {
            (sink.conversations() > before).then_some(())
        })
        .await;
        // The line is slow: nearly two minutes pass before the last byte.
        outbox.clock.pass(110 * SECOND);
        working.await.unwrap().unwrap();
        let head = outbox.head(conversation).await;
        match number {
            0 => assert_eq!(
                (head.outbox[0].state.as_str(), sink.received().len()),
                ("queued", 0),
                "so short a message was held up by something else"
            ),
            _ => assert!(head.outbox.is_empty(), "it has left"),
        }
    }
}
