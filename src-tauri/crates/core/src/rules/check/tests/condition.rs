//! Every refusal of a condition.

use super::refused;

#[test]
fn every_refusal_of_a_condition_names_place_cause_and_repair() {
    for (when, code, covered, message, repair) in [
        (
            "conv.channel == 'e-mail'",
            "never-that",
            "'e-mail'",
            "`conv.channel` is never \"e-mail\"",
            "did you mean \"email\"?",
        ),
        (
            "conv.chanel == 'email'",
            "unknown-fact",
            "conv.chanel",
            "there is no fact `conv.chanel`",
            "did you mean `conv.channel`?",
        ),
        (
            "msg.words.lega",
            "unknown-words",
            "msg.words.lega",
            "there is no word set `lega`",
            "did you mean `msg.words.legal`?",
        ),
        (
            "attr.seat_count > 3",
            "unknown-fact",
            "attr.seat_count",
            "there is no fact `attr.seat_count`",
            "declare it: [facts] \"attr.seat_count\"",
        ),
        (
            "offce.open",
            "unknown-fact",
            "offce.open",
            "there is no fact `offce.open`",
            "did you mean `office.open`?",
        ),
        (
            "bot.failures + 1 > 2",
            "arithmetic",
            "bot.failures + 1",
            "conditions do not compute: `+`",
            "a fact that holds the result",
        ),
        (
            "bot.failures > bot.turns",
            "two-facts",
            "bot.failures > bot.turns",
            "are both facts",
            "holds the comparison",
        ),
        (
            "vip ? true : false",
            "choice",
            "vip ? true : false",
            "only true or false",
            "(condition && one)",
        ),
        (
            "conv.tags.exists(t, t == 'vip')",
            "loop",
            "conv.tags.exists(t, t == 'vip')",
            "walks over lists",
            "\"text\" in fact",
        ),
        (
            "conv.tags[0] == 'vip'",
            "index",
            "conv.tags[0]",
            "no numbered parts",
            "\"text\" in fact",
        ),
        ("{'a': 1} == {}", "map", "{'a': 1}", "no maps", "one by one"),
        (
            "msg.text.size() > 3",
            "loop",
            "msg.text.size()",
            "walks over lists",
            "",
        ),
        (
            "msg.text.endsWith('x')",
            "unknown-function",
            "msg.text.endsWith('x')",
            "no function endsWith()",
            "startsWith",
        ),
        (
            "bot.confidence == 0.5",
            "decimal-equality",
            "bot.confidence == 0.5",
            "hardly ever exactly equal",
            "<, <=, > or >=",
        ),
        (
            "conv.waiting == duration('5m')",
            "duration-equality",
            "conv.waiting == duration('5m')",
            "for a millisecond only",
            "<, <=, > or >=",
        ),
        (
            "conv.waiting > duration('2d')",
            "bad-duration",
            "'2d'",
            "\"2d\" is no duration",
            "duration(\"48h\")",
        ),
        (
            "conv.waiting > duration('soon')",
            "bad-duration",
            "'soon'",
            "\"soon\" is no duration",
            "\"1h30m\"",
        ),
        (
            "bot.failures >= 1.5",
            "not-whole",
            "1.5",
            "is a whole number, 1.5 is not",
            "write 1 or 2",
        ),
        (
            "bot.failures == '2'",
            "wrong-type",
            "'2'",
            "is a whole number",
            "without quotes",
        ),
        (
            "attr.seats > 90",
            "out-of-range",
            "90",
            "never 90",
            "from 0 to 50",
        ),
        (
            "attr.ends < 5",
            "wrong-type",
            "5",
            "is an instant",
            "timestamp(",
        ),
        (
            "conv.tags == 'vip'",
            "set-comparison",
            "conv.tags == 'vip'",
            "is a set of texts",
            "\"vip\" in conv.tags",
        ),
        (
            "'vip' in conv.channel",
            "not-a-set",
            "conv.channel",
            "not a set",
            "conv.channel == \"vip\"",
        ),
        (
            "conv.channel in []",
            "empty-list",
            "[]",
            "empty list",
            "at least one",
        ),
        (
            "conv.priority > 'low'",
            "no-order",
            "conv.priority > 'low'",
            "no order",
            "==",
        ),
        (
            "msg.sentiment",
            "not-a-condition",
            "msg.sentiment",
            "is a number, not a condition",
            "msg.sentiment >= 1",
        ),
        (
            "conv.waiting",
            "not-a-condition",
            "conv.waiting",
            "is a duration, not a condition",
            "duration(\"10m\")",
        ),
        (
            "vip == true",
            "not-a-fact",
            "vip",
            "is a condition",
            "vip or !vip",
        ),
        (
            "msg.text.matches('(')",
            "bad-regex",
            "'('",
            "no regular expression",
            "look-around",
        ),
        (
            "msg.text.matches('(a{1000}){1000}')",
            "regex-too-big",
            "'(a{1000}){1000}'",
            "larger than 1 MiB",
            "word set",
        ),
        (
            "conv.control = 'bot'",
            "unexpected",
            "=",
            "should have ended",
            "write ==",
        ),
        (
            "'a' == 'b'",
            "no-fact",
            "'a' == 'b'",
            "reads no fact",
            "one side must be a fact",
        ),
        (
            "!!!!!!!!!!vip",
            "too-deep",
            "!!vip",
            "nested too deeply",
            "[define]",
        ),
    ] {
        let found = refused(when);
        assert_eq!(found.0, code, "{when}: {found:?}");
        assert_eq!(found.1, covered, "{when}: {found:?}");
        assert!(found.2.contains(message), "{when}: {found:?}");
        assert!(found.3.contains(repair), "{when}: {found:?}");
        assert!(!found.3.is_empty(), "{when} is refused without a repair");
    }
}
