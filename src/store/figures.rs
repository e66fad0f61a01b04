//! How the archive was made, in figures: what `dateline methods` tells. Reads only.

use rusqlite::{Row, params};

use crate::store::Store;
use crate::store::error::Result;

/// Pages of one kind that are listed one by one; the table `fetches` has them all.
pub const MAX_PAGES: usize = 10_000;

/// The runs that made the archive, dry runs never among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunFigures {
    /// Runs that asked a portal anything.
    pub runs: u64,
    /// Start of the first, UTC.
    pub first: Option<String>,
    /// Last sign of the last, UTC.
    pub last: Option<String>,
    /// Longest time between the starts of two runs, in seconds.
    pub longest_pause: Option<f64>,
    /// Runs that were cut off or stopped by a signal.
    pub cut_off: u64,
    /// Programs and versions, in the order of their first run.
    pub programs: Vec<String>,
    /// What requests said about who is asking.
    pub user_agents: Vec<String>,
    /// Why opt-outs were only recorded, where a run stated it.
    pub legal_bases: Vec<String>,
    /// Opt-outs that were honoured, over all runs.
    pub honoured: Vec<String>,
    /// Most requests under way at once to one host that a portal file allowed.
    pub concurrency: u64,
}

/// What became of a portal's pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PortalFigures {
    /// Its id; `None`: articles without a portal file.
    pub portal: Option<String>,
    /// The name people use.
    pub name: Option<String>,
    /// Its start page.
    pub home: Option<String>,
    /// Articles in the archive.
    pub articles: u64,
    /// Day of the earliest publication.
    pub published_first: Option<String>,
    /// Day of the latest publication.
    pub published_last: Option<String>,
    /// Articles no longer at the portal.
    pub gone: u64,
    /// Articles that said something else later.
    pub revised: u64,
    /// Revisions in all, but for pages read again.
    pub revisions: u64,
    /// Addresses of articles that are known.
    pub known: u64,
    /// Of these, seen on listings, in feeds, in sitemaps.
    pub seen: [u64; 3],
    /// Addresses that wait to be asked.
    pub waiting: u64,
    /// Addresses given up after their last attempt.
    pub given_up: u64,
    /// Addresses that robots.txt forbids.
    pub forbidden: u64,
    /// Addresses left out because they ask not to be archived.
    pub opted_out: u64,
    /// Addresses that answered 404 or 410.
    pub missing: u64,
    /// Addresses outside the period of the crawls.
    pub outside: u64,
    /// Requests by outcome and HTTP status, the commonest first.
    pub outcomes: Vec<(String, Option<u16>, u64)>,
    /// Requests for articles, listings, feeds and sitemaps that got nothing to use. A host without a robots.txt is no
    /// failure.
    pub unusable: u64,
    /// Bytes of bodies as received.
    pub bytes: u64,
    /// Shortest time between the starts of two requests to one host, in seconds, to the millisecond.
    pub shortest_gap: Option<f64>,
    /// Which program read the pages with which portal file, how many revisions, first and last day.
    pub readers: Vec<Reader>,
}

/// A program and a portal file that read pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// `dateline 0.1.0`
    pub program: String,
    /// Digest of the portal file; `None`: read without one.
    pub selectors: Option<String>,
    /// Revisions read.
    pub revisions: u64,
    /// First and last day, UTC.
    pub days: (String, String),
}

/// A page that was not asked, or not kept, and the words that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedPage {
    /// The portal's id.
    pub portal: Option<String>,
    /// The page.
    pub url: String,
    /// The line of robots.txt, or the opt-outs as stated.
    pub words: String,
    /// When it was last found so, UTC.
    pub at: String,
    /// Whether the archive has the article all the same.
    pub kept: bool,
}

/// Where an archived article's address was seen, its publication day and its first section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenArticle {
    /// 1 listing, 2 feed, 4 sitemap, added up.
    pub places: u8,
    /// The publication day at the portal, where it is known.
    pub day: Option<String>,
    /// The first of its sections.
    pub section: Option<String>,
}

