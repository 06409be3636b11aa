//! The program over an engine that answers from a script: what it imports, exports and ends with.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use baton_api::{ApiError, Change};
use baton_cli::import::Item;
use baton_cli::node::{Node, Outcome, Page, Place, Purpose, RulesReport};
use baton_cli::{Host, run};
use baton_core::hash::Hash;
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// Keeps the keys of what was imported in a file of its folder, as an engine would.
struct Script {
    known: Mutex<BTreeSet<Hash>>,
    place: Place,
}

impl Host for Script {
    async fn answer(&self, command: &str, payload: Value) -> Result<Value, ApiError> {
        assert_eq!(self.place.purpose, Purpose::Quiet, "a look starts nothing");
        let broken = self.place.folder.join("broken").exists();
        match command {
            "audit_verify" => Ok(json!({
                "ok": !broken, "events": 3, "heads": { "dev_1": "ab" },
                "problems": if broken { vec!["event 2"] } else { vec![] },
            })),
            "decision_list" => Ok(json!({ "decisions": [] })),
            "backtest_start" if payload["text"] == "bad" => {
                Err(ApiError::new("bad_rules", "It cannot be read.", ""))
            }
            "backtest_start" => Ok(json!({ "job": "b1" })),
            "backtest_get" => Ok(backtest(&self.place.folder)),
            "backtest_conversations" => Ok(json!({ "rows": [], "next": null })),
            _ => Err(ApiError::not_found("command")),
        }
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        broadcast::channel(1).1
    }
}

impl Node for Script {
    async fn open(place: Place) -> Result<Arc<Self>, ApiError> {
        if place.folder.join("lock").exists() {
            return Err(ApiError::new("workspace_in_use", "It is in use.", ""));
        }
        let text = std::fs::read_to_string(place.folder.join("keys")).unwrap_or_default();
        let known = text.lines().filter_map(Hash::parse).collect();
        Ok(Arc::new(Self {
            known: Mutex::new(known),
            place,
        }))
    }

    fn read_only(&self) -> Option<String> {
        None
    }

    async fn team_wrote_as(&self, _: Vec<String>) -> Result<(), ApiError> {
        Ok(())
    }

    async fn import(&self, items: Vec<Item>) -> Result<Vec<Outcome>, ApiError> {
        let mut known = self.known.lock().unwrap();
        Ok(items
            .iter()
            .map(|item| match known.insert(item.key()) {
                true => Outcome::New,
                false => Outcome::Known,
            })
            .collect())
    }

    async fn export(&self, _from: u64) -> Result<Page, ApiError> {
        let torn = self.place.folder.join("torn").exists();
        Ok(Page {
            lost: usize::from(torn),
            ..Page::default()
        })
    }

    fn check_rules(_name: &str, text: &str) -> RulesReport {
        RulesReport {
            rules: text.lines().count(),
            problems: text
                .contains("bad")
                .then(|| "line 1".to_owned())
                .into_iter()
                .collect(),
            warnings: Vec::new(),
        }
    }

    async fn close(self: Arc<Self>) {
        let keys: Vec<_> = self
            .known
            .lock()
            .unwrap()
            .iter()
            .map(Hash::to_string)
            .collect();
        std::fs::write(self.place.folder.join("keys"), keys.join("\n")).unwrap();
    }
}

/// A back-test that is under way when it is first asked for, and then as a file of its folder says.
fn backtest(folder: &Path) -> Value {
    let state = std::fs::read_to_string(folder.join("state")).unwrap();
    let next = if state == "running" { "done" } else { &state };
    std::fs::write(folder.join("state"), next).unwrap();
    json!({
        "state": state, "error": "", "done": 3, "total": 7, "ruleset": "aa", "against": "bb",
        "span": [0, 1], "points": 7, "differences": 1, "other_reason": 0, "conversations": 2,
        "differing": 1, "diverged": 1, "between": 0, "recorded": 7, "faithful": 7,
        "without_text": 0, "queue_load": [], "rules": [],
        "sla": { "same": 1, "same_missed": 0, "open": 1, "open_missed": 0, "says": "" },
        "metrics": [{
            "name": "handoffs", "says": "Handoffs", "unit": "conversations", "old": 0.0,
            "new": 1.0, "delta": 1.0, "low": 0.0, "high": 2.0, "n": 2, "old_share": null,
            "new_share": { "share": 0.5, "low": 0.1, "high": 0.9 }, "p": 1.0, "kind": "exact",
            "note": "",
        }],
    })
}

