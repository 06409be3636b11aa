//! Finding: messages newest first, or the best of the newest, grouped by conversation.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::hash::Hash;
use baton_core::ids::MessageId;
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::index::channel_mark;
use crate::search::query::Query;
use crate::table::conversation::ConversationRow;
use crate::table::listing::Place;
use crate::value::{at, hash, id};

/// The order of what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchOrder {
    /// The newest message first.
    #[default]
    Newest,
    /// The best match first, among the newest messages that match.
    Best,
}

/// What to search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchRequest {
    /// The query.
    pub query: Query,
    /// The order.
    pub order: SearchOrder,
    /// Where the page before ended; none for the first.
    pub after: Option<SearchCursor>,
    /// How many conversations at most.
    pub limit: usize,
}

/// Where a page ended. Messages that come later do not move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SearchCursor {
    /// The newest message when the search began.
    newest: i64,
    /// How many conversations were given before.
    given: usize,
}

/// A conversation that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The conversation.
    pub row: ConversationRow,
    /// Its newest (or best) message that matches.
    pub message: MessageId,
    /// When that was received or written.
    pub at: Timestamp,
    /// Its document, for [`Reader::snippet`].
    pub document: Hash,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchPage {
    /// The conversations.
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; none at the end.
    pub next: Option<SearchCursor>,
    /// Whether it stopped looking before the end, because too much matched.
    pub stopped_early: bool,
}

/// Matches of the words that one search looks at.
const LOOK_AT: usize = 10_000;
/// Matches among which the best are chosen.
const RANK_AMONG: usize = 2_000;

struct Candidate {
    n: i64,
    conversation: i64,
    message: MessageId,
    at: Timestamp,
    document: Hash,
}

const CANDIDATE: &str = "m.n, m.conversation, m.id, m.at_ms, m.document";

fn candidate(row: &rusqlite::Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        n: row.get(0)?,
        conversation: row.get(1)?,
        message: id(row, 2)?,
        at: at(row, 3)?,
        document: hash(row, 4)?,
    })
}

