//! What the archive holds, portal by portal; and one article by what a person calls it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use crate::model::article::ArticleId;
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::store::archived::ArchivedArticle;
use crate::store::error::{Result, StoreError};
use crate::store::{Store, load};

/// What the archive holds of one portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalStatus {
    /// Its id; `None` for articles without a portal file.
    pub portal: Option<String>,
    /// The name people use.
    pub name: Option<String>,
    /// Articles.
    pub articles: u64,
    /// Of these, no longer at the portal.
    pub gone: u64,
    /// When the newest was published, as the portal writes it.
    pub newest: Option<String>,
    /// Addresses of articles waiting to be fetched.
    pub waiting: u64,
    /// Known articles that `crawl --refresh` would ask again now.
    pub revisits: u64,
    /// When the next of them is due after that.
    pub next_revisit: Option<Timestamp>,
    /// Addresses of articles given up.
    pub given_up: u64,
    /// Addresses of articles that opt-outs keep out of the archive.
    pub opted_out: u64,
    /// The last run that dealt with it.
    pub last_run: Option<LastRun>,
}

/// The last run that dealt with a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// Its number.
    pub run: i64,
    /// When it started.
    pub started: Timestamp,
    /// When it ended; `None`: under way, or cut off.
    pub finished: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Articles new.
    pub added: u64,
    /// Articles changed.
    pub changed: u64,
    /// Pages given up.
    pub failed: u64,
    /// Where the portal's rules no longer fitted.
    pub drift: Vec<String>,
}

/// Articles by portal and publication day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days(BTreeMap<(Option<String>, Date), u64>);

impl Days {
    /// Adds articles of a day.
    pub fn add(&mut self, portal: Option<String>, day: Date, count: u64) {
        *self.0.entry((portal, day)).or_default() += count;
    }

    /// Articles of that day.
    pub fn count(&self, portal: Option<&str>, day: Date) -> u64 {
        self.0.get(&(portal.map(str::to_owned), day)).copied().unwrap_or_default()
    }

    /// The days of a portal that have any.
    pub fn of<'a>(&'a self, portal: Option<&'a str>) -> impl Iterator<Item = (Date, u64)> + 'a {
        let is_its = move |key: &(Option<String>, Date)| key.0.as_deref() == portal;
        self.0.iter().filter(move |(key, _)| is_its(key)).map(|((_, day), count)| (*day, *count))
    }
}

