//! Known articles that are asked again: which address, when, for which article; how often articles were seen to
//! change. When that is to be is `frontier::revisit`'s decision.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::crawl_url::CrawlUrl;
use crate::store::error::Result;
use crate::store::frontier::LAST_PRIORITY;
use crate::store::identity::ArticleRow;
use crate::store::{Store, load};

/// Checks after which the older half of what was seen counts half.
const MEMORY: u32 = 400;

/// `due` of an address that is in the queue because its time had come.
const TAKEN: i64 = 0;

/// `due` of an address that is in the queue because the portal said it had changed.
const TOLD: i64 = -1;

/// An address that is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revisit {
    /// The article last found there.
    pub article: ArticleRow,
    /// Whether the portal's own word that it had changed put it in the queue.
    pub was_told: bool,
}

/// The dates an article's revisits are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArticleDates {
    /// When it was first fetched.
    pub first_seen: Timestamp,
    /// When it was last asked for.
    pub last_checked: Timestamp,
    /// The last instant at which it can have been published, by the portal's account: a day without a time is over
    /// at midnight.
    pub published: Option<Timestamp>,
}

impl ArticleDates {
    /// The instant its age counts from: its publication, which cannot lie after it was first seen.
    pub fn born(&self) -> Timestamp {
        self.published.map_or(self.first_seen, |published| published.min(self.first_seen))
    }
}

/// How often articles were checked in one step of their schedule, and how often they had changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepRate {
    /// Checks.
    pub checks: u32,
    /// Checks that found a change.
    pub changes: u32,
}

impl StepRate {
    /// Counts a check; old ones fade.
    pub fn count(&mut self, changed: bool) {
        if self.checks >= MEMORY {
            self.checks /= 2;
            self.changes /= 2;
        }
        self.checks += 1;
        self.changes += u32::from(changed);
    }
}

/// The rates of a portal by step, the step named by the age that ends it; the zero step is the portal's own word.
pub type StepRates = HashMap<Duration, StepRate>;

impl Store {
    /// Whether and for which article the address of that row is asked again.
    pub fn revisit(&self, address: i64) -> Result<Option<Revisit>> {
        Ok(self
            .connection
            .prepare_cached("SELECT article, due FROM revisit WHERE address = ?1")?
            .query_row([address], |row| {
                Ok(Revisit { article: ArticleRow(row.get(0)?), was_told: row.get::<_, i64>(1)? == TOLD })
            })
            .optional()?)
    }

    /// Plans the next visit of an address; `None`: there is none, and what was kept for it is dropped.
    pub fn plan_revisit(
        &mut self,
        address: i64,
        portal: i64,
        article: ArticleRow,
        due: Option<Timestamp>,
    ) -> Result<()> {
        let Some(due) = due else { return forget(&self.connection, address) };
        // Rounded up: nothing is asked before its time.
        let second = due.as_second() + i64::from(due.subsec_nanosecond() > 0);
        insert(&self.connection, address, portal, article, second.max(1))
    }

    /// Notes that the article asked for at `from` is now asked for at `to`, which is in the queue.
    pub fn move_revisit(&mut self, from: i64, to: i64, portal: i64, article: ArticleRow) -> Result<()> {
        forget(&self.connection, from)?;
        insert(&self.connection, to, portal, article, TAKEN)
    }

