//! What a crawl remembers from run to run beside the addresses: robots.txt of a host, validators of a page, how far a
//! listing has been walked.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::Validators;
use crate::store::{Store, StoreError};

/// How far a listing has been walked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListingWalk {
    /// Last run in which a walk came to its end; 0: none yet.
    pub completed_run: i64,
    /// That walk ended at this first day of a period; `None`: it went to the last page.
    pub completed_since: Option<Date>,
    /// Where an interrupted walk goes on, and that page's number.
    pub next: Option<(String, u32)>,
}

/// What a host said about robots, and when. An answer that closes the host is not kept: it is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRobots {
    /// The file, content-coding taken off; or why everything is allowed.
    pub rules: Result<Vec<u8>, String>,
    /// When it was asked.
    pub fetched: Timestamp,
}

impl Store {
    /// What robots.txt said last on this host.
    pub fn stored_robots(&self, host: i64) -> Result<Option<StoredRobots>, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT robots_reason, robots_body, robots_fetched FROM host WHERE id = ?1")?
            .query_row([host], |row| {
                let reason: Option<String> = row.get(0)?;
                let body: Option<Vec<u8>> = row.get(1)?;
                let fetched: Option<String> = row.get(2)?;
                Ok((reason, body, fetched))
            })
            .optional()?;
        let Some((reason, body, Some(fetched))) = row else { return Ok(None) };
        let Ok(fetched) = fetched.parse() else { return Ok(None) };
        let rules = match (body, reason) {
            (Some(body), _) => Ok(body),
            (None, Some(reason)) => Err(reason),
            (None, None) => return Ok(None),
        };
        Ok(Some(StoredRobots { rules, fetched }))
    }

    /// Keeps what robots.txt said.
    pub fn set_stored_robots(&mut self, host: i64, robots: &StoredRobots) -> Result<(), StoreError> {
        let (body, reason) = match &robots.rules {
            Ok(body) => (Some(body), None),
            Err(reason) => (None, Some(reason)),
        };
        self.connection
            .prepare_cached(
                "UPDATE host SET robots_reason = ?2, robots_body = ?3, robots_fetched = ?4 WHERE id = ?1",
            )?
            .execute(params![host, reason, body, robots.fetched.to_string()])?;
        Ok(())
    }

    /// What an address said for asking again conditionally; empty where it said nothing.
    pub fn validators(&self, id: i64) -> Result<Validators, StoreError> {
        let validators = self
            .connection
            .prepare_cached("SELECT etag, last_modified FROM frontier_validator WHERE id = ?1")?
            .query_row([id], |row| Ok(Validators { etag: row.get(0)?, last_modified: row.get(1)? }))
            .optional()?;
        Ok(validators.unwrap_or_default())
    }

    /// Keeps what an address said for asking again conditionally.
    pub fn set_validators(&mut self, id: i64, validators: &Validators) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO frontier_validator (id, etag, last_modified) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id, validators.etag, validators.last_modified])?;
        Ok(())
    }

    /// How far the listing that begins at `first_page` has been walked.
    pub fn listing_walk(&self, first_page: &CrawlUrl) -> Result<ListingWalk, StoreError> {
        let walk = self
            .connection
            .prepare_cached("SELECT completed_run, next_page, next_number, completed_since FROM listing_walk WHERE url = ?1")?
            .query_row([first_page.as_str()], |row| {
                let next: Option<String> = row.get(1)?;
                let since: Option<String> = row.get(3)?;
                Ok(ListingWalk {
                    completed_run: row.get(0)?,
                    completed_since: since.and_then(|day| day.parse().ok()),
                    next: next.zip(Some(row.get(2)?)),
                })
            })
            .optional()?;
        Ok(walk.unwrap_or_default())
    }

    /// Keeps how far a listing has been walked.
    pub fn set_listing_walk(
        &mut self,
        first_page: &CrawlUrl,
        portal: i64,
        run: i64,
        walk: &ListingWalk,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO listing_walk (url, portal, started_run, completed_run, completed_since, next_page,
                                           next_number)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (url) DO UPDATE SET portal = excluded.portal, completed_run = excluded.completed_run,
                   completed_since = excluded.completed_since, next_page = excluded.next_page, next_number = excluded.next_number",
            )?
            .execute(params![
                first_page.as_str(),
                portal,
                run,
                walk.completed_run,
                walk.completed_since.map(|day| day.to_string()),
                walk.next.as_ref().map(|(page, _)| page),
                walk.next.as_ref().map_or(1, |(_, number)| *number),
            ])?;
        Ok(())
    }
}