impl Store {
    /// The runs that made the archive.
    pub fn run_figures(&self) -> Result<RunFigures> {
        let asked = "FROM run r WHERE r.command IN ('crawl', 'save')
                     AND EXISTS (SELECT 1 FROM run_portal p WHERE p.run = r.id AND p.requests > 0)";
        let totals = format!(
            "SELECT count(*), min(r.started), max(coalesce(r.finished, r.started)),
                    count(*) FILTER (WHERE r.finished IS NULL OR r.outcome = 'interrupted') {asked}"
        );
        let mut figures = self.connection.query_row(&totals, [], |row| {
            Ok(RunFigures {
                runs: count(row, 0)?,
                first: row.get(1)?,
                last: row.get(2)?,
                cut_off: count(row, 3)?,
                ..RunFigures::default()
            })
        })?;
        let pause = format!(
            "SELECT max(pause) FROM (SELECT (julianday(r.started) - julianday(lag(r.started) OVER (ORDER BY r.id))) * 86400.0
                                     AS pause {asked})"
        );
        figures.longest_pause = self.connection.query_row(&pause, [], |row| row.get(0))?;
        let distinct = |value: &str| {
            let sql = format!(
                "SELECT {value} AS v, min(r.id) {asked} AND v IS NOT NULL AND v <> '' GROUP BY v ORDER BY 2"
            );
            let mut statement = self.connection.prepare(&sql)?;
            let values =
                statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
            Ok::<_, crate::store::StoreError>(values)
        };
        figures.programs = distinct("r.program")?;
        figures.user_agents = distinct("json_extract(r.settings, '$.user_agent')")?;
        figures.legal_bases = distinct("json_extract(r.settings, '$.opt_outs.legal_basis')")?;
        let honoured = format!(
            "SELECT DISTINCT h.value FROM run r, json_each(r.settings, '$.opt_outs.honour') h
             WHERE r.id IN (SELECT r.id {asked})
               AND coalesce(json_extract(r.settings, '$.opt_outs.legal_basis'), '') = '' ORDER BY 1"
        );
        let mut statement = self.connection.prepare(&honoured)?;
        figures.honoured = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let most = format!(
            "SELECT coalesce(max(json_extract(p.value, '$.concurrency')), 1) FROM run r, json_each(r.settings, '$.portals') p
             WHERE r.id IN (SELECT r.id {asked})"
        );
        figures.concurrency = self.connection.query_row(&most, [], |row| count(row, 0))?;
        Ok(figures)
    }

    /// What became of the pages of one portal; `None`: of articles without a portal file.
    pub fn portal_figures(&self, portal: Option<&str>) -> Result<PortalFigures> {
        let mut figures = self.connection.query_row(
            "SELECT count(*), min(substr(a.published, 1, 10)), max(substr(a.published, 1, 10)), count(a.gone_since)
             FROM article a WHERE a.portal IS ?1",
            [portal],
            |row| {
                Ok(PortalFigures {
                    portal: portal.map(str::to_owned),
                    articles: count(row, 0)?,
                    published_first: row.get(1)?,
                    published_last: row.get(2)?,
                    gone: count(row, 3)?,
                    ..PortalFigures::default()
                })
            },
        )?;
        (figures.name, figures.home) = self.connection.query_row(
            "SELECT max(name), max(home) FROM portal WHERE id IS ?1",
            [portal],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        (figures.revised, figures.revisions) = self.connection.query_row(
            "SELECT count(*) FILTER (WHERE n > 1), coalesce(sum(n), 0)
             FROM (SELECT count(*) FILTER (WHERE NOT r.reparsed) AS n
                   FROM article a JOIN revision r ON r.article = a.seq WHERE a.portal IS ?1 GROUP BY a.seq)",
            [portal],
            |row| Ok((count(row, 0)?, count(row, 1)?)),
        )?;
        self.addresses(portal, &mut figures)?;
        self.requests(portal, &mut figures)?;
        let mut statement = self.connection.prepare(
            "SELECT d.program, d.selectors_hash, count(*), min(substr(r.fetched, 1, 10)), max(substr(r.fetched, 1, 10))
             FROM article a JOIN revision r ON r.article = a.seq JOIN reader d ON d.id = r.reader
             WHERE a.portal IS ?1 GROUP BY d.id ORDER BY min(r.id)",
        )?;
        let reader = |row: &Row<'_>| {
            Ok(Reader {
                program: row.get(0)?,
                selectors: row.get(1)?,
                revisions: count(row, 2)?,
                days: (row.get(3)?, row.get(4)?),
            })
        };
        figures.readers = statement.query_map([portal], reader)?.collect::<rusqlite::Result<_>>()?;
        Ok(figures)
    }

    fn addresses(&self, portal: Option<&str>, figures: &mut PortalFigures) -> Result<()> {
        let sums = "count(*), count(*) FILTER (WHERE seen_in & 1), count(*) FILTER (WHERE seen_in & 2),
            count(*) FILTER (WHERE seen_in & 4), count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 2),
            count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4), count(*) FILTER (WHERE state = 5),
            count(*) FILTER (WHERE state = 6)";
        let sql = format!(
            "SELECT {sums} FROM frontier
             WHERE kind = 0 AND portal = (SELECT id FROM frontier_portal WHERE portal IS ?1)"
        );
        self.connection.query_row(&sql, [portal], |row| {
            figures.known = count(row, 0)?;
            figures.seen = [count(row, 1)?, count(row, 2)?, count(row, 3)?];
            figures.waiting = count(row, 4)?;
            figures.given_up = count(row, 5)?;
            figures.forbidden = count(row, 6)?;
            figures.missing = count(row, 7)?;
            figures.outside = count(row, 8)?;
            figures.opted_out = count(row, 9)?;
            Ok(())
        })?;
        Ok(())
    }

    fn requests(&self, portal: Option<&str>, figures: &mut PortalFigures) -> Result<()> {
        // A row without a time taken is no request: the page was not asked.
        let mut statement = self.connection.prepare(
            "SELECT outcome, status, count(*), coalesce(sum(bytes), 0) FROM fetch
             WHERE portal IS ?1 AND elapsed_ms IS NOT NULL GROUP BY outcome, status ORDER BY 3 DESC, outcome, status",
        )?;
        let mut rows = statement.query([portal])?;
        while let Some(row) = rows.next()? {
            figures.outcomes.push((row.get(0)?, row.get(1)?, count(row, 2)?));
            figures.bytes += count(row, 3)?;
        }
        figures.unusable = self.connection.query_row(
            "SELECT count(*) FROM fetch WHERE portal IS ?1 AND elapsed_ms IS NOT NULL
               AND purpose NOT IN ('robots', 'tdmrep') AND outcome NOT IN ('fetched', 'not-modified', 'redirected', 'opted-out')",
            [portal],
            |row| count(row, 0),
        )?;
        // The host of an address ends with the first slash after the two of its scheme. SQLite counts time in
        // milliseconds, and days as fractions: their difference is exact only after rounding.
        figures.shortest_gap = self.connection.query_row(
            "SELECT round(min(gap), 3) FROM (
                 SELECT (julianday(fetched) - julianday(lag(fetched) OVER (PARTITION BY run, host ORDER BY fetched, id)))
                        * 86400.0 AS gap
                 FROM (SELECT id, run, fetched, substr(url, 1, instr(substr(url, 9), '/') + 8) AS host
                       FROM fetch WHERE portal IS ?1 AND elapsed_ms IS NOT NULL))",
            [portal],
            |row| row.get(0),
        )?;
        Ok(())
    }

    /// Pages robots.txt forbade, and pages that state an opt-out; [`MAX_PAGES`] of each at most, by address.
    pub fn reserved_pages(&self, portals: &[String]) -> Result<(Vec<ReservedPage>, Vec<ReservedPage>)> {
        let pages = |column: &str, condition: &str| {
            let sql = format!(
                "SELECT f.portal, f.url, f.{column}, max(f.fetched),
                        EXISTS (SELECT 1 FROM article a WHERE a.url = f.url)
                 FROM fetch f WHERE f.{column} IS NOT NULL AND {condition}
                   AND (?1 = '[]' OR f.portal IN (SELECT value FROM json_each(?1)))
                 GROUP BY f.portal, f.url ORDER BY f.portal, f.url LIMIT ?2"
            );
            let page = |row: &Row<'_>| {
                Ok(ReservedPage {
                    portal: row.get(0)?,
                    url: row.get(1)?,
                    words: row.get(2)?,
                    at: row.get(3)?,
                    kept: row.get(4)?,
                })
            };
            let mut statement = self.connection.prepare(&sql)?;
            let portals = serde_json::Value::from(portals).to_string();
            let pages = statement.query_map(params![portals, MAX_PAGES as i64], page)?;
            Ok::<_, crate::store::StoreError>(pages.collect::<rusqlite::Result<Vec<_>>>()?)
        };
        let robots = pages("robots_rule", "f.outcome = 'robots-excluded'")?;
        Ok((robots, pages("opt_outs", "f.purpose = 'article'")?))
    }

    /// Shows every archived article of a portal whose address was seen on a listing, in a feed or in a sitemap.
    pub fn each_seen_article(&self, portal: &str, mut visit: impl FnMut(SeenArticle)) -> Result<()> {
        // `http` and `https` of one path are one document, in the frontier's eyes too; an article that moved is one article.
        let mut statement = self.connection.prepare(
            "SELECT max(f.seen_in & 1) | max(f.seen_in & 2) | max(f.seen_in & 4), substr(a.published, 1, 10),
                    (SELECT s.name FROM article_section x JOIN section s ON s.id = x.section
                     WHERE x.article = a.seq ORDER BY x.position LIMIT 1)
             FROM frontier f JOIN host h ON h.id = f.host
                  JOIN article a ON a.seq = coalesce(
                      (SELECT seq FROM article WHERE url = h.origin || f.path AND portal = ?1),
                      (SELECT seq FROM article WHERE portal = ?1 AND url =
                           CASE WHEN h.origin LIKE 'https://%' THEN 'http' || substr(h.origin, 6)
                                ELSE 'https' || substr(h.origin, 5) END || f.path),
                      (SELECT article FROM article_address WHERE url = h.origin || f.path))
             WHERE f.portal = (SELECT id FROM frontier_portal WHERE portal = ?1) AND f.kind = 0 AND f.seen_in > 0
             GROUP BY a.seq",
        )?;
        let mut rows = statement.query([portal])?;
        while let Some(row) = rows.next()? {
            visit(SeenArticle { places: row.get(0)?, day: row.get(1)?, section: row.get(2)? });
        }
        Ok(())
    }
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)? as u64)
}
