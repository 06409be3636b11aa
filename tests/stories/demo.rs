//! The shop of the demo, as somebody finds it who looks around in it.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots::{BotList, BotView};
use baton_engine::{Engine, OpenOptions};
use baton_tests::secrets::Pocket;

/// The hour is over long before.
const PATIENCE: Duration = Duration::from_secs(60);

async fn bots(engine: &Engine) -> Vec<BotView> {
    engine.bot_list(BotList {}).await.unwrap().bots
}

#[tokio::test]
async fn the_bot_of_the_shop_stands_on_the_page_of_bots_with_figures_of_its_own_log() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Pocket::default();
    let options = || OpenOptions::live(folder.path().join("demo"), secrets.opened());
    let engine = Engine::open_demo(options()).await.unwrap();
    let found = bots(&engine).await;
    assert_eq!(found.len(), 1);
    let pedal = &found[0];
    assert_eq!(
        (pedal.name.as_str(), pedal.channel_name.as_str()),
        ("pedal", "Website chat")
    );
    assert!(!pedal.brings_customers);
    assert!(pedal.seen_at.is_none(), "the hour has not begun");
    // What it said last, it ended without people.
    assert_eq!(pedal.contained, pedal.ended);
    assert!(pedal.ended > 1 && pedal.answers > 2);
    assert_eq!(pedal.usual_ms, Some(4_000));
    let ended = pedal.ended;

    // The hour, in three seconds: it is seen, and hands over what it cannot do.
    engine.play_demo_at(50);
    let since = std::time::Instant::now();
    loop {
        let pedal = &bots(&engine).await[0];
        if pedal.failed_at.is_some() && pedal.holds > 0 && pedal.seen_at.is_some() {
            assert!(pedal.ended >= ended);
            break;
        }
        let seen = (pedal.seen_at, pedal.failed_at, pedal.holds);
        assert!(since.elapsed() < PATIENCE, "{seen:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    engine.stop().await;
    drop(engine);

    // Looked at again, it is the same one.
    let engine = loop {
        match Engine::open_demo(options()).await {
            Ok(engine) => break engine,
            Err(error) => assert!(since.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(bots(&engine).await.len(), 1);
    engine.stop().await;
}
