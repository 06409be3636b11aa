//! A model that answers from what the team knows: each of its sentences says where it stands, and
//! what stands nowhere is seen.

use baton_api::Commands as _;
use baton_api::connectors as cn;
use baton_api::knowledge as kn;
use baton_api::reviews as rv;
use baton_core::ids::ConversationId;
use baton_store::KnowledgeKind;
use baton_tests::desk::RULES;
use serde_json::Value;

use super::model::{Act, Model};
use super::stage::{House, at, until};

const RETURNS: &str = "# Returns\n\nShoes can be returned within 14 days when they were not worn.";
const HOURS: &str = "# Hours\n\nThe shop opens at nine. Write to anna@shop.test about shoes.";

const HOLD: &str = r#"
[[rule]]
id        = "grounded"
why       = "Customers are told what we can show."
on        = ["draft"]
when      = 'draft.author == "bot" && draft.unsupported > 0'
do        = { review = "required", reviewers = "team:support" }
reason    = "nothing that we know says it"
"#;

fn settings(model: &Model) -> cn::BotConnect {
    cn::BotConnect {
        model: "small".to_owned(),
        instructions: "We sell shoes.".to_owned(),
        ..at("openai", &model.url)
    }
}

/// A house whose team knows two files.
async fn house(asked: cn::BotConnect) -> House {
    let house = House::with(asked).await;
    house
        .knows(KnowledgeKind::Document, "returns.md", "Returns", RETURNS)
        .await;
    house
        .knows(KnowledgeKind::Document, "hours.md", "Hours", HOURS)
        .await;
    house
}

async fn grounds(house: &House, which: ConversationId, message: &str) -> kn::Grounds {
    let asked = kn::GroundsGet {
        conversation: which.to_string(),
        message: message.to_owned(),
        text: None,
    };
    house.desk.engine.grounds_get(asked).await.unwrap()
}

fn supports(grounds: &kn::Grounds) -> Vec<(&str, &[u32])> {
    let claims = grounds.claims.iter();
    claims
        .map(|claim| (claim.support.as_str(), claim.cites.as_slice()))
        .collect()
}

/// The passages that went along with a question, and the question.
fn given(asked: &str) -> (Vec<Value>, &str) {
    let (above, question) = asked.split_once("\n\nThe customer writes:\n").unwrap();
    let lines = above.lines().skip(1);
    (
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        question,
    )
}

