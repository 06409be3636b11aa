//! `baton knowledge`: where answers are taken from.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_api::knowledge::{Knowledge, KnowledgeRefreshed, KnowledgeSource};
use baton_api::session::Done;
use serde_json::json;

use super::look::ask;
use crate::arguments::KnowledgeCommand;
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// No file that is read here is longer.
const LONGEST: u64 = 4 * 1024 * 1024 + 1;

/// Carries out what is to be done with what answers are taken from.
pub(super) async fn knowledge(
    host: &impl Host,
    what: KnowledgeCommand,
    output: &Output,
) -> Result<(), Failure> {
    match what {
        KnowledgeCommand::Add { what } => add(host, &what, output).await,
        KnowledgeCommand::List => {
            let all: Knowledge = ask(host, "knowledge_get", json!({})).await?;
            let mut lines: Vec<String> = all.sources.iter().map(in_words).collect();
            lines.push(format!(
                "{} sources and {} solved conversations, {} passages.",
                all.sources.len(),
                all.conversations,
                all.passages
            ));
            output.tell(&all, &plain(&lines.join("\n")))
        }
        KnowledgeCommand::Refresh { page } => {
            let source = match page {
                Some(page) => Some(find(host, &page).await?.source),
                None => None,
            };
            let request = json!({ "source": source });
            let done: KnowledgeRefreshed = ask(host, "knowledge_refresh", request).await?;
            let mut lines: Vec<String> = done.failed.iter().map(in_words).collect();
            lines.push(format!(
                "{} changed, {} as before, {} not read.",
                done.changed,
                done.same,
                done.failed.len()
            ));
            output.tell(&done, &plain(&lines.join("\n")))?;
            match done.failed.is_empty() {
                true => Ok(()),
                false => Err(Failure::Found),
            }
        }
        KnowledgeCommand::Remove { source } => {
            let found = find(host, &source).await?;
            let request = json!({ "source": found.source });
            let done: Done = ask(host, "knowledge_remove", request).await?;
            let words = format!("No answer is taken from {} any more.", found.name);
            output.tell(&done, &plain(&words))
        }
    }
}

async fn add(host: &impl Host, what: &[String], output: &Output) -> Result<(), Failure> {
    let mut added = Vec::new();
    for one in what {
        let request = match one.contains("://") {
            true => json!({ "address": one, "file": null }),
            false => json!({ "address": null, "file": file(Path::new(one))? }),
        };
        let source: KnowledgeSource = ask(host, "knowledge_add", request).await?;
        added.push(source);
    }
    let lines: Vec<String> = added.iter().map(in_words).collect();
    output.tell(&added, &plain(&lines.join("\n")))
}

fn file(path: &Path) -> Result<serde_json::Value, Failure> {
    let mut bytes = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|open| open.take(LONGEST).read_to_end(&mut bytes));
    read.map_err(|error| {
        Failure::said(
            "unreadable",
            format!("{} cannot be read: {error}.", path.display()),
            "Check its name.",
        )
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    Ok(json!({
        "name": name.unwrap_or_default(), "media_type": "", "base64": STANDARD.encode(&bytes),
    }))
}

/// The source of a name, an address or a number.
async fn find(host: &impl Host, named: &str) -> Result<KnowledgeSource, Failure> {
    let all: Knowledge = ask(host, "knowledge_get", json!({})).await?;
    let by_name = |one: &&KnowledgeSource| one.kind != "answer" && one.name == named;
    let by_number = |one: &&KnowledgeSource| one.source == named;
    let found = all.sources.iter().find(by_name);
    found
        .or_else(|| all.sources.iter().find(by_number))
        .cloned()
        .ok_or_else(|| {
            Failure::said(
                "not_found",
                format!("There is no source called {named}."),
                "`baton knowledge list` names them all.",
            )
        })
}

/// A source in one line.
fn in_words(source: &KnowledgeSource) -> String {
    let read = jiff::Timestamp::from_millisecond(source.read_at)
        .map(|at| format!("{at:.0}"))
        .unwrap_or_default();
    let problem = match source.problem.as_str() {
        "" => String::new(),
        problem => format!(", not since: {problem}"),
    };
    format!(
        "{}  {}  {}, {} passages, read {read}{problem}",
        source.source, source.kind, source.name, source.passages
    )
}
