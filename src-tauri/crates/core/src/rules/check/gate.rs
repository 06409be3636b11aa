//! `[gate]` and `[ceiling]`: what a rule must have shown before it acts, and how much it may do.

use super::effects::{duration, share, targets};
use crate::rules::{
    plan::{ByHand, Gate, MACROS_PER_HOUR},
    problem::Problem,
    text::tree::{Entry, Fields, NodeKind},
};

/// `[gate]`.
pub(super) fn gate(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> Gate {
    let mut gate = Gate::default();
    let Some(mut fields) = entry.and_then(|entry| Fields::of(&entry.value, "[gate]", problems))
    else {
        return gate;
    };
    if let Some(entry) = fields.get("decisions") {
        gate.decisions = u64::from(count(entry, problems).unwrap_or(0));
    }
    if let Some(entry) = fields.get("watch") {
        gate.watch = duration(&entry.value, "`watch`", problems).unwrap_or(gate.watch);
    }
    if let Some(entry) = fields.get("handoffs") {
        match share(&entry.value) {
            Some(share) => gate.handoffs = share,
            None => problems.push(
                Problem::error(
                    "bad-share",
                    entry.value.span,
                    "`handoffs` is a share of decisions",
                )
                .repair("write a number from 0 to 1, such as 0.1"),
            ),
        }
    }
    if let Some(entry) = fields.get("approvers") {
        gate.approvers = targets(&entry.value, "`approvers`", problems);
    }
    if let Some(entry) = fields.get("by_hand") {
        let said = entry.value.as_text().unwrap_or_default();
        match ByHand::NAMES.into_iter().find(|(name, _)| *name == said) {
            Some((_, by_hand)) => gate.by_hand = by_hand,
            None => problems.push(
                Problem::error("unknown-word", entry.value.span, "`by_hand` is never this")
                    .repair("known are hold, obey"),
            ),
        }
    }
    fields.finish("[gate]", problems);
    gate
}

/// `[ceiling]`: prepared texts that one rule may send within an hour.
pub(super) fn ceiling(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> u32 {
    let mut macros = MACROS_PER_HOUR;
    let Some(mut fields) = entry.and_then(|entry| Fields::of(&entry.value, "[ceiling]", problems))
    else {
        return macros;
    };
    if let Some(entry) = fields.get("macros") {
        macros = count(entry, problems).unwrap_or(macros);
    }
    fields.finish("[ceiling]", problems);
    macros
}

/// A whole number from 0.
pub(super) fn count(entry: &Entry, problems: &mut Vec<Problem>) -> Option<u32> {
    let found = match entry.value.kind {
        NodeKind::Int(number) => u32::try_from(number).ok(),
        _ => None,
    };
    if found.is_none() {
        let message = format!("`{}` is a whole number from 0", entry.key);
        problems.push(
            Problem::error("bad-count", entry.value.span, message)
                .repair("write a number without a point, such as 60"),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::{
        Ruleset, Target,
        plan::{ByHand, Gate},
    };
    use crate::time::DAY;

    const RULE: &str = r#"
[[rule]]
id = "hello"
on = ["customer.message"]
when = 'msg.first'
do = { macro = "hello" }
reason = "the first message"
"#;

    #[test]
    fn a_file_may_say_what_a_rule_must_have_shown_and_how_much_it_may_do() {
        let plain = Ruleset::parse(&format!("baton = 1\n{RULE}")).unwrap();
        assert_eq!(*plain.gate(), Gate::default());
        let hello = |ruleset: &Ruleset| ruleset.ceiling_of(ruleset.rule("hello").unwrap());
        assert_eq!(hello(&plain), 60);

        let head = "baton = 1\n[gate]\ndecisions = 20\nwatch = \"2d\"\nhandoffs = 0.5\n\
                    approvers = [\"agent:dana\"]\nby_hand = \"obey\"\n[ceiling]\nmacros = 10\n";
        let own = Ruleset::parse(&format!("{head}{RULE}")).unwrap();
        let gate = Gate {
            decisions: 20,
            watch: 2 * DAY,
            handoffs: 0.5,
            approvers: vec![Target::Agent("dana".into())],
            by_hand: ByHand::Obey,
        };
        assert_eq!(*own.gate(), gate);
        assert_eq!(hello(&own), 10);
        let least = Ruleset::parse(&format!("{head}{RULE}ceiling = 3\n")).unwrap();
        assert_eq!(hello(&least), 3);
    }

    #[test]
    fn what_is_no_number_or_share_is_told() {
        let text = format!(
            "baton = 1\n[gate]\nhandoffs = 3\nby_hand = \"beg\"\n[ceiling]\nmacros = -1\n{RULE}"
        );
        let problems = Ruleset::parse(&text).unwrap_err();
        let codes: Vec<_> = problems.list.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["bad-share", "unknown-word", "bad-count"]);
    }
}
