//! A workspace in a folder of its own, and short ways to fill it.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::control::{Control, Controller};
use baton_core::conversation::{BotHealth, Conversation, Talk};
use baton_core::event::body::Join;
use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, ConversationId, DeviceId, EventId, Id, MessageId};
use baton_core::message::{Address, Author, Direction, MessageDocument, MessageKind};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::{MINUTE, Timestamp};
use baton_store::NewMessage;
use baton_store::SealedEvent;
use baton_store::{Options, Readers, Store, StoreError, Tx, Writer};
use std::sync::Arc;

/// Noon of some day; everything happens after it.
pub(crate) const START: Timestamp = Timestamp(1_750_000_000_000);

/// An identifier that says its number.
pub(crate) fn nth<I: Id>(number: u64) -> I {
    I::from_bits(u128::from(number) + 1)
}

/// An open workspace in a folder that vanishes with it.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) readers: Arc<Readers>,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path(), Options::at(START)).unwrap();
        let writer = store.take_writer().unwrap();
        let readers = store.readers();
        Self {
            folder,
            store,
            writer,
            readers,
        }
    }

    pub(crate) fn write<T>(&mut self, write: impl FnOnce(&mut Tx<'_>) -> T) -> T {
        self.writer
            .write(|tx| Ok::<_, StoreError>(write(tx)))
            .unwrap()
    }

    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&baton_store::Reader<'_>) -> Result<T, StoreError>,
    ) -> T {
        self.readers.read(read).unwrap()
    }
}

/// A fresh conversation that waits in the queue `support`.
pub(crate) fn conversation(number: u64) -> Conversation {
    Conversation {
        id: nth(number),
        channel: nth(1),
        contact: nth(number % 7),
        episode: 1,
        episode_at: START,
        opened_at: START,
        imported: false,
        control: Control {
            controller: Controller::Queue(baton_core::ids::QueueName::new("support")),
            since: START,
            epoch: 1,
            ..Control::default()
        },
        status: WorkStatus::New,
        snoozed_until: None,
        priority: Priority::Normal,
        tags: BTreeSet::new(),
        talk: Talk {
            last_at: START.plus(number as i64 * MINUTE),
            ..Talk::default()
        },
        bot: BotHealth::default(),
        sla: None,
        clocks: BTreeMap::new(),
        ladder: None,
        escalated: false,
        alerted: BTreeMap::new(),
        memory: baton_core::rules::RuleMemory::default(),
        next_flip: None,
        outbox: BTreeMap::new(),
        drafts: BTreeMap::new(),
        undelivered: BTreeMap::new(),
        telling: baton_core::conversation::Telling::default(),
        hands: baton_core::label::Hands::default(),
        kept: Vec::new(),
        labels: Vec::new(),
        undo: None,
        moved: None,
        whispers: Vec::new(),
    }
}

/// A mail that says `text`.
pub(crate) fn mail(number: u64, subject: &str, text: &str) -> MessageDocument {
    MessageDocument {
        subject: subject.into(),
        from: Address {
            name: format!("Customer {number}"),
            address: format!("customer{number}@shop.example"),
        },
        to: vec![Address {
            name: "Support".into(),
            address: "support@team.example".into(),
        }],
        native_id: format!("mail-{number}@shop.example"),
        text: text.into(),
        ..MessageDocument::default()
    }
}

/// Appends an event that says nothing but its number, and returns its place in the log.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    number: u64,
    conversation: ConversationId,
    at: Timestamp,
) -> i64 {
    let device: DeviceId = nth(1);
    let bytes = format!("{{\"number\":{number}}}");
    let prev = tx.head(device).unwrap();
    tx.append(&SealedEvent {
        id: nth::<EventId>(number),
        conversation: Some(conversation),
        device,
        prev,
        kind: "message.recorded@1",
        at,
        shown_at: at,
        hash: Hash::of(bytes.as_bytes()),
        bytes: bytes.as_bytes(),
    })
    .unwrap()
}

/// Takes in one mail of a customer as the engine would: event, content, state, row.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    number: u64,
    state: &mut Conversation,
    document: &MessageDocument,
    at: Timestamp,
) -> MessageId {
    let message: MessageId = nth(number);
    let raw = format!("raw bytes of mail {number}");
    let bytes = serde_json::to_vec(document).unwrap();
    let document_hash = Hash::of(&bytes);
    let raw_hash = Hash::of(raw.as_bytes());
    let seq = append(tx, number, state.id, at);
    tx.put_content(raw_hash, raw.as_bytes()).unwrap();
    tx.put_content(document_hash, &bytes).unwrap();
    state.talk.messages += 1;
    state.talk.from_customer += 1;
    state.talk.unread += 1;
    if state.talk.last_message.is_none() || at >= state.talk.last_at {
        state.talk.last_at = at;
        state.talk.last_author = Some(Author::Customer);
        state.talk.last_message = Some(message);
    }
    tx.save_conversation(state).unwrap();
    tx.record_message(&NewMessage {
        id: message,
        conversation: state.id,
        seq,
        channel: state.channel,
        contact: state.contact,
        at,
        direction: Direction::Inbound,
        author: Author::Customer,
        author_name: "",
        kind: MessageKind::Message,
        document_hash,
        document: Some(document),
        raw: Some(raw_hash),
        join: Join::New,
        outbox: None,
        imported: false,
        source: "",
    })
    .unwrap();
    message
}

/// The channel and contact of everybody here.
pub(crate) fn channel() -> ChannelId {
    nth(1)
}
