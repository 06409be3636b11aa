//! Search.

use baton_api::ApiError;
use baton_api::conversations::ConversationPage;
use baton_api::search::{Search, SearchFound, SearchHit, SnippetPiece};
use baton_store::{Query, Reader, SearchClock, SearchCursor, SearchOrder, SearchRequest};

use super::views::{read_cursor, write_cursor};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::local;
use crate::roster::Roster;
use crate::view::{row, text};

impl Engine {
    fn clock_for_search(&self) -> SearchClock {
        let now = self.now();
        SearchClock {
            now,
            utc_offset_ms: local::utc_offset_ms(now),
        }
    }

    pub(super) async fn search(&self, asked: Search) -> Result<SearchFound, ApiError> {
        let clock = self.clock_for_search();
        let started = self.inner.clock.boot_ms();
        let mut found = self
            .read(move |reader, roster| find(reader, roster, &asked, clock))
            .await?;
        found.took_ms = self.inner.clock.boot_ms().saturating_sub(started) as f64;
        Ok(found)
    }

    /// A page of a saved search, as a list.
    pub(super) async fn saved_list(
        &self,
        saved: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<ConversationPage, ApiError> {
        let clock = self.clock_for_search();
        let first = cursor.is_none();
        Ok(self
            .read(move |reader, roster| {
                let wanted = saved.parse::<i64>().ok();
                let Some(search) = reader
                    .saved_searches("")?
                    .into_iter()
                    .find(|one| Some(one.n) == wanted)
                else {
                    return Err(EngineError::Missing("saved search"));
                };
                let page = reader.search(&SearchRequest {
                    query: Query::read(&search.query, clock),
                    order: SearchOrder::Newest,
                    after: read_cursor::<SearchCursor>(cursor.as_deref())?,
                    limit: limit.clamp(1, 200) as usize,
                })?;
                let stored: Vec<_> = page.hits.into_iter().map(|hit| hit.row).collect();
                Ok(ConversationPage {
                    total: (first && page.next.is_none() && !page.stopped_early)
                        .then(|| u32::try_from(stored.len()).unwrap_or(u32::MAX)),
                    rows: row::rows(reader, roster, &stored)?,
                    next: write_cursor(page.next),
                })
            })
            .await?)
    }
}

fn find(
    reader: &Reader<'_>,
    roster: &Roster,
    asked: &Search,
    clock: SearchClock,
) -> Result<SearchFound, EngineError> {
    let query = Query::read(&asked.query, clock);
    let page = reader.search(&SearchRequest {
        query: query.clone(),
        order: match asked.order.as_str() {
            "best" => SearchOrder::Best,
            _ => SearchOrder::Newest,
        },
        after: read_cursor::<SearchCursor>(asked.cursor.as_deref())?,
        limit: asked.limit.clamp(1, 100) as usize,
    })?;
    let did_you_mean = match page.hits.is_empty() && asked.cursor.is_none() {
        true => reader.did_you_mean(&asked.query, &query)?,
        false => None,
    };
    let stored: Vec<_> = page.hits.iter().map(|hit| hit.row.clone()).collect();
    let rows = row::rows(reader, roster, &stored)?;
    let mut hits = Vec::with_capacity(rows.len());
    for (hit, row) in page.hits.iter().zip(rows) {
        let snippet = reader
            .snippet(hit.document, &query)?
            .into_iter()
            .map(|piece| SnippetPiece {
                text: piece.text,
                hit: piece.hit,
            })
            .collect();
        hits.push(SearchHit {
            row,
            message: text(hit.message),
            snippet,
        });
    }
    Ok(SearchFound {
        hits,
        next: write_cursor(page.next),
        did_you_mean,
        stopped_early: page.stopped_early,
        took_ms: 0.0,
    })
}
