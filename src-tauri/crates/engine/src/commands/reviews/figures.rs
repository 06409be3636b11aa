//! How reviews went: how many drafts were sent as written, edited, rejected or not read, and how
//! long those that a person read had waited.

use std::collections::BTreeMap;

use baton_api::reviews::ReviewFigures;
use baton_core::review::ReviewEnd;
use baton_core::time::MINUTE;
use baton_store::{ReviewRow, SettledReview};

/// All together, then by rule, in the order of their names.
pub(super) fn figures(rows: &[ReviewRow]) -> Vec<ReviewFigures> {
    let settled = || {
        let ends = rows
            .iter()
            .filter_map(|row| Some((row, row.settled.as_ref()?)));
        ends.map(|(row, end)| (row.rule.as_str(), end))
    };
    let mut by_rule: BTreeMap<&str, Vec<&SettledReview>> = BTreeMap::new();
    for (rule, end) in settled() {
        by_rule.entry(rule).or_default().push(end);
    }
    let all: Vec<&SettledReview> = settled().map(|(_, end)| end).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let together = counted(None, &all);
    let each = by_rule
        .into_iter()
        .map(|(rule, ends)| counted(Some(rule), &ends));
    std::iter::once(together).chain(each).collect()
}

fn counted(rule: Option<&str>, ends: &[&SettledReview]) -> ReviewFigures {
    let of = |how: ReviewEnd| {
        let count = ends.iter().filter(|end| end.how == how).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let mut waits: Vec<i64> = ends
        .iter()
        .filter(|end| {
            matches!(
                end.how,
                ReviewEnd::Approved | ReviewEnd::Edited | ReviewEnd::Rejected
            )
        })
        .map(|end| end.waited_ms)
        .collect();
    waits.sort_unstable();
    ReviewFigures {
        rule: rule.map(str::to_owned),
        approved: of(ReviewEnd::Approved),
        edited: of(ReviewEnd::Edited),
        rejected: of(ReviewEnd::Rejected),
        expired: of(ReviewEnd::Expired),
        withdrawn: of(ReviewEnd::Withdrawn),
        median_minutes: median(&waits),
    }
}

/// The middle of sorted times in minutes; between two, halfway.
#[allow(
    clippy::cast_precision_loss,
    reason = "minutes are shown with one digit"
)]
fn median(sorted: &[i64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len().saturating_sub(1)) / 2)?;
    Some((lower + upper) as f64 / 2.0 / MINUTE as f64)
}

#[cfg(test)]
mod tests {
    use baton_core::hash::Hash;
    use baton_core::ids::{ConversationId, Id as _, MessageId};
    use baton_core::message::Author;
    use baton_core::time::Timestamp;

    use super::*;

    fn row(rule: &str, how: ReviewEnd, minutes: i64) -> ReviewRow {
        ReviewRow {
            draft: MessageId::from_bits(1),
            conversation: ConversationId::from_bits(1),
            rule: rule.to_owned(),
            decision: None,
            author: Author::Bot,
            author_name: "helper".to_owned(),
            reviewers: Vec::new(),
            document: Hash::of(b""),
            held_at: Timestamp(0),
            due_at: Timestamp(0),
            packet: None,
            settled: Some(SettledReview {
                how,
                by: String::new(),
                code: None,
                sent: None,
                outbox: None,
                at: Timestamp(0),
                waited_ms: minutes * MINUTE,
            }),
        }
    }

    #[test]
    fn all_come_first_and_a_wait_that_nobody_ended_is_no_waiting_time() {
        let rows = [
            row("money", ReviewEnd::Approved, 2),
            row("money", ReviewEnd::Edited, 5),
            row("junior", ReviewEnd::Rejected, 4),
            row("junior", ReviewEnd::Expired, 900),
            row("junior", ReviewEnd::Withdrawn, 900),
        ];
        let told = figures(&rows);
        let named: Vec<_> = told.iter().map(|one| one.rule.as_deref()).collect();
        assert_eq!(named, [None, Some("junior"), Some("money")]);
        assert_eq!(told[0].median_minutes, Some(4.0));
        assert_eq!(
            (told[0].approved, told[0].edited, told[0].rejected),
            (1, 1, 1)
        );
        assert_eq!((told[0].expired, told[0].withdrawn), (1, 1));
        assert_eq!(told[2].median_minutes, Some(3.5), "between two, halfway");
    }

    #[test]
    fn nothing_settled_is_no_figure() {
        assert!(figures(&[]).is_empty());
    }
}
