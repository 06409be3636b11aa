//! Searching: what a person types, and what is found.

use std::collections::BTreeSet;

use baton_core::control::Controller;
use baton_core::ids::AgentName;
use baton_core::message::{Attachment, MessageDocument};
use baton_core::status::WorkStatus;
use baton_core::time::{DAY, MINUTE};
use baton_store::{Query, SearchClock, SearchOrder, SearchPage, SearchRequest};
use proptest::prelude::*;

use crate::world::{START, World, conversation, mail, receive};

const CLOCK: SearchClock = SearchClock {
    now: START,
    utc_offset_ms: 0,
};

fn request(typed: &str) -> SearchRequest {
    SearchRequest {
        query: Query::read(typed, CLOCK),
        limit: 20,
        ..SearchRequest::default()
    }
}

fn search(world: &World, typed: &str) -> SearchPage {
    world.read(|reader| reader.search(&request(typed)))
}

/// The subjects found, in order.
fn subjects(world: &World, typed: &str) -> Vec<String> {
    let page = search(world, typed);
    page.hits.into_iter().map(|hit| hit.row.subject).collect()
}

/// A world in which six customers have written, one conversation each, a minute apart.
fn shop() -> World {
    let mut world = World::new();
    let mails = [
        mail(
            1,
            "Refund for order 4711",
            "Please refund my order. The café was closed.",
        ),
        mail(
            2,
            "Invoice",
            "The invoice shows a refund of zero, said Jürgen Groß.",
        ),
        mail(3, "返金について", "注文した商品の返金をお願いします。"),
        mail(4, "สอบถามการคืนเงิน", "ขอคืนเงินค่าสินค้าที่สั่งซื้อ"),
        mail(
            5,
            "Broken lamp",
            "The lamp arrived broken, see the picture.",
        ),
        mail(6, "Re: nothing", "Nothing of that kind."),
    ];
    world.write(|tx| {
        for (number, mut document) in (1..).zip(mails) {
            let mut state = conversation(number);
            match number {
                2 => {
                    state.control.controller = Controller::Agent(AgentName::new("anna"));
                    state.tags = BTreeSet::from(["vip".to_owned()]);
                }
                5 => {
                    document.attachments = vec![Attachment {
                        name: "Lampenschirm.jpg".into(),
                        ..Attachment::default()
                    }];
                }
                6 => state.status = WorkStatus::Solved,
                _ => {}
            }
            receive(
                tx,
                number,
                &mut state,
                &document,
                START.plus(number as i64 * MINUTE),
            );
        }
    });
    world
}

#[test]
fn words_phrases_and_exclusions() {
    let world = shop();
    assert_eq!(
        subjects(&world, "refund"),
        ["Invoice", "Refund for order 4711"]
    );
    assert_eq!(subjects(&world, "\"refund my\""), ["Refund for order 4711"]);
    assert_eq!(
        subjects(&world, "refund -invoice"),
        ["Refund for order 4711"]
    );
    assert_eq!(subjects(&world, "refund lamp"), Vec::<String>::new());
    assert_eq!(subjects(&world, "-refund is:solved"), ["Re: nothing"]);
    assert_eq!(subjects(&world, "  "), Vec::<String>::new());
}

#[test]
fn the_last_word_goes_on_while_it_is_typed() {
    let world = shop();
    assert_eq!(subjects(&world, "refu").len(), 2);
    assert_eq!(subjects(&world, "refu ").len(), 0, "a space ends the word");
    assert_eq!(subjects(&world, "refu* order").len(), 1);
}

#[test]
fn case_and_diacritics_do_not_matter() {
    let world = shop();
    assert_eq!(subjects(&world, "CAFE "), ["Refund for order 4711"]);
    assert_eq!(subjects(&world, "jurgen "), ["Invoice"]);
    assert_eq!(subjects(&world, "Jürgen "), ["Invoice"]);
}