#[tokio::test]
async fn each_sentence_of_an_answer_says_what_it_stands_on() {
    let model = Model::open().await;
    let house = house(cn::BotConnect {
        redact: vec!["email".to_owned()],
        ..settings(&model)
    })
    .await;
    model.think(|got| {
        let (passages, _) = given(got.asked());
        let returns = passages
            .iter()
            .find(|one| one["title"] == "Returns")
            .unwrap();
        let n = &returns["passage"];
        Act::say(&format!(
            "You can return shoes within 14 days [{n}]. You can return shoes within 30 days \
             [{n}]. Bring a friend along [{n}]. Delivery is free [9].\nBye!"
        ))
    });
    let which = house.customer("chat", 1, "May I return my shoes?").await;
    house.until_answered(which).await;

    // The passages are data, and what must not leave does not.
    let got = model.got().remove(0);
    let (passages, question) = given(got.asked());
    assert_eq!(question, "May I return my shoes?");
    assert_eq!(passages.len(), 2);
    assert!(!got.system().contains("14 days") && got.system().contains("write the number"));
    assert!(!got.text.contains("anna@shop.test") && got.text.contains("[redacted]"));
    assert_eq!(house.sent().await[0].body.as_ref(), Some(&got.text));

    // The customer sees no marks; the team sees what each sentence stands on.
    let message = house.desk.messages(which).await.pop().unwrap();
    assert_eq!(
        message.text,
        "You can return shoes within 14 days. You can return shoes within 30 days. Bring a friend \
         along. Delivery is free.\nBye!"
    );
    let counted = message.grounded.unwrap();
    assert_eq!((counted.sources, counted.unsupported), (1, 4));
    let seen = grounds(&house, which, &message.id).await;
    let one: &[u32] = &[1];
    assert_eq!(
        supports(&seen),
        [
            ("supported", one),
            ("other_number", one),
            ("other_words", one),
            ("no_such_passage", &[]),
            ("uncited", &[]),
        ]
    );
    assert_eq!(seen.claims[0].text, "You can return shoes within 14 days.");
    let source = &seen.sources[0];
    assert_eq!(
        (source.source.title.as_str(), source.state.as_str()),
        ("Returns", "there")
    );
    assert_eq!(source.heading, "Returns");
    assert!(source.text.contains("when they were not worn"));

    // What the source says now is what is shown, and nothing of what it said.
    let changed = "# Returns\n\nNothing is taken back.";
    house
        .knows(KnowledgeKind::Document, "returns.md", "Returns", changed)
        .await;
    let seen = grounds(&house, which, &message.id).await;
    assert_eq!(
        (
            seen.sources[0].state.as_str(),
            seen.sources[0].text.as_str()
        ),
        ("changed", "")
    );
    house
        .knows(KnowledgeKind::Document, "returns.md", "Returns", RETURNS)
        .await;
    let known = house
        .desk
        .engine
        .knowledge_get(kn::KnowledgeGet {})
        .await
        .unwrap();
    let returns = known
        .sources
        .iter()
        .find(|one| one.name == "returns.md")
        .unwrap();
    let only = kn::KnowledgeOnly {
        source: returns.source.clone(),
    };
    house
        .desk
        .engine
        .knowledge_remove(only.clone())
        .await
        .unwrap();
    let seen = grounds(&house, which, &message.id).await;
    assert_eq!(
        (
            seen.sources[0].state.as_str(),
            seen.sources[0].text.as_str()
        ),
        ("gone", "")
    );
    assert_eq!(
        supports(&seen)[0],
        ("supported", one),
        "it did when it was written"
    );
    house.desk.engine.knowledge_restore(only).await.unwrap();
    let seen = grounds(&house, which, &message.id).await;
    assert_eq!(seen.sources[0].state, "there");
}

#[tokio::test]
async fn an_answer_that_stands_on_nothing_waits_for_a_person() {
    let model = Model::open().await;
    let house = house(settings(&model)).await;
    house.desk.put_rules(&format!("{RULES}{HOLD}")).await;
    model.think(|got| {
        let (passages, _) = given(got.asked());
        let returns = passages
            .iter()
            .find(|one| one["title"] == "Returns")
            .unwrap();
        Act::say(&format!(
            "Shoes can be returned within 14 days [{}].",
            returns["passage"]
        ))
    });
    let which = house.customer("chat", 1, "May I return shoes?").await;
    house.until_answered(which).await;
    assert_eq!(
        house.words(which).await.len(),
        1,
        "what is known is said at once"
    );

    model.next([Act::say(
        "Shoes can be returned within 14 days [1]. We pay double.",
    )]);
    house.customer("chat", 2, "And if shoes were worn?").await;
    house
        .until(which, "a draft", |state| !state.drafts.is_empty())
        .await;
    assert_eq!(house.words(which).await.len(), 1);
    let engine = &house.desk.engine;
    let waiting = engine.reviews_get(rv::ReviewsGet {}).await.unwrap().waiting;
    assert_eq!(waiting[0].rule, "grounded");
    let counted = waiting[0].grounded.as_ref().unwrap();
    assert!(counted.unsupported > 0);
    let seen = grounds(&house, which, &waiting[0].draft).await;
    assert_eq!(supports(&seen).last().unwrap(), &("uncited", &[][..]));

    // As it was written, it keeps what was seen; in a person's words, it is theirs.
    let approve = |text: Option<&str>| rv::ReviewApprove {
        draft: waiting[0].draft.clone(),
        text: text.map(str::to_owned),
    };
    engine.review_approve(approve(None)).await.unwrap();
    until("it is said", async || {
        house.desk.wait(11 * baton_core::time::SECOND).await;
        house.words(which).await.len() == 2
    })
    .await;
    let last = house.desk.messages(which).await.pop().unwrap();
    assert_eq!(last.grounded.unwrap().unsupported, counted.unsupported);
    assert_eq!(
        supports(&grounds(&house, which, &last.id).await),
        supports(&seen)
    );
}

