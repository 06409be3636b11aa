//! Two versions of the rules side by side: which rules came, went and changed, and which lines.

use std::collections::BTreeMap;

use super::{
    analyse::wishes,
    outcome::RuleId,
    plan::{Operand, Rule, Ruleset, Status},
};
use crate::hash::Hash;

/// Longest comparison, in lines that differ; texts further apart are shown whole.
const MAX_EDITS: usize = 2_000;

/// How the rules of one version differ from those of another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleChanges {
    /// Rules that came.
    pub came: Vec<RuleId>,
    /// Rules that went.
    pub went: Vec<RuleId>,
    /// Rules that are in both and not the same.
    pub changed: Vec<RuleId>,
}

impl Ruleset {
    /// How these rules differ from older ones.
    #[must_use]
    pub fn changes_since(&self, older: &Self) -> RuleChanges {
        let mut changes = RuleChanges::default();
        for rule in &self.rules {
            match older.rule(rule.id.as_str()) {
                None => changes.came.push(rule.id.clone()),
                Some(before) if older.all_of(before) != self.all_of(rule) => {
                    changes.changed.push(rule.id.clone());
                }
                Some(_) => {}
            }
        }
        let gone = |rule: &&Rule| self.rule(rule.id.as_str()).is_none();
        changes.went = older
            .rules
            .iter()
            .filter(gone)
            .map(|rule| rule.id.clone())
            .collect();
        changes
    }

    /// The rules that now decide what another decided before them: both act, in both versions and
    /// on the same event, want different things of a part that the first rule decides alone, and
    /// stand the other way round than they did.
    #[must_use]
    pub fn moved_ahead(&self, older: &Self) -> Vec<RuleId> {
        let acting = |rule: &&Rule| matches!(rule.status, Status::Live | Status::Canary(_));
        let before: BTreeMap<&str, usize> = older
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| acting(rule))
            .map(|(place, rule)| (rule.id.as_str(), place))
            .collect();
        let stood = |rule: &Rule| before.get(rule.id.as_str()).copied();
        let both: Vec<_> = self
            .rules
            .iter()
            .filter(acting)
            .filter_map(|rule| Some((rule, stood(rule)?, wishes(&rule.effects))))
            .collect();
        let overtakes = |index: usize| {
            let Some((rule, stood, wants)) = both.get(index) else {
                return false;
            };
            both.iter()
                .skip(index + 1)
                .any(|(later, later_stood, other)| {
                    later_stood < stood
                        && rule.on.iter().any(|kind| later.runs_on(*kind))
                        && wants
                            .iter()
                            .zip(other)
                            .any(|(one, two)| one.is_some() && two.is_some() && one != two)
                })
        };
        let ahead = both
            .iter()
            .enumerate()
            .filter(|(index, _)| overtakes(*index));
        ahead.map(|(_, (rule, ..))| rule.id.clone()).collect()
    }

    /// Identifies what a rule decides, wherever it stands and whatever it is called: what was
    /// learned of a rule in shadow holds as long as this stays the same.
    #[must_use]
    pub fn meaning_of(&self, rule: &Rule) -> Hash {
        let meanings = self.meanings.get_or_init(|| {
            let all = self.rules.iter();
            all.map(|rule| Hash::of(self.meaning(rule).as_bytes()))
                .collect()
        });
        let place = self.rules.iter().position(|known| known.id == rule.id);
        let known = place.and_then(|place| meanings.get(place));
        known.copied().unwrap_or_default()
    }

    fn meaning(&self, rule: &Rule) -> String {
        let rows: Vec<(&str, bool, String)> = rule
            .when
            .rows
            .iter()
            .map(|row| {
                let operand = self
                    .atoms
                    .get(usize::from(row.atom))
                    .map(|atom| atom.operand);
                (&*row.text, row.negated, self.behind(operand))
            })
            .collect();
        // A copy is tried for one rule as that reads, so what was learned of it is learned there.
        let instead = rule.replaces.as_ref().and_then(|name| {
            let original = self.rule(name.as_str())?;
            (original.id != rule.id).then(|| self.meaning(original))
        });
        format!(
            "{rows:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}{}",
            rule.when.cond,
            rule.effects,
            rule.on,
            rule.unknown_matches,
            rule.once,
            rule.take_over,
            instead.map_or_else(String::new, |meaning| format!("\ninstead of\n{meaning}")),
        )
    }

    /// What a name in a condition stands for, where the file says it elsewhere.
    fn behind(&self, operand: Option<Operand>) -> String {
        match operand {
            Some(Operand::Words(set)) => {
                let set = self.words.sets().get(usize::from(set));
                format!("{set:?}")
            }
            Some(Operand::Open(calendar) | Operand::Business(calendar, _)) => {
                let calendar = self.calendars.get(usize::from(calendar));
                format!("{calendar:?}")
            }
            _ => String::new(),
        }
    }

    fn all_of(&self, rule: &Rule) -> String {
        format!(
            "{}\n{:?}\n{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}",
            self.meaning(rule),
            rule.status,
            rule.why,
            rule.reason,
            rule.owner,
            rule.before,
            rule.replaces,
            rule.ceiling,
        )
    }
}

