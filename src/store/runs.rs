//! Writing how the archive was made: portals, runs, requests, captures.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::Value;

use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;
use crate::store::Store;
use crate::store::archived::{CaptureId, EXTRACTOR, RunId};
use crate::store::error::Result;

/// What a page is fetched for, and where addresses of articles are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// An article's own page (as a sighting: a link of another article).
    Article,
    /// A category page.
    Listing,
    /// An RSS or Atom feed.
    Feed,
    /// A sitemap or sitemap index.
    Sitemap,
    /// robots.txt.
    Robots,
    /// A host's reservations of text and data mining (tdmrep.json).
    TdmRep,
}

impl Place {
    /// The word stored and exported.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Listing => "listing",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Robots => "robots",
            Self::TdmRep => "tdmrep",
        }
    }
}

/// One request and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Fetch<'a> {
    /// The run that asked.
    pub run: Option<RunId>,
    /// The portal it was asked for.
    pub portal: Option<&'a str>,
    /// What was asked for.
    pub url: &'a CrawlUrl,
    /// When.
    pub fetched: Timestamp,
    /// What for.
    pub purpose: Place,
    /// [`crate::model::outcome::FetchOutcome::as_str`].
    pub outcome: &'a str,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// Bytes of the body as received.
    pub bytes: Option<u64>,
    /// How long it took.
    pub elapsed: Option<std::time::Duration>,
    /// The line of robots.txt that decided.
    pub robots_rule: Option<&'a str>,
    /// Reservations the response carried: `tdm-reservation: 1`, `noarchive`.
    pub opt_outs: Option<&'a str>,
    /// What happened, for a person, where it failed.
    pub detail: Option<&'a str>,
    /// Where the response lies.
    pub capture: Option<CaptureId>,
}

/// What a run came to at one portal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PortalCounts {
    /// Requests of every kind, robots.txt and retries too.
    pub requests: u64,
    /// Bytes of bodies as received.
    pub bytes: u64,
    /// Articles new to the archive.
    pub added: u64,
    /// Articles with a new revision.
    pub changed: u64,
    /// Articles asked for again and found the same.
    pub unchanged: u64,
    /// Articles the portal no longer has.
    pub gone: u64,
    /// Pages left out by robots.txt or an opt-out.
    pub excluded: u64,
    /// Pages given up.
    pub failed: u64,
    /// Anything else worth keeping: fill rates, drift. An object, or null.
    pub details: Value,
}

impl Store {
    /// Notes what is known of a portal.
    pub fn upsert_portal(&mut self, portal: &Portal) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO portal (id, name, home, language, timezone, selectors_hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, home = ?3, language = ?4, timezone = ?5,
                     selectors_hash = ?6",
            )?
            .execute(params![
                portal.id,
                portal.name,
                portal.home.as_ref().map(CrawlUrl::as_str),
                portal.language,
                portal.timezone.iana_name(),
                portal.selectors_hash.to_string(),
            ])?;
        self.known_portals.insert(portal.id.clone());
        Ok(())
    }

    /// Makes sure there is a row to point at for the portal of that name.
    pub(crate) fn know_portal(&mut self, id: &str) -> Result<()> {
        if !self.known_portals.contains(id) {
            self.connection
                .prepare_cached("INSERT INTO portal (id) VALUES (?1) ON CONFLICT (id) DO NOTHING")?
                .execute([id])?;
            self.known_portals.insert(id.to_owned());
        }
        Ok(())
    }

    /// Notes the start of a run. `settings`: the rates, limits and filters in force, as an object.
    pub fn start_run(&mut self, command: &str, settings: &Value, at: Timestamp) -> Result<RunId> {
        self.connection
            .prepare_cached("INSERT INTO run (command, program, started, settings) VALUES (?1, ?2, ?3, ?4)")?
            .execute((command, EXTRACTOR, at.to_string(), settings.to_string()))?;
        Ok(RunId(self.connection.last_insert_rowid()))
    }

    /// Notes what a run came to at a portal; may be repeated as it goes on.
    pub fn put_counts(&mut self, run: RunId, portal: &str, counts: &PortalCounts) -> Result<()> {
        self.know_portal(portal)?;
        let details = (!counts.details.is_null()).then(|| counts.details.to_string());
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO run_portal (run, portal, requests, bytes, added, changed, unchanged, gone,
                     excluded, failed, details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                run.0,
                portal,
                counts.requests as i64,
                counts.bytes as i64,
                counts.added as i64,
                counts.changed as i64,
                counts.unchanged as i64,
                counts.gone as i64,
                counts.excluded as i64,
                counts.failed as i64,
                details,
            ])?;
        Ok(())
    }

    /// Notes the end of a run. `outcome`: `done`, `some-pages-failed`, `drift`, `interrupted`, `failed`.
    pub fn finish_run(&mut self, run: RunId, outcome: &str, report: &Value, at: Timestamp) -> Result<()> {
        let report = (!report.is_null()).then(|| report.to_string());
        self.connection
            .prepare_cached("UPDATE run SET finished = ?2, outcome = ?3, report = ?4 WHERE id = ?1")?
            .execute((run.0, at.to_string(), outcome, report))?;
        Ok(())
    }

    /// Notes a request.
    pub fn put_fetch(&mut self, fetch: &Fetch<'_>) -> Result<()> {
        if let Some(portal) = fetch.portal {
            self.know_portal(portal)?;
        }
        self.connection
            .prepare_cached(
                "INSERT INTO fetch (run, portal, url, fetched, purpose, outcome, status, bytes, elapsed_ms,
                     robots_rule, opt_outs, detail, capture)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                fetch.run.map(|run| run.0),
                fetch.portal,
                fetch.url.as_str(),
                fetch.fetched.to_string(),
                fetch.purpose.as_str(),
                fetch.outcome,
                fetch.status,
                fetch.bytes.map(|bytes| bytes as i64),
                fetch.elapsed.map(|elapsed| elapsed.as_millis() as i64),
                fetch.robots_rule,
                fetch.opt_outs,
                fetch.detail,
                fetch.capture.map(|capture| capture.0),
            ])?;
        Ok(())
    }

    /// Whether the archive has an article at `url` on `portal`.
    pub fn has_article(&self, portal: &str, url: &CrawlUrl) -> Result<bool> {
        Ok(self.article_row(Some(portal), url)?.is_some())
    }
}
