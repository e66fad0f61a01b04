//! Full-text search: ranked articles with the place where the words stand. The query's language is `query`'s.

use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::store::Store;
use crate::store::error::Result;
use crate::store::query::any_word;
use crate::store::select::{Conditions, Filter, full_text, span};

/// Weights of headline, lead and body: a word in the headline says what the article is about.
const RANK: &str = "bm25(10.0, 3.0, 1.0)";

/// What a search may cost, in matches looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Most matches weighed, times the words looked for.
    pub weighed_times_words: usize,
    /// Most matches weighed.
    pub max_weighed: usize,
    /// Fewest matches weighed, however many words there are.
    pub min_weighed: usize,
    /// Most articles that may hold any of the words for bm25, which looks at each to learn how rare the words are.
    pub max_holding: i64,
    /// Most articles of a portal and period that are counted to learn between which numbers they lie.
    pub max_span: usize,
    /// Newest articles with any of the words from which it is told how many there are.
    pub sample: usize,
}

/// A first page in some hundredths of a second, of a million articles.
const EFFORT: Effort = Effort {
    weighed_times_words: 40_000,
    max_weighed: 10_000,
    min_weighed: 500,
    max_holding: 300_000,
    max_span: 120_000,
    sample: 2_000,
};

/// A filter is asked of every match until there are enough: it may be asked so much oftener than it says yes.
const FILTERED_SHARE: usize = 5;

/// Words around a hit.
const SNIPPET_WORDS: i64 = 28;

/// Marks around the words found, as the database hands them over: characters no text has (Unicode non-characters).
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// An article that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article's identity.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its portal.
    pub portal: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Where the words stand, and which they are.
    pub snippet: Vec<Piece>,
    /// How well it fits, higher is better; `None` where it was not weighed ([`Ranking::NewestByField`]).
    pub score: Option<f64>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In their order.
    pub hits: Vec<Hit>,
    /// What their order is.
    pub ranking: Ranking,
}

/// What the order of hits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranking {
    /// The best of all that match first (bm25).
    Best,
    /// More match than are weighed: the best of so many that came last into the archive first.
    BestOfNewest(usize),
    /// The words are too common to weigh: those with the words in the headline first, then in the lead, then in the body,
    /// each with what came last into the archive first.
    NewestByField,
}

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether they are what was looked for.
    pub found: bool,
}

impl Store {
    /// The best `limit` articles for `query` among those that pass `filter`. However many articles match, only so many
    /// are weighed as can be at once; [`Found::ranking`] says what the order is.
    pub fn search(&self, query: &str, filter: &Filter, limit: u32) -> Result<Found> {
        self.search_with(query, filter, limit, EFFORT)
    }

    pub(crate) fn search_with(
        &self,
        query: &str,
        filter: &Filter,
        limit: u32,
        effort: Effort,
    ) -> Result<Found> {
        let fts5 = full_text(&self.connection, query)?;
        let conditions = Conditions::of_each_article(&self.connection, filter)?;
        let (any_word, words) = any_word(&fts5);
        let weighed =
            (effort.weighed_times_words / words.max(1)).clamp(effort.min_weighed, effort.max_weighed);
        let weighed = if conditions.sql.is_empty() { weighed } else { weighed / FILTERED_SHARE };
        let weighed = weighed.max(limit as usize);
        let among = span(&self.connection, filter, effort.max_span)?;
        let search =
            Search { connection: &self.connection, fts5: &fts5, conditions: &conditions, among, limit };
        let oldest = search.newest(&fts5, 1, weighed, None)?.first().copied();
        let (best, ranking) = if self.holding(&any_word, effort.sample)? > effort.max_holding {
            (search.by_field(oldest)?, Ranking::NewestByField)
        } else {
            let ranking = if oldest.is_some() { Ranking::BestOfNewest(weighed) } else { Ranking::Best };
            (search.best(oldest)?, ranking)
        };
        Ok(Found { hits: self.hits(&fts5, &best)?, ranking })
    }

    /// About how many articles hold any of the words, judged by the newest that do.
    fn holding(&self, any_word: &str, sample: usize) -> Result<i64> {
        let everything = Conditions { sql: String::new(), values: Vec::new() };
        let search = Search {
            connection: &self.connection,
            fts5: any_word,
            conditions: &everything,
            among: None,
            limit: 1,
        };
        let Some(oldest) = search.newest(any_word, 1, sample, None)?.first().copied() else {
            return Ok(sample as i64);
        };
        let newest: i64 =
            self.connection.query_row("SELECT ifnull(max(seq), 0) FROM article", [], |row| row.get(0))?;
        Ok(newest.saturating_mul(sample as i64) / (newest - oldest).max(1))
    }

