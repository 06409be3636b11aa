//! What comes after what, and who is known: servers tell seconds only, senders claim any time, and
//! people write from more than one address.

use baton_api::Commands as _;
use baton_api::conversations as cv;
use baton_api::search::Search;
use baton_api::session as sn;
use baton_api::timeline::What;
use baton_api::why as wy;
use baton_core::ids::{ContactId, Id as _};
use baton_core::message::Author;
use baton_core::time::{DAY, MINUTE, Timestamp};
use baton_engine::import::Import;
use baton_engine::settings;
use baton_store::{Contact, Identity};
use baton_tests::clock::MONDAY;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

/// Replies leave at once, so that a second is enough for a whole exchange.
async fn quick() -> Desk {
    let desk = Desk::open().await;
    let settings = sn::Settings {
        undo_seconds: 0,
        ..settings::usual()
    };
    let set = sn::SettingsSet { settings };
    desk.engine.settings_set(set).await.unwrap();
    desk
}

fn second_of(at: i64) -> Timestamp {
    Timestamp(at - at.rem_euclid(1_000))
}

#[tokio::test]
async fn words_of_one_second_stand_in_the_order_in_which_they_were_heard() {
    let desk = quick().await;
    desk.wait(120).await;
    let first = Mail::from(CARLA, "1", "Where is my lamp?").raw();
    let which = desk.raw_from(first, second_of(desk.clock_now())).await;
    desk.wait(300).await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(1).await;
    let row = desk.head(which).await.row;
    assert_eq!(
        (row.unread, row.waiting_since),
        (0, None),
        "whoever answers has read"
    );

    desk.wait(300).await;
    let thanks = Mail::from(CARLA, "2", "Which Friday?").answers("1@customer.test");
    let again = desk.raw_from(thanks.raw(), second_of(desk.clock_now()));
    assert_eq!(again.await, which);
    let said: Vec<String> = desk
        .messages(which)
        .await
        .into_iter()
        .map(|one| one.text)
        .collect();
    assert_eq!(
        said,
        ["Where is my lamp?", "It left on Friday.", "Which Friday?"]
    );
    let row = desk.head(which).await.row;
    assert_eq!(row.unread, 1, "only what came after the answer");
    assert!(row.waiting_since.is_some(), "she waits again");
}

#[tokio::test]
async fn an_answer_on_its_way_does_not_answer_what_came_after_it_was_written() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.wait(400).await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(300).await;
    let more = Mail::from(CARLA, "2", "And the shade?").answers("1@customer.test");
    let again = desk.raw_from(more.raw(), second_of(desk.clock_now()));
    assert_eq!(again.await, which);
    desk.wait(MINUTE).await;
    let row = desk.head(which).await.row;
    assert_eq!(row.unread, 1);
    assert!(row.waiting_since.is_some(), "the shade is unanswered");
}

#[tokio::test]
async fn a_customer_is_known_at_every_address_of_theirs() {
    let desk = quick().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(1).await;
    let ours = desk.state(which).await.contact;
    // Her private address was a contact of its own, until somebody saw that she is one person.
    let (at, private) = (
        Timestamp(desk.clock_now()),
        ContactId::derived(&[b"private"]),
    );
    desk.engine
        .desk()
        .turn(move |turn| {
            turn.tx.save_contact(&Contact {
                id: private,
                name: "Carla".to_owned(),
                attributes: serde_json::Map::new(),
                created_at: at,
            })?;
            turn.tx.set_person(&baton_store::PartOf {
                contact: private,
                person: ours,
                since: at,
                by: "anna".to_owned(),
                signs: std::collections::BTreeSet::new(),
            })?;
            for (address, contact) in [("stone@home.test", private), ("cs@office.test", ours)] {
                turn.tx.save_identity(&Identity {
                    kind: "email".to_owned(),
                    address: address.to_owned(),
                    contact,
                    name: "Carla".to_owned(),
                    verification: "seen".to_owned(),
                    first_seen_at: at,
                    last_seen_at: at,
                })?;
            }
            Ok(())
        })
        .await
        .unwrap();

    let id = desk
        .engine
        .read(move |reader, _| {
            let messages = reader.messages_of(which, None, 10)?;
            Ok(messages.last().map(|sent| sent.native_id.clone()))
        })
        .await
        .unwrap()
        .unwrap();
    for (n, address) in ["stone@home.test", "cs@office.test", "mallory@stranger.test"]
        .into_iter()
        .enumerate()
    {
        desk.wait(MINUTE).await;
        let mail = Mail::from(address, &format!("other{n}"), "It came!").answers(&id);
        assert_eq!(desk.mail(&mail).await, which, "{address}");
    }
    let joins: Vec<String> = desk
        .messages(which)
        .await
        .into_iter()
        .skip(2)
        .map(|one| one.join)
        .collect();
    assert_eq!(joins, ["token", "token", "flagged"]);
}