fn baton(folder: &Path, words: &[&str]) -> ExitCode {
    let mut line: Vec<OsString> = vec!["baton".into(), "--json".into(), "--workspace".into()];
    line.push(folder.into());
    line.extend(words.iter().map(OsString::from));
    run::<Script>(line)
}

#[test]
fn an_import_takes_each_mail_once_and_ends_by_what_it_found() {
    let home = tempfile::tempdir().unwrap();
    let mails = home.path().join("mails");
    std::fs::create_dir(&mails).unwrap();
    for number in 0..600 {
        std::fs::write(
            mails.join(format!("{number}.eml")),
            format!("A: {number}\n\n"),
        )
        .unwrap();
    }
    let words = ["import", "--format", "eml", mails.to_str().unwrap()];
    let keys = || std::fs::read_to_string(home.path().join("keys")).unwrap();
    assert_eq!(baton(home.path(), &words), ExitCode::SUCCESS);
    assert_eq!(keys().lines().count(), 600);
    let before = keys();
    assert_eq!(baton(home.path(), &words), ExitCode::SUCCESS);
    assert_eq!(keys(), before, "a second run adds nothing");

    std::fs::write(mails.join("notes.md"), "no mail").unwrap();
    assert_eq!(
        baton(home.path(), &words),
        ExitCode::from(1),
        "something was left out"
    );
    let missing = ["import", "--format", "eml", "/no/such/folder"];
    assert_eq!(baton(home.path(), &missing), ExitCode::from(4));
}

#[test]
fn each_look_ends_in_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    assert_eq!(baton(folder, &["audit", "verify"]), ExitCode::SUCCESS);
    assert_eq!(
        baton(folder, &["rules", "explain", "cnv_1"]),
        ExitCode::from(4)
    );
    assert_eq!(baton(folder, &["rules", "check"]), ExitCode::from(4));
    std::fs::write(folder.join("handoff.baton.toml"), "good").unwrap();
    assert_eq!(baton(folder, &["rules", "check"]), ExitCode::SUCCESS);
    std::fs::write(folder.join("handoff.baton.toml"), "bad").unwrap();
    assert_eq!(baton(folder, &["rules", "check"]), ExitCode::from(1));
    std::fs::write(folder.join("broken"), "").unwrap();
    assert_eq!(baton(folder, &["audit", "verify"]), ExitCode::from(1));
    std::fs::write(folder.join("lock"), "").unwrap();
    assert_eq!(baton(folder, &["audit", "verify"]), ExitCode::from(3));
    std::fs::remove_file(folder.join("lock")).unwrap();
    assert_eq!(baton(folder, &["export"]), ExitCode::SUCCESS);
    std::fs::write(folder.join("torn"), "").unwrap();
    assert_eq!(baton(folder, &["export"]), ExitCode::from(1));
    assert_eq!(baton(folder, &["no", "such"]), ExitCode::from(2));
    assert_eq!(baton(folder, &["--help"]), ExitCode::SUCCESS);
}

#[test]
fn looking_at_a_workspace_that_is_not_there_makes_none() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("none");
    for words in [
        &["export"][..],
        &["audit", "verify"],
        &["doctor"],
        &["backup"],
    ] {
        assert_eq!(baton(&folder, words), ExitCode::from(4), "{words:?}");
    }
    assert!(!folder.exists());
}

const RULES: &str = r#"baton = 1
policy = "small <team>"
default = { control = "bot" }
[[rule]]
id = "late"
reason = "waiting & waiting"
on = ["time"]
when = 'conv.control == "bot" && conv.waiting > duration("10m")'
do = { control = "queue" }
"#;

