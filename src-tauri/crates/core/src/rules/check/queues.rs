//! `[queue.<name>]`: what must be known when a conversation comes to a queue, and how long its
//! people have to read a draft.

use super::{effects::duration, sections::table, sections::texts};
use crate::packet::{ASKABLE, can_be_asked_for};
use crate::rules::{
    plan::QueuePolicy,
    problem::{Problem, did_you_mean},
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
}