/// How a line of one text stands to another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It is in both.
    Same,
    /// It is in the newer one only.
    Added,
    /// It is in the older one only.
    Removed,
}

/// One line of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedLine<'a> {
    /// How it stands.
    pub kind: LineKind,
    /// The line.
    pub text: &'a str,
    /// Its number in the older text, from 1.
    pub from: Option<usize>,
    /// Its number in the newer text, from 1.
    pub to: Option<usize>,
}

/// Compares two texts line by line, with as few lines added and removed as can be.
#[must_use]
pub fn compare_lines<'a>(older: &'a str, newer: &'a str) -> Vec<ComparedLine<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (older.lines().collect(), newer.lines().collect());
    let alike = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(alike).count();
    let (old_rest, new_rest) = (
        old.get(head..).unwrap_or(&[]),
        new.get(head..).unwrap_or(&[]),
    );
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(alike)
        .count();
    let inner = |rest: &[&'a str]| rest.len() - tail;
    let (old_mid, new_mid) = (
        old_rest.get(..inner(old_rest)).unwrap_or(&[]),
        new_rest.get(..inner(new_rest)).unwrap_or(&[]),
    );
    let mut kinds = vec![LineKind::Same; head];
    kinds.extend(shortest(old_mid, new_mid));
    kinds.extend(std::iter::repeat_n(LineKind::Same, tail));
    let (mut from, mut to) = (0, 0);
    kinds
        .into_iter()
        .map(|kind| {
            let text = match kind {
                LineKind::Added => new.get(to),
                _ => old.get(from),
            };
            from += usize::from(kind != LineKind::Added);
            to += usize::from(kind != LineKind::Removed);
            ComparedLine {
                kind,
                text: text.copied().unwrap_or_default(),
                from: (kind != LineKind::Added).then_some(from),
                to: (kind != LineKind::Removed).then_some(to),
            }
        })
        .collect()
}

/// The shortest way from one list to the other: for each number of edits, how far each diagonal
/// reaches; the way back is read from what was reached before.
fn shortest(old: &[&str], new: &[&str]) -> Vec<LineKind> {
    let whole = || {
        let removed = std::iter::repeat_n(LineKind::Removed, old.len());
        removed
            .chain(std::iter::repeat_n(LineKind::Added, new.len()))
            .collect()
    };
    let most = (old.len() + new.len()).min(MAX_EDITS);
    // `reach[k]` is how far in the old text the diagonal `k - most` reaches.
    let mut reach = vec![0_usize; 2 * most + 3];
    let at = |reach: &[usize], k: usize| reach.get(k).copied().unwrap_or(0);
    let mut steps: Vec<Vec<usize>> = Vec::new();
    let middle = most + 1;
    for edits in 0..=most {
        steps.push(reach.clone());
        for k in (middle - edits..=middle + edits).step_by(2) {
            let down = k == middle - edits
                || (k != middle + edits && at(&reach, k - 1) < at(&reach, k + 1));
            let mut x = if down {
                at(&reach, k + 1)
            } else {
                at(&reach, k - 1) + 1
            };
            let mut y = (x + middle).saturating_sub(k);
            while x < old.len() && y < new.len() && old.get(x) == new.get(y) {
                (x, y) = (x + 1, y + 1);
            }
            if let Some(place) = reach.get_mut(k) {
                *place = x;
            }
            if x >= old.len() && y >= new.len() {
                return way_back(&steps, (old.len(), new.len()), middle);
            }
        }
    }
    whole()
}