#[tokio::test]
async fn a_draft_that_a_person_edits_keeps_the_sources_of_what_stays() {
    let model = Model::open().await;
    let house = house(settings(&model)).await;
    house.desk.put_rules(&format!("{RULES}{HOLD}")).await;
    model.think(|got| {
        let (passages, _) = given(got.asked());
        let of = |title: &str| {
            let found = passages.iter().find(|one| one["title"] == title).unwrap();
            found["passage"].clone()
        };
        let (returns, hours) = (of("Returns"), of("Hours"));
        Act::say(&format!(
            "The shop opens at nine [{hours}]. Shoes can be returned after 14 days [{returns}]. We \
             pay double."
        ))
    });
    let which = house
        .customer("chat", 1, "May I return shoes when the shop opens?")
        .await;
    house
        .until(which, "a draft", |state| !state.drafts.is_empty())
        .await;
    let engine = &house.desk.engine;
    let draft = engine.reviews_get(rv::ReviewsGet {}).await.unwrap().waiting[0]
        .draft
        .clone();
    assert_eq!(
        supports(&grounds(&house, which, &draft).await),
        [
            ("supported", &[1][..]),
            ("opposite", &[2]),
            ("uncited", &[])
        ],
        "the model says the opposite of what it cites"
    );

    // Of three sentences one stays, one is put right, and one is taken out: how that stands is seen
    // while it is written.
    let words = "Shoes can be returned within fourteen days. The shop opens at nine.\nYours, Anna";
    let looked = kn::GroundsGet {
        conversation: which.to_string(),
        message: draft.clone(),
        text: Some(words.to_owned()),
    };
    let looked = engine.grounds_get(looked).await.unwrap();
    let approve = rv::ReviewApprove {
        draft: draft.clone(),
        text: Some(words.to_owned()),
    };
    engine.review_approve(approve).await.unwrap();
    until("it is said", async || {
        house.desk.wait(11 * baton_core::time::SECOND).await;
        house.words(which).await.len() == 1
    })
    .await;
    let last = house.desk.messages(which).await.pop().unwrap();
    let seen = grounds(&house, which, &last.id).await;
    assert_eq!(
        supports(&seen),
        [
            ("supported", &[1][..]),
            ("supported", &[2]),
            ("uncited", &[])
        ]
    );
    assert!(seen == looked);
    let titles: Vec<&str> = seen
        .sources
        .iter()
        .map(|one| one.source.title.as_str())
        .collect();
    assert_eq!(titles, ["Returns", "Hours"]);
}

#[tokio::test]
async fn what_is_switched_off_is_neither_sent_nor_judged() {
    let model = Model::open().await;
    let house = house(cn::BotConnect {
        knowledge: Some("none".to_owned()),
        ..settings(&model)
    })
    .await;
    house.desk.put_rules(&format!("{RULES}{HOLD}")).await;
    model.next([Act::say("Within 14 days [1].")]);
    let which = house.customer("chat", 1, "May I return shoes?").await;
    house.until_answered(which).await;
    let got = model.got().remove(0);
    assert_eq!(got.asked(), "May I return shoes?");
    assert!(!got.system().contains("passages"));
    let message = house.desk.messages(which).await.pop().unwrap();
    assert!(message.grounded.is_none());
    assert!(grounds(&house, which, &message.id).await.claims.is_empty());

    // It stays off when something else is changed, and a name of nothing is refused.
    let again = settings(&model);
    house.desk.engine.bot_connect(again).await.unwrap();
    assert_eq!(house.connector().await.knowledge, "none");
    let wrong = cn::BotConnect {
        knowledge: Some("everything".to_owned()),
        ..settings(&model)
    };
    let refused = house.desk.engine.bot_connect(wrong).await.err().unwrap();
    assert_eq!(refused.code, "no_such_knowledge");
}

