//! Proposals to change the rules: made when somebody looks, answered by people, never applied by
//! themselves.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use baton_api::ApiError;
use baton_api::proposals as pr;
use baton_api::rules::RulesSave;
use baton_core::event::body::ProposalAnswered;
use baton_core::event::{Actor, Event};
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::label::{Interval, Label};
use baton_core::rules::propose::{
    Case, CasePoint, Change, Costs, FEWEST_LABELS, FOLDS, HeldOut, Outcome, Proposal, propose,
};
use baton_core::rules::{DecisionRecord, EventKind, Fact, Ruleset, Value};
use baton_core::time::Timestamp;
use baton_store::{AnsweredProposal, Decision, LabelRow, Reader};

use super::labels::ENOUGH;
use super::learning::costs;
use super::rules::Tested;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::text;

/// Labelled episodes that are looked at, the newest.
const CASES: usize = 2_000;
/// Decisions of a conversation that are looked at.
const POINTS: usize = 400;
/// Lines of the file shown around a change.
const AROUND: usize = 2;

impl Engine {
    pub(super) async fn proposals_get(
        &self,
        asked: pr::ProposalsGet,
    ) -> Result<pr::Proposals, ApiError> {
        let memory = Arc::clone(&self.inner.proposed);
        Ok(self
            .read(move |reader, roster| {
                let costs = costs(reader, asked.miss_cost)?;
                let found = found(reader, &roster.ruleset, costs, &memory)?;
                let answers = reader.answered_proposals()?;
                let source = roster.ruleset.source();
                Ok(pr::Proposals {
                    proposals: found
                        .proposals
                        .iter()
                        .map(|found| {
                            let answer = answers.iter().find(|one| one.proposal == found.id);
                            view(found.clone(), source, answer, roster)
                        })
                        .collect(),
                    labels: count(found.cases),
                    fewest: count(FEWEST_LABELS),
                    enough: ENOUGH,
                    miss_cost: costs.miss,
                    ruleset: text(roster.ruleset.id()),
                })
            })
            .await?)
    }

    pub(super) async fn proposal_answer(
        &self,
        asked: pr::ProposalAnswer,
    ) -> Result<pr::ProposalAnswered, ApiError> {
        let Some(id) = Hash::parse(&asked.id) else {
            return Err(ApiError::bad_request("That is no proposal."));
        };
        let reason = asked.reason.trim().to_owned();
        if reason.is_empty() {
            return Err(ApiError::new(
                "reason_missing",
                "An answer to a proposal needs a reason.",
                "Say in a few words why, for whoever reads the history.",
            ));
        }
        let miss_cost = asked.miss_cost;
        let memory = Arc::clone(&self.inner.proposed);
        let known = self.read(move |reader, roster| {
            let costs = costs(reader, miss_cost)?;
            let all = found(reader, &roster.ruleset, costs, &memory)?;
            let mut all = all.proposals.iter();
            Ok((all.find(|one| one.id == id).cloned(), roster.ruleset.id()))
        });
        let (Some(proposal), base) = known.await? else {
            return Err(ApiError::new(
                "proposal_gone",
                "This is no longer proposed: the rules or the labels have changed.",
                "Look at what is proposed now.",
            )
            .as_notice());
        };
        let says = proposal.says();
        let tested = match asked.accept {
            true => {
                let tested = Tested::of(
                    RulesSave {
                        text: proposal.text,
                        base: text(base),
                        reason: reason.clone(),
                        r#override: asked.r#override,
                        beside: asked.beside,
                    },
                    self.roster(),
                );
                Some(tested.await?)
            }
            false => None,
        };
        let accepted = asked.accept;
        // The rules and the answer are one: what is in force was accepted, and the other way round.
        let ruleset = self
            .inner
            .desk
            .turn(move |turn| {
                let ruleset = match tested {
                    Some(tested) => tested.put_in_force(turn)?,
                    None => base,
                };
                let agent = turn.roster.me.as_str().to_owned();
                turn.tx.answer_proposal(&AnsweredProposal {
                    proposal: id,
                    accepted,
                    agent: agent.clone(),
                    reason: reason.clone(),
                    at: turn.now,
                })?;
                let event = Event::ProposalAnswered(ProposalAnswered {
                    proposal: id,
                    ruleset: base,
                    accepted,
                    says,
                    reason,
                });
                turn.record(event, Actor::agent(agent), None)?;
                turn.touch("proposals");
                Ok(ruleset)
            })
            .await?;
        Ok(pr::ProposalAnswered {
            ruleset: text(ruleset),
        })
    }
}

