//! The plan of the house, held: who may use whom.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a plan that cannot be read is not held"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Which of our crates each of our crates may use (build and normal dependencies).
const ALLOWED: &[(&str, &[&str])] = &[
    ("baton-core", &[]),
    ("baton-store", &["baton-core"]),
    ("baton-channels", &["baton-core"]),
    ("baton-bots", &["baton-core"]),
    ("baton-api", &["baton-core"]),
    (
        "baton-engine",
        &[
            "baton-core",
            "baton-store",
            "baton-channels",
            "baton-bots",
            "baton-api",
        ],
    ),
    // The export record and the readers speak of messages, so they use the types of the core; the
    // server speaks the words of the door for bots.
    (
        "baton-cli",
        &["baton-core", "baton-engine", "baton-bots", "baton-api"],
    ),
    // The door for bots is the same server in both hosts.
    ("baton-desktop", &["baton-engine", "baton-api", "baton-cli"]),
    (
        "baton-testkit",
        &[
            "baton-core",
            "baton-store",
            "baton-channels",
            "baton-api",
            "baton-engine",
        ],
    ),
];

/// Which outside crates only one of our crates may use.
const ONLY: &[(&str, &str)] = &[
    ("rusqlite", "baton-store"),
    ("tauri", "baton-desktop"),
    ("notify-rust", "baton-desktop"),
    ("async-imap", "baton-channels"),
    ("lettre", "baton-channels"),
    ("ammonia", "baton-channels"),
    ("axum", "baton-cli"),
];

/// What the pure core must never use.
const NEVER_IN_CORE: &[&str] = &[
    "tokio",
    "rand",
    "getrandom",
    "rusqlite",
    "reqwest",
    "chrono",
];

fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    metadata["packages"]
        .as_array()
        .expect("there are packages")
        .iter()
        .map(|package| {
            let uses = package["dependencies"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), uses)
        })
        .collect()
}

#[test]
fn each_crate_uses_only_what_the_plan_allows() {
    let uses = uses();
    for (package, names) in &uses {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == package) else {
            assert!(
                ["baton-tests", "baton-fuzz", "baton-peers"].contains(&package.as_str()),
                "{package} has no line in the plan"
            );
            continue;
        };
        for name in names.iter().filter(|name| name.starts_with("baton-")) {
            assert!(
                allowed.contains(&name.as_str()),
                "{package} must not use {name}; see src-tauri/ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn what_touches_the_world_has_one_home() {
    for (package, names) in uses() {
        if package == "baton-testkit" || package == "baton-tests" {
            continue;
        }
        for (outside, home) in ONLY {
            assert!(
                !names.contains(*outside) || package == *home,
                "{package} must not use {outside}: that is for {home}"
            );
        }
    }
}

#[test]
fn the_core_stays_pure() {
    let uses = uses();
    let core = uses.get("baton-core").expect("the core is a package");
    for name in NEVER_IN_CORE {
        assert!(!core.contains(*name), "baton-core must not use {name}");
    }
}

/// The tests of every Rust file below a folder, as `file::test`.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the folders of the house") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            let file = path.file_stem().unwrap_or_default().to_string_lossy();
            let names = text
                .split("fn ")
                .skip(1)
                .filter_map(|rest| rest.split_once('(').map(|(name, _)| name));
            found.extend(names.map(|name| format!("{file}::{name}")));
        }
    }
}

#[test]
fn every_case_of_mail_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut there = BTreeSet::new();
    tests_below(&root.join("src-tauri/crates"), &mut there);
    tests_below(&root.join("tests"), &mut there);
    let table = std::fs::read_to_string(root.join("docs/mail-cases.md")).expect("the table");
    let named: Vec<&str> = table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.contains("::"))
        .collect();
    assert!(named.len() > 50, "{}", named.len());
    let missing: Vec<&&str> = named
        .iter()
        .filter(|name| !there.contains(**name))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
