//! Where answers are taken from, and what may answer a customer.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_api::ApiError;
use baton_api::knowledge as kn;
use baton_api::search::SnippetPiece;
use baton_api::session::Done;
use baton_bots::page;
use baton_core::conversation::Conversation;
use baton_core::ids::ConversationId;
use baton_core::knowledge::word::{folded, marked};
use baton_core::status::WorkStatus;
use baton_core::time::HOUR;
use baton_core::words::sentence;
use baton_store::{
    Cursor, KnowledgeHit, KnowledgeKind, KnowledgeRequest, KnowledgeSource, ListQuery,
    NewKnowledge, Place, Reader,
};

use crate::desk::Turn;
use crate::door::newest_messages;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::knowledge::TAG;
use crate::knowledge::reading::{self, Text};
use crate::macros::{Fields, filled};
use crate::roster::Roster;
use crate::view::text;

/// What was removed is forgotten after so long.
const KEPT_REMOVED_MS: i64 = HOUR;
/// So many passages are suggested at most.
const SUGGESTED: usize = 8;
/// So many are looked at, because some say the same.
const LOOKED_AT: usize = 40;
/// Of what a customer wrote last so many bytes are looked for.
const LONGEST_QUESTION: usize = 4_000;
/// Conversations read in one turn at the desk.
const PAGE: usize = 100;
/// The name of a file has so many characters at most.
const LONGEST_NAME: usize = 200;

impl Engine {
    pub(super) async fn knowledge_get(
        &self,
        _: kn::KnowledgeGet,
    ) -> Result<kn::Knowledge, ApiError> {
        Ok(self
            .read(|reader, _| {
                let mut sources = Vec::new();
                for kind in [
                    KnowledgeKind::Document,
                    KnowledgeKind::Page,
                    KnowledgeKind::Answer,
                ] {
                    sources.extend(reader.knowledge_sources(kind)?.iter().map(view));
                }
                let mut passages = 0_u32;
                for kind in KnowledgeKind::EVERY {
                    passages = passages.saturating_add(reader.knowledge_count(kind)?.1);
                }
                let (conversations, _) = reader.knowledge_count(KnowledgeKind::Conversation)?;
                Ok(kn::Knowledge {
                    sources,
                    conversations,
                    passages,
                })
            })
            .await?)
    }

    pub(super) async fn knowledge_add(
        &self,
        asked: kn::KnowledgeAdd,
    ) -> Result<kn::KnowledgeSource, ApiError> {
        let (kind, name, read) = match (asked.file, asked.address) {
            (Some(file), None) => {
                let name = file.name.trim().to_owned();
                if name.is_empty() || name.chars().count() > LONGEST_NAME {
                    return Err(ApiError::bad_request(format!(
                        "A file needs a name of at most {LONGEST_NAME} characters."
                    )));
                }
                let bytes = STANDARD
                    .decode(file.base64.as_bytes())
                    .map_err(|_| ApiError::bad_request("The file is not in base 64."))?;
                let media_type = file.media_type.trim().to_ascii_lowercase();
                let read = reading::read(&name, &media_type, None, &bytes)
                    .map_err(|why| unread(&name, &why))?;
                (KnowledgeKind::Document, name, read)
            }
            (None, Some(address)) => {
                let address = address.trim().to_owned();
                let read = fetch(&address)
                    .await
                    .map_err(|why| unread(&address, &why))?;
                (KnowledgeKind::Page, address, read)
            }
            _ => {
                return Err(ApiError::bad_request(
                    "Name either a file or the address of a page.",
                ));
            }
        };
        let source = self.inner.desk.turn(move |turn| {
            let (n, _) = turn.keep_text(kind, &name, &read)?;
            turn.source(n)
        });
        Ok(view(&source.await?))
    }

