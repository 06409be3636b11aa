//! A wrong file is refused with the place, the cause and the repair; a right one is loaded.

mod condition;

use proptest::prelude::*;

use crate::{
    rules::{
        EventKind, Once, Problem, Ruleset, Severity, Status, Target,
        plan::{PriorityEffect, ReviewEffect},
    },
    time::{HOUR, MINUTE, Timestamp},
};

/// A file with one rule of this condition.
fn with(when: &str) -> String {
    format!(
        "baton = 1\nzone = 'Europe/Berlin'\n\
         [hours.office]\nmon-fri = ['09:00-17:00']\n\
         [facts]\n'attr.seats' = {{ type = 'int', min = 0, max = 50 }}\n'attr.ends' = {{ type = 'time' }}\n\
         [words]\nlegal = ['lawyer']\n\
         [define]\nvip = 'customer.tier == \"vip\"'\n\
         [[rule]]\nid = 'r'\nreason = 'r'\non = ['customer.message']\nwhen = '''{when}'''\ndo = {{ tag = 'x' }}\n"
    )
}

fn problems(file: &str) -> Vec<Problem> {
    match Ruleset::parse(file) {
        Ok(rules) => rules.warnings().to_vec(),
        Err(problems) => problems.list,
    }
}

/// The only problem of a condition: code, what the carets cover, message, repair.
fn refused(when: &str) -> (&'static str, String, String, String) {
    let file = with(when);
    let list = problems(&file);
    assert_eq!(list.len(), 1, "{when}: {list:#?}");
    let problem = &list[0];
    let covered = file
        .get(problem.span.start..problem.span.end)
        .unwrap()
        .to_owned();
    (
        problem.code,
        covered,
        problem.message.clone(),
        problem.repair.clone(),
    )
}

#[test]
fn a_problem_is_rendered_with_its_line_and_carets() {
    let file = "baton = 1\n\n[[rule]]\nid = 'late'\nreason = 'late'\non = ['time']\nwhen = 'conv.waiting > 300'\ndo = { control = 'queue' }\n";
    assert_eq!(
        Ruleset::parse(file).unwrap_err().to_string(),
        "error[wrong-type]: `conv.waiting` is a duration, 300 is a number\n \
         --> line 7, column 24\n\
         7 | when = 'conv.waiting > 300'\n  \
         |                        ^^^\n  \
         = write duration(\"300s\") or duration(\"300m\")\n"
    );
}

#[test]
fn limits_hold() {
    let many = vec!["bot.failures > 1"; 65].join(" || ");
    assert_eq!(refused(&many).0, "too-many");
    let fine = vec!["bot.failures > 1"; 64].join(" || ");
    assert_eq!(problems(&with(&fine)), []);
    let long = format!("msg.text.contains('{}')", "x".repeat(5_000));
    assert_eq!(refused(&long).0, "too-long");
    let mut file = String::from("baton = 1\n");
    for number in 0..501 {
        file += &format!(
            "[[rule]]\nid='r{number}'\nreason='r'\non=['draft']\nwhen='true'\ndo={{tag='x'}}\n"
        );
    }
    assert_eq!(problems(&file)[0].code, "too-many");
    // Definitions that double themselves must not explode.
    let mut file = String::from("baton = 1\n[define]\na0 = 'bot.failures > 1'\n");
    for number in 1..60 {
        let before = number - 1;
        file += &format!("a{number} = 'a{before} || a{before} || a{before}'\n");
    }
    assert!(
        problems(&file)
            .iter()
            .all(|p| ["too-many", "too-deep", "circular"].contains(&p.code))
    );
    let file = "baton = 1\n[define]\na = 'b'\nb = '!a'\n";
    assert!(problems(file).iter().any(|p| p.code == "circular"));
}

#[test]
fn mixing_and_with_or_is_warned_about_with_a_fix_that_settles_it() {
    let file = with("vip && msg.first || msg.words.legal");
    let warnings = problems(&file);
    assert_eq!(warnings.len(), 1);
    assert_eq!(
        (warnings[0].severity, warnings[0].code),
        (Severity::Warning, "mixed-and-or")
    );
    let fix = warnings[0].fix.as_ref().unwrap();
    let mut fixed = file;
    fixed.replace_range(fix.span.start..fix.span.end, &fix.replacement);
    assert!(fixed.contains("(vip && msg.first) || msg.words.legal"));
    assert_eq!(problems(&fixed), []);
}

