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
use crate::store::{Store, duplicates, lists, load, purge};

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
    /// Keeps an article. A revision is made only where [`Article::content_hash`] differs from the current one; where
    /// the article was read again from a stored capture, where any field does.
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
            purge::lift(&self.connection, &article.id)?;
            let row = RevisionRow::New { seq, number: 1, content_hash: &content_hash, changes: None };
            self.make_current(reading, seq, row, &text)?;
            return Ok((Stored::New, ArticleRow(seq)));
        };
        let seq = current.seq;
        let is_same_page = is_same_page(&self.connection, seq, reading.capture)?;
        if !reading.reparsed && reading.fetched < current.fetched {
            let stored = self.put_earlier(reading, &current, &content_hash, &text)?;
            return Ok((stored, ArticleRow(seq)));
        }
        if !reading.reparsed {
            touch(&self.connection, seq, reading.fetched)?;
            set_capture(&self.connection, seq, reading.capture)?;
        }
        let is_same = current.content_hash == content_hash;
        let known = load::article(&self.connection, seq)?.map(|mut known| {
            // A moved article keeps the identity its first address gave it.
            known.article.id = article.id.clone();
            known.article
        });
        if is_same && known.as_ref() == Some(article) {
            return Ok((Stored::Unchanged, ArticleRow(seq)));
        }
        let changes = known.map_or_else(Vec::new, |known| article.differences(&known));
        // What a portal's pages say is a revision where its text differs; what a new reading of the same page found
        // is one whatever it found.
        if is_same && (!reading.reparsed || changes.is_empty()) {
            let revision =
                self.write_revision(reading, RevisionRow::Known { id: current.revision }, &text)?;
            point_at(&self.connection, seq, revision, article)?;
            lists::clear(&self.connection, seq)?;
            self.write_lists(seq, article)?;
            return Ok((Stored::Unchanged, ArticleRow(seq)));
        }
        unindex(&self.connection, seq)?;
        let number = newest_number(&self.connection, seq)? + 1;
        let changes = Some(changes.as_slice());
        lists::clear(&self.connection, seq)?;
        let row = RevisionRow::New { seq, number, content_hash: &content_hash, changes };
        // The portal sent the same bytes as before: what differs is how they were read, not what the newsroom wrote.
        let reading = Reading { reparsed: reading.reparsed || is_same_page, ..reading };
        self.make_current(reading, seq, row, &text)?;
        Ok((Stored::Changed { revision: number }, ArticleRow(seq)))
    }

    /// Keeps what a page from before the article's current state says by a new reading, as a revision beside the one
    /// last read from that page, which said `before`. What the article says now stays.
    pub fn put_earlier_rereading(
        &mut self,
        reading: Reading<'_>,
        known: ArticleRow,
        before: &Article,
    ) -> Result<()> {
        let content_hash = reading.article.content_hash().to_string();
        let changes = reading.article.differences(before);
        let number = newest_number(&self.connection, known.0)? + 1;
        let changes = Some(changes.as_slice());
        let row = RevisionRow::New { seq: known.0, number, content_hash: &content_hash, changes };
        self.write_revision(reading, row, &reading.article.text())?;
        Ok(())
    }

    /// Writes the revision as what the article says now; no lists and no words of it may be there.
    fn make_current(
        &mut self,
        reading: Reading<'_>,
        seq: i64,
        row: RevisionRow<'_>,
        text: &str,
    ) -> Result<()> {
        let revision = self.write_revision(reading, row, text)?;
        point_at(&self.connection, seq, revision, reading.article)?;
        self.write_lists(seq, reading.article)?;
        self.index(seq, reading.article, text)?;
        duplicates::update(&self.connection, seq, text)
    }

    /// Keeps what an article said before the current revision: captures from elsewhere come in any order.
    fn put_earlier(
        &mut self,
        reading: Reading<'_>,
        current: &Current,
        content_hash: &str,
        text: &str,
    ) -> Result<Stored> {
        let seq = current.seq;
        self.connection
            .prepare_cached("UPDATE article SET first_seen = min(first_seen, ?2) WHERE seq = ?1")?
            .execute((seq, reading.fetched.to_string()))?;
        let is_known = self
            .connection
            .prepare_cached("SELECT 1 FROM revision WHERE article = ?1 AND content_hash = ?2")?
            .exists((seq, content_hash))?;
        if is_known {
            return Ok(Stored::Unchanged);
        }
        let number = newest_number(&self.connection, seq)? + 1;
        let row = RevisionRow::New { seq, number, content_hash, changes: None };
        self.write_revision(reading, row, text)?;
        Ok(Stored::Changed { revision: number })
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
    /// When the current revision was fetched.
    fetched: Timestamp,
}

fn current(connection: &Connection, seq: i64) -> Result<Option<Current>> {
    connection
        .prepare_cached(
            "SELECT a.seq, r.id, r.content_hash, r.fetched
             FROM article a JOIN revision r ON r.id = a.revision WHERE a.seq = ?1",
        )?
        .query_row([seq], |row| {
            let (seq, revision, content_hash) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(load::instant(row, 3).map(|fetched| Current { seq, revision, content_hash, fetched }))
        })
        .optional()?
        .transpose()
}

/// The highest number of an article's revisions.
fn newest_number(connection: &Connection, seq: i64) -> Result<u32> {
    Ok(connection
        .prepare_cached("SELECT max(number) FROM revision WHERE article = ?1")?
        .query_row([seq], |row| row.get(0))?)
}

fn insert_article(connection: &Connection, reading: Reading<'_>) -> Result<i64> {
    let article = reading.article;
    let fetched = reading.fetched.to_string();
    connection
        .prepare_cached(
            "INSERT INTO article (id, portal, url, first_seen, last_checked, revision, capture)
             VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5)",
        )?
        .execute((
            article.id.as_str(),
            article.portal.as_deref(),
            article.url.as_str(),
            fetched,
            reading.capture.map(|capture| capture.0),
        ))?;
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

/// Whether a capture has the payload of the article's newest one so far.
fn is_same_page(connection: &Connection, seq: i64, capture: Option<CaptureId>) -> Result<bool> {
    let Some(capture) = capture else { return Ok(false) };
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM article a JOIN capture o ON o.id = a.capture JOIN capture n ON n.id = ?2
             WHERE a.seq = ?1 AND o.id <> n.id AND o.digest = n.digest",
        )?
        .exists((seq, capture.0))?)
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