    pub(super) async fn knowledge_refresh(
        &self,
        asked: kn::KnowledgeRefresh,
    ) -> Result<kn::KnowledgeRefreshed, ApiError> {
        let mut done = kn::KnowledgeRefreshed {
            changed: 0,
            same: 0,
            failed: Vec::new(),
        };
        let pages = match &asked.source {
            Some(source) => {
                let n = number(source)?;
                let found = self.read(move |reader, _| Ok(reader.knowledge_source(n)?));
                let found = found.await?.filter(|known| known.removed_at.is_none());
                let known = found.ok_or_else(|| ApiError::not_found("source"))?;
                if known.kind != KnowledgeKind::Page {
                    return Err(ApiError::new(
                        "not_a_page",
                        "Only a web page can be fetched anew.",
                        "Add the file again; it takes the place of the one before.",
                    ));
                }
                vec![known]
            }
            None => {
                self.read(|reader, _| Ok(reader.knowledge_sources(KnowledgeKind::Page)?))
                    .await?
            }
        };
        for known in pages {
            let read = fetch(&known.name).await;
            let kept = self.inner.desk.turn(move |turn| match read {
                Ok(read) => Ok((turn.keep_text(known.kind, &known.name, &read)?.1, None)),
                Err(why) => {
                    turn.tx.knowledge_not_read(known.n, &why)?;
                    turn.touch(TAG);
                    Ok((false, Some(turn.source(known.n)?)))
                }
            });
            match kept.await? {
                (_, Some(failed)) => done.failed.push(view(&failed)),
                (true, None) => done.changed = done.changed.saturating_add(1),
                (false, None) => done.same = done.same.saturating_add(1),
            }
        }
        if asked.source.is_none() {
            self.learn_from_all(&mut done).await?;
        }
        Ok(done)
    }

    /// Reads every conversation that is solved.
    async fn learn_from_all(&self, done: &mut kn::KnowledgeRefreshed) -> Result<(), EngineError> {
        let mut after: Option<Cursor> = None;
        loop {
            let list = ListQuery {
                after,
                limit: PAGE,
                ..ListQuery::of(Place::Status(WorkStatus::Solved))
            };
            let page = self.read(move |reader, _| Ok(reader.list(&list)?)).await?;
            let which: Vec<ConversationId> = page.rows.iter().map(|row| row.id).collect();
            let (changed, all) = self
                .inner
                .desk
                .turn(move |turn| {
                    let mut changed = 0_u32;
                    for one in &which {
                        if let Some(state) = turn.conversation(*one)? {
                            changed = changed.saturating_add(u32::from(turn.learn_from(&state)?));
                        }
                    }
                    Ok((changed, u32::try_from(which.len()).unwrap_or(u32::MAX)))
                })
                .await?;
            done.changed = done.changed.saturating_add(changed);
            done.same = done.same.saturating_add(all.saturating_sub(changed));
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) async fn knowledge_remove(
        &self,
        asked: kn::KnowledgeOnly,
    ) -> Result<Done, ApiError> {
        let n = number(&asked.source)?;
        let removed = self.inner.desk.turn(move |turn| {
            let source = turn.source(n)?;
            if !matches!(source.kind, KnowledgeKind::Document | KnowledgeKind::Page) {
                return Err(EngineError::bad(
                    "kept_elsewhere",
                    "A saved answer is removed where it is written.",
                    "Settings, Macros.",
                ));
            }
            turn.forget_removed()?;
            turn.touch(TAG);
            match turn.tx.remove_knowledge(n, turn.now)? {
                true => Ok(Done {}),
                false => Err(EngineError::Missing("source")),
            }
        });
        Ok(removed.await?)
    }

    pub(super) async fn knowledge_restore(
        &self,
        asked: kn::KnowledgeOnly,
    ) -> Result<Done, ApiError> {
        let n = number(&asked.source)?;
        let restored = self.inner.desk.turn(move |turn| {
            turn.touch(TAG);
            match turn.tx.restore_knowledge(n)? {
                true => Ok(Done {}),
                false => Err(EngineError::Missing("source")),
            }
        });
        Ok(restored.await?)
    }

    pub(super) async fn knowledge_suggest(
        &self,
        asked: kn::KnowledgeSuggest,
    ) -> Result<kn::Suggestions, ApiError> {
        let which = parse(&asked.conversation, "conversation")?;
        let started = self.inner.clock.boot_ms();
        let mut found = self
            .read(move |reader, roster| suggest(reader, roster, which, &asked.words))
            .await?;
        found.took_ms = self.inner.clock.boot_ms().saturating_sub(started) as f64;
        Ok(found)
    }
}

impl Turn<'_, '_> {
    fn keep_text(
        &mut self,
        kind: KnowledgeKind,
        name: &str,
        read: &Text,
    ) -> Result<(i64, bool), EngineError> {
        self.forget_removed()?;
        self.touch(TAG);
        let new = NewKnowledge {
            kind,
            name,
            title: &read.title,
            passages: &read.passages,
        };
        Ok(self.tx.save_knowledge(&new, self.now)?)
    }

