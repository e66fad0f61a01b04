//! A host's robots.txt and tdmrep.json: asked before anything else, followed through redirects, asked again when old
//! or unanswered. What they say is `robots`' matter.

use jiff::Timestamp;

use crate::decode::{self, Limits};
use crate::frontier::host_queue::{FileJob, HostFile, HostQueue, HostReservations, HostRobots, later};
use crate::frontier::{Assignment, Frontier, retry};
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;
use crate::robots::{
    HostReservation, MAX_REDIRECTS, RobotsAnswer, RobotsState, RobotsTxt, TDMREP_PATH, TdmRep,
};
use crate::store::remembered::StoredRobots;
use crate::store::{Store, StoreError};

impl HostFile {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Robots => "/robots.txt",
            Self::TdmRep => TDMREP_PATH,
        }
    }

    pub(super) fn max_bytes(self) -> usize {
        match self {
            Self::Robots => crate::robots::MAX_BYTES,
            // One more, so that a file that is too large is told from one that just fits.
            Self::TdmRep => crate::robots::MAX_TDMREP_BYTES + 1,
        }
    }
}

impl Frontier {
    /// Whether both files are at hand and fresh enough; asks for them where they are not.
    pub(super) fn host_files_known(
        &mut self,
        host: i64,
        now: Timestamp,
        store: &Store,
    ) -> Result<bool, StoreError> {
        self.held.used(host);
        Ok(self.robots_known(host, now, store)? && self.reservations_known(host, now, store)?)
    }

    /// Has a host's robots.txt asked, where it is not at hand, though nothing else is wanted there yet.
    pub fn look_at_robots(
        &mut self,
        host: i64,
        url: &CrawlUrl,
        now: Timestamp,
        store: &Store,
    ) -> Result<(), StoreError> {
        self.ensure_host(host, url);
        self.robots_known(host, now, store)?;
        self.reschedule(host, now);
        Ok(())
    }

