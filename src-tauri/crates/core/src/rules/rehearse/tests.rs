//! Tests of a file go as its rules do, and say what they found when they do not.

use super::*;

const FILE: &str = r#"
baton   = 1
policy  = "acme-support"
zone    = "Europe/Berlin"
default = { control = "bot", review = "none", priority = "normal", sla = "standard" }

[hours.office]
mon-fri  = ["09:00-17:30"]

[words]
legal = ["lawyer"]

[define]
with_bot = 'conv.control == "bot"'
is_vip   = 'customer.tier == "enterprise" || "vip" in conv.tags'
stuck    = 'bot.failures >= 2 || bot.same_answer_twice'

[[rule]]
id      = "legal-threat"
on      = ["customer.message"]
when    = 'msg.words.legal && conv.control != "agent"'
do      = { control = "team:lead", priority = "urgent", tag = ["legal"], notify = ["role:owner"] }
reason  = "legal wording"
unknown = "yes"

[[rule]]
id      = "vip-unhappy"
on      = ["customer.message"]
when    = 'with_bot && is_vip && (msg.sentiment < -0.4 || customer.value_at_risk >= 5000.0)'
do      = { control = "team:success", priority = "high", sla = "vip", snooze = "2h", macro = "sorry" }
reason  = "important customer, unhappy or at risk"
before  = ["bot-stuck"]

[[rule]]
id      = "bot-stuck"
on      = ["bot.message", "bot.failure"]
when    = 'with_bot && (stuck || bot.confidence < 0.45)'
do      = { control = "queue", tag = ["bot-stuck"], ladder = "normal" }
reason  = "bot is stuck"

[[rule]]
id      = "review-money-drafts"
on      = ["draft"]
when    = 'draft.author in ["bot", "ai"] && (bot.intent in ["refund", "discount"] || draft.mentions_money)'
do      = { review = "required", reviewers = "team:billing" }
reason  = "money promise needs review"
unknown = "yes"

[[rule]]
id      = "queue-too-long"
on      = ["time", "customer.message"]
when    = 'conv.control == "queue" && conv.waiting > duration("15m") && office.open'
do      = { priority = "+1", notify = ["team:support"] }
reason  = "waiting more than 15 minutes in office hours"
once    = "per-episode"

[[rule]]
id      = "handed-over"
on      = ["control.changed"]
when    = 'conv.control == "queue" && conv.changed_by == "rule"'
do      = { tag = ["handed-over"] }
reason  = "somebody should look"

[sla.standard]
first_reply = "4h"
[sla.vip]
first_reply = "15m"

[ladder.normal]
step = [ { after = "10m", notify = ["team:support"] } ]
"#;

fn rehearse(tests: &str) -> Rehearsal {
    let file = format!("{FILE}\n{tests}");
    match Ruleset::parse(&file) {
        Ok(rules) => rules.rehearse(),
        Err(problems) => panic!("{problems}"),
    }
}

/// The misses of the only test, as `what: expected / found`.
fn misses(test: &str) -> Vec<String> {
    let rehearsal = rehearse(&format!("[[test]]\nname = \"t\"\n{test}"));
    let [test] = rehearsal.tests.as_slice() else {
        panic!("one test")
    };
    let line = |miss: &Miss| format!("{}: {} / {}", miss.what, miss.expected, miss.found);
    test.misses.iter().map(line).collect()
}

fn goes_well(test: &str) {
    assert_eq!(misses(test), Vec::<String>::new(), "{test}");
}

#[test]
fn one_moment_is_decided_as_it_is_given() {
    goes_well(
        r#"given = { "customer.tier" = "enterprise", "msg.text" = "My lawyer will call you", "msg.sentiment" = -0.9 }
event = "customer.message"
want  = { control = "team:lead", priority = "urgent", by = "legal-threat", also_matched = ["vip-unhappy"],
          tag = ["legal"], notify = ["role:owner"], sla = "vip", macro = "sorry", snooze = "120m" }"#,
    );
    goes_well(
        r#"given = { "conv.control" = "bot", "bot.failures" = 1, "bot.confidence" = 0.50, "bot.same_answer_twice" = false }
event = "bot.message"
want  = { control = "bot", by = "default", nearly = ["bot-stuck"], fired = [] }"#,
    );
    goes_well(
        r#"given = { "draft.author" = "ai", "bot.intent" = "unknown!" }
event = "draft"
want  = { review = "required", by = "review-money-drafts", reviewers = ["team:billing"], unknown = ["bot.intent"] }"#,
    );
    goes_well(
        r#"given = { "draft.author" = "agent" }
event = "draft"
want  = { review = "none", by = "default" }"#,
    );
}