/// What was proposed last. Finding it reads every labelled episode, so it is found again only when
/// the rules, the labels or the costs are others, or something was erased.
#[derive(Default)]
pub(crate) struct Proposed {
    made_of: Option<Hash>,
    found: Arc<Found>,
}

impl Proposed {
    /// Forgets it: words that were erased are not to be proposed.
    pub(super) fn forget(memory: &Mutex<Self>) {
        *memory.lock().unwrap_or_else(PoisonError::into_inner) = Self::default();
    }
}

/// What is proposed, and of how many episodes that is made.
#[derive(Default)]
struct Found {
    proposals: Vec<Proposal>,
    cases: usize,
}

fn found(
    reader: &Reader<'_>,
    ruleset: &Ruleset,
    costs: Costs,
    memory: &Mutex<Proposed>,
) -> Result<Arc<Found>, EngineError> {
    let labels = reader.labels(Timestamp(i64::MIN))?;
    let said = format!("{labels:?}{costs:?}");
    let made_of = Hash::of_parts(&[&ruleset.id().0, said.as_bytes()]);
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    if memory.made_of != Some(made_of) {
        let cases = cases(reader, &labels)?;
        memory.found = Arc::new(Found {
            proposals: propose(ruleset, &cases, costs),
            cases: cases.len(),
        });
        memory.made_of = Some(made_of);
    }
    Ok(Arc::clone(&memory.found))
}

/// The labelled episodes with their decisions: of each episode the newest word counts.
fn cases(reader: &Reader<'_>, labels: &[LabelRow]) -> Result<Vec<Case>, EngineError> {
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for said in labels.iter().rev() {
        if !seen.insert((said.conversation, said.episode)) {
            continue;
        }
        if cases.len() >= CASES {
            break;
        }
        let points = points(reader, said)?;
        // Without recorded facts (erased, or before there were any) it says nothing about limits.
        if !points.is_empty() {
            cases.push(Case {
                key: key(said.conversation),
                needed: said.label.person_needed(),
                weight: said.sampled.map_or(1.0, |sampled| {
                    f64::from(sampled.of) / f64::from(sampled.drawn.max(1))
                }),
                points,
            });
        }
    }
    Ok(cases)
}

