//! Prints what writing and reading cost, on made-up mail: `figures [mails] [conversations]`.
//!
//! Figures are CPU time of this process, because wall time on a busy machine says little.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a tool for the developer, who sees where it stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use baton_core::control::{Control, Controller};
use baton_core::conversation::{BotHealth, Conversation, Talk};
use baton_core::event::body::Join;
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId, DeviceId, EventId, Id, MessageId, QueueName};
use baton_core::message::{Address, Author, Direction, MessageDocument, MessageKind};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::{MINUTE, Timestamp};
use baton_store::{
    ContentState, Decision, ListQuery, NewMessage, Options, Order, Place, Query, ReceiptKey,
    SealedEvent, SearchClock, SearchOrder, SearchRequest, Store, StoreError, TimelinePart, Tx,
};

const START: Timestamp = Timestamp(1_750_000_000_000);

/// A small generator of numbers, always the same ones.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
    /// A word; low numbers are far more frequent than high ones.
    fn word(&mut self) -> String {
        let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
        let rank = (60_000_f64.powf(unit)) as u64;
        word(rank)
    }
}

fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 20] = [
        "ra", "ne", "to", "li", "ka", "shi", "mo", "ver", "den", "sul", "pa", "qui", "for", "ben",
        "gal", "tru", "hem", "ost", "win", "cy",
    ];
    let mut left = rank + 21;
    let mut word = String::new();
    while left > 0 {
        word.push_str(SYLLABLES[(left % 20) as usize]);
        left /= 20;
    }
    word
}

struct Mail {
    raw: Vec<u8>,
    raw_hash: Hash,
    document: MessageDocument,
    bytes: Vec<u8>,
    document_hash: Hash,
    conversation: u64,
    at: Timestamp,
}

fn mails(count: u64, short: bool) -> Vec<Mail> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut conversations = 0_u64;
    (0..count)
        .map(|number| {
            let is_new = short || conversations == 0 || dice.below(100) < 36;
            let conversation = if is_new {
                conversations += 1;
                conversations - 1
            } else {
                dice.below(conversations)
            };
            let length = if short { 12 } else { 330 };
            let text = |dice: &mut Dice, length: u64| {
                let words: Vec<_> = (0..length).map(|_| dice.word()).collect();
                words.join(" ")
            };
            let body = text(&mut dice, length);
            let sender = dice.below(6_000);
            let document = MessageDocument {
                subject: text(&mut dice, 5),
                from: Address {
                    name: format!("{} {}", word(sender), word(sender / 7)),
                    address: format!("{}{sender}@{}.example", word(sender), word(sender % 400)),
                },
                to: vec![Address {
                    name: "Support".into(),
                    address: "support@team.example".into(),
                }],
                native_id: format!("{number}.{}@mail.example", dice.next()),
                references: (0..if is_new { 0 } else { 3 })
                    .map(|_| format!("{}@mail.example", dice.next()))
                    .collect(),
                text: body.clone(),
                ..MessageDocument::default()
            };
            let size = match dice.below(100) {
                _ if short => 600,
                0..8 => 109_000,
                8..28 => 16_000,
                _ => 600,
            };
            let mut raw = format!("From: x\r\nSubject: y\r\n\r\n{body}\r\n").into_bytes();
            let html = size == 16_000;
            while raw.len() < size {
                if html {
                    let line = format!("<td style=\"padding:4px\"><p>{}</p></td>\r\n", dice.word());
                    raw.extend(line.as_bytes());
                } else {
                    let code = dice.next().to_be_bytes().map(|byte| b'0' + byte % 64);
                    raw.extend(code);
                }
            }
            let bytes = serde_json::to_vec(&document).unwrap();
            Mail {
                raw_hash: Hash::of(&raw),
                document_hash: Hash::of(&bytes),
                raw,
                document,
                bytes,
                conversation,
                at: START.plus(number as i64 * 26 * MINUTE / if short { 10 } else { 1 }),
            }
        })
        .collect()
}

