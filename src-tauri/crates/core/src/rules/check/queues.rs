//! `[queue.<name>]`: what must be known when a conversation comes to a queue, and how long its
//! people have to read a draft.

use std::collections::BTreeSet;

use super::{effects::duration, sections::table, sections::texts};
use crate::packet::{ASKABLE, can_be_asked_for};
use crate::rules::{
    Ruleset,
    outcome::{ControlTarget, Target},
    plan::{LadderPlan, QueuePolicy, Rule},
    problem::{Problem, Span, did_you_mean, is_almost},
    text::tree::{Entry, Fields, NodeKind},
};

/// `[queue.<name>]`.
pub(super) fn queues(entry: Option<&Entry>, problems: &mut Vec<Problem>) -> Vec<QueuePolicy> {
    let mut out = Vec::new();
    for entry in table(entry, "[queue]", problems) {
        let what = format!("[queue.{}]", entry.key);
        let Some(mut fields) = Fields::of(&entry.value, &what, problems) else {
            continue;
        };
        let mut queue = QueuePolicy {
            name: entry.key.as_str().into(),
            packet: Vec::new(),
            review_within: None,
            span: entry.key_span,
        };
        if let Some(entry) = fields.get("packet") {
            for field in texts(&entry.value, "`packet`", problems) {
                if can_be_asked_for(field) {
                    queue.packet.push(field.into());
                } else {
                    problems.push(unknown_field(entry, field));
                }
            }
        }
        if let Some(entry) = fields.get("review_within") {
            queue.review_within = duration(&entry.value, "`review_within`", problems);
        }
        fields.finish(&what, problems);
        out.push(queue);
    }
    out
}

/// What is odd about the names of queues, as far as the file alone can tell: a name that is almost
/// that of a team which the file names elsewhere. Queues that no rule speaks of may well exist.
pub(super) fn misspelt(
    queues: &[QueuePolicy],
    rules: &[(Rule, Span)],
    ladders: &[LadderPlan],
    problems: &mut Vec<Problem>,
) {
    let mut teams: BTreeSet<&str> = BTreeSet::new();
    let targets = rules.iter().flat_map(|(rule, _)| {
        let effects = &rule.effects;
        effects.notify.iter().chain(&effects.reviewers)
    });
    let steps = ladders.iter().flat_map(|ladder| &ladder.steps);
    let steps = steps.flat_map(|step| step.notify.iter().chain(&step.offer));
    teams.extend(targets.chain(steps).filter_map(|target| match target {
        Target::Team(name) => Some(&**name),
        Target::Role(_) | Target::Agent(_) | Target::AnyAvailable => None,
    }));
    teams.extend(rules.iter().filter_map(|(rule, _)| given_to(rule)));
    for queue in queues.iter().filter(|queue| !teams.contains(&*queue.name)) {
        if is_almost(&queue.name, teams.iter().copied()) {
            problems.push(unknown_queue(queue, &teams));
        }
    }
}

/// The team that a rule gives conversations to.
fn given_to(rule: &Rule) -> Option<&str> {
    match &rule.effects.control {
        Some(ControlTarget::Team(name)) => Some(name),
        _ => None,
    }
}

impl Ruleset {
    /// The code of what is said of a queue that nobody has.
    pub const UNKNOWN_QUEUE: &str = "unknown-queue";

    /// The queues that the file speaks of and that nobody has: neither a channel, nor a person,
    /// nor a rule brings a conversation there, so what the file asks for it asks of nobody.
    #[must_use]
    pub fn unknown_queues(&self, there: &BTreeSet<String>) -> Vec<Problem> {
        let mut known: BTreeSet<&str> = there.iter().map(String::as_str).collect();
        known.extend(self.rules().iter().filter_map(given_to));
        let unknown = |queue: &&QueuePolicy| !known.contains(&*queue.name);
        let queues = self.queues.iter().filter(unknown);
        queues.map(|queue| unknown_queue(queue, &known)).collect()
    }
}

