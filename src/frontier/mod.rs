//! What to fetch next and when: host queues, politeness, robots.txt, retries. Only it makes a [`FetchPermit`].
//!
//! A synchronous state machine without a clock: [`Frontier::next`] and [`Frontier::report`] are told what time it is.
//! The addresses themselves live in the archive (`store::frontier`); memory holds one small queue a host. Waiting
//! happens here, in the queue, never in a worker's slot: one slow host holds up nobody.

mod permit;
pub mod revisit;
pub mod scope;
pub mod settings;

mod host_queue;
mod limiter;
mod windows;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::decode::{self, Limits};
use crate::frontier::host_queue::{HostQueue, HostRobots, LOOKAHEAD, RobotsJob, later};
use crate::frontier::limiter::FrontierClock;
use crate::frontier::settings::FrontierSettings;
use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::outcome::FetchOutcome;
use crate::portal::{Portal, is_loopback_name};
use crate::robots::{MAX_REDIRECTS, RobotsAnswer, RobotsState, RobotsTxt};
use crate::store::Place;
use crate::store::frontier::{QueueFilter, QueuedUrl, StoredRobots, UrlState};
use crate::store::{Store, StoreError};

pub use permit::{BodyLimit, FetchPermit, MAX_BODY_BYTES};

/// A portal under crawl: its row in the archive and what its file says.
#[derive(Debug, Clone)]
pub struct ActivePortal {
    /// Row in the archive.
    pub row: i64,
    /// Its file.
    pub portal: Arc<Portal>,
}

/// What a permit is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// A page of a portal.
    Page(QueuedUrl),
    /// A host's robots.txt.
    Robots {
        /// Row of the host whose rules it gives.
        for_host: i64,
        /// Redirects so far.
        hops: u8,
        /// Failed attempts so far.
        attempts: u8,
    },
}

/// The right to make one request, and why.
#[derive(Debug)]
pub struct Assignment {
    /// Proof that scope, robots.txt and the host's turn were checked.
    pub permit: FetchPermit,
    /// What it is for.
    pub job: Job,
    /// The host's row.
    pub host: i64,
    /// The line of robots.txt that allowed it, where one did.
    pub robots_rule: Option<String>,
}

/// The frontier's answer to "what next?".
#[derive(Debug)]
pub enum Next {
    /// Make this request now.
    Fetch(Box<Assignment>),
    /// A dry run: this article would be fetched now. It is settled. Ask again.
    WouldFetch(QueuedUrl),
    /// robots.txt forbids this address; it is settled. Ask again.
    Excluded {
        /// The address.
        queued: QueuedUrl,
        /// The deciding line.
        rule: String,
    },
    /// Nothing before that instant, unless a report comes in.
    Wait(Timestamp),
    /// Nothing until a report comes in.
    Busy,
    /// Nothing left that could be asked in this run.
    Done,
}

/// What a run is for, as far as the frontier must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything that is queued.
    Crawl,
    /// Only articles of the first priority: those a person asked for.
    Save,
    /// Everything but articles, which are only named.
    DryRun,
}

/// What the frontier decided on an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The caller settles the address: it was answered.
    Answered,
    /// It will be asked again in this run.
    Retry,
    /// It is given up for this run.
    GivenUp,
}

/// Hands out permits, host by host, none before its time.
#[derive(Debug)]
pub struct Frontier {
    settings: FrontierSettings,
    run: i64,
    portals: Vec<ActivePortal>,
    portal_rows: Vec<i64>,
    own_hosts: Arc<[Host]>,
    mode: Mode,
    hosts: HashMap<i64, HostQueue>,
    agenda: BTreeSet<(Timestamp, u64, i64)>,
    sequence: u64,
    in_flight: usize,
    clock: FrontierClock,
    notes: Vec<String>,
    silent: Vec<(CrawlUrl, String)>,
}

impl Frontier {
    /// A frontier for one run over `portals`.
    pub fn new(settings: FrontierSettings, mode: Mode, run: i64, portals: Vec<ActivePortal>) -> Self {
        let portal_rows = portals.iter().map(|active| active.row).collect();
        let own_hosts = portals.iter().flat_map(|active| active.portal.hosts.iter().cloned()).collect();
        Self {
            settings,
            run,
            portals,
            portal_rows,
            own_hosts,
            mode,
            hosts: HashMap::new(),
            agenda: BTreeSet::new(),
            sequence: 0,
            in_flight: 0,
            clock: FrontierClock::default(),
            notes: Vec::new(),
            silent: Vec::new(),
        }
    }

