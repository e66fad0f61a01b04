//! The frontier's rows: every address ever discovered and what became of it. What is asked next is `frontier`'s decision.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::crawl_url::{CrawlUrl, UrlError};

use crate::store::url_key::{authority_of, key_of};
use crate::store::{Place, Store, StoreError};

/// What became of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UrlState {
    /// To be asked.
    Queued,
    /// Asked, answered and stored.
    Done,
    /// Given up after its last attempt.
    Failed,
    /// Not allowed: robots.txt, scope.
    Excluded,
    /// Answered 404 or 410.
    Gone,
    /// Published outside the period a run was limited to.
    OutsidePeriod,
    /// Kept out of the archive by an opt-out.
    OptedOut,
}

impl UrlState {
    fn code(self) -> i64 {
        self as i64
    }

    fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Queued,
            1 => Self::Done,
            2 => Self::Failed,
            3 => Self::Excluded,
            4 => Self::Gone,
            6 => Self::OptedOut,
            _ => Self::OutsidePeriod,
        }
    }
}

/// An address to be remembered.
#[derive(Debug, Clone, Copy)]
pub struct NewUrl<'a> {
    /// Where it leads.
    pub url: &'a CrawlUrl,
    /// Row of its host.
    pub host: i64,
    /// Row of its portal.
    pub portal: i64,
    /// What it is expected to be.
    pub kind: Place,
    /// 0 first.
    pub priority: u8,
    /// Redirects that led here.
    pub hops: u8,
    /// Where it was seen.
    pub seen: Option<Place>,
    /// The current run.
    pub run: i64,
}

/// An address the archive knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownUrl {
    /// Its row.
    pub id: i64,
    /// Row of the portal whose file found it.
    pub portal: i64,
    /// What became of it.
    pub state: UrlState,
    /// Run in which it was first seen.
    pub discovered_run: i64,
    /// Run in which it was last asked or given up; 0: never.
    pub handled_run: i64,
    seen_in: i64,
}

impl KnownUrl {
    /// An address first seen and handled in the same run.
    #[cfg(test)]
    pub(crate) fn handled(id: i64, state: UrlState, run: i64) -> Self {
        Self { id, portal: 1, state, discovered_run: run, handled_run: run, seen_in: 0 }
    }
}

/// An address waiting to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedUrl {
    /// Its row.
    pub id: i64,
    /// Where it leads.
    pub url: CrawlUrl,
    /// Row of its portal.
    pub portal: i64,
    /// What it is expected to be.
    pub kind: Place,
    /// Failed attempts so far.
    pub attempts: u8,
    /// Redirects that led here.
    pub hops: u8,
}

/// Which of the queued addresses a run may take.
#[derive(Debug, Clone, Copy)]
pub struct QueueFilter<'a> {
    /// Rows of the portals that may be asked for: best only those that are on the host in question.
    pub portals: &'a [i64],
    /// Only articles of the first priority.
    pub saved_only: bool,
}

impl QueueFilter<'_> {
    fn last_priority(&self) -> u8 {
        if self.saved_only { 0 } else { LAST_PRIORITY }
    }
}

/// Counts of one portal's addresses by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrontierCounts {
    /// Articles waiting.
    pub queued: u64,
    /// Articles given up.
    pub failed: u64,
}

fn kind_code(kind: Place) -> i64 {
    match kind {
        Place::Article | Place::Robots | Place::TdmRep => 0,
        Place::Listing => 1,
        Place::Feed => 2,
        Place::Sitemap => 3,
    }
}

fn kind_of(code: i64) -> Place {
    match code {
        1 => Place::Listing,
        2 => Place::Feed,
        3 => Place::Sitemap,
        _ => Place::Article,
    }
}

/// The bit of `seen_in` for a place.
fn seen_bit(place: Option<Place>) -> i64 {
    match place {
        Some(Place::Listing) => 1,
        Some(Place::Feed) => 2,
        Some(Place::Sitemap) => 4,
        Some(Place::Article | Place::Robots | Place::TdmRep) | None => 0,
    }
}

