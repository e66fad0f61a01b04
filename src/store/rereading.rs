//! Which stored pages are read again, and in which order.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::model::article::ArticleId;
use crate::model::capture::CaptureRef;
use crate::model::crawl_url::CrawlUrl;
use crate::store::archived::CaptureId;
use crate::store::captures::place_of;
use crate::store::error::Result;
use crate::store::identity::ArticleRow;
use crate::store::{Store, load};

/// A page in the archive that can be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// Where the next portion begins.
    pub row: i64,
    /// The article it is a page of; `None`: it was not taken for an article.
    pub article: Option<ArticleId>,
    /// The same by its row.
    pub article_row: Option<ArticleRow>,
    /// Where the portal has changed the article since: the number of the revision that was last read from this page.
    pub earlier: Option<u32>,
    /// Its portal.
    pub portal: Option<String>,
    /// The article's address, or the one that was asked.
    pub url: CrawlUrl,
    /// The capture's row.
    pub capture: CaptureId,
    /// Where the capture lies.
    pub place: CaptureRef,
}

impl Store {
    /// The newest page of each article behind row `after`, of these portals (none: of all), `most` at once.
    pub fn article_pages(&self, portals: &[String], after: i64, most: usize) -> Result<Vec<StoredPage>> {
        let sql = format!(
            "SELECT a.seq, a.id, a.portal, a.url, c.id, w.name, c.\"offset\", c.length, c.digest, a.seq, NULL
             FROM article a JOIN revision r ON r.id = a.revision
                 JOIN capture c ON c.id = coalesce(a.capture, r.capture) JOIN warc_file w ON w.id = c.warc_file
             WHERE a.seq > ?1 {} ORDER BY a.seq LIMIT ?2",
            of_portals("a.portal", portals)
        );
        self.pages(&sql, portals, after, most)
    }

    /// Pages of articles that the portal has changed since, with the revision last read from each, behind revision row
    /// `after` and not behind `last`.
    pub fn earlier_pages(
        &self,
        portals: &[String],
        after: i64,
        last: i64,
        most: usize,
    ) -> Result<Vec<StoredPage>> {
        let sql = format!(
            "SELECT r.id, a.id, a.portal, a.url, c.id, w.name, c.\"offset\", c.length, c.digest, a.seq, r.number
             FROM revision r JOIN article a ON a.seq = r.article
                 JOIN capture c ON c.id = r.capture JOIN warc_file w ON w.id = c.warc_file
             WHERE r.id > ?1 AND r.id <= {last} AND r.id <> a.revision AND r.capture IS NOT a.capture
                 AND NOT EXISTS (SELECT 1 FROM revision s WHERE s.article = r.article AND s.number > r.number
                                 AND s.capture = r.capture)
                 AND EXISTS (SELECT 1 FROM revision s WHERE s.article = r.article AND s.reparsed = 0
                             AND s.fetched > r.fetched) {}
             ORDER BY r.id LIMIT ?2",
            of_portals("a.portal", portals)
        );
        self.pages(&sql, portals, after, most)
    }

    /// The row of the newest revision there is.
    pub fn last_revision(&self) -> Result<i64> {
        Ok(self.connection.query_row("SELECT coalesce(max(id), 0) FROM revision", [], |row| row.get(0))?)
    }

    /// Pages fetched as articles that no article was read from, behind row `after`.
    pub fn unread_pages(&self, portals: &[String], after: i64, most: usize) -> Result<Vec<StoredPage>> {
        let sql = format!(
            "SELECT f.id, NULL, f.portal, f.url, c.id, w.name, c.\"offset\", c.length, c.digest, NULL, NULL
             FROM fetch f JOIN capture c ON c.id = f.capture JOIN warc_file w ON w.id = c.warc_file
             WHERE f.id > ?1 AND f.purpose = 'article' AND f.outcome = 'fetched'
                 AND NOT EXISTS (SELECT 1 FROM article a WHERE a.url = f.url AND a.portal IS nullif(f.portal, '')) {}
             ORDER BY f.id LIMIT ?2",
            of_portals("f.portal", portals)
        );
        self.pages(&sql, portals, after, most)
    }

    fn pages(&self, sql: &str, portals: &[String], after: i64, most: usize) -> Result<Vec<StoredPage>> {
        let values = [Value::Integer(after), Value::Integer(most as i64)].into_iter();
        let values = values.chain(portals.iter().map(|portal| Value::Text(portal.clone())));
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut pages = Vec::new();
        while let Some(row) = rows.next()? {
            pages.push(page(row)?);
        }
        Ok(pages)
    }

    /// The number of articles of these portals (none: of all).
    pub fn count_articles(&self, portals: &[String]) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM article a WHERE ?1 = ?2 {}", of_portals("a.portal", portals));
        let values = [Value::Integer(0), Value::Integer(0)].into_iter();
        let values = values.chain(portals.iter().map(|portal| Value::Text(portal.clone())));
        let count: i64 = self.connection.query_row(&sql, params_from_iter(values), |row| row.get(0))?;
        Ok(count as u64)
    }
}

/// A condition on a column, whose values follow two others.
fn of_portals(column: &str, portals: &[String]) -> String {
    if portals.is_empty() {
        return String::new();
    }
    let marks: Vec<_> = (0..portals.len()).map(|index| format!("?{}", index + 3)).collect();
    format!("AND {column} IN ({})", marks.join(", "))
}

fn page(row: &Row<'_>) -> Result<StoredPage> {
    let article: Option<String> = row.get(1)?;
    Ok(StoredPage {
        row: row.get(0)?,
        article: article.map(ArticleId::from_stored),
        portal: row.get(2)?,
        url: load::address(row.get_ref(3)?.as_str().unwrap_or_default())?,
        capture: CaptureId(row.get(4)?),
        place: place_of(row, 5)?,
        article_row: row.get::<_, Option<i64>>(9)?.map(ArticleRow),
        earlier: row.get(10)?,
    })
}
