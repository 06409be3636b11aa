//! The way from a bot's request for people to the notification on somebody's screen: the app with
//! its door open, a real notification daemon, a conversation handed over.

use std::thread::sleep;
use std::time::{Duration, Instant};

use baton_testkit::port::free_port;
use serde_json::json;

use crate::door::{Caller, standing};
use crate::intake::Place;
use crate::measure::{median, millis, row};
use crate::stage::{Stage, until};
use crate::window::now;

/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// So often is handed over.
const HANDOFFS: usize = 11;

/// From the request until the door has answered it, and until the notification daemon shows it.
pub(crate) async fn notification(_: &Place<'_>) {
    const WHAT: &str = "handoff asked for until notification on screen";
    const AIM: &str = "median < 300 ms";
    if std::env::var_os("BATON_DESKTOP").is_none() {
        return row(WHAT, "no app", "-", None, AIM);
    }
    let Some(mut stage) = Stage::set_up() else {
        return row(WHAT, "no desktop", "-", None, AIM);
    };
    std::fs::write(stage.path("passphrase"), "a rehearsal").unwrap();
    let workspace = stage.workspace();
    let window = stage.open(&["--workspace", &workspace]);
    until("the page", PATIENCE, || window.text("main"));
    let open = json!({ "open": true, "port": free_port() });
    window.call("door_set", open).unwrap();
    let address = until("the door to be open", PATIENCE, || {
        let listed = window.call("bot_list", json!({})).ok()?;
        let address = listed["door"]["address"].as_str()?;
        let host = address.split('/').nth(2)?;
        host.parse().ok()
    });
    let added = window.call("bot_add", json!({ "name": "front" })).unwrap();
    let door = Caller {
        address,
        bot: added["token"].as_str().unwrap().to_owned(),
        person: String::new(),
    };
    let (mut shown, mut answered) = (Vec::new(), Vec::new());
    for number in 0..HANDOFFS {
        // No two come as one burst.
        sleep(Duration::from_millis(1_000));
        let who = format!("Customer {number}");
        let words = json!({
            "key": format!("chat-{number}"), "message": "1", "text": "The lamp came broken.",
            "customer": { "id": format!("visitor-{number}"), "name": who },
        });
        let heard = door.ask("/bots/v1/customer-messages", None, &words).await;
        let (which, epoch) = standing(&heard);
        let pass = json!({ "epoch": epoch, "reason": { "code": "customer_request" } });
        let path = format!("/bots/v1/conversations/{which}/pass");
        let (asked, begun) = (now(), Instant::now());
        door.ask(&path, None, &pass).await;
        answered.push(millis(begun.elapsed()));
        let note = stage.note_about(&who, PATIENCE);
        shown.push(note.at as f64 - asked);
    }
    let most = shown.iter().copied().fold(0.0, f64::max);
    let (middle, answer) = (median(shown), median(answered));
    row(WHAT, &format!("{middle:.0} / {most:.0} ms"), "-", None, AIM);
    row(
        "the same; the door's answer to the bot",
        &format!("{middle:.0} ms"),
        &format!("{answer:.0} ms"),
        Some(middle / answer),
        "for reading on",
    );
}
