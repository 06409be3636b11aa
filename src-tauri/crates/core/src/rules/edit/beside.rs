//! An edit of a rule that acts, tried beside the rule as it is: written as a copy that is only
//! watched, and later put in its place.

mod shared;

use super::{Edit, EditError, Splice, Written, block, edit, find, form, read};
use crate::rules::text::tree::Entry;

/// The keys of a copy that belong to the trial and not to the rule.
const OF_THE_TRIAL: [&str; 4] = ["id", "status", "canary", "replaces"];

/// Writes each of these rules of `draft` as a copy that is watched, behind the rule as it stands in
/// `live`: what was to be changed in the rule is in the copy, and the rule is as it was. A copy that
/// was written before is replaced. Named conditions and words that were changed stay as they are in
/// `live`, and stand changed under a name of their own for the copies.
///
/// # Errors
/// When a text cannot be read, or has no such rule.
pub fn beside(live: &str, draft: &str, rules: &[String]) -> Result<String, EditError> {
    let mut text = shared::apart(live, draft)?;
    for rule in rules {
        text = copied(live, &text, rule)?;
    }
    Ok(text)
}

fn copied(live: &str, draft: &str, rule: &str) -> Result<String, EditError> {
    let was = {
        let entries = read(live)?;
        let span = block(&entries, live, rule)?;
        live.get(span.start..span.end)
            .unwrap_or_default()
            .to_owned()
    };
    let mut text = draft.to_owned();
    for earlier in copies_of(&text, rule)? {
        text = edit(&text, &[Edit::Remove { rule: earlier }])?;
    }
    let name = free_name(&text, rule)?;
    let written = |key: &str, value: Option<&str>| Edit::Key {
        rule: rule.to_owned(),
        key: key.to_owned(),
        value: value.map(|value| Written::Text(value.to_owned())),
    };
    text = edit(
        &text,
        &[
            written("canary", None),
            written("status", Some("shadow")),
            written("replaces", Some(rule)),
            written("id", Some(&name)),
        ],
    )?;
    let entries = read(&text)?;
    let at = block(&entries, &text, &name)?.start;
    let mut splice = Splice::new(&text);
    splice.add_block(at, &format!("{}\n", was.trim_end_matches('\n')));
    Ok(splice.done())
}

/// Puts a copy in the place of the rule that it is tried for: the rule then reads as the copy did,
/// under its own name and with its own status, and the copy is gone.
///
/// # Errors
/// When the text cannot be read, or has no such copy.
pub fn put_in_place(source: &str, copy: &str) -> Result<String, EditError> {
    let entries = read(source)?;
    let (keys, _) = find(&entries, copy)?;
    let original = text_of(keys, "replaces").ok_or_else(|| EditError::NoRule(copy.to_owned()))?;
    let (before, _) = find(&entries, original)?;
    let (here, there) = (
        block(&entries, source, copy)?,
        block(&entries, source, original)?,
    );
    let lines = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
    let placed = lines(here.start, here.end).trim_end_matches('\n');
    let was = lines(there.start, there.end);
    let gap = was
        .get(was.trim_end_matches('\n').len()..)
        .unwrap_or_default();
    let (first, second) = if here.start < there.start {
        (here, there)
    } else {
        (there, here)
    };
    let mut text = lines(0, first.start).to_owned();
    for (span, end) in [(first, second.start), (second, source.len())] {
        if span == there {
            text.push_str(placed);
            text.push_str(gap);
        }
        text.push_str(lines(span.end, end));
    }
    if second.end == source.len() {
        let end = lines(second.start, second.end);
        let end = end
            .get(end.trim_end_matches('\n').len()..)
            .unwrap_or_default();
        text = format!("{}{end}", text.trim_end_matches('\n'));
    }
    let mut edits = Vec::new();
    for key in OF_THE_TRIAL {
        let value = match key {
            "replaces" => None,
            _ => before
                .iter()
                .find(|entry| entry.key == key)
                .and_then(|entry| form::written(&entry.value)),
        };
        edits.push(Edit::Key {
            // Its name is written first, and it is known by it from then on.
            rule: if key == "id" { copy } else { original }.to_owned(),
            key: key.to_owned(),
            value,
        });
    }
    shared::together(&edit(&text, &edits)?, original)
}

/// The rules that are tried in the place of a rule.
fn copies_of(source: &str, rule: &str) -> Result<Vec<String>, EditError> {
    let entries = read(source)?;
    let copies = super::rules(&entries).into_iter().filter_map(|(keys, _)| {
        text_of(keys, "replaces").filter(|name| *name == rule)?;
        text_of(keys, "id").map(str::to_owned)
    });
    Ok(copies.collect())
}