/// A number that says nothing of a conversation but which it is.
fn key(conversation: ConversationId) -> u64 {
    let Hash(digest) = Hash::of(&conversation.bits().to_be_bytes());
    let first = digest.iter().take(8);
    first.fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

/// The decisions of an episode at which a handoff would have been in time.
fn points(reader: &Reader<'_>, said: &LabelRow) -> Result<Vec<CasePoint>, EngineError> {
    // Whoever came too late should have come before.
    let late = said.decided_seq.filter(|_| said.label == Label::TooLate);
    let mut decisions = reader.decisions_of(said.conversation, late, POINTS)?;
    decisions.reverse();
    let mut points = Vec::new();
    for decision in &decisions {
        if let Some(point) = point(reader, said, decision)? {
            points.push(point);
        }
    }
    Ok(points)
}

fn point(
    reader: &Reader<'_>,
    said: &LabelRow,
    decision: &Decision,
) -> Result<Option<CasePoint>, EngineError> {
    let Some(event) = EventKind::find(&decision.on) else {
        return Ok(None);
    };
    let record = DecisionRecord::from_bytes(&decision.record).ok();
    let Some(mut facts) = record.and_then(|record| record.facts().ok()) else {
        return Ok(None);
    };
    let episode = facts.int(Fact::CONV_EPISODE);
    if episode.is_some_and(|episode| episode != i64::from(said.episode)) {
        return Ok(None);
    }
    if event == EventKind::CustomerMessage {
        let words = reader.text_before(said.conversation, decision.seq)?;
        if let Some(words) = words {
            facts.set(Fact::MSG_TEXT, Value::text(words));
        }
    }
    Ok(Some(CasePoint {
        event,
        at: decision.at,
        facts,
    }))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn view(
    found: Proposal,
    source: &str,
    answer: Option<&AnsweredProposal>,
    roster: &Roster,
) -> pr::ProposalView {
    let says = found.says();
    let diff = diff(source, &found.text);
    let dismissed = answer.filter(|answer| !answer.accepted);
    let mut view = pr::ProposalView {
        id: text(found.id),
        rules: found.rules,
        says,
        kind: String::new(),
        line: String::new(),
        fact: String::new(),
        old_limit: String::new(),
        new_limit: String::new(),
        set: String::new(),
        terms: Vec::new(),
        diff,
        text: found.text,
        before: outcome(&found.before),
        after: outcome(&found.after),
        saving: found.saving.rate,
        saving_low: found.saving.low,
        saving_high: found.saving.high,
        held_out: held_out(&found.held_out),
        curve: found
            .curve
            .into_iter()
            .map(|point| pr::CurveView {
                limit: point.limit,
                written: point.written,
                outcome: outcome(&point.outcome),
            })
            .collect(),
        labels_used: found.labels,
        changed: found.changed,
        state: if dismissed.is_some() {
            "dismissed".to_owned()
        } else {
            "open".to_owned()
        },
        answered_by: dismissed.map_or_else(String::new, |answer| roster.display(&answer.agent)),
        answered_at: dismissed.map(|answer| answer.at.0),
        answer_reason: dismissed.map_or_else(String::new, |answer| answer.reason.clone()),
    };
    match found.change {
        Change::Limit {
            line,
            fact,
            from,
            to,
        } => {
            view.kind = "limit".to_owned();
            (view.line, view.fact) = (line, fact);
            (view.old_limit, view.new_limit) = (from, to);
        }
        Change::Words { set, add } => {
            view.kind = "words".to_owned();
            view.set = set;
            view.terms = add
                .into_iter()
                .map(|term| pr::TermView {
                    text: term.text,
                    needed: term.needed,
                    others: term.others,
                    log_odds: term.log_odds,
                    low: term.low,
                    high: term.high,
                })
                .collect();
        }
    }
    view
}

fn held_out(found: &HeldOut) -> pr::HeldOutView {
    let labelled = found.outcome.labelled;
    pr::HeldOutView {
        parts: u32::try_from(FOLDS).unwrap_or(u32::MAX),
        outcome: outcome(&found.outcome),
        saving: found.saving.rate,
        saving_low: found.saving.low,
        saving_high: found.saving.high,
        precision: rate(found.precision, labelled),
        recall: rate(found.recall, labelled),
    }
}

/// A share; none where labels are few.
fn rate(interval: Option<Interval>, labelled: u32) -> Option<pr::RateView> {
    let told = interval.filter(|_| labelled >= ENOUGH);
    told.map(|share| pr::RateView {
        rate: share.rate,
        low: share.low,
        high: share.high,
    })
}

fn outcome(found: &Outcome) -> pr::OutcomeView {
    let share = |interval| rate(interval, found.labelled);
    pr::OutcomeView {
        labelled: found.labelled,
        needed: found.needed,
        handoffs: found.handoffs,
        false_handoffs: found.false_handoffs,
        missed: found.missed,
        cost: found.cost,
        false_share: share(found.false_share),
        missed_share: share(found.missed_share),
    }
}

/// The lines that change, with a few around them: an edit is one stretch of the file.
fn diff(from: &str, to: &str) -> Vec<pr::ProposalLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()).saturating_sub(head);
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let line = |kind: &str, text: &&str| pr::ProposalLine {
        kind: kind.to_owned(),
        text: (*text).to_owned(),
    };
    let stretch = |lines: &[&str], kind: &str| -> Vec<pr::ProposalLine> {
        let until = lines.len().saturating_sub(tail);
        let changed = lines.iter().take(until).skip(head);
        changed.map(|text| line(kind, text)).collect()
    };
    let before = old.iter().take(head).skip(head.saturating_sub(AROUND));
    let after = old.iter().skip(old.len().saturating_sub(tail)).take(AROUND);
    let mut out: Vec<pr::ProposalLine> = before.map(|text| line("same", text)).collect();
    out.extend(stretch(&old, "removed"));
    out.extend(stretch(&new, "added"));
    out.extend(after.map(|text| line("same", text)));
    out
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn a_change_is_shown_with_what_stands_around_it() {
        let lines = |from: &str, to: &str| -> Vec<String> {
            let shown = diff(from, to).into_iter();
            shown
                .map(|line| format!("{} {}", line.kind, line.text))
                .collect()
        };
        assert_eq!(
            lines("a\nb\nc\nd\ne\nf", "a\nb\nc\nx\ne\nf"),
            [
                "same b",
                "same c",
                "removed d",
                "added x",
                "same e",
                "same f"
            ]
        );
        assert_eq!(lines("a\na", "a\na\na"), ["same a", "same a", "added a"]);
        assert!(lines("a", "a").iter().all(|line| line.starts_with("same")));
    }
}