#[test]
fn scripts_without_spaces_are_found_by_any_part() {
    let world = shop();
    for typed in ["返金", "返", "商品の", "返金をお願い"] {
        assert_eq!(subjects(&world, typed), ["返金について"], "{typed}");
    }
    assert!(subjects(&world, "金返").is_empty());
    assert_eq!(subjects(&world, "คืนเงิน"), ["สอบถามการคืนเงิน"]);
}

#[test]
fn people_tags_places_and_files() {
    let world = shop();
    assert_eq!(subjects(&world, "from:customer2@shop.example"), ["Invoice"]);
    assert_eq!(subjects(&world, "from:\"Customer 5\""), ["Broken lamp"]);
    assert_eq!(subjects(&world, "to:support@team.example").len(), 6);
    assert_eq!(subjects(&world, "from:support@team.example").len(), 0);
    assert_eq!(subjects(&world, "tag:vip"), ["Invoice"]);
    assert_eq!(
        subjects(&world, "refund -tag:vip"),
        ["Refund for order 4711"]
    );
    assert_eq!(subjects(&world, "with:anna refund"), ["Invoice"]);
    assert_eq!(subjects(&world, "has:attachment"), ["Broken lamp"]);
    assert_eq!(subjects(&world, "lampenschirm "), ["Broken lamp"]);
    assert_eq!(subjects(&world, "is:solved"), ["Re: nothing"]);
    assert_eq!(subjects(&world, "subject:invoice"), ["Invoice"]);
    assert_eq!(subjects(&world, "in:nowhere refund").len(), 0);
}

#[test]
fn times_in_the_clock_of_the_person_who_asks() {
    let world = shop();
    // START is 2025-06-15 15:06:40 UTC.
    assert_eq!(subjects(&world, "after:2025-06-15").len(), 6);
    assert_eq!(subjects(&world, "before:2025-06-15").len(), 0);
    assert_eq!(subjects(&world, "on:2025-06").len(), 6);
    assert_eq!(subjects(&world, "after:2026").len(), 0);
    assert_eq!(subjects(&world, "after:1d").len(), 6);
    assert_eq!(subjects(&world, "after:yesterday before:today").len(), 0);
    let ahead = SearchClock {
        now: START.plus(DAY),
        utc_offset_ms: DAY / 2,
    };
    let typed = Query::read("on:2025-06-16", ahead);
    let found = world.read(|reader| {
        reader.search(&SearchRequest {
            query: typed,
            limit: 20,
            ..SearchRequest::default()
        })
    });
    assert_eq!(found.hits.len(), 6, "half a day ahead it is the next day");
}

#[test]
fn marks_cannot_be_typed() {
    let world = shop();
    assert_eq!(subjects(&world, "every").len(), 0);
    assert_eq!(subjects(&world, "hasattachment").len(), 0);
    assert_eq!(subjects(&world, "\u{e000}every").len(), 0);
}

#[test]
fn a_conversation_is_found_once_and_pages_go_on_where_they_ended() {
    let mut world = World::new();
    world.write(|tx| {
        for number in 0..60_u64 {
            let mut state = conversation(number % 20);
            let document = mail(number, &format!("Parcel {}", number % 20), "parcel lost");
            receive(
                tx,
                number,
                &mut state,
                &document,
                START.plus(number as i64 * MINUTE),
            );
        }
    });
    let mut all = Vec::new();
    let mut next = None;
    loop {
        let page = world.read(|reader| {
            reader.search(&SearchRequest {
                after: next,
                limit: 7,
                ..request("parcel")
            })
        });
        all.extend(page.hits.into_iter().map(|hit| hit.row.id));
        // Somebody writes meanwhile: nothing moves.
        world.write(|tx| {
            let number = 100 + all.len() as u64;
            let mut state = conversation(number);
            let later = START.plus(DAY + number as i64);
            receive(
                tx,
                number,
                &mut state,
                &mail(number, "parcel", "parcel"),
                later,
            );
        });
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(all.len(), 20);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 20);
}

