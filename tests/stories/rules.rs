//! The life of a rule file: saved with a reason, refused, overridden, rolled back, and never
//! written over when somebody has edited it by hand.

use baton_api::Commands as _;
use baton_api::health::HealthGet;
use baton_api::rules as ru;
use baton_core::event::{Envelope, Event};
use baton_core::hash::Hash;
use baton_core::time::MINUTE;
use baton_engine::rulesfile;
use baton_tests::desk::{Desk, RULES};
use serde_json::json;

/// A test that the rules of the desk pass.
const TEST: &str = r#"
[[test]]
name  = "a lawyer is seen by people"
given = { "msg.text" = "My lawyer will write to you." }
event = "customer.message"
want  = { control = "queue", by = "legal" }
"#;

fn tested() -> String {
    format!("{RULES}{TEST}")
}

fn on_disk(desk: &Desk) -> String {
    std::fs::read_to_string(rulesfile::path(desk.folder())).unwrap()
}

async fn in_force(desk: &Desk) -> ru::RulesView {
    desk.engine.rules_get(ru::RulesGet {}).await.unwrap()
}

async fn history(desk: &Desk) -> Vec<ru::RulesVersionBrief> {
    let asked = ru::RulesHistory {
        before: None,
        limit: 200,
    };
    desk.engine.rules_history(asked).await.unwrap().versions
}

async fn save(desk: &Desk, text: &str, base: &str) -> Result<String, String> {
    save_as(desk, text, base, "it was time", None).await
}

async fn save_as(
    desk: &Desk,
    text: &str,
    base: &str,
    reason: &str,
    overrode: Option<&str>,
) -> Result<String, String> {
    let asked = ru::RulesSave {
        text: text.to_owned(),
        base: base.to_owned(),
        reason: reason.to_owned(),
        r#override: overrode.map(str::to_owned),
        beside: false,
    };
    let saved = desk.engine.rules_save(asked).await;
    saved.map(|saved| saved.ruleset).map_err(|error| error.code)
}

#[tokio::test]
async fn a_save_is_a_version_with_its_author_and_reason_in_the_file_the_history_and_the_log() {
    let desk = Desk::open().await;
    let first = in_force(&desk).await;
    assert_eq!((&*first.changed_by, &*first.text), ("", RULES));
    desk.clock.pass(MINUTE);
    let text = tested();
    let saved = save(&desk, &text, &first.ruleset).await.unwrap();

    let now = in_force(&desk).await;
    assert_eq!((&now.ruleset, &now.text), (&saved, &text));
    assert_eq!((&*now.changed_by, &*now.why), ("anna", "it was time"));
    assert_eq!(now.changed_at, first.changed_at + MINUTE);
    assert_eq!(on_disk(&desk), text);

    let quieter = text.replace("legal wording", "it sounds legal");
    let third = save(&desk, &quieter, &saved).await.unwrap();
    let versions = history(&desk).await;
    let told: Vec<_> = versions
        .iter()
        .map(|version| (&*version.origin, &*version.by, version.in_force))
        .collect();
    assert_eq!(
        told,
        [
            ("saved", "anna", true),
            ("saved", "anna", false),
            ("first", "", false)
        ]
    );
    assert_eq!(versions[0].changed, ["legal"]);
    assert_eq!(versions[2].added, ["legal"]);

    let newest = newest_event(&desk).await;
    let Some(Event::RulesetActivated(told)) = newest.event() else {
        panic!("{newest:?}");
    };
    assert_eq!(told.ruleset.to_string(), third);
    assert_eq!(told.base.unwrap().to_string(), saved);
    assert_eq!(newest.actor.id, "anna");

    // The workspace opens as it was left.
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(in_force(&desk).await.ruleset, third);
    assert_eq!(history(&desk).await.len(), 3);
}

#[test]
fn what_older_versions_of_the_program_wrote_is_still_read() {
    let hash = Hash::of(RULES.as_bytes());
    let body = json!({ "ruleset": hash.to_string(), "why": "handoff.baton.toml was read" });
    let read = Event::read("ruleset.activated@1", &body);
    let Some(Event::RulesetActivated(told)) = read else {
        panic!("{read:?}");
    };
    assert_eq!((told.ruleset, told.base), (hash, None));
    // And what is written now says no more than it must.
    let same = Event::RulesetActivated(told).body().unwrap();
    assert_eq!(same, body);
}

