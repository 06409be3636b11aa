//! The keyring of the desktop, in a session of its own so that nobody's real one is touched.
#![allow(
    clippy::unwrap_used,
    reason = "a rehearsal that cannot be set up has failed"
)]

use std::process::Command;

use baton_channels::secrets::keyring::Keyring;
use baton_channels::secrets::{SecretError, SecretStore as _};
use secrecy::ExposeSecret as _;

#[test]
fn a_secret_survives_in_the_keyring_of_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let script = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null \
                  && exec \"$0\" --ignored --exact inside_a_session";
    let ran = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .arg(&this)
        .env("XDG_DATA_HOME", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("HOME", folder.path())
        .output();
    let installed = Command::new("gnome-keyring-daemon")
        .arg("--version")
        .output()
        .is_ok();
    let (Ok(ran), true) = (ran, installed) else {
        eprintln!("skipped: dbus-run-session or gnome-keyring-daemon is not installed");
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
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
