//! `baton rules propose`.

use baton_api::proposals::{OutcomeView, ProposalView, Proposals};
use serde_json::json;

use super::look::ask;
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// `baton rules propose`.
pub(super) async fn propose(
    host: &impl Host,
    miss_cost: Option<f64>,
    output: &Output,
) -> Result<(), Failure> {
    let request = json!({ "miss_cost": miss_cost });
    let found: Proposals = ask(host, "proposals_get", request).await?;
    output.tell(&found, &plain(&in_words(&found)))
}

fn in_words(found: &Proposals) -> String {
    let mut out = String::new();
    for proposal in &found.proposals {
        out.push_str(&described(proposal, found.enough));
        out.push('\n');
    }
    let labels = match found.labels {
        1 => "1 label".to_owned(),
        labels => format!("{labels} labels"),
    };
    out.push_str(&match found.proposals.len() {
        0 if found.labels < found.fewest => format!(
            "{labels}; from {} on, Baton looks for better limits and words.",
            found.fewest
        ),
        0 => format!("Nothing to propose on {labels}."),
        1 => format!("1 proposal on {labels}. A person accepts or dismisses it, in the window."),
        many => format!(
            "{many} proposals on {labels}. A person accepts or dismisses them, in the window."
        ),
    });
    out
}

fn described(proposal: &ProposalView, enough: u32) -> String {
    let mut out = format!("{}\n", proposal.says);
    if proposal.state == "dismissed" {
        out.push_str(&format!(
            "  dismissed by {}: {}\n",
            proposal.answered_by, proposal.answer_reason
        ));
    }
    for line in &proposal.diff {
        let sign = match line.kind.as_str() {
            "added" => '+',
            "removed" => '-',
            _ => ' ',
        };
        out.push_str(&format!("  {sign} {}\n", line.text));
    }
    let (now, then) = (&proposal.before, &proposal.after);
    out.push_str(&format!(
        "  reach people {} -> {}, of them not needed {} -> {}\n  missed {} -> {} of {} that needed \
         people\n",
        now.handoffs,
        then.handoffs,
        now.false_handoffs,
        then.false_handoffs,
        now.missed,
        then.missed,
        now.needed,
    ));
    if proposal.labels_used >= enough {
        out.push_str(&format!(
            "  missed share {} -> {}\n",
            share(now),
            share(then)
        ));
    }
    out.push_str(&format!(
        "  saves {:.1} handoffs' worth ({:.1} to {:.1}) on {} labels, {} go another way\n",
        proposal.saving,
        proposal.saving_low,
        proposal.saving_high,
        proposal.labels_used,
        proposal.changed,
    ));
    let held = &proposal.held_out;
    out.push_str(&format!(
        "  on conversations held out of the choice, in {} parts: saves {:.1} ({:.1} to {:.1})",
        held.parts, held.saving, held.saving_low, held.saving_high,
    ));
    for (name, rate) in [("precision", &held.precision), ("recall", &held.recall)] {
        if let Some(rate) = rate {
            out.push_str(&format!(
                ", {name} {:.0} % ({:.0} to {:.0})",
                rate.rate * 100.0,
                rate.low * 100.0,
                rate.high * 100.0
            ));
        }
    }
    out.push('\n');
    for term in &proposal.terms {
        out.push_str(&format!(
            "  \"{}\": in {} that needed people, {} that did not; log odds {:.1} ({:.1} to {:.1})\n",
            term.text, term.needed, term.others, term.log_odds, term.low, term.high
        ));
    }
    out
}

fn share(outcome: &OutcomeView) -> String {
    outcome.missed_share.as_ref().map_or_else(
        || "none".to_owned(),
        |share| {
            format!(
                "{:.0} % ({:.0} to {:.0})",
                share.rate * 100.0,
                share.low * 100.0,
                share.high * 100.0
            )
        },
    )
}