#[test]
fn fixes_of_errors_settle_them() {
    for when in [
        "conv.channel == 'e-mail'",
        "conv.chanel == 'email'",
        "vip and msg.first",
        "conv.waiting > 15m",
        "bot.failures ≥ 2",
        "conv.waiting > duration('2d')",
    ] {
        let mut file = with(when);
        let list = problems(&file);
        let fix = list[0].fix.as_ref().unwrap();
        file.replace_range(fix.span.start..fix.span.end, &fix.replacement);
        assert_eq!(problems(&file), [], "{when}");
    }
}

#[test]
fn rules_in_each_others_way_are_warned_about() {
    let rule = |id: &str, when: &str, does: &str| {
        format!("[[rule]]\nid='{id}'\nreason='r'\non=['draft']\nwhen='{when}'\ndo={{ {does} }}\n")
    };
    let pair = |a: &str, b: &str| {
        problems(
            &[
                "baton = 1\n",
                &rule("a", a, "tag = 't'"),
                &rule("b", b, "untag = 't'"),
            ]
            .concat(),
        )
    };
    assert_eq!(
        pair("msg.first", "bot.failures > 1")[0].code,
        "tag-conflict"
    );
    assert_eq!(pair("msg.first", "!msg.first && bot.failures > 1"), []);
    assert_eq!(
        pair("conv.control == \"bot\"", "conv.control == \"queue\""),
        []
    );
}

#[test]
fn every_section_is_checked() {
    let rule = "[[rule]]\nid='r'\nreason='r'\non=['customer.message']\nwhen='true'\ndo={tag='x'}\n";
    for (text, code, repair) in [
        ("", "no-version", "baton = 1"),
        ("baton = 2", "unknown-version", "newer"),
        ("baton = 1\nbaton = 1", "not-toml", "key = value"),
        (
            "baton = 1\nzoen = 'x'",
            "unknown-key",
            "did you mean `zone`?",
        ),
        (
            "baton = 1\nzone = 'Europe/Berln'",
            "unknown-zone",
            "did you mean \"Europe/Berlin\"?",
        ),
        (
            "baton = 1\n[hours.office]\nmon-fry = []",
            "unknown-key",
            "did you mean `mon-fri`?",
        ),
        (
            "baton = 1\n[hours.office]\nmon = ['9-17']",
            "bad-hours",
            "09:00-17:30",
        ),
        (
            "baton = 1\n[hours.office]\nholidays = ['2026-02-30']",
            "bad-date",
            "2026-12-25",
        ),
        ("baton = 1\n[hours.conv]\n", "bad-name", "letters"),
        (
            "baton = 1\n[facts]\nseats = { type = 'int' }",
            "bad-name",
            "attr.name",
        ),
        (
            "baton = 1\n[facts]\n'attr.x' = { type = 'integer' }",
            "unknown-type",
            "int",
        ),
        ("baton = 1\n[words]\nlegal = []", "no-words", "at least one"),
        (
            "baton = 1\n[sla.a]\nhours = 'ofice'\nfirst_reply = '1h'\n[hours.office]\n",
            "unknown-name",
            "did you mean \"office\"?",
        ),
        (
            "baton = 1\n[sla.a]\nfirst_reply = '4 hours'",
            "bad-duration",
            "4h",
        ),
        (
            "baton = 1\n[sla.a]\nresolve = '3d'\npause_when = 'conv.waiting > duration(\"1h\")'",
            "timed",
            "events",
        ),
        ("baton = 1\n[ladder.a]\n", "no-steps", "after"),
        (
            "baton = 1\n[ladder.a]\nstep = [{ after = '5m', notify = 'support' }]",
            "bad-target",
            "team:name",
        ),
        (
            "baton = 1\n[ladder.a]\nstep = [{ after = '5m', notify = 'team:a' }, { after = '1m', notify = 'team:a' }]",
            "step-order",
            "order",
        ),
        (
            "baton = 1\ndefault = { sla = 'gold' }",
            "unknown-name",
            "[sla.gold]",
        ),
        (
            "baton = 1\ndefault = { control = 'closed' }",
            "bad-control",
            "queue",
        ),
        (
            "baton = 1\n[[rule]]\nid = 'default'\nreason='r'\non=['time']\nwhen='conv.age > duration(\"1h\")'\ndo={tag='x'}",
            "bad-name",
            "letters",
        ),
        (
            "baton = 1\n[[rule]]\nreason='r'\non=['draft']\nwhen='true'\ndo={tag='x'}",
            "no-id",
            "id =",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['customer.mesage']\nwhen='true'\ndo={tag='x'}",
            "unknown-event",
            "did you mean \"customer.message\"?",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['draft']\nwhen='true'\ndo={}",
            "does-nothing",
            "control",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['draft']\nwhen='true'\ndo={ladder='x'}",
            "unknown-name",
            "[ladder.x]",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['draft']\nwhen='true'\ndo={controll='queue'}",
            "unknown-key",
            "did you mean `control`?",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['draft']\nwhen='true'\nonce='daily'\ndo={tag='x'}",
            "unknown-word",
            "per-episode",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['draft']\nwhen='true'\nbefore=['q']\ndo={tag='x'}",
            "unknown-rule",
            "rule of this file",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['time']\nwhen='conv.age > duration(\"1h\")'\ntake_over=true\ndo={control='queue'}",
            "take-over",
            "agent.available",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['bot.message']\nwhen='true'\ndo={review='required'}",
            "review-without-draft",
            "draft",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\non=['draft']\nwhen='true'\ndo={tag='x'}",
            "no-reason",
            "explanation",
        ),
        (
            "baton = 1\n[[rule]]\nid='r'\nreason='r'\non=['time']\nwhen='msg.first'\ndo={tag='x'}",
            "no-time",
            "leave \"time\" out",
        ),
        (&format!("baton = 1\n{rule}{rule}"), "same-id", "another id"),
    ] {
        let list = problems(text);
        assert_eq!(list.len(), 1, "{text}: {list:#?}");
        assert_eq!(list[0].code, code, "{text}: {list:#?}");
        assert!(list[0].repair.contains(repair), "{text}: {list:#?}");
    }
}