#[test]
fn the_best_match_comes_first_when_that_is_asked() {
    let mut world = World::new();
    world.write(|tx| {
        let texts = [
            ("Warranty", "About the warranty: the warranty."),
            (
                "Other",
                "A long mail about very many other things, and the warranty at its end.",
            ),
        ];
        for (number, (subject, text)) in (1..).zip(texts) {
            let at = START.plus(number as i64 * MINUTE);
            receive(
                tx,
                number,
                &mut conversation(number),
                &mail(number, subject, text),
                at,
            );
        }
    });
    let best = SearchRequest {
        order: SearchOrder::Best,
        ..request("warranty ")
    };
    let page = world.read(|reader| reader.search(&best));
    assert_eq!(page.hits[0].row.subject, "Warranty");
    assert_eq!(
        subjects(&world, "warranty ")[0],
        "Other",
        "newest first otherwise"
    );
}

#[test]
fn quoted_text_is_found_and_shown_with_the_words_marked() {
    let mut world = World::new();
    let document = MessageDocument {
        visible_text: "Yes, please.".into(),
        text: "Yes, please.\n> Shall we send a Replacement for the\n> broken kettle?".into(),
        ..mail(1, "Re: kettle", "")
    };
    world.write(|tx| receive(tx, 1, &mut conversation(1), &document, START));
    let query = Query::read("replacement the broken", CLOCK);
    let page = search(&world, "replacement the broken");
    assert_eq!(page.hits.len(), 1);
    let pieces = world.read(|reader| reader.snippet(page.hits[0].document, &query));
    let marked: Vec<_> = pieces
        .iter()
        .filter(|piece| piece.hit)
        .map(|piece| piece.text.as_str())
        .collect();
    assert_eq!(marked, ["Replacement", "the", "broken"]);
    assert!(pieces.iter().all(|piece| !piece.text.contains('\n')));
}

#[test]
fn a_word_found_nowhere_gets_a_better_spelling() {
    let world = shop();
    let mean = |typed: &str| {
        let query = Query::read(typed, CLOCK);
        world.read(|reader| reader.did_you_mean(typed, &query))
    };
    assert_eq!(mean("refnud "), Some("refund ".into()));
    assert_eq!(mean("broken lmap "), Some("broken lamp ".into()));
    assert_eq!(mean("inovice order "), Some("invoice order ".into()));
    assert_eq!(mean("refund "), None);
    assert_eq!(mean("xylophone "), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_that_is_typed_is_an_error(typed in "\\PC{0,40}|[-\"*:()^{}+ a-zA-Z\u{e000}\u{0}返ก]{0,30}") {
        thread_local! {
            static WORLD: World = shop();
        }
        WORLD.with(|world| {
            for order in [SearchOrder::Newest, SearchOrder::Best] {
                let page = world.read(|reader| {
                    reader.search(&SearchRequest { order, ..request(&typed) })
                });
                let query = Query::read(&typed, CLOCK);
                for hit in &page.hits {
                    world.read(|reader| reader.snippet(hit.document, &query));
                }
                world.read(|reader| reader.did_you_mean(&typed, &query));
            }
        });
    }

    #[test]
    fn every_word_of_a_mail_finds_it(word in "[a-zäöüéñ]{3,12}") {
        let mut world = World::new();
        let document = mail(1, "Subject", &format!("Something about {word}, and more."));
        world.write(|tx| receive(tx, 1, &mut conversation(1), &document, START));
        prop_assert_eq!(subjects(&world, &format!("{word} ")).len(), 1);
        prop_assert_eq!(subjects(&world, &word.to_uppercase()).len(), 1);
        let beginning: String = word.chars().take(3).collect();
        prop_assert_eq!(subjects(&world, &beginning).len(), 1);
    }
}
