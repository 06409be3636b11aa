//! `baton erase` and `baton doctor --mend` as the built program, on a workspace of its own.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program on a workspace.
fn baton(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_baton"))
        .arg("--workspace")
        .arg(home.join("workspace"))
        .args(words)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env("XDG_DATA_HOME", home)
        .output()
        .unwrap()
}

/// What it wrote, when it ended well.
fn said(home: &Path, words: &[&str]) -> String {
    let output = baton(home, words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn mails(home: &Path) -> String {
    let folder = home.join("mails");
    std::fs::create_dir(&folder).unwrap();
    for (name, word) in [("carla", "zebulon"), ("dan", "squeaks")] {
        let mail = format!(
            "From: {name}@customer.test\r\nTo: support@baton.test\r\nSubject: About {word}\r\n\
             Message-ID: <{name}@customer.test>\r\nDate: Mon, 04 Mar 2024 10:00:00 +0000\r\n\r\n\
             It {word}.\r\n"
        );
        std::fs::write(folder.join(format!("{name}.eml")), mail).unwrap();
    }
    folder.display().to_string()
}

#[test]
fn an_erasure_is_asked_for_twice_and_leaves_nothing_of_one_person() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let mails = mails(home);
    said(home, &["import", "--format", "eml", &mails]);
    let unsure = baton(home, &["erase", "carla@customer.test"]);
    assert!(!unsure.status.success(), "without --yes nothing happens");
    assert!(said(home, &["export", "--format", "jsonl"]).contains("zebulon"));

    let told = said(home, &["erase", "--yes", "Carla@Customer.test"]);
    assert_eq!(told.trim(), "1 messages of 1 conversations erased.");
    let left = said(home, &["export", "--format", "jsonl"]);
    assert!(
        !left.contains("zebulon") && left.contains("squeaks"),
        "{left}"
    );
    let again = baton(home, &["erase", "--yes", "carla@customer.test"]);
    assert!(
        !again.status.success(),
        "there is nobody of that name any more"
    );
    said(home, &["audit", "verify"]);

    // Neither importing the same files again nor making everything anew brings a word back.
    said(home, &["import", "--format", "eml", &mails]);
    let healthy = said(home, &["doctor", "--mend"]);
    assert!(healthy.contains("mended "), "{healthy}");
    let left = said(home, &["export", "--format", "jsonl"]);
    assert!(
        !left.contains("zebulon") && left.contains("squeaks"),
        "{left}"
    );
    said(home, &["audit", "verify"]);
}