#[test]
fn time_passes_between_steps_and_rules_act_at_their_instant() {
    goes_well(
        r#"start = "2026-11-23T08:40:00+01:00"
steps = [ { at = "08:50", event = "customer.message", set = { "conv.control" = "queue", "msg.text" = "hello" } },
          { at = "09:04", want = { fired = [] } },
          { at = "09:06", want = { fired = ["queue-too-long"], priority = "high" } },
          { at = "11:00", want = { fired = [], priority = "high" } },
          { at = "+1d", event = "customer.message", want = { fired = [] } } ]"#,
    );
    // Written in the evening, it is seen to when the office opens.
    goes_well(
        r#"start = "2026-11-23T18:00:00+01:00"
given = { "conv.control" = "queue" }
steps = [ { event = "customer.message" }, { at = "08:59", want = { fired = [] } },
          { at = "09:00", want = { fired = ["queue-too-long"] } } ]"#,
    );
    // Whoever has been answered does not wait.
    goes_well(
        r#"given = { "conv.control" = "queue", "conv.waiting" = "10m" }
steps = [ { at = "+1m", event = "agent.message", want = { control = "agent" } },
          { at = "+1h", want = { fired = [], control = "agent", by = "default" } } ]"#,
    );
}

#[test]
fn what_rules_decide_is_done_and_those_that_watch_control_see_it() {
    goes_well(
        r#"steps = [ { event = "bot.message", set = { "bot.failures" = 1 }, want = { fired = [] } },
          { at = "+1m", event = "bot.failure", want = { control = "queue", ladder = "normal",
            fired = ["bot-stuck", "handed-over"], tag = ["bot-stuck", "handed-over"] } },
          { at = "+1m", event = "bot.failure", want = { control = "queue", by = "default", fired = [] } } ]"#,
    );
}

#[test]
fn a_miss_says_what_was_wanted_what_was_found_and_why() {
    let rehearsal = rehearse(
        "[[test]]\nname = \"wrong\"\ngiven = { \"bot.failures\" = 3 }\nevent = \"bot.message\"\n\
         want = { control = \"bot\", by = \"default\", fired = [], nearly = [\"vip-unhappy\"] }",
    );
    assert_eq!(rehearsal.failed(), 1);
    let misses = &rehearsal.tests[0].misses;
    assert_eq!(misses.len(), 4);
    assert_eq!(
        (misses[0].what, misses[0].expected.as_str()),
        ("control", "bot")
    );
    assert_eq!(misses[0].found, "queue");
    assert!(
        misses[0]
            .why
            .starts_with("Went to the queue because bot is stuck: bot failures 3 (limit 2)."),
        "{}",
        misses[0].why
    );
    assert_eq!(misses[1].found, "bot-stuck");
    assert_eq!(misses[2].found, "bot-stuck, handed-over");
    let wanted = FILE.lines().count() + 1 + 5;
    assert_eq!(misses[0].line, wanted, "the line that wants it");
}

#[test]
fn coverage_names_what_no_test_has_seen() {
    let coverage = rehearse(
        "[[test]]\nname = \"a\"\ngiven = { \"bot.failures\" = 2, \"bot.confidence\" = 0.9 }\nevent = \"bot.message\"\nwant = { control = \"queue\" }\n\
         [[test]]\nname = \"b\"\ngiven = { \"bot.failures\" = 0, \"bot.confidence\" = 0.4 }\nevent = \"bot.message\"\nwant = { control = \"queue\" }",
    )
    .coverage;
    assert_eq!((coverage.rules, coverage.rules_matched), (6, 2));
    let stuck = coverage
        .list
        .iter()
        .find(|rule| rule.rule.as_str() == "bot-stuck")
        .unwrap();
    let seen: Vec<_> = stuck
        .rows
        .iter()
        .map(|row| (&*row.text, row.seen_true, row.seen_false))
        .collect();
    assert_eq!(
        seen,
        [
            ("conv.control == \"bot\"", true, false),
            ("bot.failures >= 2", true, true),
            ("bot.same_answer_twice", false, false),
            ("bot.confidence < 0.45", true, true),
        ]
    );
}

/// Refusals of the file, as `code: message / repair`.
fn refused(test: &str) -> String {
    let file = format!("{FILE}\n[[test]]\n{test}");
    let problems = Ruleset::parse(&file).unwrap_err();
    let [problem] = problems.list.as_slice() else {
        panic!("{problems}")
    };
    assert!(problem.span.start > FILE.len(), "{problem:?}");
    format!("{}: {} / {}", problem.code, problem.message, problem.repair)
}