    /// Puts up to `limit` addresses of `portal` into the queue whose time has come, after all that is new. Gives the
    /// hosts they are on: row and an address on each.
    pub fn queue_due(&mut self, portal: i64, now: Timestamp, limit: usize) -> Result<Vec<(i64, CrawlUrl)>> {
        let connection = &self.connection;
        let due: Vec<i64> = connection
            .prepare_cached(
                "SELECT address FROM revisit WHERE portal = ?1 AND due > 0 AND due <= ?2 ORDER BY due LIMIT ?3",
            )?
            .query_map(params![portal, now.as_second(), limit as i64], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut hosts = HashMap::new();
        for address in due {
            let (host, url) = queue(connection, address, TAKEN)?;
            hosts.entry(host).or_insert(url);
        }
        Ok(hosts.into_iter().filter_map(|(host, url)| Some((host, url?))).collect())
    }

    /// Puts an address into the queue because the portal says that the article there changed after it was last asked
    /// for, at least `rest` ago. Gives its host's row; `None`: not so, or no article is known there.
    pub fn queue_told(
        &mut self,
        address: i64,
        (portal, url): (i64, &CrawlUrl),
        (changed, now): (Timestamp, Timestamp),
        rest: Duration,
    ) -> Result<Option<i64>> {
        let known = match self.revisit(address)? {
            Some(revisit) => Some(revisit.article),
            None => self.article_row(self.portal_name(portal)?.as_deref(), url)?,
        };
        let Some(article) = known else { return Ok(None) };
        let Some(dates) = self.article_dates(article)? else { return Ok(None) };
        let rested =
            Duration::try_from(now.duration_since(dates.last_checked)).is_ok_and(|since| since >= rest);
        if changed <= dates.last_checked || !rested {
            return Ok(None);
        }
        insert(&self.connection, address, portal, article, TOLD)?;
        queue(&self.connection, address, TOLD).map(|(host, _)| Some(host))
    }

    /// How many addresses of `portal` are due, those in the queue left out, and when the next one is.
    pub fn revisits_due(&self, portal: i64, now: Timestamp) -> Result<(u64, Option<Timestamp>)> {
        let mut count = self
            .connection
            .prepare_cached("SELECT count(*) FROM revisit WHERE portal = ?1 AND due > 0 AND due <= ?2")?;
        let due: i64 = count.query_row([portal, now.as_second()], |row| row.get(0))?;
        let mut next =
            self.connection.prepare_cached("SELECT min(due) FROM revisit WHERE portal = ?1 AND due > ?2")?;
        let next: Option<i64> = next.query_row([portal, now.as_second().max(0)], |row| row.get(0))?;
        Ok((due as u64, next.and_then(|second| Timestamp::from_second(second).ok())))
    }

    /// The dates the revisits of an article are counted from; `None`: there is no such article.
    pub fn article_dates(&self, article: ArticleRow) -> Result<Option<ArticleDates>> {
        let dates = self
            .connection
            .prepare_cached(
                "SELECT a.first_seen, a.last_checked, r.published_utc, r.published_precision
                 FROM article a JOIN revision r ON r.id = a.revision WHERE a.seq = ?1",
            )?
            .query_row([article.0], |row| {
                let published: Option<i64> = row.get(2)?;
                let precision: Option<String> = row.get(3)?;
                Ok((load::instant(row, 0), load::instant(row, 1), published, precision))
            })
            .optional()?;
        let Some((first_seen, last_checked, published, precision)) = dates else { return Ok(None) };
        let breadth = match precision.as_deref() {
            Some("year") => 366 * 24 * 3_600,
            Some("month") => 31 * 24 * 3_600,
            Some("day") => 24 * 3_600,
            _ => 0,
        };
        let published =
            published.and_then(|second| Timestamp::from_second(second.saturating_add(breadth)).ok());
        Ok(Some(ArticleDates { first_seen: first_seen?, last_checked: last_checked?, published }))
    }

    /// How the articles of `portal` were seen to change, by step.
    pub fn step_rates(&self, portal: i64) -> Result<StepRates> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT age, checks, changes FROM revisit_step WHERE portal = ?1")?;
        let rows = statement.query_map([portal], |row| {
            let age: i64 = row.get(0)?;
            Ok((
                Duration::from_secs(age.max(0) as u64),
                StepRate { checks: row.get(1)?, changes: row.get(2)? },
            ))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps the rate of one step.
    pub fn set_step_rate(&mut self, portal: i64, step: Duration, rate: StepRate) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO revisit_step (portal, age, checks, changes) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![portal, step.as_secs() as i64, rate.checks, rate.changes])?;
        Ok(())
    }

    fn portal_name(&self, portal: i64) -> Result<Option<String>> {
        Ok(self
            .connection
            .prepare_cached("SELECT portal FROM frontier_portal WHERE id = ?1")?
            .query_row([portal], |row| row.get(0))
            .optional()?)
    }
}

fn insert(connection: &Connection, address: i64, portal: i64, article: ArticleRow, due: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO revisit (address, portal, article, due) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (address) DO UPDATE SET portal = ?2, article = ?3, due = ?4",
        )?
        .execute([address, portal, article.0, due])?;
    Ok(())
}

fn forget(connection: &Connection, address: i64) -> Result<()> {
    for statement in
        ["DELETE FROM revisit WHERE address = ?1", "DELETE FROM frontier_validator WHERE id = ?1"]
    {
        connection.prepare_cached(statement)?.execute([address])?;
    }
    Ok(())
}

/// Puts an address into the queue, last; gives its host and an address there.
fn queue(connection: &Connection, address: i64, reason: i64) -> Result<(i64, Option<CrawlUrl>)> {
    connection
        .prepare_cached("UPDATE revisit SET due = ?2 WHERE address = ?1")?
        .execute([address, reason])?;
    connection
        .prepare_cached(
            "UPDATE frontier SET state = 0, due = 0, attempts = 0, hops = 0, priority = ?2 WHERE id = ?1",
        )?
        .execute([address, i64::from(LAST_PRIORITY)])?;
    Ok(connection
        .prepare_cached("SELECT h.id, h.origin FROM frontier f JOIN host h ON h.id = f.host WHERE f.id = ?1")?
        .query_row([address], |row| Ok((row.get(0)?, CrawlUrl::parse(&row.get::<_, String>(1)?).ok())))?)
}