#[tokio::test]
async fn where_nothing_is_known_nothing_is_judged_and_where_nothing_fits_nothing_is_supported() {
    let model = Model::open().await;
    let bare = House::with(settings(&model)).await;
    let which = bare.customer("chat", 1, "May I return shoes?").await;
    bare.until_answered(which).await;
    let message = bare.desk.messages(which).await.pop().unwrap();
    assert!(message.grounded.is_none());

    let house = house(settings(&model)).await;
    let which = house.customer("chat", 1, "Xylophones?").await;
    house.until_answered(which).await;
    assert_eq!(model.got()[1].asked(), "Xylophones?");
    let message = house.desk.messages(which).await.pop().unwrap();
    let counted = message.grounded.unwrap();
    assert_eq!((counted.sources, counted.unsupported), (0, 1));
}

#[tokio::test]
async fn customers_see_pages_where_the_team_wants_that() {
    let model = Model::open().await;
    let house = House::with(cn::BotConnect {
        shows_sources: true,
        ..settings(&model)
    })
    .await;
    let address = "https://shop.test/returns";
    house
        .knows(KnowledgeKind::Page, address, "Returns", RETURNS)
        .await;
    model.next([Act::say(
        "Shoes can be returned within 14 days [1]. Yes [4].",
    )]);
    let which = house.customer("chat", 1, "May I return shoes?").await;
    house.until_answered(which).await;
    assert_eq!(
        house.words(which).await,
        [format!(
            "Shoes can be returned within 14 days [1]. Yes.\n\n[1] {address}"
        )]
    );
}

#[tokio::test]
async fn what_was_answered_to_others_goes_along_when_the_team_says_so_and_leaves_with_them() {
    let model = Model::open().await;
    let house = House::with(cn::BotConnect {
        knowledge: Some("all".to_owned()),
        ..settings(&model)
    })
    .await;
    // Somebody asked, Anna answered, and it is solved.
    model.next([Act::hand_over("", &serde_json::json!({ "reason": "vip" }))]);
    let first = house
        .customer("dora", 1, "Are the purple laces waxed?")
        .await;
    house.until_people_have_it(first).await;
    house.take(first).await;
    house
        .desk
        .answer(first, "The purple laces are waxed by hand in Porto.")
        .await;
    house.desk.wait(11 * baton_core::time::SECOND).await;
    let resolve = baton_api::control::Release {
        conversation: first.to_string(),
        reason: String::new(),
        seen_epoch: None,
    };
    house.desk.engine.resolve(resolve).await.unwrap();

    model.next([Act::say("The laces are waxed by hand in Porto [1].")]);
    let which = house.customer("emil", 1, "Are your laces waxed?").await;
    house.until_answered(which).await;
    let got = model.got().pop().unwrap();
    let (passages, _) = given(got.asked());
    assert_eq!(passages.len(), 1);
    assert_eq!(
        passages[0]["text"],
        "The purple laces are waxed by hand in Porto."
    );
    assert!(
        !got.text.contains("Are the purple laces"),
        "the question is nobody's"
    );
    let message = house.desk.messages(which).await.pop().unwrap();
    let seen = grounds(&house, which, &message.id).await;
    assert_eq!(supports(&seen), [("supported", &[1][..])]);
    assert_eq!(seen.sources[0].source.name, first.to_string());
    assert_eq!(seen.sources[0].state, "there");

    // Dora is erased: from what was sent about Emil, and from what his answer stands on.
    let contact = house.desk.state(first).await.contact.to_string();
    let erase = baton_api::contacts::ContactErase { contact };
    house.desk.engine.contact_erase(erase).await.unwrap();
    let sent = house.sent().await;
    let left = sent.iter().filter(|one| one.body.is_some());
    assert_eq!(left.count(), 0, "nothing that was sent has her words");
    assert_eq!(sent.len(), model.got().len(), "that it was sent stays");
    let seen = grounds(&house, which, &message.id).await;
    let source = &seen.sources[0];
    assert_eq!((source.state.as_str(), source.text.as_str()), ("gone", ""));
    assert_eq!(
        source.source.title,
        first.to_string(),
        "its subject is gone too"
    );
}
