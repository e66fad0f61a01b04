//! One host's queue: its turn, its pace, its robots.txt. Which host comes next is the frontier's decision.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use crate::frontier::limiter::{FrontierClock, HostLimiter};
use crate::model::crawl_url::CrawlUrl;
use crate::robots::RobotsState;
use crate::store::frontier::QueuedUrl;

/// Addresses taken from the archive at a time: memory stays small, and a look-up serves many requests.
pub(crate) const LOOKAHEAD: usize = 64;

/// How often a host that answers 429 or 503 is slowed down at most: its delay times two to this power.
const MAX_SLOWDOWN: u32 = 6;

/// Pause that a slow-down starts from where the host has no delay of its own.
const LEAST_SLOWDOWN: Duration = Duration::from_millis(500);

/// What is known of a host's robots.txt.
#[derive(Debug)]
pub(crate) enum HostRobots {
    /// Not looked at in this run.
    Unknown,
    /// Asked, not yet answered.
    Asking,
    /// Answered at that instant.
    Known(RobotsState, Timestamp),
}

/// robots.txt to be fetched: for this host, or for another that redirected here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RobotsJob {
    /// The host whose rules it gives.
    pub(crate) for_host: i64,
    /// Where it is.
    pub(crate) url: CrawlUrl,
    /// Redirects so far.
    pub(crate) hops: u8,
    /// Failed attempts so far.
    pub(crate) attempts: u8,
}

/// One host: what waits for it and when its next turn is.
#[derive(Debug)]
pub(crate) struct HostQueue {
    /// An address on it, for its robots.txt.
    pub(crate) origin: CrawlUrl,
    /// Rows of the portals it belongs to.
    pub(crate) portals: Vec<i64>,
    /// Requests under way.
    pub(crate) in_flight: usize,
    /// Requests allowed at once.
    pub(crate) concurrency: usize,
    /// Not asked before.
    pub(crate) not_before: Timestamp,
    /// Its robots.txt.
    pub(crate) robots: HostRobots,
    /// robots.txt requests that come before all else.
    pub(crate) robots_jobs: VecDeque<RobotsJob>,
    /// Addresses taken from the archive, in order.
    pub(crate) ready: VecDeque<QueuedUrl>,
    /// Rows in `ready` or under way.
    pub(crate) taken: HashSet<i64>,
    /// Its place on the frontier's agenda.
    pub(crate) agenda: Option<(Timestamp, u64)>,
    /// Failures in a row.
    pub(crate) failures: u32,
    delay: Duration,
    slowdown: u32,
    limiter: HostLimiter,
    clock: FrontierClock,
}

impl HostQueue {
    pub(crate) fn new(origin: CrawlUrl, delay: Duration, concurrency: usize, clock: FrontierClock) -> Self {
        Self {
            origin,
            portals: Vec::new(),
            in_flight: 0,
            concurrency: concurrency.max(1),
            not_before: Timestamp::UNIX_EPOCH,
            robots: HostRobots::Unknown,
            robots_jobs: VecDeque::new(),
            ready: VecDeque::new(),
            taken: HashSet::new(),
            agenda: None,
            failures: 0,
            delay,
            slowdown: 0,
            limiter: HostLimiter::new(delay, clock.clone()),
            clock,
        }
    }

    /// The pause now kept between two requests.
    pub(crate) fn delay(&self) -> Duration {
        if self.slowdown == 0 {
            return self.delay;
        }
        self.delay.max(LEAST_SLOWDOWN) * 2_u32.pow(self.slowdown)
    }

    /// Keeps at least `delay` from now on (a robots.txt `Crawl-delay`, a second portal on the same host).
    pub(crate) fn slow_to(&mut self, delay: Duration) {
        if delay > self.delay {
            self.delay = delay;
            self.limiter = HostLimiter::new(delay, self.clock.clone());
        }
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
        self.not_before = later(now, self.delay());
        Ok(())
    }

    /// Notes the end of a request: the pause counts from here, so that the server sees no shorter one.
    pub(crate) fn end_turn(&mut self, now: Timestamp) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.concurrency == 1 {
            self.not_before = self.not_before.max(later(now, self.delay()));
        }
    }

    /// The host asked for less: waits `retry_after` and goes on more slowly.
    pub(crate) fn back_off(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        self.slowdown = (self.slowdown + 1).min(MAX_SLOWDOWN);
        let pause = retry_after.unwrap_or_default().max(self.delay());
        self.not_before = self.not_before.max(later(now, pause));
    }

    /// A good answer: goes back towards the usual pace, one step at a time.
    pub(crate) fn recover(&mut self) {
        self.failures = 0;
        self.slowdown = self.slowdown.saturating_sub(1);
    }
}

/// `now` and `pause` later; the end of time where that overflows.
pub(crate) fn later(now: Timestamp, pause: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(pause)
        .ok()
        .and_then(|pause| now.checked_add(pause).ok())
        .unwrap_or(Timestamp::MAX)
}