#[test]
fn tests_in_a_rule_file_end_in_their_exit_code_and_in_a_report() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let file = folder.join("handoff.baton.toml");
    let test = |minutes: u32| {
        format!(
            "[[test]]\nname = \"\\\"late\\\"\"\nsteps = [ {{ event = \"customer.message\" }}, {{ at = \"+{minutes}m\", want = {{ control = \"queue\" }} }} ]\n"
        )
    };
    assert_eq!(
        baton(folder, &["rules", "test"]),
        ExitCode::from(4),
        "no file"
    );
    std::fs::write(&file, format!("{RULES}{}", test(11))).unwrap();
    assert_eq!(baton(folder, &["rules", "test"]), ExitCode::SUCCESS);
    std::fs::write(&file, format!("{RULES}{}", test(9))).unwrap();
    let report = folder.join("report.xml");
    let words = ["rules", "test", "--junit", report.to_str().unwrap()];
    assert_eq!(baton(folder, &words), ExitCode::from(1));
    let written = std::fs::read_to_string(&report).unwrap();
    assert!(
        written.contains("<testsuites tests=\"1\" failures=\"1\">"),
        "{written}"
    );
    assert!(written.contains("name=\"&quot;late&quot;\""), "{written}");
    assert!(written.contains("small &lt;team&gt;"), "{written}");
    assert!(
        written.contains("control should be queue, and is bot"),
        "{written}"
    );
    std::fs::write(&file, "baton = 2").unwrap();
    assert_eq!(baton(folder, &["rules", "test"]), ExitCode::from(1));
}

#[test]
fn an_analysis_ends_in_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("rules.toml");
    let path = file.to_str().unwrap().to_owned();
    let ends = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let words = [&["rules", "analyse", path.as_str()], more].concat();
        baton(home.path(), &words)
    };
    assert_eq!(ends(RULES, &["--strict"]), ExitCode::SUCCESS);
    let other = RULES
        .split_once("[[rule]]")
        .map(|(_, rule)| format!("[[rule]]{rule}"))
        .unwrap();
    let more = other
        .replace("late", "later")
        .replace("10m", "5m")
        .replace("\"queue\" }", "\"team:a\" }");
    let clash = format!("{RULES}{more}");
    assert_eq!(ends(&clash, &[]), ExitCode::SUCCESS, "a warning only");
    assert_eq!(ends(&clash, &["--strict"]), ExitCode::from(1));
    let never = RULES.replace("> duration(\"10m\")", "< duration(\"0s\")");
    assert_eq!(ends(&never, &[]), ExitCode::from(1));
    assert_eq!(ends("", &[]), ExitCode::from(1));
}

#[test]
fn a_backtest_waits_for_its_end_and_ends_in_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let draft = folder.join("draft.toml");
    let path = draft.to_str().unwrap().to_owned();
    let ends = |state: &str, more: &[&str]| {
        std::fs::write(folder.join("state"), state).unwrap();
        let words = [&["rules", "backtest", path.as_str()], more].concat();
        baton(folder, &words)
    };
    assert_eq!(ends("done", &[]), ExitCode::from(4), "no such file");
    std::fs::write(&draft, "good").unwrap();
    let since = ["--since", "2026-10-01", "--until", "2026-11-01T09:00:00Z"];
    assert_eq!(ends("running", &since), ExitCode::SUCCESS);
    assert_eq!(ends("done", &["--list", "3"]), ExitCode::SUCCESS);
    assert_eq!(ends("done", &["--since", "soon"]), ExitCode::from(1));
    assert_eq!(ends("done", &["--against", "/no/such"]), ExitCode::from(4));
    assert_eq!(ends("failed", &[]), ExitCode::from(1));
    assert_eq!(ends("cancelled", &[]), ExitCode::from(130));
    std::fs::write(&draft, "bad").unwrap();
    assert_eq!(ends("done", &[]), ExitCode::from(1));
}