    fn robots_known(&mut self, host: i64, now: Timestamp, store: &Store) -> Result<bool, StoreError> {
        let max_age = self.settings.robots_max_age;
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(false) };
        match &queue.robots {
            HostRobots::Known(_, fetched) if later(*fetched, max_age) > now => return Ok(true),
            HostRobots::Closed { ask_again, .. } if *ask_again > now => {
                let at = *ask_again;
                self.schedule(host, at, now);
                return Ok(false);
            }
            HostRobots::Asking => return Ok(false),
            HostRobots::Unknown => {
                if let Some(stored) = store.stored_robots(host)?
                    && later(stored.fetched, max_age) > now
                {
                    let state = match stored.rules {
                        Ok(body) => RobotsState::Rules(RobotsTxt::parse(&body)),
                        Err(reason) => RobotsState::AllowAll { reason },
                    };
                    self.apply_robots(host, state, stored.fetched);
                    return Ok(true);
                }
            }
            HostRobots::Known(..) | HostRobots::Closed { .. } => {}
        }
        if let Some(queue) = self.hosts.get_mut(&host) {
            match &mut queue.robots {
                // While it is asked again it stays closed, so that a run does not wait for it.
                HostRobots::Closed { ask_again, .. } => *ask_again = Timestamp::MAX,
                robots => *robots = HostRobots::Asking,
            }
            ask(queue, HostFile::Robots, host);
        }
        Ok(false)
    }

    fn reservations_known(&mut self, host: i64, now: Timestamp, store: &Store) -> Result<bool, StoreError> {
        let max_age = self.settings.robots_max_age;
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(false) };
        match &queue.reservations {
            HostReservations::Known(_, fetched) if later(*fetched, max_age) > now => return Ok(true),
            HostReservations::Asking => return Ok(false),
            HostReservations::Known(..) => {}
            HostReservations::Unknown => {
                if let Some((body, fetched)) = store.stored_reservations(host)?
                    && later(fetched, max_age) > now
                {
                    queue.reservations = HostReservations::Known(TdmRep::parse(&body), fetched);
                    self.hold(host);
                    return Ok(true);
                }
            }
        }
        let is_allowed = self.robots_verdict_on(host, TDMREP_PATH).is_ok();
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(false) };
        if !is_allowed {
            queue.reservations = HostReservations::Known(TdmRep::default(), now);
            return Ok(true);
        }
        queue.reservations = HostReservations::Asking;
        ask(queue, HostFile::TdmRep, host);
        Ok(false)
    }

    /// `Ok`: allowed, by that line. `Err`: forbidden, by that line.
    pub(super) fn robots_verdict(&self, host: i64, url: &CrawlUrl) -> Result<Option<String>, String> {
        self.robots_verdict_on(host, url.path_and_query())
    }

    fn robots_verdict_on(&self, host: i64, path_and_query: &str) -> Result<Option<String>, String> {
        let Some(HostQueue { robots: HostRobots::Known(state, _), .. }) = self.hosts.get(&host) else {
            return Err("robots.txt not read".to_owned());
        };
        let verdict = state.verdict(path_and_query);
        if verdict.allowed { Ok(verdict.rule) } else { Err(verdict.rule.unwrap_or_default()) }
    }

    /// What the host's file says about mining an address.
    pub(super) fn reservation(&self, host: i64, url: &CrawlUrl) -> Option<HostReservation<'_>> {
        match &self.hosts.get(&host)?.reservations {
            HostReservations::Known(file, _) => file.of_path(url.path_and_query()),
            _ => None,
        }
    }

    /// What a file answered: kept, followed, or asked again.
    pub(super) fn file_answered(
        &mut self,
        assignment: &Assignment,
        job: &FileJob,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let body = match outcome {
            FetchOutcome::Fetched(capture) => {
                decode::content(&capture.body, &capture.headers, &Limits::default()).bytes.into_owned()
            }
            _ => Vec::new(),
        };
        match job.file {
            HostFile::Robots => self.robots_answered(assignment, job, outcome, body, now, store),
            HostFile::TdmRep => self.reservations_answered(assignment, job, outcome, &body, now, store),
        }
    }

    fn robots_answered(
        &mut self,
        assignment: &Assignment,
        job: &FileJob,
        outcome: &FetchOutcome,
        body: Vec<u8>,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let state = match RobotsAnswer::of(outcome, &body) {
            RobotsAnswer::State(state) => state,
            RobotsAnswer::Follow(to) if usize::from(job.hops) < MAX_REDIRECTS => {
                return self.follow_file(job, to, now, store);
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
                if job.attempts + 1 < self.settings.attempts {
                    self.ask_file_again(assignment, job, now);
                } else {
                    self.close(job, reason, now);
                }
                return Ok(());
            }
        };
        store.set_stored_robots(job.for_host, &StoredRobots { rules, fetched: now })?;
        self.apply_robots(job.for_host, state, now);
        self.reschedule(job.for_host, now);
        Ok(())
    }

    fn reservations_answered(
        &mut self,
        assignment: &Assignment,
        job: &FileJob,
        outcome: &FetchOutcome,
        body: &[u8],
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        match outcome {
            // A site that sends unknown paths to its start page has no such file.
            FetchOutcome::Redirected { redirect, .. }
                if usize::from(job.hops) < MAX_REDIRECTS && redirect.to.path_and_query() == TDMREP_PATH =>
            {
                return self.follow_file(job, redirect.to.clone(), now, store);
            }
            outcome if outcome.is_retryable() && job.attempts + 1 < self.settings.attempts => {
                self.ask_file_again(assignment, job, now);
                return Ok(());
            }
            // Not answered is not reserved, but not known either: the next run asks again.
            outcome if outcome.is_retryable() => {
                let host = assignment.permit.url().host();
                self.notes.push(format!("{host}: tdmrep.json could not be read: {}", outcome.describe()));
            }
            _ => store.set_stored_reservations(job.for_host, body, now)?,
        }
        if let Some(queue) = self.hosts.get_mut(&job.for_host) {
            queue.reservations = HostReservations::Known(TdmRep::parse(body), now);
        }
        self.hold(job.for_host);
        self.reschedule(job.for_host, now);
        Ok(())
    }

    fn follow_file(
        &mut self,
        job: &FileJob,
        to: CrawlUrl,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let host = store.host_row(&to)?;
        self.ensure_host(host, &to);
        if let Some(queue) = self.hosts.get_mut(&host) {
            queue.files.push_back(FileJob { url: to, hops: job.hops + 1, ..job.clone() });
        }
        self.reschedule(host, now);
        Ok(())
    }

    fn ask_file_again(&mut self, assignment: &Assignment, job: &FileJob, now: Timestamp) {
        let attempts = job.attempts + 1;
        let pause = retry::pause(self.settings.retry_delay, attempts, self.seed(job.for_host));
        if let Some(queue) = self.hosts.get_mut(&assignment.host) {
            queue.files.push_back(FileJob { attempts, ..job.clone() });
            queue.wait_until(later(now, pause));
        }
    }

    /// Nothing is asked on the host until its robots.txt answers; it is asked again while the run goes on.
    fn close(&mut self, job: &FileJob, reason: &str, now: Timestamp) {
        let Some(queue) = self.hosts.get_mut(&job.for_host) else { return };
        let times = if let HostRobots::Closed { times, .. } = queue.robots {
            times.saturating_add(1)
        } else {
            let host = queue.origin.host();
            self.notes.push(format!("{host}: {reason}; nothing is asked there until it answers"));
            1
        };
        let pause = self.settings.closed_pause.saturating_mul(2_u32.pow((times - 1).min(4)));
        let ask_again = later(now, pause);
        queue.robots = HostRobots::Closed { reason: reason.to_owned(), ask_again, times };
        self.reschedule(job.for_host, now);
    }

    fn apply_robots(&mut self, host: i64, state: RobotsState, fetched: Timestamp) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        let longest = self.settings.max_crawl_delay;
        let asked = state.crawl_delay().unwrap_or_default();
        if asked > longest {
            let host = queue.origin.host();
            let note = format!("{host}: Crawl-delay of {} s cut to {} s", asked.as_secs(), longest.as_secs());
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        queue.set_crawl_delay(asked.min(longest));
        queue.robots = HostRobots::Known(state, fetched);
        self.hold(host);
    }

    /// Counts what the host's files take, and lets the files of others go where it is too much: when their turn
    /// comes they are read from the archive again.
    fn hold(&mut self, host: i64) {
        let Some(queue) = self.hosts.get(&host) else { return };
        let robots = match &queue.robots {
            HostRobots::Known(RobotsState::Rules(rules), _) => rules.weight(),
            _ => 0,
        };
        let reservations = match &queue.reservations {
            HostReservations::Known(file, _) => file.weight(),
            _ => 0,
        };
        for other in self.held.keep(host, robots + reservations) {
            self.let_go(other);
        }
    }

    /// Forgets the files of a host that the archive has.
    pub(super) fn let_go(&mut self, host: i64) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        if matches!(queue.robots, HostRobots::Known(RobotsState::Rules(_), _)) {
            queue.robots = HostRobots::Unknown;
        }
        if matches!(&queue.reservations, HostReservations::Known(file, _) if !file.is_empty()) {
            queue.reservations = HostReservations::Unknown;
        }
    }
}

fn ask(queue: &mut HostQueue, file: HostFile, host: i64) {
    if let Ok(url) = queue.origin.join(file.path()) {
        queue.files.push_back(FileJob { file, for_host: host, url, hops: 0, attempts: 0 });
    }
}