    /// Takes up the hosts that earlier runs left work for.
    pub fn resume(&mut self, now: Timestamp, store: &Store) -> Result<(), StoreError> {
        for (row, origin) in store.hosts_with_work(&self.portal_rows)? {
            self.wake(row, &origin, now);
        }
        Ok(())
    }

    /// Notes that `host` has (more) work: `url` is an address on it.
    pub fn wake(&mut self, host: i64, url: &CrawlUrl, now: Timestamp) {
        self.ensure_host(host, url);
        self.reschedule(host, now);
    }

    /// What happened that a person should know: a `Crawl-delay` that was cut, a host left alone. Emptied by the call.
    pub fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Hosts that were given up in this run, with the reason: their addresses wait in the archive. Emptied by the call.
    pub fn take_silent(&mut self) -> Vec<(CrawlUrl, String)> {
        std::mem::take(&mut self.silent)
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The next request to make, or when to ask again.
    pub fn next(&mut self, now: Timestamp, store: &mut Store) -> Result<Next, StoreError> {
        self.clock.advance_to(now);
        loop {
            let Some(&(at, sequence, host)) = self.agenda.first() else {
                return Ok(if self.in_flight > 0 { Next::Busy } else { Next::Done });
            };
            if at > now {
                return Ok(Next::Wait(at));
            }
            self.agenda.remove(&(at, sequence, host));
            if let Some(queue) = self.hosts.get_mut(&host) {
                queue.agenda = None;
            }
            if let Some(next) = self.next_on(host, now, store)? {
                return Ok(next);
            }
        }
    }

    /// Takes an outcome back. `Answered` leaves the address for the caller to settle in the
    /// archive and then with [`Frontier::settled`]; the rest is settled here.
    pub fn report(
        &mut self,
        assignment: &Assignment,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<Verdict, StoreError> {
        self.clock.advance_to(now);
        self.in_flight = self.in_flight.saturating_sub(1);
        self.pace(assignment.host, outcome, now);
        let verdict = match &assignment.job {
            Job::Robots { for_host, hops, attempts } => {
                self.robots_answered(assignment, outcome, (*for_host, *hops, *attempts), now, store)?;
                Verdict::Answered
            }
            Job::Page(queued) => {
                let verdict = self.page_verdict(queued, outcome, now, store)?;
                if verdict != Verdict::Answered {
                    self.settled(assignment.host, queued.id);
                }
                verdict
            }
        };
        self.reschedule(assignment.host, now);
        Ok(verdict)
    }

    /// Notes that the caller has settled an answered address: from now on the archive's word on it counts.
    pub fn settled(&mut self, host: i64, id: i64) {
        if let Some(queue) = self.hosts.get_mut(&host) {
            queue.taken.remove(&id);
        }
    }

    /// Takes a permit back whose request was cut off by the end of the run; its address stays queued in the archive.
    pub fn give_back(&mut self, assignment: &Assignment) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(queue) = self.hosts.get_mut(&assignment.host) {
            queue.in_flight = queue.in_flight.saturating_sub(1);
        }
    }

    /// Takes an address out of the host's queue that was settled without being asked.
    pub fn withdraw(&mut self, host: i64, id: i64) {
        if let Some(queue) = self.hosts.get_mut(&host) {
            let waiting = queue.ready.len();
            queue.ready.retain(|queued| queued.id != id);
            if queue.ready.len() < waiting {
                queue.taken.remove(&id);
            }
        }
    }

    /// The next request on one host, if its turn has come and it has one.
    fn next_on(&mut self, host: i64, now: Timestamp, store: &mut Store) -> Result<Option<Next>, StoreError> {
        loop {
            let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
            if queue.in_flight >= queue.concurrency {
                return Ok(None);
            }
            if let Some(job) = queue.robots_jobs.front().cloned() {
                if let Err(at) = queue.take_turn(now) {
                    self.schedule(host, at);
                    return Ok(None);
                }
                queue.robots_jobs.pop_front();
                let RobotsJob { for_host, url, hops, attempts } = job;
                let limit = BodyLimit::Cut(crate::robots::MAX_BYTES as u64);
                let permit = FetchPermit::new(url, Arc::clone(&self.own_hosts)).with_body_limit(limit);
                let job = Job::Robots { for_host, hops, attempts };
                return Ok(Some(self.assign(host, permit, job, None, now)));
            }
            let Some(queued) = self.take_queued(host, now, store)? else { return Ok(None) };
            if !self.robots_known(host, now, store)? {
                let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
                queue.ready.push_front(queued);
                // Either a job for its robots.txt now waits in this queue, or one is under way.
                if queue.robots_jobs.is_empty() {
                    return Ok(None);
                }
                continue;
            }
            if !self.in_window(&queued, now) {
                if let Some(queue) = self.hosts.get_mut(&host) {
                    queue.ready.push_front(queued);
                }
                return Ok(None);
            }
            match self.robots_verdict(host, &queued.url) {
                Ok(_) if self.mode == Mode::DryRun && queued.kind == Place::Article => {
                    store.settle_row(queued.id, UrlState::Done, self.run)?;
                    self.settled(host, queued.id);
                    self.reschedule(host, now);
                    return Ok(Some(Next::WouldFetch(queued)));
                }
                Ok(rule) => {
                    let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
                    if let Err(at) = queue.take_turn(now) {
                        queue.ready.push_front(queued);
                        self.schedule(host, at);
                        return Ok(None);
                    }
                    let limit = BodyLimit::Refuse(self.settings.max_body_bytes);
                    let permit = FetchPermit::new(queued.url.clone(), Arc::clone(&self.own_hosts))
                        .with_body_limit(limit)
                        .with_validators(store.validators(queued.id)?);
                    return Ok(Some(self.assign(host, permit, Job::Page(queued), rule, now)));
                }
                Err(rule) => {
                    store.settle_row(queued.id, UrlState::Excluded, self.run)?;
                    self.settled(host, queued.id);
                    self.reschedule(host, now);
                    return Ok(Some(Next::Excluded { queued, rule }));
                }
            }
        }
    }

    fn assign(
        &mut self,
        host: i64,
        permit: FetchPermit,
        job: Job,
        robots_rule: Option<String>,
        now: Timestamp,
    ) -> Next {
        self.in_flight += 1;
        if let Some(queue) = self.hosts.get(&host)
            && queue.in_flight < queue.concurrency
        {
            let at = queue.not_before;
            self.schedule(host, at.max(now));
        }
        Next::Fetch(Box::new(Assignment { permit, job, host, robots_rule }))
    }

    /// The next address of the host that is due; schedules the host for later where none is.
    fn take_queued(
        &mut self,
        host: i64,
        now: Timestamp,
        store: &Store,
    ) -> Result<Option<QueuedUrl>, StoreError> {
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
        // Without the other portals: with a thousand of them a look-up would be a thousand.
        let portals = if queue.portals.is_empty() { &self.portal_rows } else { &queue.portals };
        let filter = QueueFilter { portals, saved_only: self.mode == Mode::Save };
        if queue.failures >= self.settings.host_failures {
            return Ok(None);
        }
        if queue.ready.is_empty() {
            let limit = LOOKAHEAD + queue.taken.len();
            let found = store.queued(host, &filter, now, limit)?;
            let fresh: Vec<_> =
                found.into_iter().filter(|queued| !queue.taken.contains(&queued.id)).collect();
            queue.taken.extend(fresh.iter().map(|queued| queued.id));
            queue.ready.extend(fresh);
        }
        if let Some(queued) = queue.ready.pop_front() {
            return Ok(Some(queued));
        }
        if let Some(due) = store.next_due(host, &filter)?
            && due > now
        {
            self.schedule(host, due);
        }
        Ok(None)
    }

    /// Whether the portal's window is open. If not, the address stays queued in the archive for a later run.
    fn in_window(&mut self, queued: &QueuedUrl, now: Timestamp) -> bool {
        let Some(active) = self.portals.iter().find(|active| active.row == queued.portal) else {
            return true;
        };
        let portal = &active.portal;
        if windows::is_open(&portal.politeness.windows, &portal.timezone, now) {
            return true;
        }
        let note =
            format!("{}: outside the portal's crawl window; its addresses wait for a later run", portal.id);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        false
    }

    /// Whether the host's rules are at hand; asks for them where they are not.
    fn robots_known(&mut self, host: i64, now: Timestamp, store: &Store) -> Result<bool, StoreError> {
        let max_age = self.settings.robots_max_age;
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(false) };
        match &queue.robots {
            HostRobots::Known(_, fetched) if later(*fetched, max_age) > now => return Ok(true),
            HostRobots::Asking => return Ok(false),
            HostRobots::Known(..) | HostRobots::Unknown => {}
        }
        if matches!(queue.robots, HostRobots::Unknown)
            && let Some(stored) = store.stored_robots(host)?
            && later(stored.fetched, max_age) > now
        {
            let state = match stored.rules {
                Ok(body) => RobotsState::Rules(RobotsTxt::parse(&body)),
                Err(reason) => RobotsState::AllowAll { reason },
            };
            self.apply_robots(host, state, stored.fetched);
            return Ok(true);
        }
        if let Some(queue) = self.hosts.get_mut(&host)
            && let Ok(url) = queue.origin.join("/robots.txt")
        {
            queue.robots = HostRobots::Asking;
            queue.robots_jobs.push_back(RobotsJob { for_host: host, url, hops: 0, attempts: 0 });
        }
        Ok(false)
    }

