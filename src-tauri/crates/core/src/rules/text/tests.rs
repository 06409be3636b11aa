//! Conditions are read and written; nothing makes the reader fall over.

use proptest::prelude::*;

use super::{Binary, Expr, ExprKind, parse, tree};
use crate::rules::problem::Span;

fn canonical(text: &str) -> String {
    parse(text).unwrap().to_string()
}

fn refusal(text: &str) -> (String, Span) {
    let problem = parse(text).unwrap_err();
    (
        format!("{} / {}", problem.message, problem.repair),
        problem.span,
    )
}

#[test]
fn one_spelling_for_each_meaning() {
    assert_eq!(canonical(" a&&b  &&(c)"), "a && b && c");
    assert_eq!(canonical("(a && (b && c)) || d"), "(a && b && c) || d");
    assert_eq!(canonical("a || b && c"), "a || (b && c)");
    assert_eq!(canonical("!(a.b == 'x')"), "!(a.b == \"x\")");
    assert_eq!(
        canonical("msg.text.contains('a\"b')"),
        "msg.text.contains(\"a\\\"b\")"
    );
    assert_eq!(canonical("x in [ 'a' , \"b\", ]"), "x in [\"a\", \"b\"]");
    assert_eq!(canonical("s < -0.40 // angry"), "s < -0.4");
    assert_eq!(canonical("has(customer.tier)"), "has(customer.tier)");
    assert_eq!(canonical("w > duration(\"15m\")"), "w > duration(\"15m\")");
}

#[test]
fn refusals_name_the_place_and_the_repair() {
    assert_eq!(
        refusal("a = 'x'"),
        (
            "here the condition should have ended / write ==".into(),
            Span::new(2, 3)
        )
    );
    assert_eq!(
        refusal("a and b"),
        (
            "here the condition should have ended / write &&".into(),
            Span::new(2, 5)
        )
    );
    assert_eq!(
        refusal("a & b"),
        (
            "`&` means nothing in a condition / write &&".into(),
            Span::new(2, 3)
        )
    );
    assert_eq!(
        refusal("a ≥ 3").0,
        "`≥` means nothing in a condition / write >="
    );
    assert_eq!(
        refusal("w > 15m").0,
        "`15m` is not a number / a duration is written duration(\"15m\")"
    );
    assert_eq!(
        refusal("(a && b"),
        (
            "this bracket is never closed / close it with )".into(),
            Span::new(0, 1)
        )
    );
    assert_eq!(
        refusal("a == 'x"),
        (
            "this text has no closing quote / close it with '".into(),
            Span::new(5, 7)
        )
    );
    assert_eq!(
        refusal("a &&").0,
        "here a condition or value should stand / something is missing at the end"
    );
    assert_eq!(
        refusal("").0,
        "this condition is empty / write `true` for a rule that always holds"
    );
    assert!(
        refusal(&"(".repeat(3_000))
            .0
            .starts_with("this condition is nested too deeply")
    );
    assert!(
        refusal(&"a".repeat(5_000))
            .0
            .starts_with("a condition of 5000 bytes")
    );
}

#[test]
fn places_in_a_toml_string_are_places_in_the_file() {
    for (file, found) in [
        ("k = 'ab XY'", "XY"),
        (r#"k = "a\"\u00e9 XY""#, "XY"),
        ("k = '''\nab\n XY'''", "XY"),
        ("k = \"\"\"\\\n   ab XY\"\"\"", "XY"),
        ("k = 'äöü XY'", "XY"),
    ] {
        let entries = tree::read(file).unwrap();
        let value = &entries[0].value;
        let text = value.as_text().unwrap();
        let start = text.find(found).unwrap();
        let offsets = tree::Offsets::of(file, value.span);
        let place = offsets.place(Span::new(start, start + found.len()));
        assert_eq!(file.get(place.start..place.end), Some(found), "in {file}");
    }
}

fn leaf(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: Span::default(),
        bracketed: false,
    }
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_]{0,6}".prop_filter("not a word of the language", |name| {
        !["in", "true", "false", "and", "or", "not", "is"].contains(&name.as_str())
    })
}

fn path() -> impl Strategy<Value = Expr> {
    prop::collection::vec(name(), 1..4).prop_map(|parts| leaf(ExprKind::Path(parts.join("."))))
}

fn constant() -> impl Strategy<Value = Expr> {
    prop_oneof![
        any::<bool>().prop_map(|value| leaf(ExprKind::Bool(value))),
        (-i64::MAX..i64::MAX).prop_map(|value| leaf(ExprKind::Int(value))),
        (-1e12_f64..1e12).prop_map(|value| leaf(ExprKind::Decimal(value))),
        any::<String>().prop_map(|value| leaf(ExprKind::Text(value))),
    ]
}

/// Any tree that a text can have: `&&` and `||` are flat and have two parts at least.
pub(crate) fn expr() -> impl Strategy<Value = Expr> {
    let atom = prop_oneof![path(), constant()];
    atom.prop_recursive(4, 24, 4, |inner| {
        let operator = prop::sample::select(vec![
            Binary::Equal,
            Binary::NotEqual,
            Binary::Less,
            Binary::AtMost,
            Binary::More,
            Binary::AtLeast,
            Binary::In,
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
        ]);
        let list = || prop::collection::vec(inner.clone(), 0..4);
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(|list| leaf(ExprKind::And(flat(list, true)))),
            parts().prop_map(|list| leaf(ExprKind::Or(flat(list, false)))),
            inner
                .clone()
                .prop_map(|inner| leaf(ExprKind::Not(inner.into()))),
            (operator, inner.clone(), inner.clone()).prop_map(|(op, a, b)| leaf(ExprKind::Binary(
                op,
                a.into(),
                b.into()
            ))),
            list().prop_map(|list| leaf(ExprKind::List(list))),
            (name(), list()).prop_map(|(name, list)| leaf(ExprKind::Call(name, list))),
            (inner.clone(), name(), list())
                .prop_map(|(target, name, list)| leaf(ExprKind::Method(target.into(), name, list))),
        ]
    })
}

fn flat(list: Vec<Expr>, and: bool) -> Vec<Expr> {
    list.into_iter()
        .flat_map(|expr| match expr.kind {
            ExprKind::And(inner) if and => inner,
            ExprKind::Or(inner) if !and => inner,
            kind => vec![leaf(kind)],
        })
        .collect()
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_the_same(expr in expr()) {
        let text = expr.to_string();
        if text.len() <= super::parser::MAX_TEXT {
            let again = parse(&text).map_err(|problem| {
                TestCaseError::fail(format!("{text}\n{}", problem.render(&text)))
            })?;
            prop_assert_eq!(again.bare(), expr, "{}", text);
            prop_assert_eq!(parse(&text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_reader_never_falls_over(text in "\\PC{0,200}") {
        if let Err(problem) = parse(&text) {
            prop_assert!(!problem.render(&text).is_empty());
        }
    }

    #[test]
    fn nor_over_what_looks_like_a_condition(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", ".", "b.c", "(", ")", "[", "]", "{", "}", "&&", "||", "!", "==", "<", "in", "-", "1",
            "0.5", "1e", "'x'", "\"", "\\", ",", "?", ":", " ", "has(", "duration(", "ü", "//", "\n",
        ]), 0..40),
    ) {
        let text = parts.concat();
        if let Err(problem) = parse(&text) {
            prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len());
        }
    }

    #[test]
    fn nor_over_any_bytes_as_a_file(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problem) = tree::read(&text) {
            let _ = problem.render(&text);
        }
    }
}