#[tokio::test]
async fn two_versions_are_compared_line_by_line() {
    let desk = Desk::open().await;
    let first = in_force(&desk).await.ruleset;
    let text = RULES.replace("reason = \"legal wording\"", "reason = \"it sounds legal\"");
    let second = save(&desk, &text, &first).await.unwrap();
    let asked = ru::RulesDiff {
        from: first.clone(),
        to: second,
    };
    let diff = desk.engine.rules_diff(asked).await.unwrap();
    assert_eq!((diff.added, diff.removed), (1, 1));
    let changed: Vec<_> = diff
        .lines
        .iter()
        .filter(|line| line.kind != "same")
        .map(|line| (&*line.kind, &*line.text))
        .collect();
    assert_eq!(
        changed,
        [
            ("removed", "reason = \"legal wording\""),
            ("added", "reason = \"it sounds legal\"")
        ]
    );
    let asked = ru::RulesVersionGet { ruleset: first };
    let old = desk.engine.rules_version(asked).await.unwrap();
    assert_eq!(old.text, RULES);
}

#[tokio::test]
async fn a_failing_test_keeps_a_text_from_being_saved_until_somebody_says_why() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let text = tested().replace("control = \"queue\", by", "control = \"bot\", by");
    assert_eq!(save(&desk, &text, &base).await, Err("tests_failed".into()));
    assert_eq!(in_force(&desk).await.ruleset, base);
    assert_eq!(on_disk(&desk), RULES);

    let blank = save_as(&desk, &text, &base, "why not", Some("  ")).await;
    assert_eq!(blank, Err("tests_failed".into()), "blanks are no reason");
    let why = Some("the test is wrong and is repaired tomorrow");
    let saved = save_as(&desk, &text, &base, "the law changed", why).await;
    assert_eq!(in_force(&desk).await.ruleset, saved.unwrap());
    let newest = history(&desk).await.remove(0);
    assert_eq!(newest.r#override.as_deref(), why);

    // With all tests green there is nothing to override, whatever was said.
    let base = in_force(&desk).await.ruleset;
    let green = save_as(&desk, &tested(), &base, "repaired", why).await;
    green.unwrap();
    assert_eq!(history(&desk).await[0].r#override, None);
}

#[tokio::test]
async fn a_text_with_errors_and_a_save_without_a_reason_are_refused() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let broken = RULES.replace("msg.words.legal &&", "msg.wordz.legal &&");
    assert_eq!(save(&desk, &broken, &base).await, Err("problems".into()));
    let silent = save_as(&desk, &tested(), &base, " ", None).await;
    assert_eq!(silent, Err("reason_missing".into()));
    assert_eq!(on_disk(&desk), RULES);
    assert_eq!(history(&desk).await.len(), 1);
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    save(&desk, &tested(), &base).await.unwrap();
    let other = RULES.replace("legal wording", "it sounds legal");
    assert_eq!(
        save(&desk, &other, &base).await,
        Err("rules_changed".into())
    );
    assert_eq!(in_force(&desk).await.text, tested());
}

#[tokio::test]
async fn rolling_back_is_saving_an_old_text() {
    let desk = Desk::open().await;
    let first = in_force(&desk).await.ruleset;
    let second = save(&desk, &tested(), &first).await.unwrap();
    let asked = ru::RulesVersionGet {
        ruleset: first.clone(),
    };
    let old = desk.engine.rules_version(asked).await.unwrap().text;
    let back = save_as(&desk, &old, &second, "back to Monday", None).await;
    assert_eq!(back.as_ref(), Ok(&first));
    assert_eq!(on_disk(&desk), RULES);
    let versions = history(&desk).await;
    let force: Vec<_> = versions
        .iter()
        .map(|version| (&version.ruleset, version.in_force))
        .collect();
    assert_eq!(
        force,
        [(&first, true), (&second, false), (&first, false)],
        "the same text twice, in force once"
    );
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(in_force(&desk).await.ruleset, first);
}

#[tokio::test]
async fn a_file_edited_by_hand_is_a_version_and_is_never_written_over() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let by_hand = RULES.replace("legal wording", "words of lawyers");
    std::fs::write(rulesfile::path(desk.folder()), &by_hand).unwrap();

    // Nobody has looked at the file yet, and it is safe all the same.
    assert_eq!(
        save(&desk, &tested(), &base).await,
        Err("file_changed".into())
    );
    assert_eq!(on_disk(&desk), by_hand);

    rulesfile::look(&desk.engine).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!(now.text, by_hand);
    assert_eq!(
        (&*now.changed_by, &*now.why),
        ("", "handoff.baton.toml was edited")
    );
    assert_eq!(history(&desk).await[0].origin, "file");
    assert_eq!(
        save(&desk, &tested(), &base).await,
        Err("rules_changed".into())
    );
    save(&desk, &tested(), &now.ruleset).await.unwrap();
    assert_eq!(on_disk(&desk), tested());
}