fn unknown_queue(queue: &QueuePolicy, known: &BTreeSet<&str>) -> Problem {
    let message = format!("there is no queue \"{}\"", queue.name);
    let problem = Problem::warning(Ruleset::UNKNOWN_QUEUE, queue.span, message);
    match did_you_mean(&queue.name, known.iter().copied()) {
        Some(meant) => problem.repair(format!("did you mean \"{meant}\"?")),
        None if known.is_empty() => problem.repair("no channel and no person has a queue"),
        None => {
            let known: Vec<&str> = known.iter().copied().collect();
            problem.repair(format!("known are {}", known.join(", ")))
        }
    }
}

fn unknown_field(entry: &Entry, field: &str) -> Problem {
    let node = match &entry.value.kind {
        NodeKind::List(list) => list.iter().find(|node| node.as_text() == Some(field)),
        _ => None,
    };
    let span = node.map_or(entry.value.span, |node| node.span);
    let message = format!("a packet has no field \"{field}\"");
    let problem = Problem::error("unknown-field", span, message);
    match did_you_mean(field, ASKABLE) {
        Some(meant) => problem
            .repair(format!("did you mean \"{meant}\"?"))
            .fix(span, format!("\"{meant}\"")),
        None => problem.repair(format!("known are {} and facts.NAME", ASKABLE.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Ruleset;
    use crate::time::HOUR;

    const HEAD: &str = "baton = 1\npolicy = 'q'\nzone = 'UTC'\n";

    #[test]
    fn a_queue_says_what_it_needs_to_know() {
        let text = format!(
            "{HEAD}[queue.support]\npacket = ['summary', 'facts.order_number']\n\
             [queue.legal]\nreview_within = '1h'\n"
        );
        let rules = Ruleset::parse(&text).unwrap();
        let support = rules.queue("support").unwrap();
        let asked: Vec<&str> = support.packet.iter().map(|field| &**field).collect();
        assert_eq!(asked, ["summary", "facts.order_number"]);
        assert_eq!(support.review_within, None);
        assert_eq!(rules.queue("legal").unwrap().review_within, Some(HOUR));
        assert!(rules.queue("sales").is_none());
    }

    #[test]
    fn a_field_that_no_packet_has_is_told_with_its_repair() {
        let text = format!("{HEAD}[queue.support]\npacket = ['summry']\nneeds = 1\n");
        let problems = Ruleset::parse(&text).unwrap_err().to_string();
        assert!(
            problems.contains("a packet has no field \"summry\""),
            "{problems}"
        );
        assert!(problems.contains("did you mean \"summary\"?"), "{problems}");
        assert!(problems.contains("needs"), "{problems}");
    }

    #[test]
    fn a_queue_that_nobody_has_is_told_with_the_name_that_was_meant() {
        let asks = "review_within = '1h'\n";
        let text =
            format!("{HEAD}[queue.suport]\n{asks}[queue.sales]\n{asks}[queue.legal]\n{asks}")
                + "[[rule]]\nid = 'law'\nreason = 'law'\non = ['customer.message']\nwhen = 'true'\n\
               do = { control = 'team:legal', notify = ['team:support'] }\n";
        let rules = Ruleset::parse(&text).unwrap();
        // The file alone tells what is almost a name of its own.
        let told = |problems: &[super::Problem]| -> Vec<String> {
            let shown = |one: &super::Problem| format!("{} / {}", one.message, one.repair);
            problems.iter().map(shown).collect()
        };
        let meant = "there is no queue \"suport\" / did you mean \"support\"?";
        assert_eq!(told(rules.warnings()), [meant]);
        assert_eq!(rules.warnings()[0].place(&text), (4, 8));
        // Whoever knows the queues tells what is no queue at all.
        let there = ["support".to_owned(), "billing".to_owned()].into();
        let all = told(&rules.unknown_queues(&there));
        let none = "there is no queue \"sales\" / known are billing, legal, support";
        assert_eq!(all, [meant, none]);
        let there = ["suport", "sales"].map(str::to_owned).into();
        assert!(rules.unknown_queues(&there).is_empty());
    }
}