fn way_back(steps: &[Vec<usize>], end: (usize, usize), middle: usize) -> Vec<LineKind> {
    let (mut x, mut y) = end;
    let mut out = Vec::new();
    for (edits, reach) in steps.iter().enumerate().rev() {
        let at = |k: usize| reach.get(k).copied().unwrap_or(0);
        let k = (x + middle).saturating_sub(y);
        if edits == 0 {
            out.extend(std::iter::repeat_n(LineKind::Same, x));
            break;
        }
        let down = k == middle - edits || (k != middle + edits && at(k - 1) < at(k + 1));
        let before = if down { k + 1 } else { k - 1 };
        let (from_x, from_y) = (at(before), (at(before) + middle).saturating_sub(before));
        let start_x = if down { from_x } else { from_x + 1 };
        out.extend(std::iter::repeat_n(
            LineKind::Same,
            x.saturating_sub(start_x),
        ));
        out.push(if down {
            LineKind::Added
        } else {
            LineKind::Removed
        });
        (x, y) = (from_x, from_y);
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(older: &str, newer: &str) -> String {
        compare_lines(older, newer)
            .iter()
            .map(|line| match line.kind {
                LineKind::Same => format!(" {}\n", line.text),
                LineKind::Added => format!("+{}\n", line.text),
                LineKind::Removed => format!("-{}\n", line.text),
            })
            .collect()
    }

    #[test]
    fn a_changed_line_stands_between_those_that_stayed() {
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\nd\n"), " a\n-b\n+x\n c\n+d\n");
        assert_eq!(shown("", "a\n"), "+a\n");
        assert_eq!(shown("a\n", ""), "-a\n");
        assert_eq!(shown("a\nb\n", "a\nb\n"), " a\n b\n");
    }

    /// The fewest edits, by trying everything.
    fn fewest(old: &[&str], new: &[&str]) -> usize {
        let mut row: Vec<usize> = (0..=new.len()).collect();
        for (i, a) in old.iter().enumerate() {
            let mut next = vec![i + 1];
            for (j, b) in new.iter().enumerate() {
                next.push(if a == b {
                    row[j]
                } else {
                    1 + row[j + 1].min(next[j])
                });
            }
            row = next;
        }
        row[new.len()]
    }

    proptest! {
        #[test]
        fn a_comparison_holds_both_texts_and_is_the_shortest(
            old in prop::collection::vec("[abc]", 0..12),
            new in prop::collection::vec("[abc]", 0..12),
        ) {
            let (older, newer) = (old.join("\n"), new.join("\n"));
            let lines = compare_lines(&older, &newer);
            let keep = |kind: LineKind| {
                let kept = lines.iter().filter(move |line| line.kind != kind);
                kept.map(|line| line.text).collect::<Vec<_>>()
            };
            prop_assert_eq!(keep(LineKind::Added), older.lines().collect::<Vec<_>>());
            prop_assert_eq!(keep(LineKind::Removed), newer.lines().collect::<Vec<_>>());
            let edits = lines.iter().filter(|line| line.kind != LineKind::Same).count();
            let (old, new): (Vec<&str>, Vec<&str>) =
                (older.lines().collect(), newer.lines().collect());
            prop_assert_eq!(edits, fewest(&old, &new));
            let numbers: Vec<usize> = lines.iter().filter_map(|line| line.to).collect();
            prop_assert_eq!(numbers, (1..=new.len()).collect::<Vec<_>>());
        }
    }

    const HEAD: &str = "baton = 1\n[words]\nlegal = [\"lawyer\"]\n";

    /// A rule about what customers write.
    fn rule(id: &str, when: &str, does: &str) -> String {
        format!(
            "[[rule]]\nid = \"{id}\"\non = [\"customer.message\"]\nwhen = '{when}'\n\
             do = {{ {does} }}\nreason = \"legal wording\"\n"
        )
    }

    fn parsed(rules: &[String]) -> Ruleset {
        Ruleset::parse(&format!("{HEAD}{}", rules.concat())).unwrap()
    }

    #[test]
    fn a_rule_means_the_same_until_what_it_decides_changes() {
        let legal = rule("legal", "msg.words.legal", "control = \"queue\"");
        let first = rule("first", "msg.first", "tag = [\"first\"]");
        let text = format!("{HEAD}{legal}{first}");
        let one = Ruleset::parse(&text).unwrap();
        let other = |from: &str, to: &str| Ruleset::parse(&text.replace(from, to)).unwrap();
        let meaning = |ruleset: &Ruleset| ruleset.meaning_of(ruleset.rule("legal").unwrap());
        let renamed = Ruleset::parse(&text.replacen("legal wording", "it sounds legal", 1));
        let renamed = renamed.unwrap();
        assert_eq!(meaning(&renamed), meaning(&one));
        let ids = |list: &[RuleId]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ids(&renamed.changes_since(&one).changed), ["legal"]);
        let words = other("\"lawyer\"", "\"lawyer\", \"court\"");
        assert_ne!(meaning(&words), meaning(&one), "its words are part of it");
        let gone = other("id = \"first\"", "id = \"newcomer\"").changes_since(&one);
        assert_eq!(ids(&gone.came), ["newcomer"]);
        assert_eq!(ids(&gone.went), ["first"]);
    }

    #[test]
    fn what_a_copy_stands_for_is_part_of_what_it_means() {
        let copy = rule(
            "legal-next",
            "msg.words.legal && msg.first",
            "control = \"queue\"",
        );
        let watched = format!("{copy}status = \"shadow\"\n");
        let tried = format!("{watched}replaces = \"legal\"\n");
        let meaning = |when: &str, copy: &str| {
            let rules = parsed(&[rule("legal", when, "control = \"queue\""), copy.to_owned()]);
            rules.meaning_of(rules.rule("legal-next").unwrap())
        };
        let known = meaning("msg.words.legal", &tried);
        assert_eq!(meaning("msg.words.legal", &tried), known);
        assert_ne!(meaning("msg.words.legal", &watched), known);
        assert_ne!(meaning("msg.first", &tried), known);
    }

    #[test]
    fn a_rule_that_overtakes_another_decides_where_that_did() {
        let vip = rule("vip", "customer.tier == \"vip\"", "control = \"agent:ana\"");
        let tag = rule("tag", "msg.first", "tag = [\"first\"]");
        let all = rule("all", "msg.first", "control = \"queue\"");
        let ahead = |old: [&String; 3], new: [&String; 3]| {
            let [old, new] = [old, new].map(|rules| parsed(&rules.map(Clone::clone)));
            let ahead = new.moved_ahead(&old);
            ahead.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(ahead([&vip, &tag, &all], [&all, &vip, &tag]), ["all"]);
        assert_eq!(
            ahead([&vip, &tag, &all], [&tag, &vip, &all]),
            none,
            "tags take nothing from anybody"
        );
        assert_eq!(ahead([&vip, &tag, &all], [&vip, &all, &tag]), none);
        let watched = format!("{vip}status = \"shadow\"\n");
        assert_eq!(
            ahead([&watched, &tag, &all], [&all, &watched, &tag]),
            none,
            "it decided nothing"
        );
        let alike = vip.replace("agent:ana", "queue");
        assert_eq!(
            ahead([&alike, &tag, &all], [&all, &alike, &tag]),
            none,
            "both want the same"
        );
    }
}
