//! A person's words are erased: they are nowhere any more, and the log still proves itself.

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_api::contacts as ct;
use baton_api::conversations as cv;
use baton_api::health::AuditVerify;
use baton_api::search::Search;
use baton_api::timeline::What;
use baton_core::conversation::Conversation;
use baton_core::ids::ConversationId;
use baton_core::time::{MINUTE, SECOND};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

async fn found(desk: &Desk, word: &str) -> usize {
    let asked = Search {
        query: word.to_owned(),
        order: "newest".to_owned(),
        cursor: None,
        limit: 20,
    };
    desk.engine.search(asked).await.unwrap().hits.len()
}

async fn erase(desk: &Desk, contact: &str) -> Result<ct::Erased, baton_api::ApiError> {
    let contact = contact.to_owned();
    desk.engine
        .contact_erase(ct::ContactErase { contact })
        .await
}

/// Every byte of the workspace in which a word could stand.
pub(crate) fn bytes_with(desk: &Desk, word: &str) -> Vec<String> {
    let mut holding = Vec::new();
    for entry in std::fs::read_dir(desk.folder()).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_type().unwrap().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap().to_ascii_lowercase();
        let word = word.to_ascii_lowercase().into_bytes();
        if bytes.windows(word.len()).any(|window| window == word) {
            holding.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    holding
}

async fn lamp_and_chair(desk: &Desk) -> (ConversationId, ConversationId) {
    let lamp = desk
        .mail(&Mail::from(
            CARLA,
            "1",
            "My lawyer Zebulon says the lamp is broken.",
        ))
        .await;
    desk.answer(lamp, "We are sorry about Zebulon.").await;
    desk.wait(11 * SECOND).await;
    let other = Mail::from("Dan <dan@customer.test>", "2", "The chair squeaks.").about("The chair");
    let chair = desk.mail(&other).await;
    (lamp, chair)
}

#[tokio::test]
async fn what_a_contact_said_goes_and_the_chain_still_verifies() {
    let desk = Desk::open().await;
    let (lamp, chair) = lamp_and_chair(&desk).await;
    let draft = co::DraftPut {
        conversation: lamp.to_string(),
        draft: Some(co::Draft {
            mode: "note".to_owned(),
            message: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: "Ask Zebulon.".to_owned(),
            with_quote: false,
            files: Vec::new(),
            left_out: Vec::new(),
            sources: Vec::new(),
            saved_at: 0,
        }),
        note: true,
    };
    desk.engine.draft_put(draft).await.unwrap();
    assert_eq!(found(&desk, "zebulon").await, 1);
    let before = desk.state(lamp).await;

    let gone = erase(&desk, "Carla@Customer.test").await.unwrap();
    assert_eq!((gone.conversations, gone.messages), (1, 2));
    assert_eq!(found(&desk, "zebulon").await, 0);
    assert_eq!(found(&desk, "squeaks").await, 1, "nobody else's words went");
    let head = desk.head(lamp).await;
    assert_eq!(
        (head.row.subject.as_str(), head.row.contact.name.as_str()),
        ("", "?")
    );
    assert_eq!(desk.head(chair).await.row.contact.name, "Dan");
    for message in desk.messages(lamp).await {
        assert!(message.erased && message.text.is_empty());
    }
    let stream = desk.stream(lamp).await;
    let told = stream.last().unwrap();
    assert!(matches!(told.what, What::Erased {}));
    assert_eq!(told.actor, "agent:anna");
    let drafts = desk
        .engine
        .draft_get(co::DraftGet {
            conversation: lamp.to_string(),
        })
        .await
        .unwrap();
    assert!(drafts.draft.is_none() && drafts.note.is_none());

    // What happened stays, and is proved; only no undo brings back what is no more.
    let before = Conversation {
        undo: None,
        ..before
    };
    assert_eq!(desk.state(lamp).await, before);
    let report = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(report.ok, "{:?}", report.problems);

    // She may write again, as somebody new; what was taken in before does not come back.
    desk.wait(MINUTE).await;
    let again = desk
        .mail(&Mail::from(CARLA, "3", "Hello again.").about("Hello"))
        .await;
    assert_ne!(again, lamp);
    assert_eq!(found(&desk, "hello").await, 1);

    assert_eq!(bytes_with(&desk, "Zebulon"), Vec::<String>::new());
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(bytes_with(&desk, "Zebulon"), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_erased_from_under_a_message_that_is_leaving() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.answer(which, "On its way.").await;
    let contact = desk.head(which).await.row.contact.id;
    let refused = erase(&desk, &contact).await.err().unwrap();
    assert_eq!(refused.code, "being_sent");
    assert_eq!(found(&desk, "lamp").await, 1);
    desk.wait(11 * SECOND).await;
    erase(&desk, &contact).await.unwrap();
    let all = cv::ConversationList {
        view: "all".to_owned(),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 10,
    };
    let rows = desk.engine.conversation_list(all).await.unwrap().rows;
    assert_eq!((rows.len(), rows[0].snippet.as_str()), (1, ""));
}

#[tokio::test]
async fn a_stranger_to_the_workspace_cannot_be_erased() {
    let desk = Desk::open().await;
    for whom in ["nobody@customer.test", "ctc_00000000000000000000000000", ""] {
        let refused = erase(&desk, whom).await.err().unwrap();
        assert_eq!(refused.code, "not_found", "{whom:?}");
    }
}

#[tokio::test]
async fn equal_words_of_others_and_of_later_stay() {
    let desk = Desk::open().await;
    let (lamp, chair) = lamp_and_chair(&desk).await;
    for which in [lamp, chair] {
        note(&desk, which).await;
    }
    let carla = desk.head(lamp).await.row.contact.id;
    erase(&desk, &carla).await.unwrap();
    note(&desk, chair).await;
    let notes = |all: Vec<baton_api::timeline::MessageView>| -> Vec<(bool, String)> {
        all.into_iter()
            .filter(|one| one.direction == "internal")
            .map(|one| (one.erased, one.text))
            .collect()
    };
    assert_eq!(notes(desk.messages(lamp).await), [(true, String::new())]);
    let kept = (false, "Called back.".to_owned());
    assert_eq!(notes(desk.messages(chair).await), [kept.clone(), kept]);
}

async fn note(desk: &Desk, which: ConversationId) {
    let note = co::NoteAdd {
        conversation: which.to_string(),
        text: "Called back.".to_owned(),
    };
    desk.engine.note_add(note).await.unwrap();
}
