//! What an edit does not change stays to the byte.

use proptest::prelude::*;

use super::*;
use crate::rules::Ruleset;

const FILE: &str = r#"# The rules of a team.
baton   = 1           # the format
policy  = "acme"
default = { control = "bot" }

[words]
legal = ["lawyer"]    # more to come

[define]
with_bot = 'conv.control == "bot"'   # used often

# First of all: the law.
[[rule]]
id     = "legal"
why    = "Never answered by a bot."
on     = ["customer.message"]
# Word sets are searched once.
when   = 'msg.words.legal && !(conv.control == "agent") && (bot.failures >= 2 || msg.first)'
do     = { control = "queue", tag = ["legal"] }   # a lead sees it
reason = "legal wording"

# Stuck.
# Two lines of it.
[[rule]]
id = "stuck"
on = ["bot.message", "bot.failure"]
when = '''
with_bot &&
  bot.confidence < 0.45   // guessing
'''
reason = "the bot is stuck"
status = "shadow"   # for a week

  [rule.do]
  control = "queue"
  # why a ladder?
  ladder = "normal"

[[rule]]
id     = "late"
on     = ["time"]
when   = "conv.waiting > duration(\"15m\")"
do.priority = "+1"
do.tag = "late"
reason = "waiting"

# What it climbs.
[ladder.normal]
step = [ { after = "10m", notify = ["team:support"] } ]

[[test]]
name  = "calm"
given = { "bot.failures" = 0 }
event = "bot.message"
want  = { control = "bot" }
"#;

fn made(change: Edit) -> String {
    let text = edit(FILE, &[change]).unwrap();
    if let Err(problems) = Ruleset::parse(&text) {
        panic!("{text}\n{problems}");
    }
    text
}