fn text_of<'a>(keys: &'a [Entry], key: &str) -> Option<&'a str> {
    keys.iter()
        .find(|entry| entry.key == key)
        .and_then(|entry| entry.value.as_text())
}

/// A name that no rule has.
fn free_name(source: &str, rule: &str) -> Result<String, EditError> {
    let entries = read(source)?;
    let taken = |name: &str| find(&entries, name).is_ok();
    let mut name = format!("{rule}-next");
    let mut number = 2;
    while taken(&name) {
        name = format!("{rule}-next-{number}");
        number += 1;
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    const LIVE: &str = r#"baton = 1

# Legal matters first.
[[rule]]
id      = "legal"
on      = ["customer.message"]
when    = 'msg.text.contains("lawyer")'
do      = { control = "queue" }
reason  = "legal wording"     # said to everybody

# When the bot has failed.
[[rule]]
id      = "stuck"
why     = "Two failures are enough."
on      = ["bot.failure"]
when    = 'bot.failures >= 2' # as agreed in spring
do      = { control = "queue" }
reason  = "the bot is stuck"

[[rule]]
id      = "hello"
on      = ["customer.message"]
when    = 'msg.first'
do      = { tag = ["new"] }
reason  = "the first message"
before  = ["legal"]
"#;

    fn edited() -> String {
        LIVE.replace("bot.failures >= 2", "bot.failures >= 3")
    }

    #[test]
    fn an_edit_is_written_beside_the_rule_and_put_in_its_place_as_it_was_written() {
        let tried = beside(LIVE, &edited(), &["stuck".to_owned()]).unwrap();
        let rules = Ruleset::parse(&tried).unwrap();
        let names: Vec<_> = rules.rules().iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(names, ["legal", "stuck", "stuck-next", "hello"]);
        let copy = rules.rule("stuck-next").unwrap();
        assert_eq!(copy.replaces.as_ref().unwrap().as_str(), "stuck");
        assert_eq!(copy.status.name(), "shadow");
        assert_eq!(&*copy.when.text, "bot.failures >= 3");
        let live = Ruleset::parse(LIVE).unwrap();
        let meaning = |rules: &Ruleset| rules.meaning_of(rules.rule("stuck").unwrap());
        assert_eq!(meaning(&rules), meaning(&live), "the rule is as it was");
        let as_it_was = "when    = 'bot.failures >= 2' # as agreed in spring\n";
        assert!(tried.contains(as_it_was));
        // What was written is what is put in force, to the letter.
        assert_eq!(put_in_place(&tried, "stuck-next").unwrap(), edited());
    }

    #[test]
    fn the_first_and_the_last_rule_and_a_canary_come_back_as_they_were() {
        for (rule, from, to) in [
            ("legal", "lawyer", "court"),
            ("hello", "msg.first", "!msg.first"),
        ] {
            let edited = LIVE.replace(from, to);
            let tried = beside(LIVE, &edited, &[rule.to_owned()]).unwrap();
            Ruleset::parse(&tried).unwrap();
            let back = put_in_place(&tried, &format!("{rule}-next")).unwrap();
            assert_eq!(back, edited, "{rule}");
        }
        let canary = LIVE.replace(
            "[\"new\"] }\n",
            "[\"new\"] }\nstatus  = \"canary\"\ncanary  = 0.2\n",
        );
        let edited = canary.replace("msg.first", "!msg.first");
        let tried = beside(&canary, &edited, &["hello".to_owned()]).unwrap();
        let rules = Ruleset::parse(&tried).unwrap();
        assert_eq!(rules.rule("hello-next").unwrap().status.name(), "shadow");
        let back = Ruleset::parse(&put_in_place(&tried, "hello-next").unwrap()).unwrap();
        assert_eq!(back.rule("hello").unwrap().status.share(), Some(0.2));
    }

    #[test]
    fn a_second_trial_takes_the_place_of_the_first_and_a_name_is_never_taken_twice() {
        let tried = beside(LIVE, &edited(), &["stuck".to_owned()]).unwrap();
        let again = tried.replacen("bot.failures >= 2", "bot.failures >= 4", 1);
        let tried = beside(LIVE, &again, &["stuck".to_owned()]).unwrap();
        let rules = Ruleset::parse(&tried).unwrap();
        assert_eq!(rules.rules().len(), 4);
        assert_eq!(
            &*rules.rule("stuck-next").unwrap().when.text,
            "bot.failures >= 4"
        );
        let taken = LIVE.replace("\"hello\"", "\"stuck-next\"");
        let edited = taken.replace("bot.failures >= 2", "bot.failures >= 3");
        let tried = beside(&taken, &edited, &["stuck".to_owned()]).unwrap();
        let rules = Ruleset::parse(&tried).unwrap();
        assert!(rules.rule("stuck-next-2").is_some());
    }

    #[test]
    fn a_copy_names_a_rule_that_stands_by_itself_and_never_acts() {
        let tried = beside(LIVE, &edited(), &["stuck".to_owned()]).unwrap();
        let codes = |text: &str| -> Vec<&'static str> {
            let problems = Ruleset::parse(text).unwrap_err();
            problems.list.iter().map(|problem| problem.code).collect()
        };
        let wrong = |from: &str, to: &str| codes(&tried.replace(from, to));
        let named = "replaces = \"stuck\"";
        assert_eq!(wrong(named, "replaces = \"stick\""), ["unknown-rule"]);
        assert_eq!(wrong(named, "replaces = \"stuck-next\""), ["bad-copy"]);
        assert_eq!(wrong("\"shadow\"", "\"live\""), ["copy-acts"]);
        let second = beside(
            LIVE,
            &LIVE.replace("lawyer", "court"),
            &["legal".to_owned()],
        )
        .unwrap();
        let of_a_copy = second.replace(
            "before  = [\"legal\"]",
            "status = \"shadow\"\nreplaces = \"legal-next\"",
        );
        assert_eq!(codes(&of_a_copy), ["bad-copy"]);
    }

    const SHARED: &str = r#"baton = 1

[words]
legal = ["lawyer", "attorney"] # as our lawyers say
human = ["human"]

[define]
stuck  = 'bot.failures >= 2'
asks   = 'msg.words.legal || msg.first'

[[rule]]
id      = "stuck"
on      = ["customer.message"]
when    = 'stuck && asks'
do      = { control = "queue" }
reason  = "the bot is stuck"

[[rule]]
id      = "also"
on      = ["customer.message"]
when    = 'stuck && !msg.words.legal'
do      = { tag = ["stuck"] }
reason  = "the bot is stuck"
"#;

    fn tried(edited: &str, rules: &[&str]) -> String {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let tried = beside(SHARED, edited, &rules).unwrap();
        let (was, now) = (
            Ruleset::parse(SHARED).unwrap(),
            Ruleset::parse(&tried).unwrap(),
        );
        let draft = Ruleset::parse(edited).unwrap();
        for rule in was.rules() {
            let still = now.rule(rule.id.as_str()).unwrap();
            assert_eq!(was.meaning_of(rule), now.meaning_of(still), "{}", rule.id);
        }
        for rule in &rules {
            let copy = now.rule(&format!("{rule}-next")).unwrap();
            let wanted = draft.rule(rule).unwrap();
            let rows = |rule: &crate::rules::Rule| rule.when.rows.len();
            assert_eq!(rows(copy), rows(wanted), "{rule}");
        }
        tried
    }

    #[test]
    fn a_named_condition_that_changes_stands_under_another_name_until_nobody_needs_the_old() {
        let edited = SHARED.replace("bot.failures >= 2", "bot.failures >= 3");
        let both = tried(&edited, &["stuck", "also"]);
        assert!(both.contains("stuck  = 'bot.failures >= 2'"), "{both}");
        assert!(both.contains("stuck_next = 'bot.failures >= 3'"), "{both}");
        let half = put_in_place(&both, "also-next").unwrap();
        assert!(
            half.contains("stuck_next"),
            "the other rule still reads the old: {half}"
        );
        Ruleset::parse(&half).unwrap();
        assert_eq!(put_in_place(&half, "stuck-next").unwrap(), edited);
    }

    #[test]
    fn words_that_change_do_so_too_also_behind_a_named_condition() {
        let edited = SHARED.replace("\"attorney\"]", "\"attorney\", \"court\"]");
        let both = tried(&edited, &["stuck", "also"]);
        let rules = Ruleset::parse(&both).unwrap();
        let names: Vec<_> = rules
            .words()
            .sets()
            .iter()
            .map(|set| set.name.to_string())
            .collect();
        assert!(names.contains(&"legal_next".to_owned()), "{names:?}");
        assert!(
            both.contains("asks_next = 'msg.words.legal_next || msg.first'"),
            "{both}"
        );
        let half = put_in_place(&both, "stuck-next").unwrap();
        Ruleset::parse(&half).unwrap();
        assert_eq!(put_in_place(&half, "also-next").unwrap(), edited);
    }
}
