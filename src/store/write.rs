//! Writing articles: new ones, changed ones as new revisions, unchanged ones in place.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

use crate::model::article::Article;
use crate::model::issue::Issue;
use crate::store::archived::{CaptureId, EXTRACTOR, RunId};
use crate::store::error::Result;
use crate::store::identity::{ArticleRow, row_of};
use crate::store::names::Name;
use crate::store::revision::{self, RevisionRow, Sources};
use crate::store::{Store, lists, load};

/// An article to be kept, with the circumstances of its reading.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The article as it was read.
    pub article: &'a Article,
    /// What was not as it should be.
    pub issues: &'a [Issue],
    /// When the page was fetched.
    pub fetched: Timestamp,
    /// Where the page lies ([`Store::put_capture`]).
    pub capture: Option<CaptureId>,
    /// The run that read it.
    pub run: Option<RunId>,
    /// Whether it was read again from a stored capture, without asking the portal.
    pub reparsed: bool,
}

/// What keeping an article came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It was not in the archive.
    New,
    /// What the newsroom wrote has changed: this is the number of the new revision.
    Changed {
        /// From 2.
        revision: u32,
    },
    /// What the newsroom wrote is the same; links, tags and the like were brought up to date.
    Unchanged,
}

impl Store {
    /// Keeps an article. A revision is made only where [`Article::content_hash`] differs from the current one.
    /// Outside a batch, this is a transaction of its own.
    pub fn put_article(&mut self, reading: Reading<'_>) -> Result<Stored> {
        self.put_article_as(reading, None).map(|(stored, _)| stored)
    }

    /// The same for what is known to be the article `known`, whatever address it names as its own now: the article
    /// stays who it is and moves there. Without it, the article that is or was at that address is meant.
    pub fn put_article_as(
        &mut self,
        reading: Reading<'_>,
        known: Option<ArticleRow>,
    ) -> Result<(Stored, ArticleRow)> {
        if self.connection.is_autocommit() {
            self.begin()?;
            let stored = self.put_article_in_batch(reading, known);
            return match stored {
                Ok(stored) => self.commit().map(|()| stored),
                Err(error) => {
                    self.rollback()?;
                    Err(error)
                }
            };
        }
        self.put_article_in_batch(reading, known)
    }

    fn put_article_in_batch(
        &mut self,
        reading: Reading<'_>,
        known: Option<ArticleRow>,
    ) -> Result<(Stored, ArticleRow)> {
        let article = reading.article;
        if let Some(portal) = &article.portal {
            self.know_portal(portal)?;
        }
        let text = article.text();
        let content_hash = article.content_hash().to_string();
        let known = match known {
            Some(known) => Some(known),
            None => row_of(&self.connection, article.portal.as_deref(), &article.url)?,
        };
        let current = known.map(|known| current(&self.connection, known.0)).transpose()?.flatten();
        let Some(current) = current else {
            let seq = insert_article(&self.connection, reading)?;
            set_capture(&self.connection, seq, reading.capture)?;
            let row = RevisionRow::New { seq, number: 1, content_hash: &content_hash };
            let revision = self.write_revision(reading, row, &text)?;
            point_at(&self.connection, seq, revision, article)?;
            self.write_lists(seq, article)?;
            self.index(seq, article, &text)?;
            return Ok((Stored::New, ArticleRow(seq)));
        };
        let seq = current.seq;
        if !reading.reparsed {
            touch(&self.connection, seq, reading.fetched)?;
            set_capture(&self.connection, seq, reading.capture)?;
        }
        if current.content_hash == content_hash {
            let known = load::article(&self.connection, seq)?.map(|mut known| {
                // A moved article keeps the identity its first address gave it.
                known.article.id = article.id.clone();
                known
            });
            if known.as_ref().is_none_or(|known| known.article != *article) {
                let revision =
                    self.write_revision(reading, RevisionRow::Known { id: current.revision }, &text)?;
                point_at(&self.connection, seq, revision, article)?;
                lists::clear(&self.connection, seq)?;
                self.write_lists(seq, article)?;
            }
            return Ok((Stored::Unchanged, ArticleRow(seq)));
        }
        unindex(&self.connection, seq)?;
        let number = current.newest + 1;
        let row = RevisionRow::New { seq, number, content_hash: &content_hash };
        let revision = self.write_revision(reading, row, &text)?;
        point_at(&self.connection, seq, revision, article)?;
        lists::clear(&self.connection, seq)?;
        self.write_lists(seq, article)?;
        self.index(seq, article, &text)?;
        Ok((Stored::Changed { revision: number }, ArticleRow(seq)))
    }

    /// Notes that the portal was asked for the article and said it had not changed.
    pub fn touch(&mut self, article: ArticleRow, at: Timestamp) -> Result<()> {
        touch(&self.connection, article.0, at)
    }

