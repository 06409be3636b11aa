//! The pages of the documentation, tried as a newcomer would: their commands are run as they stand,
//! and what they answer is what the page says.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A block of commands, and what the page says they answer.
struct Block {
    commands: String,
    answer: Option<Value>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut parts = page.split("\n```");
    parts.next();
    // Every other part is code, headed by its language.
    for code in parts.step_by(2) {
        let (language, code) = code.split_once('\n').unwrap();
        match language {
            "sh" => blocks.push(Block {
                commands: code.to_owned(),
                answer: None,
            }),
            "json" => {
                let answer = serde_json::from_str(code).unwrap_or_else(|_| panic!("{code}"));
                blocks.last_mut().unwrap().answer = Some(answer);
            }
            // A file of the reader's own is shown, and not made.
            "yaml" => {}
            other => panic!("what is {other}?"),
        }
    }
    blocks
}

/// Whether an answer holds what the page shows of it; lists are shown whole.
fn holds(answer: &Value, shown: &Value) -> bool {
    match (answer, shown) {
        (Value::Object(answer), Value::Object(shown)) => shown
            .iter()
            .all(|(name, shown)| answer.get(name).is_some_and(|one| holds(one, shown))),
        (Value::Array(answer), Value::Array(shown)) => {
            answer.len() == shown.len()
                && answer
                    .iter()
                    .zip(shown)
                    .all(|(one, shown)| holds(one, shown))
        }
        _ => answer == shown,
    }
}

/// Follows a page with its ports replaced by free ones, which other tests may have; everything that
/// was told. None when a program is missing.
#[cfg(unix)]
fn follow(page: &str, programs: &[&str], ports: &[&str]) -> Option<String> {
    follow_with(page, programs, ports, None)
}

