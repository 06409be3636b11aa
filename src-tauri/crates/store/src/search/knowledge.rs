//! Finding the passages that may answer what somebody wrote.
//!
//! Of the words written, those that the fewest passages have are looked up, in all their forms; the
//! index ranks what it finds by BM25. Words that nearly every text has are left out by the same
//! measure, so no list of them for any language is needed.

use std::collections::BTreeSet;

use baton_core::knowledge::word::{goes_on, stem, tells, words};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::fold::spaced;
use crate::table::knowledge::KnowledgeKind;
use crate::value::Word as _;

/// So many different words of what was written are weighed.
const WEIGHED: usize = 120;
/// So many of them are looked up.
const LOOKED_UP: usize = 16;
/// A short word is looked up where at most one passage in so many has it.
const RARE: i64 = 10;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnowledgeRequest<'a> {
    /// What somebody wrote.
    pub written: &'a str,
    /// Where to look.
    pub kinds: &'a [KnowledgeKind],
    /// How many passages at most.
    pub limit: usize,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct KnowledgeHit {
    /// The number of the passage.
    pub passage: i64,
    /// The number of its source.
    pub source: i64,
    /// The kind of its source.
    pub kind: KnowledgeKind,
    /// What tells its source from others of the kind.
    pub name: String,
    /// The title of its source.
    pub title: String,
    /// The headings above it, or the question that it answers.
    pub heading: String,
    /// The words.
    pub text: String,
    /// How well it fits; more is better.
    pub score: f64,
    /// The stems of the words that were looked up.
    pub stems: BTreeSet<String>,
}

impl Reader<'_> {
    /// The passages that fit best, the best first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find_knowledge(
        &self,
        request: &KnowledgeRequest<'_>,
    ) -> Result<Vec<KnowledgeHit>, StoreError> {
        let stems = self.rarest(request.written)?;
        if stems.is_empty() || request.kinds.is_empty() || request.limit == 0 {
            return Ok(Vec::new());
        }
        let any: Vec<String> = stems.iter().map(|stem| phrase(stem)).collect();
        let kinds: Vec<String> = request
            .kinds
            .iter()
            .map(|kind| format!("\"{}\"", kind.mark()))
            .collect();
        let expression = format!(
            "{{title heading text}} : ({}) AND mark : ({})",
            any.join(" OR "),
            kinds.join(" OR ")
        );
        let mut statement = self.statement(
            "SELECT p.n, k.n, k.kind, k.name, k.title, p.heading, p.text, s.score FROM (
                 SELECT rowid AS n, bm25(knowledge, 1.0, 1.0, 1.0, 0.0) AS score
                 FROM knowledge WHERE knowledge MATCH ?1 ORDER BY score LIMIT ?2
             ) s CROSS JOIN knowledge_passage p ON p.n = s.n
             CROSS JOIN knowledge_source k ON k.n = p.source ORDER BY s.score, p.n",
        )?;
        let rows = statement.query_map((expression, request.limit as i64), |row| {
            Ok(KnowledgeHit {
                passage: row.get(0)?,
                source: row.get(1)?,
                kind: KnowledgeKind::read(row, 2)?,
                name: row.get(3)?,
                title: row.get(4)?,
                heading: row.get(5)?,
                text: row.get(6)?,
                score: -row.get::<_, f64>(7)?,
                stems: stems.clone(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many passages there are.
    fn passages(&self) -> Result<i64, StoreError> {
        let mut all = 0_i64;
        for kind in KnowledgeKind::EVERY {
            all = all.saturating_add(self.knowledge_count(kind)?.1.into());
        }
        Ok(all)
    }

    /// The stems of the words that the fewest passages have.
    fn rarest(&self, written: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut wanted = BTreeSet::new();
        for word in words(written) {
            wanted.insert(stem(&word.folded).to_owned());
            if wanted.len() >= WEIGHED {
                break;
            }
        }
        let mut having = self.statement(
            "SELECT coalesce(sum(doc), 0) FROM knowledge_word WHERE term >= ?1 AND term < ?2",
        )?;
        let mut exactly =
            self.statement("SELECT coalesce(sum(doc), 0) FROM knowledge_word WHERE term = ?1")?;
        let mut weighed = Vec::new();
        for stem in wanted {
            let passages: i64 = if goes_on(&stem) {
                having.query_row((&stem, format!("{stem}\u{10ffff}")), |row| row.get(0))?
            } else {
                exactly.query_row([&stem], |row| row.get(0))?
            };
            if passages > 0 {
                weighed.push((passages, stem));
            }
        }
        // Short words that many passages have, such as "for" and "we", lead nowhere.
        let rare = (self.passages()? / RARE).max(1);
        if weighed.iter().any(|(_, stem)| tells(stem)) {
            weighed.retain(|(passages, stem)| tells(stem) || *passages <= rare);
        }
        weighed.sort();
        weighed.truncate(LOOKED_UP);
        Ok(weighed.into_iter().map(|(_, stem)| stem).collect())
    }
}

/// A word of the index in all its forms.
fn phrase(stem: &str) -> String {
    let star = if goes_on(stem) { " *" } else { "" };
    format!("\"{}\"{star}", spaced(stem).replace('"', ""))
}
