//! Stories of the demo: nobody needs an account for them.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, until};
use crate::webdriver::Window;

const SOON: Duration = Duration::from_secs(20);
/// The demo plays its lines over two minutes.
const IN_THE_DEMO: Duration = Duration::from_secs(60);

/// Opens the demo and waits until the page shows something.
fn demo(stage: &mut Stage) -> Window {
    let workspace = stage.workspace();
    let window = stage.open(&["--demo", "--workspace", &workspace]);
    until("the list of conversations", SOON, || {
        (!rows(&window).is_empty()).then_some(())
    });
    window
}

fn rows(window: &Window) -> Vec<String> {
    window.texts("[role=option]")
}

/// The conversation of somebody, as the list of all has it.
fn row_of(window: &Window, who: &str) -> Option<Value> {
    let asked = json!({ "view": "all", "order": "newest", "cursor": null, "limit": 50 });
    let page = window.call("conversation_list", asked).expect("the list");
    let rows = page["rows"].as_array().expect("rows").clone();
    rows.into_iter().find(|row| row["contact"]["name"] == who)
}

fn id_of(window: &Window, who: &str) -> String {
    let row = row_of(window, who).unwrap_or_else(|| panic!("{who} is in the list"));
    row["id"].as_str().expect("an id").to_owned()
}

#[test]
fn the_list_says_who_holds_each_conversation() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let window = demo(&mut stage);
    let tom = until("Tom in the queue", SOON, || {
        rows(&window)
            .into_iter()
            .find(|row| row.contains("Tom Achebe"))
    });
    assert!(
        tom.to_lowercase().contains("queue support"),
        "the capsule names the queue: {tom}"
    );
    let capsules = window.texts("[role=option] [data-kind=queue]");
    assert!(!capsules.is_empty(), "the capsule has the shape of a queue");
    let row = row_of(&window, "Tom Achebe").expect("Tom is in the list");
    assert_eq!(row["control"]["kind"], "queue");
}

#[test]
fn take_on_a_notification_takes_the_conversation_and_opens_it() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let window = demo(&mut stage);
    let note = stage.note_about("Jonas Weber", IN_THE_DEMO);
    assert!(note.body.contains("bot"), "it says why: {}", note.body);
    assert!(
        note.body.contains("left"),
        "it says how long: {}",
        note.body
    );
    assert!(
        !note.body.contains("Paket"),
        "no words of the message: {}",
        note.body
    );
    let id = id_of(&window, "Jonas Weber");
    assert!(!window.place().contains(&id), "it is not open yet");

    stage.press("Take", "Jonas Weber");

    until("the conversation to open", SOON, || {
        window.place().contains(&id).then_some(())
    });
    until("the capsule to say that it is mine", SOON, || {
        window.text("[role=img] [data-mine]")
    });
    let head = window
        .call("conversation_get", json!({ "id": id }))
        .expect("the head");
    assert_eq!(head["row"]["control"]["mine"], true, "{head}");
    until("the notification to go", SOON, || {
        let left = stage.offered();
        (!left.iter().any(|line| line.contains("Jonas Weber"))).then_some(())
    });
}

#[test]
fn a_notification_goes_when_a_teammate_takes_the_conversation() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let window = demo(&mut stage);
    stage.note_about("Sofia Lindgren", IN_THE_DEMO);
    until("the notification to be gone", IN_THE_DEMO, || {
        let left = stage.offered();
        let gone = !left.iter().any(|line| line.contains("Sofia Lindgren"));
        (gone && !left.is_empty()).then_some(())
    });
    let row = row_of(&window, "Sofia Lindgren").expect("Sofia is in the list");
    assert_eq!(row["control"]["name"], "bo", "{row}");
}

#[test]
fn a_second_start_with_a_link_opens_the_conversation_in_the_first_window() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let window = demo(&mut stage);
    let id = id_of(&window, "Tom Achebe");
    let (workspace, link) = (stage.workspace(), format!("baton://c/{id}"));

    let (ended, said) = stage.run_again(&["--demo", "--workspace", &workspace, &link], true);

    assert!(ended.success(), "{ended}: {said}");
    until("the conversation to open", SOON, || {
        window.place().contains(&id).then_some(())
    });
}

#[test]
fn a_workspace_in_use_is_refused_politely() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let _window = demo(&mut stage);
    // Without the bus the second one cannot know of the first, except by the workspace.
    let workspace = stage.workspace();
    let (ended, said) = stage.run_again(&["--demo", "--workspace", &workspace], false);
    assert_eq!(ended.code(), Some(3), "{said}");
    assert!(
        said.contains("Another Baton has this workspace open."),
        "{said}"
    );
}

#[test]
fn the_window_goes_nowhere_else() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let window = demo(&mut stage);
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    server.set_nonblocking(true).expect("it does not wait");
    let there = format!("http://{}/", server.local_addr().expect("an address"));
    for elsewhere in [&there, "file:///etc/hostname", "data:text/html,x"] {
        window.run(
            "location.href = arguments[0]; return null",
            &[elsewhere.into()],
        );
    }
    window.run(
        "const there = arguments[0]; new Image().src = there; fetch(there).catch(() => {}); \
         navigator.sendBeacon?.(there); \
         try { new WebSocket(there.replace('http', 'ws')) } catch {} \
         const frame = document.createElement('iframe'); frame.src = there; document.body.append(frame); \
         const form = document.createElement('form'); form.action = there; document.body.append(form); \
         form.submit(); return null",
        &[there.as_str().into()],
    );
    std::thread::sleep(Duration::from_secs(1));
    let came = server.accept();
    assert!(came.is_err(), "nothing leaves the window: {came:?}");
    assert!(!rows(&window).is_empty(), "the page is still ours");
    let fetched = window.run(
        "try { new Function('return 1')(); return 'ran' } catch { return 'refused' }",
        &[],
    );
    assert_eq!(fetched, "refused", "the page makes no code of text");
}