fn conversation(number: u64, at: Timestamp) -> Conversation {
    let queue = ["support", "sales", "billing"][(number % 3) as usize];
    Conversation {
        id: ConversationId::derived(&[&number.to_be_bytes()]),
        channel: Id::from_bits(1),
        contact: Id::from_bits(u128::from(number % 3_500)),
        episode: 1,
        episode_at: at,
        opened_at: at,
        imported: true,
        control: Control {
            controller: Controller::Queue(QueueName::new(queue)),
            ..Control::default()
        },
        status: WorkStatus::New,
        snoozed_until: None,
        priority: Priority::Normal,
        tags: if number.is_multiple_of(10) {
            BTreeSet::from(["vip".to_owned()])
        } else {
            BTreeSet::new()
        },
        talk: Talk::default(),
        bot: BotHealth::default(),
        sla: None,
        clocks: BTreeMap::new(),
        ladder: None,
        escalated: number.is_multiple_of(1_000),
        alerted: BTreeMap::new(),
        memory: baton_core::rules::RuleMemory::default(),
        next_flip: None,
        telling: Default::default(),
        outbox: BTreeMap::new(),
        drafts: BTreeMap::new(),
        undelivered: BTreeMap::new(),
        hands: Default::default(),
        kept: Vec::new(),
        labels: Vec::new(),
        undo: None,
        moved: None,
        whispers: Vec::new(),
    }
}

fn take_in(tx: &mut Tx<'_>, number: u64, mail: &Mail) -> Result<(), StoreError> {
    let device: DeviceId = Id::from_bits(7);
    let which: ConversationId = ConversationId::derived(&[&mail.conversation.to_be_bytes()]);
    let message: MessageId = Id::minted(mail.at.0, u128::from(number));
    tx.note_receipt(
        Id::from_bits(1),
        ReceiptKey::Content(mail.raw_hash),
        message,
        mail.at,
    )?;
    let native = ReceiptKey::MessageId(&mail.document.native_id);
    tx.note_receipt(Id::from_bits(1), native, message, mail.at)?;
    tx.messages_with_ids(&mail.document.references)?;
    let mut state = match tx.conversation(which)? {
        Some(state) => state,
        None => conversation(mail.conversation, mail.at),
    };
    tx.put_content(mail.raw_hash, &mail.raw)?;
    tx.put_content(mail.document_hash, &mail.bytes)?;
    let mut seqs = [0; 3];
    for (part, seq) in (0_u64..).zip(&mut seqs) {
        let padding = "x".repeat(350);
        let envelope = format!(
            "{{\"v\":1,\"conv\":\"{which}\",\"part\":{part},\"number\":{number},\"body\":\"{padding}\"}}"
        );
        *seq = tx.append(&SealedEvent {
            id: EventId::derived(&[&number.to_be_bytes(), &part.to_be_bytes()]),
            conversation: Some(which),
            device,
            prev: tx.head(device)?,
            kind: "message.recorded@1",
            at: mail.at,
            shown_at: mail.at,
            hash: Hash::of(envelope.as_bytes()),
            bytes: envelope.as_bytes(),
        })?;
    }
    state.talk.messages += 1;
    state.talk.unread += 1;
    state.talk.last_at = mail.at;
    state.talk.last_author = Some(Author::Customer);
    state.talk.last_message = Some(message);
    tx.save_conversation(&state)?;
    tx.record_message(&NewMessage {
        id: message,
        conversation: which,
        seq: seqs[1],
        channel: state.channel,
        contact: state.contact,
        at: mail.at,
        direction: Direction::Inbound,
        author: Author::Customer,
        author_name: "",
        kind: MessageKind::Message,
        document_hash: mail.document_hash,
        document: Some(&mail.document),
        raw: Some(mail.raw_hash),
        join: Join::New,
        outbox: None,
        imported: true,
        source: "",
    })?;
    tx.record_decision(&Decision {
        id: DecisionId::derived(&[&number.to_be_bytes()]),
        seq: seqs[2],
        conversation: which,
        at: mail.at,
        on: "customer.message".into(),
        ruleset: Hash::default(),
        record_hash: Hash::default(),
        record: vec![7; 300],
        sentence: "Went to the queue because nothing else matched.".into(),
    })
}

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// CPU nanoseconds of this thread so far.
fn thread_cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

