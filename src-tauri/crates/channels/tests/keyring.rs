//! The keyring of the desktop, in a session of its own so that nobody's real one is touched: one
//! that works, one that hangs, one that never starts, and none at all.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a rehearsal that cannot be set up has failed, and what is skipped is to be seen"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_channels::secrets::keyring::Keyring;
use baton_channels::secrets::{SecretError, SecretStore as _, Secrets};
use secrecy::ExposeSecret as _;

/// The real daemon, unlocked.
const UNLOCKED: &str = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

/// Runs a part of this file in a session of its own whose home is a folder, after a preparation.
fn in_a_session(home: &Path, prepare: &str, part: &str) {
    let installed = |program: &str, argument: &str| {
        let ran = Command::new(program).arg(argument).output();
        ran.is_ok()
    };
    if !installed("dbus-run-session", "--version")
        || !installed("gnome-keyring-daemon", "--version")
    {
        eprintln!("skipped: dbus-run-session or gnome-keyring-daemon is not installed");
        return;
    }
    let script = format!("{prepare} && exec \"$0\" --ignored --exact {part}");
    let ran = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("XDG_DATA_HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("HOME", home)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// A program that the session starts when the keyring is asked for.
fn started_as_keyring(home: &Path, program: &str) {
    let services = home.join("dbus-1/services");
    std::fs::create_dir_all(&services).unwrap();
    std::fs::write(
        services.join("org.freedesktop.secrets.service"),
        format!("[D-BUS Service]\nName=org.freedesktop.secrets\nExec={program}\n"),
    )
    .unwrap();
}

/// As the engine uses it, with little patience.
fn hurried(keyring: Keyring) -> Secrets {
    Secrets::new(Arc::new(keyring), Duration::from_secs(1))
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

#[test]
fn a_secret_survives_in_the_keyring_of_the_session() {
    let home = tempfile::tempdir().unwrap();
    in_a_session(home.path(), UNLOCKED, "inside_a_session");
}

#[test]
#[ignore = "runs inside the session that the other test makes"]
fn inside_a_session() {
    let keyring = Keyring::open("rehearsal").unwrap();
    assert!(keyring.get("a@b.test").unwrap().is_none());
    keyring
        .put("a@b.test", &"s3cret ü".to_owned().into())
        .unwrap();
    keyring
        .put("a@b.test", &"newer ü".to_owned().into())
        .unwrap();
    let found = keyring.get("a@b.test").unwrap().unwrap();
    assert_eq!(found.expose_secret(), "newer ü");
    let other = Keyring::open("another workspace").unwrap();
    assert!(other.get("a@b.test").unwrap().is_none());
    keyring.remove("a@b.test").unwrap();
    keyring.remove("a@b.test").unwrap();
    assert!(keyring.get("a@b.test").unwrap().is_none());
}

#[test]
fn a_keyring_that_hangs_is_told_in_time_and_works_again_afterwards() {
    let home = tempfile::tempdir().unwrap();
    in_a_session(home.path(), UNLOCKED, "inside_a_session_that_freezes");
}

/// The process that answers for the keyring in this session.
fn keyring_process() -> String {
    let asked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
        .args(["/", "org.freedesktop.DBus.GetConnectionUnixProcessID"])
        .arg("string:org.freedesktop.secrets")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    let process = said.split_whitespace().last().unwrap();
    assert!(process.parse::<u32>().is_ok(), "{said}");
    process.to_owned()
}

fn signal(name: &str, process: &str) {
    let sent = Command::new("kill").args([name, process]).status();
    assert!(sent.unwrap().success());
}

#[test]
#[ignore = "runs inside the session that the other test makes"]
fn inside_a_session_that_freezes() {
    let keyring = Keyring::open("rehearsal").unwrap();
    keyring
        .put("a@b.test", &"s3cret".to_owned().into())
        .unwrap();
    let process = keyring_process();
    signal("-STOP", &process);

    let begun = Instant::now();
    let again = Keyring::open("rehearsal").unwrap();
    let secrets = hurried(again);
    wait_for(async {
        let got = secrets.get("a@b.test").await;
        assert_eq!(got.unwrap_err(), SecretError::TimedOut);
        let put = secrets.put("a@b.test", "other".to_owned().into()).await;
        assert_eq!(put.unwrap_err(), SecretError::TimedOut);
    });
    assert!(begun.elapsed() < Duration::from_secs(30), "in bounded time");
    assert!(SecretError::TimedOut.hint().contains("Unlock"));

    signal("-CONT", &process);
    wait_for(async {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            match secrets.get("a@b.test").await {
                Ok(found) => break assert!(found.is_some()),
                Err(error) => assert!(Instant::now() < end, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}

#[test]
fn a_keyring_that_never_starts_is_told_in_time() {
    let home = tempfile::tempdir().unwrap();
    started_as_keyring(home.path(), "/bin/sleep 10");
    in_a_session(home.path(), "true", "inside_a_session_that_waits");
}

#[test]
#[ignore = "runs inside the session that the other test makes"]
fn inside_a_session_that_waits() {
    let begun = Instant::now();
    let secrets = hurried(Keyring::open("rehearsal").unwrap());
    let got = wait_for(secrets.get("a@b.test"));
    assert_eq!(got.unwrap_err(), SecretError::TimedOut);
    assert!(begun.elapsed() < Duration::from_secs(30), "in bounded time");
}

#[test]
fn a_keyring_that_cannot_start_is_none() {
    let home = tempfile::tempdir().unwrap();
    started_as_keyring(home.path(), "/bin/false");
    in_a_session(home.path(), "true", "inside_a_session_without_a_keyring");
}

#[test]
#[ignore = "runs inside the session that the other test makes"]
fn inside_a_session_without_a_keyring() {
    match Keyring::open("rehearsal") {
        Err(error) => assert_eq!(error, SecretError::Unavailable),
        Ok(keyring) => {
            let got = wait_for(hurried(keyring).get("a@b.test"));
            assert_eq!(got.unwrap_err(), SecretError::Unavailable);
        }
    }
    assert!(SecretError::Unavailable.hint().contains("encrypted file"));
}

#[test]
fn a_locked_keyring_that_nobody_can_unlock_refuses_with_a_hint() {
    let home = tempfile::tempdir().unwrap();
    let prepare = "gnome-keyring-daemon --start --components=secrets >/dev/null";
    in_a_session(home.path(), prepare, "inside_a_locked_session");
}

#[test]
#[ignore = "runs inside the session that the other test makes"]
fn inside_a_locked_session() {
    let begun = Instant::now();
    let secrets = hurried(Keyring::open("rehearsal").unwrap());
    // There is no display on which to ask for the password of a new keyring.
    let put = wait_for(secrets.put("a@b.test", "s3cret".to_owned().into()));
    let error = put.unwrap_err();
    assert!(!error.hint().is_empty(), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(30), "in bounded time");
}

#[test]
fn without_a_session_the_keyring_says_so() {
    let this = std::env::current_exe().unwrap();
    let ran = Command::new(this)
        .args(["--ignored", "--exact", "outside_any_session"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stdout)
    );
}

#[test]
#[ignore = "runs without a session, started by the other test"]
fn outside_any_session() {
    if cfg!(target_os = "linux") {
        assert_eq!(
            Keyring::open("rehearsal").unwrap_err(),
            SecretError::Unavailable
        );
    }
}