/// Follows a page whose first block may install something from a registry. What was fetched is kept
/// for the next run. None also when the command that asks for it is refused here.
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
fn follow_with(
    page: &str,
    programs: &[&str],
    ports: &[&str],
    at_hand: Option<&[&str]>,
) -> Option<String> {
    for program in programs {
        if Command::new(program).arg("--version").output().is_err() {
            eprintln!("skipped: {page} is not followed, for there is no {program}");
            return None;
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../docs")
        .join(page);
    let mut text = std::fs::read_to_string(file).unwrap();
    let free: Vec<TcpListener> = ports
        .iter()
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    for (port, free) in ports.iter().zip(&free) {
        text = text.replace(port, &free.local_addr().unwrap().port().to_string());
    }
    drop(free);
    let blocks = blocks(&text);
    assert!(blocks.len() > 4, "the page has {} blocks", blocks.len());

    let home = tempfile::tempdir().unwrap();
    let mut script = String::from("set -e\ntrap 'kill $(jobs -p)' EXIT\n");
    for block in &blocks {
        script.push_str(&block.commands);
        script.push_str("\nprintf '\\n@@@\\n'\n");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_baton")).parent().unwrap();
    let path = format!(
        "{}:{}",
        program.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let fetched = fetched();
    let output = Command::new("timeout")
        .args(["--kill-after=5", "300", "bash", "-c", &script])
        .current_dir(home.path())
        .env("PATH", path)
        .env("HOME", home.path())
        .env("npm_config_cache", fetched.join("npm"))
        .env("npm_config_prefer_offline", "true")
        .env("npm_config_update_notifier", "false")
        .env("PIP_CACHE_DIR", fetched.join("pip"))
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let answers: Vec<&str> = told.split("\n@@@\n").collect();
    if let (1, Some([program, asked @ ..])) = (answers.len(), at_hand) {
        let mut asking = Command::new(program);
        let asking = asking.args(asked).stdout(Stdio::null());
        if !asking.stderr(Stdio::null()).status().unwrap().success() {
            eprintln!("skipped: {page} is not followed, for what it installs cannot be had here");
            return None;
        }
    }
    assert_eq!(answers.len(), blocks.len() + 1, "{told}\n{complaints}");
    for (block, answer) in blocks.iter().zip(answers) {
        let Some(shown) = &block.answer else { continue };
        let commands = &block.commands;
        let answer: Value = serde_json::from_str(answer.trim())
            .unwrap_or_else(|_| panic!("{commands}\nanswered {answer}"));
        assert!(
            holds(&answer, shown),
            "{commands}\nanswered {answer:#}\nand the page says {shown:#}"
        );
    }
    Some(told)
}

/// Where what pages install is kept from run to run.
#[cfg(unix)]
fn fetched() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
    let cache = cache.or_else(home).unwrap_or_else(std::env::temp_dir);
    cache.join("baton-peers")
}

#[test]
#[cfg(unix)]
fn the_page_for_authors_of_bots_can_be_followed() {
    let Some(told) = follow("bots.md", &["curl"], &["8420"]) else {
        return;
    };
    assert!(told.contains("id: "), "the stream told something: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_connecting_a_model_can_be_followed() {
    let page = "connectors/openai.md";
    let Some(told) = follow(page, &["curl", "python3"], &["8430", "8431"]) else {
        return;
    };
    assert!(
        told.contains("helper  openai at http://127.0.0.1:"),
        "{told}"
    );
    assert!(
        told.contains("May I return it after a year?"),
        "what was sent is shown: {told}"
    );
    assert!(
        !told.contains("\"content\":\"When do you open? I am carla"),
        "{told}"
    );
}

#[test]
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
fn the_page_for_bots_in_the_office_can_be_followed() {
    let own = Command::new("hostname").arg("-I").output();
    if !own.is_ok_and(|own| own.stdout.first().is_some_and(u8::is_ascii_digit)) {
        eprintln!("skipped: this machine is in no network");
        return;
    }
    let programs = ["curl", "openssl", "python3"];
    let Some(told) = follow("lan.md", &programs, &["8440"]) else {
        return;
    };
    assert!(!told.contains("btn_"), "no secret is told: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_agent_bots_of_chatwoot_can_be_followed() {
    let page = "connectors/chatwoot.md";
    let Some(told) = follow(page, &["curl", "python3"], &["8450", "8451"]) else {
        return;
    };
    assert!(!told.contains("whsec_"), "no secret is told: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_bots_of_sunshine_conversations_can_be_followed() {
    let page = "connectors/sunshine.md";
    let Some(told) = follow(page, &["curl", "python3"], &["8460", "8461"]) else {
        return;
    };
    assert!(!told.contains("whsec_"), "no secret is told: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_bots_of_the_bot_framework_can_be_followed() {
    let page = "connectors/bot-framework.md";
    let programs = ["curl", "node", "npm"];
    let ports = ["8470", "8471", "8472"];
    let at_hand = ["npm", "view", "offline-directline", "version"];
    let Some(told) = follow_with(page, &programs, &ports, Some(&at_hand)) else {
        return;
    };
    let completed = told.find("\"state\":\"completed\"").unwrap();
    let returned = told.find("baton.returned").unwrap();
    assert!(completed < returned, "what was is told first: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_bots_of_opsdroid_can_be_followed() {
    let page = "connectors/opsdroid.md";
    let at_hand = ["python3", "-m", "pip", "index", "versions", "opsdroid"];
    let programs = ["curl", "python3"];
    let Some(told) = follow_with(page, &programs, &["8490", "8491"], Some(&at_hand)) else {
        return;
    };
    assert!(!told.contains("choose-one"), "no key is told: {told}");
}

#[test]
#[cfg(unix)]
fn the_page_for_bots_of_rasa_can_be_followed_where_there_is_rasa() {
    let page = "connectors/rasa.md";
    let Some(told) = follow(page, &["curl", "rasa"], &["8480", "8481"]) else {
        return;
    };
    assert!(!told.contains("choose-one"), "no key is told: {told}");
}
