//! Full-text search: ranked articles with the place where the words stand. The query's language is `query`'s.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::store::Store;
use crate::store::error::Result;
use crate::store::select::{Conditions, Filter, full_text};
use crate::store::table::Table;

/// Weights of headline, lead and body: a word in the headline says what the article is about.
const RANK: &str = "bm25(10.0, 3.0, 1.0)";

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
    /// How well it fits; higher is better.
    pub score: f64,
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
    /// The best `limit` articles for `query` among those that pass `filter`.
    pub fn search(&self, query: &str, filter: &Filter, limit: u32) -> Result<Vec<Hit>> {
        let fts5 = full_text(&self.connection, query)?;
        let conditions = Conditions::of(&self.connection, Table::Articles, filter)?;
        let mut sql =
            format!("SELECT rowid, rank FROM article_fts WHERE article_fts MATCH ? AND rank MATCH '{RANK}'");
        if !conditions.sql.is_empty() {
            sql.push_str(" AND rowid IN (SELECT article_seq FROM articles_view WHERE ");
            sql.push_str(&conditions.sql);
            sql.push(')');
        }
        sql.push_str(" ORDER BY rank LIMIT ?");
        let mut values = vec![Value::Text(fts5.clone())];
        values.extend(conditions.values);
        values.push(Value::Integer(i64::from(limit)));
        let mut statement = self.connection.prepare(&sql)?;
        let best: Vec<(i64, f64)> = statement
            .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        best.into_iter().map(|(seq, rank)| self.hit(&fts5, seq, -rank)).collect()
    }

    fn hit(&self, fts5: &str, seq: i64, score: f64) -> Result<Hit> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.id, a.url, a.portal, a.published, r.headline,
                 snippet(article_fts, -1, ?3, ?4, ' … ', ?5)
             FROM article_fts f JOIN article a ON a.seq = f.rowid JOIN revision r ON r.id = a.revision
             WHERE f.article_fts MATCH ?1 AND f.rowid = ?2",
        )?;
        Ok(statement.query_row((fts5, seq, OPEN.to_string(), CLOSE.to_string(), SNIPPET_WORDS), |row| {
            Ok(Hit {
                id: row.get(0)?,
                url: row.get(1)?,
                portal: row.get(2)?,
                published: row.get(3)?,
                headline: row.get(4)?,
                snippet: pieces(&row.get::<_, Option<String>>(5)?.unwrap_or_default()),
                score,
            })
        })?)
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