#[test]
fn every_problem_of_a_file_is_named_in_one_run() {
    let file = with("conv.chanel == 'email' && bot.failures == '2' && msg.nope");
    let codes: Vec<&str> = problems(&file).iter().map(|p| p.code).collect();
    assert_eq!(codes, ["unknown-fact", "wrong-type", "unknown-fact"]);
    assert_eq!(
        problems(&file)[0].rule.as_deref(),
        Some("r"),
        "a rule that cannot be read has its name all the same"
    );
}

/// The file that the language is described with.
const WHOLE: &str = r#"
baton   = 1
policy  = "acme-support"
zone    = "Europe/Berlin"
default = { control = "bot", review = "none", priority = "normal", sla = "standard" }

[hours.office]
mon-fri  = ["09:00-12:00", "13:00-17:30"]
sat      = "10:00-14:00"
holidays = ["2026-12-25", 2027-01-01]

[facts]
"attr.contract_end" = { type = "time", about = "end of contract from the CRM" }
"attr.plan" = { type = "text", values = ["free", "pro"] }

[words]
legal = ["lawyer", "anwalt"]

[define]
is_vip   = 'customer.tier == "enterprise" || "vip" in conv.tags'
with_bot = 'conv.control == "bot"'

[[rule]]
id      = "legal-threat"
why     = "Legal wording is never answered by a bot."
on      = ["customer.message"]
when    = 'msg.words.legal && conv.control != "agent"'
do      = { control = "team:lead", priority = "urgent", ladder = "urgent", tag = ["legal"], macro = "legal-ack" }
unknown = "yes"
owner   = "dana"
before  = ["late"]

[[rule]]
id     = "late"
reason = "late"
on     = ["time", "customer.message"]
when   = 'with_bot && (is_vip || attr.plan == "pro") && office.waiting > duration("15m") && attr.contract_end.until < duration("720h") && now.hour >= 8'
do     = { priority = "+1", notify = ["team:support", "role:lead"], snooze = "2h", untag = "early" }
once   = "per-episode"
status = "canary"
canary = 0.25

