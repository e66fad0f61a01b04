//! One host's queue: its turn, its pace, its files for robots. Which host comes next is the frontier's decision.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use crate::frontier::breaker::Breaker;
use crate::frontier::limiter::{FrontierClock, HostLimiter};
use crate::frontier::pace::Pace;
use crate::frontier::retry::RetryBudget;
use crate::model::crawl_url::CrawlUrl;
use crate::robots::{RobotsState, TdmRep};
use crate::store::frontier::QueuedUrl;

/// Addresses taken from the archive at a time: memory stays small, and a look-up serves many requests.
pub(crate) const LOOKAHEAD: usize = 64;

/// What is known of a host's robots.txt.
#[derive(Debug)]
pub(crate) enum HostRobots {
    /// Not looked at in this run.
    Unknown,
    /// Asked, not yet answered.
    Asking,
    /// Answered at that instant.
    Known(RobotsState, Timestamp),
    /// It could not be read: nothing is asked here until it answers.
    Closed {
        /// `robots.txt answered 503`
        reason: String,
        /// When it is asked again, if the run still goes on.
        ask_again: Timestamp,
        /// How often it was found closed in a row.
        times: u32,
    },
}

/// What is known of a host's `tdmrep.json`.
#[derive(Debug)]
pub(crate) enum HostReservations {
    /// Not looked at in this run.
    Unknown,
    /// Asked, not yet answered.
    Asking,
    /// Answered at that instant.
    Known(TdmRep, Timestamp),
}

/// A file that speaks for a whole host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFile {
    /// `/robots.txt`
    Robots,
    /// `/.well-known/tdmrep.json`
    TdmRep,
}

/// Such a file to be fetched: for this host, or for another that redirected here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileJob {
    /// Which file.
    pub(crate) file: HostFile,
    /// The host it speaks for.
    pub(crate) for_host: i64,
    /// Where it is.
    pub(crate) url: CrawlUrl,
    /// Redirects so far.
    pub(crate) hops: u8,
    /// Failed attempts so far.
    pub(crate) attempts: u8,
}

/// A place on the frontier's agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) at: Timestamp,
    pub(crate) sequence: u64,
    /// Whether the run waits for it; it does not wait for hosts that are left alone.
    pub(crate) is_awaited: bool,
}

/// One host: what waits for it and when its next turn is.
#[derive(Debug)]
pub(crate) struct HostQueue {
    /// An address on it, for its files.
    pub(crate) origin: CrawlUrl,
    /// Rows of the portals it belongs to.
    pub(crate) portals: Vec<i64>,
    /// Requests under way.
    pub(crate) in_flight: usize,
    /// The same host under the other scheme, `http` for `https`: they share one pace.
    pub(crate) twin: Option<i64>,
    /// Requests under way there.
    pub(crate) twin_in_flight: usize,
    /// Whether it had its turn while there was no room for another request.
    pub(crate) waits_for_room: bool,
    /// Requests allowed at once.
    pub(crate) concurrency: usize,
    /// Not asked before.
    pub(crate) not_before: Timestamp,
    /// Whether what earlier runs noted of it has been looked up.
    pub(crate) is_looked_up: bool,
    /// Until when it asked to be left alone, where that is longer than a run waits.
    pub(crate) rests_until: Option<Timestamp>,
    /// Its robots.txt.
    pub(crate) robots: HostRobots,
    /// Its tdmrep.json.
    pub(crate) reservations: HostReservations,
    /// Requests for such files that come before all else.
    pub(crate) files: VecDeque<FileJob>,
    /// Addresses taken from the archive, in order.
    pub(crate) ready: VecDeque<QueuedUrl>,
    /// Rows in `ready` or under way.
    pub(crate) taken: HashSet<i64>,
    /// Its place on the frontier's agenda.
    pub(crate) agenda: Option<Planned>,
    /// Failures in a row, and what follows from them.
    pub(crate) breaker: Breaker,
    /// What may still be asked again in this run.
    pub(crate) retries: RetryBudget,
    /// The pause between two requests.
    pub(crate) pace: Pace,
    limiter: HostLimiter,
    clock: FrontierClock,
}

impl HostQueue {
    pub(crate) fn new(origin: CrawlUrl, pace: Pace, concurrency: usize, clock: FrontierClock) -> Self {
        Self {
            origin,
            portals: Vec::new(),
            in_flight: 0,
            twin: None,
            twin_in_flight: 0,
            waits_for_room: false,
            concurrency: concurrency.max(1),
            not_before: Timestamp::UNIX_EPOCH,
            is_looked_up: false,
            rests_until: None,
            robots: HostRobots::Unknown,
            reservations: HostReservations::Unknown,
            files: VecDeque::new(),
            ready: VecDeque::new(),
            taken: HashSet::new(),
            agenda: None,
            breaker: Breaker::default(),
            retries: RetryBudget::default(),
            limiter: HostLimiter::new(pace.usual(), clock.clone()),
            pace,
            clock,
        }
    }

    /// Keeps the `Crawl-delay` of the robots.txt just read.
    pub(crate) fn set_crawl_delay(&mut self, delay: Duration) {
        let before = self.pace.usual();
        self.pace.set_crawl_delay(delay);
        if self.pace.usual() != before {
            self.limiter = HostLimiter::new(self.pace.usual(), self.clock.clone());
        }
    }

    /// Whether another request may be under way now. A host that is tried after failures gets a single one.
    pub(crate) fn has_room(&self) -> bool {
        self.in_flight + self.twin_in_flight < if self.breaker.is_open() { 1 } else { self.concurrency }
    }

    /// Takes the host's turn, or says when it comes.
    pub(crate) fn take_turn(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if self.not_before > now {
            return Err(self.not_before);
        }
        self.limiter.take().map_err(|wait| later(now, wait))?;
        self.in_flight += 1;
        // With several requests at once the gap counts from start to start; `end_turn` counts it again from the
        // end, which is what a single one waits for.
        self.not_before = later(now, self.pace.delay());
        Ok(())
    }

    /// Notes the end of a request: the pause counts from here, so that the server sees no shorter one.
    pub(crate) fn end_turn(&mut self, now: Timestamp) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.concurrency == 1 {
            self.wait_until(later(now, self.pace.delay()));
        }
    }

    /// Asks nothing here before `at`.
    pub(crate) fn wait_until(&mut self, at: Timestamp) {
        self.not_before = self.not_before.max(at);
    }

    /// The host asked for less: goes on more slowly, and not before `retry_after` is over.
    pub(crate) fn back_off(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        self.pace.slow_down();
        self.wait_until(later(now, retry_after.unwrap_or_default().max(self.pace.delay())));
    }

    /// Why a run does not wait for this host, where it does not.
    pub(crate) fn left_alone(&self, now: Timestamp) -> Option<String> {
        if let HostRobots::Closed { reason, .. } = &self.robots {
            return Some(reason.clone());
        }
        if let Some(until) = self.rests_until.filter(|until| *until > now) {
            return Some(format!("asks to be left alone until {}", until.strftime("%Y-%m-%dT%H:%M:%SZ")));
        }
        self.breaker
            .is_given_up()
            .then(|| format!("left alone after {} failures in a row", self.breaker.failures()))
    }
}

/// `now` and `pause` later; the end of time where that overflows.
pub(crate) fn later(now: Timestamp, pause: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(pause)
        .ok()
        .and_then(|pause| now.checked_add(pause).ok())
        .unwrap_or(Timestamp::MAX)
}
