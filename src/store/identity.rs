//! Which article of the archive an address leads to, also after it moved; two records of one article made one.

use rusqlite::{Connection, OptionalExtension};

use crate::model::article::ArticleId;
use crate::model::crawl_url::CrawlUrl;
use crate::store::archived::ArchivedArticle;
use crate::store::error::Result;
use crate::store::write::{index_stored, unindex};
use crate::store::{Store, duplicates, lists, load};

/// An article of the archive, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArticleRow(pub(crate) i64);

/// What hangs on an article's row besides its revisions, and is its current revision's.
const LISTS: &[&str] = &[
    "UPDATE article_section SET article = ?1 WHERE article = ?2",
    "UPDATE article_author SET article = ?1 WHERE article = ?2",
    "UPDATE article_tag SET article = ?1 WHERE article = ?2",
    "UPDATE link SET article = ?1 WHERE article = ?2",
    "UPDATE image SET article = ?1 WHERE article = ?2",
    "UPDATE quote SET article = ?1 WHERE article = ?2",
    "UPDATE date_mention SET article = ?1 WHERE article = ?2",
];

impl Store {
    /// The article of `portal` that is or was at `url`.
    pub fn article_row(&self, portal: Option<&str>, url: &CrawlUrl) -> Result<Option<ArticleRow>> {
        row_of(&self.connection, portal, url)
    }

    /// The article as its current revision says.
    pub fn archived(&self, article: ArticleRow) -> Result<Option<ArchivedArticle>> {
        load::article(&self.connection, article.0)
    }

    /// Notes that `url` leads, or led, to `article`, besides the address the article names as its own.
    pub fn note_address(&mut self, url: &CrawlUrl, article: ArticleRow) -> Result<()> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO article_address (url, article) VALUES (?1, ?2)")?
            .execute((url.as_str(), article.0))?;
        Ok(())
    }

    /// Makes two records of one article one: `kept` stays who it is and goes on as `other`, the newer one, says.
    /// The revisions of both are kept, in the order they were fetched.
    pub fn unite(&mut self, kept: ArticleRow, other: ArticleRow) -> Result<()> {
        if kept == other {
            return Ok(());
        }
        let connection = &self.connection;
        unindex(connection, kept.0)?;
        unindex(connection, other.0)?;
        duplicates::forget(connection, other.0)?;
        lists::clear(connection, kept.0)?;
        let both = [kept.0, other.0];
        for statement in LISTS {
            connection.prepare_cached(statement)?.execute(both)?;
        }
        let current = unite_revisions(connection, both)?;
        let old: String = connection
            .prepare_cached("SELECT url FROM article WHERE seq = ?1")?
            .query_row([kept.0], |row| row.get(0))?;
        for statement in [
            "UPDATE article SET (url, published, capture) =
                 (SELECT url, published, capture FROM article o WHERE o.seq = ?2),
                 first_seen = (SELECT min(first_seen) FROM article WHERE seq IN (?1, ?2)),
                 last_checked = (SELECT max(last_checked) FROM article WHERE seq IN (?1, ?2)),
                 gone_since = NULL WHERE seq = ?1",
            "UPDATE article_address SET article = ?1 WHERE article = ?2",
            "UPDATE revisit SET article = ?1 WHERE article = ?2",
        ] {
            connection.prepare_cached(statement)?.execute(both)?;
        }
        connection
            .prepare_cached("UPDATE article SET revision = ?2 WHERE seq = ?1")?
            .execute([kept.0, current])?;
        connection.prepare_cached("DELETE FROM article WHERE seq = ?1")?.execute([other.0])?;
        connection
            .prepare_cached("INSERT OR REPLACE INTO article_address (url, article) VALUES (?1, ?2)")?
            .execute((old, kept.0))?;
        index_stored(connection, kept.0)?;
        duplicates::refresh(connection, kept.0)
    }
}

/// The article of `portal` that is or was at `url`: by its own address, by an earlier one, by its identity.
pub(crate) fn row_of(
    connection: &Connection,
    portal: Option<&str>,
    url: &CrawlUrl,
) -> Result<Option<ArticleRow>> {
    let id = ArticleId::new(portal.unwrap_or_default(), url);
    for (statement, key) in [
        ("SELECT seq FROM article WHERE url = ?1 AND portal IS ?2", url.as_str()),
        (
            "SELECT a.seq FROM article_address o JOIN article a ON a.seq = o.article
             WHERE o.url = ?1 AND a.portal IS ?2",
            url.as_str(),
        ),
        ("SELECT seq FROM article WHERE id = ?1 AND portal IS ?2", id.as_str()),
    ] {
        let row =
            connection.prepare_cached(statement)?.query_row((key, portal), |row| row.get(0)).optional()?;
        if let Some(row) = row {
            return Ok(Some(ArticleRow(row)));
        }
    }
    Ok(None)
}

/// Gives `kept` the revisions of `other` too, numbered anew by when they were fetched; of two in a row that say the
/// same, the first stays. Gives the one that is current.
fn unite_revisions(connection: &Connection, [kept, other]: [i64; 2]) -> Result<i64> {
    let current: i64 = connection
        .prepare_cached("SELECT revision FROM article WHERE seq = ?1")?
        .query_row([other], |row| row.get(0))?;
    let revisions: Vec<(i64, String)> = connection
        .prepare_cached(
            "SELECT id, content_hash FROM revision WHERE article IN (?1, ?2) ORDER BY fetched, article, number",
        )?
        .query_map([kept, other], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    // Out of the way first: numbers are unique within an article at every moment.
    connection
        .prepare_cached("UPDATE revision SET number = -id WHERE article IN (?1, ?2)")?
        .execute([kept, other])?;
    let mut stay: Vec<(i64, &str)> = Vec::new();
    let mut now_current = current;
    for (revision, hash) in &revisions {
        if let Some((before, said)) = stay.last()
            && said == hash
        {
            if *revision == current {
                now_current = *before;
            }
            connection.prepare_cached("DELETE FROM revision WHERE id = ?1")?.execute([*revision])?;
            continue;
        }
        stay.push((*revision, hash));
        connection
            .prepare_cached("UPDATE revision SET article = ?1, number = ?2 WHERE id = ?3")?
            .execute([kept, stay.len() as i64, *revision])?;
    }
    Ok(now_current)
}
