//! Findings are true, none is missed, and each is shown by a conversation that really is so.

mod circles;
mod copies;
mod trial;

use super::*;
use crate::{
    rules::{
        Facts,
        eval::{Truth, View},
        plan::{Condition, ReviewEffect},
    },
    time::Timestamp,
};

const NOW: Timestamp = Timestamp(1_795_424_400_000);

const HEAD: &str = r#"baton = 1
zone = "Europe/Berlin"
default = { control = "bot" }
[hours.office]
mon-fri = ["09:00-17:00"]
[hours.feasts]
mon-sun = ["00:00-24:00"]
holidays = ["2031-12-25"]
[facts]
"attr.seats" = { type = "int", min = 0, max = 4 }
"attr.plan" = { type = "text", values = ["free", "team", "pro"] }
[words]
legal = ["lawyer"]
[sla.standard]
first_reply = "4h"
[sla.vip]
first_reply = "1h"
[ladder.normal]
step = [ { after = "10m", notify = ["team:support"] } ]
"#;

/// A rule of a few words: id, events, condition, effects, and what else is to be said.
fn rule(id: &str, on: &str, when: &str, effects: &str, more: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\nreason = \"r\"\non = [{on}]\nwhen = '{when}'\ndo = {{ {effects} }}\n{more}\n"
    )
}

