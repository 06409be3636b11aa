//! What the sentences of a model's answer stand on. The passages are looked up now, so nothing is
//! shown of what was removed or erased since.

use baton_api::ApiError;
use baton_api::knowledge as kn;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::knowledge::ground::{Cited, Grounds, Offered};
use baton_core::knowledge::passage::Passage;
use baton_core::message::MessageDocument;
use baton_store::{KnowledgeKind, KnowledgeSource, Reader};

use crate::engine::{Engine, message_id, parse};
use crate::error::EngineError;
use crate::view::word;

impl Engine {
    pub(super) async fn grounds_get(&self, asked: kn::GroundsGet) -> Result<kn::Grounds, ApiError> {
        let which = parse(&asked.conversation, "conversation")?;
        let message = message_id(&asked.message)?;
        Ok(self
            .read(move |reader, _| {
                let document = document_of(reader, which, message)?;
                let grounds = document.and_then(|document| document.grounds);
                let grounds = match (grounds, &asked.text) {
                    (Some(grounds), Some(words)) => in_other_words(reader, &grounds, words)?,
                    (grounds, _) => grounds.unwrap_or_default(),
                };
                view(reader, &grounds)
            })
            .await?)
    }
}

/// How the sentences of a document stand, counted; none where that was not looked at.
pub(crate) fn counted(document: &MessageDocument) -> Option<kn::Grounded> {
    let grounds = document.grounds.as_ref()?;
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Some(kn::Grounded {
        sources: small(grounds.sources.len()),
        unsupported: small(grounds.unsupported()),
    })
}

/// What a message says, or a draft, or what was queued and has not left.
fn document_of(
    reader: &Reader<'_>,
    which: ConversationId,
    message: MessageId,
) -> Result<Option<MessageDocument>, EngineError> {
    let sent = reader.message(message)?;
    let held = reader.review(message)?;
    let state = reader.conversation(which)?;
    let leaving = state.and_then(|state| {
        let mut leaving = state.outbox.values();
        leaving.find(|out| out.message == message).cloned()
    });
    let hash = sent
        .filter(|row| row.conversation == which)
        .map(|row| row.document)
        .or(leaving.map(|out| out.document))
        .or(held
            .filter(|row| row.conversation == which)
            .map(|row| row.document));
    match hash {
        Some(hash) => Ok(reader.document(hash)?),
        None => Err(EngineError::Missing("message")),
    }
}

fn view(reader: &Reader<'_>, grounds: &Grounds) -> Result<kn::Grounds, EngineError> {
    let number = |cited: &usize| u32::try_from(*cited).unwrap_or(u32::MAX);
    let claims = grounds.claims.iter().map(|claim| kn::Claim {
        text: claim.text.clone(),
        cites: claim.cites.iter().map(number).collect(),
        support: word(&claim.support),
    });
    let sources = grounds.sources.iter().map(|cited| source(reader, cited));
    Ok(kn::Grounds {
        claims: claims.collect(),
        sources: sources.collect::<Result<_, _>>()?,
    })
}

/// What something that is cited comes from, and the passage where it still says the same.
fn found(
    reader: &Reader<'_>,
    cited: &Cited,
) -> Result<(Option<KnowledgeSource>, Option<Passage>), EngineError> {
    let known = match KnowledgeKind::named(&cited.kind) {
        Some(kind) => reader.knowledge_source_named(kind, &cited.name)?,
        None => None,
    };
    let there = known.filter(|known| known.removed_at.is_none());
    let passage = match &there {
        Some(known) => {
            let all = reader.knowledge_passages(known.n)?;
            all.into_iter().find(|one| one.digest() == cited.digest)
        }
        None => None,
    };
    Ok((there, passage))
}

/// What an answer stands on in a person's words.
///
/// # Errors
/// When what it cites cannot be read.
pub(crate) fn in_other_words(
    reader: &Reader<'_>,
    before: &Grounds,
    words: &str,
) -> Result<Grounds, EngineError> {
    let mut there = Vec::new();
    for cited in &before.sources {
        there.extend(passage_of(reader, cited)?);
    }
    Ok(before.edited(words, |cited| {
        there
            .iter()
            .find(|passage| passage.cited == *cited)
            .cloned()
    }))
}

/// A passage that is cited, to hold something against it; none when it is not there any more.
fn passage_of(reader: &Reader<'_>, cited: &Cited) -> Result<Option<Offered>, EngineError> {
    let (source, passage) = found(reader, cited)?;
    // Of a conversation only what was answered counts, as when it was offered.
    let answered = cited.kind == KnowledgeKind::Conversation.name();
    Ok(source.zip(passage).map(|(source, passage)| Offered {
        cited: cited.clone(),
        title: if answered {
            String::new()
        } else {
            source.title
        },
        heading: if answered {
            String::new()
        } else {
            passage.heading
        },
        text: passage.text,
    }))
}

/// A passage as it stands now.
fn source(reader: &Reader<'_>, cited: &Cited) -> Result<kn::CitedSource, EngineError> {
    let (there, passage) = found(reader, cited)?;
    let state = match (&there, &passage) {
        (None, _) => "gone",
        (Some(_), None) => "changed",
        (Some(_), Some(_)) => "there",
    };
    let Passage { heading, text } = passage.unwrap_or_default();
    Ok(kn::CitedSource {
        source: kn::DraftSource {
            kind: cited.kind.clone(),
            title: there.map_or_else(|| cited.name.clone(), |known| known.title),
            name: cited.name.clone(),
        },
        state: state.to_owned(),
        heading,
        text,
    })
}