    /// The articles of these numbers in this order. One statement for all: a query is costly to begin.
    fn hits(&self, fts5: &str, best: &[(i64, Option<f64>)]) -> Result<Vec<Hit>> {
        let numbers: Vec<i64> = best.iter().map(|(seq, _)| *seq).collect();
        let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
            return Ok(Vec::new());
        };
        // Without the + the query would be begun anew for each number.
        let mut statement = self.connection.prepare_cached(
            "SELECT f.rowid, a.id, a.url, a.portal, a.published, r.headline,
                 snippet(article_fts, -1, ?5, ?6, ' … ', ?7)
             FROM article_fts f CROSS JOIN article a ON a.seq = f.rowid JOIN revision r ON r.id = a.revision
             WHERE f.article_fts MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3
                 AND +f.rowid IN (SELECT value FROM json_each(?4))",
        )?;
        let numbers_json = serde_json::json!(numbers).to_string();
        let marks = (OPEN.to_string(), CLOSE.to_string());
        let mut rows = statement.query((fts5, first, last, numbers_json, marks.0, marks.1, SNIPPET_WORDS))?;
        let mut hits: HashMap<i64, Hit> = HashMap::new();
        while let Some(row) = rows.next()? {
            let hit = Hit {
                id: row.get(1)?,
                url: row.get(2)?,
                portal: row.get(3)?,
                published: row.get(4)?,
                headline: row.get(5)?,
                snippet: pieces(&row.get::<_, Option<String>>(6)?.unwrap_or_default()),
                score: None,
            };
            hits.insert(row.get(0)?, hit);
        }
        Ok(best.iter().filter_map(|(seq, score)| Some(Hit { score: *score, ..hits.remove(seq)? })).collect())
    }
}

/// A query and its filter.
struct Search<'a> {
    connection: &'a Connection,
    fts5: &'a str,
    conditions: &'a Conditions,
    /// Between which numbers all articles lie that pass the conditions, where that is known: the newer ones need not be
    /// looked at one by one.
    among: Option<(i64, i64)>,
    limit: u32,
}

impl Search<'_> {
    /// The best from article number `oldest` on, with their scores.
    fn best(&self, oldest: Option<i64>) -> Result<Vec<(i64, Option<f64>)>> {
        let columns = format!("rank FROM article_fts WHERE rank MATCH '{RANK}' AND article_fts MATCH ?");
        let (sql, mut values) = self.matching(&columns, self.fts5, oldest);
        values.push(Value::Integer(i64::from(self.limit)));
        let mut statement = self.connection.prepare(&format!("{sql} ORDER BY rank LIMIT ?"))?;
        let best = statement.query_map(params_from_iter(values), |row| {
            Ok((row.get(0)?, row.get::<_, f64>(1).map(|rank| Some(-rank))?))
        })?;
        Ok(best.collect::<rusqlite::Result<_>>()?)
    }

    /// Those from article number `oldest` on with the words in headline, lead or body, in this order.
    fn by_field(&self, oldest: Option<i64>) -> Result<Vec<(i64, Option<f64>)>> {
        let limit = self.limit as usize;
        let mut found: Vec<(i64, Option<f64>)> = Vec::new();
        for field in ["headline", "lead", ""] {
            let fts5 = match field {
                "" => self.fts5.to_owned(),
                // What NOT excludes is excluded wherever it stands.
                field => format!("({field} : ({fts5})) AND ({fts5})", fts5 = self.fts5),
            };
            // Those found already may be among them.
            for seq in self.newest(&fts5, limit + found.len(), 0, oldest)? {
                if found.len() < limit && !found.iter().any(|(known, _)| *known == seq) {
                    found.push((seq, None));
                }
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// The numbers of the newest that match `fts5`, but the first `passed`.
    fn newest(&self, fts5: &str, count: usize, passed: usize, oldest: Option<i64>) -> Result<Vec<i64>> {
        let (sql, mut values) = self.matching("0 FROM article_fts WHERE article_fts MATCH ?", fts5, oldest);
        values.extend([count, passed].map(|number| Value::Integer(number as i64)));
        let mut statement =
            self.connection.prepare(&format!("{sql} ORDER BY rowid DESC LIMIT ? OFFSET ?"))?;
        let newest = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(newest.collect::<rusqlite::Result<_>>()?)
    }

    fn matching(&self, columns: &str, fts5: &str, oldest: Option<i64>) -> (String, Vec<Value>) {
        let mut sql = format!("SELECT rowid AS article_seq, {columns}");
        let mut values = vec![Value::Text(fts5.to_owned())];
        let (first, last) = self.among.unzip();
        if let Some(first) = oldest.map(|oldest| oldest + 1).max(first) {
            sql.push_str(" AND rowid >= ?");
            values.push(Value::Integer(first));
        }
        if let Some(last) = last {
            sql.push_str(" AND rowid <= ?");
            values.push(Value::Integer(last));
        }
        if !self.conditions.sql.is_empty() {
            sql.push_str(" AND ");
            sql.push_str(&self.conditions.sql);
            values.extend(self.conditions.values.iter().cloned());
        }
        (sql, values)
    }
}

fn pieces(marked: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut found = false;
    for part in marked.split_inclusive([OPEN, CLOSE]) {
        let text = part.trim_end_matches([OPEN, CLOSE]);
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), found });
        }
        found = part.ends_with(OPEN);
    }
    pieces
}