impl Reader<'_> {
    /// Searches. An empty query finds nothing.
    ///
    /// # Errors
    /// When the database cannot be read; never because of what was typed.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage, StoreError> {
        let query = &request.query;
        let mut page = SearchPage::default();
        if query.is_empty() || request.limit == 0 {
            return Ok(page);
        }
        let Some((marks, not_marks)) = self.channel_marks(query)? else {
            return Ok(page);
        };
        let Some(required) = self.required_places(&query.places)? else {
            return Ok(page);
        };
        let mut refused = Vec::new();
        for place in &query.not_places {
            refused.extend(self.place(place)?.map(|(number, _)| number));
        }
        let newest = match request.after {
            Some(cursor) => cursor.newest,
            None => self
                .statement("SELECT max(n) FROM message")?
                .query_row([], |row| row.get::<_, Option<i64>>(0))?
                .unwrap_or_default(),
        };
        let mut gather = Gather {
            request,
            newest,
            skip: request.after.map_or(0, |cursor| cursor.given),
            seen: BTreeSet::new(),
            required,
            refused,
            allowed: BTreeMap::new(),
            looked: 0,
            page: &mut page,
        };
        let only_places = !query.has_words()
            && marks.is_empty()
            && not_marks.is_empty()
            && query.after.is_none()
            && query.before.is_none();
        if only_places && !query.places.is_empty() {
            self.find_in_places(&mut gather)?;
        } else {
            let expression = query.expression(&marks, &not_marks);
            match request.order {
                SearchOrder::Newest => self.find_newest(&expression, &mut gather)?,
                SearchOrder::Best => self.find_best(&expression, &mut gather)?,
            }
        }
        Ok(page)
    }

    fn find_newest(&self, expression: &str, gather: &mut Gather<'_>) -> Result<(), StoreError> {
        let (low, high) = gather.numbers();
        let mut statement = self.statement(&format!(
            "SELECT {CANDIDATE} FROM search s CROSS JOIN message m ON m.n = s.rowid
             WHERE s.search MATCH ?1 AND s.rowid BETWEEN ?2 AND ?3 ORDER BY s.rowid DESC"
        ))?;
        let rows = statement.query_map((expression, low, high), candidate)?;
        for row in rows {
            if !gather.take(self, row?)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn find_best(&self, expression: &str, gather: &mut Gather<'_>) -> Result<(), StoreError> {
        let (low, high) = gather.numbers();
        let oldest: Option<i64> = self
            .statement(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3
                 ORDER BY rowid DESC LIMIT 1 OFFSET ?4",
            )?
            .query_row((expression, low, high, RANK_AMONG as i64 - 1), |row| {
                row.get(0)
            })
            .optional()?;
        let mut statement = self.statement(&format!(
            "SELECT {CANDIDATE} FROM (
                 SELECT rowid AS n, bm25(search, 8.0, 4.0, 1.0, 2.0, 0.5, 0.0) AS score
                 FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3
                 ORDER BY score LIMIT {RANK_AMONG}
             ) s CROSS JOIN message m ON m.n = s.n ORDER BY s.score, m.n DESC"
        ))?;
        let rows = statement.query_map((expression, oldest.unwrap_or(low), high), candidate)?;
        for row in rows {
            if !gather.take(self, row?)? {
                return Ok(());
            }
        }
        gather.page.stopped_early |= oldest.is_some();
        Ok(())
    }

    /// Conversations that only have to stand in places: no words are asked for, so their newest
    /// message stands for them.
    fn find_in_places(&self, gather: &mut Gather<'_>) -> Result<(), StoreError> {
        let places = &gather.request.query.places;
        let mut list = crate::table::listing::ListQuery {
            places: places.clone(),
            order: crate::table::listing::Order::Newest,
            after: None,
            limit: 200,
        };
        loop {
            let listed = self.list(&list)?;
            for row in listed.rows {
                let newest = self
                    .statement(&format!(
                        "SELECT {CANDIDATE} FROM conversation c
                         JOIN message m ON m.conversation = c.n
                         WHERE c.id = ?1 AND m.n <= ?2 ORDER BY m.n DESC LIMIT 1"
                    ))?
                    .query_row((crate::value::key(row.id), gather.newest), candidate)
                    .optional()?;
                if let Some(newest) = newest
                    && !gather.take(self, newest)?
                {
                    return Ok(());
                }
            }
            match listed.next {
                Some(next) => list.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// The numbers of the places in which a conversation must stand; none when nothing stands in
    /// one of them.
    fn required_places(&self, places: &[Place]) -> Result<Option<Vec<i64>>, StoreError> {
        let mut numbers = Vec::new();
        for place in places {
            match self.place(place)? {
                Some((number, count)) if count.conversations > 0 => numbers.push(number),
                _ => return Ok(None),
            }
        }
        Ok(Some(numbers))
    }

    /// The marks of the channels asked for and not asked for; none when a channel is asked for
    /// that does not exist, so that nothing can be found.
    fn channel_marks(&self, query: &Query) -> Result<Option<ChannelMarks>, StoreError> {
        if query.channels.is_empty() && query.not_channels.is_empty() {
            return Ok(Some((Vec::new(), Vec::new())));
        }
        let channels = self.channels()?;
        let marks = |names: &[String]| -> Vec<String> {
            channels
                .iter()
                .filter(|channel| {
                    names.iter().any(|name| {
                        channel.kind == *name
                            || channel.name.to_lowercase().starts_with(name)
                            || channel.id.to_string() == *name
                    })
                })
                .map(|channel| channel_mark(channel.id))
                .collect()
        };
        let wanted = marks(&query.channels);
        if wanted.is_empty() && !query.channels.is_empty() {
            return Ok(None);
        }
        Ok(Some((wanted, marks(&query.not_channels))))
    }
}

/// The marks of the channels asked for, and of those not asked for.
type ChannelMarks = (Vec<String>, Vec<String>);

/// The page that is being filled.
struct Gather<'a> {
    request: &'a SearchRequest,
    newest: i64,
    skip: usize,
    seen: BTreeSet<i64>,
    required: Vec<i64>,
    refused: Vec<i64>,
    allowed: BTreeMap<i64, bool>,
    looked: usize,
    page: &'a mut SearchPage,
}

impl Gather<'_> {
    /// The numbers between which messages can match, from the times asked for.
    fn numbers(&self) -> (i64, i64) {
        let query = &self.request.query;
        let low = query.after.map_or(i64::MIN, |at| at.0 >> 8);
        (low, self.newest)
    }

    /// Takes a message that matches the words; returns whether to go on.
    fn take(&mut self, reader: &Reader<'_>, candidate: Candidate) -> Result<bool, StoreError> {
        self.looked += 1;
        if self.looked > LOOK_AT {
            self.page.stopped_early = true;
            return Ok(false);
        }
        let query = &self.request.query;
        let in_time = query.after.is_none_or(|after| candidate.at >= after)
            && query.before.is_none_or(|before| candidate.at < before);
        if !in_time || candidate.n > self.newest || self.seen.contains(&candidate.conversation) {
            return Ok(true);
        }
        if !self.stands(reader, candidate.conversation)? {
            return Ok(true);
        }
        self.seen.insert(candidate.conversation);
        if self.seen.len() <= self.skip {
            return Ok(true);
        }
        if self.page.hits.len() >= self.request.limit {
            self.page.next = Some(SearchCursor {
                newest: self.newest,
                given: self.skip + self.page.hits.len(),
            });
            return Ok(false);
        }
        if let Some(row) = reader.conversation_row_at(candidate.conversation)? {
            self.page.hits.push(SearchHit {
                row,
                message: candidate.message,
                at: candidate.at,
                document: candidate.document,
            });
        }
        Ok(true)
    }

    /// Whether a conversation stands where the query asks and not where it does not.
    fn stands(&mut self, reader: &Reader<'_>, conversation: i64) -> Result<bool, StoreError> {
        if self.required.is_empty() && self.refused.is_empty() {
            return Ok(true);
        }
        if let Some(&known) = self.allowed.get(&conversation) {
            return Ok(known);
        }
        let all = |places: &[i64], wanted: bool| -> Result<bool, StoreError> {
            for &place in places {
                if reader.stands_at(conversation, place)? != wanted {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let stands = all(&self.required, true)? && all(&self.refused, false)?;
        self.allowed.insert(conversation, stands);
        Ok(stands)
    }
}
