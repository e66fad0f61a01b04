//! Taking articles out: which rows and captures are theirs, what is left of them, which places in WARC files are
//! still to be blanked. The files are `archive`'s to rewrite.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::model::article::ArticleId;
use crate::model::capture::CaptureRef;
use crate::model::segment_sum::SegmentSum;
use crate::store::archived::CaptureId;
use crate::store::captures::place_of;
use crate::store::error::Result;
use crate::store::frontier::UrlState;
use crate::store::names::Name;
use crate::store::select::Conditions;
use crate::store::{Filter, Store, Table, duplicates, lists, load, write};

/// What is to be taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgeSelection {
    /// These articles; empty: those of `filter`.
    pub articles: Vec<ArticleId>,
    /// Articles that pass.
    pub filter: Filter,
}

impl PurgeSelection {
    /// The portals of which everything goes, listings and feeds too: the selection names them and nothing else.
    fn whole_portals(&self) -> &[String] {
        let only_portals = Filter { portals: self.filter.portals.clone(), ..Filter::default() };
        let is_whole = self.articles.is_empty() && self.filter == only_portals;
        if is_whole { &self.filter.portals } else { &[] }
    }
}

/// What a purge takes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgePlan {
    /// Articles.
    pub articles: u64,
    /// Their revisions.
    pub revisions: u64,
    /// Captures whose bytes go.
    pub captures: u64,
    /// Bytes of these as stored.
    pub bytes: u64,
    /// Captures that stay and whose payload goes: each repeats one that is taken out. By what they repeat.
    pub bereft: BTreeMap<i64, Vec<(CaptureId, CaptureRef)>>,
}

/// A capture written anew elsewhere, because what it repeated goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its row.
    pub id: CaptureId,
    /// Where it lies now.
    pub place: CaptureRef,
    /// What it repeats now.
    pub repeats: Option<CaptureId>,
}