#[tokio::test]
async fn a_decision_names_what_acted_and_what_did_not_match() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "My lawyer will write to you."))
        .await;
    desk.wait(MINUTE).await;
    let harmless = Mail::from(CARLA, "2", "Hello?").answers("1@customer.test");
    desk.mail(&harmless).await;
    let asked = wy::DecisionList {
        conversation: which.to_string(),
        limit: 100,
    };
    let decisions = desk.engine.decision_list(asked).await.unwrap().decisions;
    let acted: Vec<&[String]> = decisions
        .iter()
        .filter(|one| one.on == "customer.message")
        .map(|one| one.acted.as_slice())
        .collect();
    assert_eq!(acted, [&[][..], &["legal".to_owned()][..]], "newest first");

    let newest = decisions
        .iter()
        .find(|one| one.on == "customer.message")
        .unwrap();
    let get = wy::DecisionGet {
        decision: newest.id.clone(),
    };
    let why = desk.engine.decision_get(get).await.unwrap();
    let looked_at = why.matched.len() + why.near.len() + why.others.len();
    assert_eq!(looked_at, 1, "the desk has one rule for messages");
    for rule in &why.others {
        assert!(!rule.rows.is_empty() && rule.rows.iter().all(|row| row.truth != "true"));
    }

    // The ladder that it started tells people, rung by rung.
    desk.wait(30 * MINUTE).await;
    let rungs: Vec<u32> = desk
        .stream(which)
        .await
        .into_iter()
        .filter_map(|entry| match entry.what {
            What::Alert { rung, .. } => rung,
            _ => None,
        })
        .collect();
    assert_eq!(rungs.first(), Some(&1));
    assert!(rungs.contains(&3), "{rungs:?}");
}

#[tokio::test]
async fn a_saved_search_counts_only_what_it_has_seen_to_the_end() {
    let desk = Desk::open().await;
    for n in 0..3 {
        let id = format!("s{n}");
        desk.mail(&Mail::from(CARLA, &id, "Where is my lamp?"))
            .await;
    }
    let put = cv::SavedSearchPut {
        id: None,
        name: "Lamps".to_owned(),
        query: "lamp".to_owned(),
    };
    let saved = desk.engine.saved_search_put(put).await.unwrap();
    let page = |limit| cv::ConversationList {
        view: format!("saved:{}", saved.id),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit,
    };
    let whole = desk.engine.conversation_list(page(50)).await.unwrap();
    assert_eq!((whole.rows.len(), whole.total), (3, Some(3)));
    let part = desk.engine.conversation_list(page(2)).await.unwrap();
    assert_eq!((part.rows.len(), part.total), (2, None));
}

#[tokio::test]
async fn a_search_that_finds_too_much_says_that_it_has_not_seen_all_of_it() {
    let desk = Desk::open().await;
    let long_ago = Timestamp(MONDAY.0 - 400 * DAY);
    let line = |n| (Author::Customer, format!("Lamp {n}"), Some(long_ago));
    let dialog = Import::Dialog {
        name: "long".to_owned(),
        channel: "chat".to_owned(),
        said: (0..2_100).map(line).collect(),
        source: "long.jsonl:1".to_owned(),
    };
    desk.engine.import(vec![dialog]).await.unwrap();
    for (query, order, stopped) in [
        ("lamp", "best", true),
        ("lamp 7", "best", false),
        ("lamp", "newest", false),
    ] {
        let asked = Search {
            query: query.to_owned(),
            order: order.to_owned(),
            cursor: None,
            limit: 50,
        };
        let found = desk.engine.search(asked).await.unwrap();
        assert_eq!(found.hits.len(), 1);
        assert_eq!(found.stopped_early, stopped, "{query} by {order}");
    }
}

#[tokio::test]
async fn whoever_was_let_in_late_in_a_long_conversation_takes_part() {
    let desk = quick().await;
    let which = desk.mail(&Mail::from(CARLA, "0", "The order")).await;
    for n in 1..60 {
        desk.wait(1_000).await;
        let next = Mail::from(CARLA, &n.to_string(), &format!("Part {n}"));
        let again = desk.mail(&next.answers("0@customer.test")).await;
        assert_eq!(again, which);
    }
    desk.wait(1_000).await;
    let asks_dan = Mail::from(CARLA, "60", "Dan knows more.")
        .answers("0@customer.test")
        .header("Cc: Dan <dan@elsewhere.test>");
    desk.mail(&asks_dan).await;
    desk.wait(1_000).await;
    let dan = Mail::from("Dan <dan@elsewhere.test>", "dan", "I do.");
    assert_eq!(desk.mail(&dan.answers("60@customer.test")).await, which);
    let last = desk.messages(which).await.pop().unwrap();
    assert_eq!(
        (last.text.as_str(), last.join.as_str()),
        ("I do.", "reference")
    );
}