    /// `Ok`: allowed, by that line. `Err`: forbidden, by that line.
    fn robots_verdict(&self, host: i64, url: &CrawlUrl) -> Result<Option<String>, String> {
        let Some(HostQueue { robots: HostRobots::Known(state, _), .. }) = self.hosts.get(&host) else {
            return Err("robots.txt not read".to_owned());
        };
        let verdict = state.verdict(url.path_and_query());
        if verdict.allowed { Ok(verdict.rule) } else { Err(verdict.rule.unwrap_or_default()) }
    }

    /// What robots.txt answered: kept, followed, or asked again.
    fn robots_answered(
        &mut self,
        assignment: &Assignment,
        outcome: &FetchOutcome,
        (for_host, hops, attempts): (i64, u8, u8),
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let body = match outcome {
            FetchOutcome::Fetched(capture) => {
                decode::content(&capture.body, &capture.headers, &Limits::default()).bytes.into_owned()
            }
            _ => Vec::new(),
        };
        let state = match RobotsAnswer::of(outcome, &body) {
            RobotsAnswer::State(state) => state,
            RobotsAnswer::Follow(to) if usize::from(hops) < MAX_REDIRECTS => {
                let host = store.host_row(&to)?;
                self.ensure_host(host, &to);
                if let Some(queue) = self.hosts.get_mut(&host) {
                    queue.robots_jobs.push_back(RobotsJob { for_host, url: to, hops: hops + 1, attempts });
                }
                self.reschedule(host, now);
                return Ok(());
            }
            RobotsAnswer::Follow(_) => RobotsState::too_many_redirects(),
            // Never asked conditionally; if it answers so all the same, it has not said what its rules are.
            RobotsAnswer::Unchanged => {
                RobotsState::DisallowAll { reason: "robots.txt answered 304".to_owned() }
            }
        };
        let rules = match &state {
            RobotsState::Rules(_) => Ok(body),
            RobotsState::AllowAll { reason } => Err(reason.clone()),
            RobotsState::DisallowAll { reason } => {
                if attempts + 1 < self.settings.attempts {
                    self.ask_robots_again(
                        assignment,
                        RobotsJob {
                            for_host,
                            url: assignment.permit.url().clone(),
                            hops,
                            attempts: attempts + 1,
                        },
                        now,
                    );
                } else {
                    let host = assignment.permit.url().host();
                    self.notes.push(format!("{host}: {reason}; nothing is asked there until it answers"));
                    self.silent.push((assignment.permit.url().clone(), reason.clone()));
                    // Left in `Asking`: silent for the rest of the run, the addresses wait in the archive.
                }
                return Ok(());
            }
        };
        store.set_stored_robots(for_host, &StoredRobots { rules, fetched: now })?;
        self.apply_robots(for_host, state, now);
        self.reschedule(for_host, now);
        Ok(())
    }

