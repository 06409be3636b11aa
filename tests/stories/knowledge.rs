//! What a team knows: answers are taken from what people wrote, gave and read, and from nothing
//! that was taken back.

use baton_api::Commands as _;
use baton_api::compose::FileInput;
use baton_api::contacts::ContactErase;
use baton_api::control::Release;
use baton_api::knowledge as kn;
use baton_api::macros::{MacroPut, MacroRemove};
use baton_core::ids::ConversationId;
use baton_core::time::{HOUR, SECOND};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const CARLA: &str = "Carla Stone <carla@customer.test>";
const DAN: &str = "Dan Poole <dan@customer.test>";

async fn suggest(desk: &Desk, which: ConversationId) -> Vec<kn::Suggestion> {
    let asked = kn::KnowledgeSuggest {
        conversation: which.to_string(),
        words: String::new(),
    };
    let found = desk.engine.knowledge_suggest(asked).await.unwrap();
    found.suggestions
}

async fn known(desk: &Desk) -> kn::Knowledge {
    let asked = kn::KnowledgeGet {};
    desk.engine.knowledge_get(asked).await.unwrap()
}

/// Adds a file; the bytes are plain enough to be written in base 64 by hand.
async fn add(desk: &Desk, name: &str, base64: &str) -> Result<kn::KnowledgeSource, String> {
    let file = FileInput {
        name: name.to_owned(),
        media_type: String::new(),
        base64: base64.to_owned(),
    };
    let asked = kn::KnowledgeAdd {
        file: Some(file),
        address: None,
    };
    let added = desk.engine.knowledge_add(asked).await;
    added.map_err(|error| error.hint)
}

async fn add_page(desk: &Desk, address: &str) -> Result<kn::KnowledgeSource, String> {
    let asked = kn::KnowledgeAdd {
        file: None,
        address: Some(address.to_owned()),
    };
    let added = desk.engine.knowledge_add(asked).await;
    added.map_err(|error| error.hint)
}

/// Somebody asks, Anna answers, and it is solved.
async fn solved(desk: &Desk, who: &str, id: &str, question: &str, answer: &str) -> ConversationId {
    let which = desk
        .mail(&Mail::from(who, id, question).about("Hello"))
        .await;
    desk.answer(which, answer).await;
    desk.wait(11 * SECOND).await;
    let resolve = Release {
        conversation: which.to_string(),
        reason: String::new(),
        seen_epoch: None,
    };
    desk.engine.resolve(resolve).await.unwrap();
    which
}

#[tokio::test]
async fn what_was_answered_once_is_suggested_to_the_next_who_asks() {
    let desk = Desk::open().await;
    let first = solved(
        &desk,
        CARLA,
        "1",
        "How long may I keep the tandem before I send it back?",
        "You can return a tandem within thirty days, unridden.",
    )
    .await;
    assert_eq!(known(&desk).await.conversations, 1);
    let next = desk
        .mail(&Mail::from(DAN, "2", "I want to send back my tandems, what now?").about("Tandem"))
        .await;
    let found = suggest(&desk, next).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].source.kind, "conversation");
    assert_eq!(found[0].source.name, first.to_string());
    assert_eq!(
        found[0].insert,
        "You can return a tandem within thirty days, unridden."
    );
    let marked: Vec<&str> = found[0]
        .text
        .iter()
        .filter(|piece| piece.hit)
        .map(|piece| piece.text.as_str())
        .collect();
    assert_eq!(marked, ["tandem"]);
    assert!(suggest(&desk, first).await.is_empty(), "not to itself");
}

#[tokio::test]
async fn what_is_erased_is_suggested_to_nobody_from_that_moment() {
    let desk = Desk::open().await;
    let question = "My neighbour Zebulon wants to borrow the tandem, is that insured?";
    let answer = "Yes, a tandem that is lent to Zebulon stays insured with us.";
    solved(&desk, CARLA, "1", question, answer).await;
    let next = desk
        .mail(&Mail::from(DAN, "2", "Is a tandem insured when I lend it?"))
        .await;
    assert_eq!(suggest(&desk, next).await.len(), 1);
    let erase = ContactErase {
        contact: "carla@customer.test".to_owned(),
    };
    desk.engine.contact_erase(erase).await.unwrap();
    assert!(suggest(&desk, next).await.is_empty());
    assert_eq!(known(&desk).await.passages, 0);
    let again = kn::KnowledgeRefresh { source: None };
    desk.engine.knowledge_refresh(again).await.unwrap();
    assert!(
        suggest(&desk, next).await.is_empty(),
        "nor is it read again"
    );
    for entry in std::fs::read_dir(desk.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let stands = bytes.windows(7).any(|window| window == b"zebulon");
        assert!(!stands, "{}", path.display());
    }
}