impl Store {
    /// The number of a portal in the frontier's rows; made where it is new.
    pub fn frontier_portal(&mut self, portal: &str) -> Result<i64, StoreError> {
        self.know_portal(portal)?;
        let known = self
            .connection
            .prepare_cached("SELECT id FROM frontier_portal WHERE portal = ?1")?
            .query_row([portal], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        self.connection
            .prepare_cached("INSERT INTO frontier_portal (portal) VALUES (?1)")?
            .execute([portal])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The row of the host `url` is on; made where it is new.
    pub fn host_row(&mut self, url: &CrawlUrl) -> Result<i64, StoreError> {
        let origin = url.origin();
        let connection = &self.connection;
        let known = connection
            .prepare_cached("SELECT id FROM host WHERE origin = ?1")?
            .query_row([&origin], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        connection.prepare_cached("INSERT INTO host (origin) VALUES (?1)")?.execute([&origin])?;
        Ok(connection.last_insert_rowid())
    }

    /// What the archive knows of `url`.
    pub fn known_url(&self, url: &CrawlUrl) -> Result<Option<KnownUrl>, StoreError> {
        known_url(&self.connection, url)
    }

    /// Remembers `url` as queued where it is new. Gives its row, and what was known of it before.
    pub fn enqueue(&mut self, new: NewUrl<'_>) -> Result<(i64, Option<KnownUrl>), StoreError> {
        let connection = &self.connection;
        if let Some(known) = known_url(connection, new.url)? {
            let seen = seen_bit(new.seen);
            if known.seen_in & seen != seen {
                connection
                    .prepare_cached("UPDATE frontier SET seen_in = seen_in | ?2 WHERE id = ?1")?
                    .execute([known.id, seen])?;
            }
            return Ok((known.id, Some(known)));
        }
        Ok((insert(connection, new, UrlState::Queued)?, None))
    }

    /// Remembers `url` with a state other than queued, or moves it to that state where it is known.
    pub fn settle(&mut self, new: NewUrl<'_>, state: UrlState) -> Result<i64, StoreError> {
        let connection = &self.connection;
        if let Some(known) = known_url(connection, new.url)? {
            set_state(connection, known.id, state, new.run)?;
            return Ok(known.id);
        }
        insert(connection, new, state)
    }

    /// Puts a known address back at the head of the queue, because a person asked for it.
    pub fn requeue_first(&mut self, id: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE frontier SET state = 0, due = 0, attempts = 0, priority = 0 WHERE id = ?1",
            )?
            .execute([id])?;
        Ok(())
    }

    /// Puts a known address back into the queue, to be asked not before `due`.
    pub fn requeue(&mut self, id: i64, due: Option<Timestamp>, attempts: u8) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE frontier SET state = 0, due = ?2, attempts = ?3 WHERE id = ?1")?
            .execute(params![id, due.map_or(0, due_second), attempts])?;
        Ok(())
    }

    /// When a run began; `None`: there is no such run.
    pub fn run_started(&self, run: i64) -> Result<Option<Timestamp>, StoreError> {
        let started: Option<String> = self
            .connection
            .prepare_cached("SELECT started FROM run WHERE id = ?1")?
            .query_row([run], |row| row.get(0))
            .optional()?;
        Ok(started.and_then(|started| started.parse().ok()))
    }

    /// Ends the work on an address for this run.
    pub fn settle_row(&mut self, id: i64, state: UrlState, run: i64) -> Result<(), StoreError> {
        set_state(&self.connection, id, state, run)
    }

    /// Notes that an address was left out because it was published on `day`.
    pub fn set_outside_period(&mut self, id: i64, day: Date, run: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE frontier SET state = 5, due = ?2, handled_run = ?3 WHERE id = ?1")?
            .execute(params![id, day_number(day), run])?;
        Ok(())
    }

    /// Puts those addresses of `portal` back into the queue that earlier runs left out and that lie within the
    /// period now. Gives their number.
    pub fn requeue_within(
        &mut self,
        portal: i64,
        since: Option<Date>,
        until: Option<Date>,
    ) -> Result<usize, StoreError> {
        let since = since.map_or(i64::MIN, day_number);
        let until = until.map_or(i64::MAX, day_number);
        Ok(self
            .connection
            .prepare_cached(
                "UPDATE frontier SET state = 0, due = 0 WHERE state = 5 AND portal = ?1 AND due BETWEEN ?2 AND ?3",
            )?
            .execute([portal, since, until])?)
    }

    /// Puts addresses of `portal` that earlier runs gave up back into the queue, as long as they have failed less
    /// than `most_attempts` times over all runs. Gives their number.
    pub fn requeue_failed(&mut self, portal: i64, most_attempts: u8) -> Result<usize, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "UPDATE frontier SET state = 0, due = 0 WHERE state = 2 AND portal = ?1 AND attempts < ?2",
            )?
            .execute(params![portal, most_attempts])?)
    }

    /// Up to `limit` addresses of `host` that are due, best first.
    pub fn queued(
        &self,
        host: i64,
        filter: &QueueFilter<'_>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<QueuedUrl>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT f.id, h.origin || f.path, f.portal, f.kind, f.attempts, f.hops
               FROM frontier f JOIN host h ON h.id = f.host
              WHERE f.state = 0 AND f.portal = ?1 AND f.host = ?2 AND f.priority = ?3 AND f.due <= ?4
                AND (?5 = 0 OR f.kind = 0)
              ORDER BY f.due LIMIT ?6",
        )?;
        let mut queued = Vec::new();
        for priority in 0..=filter.last_priority() {
            for portal in filter.portals {
                let wanted = limit - queued.len();
                let rows = statement.query_map(
                    params![portal, host, priority, now.as_second(), filter.saved_only, wanted as i64],
                    |row| Ok(queued_url(row)),
                )?;
                for row in rows {
                    // An address that no longer parses was written by another version of the program: left alone.
                    queued.extend(row?.ok());
                }
                if queued.len() >= limit {
                    return Ok(queued);
                }
            }
        }
        Ok(queued)
    }

    /// When the next address of `host` is due; `None`: nothing is queued.
    pub fn next_due(&self, host: i64, filter: &QueueFilter<'_>) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT min(due) FROM frontier WHERE state = 0 AND portal = ?1 AND host = ?2 AND priority = ?3",
        )?;
        let mut earliest: Option<i64> = None;
        for priority in 0..=filter.last_priority() {
            for portal in filter.portals {
                let due: Option<i64> =
                    statement.query_row(params![portal, host, priority], |row| row.get(0))?;
                earliest = [earliest, due].into_iter().flatten().min();
            }
        }
        Ok(earliest.map(|second| Timestamp::from_second(second).unwrap_or(Timestamp::MAX)))
    }

    /// The hosts that have something queued for one of `portals`: row and an address on them.
    pub fn hosts_with_work(&self, portals: &[i64]) -> Result<Vec<(i64, CrawlUrl)>, StoreError> {
        // From host to host within the index: what waits on each is not read.
        let mut following = self
            .connection
            .prepare_cached("SELECT min(host) FROM frontier WHERE state = 0 AND portal = ?1 AND host > ?2")?;
        let mut origin = self.connection.prepare_cached("SELECT origin FROM host WHERE id = ?1")?;
        let mut found = BTreeMap::new();
        for portal in portals {
            let mut last = i64::MIN;
            while let Some(host) = following.query_row([*portal, last], |row| row.get::<_, Option<i64>>(0))? {
                if let Entry::Vacant(vacant) = found.entry(host) {
                    let origin: String = origin.query_row([host], |row| row.get(0))?;
                    vacant.insert(CrawlUrl::parse(&origin).ok());
                }
                last = host;
            }
        }
        Ok(found.into_iter().filter_map(|(host, url)| Some((host, url?))).collect())
    }

    /// Articles waiting and given up, of one portal.
    pub fn frontier_counts(&self, portal: i64) -> Result<FrontierCounts, StoreError> {
        // One statement a state, so that each reads the index of its state alone.
        let count = |statement: &'static str| -> Result<u64, StoreError> {
            let count: i64 =
                self.connection.prepare_cached(statement)?.query_row([portal], |row| row.get(0))?;
            Ok(count as u64)
        };
        Ok(FrontierCounts {
            queued: count("SELECT count(*) FROM frontier WHERE state = 0 AND portal = ?1 AND kind = 0")?,
            failed: count("SELECT count(*) FROM frontier WHERE state = 2 AND portal = ?1 AND kind = 0")?,
        })
    }
}

