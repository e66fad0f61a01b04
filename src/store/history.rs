//! What an article said, revision by revision.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::model::article::ArticleId;
use crate::model::capture::CaptureRef;
use crate::store::archived::ArchivedArticle;
use crate::store::captures::place_of;
use crate::store::error::Result;
use crate::store::{Store, load};

/// One revision of an article, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub number: u32,
    /// When the page it was read from was fetched.
    pub fetched: Timestamp,
    /// Whether it was read again from a stored page.
    pub reparsed: bool,
    /// Whether it is what the article says now.
    pub is_current: bool,
    /// Names of the fields that differ from what the article said before.
    pub changes: Vec<String>,
}

impl Store {
    /// The revisions of an article in the order in which the portal said so: by the instant of the page they were
    /// read from, then by number.
    pub fn revisions(&self, id: &ArticleId) -> Result<Vec<Revision>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT r.number, r.fetched, r.reparsed, r.id = a.revision, r.changes
             FROM article a JOIN revision r ON r.article = a.seq WHERE a.id = ?1 ORDER BY r.number",
        )?;
        let mut rows = statement.query([id.as_str()])?;
        let mut revisions = Vec::new();
        while let Some(row) = rows.next()? {
            let changes: Option<String> = row.get(4)?;
            revisions.push(Revision {
                number: row.get(0)?,
                fetched: load::instant(row, 1)?,
                reparsed: row.get(2)?,
                is_current: row.get(3)?,
                changes: changes.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
            });
        }
        revisions.sort_by_key(|revision| (revision.is_current, revision.fetched, revision.number));
        Ok(revisions)
    }

    /// Where the pages of an article lie, of every revision and the newest, in the order they were captured.
    pub fn captures_of(&self, id: &ArticleId) -> Result<Vec<CaptureRef>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT w.name, c.\"offset\", c.length, c.digest FROM capture c JOIN warc_file w ON w.id = c.warc_file
             WHERE c.id IN (SELECT r.capture FROM revision r JOIN article a ON a.seq = r.article WHERE a.id = ?1
                            UNION SELECT a.capture FROM article a WHERE a.id = ?1)
             ORDER BY c.id",
        )?;
        let mut rows = statement.query([id.as_str()])?;
        let mut captures = Vec::new();
        while let Some(row) = rows.next()? {
            captures.push(place_of(row, 0)?);
        }
        Ok(captures)
    }

    /// What the article said in the revision of that number; sections, tags, links, images, quotations and dates are
    /// kept of the current one only.
    pub fn revision(&self, id: &ArticleId, number: u32) -> Result<Option<ArchivedArticle>> {
        let seq = self
            .connection
            .prepare_cached("SELECT seq FROM article WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        match seq {
            Some(seq) => load::revision(&self.connection, seq, number),
            None => Ok(None),
        }
    }
}