#[tokio::test]
async fn saved_answers_are_in_step_with_the_macros_and_filled_in() {
    let desk = Desk::open().await;
    let put = MacroPut {
        name: "tandem".to_owned(),
        text: "Dear {first_name}, a tandem has two saddles.".to_owned(),
    };
    desk.engine.macro_put(put).await.unwrap();
    let which = desk
        .mail(&Mail::from(
            CARLA,
            "1",
            "How many saddles does a tandem have?",
        ))
        .await;
    let found = suggest(&desk, which).await;
    assert_eq!(found[0].insert, "Dear Carla, a tandem has two saddles.");
    assert_eq!(found[0].source.kind, "answer");
    let remove = MacroRemove {
        name: "tandem".to_owned(),
    };
    desk.engine.macro_remove(remove).await.unwrap();
    assert!(suggest(&desk, which).await.is_empty());
}

#[tokio::test]
async fn a_file_is_found_until_it_is_removed_and_comes_back_when_that_is_undone() {
    let desk = Desk::open().await;
    // "# Tandems\n\nA tandem is returned in its box.\n"
    let base64 = "IyBUYW5kZW1zCgpBIHRhbmRlbSBpcyByZXR1cm5lZCBpbiBpdHMgYm94Lgo=";
    let added = add(&desk, "tandems.md", base64).await.unwrap();
    assert_eq!((added.title.as_str(), added.passages), ("Tandems", 1));
    let which = desk
        .mail(&Mail::from(CARLA, "1", "How do I return a tandem?"))
        .await;
    assert_eq!(suggest(&desk, which).await[0].source.title, "Tandems");
    let only = || kn::KnowledgeOnly {
        source: added.source.clone(),
    };
    desk.engine.knowledge_remove(only()).await.unwrap();
    assert!(suggest(&desk, which).await.is_empty());
    assert!(known(&desk).await.sources.is_empty());
    desk.engine.knowledge_restore(only()).await.unwrap();
    assert_eq!(suggest(&desk, which).await.len(), 1);
    desk.engine.knowledge_remove(only()).await.unwrap();
    desk.wait(2 * HOUR).await;
    add(&desk, "other.txt", "QSB0YW5kZW0u").await.unwrap();
    assert!(
        desk.engine.knowledge_restore(only()).await.is_err(),
        "after a while it is forgotten"
    );
    assert!(
        add(&desk, "a.pdf", "JVBERi0xLjc=")
            .await
            .err()
            .unwrap()
            .contains("PDF")
    );
    assert!(add(&desk, "", "QQ==").await.is_err());
}

/// Serves each answer once, and gives the address.
async fn serving(answers: Vec<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/help", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4_096];
            let _ = socket.read(&mut asked).await;
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
            let head = if answer.is_empty() {
                "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n"
            } else {
                head
            };
            let _ = socket.write_all(format!("{head}{answer}").as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn a_page_is_read_when_it_is_added_and_when_it_is_refreshed_and_kept_when_that_fails() {
    let desk = Desk::open().await;
    let address = serving(vec![
        "<title>Help</title><h1>Saddles</h1><p>A tandem has two saddles.",
        "<title>Help</title><h1>Saddles</h1><p>A tandem has three saddles.",
        "",
    ])
    .await;
    let added = add_page(&desk, &address).await.unwrap();
    assert_eq!(
        (added.kind.as_str(), added.title.as_str()),
        ("page", "Help")
    );
    let which = desk
        .mail(&Mail::from(
            CARLA,
            "1",
            "How many saddles does a tandem have?",
        ))
        .await;
    let says = |found: Vec<kn::Suggestion>| found[0].insert.clone();
    assert_eq!(
        says(suggest(&desk, which).await),
        "A tandem has two saddles."
    );
    let refresh = || kn::KnowledgeRefresh {
        source: Some(added.source.clone()),
    };
    let done = desk.engine.knowledge_refresh(refresh()).await.unwrap();
    assert_eq!((done.changed, done.failed.len()), (1, 0));
    assert_eq!(
        says(suggest(&desk, which).await),
        "A tandem has three saddles."
    );
    let done = desk.engine.knowledge_refresh(refresh()).await.unwrap();
    assert_eq!(done.failed[0].problem, "the server answered 503");
    assert_eq!(
        says(suggest(&desk, which).await),
        "A tandem has three saddles."
    );
    let why = add_page(&desk, "http://shop.test/help")
        .await
        .err()
        .unwrap();
    assert!(!why.is_empty());
}