impl Store {
    /// Every portal of the archive, by name, as it is at `now`; articles without a portal last.
    pub fn status(&self, now: Timestamp) -> Result<Vec<PortalStatus>> {
        let mut statement = self.connection.prepare(
            "SELECT p.id, p.name,
                 (SELECT count(*) FROM article a WHERE a.portal = p.id),
                 (SELECT count(*) FROM article a WHERE a.portal = p.id AND a.gone_since IS NOT NULL),
                 (SELECT max(a.published) FROM article a WHERE a.portal = p.id)
             FROM portal p
             UNION ALL
             SELECT NULL, NULL, count(*), count(gone_since), max(published)
             FROM article WHERE portal IS NULL HAVING count(*) > 0
             ORDER BY 1 NULLS LAST",
        )?;
        let portals = statement
            .query_map([], |row| {
                Ok(PortalStatus {
                    portal: row.get(0)?,
                    name: row.get(1)?,
                    articles: row.get::<_, i64>(2)? as u64,
                    gone: row.get::<_, i64>(3)? as u64,
                    newest: row.get(4)?,
                    waiting: 0,
                    revisits: 0,
                    next_revisit: None,
                    given_up: 0,
                    opted_out: 0,
                    last_run: None,
                })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut statement = self.connection.prepare("SELECT portal, id FROM frontier_portal")?;
        let rows: HashMap<String, i64> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        portals
            .into_iter()
            .map(|mut status| {
                if let Some(portal) = &status.portal {
                    status.last_run = self.last_run(portal)?;
                    status.opted_out = self.opted_out(portal)?;
                    if let Some(row) = rows.get(portal) {
                        let counts = self.frontier_counts(*row)?;
                        (status.waiting, status.given_up) = (counts.queued, counts.failed);
                        (status.revisits, status.next_revisit) = self.revisits_due(*row, now)?;
                    }
                }
                Ok(status)
            })
            .collect()
    }

    /// Articles by portal and publication day, from `first` to `last`.
    pub fn articles_by_day(&self, first: Date, last: Date) -> Result<Days> {
        let mut statement = self.connection.prepare_cached(
            "SELECT portal, substr(published, 1, 10), count(*) FROM article
             WHERE substr(published, 1, 10) BETWEEN ?1 AND ?2 GROUP BY 1, 2",
        )?;
        let mut rows = statement.query([first.to_string(), last.to_string()])?;
        let mut days = Days::default();
        while let Some(row) = rows.next()? {
            if let Ok(day) = row.get::<_, String>(1)?.parse() {
                days.add(row.get(0)?, day, row.get::<_, i64>(2)? as u64);
            }
        }
        Ok(days)
    }

    /// The portals of the archive, by name.
    pub fn portals(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached("SELECT id FROM portal ORDER BY id")?;
        let portals = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(portals)
    }

    /// The names people use of the portals that have one, by their short names.
    pub fn portal_names(&self) -> Result<BTreeMap<String, String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, name FROM portal WHERE name IS NOT NULL")?;
        let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    fn last_run(&self, portal: &str) -> Result<Option<LastRun>> {
        let row = self
            .connection
            .prepare_cached(
                // What a run came to is noted at its end: before that its settings say which portals it deals with.
                "SELECT r.id, r.started, r.finished, r.outcome, p.added, p.changed, p.failed, p.details
                 FROM run r LEFT JOIN run_portal p ON p.run = r.id AND p.portal = ?1
                 WHERE p.run IS NOT NULL
                    OR (r.finished IS NULL AND EXISTS (SELECT 1 FROM json_each(r.settings, '$.portals') s
                                                       WHERE json_extract(s.value, '$.portal') = ?1))
                 ORDER BY r.id DESC LIMIT 1",
            )?
            .query_row([portal], |row| {
                let instants: (String, Option<String>) = (row.get(1)?, row.get(2)?);
                let count =
                    |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.unwrap_or_default());
                let counts = [count(4)?, count(5)?, count(6)?];
                Ok((row.get(0)?, instants, row.get(3)?, counts, row.get::<_, Option<String>>(7)?))
            })
            .optional()?;
        let Some((run, (started, finished), outcome, counts, details)) = row else { return Ok(None) };
        let instant = |text: String| {
            text.parse::<Timestamp>()
                .map_err(|_| StoreError::Damaged(format!("run {run}: not an instant: {text}")))
        };
        Ok(Some(LastRun {
            run,
            started: instant(started)?,
            finished: finished.map(instant).transpose()?,
            outcome,
            added: counts[0] as u64,
            changed: counts[1] as u64,
            failed: counts[2] as u64,
            drift: details.as_deref().map(drift_of).unwrap_or_default(),
        }))
    }

    /// When a run last came to its end with nothing to complain of.
    pub fn last_success(&self) -> Result<Option<Timestamp>> {
        let text: Option<String> = self
            .connection
            .prepare_cached("SELECT max(finished) FROM run WHERE outcome = 'done'")?
            .query_row([], |row| row.get(0))?;
        Ok(text.and_then(|text| text.parse().ok()))
    }

    /// The `most` articles of a portal that were read last, by the selectors it has now; the newest first.
    pub fn latest_articles(
        &self,
        portal: &str,
        selectors: Digest,
        most: usize,
    ) -> Result<Vec<ArchivedArticle>> {
        let mut statement = self.connection.prepare_cached(
            // CROSS JOIN: revisions lead, from the last one back, and it ends with the first that are enough.
            "SELECT a.seq FROM revision r CROSS JOIN article a ON a.seq = r.article AND a.revision = r.id
                 CROSS JOIN reader d ON d.id = r.reader
             WHERE a.portal = ?1 AND d.selectors_hash = ?2 ORDER BY r.id DESC LIMIT ?3",
        )?;
        let rows = statement
            .query_map(params![portal, selectors.to_string(), most as i64], |row| row.get::<_, i64>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().filter_map(|seq| load::article(&self.connection, seq).transpose()).collect()
    }

    /// The article of that identity.
    pub fn article(&self, id: &ArticleId) -> Result<Option<ArchivedArticle>> {
        let seq = self
            .connection
            .prepare_cached("SELECT seq FROM article WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        match seq {
            Some(seq) => load::article(&self.connection, seq),
            None => Ok(None),
        }
    }

    /// The article that is or was at that address, in whatever form it is written (`http` or `https`).
    pub fn article_at(&self, url: &CrawlUrl) -> Result<Option<ArchivedArticle>> {
        let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
        for statement in [
            "SELECT seq FROM article WHERE url = ?1 ORDER BY portal IS NULL LIMIT 1",
            "SELECT article FROM article_address WHERE url = ?1",
        ] {
            for scheme in [url.as_url().scheme(), "https", "http"] {
                let seq = self
                    .connection
                    .prepare_cached(statement)?
                    .query_row([format!("{scheme}://{rest}")], |row| row.get(0))
                    .optional()?;
                if let Some(seq) = seq {
                    return load::article(&self.connection, seq);
                }
            }
        }
        Ok(None)
    }
}

/// What no longer fitted, from the details of a run.
fn drift_of(details: &str) -> Vec<String> {
    let details: serde_json::Value = serde_json::from_str(details).unwrap_or_default();
    let drift = details["drift"].as_array().into_iter().flatten();
    drift.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
