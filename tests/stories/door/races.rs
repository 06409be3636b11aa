//! A bot that speaks while a person takes over: whatever comes first, the log has one voice.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::stage::{House, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bot_that_speaks_during_a_take_is_heard_before_it_or_not_at_all() {
    let mut early = 0;
    let mut late = 0;
    for seed in 0..10_u32 {
        let house = House::open().await;
        let begun = house.bot.customer("chat", 1, "Hello").await;
        let which = begun["conversation"].as_str().unwrap().to_owned();
        let epoch = begun["control"]["epoch"].clone();
        let mut knocks = Vec::new();
        let answered = Arc::new(Semaphore::new(0));
        for number in 0..12 {
            let (bot, which, epoch) = (house.bot.clone(), which.clone(), epoch.clone());
            let answered = Arc::clone(&answered);
            knocks.push(tokio::spawn(async move {
                let status = bot.say(&which, &epoch, &format!("answer {number}")).await.0;
                answered.add_permits(1);
                status
            }));
        }
        // At once, or in the middle of them: when some are answered and others are on their way.
        drop(answered.acquire_many(seed / 2).await.unwrap());
        house.take(&which).await;
        let mut sent = 0;
        for knock in knocks {
            match knock.await.unwrap() {
                200 => sent += 1,
                409 => late += 1,
                other => panic!("{other}"),
            }
        }
        early += sent;
        assert_eq!(house.desk.one_voice(id(&which)).await, sent, "seed {seed}");
    }
    assert!(early > 0 && late > 0, "{early} in time, {late} too late");
}