/// The lines that went away and those that came.
fn diff(after: &str) -> (Vec<&str>, Vec<&str>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (FILE.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[same..]
        .iter()
        .rev()
        .zip(new[same..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (
        old[same..old.len() - tail].to_vec(),
        new[same..new.len() - tail].to_vec(),
    )
}

fn id(rule: &str) -> String {
    rule.to_owned()
}

fn text(value: &str) -> Option<Written> {
    Some(Written::Text(value.to_owned()))
}

fn key(rule: &str, key: &str, value: Option<Written>) -> Edit {
    Edit::Key {
        rule: id(rule),
        key: key.to_owned(),
        value,
    }
}

fn effect(rule: &str, key: &str, value: Option<Written>) -> Edit {
    Edit::Effect {
        rule: id(rule),
        key: key.to_owned(),
        value,
    }
}

#[test]
fn a_line_of_a_condition_changes_and_nothing_beside_it() {
    let line = |rule: &str, line: usize, text: &str| {
        made(Edit::Line {
            rule: id(rule),
            line,
            text: text.to_owned(),
        })
    };
    let shown = lines("a && !(b == 1) && ((c < 2) || has(d))").unwrap();
    let shown: Vec<&str> = shown.iter().map(|(_, text)| &**text).collect();
    assert_eq!(shown, ["a", "b == 1", "c < 2", "has(d)"]);
    let after = line("legal", 2, "bot.failures >= 3");
    assert_eq!(
        diff(&after).1,
        [
            r#"when   = 'msg.words.legal && !(conv.control == "agent") && (bot.failures >= 3 || msg.first)'"#
        ]
    );
    let after = line("legal", 1, "conv.control == \"closed\"");
    assert!(diff(&after).1[0].contains("!(conv.control == \"closed\")"));
    let after = line("stuck", 1, "bot.confidence < 0.5");
    assert_eq!(
        diff(&after),
        (
            vec!["  bot.confidence < 0.45   // guessing"],
            vec!["  bot.confidence < 0.5   // guessing"]
        )
    );
    let after = line("late", 0, "conv.waiting > duration(\"20m\")");
    assert_eq!(
        diff(&after).1,
        ["when   = \"conv.waiting > duration(\\\"20m\\\")\""]
    );
    let after = line("legal", 2, "msg.text.contains('a')");
    let when = &Ruleset::parse(&after).unwrap().rules()[0]
        .when
        .text
        .to_string();
    assert!(
        when.ends_with("(msg.text.contains(\"a\") || msg.first)"),
        "{when}"
    );
    let wrong = edit(
        FILE,
        &[Edit::Line {
            rule: id("late"),
            line: 1,
            text: "msg.first".into(),
        }],
    );
    assert_eq!(
        wrong,
        Err(EditError::NoLine {
            rule: id("late"),
            line: 1
        })
    );
    let wrong = edit(
        FILE,
        &[Edit::Line {
            rule: id("late"),
            line: 0,
            text: "a && b".into(),
        }],
    );
    assert_eq!(wrong, Err(EditError::ManyLines("a && b".into())));
}

#[test]
fn a_key_changes_comes_and_goes_on_its_line() {
    let after = made(key("stuck", "status", text("live")));
    assert_eq!(
        diff(&after),
        (
            vec!["status = \"shadow\"   # for a week"],
            vec!["status = \"live\"   # for a week"]
        )
    );
    let after = made(key("stuck", "status", None));
    assert_eq!(
        diff(&after),
        (vec!["status = \"shadow\"   # for a week"], vec![])
    );
    let after = made(key("legal", "once", text("per-message")));
    assert_eq!(diff(&after), (vec![], vec!["once   = \"per-message\""]));
    assert_eq!(
        edit(FILE, &[key("nobody", "why", None)]),
        Err(EditError::NoRule(id("nobody")))
    );
    // A key that is not there is as good as gone.
    assert_eq!(made(key("legal", "owner", None)), FILE);
}

#[test]
fn effects_change_wherever_they_stand() {
    let after = made(effect("legal", "control", text("team:lead")));
    assert_eq!(
        diff(&after).1,
        ["do     = { control = \"team:lead\", tag = [\"legal\"] }   # a lead sees it"]
    );
    let after = made(effect("legal", "priority", text("high")));
    assert_eq!(
        diff(&after).1,
        [
            "do     = { control = \"queue\", tag = [\"legal\"], priority = \"high\" }   # a lead sees it"
        ]
    );
    let after = made(effect("legal", "control", None));
    assert_eq!(
        diff(&after).1,
        ["do     = { tag = [\"legal\"] }   # a lead sees it"]
    );
    let after = made(effect("legal", "tag", None));
    assert_eq!(
        diff(&after).1,
        ["do     = { control = \"queue\" }   # a lead sees it"]
    );
    let after = made(effect("stuck", "ladder", None));
    assert_eq!(diff(&after), (vec!["  ladder = \"normal\""], vec![]));
    let after = made(effect("stuck", "control", text("team:a")));
    assert_eq!(diff(&after).1, ["  control = \"team:a\""]);
    let after = made(effect("late", "priority", None));
    assert_eq!(diff(&after), (vec!["do.priority = \"+1\""], vec![]));
    let after = made(effect(
        "late",
        "notify",
        Some(Written::Texts(vec!["team:a".into()])),
    ));
    assert_eq!(diff(&after), (vec![], vec!["do.notify = [\"team:a\"]"]));
}

#[test]
fn rules_move_come_and_go_with_their_comments() {
    let ids = |text: &str| -> Vec<String> {
        let rules = Ruleset::parse(text).unwrap();
        rules
            .rules()
            .iter()
            .map(|rule| rule.id.to_string())
            .collect()
    };
    let after = made(Edit::Move {
        rule: id("stuck"),
        before: Some(id("legal")),
    });
    assert_eq!(ids(&after), ["stuck", "legal", "late"]);
    assert!(
        after.contains("# used often\n\n# Stuck.\n# Two lines of it.\n[[rule]]\nid = \"stuck\"")
    );
    assert!(after.contains("  ladder = \"normal\"\n\n# First of all: the law.\n[[rule]]"));
    // There and back again.
    let back = edit(
        &after,
        &[Edit::Move {
            rule: id("stuck"),
            before: Some(id("late")),
        }],
    )
    .unwrap();
    assert_eq!(back, FILE);
    let after = made(Edit::Move {
        rule: id("legal"),
        before: None,
    });
    assert_eq!(ids(&after), ["stuck", "late", "legal"]);
    assert!(after.contains("reason = \"legal wording\"\n\n# What it climbs.\n[ladder.normal]"));

    let after = made(Edit::Remove { rule: id("stuck") });
    assert_eq!(ids(&after), ["legal", "late"]);
    assert!(
        !after.contains("Stuck.")
            && !after.contains("rule.do")
            && after.contains("# What it climbs.")
    );

    let keys = vec![
        ("id".to_owned(), Written::Text("new".into())),
        ("on".to_owned(), Written::Texts(vec!["time".into()])),
        (
            "when".to_owned(),
            Written::Condition("conv.age > duration(\"1h\")".into()),
        ),
        (
            "do".to_owned(),
            Written::Table(vec![("tag".to_owned(), Written::Text("old".into()))]),
        ),
        ("reason".to_owned(), Written::Text("it's \"old\"".into())),
    ];
    let after = made(Edit::Add {
        keys: keys.clone(),
        before: Some(id("late")),
    });
    assert_eq!(ids(&after), ["legal", "stuck", "new", "late"]);
    assert!(after.contains(
        "[[rule]]\nid     = \"new\"\non     = [\"time\"]\nwhen   = 'conv.age > duration(\"1h\")'\ndo     = { tag = \"old\" }\nreason = \"it's \\\"old\\\"\"\n\n[[rule]]\nid     = \"late\""
    ));
    let (gone, _) = diff(&after);
    assert_eq!(gone, Vec::<&str>::new());
    let removed = edit(&after, &[Edit::Remove { rule: id("new") }]).unwrap();
    assert_eq!(removed, FILE);
    let after = made(Edit::Add { keys, before: None });
    assert_eq!(ids(&after), ["legal", "stuck", "late", "new"]);
}

#[test]
fn definitions_change_and_come() {
    let after = made(Edit::Define {
        name: "with_bot".into(),
        condition: "conv.control != \"agent\"".into(),
    });
    assert_eq!(
        diff(&after).1,
        ["with_bot = 'conv.control != \"agent\"'   # used often"]
    );
    let after = made(Edit::Define {
        name: "calm".into(),
        condition: "bot.failures == 0".into(),
    });
    assert_eq!(
        diff(&after),
        (vec![], vec!["calm     = 'bot.failures == 0'"])
    );
    let without = FILE
        .replace(
            "[define]\nwith_bot = 'conv.control == \"bot\"'   # used often\n\n",
            "",
        )
        .replace("with_bot &&", "");
    let change = Edit::Define {
        name: "calm".into(),
        condition: "bot.failures == 0".into(),
    };
    let after = edit(&without, &[change]).unwrap();
    assert!(Ruleset::parse(&after).is_ok(), "{after}");
    assert!(
        after.contains("[define]\ncalm = 'bot.failures == 0'\n\n# First of all"),
        "{after}"
    );
}

#[test]
fn the_fix_of_a_problem_settles_it() {
    let file = FILE.replace("bot.failures >= 2 ||", "bot.failurs >= 2 ||");
    let problems = Ruleset::parse(&file).unwrap_err();
    let fix = problems.list[0].fix.clone().unwrap();
    let mut fixed = file;
    fixed.replace_range(fix.span.start..fix.span.end, &fix.replacement);
    assert_eq!(fixed, FILE);
}

fn edits() -> impl Strategy<Value = Edit> {
    let rule = prop::sample::select(vec!["legal", "stuck", "late"]);
    let other = prop::option::of(prop::sample::select(vec!["legal", "stuck", "late"]));
    let text = prop_oneof![
        "\\PC{0,12}",
        Just("it's".to_owned()),
        Just("'''".to_owned()),
        Just("a \"b\" \\ c\nd".to_owned()),
    ];
    let when = prop::sample::select(vec![
        "msg.first",
        "bot.failures >= 1 && conv.control == \"bot\"",
        "msg.text.contains('a') || msg.text.contains(\"it's\")",
    ]);
    (rule, other, text, when, 0..7).prop_map(|(rule, other, text, when, kind)| match kind {
        0 => Edit::When {
            rule: id(rule),
            condition: when.to_owned(),
        },
        1 => Edit::Line {
            rule: id(rule),
            line: 0,
            text: "msg.length > 3".to_owned(),
        },
        2 => key(rule, "reason", Some(Written::Text(text))),
        3 => key(rule, "owner", Some(Written::Text(text))),
        4 => effect(
            rule,
            "tag",
            Some(Written::Texts(vec![text, "x".to_owned()])),
        ),
        5 => Edit::Move {
            rule: id(rule),
            before: other.map(id),
        },
        _ => key(rule, "why", None),
    })
}

/// The file without a rule and the blank lines around it.
fn without(file: &str, rule: &str) -> Vec<String> {
    let rest = edit(file, &[Edit::Remove { rule: id(rule) }]).unwrap();
    rest.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

proptest! {
    #[test]
    fn everything_outside_of_what_is_edited_stays(edits in prop::collection::vec(edits(), 1..6)) {
        let mut file = FILE.to_owned();
        for change in edits {
            let after = edit(&file, std::slice::from_ref(&change)).unwrap();
            let (Edit::When { rule, .. } | Edit::Line { rule, .. } | Edit::Key { rule, .. }
                | Edit::Effect { rule, .. } | Edit::Move { rule, .. }) = &change else {
                unreachable!("no other edit is made")
            };
            prop_assert_eq!(without(&after, rule), without(&file, rule), "{:?}\n{}", change, after);
            let comments = |text: &str| text.matches("# ").count();
            prop_assert!(comments(&after) >= comments(FILE) - 1, "{:?}\n{}", change, after);
            let rules = Ruleset::parse(&after);
            prop_assert!(rules.is_ok(), "{:?}\n{}\n{}", change, after, rules.unwrap_err());
            let rules = rules.unwrap();
            match &change {
                Edit::When { rule, condition } => {
                    let written = text::parse(condition).unwrap().to_string();
                    prop_assert_eq!(&*rules.rule(rule).unwrap().when.text, written);
                }
                Edit::Key { rule, key, value: Some(Written::Text(value)) } if key == "reason" => {
                    prop_assert_eq!(&*rules.rule(rule).unwrap().reason, value.as_str());
                }
                Edit::Effect { rule, value: Some(Written::Texts(tags)), .. } => {
                    let found: Vec<&str> = rules.rule(rule).unwrap().effects.tag.iter().map(|tag| &**tag).collect();
                    prop_assert_eq!(found, tags.iter().map(String::as_str).collect::<Vec<_>>());
                }
                _ => {}
            }
            // Once made, it is made.
            if !matches!(change, Edit::Move { .. }) {
                prop_assert_eq!(edit(&after, std::slice::from_ref(&change)).unwrap(), after.clone());
            }
            file = after;
        }
    }

    #[test]
    fn no_edit_falls_over(cut in 0..FILE.len(), edits in prop::collection::vec(edits(), 1..3)) {
        let mut end = cut;
        while !FILE.is_char_boundary(end) {
            end += 1;
        }
        let _ = edit(FILE.get(..end).unwrap(), &edits);
    }
}

#[test]
fn a_limit_moves_and_nothing_beside_it() {
    let limit = |of: Conditioned, line: usize, limit: &str| {
        made(Edit::Limit {
            of,
            line,
            limit: limit.to_owned(),
        })
    };
    let after = limit(Conditioned::Rule(id("legal")), 2, "3");
    assert!(diff(&after).1[0].contains("(bot.failures >= 3 || msg.first)"));
    let after = limit(Conditioned::Rule(id("stuck")), 1, "0.5");
    assert_eq!(diff(&after).1, ["  bot.confidence < 0.5   // guessing"]);
    let after = limit(Conditioned::Rule(id("late")), 0, "duration(\"20m\")");
    assert_eq!(
        diff(&after).1,
        [r#"when   = "conv.waiting > duration(\"20m\")""#]
    );
    let after = limit(Conditioned::Define(id("with_bot")), 0, "\"queue\"");
    assert_eq!(
        diff(&after).1,
        [r#"with_bot = 'conv.control == "queue"'   # used often"#]
    );
    let refused = |of: Conditioned, line: usize, limit: &str| {
        let limit = limit.to_owned();
        edit(FILE, &[Edit::Limit { of, line, limit }]).unwrap_err()
    };
    let stuck = || Conditioned::Rule(id("stuck"));
    assert_eq!(
        refused(stuck(), 0, "3"),
        EditError::NoLimit("with_bot".to_owned())
    );
    assert!(matches!(
        refused(stuck(), 9, "3"),
        EditError::NoLine { line: 9, .. }
    ));
    assert!(matches!(
        refused(stuck(), 1, "0.5 || true"),
        EditError::ManyLines(_)
    ));
}

#[test]
fn words_come_and_go_and_those_that_stay_are_not_touched() {
    let words = |name: &str, words: &[&str]| {
        made(Edit::Words {
            name: id(name),
            words: words.iter().map(|word| id(word)).collect(),
        })
    };
    let after = words("legal", &["lawyer", "court"]);
    assert_eq!(
        diff(&after).1,
        [r#"legal = ["lawyer", "court"]    # more to come"#]
    );
    let after = words("legal", &["court"]);
    assert_eq!(diff(&after).1, [r#"legal = ["court"]    # more to come"#]);
    let after = words("human", &["a person"]);
    assert_eq!(diff(&after).1, [r#"human = ["a person"]"#]);
    let long = "[words]\nmany = [\n  \"a\", \"b\",  # first\n  \"c\", \"d\",\n]\n";
    let kept = |list: &[&str]| {
        let words = list.iter().map(|word| id(word)).collect();
        let name = id("many");
        edit(long, &[Edit::Words { name, words }]).unwrap()
    };
    assert_eq!(
        kept(&["a", "b", "c", "d", "e"]),
        "[words]\nmany = [\n  \"a\", \"b\",  # first\n  \"c\", \"d\", \"e\",\n]\n"
    );
    assert_eq!(
        kept(&["b", "c"]),
        "[words]\nmany = [\n  \"b\",  # first\n  \"c\",\n]\n"
    );
    for list in [&["a"][..], &["d"], &["b", "d", "x"], &["x"], &[]] {
        let text = kept(list);
        let found = form::forms(&text).unwrap().words.remove(0).words;
        let wanted: Vec<String> = list.iter().map(|word| id(word)).collect();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn a_form_shows_rules_as_they_are_written() {
    let forms = form::forms(FILE).unwrap();
    let stuck = &forms.rules[1];
    assert_eq!((&*stuck.id, stuck.line), ("stuck", 25));
    assert_eq!(
        stuck.when.write().unwrap(),
        "with_bot && bot.confidence < 0.45"
    );
    assert_eq!(
        stuck.does,
        [
            (id("control"), Written::Text(id("queue"))),
            (id("ladder"), Written::Text(id("normal"))),
        ]
    );
    assert_eq!(forms.defines[0].name, "with_bot");
    assert_eq!(forms.words[0].words, ["lawyer"]);
}
