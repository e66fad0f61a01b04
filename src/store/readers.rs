//! Which programs and selector files read the articles of an export.

use rusqlite::params_from_iter;

use crate::store::error::Result;
use crate::store::select::{Conditions, Filter};
use crate::store::{Store, Table};

/// Articles that were read by the same program with the same selector file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderCount {
    /// Their portal.
    pub portal: Option<String>,
    /// Program and version.
    pub program: String,
    /// Digest of the selector file; `None`: read without one.
    pub selectors_hash: Option<String>,
    /// How many current revisions.
    pub articles: u64,
}

impl Store {
    /// Who read the articles that pass `filter`.
    pub fn readers(&self, filter: &Filter) -> Result<Vec<ReaderCount>> {
        let conditions = Conditions::of(&self.connection, Table::Articles, filter)?;
        let mut sql = String::from(
            "SELECT a.portal, d.program, d.selectors_hash, count(*)
             FROM article a JOIN revision r ON r.id = a.revision JOIN reader d ON d.id = r.reader",
        );
        if !conditions.sql.is_empty() {
            sql.push_str(" WHERE a.seq IN (SELECT article_seq FROM articles_view WHERE ");
            sql.push_str(&conditions.sql);
            sql.push(')');
        }
        sql.push_str(" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
        let mut statement = self.connection.prepare(&sql)?;
        let readers = statement.query_map(params_from_iter(conditions.values), |row| {
            Ok(ReaderCount {
                portal: row.get(0)?,
                program: row.get(1)?,
                selectors_hash: row.get(2)?,
                articles: row.get::<_, i64>(3)? as u64,
            })
        })?;
        Ok(readers.collect::<rusqlite::Result<_>>()?)
    }
}