#[tokio::test]
async fn a_file_broken_by_hand_is_shown_and_repaired_from_what_it_says() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let broken = RULES.replace("msg.words.legal &&", "msg.wordz.legal &&");
    std::fs::write(rulesfile::path(desk.folder()), &broken).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!(now.ruleset, base, "the last good rules stay");
    assert_eq!(now.problems.len(), 1);
    assert_eq!(now.on_disk.as_deref(), Some(&*broken));
    assert_eq!(
        save(&desk, &tested(), &base).await,
        Err("file_changed".into())
    );

    // Who has seen what the file says may put something better in its place.
    let seen = Hash::of(broken.as_bytes()).to_string();
    save(&desk, &tested(), &seen).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!((now.on_disk, now.problems), (None, Vec::new()));
    assert_eq!(on_disk(&desk), tested());
}

#[tokio::test]
async fn a_rule_in_shadow_does_not_begin_to_act_by_a_mere_save() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let shadow = RULES.replace(
        "id     = \"legal\"",
        "id     = \"legal\"\nstatus = \"shadow\"",
    );
    let base = save(&desk, &shadow, &base).await.unwrap();
    assert_eq!(
        save(&desk, RULES, &base).await,
        Err("promotion_needed".into())
    );
}

/// A rule that acts, beside the one that is there.
const SECOND: &str = r#"
[[rule]]
id     = "refund"
owner  = "anna"
on     = ["customer.message"]
when   = 'msg.text.contains("refund")'
do     = { control = "queue" }
reason = "money"
"#;

#[tokio::test]
async fn a_new_rule_begins_in_shadow_unless_somebody_says_why_not() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let live = format!("{RULES}{SECOND}");
    assert_eq!(save(&desk, &live, &base).await, Err("new_rule_acts".into()));
    assert_eq!(on_disk(&desk), RULES);

    let shadow = live.replace(
        "id     = \"refund\"",
        "id     = \"refund\"\nstatus = \"shadow\"",
    );
    let base = save(&desk, &shadow, &base).await.unwrap();
    let base = save(&desk, RULES, &base).await.unwrap();
    let why = "the bank closes in an hour";
    let base = save_as(&desk, &live, &base, "refunds", Some(why))
        .await
        .unwrap();
    assert_eq!(history(&desk).await[0].r#override.as_deref(), Some(why));
    // Somebody answers for it by name, so nobody else has to.
    assert!(in_force(&desk).await.ungated.is_empty());

    // It has acted as it reads, so an old text may bring it back.
    let base = save(&desk, RULES, &base).await.unwrap();
    save(&desk, &live, &base).await.unwrap();
}

#[tokio::test]
async fn a_rule_that_is_moved_ahead_of_another_needs_a_reason() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let wide = SECOND
        .replace("refund\"\nowner", "all\"\nowner")
        .replace("msg.text.contains(\"refund\")", "msg.first")
        .replace("\"queue\"", "\"agent:anna\"");
    let (head, legal) = RULES.split_once("[[rule]]").unwrap();
    let behind = format!("{RULES}{wide}");
    let base = save_as(&desk, &behind, &base, "all", Some("agreed on"))
        .await
        .unwrap();
    let ahead = format!("{head}{wide}[[rule]]{legal}");
    assert_eq!(
        save(&desk, &ahead, &base).await,
        Err("live_rule_changed".into())
    );
    std::fs::write(rulesfile::path(desk.folder()), &ahead).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    assert_eq!(in_force(&desk).await.text, behind, "nor by hand");
}

