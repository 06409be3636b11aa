//! `baton reviewers`: people from outside the team who read drafts.

use baton_api::reviews::{ReviewerAdded, Reviewers};
use baton_api::session::{AgentView, Done};
use serde_json::json;

use super::look::ask;
use crate::arguments::ReviewersCommand;
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// Carries out what is to be done with them.
pub(super) async fn reviewers(
    host: &impl Host,
    what: ReviewersCommand,
    output: &Output,
) -> Result<(), Failure> {
    match what {
        ReviewersCommand::Add {
            name,
            team,
            display,
        } => {
            let request = json!({ "name": name, "team": team, "display_name": display });
            let added: ReviewerAdded = ask(host, "reviewer_add", request).await?;
            let words = format!(
                "{}\n\nThis is the token of {name}. It is not shown again.",
                added.token
            );
            output.tell(&added, &words)
        }
        ReviewersCommand::List => {
            let all: Reviewers = ask(host, "reviewers_get", json!({})).await?;
            let lines: Vec<String> = all.reviewers.iter().map(in_words).collect();
            let words = match lines.is_empty() {
                true => "Nobody from outside reads drafts.".to_owned(),
                false => lines.join("\n"),
            };
            output.tell(&all, &plain(&words))
        }
        ReviewersCommand::Remove { name } => {
            let done: Done = ask(host, "reviewer_remove", json!({ "name": name })).await?;
            output.tell(&done, &format!("{name} reads no drafts any more."))
        }
    }
}

fn in_words(person: &AgentView) -> String {
    format!(
        "{}  {}, reads for {}",
        person.name,
        person.display_name,
        person.teams.join(", ")
    )
}