    /// Notes that the portal no longer has the article; its record stays. Whether that is new.
    pub fn mark_gone(&mut self, article: ArticleRow, at: Timestamp) -> Result<bool> {
        let newly = self
            .connection
            .prepare_cached("UPDATE article SET gone_since = ?2 WHERE seq = ?1 AND gone_since IS NULL")?
            .execute((article.0, at.to_string()))?;
        self.connection
            .prepare_cached("UPDATE article SET last_checked = max(last_checked, ?2) WHERE seq = ?1")?
            .execute((article.0, at.to_string()))?;
        Ok(newly > 0)
    }

    /// Writes the revision's row: a new one, or over the row `Row::Known`.
    fn write_revision(&mut self, reading: Reading<'_>, row: RevisionRow<'_>, text: &str) -> Result<i64> {
        let article = reading.article;
        let reader = self.names.reader(
            &self.connection,
            EXTRACTOR,
            article.selectors_hash.map(|digest| digest.to_string()),
        )?;
        let provenance = provenance_json(article);
        let provenance = self.names.number(&self.connection, Name::Provenance, &provenance)?;
        revision::write(&self.connection, reading, row, Sources { reader, provenance }, text)
    }

    fn write_lists(&mut self, seq: i64, article: &Article) -> Result<()> {
        lists::write(&self.connection, &mut self.names, seq, article)
    }

    fn index(&mut self, seq: i64, article: &Article, text: &str) -> Result<()> {
        let headline = article.headline.as_deref();
        let lead = article.lead.as_deref();
        self.connection
            .prepare_cached("INSERT INTO article_fts (rowid, headline, lead, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute((seq, headline, lead, text))?;
        let texts = [headline.unwrap_or_default(), lead.unwrap_or_default(), text];
        self.words.learn(&self.connection, &texts)
    }
}

/// What the archive holds of an article, as far as writing needs it.
struct Current {
    seq: i64,
    revision: i64,
    content_hash: String,
    newest: u32,
}

fn current(connection: &Connection, seq: i64) -> Result<Option<Current>> {
    Ok(connection
        .prepare_cached(
            "SELECT a.seq, r.id, r.content_hash, (SELECT max(number) FROM revision WHERE article = a.seq)
             FROM article a JOIN revision r ON r.id = a.revision WHERE a.seq = ?1",
        )?
        .query_row([seq], |row| {
            Ok(Current {
                seq: row.get(0)?,
                revision: row.get(1)?,
                content_hash: row.get(2)?,
                newest: row.get(3)?,
            })
        })
        .optional()?)
}

fn insert_article(connection: &Connection, reading: Reading<'_>) -> Result<i64> {
    let article = reading.article;
    let fetched = reading.fetched.to_string();
    connection
        .prepare_cached(
            "INSERT INTO article (id, portal, url, first_seen, last_checked, revision)
             VALUES (?1, ?2, ?3, ?4, ?4, 0)",
        )?
        .execute((article.id.as_str(), article.portal.as_deref(), article.url.as_str(), fetched))?;
    Ok(connection.last_insert_rowid())
}

fn point_at(connection: &Connection, seq: i64, revision: i64, article: &Article) -> Result<()> {
    connection
        .prepare_cached("UPDATE article SET revision = ?2, published = ?3, url = ?4 WHERE seq = ?1")?
        .execute((seq, revision, article.published.map(|time| time.to_string()), article.url.as_str()))?;
    Ok(())
}

fn touch(connection: &Connection, seq: i64, at: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE article SET last_checked = max(last_checked, ?2), gone_since = NULL WHERE seq = ?1",
        )?
        .execute((seq, at.to_string()))?;
    Ok(())
}

/// Notes the newest capture of an article.
fn set_capture(connection: &Connection, seq: i64, capture: Option<CaptureId>) -> Result<()> {
    if let Some(capture) = capture {
        connection
            .prepare_cached("UPDATE article SET capture = ?2 WHERE seq = ?1")?
            .execute((seq, capture.0))?;
    }
    Ok(())
}

/// Takes the current revision's words out of the full-text index, which needs them as they were put in.
pub(crate) fn unindex(connection: &Connection, seq: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO article_fts (article_fts, rowid, headline, lead, body)
             SELECT 'delete', seq, headline, lead, body FROM article_text WHERE seq = ?1",
        )?
        .execute([seq])?;
    Ok(())
}

/// Puts the current revision's words, which are stored, into the full-text index.
pub(crate) fn index_stored(connection: &Connection, seq: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO article_fts (rowid, headline, lead, body)
             SELECT seq, headline, lead, body FROM article_text WHERE seq = ?1",
        )?
        .execute([seq])?;
    Ok(())
}

fn provenance_json(article: &Article) -> String {
    let rules: serde_json::Map<String, serde_json::Value> = article
        .provenance
        .iter()
        .map(|(field, source)| (field.to_string(), json!({ "source": source.source, "rule": source.rule })))
        .collect();
    serde_json::Value::Object(rules).to_string()
}