    fn ask_robots_again(&mut self, assignment: &Assignment, job: RobotsJob, now: Timestamp) {
        let pause = self.settings.retry_delay * 2_u32.pow(u32::from(job.attempts.saturating_sub(1)));
        if let Some(queue) = self.hosts.get_mut(&assignment.host) {
            queue.robots_jobs.push_back(job);
            queue.not_before = queue.not_before.max(later(now, pause));
        }
    }

    fn apply_robots(&mut self, host: i64, state: RobotsState, fetched: Timestamp) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        if let Some(delay) = state.crawl_delay() {
            let longest = self.settings.max_crawl_delay;
            if delay > longest {
                self.notes.push(format!(
                    "{}: Crawl-delay of {} s cut to {} s",
                    queue.origin.host(),
                    delay.as_secs(),
                    longest.as_secs()
                ));
            }
            queue.slow_to(delay.min(longest));
        }
        queue.robots = HostRobots::Known(state, fetched);
    }

    /// Keeps the host's pace after an outcome.
    fn pace(&mut self, host: i64, outcome: &FetchOutcome, now: Timestamp) {
        let longest = self.settings.max_retry_after;
        let give_up_at = self.settings.host_failures;
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        queue.end_turn(now);
        match outcome {
            FetchOutcome::HttpStatus { capture, retry_after } if matches!(capture.status, 429 | 503) => {
                queue.back_off(now, retry_after.map(|wait| wait.min(longest)));
            }
            FetchOutcome::HttpStatus { capture, .. } if capture.status < 500 => queue.recover(),
            FetchOutcome::Fetched(_) | FetchOutcome::NotModified(_) | FetchOutcome::Redirected { .. } => {
                queue.recover();
            }
            _ if outcome.is_retryable() => {
                queue.failures += 1;
                if queue.failures == give_up_at {
                    let host = queue.origin.host();
                    self.notes.push(format!("{host}: left alone after {give_up_at} failures in a row"));
                    let reason = format!("left alone after {give_up_at} failures in a row");
                    self.silent.push((queue.origin.clone(), reason));
                }
            }
            _ => {}
        }
    }

    fn page_verdict(
        &mut self,
        queued: &QueuedUrl,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<Verdict, StoreError> {
        if !outcome.is_retryable() {
            return Ok(Verdict::Answered);
        }
        let attempts = queued.attempts.saturating_add(1);
        if attempts.is_multiple_of(self.settings.attempts) {
            store.requeue(queued.id, None, attempts)?;
            store.settle_row(queued.id, UrlState::Failed, self.run)?;
            return Ok(Verdict::GivenUp);
        }
        let doublings = u32::from(attempts % self.settings.attempts - 1);
        store.requeue(
            queued.id,
            Some(later(now, self.settings.retry_delay * 2_u32.pow(doublings))),
            attempts,
        )?;
        Ok(Verdict::Retry)
    }

    fn ensure_host(&mut self, host: i64, url: &CrawlUrl) {
        if self.hosts.contains_key(&host) {
            return;
        }
        let delay = self.delay_for(url);
        let concurrency = self
            .portals
            .iter()
            .filter(|active| active.portal.owns(url))
            .map(|active| active.portal.politeness.concurrency.unwrap_or(1))
            .min()
            .unwrap_or(1);
        let mut queue = HostQueue::new(url.clone(), delay, concurrency, self.clock.clone());
        let owners = self.portals.iter().filter(|active| active.portal.owns(url));
        queue.portals = owners.map(|active| active.row).collect();
        self.hosts.insert(host, queue);
    }

    /// The longest pause any portal on the host asks for, not under the configured least.
    fn delay_for(&self, url: &CrawlUrl) -> Duration {
        let loopback = is_loopback_name(url.host().name());
        let (default, least) = if loopback {
            (self.settings.loopback_delay, self.settings.loopback_delay)
        } else {
            (self.settings.default_delay, self.settings.min_delay)
        };
        self.portals
            .iter()
            .filter(|active| active.portal.owns(url))
            .map(|active| active.portal.politeness.delay.unwrap_or(default))
            .max()
            .unwrap_or(default)
            .max(least)
    }

    fn reschedule(&mut self, host: i64, now: Timestamp) {
        let Some(queue) = self.hosts.get(&host) else { return };
        if queue.in_flight < queue.concurrency {
            let at = queue.not_before.max(now);
            self.schedule(host, at);
        }
    }

    fn schedule(&mut self, host: i64, at: Timestamp) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        if let Some((planned, sequence)) = queue.agenda {
            if planned <= at {
                return;
            }
            self.agenda.remove(&(planned, sequence, host));
        }
        self.sequence += 1;
        queue.agenda = Some((at, self.sequence));
        self.agenda.insert((at, self.sequence, host));
    }
}

#[cfg(test)]
mod tests;
