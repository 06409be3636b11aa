//! What the shop of the demo knows, and what its bot says of it.

use baton_channels::demo::{Hour, Line};
use baton_core::knowledge::ground::{Cited, Grounds, Offered, without_citations};
use baton_core::knowledge::passage::passages;
use baton_store::{KnowledgeKind, NewKnowledge};

use crate::desk::Turn;
use crate::error::EngineError;

/// Puts the files of the shop on its shelf.
pub(super) fn furnish(turn: &mut Turn<'_, '_>, hour: &Hour) -> Result<(), EngineError> {
    for known in &hour.known {
        let new = NewKnowledge {
            kind: KnowledgeKind::Document,
            name: &known.file,
            title: &known.title,
            passages: &passages(&known.text),
        };
        turn.tx.save_knowledge(&new, turn.now)?;
    }
    Ok(())
}

/// What the bot says to the customer in a line, and what that stands on, as for a model's words.
pub(super) fn grounded(
    turn: &Turn<'_, '_>,
    line: &Line,
) -> Result<(String, Option<Grounds>), EngineError> {
    if line.cites.is_empty() {
        return Ok((line.bot.clone(), None));
    }
    let kind = KnowledgeKind::Document;
    let mut offered = Vec::new();
    for file in &line.cites {
        let Some(known) = turn.tx.knowledge_source_named(kind, file)? else {
            continue;
        };
        for passage in turn.tx.knowledge_passages(known.n)? {
            offered.push(Offered {
                cited: Cited {
                    kind: kind.name().to_owned(),
                    name: known.name.clone(),
                    digest: passage.digest(),
                },
                title: known.title.clone(),
                heading: passage.heading,
                text: passage.text,
            });
        }
    }
    let grounds = Grounds::of(&line.bot, &offered);
    Ok((without_citations(&line.bot), Some(grounds)))
}