const PLAN: &str = "
    DROP TABLE IF EXISTS temp.purge_article;
    DROP TABLE IF EXISTS temp.purge_url;
    DROP TABLE IF EXISTS temp.purge_capture;
    CREATE TEMP TABLE purge_article (seq INTEGER PRIMARY KEY);
    CREATE TEMP TABLE purge_url (url TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TEMP TABLE purge_capture (id INTEGER PRIMARY KEY);";

/// From the articles to every address they were fetched at, and to every capture of these.
const PLAN_CAPTURES: &str = "
    INSERT OR IGNORE INTO purge_capture
        SELECT r.capture FROM revision r JOIN purge_article p ON p.seq = r.article WHERE r.capture IS NOT NULL
        UNION SELECT a.capture FROM article a JOIN purge_article p ON p.seq = a.seq WHERE a.capture IS NOT NULL;
    INSERT OR IGNORE INTO purge_url
        SELECT a.url FROM article a JOIN purge_article p ON p.seq = a.seq
        UNION SELECT x.url FROM article_address x JOIN purge_article p ON p.seq = x.article
        UNION SELECT f.url FROM fetch f JOIN purge_capture p ON p.id = f.capture;
    INSERT OR IGNORE INTO purge_capture
        SELECT f.capture FROM fetch f JOIN purge_url u ON u.url = f.url
        WHERE f.capture IS NOT NULL AND f.purpose = 'article';";

/// What other articles were read from stays.
const PLAN_KEPT: &str = "
    DELETE FROM purge_capture WHERE id IN (
        SELECT r.capture FROM revision r WHERE r.article NOT IN (SELECT seq FROM purge_article)
        UNION SELECT a.capture FROM article a WHERE a.seq NOT IN (SELECT seq FROM purge_article));";

const TOMBSTONES: &str = "
    INSERT OR REPLACE INTO tombstone
        (article, portal, purged, reason, revisions, captures, words, content_hashes, digests)
    SELECT a.id, a.portal, ?1, ?2,
        (SELECT count(*) FROM revision r WHERE r.article = a.seq),
        (SELECT count(DISTINCT r.capture) FROM revision r WHERE r.article = a.seq),
        (SELECT r.word_count FROM revision r WHERE r.id = a.revision),
        (SELECT json_group_array(content_hash) FROM
             (SELECT r.content_hash FROM revision r WHERE r.article = a.seq ORDER BY r.number)),
        (SELECT json_group_array(digest) FROM
             (SELECT DISTINCT c.digest FROM revision r JOIN capture c ON c.id = r.capture WHERE r.article = a.seq))
    FROM article a JOIN purge_article p ON p.seq = a.seq";

/// Rows that go, children first. The foreign keys are off meanwhile: looking for children of every capture in tables
/// without an index on it would take for ever.
const ROWS: &str = "
    INSERT OR IGNORE INTO blanking (warc_file, \"offset\", length)
        SELECT w.name, c.\"offset\", c.length FROM purge_capture p
        JOIN capture c ON c.id = p.id JOIN warc_file w ON w.id = c.warc_file;
    DELETE FROM revisit WHERE article IN (SELECT seq FROM purge_article);
    DELETE FROM article_address WHERE article IN (SELECT seq FROM purge_article);
    UPDATE fetch SET capture = NULL WHERE capture IN (SELECT id FROM purge_capture);
    DELETE FROM revision WHERE article IN (SELECT seq FROM purge_article);
    DELETE FROM article WHERE seq IN (SELECT seq FROM purge_article);
    DELETE FROM capture WHERE id IN (SELECT id FROM purge_capture);
    DELETE FROM warc_file WHERE NOT EXISTS (SELECT 1 FROM capture c WHERE c.warc_file = warc_file.id)
        AND NOT EXISTS (SELECT 1 FROM warc_sum s WHERE s.warc_file = warc_file.id);
    DELETE FROM author WHERE id NOT IN (SELECT author FROM article_author);
    DELETE FROM speaker WHERE id NOT IN (SELECT speaker FROM quote WHERE speaker IS NOT NULL);
    DELETE FROM tag WHERE id NOT IN (SELECT tag FROM article_tag);
    DELETE FROM section WHERE id NOT IN (SELECT section FROM article_section);
    INSERT INTO article_fts (article_fts) VALUES ('optimize');";

impl Store {
    /// Finds out what a purge would take out. The next [`Store::purge`] takes out just this.
    pub fn plan_purge(&mut self, selection: &PurgeSelection) -> Result<PurgePlan> {
        let connection = &self.connection;
        connection.execute_batch(PLAN)?;
        if selection.articles.is_empty() {
            let conditions = Conditions::of(connection, Table::Articles, &selection.filter)?;
            let select = conditions.select(Table::Articles, "article_seq");
            connection
                .prepare(&format!("INSERT INTO purge_article {select}"))?
                .execute(params_from_iter(conditions.values))?;
        }
        for article in &selection.articles {
            connection
                .prepare_cached("INSERT OR IGNORE INTO purge_article SELECT seq FROM article WHERE id = ?1")?
                .execute([article.as_str()])?;
        }
        connection.execute_batch(PLAN_CAPTURES)?;
        for portal in selection.whole_portals() {
            connection.execute(
                "INSERT OR IGNORE INTO purge_capture
                 SELECT capture FROM fetch WHERE portal = ?1 AND capture IS NOT NULL",
                [portal],
            )?;
        }
        connection.execute_batch(PLAN_KEPT)?;
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let mut plan = PurgePlan {
            articles: count("SELECT count(*) FROM purge_article")? as u64,
            revisions: count(
                "SELECT count(*) FROM revision WHERE article IN (SELECT seq FROM purge_article)",
            )? as u64,
            captures: count("SELECT count(*) FROM purge_capture")? as u64,
            bytes: count(
                "SELECT coalesce(sum(length), 0) FROM capture WHERE id IN (SELECT id FROM purge_capture)",
            )? as u64,
            bereft: BTreeMap::new(),
        };
        let mut bereft = connection.prepare(
            "SELECT w.name, c.\"offset\", c.length, c.digest, c.id, c.repeats
             FROM purge_capture p JOIN capture c ON c.repeats = p.id JOIN warc_file w ON w.id = c.warc_file
             WHERE c.id NOT IN (SELECT id FROM purge_capture) ORDER BY c.repeats, c.id",
        )?;
        let mut rows = bereft.query([])?;
        while let Some(row) = rows.next()? {
            let capture = (CaptureId(row.get(4)?), place_of(row, 0)?);
            plan.bereft.entry(row.get(5)?).or_default().push(capture);
        }
        Ok(plan)
    }

    /// Takes out what was planned, as a whole or not at all: leaves tombstones, notes which places are to be blanked.
    pub fn purge(&mut self, at: Timestamp, reason: Option<&str>, moved: &[Moved]) -> Result<()> {
        self.connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF;")?;
        let result = self.begin().and_then(|()| self.purge_in_batch(at, reason, moved));
        let result = match result {
            Ok(()) => self.commit(),
            Err(error) => self.rollback().and(Err(error)),
        };
        self.connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;")?;
        // Names and words may have gone.
        self.names.forget();
        self.words.forget();
        result
    }

    fn purge_in_batch(&mut self, at: Timestamp, reason: Option<&str>, moved: &[Moved]) -> Result<()> {
        for Moved { id, place, repeats } in moved {
            self.connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO blanking (warc_file, \"offset\", length)
                     SELECT w.name, c.\"offset\", c.length FROM capture c JOIN warc_file w ON w.id = c.warc_file
                     WHERE c.id = ?1",
                )?
                .execute([id.0])?;
            let file = self.names.number(&self.connection, Name::WarcFile, &place.warc)?;
            self.connection
                .prepare_cached(
                    "UPDATE capture SET warc_file = ?2, \"offset\" = ?3, length = ?4, repeats = ?5 WHERE id = ?1",
                )?
                .execute(params![
                    id.0,
                    file,
                    place.offset as i64,
                    place.length as i64,
                    repeats.map(|capture| capture.0)
                ])?;
        }
        self.connection.execute(TOMBSTONES, (at.to_string(), reason))?;
        self.exclude_addresses()?;
        let mut statement = self.connection.prepare("SELECT seq FROM purge_article")?;
        let articles: Vec<i64> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        let mut words = Vec::new();
        for seq in articles {
            self.connection
                .prepare_cached("SELECT headline, lead, body FROM article_text WHERE seq = ?1")?
                .query_row([seq], |row| {
                    for column in 0..3 {
                        words.extend(row.get::<_, Option<String>>(column)?);
                    }
                    Ok(())
                })
                .optional()?;
            write::unindex(&self.connection, seq)?;
            lists::clear(&self.connection, seq)?;
            duplicates::forget(&self.connection, seq)?;
        }
        self.connection.execute_batch(ROWS)?;
        self.words.unlearn(&self.connection, &words)
    }

    /// No crawl asks for these addresses again by itself.
    fn exclude_addresses(&mut self) -> Result<()> {
        let mut statement = self.connection.prepare("SELECT url FROM purge_url")?;
        let urls: Vec<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        for url in urls {
            if let Some(known) = self.known_url(&load::address(&url)?)? {
                self.settle_row(known.id, UrlState::Excluded, known.handled_run)?;
            }
        }
        Ok(())
    }

    /// Places that no row points at any more and that are still to be blanked, by file.
    pub fn blankings(&self) -> Result<BTreeMap<String, Vec<(u64, u64)>>> {
        let mut statement = self
            .connection
            .prepare("SELECT warc_file, \"offset\", length FROM blanking ORDER BY warc_file, \"offset\"")?;
        let mut rows = statement.query([])?;
        let mut blankings: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let place = (row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64);
            blankings.entry(row.get(0)?).or_default().push(place);
        }
        Ok(blankings)
    }

    /// Notes that everything to be blanked in a file is, and the checksums that this changed.
    pub fn set_blanked(&self, warc: &str, changed: &[SegmentSum]) -> Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        transaction.execute("DELETE FROM blanking WHERE warc_file = ?1", [warc])?;
        self.put_warc_sums(warc, changed)?;
        Ok(transaction.commit()?)
    }

    /// Notes that a file no row points into is gone.
    pub fn forget_warc_file(&self, warc: &str) -> Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        transaction.execute("DELETE FROM blanking WHERE warc_file = ?1", [warc])?;
        transaction.execute(
            "DELETE FROM warc_sum WHERE warc_file = (SELECT id FROM warc_file WHERE name = ?1)",
            [warc],
        )?;
        transaction.execute("DELETE FROM warc_file WHERE name = ?1", [warc])?;
        Ok(transaction.commit()?)
    }

    /// Whether rows point into a WARC file.
    pub fn is_in_use(&self, warc: &str) -> Result<bool> {
        let select =
            "SELECT 1 FROM warc_file w JOIN capture c ON c.warc_file = w.id WHERE w.name = ?1 LIMIT 1";
        Ok(self.connection.prepare_cached(select)?.exists([warc])?)
    }

    /// Whether the article of that identity was taken out of the archive.
    pub fn is_purged(&self, id: &ArticleId) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM tombstone WHERE article = ?1")?
            .exists([id.as_str()])?)
    }
}

/// Takes the tombstone of an article away that is kept again.
pub(crate) fn lift(connection: &Connection, id: &ArticleId) -> Result<()> {
    connection.prepare_cached("DELETE FROM tombstone WHERE article = ?1")?.execute([id.as_str()])?;
    Ok(())
}
