//! Once means once: repeated, reordered and late requests.

use serde_json::{Value, json};

use super::stage::{House, id, words};

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
        seen_epoch: None,
    };
    baton_api::Commands::return_to_bot(&house.desk.engine, back)
        .await
        .unwrap();
    assert_eq!(bot.ask("POST", &path, Some("k-2"), &body).await, refused);

    let keyless = bot.ask("POST", &path, Some(&"x".repeat(129)), &body).await;
    assert_eq!(keyless.0, 400);
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