#[tokio::test]
async fn where_the_file_is_obeyed_what_it_lets_act_is_told_until_somebody_approves_it() {
    let desk = Desk::open().await;
    let obeyed = format!("{RULES}\n[gate]\nby_hand = \"obey\"\n");
    let base = in_force(&desk).await.ruleset;
    save(&desk, &obeyed, &base).await.unwrap();
    let by_hand = format!(
        "{}{SECOND}",
        obeyed.replace("msg.words.legal", "(msg.words.legal || msg.first)")
    );
    std::fs::write(rulesfile::path(desk.folder()), &by_hand).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!(now.text, by_hand, "the file is the team's");
    let told: Vec<_> = now
        .ungated
        .iter()
        .map(|one| (&*one.rule, &*one.owner, one.acted))
        .collect();
    assert_eq!(told, [("legal", "", true), ("refund", "anna", false)]);
    let newest = newest_event(&desk).await;
    let Some(Event::RulesetActivated(activated)) = newest.event() else {
        panic!("{newest:?}");
    };
    assert_eq!(activated.ungated, ["legal", "refund"]);
    assert_eq!(activated.origin, "file");

    // Opened again it is still told; a save of something else changes nothing of it.
    let desk = desk.reopened(|_| ()).await;
    let now = in_force(&desk).await;
    assert_eq!(now.ungated.len(), 2);

    let approve = |base: &str, approver: &str| ru::RuleStatusSet {
        rule: "refund".to_owned(),
        status: "live".to_owned(),
        share: None,
        base: base.to_owned(),
        reason: "it was agreed on".to_owned(),
        approver: approver.to_owned(),
    };
    let nobody = desk.engine.rule_status_set(approve(&now.ruleset, "")).await;
    assert_eq!(nobody.err().unwrap().code, "approver_missing");
    let done = desk.engine.rule_status_set(approve(&now.ruleset, "anna"));
    let base = done.await.unwrap().ruleset;
    let left = in_force(&desk).await.ungated;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].rule, "legal");

    // Back in shadow it acts no longer, so there is nothing to approve.
    let shadow = ru::RuleStatusSet {
        rule: "legal".to_owned(),
        status: "shadow".to_owned(),
        ..approve(&base, "")
    };
    desk.engine.rule_status_set(shadow).await.unwrap();
    assert!(in_force(&desk).await.ungated.is_empty());
}

#[tokio::test]
async fn an_edit_by_hand_that_lets_a_rule_act_otherwise_waits_for_somebody_with_a_reason() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let wider = RULES.replace("msg.words.legal", "(msg.words.legal || msg.first)");
    // A file cannot excuse itself, nor its next edit: what is in force says whether it is obeyed.
    let open = format!("{RULES}\n[gate]\nby_hand = \"obey\"\n");
    std::fs::write(rulesfile::path(desk.folder()), &open).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    assert_eq!(
        in_force(&desk).await.text,
        RULES,
        "the gate is not opened by hand"
    );
    let by_hand = format!("{wider}\n[gate]\nby_hand = \"obey\"\n");
    std::fs::write(rulesfile::path(desk.folder()), &by_hand).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!((&now.ruleset, &*now.text), (&base, RULES));
    assert_eq!(now.on_disk.as_deref(), Some(&*by_hand));
    assert!(
        now.problems[0].contains("would change the gate"),
        "{:?}",
        now.problems
    );
    assert_eq!(on_disk(&desk), by_hand, "nobody's work is written over");
    let health = desk.engine.health_get(HealthGet {}).await.unwrap();
    let check = health
        .checks
        .iter()
        .find(|one| one.code == "rules")
        .unwrap();
    assert!(
        check.text.contains("would change the gate"),
        "{}",
        check.text
    );

    // It waits over a restart too, and is put in force as any edit is: from what it says.
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(in_force(&desk).await.problems, now.problems);
    let seen = Hash::of(by_hand.as_bytes()).to_string();
    let refused = save(&desk, &by_hand, &seen).await;
    assert_eq!(refused, Err("live_rule_changed".into()));
    let why = Some("it was looked at in the repository");
    save_as(&desk, &by_hand, &seen, "wider", why).await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!(
        (&*now.text, now.on_disk, now.problems.len()),
        (&*by_hand, None, 0)
    );

    // What only lets less act, or says more, needs nobody.
    let less = by_hand.replace(
        "reason = \"legal wording\"",
        "reason = \"legal wording\"\nstatus = \"off\"",
    );
    std::fs::write(rulesfile::path(desk.folder()), &less).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    assert_eq!(in_force(&desk).await.text, less);
}

async fn newest_event(desk: &Desk) -> Envelope {
    let events = desk
        .engine
        .read(|reader, _| Ok(reader.events_after(0, 1_000)?));
    let events = events.await.unwrap();
    serde_json::from_slice(&events.last().unwrap().bytes).unwrap()
}

#[tokio::test]
async fn a_lost_file_is_written_anew_from_the_rules_in_force() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let saved = save(&desk, &tested(), &base).await.unwrap();
    let desk = desk
        .reopened(|folder| std::fs::remove_file(rulesfile::path(folder)).unwrap())
        .await;
    assert_eq!(in_force(&desk).await.ruleset, saved);
    assert_eq!(on_disk(&desk), tested());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_a_link_into_a_repository_stays_one() {
    let desk = Desk::open().await;
    let base = in_force(&desk).await.ruleset;
    let file = rulesfile::path(desk.folder());
    let real = desk.folder().join("repository.toml");
    std::fs::rename(&file, &real).unwrap();
    std::os::unix::fs::symlink(&real, &file).unwrap();
    save(&desk, &tested(), &base).await.unwrap();
    assert!(std::fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&real).unwrap(), tested());
}