    /// Forgets what was removed long ago, while something else is changed.
    fn forget_removed(&mut self) -> Result<(), EngineError> {
        let before = self.now.plus(-KEPT_REMOVED_MS);
        self.tx.forget_removed_knowledge(before)?;
        Ok(())
    }

    fn source(&self, n: i64) -> Result<KnowledgeSource, EngineError> {
        self.tx
            .knowledge_source(n)?
            .ok_or(EngineError::Missing("source"))
    }
}

/// Fetches a page and makes passages of it; else why not, as a phrase.
async fn fetch(address: &str) -> Result<Text, String> {
    let page = page::read(address).await.map_err(|why| why.to_string())?;
    let read = reading::read(
        address,
        &page.media_type,
        page.charset.as_deref(),
        &page.bytes,
    );
    read.map_err(|why| why.to_string())
}

fn unread(name: &str, why: &impl ToString) -> ApiError {
    ApiError::new(
        "not_read",
        format!("{name} could not be read."),
        sentence(&why.to_string()),
    )
}

fn number(source: &str) -> Result<i64, ApiError> {
    source
        .parse()
        .map_err(|_| ApiError::bad_request("That is no source."))
}

fn view(source: &KnowledgeSource) -> kn::KnowledgeSource {
    kn::KnowledgeSource {
        source: text(source.n),
        kind: source.kind.name().to_owned(),
        title: source.title.clone(),
        name: source.name.clone(),
        added_at: source.added_at.0,
        read_at: source.read_at.0,
        passages: source.passages,
        problem: source.problem.clone(),
    }
}

/// What may answer the customer of a conversation, by the words they wrote last.
fn suggest(
    reader: &Reader<'_>,
    roster: &Roster,
    which: ConversationId,
    words: &str,
) -> Result<kn::Suggestions, EngineError> {
    let state = reader
        .conversation(which)?
        .ok_or(EngineError::Missing("conversation"))?;
    let written = match words.trim() {
        "" => last_words(reader, &state)?,
        words => words.to_owned(),
    };
    let contact = reader.contact(state.contact)?;
    let fields = Fields {
        customer: contact.map(|known| known.name).unwrap_or_default(),
        me: roster.display(roster.me.as_str()),
        workspace: roster.workspace.clone(),
    };
    let hits = reader.find_knowledge(&KnowledgeRequest {
        written: &written,
        kinds: &KnowledgeKind::EVERY,
        limit: LOOKED_AT,
    })?;
    let own = which.to_string();
    let mut seen = BTreeSet::new();
    let mut suggestions = Vec::new();
    for hit in hits {
        // What was answered here is read above.
        if hit.name == own || suggestions.len() >= SUGGESTED {
            continue;
        }
        let insert = match hit.kind {
            KnowledgeKind::Answer => filled(&hit.text, &fields),
            _ => hit.text.clone(),
        };
        let same: String = folded(&insert).split_whitespace().collect();
        if seen.insert(same) {
            suggestions.push(suggestion(hit, insert));
        }
    }
    let mut empty = true;
    for kind in KnowledgeKind::EVERY {
        empty &= reader.knowledge_count(kind)?.0 == 0;
    }
    Ok(kn::Suggestions {
        suggestions,
        empty,
        took_ms: 0.0,
    })
}

fn suggestion(hit: KnowledgeHit, insert: String) -> kn::Suggestion {
    let pieces = |text: &str| -> Vec<SnippetPiece> {
        marked(text, &hit.stems)
            .into_iter()
            .map(|(text, hit)| SnippetPiece { text, hit })
            .collect()
    };
    kn::Suggestion {
        passage: text(hit.passage),
        heading: pieces(&hit.heading),
        text: pieces(&insert),
        source: kn::DraftSource {
            kind: hit.kind.name().to_owned(),
            title: hit.title,
            name: hit.name,
        },
        insert,
    }
}

/// What the customer wrote since the last answer; what they wrote last where it was answered.
fn last_words(reader: &Reader<'_>, state: &Conversation) -> Result<String, EngineError> {
    let messages = newest_messages(reader, state.channel, state.id)?.messages;
    let mut written = Vec::new();
    let mut bytes = 0_usize;
    for message in messages.iter().rev() {
        match message.author.as_str() {
            "customer" => {
                bytes = bytes.saturating_add(message.text.len());
                if !written.is_empty() && bytes > LONGEST_QUESTION {
                    break;
                }
                written.push(message.text.as_str());
            }
            "bot" | "agent" if !written.is_empty() => break,
            _ => {}
        }
    }
    written.reverse();
    Ok(written.join("\n"))
}
