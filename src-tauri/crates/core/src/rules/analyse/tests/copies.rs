//! What is tried in the place of a rule is not in that rule's way, nor in anybody's who is not in
//! the way of the rule; what is wrong with it is found as if it stood there.

use super::*;

/// A copy that is tried in the place of a rule.
fn tried(id: &str, when: &str, effects: &str, of: &str) -> String {
    let more = format!("status = \"shadow\"\nreplaces = \"{of}\"");
    rule(id, "\"customer.message\"", when, effects, &more)
}

#[test]
fn a_copy_and_its_rule_neither_repeat_nor_contradict_each_other() {
    let stuck = msg("stuck", "bot.failures >= 2", "control = \"queue\"");
    let same = tried("copy", "bot.failures >= 3", "control = \"queue\"", "stuck");
    assert_eq!(found(&[stuck.clone(), same]), Vec::<String>::new());
    let other = tried(
        "copy",
        "bot.failures >= 1",
        "control = \"team:lead\"",
        "stuck",
    );
    assert_eq!(found(&[stuck.clone(), other.clone()]), Vec::<String>::new());
    assert_eq!(found(&[other, stuck]), Vec::<String>::new());
    let adds = msg("adds", "msg.first", "tag = [\"new\"]");
    let removes = tried("copy", "msg.first", "untag = [\"new\"]", "adds");
    assert_eq!(found(&[adds, removes]), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_a_copy_is_found_where_it_would_stand() {
    let stuck = msg("stuck", "bot.failures >= 2", "control = \"queue\"");
    let never = "bot.failures >= 3 && bot.failures < 2";
    let never = tried("copy", never, "control = \"queue\"", "stuck");
    assert_eq!(found(&[stuck.clone(), never]), ["never-true copy"]);

    // The copy stands first in the place of its rule, and second in the file.
    let legal = msg("legal", "msg.words.legal", "control = \"team:lead\"");
    let wider = tried("copy", "true", "control = \"queue\"", "stuck");
    let findings = found(&[stuck.clone(), legal, wider]);
    assert!(
        findings.contains(&"conflict stuck legal".to_owned()),
        "{findings:?}"
    );
    assert!(
        findings.contains(&"shadowed legal copy".to_owned()),
        "{findings:?}"
    );

    // An order that the rule declares, its copy need not declare anew.
    let before = rule(
        "legal",
        "\"customer.message\"",
        "msg.words.legal",
        "control = \"team:lead\"",
        "before = [\"stuck\"]",
    );
    let wider = tried("copy", "bot.failures >= 1", "control = \"queue\"", "stuck");
    assert_eq!(found(&[before, stuck, wider]), Vec::<String>::new());
}