[[rule]]
id     = "sample"
reason = "sample"
on     = ["draft"]
when   = 'draft.author == "ai"'
do     = { review = { sample = 0.1 }, reviewers = "team:billing" }
status = "off"

[sla.standard]
hours       = "office"
first_reply = "4h"
pause_when  = 'conv.control == "closed" || conv.snoozed'
warn_at     = 0.5

[ladder.urgent]
clock = "always"
step  = [ { after = "0s", notify = ["team:lead"], sound = true },
          { after = "5m", offer = "any-available" },
          { after = "15m", notify = ["role:owner"], repeat = "15m", at_most = 4, priority = "+1" } ]
stop_when = 'conv.control == "agent"'

[[test]]
name  = "a bot keeps what it has"
given = { "conv.control" = "bot" }
event = "bot.message"
want  = { control = "bot" }
"#;

#[test]
fn a_whole_file_is_read_as_it_was_meant() {
    let rules = Ruleset::parse(WHOLE).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(rules.warnings(), []);
    assert_eq!(
        (rules.policy(), rules.zone().name()),
        ("acme-support", "Europe/Berlin")
    );
    assert_eq!(rules.tests().len(), 1);
    let [legal, late, sample] = rules.rules() else {
        panic!("three rules")
    };
    assert_eq!(
        legal.effects.control.as_ref().unwrap().to_string(),
        "team:lead"
    );
    assert_eq!(&*legal.reason, "Legal wording is never answered by a bot.");
    assert!(legal.unknown_matches && legal.before[0] == late.id);
    assert_eq!(late.on, [EventKind::CustomerMessage, EventKind::Time]);
    assert_eq!(
        (late.once, late.status),
        (Once::PerEpisode, Status::Canary(0.25))
    );
    assert_eq!(late.effects.priority, Some(PriorityEffect::Raise(1)));
    assert_eq!(late.effects.snooze, Some(2 * HOUR));
    let via: Vec<_> = late
        .when
        .rows
        .iter()
        .map(|row| row.via.as_deref())
        .collect();
    assert_eq!(
        via,
        [
            Some("with_bot"),
            Some("is_vip"),
            Some("is_vip"),
            None,
            None,
            None,
            None
        ]
    );
    assert_eq!(sample.effects.review, Some(ReviewEffect::Sample(0.1)));
    assert_eq!(sample.status, Status::Off);
    let sla = rules.sla("standard").unwrap();
    assert_eq!(
        (sla.first_reply, sla.next_reply, sla.warn_at),
        (Some(4 * HOUR), None, 0.5)
    );
    let ladder = rules.ladder("urgent").unwrap();
    assert_eq!(ladder.steps[1].offer, Some(Target::AnyAvailable));
    assert_eq!(ladder.steps[2].repeat, Some(15 * MINUTE));
    let office = rules.calendar("office").unwrap();
    // 2027-01-01 is a Friday.
    let new_year: jiff::Timestamp = "2027-01-01T11:00:00Z".parse().unwrap();
    assert!(!office.is_open(Timestamp(new_year.as_millisecond())));
    assert!(rules.calendar("always").unwrap().is_always());
    assert_ne!(
        rules.id(),
        Ruleset::parse(&format!("{WHOLE}\n")).unwrap().id()
    );
}

proptest! {
    #[test]
    fn any_text_is_a_file_or_a_list_of_problems(text in "\\PC{0,300}") {
        if let Err(problems) = Ruleset::parse(&text) {
            prop_assert!(!problems.to_string().is_empty());
        }
    }

    #[test]
    fn a_damaged_file_is_a_file_or_a_list_of_problems(
        cuts in prop::collection::vec((0..WHOLE.len(), 0_usize..12, "[\\x00-\\x7fäß€]{0,4}"), 1..6),
    ) {
        let mut text = WHOLE.to_owned();
        for (start, length, put) in cuts {
            let end = (start + length).min(text.len());
            if start <= end && text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &put);
            }
        }
        if let Err(problems) = Ruleset::parse(&text) {
            for problem in &problems.list {
                prop_assert!(problem.span.end <= text.len(), "{:?}", problem);
                prop_assert!(!problem.render(&text).is_empty());
            }
        }
    }
}