fn parsed(rules: &[String]) -> Ruleset {
    let file = format!("{HEAD}{}", rules.concat());
    Ruleset::parse(&file).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A rule on messages.
fn msg(id: &str, when: &str, effects: &str) -> String {
    rule(id, "\"customer.message\"", when, effects, "")
}

/// What was found, as `code rule rule`.
fn found(rules: &[String]) -> Vec<String> {
    let ruleset = parsed(rules);
    let analysis = ruleset.analyse();
    for finding in &analysis.findings {
        assert!(!finding.repair.is_empty());
        confirm(&ruleset, finding);
    }
    summary(&analysis)
}

fn summary(analysis: &Analysis) -> Vec<String> {
    let line = |finding: &Finding| {
        let rules: Vec<&str> = finding
            .rules
            .iter()
            .map(|named| named.rule.as_str())
            .collect();
        format!("{} {}", finding.code, rules.join(" "))
    };
    analysis.findings.iter().map(line).collect()
}

/// The conversation of a finding makes its rules match, by the evaluator that decides in life.
fn confirm(ruleset: &Ruleset, finding: &Finding) {
    let Some(witness) = &finding.witness else {
        return;
    };
    for id in &witness.matches {
        let rule = ruleset.rule(id.as_str()).unwrap();
        let truth = truth(ruleset, &rule.when, &witness.facts, witness.at);
        assert!(truth.matches(rule.unknown_matches), "{finding:#?}");
    }
    assert!(!witness.sentence.is_empty());
}

fn truth(ruleset: &Ruleset, condition: &Condition, facts: &Facts, now: Timestamp) -> Truth {
    let view = View::new(ruleset, facts);
    condition.truth(&|atom| view.truth(&ruleset.atoms[usize::from(atom)], now))
}

#[test]
fn a_rule_that_can_never_match_is_an_error_that_names_the_lines_in_each_others_way() {
    for (when, why) in [
        (
            "conv.control == \"bot\" && msg.first && conv.control == \"queue\"",
            ": `conv.control == \"bot\"` and `conv.control == \"queue\"` are never so at once",
        ),
        (
            "bot.failures > 3 && bot.failures <= 3",
            "`bot.failures > 3` and `bot.failures <= 3`",
        ),
        (
            "bot.failures > 2 && bot.failures < 4 && bot.failures != 3",
            "can never match",
        ),
        (
            "conv.waiting < duration(\"0s\")",
            "`conv.waiting < duration(\"0s\")` is never so",
        ),
        ("attr.seats > 3 && attr.seats < 4", "are never so at once"),
        (
            "bot.confidence > 0.5 && bot.confidence < 0.5",
            "are never so at once",
        ),
        ("msg.sentiment < -1.0", "is never so"),
        ("now.hour > 23", "is never so"),
        (
            "office.open && now.weekday == \"sun\"",
            "are never so at once",
        ),
        ("office.open && now.hour < 9", "are never so at once"),
        (
            "office.waiting > duration(\"2h\") && conv.waiting < duration(\"1h\")",
            "are never so at once",
        ),
        (
            "sla.due.until < duration(\"10m\") && sla.due.since < duration(\"-1h\")",
            "are never so at once",
        ),
        (
            "msg.text.contains(\"money back\") && !msg.text.contains(\"back\")",
            "are never so at once",
        ),
        (
            "msg.text.startsWith(\"a\") && msg.text.startsWith(\"b\")",
            "are never so at once",
        ),
        (
            "customer.tier == \"gold\" && !customer.tier.startsWith(\"go\")",
            "are never so at once",
        ),
        (
            "attr.plan != \"free\" && attr.plan != \"team\" && attr.plan != \"pro\"",
            "can never match",
        ),
        (
            "!has(customer.tier) && customer.tier == \"gold\"",
            "are never so at once",
        ),
        ("!has(conv.control)", "is never so"),
    ] {
        let ruleset = parsed(&[msg("a", when, "tag = \"x\"")]);
        let analysis = ruleset.analyse();
        assert_eq!(summary(&analysis), ["never-true a"], "{when}");
        let message = &analysis.findings[0].message;
        assert!(message.contains(why), "{message}");
    }
    // Doubt counts where it is meant to.
    let doubted = "unknown = \"yes\"";
    let when = "customer.tier == \"gold\" && customer.tier == \"free\"";
    let rules = [rule(
        "a",
        "\"customer.message\"",
        when,
        "tag = \"x\"",
        doubted,
    )];
    assert_eq!(found(&rules), Vec::<String>::new());
}

#[test]
fn what_can_be_is_not_found() {
    for when in [
        "conv.control == \"bot\" && bot.failures in [2, 3] && bot.failures != 2",
        "office.open && now.weekday == \"mon\" && now.hour == 9",
        "!office.open && now.weekday == \"mon\" && now.hour == 3",
        "office.waiting < duration(\"1h\") && conv.waiting > duration(\"48h\")",
        "office.waiting > duration(\"2h\") && conv.waiting < duration(\"3h\")",
        "sla.due.until < duration(\"10m\") && sla.due.since < duration(\"-5m\")",
        "msg.text.contains(\"back\") && !msg.text.contains(\"money back\") && msg.text.matches(\"[0-9]{4}\")",
        "msg.text.matches(\"(?i)^re: .*invoice [0-9]+$\")",
        "bot.confidence > 0.5 && bot.confidence < 0.51",
        "attr.seats > 3 && attr.seats != 3",
        "feasts.open && now.weekday == \"mon\"",
        "!feasts.open && now.hour == 12",
        "now >= timestamp(\"2031-05-01T00:00:00Z\") && office.open",
        "\"vip\" in conv.tags && !(\"spam\" in conv.tags)",
        "msg.words.legal && !msg.text.contains(\"court\")",
    ] {
        let both = [
            msg("a", when, "sla = \"vip\""),
            msg("b", when, "sla = \"standard\", tag = \"y\""),
        ];
        let ruleset = parsed(&both);
        let analysis = ruleset.analyse();
        assert_eq!(summary(&analysis), ["shadowed b a"], "{when}");
        let witness = analysis.findings[0]
            .witness
            .as_ref()
            .unwrap_or_else(|| panic!("{when}"));
        assert_eq!(witness.matches.len(), 2);
        confirm(&ruleset, &analysis.findings[0]);
    }
}

#[test]
fn a_rule_hidden_by_all_before_it_together_is_found() {
    let bot = "conv.control == \"bot\"";
    let rules = [
        msg(
            "few",
            &format!("{bot} && bot.failures < 3"),
            "control = \"queue\"",
        ),
        msg(
            "many",
            &format!("{bot} && bot.failures >= 2"),
            "control = \"team:a\"",
        ),
        msg("hidden", bot, "control = \"team:b\""),
    ];
    let all = found(&rules);
    assert!(
        all.contains(&"shadowed hidden few many".to_owned()),
        "{all:?}"
    );
    assert!(all.contains(&"conflict few many".to_owned()), "{all:?}");
    // A tag is nobody's to take: then only a part of the rule is without effect.
    let tagged = msg("hidden", bot, "control = \"team:b\", tag = \"x\"");
    let ruleset = parsed(&[rules[0].clone(), rules[1].clone(), tagged]);
    let finding = ruleset
        .analyse()
        .findings
        .into_iter()
        .find(|f| f.code == "shadowed")
        .unwrap();
    assert_eq!(finding.weight, Weight::Warning);
    // On another event it is not hidden.
    let other = rule(
        "hidden",
        "\"customer.message\", \"bot.message\"",
        bot,
        "control = \"team:b\"",
        "",
    );
    let all = found(&[rules[0].clone(), rules[1].clone(), other]);
    assert!(
        !all.iter().any(|line| line.starts_with("shadowed")),
        "{all:?}"
    );
}

#[test]
fn a_conflict_is_shown_in_plain_words_and_silent_when_it_is_declared() {
    let vip = msg(
        "vip",
        "attr.plan == \"pro\" && conv.waiting > duration(\"5m\")",
        "control = \"team:success\"",
    );
    let chat = msg(
        "chat",
        "conv.channel == \"chat\" && conv.control == \"bot\"",
        "control = \"queue\"",
    );
    let ruleset = parsed(&[vip.clone(), chat.clone()]);
    let analysis = ruleset.analyse();
    assert_eq!(summary(&analysis), ["conflict vip chat"]);
    let finding = &analysis.findings[0];
    assert_eq!(finding.weight, Weight::Warning);
    let witness = finding.witness.as_ref().unwrap();
    assert_eq!(
        witness.sentence,
        "plan: “pro”; the customer has waited for 6m; it came by chat; the bot has control"
    );
    assert_eq!(finding.rules[0].line, HEAD.lines().count() + 2);
    let declared = format!(
        "{}before = [\"chat\"]\n",
        vip.trim_end_matches('\n').to_owned() + "\n"
    );
    assert_eq!(found(&[declared, chat.clone()]), Vec::<String>::new());
    // What excludes each other does not clash, nor what happens on different events.
    let mail = msg(
        "mail",
        "conv.channel == \"email\"",
        "control = \"team:success\"",
    );
    assert_eq!(found(&[mail, chat.clone()]), Vec::<String>::new());
    let time = rule(
        "t",
        "\"time\"",
        "conv.waiting > duration(\"5m\")",
        "control = \"team:x\"",
        "",
    );
    assert_eq!(found(&[time, chat]), Vec::<String>::new());
}

#[test]
fn tags_added_and_removed_at_once_are_an_error() {
    let rules = [
        msg("a", "bot.failures > 1", "tag = \"x\""),
        msg("b", "bot.failures < 3", "untag = \"x\""),
    ];
    assert_eq!(found(&rules), ["tag-conflict a b"]);
    let apart = [
        rules[0].clone(),
        msg("b", "bot.failures < 2", "untag = \"x\""),
    ];
    assert_eq!(found(&apart), Vec::<String>::new());
}

#[test]
fn what_another_rule_says_already_is_a_hint() {
    let wide = msg(
        "wide",
        "bot.failures >= 2",
        "tag = [\"x\", \"y\"], priority = \"high\"",
    );
    let narrow = msg("narrow", "bot.failures >= 3 && msg.first", "tag = \"x\"");
    assert_eq!(
        found(&[wide.clone(), narrow.clone()]),
        ["implied narrow wide"]
    );
    assert_eq!(found(&[narrow, wide.clone()]), ["implied narrow wide"]);
    let twin = msg(
        "twin",
        "!(bot.failures < 2)",
        "tag = [\"y\", \"x\"], priority = \"high\"",
    );
    assert_eq!(found(&[wide, twin]), ["implied twin wide"]);
}

#[test]
fn people_who_cannot_be_overruled_are_an_error_of_the_rule_that_tries() {
    let agent = msg(
        "back",
        "conv.control == \"agent\" && msg.first",
        "control = \"bot\"",
    );
    assert_eq!(found(&[agent]), ["never-allowed back"]);
    let queue = msg(
        "take",
        "conv.control == \"agent\" && msg.first",
        "control = \"queue\"",
    );
    assert_eq!(found(&[queue]), ["never-allowed take"]);
    let sometimes = msg("back", "conv.control != \"bot\"", "control = \"bot\"");
    assert_eq!(found(&[sometimes]), Vec::<String>::new());
}

#[test]
fn a_file_without_default_leaves_somebody_without_an_answer() {
    let head = HEAD.replace("default = { control = \"bot\" }\n", "");
    let file = |rules: &str| Ruleset::parse(&format!("{head}{rules}")).unwrap().analyse();
    let some = msg(
        "a",
        "conv.control == \"bot\" && bot.failures > 1",
        "control = \"queue\"",
    );
    let all = summary(&file(&some));
    assert_eq!(all, ["uncovered "]);
    let every = msg("a", "true", "control = \"queue\"");
    assert_eq!(summary(&file(&every)), Vec::<String>::new());
}

#[test]
fn limits_without_room_between_them_are_named() {
    let file = |back: &str| {
        found(&[
            msg(
                "doubt",
                "conv.control == \"bot\" && bot.confidence < 0.45",
                "control = \"queue\"",
            ),
            msg(
                "sure",
                &format!("conv.control == \"queue\" && bot.confidence >= {back}"),
                "control = \"bot\"",
            ),
        ])
    };
    assert_eq!(file("0.45"), ["no-hysteresis sure doubt"]);
    assert_eq!(file("0.48"), ["no-hysteresis sure doubt"]);
    assert_eq!(file("0.6"), Vec::<String>::new());
}

#[test]
fn a_word_nobody_thought_of_is_a_hint() {
    let rules = [
        msg("a", "attr.plan == \"free\"", "tag = \"x\""),
        msg("b", "attr.plan == \"team\"", "tag = \"y\""),
    ];
    assert_eq!(found(&rules), ["never-mentioned a b"]);
    let rest = msg("c", "attr.plan != \"free\"", "tag = \"z\"");
    assert_eq!(
        found(&[rules[0].clone(), rules[1].clone(), rest]),
        Vec::<String>::new()
    );
}

#[test]
fn a_rule_that_another_forestalls_is_a_hint() {
    let wait = |id: &str, minutes: u32, more: &str, effects: &str| {
        let when =
            format!("conv.control == \"queue\" && conv.waiting > duration(\"{minutes}m\"){more}");
        rule(id, "\"time\"", &when, effects, "")
    };
    let early = wait("early", 30, "", "control = \"closed\"");
    let late = wait(
        "late",
        60,
        " && conv.channel == \"chat\"",
        "priority = \"+1\"",
    );
    assert_eq!(
        found(&[early.clone(), late.clone()]),
        ["too-late late early"]
    );
    assert_eq!(
        found(&[early, wait("late", 20, "", "priority = \"+1\"")]),
        Vec::<String>::new()
    );
    let narrow = wait(
        "early",
        30,
        " && conv.channel == \"email\"",
        "control = \"closed\"",
    );
    assert_eq!(found(&[narrow, late]), Vec::<String>::new());
}

#[test]
fn the_rules_that_ship_are_found_faultless() {
    let analysis = Ruleset::parse(Ruleset::DEFAULT).unwrap().analyse();
    assert_eq!(summary(&analysis), Vec::<String>::new());
}

#[test]
fn an_edit_of_one_rule_asks_only_about_that_rule() {
    let rules: Vec<String> = (0..30)
        .map(|number| {
            let when = format!("bot.failures > {} && conv.control == \"bot\"", number % 7);
            msg(
                &format!("r{number}"),
                &when,
                &format!("control = \"team:t{number}\""),
            )
        })
        .collect();
    let mut edited = rules.clone();
    edited[29] = msg(
        "r29",
        "bot.failures > 3 && msg.first",
        "control = \"team:t29\"",
    );
    let (before, after) = (parsed(&rules), parsed(&edited));
    let mut analyst = Analyst::default();
    let first = analyst.analyse(&before);
    assert_eq!(summary(&first), summary(&before.analyse()));
    let second = analyst.analyse(&after);
    assert_eq!(summary(&second), summary(&after.analyse()));
    assert!(
        second.questions * 3 < first.questions * 2,
        "{} of {}",
        second.questions,
        first.questions
    );
    assert_eq!(analyst.analyse(&after).questions, 0);
}

#[test]
fn a_review_is_never_taken_for_a_decision_of_one_rule() {
    let rules = [
        rule("all", "\"draft\"", "true", "review = \"required\"", ""),
        rule(
            "some",
            "\"draft\"",
            "draft.mentions_money",
            "review = { sample = 0.5 }",
            "",
        ),
    ];
    assert_eq!(found(&rules), Vec::<String>::new());
    let ruleset = parsed(&rules);
    assert_eq!(
        ruleset.rules()[1].effects.review,
        Some(ReviewEffect::Sample(0.5))
    );
}
