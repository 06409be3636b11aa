//! Stories of the tray, with a real panel.

use std::time::Duration;

use crate::stage::{Stage, until};

const SOON: Duration = Duration::from_secs(20);

/// Where the panel finds the icon: the name on the bus and the path of the item.
fn icon(stage: &Stage) -> (String, String) {
    until("the icon in the panel", SOON, || {
        let items = stage.tray("RegisteredStatusNotifierItems")?;
        let item = items
            .split_whitespace()
            .find(|word| word.contains("/org/ayatana/"))?;
        let (name, path) = item.split_once('/')?;
        Some((name.to_owned(), format!("/{path}")))
    })
}

#[test]
fn with_a_panel_closing_the_window_keeps_baton_in_the_tray() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    if !stage.start_window_manager() || !stage.start_panel() {
        return;
    }
    let workspace = stage.workspace();
    let window = stage.open(&["--demo", "--workspace", &workspace]);
    until("the page", SOON, || window.text("main"));
    let (name, path) = icon(&stage);
    until("the counts in the menu of the icon", SOON, || {
        let menu = format!("{path}/Menu");
        let layout = stage.ask_bus(
            &name,
            &menu,
            "com.canonical.dbusmenu.GetLayout",
            &["int32:0", "int32:-1", "array:string:label"],
        )?;
        (layout.contains("unread") && layout.contains("Quit")).then_some(())
    });

    stage.press_cross();

    until("the window to go", SOON, || {
        (!stage.window_is_seen()).then_some(())
    });
    assert!(stage.app_lives(), "Baton goes on in the tray");
    let (ended, said) = stage.run_again(&["--demo", "--workspace", &workspace], true);
    assert!(ended.success(), "{ended}: {said}");
    until("the window to come back", SOON, || {
        stage.window_is_seen().then_some(())
    });
}

#[test]
fn without_a_panel_closing_the_window_ends_baton() {
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    if !stage.start_window_manager() {
        return;
    }
    let workspace = stage.workspace();
    let window = stage.open(&["--demo", "--workspace", &workspace]);
    until("the page", SOON, || window.text("main"));
    until("the window", SOON, || stage.window_is_seen().then_some(()));

    stage.press_cross();

    until("Baton to end", SOON, || (!stage.app_lives()).then_some(()));
}