/// The least urgent priority an address can have.
pub const LAST_PRIORITY: u8 = 2;

fn known_url(connection: &Connection, url: &CrawlUrl) -> Result<Option<KnownUrl>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.id, f.state, f.discovered_run, f.handled_run, f.path, h.origin, f.seen_in, f.portal
           FROM frontier f JOIN host h ON h.id = f.host WHERE f.key = ?1",
    )?;
    let mut rows = statement.query([key_of(url)])?;
    while let Some(row) = rows.next()? {
        let path: String = row.get(4)?;
        let origin: String = row.get(5)?;
        if path == url.path_and_query() && authority_of(&origin) == url.host().as_str() {
            return Ok(Some(KnownUrl {
                id: row.get(0)?,
                state: UrlState::from_code(row.get(1)?),
                discovered_run: row.get(2)?,
                handled_run: row.get(3)?,
                seen_in: row.get(6)?,
                portal: row.get(7)?,
            }));
        }
    }
    Ok(None)
}

fn insert(connection: &Connection, new: NewUrl<'_>, state: UrlState) -> Result<i64, StoreError> {
    let handled_run = if state == UrlState::Queued { 0 } else { new.run };
    connection
        .prepare_cached(
            "INSERT INTO frontier (key, host, path, portal, kind, state, priority, due, attempts, hops,
                                   seen_in, discovered_run, handled_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            key_of(new.url),
            new.host,
            new.url.path_and_query(),
            new.portal,
            kind_code(new.kind),
            state.code(),
            new.priority.min(LAST_PRIORITY),
            new.hops,
            seen_bit(new.seen),
            new.run,
            handled_run,
        ])?;
    Ok(connection.last_insert_rowid())
}

fn set_state(connection: &Connection, id: i64, state: UrlState, run: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE frontier SET state = ?2, due = 0, handled_run = ?3 WHERE id = ?1")?
        .execute(params![id, state.code(), run])?;
    Ok(())
}

fn queued_url(row: &Row<'_>) -> Result<QueuedUrl, UrlError> {
    let text: String = row.get(1).unwrap_or_default();
    Ok(QueuedUrl {
        id: row.get(0).unwrap_or_default(),
        url: CrawlUrl::parse(&text)?,
        portal: row.get(2).unwrap_or_default(),
        kind: kind_of(row.get(3).unwrap_or_default()),
        attempts: row.get(4).unwrap_or_default(),
        hops: row.get(5).unwrap_or_default(),
    })
}

/// Days since 1970.
fn day_number(day: Date) -> i64 {
    day.to_zoned(TimeZone::UTC)
        .map_or(0, |midnight| midnight.timestamp().as_second().div_euclid(24 * 60 * 60))
}

fn due_second(due: Timestamp) -> i64 {
    // Rounded up: nothing is asked before its time.
    due.as_second() + i64::from(due.subsec_nanosecond() > 0)
}