fn write_all(folder: &std::path::Path, mails: &[Mail]) -> Store {
    let mut store = Store::open(folder, Options::at(START)).unwrap();
    let mut writer = store.take_writer().unwrap();
    let before = cpu();
    let start = Instant::now();
    for (batch, some) in mails.chunks(50).enumerate() {
        writer
            .write(|tx| {
                for (index, mail) in some.iter().enumerate() {
                    take_in(tx, (batch * 50 + index) as u64, mail)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    let spent = cpu() - before;
    let size = std::fs::metadata(folder.join("baton.db")).unwrap().len();
    println!(
        "write   {} mails: {:.0} us CPU each, {:.1} s wall, file {} MB",
        mails.len(),
        spent * 1e6 / mails.len() as f64,
        start.elapsed().as_secs_f64(),
        size >> 20
    );
    drop(writer);
    store
}

fn time(what: &str, count: u64, mut run: impl FnMut(u64)) {
    let mut times: Vec<f64> = (0..count)
        .map(|index| {
            let start = thread_cpu();
            run(index);
            (thread_cpu() - start) as f64 / 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let last = times.last().copied().unwrap_or_default();
    println!("{what:<34} mean {mean:8.3}  most {last:8.3} ms CPU");
}

fn read_all(store: &Store, conversations: u64) {
    let readers = store.readers();
    let list = |query: ListQuery| {
        readers
            .read(|reader| Ok::<_, StoreError>(reader.list(&query)?.rows.len()))
            .unwrap()
    };
    time("list all, newest 50", 200, |_| {
        list(ListQuery::of(Place::All));
    });
    time("list one queue by next due", 200, |_| {
        list(ListQuery {
            order: Order::NextDue,
            ..ListQuery::of(Place::Queue(QueueName::new("sales")))
        });
    });
    time("list queue and tag", 200, |_| {
        list(ListQuery {
            places: vec![Place::AnyQueue, Place::Tag("vip".into()), Place::Escalated],
            ..ListQuery::of(Place::All)
        });
    });
    time("counts of ten places", 200, |_| {
        readers
            .read(|reader| {
                for _ in 0..10 {
                    reader.count(&Place::AnyQueue)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
    time("open a conversation", 500, |index| {
        let number = index.wrapping_mul(7_919) % conversations;
        let which = ConversationId::derived(&[&number.to_be_bytes()]);
        readers
            .read(|reader| {
                reader.conversation(which)?;
                for entry in reader.timeline(which, TimelinePart::Newest, 50)? {
                    if let Some(message) = entry.message {
                        reader.document(message.document)?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
    let search = |typed: &str, order: SearchOrder| {
        let query = Query::read(typed, SearchClock::default());
        readers
            .read(|reader| {
                let page = reader.search(&SearchRequest {
                    query: query.clone(),
                    order,
                    after: None,
                    limit: 50,
                })?;
                Ok::<_, StoreError>(page.hits.len())
            })
            .unwrap()
    };
    for (name, ranks) in [
        ("common", [1, 3, 9]),
        ("medium", [200, 350, 600]),
        ("rare", [20_000, 40_000, 55_000]),
    ] {
        for order in [SearchOrder::Newest, SearchOrder::Best] {
            time(&format!("search {name} {order:?}"), 30, |index| {
                search(&format!("{} ", word(ranks[(index % 3) as usize])), order);
            });
        }
    }
    time("search two words", 30, |index| {
        search(
            &format!("{} {} ", word(index + 3), word(index * 20 + 100)),
            SearchOrder::Newest,
        );
    });
    for letters in [2, 3, 5] {
        time(&format!("search beginning of {letters}"), 30, |index| {
            let long = word(index * 31 + 9_000);
            search(&long[..letters], SearchOrder::Newest);
        });
    }
    time("search word and tag", 30, |index| {
        search(
            &format!("{} tag:vip ", word(index % 5 + 1)),
            SearchOrder::Newest,
        );
    });
    time("search word, not in any place", 30, |index| {
        search(
            &format!("{} is:snoozed ", word(index % 5 + 1)),
            SearchOrder::Newest,
        );
    });
    time("did you mean", 30, |index| {
        let mut typed = word(index * 977 + 300);
        typed.insert(3, 'x');
        typed.push(' ');
        let query = Query::read(&typed, SearchClock::default());
        readers
            .read(|reader| reader.did_you_mean(&typed, &query))
            .unwrap();
    });
    let page = readers
        .read(|reader| {
            reader.search(&SearchRequest {
                query: Query::read("rane ", SearchClock::default()),
                limit: 50,
                ..SearchRequest::default()
            })
        })
        .unwrap();
    time("snippets of 50 hits", 30, |_| {
        let query = Query::read("rane", SearchClock::default());
        readers
            .read(|reader| {
                for hit in &page.hits {
                    reader.snippet(hit.document, &query)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u64>().unwrap());
    let count = arguments.next().unwrap_or(20_000);
    let conversations = arguments.next().unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let long = mails(count, false);
    let store = write_all(&folder.path().join("mails"), &long);
    let known = store
        .readers()
        .read(|reader| reader.content_state(long[0].raw_hash))
        .unwrap();
    assert!(
        matches!(known, ContentState::Present { .. }),
        "the first mail is there"
    );
    drop(long);
    read_all(&store, count / 3);
    println!();
    let short = mails(conversations, true);
    let store = write_all(&folder.path().join("conversations"), &short);
    drop(short);
    read_all(&store, conversations);
}
