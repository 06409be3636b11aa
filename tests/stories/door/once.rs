//! Once means once: repeated, reordered and late requests.

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_bots::wire::customer::CustomerMessage;
use baton_bots::{Call, Caller, Door as _, IdempotencyKey};
use baton_core::hash::Hash;
use serde_json::{Value, json};

use super::stage::{House, Knocker, id, let_in, words};

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_is_not_carried_out_again() {
    let house = House::open().await;
    let bot = &house.bot;
    let hear = |key: Option<&'static str>| {
        let body = words("chat", 1, "Hello");
        async move { bot.ask("POST", "/customer-messages", key, &body).await }
    };
    let first = hear(None).await;
    let again = hear(None).await;
    assert_eq!(first.1["new"], true);
    assert_eq!(again.1["new"], false);
    assert_eq!(first.1["message"], again.1["message"]);

    let which = first.1["conversation"]["conversation"].as_str().unwrap();
    let path = format!("/conversations/{which}/messages");
    let body = json!({ "epoch": 1, "text": "Hi!" });
    let said = bot.ask("POST", &path, Some("k-1"), &body).await;
    assert_eq!(said.0, 200, "{}", said.1);
    for _ in 0..3 {
        assert_eq!(bot.ask("POST", &path, Some("k-1"), &body).await, said);
    }
    let other = json!({ "epoch": 1, "text": "Ho!" });
    let (status, no) = bot.ask("POST", &path, Some("k-1"), &other).await;
    assert_eq!((status, no["code"].as_str()), (422, Some("key_reused")));
    assert_eq!(house.desk.messages(id(which)).await.len(), 2);

    // A no stays a no under its key, also when the same words would be fine by now.
    house.take(which).await;
    let refused = bot.ask("POST", &path, Some("k-2"), &body).await;
    assert_eq!(refused.0, 409);
    let back = baton_api::control::ReturnToBot {
        conversation: which.to_owned(),
        bot: "front".to_owned(),
        summary: String::new(),
        allowed_topics: Vec::new(),
        promises: Vec::new(),
        seen_epoch: None,
    };
    baton_api::Commands::return_to_bot(&house.desk.engine, back)
        .await
        .unwrap();
    assert_eq!(bot.ask("POST", &path, Some("k-2"), &body).await, refused);

    let keyless = bot.ask("POST", &path, Some(&"x".repeat(129)), &body).await;
    assert_eq!(keyless.0, 400);
}

/// A name that is given again belongs to another bot, whatever was said to the one before.
#[tokio::test]
async fn a_bot_of_a_name_that_was_given_before_is_not_answered_for_the_other() {
    let house = House::open().await;
    let hear = |bot: Knocker| async move {
        let body = words("chat", 1, "Hello");
        bot.ask("POST", "/customer-messages", Some("k"), &body)
            .await
    };
    let first = hear(house.bot.clone()).await;
    assert_eq!(first.0, 200, "{}", first.1);
    let engine = &house.desk.engine;
    let name = "front".to_owned();
    engine.bot_remove(bo::BotOnly { name }).await.unwrap();

    // One that knocks while it is shut out is told so, and that is not kept for whoever comes next.
    let caller = Caller {
        bot: "front".to_owned(),
    };
    let asked: CustomerMessage = serde_json::from_value(words("chat", 2, "Hello?")).unwrap();
    let key = || IdempotencyKey::read(b"while-away", Hash::of(b"the same")).unwrap();
    let knock = || engine.knock(&caller, Call::Hear(asked.clone()), Some(key()));
    assert_eq!(knock().await.status, 401);

    let token = let_in(&house.desk, "front", None).await;
    let again = hear(house.bot.with(&token)).await;
    assert_eq!((again.0, &again.1["new"]), (200, &json!(true)));
    let conversation = |answer: &Value| answer["conversation"]["conversation"].clone();
    assert_ne!(conversation(&first.1), conversation(&again.1));
    let told = knock().await;
    assert_eq!((told.status, &told.body["new"]), (200, &json!(true)));
}

#[tokio::test]
async fn a_key_is_forgotten_when_it_is_old() {
    let house = House::open().await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap();
    let path = format!("/conversations/{which}/report");
    let body = json!({ "epoch": 1, "report": { "intent": "greeting" } });
    let first = house.bot.ask("POST", &path, Some("k"), &body).await;
    assert_eq!(first.0, 200, "{}", first.1);
    let kept = || async {
        house
            .desk
            .engine
            .read(|reader, _| Ok(reader.bot_answer("front", "k")?))
            .await
            .unwrap()
    };
    assert!(kept().await.is_some());
    let forget = |after_days: i64| {
        house.desk.engine.desk().turn(move |turn| {
            let day = baton_core::time::DAY;
            Ok(turn
                .tx
                .forget_bot_answers(turn.now.plus(after_days * day))?)
        })
    };
    assert_eq!(forget(0).await.unwrap(), 0);
    assert_eq!(forget(1).await.unwrap(), 1);
    assert!(kept().await.is_none());
}

/// Requests that come twice, late and in any order: each is carried out once or refused, and what
/// the customer sees is what the bot was told it said.
#[tokio::test]
async fn duplicated_delayed_and_reordered_requests_do_no_harm() {
    for seed in 0..10_u64 {
        let house = House::open().await;
        let bot = &house.bot;
        let begun = bot.customer("chat", 0, "Hello").await;
        let which = begun["conversation"].as_str().unwrap().to_owned();
        let mut sent: Vec<(String, String, Value)> = Vec::new();
        for number in 1..6_usize {
            let text = format!("words {number}");
            sent.push((
                format!("hear-{number}"),
                "/customer-messages".to_owned(),
                words("chat", number, &text),
            ));
            for epoch in [1, 2] {
                sent.push((
                    format!("say-{epoch}-{number}"),
                    format!("/conversations/{which}/messages"),
                    json!({ "epoch": epoch, "text": format!("answer {epoch}.{number}") }),
                ));
            }
        }
        sent.push((
            "pass".to_owned(),
            format!("/conversations/{which}/pass"),
            json!({ "epoch": 1, "reason": { "code": "customer_request" } }),
        ));
        let mut all: Vec<_> = sent.iter().chain(&sent).chain(&sent).cloned().collect();
        shuffle(&mut all, seed);
        let mut said = std::collections::BTreeMap::new();
        for (key, path, body) in all {
            let answer = bot.ask("POST", &path, Some(&key), &body).await;
            let known = said.entry(key.clone()).or_insert_with(|| answer.clone());
            assert_eq!(*known, answer, "seed {seed}: {key} was answered twice");
        }
        let shown = house.desk.messages(id(&which)).await;
        let taken: Vec<&String> = said
            .iter()
            .filter(|(key, (status, _))| key.starts_with("say") && *status == 200)
            .map(|(key, _)| key)
            .collect();
        let spoken = shown.iter().filter(|message| message.author == "bot");
        assert_eq!(spoken.count(), taken.len(), "seed {seed}");
        let heard = shown.iter().filter(|message| message.author == "customer");
        assert_eq!(heard.count(), 6, "seed {seed}: each customer message once");
        assert!(
            taken.iter().all(|key| key.starts_with("say-1-")),
            "seed {seed}: the bot never had the second epoch: {taken:?}"
        );
    }
}

/// The same order for the same seed, another one for another.
fn shuffle<T>(all: &mut [T], seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for last in (1..all.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        all.swap(last, (state % (last as u64 + 1)) as usize);
    }
}
