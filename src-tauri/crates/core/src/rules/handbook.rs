//! The page for authors of rules says what is so: its examples are read and played.

use super::{
    Ruleset, Weight,
    facts::{FactType, schema::BUILTIN},
};

const PAGE: &str = include_str!("../../../../../docs/rules.md");

/// The examples with what stands behind the language's name.
fn examples(language: &str) -> Vec<(Vec<&'static str>, &'static str)> {
    let mut out = Vec::new();
    let mut rest = PAGE;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (head, body) = after.split_once('\n').unwrap();
        let (body, after) = body.split_once("\n```").unwrap();
        let mut words = head.split_whitespace();
        if words.next() == Some(language) {
            out.push((words.collect(), body));
        }
        rest = after;
    }
    out
}

fn whole() -> &'static str {
    examples("toml")[0].1
}

fn parsed(text: &str) -> Ruleset {
    Ruleset::parse(text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_example_is_read_and_its_tests_pass() {
    let examples = examples("toml");
    assert!(examples.len() >= 4);
    for (words, body) in &examples {
        let text = if *body == whole() {
            (*body).to_owned()
        } else {
            format!("{}\n{body}\n", whole())
        };
        let rules = parsed(&text);
        assert_eq!(rules.warnings(), [], "{body}");
        let rehearsal = rules.rehearse();
        for test in &rehearsal.tests {
            assert!(test.passed(), "{test:#?}");
        }
        let found = rules.analyse().findings;
        match words.as_slice() {
            [] => assert_eq!(found, [], "{body}"),
            [_, code] => assert!(
                found.iter().any(|finding| finding.code == *code),
                "{found:#?}"
            ),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn every_condition_that_is_shown_is_one() {
    let [(_, lines)] = examples("cel")[..] else {
        panic!("one list")
    };
    for line in lines.lines() {
        let rule = format!(
            "[[rule]]\nid = 'x'\nreason = 'x'\non = ['customer.message']\nwhen = '{line}'\ndo = {{ tag = 'x' }}\n"
        );
        let rules = parsed(&format!("{}\n{rule}", whole()));
        assert_eq!(rules.warnings(), [], "{line}");
        assert!(
            !rules
                .analyse()
                .findings
                .iter()
                .any(|finding| finding.weight == Weight::Error),
            "{line}"
        );
    }
}

#[test]
fn every_fact_has_its_line() {
    for def in BUILTIN {
        let mut kind = match def.kind {
            FactType::Bool => "bool".to_owned(),
            FactType::Int => "int".to_owned(),
            FactType::Decimal => "decimal".to_owned(),
            FactType::Duration => "duration".to_owned(),
            FactType::Time => "time".to_owned(),
            FactType::Text => "text".to_owned(),
            FactType::Texts => "texts".to_owned(),
            FactType::Choice(words) => words
                .iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        if !def.unit.is_empty() {
            kind += &format!(" ({})", def.unit);
        }
        let line = format!("| `{}` | {kind} | {} |", def.name, def.about);
        assert!(PAGE.contains(&line), "missing in docs/rules.md:\n{line}");
    }
}