#[test]
fn a_test_that_means_nothing_is_refused_with_its_repair() {
    let name = "name = \"t\"\n";
    for (test, said) in [
        (
            "event = \"time\"\nwant = { control = \"bot\" }",
            "no-name: this test has no name",
        ),
        (name, "no-want: this test wants nothing / add event"),
        (
            "name = \"t\"\nevent = \"time\"",
            "no-want: this test wants nothing / add want",
        ),
        (
            "name = \"t\"\nwant = { control = \"bot\" }",
            "no-event: nothing happens in this test",
        ),
        (
            "name = \"t\"\nevent = \"bot.mesage\"\nwant = { control = \"bot\" }",
            "unknown-event: nothing is called \"bot.mesage\" that could happen / did you mean \"bot.message\"?",
        ),
        (
            "name = \"t\"\nevent = \"time\"\ngiven = { \"conv.contrl\" = \"bot\" }\nwant = { control = \"bot\" }",
            "unknown-fact: there is no fact `conv.contrl` / did you mean `conv.control`?",
        ),
        (
            "name = \"t\"\nevent = \"time\"\ngiven = { \"conv.control\" = \"bott\" }\nwant = { control = \"bot\" }",
            "never-that: `conv.control` is never \"bott\" / did you mean \"bot\"?",
        ),
        (
            "name = \"t\"\nevent = \"time\"\ngiven = { \"bot.failures\" = \"2\" }\nwant = { control = \"bot\" }",
            "wrong-type: `bot.failures` is a whole number, this is a text / write a whole number, or \"unknown!\"",
        ),
        (
            "name = \"t\"\nevent = \"time\"\ngiven = { \"conv.waiting\" = 15 }\nwant = { control = \"bot\" }",
            "wrong-type: `conv.waiting` is a duration, this is a whole number / write a length of time",
        ),
        (
            "name = \"t\"\nevent = \"time\"\ngiven = { \"office.open\" = true }\nwant = { control = \"bot\" }",
            "not-told: `office.open` follows from the time and other facts",
        ),
        (
            "name = \"t\"\nevent = \"time\"\nwant = { by = \"bot-stuk\" }",
            "unknown-rule: there is no rule `bot-stuk` / did you mean \"bot-stuck\"?",
        ),
        (
            "name = \"t\"\nevent = \"time\"\nwant = { contrl = \"bot\" }",
            "unknown-key: `contrl` means nothing in `want` / did you mean `control`?",
        ),
        (
            "name = \"t\"\nevent = \"time\"\nwant = { priority = \"+1\" }",
            "never-that: `priority` is never \"+1\" / write the priority it ends up with",
        ),
        (
            "name = \"t\"\nstart = \"noon\"\nevent = \"time\"\nwant = { control = \"bot\" }",
            "bad-timestamp: this is no instant",
        ),
        (
            "name = \"t\"\nsteps = [ { at = \"9\", want = { fired = [] } }, { want = { fired = [] } } ]",
            "bad-timestamp: this is no time of a step",
        ),
        (
            "name = \"t\"\nsteps = [ { at = \"+1h\", want = { fired = [] } }, { at = \"2026-11-23T09:00:00Z\" } ]",
            "backwards: this step is before the one above it",
        ),
        (
            "name = \"t\"\nevent = \"time\"\nsteps = [ { at = \"+1h\", want = { fired = [] } } ]",
            "two-plays: `event` stands beside `steps`",
        ),
        (
            "name = \"t\"\nassert = \"no-cycle\"",
            "unknown-word: nothing can be asserted as \"no-cycle\"",
        ),
    ] {
        let found = refused(test);
        assert!(found.starts_with(said), "{test}\n  said {found}");
    }
    let twice = "name = \"t\"\nevent = \"time\"\nwant = { control = \"bot\" }\n[[test]]\nname = \"t\"\nevent = \"time\"\nwant = { control = \"bot\" }";
    assert!(refused(twice).starts_with("same-name"));
}

#[test]
fn steps_follow_the_clock_on_the_wall_also_when_it_is_changed() {
    // In Berlin the clock goes back from three to two on 25 October 2026.
    goes_well(
        r#"start = "2026-10-24T23:00:00+02:00"
given = { "conv.control" = "queue", "conv.waiting" = "0s" }
steps = [ { at = "08:59", want = { fired = [] } },
          { at = "2026-10-25T08:59:00+01:00", want = { fired = [] } } ]"#,
    );
}

#[test]
fn the_rules_that_ship_pass_their_own_tests_which_see_every_rule_and_every_line_both_ways() {
    let rehearsal = Ruleset::parse(Ruleset::DEFAULT).unwrap().rehearse();
    for test in &rehearsal.tests {
        assert!(test.passed(), "{}: {:#?}", test.name, test.misses);
    }
    for rule in &rehearsal.coverage.list {
        assert!(rule.matched, "{} is never matched", rule.rule);
        for row in &rule.rows {
            assert!(row.seen_true && row.seen_false, "{}: {row:?}", rule.rule);
        }
    }
}
