//! `baton reviewers` as the built program, while another Baton has the workspace.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A Baton that runs, until the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn baton(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command
        .arg("--workspace")
        .arg(home.join("workspace"))
        .args(words)
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env("XDG_DATA_HOME", home);
    command
}

fn done(home: &Path, words: &[&str]) -> Output {
    baton(home, words).output().unwrap()
}

#[test]
fn somebody_from_outside_is_let_in_while_baton_runs() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let serve = ["serve", "--port", "0", "--token-file", "person.txt"];
    let mut running = baton(home, &serve);
    let mut running = Running(running.stdout(Stdio::piped()).spawn().unwrap());
    let mut address = String::new();
    let said = running.0.stdout.take().unwrap();
    BufReader::new(said).read_line(&mut address).unwrap();
    let address = address.trim();

    // Beside it nothing can be done, and what to do is said.
    let add = ["reviewers", "add", "lou", "--team", "legal"];
    let refused = done(home, &add);
    assert_eq!(refused.status.code(), Some(3));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("--at http://127.0.0.1:PORT"), "{told}");

    // Through it everything can.
    let through = ["--at", address, "--token-file", "person.txt"];
    let added = done(home, &[&add[..], &through].concat());
    assert!(added.status.success(), "{added:?}");
    let token = String::from_utf8(added.stdout).unwrap();
    assert!(token.starts_with("btn_rev_"), "{token}");
    let listed = done(home, &[&["reviewers", "list"][..], &through].concat());
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.trim(), "lou  lou, reads for legal");
    let twice = ["reviewers", "add", "lou", "--team", ""];
    let refused = done(home, &[&twice[..], &through].concat());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("a team"), "its own words: {told}");

    // The token is for this machine alone, and a wrong one opens nothing.
    let far = ["--at", "http://baton.test", "--token-file", "person.txt"];
    let refused = done(home, &[&add[..], &far].concat());
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("on this machine"), "{told}");
    std::fs::write(home.join("other.txt"), "no-such-token\n").unwrap();
    let wrong = ["--at", address, "--token-file", "other.txt"];
    let refused = done(home, &[&add[..], &wrong].concat());
    assert!(!refused.status.success(), "{refused:?}");
}
